//! What holds for every program and every session, tried on random ones.

use std::sync::Arc;

use fastrand::Rng;
use sponsio_conformance::generate::formula::Grammar;
use sponsio_conformance::generate::{called, fact};
use sponsio_engine::contract::{Activation, Contract};
use sponsio_engine::decision;
use sponsio_engine::event::{Event, EventKind, Outcome, Timestamp, Value};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session, refusal};
use sponsio_engine::strategy::{Mode, Strategy};
use sponsio_engine::verdict::Verdict;
use twox_hash::XxHash3_64;

const TOOLS: [&str; 4] = ["a", "b", "c", "d"];
const PROGRAMS: u64 = 1_500;
const EVENTS: usize = 24;

/// A contract over calls of [`TOOLS`] and the facts `p` and `q`; some are conditional.
fn contract(rng: &mut Rng, name: usize) -> Option<Contract> {
    let mut propositions: Vec<_> = TOOLS.iter().take(3).map(|tool| called(tool)).collect();
    propositions.push(fact("p"));
    let grammar = Grammar { counted: vec!["a".into(), "b".into()], ..Grammar::new(propositions) };
    let size = rng.usize(1..6);
    let guarantee = match rng.u8(0..3) {
        0 => grammar.always_past(rng, size),
        1 => grammar.future(rng, size),
        _ => grammar.mixed(rng, size),
    };
    let mut contract = Contract::new(&format!("contract {name}"), guarantee?);
    if rng.u8(0..4) == 0 {
        contract.assumptions = vec![grammar.future(rng, 2)?];
    } else if rng.u8(0..4) == 0 {
        let plain = Grammar::new(vec![called("a"), called("d"), fact("q")]);
        contract.assumptions = vec![plain.future(rng, 0)?];
        contract.activation = Activation::FirstMatch;
    }
    Some(contract)
}

fn strategy(rng: &mut Rng) -> Strategy {
    match rng.u8(0..6) {
        0 => Strategy::WarnOnly,
        1 => Strategy::Escalate,
        2 => Strategy::RedirectToSafe { tool: "safe".into(), message: "".into() },
        _ => Strategy::Block,
    }
}

/// Contracts that compile, alone and together.
fn contracts(rng: &mut Rng, count: usize) -> Option<Vec<Contract>> {
    let mut contracts: Vec<Contract> = (0..count).filter_map(|name| contract(rng, name)).collect();
    for contract in &mut contracts {
        contract.strategy = strategy(rng);
    }
    (contracts.len() == count).then_some(contracts)
}

fn compile(contracts: &[Contract], mode: Mode, lazy: bool) -> Option<Arc<Program>> {
    Program::compile(contracts, &Options { mode, lazy, ..Options::default() }).ok()
}

fn event(rng: &mut Rng, time: &mut i64) -> Event {
    *time += rng.i64(0..3);
    let time = Timestamp::from_seconds(*time);
    let mut tool = || TOOLS[rng.usize(0..TOOLS.len())];
    let call = Event::call(time, tool(), Value::empty());
    let tool = tool();
    match rng.u8(0..12) {
        0 => Event::result(time, tool, Outcome::Ok),
        1 => Event::answer(time, "words"),
        2 | 3 => {
            let key = if rng.bool() { "p" } else { "q" };
            Event::context(time, key, rng.bool().then_some("1"))
        }
        _ => call,
    }
}

fn events(rng: &mut Rng) -> Vec<Event> {
    let mut time = 0;
    (0..EVENTS).map(|_| event(rng, &mut time)).collect()
}

fn bytes(session: &Session) -> Vec<u8> {
    let mut bytes = Vec::new();
    session.snapshot(&mut bytes);
    bytes
}

/// Calls `visit` with random contracts in enforce mode, a session of them and random events.
fn for_random(count: usize, mut visit: impl FnMut(&[Contract], &Arc<Program>, &mut Rng)) {
    let mut visited = 0u64;
    for seed in 0..PROGRAMS {
        let mut rng = Rng::with_seed(seed);
        let Some(contracts) = contracts(&mut rng, count) else { continue };
        let Some(program) = compile(&contracts, Mode::Enforce, seed % 2 == 1) else { continue };
        visit(&contracts, &program, &mut rng);
        visited += 1;
    }
    assert!(visited > PROGRAMS / 4, "{visited} of {PROGRAMS} programs were tried");
}

