//! What logs come to: counts by contract, agent, tool and time, from one look at each line.
//!
//! ```text
//!  tally      lines → counts, in bounded tables           table      counts by name, up to a bound
//!  timeline   counts by time, in parts that grow          latency    how long decisions took
//!  waiting    escalated calls, and what became of them    read       logs → lines → a tally
//! ```
//!
//! A log of any length is counted in bounded memory: each line is looked at once and forgotten. Nothing here judges;
//! what is counted is what was decided when it happened.

mod latency;
pub(crate) mod read;
mod table;
mod tally;
mod timeline;
mod waiting;

pub(crate) use table::Table;
pub(crate) use tally::{Contract, Counts, Tally};
pub(crate) use timeline::Timeline;
