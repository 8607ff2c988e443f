//! How far a long evaluation is: one line on standard error, where that is a terminal.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Cells of the bar; it is drawn when it grows by one.
const CELLS: usize = 40;

/// A line that is drawn over again.
pub(super) struct Progress {
    done: AtomicUsize,
    of: usize,
    is_shown: bool,
}

impl Progress {
    /// Nothing of so many is done.
    pub(super) fn new(of: usize) -> Self {
        Self { done: AtomicUsize::new(0), of, is_shown: stderr().is_terminal() }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        let before = self.done.fetch_add(1, Ordering::Relaxed);
        let done = before.saturating_add(1);
        let (was, is) = (self.cells(before), self.cells(done));
        if self.is_shown && was != is {
            let line = bar(is, done, self.of);
            // A line that cannot be drawn changes nothing.
            let _ = write!(stderr(), "\r{line}");
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        if self.is_shown {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }

    fn cells(&self, done: usize) -> usize {
        done.saturating_mul(CELLS).checked_div(self.of).unwrap_or(CELLS)
    }
}

fn bar(cells: usize, done: usize, of: usize) -> String {
    let rest = CELLS.saturating_sub(cells);
    format!("{}{} {done} of {of} cases", "█".repeat(cells), "░".repeat(rest))
}
