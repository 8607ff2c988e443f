//! From progression to a deterministic automaton: the residual formulas that can be reached, breadth first.
//!
//! The result is complete and deterministic, but not yet minimal: two different residual formulas may accept
//! the same words. `minimize` merges them.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::alphabet::Alphabet;
use super::progress::{Progression, Residual, TooManyClauses};
use crate::limits::{EAGER_STATES_MAX, EAGER_TRANSITIONS_MAX};

/// A complete deterministic automaton: state 0 is initial, `next` has one row of letters a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Automaton {
    pub(crate) letters: usize,
    pub(crate) next: Vec<u32>,
    pub(crate) accepts: Vec<bool>,
}

/// The automaton is over the limit for building it in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl From<TooManyClauses> for TooLarge {
    fn from(_: TooManyClauses) -> Self {
        Self
    }
}

impl Automaton {
    pub(crate) fn states(&self) -> usize {
        self.accepts.len()
    }

    /// The state after `state` under the letter at `place`.
    pub(crate) fn next(&self, state: u32, place: usize) -> u32 {
        let row = usize::try_from(state).unwrap_or(usize::MAX).saturating_mul(self.letters);
        self.next.get(row.saturating_add(place)).copied().unwrap_or(0)
    }

    pub(crate) fn accepts(&self, state: u32) -> bool {
        usize::try_from(state).ok().and_then(|s| self.accepts.get(s)).copied().unwrap_or(false)
    }
}

/// Builds the reachable part of the automaton of `progression`.
pub(crate) fn determinize(
    progression: &Progression,
    alphabet: &Alphabet,
) -> Result<Automaton, TooLarge> {
    let tables: Vec<Box<[Residual]>> =
        alphabet.letters().iter().map(|l| progression.letter(*l)).collect::<Result<_, _>>()?;
    let initial = progression.initial();
    let mut states = vec![initial.clone()];
    let mut index: HashMap<Residual, u32, FixedState> = HashMap::default();
    index.insert(initial, 0);
    let mut automaton = Automaton { letters: tables.len(), next: Vec::new(), accepts: Vec::new() };
    let mut at = 0usize;
    while let Some(state) = states.get(at).cloned() {
        automaton.accepts.push(progression.accepts(&state));
        for table in &tables {
            let next = progression.step(&state, table)?;
            let number = match index.get(&next) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(states.len()).map_err(|_| TooLarge)?;
                    states.push(next.clone());
                    index.insert(next, number);
                    number
                }
            };
            automaton.next.push(number);
        }
        if states.len() > EAGER_STATES_MAX || automaton.next.len() > EAGER_TRANSITIONS_MAX {
            return Err(TooLarge);
        }
        at = at.saturating_add(1);
    }
    Ok(automaton)
}
