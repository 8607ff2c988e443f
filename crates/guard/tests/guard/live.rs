//! A session in progress: decisions, reasons, the log a person can read, and what is owed at the end.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::Timestamp;
use sponsio_engine::strategy::Mode;
use sponsio_guard::GuardSession;

use super::{CONTRACTS, Place, args, guard_of};

#[track_caller]
fn check(session: &GuardSession, tool: &str, arguments: &str, decision: Decision, reason: &str) {
    let answer = session.before_call(tool, &args(arguments));
    assert_eq!((answer.decision, answer.reason.as_str()), (decision, reason));
}

#[test]
fn reasons_name_the_contract_what_led_to_it_and_the_repair() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let session = guard.session("s").unwrap();
    let wire = r#"{"amount": 10}"#;
    check(
        &session,
        "wire",
        wire,
        Decision::Block,
        "`wire` is refused by the contract \"verify first\": `wire` must not be called; call `verify` first",
    );
    check(&session, "verify", "{}", Decision::Allow, "");
    check(&session, "wire", wire, Decision::Allow, "");
    check(
        &session,
        "wire",
        r#"{"amount": 5001}"#,
        Decision::Escalate,
        "`wire` waits for a person's approval, as the contract \"small wires\" asks: \
         the argument `amount` must be at most 5000",
    );
    check(
        &session,
        "shell",
        "{}",
        Decision::Redirect,
        "`shell` is replaced by `dry_run`, as the contract \"no shell\" asks: \
         `shell` must not be called; only rehearsals",
    );
    check(&session, "note", "{}", Decision::Allow, "");
    check(&session, "note", "{}", Decision::Allow, "");
    check(
        &session,
        "note",
        "{}",
        Decision::Warn,
        "`note` runs, but the contract \"few notes\" objects: \
         the number of calls of `note`, with this one, is 3 and must be at most 2",
    );
    assert_eq!(session.owed(), [Box::from("receipts")]);
    assert_eq!(session.filter(&["wire", "shell", "note", "read"]), ["wire", "note", "read"]);
    assert_eq!(session.end(), [Box::from("receipts")]);
    assert_eq!(guard.sessions(), 0);
}

#[test]
fn the_short_messages_begin_as_people_know_them() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let session = guard.session("s").unwrap();
    let message = |tool: &str, arguments: &str| session.before_call(tool, &args(arguments)).message;
    assert_eq!(
        message("wire", "{}"),
        "BLOCKED: treasurer.wire. det constraint violated: verify first"
    );
    assert_eq!(message("verify", "{}"), "");
    assert_eq!(
        message("wire", "{}"),
        "ESCALATED: treasurer.wire. awaiting human approval: small wires"
    );
    assert_eq!(message("shell", "{}"), "REDIRECTED: treasurer.shell → dry_run");
    for _ in 0..2 {
        message("note", "{}");
    }
    assert_eq!(message("note", "{}"), "WARNING (non-blocking): treasurer.note. few notes");
}

