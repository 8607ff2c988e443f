//! The number of states that a lazy automaton finds, before any minimisation.
//!
//! A residual formula has a normal form so that few residuals differ. An error there would keep the
//! language and lose the size, and no oracle for languages would see it.

use std::collections::BTreeSet;

use sponsio_engine::automaton::{PropositionalAutomaton, PropositionalState};
use sponsio_engine::formula::Formula;

/// Visits every state and counts them.
fn check(formula: &str, expect: usize) {
    let parsed = Formula::parse(formula).unwrap();
    let automaton = PropositionalAutomaton::new(&parsed, true).unwrap();
    let letters = 1u32 << automaton.propositions().len();
    let mut seen = BTreeSet::new();
    let mut stack: Vec<PropositionalState> = vec![automaton.initial().unwrap()];
    while let Some(state) = stack.pop() {
        if seen.insert(state.number()) {
            stack.extend((0..letters).map(|letter| automaton.step(state, letter).unwrap()));
        }
    }
    assert_eq!(automaton.states(), expect, "{formula}");
}

#[test]
fn a_deadline_of_n_calls_has_about_n_states() {
    for n in 1..=8 {
        check(&format!("G(called(a) -> F[<={n}] called(b))"), n + 2);
    }
}

#[test]
fn a_cooldown_of_n_calls_has_about_n_states() {
    for n in 1..=8 {
        check(&format!("G(called(a) -> G[<={n}] !called(b))"), n + 2);
    }
}

#[test]
fn a_search_for_a_quiet_time_of_n_calls_has_about_n_states() {
    for n in 1..=8 {
        check(&format!("F(called(a) & G[<={n}] !called(b))"), n + 2);
        check(&format!("F(called(a) & F[<={n}] called(b))"), n + 2);
    }
}

#[test]
fn an_alternative_that_another_one_covers_is_dropped() {
    check("F(called(a) & F called(b))", 3);
    check("F(called(a) & F(called(b) & F called(a)))", 4);
    check("G(called(a) -> X F called(b))", 4);
}
