//! Sessions in one SQLite file: the store of agents on one machine.
//!
//! A visit is one write transaction. SQLite gives the right to write to one connection at a time, over all processes,
//! and takes a transaction back whose process is gone. The file is in write-ahead mode: what a transaction wrote
//! survives the end of the process when it is committed, and the loss of power when the system has written it out.
//!
//! The file belongs to its owner alone and is opened without following a symbolic link. What is not the file of this
//! store, or is damaged, is an error: it is never begun anew. It gets its name when it has its tables, so one without
//! anything in it was cut.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::{Key, Left, PROGRAMS, SHARED, Store, StoreError, Taken, Visit};
use crate::limits::{STORE_EXPIRED_REMOVED_MAX, STORE_WAIT_MILLISECONDS};
use crate::own_file;
use crate::source::words;

/// Says in the file whose it is: `Spns`.
const APPLICATION: i64 = 0x5370_6E73;
/// The form of the tables.
const FORM: i64 = 2;

/// Between two attempts to prepare a file that others are preparing.
const PAUSE_MILLISECONDS: u64 = 5;

const TABLES: &str = "
    CREATE TABLE session (
        agent TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, used INTEGER NOT NULL,
        state BLOB NOT NULL, PRIMARY KEY (agent, name)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX session_used ON session (used);
    CREATE TABLE latest (version INTEGER NOT NULL) STRICT;
    INSERT INTO latest VALUES (0);";

/// The time in seconds, of the machine that all processes are on.
const NOW: &str = "SELECT unixepoch()";
const PUT: &str = "
    INSERT INTO session (agent, name, version, used, state) VALUES (?, ?, ?, unixepoch(), ?)
    ON CONFLICT DO UPDATE SET version = excluded.version, used = excluded.used, state = excluded.state";
/// Removes some of those that have expired.
const REMOVE: &str = "
    DELETE FROM session WHERE (agent, name) IN
    (SELECT agent, name FROM session WHERE used < ? ORDER BY used LIMIT ?)";

/// Sessions in a file.
#[derive(Debug)]
pub struct Sqlite {
    connection: Mutex<Connection>,
    idle: Option<Duration>,
}

impl Sqlite {
    /// The store in the file at `path`, which is made, with its folder, where it is missing. A session that nobody
    /// moved for as long as `idle` expires.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is a symbolic link, may be used by others than its owner, or is something else.
    pub fn open(path: &Path, idle: Option<Duration>) -> Result<Self, StoreError> {
        let unusable = |error: &dyn std::fmt::Display| {
            StoreError::Unusable(format!("`{}` cannot be used: {error}", path.display()))
        };
        own_file::make_folder(path).map_err(|error| unusable(&words(&error)))?;
        if path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            make(path).map_err(|why| unusable(&why))?;
        }
        let file = own_file::for_appending(path).map_err(|error| unusable(&words(&error)))?;
        if file.metadata().is_ok_and(|found| found.len() == 0) {
            return Err(unusable(
                &"it is empty, and a store never is: its sessions are lost; remove it to begin anew",
            ));
        }
        drop(file);
        let mut connection = connect(path).map_err(|error| unusable(&error))?;
        // SQLite does not wait for others while it changes how a file is written, and many processes may want that.
        for _ in 0..STORE_WAIT_MILLISECONDS / PAUSE_MILLISECONDS {
            match prepare(&mut connection) {
                Ok(()) => return Ok(Self { connection: Mutex::new(connection), idle }),
                Err(Refused::Other(why)) => return Err(unusable(&why)),
                Err(Refused::Sqlite(error)) => match StoreError::from(error) {
                    StoreError::Unusable(why) => return Err(unusable(&why)),
                    _ => {
                        std::thread::sleep(Duration::from_millis(PAUSE_MILLISECONDS));
                    }
                },
            }
        }
        Err(StoreError::Busy)
    }
}

