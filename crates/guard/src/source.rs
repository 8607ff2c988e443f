//! Configuration files on the file system.
//!
//! A relative include stays below the directory of the file that includes it: the contracts crate refuses
//! paths that climb out by their letters, and this file refuses those that climb out through a symbolic
//! link. An absolute path and one below `~/` are taken as they are: whoever writes them means it.
//! Only regular files are read, and only up to the limit.
#![expect(clippy::disallowed_methods, reason = "configuration files are read here")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_contracts::limits::FILE_BYTES_MAX;

use crate::discover;

/// Reads configuration files.
#[derive(Debug, Default)]
pub struct FileSystem {
    /// What messages call each file, by its real path.
    names: RefCell<BTreeMap<PathBuf, String>>,
}

impl FileSystem {
    /// A reader that has read nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Source for FileSystem {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        let below_home = spec.strip_prefix("~/").filter(|_| including.is_some());
        let is_elsewhere = below_home.is_some() || Path::new(spec).is_absolute();
        let path = match (including.map(Path::new), below_home) {
            (_, Some(spec)) => home()?.join(spec),
            (None, None) => PathBuf::from(spec),
            (Some(file), None) => file.parent().unwrap_or(Path::new("")).join(spec),
        };
        let name = path.display().to_string();
        let failed = |error: io::Error| {
            SourceError::new(format!("`{name}` cannot be read: {}", words(&error)))
        };
        let real = fs::canonicalize(&path).map_err(failed)?;
        if let Some(file) = including.filter(|_| !is_elsewhere) {
            let home = fs::canonicalize(file).map_err(failed)?;
            if !home.parent().is_some_and(|directory| real.starts_with(directory)) {
                let message =
                    format!("`{name}` leads out of the directory of the file that includes it");
                return Err(SourceError::new(message));
            }
        }
        let text = text_of(&real).map_err(failed)?;
        let name = self.names.borrow_mut().entry(real).or_insert(name.clone()).clone();
        Ok(Text { name, text })
    }

    fn variable(&self, name: &str) -> Option<String> {
        discover::variable(name)
    }
}

fn home() -> Result<PathBuf, SourceError> {
    discover::variable("HOME")
        .map(PathBuf::from)
        .ok_or_else(|| SourceError::new("the variable `HOME` is not set, so `~` is nowhere"))
}

fn text_of(path: &Path) -> io::Result<String> {
    // Asked before opening: opening a pipe would wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("a file is limited to {FILE_BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))
}

/// The message of an error, in the style of ours.
pub(crate) fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(including: Option<&Path>, spec: &Path, expect: &str) {
        let including = including.map(|p| p.to_str().unwrap());
        let read = FileSystem::new().read(including, spec.to_str().unwrap());
        let outcome = read.map_or_else(|e| e.to_string(), |t| t.text);
        assert!(outcome.contains(expect), "{outcome}");
    }

    #[test]
    fn files_and_includes_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let entry = directory.path().join("sponsio.yaml");
        fs::write(&entry, "entry").unwrap();
        fs::create_dir(directory.path().join("parts")).unwrap();
        fs::write(directory.path().join("parts/a.yaml"), "part").unwrap();
        check(None, &entry, "entry");
        check(Some(&entry), Path::new("parts/a.yaml"), "part");
        check(None, &directory.path().join("none.yaml"), "cannot be read: it does not exist");
    }

    #[test]
    fn an_absolute_include_may_be_elsewhere() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let entry = here.path().join("sponsio.yaml");
        fs::write(&entry, "entry").unwrap();
        fs::write(there.path().join("a.yaml"), "part").unwrap();
        check(Some(&entry), &there.path().join("a.yaml"), "part");
        check(
            Some(&entry),
            Path::new("~/no-such-folder/a.yaml"),
            "cannot be read: it does not exist",
        );
    }

    #[test]
    fn one_file_has_one_name_however_it_is_reached() {
        let directory = tempfile::tempdir().unwrap();
        let entry = directory.path().join("sponsio.yaml");
        fs::write(&entry, "entry").unwrap();
        let source = FileSystem::new();
        let entry = entry.to_str().unwrap();
        let first = source.read(None, entry).unwrap();
        assert_eq!(source.read(Some(entry), "./sponsio.yaml").unwrap().name, first.name);
    }

    #[test]
    fn what_is_not_a_text_file_of_bearable_size_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        check(None, directory.path(), "it is not a regular file");
        let file = directory.path().join("f");
        fs::write(&file, vec![b'#'; FILE_BYTES_MAX + 1]).unwrap();
        check(None, &file, "a file is limited to 4194304 bytes");
        fs::write(&file, b"\xff").unwrap();
        check(None, &file, "it is not UTF-8");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out_of_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let inside = directory.path().join("inside");
        fs::create_dir(&inside).unwrap();
        fs::write(directory.path().join("secret"), "secret").unwrap();
        fs::write(inside.join("sponsio.yaml"), "entry").unwrap();
        std::os::unix::fs::symlink("../secret", inside.join("link.yaml")).unwrap();
        let entry = inside.join("sponsio.yaml");
        check(
            Some(&entry),
            Path::new("link.yaml"),
            "leads out of the directory of the file that includes it",
        );
    }
}
