//! Runs workloads for callgrind; `sponsio_bench::callgrind` starts it and reads what it counted.
//!
//! Prints a line for each call of [`measured`], in order: what to divide the count by, and a name. For a workload
//! that is the number of steps; a history is compared to the last instruction. Sessions of a million events would
//! take valgrind hours, so `counts age FOLDER` leaves their snapshots in a folder, at full speed, and `counts
//! history FOLDER` goes on from there. With the name of one workload, `counts workloads '20 contracts'` runs that
//! alone, which is what a profile wants: `valgrind --tool=callgrind --toggle-collect=counts::measured …` and then
//! `callgrind_annotate`.

use std::path::PathBuf;

use sponsio_bench::workload::{NAMES, Workload, named};
use sponsio_bench::{Failure, pattern};

/// Events before the first measurement of `history`.
const EARLY: usize = 100;
/// Rounds from there to the second: over a million events, and whole periods apart. A refusal recurs after 1 to 15
/// rounds, and a ring of times begins anew after 3, 21 or 1,001.
const PERIOD: usize = 360_360;
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

/// Where the session of a pattern is at this age.
fn snapshot(place: usize, age: &str) -> PathBuf {
    let folder = std::env::args().nth(2).unwrap_or_default();
    PathBuf::from(folder).join(format!("{place}-{age}.snapshot"))
}

fn main() -> Result<(), Failure> {
    let which = std::env::args().nth(1).unwrap_or_default();
    match which.as_str() {
        "age" => {
            for (place, mut workload) in pattern::all()?.into_iter().enumerate() {
                workload.advance(EARLY);
                workload.save(&snapshot(place, "early"))?;
                workload.advance(workload.events().saturating_mul(PERIOD));
                workload.save(&snapshot(place, "late"))?;
            }
        }
        "history" => {
            for (place, mut workload) in pattern::all()?.into_iter().enumerate() {
                let name = workload.name.clone();
                for age in ["early", "late"] {
                    workload.load(&snapshot(place, age))?;
                    workload.advance(WARM);
                    measure(&mut workload, 1, &format!("{name} {age}"));
                }
            }
        }
        "workloads" => {
            let only = std::env::args().nth(2);
            for name in NAMES.iter().filter(|name| only.as_deref().is_none_or(|o| o == **name)) {
                let mut workload = named(name)?;
                workload.advance(2_000);
                let steps = workload.events().saturating_mul(ROUNDS);
                measure(&mut workload, steps, name);
            }
        }
        other => {
            return Err(format!("`{other}` is none of `age`, `history`, `workloads`").into());
        }
    }
    Ok(())
}
