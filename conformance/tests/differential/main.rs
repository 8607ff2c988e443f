//! The engine against the oracles.
//!
//! How many formulas and traces a run compares is not a guess: the program `mutants` seeds errors into the engine,
//! and these numbers are enough to find each of them.

mod exhaustive;
mod golden;
mod mona;
mod random;

use std::thread;

/// Runs `work(share, shares)` for each share on its own thread, and returns what they return.
#[expect(clippy::disallowed_methods, reason = "tests divide their work over the processors")]
fn in_parallel<T: Send + 'static>(work: impl Fn(usize, usize) -> T + Clone + Send + 'static) -> Vec<T> {
    let shares = thread::available_parallelism().map_or(1, usize::from);
    let start = |share| {
        let work = work.clone();
        thread::spawn(move || work(share, shares))
    };
    let threads: Vec<_> = (0..shares).map(start).collect();
    threads.into_iter().map(|thread| thread.join().expect("a share failed")).collect()
}
