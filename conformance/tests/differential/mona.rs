//! Random formulas as whole languages, and the size of their automata, against MONA.

use fastrand::Rng;
use sponsio_conformance::compare::automata::with_mona;
use sponsio_conformance::compare::share::in_parallel;
use sponsio_conformance::generate::formula::Grammar;
use sponsio_conformance::generate::propositions;

/// Formulas per run.
const FORMULAS: usize = 600;

#[test]
fn the_language_and_the_number_of_states_are_those_mona_finds() {
    let states: Vec<Vec<usize>> = in_parallel(|share, shares| {
        let mut rng = Rng::with_seed(2_000 + u64::try_from(share).unwrap());
        let mut compared = Vec::new();
        while compared.len() < FORMULAS.div_ceil(shares) {
            let grammar = Grammar { bound_max: 3, ..Grammar::new(propositions(rng.usize(1..=2))) };
            let operators = rng.usize(1..=7);
            let formula = grammar.future(&mut rng, operators).unwrap();
            compared
                .extend(with_mona(&formula).unwrap_or_else(|difference| panic!("{difference}")));
        }
        compared
    });
    let largest = states.iter().flatten().max().copied().unwrap_or(0);
    assert!(largest >= 10, "the formulas are too small to tell: at most {largest} states");
}
