//! Our side of `bench/peers/run.py`: the median time of a guarded call at given lengths of the session.
//!
//! Arguments: a file with one sentence a line, the tools of the trace separated by commas, and the lengths. The
//! trace repeats the tools. Prints one line for each length: the length, and nanoseconds.

use core::hint::black_box;
use std::time::Instant;

use sponsio_bench::Failure;
use sponsio_bench::contracts::{contracts, program};
use sponsio_bench::workload::call;
use sponsio_engine::event::Event;
use sponsio_engine::session::{Scratch, Session};

/// Calls that are timed at each length, one by one.
const TIMED: usize = 2_001;

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
#[expect(clippy::disallowed_methods, reason = "measuring time is what this crate is for")]
fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("the first argument is a file of sentences")?;
    let tools = arguments.next().ok_or("the second argument is a list of tools")?;
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let program = program(&contracts(&text.lines().collect::<Vec<_>>())?)?;
    let trace: Vec<Event> = tools.split(',').map(call).collect();
    for length in arguments {
        let mut session = Session::new(&program);
        let mut scratch = Scratch::new(&program);
        let events = length.parse()?;
        for event in trace.iter().cycle().take(events) {
            session.step(event, &mut scratch);
        }
        let mut times = Vec::with_capacity(TIMED);
        for event in trace.iter().cycle().skip(events % trace.len()).take(TIMED) {
            // From the same session each time, so that the length is what it says.
            let mut at_length = session.clone();
            let start = Instant::now();
            black_box(at_length.step(black_box(event), &mut scratch));
            times.push(start.elapsed().as_nanos());
        }
        times.sort_unstable();
        println!("{length} {}", times.get(TIMED / 2).copied().unwrap_or(0));
    }
    Ok(())
}
