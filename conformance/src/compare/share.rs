//! Work divided over the processors.

use std::thread;

/// Runs `work(share, shares)` for each share on its own thread, and returns what they return, in order.
pub fn in_parallel<T: Send>(work: impl Fn(usize, usize) -> T + Sync) -> Vec<T> {
    let shares = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let start = |share| {
            let work = &work;
            scope.spawn(move || work(share, shares))
        };
        let threads: Vec<_> = (0..shares).map(start).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, T>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    })
}
