//! Sessions that go on under another program, against sessions that had that program from the beginning.

use std::sync::Arc;

use fastrand::Rng;
use sponsio_engine::contract::{Contract, ForEach, KeyPart};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Event, EventKind, Outcome, Timestamp, Tokens, Value};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;

use crate::support::{args, call, compile, contract, fact, program};

/// Guarantees of every kind of state.
const GUARANTEES: [&str; 16] = [
    "!called(pay) W called(verify)",
    "G(called(pay) -> done(verify))",
    "G(count(pay) <= 3)",
    "G(count(pay) within 20s <= 2)",
    "G(sum(pay, amount) <= 40)",
    "G(called(pay) -> X !called(pay))",
    "G(called(open) -> F[<=4] called(close))",
    "G(called(pay) -> !ctx(frozen, \"yes\"))",
    "G(called(pay) -> O[<=3] called(verify))",
    "G(called(open) -> !Y O[<=10s] called(open))",
    "G(distinct(pay, amount) <= 3)",
    "G(called(pay) -> time_since(called(verify)) <= 9)",
    "G(called(close) -> token_count <= 40)",
    "G(called(close) -> !flow(auditor, treasurer))",
    "G(called(verify) -> delegation_depth <= 1)",
    "(F called(open)) -> G(count(open) <= 2)",
];

fn keyed(formula: &str, key: KeyPart) -> Contract {
    let name = format!("{formula} for each {key:?}").into();
    let for_each = Some(ForEach { keys: vec![key], as_text: false });
    Contract { name, for_each, ..contract(formula) }
}

fn all() -> Vec<Contract> {
    let amount = KeyPart::Argument { path: Some("amount".into()), by_tool: Vec::new() };
    let mut all: Vec<Contract> = GUARANTEES.iter().map(|formula| contract(formula)).collect();
    all.push(keyed("G(count(pay) <= 2)", amount.clone()));
    all.push(keyed("G(called(pay) -> done(verify))", amount));
    all.push(keyed("G(count(open) <= 2)", KeyPart::Fact("frozen".into())));
    all
}

fn some(rng: &mut Rng) -> Vec<Contract> {
    let mut some: Vec<Contract> = all().into_iter().filter(|_| rng.bool()).collect();
    rng.shuffle(&mut some);
    some
}

fn random(rng: &mut Rng, time: &mut i64) -> Event {
    *time += rng.i64(0..3);
    let at = Timestamp::from_seconds(*time);
    let tool = ["pay", "verify", "open", "close", "other"][rng.usize(..5)];
    let agent = ["auditor", "treasurer", "clerk"][rng.usize(..3)];
    let id: Option<Box<str>> = rng.bool().then(|| rng.u8(..6).to_string().into());
    let kind = match rng.u8(..14) {
        0 => return Event::context(at, "frozen", rng.bool().then_some("yes")),
        1 | 2 => EventKind::ToolResult {
            tool: tool.into(),
            id,
            outcome: if rng.bool() { Outcome::Error } else { Outcome::Ok },
            output: Value::Null,
        },
        3 => EventKind::DataWrite { key: "k".into(), fields: Box::default(), internal: false },
        4 => EventKind::DataRead { key: "k".into() },
        5 => EventKind::Delegation { to: agent.into() },
        6 => EventKind::LlmResponse {
            text: "x".into(),
            segment: None,
            tokens: Tokens { input: 1, output: 4, total: 5 },
        },
        _ => EventKind::ToolCall {
            tool: tool.into(),
            args: args(&[("amount", &rng.u8(..9).to_string())]),
            call: CallRef {
                id,
                batch: (rng.u8(..5) == 0).then(|| "b".into()),
                ..CallRef::default()
            },
            effects: None,
        },
    };
    Event::new(at, kind).by(agent)
}

