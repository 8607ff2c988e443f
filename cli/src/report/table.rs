//! Counts by name, up to a number of names.
//!
//! Names come from logs, and whoever writes a log may think of as many as they like. The first ones are kept, and how
//! many events were about others is said.

use core::cmp::Reverse;
use std::collections::BTreeMap;

use crate::limits::REPORT_NAME_BYTES_MAX;

/// Counts by name.
#[derive(Clone, Debug)]
pub(crate) struct Table<C> {
    rows: BTreeMap<Box<str>, C>,
    max: usize,
    /// Times that a name was met for which there was no place.
    left_out: u64,
}

impl<C: Default> Table<C> {
    /// An empty table for so many names.
    pub(super) fn new(max: usize) -> Self {
        Self { rows: BTreeMap::new(), max, left_out: 0 }
    }

    /// The counts of a name, if there is a place for it.
    pub(super) fn of(&mut self, name: &str) -> Option<&mut C> {
        let name = cut(name);
        // Most names are known, and a look-up of a borrowed name costs no memory.
        if !self.rows.contains_key(name) {
            if self.rows.len() >= self.max {
                self.left_out = self.left_out.saturating_add(1);
                return None;
            }
            self.rows.insert(name.into(), C::default());
        }
        self.rows.get_mut(name)
    }

    /// The names with their counts, the largest `weight` first, and names in order where it is the same.
    pub(crate) fn by<W: Ord>(&self, weight: impl Fn(&C) -> W) -> Vec<(&str, &C)> {
        let mut rows: Vec<(&str, &C)> = self.rows.iter().map(|(name, c)| (&**name, c)).collect();
        rows.sort_by_key(|(_, counts)| Reverse(weight(counts)));
        rows
    }

    /// Times that a name was met for which there was no place.
    pub(crate) fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// The beginning of a name that is longer than any that people give.
fn cut(name: &str) -> &str {
    name.get(..name.floor_char_boundary(REPORT_NAME_BYTES_MAX)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_bound_are_counted_together() {
        let mut table: Table<u64> = Table::new(2);
        for name in ["b", "a", "b", "c", "c"] {
            if let Some(count) = table.of(name) {
                *count += 1;
            }
        }
        assert_eq!(table.by(|count| *count), [("b", &2), ("a", &1)]);
        assert_eq!(table.left_out(), 2);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let mut table: Table<u64> = Table::new(1);
        table.of(&"é".repeat(REPORT_NAME_BYTES_MAX)).unwrap();
        let rows = table.by(|count| *count);
        assert_eq!(rows[0].0.len(), REPORT_NAME_BYTES_MAX);
        assert_eq!(cut(&format!("a{}", "é".repeat(600))).len(), REPORT_NAME_BYTES_MAX - 1);
    }
}
