//! A set of fingerprints, each with the sources it came from, in one flat array.
//!
//! Eight bytes a slot: 48 bits of fingerprint and the number of a set of sources. A session sees few distinct
//! sets, so they are kept once. Open addressing, linear probing, growing up to a fixed size; nothing is ever
//! removed. What does not fit makes its sources *full*: from then on every look-up finds them, because what was
//! left out might be what is looked for. Two different values with the same 48 bits look the same, which errs in
//! the same direction.

use super::source::Sources;
use crate::limits::{PROVENANCE_SETS_MAX, PROVENANCE_SLOTS_MAX};

const FIRST_SLOTS: usize = 2_048;
const TAG_SHIFT: u32 = 16;
const SET_MASK: u64 = 0xFFFF;

/// Fingerprints and their sources.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// `tag << 16 | number of the set + 1`, or zero. A power of two of them.
    slots: Vec<u64>,
    used: usize,
    sets: Vec<Sources>,
    /// Sources of which something did not fit.
    full: Sources,
    slots_max: usize,
}

/// The tag of a hash: its upper 48 bits. The place in the array comes from the lower of these.
fn tag(hash: u64) -> u64 {
    hash >> TAG_SHIFT
}

impl Table {
    pub(super) fn new(slots_max: usize) -> Self {
        let slots_max = slots_max.clamp(FIRST_SLOTS, PROVENANCE_SLOTS_MAX);
        let slots_max =
            if slots_max.is_power_of_two() { slots_max } else { slots_max.next_power_of_two() / 2 };
        Self { slots: Vec::new(), used: 0, sets: Vec::new(), full: Sources::NONE, slots_max }
    }

    /// The same with other sources.
    pub(super) fn mapped(&self, map: impl Fn(Sources) -> Sources) -> Self {
        let mut mapped = Self::new(self.slots_max);
        mapped.set_full(map(self.full));
        for (tag, sources) in self.sorted() {
            let sources = map(sources);
            if let Some(number) = mapped.number(sources).filter(|_| !sources.is_empty()) {
                mapped.insert_tag(tag, sources, number);
            }
        }
        mapped
    }

    pub(super) fn full(&self) -> Sources {
        self.full
    }

    pub(super) fn set_full(&mut self, sources: Sources) {
        self.full = self.full.or(sources);
    }

    pub(super) fn bytes(&self) -> usize {
        let slots = self.slots.capacity().saturating_mul(size_of::<u64>());
        slots.saturating_add(self.sets.capacity().saturating_mul(size_of::<Sources>()))
    }

    /// The sources recorded with this hash; those that are full come on top, at the caller.
    #[inline]
    pub(super) fn get(&self, hash: u64) -> Sources {
        match self.slots.get(self.find(tag(hash))) {
            Some(&slot) if slot != 0 => self.set(slot),
            _ => Sources::NONE,
        }
    }

    /// The number under which the sources are added, while there are numbers.
    pub(super) fn number(&mut self, sources: Sources) -> Option<u64> {
        let number = self.intern(sources);
        if number.is_none() {
            self.set_full(sources);
        }
        number
    }

