//! Contracts, engine and record joined with the operating system.
//!
//! ```text
//!  discover   where is sponsio.yaml      source     its text and that of its includes
//!  load       text → program, and the mode it runs in
//!  kept       programs that the next process need not make again
//!  live       one session: decide, explain, remember, say it in a line
//!  guard      sessions that are asked before a call runs     clock, log_file
//!  store      sessions that several processes share
//!  identity   who a session is               commons    what sessions share, in memory
//!  tell       what else a host tells them                    approval   a person lets a call run
//!  check      traces judged as a session would have judged   replay   a log decided again
//!  reason     decisions in words          failure    what happens when the guard itself fails
//!  own_file   files of the guard's owner alone
//!  structure  JSON and YAML in the texts of outputs
//! ```
//!
//! There is one decision path: whoever asks, [`live`] passes the event to the engine's session. Nothing
//! here makes a decision of its own. This crate does not know terminals, sockets or the protocols of
//! hosts.

pub mod approval;
pub mod check;
pub mod clock;
mod commons;
pub mod discover;
pub mod failure;
pub mod guard;
pub mod identity;
pub mod kept;
pub mod limits;
mod links;
pub mod live;
pub mod load;
pub mod log_file;
mod own_file;
pub mod place;
pub mod reason;
pub mod recorder;
pub mod replay;
pub mod source;
pub mod store;
pub mod structure;
mod tell;

pub use guard::{Guard, GuardSession};
pub use identity::Identity;
pub use live::Answer;
pub use place::Place;
