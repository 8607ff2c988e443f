//! `time_since(fact)`: the time since the fact became true last.
//!
//! A fact about one event, such as `called(t)`, becomes true at each event at which it holds; there the time is zero. A
//! lasting one, such as `ctx(k, v)` or `done(t)`, becomes true where it holds and did not at the event before, as the
//! contract saw it. Before that the time is missing, and a comparison with it cannot be told.
//!
//! ```text
//!  [ time, 2 words ] [ whether a lasting fact held ]      time 0 for never
//! ```

use super::{Amount, Intake, pair, put_pair, word};

pub(super) const WORDS: u16 = 3;

fn rises(words: &[u32], lasting: bool, intake: &Intake) -> bool {
    intake.first && !(lasting && word(words, 2) != 0)
}

pub(super) fn amount(words: &[u32], lasting: bool, intake: &Intake) -> Amount {
    match pair(words, 0) {
        _ if rises(words, lasting, intake) => Amount::Known(0),
        0 => Amount::Missing,
        time => Amount::Known(intake.stamp.saturating_sub(time).into()),
    }
}

pub(super) fn update(
    words: &[u32],
    lasting: bool,
    intake: &Intake,
    put: &mut impl FnMut(usize, u32),
) {
    if rises(words, lasting, intake) {
        put_pair(put, 0, intake.stamp);
    }
    if lasting {
        put(2, u32::from(intake.first));
    }
}
