//! Contracts in sessions: past operators, counters, facts and calls, against the definitions.

use fastrand::Rng;
use sponsio_conformance::compare::Difference;
use sponsio_conformance::compare::sessions::{Compared, on_session};
use sponsio_conformance::compare::share::in_parallel;
use sponsio_conformance::generate::event;
use sponsio_conformance::generate::formula::Grammar;
use sponsio_engine::event::Event;
use sponsio_engine::formula::Formula;

/// Formulas per test and run.
const FORMULAS: usize = 4_000;
/// Sessions per formula.
const SESSIONS: usize = 5;

/// Compares random formulas on random sessions; at least a tenth of the sessions must violate, and nine
/// tenths of the formulas can be met.
fn check(seed: u64, make: impl Fn(&mut Rng) -> Formula + Sync, is_safety: bool) {
    let run = |formula: &Formula, events: &[Event]| -> Result<Compared, Difference> {
        on_session(formula, events, true, is_safety)?;
        on_session(formula, events, false, is_safety)
    };
    let outcomes: Vec<Compared> = in_parallel(|share, shares| {
        let mut rng = Rng::with_seed(seed + u64::try_from(share).unwrap());
        let mut outcomes = Vec::new();
        for _ in 0..FORMULAS / shares {
            let formula = make(&mut rng);
            for _ in 0..SESSIONS {
                let events = event::random(&mut rng, 12);
                outcomes.push(
                    run(&formula, &events).unwrap_or_else(|difference| panic!("{difference}")),
                );
            }
        }
        outcomes
    })
    .concat();
    let count = |wanted: Compared| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let violated = count(Compared::Agreed { violated: true });
    let refused = count(Compared::Refused);
    assert!(violated * 10 >= outcomes.len(), "{violated} of {}", outcomes.len());
    assert!(refused * 10 <= outcomes.len(), "{refused} of {}", outcomes.len());
}

fn grammar(rng: &mut Rng) -> Grammar {
    let mut propositions = event::vocabulary();
    rng.shuffle(&mut propositions);
    propositions.truncate(3);
    let counted = event::TOOLS.iter().take(2).map(|tool| (*tool).into()).collect();
    Grammar { counted, bound_max: 3, ..Grammar::new(propositions) }
}

#[test]
fn what_always_holds_of_the_past_is_judged_by_its_definition() {
    let make = |rng: &mut Rng| {
        let operators = rng.usize(1..=7);
        grammar(rng).always_past(rng, operators).unwrap()
    };
    check(3_000, make, true);
}

#[test]
fn the_future_of_the_past_is_judged_by_its_definition() {
    let make = |rng: &mut Rng| {
        let operators = rng.usize(1..=9);
        grammar(rng).mixed(rng, operators).unwrap()
    };
    check(4_000, make, false);
}

#[test]
fn the_future_of_events_is_judged_by_its_definition() {
    let make = |rng: &mut Rng| {
        let operators = rng.usize(1..=7);
        grammar(rng).future(rng, operators).unwrap()
    };
    check(5_000, make, false);
}
