//! What is true at an event: from events to the truth of propositions.
//!
//! ```text
//!  formula ─► planner ─► plan ─────────► evaluate ─► letter for the automaton, registers after the event
//!              │  operations      ▲
//!              ▼                  │ true / false / unknown / absent
//!            atom ─► test ────────┘
//!        comparison ─► reading   │  matcher   regular expressions, grouped by what they read
//!              │          │      │  location  paths in arguments
//!              ▼          │      │  name      which tool a name means
//!         accumulator ◄───┘      └  memory    which call a result ends, who wrote what, who delegated to whom
//! ```
//!
//! The vocabulary is closed: `catalog` lists every word. What this module does not know: automata, verdicts,
//! strategies.

pub mod catalog;

mod accumulator;
mod atom;
mod comparison;
mod evaluate;
mod location;
mod matcher;
mod memory;
mod name;
mod plan;
mod planner;
mod reading;
mod scalar;
mod test;
mod valuation;

pub(crate) use accumulator::{Amount, Kind as AccumulatorKind};
pub(crate) use atom::AtomError;
pub(crate) use evaluate::{Moment, Values};
pub(crate) use memory::{Joined, Known, Memory};
pub(crate) use name::{Identity, ToolId};
pub(crate) use plan::{Op, OpId, Past, Plan, Proposition};
pub(crate) use planner::{PlanError, Planner};
pub(crate) use test::{
    Answers, Content, Counted, Given, Operand, Test, TestId, Tests, TestsBuilder, View,
};
pub use valuation::{Truth, Valuation};
