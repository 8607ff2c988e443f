//! The log as a file: one chain of lines, by however many processes.
//!
//! ```text
//!  open    a path → a file that only its owner can read and write
//!  tail    a file → its last line, and what stands unfinished behind it
//!  aside   a full file → `<name>.000001`, and the newest of those
//!  flush   lines → the disk, many at once
//! ```
//!
//! A line continues the one before it, so whoever writes one must know the last, and nobody may write in between.
//! Each line therefore takes a lock on the file, finds the last line of the file, and writes behind it. It is read from
//! the file, unless the file ends where this process ended its own last line: what stands there then is that line, or
//! one that was put in its place, which the chain shows. A file that does not hold what was written to it is not
//! written to further.
//!
//! A line goes out in one call and is with the operating system when the call returns; it survives the end of this
//! process, and the loss of power only where the log is [durable](LogFile::durable). What a crash left unfinished was
//! never told to a caller. It is cut off, and the next line says how many bytes that was. Nothing else in the folder is
//! touched.

mod aside;
mod flush;
mod tail;

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sponsio_record::chain::{Link, seal};
use sponsio_record::limits::LOG_LINE_BYTES_MAX;

use crate::limits::{
    LOG_FILE_BYTES_MAX, LOG_LOCK_LOOKS_MAX, LOG_LOCK_WAITS_MAX, LOG_OPEN_TRIES_MAX,
};
use crate::own_file;
use crate::recorder::Kept;
use flush::Group;
use tail::Tail;

pub use aside::files;
pub use flush::Flush;

/// Whether this open file is the one at the path.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    Ok(own_file::bytes_at(file, path)?.is_some())
}

/// An open log.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: Arc<File>,
    bytes_max: u64,
    /// The last line that this process wrote or found.
    seen: Link,
    /// Where it ends in the open file, if this process wrote it there.
    end: Option<u64>,
    /// What waits for the disk, where lines do.
    group: Option<Group>,
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
        let file = Arc::new(own_file::for_appending(path)?);
        let path = path.to_path_buf();
        let (bytes_max, seen, torn) = (LOG_FILE_BYTES_MAX, Link::START, 0);
        let mut log = Self { path, file, bytes_max, seen, end: None, group: None, torn };
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

    /// The same log, whose lines are kept when they survive the loss of power. Those of several threads wait together.
    pub fn durable(self) -> io::Result<Self> {
        own_file::keep_names(&self.path)?;
        Ok(Self { group: Some(Group::default()), ..self })
    }

    /// Appends a line, which is a JSON object, and waits until it is kept.
    pub fn append(&mut self, object: &str) -> io::Result<()> {
        self.write(object)?.wait()
    }

    /// Appends a line, which is a JSON object. After an error nothing of it is in the log.
    pub fn write(&mut self, object: &str) -> io::Result<Kept> {
        let locked = self.lock()?;
        let tail = match self.end {
            Some(end) if end == locked.bytes => {
                Tail { last: Some(self.seen), end, ..Tail::default() }
            }
            _ => locked.tail()?,
        };
        let before = self.before(&tail)?;
        self.check(before)?;
        let torn = self.torn.saturating_add(tail.torn);
        let (mut line, after) = seal(object, before, torn).ok_or(Refused::NoLine)?;
        // A line that nobody would read back is not a record.
        if line.len() > LOG_LINE_BYTES_MAX {
            return Err(Refused::LongLine.into());
        }
        line.push('\n');
        let bytes = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if tail.end > 0 && tail.end.saturating_add(bytes) > self.bytes_max {
            locked.finish(&tail)?;
            self.torn = torn;
            if let Some(group) = &self.group {
                group.settle(&self.file)?;
            }
            aside::set_aside(&self.path)?;
            drop(locked);
            return self.write_to_next(object);
        }
        // Whatever happens from here on, the file may end elsewhere.
        self.end = None;
        let begin = locked.finish(&tail)?;
        self.torn = torn;
        locked.write(&line, begin)?;
        self.torn = 0;
        self.seen = after;
        self.end = Some(begin.saturating_add(bytes));
        Ok(self.group.as_ref().map_or(Kept::Now, |group| Kept::After(group.add(&self.file))))
    }

    /// Appends to the file that follows one that was set aside. An empty file takes any line, so this ends.
    fn write_to_next(&mut self, object: &str) -> io::Result<Kept> {
        self.reopen()?;
        self.write(object)
    }

    /// Opens the file that is at the path.
    fn reopen(&mut self) -> io::Result<()> {
        self.file = Arc::new(own_file::for_appending(&self.path)?);
        self.end = None;
        if self.group.is_some() {
            // The name of a new file must survive as well.
            own_file::keep_names(&self.path)?;
        }
        Ok(())
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
            let mut locked = Locked::new(&self.file)?;
            if let Some(bytes) = own_file::bytes_at(&self.file, &self.path)? {
                locked.bytes = bytes;
                return Ok(locked);
            }
            drop(locked);
            self.reopen()?;
        }
        Err(Refused::Restless.into())
    }
}

/// A file whose lock this process holds.
struct Locked {
    file: Arc<File>,
    /// How many bytes it has.
    bytes: u64,
}

impl Locked {
    fn new(file: &Arc<File>) -> io::Result<Self> {
        for _ in 0..LOG_LOCK_WAITS_MAX {
            // Whoever holds it writes one line. A process that writes without a pause leaves only short gaps, so one
            // look after each pause would rarely meet one.
            for _ in 0..LOG_LOCK_LOOKS_MAX {
                match file.try_lock() {
                    Ok(()) => return Ok(Self { file: Arc::clone(file), bytes: 0 }),
                    Err(TryLockError::Error(error)) => return Err(error),
                    Err(TryLockError::WouldBlock) => std::thread::yield_now(),
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(Refused::Locked.into())
    }

    fn tail(&self) -> io::Result<Tail> {
        tail::of(&self.file)
    }

    /// Cuts off what is unfinished, or ends the last line; where the next line begins.
    fn finish(&self, tail: &Tail) -> io::Result<u64> {
        if tail.torn > 0 {
            self.file.set_len(tail.end)?;
        }
        if tail.is_open {
            (&*self.file).write_all(b"\n")?;
            return Ok(tail.end.saturating_add(1));
        }
        Ok(tail.end)
    }

    /// Writes a line in one piece at the end of the file, or nothing of it.
    fn write(&self, line: &str, end: u64) -> io::Result<()> {
        let written = (&*self.file).write_all(line.as_bytes());
        if written.is_err() {
            // Where even this fails, the next writer finds an unfinished line.
            let _ = self.file.set_len(end);
        }
        written
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // The lock ends with the file in any case.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests;
