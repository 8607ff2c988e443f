//! Contracts that sessions share, against one session in which all of their events happen.

use std::sync::Arc;

use fastrand::Rng;
use sponsio_engine::contract::{Contract, ForEach, KeyPart, Scope};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Event, EventKind, Outcome, Timestamp, Value};
use sponsio_engine::program::{ContractId, Program};
use sponsio_engine::session::{Scratch, Session, Shared, SnapshotError, Step};
use sponsio_engine::strategy::Mode;

use crate::support::{args, call, compile, contract, program};

/// Guarantees of every kind: automata, counters, windows, sums, calls that stand, distances, facts.
const GUARANTEES: [&str; 9] = [
    "!called(pay) W called(verify)",
    "G(called(pay) -> done(verify))",
    "G(count(pay) <= 3)",
    "G(count(pay) within 20s <= 2)",
    "G(sum(pay, amount) <= 40)",
    "G(called(pay) -> X !called(pay))",
    "G(called(open) -> F called(close))",
    "G(called(pay) -> !ctx(frozen, \"yes\"))",
    "G(called(pay) -> O[<=3] called(verify))",
];

fn shared(formula: &str, for_each: Option<ForEach>) -> Contract {
    Contract { scope: Scope::User, for_each, ..contract(formula) }
}

fn amounts() -> Option<ForEach> {
    let key = KeyPart::Argument { path: Some("amount".into()), by_tool: Vec::new() };
    Some(ForEach { keys: vec![key], as_text: false })
}

fn only(program: &Program) -> Shared {
    Shared::new(program, ContractId::new(0).unwrap()).unwrap()
}

/// An event of one of four sessions. Each numbers its calls from the beginning.
fn random(rng: &mut Rng, time: &mut i64) -> (usize, Event) {
    *time += rng.i64(0..3);
    let (at, session) = (Timestamp::from_seconds(*time), rng.usize(..4));
    let tool = ["pay", "verify", "open", "close", "other"][rng.usize(..5)];
    let id: Option<Box<str>> = Some(rng.u8(..6).to_string().into());
    let kind = match rng.u8(..10) {
        0 => return (session, Event::context(at, "frozen", rng.bool().then_some("yes"))),
        1 | 2 => EventKind::ToolResult {
            tool: tool.into(),
            id,
            outcome: if rng.bool() { Outcome::Error } else { Outcome::Ok },
            output: Value::Null,
        },
        _ => EventKind::ToolCall {
            tool: tool.into(),
            args: args(&[("amount", &rng.u8(..9).to_string())]),
            call: CallRef { id, ..CallRef::default() },
            effects: None,
        },
    };
    (session, Event::new(at, kind))
}

/// The event as one of a session that has those of all, where no two calls of two sessions have one id.
fn among_all(session: usize, event: &Event) -> Event {
    let mut event = event.clone();
    let (EventKind::ToolCall { call: CallRef { id, .. }, .. } | EventKind::ToolResult { id, .. }) =
        &mut event.kind
    else {
        return event;
    };
    *id = id.take().map(|id| format!("{session}/{id}").into());
    event
}

fn step_in<'s>(
    session: &mut Session,
    shared: &mut Shared,
    member: &str,
    event: &Event,
    scratch: &'s mut Scratch,
) -> Step<'s> {
    session.exchange(shared, member);
    let decided = session.decide(event, scratch);
    session.commit(event, &decided, scratch);
    session.exchange(shared, member);
    decided.step(scratch)
}

#[test]
fn sessions_that_share_a_contract_are_judged_as_one() {
    for (seed, formula) in (0u64..).zip(GUARANTEES) {
        for mode in [Mode::Enforce, Mode::Observe] {
            for for_each in [None, amounts()] {
                agree(formula, mode, seed, for_each);
            }
        }
    }
}

fn agree(formula: &str, mode: Mode, seed: u64, for_each: Option<ForEach>) {
    let ours = compile(&[shared(formula, for_each.clone())], mode, false);
    let all = compile(&[Contract { for_each, ..contract(formula) }], mode, false);
    let mut sessions: Vec<Session> = (0..4).map(|_| Session::new(&ours)).collect();
    let (mut common, mut one) = (only(&ours), Session::new(&all));
    let (mut scratch, mut scratch_one) = (Scratch::new(&ours), Scratch::new(&all));
    let (mut rng, mut time) = (Rng::with_seed(seed), 0);
    for place in 0..2_000 {
        let (at, event) = random(&mut rng, &mut time);
        let member = at.to_string();
        let step = step_in(&mut sessions[at], &mut common, &member, &event, &mut scratch);
        let decided = (step.decision, step.objections.len(), step.moves.len());
        let step = one.step(&among_all(at, &event), &mut scratch_one);
        let expected = (step.decision, step.objections.len(), step.moves.len());
        assert_eq!(decided, expected, "{formula}, {mode:?}, event {place} of {at}: {event:?}");
        if place % 250 == 0 {
            let mut bytes = Vec::new();
            common.snapshot(&mut bytes);
            let mut restored = only(&ours);
            restored.restore(&bytes).unwrap();
            assert!(restored == common, "{formula}, event {place}");
            common = restored;
            let mut bytes = Vec::new();
            sessions[at].snapshot(&mut bytes);
            sessions[at] = Session::restore(&ours, &bytes).unwrap();
        }
    }
}

