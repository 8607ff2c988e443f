//! Calls that wait for a person: shown, approved once, refused for good.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where the program does"
)]
#![expect(clippy::disallowed_methods, reason = "a file of the state is forged here")]

use serde_json::{Value, json};

use crate::hook::{Desk, call, refused, runs};
use crate::program::{Ran, run};

/// A desk at which `wire` waits for a person, and runs at most three times.
fn desk() -> Desk {
    Desk::with(
        "agents: {\"*\": {contracts: [{desc: ask, strategy: escalate, \
         G: {ltl: 'G !called(wire)'}}, {desc: thrice, G: {ltl: 'G(count(wire) <= 3)'}}]}}",
    )
}

fn wire(id: &str, amount: u32) -> Value {
    call("wire", id, &json!({ "amount": amount, "password": "hunter2" }))
}

/// Runs a command about the state of this desk.
fn about(desk: &Desk, args: &[&str]) -> Ran {
    let state = desk.state();
    run(&[args, &["--state", state.to_str().unwrap()]].concat())
}

fn pending(desk: &Desk) -> Vec<Value> {
    let ran = about(desk, &["pending", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

/// The id of the only call that waits.
fn only(desk: &Desk) -> String {
    let all = pending(desk);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0]["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn waits(ran: &Ran) {
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["hookSpecificOutput"]["permissionDecision"], "ask", "{ran:?}");
}

#[test]
fn a_call_that_waits_is_shown_without_its_secrets() {
    let desk = desk();
    assert!(pending(&desk).is_empty());
    let ran = desk.claude(&wire("1", 5));
    waits(&ran);
    let all = pending(&desk);
    assert_eq!((&all[0]["tool"], &all[0]["contracts"]), (&json!("wire"), &json!(["ask"])));
    assert!(ran.out.contains(&format!("sponsio approve {}", only(&desk))), "{ran:?}");
    let shown = about(&desk, &["pending"]);
    assert!(shown.out.contains("amount") && !shown.out.contains("hunter2"), "{shown:?}");
}

#[test]
fn an_approved_call_runs_once_and_no_other_does() {
    let desk = desk();
    waits(&desk.claude(&wire("1", 5)));
    let approved = about(&desk, &["approve", &only(&desk)]);
    assert_eq!(approved.code, Some(0), "{approved:?}");
    assert!(pending(&desk).is_empty());
    waits(&desk.claude(&wire("2", 6)));
    runs(&desk.claude(&wire("3", 5)));
    waits(&desk.claude(&wire("4", 5)));
}

#[test]
fn an_approval_of_one_session_is_none_of_another() {
    let desk = desk();
    waits(&desk.claude(&wire("1", 5)));
    about(&desk, &["approve", &only(&desk)]);
    let mut other = wire("2", 5);
    other["session_id"] = "other".into();
    waits(&desk.claude(&other));
}

#[test]
fn a_call_that_its_host_let_run_waits_no_more() {
    let desk = desk();
    waits(&desk.claude(&wire("1", 5)));
    let mut ended = wire("1", 5);
    ended["hook_event_name"] = "PostToolUse".into();
    ended["tool_response"] = json!("done");
    runs(&desk.claude(&ended));
    assert!(pending(&desk).is_empty());
}

#[test]
fn what_a_person_refused_is_recorded_and_not_asked_again() {
    let desk = desk();
    waits(&desk.claude(&wire("1", 5)));
    let id = only(&desk);
    let lines = desk.log().len();
    assert_eq!(about(&desk, &["deny", &id]).code, Some(0));
    assert_eq!(desk.log().len(), lines + 1);
    assert!(pending(&desk).is_empty());
    refused(&desk.claude(&wire("2", 5)), "a person refused this call of `wire`");
    waits(&desk.claude(&wire("3", 6)));
    assert_eq!(about(&desk, &["approve", &id]).code, Some(2));
}

#[test]
fn an_id_that_nothing_waits_under_is_a_failure() {
    let desk = desk();
    for id in ["0123456789", "../../x", "", "0123456789abcdef", "ABCDEF0123"] {
        let ran = about(&desk, &["approve", id]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains("no call waits under the id"), "{ran:?}");
    }
}

#[test]
fn a_forged_file_lets_nothing_run() {
    let desk = desk();
    waits(&desk.claude(&wire("1", 5)));
    let path = desk.state().join("waiting").join(format!("{}.json", only(&desk)));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"refused\":false", "\"approved\":true,\"refused\":false"))
        .unwrap();
    waits(&desk.claude(&wire("2", 5)));
    std::fs::write(&path, "{").unwrap();
    waits(&desk.claude(&wire("3", 5)));
}
