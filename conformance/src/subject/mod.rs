//! The ways of running a program, held to the same cases.
//!
//! ```text
//!            ┌► eager, lazy, reversed      ─┐
//!  case ─────┼► restored, resumed           ├──► what each saw ──► compare with the case
//!            └► recorded, checked, replayed ┘
//! ```
//!
//! A contract means one thing, and each way of judging it must say so: automata built ahead or as they run, a
//! session that was saved and read back, contracts in another order, a log without arguments. Disagreement
//! between two of them is the worst error this project can ship, because each alone looks right.

pub mod asked;
mod checked;
mod compare;
mod recorded;
mod sessions;

use sponsio_engine::decision::Decision;
use sponsio_engine::verdict::Verdict;

use crate::case::Case;

pub use compare::differences;

/// What a subject saw of one event. What it cannot tell is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The decision.
    pub decision: Decision,
    /// The names of the contracts that object, sorted.
    pub by: Vec<String>,
    /// Where every contract stands after the event, by name, sorted.
    pub verdicts: Option<Vec<(String, Verdict)>>,
    /// The explanation in words; empty if nothing objects.
    pub why: Option<String>,
    /// The reason as the agent reads it; empty if nothing objects.
    pub says: Option<String>,
    /// The calls that make this one possible; empty if there are none.
    pub repair: Option<Vec<String>>,
    /// The word for what failed.
    pub failure: Option<String>,
}

/// What a subject saw of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// One for each event.
    pub seen: Vec<Seen>,
    /// The contracts with an open obligation at the end, sorted.
    pub owed: Option<Vec<String>>,
}

/// A way of running a program.
pub trait Subject {
    /// What messages call it.
    fn name(&self) -> &'static str;

    /// Runs the case. After each refused call its refusal follows, as an event of its own, as from a guard. The
    /// error is for a subject that contradicts itself.
    fn run(&self, case: &Case) -> Result<Run, String>;
}

/// Every subject.
pub fn all() -> Vec<Box<dyn Subject>> {
    vec![
        Box::new(sessions::Live::EAGER),
        Box::new(sessions::Live::LAZY),
        Box::new(sessions::Live::REVERSED),
        Box::new(sessions::Live::RESTORED),
        Box::new(sessions::Live::RESTORED_LAZY),
        Box::new(sessions::Resumed),
        Box::new(recorded::Recorded),
        Box::new(checked::Checked),
    ]
}
