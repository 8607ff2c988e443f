//! The crate from outside: configurations in, contracts and diagnostics out.
//!
//! `golden` compares every diagnostic with a file; `load` says what configurations mean; `limits` reaches
//! the bounds; `strange` feeds texts that nobody would write.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

mod golden;
mod limits;
mod load;
mod source;
mod strange;
