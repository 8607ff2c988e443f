//! Random formulas on random traces: after each event, acceptance is what the definition says; for small
//! formulas, verdicts are what all futures say.

use fastrand::Rng;
use sponsio_conformance::compare::share::in_parallel;
use sponsio_conformance::compare::traces::{on_futures, on_traces};
use sponsio_conformance::generate::formula::Grammar;
use sponsio_conformance::generate::{propositions, trace};

/// Formulas per run.
const FORMULAS: usize = 10_000;
/// Traces per formula.
const TRACES: usize = 10;

#[test]
fn the_automaton_accepts_what_the_definition_accepts() {
    let compared: usize = in_parallel(|share, shares| {
        let mut rng = Rng::with_seed(u64::try_from(share).unwrap());
        let mut compared = 0;
        for _ in 0..FORMULAS.div_ceil(shares) {
            let grammar = Grammar::new(propositions(rng.usize(1..=3)));
            let operators = rng.usize(1..=10);
            let formula = grammar.future(&mut rng, operators).unwrap();
            let traces: Vec<_> =
                (0..TRACES).map(|_| trace::random(&mut rng, &grammar.propositions, 10)).collect();
            compared +=
                on_traces(&formula, &traces).unwrap_or_else(|difference| panic!("{difference}"));
        }
        compared
    })
    .iter()
    .sum();
    assert!(
        compared >= FORMULAS * TRACES * 99 / 100,
        "too many formulas are over the limits: {compared}"
    );
}

#[test]
fn verdicts_are_those_of_all_futures() {
    let compared: usize = in_parallel(|share, shares| {
        let mut rng = Rng::with_seed(1_000 + u64::try_from(share).unwrap());
        let grammar = Grammar { bound_max: 2, ..Grammar::new(propositions(1)) };
        let mut compared = 0;
        for _ in 0..1_500 / shares {
            let operators = rng.usize(1..=6);
            let formula = grammar.future(&mut rng, operators).unwrap();
            let trace = trace::random(&mut rng, &grammar.propositions, 4);
            compared += on_futures(&formula, &trace, &grammar.propositions, 5)
                .unwrap_or_else(|difference| panic!("{difference}"));
        }
        compared
    })
    .iter()
    .sum();
    assert!(compared >= 1_500, "only {compared} prefixes");
}
