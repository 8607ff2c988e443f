//! Where values came from: what cases cannot say.

use sponsio_engine::event::{Event, EventKind, Outcome, Timestamp, Value};
use sponsio_engine::limits::ARGUMENT_DEPTH_MAX;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Failure, Scratch, Session};
use sponsio_engine::strategy::Mode;

use crate::support::{call_with, contract, program};

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn output(tool: &str, output: Value) -> Event {
    let kind = EventKind::ToolResult { tool: tool.into(), id: None, outcome: Outcome::Ok, output };
    Event::new(Timestamp(0), kind)
}

fn too_deep() -> Value {
    (0..=ARGUMENT_DEPTH_MAX).fold(text("x"), |below, _| Value::List([below].into()))
}

fn bytes(session: &Session) -> usize {
    let mut out = Vec::new();
    session.snapshot(&mut out);
    out.len()
}

#[test]
fn what_can_be_called_is_open_where_values_are_asked() {
    let program = program(&[
        contract("G(called(a) -> arg_known(a, to, user))"),
        contract("G !arg_from(b, to, read)"),
        contract("G !called(c)"),
    ]);
    let session = Session::new(&program);
    let callable = session.filter(&["a", "b", "c"], Timestamp(0), &mut Scratch::new(&program));
    assert_eq!(callable, ["a", "b"]);
}

#[test]
fn only_what_contracts_ask_about_is_kept() {
    let long = || text(&"some words 12345 and more words ".repeat(50));
    let kept = |formula: &str, tool: &str| {
        let program = program(&[contract(formula)]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        let before = bytes(&session);
        session.step(&output(tool, long()), &mut scratch);
        bytes(&session) - before
    };
    assert_eq!(kept("G !called(a)", "read"), 0);
    assert_eq!(kept("G !arg_from(a, to, read)", "list"), 0);
    assert_eq!(kept("G(called(a) -> user_said(x))", "read"), 0);
    assert!(kept("G !arg_from(a, to, read)", "read") > 0);
}

#[test]
fn probing_an_output_records_nothing() {
    let program = program(&[contract("G !arg_from(a, to, read)")]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    session.probe(&output("read", text("acme77")), &mut scratch);
    assert_eq!(session, Session::new(&program));
    let step = session.step(&call_with("a", &[("to", "acme77")]), &mut scratch);
    assert!(step.objections.is_empty());
}

#[test]
fn an_output_that_cannot_be_judged_is_lost_where_contracts_observe_too() {
    for mode in [Mode::Observe, Mode::Enforce] {
        let mut contract = contract("G !arg_from(a, to, read)");
        contract.mode = Some(mode);
        let program = Program::compile(&[contract], &Options::default()).unwrap();
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        let failure = session.step(&output("read", too_deep()), &mut scratch).failure;
        assert_eq!(failure, Some(Failure::EventTooLarge));
        let step = session.step(&call_with("a", &[("to", "anything")]), &mut scratch);
        assert_eq!(step.objections.len(), 1, "{mode:?}");
    }
}

#[test]
fn a_copy_of_a_session_learns_nothing_of_the_other() {
    let program = program(&[contract("G(called(a) -> arg_known(a, to, read))")]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    session.step(&output("read", text("acme77")), &mut scratch);
    let mut copy = session.clone();
    assert_eq!(copy, session);
    copy.step(&output("read", text("beta88")), &mut scratch);
    let call = call_with("a", &[("to", "beta88")]);
    assert!(copy.probe(&call, &mut scratch).objections.is_empty());
    assert_eq!(session.probe(&call, &mut scratch).objections.len(), 1);
}

#[test]
fn a_session_that_is_read_back_goes_on_with_its_values() {
    let program = program(&[
        contract("G !arg_from(a, to, read)"),
        contract("G(called(b) -> arg_known(b, to, user, \"read.{iban}\"))"),
    ]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let row = Value::Object([("iban".into(), text("acme77"))].into());
    session.step(&output("read", Value::List([row].into())), &mut scratch);
    let mut saved = Vec::new();
    session.snapshot(&mut saved);
    let restored = Session::restore(&program, &saved).unwrap();
    assert_eq!(restored, session);
    for (tool, to, objections) in
        [("a", "acme77", 1), ("a", "beta88", 0), ("b", "acme77", 0), ("b", "beta88", 1)]
    {
        let step = restored.probe(&call_with(tool, &[("to", to)]), &mut scratch);
        assert_eq!(step.objections.len(), objections, "{tool} {to}");
    }
}
