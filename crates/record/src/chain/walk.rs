//! From line to line of a log, up to the first that does not follow.

use super::{Link, Sealed, Unsealed};

/// A walk along the lines of a log, over all its files.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The last line that was in its place.
    at: Link,
    /// Whether the first line may stand anywhere: what lies before it is not at hand.
    is_part: bool,
    /// Physical lines so far.
    places: u64,
    /// The first line that was in its place.
    first: Option<u64>,
    /// Lines that tell of an unfinished one before them.
    torn: u64,
}

/// A line that is not where it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Its place among the physical lines, from 1.
    pub place: u64,
    /// The line that it should follow.
    pub expected: Link,
    /// What it says of itself.
    pub sealed: Result<Sealed, Unsealed>,
    /// Whether a line break ends it.
    pub is_whole: bool,
}

impl Walk {
    /// A walk from the first line of the chain, or, of a part of a log, from whichever line comes first.
    pub fn new(is_part: bool) -> Self {
        Self { at: Link::START, is_part, places: 0, first: None, torn: 0 }
    }

    /// The next line, without its line break. What comes after a suspect is not judged.
    pub fn step(&mut self, line: &[u8], is_whole: bool) -> Result<Sealed, Box<Suspect>> {
        self.places = self.places.saturating_add(1);
        let sealed = Sealed::read(line);
        let suspect = Suspect { place: self.places, expected: self.at, sealed, is_whole };
        let Ok(good) = sealed else { return Err(Box::new(suspect)) };
        if self.is_part && self.first.is_none() {
            self.at = Link { line: good.line.saturating_sub(1), hash: good.prev };
        }
        if !is_whole || !good.follows(self.at) {
            return Err(Box::new(suspect));
        }
        self.first = self.first.or(Some(good.line));
        self.torn = self.torn.saturating_add(u64::from(good.torn > 0));
        self.at = good.link();
        Ok(good)
    }

    /// The last line that was in its place.
    pub fn at(&self) -> Link {
        self.at
    }

    /// The number of the first line that was in its place.
    pub fn first(&self) -> Option<u64> {
        self.first
    }

    /// How many lines tell of an unfinished one before them.
    pub fn torn(&self) -> u64 {
        self.torn
    }
}