#[test]
fn a_settled_verdict_stays() {
    let mut settled = 0usize;
    for_random(2, |_, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            let verdicts = |session: &Session| -> Vec<Verdict> {
                program.contracts().iter().map(|c| session.verdict(c.id())).collect()
            };
            let before = verdicts(&session);
            session.step(&event, &mut scratch);
            // An assumption can become true or false; what is settled without one stays.
            let free = program.contracts().iter().map(|c| c.source().assumptions.is_empty());
            for ((before, after), free) in before.into_iter().zip(verdicts(&session)).zip(free) {
                if free && before.is_final() {
                    assert_eq!(after, before);
                    settled += 1;
                } else if free {
                    assert_ne!(after, Verdict::Violated);
                }
            }
        }
    });
    assert!(settled > 1_000, "{settled} settled verdicts were seen");
}

#[test]
fn a_refused_call_leaves_the_same_bytes() {
    let mut refused = 0usize;
    for_random(3, |_, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            let before = bytes(&session);
            let runs = session.step(&event, &mut scratch).decision.runs();
            assert!(runs || event.is_call());
            if !runs {
                assert_eq!(bytes(&session), before);
                refused += 1;
            }
        }
    });
    assert!(refused > 1_000, "{refused} calls were refused");
}

#[test]
fn a_session_read_back_is_the_session() {
    for_random(2, |_, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            let saved = bytes(&session);
            let mut again = Session::restore(program, &saved).unwrap();
            assert!(again == session);
            assert_eq!(bytes(&again), saved);
            let step = format!("{:?}", again.step(&event, &mut scratch));
            assert_eq!(format!("{:?}", session.step(&event, &mut scratch)), step);
            assert_eq!(bytes(&again), bytes(&session));
        }
    });
}

#[test]
fn observing_reports_the_events_that_enforcing_refuses() {
    let mut reported = 0usize;
    for_random(1, |contracts, program, rng| {
        let observed = compile(contracts, Mode::Observe, false).unwrap();
        let mut enforce = (Session::new(program), Scratch::new(program));
        let mut observe = (Session::new(&observed), Scratch::new(&observed));
        for event in events(rng) {
            let step = enforce.0.step(&event, &mut enforce.1);
            let (objects, runs) = (!step.objections.is_empty(), step.decision.runs());
            if let (false, Some(refused)) = (runs, refusal(&event)) {
                assert_eq!(enforce.0.step(&refused, &mut enforce.1).objections, []);
            }
            let step = observe.0.step(&event, &mut observe.1);
            assert!(step.decision.runs());
            assert_eq!(
                !step.objections.is_empty(),
                objects,
                "{} at {event:?}",
                contracts[0].guarantees[0]
            );
            assert!(step.objections.iter().all(|o| o.outcome == decision::Outcome::Observed));
            reported += usize::from(objects);
        }
    });
    assert!(reported > 1_000, "{reported} events were reported");
}

#[test]
fn the_order_of_contracts_does_not_matter() {
    for_random(4, |contracts, program, rng| {
        let mut shuffled = contracts.to_vec();
        rng.shuffle(&mut shuffled);
        let other = compile(&shuffled, Mode::Enforce, false).unwrap();
        let mut one = (Session::new(program), Scratch::new(program));
        let mut two = (Session::new(&other), Scratch::new(&other));
        for event in events(rng) {
            let said = |program: &Program, step: &sponsio_engine::session::Step<'_>| {
                let name = |id| program.contract(id).unwrap().name().to_owned();
                let mut objections: Vec<String> = step
                    .objections
                    .iter()
                    .map(|o| format!("{} {:?} {:?}", name(o.contract), o.outcome, o.before))
                    .collect();
                objections.sort();
                let mut moves: Vec<String> = step
                    .moves
                    .iter()
                    .map(|m| format!("{} {:?} {:?}", name(m.contract), m.before, m.after))
                    .collect();
                moves.sort();
                (step.decision, step.seq, objections, moves)
            };
            let first = said(program, &one.0.step(&event, &mut one.1));
            let second = said(&other, &two.0.step(&event, &mut two.1));
            assert_eq!(first, second, "{event:?}");
            if !first.0.runs() {
                let refused = refusal(&event).unwrap();
                let first = said(program, &one.0.step(&refused, &mut one.1));
                assert_eq!(first, said(&other, &two.0.step(&refused, &mut two.1)));
            }
        }
    });
}

/// Whether the calls run one after the other, without any objection, and the event then.
fn unlocks(session: &Session, calls: &[&str], event: &Event, scratch: &mut Scratch) -> bool {
    let mut session = session.clone();
    for tool in calls {
        let call = Event::call(event.time, tool, Value::empty());
        let step = session.step(&call, scratch);
        if !step.decision.runs() || !step.objections.is_empty() {
            return false;
        }
    }
    let step = session.probe(event, scratch);
    step.decision.runs() && step.objections.is_empty()
}

