//! The forms as people read them: each with an example and what the example says.
//!
//! An example is made of the form's own words and of the arguments of its pattern's example, so it cannot be
//! out of date; a test reads every one of them.

use super::form::{Form, forms};
use super::render::argument;
use super::template::{GROUPS, Piece, Slot};
use crate::pattern::{Instance, Kind, Pattern};

/// A form, for people.
#[derive(Clone, Debug)]
pub struct FormEntry {
    /// The pattern that it says.
    pub pattern: &'static Pattern,
    /// The form: `[x|y]` may be left out, `(x|y)` may not, `~name` is one of [`groups`], `{p}` an argument.
    pub template: String,
    /// A sentence of this form.
    pub example: String,
    /// What the example requires, in the pattern's words.
    pub meaning: String,
}

/// Words that many forms share, by the name that templates give them.
pub fn groups() -> &'static [(&'static str, &'static str)] {
    GROUPS
}

/// Every form, pattern by pattern, with an example.
pub fn entries() -> Vec<FormEntry> {
    forms().iter().filter_map(entry).collect()
}

fn entry(form: &Form) -> Option<FormEntry> {
    let model = super::parse(form.pattern.example).ok()?;
    let mut example = String::new();
    fill(&form.pieces, &model, &mut example)?;
    let said = super::parse_all(&example).ok()?;
    let meanings: Vec<String> = said.iter().map(Instance::description).collect();
    let template = form.template.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(FormEntry {
        pattern: form.pattern,
        template: template.replace("&}", "}").replace("+}", "}").replace("!}", "}"),
        example,
        meaning: meanings.join("; "),
    })
}

/// The form's words with the model's arguments; what may be left out is.
fn fill(pieces: &[Piece], model: &Instance, out: &mut String) -> Option<()> {
    for piece in pieces {
        let part = match piece {
            Piece::Comma => {
                out.push(',');
                continue;
            }
            Piece::Choice(alternatives) => {
                if !alternatives.iter().any(Vec::is_empty) {
                    fill(alternatives.first()?, model, out)?;
                }
                continue;
            }
            Piece::Word(word) => word.clone(),
            Piece::Slot(Slot::Fixed(..)) => continue,
            Piece::Slot(slot) => said(slot, model)?,
        };
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&part);
    }
    Some(())
}

fn said(slot: &Slot, model: &Instance) -> Option<String> {
    let text = |index: usize| {
        let kind = model.pattern().parameters.get(index).map(|p| p.kind);
        argument(model, index).or_else(|| stand_in(kind?))
    };
    Some(match slot {
        Slot::Plain(index, _) => text(*index)?,
        Slot::Pairs(first, second) => format!("{} and {}", text(*first)?, text(*second)?),
        Slot::Measure { index, unit, .. } => {
            let number = text(*index)?;
            let unit = unit.and_then(|unit| unit.words().get(usize::from(number == "1")));
            unit.map_or_else(|| number.clone(), |unit| format!("{number} {unit}"))
        }
        Slot::Window(_) => "per hour".to_owned(),
        Slot::Target(tool, path) => format!("`{}.{}`", model.text(*tool), model.text(*path)),
        Slot::Fixed(..) => return None,
    })
}

/// What stands for an argument that the model leaves out.
fn stand_in(kind: Kind) -> Option<String> {
    match kind {
        Kind::Tool | Kind::ToolName => Some("`some_tool`".to_owned()),
        Kind::SourceList => Some("`get_payees.{iban}`".to_owned()),
        Kind::ArgPath => Some("`argument`".to_owned()),
        Kind::Count | Kind::Steps | Kind::Number => Some("200".to_owned()),
        Kind::Name => Some("`admin`".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pattern::PATTERNS;

    #[test]
    fn every_form_has_an_example_that_says_its_pattern() {
        let entries = entries();
        let shown: BTreeSet<&str> = entries.iter().map(|e| e.template.as_str()).collect();
        for form in forms() {
            let template = form.template.split_whitespace().collect::<Vec<_>>().join(" ");
            let template = template.replace("&}", "}").replace("+}", "}").replace("!}", "}");
            assert!(shown.contains(template.as_str()), "no example of: {template}");
        }
        for entry in &entries {
            for instance in crate::sentence::parse_all(&entry.example).unwrap() {
                assert_eq!(instance.pattern().name, entry.pattern.name, "{}", entry.example);
                assert!(instance.formula().is_ok(), "{}", entry.example);
            }
        }
        for pattern in PATTERNS {
            assert!(entries.iter().any(|e| e.pattern.name == pattern.name), "{}", pattern.name);
        }
    }
}
