//! The oracle: what a formula means, straight from the textbook.
//!
//! It shares the syntax tree with the engine and nothing else. Where the engine rewrites, shares, minimises
//! and forgets, the oracle keeps the whole trace and applies the definition of each operator to every
//! position of it. It is slow and short; being obviously right is its only purpose.
//!
//! * [`trace`]: what happened, as positions with facts.
//! * [`evaluate`]: whether a formula holds of a whole trace.
//! * [`effect`]: whether a fact about effects is true of a call.
//! * [`verdict`]: the four-valued verdict of a prefix, by trying out futures.
//!
//! What it does not do: values of arguments, unknown values, suppression of refused events. Sessions are
//! compared with it up to their first violation.

pub mod effect;
pub mod evaluate;
pub mod trace;
pub mod verdict;

pub use evaluate::holds;
pub use trace::Position;
