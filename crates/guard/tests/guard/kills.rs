//! Processes that are killed at any moment while they ask, count and record: with a store in a file and a required log.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Value};
use sponsio_engine::strategy::Mode;
use sponsio_guard::guard::Request;
use sponsio_guard::log_file::files;
use sponsio_guard::store::Address;
use sponsio_guard::{Guard, GuardSession, replay};
use sponsio_record::chain::Walk;
use sponsio_record::log;
use sponsio_record::schema::line::Line;

use crate::Place;

/// What tells a process of this test that it is to be killed: its session, and where its files are.
const VICTIM: &str = "SPONSIO_TEST_VICTIM";
/// What a process says of a call that it was told to run, before the name of the call.
const RAN: &str = "ran ";
/// What it says of one that was refused.
const REFUSED: &str = "refused ";

/// How many processes are killed where nothing else is said.
const KILLS: usize = 100;
/// The variable that says something else, for a longer run.
const KILLS_VARIABLE: &str = "SPONSIO_TEST_KILLS";
/// Processes at the same time, on the same store and the same log.
const LANES: usize = 3;
/// Processes of one session.
const SHARE: usize = 8;
/// Calls of one session that may run.
const TIMES: usize = 20;

/// The session of a guard whose store and log are in the folder.
fn session(folder: &Path, name: &str) -> GuardSession {
    let opened = Guard::open(&Request {
        config: Some(folder.join("sponsio.yaml")),
        agent: "treasurer".into(),
        mode: Some(Mode::Enforce),
        log: Some(folder.join("s.jsonl")),
        store: Some(Address::from(folder.join("s.db"))),
        ..Request::default()
    });
    opened.unwrap().guard.session(name).unwrap()
}

fn wire(session: &GuardSession, id: &str) -> bool {
    let call = CallRef { id: Some(id.into()), ..CallRef::default() };
    session.before_call_with("wire", &Value::empty(), call).decision.runs()
}

/// Calls until it is killed.
fn suffer(told: &str) {
    let (name, folder) = told.split_once(':').unwrap();
    let session = session(Path::new(folder), name);
    let mut out = std::io::stdout().lock();
    for n in 0.. {
        let id = format!("{}.{n}", std::process::id());
        // Of a refusal something is said too: whoever waits for a line would wait for ever once no call may run.
        let said = if wire(&session, &id) { RAN } else { REFUSED };
        // One write, so that what was said is whole.
        out.write_all(format!("{said}{id}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

fn victim(folder: &Path, session: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = "kills::what_was_told_is_recorded_and_counted_whenever_processes_are_killed";
    command.args(["--exact", test, "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::null());
    command.env(VICTIM, format!("{session}:{}", folder.display())).spawn().unwrap()
}

/// Starts a process and kills it at some moment; the calls that it was told to run.
fn kill_one(folder: &Path, session: &str, random: &mut fastrand::Rng) -> Vec<String> {
    let mut child = victim(folder, session);
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ran = Vec::new();
    let mut hear = |line: String| ran.extend(line.strip_prefix(RAN).map(str::to_owned));
    // While it starts, or after it has said something, and then up to a few calls later.
    let lines = random.usize(0..6);
    for line in said.by_ref().take(lines) {
        hear(line.unwrap());
    }
    let most = if lines == 0 { 60_000 } else { 1_500 };
    std::thread::sleep(Duration::from_micros(random.u64(0..most)));
    child.kill().unwrap();
    child.wait().unwrap();
    said.for_each(|line| hear(line.unwrap()));
    ran
}

fn name(kill: usize) -> String {
    format!("s{}", kill / SHARE)
}

#[test]
fn what_was_told_is_recorded_and_counted_whenever_processes_are_killed() {
    if let Some(told) = std::env::var_os(VICTIM) {
        return suffer(told.to_str().unwrap());
    }
    let text = format!("agents: {{treasurer: [\"tool `wire` at most {TIMES} times\"]}}");
    let place = Place::with(&text);
    let ran = kill_all(place.path());
    // What is left of each session runs, and no more.
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (session, ids) in &ran {
        *count.entry(session.clone()).or_default() += ids.len();
    }
    for (name, told) in &mut count {
        let session = session(place.path(), name);
        let mut left = 0;
        while wire(&session, &format!("left.{left}")) {
            left += 1;
        }
        let all = *told + left;
        // The last call of each process may be counted although nobody was told.
        assert!((TIMES - SHARE..=TIMES).contains(&all), "{name}: {told} and {left} of {TIMES}");
    }
    let lines = chained(&place.path().join("s.jsonl"));
    let allowed: BTreeMap<&str, &Line> = lines
        .iter()
        .filter(|(_, line)| line.decision == Decision::Allow)
        .filter_map(|(_, line)| Some((line.id.as_deref()?, line)))
        .collect();
    for (session, ids) in &ran {
        for id in ids {
            let line = allowed.get(id.as_str()).unwrap_or_else(|| panic!("no line of {id}"));
            assert_eq!(*line.session, **session);
        }
    }
    let program = place.program(Mode::Enforce);
    let replayed = replay::replay(&lines, &mut |_| Some(Arc::clone(&program)));
    assert!(replayed.is_exact(), "{:?}", replayed.difference);
    assert_eq!(replayed.lines, lines.len());
}

/// The sessions of the processes that were killed, and the calls that they were told to run.
fn kill_all(folder: &Path) -> Vec<(String, Vec<String>)> {
    let kills = std::env::var(KILLS_VARIABLE).map_or(KILLS, |kills| kills.parse().unwrap());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let lane = |lane: usize| {
            let next = &next;
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(u64::try_from(lane).unwrap());
                let mut all = Vec::new();
                loop {
                    let kill = next.fetch_add(1, Ordering::SeqCst);
                    if kill >= kills {
                        return all;
                    }
                    all.push((name(kill), kill_one(folder, &name(kill), &mut random)));
                }
            })
        };
        let lanes: Vec<_> = (0..LANES).map(lane).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    })
}

/// The lines of a log that is one chain.
fn chained(path: &Path) -> Vec<(usize, Line)> {
    let mut walk = Walk::new(false);
    let mut lines = Vec::new();
    let paths: Vec<PathBuf> = files(path).unwrap();
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap();
        for line in text.lines() {
            walk.step(line.as_bytes(), true).unwrap();
        }
        lines.extend(log::read(text.as_bytes()).unwrap());
    }
    lines
}
