//! The oracle itself, and the state before the first event: cases small enough to judge by eye.

use sponsio_conformance::compare::traces::verdicts;
use sponsio_conformance::generate::{called, fact};
use sponsio_conformance::oracle::{Position, holds};
use sponsio_engine::automaton::PropositionalAutomaton;
use sponsio_engine::formula::Formula;
use sponsio_engine::verdict::Verdict;

/// A trace from a text: `a` and `b` are calls of these tools, `p` and `q` events with that fact, `.` any
/// other event; each a second after the one before.
fn trace(text: &str) -> Vec<Position> {
    let position = |(second, letter): (i64, char)| {
        let facts = match letter {
            'a' | 'b' => vec![called(&letter.to_string())],
            'p' | 'q' => vec![fact(&letter.to_string())],
            _ => Vec::new(),
        };
        Position { is_call: matches!(letter, 'a' | 'b'), time: second * 1_000_000, facts }
    };
    (0..).zip(text.chars()).map(position).collect()
}

/// Checks on which of the traces the formula holds.
fn check(formula: &str, holds_of: &[&str], not_of: &[&str]) {
    let formula = Formula::parse(formula).unwrap();
    for text in holds_of {
        assert!(holds(&formula, &trace(text)), "{formula} should hold of {text}");
    }
    for text in not_of {
        assert!(!holds(&formula, &trace(text)), "{formula} should not hold of {text}");
    }
}

#[test]
fn next_goes_to_the_next_call() {
    check("X called(a)", &["a", "ba", "b..a", "..", "p"], &["ab", "a.b", ".b"]);
    check("X! called(a)", &["ba", "b..ab"], &["a", "ab", "a.", ".."]);
}

#[test]
fn until_is_strong_and_weak_until_is_not() {
    check(r#"ctx(p, "1") U called(a)"#, &["a", "ppa"], &["pp", "p.a", "b"]);
    check(r#"ctx(p, "1") W called(a)"#, &["a", "ppa", "pp"], &["p.a", "b"]);
}

#[test]
fn release_needs_its_second_operand_up_to_the_first() {
    check("called(b) R called_any", &["aab.", "aaa", "b"], &["aa.", ".b"]);
}

#[test]
fn bounded_operators_count_calls() {
    check("F[<=1] called(a)", &["a", "ba", "b.a", "..a"], &["bba", "b"]);
    check("G[<=1] !called(a)", &["b", "bba", "b.ba", "..ba"], &["a", "ba", "b.a"]);
    check("F O[<=1] called(a) & F (called(b) & O[<=1] called(a))", &["ab", "a..b"], &["b", "a"]);
    check("G(called(b) -> O[<=1] called(a))", &["ab", "a.b", "a.bab"], &["abb", "b"]);
}

#[test]
fn seconds_are_measured_between_events() {
    check("G(called(b) -> O[<=2s] called(a))", &["ab", "a.b", "."], &["a..b"]);
}

#[test]
fn the_past_includes_the_present() {
    check("G(called(b) -> O called(a))", &["ab", "a..bb"], &["ba", "b"]);
    check("G(called(b) -> H !called(a))", &["b", "ba"], &["ab"]);
    check(r#"G(called(b) -> !called(a) S ctx(p, "1"))"#, &["pb", "ap.b"], &["b", "pab"]);
    check("G(called(b) -> Y called(a))", &["ab", "a..b"], &["b", "abb"]);
}

#[test]
fn rise_is_about_the_event_before() {
    check(r#"G !rise(called_any)"#, &["...", "p"], &["a", ".a"]);
    check(r#"G(called(b) -> rise(called_any))"#, &["b", "a.b"], &["ab"]);
}

#[test]
fn counters_count_calls_up_to_here() {
    check("G(count(a) <= 1)", &["a", "ab", "."], &["aa", "a.a"]);
    check("G(consecutive_count(a) <= 1)", &["a", "aba", "."], &["aa", "a.a"]);
}

/// Checks the verdict before any event: nothing is met yet, and nothing is broken.
fn check_initial(formula: &str, expect: Verdict) {
    let formula = Formula::parse(formula).unwrap();
    for lazy in [false, true] {
        let automaton = PropositionalAutomaton::new(&formula, lazy).unwrap();
        assert_eq!(verdicts(&automaton, &[]), Some(vec![expect]), "{formula}, lazy {lazy}");
    }
}

#[test]
fn before_the_first_event_nothing_is_met_and_nothing_broken() {
    check_initial("G called(a)", Verdict::Holding);
    check_initial("F called(a)", Verdict::Pending);
    check_initial("G(called(a) -> F called(b))", Verdict::Holding);
    check_initial("called(a)", Verdict::Pending);
    check_initial("!called(a)", Verdict::Holding);
    check_initial("X called(a)", Verdict::Holding);
    check_initial("X! called(a)", Verdict::Pending);
    check_initial("called(a) U called(b)", Verdict::Pending);
    check_initial("called(a) W called(b)", Verdict::Holding);
    check_initial("called(a) R called(b)", Verdict::Holding);
    check_initial("true", Verdict::Satisfied);
    check_initial("false", Verdict::Violated);
}
