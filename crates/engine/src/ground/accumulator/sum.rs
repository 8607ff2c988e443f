//! `sum(t, p)`, `sum(t, p) where …`, `sum(t, p) within D`.
//!
//! The sum of the numbers at the path, over the calls that are taken in, this one included. Numbers are exact: they are
//! added as whole numbers of 10^-18, up to 3.4 · 10^20. A sum that grows beyond is above every limit from then on.
//!
//! A call of the tool whose value cannot be added makes the sum unknown at this call, and is not added: one whose value
//! is missing, is no number, is negative, stands in several places (through `[*]`), or has more than 18 decimal places.
//! `optional` lets a missing value pass, and nothing else. A text is read as a number where it is one.
//!
//! Within D the window is (n - D, n], as for counts. Time is cut into slots of a 64th of D, and there is one bucket for
//! each slot that the window can meet: 65 of them, whatever the number of calls.
//!
//! ```text
//!  bucket: [ time, 2 words ] [ sum, 4 words ]      of a slot; at slot mod 65; time 0 for none
//! ```
//!
//! A bucket leaves the window as a whole. Where the sum is held to an upper limit, the bucket has the time of its
//! last call and stays until that has left: what is compared is never less than the sum of the window, so no window
//! of length D ever exceeds the limit, and a call that would be allowed again is so at most D/64 later; at once
//! where it was alone in its slot. Where a lower limit is required, the bucket has the time of its first call and
//! leaves with it: what is compared is never more than the sum of the window.

use super::{Amount, Intake, pair, put_pair, put_wide, wide};
use crate::event::Decimal;
use crate::ground::reading::Read;

/// The decimal places of a sum.
pub(crate) const SUM_PLACES: u8 = 18;

/// The slots that a window is cut into.
const SLOTS: u64 = 64;
/// A window that does not begin where a slot does meets one more.
const BUCKETS: u16 = 65;
const BUCKET_WORDS: u16 = 6;

pub(super) const WORDS: u16 = BUCKETS * BUCKET_WORDS;

/// What the event adds; nothing where it is not taken in.
fn addend(intake: &Intake) -> Result<u128, Amount> {
    if !intake.first {
        return Ok(0);
    }
    match intake.read {
        Read::Number(number) => units(number).ok_or(Amount::Unknown),
        Read::Missing => Err(Amount::Missing),
        Read::Absent => Err(Amount::Absent),
        Read::Unknown | Read::Digest(_) => Err(Amount::Unknown),
    }
}

/// A number in units of 10^-18, the largest where it is larger; none where it is negative or finer.
fn units(number: Decimal) -> Option<u128> {
    if number.is_negative() {
        return None;
    }
    let shift = number.exponent().checked_add(i32::from(SUM_PLACES))?;
    let factor = 10u128.checked_pow(u32::try_from(shift).ok()?);
    Some(factor.and_then(|factor| number.digits().checked_mul(factor)).unwrap_or(u128::MAX))
}

pub(super) fn amount(words: &[u32], intake: &Intake) -> Amount {
    addend(intake)
        .map_or_else(|amount| amount, |more| Amount::Known(wide(words, 0).saturating_add(more)))
}

pub(super) fn update(words: &[u32], intake: &Intake, put: &mut impl FnMut(usize, u32)) {
    if let Ok(more) = addend(intake) {
        put_wide(put, 0, wide(words, 0).saturating_add(more));
    }
}

pub(super) fn amount_within(words: &[u32], micros: u64, intake: &Intake) -> Amount {
    let more = match addend(intake) {
        Ok(more) => more,
        Err(amount) => return amount,
    };
    let mut sum = more;
    for bucket in 0..BUCKETS {
        let place = usize::from(bucket.saturating_mul(BUCKET_WORDS));
        let time = pair(words, place);
        if time != 0 && intake.stamp.saturating_sub(time) < micros {
            sum = sum.saturating_add(wide(words, place.saturating_add(2)));
        }
    }
    Amount::Known(sum)
}

pub(super) fn update_within(
    words: &[u32],
    micros: u64,
    at_least: bool,
    intake: &Intake,
    put: &mut impl FnMut(usize, u32),
) {
    let Some(more) = addend(intake).ok().filter(|more| *more != 0) else { return };
    let width = micros.div_ceil(SLOTS).max(1);
    let slot = |stamp: u64| stamp.checked_div(width).unwrap_or(0);
    let here = slot(intake.stamp);
    let bucket = here.checked_rem(u64::from(BUCKETS)).unwrap_or(0);
    let place = usize::try_from(bucket).unwrap_or(0).saturating_mul(usize::from(BUCKET_WORDS));
    let time = pair(words, place);
    let kept = (time != 0 && slot(time) == here).then(|| wide(words, place.saturating_add(2)));
    if at_least || kept.is_none() {
        put_pair(put, place, intake.stamp);
    }
    put_wide(put, place.saturating_add(2), kept.unwrap_or(0).saturating_add(more));
}
