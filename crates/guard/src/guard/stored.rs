//! Sessions of a guard that has a store: taken out for an event and put back behind it.
//!
//! A session that this process put back last is still in its memory and is not read again. Any other one is read from
//! what the store holds.

use std::sync::Arc;

use sponsio_engine::program::ProgramHash;
use sponsio_engine::session::Shared;

use super::{GuardSession, Seat};
use crate::commons::{self, Locked};
use crate::failure::Failure;
use crate::store::{Key, Left, SHARED, Store, StoreError, Taken};

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

impl Unreached {
    fn of(failure: Failure) -> Self {
        Self { failure, why: String::new() }
    }
}

impl GuardSession {
    /// Runs `run` with the session as it is, wherever it is kept; nobody else uses it meanwhile.
    pub(super) fn take<T>(
        &self,
        seat: &mut Seat,
        what: Use,
        run: impl FnMut(&mut Seat) -> T,
    ) -> Result<T, Unreached> {
        let pool = &self.guard.0.pool;
        seat.live.lend(pool.take());
        let result = self.take_from_store(seat, what, run);
        pool.keep(seat.live.give_back());
        result
    }

    fn take_from_store<T>(
        &self,
        seat: &mut Seat,
        what: Use,
        mut run: impl FnMut(&mut Seat) -> T,
    ) -> Result<T, Unreached> {
        self.follow(seat)?;
        let Some(store) = self.guard.0.store.as_deref() else { return self.take_common(seat, run) };
        let mut missing = None;
        let mut visited = self.visit(store, seat, what, &mut run, &mut missing);
        if let (Err(StoreError::Unreadable { .. }), Some(hash)) = (&visited, missing) {
            // Another program put it back; `run` was not reached.
            match self.guard.0.previous.fetch(store, hash) {
                Ok(true) => visited = self.visit(store, seat, what, &mut run, &mut missing),
                Ok(false) => {}
                Err(error) => visited = Err(error),
            }
        }
        match visited {
            Ok((version, result)) => {
                seat.version = version;
                seat.was_stored |= version > 0;
                result.ok_or(Unreached::of(Failure::SessionEnded))
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

    /// One visit of the session in the store; the program that put it back, if that is `missing`.
    fn visit<T>(
        &self,
        store: &dyn Store,
        seat: &mut Seat,
        what: Use,
        run: &mut impl FnMut(&mut Seat) -> T,
        missing: &mut Option<ProgramHash>,
    ) -> Result<(u64, Option<T>), StoreError> {
        if what == Use::Moved {
            self.guard.0.previous.keep(store, seat.live.session().program())?;
        }
        let session: Box<str> = seat.live.name().into();
        let key = Key { agent: self.guard.agent(), session: &session };
        let program = Arc::clone(seat.live.session().program());
        let mut shared = commons::shared(&program, &self.seated.identity, self.guard.agent());
        let mut result = None;
        let version = store.visit(key, &mut |taken| {
            self.refresh(seat, taken, missing)?;
            if seat.ended {
                return Ok(Left::Unchanged);
            }
            with_shared(taken, &mut shared, &mut |shared| {
                for (_, state) in &mut *shared {
                    seat.live.exchange(state);
                }
                result = Some(run(seat));
                for (_, state) in shared {
                    seat.live.exchange(state);
                }
            })?;
            Ok(match what {
                Use::Asked => Left::Unchanged,
                Use::Moved => {
                    let mut state = Vec::new();
                    seat.live.save(&mut state);
                    Left::Changed(state)
                }
                Use::Ended => Left::Ended,
            })
        })?;
        Ok((version, result))
    }

    /// Goes on under the program that the guard decides by.
    fn follow(&self, seat: &mut Seat) -> Result<(), Unreached> {
        let program = self.guard.program();
        if Arc::ptr_eq(seat.live.session().program(), &program) {
            return Ok(());
        }
        seat.live.follow(&program);
        if self.guard.0.store.is_none() {
            let (guard, identity) = (&self.guard, &self.seated.identity);
            let commons = guard.0.commons.of(&program, identity, guard.agent());
            seat.commons = commons.ok_or(Unreached::of(Failure::TooManySessions))?;
        }
        Ok(())
    }

    /// Runs `run` while nobody else has what the session shares.
    fn take_common<T>(
        &self,
        seat: &mut Seat,
        run: impl FnOnce(&mut Seat) -> T,
    ) -> Result<T, Unreached> {
        let commons = seat.commons.clone();
        let mut locked =
            Locked::all(&commons).ok_or(Unreached::of(Failure::SessionInconsistent))?;
        locked.exchange(&mut seat.live);
        let result = run(seat);
        locked.exchange(&mut seat.live);
        Ok(result)
    }

    /// Reads the session from the store, where memory does not hold it.
    fn refresh(
        &self,
        seat: &mut Seat,
        taken: &mut dyn Taken,
        missing: &mut Option<ProgramHash>,
    ) -> Result<(), StoreError> {
        let version = taken.version();
        if version == seat.version {
            return Ok(());
        }
        match taken.state()? {
            Some(state) => {
                let previous = |hash| {
                    let known = self.guard.0.previous.get(hash);
                    *missing = known.is_none().then_some(hash);
                    known
                };
                let resumed = seat.live.resume(&state, previous);
                resumed.map_err(|error| StoreError::Unreadable {
                    session: seat.live.name().into(),
                    why: error.to_string(),
                })?;
            }
            // It was never put back, or sessions expire: then one that is missing begins anew.
            None if seat.version == STALE && !seat.was_stored || self.guard.sessions_expire() => {
                let program = Arc::clone(seat.live.session().program());
                seat.live = self.guard.begin(&program, &self.seated.identity);
            }
            None => seat.ended = true,
        }
        seat.version = version;
        seat.was_stored |= version > 0;
        Ok(())
    }
}

/// What is done with all states that a session shares.
type WithAll<'r> = dyn FnMut(&mut [(commons::Key, Shared)]) + 'r;

/// Takes each state that a session shares, one within the other, and runs `run` with all of them. What has changed then
/// is put back.
fn with_shared(
    taken: &mut dyn Taken,
    shared: &mut [(commons::Key, Shared)],
    run: &mut WithAll<'_>,
) -> Result<(), StoreError> {
    /// Those from `at` on.
    fn from(
        at: usize,
        taken: &mut dyn Taken,
        shared: &mut [(commons::Key, Shared)],
        run: &mut WithAll<'_>,
    ) -> Result<(), StoreError> {
        let Some((key, _)) = shared.get(at) else {
            run(shared);
            return Ok(());
        };
        let name = key.name();
        taken.visit(Key { agent: SHARED, session: &name }, &mut |taken| {
            let before = taken.state()?;
            if let (Some(bytes), Some((_, state))) = (&before, shared.get_mut(at)) {
                state.restore(bytes).map_err(|error| StoreError::Unreadable {
                    session: name.as_str().into(),
                    why: error.to_string(),
                })?;
            }
            from(at.saturating_add(1), taken, shared, run)?;
            let mut after = Vec::new();
            if let Some((_, state)) = shared.get(at) {
                state.snapshot(&mut after);
            }
            Ok(if before.as_ref() == Some(&after) { Left::Unchanged } else { Left::Changed(after) })
        })?;
        Ok(())
    }
    from(0, taken, shared, run)
}
