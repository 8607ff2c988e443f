//! The reference of the vocabulary, from the catalogue that the parser uses.

use std::path::Path;

use anyhow::Result;
use sponsio_engine::ground::catalog::{CATALOG, Entry, Kind, Sort};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Atoms and terms

Every word that a formula may use beside the operators. An atom is true or false of one event; a term has a
value and stands in a comparison. A word that is not here is an error when the contract is loaded.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for (title, sort) in [("Atoms", Sort::Fact), ("Terms", Sort::Term)] {
        page.push_str(&format!("\n## {title}\n"));
        for entry in CATALOG.iter().filter(|entry| entry.sort == sort) {
            page.push_str(&section(entry));
        }
    }
    Ok(page)
}

fn section(entry: &Entry) -> String {
    let names: Vec<String> = entry
        .parameters
        .iter()
        .map(|p| if p.repeated { format!("{}, …", p.name) } else { p.name.to_owned() })
        .collect();
    let call = if names.is_empty() {
        entry.name.to_owned()
    } else {
        format!("{}({})", entry.name, names.join(", "))
    };
    let mut section = format!("\n### `{call}`\n\n{}.\n", sentence(entry.doc));
    if !entry.parameters.is_empty() {
        section.push_str("\n| argument | is |\n|---|---|\n");
        for parameter in entry.parameters {
            let is = kind(parameter.kind);
            let again = if parameter.repeated { ", once or more" } else { "" };
            section.push_str(&format!("| `{}` | {}{again} |\n", parameter.name, cell(is)));
        }
    }
    section.push_str(&format!("\n```text\n{}\n```\n", entry.example));
    if !entry.aliases.is_empty() {
        section.push_str(&format!("\nAlso written `{}`.\n", entry.aliases.join("`, `")));
    }
    section
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Tool => "the name of a tool, a glob such as `mcp__fs__*`, or a set `{a, b}` of both",
        Kind::ArgPath => "a path into the arguments: `amount`, `input.command`, `items[*].to`",
        Kind::Regex => "a regular expression",
        Kind::Prefix => "a directory or file path",
        Kind::Key => "the key of a context fact",
        Kind::Text => "a literal text",
        Kind::Natural => "a whole number, zero or more",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_catalogue_is_on_the_page() {
        let page = page(Path::new("")).unwrap();
        for entry in CATALOG {
            assert!(page.contains(&format!("### `{}", entry.name)), "{}", entry.name);
            assert!(page.contains(entry.example), "{}", entry.name);
        }
    }
}