#[test]
fn observing_stops_nothing_and_says_what_enforcing_would_do() {
    let program = Place::with(CONTRACTS).program(Mode::Observe);
    let (guard, ..) = guard_of(&program);
    let session = guard.session("s").unwrap();
    let answer = session.before_call("wire", &args(r#"{"amount": 1}"#));
    assert_eq!(answer.decision, Decision::Allow);
    assert_eq!(
        answer.reason,
        "`wire` runs; if it were enforced, the contract \"verify first\" would have \
         refused it: `wire` must not be called"
    );
    assert_eq!(
        answer.message,
        "OBSERVED (would block): BLOCKED: treasurer.wire. det constraint violated: verify first"
    );
}

#[test]
fn refusals_are_events_that_contracts_can_count() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let session = guard.session("s").unwrap();
    for _ in 0..3 {
        assert_eq!(session.before_call("wire", &args("{}")).decision, Decision::Block);
    }
    let answer = session.before_call("read", &args("{}"));
    assert_eq!(answer.objections[0].contract, Box::from("three refusals"));
}

#[test]
fn a_witness_names_the_event_that_led_to_the_objection() {
    let place = Place::with(
        "agents: {treasurer: {contracts: [{desc: frozen, G: {ltl: 'G(called(close) -> G !called(edit))'}}]}}",
    );
    let (guard, ..) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    for tool in ["open", "close", "read"] {
        session.before_call(tool, &args("{}"));
    }
    let answer = session.before_call("edit", &args("{}"));
    let witnesses = &answer.objections[0].witnesses;
    assert_eq!(witnesses[0], "`close` was called before (event 2)");
    assert_eq!(answer.line.contracts[0].witness[0], Box::from(witnesses[0].as_str()));
}

#[test]
fn the_names_of_events_long_ago_are_forgotten() {
    let place = Place::with(
        "agents: {treasurer: {contracts: [{desc: frozen, G: {ltl: 'G(called(close) -> G !called(edit))'}}]}}",
    );
    let (guard, ..) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    session.before_call("close", &args("{}"));
    for _ in 0..sponsio_guard::limits::RECENT_EVENTS_MAX {
        session.before_call("read", &args("{}"));
    }
    let answer = session.before_call("edit", &args("{}"));
    assert_eq!(answer.objections[0].witnesses[0], "event 1 led here");
}

#[test]
fn a_hostile_tool_name_is_shown_harmlessly() {
    let place = Place::with(
        "agents: {treasurer: {contracts: [{desc: none, G: {ltl: 'G !called_any()'}}]}}",
    );
    let (guard, ..) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    let answer = session.before_call(&format!("a\n`b\u{1b}{}", "x".repeat(200)), &args("{}"));
    let start = format!(
        "`a\u{fffd}\u{fffd}b\u{fffd}{}…` is refused by the contract \"none\"",
        "x".repeat(75)
    );
    assert!(answer.reason.starts_with(&start), "{}", answer.reason);
}

/// One line for each step; the digests of contracts and program are cut out, so that it can be read.
const LOG: &str = include_str!("golden.jsonl");

#[test]
fn the_log_of_a_session_can_be_read_by_a_person() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, clock, memory) = guard_of(&program);
    let session = guard.session("s").unwrap();
    let wire = args(r#"{"amount": 10}"#);
    session.before_call("wire", &wire);
    session.before_call("verify", &args("{}"));
    clock.set(Timestamp::from_seconds(1_717_999_999));
    session.result("verify", sponsio_engine::event::Outcome::Ok);
    clock.set(Timestamp(1_718_000_000_250_000));
    session.before_call("wire", &wire);
    session.end();
    let lines = memory.lines().into_iter().map(|mut line| {
        line.program = "…".into();
        line.contracts.iter_mut().for_each(|c| c.hash = "…".into());
        line.write()
    });
    let lines: Vec<String> = lines.collect();
    assert_eq!(lines.join("\n"), LOG.trim());
}

#[test]
fn a_session_that_has_ended_is_closed_and_its_name_is_free() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, _, memory) = guard_of(&program);
    let first = guard.session("s").unwrap();
    let clone = first.clone();
    first.end();
    let second = guard.session("s").unwrap();
    let lines = memory.lines().len();
    let answer = clone.before_call("read", &args("{}"));
    assert_eq!(answer.decision, Decision::Block);
    assert_eq!(answer.failure, Some(sponsio_guard::failure::Failure::SessionEnded));
    assert_eq!(clone.before_call_json("read", b"{").decision, Decision::Block);
    assert!(clone.filter(&["read"]).is_empty());
    clone.end();
    assert_eq!(memory.lines().len(), lines, "nothing follows the end");
    assert_eq!(guard.sessions(), 1, "the end of the first is not that of the second");
    assert_eq!(second.before_call("read", &args("{}")).decision, Decision::Allow);
}

#[test]
fn the_menu_is_that_of_the_clock() {
    let place = Place::with(
        "agents: {treasurer: {contracts: [{desc: fresh, \
         G: {ltl: 'G(called(refund) -> O[<=60s] called(approve))'}}]}}",
    );
    let (guard, clock, _) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    session.before_call("approve", &args("{}"));
    assert_eq!(session.filter(&["refund"]), ["refund"]);
    clock.set(Timestamp::from_seconds(1_718_000_061));
    assert!(session.filter(&["refund"]).is_empty());
}
