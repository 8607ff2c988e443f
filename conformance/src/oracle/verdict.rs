//! The four-valued verdict of a prefix, by its definition: all futures up to some length are tried.
//!
//! The number of futures is exponential in their length. For a formula whose minimal automaton has `n`
//! states a length of `n - 1` is exact: whatever can be reached can be reached without visiting a state
//! twice.

use sponsio_engine::formula::{Formula, Symbol};
use sponsio_engine::verdict::Verdict;

use super::{Position, holds};

/// The verdict of `formula` on `prefix`, as far as futures of up to `horizon` events over `propositions`
/// tell.
pub fn verdict(
    formula: &Formula,
    prefix: &[Position],
    propositions: &[Symbol],
    horizon: usize,
) -> Verdict {
    let here = holds(formula, prefix);
    match (here, changes(formula, &mut prefix.to_vec(), propositions, horizon, here)) {
        (true, true) => Verdict::Holding,
        (true, false) => Verdict::Satisfied,
        (false, true) => Verdict::Pending,
        (false, false) => Verdict::Violated,
    }
}

/// Whether some future of up to `horizon` events makes the truth differ from `here`.
fn changes(
    formula: &Formula,
    trace: &mut Vec<Position>,
    propositions: &[Symbol],
    horizon: usize,
    here: bool,
) -> bool {
    if horizon == 0 {
        return false;
    }
    (0..1u32 << propositions.len()).any(|letter| {
        trace.push(Position::of_letter(letter, propositions));
        let changed = holds(formula, trace) != here
            || changes(formula, trace, propositions, horizon - 1, here);
        trace.pop();
        changed
    })
}
