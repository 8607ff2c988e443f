//! The table of forms: the templates of all patterns, compiled once.
//!
//! The forms of a pattern are its canonical sentences and the templates of its entry; `template` says how
//! they are written. A pattern with the option `attempted` has it in all its forms. To add a form, add a
//! template to the pattern's entry: the tests find slots that name nothing and forms that mean two things.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::template::{Piece, template_pieces};
use crate::pattern::{PATTERNS, Pattern};

/// The words that say the option `attempted`, after a comma.
pub(super) const ATTEMPTED: &str = "attempts included";

/// A form of one pattern.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) pattern: &'static Pattern,
    pub(crate) pieces: Vec<Piece>,
    /// The words without which the form does not match.
    pub(crate) needed: Vec<String>,
    /// Every word of the form.
    pub(crate) words: BTreeSet<String>,
}

/// Every form, pattern by pattern.
pub(crate) fn forms() -> &'static [Form] {
    static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let of = |pattern: &'static Pattern| {
            let templates = pattern.canonical.iter().chain(pattern.forms);
            templates.map(move |template| Form::new(pattern, template))
        };
        PATTERNS.iter().copied().flat_map(of).collect()
    })
}

impl Form {
    fn new(pattern: &'static Pattern, template: &str) -> Self {
        let option = match pattern.position("attempted") {
            Some(_) => format!(" [[,] {ATTEMPTED} {{attempted=true}}]"),
            None => String::new(),
        };
        let pieces = template_pieces(pattern, &format!("{template}{option}"));
        let needed = pieces.iter().filter_map(|piece| match piece {
            Piece::Word(word) => Some(word.clone()),
            _ => None,
        });
        let mut words = BTreeSet::new();
        collect_words(&pieces, &mut words);
        Self { pattern, needed: needed.collect(), words, pieces }
    }
}

fn collect_words(pieces: &[Piece], words: &mut BTreeSet<String>) {
    for piece in pieces {
        match piece {
            Piece::Word(word) => {
                words.insert(word.clone());
            }
            Piece::Choice(alternatives) => {
                alternatives.iter().for_each(|alternative| collect_words(alternative, words));
            }
            Piece::Comma | Piece::Slot(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(pieces: &[Piece]) -> usize {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Slot(_) => 1,
                Piece::Choice(list) => list.iter().map(|a| slots(a)).sum(),
                Piece::Word(_) | Piece::Comma => 0,
            })
            .sum()
    }

    #[test]
    fn every_slot_of_every_template_names_a_parameter() {
        for pattern in PATTERNS {
            for template in pattern.forms.iter().chain(pattern.canonical) {
                let braces = template.matches('{').count();
                assert_eq!(slots(&template_pieces(pattern, template)), braces, "{template}");
                let open = template.matches(['[', '(']).count();
                assert_eq!(open, template.matches([']', ')']).count(), "{template}");
            }
        }
    }
}
