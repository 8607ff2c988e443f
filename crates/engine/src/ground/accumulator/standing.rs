//! `done(t)`, `done_with(t, r)`: calls that stand.
//!
//! A call stands from the event at which it is allowed, that event included. Its result takes it back if the outcome is
//! `error`, `denied` or `timeout`, and settles it if it is `ok`; an outcome that is `unknown` does neither. The first
//! result that does one of them decides: later results of the same call change nothing.
//!
//! Which call a result ends is known by its id. The session remembers the ids of the last
//! [`OPEN_CALLS_MAX`] calls that have one; the accumulator keeps one bit for each, which says that the call stands and
//! has not ended. So a result of a call that was never counted here, one with other arguments or one that the contract
//! treats as suppressed, takes nothing back, and a second result takes nothing back either.
//!
//! Standing calls that cannot be told apart are *anonymous*: those without an id, and those whose id is forgotten
//! before they ended. A failure without an id takes back one standing call of the tool, whichever; one with an id
//! that is not remembered takes back an anonymous one, if there is any. Both err towards "not done": where results
//! with and without ids are mixed, two of them may take back for one failure. The count never falls below zero.
//!
//! ```text
//!  [ standing ]      in the tail: [ known ] [ seen ] [ open, 2 words ]
//! ```
//!
//! `known` is what there is of standing calls besides anonymous ones, as a difference modulo 2^32. `seen` is the number
//! of the last call with an id that the bits know of; bit b is about the call b before it. Bits that fall off the end
//! are forgotten calls. As long as no call had an id all of the tail is zero, and the session goes without it.

use super::{Amount, Intake, half, pair, word};
use crate::ground::memory::Mark;
use crate::limits::OPEN_CALLS_MAX;

pub(super) const WORDS: u16 = 1;
pub(super) const TAIL_WORDS: u16 = 4;

#[derive(Clone, Copy, Debug)]
struct State {
    standing: u32,
    anonymous: u32,
    seen: u32,
    open: u64,
}

impl State {
    fn of(words: &[u32], tail: &[u32]) -> Self {
        let standing = word(words, 0);
        let anonymous = standing.wrapping_sub(word(tail, 0));
        Self { standing, anonymous, seen: word(tail, 1), open: pair(tail, 2) }
    }

    /// The bits, moved on to call number `latest`.
    fn moved_to(self, latest: u32) -> Self {
        let distance = latest.wrapping_sub(self.seen);
        let open = if distance < OPEN_CALLS_MAX {
            self.open.checked_shl(distance).unwrap_or(0)
        } else {
            0
        };
        let forgotten = self.open.count_ones().saturating_sub(open.count_ones());
        let anonymous = self.anonymous.saturating_add(forgotten);
        Self { anonymous, seen: latest, open, ..self }
    }

    fn after(self, intake: &Intake) -> Self {
        let is_end = intake.second;
        if !intake.first && !is_end {
            return self;
        }
        let mut state = self.moved_to(intake.joined.latest);
        let bit = match intake.joined.mark {
            Mark::Call(number) => {
                1u64.checked_shl(intake.joined.latest.wrapping_sub(number)).unwrap_or(0)
            }
            Mark::None | Mark::Forgotten => 0,
        };
        if intake.first {
            state.standing = state.standing.saturating_add(1);
            state.open |= bit;
            state.anonymous = state.anonymous.saturating_add(u32::from(bit == 0));
        }
        let takes_back = match intake.joined.mark {
            _ if !is_end => false,
            Mark::Call(_) => {
                let stands = state.open & bit != 0;
                state.open &= !bit;
                stands && intake.failed
            }
            Mark::None => intake.failed,
            Mark::Forgotten => intake.failed && state.anonymous > 0,
        };
        if takes_back {
            state.standing = state.standing.saturating_sub(1);
            if !matches!(intake.joined.mark, Mark::Call(_)) {
                state.anonymous = state.anonymous.saturating_sub(1);
            }
        }
        state
    }
}

pub(super) fn amount(words: &[u32], tail: &[u32], intake: &Intake) -> Amount {
    Amount::Known(State::of(words, tail).after(intake).standing.into())
}

/// The word of the calls that stand, and the tail.
pub(super) fn after(words: &[u32], tail: &[u32], intake: &Intake) -> (u32, [u32; 4]) {
    let State { standing, anonymous, seen, open } = State::of(words, tail).after(intake);
    (standing, [standing.wrapping_sub(anonymous), seen, half(open), half(open >> 32)])
}
