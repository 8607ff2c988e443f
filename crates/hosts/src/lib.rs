//! The protocols of hosts: bytes that a host sends become events, and decisions become the bytes that it reads.
//!
//! ```text
//!  payload    bytes → members that are looked at by name, nothing twice
//!  heard      what a payload says: who, in which session, before or after which call
//!  host       one file per host: its payloads, its replies, what it cannot do
//!  dialect    the protocol that several hosts share
//!  reply      a decision → standard output, standard error, exit code
//!  install    the text of a host's file → the same with our hooks, or without
//! ```
//!
//! Everything here is a pure function. It opens no file, knows no session and makes no decision: the command line
//! joins it with a guard. Two things are the same for every host. What cannot be read is an error, which its caller
//! turns into a refusal, and a reply is complete: the host's own form, the reason on standard error and the exit code
//! say the same, because most hosts run the tool when a part of an answer is broken.

pub mod heard;
pub mod host;
pub mod install;
pub mod limits;
pub mod reply;

mod dialect;
mod payload;

pub use heard::{Actor, Call, Heard, Unheard, What};
pub use host::{HOSTS, Host, find};
pub use reply::{Form, Reply, Ruling, universal};
