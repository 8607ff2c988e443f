//! The demonstration: what contracts are for, on real things.
//!
//! ```text
//!  scenario   what there is, what the agent does, what is read back     script    its vocabulary
//!  world      a folder with a database, files and a shell               tools     what agents can call
//!  agent      one run, with or without contracts
//!  stage      both runs, the readings, the replay of the record         view      the result, for people and programs
//! ```
//!
//! Nothing is pretended: tables are dropped by SQLite, files are removed by the shell, decisions are asked of a
//! guard that loaded its contracts from a file, and whether something was lost is read from the database and the
//! disk. The agent is no language model: it is a list of calls, so that the demonstration always shows the same.

mod agent;
mod scenario;
mod script;
mod stage;
mod tools;
mod view;
mod world;

pub(crate) use scenario::{SCENARIOS, find};
pub(crate) use script::Scenario;
pub(crate) use stage::{Shown, perform};
pub(crate) use view::{document, show, summary};
