//! Facts that are not known: a change of one could not be judged, so it may be anything.

use proptest::prelude::*;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Event, EventKind, Timestamp};
use sponsio_engine::limits::FACT_BYTES_MAX;
use sponsio_engine::session::{Failure, Scratch, Session};

use crate::support::{call, contract, fact, program};

/// Formulas about the fact `k` where the call is made, in both signs.
fn formula() -> impl Strategy<Value = String> {
    let facts = vec![
        r#"ctx(k, "a")"#,
        r#"ctx(k, "b")"#,
        r#"ctx_matches(k, "a|c")"#,
        r#"ctx(k) == "a""#,
        "ctx(k) >= 5",
        "ctx(k) < 7",
        r#"optional(ctx(k)) != "b""#,
        "length(optional(ctx(k))) <= 1",
        "called(go)",
    ];
    let leaf = prop::sample::select(facts).prop_map(|fact| format!("({fact})"));
    leaf.prop_recursive(3, 12, 2, |inner| {
        let (a, b) = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|f| format!("!{f}")),
            (a.clone(), b.clone()).prop_map(|(f, g)| format!("({f} & {g})")),
            (a, b).prop_map(|(f, g)| format!("({f} | {g})")),
        ]
    })
}

const VALUES: [Option<&str>; 6] = [None, Some("a"), Some("b"), Some("c"), Some("5"), Some("77")];

/// The decision of a call of `go` after the fact was set to `before` and then to `after`; without one, by an event
/// that could not be judged.
fn decision(formula: &str, before: Option<&str>, after: Option<Option<&str>>) -> Decision {
    let program = program(&[contract(&format!("G(called(go) -> {formula})"))]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    session.step(&fact("k", before), &mut scratch);
    match after {
        Some(value) => drop(session.step(&fact("k", value), &mut scratch)),
        None => {
            let huge = "x".repeat(FACT_BYTES_MAX);
            let facts = [("k".into(), Some("a".into())), ("note".into(), Some(huge.into()))];
            let event = Event::new(Timestamp(0), EventKind::Context { facts: facts.into() });
            let failure = session.step(&event, &mut scratch).failure;
            assert_eq!(failure, Some(Failure::EventTooLarge));
            let mut bytes = Vec::new();
            session.snapshot(&mut bytes);
            session = Session::restore(&program, &bytes).unwrap();
        }
    }
    session.step(&call("go"), &mut scratch).decision
}

proptest! {
    #[test]
    fn a_fact_that_is_not_known_permits_no_more_than_any_value_of_it(
        formula in formula(),
        before in prop::sample::select(VALUES.to_vec()),
    ) {
        let lost = decision(&formula, before, None);
        for value in VALUES {
            prop_assert!(lost >= decision(&formula, before, Some(value)), "{formula}, {value:?}");
        }
    }

    #[test]
    fn a_fact_is_known_again_once_it_is_set(formula in formula(), value in prop::sample::select(VALUES.to_vec())) {
        let program = program(&[contract(&format!("G(called(go) -> {formula})"))]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        let huge = "x".repeat(FACT_BYTES_MAX);
        let event = fact("k", Some(&huge));
        session.step(&event, &mut scratch);
        session.step(&fact("k", value), &mut scratch);
        let decided = session.step(&call("go"), &mut scratch).decision;
        prop_assert_eq!(decided, decision(&formula, None, Some(value)));
    }
}
