//! Contracts that change while sessions run.

use std::sync::Arc;

use sponsio_engine::decision::Decision::{self, Allow, Block};
use sponsio_engine::event::Timestamp;
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::clock::Manual;
use sponsio_guard::failure::{Audit, Failure};
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::Memory;
use sponsio_guard::store::Sqlite;
use sponsio_guard::{Guard, GuardSession, Identity};

use super::{Place, args, guard_of};

fn program(contracts: &str) -> Arc<Program> {
    let text = format!("agents: {{treasurer: {{contracts: [{contracts}]}}}}");
    Place::with(&text).program(Mode::Enforce)
}

const TWO_WIRES: &str = "{G: 'tool `wire` at most 2 times'}";
const ONE_NOTE: &str = "{G: 'tool `note` at most 1 time'}";
const NO_SHELL: &str = "{G: 'never call `shell`'}";

#[track_caller]
fn check(session: &GuardSession, tool: &str, decisions: &[Decision]) {
    for (place, decision) in decisions.iter().enumerate() {
        let answer = session.before_call(tool, &args("{}"));
        assert_eq!(answer.decision, *decision, "`{tool}`, call {}: {}", place + 1, answer.reason);
    }
}

#[test]
fn a_contract_that_stays_goes_on_and_one_that_is_new_begins() {
    let (guard, _, memory) = guard_of(&program(TWO_WIRES));
    let session = guard.session("s").unwrap();
    check(&session, "wire", &[Allow]);
    check(&session, "note", &[Allow, Allow]);
    check(&session, "shell", &[Allow]);
    let changed = program(&[NO_SHELL, ONE_NOTE, TWO_WIRES].join(", "));
    guard.reload(Arc::clone(&changed));
    check(&session, "shell", &[Block]);
    check(&session, "note", &[Allow, Block]);
    check(&session, "wire", &[Allow, Block]);
    let lines = memory.lines();
    assert_eq!(*lines.last().unwrap().program, *changed.hash().to_string());
    // A session that begins afterwards is judged by what is in force.
    check(&guard.session("t").unwrap(), "shell", &[Block]);
    guard.reload(program(ONE_NOTE));
    check(&session, "shell", &[Allow]);
    check(&session, "note", &[Block]);
}

#[test]
fn what_sessions_share_goes_on_with_its_contract() {
    let shared = "{G: 'tool `wire` at most 2 times', scope: user}";
    let (guard, ..) = guard_of(&program(shared));
    let open = |name: &str| {
        guard.session_of(Identity { user: Some("u".into()), ..Identity::named(name) }).unwrap()
    };
    let (first, second) = (open("1"), open("2"));
    check(&first, "wire", &[Allow]);
    guard.reload(program(&[NO_SHELL, shared].join(", ")));
    check(&second, "wire", &[Allow, Block]);
    check(&first, "wire", &[Block]);
    check(&open("3"), "wire", &[Block]);
}

#[test]
fn a_reload_loses_no_call_of_threads_that_go_on_meanwhile() {
    let programs = [program(TWO_HUNDRED), program(&[NO_SHELL, TWO_HUNDRED].join(", "))];
    let (guard, ..) = guard_of(&programs[0]);
    let session = guard.session("s").unwrap();
    let admitted = std::thread::scope(|scope| {
        let calls = || (0..100).filter(|_| decide(&session, "wire").runs()).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(calls)).collect();
        for place in 0..50 {
            guard.reload(Arc::clone(&programs[place % 2]));
        }
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(admitted, 200);
}

const TWO_HUNDRED: &str = "{G: 'tool `wire` at most 200 times'}";

fn decide(session: &GuardSession, tool: &str) -> Decision {
    session.before_call(tool, &args("{}")).decision
}

fn stored(program: &Arc<Program>, path: &std::path::Path) -> Guard {
    let settings = Settings {
        program: Arc::clone(program),
        agent: "treasurer".into(),
        clock: Box::new(Manual::at(Timestamp::from_seconds(1_718_000_000))),
        recorder: Box::new(Memory::default()),
        audit: Audit::Required,
        place: sponsio_guard::Place::default(),
        keeps_args: false,
    };
    Guard::with_store(settings, Box::new(Sqlite::open(path, None).unwrap()))
}

/// As a hook does: each call is another process, and somebody edits the contracts in between.
#[test]
fn a_stored_session_goes_on_under_contracts_that_were_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    let before = stored(&program(TWO_WIRES), &path);
    let after = stored(&program(&[NO_SHELL, TWO_WIRES].join(", ")), &path);
    let [before, after] = [before, after].map(|guard| guard.session("s").unwrap());
    check(&before, "wire", &[Allow]);
    check(&after, "shell", &[Block]);
    check(&after, "wire", &[Allow]);
    // Both processes run beside each other for a while.
    check(&before, "wire", &[Block]);
    check(&after, "wire", &[Block]);
}

#[test]
fn a_stored_session_of_a_program_that_nobody_knows_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    check(&stored(&program(TWO_WIRES), &path).session("s").unwrap(), "wire", &[Allow, Allow]);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let gone = connection.execute("DELETE FROM session WHERE agent = 'sponsio programs'", ());
    assert_eq!(gone, Ok(1));
    let changed = stored(&program(NO_SHELL), &path);
    let answer = changed.session("s").unwrap().before_call("wire", &args("{}"));
    assert_eq!((answer.decision, answer.failure), (Block, Some(Failure::StoreUnreadable)));
    check(&stored(&program(TWO_WIRES), &path).session("s").unwrap(), "wire", &[Block]);
}
