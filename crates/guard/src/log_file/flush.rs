//! Group commit: lines that wait for the disk together.
//!
//! Writing a line takes microseconds, and making sure that it survives the loss of power takes as long as the disk
//! needs, for one line as for a thousand. So a line is written under the lock of the log and waited for without it.
//! Whoever comes first asks the disk, for all lines that are written by then; the others wait for that, or, if their
//! line came too late, one of them asks next.
//!
//! ```text
//!  written  1 2 3 4 5 6 7
//!  asked    └─ by 1 ─┘└ by 5 ┘      three lines would have waited for three answers
//! ```
//!
//! Once the disk has failed, what it holds is not known: no line is kept from there on.

use std::fs::File;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The lines of a log that are written, and those that the disk has.
#[derive(Clone, Debug, Default)]
pub(super) struct Group(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    progress: Mutex<Progress>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// How many lines are written, by this process.
    written: u64,
    /// How many of them the disk has.
    kept: u64,
    /// The file that holds those which it does not have.
    file: Option<Arc<File>>,
    /// Whether somebody asks the disk.
    is_asked: bool,
    /// What the disk said when it failed.
    failed: Option<(io::ErrorKind, String)>,
}

/// A line that waits for the disk.
#[derive(Debug)]
pub struct Flush {
    group: Group,
    number: u64,
}

impl Group {
    /// A line is written to this file.
    pub(super) fn add(&self, file: &Arc<File>) -> Flush {
        let mut progress = self.lock();
        progress.written = progress.written.saturating_add(1);
        progress.file = Some(Arc::clone(file));
        Flush { group: self.clone(), number: progress.written }
    }

    /// Asks the disk for all lines so far, because the next ones go to another file.
    pub(super) fn settle(&self, file: &File) -> io::Result<()> {
        let asked = file.sync_data();
        let mut progress = self.lock();
        let written = progress.written;
        progress.note(&asked, written);
        self.0.changed.notify_all();
        asked
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    fn note(&mut self, asked: &io::Result<()>, written: u64) {
        match asked {
            Ok(()) => self.kept = self.kept.max(written),
            Err(error) => self.failed = Some((error.kind(), error.to_string())),
        }
    }
}

impl Flush {
    /// Waits until the disk has the line.
    pub(crate) fn wait(self) -> io::Result<()> {
        let Shared { changed, .. } = &*self.group.0;
        let mut progress = self.group.lock();
        loop {
            if let Some((kind, said)) = &progress.failed {
                return Err(io::Error::new(*kind, said.clone()));
            }
            if progress.kept >= self.number {
                return Ok(());
            }
            if progress.is_asked {
                progress = changed.wait(progress).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (file, written) = (progress.file.clone(), progress.written);
            progress.is_asked = true;
            drop(progress);
            let asked = file.map_or(Ok(()), |file| file.sync_data());
            progress = self.group.lock();
            progress.is_asked = false;
            progress.note(&asked, written);
            changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;

    use super::*;

    #[test]
    fn lines_that_are_written_meanwhile_wait_for_one_answer() {
        let group = Group::default();
        let file = Arc::new(tempfile::tempfile().unwrap());
        let [first, second] = [(); 2].map(|()| group.add(&file));
        second.wait().unwrap();
        assert_eq!(group.lock().kept, 2);
        // Nobody asks for a line that the disk has: there is no file to ask any more.
        group.lock().file = None;
        first.wait().unwrap();
    }

    #[test]
    fn no_line_is_kept_once_the_disk_has_failed() {
        let group = Group::default();
        let (_reader, writer) = io::pipe().unwrap();
        // What goes into a pipe is on no disk.
        let pipe = Arc::new(File::from(OwnedFd::from(writer)));
        let [first, second] = [(); 2].map(|()| group.add(&pipe));
        let why = first.wait().unwrap_err().kind();
        assert_eq!(second.wait().unwrap_err().kind(), why);
        let file = Arc::new(tempfile::tempfile().unwrap());
        assert_eq!(group.add(&file).wait().unwrap_err().kind(), why);
    }
}
