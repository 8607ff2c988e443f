//! Counts by time, in parts of equal length of which there are never too many.
//!
//! Nobody knows the length of a log before it is read. Parts begin with a minute each; when an event lies so far from
//! the others that there would be too many, they become longer and neighbours are counted together. Lengths are those
//! that people read: an hour, a day.

use std::collections::BTreeMap;

use sponsio_engine::event::Timestamp;

use super::tally::Counts;
use crate::limits::REPORT_SLOTS_MAX;

/// Seconds of a part; each is a multiple of the one before, so that parts can be counted together.
const LENGTHS: [i64; 11] = [
    60,
    300,
    900,
    3_600,
    21_600,
    86_400,
    604_800,
    2_419_200,
    31_449_600,
    3_144_960_000,
    314_496_000_000,
];
const MICROS: i64 = 1_000_000;

/// Counts by time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    /// Which of the lengths.
    length: usize,
    parts: BTreeMap<i64, Counts>,
}

impl Timeline {
    /// The counts of the part that this moment lies in.
    pub(super) fn at(&mut self, time: Timestamp) -> &mut Counts {
        while self.is_too_long_with(time) {
            self.lengthen();
        }
        let part = self.part(time);
        self.parts.entry(part).or_default()
    }

    /// Seconds of a part.
    pub(crate) fn seconds(&self) -> i64 {
        LENGTHS.get(self.length).copied().unwrap_or(i64::MAX)
    }

    /// The parts from the first to the last, also those in which nothing happened, each with its beginning.
    pub(crate) fn parts(&self) -> Vec<(Timestamp, Counts)> {
        let (Some(first), Some(last)) = (self.first(), self.last()) else { return Vec::new() };
        let counts = |part: i64| self.parts.get(&part).copied().unwrap_or_default();
        (first..=last).map(|part| (self.begins(part), counts(part))).collect()
    }

    fn first(&self) -> Option<i64> {
        self.parts.first_key_value().map(|(part, _)| *part)
    }

    fn last(&self) -> Option<i64> {
        self.parts.last_key_value().map(|(part, _)| *part)
    }

    fn part(&self, time: Timestamp) -> i64 {
        time.0.div_euclid(self.seconds().saturating_mul(MICROS))
    }

    fn begins(&self, part: i64) -> Timestamp {
        Timestamp(part.saturating_mul(self.seconds()).saturating_mul(MICROS))
    }

    fn is_too_long_with(&self, time: Timestamp) -> bool {
        let part = self.part(time);
        let first = self.first().map_or(part, |first| first.min(part));
        let last = self.last().map_or(part, |last| last.max(part));
        last.saturating_sub(first) >= REPORT_SLOTS_MAX
            && self.length.saturating_add(1) < LENGTHS.len()
    }

    fn lengthen(&mut self) {
        let parts = core::mem::take(&mut self.parts);
        let begins: Vec<(Timestamp, Counts)> =
            parts.into_iter().map(|(part, counts)| (self.begins(part), counts)).collect();
        self.length = self.length.saturating_add(1);
        for (begin, counts) in begins {
            let part = self.part(begin);
            self.parts.entry(part).or_default().add(&counts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(seconds: &[i64]) -> Timeline {
        let mut timeline = Timeline::default();
        for second in seconds {
            timeline.at(Timestamp(second * MICROS)).events += 1;
        }
        timeline
    }

    #[track_caller]
    fn check(seconds: &[i64], length: i64, expect: &[(i64, u64)]) {
        let timeline = timeline(seconds);
        let parts = timeline.parts().into_iter().map(|(t, counts)| (t.0 / MICROS, counts.events));
        assert_eq!(timeline.seconds(), length);
        assert_eq!(parts.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn parts_between_the_first_and_the_last_are_there_also_if_they_are_empty() {
        check(&[], 60, &[]);
        check(&[130, 10, 11], 60, &[(0, 2), (60, 0), (120, 1)]);
    }

    #[test]
    fn parts_grow_when_there_would_be_too_many() {
        check(&[0, 61, 96 * 60], 300, &{
            let mut parts: Vec<(i64, u64)> = (0..20).map(|part| (part * 300, 0)).collect();
            parts[0].1 = 2;
            parts[19].1 = 1;
            parts
        });
    }

    #[test]
    fn the_longest_time_there_is_has_few_parts() {
        let mut timeline = timeline(&[0]);
        timeline.at(Timestamp(i64::MAX)).events += 1;
        let most = usize::try_from(REPORT_SLOTS_MAX).unwrap();
        assert!(timeline.parts().len() <= most, "{}", timeline.parts().len());
    }

    #[test]
    fn every_length_is_a_multiple_of_the_one_before() {
        assert!(LENGTHS.windows(2).all(|pair| pair[1] % pair[0] == 0));
    }
}
