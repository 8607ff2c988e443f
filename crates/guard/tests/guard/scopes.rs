//! Contracts that the sessions of a guard share: by user, by tree, by agent, and over all of them.

use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode;
use sponsio_guard::guard::SessionError;
use sponsio_guard::replay::replay;
use sponsio_guard::{Guard, GuardSession, Identity};

use super::{Place, args, guard_of};

const SCOPED: &str = r#"
agents:
  treasurer:
    contracts:
      - {desc: refunds of a user, G: "tool `refund` at most 3 times", scope: user}
      - {desc: wires of a tree, G: "tool `wire` at most 2 times", scope: tree}
      - {desc: orders, G: "tool `order` at most 4 times", scope: agent}
      - {desc: payments to an account, G: "tool `pay` at most 1 time", scope: global, for_each: args.account}
      - {desc: notes of a session, G: "tool `note` at most 1 time"}
"#;

fn identity(session: &str, user: Option<&str>, parent: Option<&str>) -> Identity {
    let [user, parent] = [user, parent].map(|name| name.map(Into::into));
    Identity { session: session.into(), user, parent, tree: None }
}

fn open(guard: &Guard, session: &str, user: Option<&str>, parent: Option<&str>) -> GuardSession {
    guard.session_of(identity(session, user, parent)).unwrap()
}

#[track_caller]
fn check(session: &GuardSession, tool: &str, decisions: &[Decision]) {
    for (place, decision) in decisions.iter().enumerate() {
        let answer = session.before_call(tool, &args(r#"{"account": "a"}"#));
        assert_eq!(answer.decision, *decision, "`{tool}`, call {}: {}", place + 1, answer.reason);
    }
}

use Decision::{Allow, Block};

#[test]
fn a_further_session_does_not_begin_a_count_anew() {
    let program = Place::with(SCOPED).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let (first, second) = (open(&guard, "1", Some("u"), None), open(&guard, "2", Some("u"), None));
    let other = open(&guard, "3", Some("v"), None);
    check(&first, "refund", &[Allow, Allow]);
    check(&second, "refund", &[Allow, Block]);
    check(&first, "refund", &[Block]);
    check(&other, "refund", &[Allow]);
    check(&first, "note", &[Allow, Block]);
    check(&second, "note", &[Allow, Block]);
    check(&second, "pay", &[Allow, Block]);
    check(&other, "pay", &[Block]);
    check(&other, "order", &[Allow, Allow, Allow, Allow]);
    check(&first, "order", &[Block]);
}

#[test]
fn what_a_user_has_done_outlives_the_sessions() {
    let program = Place::with(SCOPED).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let first = open(&guard, "1", Some("u"), None);
    check(&first, "refund", &[Allow, Allow, Allow]);
    first.end();
    check(&open(&guard, "1", Some("u"), None), "refund", &[Block]);
}

#[test]
fn sessions_of_which_no_user_is_known_count_as_those_of_one() {
    let program = Place::with(SCOPED).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    check(&open(&guard, "1", None, None), "refund", &[Allow, Allow, Allow]);
    check(&open(&guard, "2", None, None), "refund", &[Block]);
}

#[test]
fn a_tree_is_all_sessions_below_one_and_is_forgotten_with_the_last_of_them() {
    let program = Place::with(SCOPED).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let root = open(&guard, "root", None, None);
    let child = open(&guard, "child", None, Some("root"));
    let below = open(&guard, "below", None, Some("child"));
    check(&below, "wire", &[Allow]);
    check(&child, "wire", &[Allow, Block]);
    check(&root, "wire", &[Block]);
    check(&open(&guard, "apart", None, None), "wire", &[Allow, Allow, Block]);
    root.end();
    check(&child, "wire", &[Block]);
    child.end();
    below.end();
    check(&open(&guard, "root", None, None), "wire", &[Allow]);
}

#[test]
fn a_live_session_is_not_had_under_another_identity() {
    let program = Place::with(SCOPED).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    check(&open(&guard, "s", Some("u"), None), "refund", &[Allow, Allow, Allow]);
    let other = guard.session_of(identity("s", Some("v"), None));
    assert_eq!(other.unwrap_err(), SessionError::OtherIdentity);
    // Who asks by the name alone means the one that is live.
    check(&guard.session("s").unwrap(), "refund", &[Block]);
    let long = guard.session_of(identity("t", Some(&"u".repeat(513)), None));
    assert_eq!(long.unwrap_err(), SessionError::Name);
}

#[test]
fn threads_with_sessions_of_their_own_admit_exactly_as_many_calls_as_may_run() {
    let program = Place::with(
        "agents: {treasurer: {contracts: [{G: 'tool `pay` at most 100 times', scope: user}]}}",
    )
    .program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let admitted = std::thread::scope(|scope| {
        let each = |thread: usize| {
            let session = open(&guard, &thread.to_string(), Some("u"), None);
            move || {
                let calls = (0..40).map(|_| session.before_call("pay", &args("{}")));
                calls.filter(|answer| answer.decision.runs()).count()
            }
        };
        let threads: Vec<_> = (0..8).map(|thread| scope.spawn(each(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(admitted, 100);
}

#[test]
fn a_log_of_sessions_that_share_is_decided_again_to_the_same_end() {
    let program = Place::with(SCOPED).program(Mode::Enforce);
    let (guard, _, memory) = guard_of(&program);
    let sessions = [
        open(&guard, "1", Some("u"), None),
        open(&guard, "2", Some("u"), Some("1")),
        open(&guard, "3", Some("v"), Some("2")),
    ];
    for place in 0..60 {
        let tool = ["refund", "wire", "order", "pay"][place % 4];
        sessions[place % 3].before_call(tool, &args(r#"{"account": "a"}"#));
    }
    let lines: Vec<_> = (1..).zip(memory.lines()).collect();
    assert!(lines.iter().any(|(_, line)| line.tree.as_deref() == Some("1")));
    let replayed = replay(&lines, &mut |_| Some(program.clone()));
    assert!(replayed.is_exact(), "{:?}", replayed.difference);
    assert_eq!(replayed.lines, lines.len());
}
