//! `sponsio host trace`: what hosts asked, and what was decided.

use std::path::PathBuf;

use clap::Args;

use crate::command::watch::Watch;
use crate::failure::Failure;
use crate::hook;
use crate::logs::LogsArgs;
use crate::output::{Report, Terminal};

/// Show what hosts asked, and what was decided
#[derive(Args, Debug)]
#[command(
    long_about = "Shows the last lines of the log that the hooks write, one for each event, and with `--follow` those \
        that come. `sponsio report` and `sponsio replay` read the same log.",
    after_long_help = "Examples:\n  sponsio host trace\n  sponsio host trace claude-code --follow"
)]
pub(super) struct TraceArgs {
    /// Only what this host, or the agent of this name, was asked about
    host: Option<String>,
    /// Go on with what is decided from then on
    #[arg(long, short)]
    follow: bool,
    /// How many of the lines that are there already are shown, at most
    #[arg(long, short = 'n', default_value_t = 20, value_name = "NUMBER")]
    lines: usize,
    /// Print the lines as they stand in the log
    #[arg(long)]
    json: bool,
    /// The folder of sessions and of the log; without it `sponsio` in the user's folder of states
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
}

pub(super) fn trace(args: &TraceArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let state = hook::state(args.state.as_deref()).map_err(Failure::new)?;
    let log = hook::log(&state);
    if !log.exists() {
        let message = format!("there is no log at `{}`, so no host has asked yet", log.display());
        return Err(Failure::new(message).hint("`sponsio host list` shows which hosts are told to"));
    }
    let logs = LogsArgs::of(log, args.host.as_deref());
    let (lines, objections, json) = (args.lines, false, args.json);
    let selection = logs.selection()?;
    Watch { logs: &logs, lines, objections, json, selection, terminal }.run(args.follow)
}
