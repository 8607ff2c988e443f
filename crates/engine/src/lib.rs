//! The mechanism of Sponsio: contracts in linear temporal logic over finite traces, compiled to automata and
//! judged one event at a time.
//!
//! ```text
//!  formula    what must hold        text ⇄ hash-consed graph
//!     │
//!  event      what happened         tool calls, results, messages, facts
//!     │
//!  ground     what is true now      atoms, counters, regular expressions → the truth of propositions
//!     │
//!  automaton  where each stands     one table look-up a step, four verdicts
//!     │
//!  verdict → strategy → decision    what the caller must do
//!
//!  program    compiled contracts, immutable        session    one trace in progress
//! ```
//!
//! The engine is a pure function of (program, session state, event). It does no input or output, reads no clock,
//! environment or randomness, starts no thread, does not panic, and is bounded by `limits`. It does not know
//! YAML, JSON, pattern names, hosts or files.

pub mod limits;

mod bytes;

pub mod formula;

pub mod event;

pub mod ground;

pub mod automaton;

pub mod contract;
pub mod decision;
pub mod strategy;
pub mod verdict;

pub mod program;

pub mod provenance;

pub mod session;
