//! What happened to a line that is not where it should be.
//!
//! The walk finds the line; its name needs the lines around it. So the log is read a second time, and only where
//! something is wrong: nothing of a good log is kept in memory.
//!
//! | the line | is called |
//! |---|---|
//! | stands somewhere else as well, the same in every byte | duplicated |
//! | belongs further down, and the one that should be here comes later | reordered |
//! | is not part of the chain, and the next one is the one that should be here | inserted |
//! | has not the hash of its bytes, and ends the file without a line break | truncated |
//! | has not the hash of its bytes | edited |
//! | belongs further down, and the one that should be here is nowhere | (lines before it) removed |
//! | follows a line that has another follower, or another line than the one before it | forked |

use core::fmt;

use super::{Sealed, Suspect};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The bytes of the line are not those that were written.
    Edited,
    /// Lines are missing before it: the first and the last of them.
    Removed(u64, u64),
    /// It stands before lines that it follows.
    Reordered,
    /// It was not written by the log.
    Inserted,
    /// It is there twice.
    Duplicated,
    /// The file ends within it.
    Truncated,
    /// Two lines continue the same one, or it continues another line than the one before it.
    Forked,
}

impl What {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Removed(..) => "removed",
            Self::Reordered => "reordered",
            Self::Inserted => "inserted",
            Self::Duplicated => "duplicated",
            Self::Truncated => "truncated",
            Self::Forked => "forked",
        }
    }
}

/// The first line that is not where it should be, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its place among the physical lines, from 1.
    pub place: u64,
    /// The number that the line in this place should have.
    pub expected: u64,
    /// The number that it has, if it has its hash.
    pub found: Option<u64>,
    /// What happened.
    pub what: What,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.expected.saturating_sub(1);
        match (self.what, self.found) {
            (What::Edited, _) => f.write_str("its bytes are not those that were chained"),
            (What::Removed(first, last), _) if first == last => {
                write!(f, "line {first} of the chain is missing before it")
            }
            (What::Removed(first, last), _) => {
                write!(f, "lines {first} to {last} of the chain are missing before it")
            }
            (What::Reordered, Some(found)) => {
                write!(
                    f,
                    "it is line {found} of the chain and stands where line {} belongs",
                    self.expected
                )
            }
            (What::Duplicated, Some(found)) => {
                write!(f, "line {found} of the chain is there twice")
            }
            (What::Inserted, _) => write!(f, "line {} of the chain follows it", self.expected),
            (What::Truncated, _) => f.write_str("the file ends within it"),
            (What::Forked, Some(found)) if found < self.expected => {
                write!(
                    f,
                    "it is another line {found} of the chain than the one that stands before it"
                )
            }
            _ => write!(
                f,
                "it does not continue the line {before} that stands before it, but another one"
            ),
        }
    }
}

/// Finds out what happened to a line, from all lines of the log in their order.
#[derive(Clone, Debug)]
pub struct Trial {
    suspect: Suspect,
    places: u64,
    /// Whether the same line stands somewhere else.
    is_double: bool,
    /// Whether the line that should be here comes later, and whether it comes next.
    comes_later: bool,
    comes_next: bool,
    /// Whether the line that the suspect follows is there.
    has_its_before: bool,
}

impl Trial {
    /// A trial of this line.
    pub fn new(suspect: Suspect) -> Self {
        Self {
            suspect,
            places: 0,
            is_double: false,
            comes_later: false,
            comes_next: false,
            has_its_before: false,
        }
    }

    /// The next line of the log, from its first.
    pub fn hear(&mut self, line: &[u8]) {
        self.places = self.places.saturating_add(1);
        let place = self.suspect.place;
        let Ok(sealed) = Sealed::read(line) else { return };
        if self.places > place && sealed.follows(self.suspect.expected) {
            self.comes_later = true;
            self.comes_next |= self.places == place.saturating_add(1);
        }
        if let Ok(suspect) = self.suspect.sealed {
            self.is_double |= self.places != place && sealed.hash == suspect.hash;
            self.has_its_before |= suspect.follows(sealed.link());
        }
    }

    /// What happened.
    pub fn fault(&self) -> Fault {
        let Suspect { place, expected, sealed, is_whole } = self.suspect;
        let next = expected.line.saturating_add(1);
        let what = match sealed {
            Ok(_) if self.is_double => What::Duplicated,
            Ok(good) if good.line > next && self.comes_later && self.has_its_before => {
                What::Reordered
            }
            _ if self.comes_next => What::Inserted,
            Err(_) if is_whole => What::Edited,
            Err(_) => What::Truncated,
            Ok(good) if good.line > next => What::Removed(next, good.line.saturating_sub(1)),
            // The line is the one that should be here: only its line break is missing.
            Ok(good) if good.follows(expected) => What::Truncated,
            Ok(_) => What::Forked,
        };
        Fault { place, expected: next, found: sealed.ok().map(|good| good.line), what }
    }
}
