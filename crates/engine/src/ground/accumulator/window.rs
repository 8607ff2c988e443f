//! `count(t) within D`, `count_with(t, r) within D`, `denied(t) within D`.
//!
//! The window at an event of time n is (n - D, n]: an event exactly D ago lies outside of it, this event inside.
//! Times are those of the session, which never go back.
//!
//! Compared with a number k, the count need not be known beyond k + 1. So the times of the last k + 1 events are kept,
//! in a ring, and the count is exact up to there. They lie in the ring in the order of time, so those in the window are
//! found by halving.
//!
//! ```text
//!  [ next ] [ time 0 ] [ time 1 ] … [ time k ]      next: where the next time goes; a time is two words, 0 for none
//! ```

use super::{Amount, Intake, pair, put_pair, word};

pub(super) fn words(size: u16) -> u16 {
    size.saturating_mul(2).saturating_add(1)
}

/// The count, this event included, up to the size of the ring.
pub(super) fn amount(words: &[u32], micros: u64, size: u16, intake: &Intake) -> Amount {
    let size = usize::from(size);
    let next = next(words, size);
    let is_within = |age: usize| {
        let at = next.saturating_add(size).saturating_sub(age.saturating_add(1));
        let time = pair(words, place(at.checked_rem(size).unwrap_or(0)));
        time != 0 && intake.stamp.saturating_sub(time) < micros
    };
    // How many of the latest are within the window: all before the first that is not.
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low.saturating_add(high) / 2;
        if is_within(middle) {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    let count = low.saturating_add(usize::from(intake.first)).min(size);
    Amount::Known(u128::try_from(count).unwrap_or(u128::MAX))
}

pub(super) fn update(words: &[u32], size: u16, intake: &Intake, put: &mut impl FnMut(usize, u32)) {
    if !intake.first {
        return;
    }
    let size = usize::from(size);
    let next = next(words, size);
    put_pair(put, place(next), intake.stamp);
    let after = next.saturating_add(1).checked_rem(size).unwrap_or(0);
    put(0, u32::try_from(after).unwrap_or(0));
}

fn next(words: &[u32], size: usize) -> usize {
    usize::try_from(word(words, 0)).unwrap_or(0).checked_rem(size).unwrap_or(0)
}

fn place(at: usize) -> usize {
    at.saturating_mul(2).saturating_add(1)
}
