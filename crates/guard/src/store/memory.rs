//! Sessions in the memory of this process, where several of its guards share them, or where they expire.
//!
//! A visit holds the lock of its session. What is kept is the same bytes as in any other store, so a guard finds
//! nothing here that it would not find in a file. Nothing survives the end of the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Key, Left, PROGRAMS, SHARED, Store, StoreError, Taken, Visit};
use crate::clock::Since;
use crate::limits::STORE_MEMORY_SESSIONS_MAX;

/// Sessions in memory.
#[derive(Debug)]
pub struct Memory {
    sessions: Mutex<BTreeMap<Name, Arc<Mutex<Kept>>>>,
    latest: Mutex<u64>,
    idle: Option<Duration>,
    sessions_max: usize,
}

type Name = (Box<str>, Box<str>);

#[derive(Debug)]
struct Kept {
    version: u64,
    used: Since,
    /// What was put back last; `None` where nothing was.
    state: Option<Vec<u8>>,
    /// Whether it was taken out of the table.
    is_out: bool,
}

impl Memory {
    /// A store without sessions. One that nobody moved for as long as `idle` expires.
    pub fn new(idle: Option<Duration>) -> Self {
        Self::with_limit(idle, STORE_MEMORY_SESSIONS_MAX)
    }

    fn with_limit(idle: Option<Duration>, sessions_max: usize) -> Self {
        Self { sessions: Mutex::default(), latest: Mutex::default(), idle, sessions_max }
    }

    /// The place of a session; made where it is missing.
    fn place(&self, name: &Name) -> Result<Arc<Mutex<Kept>>, StoreError> {
        let mut sessions = lock(&self.sessions);
        if let Some(kept) = sessions.get(name) {
            return Ok(Arc::clone(kept));
        }
        if sessions.len() >= self.sessions_max {
            sessions.retain(|_, kept| !self.leaves(kept));
        }
        if sessions.len() >= self.sessions_max {
            let why =
                format!("{} sessions are in memory, which is as many as may be", self.sessions_max);
            return Err(StoreError::Unusable(why));
        }
        let kept = Kept { version: 0, used: Since::now(), state: None, is_out: false };
        let kept = Arc::new(Mutex::new(kept));
        sessions.insert(name.clone(), Arc::clone(&kept));
        Ok(kept)
    }

    /// Takes a session out of the table that has expired, or that nobody put back.
    fn leaves(&self, kept: &Mutex<Kept>) -> bool {
        // One that somebody has is in use.
        let Ok(mut kept) = kept.try_lock() else { return false };
        kept.is_out = kept.state.is_none() || self.has_expired(&kept);
        kept.is_out
    }

    fn has_expired(&self, kept: &Kept) -> bool {
        self.idle.is_some_and(|idle| kept.used.elapsed() >= idle)
    }
}

/// A session that was taken.
struct Held<'s> {
    store: &'s Memory,
    kept: &'s Kept,
}

impl Taken for Held<'_> {
    fn version(&self) -> u64 {
        self.kept.version
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kept.state.clone())
    }

    fn visit(&mut self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        self.store.visit(key, visit)
    }
}

impl Store for Memory {
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        let name: Name = (key.agent.into(), key.session.into());
        loop {
            let place = self.place(&name)?;
            let mut kept = lock(&place);
            if kept.is_out {
                continue;
            }
            if self.has_expired(&kept) {
                (kept.version, kept.state) = (0, None);
            }
            match visit(&mut Held { store: self, kept: &kept })? {
                Left::Unchanged => {}
                Left::Changed(state) => {
                    // Never the same twice, also where a session ends and another one begins under its name.
                    let mut latest = lock(&self.latest);
                    *latest = latest.saturating_add(1);
                    (kept.version, kept.used, kept.state) = (*latest, Since::now(), Some(state));
                }
                Left::Ended => (kept.version, kept.state) = (0, None),
            }
            let version = kept.version;
            if kept.state.is_none() {
                kept.is_out = true;
                drop(kept);
                // Another visitor may already have put its own place there.
                let mut sessions = lock(&self.sessions);
                if sessions.get(&name).is_some_and(|other| Arc::ptr_eq(other, &place)) {
                    sessions.remove(&name);
                }
            }
            return Ok(version);
        }
    }

    fn idle(&self) -> Option<Duration> {
        self.idle
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        let mut sessions = lock(&self.sessions);
        sessions.retain(|_, kept| !self.leaves(kept));
        let is_session = |(agent, _): &&Name| !matches!(&**agent, PROGRAMS | SHARED);
        Ok(u64::try_from(sessions.keys().filter(is_session).count()).unwrap_or(u64::MAX))
    }
}

/// A panic elsewhere left a session as it was: it is changed only when a visit has returned.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(store: &Memory, session: &str) -> Result<u64, StoreError> {
        let key = Key { agent: "a", session };
        store.visit(key, &mut |_| Ok(Left::Changed(vec![1])))
    }

    #[test]
    fn no_session_begins_beyond_the_limit_until_one_ends() {
        let store = Memory::with_limit(None, 2);
        put(&store, "1").unwrap();
        put(&store, "2").unwrap();
        put(&store, "2").unwrap();
        assert!(matches!(put(&store, "3"), Err(StoreError::Unusable(_))));
        let key = Key { agent: "a", session: "1" };
        store.visit(key, &mut |_| Ok(Left::Ended)).unwrap();
        put(&store, "3").unwrap();
        assert_eq!(store.sessions().unwrap(), 2);
    }

    #[test]
    fn what_has_expired_makes_room() {
        let store = Memory::with_limit(Some(Duration::ZERO), 1);
        put(&store, "1").unwrap();
        put(&store, "2").unwrap();
    }

    #[test]
    fn a_session_that_was_only_looked_at_leaves_nothing() {
        let store = Memory::with_limit(None, 1);
        for session in ["1", "2", "3"] {
            let key = Key { agent: "a", session };
            store.visit(key, &mut |_| Ok(Left::Unchanged)).unwrap();
        }
        put(&store, "4").unwrap();
    }
}
