//! What it costs to keep sessions where other processes can use them: microseconds of a call that is asked about.
//!
//! Twenty mixed contracts, a call without arguments, no log. Times are printed, not tested.

use std::sync::Arc;

use sponsio_bench::contracts::{MIXED, contracts, program};
use sponsio_bench::{Failure, stopwatch};
use sponsio_engine::event::Value;
use sponsio_guard::clock::System;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::Nothing;
use sponsio_guard::store::Sqlite;
use sponsio_guard::{Guard, GuardSession, Place};

const BATCHES: usize = 2_001;

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn main() -> Result<(), Failure> {
    let program = program(&contracts(&MIXED)?)?;
    let settings = || Settings {
        program: Arc::clone(&program),
        agent: "agent".into(),
        clock: Box::new(System),
        recorder: Box::new(Nothing),
        audit: Audit::BestEffort,
        place: Place::default(),
        keeps_args: false,
    };
    let folder = tempfile::tempdir()?;
    let stored = |name: &str| -> Result<GuardSession, Failure> {
        let store = Sqlite::open(&folder.path().join("sessions.db"))?;
        Ok(Guard::with_store(settings(), Box::new(store)).session(name)?)
    };
    let alone = Guard::new(settings()).session("alone")?;
    println!("in memory           {:8.2} µs", median(&mut || ask(&alone)));
    let one = stored("one")?;
    println!("SQLite, one process {:8.2} µs", median(&mut || ask(&one)));
    let (first, second) = (stored("two")?, stored("two")?);
    let mut is_first = false;
    let in_turns = median(&mut || {
        is_first = !is_first;
        ask(if is_first { &first } else { &second });
    });
    println!("SQLite, two in turn {in_turns:8.2} µs");
    Ok(())
}

fn ask(session: &GuardSession) {
    core::hint::black_box(session.before_call("search", &Value::empty()));
}

fn median(run: &mut dyn FnMut()) -> f64 {
    stopwatch::median(BATCHES, &mut || run()) / 1000.0
}
