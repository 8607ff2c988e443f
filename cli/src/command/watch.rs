//! `sponsio watch`: what is decided, as it is decided.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;

use clap::Args;
use sponsio_record::schema::glance::Glance;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::LogsArgs;
use crate::logs::all::Followed;
use crate::logs::follow::Seen;
use crate::logs::select::Selection;
use crate::logs::show;
use crate::output::text::shown;
use crate::output::{Report, Terminal};

/// Show what is decided, as it is decided
#[derive(Args, Debug)]
#[command(
    long_about = "Follows logs, also those that appear later in a folder that is named, and prints one line for each \
        event: its time, the decision, session and agent, what it was, and the contracts that objected. Begins with \
        the last lines that there are. A file that is set aside is read to its end, and an unfinished line when it is \
        finished. Ends with 0 when it is interrupted or nobody reads any more.",
    after_long_help = "Examples:\n  sponsio watch record.jsonl\n  \
        sponsio watch logs/ --agent support --objections\n  \
        sponsio watch record.jsonl --since 1h --json | jq .decision"
)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    logs: LogsArgs,
    /// How many of the lines that are there already are shown, at most
    #[arg(long, short = 'n', default_value_t = 10, value_name = "NUMBER")]
    lines: usize,
    /// Only events that something objected to, or that could not be judged
    #[arg(long)]
    objections: bool,
    /// Print the lines as they stand in the log
    #[arg(long)]
    json: bool,
}

/// What is shown, and how.
pub(super) struct Watch<'a> {
    pub(super) logs: &'a LogsArgs,
    /// How many of the lines that are there already are shown, at most.
    pub(super) lines: usize,
    pub(super) objections: bool,
    pub(super) json: bool,
    pub(super) selection: Selection,
    pub(super) terminal: &'a Terminal,
}

pub(crate) fn run(args: &WatchArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let WatchArgs { logs, lines, objections, json } = args;
    let (lines, objections, json) = (*lines, *objections, *json);
    Watch { logs, lines, objections, json, selection: logs.selection()?, terminal }.run(true)
}

impl Watch<'_> {
    /// Shows the last lines and, if it `follows`, those that come until it is interrupted.
    pub(super) fn run(&self, follows: bool) -> Result<Report, Failure> {
        let mut followed = Followed::new(self.logs)?;
        let mut last: VecDeque<String> = VecDeque::new();
        followed.look(&mut |path, seen| {
            if let Some(text) = self.seen(path, seen) {
                if last.len() >= self.lines {
                    last.pop_front();
                }
                last.push_back(text);
            }
        })?;
        let mut text: String = last.into_iter().take(self.lines).collect();
        loop {
            if let ControlFlow::Break(exit) = self.terminal.tell(&text) {
                return Ok(Report { text: String::new(), exit });
            }
            if !follows || !followed.wait()? {
                return Ok(Report { text: String::new(), exit: Exit::Fine });
            }
            text.clear();
            followed.look(&mut |path, seen| text.extend(self.seen(path, seen)))?;
        }
    }

    /// What is said of something that was seen.
    fn seen(&self, path: &Path, seen: Seen<'_>) -> Option<String> {
        let name = shown(&path.display().to_string());
        match seen {
            Seen::Line(line) => self.one(line),
            Seen::Shortened if self.json => None,
            Seen::Shortened => Some(format!(
                "`{name}` is shorter than what was read of it; it is read from its beginning\n"
            )),
        }
    }

    /// The text of a line, if it is meant.
    fn one(&self, line: &[u8]) -> Option<String> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        let glance = match Glance::read(line) {
            Ok(glance) => glance,
            // A program that reads lines is not given what is none.
            Err(_) if self.json => return None,
            Err(error) => return Some(format!("? {}\n", shown(&error.to_string()))),
        };
        let is_objected =
            glance.failure.is_some() || glance.contracts.iter().any(|said| said.outcome.is_some());
        if !self.selection.takes(&glance) || self.objections && !is_objected {
            return None;
        }
        if self.json {
            return Some(format!("{}\n", String::from_utf8_lossy(line)));
        }
        Some(show::short(&glance, self.terminal.width()))
    }
}
