//! `sponsio watch`: what is decided, as it is decided.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use sponsio_record::schema::glance::Glance;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::LogsArgs;
use crate::logs::follow::{Follower, Seen};
use crate::logs::select::Selection;
use crate::logs::show;
use crate::output::text::shown;
use crate::output::{Report, Terminal};

/// How long it waits before it looks again.
const PAUSE: Duration = Duration::from_millis(200);
/// Looks between two searches for new logs.
const LOOKS: usize = 10;

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
struct Watch<'a> {
    args: &'a WatchArgs,
    selection: Selection,
    terminal: &'a Terminal,
}

pub(crate) fn run(args: &WatchArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let is_over = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_over);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::new(format!("interruptions cannot be heard: {error}")))?;
    let watch = Watch { args, selection: args.logs.selection()?, terminal };
    let mut followers = Vec::new();
    find(args, &mut followers)?;
    let mut last: VecDeque<String> = VecDeque::new();
    let look = |followers: &mut [Follower], tell: &mut dyn FnMut(String)| {
        followers.iter_mut().try_for_each(|follower| watch.look(follower, tell))
    };
    look(&mut followers, &mut |text| {
        if last.len() >= args.lines {
            last.pop_front();
        }
        last.push_back(text);
    })?;
    let mut text: String = last.into_iter().take(args.lines).collect();
    for round in 1usize.. {
        if let ControlFlow::Break(exit) = terminal.tell(&text) {
            return Ok(Report { text: String::new(), exit });
        }
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        std::thread::sleep(PAUSE);
        if round.is_multiple_of(LOOKS) {
            find(args, &mut followers)?;
        }
        text.clear();
        look(&mut followers, &mut |more| text.push_str(&more))?;
    }
    Ok(Report { text: String::new(), exit: Exit::Fine })
}

/// Begins to follow the logs that are not followed yet.
fn find(args: &WatchArgs, followers: &mut Vec<Follower>) -> Result<(), Failure> {
    let paths: Vec<PathBuf> = args.logs.paths()?;
    for path in paths {
        if !followers.iter().any(|follower| follower.path() == path) {
            let follower = Follower::new(&path).map_err(|e| Failure::unreadable(&path, &e))?;
            followers.push(follower);
        }
    }
    Ok(())
}

impl Watch<'_> {
    /// Tells the lines that a log got.
    fn look(&self, follower: &mut Follower, tell: &mut dyn FnMut(String)) -> Result<(), Failure> {
        let path = follower.path().to_path_buf();
        let name = shown(&path.display().to_string());
        let mut seen = |one: Seen<'_>| match one {
            Seen::Line(line) => self.one(line).into_iter().for_each(&mut *tell),
            Seen::Shortened if self.args.json => {}
            Seen::Shortened => tell(format!(
                "`{name}` is shorter than what was read of it; it is read from its beginning\n"
            )),
        };
        follower.look(&mut seen).map_err(|error| Failure::unreadable(&path, &error))
    }

    /// The text of a line, if it is meant.
    fn one(&self, line: &[u8]) -> Option<String> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        let glance = match Glance::read(line) {
            Ok(glance) => glance,
            // A program that reads lines is not given what is none.
            Err(_) if self.args.json => return None,
            Err(error) => return Some(format!("? {}\n", shown(&error.to_string()))),
        };
        let is_objected =
            glance.failure.is_some() || glance.contracts.iter().any(|said| said.outcome.is_some());
        if !self.selection.takes(&glance) || self.args.objections && !is_objected {
            return None;
        }
        if self.args.json {
            return Some(format!("{}\n", String::from_utf8_lossy(line)));
        }
        Some(show::short(&glance, self.terminal.width()))
    }
}
