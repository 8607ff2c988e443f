//! Sessions in a store: several guards, and several processes, that share them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use proptest::prelude::*;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{EventKind, Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::clock::Manual;
use sponsio_guard::failure::{Audit, Failure};
use sponsio_guard::guard::{OpenError, Request, Settings};
use sponsio_guard::recorder::Nothing;
use sponsio_guard::store::{Sqlite, Store, StoreError};
use sponsio_guard::{Answer, Guard, GuardSession};

use crate::{CONTRACTS, Place, args};

/// What tells a process of this test that it is one of those that share a session: where its files are.
const SHARER: &str = "SPONSIO_TEST_SHARER";

fn settings(program: &Arc<Program>) -> Settings {
    Settings {
        place: sponsio_guard::Place::default(),
        keeps_args: false,
        program: Arc::clone(program),
        agent: "treasurer".into(),
        clock: Box::new(Manual::at(Timestamp::from_seconds(1_718_000_000))),
        recorder: Box::new(Nothing),
        audit: Audit::BestEffort,
    }
}

fn guard(program: &Arc<Program>, store: &Path) -> Guard {
    Guard::with_store(settings(program), Box::new(Sqlite::open(store).unwrap()))
}

fn session(program: &Arc<Program>, store: &Path) -> GuardSession {
    guard(program, store).session("s").unwrap()
}

fn call(session: &GuardSession, tool: &str) -> Answer {
    session.before_call(tool, &Value::empty())
}

/// A folder with contracts that let `wire` run so often, and the program of them.
fn limited(times: usize) -> (Place, Arc<Program>) {
    let text = format!("agents: {{treasurer: [\"tool `wire` at most {times} times\"]}}");
    let place = Place::with(&text);
    let program = place.program(Mode::Enforce);
    (place, program)
}

/// Starts the test again, as another process that shares the session in `folder`.
fn sharer(test: &str, folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.env(SHARER, folder).spawn().unwrap()
}

fn is_sharer() -> Option<PathBuf> {
    std::env::var_os(SHARER).map(PathBuf::from)
}

/// The session of a process that was started with [`sharer`].
fn shared(folder: &Path) -> GuardSession {
    let configuration =
        sponsio_guard::load::read(&folder.join("sponsio.yaml"), Some(Mode::Enforce)).unwrap();
    session(&configuration.program("treasurer").unwrap().program, &folder.join("s/sessions.db"))
}

/// Calls `wire`; whether it may run. That it may is noted in a file first.
fn wire(session: &GuardSession, folder: &Path) -> bool {
    let runs = call(session, "wire").decision.runs();
    if runs {
        let mut file =
            std::fs::OpenOptions::new().append(true).create(true).open(folder.join("ran")).unwrap();
        file.write_all(b"x").unwrap();
    }
    runs
}

fn ran(folder: &Path) -> usize {
    std::fs::read(folder.join("ran")).map_or(0, |bytes| bytes.len())
}

#[test]
fn of_the_calls_of_many_processes_exactly_as_many_run_as_may() {
    const PROCESSES: usize = 64;
    const CALLS: usize = 1_000;
    const TIMES: usize = 10_000;
    if let Some(folder) = is_sharer() {
        let session = shared(&folder);
        for _ in 0..CALLS {
            wire(&session, &folder);
        }
        return;
    }
    let (place, program) = limited(TIMES);
    let test = "stores::of_the_calls_of_many_processes_exactly_as_many_run_as_may";
    let children: Vec<Child> = (0..PROCESSES).map(|_| sharer(test, place.path())).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(ran(place.path()), TIMES);
    let store = place.path().join("s/sessions.db");
    assert_eq!(call(&session(&program, &store), "wire").decision, Decision::Block);
}

