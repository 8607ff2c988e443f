//! Files of the log that are full.
//!
//! A full file is renamed to `<name>.000001`, `<name>.000002` and so on, by whoever holds its lock, and is never
//! written to again. The next file begins empty, and an empty file continues the newest of those: also where a crash
//! came between the two, or another process was the first to open it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::own_file::folder;

/// Digits of a number in a name, so that names sort like numbers.
const DIGITS: usize = 6;

/// Renames the file at the path.
pub(super) fn set_aside(path: &Path) -> io::Result<()> {
    let number = numbers(path)?.into_iter().max().unwrap_or(0).saturating_add(1);
    fs::rename(path, numbered(path, number))
}

/// The newest file that was set aside.
pub(super) fn newest(path: &Path) -> io::Result<Option<PathBuf>> {
    Ok(numbers(path)?.into_iter().max().map(|number| numbered(path, number)))
}

/// All files of the log, the oldest first and the one that is written to last.
pub fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut numbers = numbers(path)?;
    numbers.sort_unstable();
    Ok(numbers.into_iter().map(|n| numbered(path, n)).chain([path.to_path_buf()]).collect())
}

fn numbered(path: &Path, number: u64) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number:0DIGITS$}"));
    PathBuf::from(name)
}

fn numbers(path: &Path) -> io::Result<Vec<u64>> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder(path).unwrap_or(Path::new(".")))? {
        let other = entry?.file_name();
        let number = other.to_str().and_then(|other| other.strip_prefix(name)?.strip_prefix('.'));
        let number = number.filter(|n| n.len() >= DIGITS && n.bytes().all(|b| b.is_ascii_digit()));
        numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    Ok(numbers)
}
