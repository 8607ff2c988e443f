//! Sessions in a folder, one file each: for processes that judge one call and end.
//!
//! A database is opened, recovered and closed again by each of them, which takes longer than the decision. Here a visit
//! takes the lock of the folder, reads one file, and puts another one in its place. A file that was put there is with
//! the operating system: it survives the end of this process, and the loss of power only as far as the system writes
//! in time. A file that was damaged then is a session that cannot go on.
//!
//! ```text
//!  lock                  who has it visits
//!  <digest>.session      version u64, little-endian; the state
//!  <digest>.beside       the same, of programs and of what sessions share
//! ```
#![expect(clippy::disallowed_methods, reason = "the files are read and written here")]

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sponsio_record::schema::canonical::{digest_of_bytes, to_hex};

use super::{Key, Left, PROGRAMS, SHARED, Store, StoreError, Taken, Visit};
use crate::limits::{STORE_EXPIRED_REMOVED_MAX, STORE_STATE_BYTES_MAX, STORE_WAIT_MILLISECONDS};
use crate::own_file;
use crate::source::words;

/// Looks at the lock between two pauses.
const LOOKS: u32 = 50;

/// Sessions in a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    idle: Option<Duration>,
}

impl Folder {
    /// The store in this folder, which is made where it is missing. A session that nobody moved for as long as `idle`
    /// expires.
    ///
    /// # Errors
    ///
    /// The folder cannot be used, or may be used by others than its owner.
    pub fn open(path: &Path, idle: Option<Duration>) -> Result<Self, StoreError> {
        let store = Self { path: path.to_path_buf(), idle };
        store.lock_file()?;
        Ok(store)
    }

    fn lock_file(&self) -> Result<File, StoreError> {
        let path = self.path.join("lock");
        let opened = own_file::make_folder(&path).and_then(|()| own_file::for_appending(&path));
        opened.map_err(|error| self.unusable(&error))
    }

    fn unusable(&self, error: &io::Error) -> StoreError {
        StoreError::Unusable(format!("`{}` cannot be used: {}", self.path.display(), words(error)))
    }

    /// Waits for the lock, which ends with the file.
    fn lock(&self) -> Result<File, StoreError> {
        let file = self.lock_file()?;
        for _ in 0..STORE_WAIT_MILLISECONDS {
            for _ in 0..LOOKS {
                match file.try_lock() {
                    Ok(()) => return Ok(file),
                    Err(TryLockError::Error(error)) => return Err(self.unusable(&error)),
                    Err(TryLockError::WouldBlock) => std::thread::yield_now(),
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(StoreError::Busy)
    }

    fn file_of(&self, key: Key<'_>) -> PathBuf {
        let length = u64::try_from(key.agent.len()).unwrap_or(u64::MAX);
        let name = [&length.to_le_bytes(), key.agent.as_bytes(), key.session.as_bytes()].concat();
        let kind = if matches!(key.agent, PROGRAMS | SHARED) { "beside" } else { "session" };
        self.path.join(format!("{}.{kind}", to_hex(&digest_of_bytes(&name).0)))
    }

    /// Whether what was put there at this time has expired.
    fn has_expired(&self, file: &File) -> io::Result<bool> {
        let Some(idle) = self.idle else { return Ok(false) };
        let age = SystemTime::now().duration_since(file.metadata()?.modified()?);
        Ok(age.unwrap_or_default() >= idle)
    }

    /// A visit while this process has the lock.
    fn visit_locked(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        let path = self.file_of(key);
        let mut row = self.row(&path).map_err(|error| self.unusable(&error))?;
        let version = row.version;
        let left = visit(&mut row)?;
        let done = match left {
            Left::Unchanged => return Ok(version),
            Left::Ended if version == 0 => return Ok(0),
            Left::Ended => fs::remove_file(&path).map(|()| 0),
            Left::Changed(state) => {
                if version == 0 {
                    self.remove_expired();
                }
                // Never the same twice, also where a session ends and another one begins under its name.
                let next = version.saturating_add(1).max(now());
                let bytes = [&next.to_le_bytes(), &*state].concat();
                own_file::replace(&path, &bytes).map(|()| next)
            }
        };
        done.map_err(|error| self.unusable(&error))
    }

    fn row(&self, path: &Path) -> io::Result<Row<'_>> {
        let absent = Row { store: self, version: 0, file: None };
        let mut file = match own_file::for_reading(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(absent),
            opened => opened?,
        };
        if self.has_expired(&file)? {
            return Ok(absent);
        }
        let mut version = [0; 8];
        match file.read_exact(&mut version) {
            // What is too short to have a version is there, and is no session.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => version = [1; 8],
            read => read?,
        }
        let version = u64::from_le_bytes(version).max(1);
        Ok(Row { store: self, version, file: Some(file) })
    }

    /// Removes some of the sessions that have expired. That one cannot be removed is no failure of another one.
    fn remove_expired(&self) {
        if self.idle.is_none() {
            return;
        }
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        let is_expired = |path: &PathBuf| {
            let file = own_file::for_reading(path);
            file.and_then(|file| self.has_expired(&file)).unwrap_or(false)
        };
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        let expired = paths.filter(|path| is_session(path)).filter(is_expired);
        let most = usize::try_from(STORE_EXPIRED_REMOVED_MAX).unwrap_or(0);
        for path in expired.take(most) {
            let _ = fs::remove_file(path);
        }
    }
}

fn is_session(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "session")
}

/// Microseconds since the epoch.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// A session that was taken.
struct Row<'s> {
    store: &'s Folder,
    version: u64,
    /// Behind its version.
    file: Option<File>,
}

impl Taken for Row<'_> {
    fn version(&self) -> u64 {
        self.version
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(file) = self.file.take() else { return Ok(None) };
        let mut state = Vec::new();
        let read = file.take(STORE_STATE_BYTES_MAX).read_to_end(&mut state);
        read.map(|_| Some(state)).map_err(|error| self.store.unusable(&error))
    }

    fn visit(&mut self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        self.store.visit_locked(key, visit)
    }
}

impl Store for Folder {
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        let locked = self.lock()?;
        let visited = self.visit_locked(key, visit);
        drop(locked);
        visited
    }

    fn idle(&self) -> Option<Duration> {
        self.idle
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        let entries = fs::read_dir(&self.path).map_err(|error| self.unusable(&error))?;
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        let is_live = |path: &PathBuf| {
            let file = own_file::for_reading(path);
            !file.and_then(|file| self.has_expired(&file)).unwrap_or(false)
        };
        let live = paths.filter(|path| is_session(path)).filter(is_live);
        Ok(u64::try_from(live.count()).unwrap_or(u64::MAX))
    }
}