#[test]
fn the_end_of_a_session_is_not_the_end_of_what_it_shares() {
    let program = program(&[shared("G(called(open) -> F called(close))", None)]);
    let mut sessions = [Session::new(&program), Session::new(&program)];
    let (mut common, mut scratch) = (only(&program), Scratch::new(&program));
    step_in(&mut sessions[0], &mut common, "a", &call("open"), &mut scratch);
    assert!(sessions[0].owed().is_empty());
    let end = Event::new(Timestamp(0), EventKind::SessionEnd);
    let step = step_in(&mut sessions[0], &mut common, "a", &end, &mut scratch);
    assert_eq!((step.decision, step.objections.len()), (Decision::Allow, 0));
    step_in(&mut sessions[1], &mut common, "b", &call("close"), &mut scratch);
    assert!(common == only(&program));
}

#[test]
fn time_does_not_run_backwards_from_one_session_to_the_next() {
    let program = program(&[shared("G(count(pay) within 20s <= 1)", None)]);
    let mut sessions = [Session::new(&program), Session::new(&program)];
    let (mut common, mut scratch) = (only(&program), Scratch::new(&program));
    let pay = |seconds| Event::call(Timestamp::from_seconds(seconds), "pay", Value::empty());
    let mut decide = |session: usize, event: &Event| {
        let (session, member) = (&mut sessions[session], session.to_string());
        step_in(session, &mut common, &member, event, &mut scratch).decision
    };
    assert_eq!(decide(0, &pay(100)), Decision::Allow);
    // Its clock is half a minute late.
    assert_eq!(decide(1, &pay(70)), Decision::Block);
    assert_eq!(decide(1, &pay(121)), Decision::Allow);
}

#[test]
fn witnesses_of_other_sessions_have_no_number() {
    let program = program(&[shared("G(called(pay) -> H !called(open))", None)]);
    let mut sessions = [Session::new(&program), Session::new(&program)];
    let (mut common, mut scratch) = (only(&program), Scratch::new(&program));
    step_in(&mut sessions[0], &mut common, "a", &call("open"), &mut scratch);
    sessions[1].exchange(&mut common, "b");
    let explanations = sessions[1].explain(&call("pay"), &mut scratch);
    assert_eq!(explanations.len(), 1);
    assert!(explanations[0].witnesses.iter().all(|witness| witness.seq.is_none()));
}

#[test]
fn bytes_that_are_damaged_or_of_another_contract_change_nothing() {
    let ours = program(&[shared("G(count(pay) <= 3)", None)]);
    let other = program(&[shared("G(count(pay) <= 4)", None)]);
    let mut session = Session::new(&ours);
    let (mut common, mut scratch) = (only(&ours), Scratch::new(&ours));
    step_in(&mut session, &mut common, "a", &call("pay"), &mut scratch);
    let before = common.clone();
    let mut bytes = Vec::new();
    common.snapshot(&mut bytes);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            assert!(common.restore(&damaged).is_err(), "bit {bit} of byte {at}");
        }
        assert!(common.restore(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(common == before);
    assert_eq!(only(&other).restore(&bytes), Err(SnapshotError::OtherProgram));
}

#[test]
fn only_a_contract_of_a_wider_scope_is_shared() {
    let program = program(&[contract("G(count(pay) <= 3)"), shared("G !called(rm)", None)]);
    let shared: Vec<_> = program.shared().map(|(id, scope)| (id.index(), scope)).collect();
    assert_eq!(shared, [(1, Scope::User)]);
    assert!(Shared::new(&program, ContractId::new(0).unwrap()).is_none());
    assert!(Shared::new(&program, ContractId::new(2).unwrap()).is_none());
}

#[test]
fn a_scope_is_part_of_what_a_contract_means() {
    let hash = |scope| {
        let contract = Contract { scope, ..contract("G !called(rm)") };
        let program: Arc<Program> = program(&[contract]);
        program.contracts()[0].hash()
    };
    let mut hashes = Scope::ALL.map(hash).to_vec();
    hashes.dedup();
    assert_eq!(hashes.len(), Scope::ALL.len());
}
