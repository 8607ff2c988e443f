//! Where lines of the log go.

use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use sponsio_record::schema::line::Line;

use crate::log_file::{Flush, LogFile};

/// Keeps lines.
pub trait Recorder: Send {
    /// Keeps a line, in the order of the calls. It is kept when the call returns and what it returned was waited for.
    fn record(&mut self, line: &Line) -> io::Result<Kept>;
}

/// A line that was written.
#[derive(Debug)]
#[must_use = "a line may still have to be waited for"]
pub enum Kept {
    /// It is where it belongs.
    Now,
    /// It waits, with others, for the disk.
    After(Flush),
}

impl Kept {
    /// Waits until the line is kept.
    pub fn wait(self) -> io::Result<()> {
        match self {
            Self::Now => Ok(()),
            Self::After(flush) => flush.wait(),
        }
    }
}

/// Is told the lines that were kept. It must not wait: the caller has no decision yet.
pub trait Observer: fmt::Debug + Send + Sync {
    /// A line was kept.
    fn told(&self, line: &Line);
}

/// Keeps nothing, where no log was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Recorder for Nothing {
    fn record(&mut self, _: &Line) -> io::Result<Kept> {
        Ok(Kept::Now)
    }
}

/// Keeps lines in memory. Clones share what they keep.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<Line>>>);

impl Memory {
    /// The lines so far.
    pub fn lines(&self) -> Vec<Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Recorder for Memory {
    fn record(&mut self, line: &Line) -> io::Result<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
        Ok(Kept::Now)
    }
}

impl Recorder for LogFile {
    fn record(&mut self, line: &Line) -> io::Result<Kept> {
        self.write(&line.write())
    }
}
