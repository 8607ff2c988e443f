//! From text to contracts.
//!
//! People write contracts in four ways: a pattern with arguments, a formula, an English sentence, and a
//! `sponsio.yaml` that holds all three. This crate reads them, keeps the place of everything it read, and
//! gives out engine contracts together with diagnostics. It is a pure function of texts: files come through
//! the [`Source`](config::Source) that the caller passes, and there is no clock, no environment, no
//! terminal.
//!
//! In pipeline order:
//!
//! * [`diagnostic`]: what is wrong, where, and what to do;
//! * [`pattern`]: the registry of patterns; a pattern with arguments is a formula;
//! * [`sentence`]: the grammar of the English forms; a sentence is a pattern with arguments, or refused;
//! * [`config`]: `sponsio.yaml` with its includes.
//!
//! What this crate does not know: sessions, decisions, records, and what a formula means.

pub mod config;
pub mod diagnostic;
pub mod limits;
pub mod pattern;
pub mod sentence;

mod suggest;
