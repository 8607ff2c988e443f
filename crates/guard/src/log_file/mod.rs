//! The log as a file: one chain of lines, by however many processes.
//!
//! ```text
//!  open    a path → a file that only its owner can read and write
//!  tail    a file → its last line, and what stands unfinished behind it
//!  aside   a full file → `<name>.000001`, and the newest of those
//! ```
//!
//! A line continues the one before it, so whoever writes one must know the last, and nobody may write in between.
//! Each line therefore takes a lock on the file, reads the last line from the file, and writes behind it. What this
//! process remembers of the last line is never continued; it is only compared: a file that does not hold what was
//! written to it is not written to further.
//!
//! A line goes out in one call and is with the operating system when the call returns; it survives the end of this
//! process, not the loss of power. What a crash left unfinished was never told to a caller. It is cut off, and the
//! next line says how many bytes that was. Nothing else in the folder is touched.

mod aside;
mod tail;

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sponsio_record::chain::{Link, seal};
use sponsio_record::limits::LOG_LINE_BYTES_MAX;

use crate::limits::{
    LOG_FILE_BYTES_MAX, LOG_LOCK_LOOKS_MAX, LOG_LOCK_WAITS_MAX, LOG_OPEN_TRIES_MAX,
};
use crate::own_file;
use tail::Tail;

pub use aside::files;

/// Whether this open file is the one at the path.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    own_file::is_at(file, path)
}

/// An open log.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    bytes_max: u64,
    /// The last line that this process wrote or found.
    seen: Link,
    /// Bytes of an unfinished line that were cut off and that no line tells of yet.
    torn: u64,
}

/// Why a log is not written to.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(
        "its last line cannot be continued: {0}; `sponsio audit verify` says what happened, and moving the file \
             away begins another log"
    )]
    Tail(String),
    #[error(
        "it no longer holds line {0}, which this process wrote or found; `sponsio audit verify` says what it holds"
    )]
    Shortened(u64),
    #[error("another process holds its lock; find out which one hangs")]
    Locked,
    #[error("it is set aside again and again by other processes; allow larger files")]
    Restless,
    #[error("a line is limited to {LOG_LINE_BYTES_MAX} bytes")]
    LongLine,
    #[error("a line must be an object with members")]
    NoLine,
}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        Self::other(refused)
    }
}

impl LogFile {
    /// Opens the log at `path` for appending; makes it, and its directory, where they are missing. The last line of a
    /// file that is there must be one that can be continued.
    pub fn open(path: &Path) -> io::Result<Self> {
        own_file::make_folder(path)?;
        let file = own_file::for_appending(path)?;
        let path = path.to_path_buf();
        let (bytes_max, seen, torn) = (LOG_FILE_BYTES_MAX, Link::START, 0);
        let mut log = Self { path, file, bytes_max, seen, torn };
        let locked = log.lock()?;
        let before = log.before(&locked.tail()?)?;
        drop(locked);
        log.seen = before;
        Ok(log)
    }

    /// The same log, whose files are set aside before they have more than this many bytes.
    #[must_use]
    pub fn in_files_of(self, bytes_max: u64) -> Self {
        Self { bytes_max, ..self }
    }

    /// Appends a line, which is a JSON object. After an error nothing of it is in the log.
    pub fn append(&mut self, object: &str) -> io::Result<()> {
        let locked = self.lock()?;
        let tail = locked.tail()?;
        let before = self.before(&tail)?;
        self.check(before)?;
        let torn = self.torn.saturating_add(tail.torn);
        let (line, after) = seal(object, before, torn).ok_or(Refused::NoLine)?;
        // A line that nobody would read back is not a record.
        if line.len() > LOG_LINE_BYTES_MAX {
            return Err(Refused::LongLine.into());
        }
        let bytes = u64::try_from(line.len()).unwrap_or(u64::MAX).saturating_add(1);
        if tail.end > 0 && tail.end.saturating_add(bytes) > self.bytes_max {
            locked.finish(&tail)?;
            self.torn = torn;
            aside::set_aside(&self.path)?;
            drop(locked);
            return self.append_to_next(object);
        }
        locked.finish(&tail)?;
        self.torn = torn;
        locked.write(&line)?;
        self.torn = 0;
        self.seen = after;
        Ok(())
    }

    /// Appends to the file that follows one that was set aside. An empty file takes any line, so this ends.
    fn append_to_next(&mut self, object: &str) -> io::Result<()> {
        self.file = own_file::for_appending(&self.path)?;
        self.append(object)
    }

    /// The line that the next one continues: the last of the file, or of the file that was set aside before it.
    fn before(&self, tail: &Tail) -> io::Result<Link> {
        match tail.last {
            Some(link) => Ok(link),
            None => match aside::newest(&self.path)? {
                Some(path) => tail::of(&own_file::for_reading(&path)?)?.whole(),
                None => Ok(Link::START),
            },
        }
    }

    /// Whether the log still holds what this process knows of it.
    fn check(&self, before: Link) -> io::Result<()> {
        let is_shorter = before.line < self.seen.line;
        if is_shorter || before.line == self.seen.line && before.hash != self.seen.hash {
            return Err(Refused::Shortened(self.seen.line).into());
        }
        Ok(())
    }

    /// Takes the lock of the file that is at the path; opens it again where another process set ours aside.
    fn lock(&mut self) -> io::Result<Locked> {
        for _ in 0..LOG_OPEN_TRIES_MAX {
            let locked = Locked::new(self.file.try_clone()?)?;
            if own_file::is_at(&self.file, &self.path)? {
                return Ok(locked);
            }
            drop(locked);
            self.file = own_file::for_appending(&self.path)?;
        }
        Err(Refused::Restless.into())
    }
}

/// A file whose lock this process holds.
struct Locked(File);

impl Locked {
    fn new(file: File) -> io::Result<Self> {
        for _ in 0..LOG_LOCK_WAITS_MAX {
            // Whoever holds it writes one line. A process that writes without a pause leaves only short gaps, so one
            // look after each pause would rarely meet one.
            for _ in 0..LOG_LOCK_LOOKS_MAX {
                match file.try_lock() {
                    Ok(()) => return Ok(Self(file)),
                    Err(TryLockError::Error(error)) => return Err(error),
                    Err(TryLockError::WouldBlock) => std::thread::yield_now(),
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(Refused::Locked.into())
    }

    fn tail(&self) -> io::Result<Tail> {
        tail::of(&self.0)
    }

    /// Cuts off what is unfinished, or ends the last line.
    fn finish(&self, tail: &Tail) -> io::Result<()> {
        if tail.torn > 0 {
            return self.0.set_len(tail.end);
        }
        if tail.is_open { (&self.0).write_all(b"\n") } else { Ok(()) }
    }

    /// Writes a line in one piece, or nothing of it.
    fn write(&self, line: &str) -> io::Result<()> {
        let end = self.0.metadata()?.len();
        let written = (&self.0).write_all(format!("{line}\n").as_bytes());
        if written.is_err() {
            // Where even this fails, the next writer finds an unfinished line.
            let _ = self.0.set_len(end);
        }
        written
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // The lock ends with the file in any case.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests;
