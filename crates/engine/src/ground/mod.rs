//! What is true at an event: from events to the truth of propositions.
//!
//! ```text
//!  formula ─► planner ─► plan ─────────► evaluate ─► letter for the automaton, registers after the event
//!              │  operations      ▲
//!              ▼                  │ true / false / unknown / absent
//!            atom ─► test ────────┘
//!                     │  matcher   regular expressions, grouped by what they read
//!                     │  location  paths in arguments
//!                     │  event_test  results, prompts and replies, who acts
//!                     └  name      which tools a name means: `fold`, `set`, `glob`
//! ```
//!
//! The vocabulary is closed: `catalog` lists every word. What this module does not know: automata, verdicts,
//! strategies.

pub mod catalog;

mod atom;
mod evaluate;
mod event_test;
mod fold;
mod glob;
mod location;
mod matcher;
mod name;
mod operand;
mod plan;
mod planner;
mod scalar;
mod set;
mod test;
mod valuation;

pub(crate) use atom::AtomError;
pub(crate) use evaluate::{Moment, Values};
pub(crate) use glob::overlaps;
pub(crate) use name::{Identity, ToolId, Tools};
pub(crate) use operand::Operand;
pub(crate) use plan::{Op, OpId, Past, Plan, Proposition};
pub(crate) use planner::{PlanError, Planner};
pub(crate) use set::SetError;
pub(crate) use test::{Answers, Content, Test, TestId, Tests, TestsBuilder, View};
pub use valuation::{Truth, Valuation};
