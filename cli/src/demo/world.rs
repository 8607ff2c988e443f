//! A folder with a real SQLite database, real files and a real shell.
//!
//! Everything a scripted agent destroys lies in this folder. Three things keep it there: paths are refused unless
//! each part is a plain name, the shell starts in the folder with nothing of the caller's environment, and what
//! it runs are the constants of `scenario/`.

#![expect(
    clippy::disallowed_methods,
    reason = "the demonstration acts on real files and a real shell"
)]

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::failure::{Failure, reason};

/// The file of the database.
const DATABASE: &str = "company.db";
/// Where the shell looks for programs.
const PROGRAMS: &str = "/usr/local/bin:/usr/bin:/bin";

/// The folder.
#[derive(Debug)]
pub(crate) struct World {
    root: PathBuf,
    database: Connection,
}

/// What a command of the shell came to.
#[derive(Debug)]
pub(crate) struct Shell {
    /// Whether it succeeded.
    pub(crate) succeeded: bool,
    /// What it printed.
    pub(crate) text: String,
}

impl World {
    /// A folder that does not exist yet, with an empty database in it.
    pub(crate) fn create(root: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(root).map_err(|e| failed(root, &e))?;
        let root = fs::canonicalize(root).map_err(|e| failed(root, &e))?;
        let database = Connection::open(root.join(DATABASE)).map_err(|e| sql_failed(&e))?;
        Ok(Self { root, database })
    }

    /// The path of a file in the folder.
    fn inside(&self, path: &str) -> Result<PathBuf, Failure> {
        let parts: Vec<Component<'_>> = Path::new(path).components().collect();
        if !parts.is_empty() && parts.iter().all(|part| matches!(part, Component::Normal(_))) {
            return Ok(self.root.join(path));
        }
        Err(Failure::new(format!("`{path}` does not lie in the folder of the demonstration")))
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        let path = self.inside(path)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
        }
        fs::write(&path, text).map_err(|e| failed(&path, &e))
    }

    /// The text of a file; none if it is not there.
    pub(crate) fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.inside(path).ok()?).ok()
    }

    /// The beginning of the SHA-256 of a file.
    pub(crate) fn digest(&self, path: &str) -> Option<String> {
        let digest = Sha256::digest(fs::read(self.inside(path).ok()?).ok()?);
        Some(digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The names in a folder, sorted; none if it is not there.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) =
            self.inside(folder).and_then(|path| fs::read_dir(&path).map_err(|e| failed(&path, &e)))
        else {
            return Vec::new();
        };
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// Moves a file.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), Failure> {
        let (from, to) = (self.inside(from)?, self.inside(to)?);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
        }
        fs::rename(&from, &to).map_err(|e| failed(&from, &e))
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &str) -> Result<(), Failure> {
        let path = self.inside(path)?;
        fs::remove_file(&path).map_err(|e| failed(&path, &e))
    }

    /// Runs statements that give no rows.
    pub(crate) fn execute(&self, sql: &str) -> Result<(), Failure> {
        self.database.execute_batch(sql).map_err(|e| sql_failed(&e))
    }

    /// Runs one statement with parameters.
    pub(crate) fn execute_with(&self, sql: &str, values: &[&str]) -> Result<(), Failure> {
        let values = rusqlite::params_from_iter(values);
        self.database.execute(sql, values).map(|_| ()).map_err(|e| sql_failed(&e))
    }

    /// The number that a query gives; none if it fails, as it does where a table is gone.
    pub(crate) fn number(&self, sql: &str, values: &[&str]) -> Option<u64> {
        let values = rusqlite::params_from_iter(values);
        let number: Option<i64> = self.database.query_row(sql, values, |row| row.get(0)).ok();
        u64::try_from(number?).ok()
    }

    /// Copies the database into a file.
    pub(crate) fn copy_database(&self, path: &str) -> Result<(), Failure> {
        self.write(path, "")?;
        let to = self.inside(path)?.to_string_lossy().into_owned();
        self.execute_with("VACUUM INTO ?1", &[&to])
    }

    /// The number that a query gives in a copy of the database.
    pub(crate) fn number_in_copy(&self, path: &str, sql: &str) -> Option<u64> {
        let copy = Connection::open(self.inside(path).ok()?).ok()?;
        let number: Option<i64> = copy.query_row(sql, [], |row| row.get(0)).ok();
        u64::try_from(number?).ok()
    }

    /// Runs a command by `sh`, in the folder.
    pub(crate) fn shell(&self, command: &str) -> Result<Shell, Failure> {
        let output = Command::new("/bin/sh")
            .args(["-c", command])
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", PROGRAMS)
            .env("HOME", &self.root)
            .env("TMPDIR", &self.root)
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.root.parent().unwrap_or(&self.root))
            .envs(IDENTITY.iter().copied())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                Failure::new(format!("`/bin/sh` cannot be started: {}", reason(&error)))
                    .hint("the demonstration needs a POSIX shell")
            })?;
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).trim().to_owned();
        Ok(Shell { succeeded: output.status.success(), text })
    }

    /// Whether there is a `git`.
    pub(crate) fn has_git(&self) -> bool {
        self.shell("git --version").is_ok_and(|shell| shell.succeeded)
    }
}

/// Who commits, and when: the same at every run.
const IDENTITY: &[(&str, &str)] = &[
    ("GIT_AUTHOR_NAME", "demo"),
    ("GIT_AUTHOR_EMAIL", "demo@example.invalid"),
    ("GIT_AUTHOR_DATE", "2025-01-01T00:00:00Z"),
    ("GIT_COMMITTER_NAME", "demo"),
    ("GIT_COMMITTER_EMAIL", "demo@example.invalid"),
    ("GIT_COMMITTER_DATE", "2025-01-01T00:00:00Z"),
];

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` cannot be used: {}", path.display(), reason(error)))
        .hint("the demonstration needs a folder it can write to; name one with `--keep`")
}

fn sql_failed(error: &rusqlite::Error) -> Failure {
    Failure::new(format!("the database refuses: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::create(&folder.path().join("world")).unwrap();
        for path in ["/etc/passwd", "../x", "a/../../x", ".", ""] {
            assert!(world.inside(path).is_err(), "{path}");
            assert!(world.write(path, "x").is_err(), "{path}");
            assert_eq!(world.read(path), None, "{path}");
        }
        world.write("a/b.txt", "x").unwrap();
        assert_eq!(world.read("a/b.txt").as_deref(), Some("x"));
    }

    #[test]
    fn the_shell_has_its_home_and_its_temporary_files_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::create(&folder.path().join("world")).unwrap();
        let shell = world.shell("echo \"$HOME|$TMPDIR\"; pwd").unwrap();
        let root = world.root.display();
        assert_eq!(shell.text, format!("{root}|{root}\n{root}"));
    }
}