/// The names of the contracts that object, of those that are asked about.
fn objecting(session: &mut Session, event: &Event, scratch: &mut Scratch, of: &[String]) -> String {
    let program = Arc::clone(session.program());
    let step = session.step(event, scratch);
    let names = step.objections.iter().filter_map(|o| program.contract(o.contract));
    let names = names.map(|c| c.name()).filter(|name| of.iter().any(|known| known == name));
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.join("; ")
}

/// What is observed changes nothing for the other contracts, so each can be compared on its own.
#[test]
fn what_both_programs_have_goes_on_and_what_is_new_begins() {
    for seed in 0..120 {
        for lazy in [false, true] {
            for is_replayed in [false, true] {
                go_on(seed, lazy, is_replayed);
            }
        }
    }
}

fn go_on(seed: u64, lazy: bool, is_replayed: bool) {
    let mut rng = Rng::with_seed(seed);
    let (before, after) = (some(&mut rng), some(&mut rng));
    let before = compile(&before, Mode::Observe, lazy);
    let after = compile(&after, Mode::Observe, lazy);
    let (mut session, mut control) = (Session::new(&before), Session::new(&after));
    let (mut scratch, mut scratch_after) = (Scratch::new(&before), Scratch::new(&after));
    let (mut time, mut events) = (0, Vec::new());
    for _ in 0..rng.usize(..60) {
        let event = random(&mut rng, &mut time);
        session.step(&event, &mut scratch);
        control.step(&event, &mut scratch_after);
        events.push(event);
    }
    let mut next = if is_replayed { control.clone() } else { Session::new(&after) };
    let kept = next.adopt(&session, is_replayed);
    let mut bytes = Vec::new();
    next.snapshot(&mut bytes);
    assert!(Session::restore(&after, &bytes).unwrap() == next, "seed {seed}");
    let name = |c: &sponsio_engine::program::CompiledContract| c.name().to_owned();
    let compared: Vec<String> = match is_replayed {
        true => after.contracts().iter().map(name).collect(),
        false => kept.iter().filter_map(|id| after.contract(*id)).map(name).collect(),
    };
    let has = |program: &Program, hash| program.contracts().iter().any(|c| c.hash() == hash);
    let both = after.contracts().iter().filter(|c| has(&before, c.hash())).count();
    assert_eq!(kept.len(), both, "seed {seed}");
    for place in 0..60 {
        let event = random(&mut rng, &mut time);
        let ours = objecting(&mut next, &event, &mut scratch_after, &compared);
        let expected = objecting(&mut control, &event, &mut scratch_after, &compared);
        assert_eq!(
            ours,
            expected,
            "seed {seed}, lazy {lazy}, replayed {is_replayed}, after {} events, {place}: {event:?}",
            events.len()
        );
    }
}

#[test]
fn a_contract_that_is_new_does_not_know_what_was_before() {
    let before = program(&[contract("G !called(rm)")]);
    let after = program(&[contract("G(count(pay) <= 1)"), contract("G !called(rm)")]);
    let (mut session, mut scratch) = (Session::new(&before), Scratch::new(&before));
    session.step(&call("pay"), &mut scratch);
    let mut next = Session::new(&after);
    let kept: Vec<usize> = next.adopt(&session, false).iter().map(|id| id.index()).collect();
    assert_eq!((kept, next.events()), (vec![1], 1));
    let mut scratch = Scratch::new(&after);
    assert_eq!(next.step(&call("pay"), &mut scratch).decision, Decision::Allow);
    assert_eq!(next.step(&call("pay"), &mut scratch).decision, Decision::Block);
}

#[test]
fn a_contract_that_is_enforced_from_here_on_begins_anew() {
    let contracts = [contract("G(count(pay) <= 1)")];
    let before = compile(&contracts, Mode::Observe, false);
    let after = compile(&contracts, Mode::Enforce, false);
    let (mut session, mut scratch) = (Session::new(&before), Scratch::new(&before));
    session.step(&call("pay"), &mut scratch);
    let mut next = Session::new(&after);
    assert!(next.adopt(&session, false).is_empty());
}