    /// Adds the sources with this [`number`](Self::number) to a hash.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, sources: Sources, number: u64) {
        self.insert_tag(tag(hash), sources, number);
    }

    #[inline]
    fn insert_tag(&mut self, tag: u64, sources: Sources, number: u64) {
        let place = self.find(tag);
        match self.slots.get(place).copied() {
            Some(slot) if slot != 0 => {
                if slot & SET_MASK != number {
                    self.widen(place, slot, sources);
                }
            }
            _ if self.used < self.room() => {
                self.used = self.used.wrapping_add(1);
                self.write(place, tag, number);
            }
            _ => self.insert_grown(tag, sources, number),
        }
    }

    /// Adds the sources to those of a slot.
    fn widen(&mut self, place: usize, slot: u64, sources: Sources) {
        let (old, wanted) = (self.set(slot), self.set(slot).or(sources));
        if old != wanted {
            match self.intern(wanted) {
                Some(number) => self.write(place, slot >> TAG_SHIFT, number),
                None => self.set_full(sources),
            }
        }
    }

    #[cold]
    fn insert_grown(&mut self, tag: u64, sources: Sources, number: u64) {
        if self.grow() {
            self.insert_tag(tag, sources, number);
        } else {
            self.set_full(sources);
        }
    }

    /// Slots that may be taken: seven eighths.
    fn room(&self) -> usize {
        let slots = self.slots.len();
        slots.saturating_sub(slots / 8)
    }

    fn grow(&mut self) -> bool {
        let size = match self.slots.len() {
            0 => FIRST_SLOTS,
            // Moving everything is dear, so it happens seldom.
            slots => slots.saturating_mul(4).min(self.slots_max),
        };
        if size <= self.slots.len() {
            return false;
        }
        let old = core::mem::replace(&mut self.slots, vec![0; size]);
        for slot in old {
            if slot != 0 {
                let place = self.find(slot >> TAG_SHIFT);
                if let Some(free) = self.slots.get_mut(place) {
                    *free = slot;
                }
            }
        }
        true
    }

    /// Where the tag is, or the free slot where it would be. The array always has a free slot.
    #[inline]
    fn find(&self, tag: u64) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut place = usize::try_from(tag).unwrap_or(0) & mask;
        while let Some(&slot) = self.slots.get(place) {
            if slot == 0 || slot >> TAG_SHIFT == tag {
                break;
            }
            place = place.wrapping_add(1) & mask;
        }
        place
    }

    fn set(&self, slot: u64) -> Sources {
        let number = usize::try_from(slot & SET_MASK).unwrap_or(0);
        number.checked_sub(1).and_then(|n| self.sets.get(n)).copied().unwrap_or(Sources::NONE)
    }

    /// The number of a set, counted from one.
    fn intern(&mut self, sources: Sources) -> Option<u64> {
        // A session has a handful of sets: one for each source, and some unions.
        let place = match self.sets.iter().position(|set| *set == sources) {
            Some(place) => place,
            None if self.sets.len() < PROVENANCE_SETS_MAX => {
                self.sets.push(sources);
                self.sets.len().checked_sub(1)?
            }
            None => return None,
        };
        u64::try_from(place.checked_add(1)?).ok()
    }

    fn write(&mut self, place: usize, tag: u64, number: u64) {
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = tag << TAG_SHIFT | number;
        }
    }

    /// The sets that have been given a number, in their own order. Some may have no entry left: they count
    /// against the limit all the same, so they are part of the state.
    pub(super) fn sets(&self) -> Vec<Sources> {
        let mut sets = self.sets.clone();
        sets.sort_unstable();
        sets
    }

    /// Gives the sets numbers, in a table that is empty; whether there are enough numbers.
    pub(super) fn restore_sets(&mut self, sets: &[Sources]) -> bool {
        sets.iter().all(|set| self.intern(*set).is_some())
    }

    /// The tags and their sources, in the order of the tags.
    pub(super) fn sorted(&self) -> Vec<(u64, Sources)> {
        let taken = self.slots.iter().filter(|slot| **slot != 0);
        let mut entries: Vec<_> = taken.map(|s| (s >> TAG_SHIFT, self.set(*s))).collect();
        entries.sort_unstable_by_key(|(tag, _)| *tag);
        entries
    }

    /// Puts back an entry of [`sorted`](Self::sorted); whether it fits.
    pub(super) fn restore(&mut self, tag: u64, sources: Sources) -> bool {
        match self.number(sources) {
            Some(number) => self.insert_tag(tag, sources, number),
            None => return false,
        }
        self.full.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::source::SourceId;

    fn one(number: u16) -> Sources {
        Sources::one(SourceId::new(number).unwrap())
    }

    fn add(table: &mut Table, hash: u64, sources: Sources) {
        if let Some(number) = table.number(sources) {
            table.insert(hash, sources, number);
        }
    }

    /// A hash whose tag is `n`, spread over the array.
    fn hash(n: u64) -> u64 {
        n.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    #[test]
    fn what_was_inserted_is_found_and_nothing_else() {
        let mut table = Table::new(PROVENANCE_SLOTS_MAX);
        for n in 1..=5_000 {
            add(&mut table, hash(n), one(u16::try_from(n % 3).unwrap()));
        }
        add(&mut table, hash(1), one(9));
        assert_eq!(table.get(hash(1)), one(1).or(one(9)));
        assert_eq!(table.get(hash(5_000)), one(2));
        assert!((5_001..20_000).all(|n| table.get(hash(n)).is_empty()));
    }

    #[test]
    fn a_full_table_says_which_sources_lost_something_and_keeps_the_rest() {
        let mut table = Table::new(2_048);
        for n in 1..=1_700 {
            add(&mut table, hash(n), one(0));
        }
        assert_eq!(table.full(), Sources::NONE);
        for n in 1_701..=2_000 {
            add(&mut table, hash(n), one(1));
        }
        assert_eq!(table.full(), one(1));
        assert!((1..=1_700).all(|n| table.get(hash(n)) == one(0)));
    }

    #[test]
    fn more_sets_than_there_are_numbers_make_the_sources_full() {
        let mut table = Table::new(PROVENANCE_SLOTS_MAX);
        for n in 0..=u64::try_from(PROVENANCE_SETS_MAX).unwrap() {
            add(&mut table, hash(n + 1), Sources::from_bits(n + 1));
        }
        assert!(!table.full().is_empty());
    }
}
