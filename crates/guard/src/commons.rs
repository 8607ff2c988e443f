//! What the sessions of one process share, in memory.
//!
//! A state that is shared is locked from before an event is decided until it is committed. A session locks the states
//! that it shares in the order of their keys, behind its own lock, so that no two sessions wait for each other.
//!
//! If a thread ends in between, the state stays where it was put, in that session. Its lock says so, and every other
//! event that needs the state fails, which is closed: it is not begun anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sponsio_engine::contract::Scope;
use sponsio_engine::program::{Program, ProgramHash};
use sponsio_engine::session::Shared;

use crate::identity::Identity;
use crate::limits::SHARED_STATES_MAX;
use crate::live::Live;

/// Which state it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) scope: Scope,
    /// What the sessions that share it have in common.
    pub(crate) within: Box<str>,
    /// The contract's meaning.
    pub(crate) contract: ProgramHash,
    /// How many contracts of the program that mean the same stand before it.
    pub(crate) nth: usize,
}

/// The keys of the states that a session shares, in order, and the states at their beginning.
pub(crate) fn shared(program: &Program, identity: &Identity, agent: &str) -> Vec<(Key, Shared)> {
    let mut all: Vec<(Key, Shared)> = Vec::new();
    for (id, scope) in program.shared() {
        let (Some(contract), Some(state)) = (program.contract(id), Shared::new(program, id)) else {
            continue;
        };
        let (within, contract) = (identity.within(scope, agent).into(), contract.hash());
        let nth = all.iter().filter(|(key, _)| key.contract == contract).count();
        all.push((Key { scope, within, contract, nth }, state));
    }
    all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    all
}

impl Key {
    /// Its name in a store.
    pub(crate) fn name(&self) -> String {
        let Self { scope, within, contract, nth } = self;
        format!("{}/{contract}/{nth}/{within}", scope.name())
    }
}

/// A state that sessions share.
pub(crate) type Common = Arc<Mutex<Shared>>;

/// The states that the sessions of a process share.
#[derive(Debug, Default)]
pub(crate) struct Commons(Mutex<BTreeMap<Key, Common>>);

impl Commons {
    /// Those of one session, in order; nothing where there would be too many.
    pub(crate) fn of(
        &self,
        program: &Program,
        identity: &Identity,
        agent: &str,
    ) -> Option<Vec<Common>> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = Vec::new();
        for (key, state) in shared(program, identity, agent) {
            if states.len() >= SHARED_STATES_MAX && !states.contains_key(&key) {
                return None;
            }
            own.push(Arc::clone(states.entry(key).or_insert_with(|| Arc::new(Mutex::new(state)))));
        }
        Some(own)
    }

    /// Forgets what a tree of sessions shared, once none of them is live. Its other states outlive the sessions.
    pub(crate) fn leave(&self, mut own: Vec<Common>) {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        own.clear();
        states.retain(|key, state| key.scope != Scope::Tree || Arc::strong_count(state) > 1);
    }
}

/// The states of a session, which nobody else has meanwhile.
pub(crate) struct Locked<'c>(Vec<MutexGuard<'c, Shared>>);

impl<'c> Locked<'c> {
    /// Waits for all of them; nothing where a thread has ended while it had one.
    pub(crate) fn all(commons: &'c [Common]) -> Option<Self> {
        commons.iter().map(|common| common.lock().ok()).collect::<Option<_>>().map(Self)
    }

    /// Puts them into the session, or takes them out again.
    pub(crate) fn exchange(&mut self, live: &mut Live) {
        for shared in &mut self.0 {
            live.exchange(shared);
        }
    }
}
