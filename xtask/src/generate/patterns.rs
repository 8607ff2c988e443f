//! The reference of the patterns, from the registry that the YAML reader and the grammar use.

use std::path::Path;

use anyhow::Result;
use sponsio_contracts::pattern::{PATTERNS, Parameter, Pattern};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Patterns

A pattern is a formula with a name. It is written `{pattern: NAME, args: [...]}`, with the arguments in order or as
a map by name, or as one of its [sentences](sentences.md); all give the same contract.

A tool is a name, a set (`{a, b}` in quotes, or `[a, b]`), a glob (`mcp__bank__*`) or a tag (`\"@risky\"`). Where
`tool:regex` is taken, it means the calls with an argument in which the expression is found; a text that could also
be a name means both. A length of time is seconds or has a unit: `90s`, `5m`, `24h`, `7d`. What has to come first is
met by a call that was allowed and did not fail; `attempted: true` counts calls whatever came of them.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    let mut family = None;
    for pattern in PATTERNS {
        if family != Some(pattern.category) {
            family = Some(pattern.category);
            page.push_str(&format!("\n## {}\n", sentence(pattern.category.name())));
        }
        page.push_str(&section(pattern));
    }
    Ok(page)
}

fn section(pattern: &Pattern) -> String {
    let Pattern { name, doc, shape, example, example_args, .. } = pattern;
    let mut section = format!("\n### `{name}`\n\n{}.\n\n", sentence(doc));
    section.push_str("| argument | takes | is |\n|---|---|---|\n");
    for Parameter { name, kind, optional, doc } in pattern.parameters {
        let optional = if *optional { ", optional" } else { "" };
        let words = match kind.words() {
            [] => String::new(),
            words => format!(": `{}`", words.join("`, `")),
        };
        let row = format!("| `{name}` | {}{words}{optional} | {} |\n", kind.name(), cell(doc));
        section.push_str(&row);
    }
    section.push_str(&format!("\n```text\n{shape}\n```\n\n"));
    let quoted = example.replace('\'', "''");
    section.push_str(&format!("```yaml\n- G: {{pattern: {name}, args: {example_args}}}\n"));
    section.push_str(&format!("- G: '{quoted}'   # the same, as a sentence\n```\n"));
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_registry_is_on_the_page() {
        let page = page(Path::new("")).unwrap();
        for pattern in PATTERNS {
            assert!(page.contains(&format!("### `{}`\n", pattern.name)), "{}", pattern.name);
            let example = pattern.example.replace('\'', "''");
            assert!(page.contains(&example), "{}", pattern.name);
        }
    }

    #[test]
    fn a_family_stands_together() {
        let page = page(Path::new("")).unwrap();
        let titles: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        let mut distinct = titles.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), titles.len());
    }
}
