//! The engine against the oracles: the first difference, or how much was compared.
//!
//! The tests and the program `soak` run the same comparisons and differ in how many they ask for.
//!
//! * [`traces`]: one formula on given traces, against the definitions.
//! * [`words`]: many formulas on all short words, against the definitions.
//! * [`automata`]: one formula as a whole language, against MONA.
//! * [`sessions`]: one contract in a session, with past operators and counters, against the definitions.
//! * [`share`]: the work divided over the processors.

pub mod automata;
pub mod sessions;
pub mod share;
pub mod traces;
pub mod words;

use core::fmt;

use sponsio_engine::automaton::{PropositionalAutomaton, PropositionalError};
use sponsio_engine::formula::Formula;

use crate::oracle::Position;

/// Where the engine and an oracle do not agree.
#[derive(Debug, thiserror::Error)]
#[error("`{formula}` on {trace}: {what}")]
pub struct Difference {
    /// The formula.
    pub formula: String,
    /// The trace, up to the place of the difference.
    pub trace: String,
    /// What the one says and what the other.
    pub what: String,
}

impl Difference {
    pub(crate) fn new(formula: &Formula, trace: &[Position], what: impl fmt::Display) -> Self {
        let trace = trace.iter().map(|p| p.to_string()).collect::<Vec<_>>().join(" ");
        Self { formula: formula.to_string(), trace, what: what.to_string() }
    }
}

/// The engine's automata of a formula, eager and lazy; `None` where it is over the engine's limits.
fn build(formula: &Formula) -> Result<Option<[PropositionalAutomaton; 2]>, Difference> {
    let eager = PropositionalAutomaton::new(formula, false);
    let lazy = PropositionalAutomaton::new(formula, true);
    match (eager, lazy) {
        (Ok(eager), Ok(lazy)) => Ok(Some([eager, lazy])),
        (Err(PropositionalError::TooLarge), _) | (_, Err(PropositionalError::TooLarge)) => Ok(None),
        (Err(error), _) | (_, Err(error)) => Err(Difference::new(formula, &[], error)),
    }
}
