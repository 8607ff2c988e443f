//! Where lines of the log go.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use sponsio_record::schema::line::Line;

use crate::log_file::LogFile;

/// Keeps lines. A line is kept when the call returns.
pub trait Recorder: Send {
    /// Keeps a line.
    fn record(&mut self, line: &Line) -> io::Result<()>;
}

/// Keeps nothing, where no log was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Recorder for Nothing {
    fn record(&mut self, _: &Line) -> io::Result<()> {
        Ok(())
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
    fn record(&mut self, line: &Line) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
        Ok(())
    }
}

impl Recorder for LogFile {
    fn record(&mut self, line: &Line) -> io::Result<()> {
        self.append(&line.write())
    }
}
