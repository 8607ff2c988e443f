//! Spans of OpenTelemetry in JSON, and the traces that they tell of.
//!
//! ```text
//!  span       documents → spans, in the order of their traces
//!  foreign    spans of other programs → events      own    spans of ours → the events that they were made of
//!  read       documents → traces                    write  traces → documents
//! ```
//!
//! Whoever reads traces reads them from here, so `check` and `eval` see the same events. Our own spans follow the
//! conventions of OpenTelemetry for generative AI where these have a place for what is said, so that other programs
//! show them, and have attributes of their own for the rest, so that they read back as what they were made of.

mod foreign;
mod own;
mod read;
mod span;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
