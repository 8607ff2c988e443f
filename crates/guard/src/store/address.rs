//! A store named by a text: `memory`, a path, or the address of a server.
//!
//! A text with a scheme that is not known is an error and no path: a store that was mistyped would otherwise be a file
//! that nobody else uses. What is said of an address never holds its password.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use super::{Folder, Memory, Postgres, Redis, Sqlite, Store, StoreError};

/// What a store can be named by.
const KNOWN: &str = "`memory`, a path, `sqlite:PATH`, `folder:PATH`, `redis://HOST`, `rediss://HOST` (TLS) and \
                     `postgres://HOST/DATABASE`";

/// Where sessions are.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Place);

#[derive(Clone, PartialEq, Eq)]
enum Place {
    Memory,
    Sqlite(PathBuf),
    Folder(PathBuf),
    Redis(Box<str>),
    Postgres(Box<str>),
}

/// A text names no store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(String);

impl AddressError {
    /// About a text that should be like `example`.
    pub(super) fn malformed(example: &str, why: &dyn fmt::Display) -> Self {
        Self(format!("the address of the store is not one such as `{example}`: {why}"))
    }
}

impl Address {
    /// The memory of the process.
    pub fn memory() -> Self {
        Self(Place::Memory)
    }

    /// The files of a folder.
    pub fn folder(path: PathBuf) -> Self {
        Self(Place::Folder(path))
    }

    /// The store there. A server is only asked when a session is first taken.
    ///
    /// # Errors
    ///
    /// A file cannot be used.
    pub fn open(&self, idle: Option<Duration>) -> Result<Box<dyn Store>, StoreError> {
        Ok(match &self.0 {
            Place::Memory => Box::new(Memory::new(idle)),
            Place::Sqlite(path) => Box::new(Sqlite::open(path, idle)?),
            Place::Folder(path) => Box::new(Folder::open(path, idle)?),
            Place::Redis(address) => Box::new(Redis::at(address, idle)?),
            Place::Postgres(address) => Box::new(Postgres::at(address, idle)?),
        })
    }

    /// The same store, where a path in its text is relative to this folder.
    #[must_use]
    pub fn below(self, folder: &Path) -> Self {
        match self.0 {
            Place::Sqlite(path) => Self(Place::Sqlite(folder.join(path))),
            Place::Folder(path) => Self(Place::Folder(folder.join(path))),
            _ => self,
        }
    }
}

impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self(Place::Sqlite(path))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let place = match scheme(text) {
            _ if text.trim().is_empty() => {
                return Err(AddressError(format!("the store has no name; it is one of {KNOWN}")));
            }
            None if text == "memory" => Place::Memory,
            None => Place::Sqlite(text.into()),
            Some(("sqlite", path)) => match path.strip_prefix("//") {
                _ if path.is_empty() => {
                    return Err(AddressError::malformed("sqlite:sessions.db", &"it names no file"));
                }
                Some(rest) if !rest.starts_with('/') => {
                    let why = "behind `//` an absolute path begins; without `//` it is relative";
                    return Err(AddressError::malformed("sqlite:sessions.db", &why));
                }
                Some(rest) => Place::Sqlite(rest.into()),
                None => Place::Sqlite(path.into()),
            },
            Some(("folder", path)) if path.is_empty() || path.starts_with("//") => {
                let why = "behind `folder:` stands the path of a folder";
                return Err(AddressError::malformed("folder:sessions", &why));
            }
            Some(("folder", path)) => Place::Folder(path.into()),
            // They are read here once, so that what is wrong with them is known before they are used.
            Some(("redis" | "rediss" | "valkey" | "valkeys", _)) => {
                Redis::at(text, None)?;
                Place::Redis(text.into())
            }
            Some(("postgres" | "postgresql", _)) => {
                Postgres::at(text, None)?;
                Place::Postgres(text.into())
            }
            Some((scheme, _)) => {
                let error = format!("`{scheme}:` is no kind of store; there are {KNOWN}");
                return Err(AddressError(error));
            }
        };
        Ok(Self(place))
    }
}

/// The scheme of an address and what follows it. One letter before a colon is a drive.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    is_scheme.then_some((scheme, rest))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Memory => f.write_str("Memory"),
            Place::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Place::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
            Place::Redis(_) => f.write_str("Redis(…)"),
            Place::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Place) {
        assert!(Address::from_str(text) == Ok(Address(expect)), "{text}");
    }

    #[track_caller]
    fn refused(text: &str, expect: &str) {
        let error = Address::from_str(text).unwrap_err().to_string();
        assert!(error.contains(expect), "{text}: {error}");
    }

    #[test]
    fn a_text_names_memory_a_file_or_a_server() {
        check("memory", Place::Memory);
        check("s/sessions.db", Place::Sqlite("s/sessions.db".into()));
        check("sqlite:s/sessions.db", Place::Sqlite("s/sessions.db".into()));
        check("sqlite:///srv/sessions.db", Place::Sqlite("/srv/sessions.db".into()));
        check("./a:b", Place::Sqlite("./a:b".into()));
        check("C:\\sessions.db", Place::Sqlite("C:\\sessions.db".into()));
        for redis in ["redis://h", "rediss://u:p@h:1/2?prefix=a:", "valkey://h", "redis://[::1]:1"]
        {
            check(redis, Place::Redis(redis.into()));
        }
        for postgres in ["postgres://u:p@h/d", "postgresql://h:5433/d?sslmode=require"] {
            check(postgres, Place::Postgres(postgres.into()));
        }
    }

    #[test]
    fn what_names_no_store_is_refused_with_what_would() {
        refused("", "the store has no name");
        refused(" ", "the store has no name");
        refused("mysql://h/d", "`mysql:` is no kind of store; there are `memory`, a path,");
        refused("redis:h", "it names no host");
        refused("redis://", "not one such as `redis://");
        refused("redis://h/one", "Invalid database number");
        refused("redis://h?prefx=a", "`prefx` is no setting of it; there is `prefix`");
        refused("rediss://h/#insecure", "certificates are always looked at");
        refused("sqlite:", "it names no file");
        refused("sqlite://s.db", "without `//` it is relative");
        refused("postgres://h/d?sslmode=prefer", "`sslmode` is `require` or `disable`");
        refused("postgres://h/d?colour=red", "colour");
    }

    #[test]
    fn a_password_is_in_no_error_and_no_debug_output() {
        for text in [
            "redis://u:hunter2@h:99999/",
            "redis://u:hunter2@/0",
            "redis://u:hunter2@h/x",
            "rediss://u:hunter2@h/#x",
            "postgres://u:hunter2@h:port/d",
            "postgres://u:hunter2@h/d?sslmode=x",
            "mysql://u:hunter2@h",
        ] {
            let error = Address::from_str(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        for text in ["redis://u:hunter2@h", "postgres://u:hunter2@h/d"] {
            assert!(!format!("{:?}", Address::from_str(text)).contains("hunter2"));
        }
        for text in ["redis://u:hunter2@127.0.0.1:1", "postgres://u:hunter2@127.0.0.1:1/d"] {
            let store = Address::from_str(text).unwrap().open(None).unwrap();
            let error = store.sessions().unwrap_err().to_string();
            assert!(error.contains("://127.0.0.1:1") && !error.contains("hunter2"), "{error}");
        }
    }
}
