//! The reference of what calls can do, from the tables that the engine judges by.

use std::path::Path;

use anyhow::Result;
use sponsio_engine::event::{Deed, Flags};
use sponsio_engine::ground::catalog::{ACCESSES, CERTAINTIES};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Effects

What a call would do to the world. An effect is a deed on an object, with marks and a certainty. The atoms `does`,
`touches`, `reaches` and `opaque` ask about effects; see [the atoms](atoms.md).
";

const DEEDS: &str = "
## Deeds

The part of a name before the dot is its kind, by which several deeds are named at once; `any` names all.
";

const MARKS: &str = "
## Marks

A deed is asked for with marks behind it: `\"git.push+force\"`.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(DEEDS);
    page.push_str(&table("deed", Deed::ALL.iter().map(|deed| (deed.name(), deed.doc()))));
    page.push_str(MARKS);
    page.push_str(&table("mark", Flags::ALL.iter().map(|(_, name, doc)| (*name, *doc))));
    page.push_str("\n## Accesses to a path\n");
    page.push_str(&table("access", ACCESSES.into_iter()));
    page.push_str("\n## Certainties\n\nAn effect is at least as sure as is asked.\n");
    page.push_str(&table("certainty", CERTAINTIES.into_iter()));
    Ok(page)
}

fn table<'t>(head: &str, rows: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let mut table = format!("\n| {head} | means |\n|---|---|\n");
    for (name, doc) in rows {
        table.push_str(&format!("| `{name}` | {} |\n", cell(&sentence(doc.trim()))));
    }
    table
}

#[cfg(test)]
mod tests {
    use sponsio_engine::ground::catalog::Kind;

    use super::*;

    #[test]
    fn what_can_be_written_is_on_the_page() {
        let page = page(Path::new("")).unwrap();
        let choices = Kind::Access.choices().iter().chain(Kind::Certainty.choices());
        let names = choices.map(|choice| choice.name).chain(Deed::ALL.iter().map(|d| d.name()));
        for name in names {
            assert!(page.contains(&format!("| `{name}` |")), "{name}");
        }
    }
}
