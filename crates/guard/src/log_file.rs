//! The log as a file.
//!
//! The file is readable by its owner alone, and so is its directory if it is made here. It is never
//! opened through a symbolic link in its last part: whoever can put a link there could choose which file
//! is written to. A line goes out in one call, at the end of the file, and is with the operating system
//! when the call returns; it survives the end of this process, not the loss of power.
#![expect(clippy::disallowed_methods, reason = "the log is written here")]

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// An open log.
#[derive(Debug)]
pub struct LogFile {
    file: File,
    /// Whether the file may end within a line.
    torn: bool,
}

impl LogFile {
    /// Opens the log at `path` for appending; makes it, and its directory, where they are missing.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(directory) = path.parent().filter(|d| !d.as_os_str().is_empty() && !d.exists())
        {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(directory)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        {
            use rustix::fs::OFlags;
            use std::os::unix::fs::OpenOptionsExt;
            let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
            options.mode(0o600).custom_flags(flags);
        }
        let mut file = options.open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let torn = !ends_with_a_line(&mut file)?;
        Ok(Self { file, torn })
    }

    /// Appends a line. After an error the next line begins on a line of its own.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        let begin = if self.torn { "\n" } else { "" };
        self.torn = true;
        self.file.write_all(format!("{begin}{line}\n").as_bytes())?;
        self.torn = false;
        Ok(())
    }
}

fn ends_with_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0u8; 1];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn lines_are_appended_to_what_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("logs/s.jsonl");
        LogFile::open(&path).unwrap().append("a").unwrap();
        LogFile::open(&path).unwrap().append("b").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\n");
    }

    #[test]
    fn a_line_that_was_torn_does_not_swallow_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s.jsonl");
        fs::write(&path, "a\nhalf").unwrap();
        LogFile::open(&path).unwrap().append("b").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nhalf\nb\n");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_and_its_directory_are_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("logs/s.jsonl");
        LogFile::open(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("target");
        fs::write(&target, "").unwrap();
        let path = directory.path().join("s.jsonl");
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert!(LogFile::open(&path).is_err());
        assert!(LogFile::open(directory.path()).is_err());
    }
}