/// Makes the file, which has its tables when it gets its name: one that is empty was cut.
fn make(path: &Path) -> Result<(), String> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let draft = PathBuf::from(draft);
    let made = own_file::for_appending(&draft).map_err(|error| words(&error)).and_then(|_| {
        let mut connection = connect(&draft).map_err(|error| error.to_string())?;
        make_tables(&mut connection).map_err(|error| error.to_string())?;
        match fs::hard_link(&draft, path) {
            // Another process was faster.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked.map_err(|error| words(&error)),
        }
    });
    let _ = fs::remove_file(&draft);
    made
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    Connection::open_with_flags(path, flags)
}

fn make_tables(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", FORM)?;
    transaction.commit()
}

enum Refused {
    Sqlite(rusqlite::Error),
    Other(&'static str),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn prepare(connection: &mut Connection) -> Result<(), Refused> {
    connection.busy_timeout(Duration::from_millis(STORE_WAIT_MILLISECONDS))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    let (application, form): (i64, i64) = (number("application_id")?, number("user_version")?);
    match (application, form) {
        (APPLICATION, FORM) => Ok(()),
        (APPLICATION, _) => Err(Refused::Other("another version of Sponsio made it")),
        _ => Err(Refused::Other("it is a database of something else")),
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Unusable(error.to_string()),
        }
    }
}

/// A row of the table, in a transaction that may write.
struct Row<'t> {
    store: &'t Sqlite,
    transaction: &'t rusqlite::Transaction<'t>,
    key: Key<'t>,
    /// 0 where there is none, or one that has expired.
    version: i64,
}

impl Taken for Row<'_> {
    fn version(&self) -> u64 {
        u64::try_from(self.version).unwrap_or(0)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.version == 0 {
            return Ok(None);
        }
        let sql = "SELECT state FROM session WHERE agent = ? AND name = ?";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let key = (self.key.agent, self.key.session);
        Ok(statement.query_row(key, |row| row.get(0)).optional()?)
    }

    fn visit(&mut self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        self.store.visit_in(self.transaction, key, visit)
    }
}

impl Sqlite {
    /// What was used before this second has expired.
    fn expired(&self, transaction: &rusqlite::Transaction<'_>) -> Result<i64, StoreError> {
        let Some(idle) = self.idle else { return Ok(i64::MIN) };
        let now: i64 = transaction.prepare_cached(NOW)?.query_row([], |row| row.get(0))?;
        Ok(now.saturating_sub(i64::try_from(idle.as_secs()).unwrap_or(i64::MAX)))
    }
}

impl Sqlite {
    /// A visit in a transaction that may write, and that somebody else commits.
    fn visit_in(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        key: Key<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<u64, StoreError> {
        let (agent, name) = (key.agent, key.session);
        let expired = self.expired(transaction)?;
        let version: Option<i64> = transaction
            .prepare_cached(
                "SELECT version FROM session WHERE agent = ? AND name = ? AND used >= ?",
            )?
            .query_row((agent, name, expired), |row| row.get(0))
            .optional()?;
        let version = version.unwrap_or(0);
        let mut row = Row { store: self, transaction, key, version };
        let next = match visit(&mut row)? {
            Left::Unchanged => version,
            Left::Changed(state) => {
                if version == 0 {
                    transaction
                        .prepare_cached(REMOVE)?
                        .execute((expired, STORE_EXPIRED_REMOVED_MAX))?;
                }
                // Never the same twice, also where a session ends and another one begins under its name.
                let sql = "UPDATE latest SET version = version + 1 RETURNING version";
                let next: i64 = transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
                transaction.prepare_cached(PUT)?.execute((agent, name, next, state))?;
                next
            }
            Left::Ended => {
                let sql = "DELETE FROM session WHERE agent = ? AND name = ?";
                transaction.prepare_cached(sql)?.execute((agent, name))?;
                0
            }
        };
        Ok(u64::try_from(next).unwrap_or(0))
    }
}

impl Store for Sqlite {
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        // A panic elsewhere rolled its transaction back.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = self.visit_in(&transaction, key, visit)?;
        transaction.commit()?;
        Ok(version)
    }

    fn idle(&self) -> Option<Duration> {
        self.idle
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        let expired = self.expired(&transaction)?;
        let sql = "SELECT count(*) FROM session WHERE used >= ? AND agent NOT IN (?, ?)";
        let of_session = (expired, PROGRAMS, SHARED);
        let count: i64 = transaction.query_row(sql, of_session, |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
