//! The values of a contract that is judged for each of them: a table of their words.
//!
//! The words of all values lie behind one another, and a hash table of four bytes an entry says where those of a value
//! are, so that a million of them fit into what a map of boxes would take for a few. Slots are found by a digest of 128
//! bits. What a value means to the judgement is in [`keyed`](super::keyed).

use std::sync::Arc;

use hashbrown::HashTable;

use super::Session;
use crate::limits::KEYS_MAX;
use crate::program::{ContractId, Program};
use crate::verdict::Verdict;

/// The values of one group.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// What all values share, and the words of one that was not seen.
    pub(super) ambient: Session,
    /// Words of each slot; one more counts the calls of its value.
    stride: usize,
    table: HashTable<u32>,
    keys: Vec<u128>,
    words: Vec<u32>,
}

/// The bits of a digest that the table looks at.
fn hash(key: u128) -> u64 {
    u64::try_from(key & u128::from(u64::MAX)).unwrap_or(0)
}

pub(super) fn index(slot: u32) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

impl Slots {
    pub(super) fn new(program: &Arc<Program>) -> Self {
        let ambient = Session::new(program);
        let stride = ambient.words.len().saturating_add(1);
        Self { ambient, stride, table: HashTable::new(), keys: Vec::new(), words: Vec::new() }
    }

    /// The same without any value.
    pub(super) fn at_beginning(&self) -> Self {
        Self::new(&self.ambient.program)
    }

    /// Makes them those of this program, which is compiled from the same contract.
    pub(super) fn belong_to(&mut self, program: &Arc<Program>) {
        if !Arc::ptr_eq(&self.ambient.program, program) {
            self.ambient.program = Arc::clone(program);
        }
    }

    /// How many values have a slot.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Bytes that the slots take, as far as they are in use or set aside.
    pub(super) fn bytes(&self) -> usize {
        let table = self.table.allocation_size();
        let keys = self.keys.capacity().saturating_mul(size_of::<u128>());
        table.saturating_add(keys).saturating_add(self.words.capacity().saturating_mul(4))
    }

    pub(super) fn find(&self, key: u128) -> Option<u32> {
        let same = |slot: &u32| self.keys.get(index(*slot)) == Some(&key);
        self.table.find(hash(key), same).copied()
    }

    pub(super) fn slot(&self, slot: usize) -> &[u32] {
        let first = slot.saturating_mul(self.stride);
        self.words.get(first..first.saturating_add(self.stride)).unwrap_or(&[])
    }

    /// The words of a value, and its calls.
    pub(super) fn of(&self, key: u128) -> (Box<[u32]>, u32) {
        match self.find(key).and_then(|slot| self.slot(index(slot)).split_last()) {
            Some((calls, words)) => (words.into(), *calls),
            None => (self.ambient.words.clone(), 0),
        }
    }

    pub(super) fn program(&self) -> &Arc<Program> {
        &self.ambient.program
    }

    /// The worst verdict of all values.
    pub(super) fn verdict(&self) -> Verdict {
        let monitors = self.program().monitors_of(ContractId::FIRST);
        let of = |words: &[u32]| monitors.iter().map(|m| m.verdict(words)).min();
        let all = self.each().map(|(_, words)| words).chain([&*self.ambient.words]);
        all.filter_map(of).min().unwrap_or(Verdict::Holding)
    }

    /// Whether the contract is active for some value.
    pub(super) fn is_active(&self) -> bool {
        let monitors = self.program().monitors_of(ContractId::FIRST);
        let mut all = self.each().map(|(_, words)| words).chain([&*self.ambient.words]);
        all.any(|words| monitors.iter().all(|m| m.is_active(words)))
    }

    /// All values, in the order of their slots.
    pub(super) fn each(&self) -> impl Iterator<Item = (u128, &[u32])> {
        self.keys.iter().enumerate().map(|(slot, key)| (*key, self.slot(slot)))
    }

    /// Keeps the words of a value, or forgets it where they are those of one that was not seen.
    pub(super) fn keep(&mut self, key: u128, words: &[u32], calls: u32) {
        let fresh = *words == *self.ambient.words && calls == 0;
        match (self.find(key), fresh) {
            (None, true) => {}
            // A violation that is only observed takes no slot either.
            (None, false) if self.len() >= KEYS_MAX => {}
            (Some(slot), true) => self.remove(slot),
            (Some(slot), false) => {
                let first = index(slot).saturating_mul(self.stride);
                let slots = self.words.iter_mut().skip(first);
                slots.zip(words.iter().chain([&calls])).for_each(|(slot, word)| *slot = *word);
            }
            (None, false) => {
                let Ok(slot) = u32::try_from(self.keys.len()) else { return };
                // A quarter more at a time, not twice as much: there may be a million of them.
                if self.keys.len() == self.keys.capacity() {
                    let more = (self.keys.len() / 4).max(16);
                    self.keys.reserve_exact(more);
                    self.words.reserve_exact(more.saturating_mul(self.stride));
                }
                self.keys.push(key);
                self.words.extend_from_slice(words);
                self.words.push(calls);
                let keys = &self.keys;
                let of = |slot: &u32| keys.get(index(*slot)).map_or(0, |key| hash(*key));
                self.table.insert_unique(hash(key), slot, of);
            }
        }
    }

    /// Forgets a slot; the last one takes its place.
    fn remove(&mut self, slot: u32) {
        let Some(key) = self.keys.get(index(slot)).copied() else { return };
        if let Ok(entry) = self.table.find_entry(hash(key), |s| *s == slot) {
            entry.remove();
        }
        let last = self.keys.len().saturating_sub(1);
        if index(slot) != last
            && let (Some(moved), Ok(from)) = (self.keys.get(last).copied(), u32::try_from(last))
        {
            if let Some(entry) = self.table.find_mut(hash(moved), |s| *s == from) {
                *entry = slot;
            }
            let first = index(slot).saturating_mul(self.stride);
            let parts = self.words.split_at_mut_checked(last.saturating_mul(self.stride));
            if let Some((others, moved)) = parts {
                let slots = others.iter_mut().skip(first);
                slots.zip(moved).for_each(|(slot, word)| *slot = *word);
            }
        }
        self.keys.swap_remove(index(slot));
        self.words.truncate(last.saturating_mul(self.stride));
    }
}

/// Equal where the same values have the same words, in whichever slots.
impl PartialEq for Slots {
    fn eq(&self, other: &Self) -> bool {
        self.ambient == other.ambient
            && self.len() == other.len()
            && self.each().all(|(key, words)| {
                other.find(key).is_some_and(|slot| other.slot(index(slot)) == words)
            })
    }
}
