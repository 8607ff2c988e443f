//! The files of a log, line by line, without holding a file in memory.
//!
//! A log may be written to while it is read. Each file is read up to where it ended between two lines when it was
//! opened, and files are listed again when all are open, in case one was set aside in between.
#![expect(clippy::disallowed_methods, reason = "files that the user names are read here")]

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sponsio_guard::log_file;
use sponsio_record::limits::LOG_LINE_BYTES_MAX;

use crate::failure::Failure;
use crate::output::text::shown;

/// Bytes that are read at once.
pub(super) const BUFFER_BYTES: usize = 256 * 1024;
/// Looks at the lock of a file for a moment between two lines. A writer that hangs does not keep a log from being read.
const LOCK_LOOKS: usize = 1_000;
/// How often files are listed anew.
const LISTINGS: usize = 10;

/// A log: its files, the oldest first.
#[derive(Debug)]
pub(crate) struct Log {
    files: Vec<PathBuf>,
    /// The file that is written to, where the others were found by its name.
    base: Option<PathBuf>,
}

/// Where a physical line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    file: usize,
    /// Its number in the file, from 1.
    pub(crate) line: u64,
}

/// A physical line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Physical<'b> {
    pub(crate) place: Place,
    /// Without its line break.
    pub(crate) bytes: &'b [u8],
    /// Whether a line break ends it.
    pub(crate) is_whole: bool,
}

impl Log {
    /// These files in this order; with a single one also those that were set aside before it.
    pub(crate) fn named(paths: &[PathBuf]) -> Result<Self, Failure> {
        match paths {
            [path] => Ok(Self { files: all_of(path)?, base: Some(path.clone()) }),
            _ => Ok(Self { files: paths.to_vec(), base: None }),
        }
    }

    /// Takes out the files that are not to be kept.
    pub(super) fn keep(&mut self, keeps: impl FnMut(&PathBuf) -> bool) {
        let before = self.files.len();
        self.files.retain(keeps);
        if self.files.len() < before {
            // Files that were left out must not come back when they are listed again.
            self.base = None;
        }
    }

    /// Its files, the oldest first.
    #[cfg(test)]
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// How many files it has.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// What it is called.
    pub(crate) fn name(&self) -> String {
        self.files.last().map(|path| shown(&path.display().to_string())).unwrap_or_default()
    }

    /// The file of a place.
    pub(crate) fn file(&self, place: Place) -> &Path {
        self.files.get(place.file).map_or(Path::new(""), PathBuf::as_path)
    }

    /// Opens all files.
    fn open(&mut self) -> Result<Vec<BufReader<io::Take<File>>>, Failure> {
        for _ in 0..LISTINGS {
            let open = |path: &PathBuf| up_to_here(path).map_err(|e| Failure::unreadable(path, &e));
            let opened = self.files.iter().map(open).collect::<Result<Vec<_>, _>>()?;
            let Some(base) = &self.base else { return Ok(opened) };
            let files = all_of(base)?;
            if files == self.files {
                return Ok(opened);
            }
            self.files = files;
        }
        let message = "files of the log are set aside faster than they can be opened";
        Err(Failure::new(message).hint("copy the log and look at the copy"))
    }

    /// Shows every line to `visit`, until it breaks off.
    pub(crate) fn each(
        &mut self,
        visit: impl FnMut(Physical<'_>) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        self.each_after(0, visit).map(|_| ())
    }

    /// Shows every line behind so many bytes of all files; how many bytes are behind the last whole one.
    pub(crate) fn each_after(
        &mut self,
        bytes: u64,
        mut visit: impl FnMut(Physical<'_>) -> ControlFlow<()>,
    ) -> Result<u64, Failure> {
        let mut buffer = Vec::new();
        let mut skip = bytes;
        let mut at = bytes;
        for (file, mut reader) in self.open()?.into_iter().enumerate() {
            let mut place = Place { file, line: 0 };
            let path = self.file(place).to_path_buf();
            let failed = |error| Failure::unreadable(&path, &error);
            let has = reader.get_ref().limit();
            if skip >= has {
                skip = skip.saturating_sub(has);
                continue;
            }
            let behind = i64::try_from(core::mem::take(&mut skip)).unwrap_or(i64::MAX);
            reader.seek_relative(behind).map_err(failed)?;
            while let Some((is_whole, read)) =
                next_line(&mut reader, &mut buffer).map_err(failed)?
            {
                place.line = place.line.saturating_add(1);
                at = at.saturating_add(if is_whole { read } else { 0 });
                if visit(Physical { place, bytes: &buffer, is_whole }).is_break() {
                    return Ok(at);
                }
            }
        }
        Ok(at)
    }
}

fn all_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    log_file::files(path).map_err(|error| Failure::unreadable(path, &error))
}

/// The file, up to where it ends between two lines.
fn up_to_here(path: &Path) -> io::Result<BufReader<io::Take<File>>> {
    let file = File::open(path)?;
    let is_locked = (0..LOCK_LOOKS).any(|_| match file.try_lock_shared() {
        Ok(()) => true,
        Err(_) => {
            std::thread::yield_now();
            false
        }
    });
    let bytes = file.metadata()?.len();
    if is_locked {
        file.unlock()?;
    }
    Ok(BufReader::with_capacity(BUFFER_BYTES, file.take(bytes)))
}

/// Reads the next line into the buffer, without its line break; whether a line break ended it, and the bytes
/// that were read. What a line has beyond the limit is passed over, so that it has not the hash of its bytes.
pub(super) fn next_line(
    reader: &mut impl BufRead,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<(bool, u64)>> {
    buffer.clear();
    let most = u64::try_from(LOG_LINE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut read = line_of(reader, most, buffer)?;
    if read == 0 {
        return Ok(None);
    }
    if buffer.pop_if(|byte| *byte == b'\n').is_some() || buffer.len() <= LOG_LINE_BYTES_MAX {
        return Ok(Some((u64::try_from(buffer.len()).is_ok_and(|bytes| bytes < read), read)));
    }
    let mut rest = Vec::new();
    loop {
        rest.clear();
        let more = line_of(reader, most, &mut rest)?;
        read = read.saturating_add(more);
        if more == 0 || rest.ends_with(b"\n") {
            return Ok(Some((more > 0, read)));
        }
    }
}

fn line_of(reader: &mut impl BufRead, most: u64, buffer: &mut Vec<u8>) -> io::Result<u64> {
    let read = reader.by_ref().take(most).read_until(b'\n', buffer)?;
    Ok(u64::try_from(read).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_limit_is_cut_and_the_next_is_read() {
        let long = "x".repeat(LOG_LINE_BYTES_MAX + 5);
        let text = format!("a\n{long}\n\nb");
        let mut reader = text.as_bytes();
        let mut buffer = Vec::new();
        let mut seen = Vec::new();
        while let Some((is_whole, _)) = next_line(&mut reader, &mut buffer).unwrap() {
            seen.push((buffer.len(), is_whole));
        }
        assert_eq!(seen, [(1, true), (LOG_LINE_BYTES_MAX + 1, true), (0, true), (1, false)]);
    }
}
