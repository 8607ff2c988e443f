//! What a record costs: to make a line, to write it, and to wait for the disk.
//!
//! Twenty mixed contracts, a call without arguments. `append` is a line that is made and put into a chain in memory;
//! `guarded step` is a call that is asked about, without a log and with one in a file, of which the operating system
//! has the line before the answer; `durable` is how many calls a second are answered whose lines the disk has, by so
//! many threads, each with a session of its own. Times are printed, not tested.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use sponsio_bench::contracts::{MIXED, contracts, program};
use sponsio_bench::{Failure, stopwatch};
use sponsio_engine::event::Value;
use sponsio_engine::program::Program;
use sponsio_guard::clock::System;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::log_file::LogFile;
use sponsio_guard::recorder::{Nothing, Recorder};
use sponsio_guard::{Guard, Place};
use sponsio_record::chain::{Link, seal};

const BATCHES: usize = 2_001;
/// Calls of each thread whose lines the disk has.
const DURABLE_CALLS: u32 = 2_000;

fn main() -> Result<(), Failure> {
    let program = program(&contracts(&MIXED)?)?;
    let folder = tempfile::tempdir()?;
    append(&program)?;
    step("guarded step, no log", &program, Box::new(Nothing))?;
    let log = LogFile::open(&folder.path().join("record.jsonl"))?;
    step("guarded step, log in a file", &program, Box::new(log))?;
    for threads in [1, 16, 64, 256] {
        durable(&program, folder.path(), threads)?;
    }
    Ok(())
}

fn guard(program: &Arc<Program>, recorder: Box<dyn Recorder>) -> Guard {
    Guard::new(Settings {
        program: Arc::clone(program),
        agent: "agent".into(),
        clock: Box::new(System),
        recorder,
        audit: Audit::Required,
        place: Place::default(),
        keeps_args: false,
    })
}

/// A line that is made of a decision and put into a chain, in memory.
fn append(program: &Arc<Program>) -> Result<(), Failure> {
    let session = guard(program, Box::new(Nothing)).session("s")?;
    let line = session.before_call("search", &Value::empty()).line;
    let mut link = Link::START;
    let mut run = || {
        if let Some((sealed, next)) = seal(&line.write(), link, 0) {
            core::hint::black_box(sealed);
            link = next;
        }
    };
    say("append in memory", stopwatch::median(BATCHES, &mut run) / 1000.0, "µs, of at most 2");
    Ok(())
}

fn step(what: &str, program: &Arc<Program>, recorder: Box<dyn Recorder>) -> Result<(), Failure> {
    let session = guard(program, recorder).session("s")?;
    let mut run = || {
        core::hint::black_box(session.before_call("search", &Value::empty()));
    };
    say(what, stopwatch::median(BATCHES, &mut run) / 1000.0, "µs, of at most 5");
    Ok(())
}

fn durable(program: &Arc<Program>, folder: &Path, threads: u32) -> Result<(), Failure> {
    let log = LogFile::open(&folder.join(format!("durable-{threads}.jsonl")))?.durable()?;
    let guard = guard(program, Box::new(log));
    let calls = DURABLE_CALLS.min(100_000 / threads.max(1));
    let mut once = || {
        thread::scope(|scope| {
            for number in 0..threads {
                let guard = &guard;
                scope.spawn(move || {
                    let Ok(session) = guard.session(&format!("s-{number}")) else { return };
                    for _ in 0..calls {
                        core::hint::black_box(session.before_call("search", &Value::empty()));
                    }
                });
            }
        });
    };
    let nanos = stopwatch::once(&mut once);
    let lost = guard.unrecorded();
    if lost > 0 {
        return Err(format!("{lost} lines could not be written").into());
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let rate = f64::from(threads * calls) / (nanos / 1e9);
    say(
        &format!("durable, {threads} threads, {cores} cores"),
        rate,
        "records/s, of at least 20,000",
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn say(what: &str, figure: f64, unit: &str) {
    println!("{what:<34} {figure:>12.2} {unit}");
}
