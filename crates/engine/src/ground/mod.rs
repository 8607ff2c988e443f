//! What is true at an event: from events to the truth of propositions.
//!
//! ```text
//!  formula ─► planner ─► plan ─────────► evaluate ─► letter for the automaton, registers after the event
//!              │  operations      ▲
//!              ▼                  │ true / false / unknown / absent
//!            atom ─► test ────────┘
//!        comparison ─► reading   │  matcher     regular expressions, grouped by what they read
//!              │          │      │  location    paths in arguments
//!              ▼          │      │  event_test  results, prompts and replies, who acts
//!         accumulator ◄───┘      │  memory      which call a result ends, who wrote what, who delegated to whom
//!                                │  flows       which values were in whose outputs, and in the user's words
//!                                ├  effect      what a call does to paths, hosts and names
//!                                └  name        which tools a name means: `fold`, `set`, `glob`
//! ```
//!
//! The vocabulary is closed: `catalog` lists every word. What this module does not know: automata, verdicts,
//! strategies.

pub mod catalog;

mod accumulator;
mod atom;
mod comparison;
pub(crate) mod effect;
mod evaluate;
mod event_test;
mod flows;
mod fold;
mod glob;
mod location;
mod matcher;
mod memory;
mod name;
mod operand;
pub(crate) mod phrase;
mod plan;
mod planner;
mod prune;
mod reading;
mod registry;
mod scalar;
mod set;
mod test;
mod valuation;

pub(crate) use accumulator::{Amount, Kind as AccumulatorKind};
pub(crate) use atom::AtomError;
pub(crate) use effect::{Deeds, SetFlaw};
pub(crate) use evaluate::{Moment, Values};
pub(crate) use flows::{Flows, Heard};
pub(crate) use glob::overlaps;
pub(crate) use memory::{ANYONE, Joined, Known, Memory, digest_of_id};
pub(crate) use name::{Identity, Named, ToolId, Tools};
pub(crate) use operand::Operand;
pub(crate) use plan::{Op, OpId, Past, Plan, Proposition, Registers};
pub(crate) use planner::{PlanError, Planner};
pub(crate) use reading::digest_value;
pub(crate) use registry::{Answers, Tests, TestsBuilder};
pub(crate) use set::SetError;
pub(crate) use test::{Content, Counted, EachGiven, Fact, Given, Test, TestId, View};
pub use valuation::{Truth, Valuation};
