//! Connections to a server that wait for the next visit.
//!
//! A visit has a connection of its own, so that visits of several threads do not wait for each other. One that failed
//! is not given back.

use std::sync::{Mutex, PoisonError};

use crate::limits::STORE_SPARE_CONNECTIONS_MAX;

/// Connections that nobody uses.
pub(super) struct Spare<C>(Mutex<Vec<C>>);

impl<C> Default for Spare<C> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<C> Spare<C> {
    /// The one that was used last.
    pub(super) fn take(&self) -> Option<C> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps one, unless there are enough.
    pub(super) fn give(&self, connection: C) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < STORE_SPARE_CONNECTIONS_MAX {
            spare.push(connection);
        }
    }
}
