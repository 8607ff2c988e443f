//! The reference of the limits, from the sources that define them.
//!
//! Constants have no registry to ask, so the files named `limits.rs` are read as text: a doc comment and the
//! constant below it. A constant that is written in another way fails the generator instead of being left out.

use std::path::Path;

use anyhow::{Result, bail};

use super::cell;
use crate::tidy::tree::{File, Tree};

const INTRODUCTION: &str = "\
# Limits

Whatever grows with a contract, an event or a session has a bound. What does not fit is refused with an error
that names the limit, never cut.
";

/// The page.
pub(crate) fn page(root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    let tree = Tree::read(root)?;
    for file in tree.files.iter().filter(|file| file.path.ends_with("/src/limits.rs")) {
        page.push_str(&section(file)?);
    }
    Ok(page)
}

fn section(file: &File) -> Result<String> {
    let mut section = format!("\n## `{}`\n\n| limit | value | of |\n|---|---|---|\n", file.path);
    let mut words: Vec<&str> = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        if line == "#[cfg(test)]" {
            break;
        }
        if let Some(text) = line.strip_prefix("/// ") {
            words.push(text);
        } else if line.starts_with("pub const ") || line.starts_with("pub(crate) const ") {
            let Some((name, value)) = constant(line) else {
                bail!("{}:{}: a limit is `pub const NAME: TYPE = VALUE;`", file.path, index + 1);
            };
            let words = cell(std::mem::take(&mut words).join(" ").trim_end_matches('.'));
            section.push_str(&format!("| `{name}` | {} | {words} |\n", readable(value)));
        }
    }
    Ok(section)
}

/// The name and the value of a constant that stands on one line.
fn constant(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("const ")?;
    let (name, rest) = rest.split_once(':')?;
    let (_, value) = rest.split_once(" = ")?;
    Some((name, value.strip_suffix(';')?))
}

/// A value as people write it: products and shifts worked out, thousands apart.
fn readable(value: &str) -> String {
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>().ok();
    let product = value.split('*').map(number).collect::<Option<Vec<u64>>>();
    let shift = value
        .split_once("<<")
        .and_then(|(a, b)| number(a)?.checked_shl(u32::try_from(number(b)?).ok()?));
    match shift.or_else(|| {
        product.and_then(|factors| factors.iter().copied().reduce(|a, b| a.saturating_mul(b)))
    }) {
        Some(number) => grouped(number),
        None => format!("`{value}`"),
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let file = File { path: "a/src/limits.rs".to_owned(), text: text.to_owned() };
        let section = section(&file).unwrap();
        assert_eq!(section.lines().last(), Some(expect));
    }

    #[test]
    fn a_limit_is_a_row() {
        check("/// Bytes of a.\npub const A: usize = 64 * 1024;", "| `A` | 65 536 | Bytes of a |");
        check("/// B,\n/// or c.\npub const B: u32 = 1 << 19;", "| `B` | 524 288 | B, or c |");
        check("/// D.\npub const D: u32 = 1_000;", "| `D` | 1 000 | D |");
        check("/// E.\npub const E: u32 = A;", "| `E` | `A` | E |");
    }

    #[test]
    fn a_constant_that_cannot_be_read_is_an_error() {
        let text = "/// A.\npub const A: usize =\n    1;".to_owned();
        assert!(section(&File { path: "a/src/limits.rs".to_owned(), text }).is_err());
    }
}
