//! The verdict of each state.
//!
//! A state is `violated` if no accepting state can be reached from it, itself included, and `satisfied` if no
//! rejecting state can; otherwise `holding` if it accepts and `pending` if it does not. Two backward searches,
//! linear in the automaton (Bauer, Leucker and Schallhart, "Comparing LTL semantics for runtime verification",
//! 2010; on finite words De Giacomo and others, "Monitoring business metaconstraints based on LTL and LDL for
//! finite traces", 2014).

use super::determinize::Automaton;
use crate::verdict::Verdict;

/// The verdicts of all states.
pub(crate) fn label(automaton: &Automaton) -> Vec<Verdict> {
    let can_accept = can_reach(automaton, true);
    let can_reject = can_reach(automaton, false);
    let verdict = |((accepts, can_accept), can_reject): ((&bool, bool), bool)| match (
        accepts, can_accept, can_reject,
    ) {
        (_, false, _) => Verdict::Violated,
        (_, _, false) => Verdict::Satisfied,
        (true, ..) => Verdict::Holding,
        (false, ..) => Verdict::Pending,
    };
    automaton.accepts.iter().zip(can_accept).zip(can_reject).map(verdict).collect()
}

/// Whether a state with this acceptance can be reached from each state.
fn can_reach(automaton: &Automaton, acceptance: bool) -> Vec<bool> {
    let mut predecessors: Vec<Vec<usize>> = vec![Vec::new(); automaton.states()];
    for (state, row) in automaton.next.chunks(automaton.letters.max(1)).enumerate() {
        for target in row {
            if let Some(list) = usize::try_from(*target).ok().and_then(|t| predecessors.get_mut(t))
            {
                list.push(state);
            }
        }
    }
    let mut reached: Vec<bool> = automaton.accepts.iter().map(|a| *a == acceptance).collect();
    let mut stack: Vec<usize> =
        (0..reached.len()).filter(|s| reached.get(*s).copied().unwrap_or(false)).collect();
    while let Some(state) = stack.pop() {
        for from in predecessors.get(state).into_iter().flatten() {
            if let Some(slot) = reached.get_mut(*from).filter(|slot| !**slot) {
                *slot = true;
                stack.push(*from);
            }
        }
    }
    reached
}
