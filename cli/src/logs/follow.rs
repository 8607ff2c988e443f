//! Logs that are written to while they are looked at.
//!
//! A log is looked at again and again: what is behind the last whole line is read, and a line that is not finished
//! waits until it is. The open file stays open, so that one that is set aside is read to its end before the next
//! begins. A file that is shorter than what was read of it was cut or replaced, and is read from its beginning.
//!
//! Looking again was preferred to being told by the operating system: that differs between systems, fails on shared
//! file systems, and would save a reader of a few files nothing that can be felt.
#![expect(clippy::disallowed_methods, reason = "files that the user names are read here")]

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sponsio_guard::log_file;

use super::source::{BUFFER_BYTES, next_line};

/// A log that is followed.
#[derive(Debug)]
pub(crate) struct Follower {
    path: PathBuf,
    file: Option<File>,
    /// Bytes of the file up to the end of the last whole line.
    at: u64,
    /// Files to read before the one at the path is read.
    before: VecDeque<PathBuf>,
}

/// What is seen of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen<'l> {
    /// A whole line, without its line break.
    Line(&'l [u8]),
    /// It is shorter than what was read of it, and is read from its beginning.
    Shortened,
}

impl Follower {
    /// Follows a log from its first line.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let mut before: VecDeque<PathBuf> = log_file::files(path)?.into();
        before.pop_back();
        Ok(Self { path: path.to_path_buf(), file: None, at: 0, before })
    }

    /// The log.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Shows what happened since it last looked.
    pub(crate) fn look(&mut self, visit: &mut dyn FnMut(Seen<'_>)) -> io::Result<()> {
        loop {
            while let Some(path) = self.before.pop_front() {
                self.file = Some(File::open(path)?);
                self.at = 0;
                self.rest(visit)?;
                self.file = None;
            }
            if self.file.is_none() {
                self.at = 0;
                self.file = match File::open(&self.path) {
                    Ok(file) => Some(file),
                    // Between two files, or not written to yet.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                    Err(error) => return Err(error),
                };
            }
            let Some(file) = &self.file else { return Ok(()) };
            if file.metadata()?.len() < self.at {
                visit(Seen::Shortened);
                self.at = 0;
            }
            let is_there = log_file::is_at(file, &self.path)?;
            // What is written between the look at the name and this is read too.
            self.rest(visit)?;
            if is_there {
                return Ok(());
            }
            self.before = self.set_aside_since()?;
            self.file = None;
        }
    }

    /// Reads what is behind the last whole line.
    fn rest(&mut self, visit: &mut dyn FnMut(Seen<'_>)) -> io::Result<()> {
        let Some(mut file) = self.file.as_ref() else { return Ok(()) };
        file.seek(SeekFrom::Start(self.at))?;
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
        let mut buffer = Vec::new();
        while let Some((is_whole, read)) = next_line(&mut reader, &mut buffer)? {
            if !is_whole {
                break;
            }
            self.at = self.at.saturating_add(read);
            visit(Seen::Line(&buffer));
        }
        Ok(())
    }

    /// The files that were set aside after the one that was read last. If that one is gone, only the file at the path
    /// is left: which of the others were read cannot be known.
    fn set_aside_since(&self) -> io::Result<VecDeque<PathBuf>> {
        let Some(file) = &self.file else { return Ok(VecDeque::new()) };
        let mut files: VecDeque<PathBuf> = log_file::files(&self.path)?.into();
        files.pop_back();
        let mut after = VecDeque::new();
        for path in files.into_iter().rev() {
            if log_file::is_at(file, &path)? {
                return Ok(after);
            }
            after.push_front(path);
        }
        Ok(VecDeque::new())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write;

    use super::*;

    struct Place {
        folder: tempfile::TempDir,
        follower: Follower,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let follower = Follower::new(&folder.path().join("l")).unwrap();
            Self { folder, follower }
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.folder.path().join(name);
            let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }

        fn rename(&self, from: &str, to: &str) {
            fs::rename(self.folder.path().join(from), self.folder.path().join(to)).unwrap();
        }

        #[track_caller]
        fn check(&mut self, expect: &[&str]) {
            let mut seen = Vec::new();
            self.follower
                .look(&mut |one| {
                    seen.push(match one {
                        Seen::Line(line) => String::from_utf8(line.to_vec()).unwrap(),
                        Seen::Shortened => "shortened".to_owned(),
                    });
                })
                .unwrap();
            assert_eq!(seen, expect);
        }
    }

    #[test]
    fn a_line_is_shown_once_it_is_whole() {
        let mut place = Place::new();
        place.check(&[]);
        place.write("l", "a\nb");
        place.check(&["a"]);
        place.check(&[]);
        place.write("l", "c\nd\n");
        place.check(&["bc", "d"]);
    }

    #[test]
    fn files_that_are_set_aside_are_read_to_their_end_and_in_order() {
        let mut place = Place::new();
        place.write("l.000001", "a\n");
        place.write("l", "b\n");
        place.follower = Follower::new(&place.folder.path().join("l")).unwrap();
        place.check(&["a", "b"]);
        place.write("l", "c\n");
        place.rename("l", "l.000002");
        place.check(&["c"]);
        place.write("l", "d\n");
        place.check(&["d"]);
        place.write("l", "e\n");
        place.rename("l", "l.000003");
        place.write("l.000004", "f\n");
        place.write("l", "g\n");
        place.check(&["e", "f", "g"]);
        place.check(&[]);
    }

    #[test]
    fn a_file_that_went_to_an_archive_does_not_bring_the_others_back() {
        let mut place = Place::new();
        place.write("l.000001", "a\n");
        place.write("l", "b\n");
        place.follower = Follower::new(&place.folder.path().join("l")).unwrap();
        place.check(&["a", "b"]);
        place.rename("l", "archived");
        place.write("l", "c\n");
        place.check(&["c"]);
    }

    #[test]
    fn a_file_that_was_cut_is_read_from_its_beginning() {
        let mut place = Place::new();
        place.write("l", "a\nb\n");
        place.check(&["a", "b"]);
        fs::write(place.folder.path().join("l"), "c\n").unwrap();
        place.check(&["shortened", "c"]);
        place.check(&[]);
    }
}
