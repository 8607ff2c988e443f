//! The place of a session in its guard.

use std::sync::{Arc, Mutex};

use sponsio_engine::event::Event;

use crate::commons::Common;
use crate::identity::Identity;
use crate::limits::UNRECORDED_EVENTS_MAX;
use crate::live::Live;

/// A session that is live, and who it is.
#[derive(Clone)]
pub(super) struct Seated {
    pub(super) identity: Arc<Identity>,
    pub(super) seat: Arc<Mutex<Seat>>,
}

/// The place of a session in the guard.
pub(super) struct Seat {
    pub(super) live: Live,
    /// What it shares with other sessions.
    pub(super) commons: Vec<Common>,
    /// What happened and must be recorded before anything else is decided.
    pub(super) unrecorded: Unrecorded,
    /// Whether it has ended: clones may outlive the end, and nothing more happens through them.
    pub(super) ended: bool,
    /// What the store had when this was read from it, or put back.
    pub(super) version: u64,
    /// Whether the store ever had it.
    pub(super) was_stored: bool,
}

/// Events that happened while the log, which is required, could not be written. They are decided and recorded, in their
/// order, before the next one; until then no call runs.
#[derive(Default)]
pub(super) struct Unrecorded {
    pub(super) events: Vec<Event>,
    /// Whether there were more than are kept. What is not recorded is never counted, so no call runs any more.
    pub(super) is_lost: bool,
}

impl Unrecorded {
    pub(super) fn add(&mut self, event: &Event) {
        if self.events.len() < UNRECORDED_EVENTS_MAX {
            self.events.push(event.clone());
        } else {
            self.is_lost = true;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty() && !self.is_lost
    }
}

/// Whether memory must keep a session that its store has too: somebody holds it, or what happened is not yet there.
pub(super) fn is_needed(seat: &Arc<Mutex<Seat>>) -> bool {
    // Whoever wants to hold it asks the table, which is locked.
    Arc::strong_count(seat) > 1 || seat.try_lock().map_or(true, |seat| !seat.unrecorded.is_empty())
}
