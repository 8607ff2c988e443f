//! All small formulas on all traces of up to four events.
//!
//! | propositions | operators | size | formulas |
//! | --- | --- | --- | --- |
//! | `p`, `called_any` | all | up to 3 | 33,770 |
//! | `p`, `q`, each event a call | all | up to 3 | 33,770 |
//! | `p`, `called_any` | core | up to 4 | 127,842 |
//!
//! With `called_any` as a proposition, `X` meets events that are calls and events that are not. Size 4 with
//! all operators is ten times as many formulas; the others can be written with the core ones.

use sponsio_conformance::compare::share::in_parallel;
use sponsio_conformance::compare::words::{Tally, Words};
use sponsio_conformance::generate::exhaustive::{ALL, CORE, Operators};
use sponsio_conformance::generate::{fact, propositions};
use sponsio_engine::formula::Symbol;

fn check(propositions: &[Symbol], operators: Operators, size: usize, formulas: usize) {
    let tallies: Vec<Tally> = in_parallel(|share, shares| {
        let words = Words::new(propositions.to_vec(), 4);
        assert_eq!(words.count(), 340);
        words
            .compare(&operators, size, (share, shares))
            .unwrap_or_else(|difference| panic!("{difference}"))
    });
    let compared: usize = tallies.iter().map(|t| t.formulas).sum();
    let pairs: usize = tallies.iter().map(|t| t.pairs).sum();
    assert_eq!((compared, pairs), (formulas, formulas * 340));
}

#[test]
fn all_formulas_of_three_operators_over_calls_and_other_events() {
    check(&propositions(1), ALL, 3, 2 + 36 + 972 + 32_760);
}

#[test]
fn all_formulas_of_three_operators_over_two_facts() {
    check(&[fact("p"), fact("q")], ALL, 3, 2 + 36 + 972 + 32_760);
}

#[test]
fn all_formulas_of_four_core_operators() {
    check(&propositions(1), CORE, 4, 2 + 20 + 300 + 5_720 + 121_800);
}
