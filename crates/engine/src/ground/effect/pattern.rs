//! Patterns against patterns: whether two have a text in common, and whether one covers the other.
//!
//! A pattern is a row of places: a *star* stands for any row of signs, also none, any other place for one sign. The
//! other pattern is read sign by sign, and the places that the first one can be at are kept. So the time is the product
//! of the two lengths, without recursion and without memory of its own. Names are such rows of characters, and paths
//! are such rows of names, so the same two functions serve both.
//!
//! [`meets`] is exact. [`covers`] says yes only where it is so, and may say no where it is so: `a*` and `*a` together
//! would cover what neither does alone.

use core::cell::Cell;

use crate::limits::EFFECT_STEPS_MAX;

/// Places of one pattern, the end included.
const PLACES: usize = 256;

/// What is read.
pub(super) enum Sign<T> {
    /// Any row of signs.
    Star,
    /// Any row of signs, none of which is taken for a sign that is known.
    Gap,
    /// One.
    One(T),
}

/// The work that one question may still take.
#[derive(Debug)]
pub(super) struct Steps(Cell<usize>);

impl Steps {
    pub(super) fn new() -> Self {
        Self(Cell::new(EFFECT_STEPS_MAX))
    }

    /// Takes some; whether there were more.
    fn take(&self, count: usize) -> bool {
        self.0.set(self.0.get().saturating_sub(count));
        !self.are_spent()
    }

    /// Gives the question up.
    pub(super) fn spend(&self) {
        self.0.set(0);
    }

    /// Whether the question was given up.
    pub(super) fn are_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// A row of places.
pub(super) trait Row {
    /// How many places there are; fewer than [`PLACES`].
    fn len(&self) -> usize;
    /// Whether a place is a star.
    fn is_star(&self, place: usize) -> bool;
}

type Places = [bool; PLACES];

fn start<R: Row>(row: &R) -> Places {
    let mut places = [false; PLACES];
    if let Some(first) = places.first_mut() {
        *first = true;
    }
    close(row, &mut places);
    places
}

/// Leaves stars behind, which may stand for nothing.
fn close<R: Row>(row: &R, places: &mut Places) {
    let mut passes = false;
    for (place, is_at) in places.iter_mut().enumerate().take(row.len().saturating_add(1)) {
        *is_at |= passes;
        passes = *is_at && row.is_star(place);
    }
}

/// The places after one sign.
fn moved<R: Row>(row: &R, places: &Places, fits: impl Fn(usize) -> bool) -> Places {
    let mut next = [false; PLACES];
    for (place, _) in places.iter().enumerate().take(row.len()).filter(|(_, is_at)| **is_at) {
        let to = if row.is_star(place) {
            Some(place)
        } else {
            fits(place).then(|| place.saturating_add(1))
        };
        if let Some(is_at) = to.and_then(|to| next.get_mut(to)) {
            *is_at = true;
        }
    }
    close(row, &mut next);
    next
}

fn is_at_end<R: Row>(row: &R, places: &Places) -> bool {
    places.get(row.len()).copied().unwrap_or(true)
}

/// Whether some text is in both. No star of what is read stands for the place `guarded`, and no gap for one that is
/// known.
pub(super) fn meets<R: Row, T>(
    row: &R,
    read: impl Iterator<Item = Sign<T>>,
    guarded: Option<usize>,
    is_known: impl Fn(usize) -> bool,
    fits: impl Fn(usize, &T) -> bool,
    steps: &Steps,
) -> bool {
    let star = |places: &mut Places, is_gap: bool| {
        let mut passes = false;
        for (place, is_at) in places.iter_mut().enumerate() {
            passes |= *is_at;
            *is_at = passes;
            passes &= guarded != Some(place) && !(is_gap && is_known(place));
        }
    };
    reaches_end(row, read, star, fits, steps).unwrap_or(true)
}

/// Whether each text of what is read is in the row.
pub(super) fn covers<R: Row, T>(
    row: &R,
    read: impl Iterator<Item = Sign<T>>,
    fits: impl Fn(usize, &T) -> bool,
    steps: &Steps,
) -> bool {
    let star = |places: &mut Places, _| {
        for (place, is_at) in places.iter_mut().enumerate() {
            *is_at &= place < row.len() && row.is_star(place);
        }
    };
    reaches_end(row, read, star, fits, steps).unwrap_or(false)
}

/// Whether the end of the row is reached with the last sign, where `star` says what a star or a gap makes of the
/// places; none if the steps run out.
fn reaches_end<R: Row, T>(
    row: &R,
    read: impl Iterator<Item = Sign<T>>,
    star: impl Fn(&mut Places, bool),
    fits: impl Fn(usize, &T) -> bool,
    steps: &Steps,
) -> Option<bool> {
    let mut places = start(row);
    for sign in read {
        if !steps.take(row.len().saturating_add(1)) {
            return None;
        }
        match sign {
            Sign::One(sign) => places = moved(row, &places, |place| fits(place, &sign)),
            Sign::Star | Sign::Gap => {
                star(&mut places, matches!(sign, Sign::Gap));
                close(row, &mut places);
            }
        }
        if !places.contains(&true) {
            return Some(false);
        }
    }
    Some(is_at_end(row, &places))
}
