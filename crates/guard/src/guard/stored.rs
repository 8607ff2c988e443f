//! Sessions of a guard that has a store: taken out for an event and put back behind it.
//!
//! A session that this process put back last is still in its memory and is not read again. Any other one is read from
//! what the store holds.

use super::{GuardSession, Seat};
use crate::failure::Failure;
use crate::store::{Key, Left, StoreError, Taken};

/// The version of a session of which memory holds more than was put back, or nothing.
pub(super) const STALE: u64 = u64::MAX;

/// What is done to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is asked something.
    Asked,
    /// Events happen in it.
    Moved,
    /// It ends.
    Ended,
}

/// A session that could not be had, or not be put back.
pub(super) struct Unreached {
    /// What failed.
    pub(super) failure: Failure,
    /// What the store said of it.
    pub(super) why: String,
}

impl GuardSession {
    /// Runs `run` with the session as it is, wherever it is kept; nobody else uses it meanwhile.
    pub(super) fn take<T>(
        &self,
        seat: &mut Seat,
        what: Use,
        mut run: impl FnMut(&mut Seat) -> T,
    ) -> Result<T, Unreached> {
        let Some(store) = &self.guard.0.store else { return Ok(run(seat)) };
        let session: Box<str> = seat.live.name().into();
        let key = Key { agent: self.guard.agent(), session: &session };
        let mut result = None;
        let visited = store.visit(key, &mut |taken| {
            self.refresh(seat, taken)?;
            if seat.ended {
                return Ok(Left::Unchanged);
            }
            result = Some(run(seat));
            Ok(match what {
                Use::Asked => Left::Unchanged,
                Use::Moved => {
                    let mut state = Vec::new();
                    seat.live.save(&mut state);
                    Left::Changed(state)
                }
                Use::Ended => Left::Ended,
            })
        });
        match visited {
            Ok(version) => {
                seat.version = version;
                seat.was_stored |= version > 0;
                result.ok_or(Unreached { failure: Failure::SessionEnded, why: String::new() })
            }
            Err(error) => {
                seat.version = STALE;
                let failure = match error {
                    StoreError::Unreadable { .. } => Failure::StoreUnreadable,
                    StoreError::Address(_)
                    | StoreError::Busy
                    | StoreError::Lost
                    | StoreError::Unusable(_) => Failure::StoreUnavailable,
                };
                Err(Unreached { failure, why: error.to_string() })
            }
        }
    }

    /// Reads the session from the store, where memory does not hold it.
    fn refresh(&self, seat: &mut Seat, taken: &mut dyn Taken) -> Result<(), StoreError> {
        let version = taken.version();
        if version == seat.version {
            return Ok(());
        }
        match taken.state()? {
            Some(state) => seat.live.resume(&state).map_err(|error| StoreError::Unreadable {
                session: seat.live.name().into(),
                why: error.to_string(),
            })?,
            // It was never put back, or sessions expire: then one that is missing begins anew.
            None if seat.version == STALE && !seat.was_stored || self.guard.sessions_expire() => {
                seat.live = self.guard.begin(seat.live.name());
            }
            None => seat.ended = true,
        }
        seat.version = version;
        seat.was_stored |= version > 0;
        Ok(())
    }
}
