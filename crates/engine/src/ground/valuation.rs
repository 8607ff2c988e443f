//! The truth of atoms, and what is kept of it.
//!
//! A session that is replayed may not have the arguments any more: a record keeps their digest, not their text.
//! What it keeps is the valuation, the truth of every atom that was asked about the event's content. With it,
//! every decision can be computed again.

use core::fmt;

/// The truth of an atom or a comparison at one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told: a value is missing, has the wrong type or is no number, or a tool's name only looks
    /// like the one that is meant. Never satisfies a guarantee.
    Unknown,
    /// A value that may be missing is missing. Never violates a guarantee.
    Absent,
}

impl Truth {
    /// All truths.
    pub const ALL: [Self; 4] = [Self::True, Self::False, Self::Unknown, Self::Absent];

    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }

    /// The truth with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }

    /// Whether a literal over the atom counts as met.
    ///
    /// `positive` is the sign of the literal. A literal that cannot be told is not met where something is required,
    /// and met (`lenient`) where something is assumed, whatever its sign.
    pub(crate) fn meets(self, positive: bool, lenient: bool) -> bool {
        match self {
            Self::True => positive,
            Self::False => !positive,
            Self::Unknown => lenient,
            Self::Absent => !lenient,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What one event was asked about its content. Atoms that are not listed were false, and values that are not listed
/// were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Valuation {
    /// The atom as formulas write it, and its truth; sorted by atom, none false.
    pub truths: Vec<(Box<str>, Truth)>,
    /// What was counted, added up or joined with other events, and what it was: a number, a digest, or `unknown`;
    /// sorted.
    pub values: Vec<(Box<str>, Box<str>)>,
}

impl Valuation {
    /// The same with a prefix before each name, and a key.
    pub(crate) fn below(&self, prefix: &str, key: Option<u128>) -> Self {
        let named = |name: &str| Box::<str>::from(format!("{prefix}{name}"));
        let truths = self.truths.iter().map(|(atom, truth)| (named(atom), *truth)).collect();
        let values = self.values.iter().map(|(text, value)| (named(text), value.clone()));
        let key = key.map(|key| (named("key"), format!("{key:032x}").into()));
        let mut values: Vec<(Box<str>, Box<str>)> = values.chain(key).collect();
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Self { truths, values }
    }

    /// Adds what another asking about the same event was told, where this one did not ask.
    pub(crate) fn add(&mut self, other: &Self) {
        for entry in &other.truths {
            if let Err(place) = self.truths.binary_search_by(|(atom, _)| atom.cmp(&entry.0)) {
                self.truths.insert(place, entry.clone());
            }
        }
        for entry in &other.values {
            if let Err(place) = self.values.binary_search_by(|(text, _)| text.cmp(&entry.0)) {
                self.values.insert(place, entry.clone());
            }
        }
    }
}
