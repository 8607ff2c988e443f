//! Every failure that a caller can bring about, in both modes.

use sponsio_engine::decision::Decision;
use sponsio_engine::limits::{
    ARGUMENT_BYTES_MAX, ARGUMENT_DEPTH_MAX, ARGUMENT_VALUES_MAX, TOOL_BYTES_MAX,
};
use sponsio_engine::strategy::Mode;
use sponsio_guard::failure::Failure;
use sponsio_guard::guard::SessionError;
use sponsio_guard::limits::NAME_BYTES_MAX;

use super::{CONTRACTS, Place, guard_of};

/// A payload that cannot be judged is refused when enforcing, and recorded in any case.
#[track_caller]
fn check(tool: &str, payload: &[u8], expect: Failure) {
    for (mode, decision) in [(Mode::Enforce, Decision::Block), (Mode::Observe, Decision::Allow)] {
        let program = Place::with(CONTRACTS).program(mode);
        let (guard, _, memory) = guard_of(&program);
        let answer = guard.session("s").unwrap().before_call_json(tool, payload);
        assert_eq!((answer.decision, answer.failure), (decision, Some(expect)));
        assert!(answer.reason.contains("could not be judged"), "{}", answer.reason);
        let lines = memory.lines();
        assert_eq!(lines[0].failure.as_deref(), Some(expect.name()));
        assert_eq!(lines[0].decision, decision);
        assert_eq!(lines.len(), if mode == Mode::Enforce { 2 } else { 1 });
    }
}

#[test]
fn a_malformed_payload_is_decided_by_the_mode() {
    for payload in ["", " ", "{", "{\"a\":", "[]", "5", "\"{}\"", "{} {}", "{\"a\":1,\"a\":2}"] {
        check("read", payload.as_bytes(), Failure::PayloadMalformed);
    }
    check("read", b"\xff", Failure::PayloadMalformed);
}

#[test]
fn a_payload_over_a_limit_is_decided_by_the_mode() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(ARGUMENT_BYTES_MAX));
    let deep =
        format!("{{\"a\":{}{}}}", "[".repeat(ARGUMENT_DEPTH_MAX), "]".repeat(ARGUMENT_DEPTH_MAX));
    let many = format!("{{\"a\":[0{}]}}", ",0".repeat(ARGUMENT_VALUES_MAX));
    for payload in [long, deep, many, "{\"a\": 1e99999}".to_owned()] {
        check("read", payload.as_bytes(), Failure::PayloadTooLarge);
    }
}

#[test]
fn a_tool_name_over_the_limit_is_decided_by_the_mode() {
    check(&"x".repeat(TOOL_BYTES_MAX + 1), b"{}", Failure::EventTooLarge);
}

#[test]
fn the_name_of_a_session_is_bounded() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    assert!(guard.session(&"x".repeat(NAME_BYTES_MAX)).is_ok());
    assert_eq!(guard.session(&"x".repeat(NAME_BYTES_MAX + 1)).unwrap_err(), SessionError::Name);
    assert_eq!(guard.session("").unwrap_err(), SessionError::Name);
}

#[test]
fn sessions_with_one_name_are_one_session() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    guard.session("s").unwrap().before_call_json("verify", b"{}");
    let decision = |name: &str| {
        guard.session(name).unwrap().before_call_json("wire", b"{\"amount\": 1}").decision
    };
    assert_eq!([decision("s"), decision("t")], [Decision::Allow, Decision::Block]);
}
