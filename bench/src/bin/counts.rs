//! Runs workloads for callgrind; `sponsio_bench::callgrind` starts it and reads what it counted.
//!
//! Prints a line for each call of [`measured`], in order: what to divide the count by, and a name. For a workload
//! that is the number of steps; a history is compared to the last instruction. Sessions of a million events would
//! take valgrind hours, so `counts age FOLDER` leaves their snapshots in a folder, at full speed, and `counts
//! history FOLDER` goes on from there. With the name of one workload, `counts workloads '20 contracts'` runs that
//! alone, which is what a profile wants: `valgrind --tool=callgrind --toggle-collect=counts::measured …` and then
//! `callgrind_annotate`.

use std::path::PathBuf;

use sponsio_bench::workload::Workload;
use sponsio_bench::{Failure, pattern, workload};

/// Events before the first and the second measurement of `history`: whole periods apart, for all short periods.
const HISTORY: [usize; 2] = [100, 1_003_060];
/// Events that a session is warmed with once it is restored.
const WARM: usize = 200;

/// Rounds of one measurement.
const ROUNDS: usize = 4;

/// What is counted. It must be a function of its own in the program.
#[inline(never)]
fn measured(workload: &mut Workload, rounds: usize) {
    for _ in 0..rounds {
        workload.round();
    }
}

#[expect(clippy::print_stdout, reason = "the names are what the caller reads")]
fn measure(workload: &mut Workload, units: usize, name: &str) {
    measured(workload, ROUNDS);
    println!("{units} {name}");
}

/// Where the session of a pattern is after so many events.
fn snapshot(place: usize, events: usize) -> PathBuf {
    let folder = std::env::args().nth(2).unwrap_or_default();
    PathBuf::from(folder).join(format!("{place}-{events}.snapshot"))
}

fn main() -> Result<(), Failure> {
    let which = std::env::args().nth(1).unwrap_or_default();
    match which.as_str() {
        "age" => {
            for (place, mut workload) in pattern::all()?.into_iter().enumerate() {
                for events in HISTORY {
                    workload.advance(events);
                    workload.save(&snapshot(place, events))?;
                }
            }
        }
        "history" => {
            for (place, mut workload) in pattern::all()?.into_iter().enumerate() {
                let name = workload.name.clone();
                for events in HISTORY {
                    workload.load(&snapshot(place, events))?;
                    workload.advance(WARM);
                    measure(&mut workload, 1, &format!("{name} after {events} events"));
                }
            }
        }
        "workloads" => {
            let only = std::env::args().nth(2);
            for mut workload in workload::all()? {
                if only.as_ref().is_some_and(|only| *only != workload.name) {
                    continue;
                }
                let name = workload.name.clone();
                workload.advance(2_000);
                let steps = workload.events().saturating_mul(ROUNDS);
                measure(&mut workload, steps, &name);
            }
        }
        other => {
            return Err(format!("`{other}` is none of `age`, `history`, `workloads`").into());
        }
    }
    Ok(())
}
