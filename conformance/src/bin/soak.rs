//! `soak`: the comparisons of the tests, for as long as one likes.
//!
//! It runs formulas and traces that no test run has seen, from a seed that it prints. A difference ends it,
//! with the formula and the trace. It judges nothing else: speed is `bench`'s business.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it reports how far it is and how long it took"
)]

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Parser;
use fastrand::Rng;
use sponsio_conformance::compare::automata::with_mona;
use sponsio_conformance::compare::share::in_parallel;
use sponsio_conformance::compare::traces::on_traces;
use sponsio_conformance::compare::words::Words;
use sponsio_conformance::generate::exhaustive::ALL;
use sponsio_conformance::generate::formula::Grammar;
use sponsio_conformance::generate::{propositions, trace};

/// Compares the engine with the oracles on many formulas.
#[derive(Parser)]
struct Arguments {
    /// Formulas times traces to compare with the definitions
    #[arg(long, default_value_t = 10_000_000)]
    pairs: usize,
    /// Formulas to compare with MONA
    #[arg(long, default_value_t = 20_000)]
    mona: usize,
    /// Size of the formulas that are compared exhaustively; 4 takes a minute
    #[arg(long, default_value_t = 4)]
    size: usize,
    /// Where the random numbers start
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Traces per random formula.
const TRACES: usize = 25;

/// How far one part of the run is, over all threads.
struct Progress {
    name: &'static str,
    wanted: usize,
    done: AtomicUsize,
    started: Instant,
}

impl Progress {
    fn new(name: &'static str, wanted: usize) -> Self {
        Self { name, wanted, done: AtomicUsize::new(0), started: Instant::now() }
    }

    fn is_done(&self) -> bool {
        self.done.load(Ordering::Relaxed) >= self.wanted
    }

    /// Counts, and reports each tenth.
    fn add(&self, count: usize) {
        let before = self.done.fetch_add(count, Ordering::Relaxed);
        let tenth = |n: usize| n * 10 / self.wanted.max(1);
        if tenth(before) != tenth(before + count) {
            let seconds = self.started.elapsed().as_secs();
            println!("{}: {} of {} after {seconds} s", self.name, before + count, self.wanted);
        }
    }

    fn summary(&self) -> String {
        let milliseconds =
            usize::try_from(self.started.elapsed().as_millis()).unwrap_or(usize::MAX);
        let done = self.done.load(Ordering::Relaxed);
        let rate = done.saturating_mul(1_000) / milliseconds.max(1);
        let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000 / 100);
        format!("{}: {done}, no difference, {seconds}.{rest} s, {rate} a second", self.name)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    println!("seed {}", arguments.seed);
    let parts = [random_pairs, mona_formulas, small_formulas];
    let mut summaries = Vec::new();
    for part in parts {
        match part(&arguments) {
            Ok(summary) => summaries.push(summary),
            Err(difference) => {
                println!("difference: {difference}");
                return ExitCode::FAILURE;
            }
        }
    }
    summaries.iter().for_each(|summary| println!("{summary}"));
    ExitCode::SUCCESS
}

/// A generator per thread, of which no two start alike.
fn rng(arguments: &Arguments, share: usize) -> Rng {
    let share = u64::try_from(share).unwrap_or(0);
    Rng::with_seed(arguments.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(share))
}

fn random_pairs(arguments: &Arguments) -> Result<String, String> {
    let progress = Progress::new("pairs", arguments.pairs);
    let results = in_parallel(|share, _| {
        let mut rng = rng(arguments, share);
        while !progress.is_done() {
            let grammar = Grammar::new(propositions(rng.usize(1..=3)));
            let operators = rng.usize(1..=12);
            let Some(formula) = grammar.future(&mut rng, operators) else { continue };
            let traces: Vec<_> =
                (0..TRACES).map(|_| trace::random(&mut rng, &grammar.propositions, 12)).collect();
            progress.add(on_traces(&formula, &traces).map_err(|d| d.to_string())?);
        }
        Ok(())
    });
    results.into_iter().collect::<Result<(), String>>().map(|()| progress.summary())
}

fn mona_formulas(arguments: &Arguments) -> Result<String, String> {
    let progress = Progress::new("formulas by MONA", arguments.mona);
    let results = in_parallel(|share, _| {
        let mut rng = rng(arguments, share);
        while !progress.is_done() {
            let grammar = Grammar { bound_max: 3, ..Grammar::new(propositions(rng.usize(1..=2))) };
            let operators = rng.usize(1..=8);
            let Some(formula) = grammar.future(&mut rng, operators) else { continue };
            progress.add(with_mona(&formula).map_err(|d| d.to_string())?.map_or(0, |_| 1));
        }
        Ok(())
    });
    results.into_iter().collect::<Result<(), String>>().map(|()| progress.summary())
}

fn small_formulas(arguments: &Arguments) -> Result<String, String> {
    let started = Instant::now();
    let results = in_parallel(|share, shares| {
        let words = Words::new(propositions(1), 4);
        words.compare(&ALL, arguments.size, (share, shares)).map_err(|d| d.to_string())
    });
    let tallies = results.into_iter().collect::<Result<Vec<_>, String>>()?;
    let formulas: usize = tallies.iter().map(|t| t.formulas).sum();
    let pairs: usize = tallies.iter().map(|t| t.pairs).sum();
    let (size, seconds) = (arguments.size, started.elapsed().as_secs());
    Ok(format!(
        "all {formulas} formulas up to size {size}, {pairs} pairs: no difference, {seconds} s"
    ))
}
