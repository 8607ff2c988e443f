//! Sessions of a guard that has a store: taken out for an event and put back behind it.
//!
//! A session that this process put back last is still in its memory and is not read again. Any other one is read from
//! what the store holds.

use super::{GuardSession, Seat};
use crate::commons::Locked;
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

impl GuardSession {
    /// Runs `run` with the session as it is, wherever it is kept; nobody else uses it meanwhile.
    pub(super) fn take<T>(
        &self,
        seat: &mut Seat,
        what: Use,
        mut run: impl FnMut(&mut Seat) -> T,
    ) -> Result<T, Failure> {
        let Some(store) = &self.guard.0.store else { return self.take_common(seat, run) };
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
                result.ok_or(Failure::SessionEnded)
            }
            Err(error) => {
                seat.version = STALE;
                Err(match error {
                    StoreError::Unreadable { .. } => Failure::StoreUnreadable,
                    StoreError::Busy | StoreError::Unusable(_) => Failure::StoreUnavailable,
                })
            }
        }
    }

    /// Runs `run` while nobody else has what the session shares.
    fn take_common<T>(
        &self,
        seat: &mut Seat,
        run: impl FnOnce(&mut Seat) -> T,
    ) -> Result<T, Failure> {
        let commons = seat.commons.clone();
        let mut locked = Locked::all(&commons).ok_or(Failure::SessionInconsistent)?;
        locked.exchange(&mut seat.live);
        let result = run(seat);
        locked.exchange(&mut seat.live);
        Ok(result)
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
            // It was never put back.
            None if seat.version == STALE && !seat.was_stored => {
                seat.live = self.guard.begin(&self.seated.identity);
            }
            None => seat.ended = true,
        }
        seat.version = version;
        seat.was_stored |= version > 0;
        Ok(())
    }
}
