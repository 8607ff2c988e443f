//! How many sessions fit: bytes of a live one, measured on a million.
//!
//! Twenty mixed contracts; every session is asked about one call. `engine` is the session alone, as a store keeps it;
//! `guard` is a session that a guard has live in memory, with its place in the table, its lock and what explanations
//! need; `sqlite` is one in a file, of which there are fewer. Bytes are the growth of the resident memory of the
//! process, or the size of the file; the system counts in pages, so the figure of few sessions is coarse. An argument
//! is another number of sessions.

#![expect(clippy::disallowed_methods, reason = "the size of the process is read")]

use std::sync::Arc;
use std::time::Instant;

use sponsio_bench::Failure;
use sponsio_bench::contracts::{MIXED, contracts, program};
use sponsio_engine::event::{CallRef, Event, EventKind, Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::session::{Scratch, Session};
use sponsio_guard::clock::System;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::Nothing;
use sponsio_guard::store::Sqlite;
use sponsio_guard::{Guard, Place};

/// Sessions in a file, at most: each call there is a transaction.
const STORED_MAX: usize = 20_000;
/// Bytes of a page, as the system counts.
const PAGE: u64 = 4096;

fn main() -> Result<(), Failure> {
    let count = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let program = program(&contracts(&MIXED)?)?;
    engine(&program, count)?;
    guard(&program, count)?;
    sqlite(&program, count.min(STORED_MAX))
}

fn engine(program: &Arc<Program>, count: usize) -> Result<(), Failure> {
    let mut scratch = Scratch::new(program);
    let call = CallRef::default();
    let kind =
        EventKind::ToolCall { tool: "search".into(), args: Value::empty(), call, effects: None };
    let event = Event::new(Timestamp(0), kind);
    let mut sessions = Vec::with_capacity(count);
    let before = resident()?;
    let begin = Instant::now();
    for _ in 0..count {
        let mut session = Session::new(program);
        core::hint::black_box(session.step(&event, &mut scratch));
        sessions.push(session);
    }
    say("engine", count, before, begin)?;
    drop(sessions);
    Ok(())
}

fn guard(program: &Arc<Program>, count: usize) -> Result<(), Failure> {
    let guard = Guard::new(settings(program));
    let before = resident()?;
    let begin = Instant::now();
    for number in 0..count {
        let session = guard.session(&format!("session-{number}"))?;
        core::hint::black_box(session.before_call("search", &Value::empty()));
    }
    if guard.sessions() != count {
        return Err("not all sessions are live".into());
    }
    say("guard", count, before, begin)
}

fn sqlite(program: &Arc<Program>, count: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("sessions.db");
    let guard = Guard::with_store(settings(program), Box::new(Sqlite::open(&file, None)?));
    let begin = Instant::now();
    for number in 0..count {
        let session = guard.session(&format!("session-{number}"))?;
        core::hint::black_box(session.before_call("search", &Value::empty()));
    }
    drop(guard);
    let bytes = std::fs::metadata(&file)?.len() / u64::try_from(count.max(1))?;
    tell("sqlite", count, bytes, begin);
    Ok(())
}

fn settings(program: &Arc<Program>) -> Settings {
    Settings {
        program: Arc::clone(program),
        agent: "agent".into(),
        clock: Box::new(System),
        recorder: Box::new(Nothing),
        audit: Audit::BestEffort,
        place: Place::default(),
        keeps_args: false,
    }
}

/// Bytes of the process that are in memory.
fn resident() -> Result<u64, Failure> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text.split(' ').nth(1).ok_or("the system does not say")?.parse()?;
    Ok(pages * PAGE)
}

fn say(what: &str, count: usize, before: u64, begin: Instant) -> Result<(), Failure> {
    let bytes = resident()?.saturating_sub(before) / u64::try_from(count.max(1))?;
    tell(what, count, bytes, begin);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn tell(what: &str, count: usize, bytes: u64, begin: Instant) {
    let seconds = begin.elapsed().as_secs_f64();
    println!("{what:<8} {count:>10} live sessions {bytes:>8} bytes each {seconds:>8.2} s");
}
