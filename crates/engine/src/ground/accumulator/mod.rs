//! What is added up over a session: words of constant size, changed by some events and read by comparisons.
//!
//! An accumulator is a few words among the registers of a plan. It belongs to the contract, as all registers do: an
//! event that the contract treats as suppressed leaves it as it was, and a refused call changes nothing. Each event
//! is taken in before it is judged: a limit of 3 refuses the fourth call.
//!
//! | term or fact | kept | words |
//! |---|---|---|
//! | `count(t) within D` against k | the times of the last k + 1 | 2k + 3 |
//! | `sum(t, p)` | the sum | 4 |
//! | `sum(t, p) within D` | a sum and a time for each 64th of D | 390 |
//! | `distinct(t, p)` against k | the digests of k + 1 values | 4k + 5 |
//! | `done(t)` | how many calls stand; once they have ids, which of the last 64 do | 1, and 4 in the tail |
//! | `time_since(f)` | when f became true | 3 |
//! | `token_count(kind)` | the sum | 2 |
//! | `delegation_depth` | nothing: the session knows who delegated to whom | 0 |
//!
//! What each of them means exactly stands at the head of its file. Common to all:
//!
//! * An amount is a whole number of units, exact: of single events, of microseconds, or of 10^-18 of what a sum is of.
//!   Limits are turned into such numbers when the contract is compiled, so a comparison is one of integers.
//! * An event whose part cannot be told, because a tool's name only looks like the one that is meant, or because a
//!   condition is about a value that is missing, is taken in by one of two accumulators and left out by the other.
//!   The comparison reads the one that hurts: calls of look-alikes count towards a limit, and not towards a
//!   requirement.
//! * An amount may be missing, or it may not be known at this event. Such a comparison is unknown, as it is with an
//!   argument that is missing or ill-typed.

mod distinct;
mod since;
mod standing;
mod sum;
mod window;

pub(crate) use sum::SUM_PLACES;

use super::memory::Joined;
use super::plan::{Register, Registers};
use super::reading::{Read, ReadingId};
use super::valuation::Truth;
use crate::event::{Decimal, Timestamp};

/// The decimal places of a time in seconds.
pub(crate) const TIME_PLACES: u8 = 6;

/// What is accumulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// How many of the last `size` events lie in the window.
    Window { micros: u64, size: u16 },
    /// The sum of what is read.
    Sum(ReadingId),
    /// The sum of what is read in the window, as far as it is kept: at least the sum, or at most.
    SumWithin { reading: ReadingId, micros: u64, at_least: bool },
    /// How many different digests were read, up to `size`.
    Distinct { reading: ReadingId, size: u16 },
    /// How many calls stand.
    Standing,
    /// How long ago something became true; `lasting` if it stays true from one event to the next.
    Since { lasting: bool },
    /// The sum of what is read of events that have it.
    Tokens(ReadingId),
    /// What is read, as it is.
    Present(ReadingId),
}

/// An accumulator of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accumulator {
    pub(crate) kind: Kind,
    pub(crate) register: Register,
    /// Among those of the tail.
    pub(crate) tail: Register,
    /// The term, as formulas write it.
    pub(crate) text: Box<str>,
}

/// What an accumulator comes to, in its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// The number; the largest of all is above every limit.
    Known(u128),
    Missing,
    /// Not disclosed yet.
    Absent,
    Unknown,
}

/// What an event brings to an accumulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Intake {
    /// Whether it is to be taken in: counted, added, or the call that stands.
    pub(crate) first: bool,
    /// Whether it is the end of a call that may stand.
    pub(crate) second: bool,
    /// Whether that end is a failure.
    pub(crate) failed: bool,
    pub(crate) read: Read,
    /// Never zero.
    pub(crate) stamp: u64,
    pub(crate) joined: Joined,
}

/// The amounts between two ends, or those that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Interval {
    pub(crate) low: u128,
    pub(crate) high: u128,
    pub(crate) inside: bool,
}

impl Interval {
    pub(crate) fn holds(&self, amount: u128) -> bool {
        (self.low..=self.high).contains(&amount) == self.inside
    }

    /// Whether it holds of nothing yet, and goes on to hold of whatever is less.
    pub(crate) fn is_upper_limit(&self) -> bool {
        self.low == 0 && self.inside
    }
}

