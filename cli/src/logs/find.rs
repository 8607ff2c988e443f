//! From paths to logs: files, the logs in folders, and the folder that the project keeps its logs in.
//!
//! A log stands for all its files, also those that were set aside. A path to one of those counts once, whichever way
//! it was named. Symbolic links inside of folders are not followed: whoever can write to the folder of one agent must
//! not be able to add other files to the reports about it.
#![expect(clippy::disallowed_methods, reason = "files that the user names are looked for here")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sponsio_contracts::config::Config;
use sponsio_guard::discover::{self, Environment};
use sponsio_guard::load;

use super::source::Log;
use crate::failure::Failure;
use crate::limits::{LOG_FOLDERS_DEPTH_MAX, LOGS_MAX};

/// The variable with the folder of the logs.
const FOLDER_VARIABLE: &str = "SPONSIO_SESSIONS_DIR";
/// How the name of a log in a folder ends.
const ENDING: &str = "jsonl";

/// The logs at these paths; without a path those of the project.
pub(super) fn found(paths: &[PathBuf]) -> Result<Vec<Log>, Failure> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for path in self::paths(paths)? {
        let mut log = Log::named(core::slice::from_ref(&path))?;
        log.keep(|file| seen.insert(fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf())));
        if log.count() > 0 {
            found.push(log);
        }
    }
    Ok(found)
}

/// The files that are written to, of the logs at these paths.
pub(super) fn paths(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let of_project = if named.is_empty() { vec![project()?] } else { Vec::new() };
    let mut logs = Vec::new();
    for path in named.iter().chain(&of_project) {
        let metadata = fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?;
        if metadata.is_dir() {
            in_folder(path, 0, &mut logs)?;
        } else {
            logs.push(path.clone());
        }
    }
    Ok(logs)
}

/// The folder that the project keeps its logs in.
fn project() -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let none = |why: &str| {
        Failure::new(format!("no log was given, and {why}")).hint(format!(
            "name a log or a folder of logs, or set `{FOLDER_VARIABLE}`, or `sessions_dir` in the contract file"
        ))
    };
    let path = discover::find(None, &Environment::of_process(), Path::new("."))
        .map_err(|_| none("there is no contract file that says where logs are"))?;
    let configuration = load::read(&path, None)
        .map_err(|_| none("the contract file that may say where logs are cannot be used"))?;
    let folder = folder_of(&configuration.config)
        .ok_or_else(|| none("the contract file does not say where logs are"))?;
    // A relative folder is one beside the file that names it.
    Ok(path.parent().unwrap_or(Path::new("")).join(folder))
}

fn folder_of(config: &Config) -> Option<&str> {
    config.settings.sessions_dir.as_deref().filter(|folder| !folder.is_empty())
}

/// The logs in a folder and the folders in it, in the order of their names.
fn in_folder(folder: &Path, depth: usize, logs: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>();
    let mut paths: Vec<PathBuf> = entries.map_err(failed)?.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let kind = fs::symlink_metadata(&path).map_err(|e| Failure::unreadable(&path, &e))?;
        let is_log = path.extension().is_some_and(|ending| ending == ENDING);
        if kind.is_dir() && depth < LOG_FOLDERS_DEPTH_MAX {
            in_folder(&path, depth.saturating_add(1), logs)?;
        } else if kind.is_file() && is_log {
            logs.push(path);
        }
        if logs.len() > LOGS_MAX {
            let message = format!("there are more than {LOGS_MAX} logs in `{}`", folder.display());
            return Err(Failure::new(message).hint("name some of them"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folder: &Path, paths: &[&str], expect: &[&str]) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
        let logs = found(&paths).unwrap();
        let names: Vec<String> = logs
            .iter()
            .flat_map(Log::files)
            .map(|file| file.strip_prefix(folder).unwrap().display().to_string())
            .collect();
        assert_eq!(names, expect);
    }

    #[test]
    fn every_file_of_a_log_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.jsonl", "a.jsonl.000001", "b.jsonl", "note.txt", "in/c.jsonl"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let all = ["a.jsonl.000001", "a.jsonl", "b.jsonl", "in/c.jsonl"];
        check(folder.path(), &[""], &all);
        check(folder.path(), &["a.jsonl", "", "a.jsonl.000001"], &all);
        check(folder.path(), &["a.jsonl.000001", "a.jsonl"], &all[..2]);
        check(folder.path(), &["note.txt"], &["note.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("real.jsonl"), "").unwrap();
        for (to, name) in [("real.jsonl", "link.jsonl"), (".", "again")] {
            std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        }
        check(folder.path(), &[""], &["real.jsonl"]);
        check(folder.path(), &["link.jsonl"], &["link.jsonl"]);
    }
}
