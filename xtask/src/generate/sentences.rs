//! The reference of the sentences, from the table of forms that the grammar reads.

use std::path::Path;

use anyhow::Result;
use sponsio_contracts::pattern::PATTERNS;
use sponsio_contracts::sentence::reference::{entries, groups};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Sentences

A sentence is one of these forms as a whole: a word that belongs to no form is an error at its place, with the
nearest form. What stands in backticks or quotation marks is literal, a name or a text; between slashes stands a
regular expression. A bare word is a name if it is no word of the grammar. Capital letters of the grammar's words do
not matter.

* `[x|y]` may be left out, `(x|y)` may not; `~name` is one of the groups below; `{p}` is an argument of the pattern.
* Where a tool is named, ``any of `a`, `b` `` and `` `a` or `b` `` are a call of one of them, and ``each of `a`, `b`
  `` says the sentence of each. `` `a` and `b` `` is taken where it can mean one thing only. A name may be a glob
  (`` `mcp__bank__*` ``) or a tag (`` `@risky` ``).
* `and`, `but`, `;` and a full stop join statements: ``tool `a` must precede `b`, and `b` at most 3 times`` is two
  guarantees. After a statement that begins with a condition (`after …`, `once …`) write `;`, or repeat the
  condition.
* ``for each `customer_id`, …`` or ``… per `customer_id` `` judges the contract apart for each value of an argument;
  `` `ctx.user` `` is a context fact, `agent` is who acts.
* A number is written in digits (`1000`, `1,000`, `1e3`) or in words. `under 200 words` is at most 199.
* A window is `per minute`, `within 24 hours`, `every 10 minutes`, `a day`; it slides. Months have no fixed length.
* The patterns with the option `attempted` take `, attempts included` at the end: a call counts even if it fails.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Groups of words\n\n| group | words |\n|---|---|\n");
    for (name, words) in groups() {
        let words =
            words.trim_matches(['(', ')', '[', ']']).split('|').collect::<Vec<_>>().join(", ");
        page.push_str(&format!("| `~{name}` | {words} |\n"));
    }
    let entries = entries();
    let mut family = None;
    for pattern in PATTERNS {
        if family != Some(pattern.category) {
            family = Some(pattern.category);
            page.push_str(&format!("\n## {}\n", sentence(pattern.category.name())));
        }
        page.push_str(&format!(
            "\n### `{}`\n\n| form | for example | means |\n|---|---|---|\n",
            pattern.name
        ));
        for entry in entries.iter().filter(|entry| entry.pattern.name == pattern.name) {
            let (form, example) = (code(&entry.template), code(&entry.example));
            page.push_str(&format!("| {form} | {example} | {} |\n", cell(&entry.meaning)));
        }
    }
    Ok(page)
}

/// Code in a cell of a table, with as many backticks as it needs.
fn code(text: &str) -> String {
    let text = cell(text);
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_on_the_page() {
        let page = page(Path::new("")).unwrap();
        for entry in entries() {
            assert!(page.contains(&code(&entry.template)), "{}", entry.template);
            assert!(page.contains(&code(&entry.example)), "{}", entry.example);
        }
    }
}
