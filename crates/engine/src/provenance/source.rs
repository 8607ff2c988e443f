//! Sources, and sets of them.
//!
//! A source is what a contract calls by name: the outputs of some tools, or what lies at a path in them. Which
//! outputs belong to which source is the business of whoever records; here a source is a number.

use crate::limits::PROVENANCE_SOURCES_MAX;

/// One source of a program.
///
/// INVARIANT: below [`PROVENANCE_SOURCES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u16);

impl SourceId {
    /// The source with this number; none beyond [`PROVENANCE_SOURCES_MAX`].
    pub fn new(number: u16) -> Option<Self> {
        (number < PROVENANCE_SOURCES_MAX).then_some(Self(number))
    }

    /// Its number.
    pub fn number(self) -> u16 {
        self.0
    }
}

/// A set of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sources(u64);

impl Sources {
    /// No source.
    pub const NONE: Self = Self(0);

    /// One source.
    pub fn one(source: SourceId) -> Self {
        Self(1u64.checked_shl(u32::from(source.0)).unwrap_or(0))
    }

    /// Whether it is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the source is in it.
    pub fn contains(self, source: SourceId) -> bool {
        !self.and(Self::one(source)).is_empty()
    }

    /// What is in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Its sources in order.
    pub fn iter(self) -> impl Iterator<Item = SourceId> {
        (0..PROVENANCE_SOURCES_MAX).map(SourceId).filter(move |source| self.contains(*source))
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

impl FromIterator<SourceId> for Sources {
    fn from_iter<I: IntoIterator<Item = SourceId>>(sources: I) -> Self {
        sources.into_iter().map(Self::one).fold(Self::NONE, Self::or)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_beyond_the_limit_does_not_exist() {
        assert!(SourceId::new(PROVENANCE_SOURCES_MAX - 1).is_some());
        assert_eq!(SourceId::new(PROVENANCE_SOURCES_MAX), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let id = |n| SourceId::new(n).unwrap();
        let set: Sources = [id(0), id(63), id(7)].into_iter().collect();
        assert_eq!(set.iter().map(SourceId::number).collect::<Vec<_>>(), [0, 7, 63]);
        assert!(set.contains(id(7)) && !set.contains(id(8)));
        assert_eq!(set.and(Sources::one(id(8))), Sources::NONE);
    }
}
