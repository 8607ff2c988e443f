//! Logs as people name them: which files, which lines, and what a line looks like.
//!
//! ```text
//!  find     paths, folders, or nothing → logs       source   a log → its lines, file by file
//!  moment   `24h`, `2026-01-01` → a time            select   which lines are meant
//!  show     a line → text for people                 follow   a log → the lines that it gets
//!  all      several logs, followed until it is interrupted
//! ```
//!
//! Every command that reads logs takes the same arguments from here. Whether a log is as it was written is another
//! question, which only `sponsio audit verify` answers.

pub(crate) mod all;
mod find;
pub(crate) mod follow;
pub(crate) mod moment;
pub(crate) mod select;
pub(crate) mod show;
pub(crate) mod source;

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use select::{SelectArgs, Selection};
use source::Log;

/// Which logs, which lines.
#[derive(Args, Clone, Debug)]
pub(crate) struct LogsArgs {
    /// Logs, or folders of logs; without one `$SPONSIO_SESSIONS_DIR`, then `sessions_dir` of the contract file
    #[arg(value_name = "LOG")]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    select: SelectArgs,
}

impl LogsArgs {
    /// One log, and the lines of this agent in it, or all.
    pub(crate) fn of(log: PathBuf, agent: Option<&str>) -> Self {
        Self { logs: vec![log], select: SelectArgs::of_agent(agent) }
    }

    /// The logs.
    pub(crate) fn logs(&self) -> Result<Vec<Log>, Failure> {
        find::found(&self.logs)
    }

    /// The files that are written to.
    pub(crate) fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        find::paths(&self.logs)
    }

    /// The lines.
    pub(crate) fn selection(&self) -> Result<Selection, Failure> {
        self.select.selection()
    }
}
