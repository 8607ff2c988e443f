//! What was decided, as spans and metrics of OpenTelemetry, sent to a collector by its SDK.
//!
//! ```text
//!  settings   the standard variables `OTEL_*`: what is sent, and where to
//!  spans      lines of the log → a tree: session, and in it calls and other events
//!  meters     lines of the log → counters and histograms
//!  client     the SDK's requests, over the HTTP client of the project
//!  deliveries what a collector took
//!  names      attributes and metrics
//! ```
//!
//! It begins where the log ends: with a [`Line`](sponsio_record::schema::line::Line), from which secrets were taken
//! before it was made. Nothing here is asked before a decision, and nothing that goes wrong here changes one: lines are
//! handed to the SDK, which keeps so many, sends them from a thread of its own, and drops what does not fit. What was
//! dropped or not taken is counted.
//!
//! Spans are made, not recorded: an event is told once, by whichever process asked about it, so the tree is held
//! together by identities that are computed from the names of sessions instead of by a context that is handed on.

pub mod names;

mod client;
mod deliveries;
mod limits;
mod meters;
mod settings;
mod spans;
mod telemetry;

pub use settings::{Settings, SettingsError, Variables};
pub use telemetry::{StartError, Telemetry, Told};
