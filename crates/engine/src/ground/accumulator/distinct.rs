//! `distinct(t, p)`: how many different values there were at the path, over the calls of the tool, this one included.
//!
//! Compared with a number k, the count need not be known beyond k + 1, so k + 1 digests of 128 bits are kept.
//! Values are different when they are different texts, numbers or truth values: the number 5 and the text `5` are
//! two, 5 and 5.0 are one, and texts are compared after NFC. A call whose value is missing, is a list or an object,
//! or stands in several places, makes the count unknown at this call, and does not change it.
//!
//! ```text
//!  [ count ] [ digest 0 ] … [ digest k ]      a digest is four words
//! ```

use super::{Amount, Intake, put_wide, wide, word};
use crate::ground::reading::Read;

pub(super) fn words(size: u16) -> u16 {
    size.saturating_mul(4).saturating_add(1)
}

/// Where the event's digest goes; nowhere where it is among those that are kept, or where all are.
fn fresh(words: &[u32], size: u16, intake: &Intake) -> Result<Option<(usize, u128)>, Amount> {
    if !intake.first {
        return Ok(None);
    }
    let digest = match intake.read {
        Read::Digest(digest) => digest,
        Read::Missing => return Err(Amount::Missing),
        Read::Absent => return Err(Amount::Absent),
        Read::Unknown | Read::Number(_) => return Err(Amount::Unknown),
    };
    let count = count(words, size);
    let known = (0..count).any(|at| wide(words, place(at)) == digest);
    Ok((!known && count < usize::from(size)).then_some((count, digest)))
}

pub(super) fn amount(words: &[u32], size: u16, intake: &Intake) -> Amount {
    match fresh(words, size, intake) {
        Ok(fresh) => {
            let count = count(words, size).saturating_add(usize::from(fresh.is_some()));
            Amount::Known(u128::try_from(count).unwrap_or(u128::MAX))
        }
        Err(amount) => amount,
    }
}

pub(super) fn update(words: &[u32], size: u16, intake: &Intake, put: &mut impl FnMut(usize, u32)) {
    if let Ok(Some((at, digest))) = fresh(words, size, intake) {
        put_wide(put, place(at), digest);
        put(0, u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX));
    }
}

fn count(words: &[u32], size: u16) -> usize {
    usize::try_from(word(words, 0)).unwrap_or(usize::MAX).min(size.into())
}

fn place(at: usize) -> usize {
    at.saturating_mul(4).saturating_add(1)
}