#[test]
fn of_two_contracts_that_mean_the_same_each_takes_over_from_its_own() {
    let twice = [contract("G(count(pay) <= 1)"), contract("G(count(pay) <= 1)")];
    let (before, after) = (program(&twice), program(&twice));
    let (mut session, mut scratch) = (Session::new(&before), Scratch::new(&before));
    session.step(&call("pay"), &mut scratch);
    let mut next = Session::new(&after);
    assert_eq!(next.adopt(&session, false).len(), 2);
    assert_eq!(next.step(&call("pay"), &mut Scratch::new(&after)).objections.len(), 2);
}

/// Values of outputs are told apart by the contracts that ask about them, whose places may differ.
#[test]
fn values_of_outputs_are_still_known() {
    let from = |tool: &str| contract(&format!("G !arg_from(send, to, {tool})"));
    let before = program(&[from("mail"), from("page"), contract("G !called(rm)")]);
    let after = program(&[contract("G(count(send) <= 9)"), from("page")]);
    let (mut session, mut scratch) = (Session::new(&before), Scratch::new(&before));
    let output = |tool: &str, text: &str| {
        let (tool, outcome) = (tool.into(), Outcome::Ok);
        let output = Value::Text(text.into());
        Event::new(Timestamp(0), EventKind::ToolResult { tool, id: None, outcome, output })
    };
    session.step(&output("mail", "write to carol@example.org"), &mut scratch);
    session.step(&output("page", "write to mallory@example.org"), &mut scratch);
    let mut next = Session::new(&after);
    assert_eq!(next.adopt(&session, false).len(), 1);
    let mut scratch = Scratch::new(&after);
    let mut send = |to: &str| {
        let event = Event::call(Timestamp(0), "send", args(&[("to", to)]));
        next.step(&event, &mut scratch).decision
    };
    assert_eq!(send("mallory@example.org"), Decision::Block);
    assert_eq!(send("carol@example.org"), Decision::Allow);
}

#[test]
fn facts_are_found_by_their_names() {
    let stop = |key: &str| contract(&format!("G(called(pay) -> !ctx({key}, \"yes\"))"));
    let before = program(&[stop("frozen"), stop("closed")]);
    let after = program(&[stop("other"), stop("closed")]);
    let (mut session, mut scratch) = (Session::new(&before), Scratch::new(&before));
    session.step(&fact("closed", Some("yes")), &mut scratch);
    let mut next = Session::new(&after);
    next.adopt(&session, false);
    let step = next.step(&call("pay"), &mut Scratch::new(&after)).objections.len();
    assert_eq!(step, 1);
}

#[test]
fn a_program_is_the_same_once_it_was_written_and_read() {
    let tricky = Contract {
        name: "a \"name\"\n".into(),
        advice: "ask".into(),
        assumptions: vec![contract("F called(open)").guarantees.remove(0)],
        strategy: sponsio_engine::strategy::Strategy::RedirectToSafe {
            tool: "dry_run".into(),
            message: "only rehearsals".into(),
        },
        ..contract("G !called(rm)")
    };
    let mut contracts = all();
    contracts.push(tricky);
    let options = Options {
        mode: Mode::Enforce,
        permissions: vec![("treasurer".into(), vec!["pay".into(), "read".into()])],
        ..Options::default()
    };
    let program = Program::compile(&contracts, &options).unwrap();
    let mut bytes = Vec::new();
    program.write(&mut bytes);
    let read = Program::read(&bytes).unwrap();
    assert_eq!(read.hash(), program.hash());
    let sources = |program: &Program| {
        program.contracts().iter().map(|c| c.source().clone()).collect::<Vec<_>>()
    };
    assert_eq!(sources(&read), sources(&program));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Program::read(&damaged).is_err(), "byte {at}");
    }
}