impl Amount {
    /// Whether it lies in the interval; `optional` if it may be missing without a violation.
    pub(crate) fn lies_in(self, interval: &Interval, optional: bool) -> Truth {
        match self {
            Self::Known(amount) => interval.holds(amount).into(),
            Self::Missing if optional => Truth::Absent,
            Self::Missing | Self::Unknown => Truth::Unknown,
            Self::Absent => Truth::Absent,
        }
    }

    /// The number, of so many decimal places. The largest of all is the largest there is.
    pub(crate) fn decimal(units: u128, places: u8) -> Decimal {
        let number = Some(units).filter(|units| *units != u128::MAX);
        let exponent = i32::from(places).saturating_neg();
        number.and_then(|n| Decimal::new(false, n, exponent)).unwrap_or(Decimal::LARGEST)
    }
}

impl Kind {
    /// Words of state.
    pub(super) fn words(self) -> u16 {
        match self {
            Self::Window { size, .. } => window::words(size),
            Self::Sum(_) => 4,
            Self::SumWithin { .. } => sum::WORDS,
            Self::Distinct { size, .. } => distinct::words(size),
            Self::Standing => standing::WORDS,
            Self::Since { .. } => since::WORDS,
            Self::Tokens(_) => 2,
            Self::Present(_) => 0,
        }
    }

    /// Words of state in the tail.
    pub(super) fn tail_words(self) -> u16 {
        if self == Self::Standing { standing::TAIL_WORDS } else { 0 }
    }

    /// The decimal places of its unit.
    pub(crate) fn places(self) -> u8 {
        match self {
            Self::Sum(_) | Self::SumWithin { .. } => SUM_PLACES,
            Self::Since { .. } => TIME_PLACES,
            Self::Window { .. }
            | Self::Distinct { .. }
            | Self::Standing
            | Self::Tokens(_)
            | Self::Present(_) => 0,
        }
    }

    /// Whether formulas ask only whether there is any.
    pub(crate) fn is_fact(self) -> bool {
        self == Self::Standing
    }

    /// Whether it counts events, or adds up what they have.
    pub(crate) fn counts(self) -> bool {
        match self {
            Self::Window { .. } | Self::Sum(_) | Self::SumWithin { .. } | Self::Distinct { .. } => {
                true
            }
            Self::Standing | Self::Since { .. } | Self::Tokens(_) | Self::Present(_) => false,
        }
    }

    /// What it reads of an event, and whether it does so only of events that are taken in.
    pub(super) fn reading(self) -> Option<(ReadingId, bool)> {
        match self {
            Self::Sum(reading)
            | Self::SumWithin { reading, .. }
            | Self::Distinct { reading, .. } => Some((reading, true)),
            Self::Tokens(reading) | Self::Present(reading) => Some((reading, false)),
            Self::Window { .. } | Self::Standing | Self::Since { .. } => None,
        }
    }

    /// Whether the amount stays what it is, or becomes less, where no event changes a word.
    pub(crate) fn never_rises(self) -> bool {
        match self {
            Self::Since { .. } | Self::Present(_) => false,
            Self::Window { .. }
            | Self::SumWithin { .. }
            | Self::Sum(_)
            | Self::Distinct { .. }
            | Self::Standing
            | Self::Tokens(_) => true,
        }
    }
}

