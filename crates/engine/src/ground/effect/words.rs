//! Sets of programs with their words, as `does(run, …)` names them.

use super::SetFlaw;
use super::glob::Name;
use super::pattern::Steps;

/// An element: the name of a program, and words that stand among its words in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element(Box<[Name]>);

impl Element {
    pub(super) fn new(text: &str, ignores_case: bool) -> Result<Self, SetFlaw> {
        let names = text.split_whitespace().map(|word| Name::new(word, ignores_case));
        let names: Option<_> = names.collect();
        names.map(Self).ok_or_else(|| SetFlaw::LongName(text.into()))
    }

    /// Whether the program could be run with such words. A word that is not known could be any, and several.
    pub(super) fn meets(&self, words: &[Option<Box<str>>], steps: &Steps) -> bool {
        self.is_among(words, true, |name, word| name.meets(word, steps))
    }

    /// Whether the program is run with such words.
    pub(super) fn covers(&self, words: &[Option<Box<str>>], steps: &Steps) -> bool {
        self.is_among(words, false, |name, word| name.covers(word, steps))
    }

    fn is_among(
        &self,
        words: &[Option<Box<str>>],
        unknown: bool,
        fits: impl Fn(&Name, &str) -> bool,
    ) -> bool {
        let (Some((program, asked)), Some((name, words))) =
            (self.0.split_first(), words.split_first())
        else {
            return false;
        };
        match name {
            Some(name) if !fits(program, name) => return false,
            None if !unknown && !program.is_anything() => return false,
            _ => {}
        }
        let mut asked = asked.iter().peekable();
        for word in words {
            let Some(next) = asked.peek() else { return true };
            match word {
                None if unknown => return true,
                Some(word) if fits(next, word) => {
                    asked.next();
                }
                _ => {}
            }
        }
        asked.peek().is_none()
    }
}
