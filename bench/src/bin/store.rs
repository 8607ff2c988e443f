//! What it costs to keep sessions where other processes can use them: microseconds of a call that is asked about.
//!
//! Twenty mixed contracts, a call without arguments, no log. A file is always measured, and each server
//! whose address is an argument. Times are printed, not tested.

use std::sync::Arc;

use sponsio_bench::contracts::{MIXED, contracts, program};
use sponsio_bench::{Failure, stopwatch};
use sponsio_engine::event::Value;
use sponsio_engine::program::Program;
use sponsio_guard::clock::System;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::Nothing;
use sponsio_guard::store::{self, Store};
use sponsio_guard::{Guard, GuardSession, Place};

const BATCHES: usize = 2_001;

fn main() -> Result<(), Failure> {
    let program = program(&contracts(&MIXED)?)?;
    let alone = Guard::new(settings(&program)).session("alone")?;
    say("no store", median(&mut || ask(&alone)));
    let folder = tempfile::tempdir()?;
    let file = format!("sqlite:{}", folder.path().join("sessions.db").display());
    let given = std::env::args().skip(1);
    for address in ["memory".to_owned(), file].into_iter().chain(given) {
        let kind = address.split(':').next().unwrap_or_default().to_owned();
        let session = |name: &str| -> Result<GuardSession, Failure> {
            let store: Box<dyn Store> = store::open(&address, None)?;
            Ok(Guard::with_store(settings(&program), store).session(name)?)
        };
        let one = session("one")?;
        say(&format!("{kind}, one process"), median(&mut || ask(&one)));
        if kind == "memory" {
            continue;
        }
        let (first, second) = (session("two")?, session("two")?);
        let mut is_first = false;
        let in_turns = median(&mut || {
            is_first = !is_first;
            ask(if is_first { &first } else { &second });
        });
        say(&format!("{kind}, two in turn"), in_turns);
    }
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

fn ask(session: &GuardSession) {
    core::hint::black_box(session.before_call("search", &Value::empty()));
}

fn median(run: &mut dyn FnMut()) -> f64 {
    stopwatch::median(BATCHES, &mut || run()) / 1000.0
}

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn say(what: &str, microseconds: f64) {
    println!("{what:<24} {microseconds:8.2} µs");
}
