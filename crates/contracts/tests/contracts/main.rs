//! The crate from outside: configurations in, contracts and diagnostics out.
//!
//! `golden` compares every diagnostic with a file; `keys` holds the registry of keys to the reader; `load` says what configurations mean; `limits` reaches
//! the bounds; `strange` feeds texts that nobody would write.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

mod golden;
mod keys;
mod limits;
mod load;
mod names;
mod older;
mod sets;
mod source;
mod strange;
