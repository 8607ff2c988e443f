//! One call is one step, however often it is announced; and what a person let run at a host's own question happened.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Outcome, Timestamp, Value};
use sponsio_engine::strategy::Mode;
use sponsio_guard::GuardSession;
use sponsio_guard::guard::Told;

use super::{CONTRACTS, Place, args, guard_of};

fn announce(session: &GuardSession, id: Option<&str>, voice: &str) -> Told {
    let call = CallRef { id: id.map(Into::into), ..CallRef::default() };
    session.announced("note", &args(r#"{"text": "x"}"#), call, voice)
}

/// Announces a call in a session that allows two, so often, each time with this id and this voice; how many are steps.
#[track_caller]
fn check(announcements: &[(Option<&str>, &str)], steps: usize, last: Decision) {
    let place = Place::with("agents: {treasurer: [\"tool `note` at most 2 times\"]}");
    let (guard, _, memory) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    let told: Vec<Told> =
        announcements.iter().map(|(id, voice)| announce(&session, *id, voice)).collect();
    let first = told.iter().filter(|told| matches!(told, Told::First(_))).count();
    assert_eq!(first, steps);
    assert_eq!(told.last().unwrap().decision(), last);
    let calls = memory.lines().iter().filter(|line| line.tool.is_some()).count();
    assert!(calls >= steps);
}

#[test]
fn a_call_that_two_events_announce_is_one_step() {
    let twice = [(Some("1"), "a pre"), (Some("1"), "a before"), (Some("2"), "a pre")];
    check(&twice, 2, Decision::Allow);
}

#[test]
fn a_call_with_an_id_of_its_own_is_a_step_of_its_own() {
    check(&[(Some("1"), "a"), (Some("2"), "a"), (Some("3"), "a")], 3, Decision::Block);
}

#[test]
fn an_equal_call_of_the_same_voice_is_another_call() {
    check(&[(None, "a"), (None, "a"), (None, "a")], 3, Decision::Block);
}

#[test]
fn an_equal_call_of_another_voice_is_the_same_call() {
    check(
        &[(None, "a"), (None, "b"), (Some("1"), "c"), (None, "a"), (None, "b")],
        2,
        Decision::Allow,
    );
}

#[test]
fn a_refusal_that_is_announced_again_is_refused_again_with_its_reason() {
    let place = Place::with("agents: {treasurer: [\"never call `note`\"]}");
    let (guard, _, memory) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    let first = announce(&session, Some("1"), "a");
    let lines = memory.lines().len();
    let second = announce(&session, Some("1"), "b");
    assert!(matches!(second, Told::Again { .. }));
    assert_eq!((first.decision(), first.reason()), (second.decision(), second.reason()));
    assert_eq!(memory.lines().len(), lines);
}

#[test]
fn the_same_id_for_another_call_is_another_call() {
    let place = Place::with("agents: {treasurer: [\"never call `wire`\"]}");
    let (guard, _, _) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    assert_eq!(announce(&session, Some("1"), "a").decision(), Decision::Allow);
    let call = CallRef { id: Some("1".into()), ..CallRef::default() };
    let told = session.announced("wire", &args(r#"{"text": "x"}"#), call, "b");
    assert_eq!(told.decision(), Decision::Block);
}

#[test]
fn an_equal_call_long_after_is_another_call() {
    let place = Place::with("agents: {treasurer: [\"tool `note` at most 1 times\"]}");
    let (guard, clock, _) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    assert_eq!(announce(&session, None, "a").decision(), Decision::Allow);
    clock.set(Timestamp::from_seconds(1_718_000_011));
    assert_eq!(announce(&session, None, "b").decision(), Decision::Block);
}

const LARGE: &str = r#"{"amount": 9000}"#;

/// A session in which a large wire was announced, and waits for a person.
fn waiting() -> GuardSession {
    let (guard, _, _) = guard_of(&Place::with(CONTRACTS).program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    session.before_call("verify", &args("{}"));
    let call = CallRef { id: Some("w".into()), ..CallRef::default() };
    let told = session.announced("wire", &args(LARGE), call, "a");
    assert_eq!(told.decision(), Decision::Escalate);
    session
}

#[test]
fn a_call_that_waited_and_ran_all_the_same_happened() {
    let session = waiting();
    assert!(session.owed().is_empty());
    session.ended("wire", &args(LARGE), Some("w"), Outcome::Ok, Value::Null);
    assert_eq!(session.owed(), [Box::from("receipts")]);
}

#[test]
fn a_call_that_waited_and_was_denied_did_not_happen() {
    let session = waiting();
    session.ended("wire", &args(LARGE), Some("w"), Outcome::Denied, Value::Null);
    assert!(session.owed().is_empty());
}

#[test]
fn what_a_person_let_run_once_waits_again() {
    let session = waiting();
    session.ended("wire", &args(LARGE), Some("w"), Outcome::Ok, Value::Null);
    let call = CallRef { id: Some("v".into()), ..CallRef::default() };
    assert_eq!(session.announced("wire", &args(LARGE), call, "a").decision(), Decision::Escalate);
}

#[test]
fn the_result_of_a_call_that_did_not_wait_makes_no_call() {
    let (guard, _, memory) = guard_of(&Place::with(CONTRACTS).program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    session.ended("wire", &args(LARGE), Some("w"), Outcome::Ok, Value::Null);
    assert_eq!(memory.lines().len(), 1);
    assert!(session.owed().is_empty());
}
