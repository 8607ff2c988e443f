//! How sure a share is: the bounds of Clopper and Pearson.
//!
//! The lower bound is the share at which so many or more of `n` would still be seen in 2.5 % of all samples, the upper
//! one that at which so few or fewer would (C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits
//! illustrated in the case of the binomial", Biometrika 26, 1934). The tail is summed term by term from its largest
//! one, so no special function is needed. An interval from the normal distribution was rejected: it says that none of
//! none is certain.

/// Probability outside each bound.
const TAIL: f64 = 0.025;
/// Halvings of the interval: beyond what a double can tell apart.
const HALVINGS: u32 = 60;

/// A number of cases out of some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub count: u32,
    /// Out of how many.
    pub of: u32,
}

impl Share {
    /// The share, between 0 and 1; none of nothing.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.count) / f64::from(self.of))
    }

    /// Between what it lies with 95 % confidence.
    pub fn bounds(self) -> (f64, f64) {
        let rest = self.of.saturating_sub(self.count);
        (lower(self.count, self.of), 1.0 - lower(rest, self.of))
    }
}

/// The lower bound.
fn lower(count: u32, of: u32) -> f64 {
    if count == 0 || of == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, f64::from(count) / f64::from(of));
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if tail(count, of, middle) < TAIL { low = middle } else { high = middle }
    }
    low
}

/// How probable `count` or more of `of` are, where each has the probability `p`, which is at most their share.
fn tail(count: u32, of: u32, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    let rest = of.saturating_sub(count);
    let chosen: f64 =
        (1..=rest).map(|i| (f64::from(count) + f64::from(i)).ln() - f64::from(i).ln()).sum();
    let log = chosen + f64::from(count) * p.ln() + f64::from(rest) * (1.0 - p).ln();
    let mut term = log.exp();
    let mut sum = term;
    for i in count..of {
        term *= f64::from(of - i) / (f64::from(i) + 1.0) * p / (1.0 - p);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(count: u32, of: u32, low: f64, high: f64) {
        let (l, h) = Share { count, of }.bounds();
        assert!((l - low).abs() < 5e-5 && (h - high).abs() < 5e-5, "{l} {h}");
    }

    #[test]
    fn bounds_are_those_of_published_tables() {
        check(0, 10, 0.0, 0.3085);
        check(10, 10, 0.6915, 1.0);
        check(5, 10, 0.1871, 0.8129);
        check(1, 20, 0.0013, 0.2487);
    }

    #[test]
    fn of_nothing_nothing_is_known() {
        check(0, 0, 0.0, 1.0);
        assert_eq!(Share::default().value(), None);
    }

    #[test]
    fn bounds_of_many_are_narrow_and_around_the_share() {
        let (low, high) = Share { count: 150, of: 15_000 }.bounds();
        assert!(0.008 < low && low < 0.01 && 0.01 < high && high < 0.012, "{low} {high}");
    }
}
