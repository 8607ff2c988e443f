//! Writes `costs.txt`: the instructions of a step of each workload.

use std::path::Path;

use sponsio_bench::{Failure, callgrind};

#[expect(clippy::print_stdout, reason = "a person started it")]
#[expect(clippy::disallowed_methods, reason = "this is the one writer of the file")]
fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let counts = callgrind::counts("workloads", folder.path())?;
    let text = callgrind::render(&counts);
    std::fs::write(Path::new(callgrind::COSTS), &text)?;
    print!("{text}");
    Ok(())
}
