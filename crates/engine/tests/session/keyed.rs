//! Contracts that are judged for each value of a key, against as many sessions of their own.

use std::collections::HashMap;
use std::sync::Arc;

use fastrand::Rng;
use sponsio_engine::contract::{Contract, ForEach, KeyPart};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Decimal, Event, EventKind, Timestamp, Value};
use sponsio_engine::limits::{KEY_PARTS_MAX, KEYS_MAX};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;

use crate::support::contract;

/// Guarantees of every kind: automata, counters, windows, sums, calls that stand, distances.
const GUARANTEES: [&str; 9] = [
    "!called(pay) W called(verify)",
    "G(called(pay) -> O called(verify))",
    "G(called(pay) -> done(verify))",
    "G(count(pay) <= 3)",
    "G(count(pay) within 20s <= 2)",
    "G(sum(pay, amount) <= 40)",
    "G(called(pay) -> X !called(pay))",
    "G(called(open) -> F called(close))",
    "G(called(pay) -> !ctx(frozen, \"yes\"))",
];

fn keyed(formula: &str) -> Contract {
    let key = KeyPart::Argument { path: Some("id".into()), by_tool: Vec::new() };
    Contract { for_each: Some(ForEach { keys: vec![key], as_text: false }), ..contract(formula) }
}

fn program(contract: Contract, mode: Mode) -> Arc<Program> {
    let options = Options { mode, ..Options::default() };
    Program::compile(&[contract], &options).unwrap()
}

fn number(number: u64) -> Value {
    Value::Number(Decimal::from(number))
}

fn call(tool: &str, id: u64, amount: u64, time: i64) -> Event {
    let args = [("id".into(), number(id)), ("amount".into(), number(amount))];
    Event::call(Timestamp::from_seconds(time), tool, Value::Object(args.into()))
}

/// What happens, and to which value; to all where it is no call.
fn random(rng: &mut Rng, time: &mut i64, values: u64) -> (Event, Option<u64>) {
    *time += rng.i64(0..3);
    if rng.u8(0..40) == 0 {
        let value = rng.bool().then_some("yes");
        return (Event::context(Timestamp::from_seconds(*time), "frozen", value), None);
    }
    let tools = ["pay", "verify", "open", "close", "other"];
    let (tool, id) = (tools[rng.usize(..tools.len())], rng.u64(..values));
    (call(tool, id, rng.u64(..9), *time), Some(id))
}

#[test]
fn each_value_is_judged_as_if_its_events_were_the_only_ones() {
    for (seed, formula) in (0u64..).zip(GUARANTEES) {
        for mode in [Mode::Enforce, Mode::Observe] {
            agree(formula, mode, seed);
        }
    }
}

/// Ten thousand events, against a session for each value that sees only the events of that value.
fn agree(formula: &str, mode: Mode, seed: u64) {
    let (one, alone) = (program(keyed(formula), mode), program(contract(formula), mode));
    let mut session = Session::new(&one);
    let (mut scratch, mut scratch_alone) = (Scratch::new(&one), Scratch::new(&alone));
    let mut fresh = Session::new(&alone);
    let mut own: HashMap<u64, Session> = HashMap::new();
    let (mut rng, mut time) = (Rng::with_seed(seed), 0);
    for place in 0..10_000 {
        let (event, value) = random(&mut rng, &mut time, 200);
        let step = session.step(&event, &mut scratch);
        let decided = (step.decision, step.objections.len());
        let expected = match value {
            Some(value) => {
                let own = own.entry(value).or_insert_with(|| fresh.clone());
                let step = own.step(&event, &mut scratch_alone);
                (step.decision, step.objections.len())
            }
            None => {
                own.values_mut().for_each(|own| {
                    own.step(&event, &mut scratch_alone);
                });
                let step = fresh.step(&event, &mut scratch_alone);
                (step.decision, step.objections.len())
            }
        };
        assert_eq!(decided, expected, "{formula}, {mode:?}, event {place}: {event:?}");
        if place % 2_500 == 0 {
            let mut bytes = Vec::new();
            session.snapshot(&mut bytes);
            let restored = Session::restore(&one, &bytes).unwrap();
            assert!(restored == session, "{formula}, event {place}");
            session = restored;
        }
    }
}

#[test]
fn a_value_that_is_back_at_its_beginning_is_forgotten() {
    let program = program(keyed("G(called(open) -> F called(close))"), Mode::Enforce);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    for id in 0..1_000 {
        session.step(&call("open", id, 0, 0), &mut scratch);
    }
    assert_eq!(session.live_keys(), 1_000);
    for id in (0..1_000).rev() {
        session.step(&call("close", id, 0, 0), &mut scratch);
    }
    assert_eq!(session.live_keys(), 0);
    assert!(session == restored(&session));
}

fn restored(session: &Session) -> Session {
    let mut bytes = Vec::new();
    session.snapshot(&mut bytes);
    Session::restore(session.program(), &bytes).unwrap()
}

#[test]
fn a_further_value_over_the_limit_is_refused_and_the_others_go_on() {
    let program = program(keyed("G(called(pay) -> O called(verify))"), Mode::Enforce);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let values = u64::try_from(KEYS_MAX).unwrap();
    for id in 0..values {
        session.step(&call("verify", id, 0, 0), &mut scratch);
    }
    let decide = |session: &mut Session, scratch: &mut Scratch, tool: &str, id: u64| {
        session.step(&call(tool, id, 0, 0), scratch).decision
    };
    assert_eq!(session.live_keys(), KEYS_MAX);
    assert_eq!(decide(&mut session, &mut scratch, "verify", values), Decision::Block);
    assert_eq!(decide(&mut session, &mut scratch, "pay", values), Decision::Block);
    assert_eq!(decide(&mut session, &mut scratch, "pay", 7), Decision::Allow);
    assert_eq!(session.live_keys(), KEYS_MAX);
    assert!(session.live_bytes() <= 96 * KEYS_MAX, "{} bytes", session.live_bytes());
}

#[test]
fn an_observed_value_over_the_limit_takes_no_state() {
    let program = program(keyed("G(called(pay) -> O called(verify))"), Mode::Observe);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    for id in 0..=u64::try_from(KEYS_MAX).unwrap() {
        session.step(&call("verify", id, 0, 0), &mut scratch);
    }
    assert_eq!(session.live_keys(), KEYS_MAX);
}

#[test]
fn a_refused_call_leaves_no_value_behind() {
    let program = program(keyed("G(called(pay) -> O called(verify))"), Mode::Enforce);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let before = session.clone();
    assert_eq!(session.step(&call("pay", 1, 0, 0), &mut scratch).decision, Decision::Block);
    assert!(session == before && session.live_keys() == 0);
    let refused = EventKind::Denied { tool: "pay".into() };
    session.step(&Event::new(Timestamp(0), refused), &mut scratch);
    assert_eq!(session.live_keys(), 0);
}

#[test]
fn a_key_of_more_parts_than_the_limit_is_refused() {
    let compile = |parts: usize| {
        let keys = vec![KeyPart::Agent; parts];
        let for_each = Some(ForEach { keys, as_text: false });
        let contract = Contract { for_each, ..contract("G !called(pay)") };
        Program::compile(&[contract], &Options::default())
    };
    assert!(compile(KEY_PARTS_MAX).is_ok());
    let errors = compile(KEY_PARTS_MAX + 1).unwrap_err();
    assert!(errors[0].to_string().contains("9 parts"), "{}", errors[0]);
    assert!(compile(0).unwrap_err()[0].to_string().contains("key cannot be read"));
}
