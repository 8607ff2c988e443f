//! Facts about other events than calls, and about who acts: what cases cannot say.

use sponsio_engine::event::{Event, EventKind, Outcome, Timestamp, Value};
use sponsio_engine::formula::Formula;
use sponsio_engine::ground::catalog::CATALOG;
use sponsio_engine::limits::{ARGUMENT_DEPTH_MAX, OPEN_CALLS_MAX};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Failure, Scratch, Session};

use crate::support::{call, contract, fact, program, result};

fn output(tool: &str, output: Value) -> Event {
    let kind = EventKind::ToolResult { tool: tool.into(), id: None, outcome: Outcome::Ok, output };
    Event::new(Timestamp(0), kind)
}

fn permissions(list: &[(&str, &[&str])]) -> Options {
    let agent = |(agent, permissions): &(&str, &[&str])| {
        ((*agent).into(), permissions.iter().map(|p| (*p).into()).collect())
    };
    Options { permissions: list.iter().map(agent).collect(), ..Options::default() }
}

#[test]
fn what_can_be_called_is_open_where_it_is_open_who_calls() {
    let options = permissions(&[("ops", &["deploy"])]);
    let contracts =
        ["G(called(a) -> agent_is(ops))", "G(called(b) -> perm(deploy))", "G !called(c)"];
    let mut contracts = contracts.map(contract);
    contracts.iter_mut().for_each(|c| c.mode = Some(sponsio_engine::strategy::Mode::Enforce));
    let program = Program::compile(&contracts, &options).unwrap();
    let session = Session::new(&program);
    let callable = session.filter(&["a", "b", "c"], Timestamp(0), &mut Scratch::new(&program));
    assert_eq!(callable, ["a", "b"]);
}

#[test]
fn who_has_which_permission_is_part_of_what_a_program_means() {
    let contracts = [contract("G(called(a) -> perm(p))")];
    let hash =
        |list: &[(&str, &[&str])]| Program::compile(&contracts, &permissions(list)).unwrap().hash();
    let one = hash(&[("x", &["p", "q"])]);
    assert_eq!(hash(&[("x", &["q"]), ("x", &["p", "p"])]), one);
    for other in [&[("x", &["p"][..])][..], &[("y", &["p", "q"])], &[("x", &["pq"])], &[]] {
        assert_ne!(hash(other), one, "{other:?}");
    }
}

#[test]
fn an_output_is_as_deep_as_arguments_may_be() {
    let nested =
        |depth: usize| (1..depth).fold(Value::List([].into()), |v, _| Value::List([v].into()));
    let program = program(&[contract(r#"G !output_has(t, "x")"#)]);
    for (depth, failure) in [
        (ARGUMENT_DEPTH_MAX, None),
        (ARGUMENT_DEPTH_MAX + 1, Some(Failure::EventTooLarge)),
        (ARGUMENT_DEPTH_MAX * 100, Some(Failure::EventTooLarge)),
    ] {
        let mut session = Session::new(&program);
        let step = session.step(&output("t", nested(depth)), &mut Scratch::new(&program)).failure;
        assert_eq!(step, failure, "{depth}");
    }
}

#[test]
fn a_session_has_words_for_ids_from_the_first_id_on_and_is_restored_with_and_without_them() {
    let orders = ["G(called(pay) -> done(check))", "G(called(sign) -> done(read))"];
    let program = program(&orders.map(contract));
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let bytes = |session: &Session| {
        let mut bytes = Vec::new();
        session.snapshot(&mut bytes);
        assert_eq!(Session::restore(&program, &bytes).as_ref(), Ok(session));
        bytes.len()
    };
    let named = |tool: &str, id: &str| {
        let mut call = call(tool);
        if let EventKind::ToolCall { call, .. } = &mut call.kind {
            call.id = Some(id.into());
        }
        call
    };
    let failed = |tool: &str, id: Option<&str>| {
        let id = id.map(Into::into);
        let (tool, outcome, output) = (tool.into(), Outcome::Error, Value::Null);
        Event::new(Timestamp(0), EventKind::ToolResult { tool, id, outcome, output })
    };
    let fresh = bytes(&session);
    for event in [call("check"), call("read"), named("other", "x"), named("sign", "y")] {
        session.step(&event, &mut scratch);
    }
    // The ids are remembered, and no contract has taken in a call with one.
    let ids = usize::try_from(OPEN_CALLS_MAX).unwrap() * 8;
    assert_eq!(bytes(&session), fresh + ids);
    session.step(&named("check", "a"), &mut scratch);
    assert_eq!(bytes(&session), fresh + ids + orders.len() * 16);
    // The call without an id stands still, and so does the one of the other contract.
    session.step(&failed("check", Some("a")), &mut scratch);
    session.step(&failed("check", Some("a")), &mut scratch);
    assert!(session.probe(&call("pay"), &mut scratch).decision.runs());
    session.step(&failed("check", None), &mut scratch);
    assert!(!session.probe(&call("pay"), &mut scratch).decision.runs());
    assert!(session.probe(&call("sign"), &mut scratch).decision.runs());
    assert_eq!(bytes(&session), fresh + ids + orders.len() * 16);
}

#[test]
fn an_explanation_says_who_and_what() {
    let check = |formula: &str, before: &[Event], event: &Event, expect: &str| {
        let program = program(&[contract(formula)]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        for event in before {
            session.step(event, &mut scratch);
        }
        let explained = session.explain(event, &mut scratch);
        let texts: Vec<&str> =
            explained.iter().flat_map(|e| &e.witnesses).map(|w| w.text.as_str()).collect();
        assert!(texts.contains(&expect), "{formula}: {texts:?}");
    };
    let order = "G(called(a) -> agent_is(ops))";
    check(order, &[], &call("a"), "it cannot be told whether the agent is `ops`");
    check(order, &[], &call("a").by("dev"), "the agent is not `ops`");
    check(
        "G(called(a) -> perm(p))",
        &[],
        &call("a").by("ops"),
        "the agent is not given the permission `p`",
    );
    check(
        "G !result(t, ok)",
        &[fact("k", None)],
        &result("t"),
        "a call of `t` has ended with `ok`",
    );
    check(
        "G !result(t, ok)",
        &[],
        &result("T"),
        "it cannot be told whether a call of `t` has ended with `ok`",
    );
}

#[test]
fn every_word_compiles_or_says_that_it_does_not() {
    for entry in CATALOG {
        let formula = Formula::parse(entry.example).unwrap();
        let contract = sponsio_engine::contract::Contract::new(entry.name, formula);
        if let Err(errors) = Program::compile(&[contract], &Options::default()) {
            let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert_eq!(messages, [format!("`{}` is not supported here", entry.name)]);
        }
    }
}
