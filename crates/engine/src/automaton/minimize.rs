//! The smallest automaton with the same language, with its states in a fixed order.
//!
//! Partition refinement after Moore ("Gedanken-experiments on sequential machines", 1956): start with accepting
//! and rejecting states apart, and split a class while two of its members go to different classes under some
//! letter. Quadratic in the worst case where Hopcroft's algorithm is not; automata here stay below a few
//! thousand states and are built once, so the shorter algorithm wins.
//!
//! States are then numbered in breadth-first order over the letters, so that equal languages over equal alphabets
//! give equal tables: contracts of the same shape share one.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::determinize::Automaton;

/// The minimal automaton, in canonical order.
pub(crate) fn minimize(automaton: &Automaton) -> Automaton {
    let classes = refine(automaton);
    let mut order: Vec<u32> = Vec::new();
    let mut number: HashMap<u32, u32, FixedState> = HashMap::default();
    let class_of =
        |state: u32| usize::try_from(state).ok().and_then(|s| classes.get(s)).copied().unwrap_or(0);
    number.insert(class_of(0), 0);
    order.push(0);
    let mut minimal =
        Automaton { letters: automaton.letters, next: Vec::new(), accepts: Vec::new() };
    let mut at = 0usize;
    while let Some(representative) = order.get(at).copied() {
        minimal.accepts.push(automaton.accepts(representative));
        for place in 0..automaton.letters {
            let next = automaton.next(representative, place);
            let fresh = u32::try_from(order.len()).unwrap_or(u32::MAX);
            let target = *number.entry(class_of(next)).or_insert_with(|| {
                order.push(next);
                fresh
            });
            minimal.next.push(target);
        }
        at = at.saturating_add(1);
    }
    minimal
}

/// The class of each state.
fn refine(automaton: &Automaton) -> Vec<u32> {
    let mut classes: Vec<u32> = automaton.accepts.iter().map(|a| u32::from(*a)).collect();
    let mut count = 0;
    loop {
        let mut signatures: HashMap<Vec<u32>, u32, FixedState> = HashMap::default();
        let mut refined = Vec::with_capacity(classes.len());
        for (class, row) in classes.iter().zip(automaton.next.chunks(automaton.letters.max(1))) {
            let target =
                |state: &u32| usize::try_from(*state).ok().and_then(|s| classes.get(s)).copied();
            let signature = core::iter::once(*class).chain(row.iter().filter_map(target)).collect();
            let fresh = u32::try_from(signatures.len()).unwrap_or(u32::MAX);
            refined.push(*signatures.entry(signature).or_insert(fresh));
        }
        let refined_count = signatures.len();
        classes = refined;
        if refined_count == count {
            return classes;
        }
        count = refined_count;
    }
}
