//! Medians, and ratios of medians, on a machine where other things run.
//!
//! A batch is long enough for the clock, a figure is the median of many batches, and what is compared takes
//! turns: a disturbance then hits both sides. A ratio is the median of the ratios of neighbouring batches.

use std::time::Instant;

/// Nanoseconds of one batch of `rounds` calls.
fn batch(rounds: u32, run: &mut dyn FnMut()) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this crate is for")]
    let start = Instant::now();
    for _ in 0..rounds {
        run();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds)
}

/// Nanoseconds of one call.
pub fn once(run: &mut dyn FnMut()) -> f64 {
    batch(1, run)
}

/// How often a batch repeats `run` so that it takes about fifty microseconds.
fn rounds(run: &mut dyn FnMut()) -> u32 {
    let mut rounds = 1u32;
    while batch(rounds, run) * f64::from(rounds) < 50_000.0 && rounds < 1 << 20 {
        rounds = rounds.saturating_mul(2);
    }
    rounds
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median time of `run`, in nanoseconds.
pub fn median(batches: usize, run: &mut dyn FnMut()) -> f64 {
    let rounds = rounds(run);
    middle((0..batches).map(|_| batch(rounds, run)).collect())
}

/// The median of how many times longer `measured` takes than `reference`, in turns.
pub fn ratio(batches: usize, measured: &mut dyn FnMut(), reference: &mut dyn FnMut()) -> f64 {
    let (many, few) = (rounds(measured), rounds(reference));
    let pair = |_| batch(many, measured) / batch(few, reference);
    middle((0..batches).map(pair).collect())
}
