//! Where sessions are between two events, so that several processes can share them.
//!
//! A guard without a store keeps its sessions in memory. With one, an event *takes* its session out of the store, is
//! decided, recorded and committed, and *puts* the session back; nobody else has it meanwhile. So of any number of
//! calls at the same time, from any number of processes, a contract that allows three sees the third and then the
//! fourth: the decision to let a call run and the count of it are one transaction. A process that ends in between has
//! put nothing back, and its caller was told nothing.
//!
//! What is put back is bytes to the store: it neither reads nor changes them.

mod sqlite;

pub use sqlite::Sqlite;

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

    /// How many sessions it holds; programs that are kept beside them are none.
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
    /// The store cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// Another process has the session, or is writing, for longer than anybody waits.
    #[error("it is in use for longer than {} ms", crate::limits::STORE_WAIT_MILLISECONDS)]
    Busy,
    /// What it holds is no session of these contracts.
    #[error("the session `{session}` cannot go on: {why}")]
    Unreadable {
        /// The session's name.
        session: Box<str>,
        /// Why.
        why: String,
    },
}