/// The length of the shortest repair of up to three calls of `tools`, by trying all.
fn shortest(
    session: &Session,
    tools: &[&str],
    event: &Event,
    scratch: &mut Scratch,
) -> Option<usize> {
    let mut sequences: Vec<Vec<&str>> = vec![Vec::new()];
    for length in 1..=3 {
        let longer = |sequence: &Vec<_>| {
            tools.iter().map(|t| [&sequence[..], &[*t]].concat()).collect::<Vec<_>>()
        };
        sequences = sequences.iter().flat_map(longer).collect();
        if sequences.iter().any(|sequence| unlocks(session, sequence, event, scratch)) {
            return Some(length);
        }
    }
    None
}

#[test]
fn a_repair_unlocks_and_none_is_shorter() {
    let mut repaired = 0usize;
    for_random(1, |contracts, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            let repair = session.repair(&event, None);
            let refused = !session.probe(&event, &mut scratch).decision.runs();
            if let (true, EventKind::ToolCall { tool, .. }) = (refused, &event.kind) {
                let tools: Vec<&str> =
                    program.tools().filter(|t| *t != &**tool && *t != "safe").collect();
                let expect = shortest(&session, &tools, &event, &mut scratch);
                let found = repair.as_ref().map(Vec::len);
                let formula = &contracts[0].guarantees[0];
                assert_eq!(found.filter(|n| *n <= 3), expect, "{formula}: {event:?}: {repair:?}");
                repaired += usize::from(found.is_some());
            } else {
                assert_eq!(repair, None);
            }
            session.step(&event, &mut scratch);
        }
    });
    assert!(repaired > 100, "{repaired} repairs were found");
}

#[test]
fn a_repair_unlocks_where_several_contracts_object() {
    for_random(3, |_, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            if let Some(repair) = session.repair(&event, None) {
                let calls: Vec<&str> = repair.iter().map(AsRef::as_ref).collect();
                assert!(
                    unlocks(&session, &calls, &event, &mut scratch),
                    "{calls:?} before {event:?}"
                );
            }
            session.step(&event, &mut scratch);
        }
    });
}

#[test]
fn the_menu_is_what_a_probe_allows() {
    for_random(3, |_, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            let menu = session.filter(&TOOLS, session.time(), &mut scratch);
            let time = session.time();
            let runs = |tool: &&str| {
                session
                    .probe(&Event::call(time, tool, Value::empty()), &mut scratch)
                    .decision
                    .runs()
            };
            let mut runs = runs;
            assert_eq!(menu, TOOLS.into_iter().filter(|t| runs(t)).collect::<Vec<_>>());
            session.step(&event, &mut scratch);
        }
    });
}

#[test]
fn damaged_bytes_are_no_session() {
    for_random(2, |_, program, rng| {
        let mut session = Session::new(program);
        let mut scratch = Scratch::new(program);
        for event in events(rng) {
            session.step(&event, &mut scratch);
        }
        let saved = bytes(&session);
        for _ in 0..20 {
            let mut damaged = saved.clone();
            match rng.u8(0..3) {
                0 => damaged.truncate(rng.usize(0..damaged.len())),
                1 => damaged.push(rng.u8(..)),
                _ => damaged[rng.usize(0..saved.len())] ^= 1 << rng.u8(0..8),
            }
            assert!(Session::restore(program, &damaged).is_err());
        }
        let noise: Vec<u8> = (0..rng.usize(0..200)).map(|_| rng.u8(..)).collect();
        assert!(Session::restore(program, &noise).is_err());
    });
}

#[test]
fn forged_bytes_are_refused_or_a_session_like_any_other() {
    let mut accepted = 0usize;
    for_random(2, |_, program, rng| {
        let mut scratch = Scratch::new(program);
        let saved = bytes(&Session::new(program));
        for _ in 0..20 {
            let mut forged = saved.clone();
            let body = forged.len() - 8;
            for _ in 0..rng.usize(1..4) {
                forged[rng.usize(24..body)] = rng.u8(..);
            }
            let sum = XxHash3_64::oneshot(&forged[..body]);
            forged[body..].copy_from_slice(&sum.to_le_bytes());
            let Ok(mut session) = Session::restore(program, &forged) else { continue };
            accepted += 1;
            let again = bytes(&session);
            assert!(Session::restore(program, &again).unwrap() == session);
            for event in events(rng) {
                let probed = format!("{:?}", session.probe(&event, &mut scratch).objections);
                assert_eq!(format!("{:?}", session.step(&event, &mut scratch).objections), probed);
            }
        }
    });
    assert!(accepted > 100, "{accepted} forgeries were accepted");
}
