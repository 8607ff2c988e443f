//! One formula as a whole language: the engine's automaton against MONA's.

use sponsio_engine::automaton::PropositionalAutomaton;
use sponsio_engine::formula::{Formula, Symbol};

use super::Difference;
use crate::mona::{Dfa, MonaError, automaton};
use crate::oracle::Position;

/// Why the two could not be shown to be equal.
#[derive(Debug, thiserror::Error)]
pub enum MonaDifference {
    /// They differ.
    #[error(transparent)]
    Different(#[from] Difference),
    /// There is nothing to compare with.
    #[error(transparent)]
    Mona(#[from] MonaError),
}

/// Compares languages, and numbers of states. The number of states; `None` where the engine does not build
/// the automaton in full.
pub fn with_mona(formula: &Formula) -> Result<Option<usize>, MonaDifference> {
    let Ok(ours) = PropositionalAutomaton::new(formula, false) else { return Ok(None) };
    if !ours.is_dense() {
        return Ok(None);
    }
    let different =
        |trace: &[Position], what: String| Err(Difference::new(formula, trace, what).into());
    // MONA has no strings over no sets.
    let mut propositions: Vec<Symbol> = ours.propositions().to_vec();
    if propositions.is_empty() {
        propositions.push(crate::generate::called_any());
    }
    let Some((table, accepts_empty)) = explore(&ours, propositions.len()) else {
        return different(&[], "the engine's automaton is not complete".into());
    };
    let theirs = automaton(formula, &propositions, accepts_empty)?;
    if let Some(word) = table.difference(&theirs) {
        let letters = word.iter().filter_map(|letter| u32::try_from(*letter).ok());
        let trace: Vec<Position> = letters.map(|l| Position::of_letter(l, &propositions)).collect();
        return different(&trace, "the engine and MONA do not agree".into());
    }
    if ours.states() != theirs.minimal_states() {
        let what = format!("{} states, by MONA {}", ours.states(), theirs.minimal_states());
        return different(&[], what);
    }
    Ok(Some(ours.states()))
}

/// The engine's automaton as a table, and whether it accepts before the first event.
fn explore(ours: &PropositionalAutomaton, propositions: usize) -> Option<(Dfa, bool)> {
    let known = 1u32.checked_shl(u32::try_from(ours.propositions().len()).ok()?)?;
    let start = ours.initial().ok()?;
    let step = |state, letter: u32| ours.step(state, letter % known).ok();
    let accepts_empty = start.verdict().is_accepting();
    let dfa = Dfa::explore(propositions, accepts_empty, start, step, |s| {
        Some(s.verdict().is_accepting())
    })?;
    Some((dfa, accepts_empty))
}
