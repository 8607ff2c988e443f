//! Where a contract stands.
//!
//! The four values of runtime verification over finite traces: a session may end after any event, so the future
//! is some finite word, and a verdict says both what holds if the session ended here and whether that can change.

use core::fmt;

/// The standing of a contract after a prefix of a session.
///
/// The order is from worst to best, so the standing of a conjunction of finished parts is their minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// No continuation can satisfy it: a bad prefix. Final.
    Violated,
    /// False if the session ended here, but it can still be met: an open obligation.
    Pending,
    /// True if the session ended here, but it can still be violated.
    Holding,
    /// No continuation can violate it. Final.
    Satisfied,
}

impl Verdict {
    /// All verdicts, from worst to best.
    pub const ALL: [Self; 4] = [Self::Violated, Self::Pending, Self::Holding, Self::Satisfied];

    /// The word that logs, cases and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::Pending => "pending",
            Self::Holding => "holding",
            Self::Satisfied => "satisfied",
        }
    }

    /// The verdict with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }

    /// Whether the contract is true if the session ends here.
    pub fn is_accepting(self) -> bool {
        matches!(self, Self::Holding | Self::Satisfied)
    }

    /// Whether no event can change the verdict.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Violated | Self::Satisfied)
    }

    pub(crate) fn bits(self) -> u32 {
        match self {
            Self::Violated => 0,
            Self::Pending => 1,
            Self::Holding => 2,
            Self::Satisfied => 3,
        }
    }

    /// A look-up and no `match`: a step asks this of words in random order, and a jump among four arms is one that a
    /// processor guesses wrong.
    #[inline]
    pub(crate) fn from_bits(bits: u32) -> Self {
        let place = usize::try_from(bits & 3).unwrap_or(0);
        Self::ALL.get(place).copied().unwrap_or(Self::Violated)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
