//! What is measured, as a library, so that benchmarks, the table of targets and the tests of costs measure the
//! same things.
//!
//! ```text
//!  contracts   sets of contracts            ┐
//!  workload    a set, a session, its events ┴─► benches/      criterion: how long, with its spread
//!  pattern     a workload for each pattern  ──► bin/targets   each target beside what was measured
//!  stopwatch   medians and ratios of a run  ──► tests/cost    what can be counted: bytes, allocations,
//!  callgrind   instructions of a step       ──►               instructions; a change of these fails a test
//!  hostile     texts made to take long     ───► bin/effects   the slowest analyses of texts
//! ```
//!
//! Times depend on the machine and on what else runs there, so no test looks at one: they are printed. Counts do
//! not, so they are tested, and the instructions of a step are kept in `costs.txt`, where a change is seen in
//! review. What this crate does not do: tune anything for a benchmark.

pub mod callgrind;
pub mod contracts;
pub mod hostile;
pub mod pattern;
pub mod stopwatch;
pub mod workload;

/// Why something cannot be measured.
pub type Failure = Box<dyn core::error::Error + Send + Sync>;
