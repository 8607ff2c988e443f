//! The reference of the vocabulary, from the catalogue that the parser uses.

use std::path::Path;

use anyhow::Result;
use sponsio_engine::ground::catalog::{CATALOG, Entry, Kind, Sort};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Atoms and terms

Every word that a formula may use beside the operators. An atom is true or false of one event; a term has a
value and stands in a comparison. A word that is not here is an error when the contract is loaded.

Durations are whole numbers with a unit: `60s`, `5m`, `24h`, `7d`.
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
            let otherwise = parameter.default.map(|text| format!("; `{text}` if it is not given"));
            let otherwise = otherwise.unwrap_or_default();
            section.push_str(&format!(
                "| `{}` | {}{again}{otherwise} |\n",
                parameter.name,
                cell(is)
            ));
        }
    }
    section.push_str(clauses(entry));
    section.push_str(&format!("\n```text\n{}\n```\n", entry.example));
    if !entry.aliases.is_empty() {
        section.push_str(&format!("\nAlso written `{}`.\n", entry.aliases.join("`, `")));
    }
    section
}

/// What may follow the word.
fn clauses(entry: &Entry) -> &'static str {
    match (entry.word.takes_where(), entry.word.takes_within()) {
        (false, false) => "",
        (false, true) => {
            "\n`within 60s` may follow: only what happened in the last 60 seconds counts.\n"
        }
        (true, _) => {
            "\n`where` and conditions, with `&` between them, may follow: only a call of which all of them \
             are true counts. `within 60s` may follow: only a call of the last 60 seconds counts.\n"
        }
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Tool => {
            "a tool: its name, a glob `\"mcp__github__*\"`, a tag `@destructive`, or a set of those `{a, b}`"
        }
        Kind::ArgPath => "a path into the arguments: `amount`, `input.command`, `items[*].to`",
        Kind::Regex => "a regular expression",
        Kind::Prefix => "a directory or file path",
        Kind::Key => "the key of a context fact",
        Kind::Text => "a literal text",
        Kind::Natural => "a whole number, zero or more",
        Kind::Outcome => "`ok`, `error`, `denied`, `timeout` or `unknown`",
        Kind::Tokens => "`total`, `input` or `output`",
        Kind::Agent => "the name of an agent",
        Kind::Permission => "the name of a permission",
        Kind::Field => "the name of a field of stored data",
        Kind::Segment => "the name of a part of a model's reply",
        Kind::Fact => "an atom",
        Kind::Source => {
            "where values come from: a tool or a set of tools; `\"{a, b}.{name, iban}\"` for the members of these \
             names in their outputs, at whatever depth; `\"text(a)\"` also for what stands in their texts; \
             where values are known, `user` for the user's own words"
        }
        Kind::Grade => "`value` or `quote`",
        Kind::Deed => {
            "a deed `git.push`, a kind of deeds `git` or `any`, behind it the marks it must have `\"git.push+force\"`; \
             or a set of those"
        }
        Kind::Access => "`read`, `write`, `delete`, `change`, `exec` or `any`",
        Kind::Certainty => "`must`, `may` or `opaque`: how sure the effect is at least",
        Kind::Paths => "a set of paths: `\"{~/.ssh/**, !~/.ssh/*.pub}\"`",
        Kind::Hosts => "a set of hosts: `\"{*, !*.example.com}\"`, `@metadata`",
        Kind::Objects => "a set of paths, hosts, names or programs with their words",
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
