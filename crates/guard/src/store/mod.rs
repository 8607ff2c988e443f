//! Where sessions are between two events, so that several processes can share them.
//!
//! A guard without a store keeps its sessions in memory. With one, an event *takes* its session out of the store, is
//! decided, recorded and committed, and *puts* the session back; nobody else has it meanwhile. So of any number of
//! calls at the same time, from any number of processes, a contract that allows three sees the third and then the
//! fourth: the decision to let a call run and the count of it are one transaction. A process that ends in between has
//! put nothing back, and its caller was told nothing.
//!
//! What is put back is bytes to the store: it neither reads nor changes them.
//!
//! ```text
//!  address   a text → one of the stores
//!  memory    guards of one process           sqlite     processes of one machine, in a file
//!  folder    the same for processes that judge one call and end
//!  redis     processes of many machines      postgres   the same, where every answer must survive
//!  spare     connections to a server that wait for the next visit
//! ```
//!
//! A session can expire where its store was told after how long. It is then absent, as if it had never been: what it
//! counted is forgotten, and what it still owed is reported by nobody.

mod address;
mod folder;
mod memory;
mod postgres;
mod redis;
mod spare;
mod sqlite;

use std::sync::Arc;
use std::time::Duration;

pub use address::{Address, AddressError};
pub use folder::Folder;
pub use memory::Memory;
pub use postgres::Postgres;
pub use redis::Redis;
pub use sqlite::Sqlite;

/// The store that a text names; sessions that nobody moved for as long as `idle` expire.
///
/// # Errors
///
/// The text names none, or the store cannot be opened. A server is only asked when a session is first taken.
pub fn open(address: &str, idle: Option<Duration>) -> Result<Box<dyn Store>, StoreError> {
    let address: Address = address.parse()?;
    address.open(idle)
}

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'k> {
    /// The agent whose contracts are asked.
    pub agent: &'k str,
    /// The session's name.
    pub session: &'k str,
}

/// Whose the programs are that a guard keeps beside its sessions. If an agent had this name its sessions could not go
/// on, and nothing worse: a program is no session.
pub(crate) const PROGRAMS: &str = "sponsio programs";
/// Whose the states of contracts are that sessions share. As above.
pub(crate) const SHARED: &str = "sponsio shared";

/// A place for sessions. One that several processes use gives each session to one of them at a time.
pub trait Store: Send + Sync {
    /// Takes a session and shows it to `visit`, which says what becomes of it. Until it has, nobody else takes the
    /// session. If `visit` does not return, or the store fails afterwards, the session is as it was. What comes back is
    /// the version that the session has then.
    ///
    /// # Errors
    ///
    /// The store cannot be reached, or another process did not put the session back in time.
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError>;

    /// After how long without an event a session expires; never, where it does not say.
    fn idle(&self) -> Option<Duration>;

    /// How many sessions it holds; what is kept beside them is none.
    ///
    /// # Errors
    ///
    /// The store cannot be reached.
    fn sessions(&self) -> Result<u64, StoreError>;
}

/// What is done with a session that was taken.
pub type Visit<'v> = dyn FnMut(&mut dyn Taken) -> Result<Left, StoreError> + 'v;

/// A session that was taken.
pub trait Taken {
    /// What tells it from every other state that the store had or will have; 0 where the store does not have it.
    fn version(&self) -> u64;

    /// Its bytes, where the store has it.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    fn state(&mut self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Takes what the session shares with others, within this visit: nobody else has it until both have returned. It is
    /// put back no later than the session, so a process that ends in between has counted too much and not too little.
    ///
    /// # Errors
    ///
    /// As [`Store::visit`].
    fn visit(&mut self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError>;
}

/// What becomes of a session that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// It stays as it was.
    Unchanged,
    /// It is put back like this.
    Changed(Vec<u8>),
    /// It has ended.
    Ended,
}

/// Why a session could not be taken or put back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such store.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The store cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// Another process has the session, or is writing, for longer than anybody waits.
    #[error("it is in use for longer than {} ms", crate::limits::STORE_WAIT_MILLISECONDS)]
    Busy,
    /// The session was taken for longer than it is held, so what was to be put back was not taken.
    #[error(
        "the session was taken for longer than {} ms, so another process may have it",
        crate::limits::STORE_LEASE_MILLISECONDS
    )]
    Lost,
    /// What it holds is no session of these contracts.
    #[error("the session `{session}` cannot go on: {why}")]
    Unreadable {
        /// The session's name.
        session: Box<str>,
        /// Why.
        why: String,
    },
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        (**self).visit(key, visit)
    }

    fn idle(&self) -> Option<Duration> {
        (**self).idle()
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        (**self).sessions()
    }
}