impl Accumulator {
    fn words<'w>(&self, registers: Registers<'w>) -> &'w [u32] {
        slice(registers.own, self.register, self.kind.words())
    }

    fn tail<'w>(&self, registers: Registers<'w>) -> &'w [u32] {
        slice(registers.tail, self.tail, self.kind.tail_words())
    }

    /// The amount, this event included.
    pub(super) fn amount(&self, registers: Registers<'_>, intake: &Intake) -> Amount {
        let words = self.words(registers);
        match self.kind {
            Kind::Window { micros, size } => window::amount(words, micros, size, intake),
            Kind::Sum(_) => sum::amount(words, intake),
            Kind::SumWithin { micros, .. } => sum::amount_within(words, micros, intake),
            Kind::Distinct { size, .. } => distinct::amount(words, size, intake),
            Kind::Standing => standing::amount(words, self.tail(registers), intake),
            Kind::Since { lasting } => since::amount(words, lasting, intake),
            Kind::Tokens(_) => Amount::Known(u128::from(tokens(words, intake))),
            Kind::Present(_) => match intake.read {
                Read::Number(number) => {
                    number.to_u64().map_or(Amount::Unknown, |n| Amount::Known(n.into()))
                }
                Read::Missing | Read::Digest(_) => Amount::Missing,
                Read::Absent => Amount::Absent,
                Read::Unknown => Amount::Unknown,
            },
        }
    }

    /// Calls `write` with each register that the event changes, and its word after the event.
    pub(super) fn update(
        &self,
        registers: Registers<'_>,
        intake: &Intake,
        write: &mut impl FnMut(usize, u32),
    ) {
        if self.kind == Kind::Standing {
            return self.update_standing(registers, intake, write);
        }
        let words = self.words(registers);
        let first = self.register.index();
        let mut put = |at: usize, word: u32| {
            if words.get(at).is_some_and(|before| *before != word) {
                write(first.saturating_add(at), word);
            }
        };
        match self.kind {
            Kind::Window { size, .. } => window::update(words, size, intake, &mut put),
            Kind::Sum(_) => sum::update(words, intake, &mut put),
            Kind::SumWithin { micros, at_least, .. } => {
                sum::update_within(words, micros, at_least, intake, &mut put);
            }
            Kind::Distinct { size, .. } => distinct::update(words, size, intake, &mut put),
            Kind::Since { lasting } => since::update(words, lasting, intake, &mut put),
            Kind::Tokens(_) => put_pair(&mut put, 0, tokens(words, intake)),
            Kind::Standing | Kind::Present(_) => {}
        }
    }

    fn update_standing(
        &self,
        registers: Registers<'_>,
        intake: &Intake,
        write: &mut impl FnMut(usize, u32),
    ) {
        let (words, tail) = (self.words(registers), self.tail(registers));
        let (standing, apart) = standing::after(words, tail, intake);
        if standing != word(words, 0) {
            write(self.register.index(), standing);
        }
        let first = registers.own.len().saturating_add(self.tail.index());
        for (at, after) in apart.into_iter().enumerate() {
            if after != word(tail, at) {
                write(first.saturating_add(at), after);
            }
        }
    }
}

fn slice(words: &[u32], first: Register, count: u16) -> &[u32] {
    let first = first.index();
    words.get(first..first.saturating_add(usize::from(count))).unwrap_or(&[])
}

/// The tokens so far. They are counted with numbers of 64 bits, of which the largest stays.
fn tokens(words: &[u32], intake: &Intake) -> u64 {
    let more = match intake.read {
        Read::Number(number) => number.to_u64().unwrap_or(u64::MAX),
        Read::Missing | Read::Absent | Read::Unknown | Read::Digest(_) => 0,
    };
    pair(words, 0).saturating_add(more)
}

/// A time as a register holds it: never zero.
pub(super) fn stamp(time: Timestamp) -> u64 {
    u64::try_from(time.0).unwrap_or(0).saturating_add(1)
}

fn word(words: &[u32], at: usize) -> u32 {
    words.get(at).copied().unwrap_or(0)
}

/// A number of two words, the lower first.
fn pair(words: &[u32], at: usize) -> u64 {
    u64::from(word(words, at)) | u64::from(word(words, at.saturating_add(1))) << 32
}

fn put_pair(put: &mut impl FnMut(usize, u32), at: usize, number: u64) {
    put(at, half(number));
    put(at.saturating_add(1), half(number >> 32));
}

/// A number of four words, the lowest first.
fn wide(words: &[u32], at: usize) -> u128 {
    u128::from(pair(words, at)) | u128::from(pair(words, at.saturating_add(2))) << 64
}

fn put_wide(put: &mut impl FnMut(usize, u32), at: usize, number: u128) {
    let low = u64::try_from(number & u128::from(u64::MAX)).unwrap_or(u64::MAX);
    let high = u64::try_from(number >> 64).unwrap_or(u64::MAX);
    put_pair(put, at, low);
    put_pair(put, at.saturating_add(2), high);
}

fn half(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}
