//! Letters: what an automaton sees of an event.
//!
//! A letter is the truth of an automaton's state propositions, one bit each. With `k` propositions there are up
//! to 2^k letters, but most cannot happen: an event is a call of at most one tool. An [`Alphabet`] holds the ones
//! that can. Verdicts are claims about all continuations, so the alphabet must contain every letter an event can
//! produce; a letter outside of it makes the step fail, closed.

use crate::limits::{LETTERS_MAX, PROPOSITIONS_MAX};

/// The letters of one automaton.
///
/// INVARIANT: sorted, without duplicates, not empty, at most [`LETTERS_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Alphabet {
    propositions: usize,
    letters: Box<[u32]>,
}

/// There are too many propositions or letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyLetters;

impl Alphabet {
    /// The given letters over that many propositions.
    pub(crate) fn new(propositions: usize, mut letters: Vec<u32>) -> Result<Self, TooManyLetters> {
        letters.sort_unstable();
        letters.dedup();
        if propositions > PROPOSITIONS_MAX || letters.is_empty() || letters.len() > LETTERS_MAX {
            return Err(TooManyLetters);
        }
        Ok(Self { propositions, letters: letters.into() })
    }

    /// All letters over that many propositions.
    pub(crate) fn full(propositions: usize) -> Result<Self, TooManyLetters> {
        let bits = u32::try_from(propositions).map_err(|_| TooManyLetters)?;
        let count = 1u32
            .checked_shl(bits)
            .filter(|_| propositions <= PROPOSITIONS_MAX)
            .ok_or(TooManyLetters)?;
        if usize::try_from(count).is_ok_and(|n| n > LETTERS_MAX) {
            return Err(TooManyLetters);
        }
        Self::new(propositions, (0..count).collect())
    }

    pub(crate) fn letters(&self) -> &[u32] {
        &self.letters
    }

    /// The place of a letter.
    pub(crate) fn place(&self, letter: u32) -> Option<usize> {
        self.letters.binary_search(&letter).ok()
    }
}
