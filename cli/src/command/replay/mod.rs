//! `sponsio replay`: every line of a log decided again, or one session of it shown step by step.
//!
//! Both are the same act. The lines of a whole log are only compared; those of one session are shown as well, with
//! what they came to when they happened beside what they come to when decided again.

mod list;
mod session;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use sponsio_engine::program::Program;
use sponsio_guard::load::Configuration;
use sponsio_guard::log_file;
use sponsio_guard::replay::{self, Replayed, replay, replay_each};
use sponsio_record::limits::TRACE_BYTES_MAX;
use sponsio_record::log;
use sponsio_record::schema::line::Line;

use session::View;

use crate::contracts;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::text::{counted, shown};
use crate::output::{Page, Report, Style, Terminal};

/// Decide every line of a log again and compare, or show one session
#[derive(Args, Debug)]
#[command(
    long_about = "A log keeps, of each call, the truths that contracts asked about and not its arguments. That is \
        enough to decide it again. Exits with 0 if every line comes out as it was written, with 1 if a line does \
        not or if the log was written by other contracts, with 2 if the log cannot be read.\n\n\
        With `--session` one session is shown step by step: the time since its beginning, the decision, the contracts \
        that moved or objected, from which verdict to which, why, and what could be done instead. It is decided again \
        as well, and what differs is marked; where there is no contract file it is only shown. `--list` says which \
        sessions there are.",
    after_long_help = "Examples:\n  sponsio replay session.jsonl --config sponsio.yaml\n  \
        sponsio replay record.jsonl --list\n  \
        sponsio replay record.jsonl --session s-1"
)]
pub(crate) struct ReplayArgs {
    /// The log, with the files that were set aside before it; `-` reads standard input
    log: PathBuf,
    /// The contract file; without it `$SPONSIO_CONFIG`, then `sponsio.yaml` in this directory
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Show this session step by step
    #[arg(long, short, value_name = "NAME")]
    session: Option<String>,
    /// The agent, where several have a session of this name
    #[arg(long, short, value_name = "ID", requires = "session")]
    agent: Option<String>,
    /// List the sessions of the log
    #[arg(long, conflicts_with = "session")]
    list: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ReplayArgs, terminal: &Terminal) -> Result<Report, Failure> {
    match &args.session {
        Some(name) => one(args, name, terminal),
        None if args.list => list::run(&args.log, args.json, terminal),
        None => whole(args, terminal),
    }
}

fn whole(args: &ReplayArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let name = args.log.display().to_string();
    let bytes = with_files_set_aside(&args.log)?;
    let lines = log::read(&bytes)
        .map_err(|error| Failure::new(format!("`{}` is no log: {error}", shown(&name))))?;
    if lines.is_empty() {
        return Err(Failure::new(format!(
            "`{}` has no lines, so nothing can be replayed",
            shown(&name)
        )));
    }
    let path = contracts::find(args.config.as_deref())?;
    let configuration = contracts::read(&path, terminal)?;
    let replayed = replay(&lines, &mut programs(&configuration));
    let exit = if replayed.is_exact() { Exit::Fine } else { Exit::Found };
    if args.json {
        return Ok(Report::json(&document(&replayed, lines.len()), exit));
    }
    let mut page = Page::new(terminal.width());
    tell(&replayed, lines.len(), &mut page);
    Ok(Report::page(page, exit))
}

/// The log, behind the files that were set aside before it.
fn with_files_set_aside(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return input::read(path, TRACE_BYTES_MAX);
    }
    let files = log_file::files(path).map_err(|error| Failure::unreadable(path, &error))?;
    let mut bytes = Vec::new();
    for file in &files {
        bytes.extend(input::read(file, TRACE_BYTES_MAX.saturating_sub(bytes.len()))?);
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
    }
    Ok(bytes)
}

/// Shows one session.
fn one(args: &ReplayArgs, name: &str, terminal: &Terminal) -> Result<Report, Failure> {
    let found = list::session(&args.log, name, args.agent.as_deref())?;
    let again = match contracts::find(args.config.as_deref()) {
        // Without contracts there is nothing to compare with, and still something to see.
        Err(failure) => Err(failure.to_string()),
        Ok(path) => {
            let configuration = contracts::read(&path, terminal)?;
            Ok(replay_each(&found.lines, &mut programs(&configuration)))
        }
    };
    let view = View { lines: found.lines, texts: found.texts, again };
    let exit = if view.differs() { Exit::Found } else { Exit::Fine };
    if args.json {
        return Ok(Report::json(&session::document(&view), exit));
    }
    let mut page = Page::new(terminal.width());
    session::page(&view, &mut page);
    Ok(Report::page(page, exit))
}

/// Gives the program for a line; each agent's is compiled once.
fn programs(configuration: &Configuration) -> impl FnMut(&Line) -> Option<Arc<Program>> {
    let mut programs: BTreeMap<Box<str>, Option<Arc<Program>>> = BTreeMap::new();
    move |line| {
        let compile = || configuration.program(&line.agent).ok().map(|ready| ready.program);
        programs.entry(line.agent.clone()).or_insert_with(compile).clone()
    }
}

fn tell(replayed: &Replayed, lines: usize, page: &mut Page) {
    let decided = counted(replayed.lines, "line");
    let sessions = counted(replayed.sessions, "session");
    for (theirs, ours) in &replayed.other_programs {
        let text = format!("the log was written by the program {theirs}, and is decided by {ours}");
        page.labelled("other contracts:", Style::Warn, &shown(&text));
    }
    if !replayed.missing_contracts.is_empty() {
        let names: Vec<String> =
            replayed.missing_contracts.iter().map(|name| shown(name)).collect();
        page.labelled("not here:", Style::Warn, &names.join(", "));
    }
    match &replayed.difference {
        Some(difference) => {
            page.labelled("different:", Style::Bad, &shown(&difference.to_string()));
            let before = format!("{} of {lines} came out as they were written", replayed.lines);
            page.paragraph(0, Style::Plain, &before);
        }
        None if replayed.is_exact() => {
            page.labelled(
                "identical:",
                Style::Good,
                &format!("{decided} of {sessions} decided again"),
            );
        }
        None => {
            let text =
                format!("{decided} of {sessions}: no difference in the contracts that both have");
            page.paragraph(0, Style::Plain, &text);
        }
    }
}

#[derive(Serialize)]
struct Document {
    identical: bool,
    lines: usize,
    replayed: usize,
    sessions: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Differs>,
    other_programs: Vec<Pair>,
    missing_contracts: Vec<String>,
}

/// What differs at a line.
#[derive(Serialize)]
struct Differs {
    line: usize,
    what: String,
    recorded: String,
    replayed: String,
}

impl Differs {
    fn of(difference: &replay::Difference) -> Self {
        let replay::Difference { line, what, recorded, replayed } = difference.clone();
        Self { line, what, recorded, replayed }
    }
}

#[derive(Serialize)]
struct Pair {
    recorded: String,
    replayed: String,
}

fn document(replayed: &Replayed, lines: usize) -> Document {
    Document {
        identical: replayed.is_exact(),
        lines,
        replayed: replayed.lines,
        sessions: replayed.sessions,
        difference: replayed.difference.as_ref().map(Differs::of),
        other_programs: replayed
            .other_programs
            .iter()
            .map(|(recorded, replayed)| Pair {
                recorded: recorded.to_string(),
                replayed: replayed.to_string(),
            })
            .collect(),
        missing_contracts: replayed.missing_contracts.iter().map(ToString::to_string).collect(),
    }
}
