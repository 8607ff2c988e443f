//! `sponsio pending`, `approve` and `deny`: what a person says about calls that wait.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use sponsio_engine::event::{EventKind, Timestamp, USER};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hook;
use crate::hook::waiting::{self, Waiting};
use crate::logs::moment::{duration, now, written};
use crate::output::text::shown;
use crate::output::{Page, Report, Style, Terminal};

/// How long an approval holds where nothing is said, in seconds.
const SECONDS: u64 = 600;

/// Show the calls that wait for a person
#[derive(Args, Debug)]
#[command(
    long_about = "Shows the calls of coding agents that a contract lets run only after a person said so: the id, the \
        contracts that ask, and the call. `sponsio approve ID` lets one of them run, `sponsio deny ID` does not.",
    after_long_help = "Example:\n  sponsio pending"
)]
pub(crate) struct PendingArgs {
    /// The folder of sessions and of the log; without it `sponsio` in the user's folder of states
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Let a call that waits run once
#[derive(Args, Debug)]
#[command(
    long_about = "Lets exactly the call with this id run once, in its session, when the agent asks for it again. A \
        call with other arguments is another call. An approval that is not used in time is void.",
    after_long_help = "Examples:\n  sponsio approve 3fa94c01be\n  sponsio approve 3fa94c01be --for 1h"
)]
pub(crate) struct ApproveArgs {
    /// The id that `sponsio pending` shows
    id: String,
    /// How long the approval holds: `90s`, `10m`, `1h`
    #[arg(long = "for", value_name = "DURATION", value_parser = time_of)]
    time: Option<Duration>,
    /// The folder of sessions and of the log; without it `sponsio` in the user's folder of states
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
}

/// Refuse a call that waits
#[derive(Args, Debug)]
#[command(
    long_about = "Says no to the call with this id. It is recorded, and the same call of the same session is refused \
        without a question from then on.",
    after_long_help = "Example:\n  sponsio deny 3fa94c01be"
)]
pub(crate) struct DenyArgs {
    /// The id that `sponsio pending` shows
    id: String,
    /// The folder of sessions and of the log; without it `sponsio` in the user's folder of states
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
}

fn time_of(text: &str) -> Result<Duration, String> {
    let seconds = duration(text).and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.filter(|seconds| (1..=86_400).contains(seconds));
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| "it is no time of up to a day, such as `90s`, `10m` or `1h`".to_owned())
}

pub(crate) fn pending(args: &PendingArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let state = folder(args.state.as_ref())?;
    let mut all = waiting::all(&state);
    all.retain(|one| !one.refused);
    if args.json {
        return Ok(Report::json(&all, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    if all.is_empty() {
        page.raw("no call waits for a person");
    }
    for one in &all {
        page.gap();
        let asked = written(Timestamp(one.asked));
        let line = format!("{} of {} in session {}, {asked}", one.tool, one.host, one.session);
        page.labelled(&one.id, Style::Accent, &shown(&line));
        page.labelled("  asks", Style::Faint, &shown(&one.contracts.join(", ")));
        page.labelled("  call", Style::Faint, &shown(&one.call));
    }
    Ok(Report::page(page, Exit::Fine))
}

pub(crate) fn approve(args: &ApproveArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let state = folder(args.state.as_ref())?;
    let one = wanted(&state, &args.id)?;
    let session = session(&state, &one)?;
    let digest = one.digest().ok_or_else(|| unknown(&args.id))?;
    let time = args.time.unwrap_or(Duration::from_secs(SECONDS));
    let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    let expires = Timestamp(now().saturating_add(micros));
    for contract in &one.contracts {
        let answer = session
            .approve(contract, digest, expires)
            .map_err(|error| Failure::new(error.to_string()))?;
        recorded(&answer)?;
    }
    waiting::remove(&state, &one.id);
    let until = written(expires);
    let line = format!("{}: may run once until {until}, when the agent asks again", one.tool);
    Ok(say(terminal, &one, Style::Good, &line))
}

pub(crate) fn deny(args: &DenyArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let state = folder(args.state.as_ref())?;
    let mut one = wanted(&state, &args.id)?;
    let session = session(&state, &one)?;
    let denied = EventKind::Denied { tool: one.tool.as_str().into() };
    recorded(&session.observe_of(USER, denied))?;
    one.refused = true;
    waiting::put(&state, &one).map_err(|error| Failure::unwritable(&state, &error))?;
    let line = format!("{}: is refused, and not asked about again", one.tool);
    Ok(say(terminal, &one, Style::Bad, &line))
}

fn say(terminal: &Terminal, one: &Waiting, style: Style, line: &str) -> Report {
    let mut page = Page::new(terminal.width());
    page.labelled(&one.id, style, &shown(line));
    Report::page(page, Exit::Fine)
}

fn folder(given: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    hook::state(given.map(PathBuf::as_path)).map_err(Failure::new)
}

/// The call that waits under this id.
fn wanted(state: &std::path::Path, id: &str) -> Result<Waiting, Failure> {
    waiting::get(state, id).filter(|one| !one.refused).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Failure {
    Failure::new(format!("no call waits under the id `{}`", id.escape_debug()))
        .hint("`sponsio pending` shows the calls that wait")
}

/// The session of the call, under the contracts that it was asked about.
fn session(state: &std::path::Path, one: &Waiting) -> Result<sponsio_guard::GuardSession, Failure> {
    let args = one.hook(state).ok_or_else(|| unknown(&one.id))?;
    hook::session(&args, &one.agent, &one.session).map_err(Failure::new)
}

/// What could not be recorded was not said.
fn recorded(answer: &sponsio_guard::Answer) -> Result<(), Failure> {
    match answer.failure {
        None => Ok(()),
        Some(_) => Err(Failure::new(format!("it could not be recorded: {}", answer.reason))),
    }
}
