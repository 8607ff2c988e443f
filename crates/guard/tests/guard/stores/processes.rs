//! Processes that share a session, and processes that are killed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode;
use sponsio_guard::{Guard, GuardSession, store};

use super::servers::Server;
use super::{call, limited, settings};
use crate::Place;

/// What tells a process of this test that it is one of those that share a session: where its files are.
const SHARER: &str = "SPONSIO_TEST_SHARER";

/// Starts the test again, as another process that shares the session in `folder`.
fn sharer(test: &str, folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = format!("stores::processes::{test}");
    command.args(["--exact", &test, "--nocapture"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.env(SHARER, folder).spawn().unwrap()
}

fn is_sharer() -> Option<PathBuf> {
    std::env::var_os(SHARER).map(PathBuf::from)
}

/// The session in the store that the file `store` of the folder names.
fn shared(folder: &Path) -> GuardSession {
    let read = sponsio_guard::load::read(&folder.join("sponsio.yaml"), Some(Mode::Enforce));
    let program = read.unwrap().program("treasurer").unwrap().program;
    let address = std::fs::read_to_string(folder.join("store")).unwrap();
    let store = store::open(&address, None).unwrap();
    Guard::with_store(settings(&program), store).session("s").unwrap()
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

/// A folder in which `wire` may run so often, in the store at this address.
fn place(times: usize, address: impl Fn(&Path) -> String) -> Place {
    let (place, _) = limited(times);
    std::fs::write(place.path().join("store"), address(place.path())).unwrap();
    place
}

fn in_file(folder: &Path) -> String {
    format!("sqlite:{}/s/sessions.db", folder.display())
}

/// Of the calls of 64 processes exactly as many run as may.
fn admit_exactly(test: &str, address: impl Fn(&Path) -> String) {
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
    let place = place(TIMES, address);
    let children: Vec<Child> = (0..PROCESSES).map(|_| sharer(test, place.path())).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(ran(place.path()), TIMES);
    assert_eq!(call(&shared(place.path()), "wire").decision, Decision::Block);
}

#[test]
fn of_the_calls_of_many_processes_exactly_as_many_run_as_may_in_a_file() {
    admit_exactly("of_the_calls_of_many_processes_exactly_as_many_run_as_may_in_a_file", in_file);
}

#[test]
fn of_the_calls_of_many_processes_exactly_as_many_run_as_may_in_redis() {
    let test = "of_the_calls_of_many_processes_exactly_as_many_run_as_may_in_redis";
    with(&mut || Server::redis_with(&[]), |address| admit_exactly(test, |_| address.to_owned()));
}

#[test]
fn of_the_calls_of_many_processes_exactly_as_many_run_as_may_in_postgres() {
    let test = "of_the_calls_of_many_processes_exactly_as_many_run_as_may_in_postgres";
    with(&mut Server::postgres, |address| admit_exactly(test, |_| address.to_owned()));
}

/// Runs a test with the address of a server, which only the first of its processes starts.
fn with(start: &mut dyn FnMut() -> Server, test: impl FnOnce(&str)) {
    if is_sharer().is_some() {
        return test("");
    }
    let server = start();
    test(&server.address());
}

/// Processes that are killed let no call run too often, and lose at most their last one.
fn survive_kills(test: &str, address: impl Fn(&Path) -> String) {
    const TIMES: usize = 2_000;
    const KILLS: usize = 12;
    if let Some(folder) = is_sharer() {
        let session = shared(&folder);
        while wire(&session, &folder) {}
        return;
    }
    let place = place(TIMES, address);
    for _ in 0..KILLS {
        let before = ran(place.path());
        let mut child = sharer(test, place.path());
        while ran(place.path()) < before + 7 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let session = shared(place.path());
    while wire(&session, place.path()) {}
    let ran = ran(place.path());
    assert!((TIMES - KILLS..=TIMES).contains(&ran), "{ran} of {TIMES}");
}

#[test]
fn killed_processes_let_no_call_run_too_often_in_a_file() {
    survive_kills("killed_processes_let_no_call_run_too_often_in_a_file", in_file);
}

#[test]
fn killed_processes_let_no_call_run_too_often_in_redis() {
    let test = "killed_processes_let_no_call_run_too_often_in_redis";
    with(&mut || Server::redis_with(&[]), |address| survive_kills(test, |_| address.to_owned()));
}

#[test]
fn killed_processes_let_no_call_run_too_often_in_postgres() {
    let test = "killed_processes_let_no_call_run_too_often_in_postgres";
    with(&mut Server::postgres, |address| survive_kills(test, |_| address.to_owned()));
}
