//! Runs workloads for callgrind; `sponsio_bench::callgrind` starts it and reads what it counted.
//!
//! Prints a line for each call of [`measured`], in order: what to divide the count by, and a name. For a
//! workload that is the number of steps; a history is compared to the last instruction. With the name of one
//! workload, `counts workloads '20 contracts'` runs that alone, which is what a profile wants:
//! `valgrind --tool=callgrind --toggle-collect=counts::measured …` and then `callgrind_annotate`.

use sponsio_bench::workload::Workload;
use sponsio_bench::{Failure, pattern, workload};

/// Events before the first and the second measurement of `history`.
const HISTORY: [usize; 2] = [100, 100_000];

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

fn main() -> Result<(), Failure> {
    let which = std::env::args().nth(1).unwrap_or_default();
    match which.as_str() {
        "history" => {
            for mut workload in pattern::all()? {
                let name = workload.name.clone();
                for events in HISTORY {
                    workload.advance(events);
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
        other => return Err(format!("`{other}` is neither `history` nor `workloads`").into()),
    }
    Ok(())
}
