//! How long decisions took: a count for each range of durations.
//!
//! The ranges grow with the durations, eight for each doubling, so that a few hundred numbers hold any of them, and a
//! duration is told to an eighth at worst.

/// Ranges of each doubling, as a power of two.
const PARTS: u32 = 3;

/// Durations in microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latency {
    ranges: Vec<u64>,
    count: u64,
    max: u64,
}

impl Latency {
    /// Counts one.
    pub(super) fn add(&mut self, micros: u64) {
        let range = range(micros);
        if range >= self.ranges.len() {
            self.ranges.resize(range.saturating_add(1), 0);
        }
        if let Some(slot) = self.ranges.get_mut(range) {
            *slot = slot.saturating_add(1);
        }
        self.count = self.count.saturating_add(1);
        self.max = self.max.max(micros);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The longest.
    pub(crate) fn max(&self) -> u64 {
        self.max
    }

    /// A duration that so many of a thousand do not exceed.
    pub(crate) fn within(&self, of_thousand: u64) -> u64 {
        let wanted = self.count.saturating_mul(of_thousand).div_ceil(1000);
        let mut seen = 0u64;
        for (range, count) in self.ranges.iter().enumerate() {
            seen = seen.saturating_add(*count);
            if seen >= wanted && seen > 0 {
                return end(range).min(self.max);
            }
        }
        self.max
    }
}

/// The range that a duration lies in: the place of its highest bit, and the bits behind it.
fn range(micros: u64) -> usize {
    let shift = micros.checked_ilog2().unwrap_or(0).saturating_sub(PARTS);
    let rest = micros.checked_shr(shift).unwrap_or(0);
    let before = u64::from(shift) << PARTS;
    usize::try_from(before.saturating_add(rest)).unwrap_or(usize::MAX)
}

/// The longest duration of a range.
fn end(range: usize) -> u64 {
    let range = u64::try_from(range).unwrap_or(u64::MAX);
    let parts = 1u64 << PARTS;
    let shift = (range >> PARTS).saturating_sub(1);
    let rest = range.saturating_sub(shift << PARTS);
    if range < parts {
        return range;
    }
    let shift = u32::try_from(shift).unwrap_or(u32::MAX);
    rest.saturating_add(1).checked_shl(shift).map_or(u64::MAX, |end| end.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_of_durations_are_told_to_an_eighth() {
        let mut latency = Latency::default();
        (1..=1000).for_each(|micros| latency.add(micros));
        let (half, most) = (latency.within(500), latency.within(990));
        assert!((500..=562).contains(&half) && (990..=1000).contains(&most), "{half} {most}");
        assert_eq!((latency.count(), latency.max()), (1000, 1000));
        assert_eq!(Latency::default().within(500), 0);
    }

    proptest! {
        #[test]
        fn a_duration_lies_in_its_range(micros in 0..u64::MAX / 2) {
            let at = range(micros);
            prop_assert!(end(at) >= micros && end(at) - micros <= micros / 8, "{at} {}", end(at));
            prop_assert_eq!(range(end(at)), at);
            prop_assert_eq!(range(end(at) + 1), at + 1);
        }
    }
}