#[test]
fn of_the_calls_of_many_threads_exactly_as_many_run_as_may() {
    let (place, program) = limited(40);
    let guard = guard(&program, &place.path().join("s.db"));
    let runs: usize = std::thread::scope(|scope| {
        let thread = |_| {
            let session = guard.session("s").unwrap();
            scope.spawn(move || (0..20).filter(|_| call(&session, "wire").decision.runs()).count())
        };
        let threads: Vec<_> = (0..8).map(thread).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(runs, 40);
}

#[test]
fn processes_that_are_killed_let_no_call_run_too_often_and_lose_at_most_their_last() {
    const TIMES: usize = 2_000;
    const KILLS: usize = 12;
    if let Some(folder) = is_sharer() {
        let session = shared(&folder);
        while wire(&session, &folder) {}
        return;
    }
    let (place, program) = limited(TIMES);
    let test =
        "stores::processes_that_are_killed_let_no_call_run_too_often_and_lose_at_most_their_last";
    for _ in 0..KILLS {
        let before = ran(place.path());
        let mut child = sharer(test, place.path());
        while ran(place.path()) < before + 7 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let session = session(&program, &place.path().join("s/sessions.db"));
    while wire(&session, place.path()) {}
    let ran = ran(place.path());
    assert!((TIMES - KILLS..=TIMES).contains(&ran), "{ran} of {TIMES}");
}

#[test]
fn what_another_guard_ended_has_ended_and_what_begins_anew_is_not_taken_for_it() {
    let (place, program) = limited(1);
    let store = place.path().join("s.db");
    let (first, second) = (session(&program, &store), session(&program, &store));
    assert!(call(&first, "wire").decision.runs());
    assert_eq!(call(&second, "wire").decision, Decision::Block);
    second.end();
    // A third one begins under its name, and comes as far.
    let third = session(&program, &store);
    assert!(call(&third, "ls").decision.runs());
    let answer = call(&first, "ls");
    assert_eq!((answer.decision, answer.failure), (Decision::Allow, None));
    assert!(call(&first, "wire").decision.runs(), "it is the session of that name");
    third.end();
    assert_eq!(call(&first, "ls").failure, Some(Failure::SessionEnded));
    assert_eq!(call(&first, "ls").decision, Decision::Block);
}

#[test]
fn a_session_that_is_damaged_is_refused_and_left_as_it_is() {
    let (place, program) = limited(3);
    let store = place.path().join("s.db");
    assert!(call(&session(&program, &store), "wire").decision.runs());
    let database = rusqlite::Connection::open(&store).unwrap();
    let state = |sql: &str| database.query_row(sql, [], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let of_session = "SELECT state FROM session WHERE name = 's'";
    let whole = state(of_session);
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        let sql = "UPDATE session SET state = ? WHERE name = 's'";
        database.execute(sql, [&damaged]).unwrap();
        let session = session(&program, &store);
        let answer = call(&session, "wire");
        let failed = answer.failure == Some(Failure::StoreUnreadable);
        // A name of an earlier event is not part of what decides.
        let is_name = answer.decision.runs() && at + 30 > whole.len();
        assert!(failed && answer.decision == Decision::Block || is_name, "byte {at}: {answer:?}");
        if failed {
            assert_eq!(state(of_session), damaged, "byte {at}");
        }
    }
}

#[test]
fn a_store_that_nobody_can_write_to_refuses_and_what_happened_meanwhile_counts_afterwards() {
    let place =
        Place::with("agents: {treasurer: [{G: {ltl: 'G(called(wire) -> !ctx(frozen, yes))'}}]}");
    let program = place.program(Mode::Enforce);
    let store = place.path().join("s.db");
    let session = session(&program, &store);
    assert!(call(&session, "wire").decision.runs());
    let database = rusqlite::Connection::open(&store).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = call(&session, "wire");
    assert_eq!(
        (answer.decision, answer.failure),
        (Decision::Block, Some(Failure::StoreUnavailable))
    );
    let facts = [("frozen".into(), Some("yes".into()))].into();
    session.observe(EventKind::Context { facts });
    database.execute_batch("ROLLBACK").unwrap();
    let answer = call(&session, "wire");
    assert_eq!((answer.decision, answer.failure), (Decision::Block, None), "{answer:?}");
}

#[test]
fn what_is_no_store_of_this_owner_is_not_used_and_not_changed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let refused = |name: &str| match Sqlite::open(&path(name)) {
        Err(StoreError::Unusable(why)) => why,
        other => panic!("{name}: {other:?}"),
    };
    drop(Sqlite::open(&path("own.db")).unwrap());
    let mode = std::fs::metadata(path("own.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    symlink(path("own.db"), path("link.db")).unwrap();
    assert!(refused("link.db").contains("symbolic link"));
    std::fs::set_permissions(path("own.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused("own.db").contains("chmod 600"));
    std::fs::write(path("text.db"), "a text that is longer than the head of a database".repeat(9))
        .unwrap();
    std::fs::set_permissions(path("text.db"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let before = std::fs::read(path("text.db")).unwrap();
    assert!(refused("text.db").contains("not a database"));
    assert_eq!(std::fs::read(path("text.db")).unwrap(), before);
    let foreign = rusqlite::Connection::open(path("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE mine (x)").unwrap();
    std::fs::set_permissions(path("foreign.db"), std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(refused("foreign.db").contains("database of something else"));
    std::fs::create_dir(path("folder.db")).unwrap();
    refused("folder.db");
}

#[test]
fn a_guard_whose_store_cannot_be_opened_does_not_start_or_lets_everything_run() {
    let (place, _) = limited(1);
    std::fs::create_dir(place.path().join("sessions.db")).unwrap();
    let open = |mode| {
        let store = Some(place.path().join("sessions.db"));
        let (config, agent) = (Some(place.config()), "treasurer".to_owned());
        Guard::open(&Request { config, agent, store, mode: Some(mode), ..Request::default() })
    };
    let Err(OpenError::Store(error)) = open(Mode::Enforce) else { panic!("it is open") };
    assert!(error.to_string().contains("sessions.db"), "{error}");
    let session = open(Mode::Observe).unwrap().guard.session("s").unwrap();
    for _ in 0..3 {
        let answer = call(&session, "wire");
        assert_eq!(
            (answer.decision, answer.failure),
            (Decision::Allow, Some(Failure::StoreUnavailable))
        );
    }
}

#[test]
fn a_guard_that_is_opened_with_a_store_goes_on_where_another_one_was() {
    let (place, _) = limited(1);
    let open = || {
        let store = Some(place.path().join("s/sessions.db"));
        let (config, agent) = (Some(place.config()), "treasurer".to_owned());
        let mode = Some(Mode::Enforce);
        let request = Request { config, agent, store, mode, ..Request::default() };
        Guard::open(&request).unwrap().guard.session("s").unwrap()
    };
    assert!(call(&open(), "wire").decision.runs());
    assert_eq!(call(&open(), "wire").decision, Decision::Block);
}

#[test]
fn a_store_holds_the_sessions_that_have_not_ended() {
    let (place, program) = limited(3);
    let path = place.path().join("s.db");
    let guard = guard(&program, &path);
    let sessions = ["a", "b", "c"].map(|name| guard.session(name).unwrap());
    sessions.iter().for_each(|session| assert!(call(session, "wire").decision.runs()));
    let [a, ..] = sessions;
    a.end();
    assert_eq!(Sqlite::open(&path).unwrap().sessions().unwrap(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn guards_that_share_a_session_answer_as_one_that_has_it_alone(
        events in proptest::collection::vec((0..6usize, 0..3usize, any::<bool>()), 1..24)
    ) {
        let place = Place::with(CONTRACTS);
        let program = place.program(Mode::Enforce);
        let store = place.path().join("s.db");
        let alone = Guard::new(settings(&program)).session("s").unwrap();
        let sharing = [session(&program, &store), session(&program, &store)];
        for (tool, amount, which) in events {
            let tool = ["wire", "verify", "shell", "note", "receipt", "ls"][tool];
            let given = args(["{}", r#"{"amount": 9}"#, r#"{"amount": 9000}"#][amount]);
            let (expect, got) = (
                alone.before_call(tool, &given),
                sharing[usize::from(which)].before_call(tool, &given),
            );
            prop_assert_eq!(&got, &expect);
            prop_assert_eq!(sharing[usize::from(!which)].owed(), alone.owed());
            let menu = ["wire", "note", "shell"];
            prop_assert_eq!(sharing[usize::from(!which)].filter(&menu), alone.filter(&menu));
        }
    }
}
