//! What is kept of a decision, and every serialised form of an event.
//!
//! ```text
//!  schema     bytes ⇄ meaning
//!    json       located reading of JSON            canonical   RFC 8785 text and digests
//!    value      JSON ⇄ arguments                   trace       trace files → events
//!    line       one line of a log ⇄ what it says
//!  redact     secrets taken out of what is kept
//!  log        a step and its explanations → a line, and the lines of a whole log
//!  chain      a line → the same line with its place in the chain, and what happened to one that is not there
//!  checkpoint how far a log had come, signed, and proofs that a line was in it
//! ```
//!
//! Everything here is a function from bytes to values or back: no file is opened and no clock is read. A
//! log can be read without the contracts that caused it; this crate does not know the contract language,
//! hosts, or where files are.

pub mod chain;
pub mod checkpoint;
pub mod limits;
pub mod log;
pub mod redact;
pub mod schema;
