//! `sponsio check`: traces judged as a live session would have judged them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use sponsio_guard::check::{Finding, Judge, Judged, JudgedEvent, check};
use sponsio_guard::load::Configuration;
use sponsio_record::limits::TRACE_BYTES_MAX;

use crate::contracts::{self, ContractsArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::text::{counted, shown};
use crate::output::{Answered, Page, Report, Style, Terminal, decision_style, explain};

/// Judge recorded traces as a live session would have judged them
#[derive(Args, Debug)]
#[command(
    long_about = "Reads traces (JSON or JSON lines; a log of Sponsio is one too, and so are spans of OpenTelemetry \
        in JSON), and judges what each agent did in each trace as one session: a call that is refused did not happen, \
        whatever the trace says after it. \
        Without `--agent` each agent is judged by its own contracts.\n\n\
        Exits with 0 if nothing objects, with 1 if a contract is violated or still owed at the end, and with 2 if \
        something could not be judged: an unreadable trace, unusable contracts, an unknown agent, no event at all.",
    after_long_help = "Examples:\n  sponsio check --trace trace.json --config sponsio.yaml\n  \
        sponsio check -t monday.jsonl -t tuesday.jsonl --agent coder\n  \
        my-agent --trace | sponsio check --trace - --json"
)]
pub(crate) struct CheckArgs {
    /// A trace file; `-` reads standard input; may be given several times
    #[arg(long, short, value_name = "FILE", required = true)]
    trace: Vec<PathBuf>,
    #[command(flatten)]
    contracts: ContractsArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// One trace file.
struct Checked {
    file: String,
    outcome: Result<Vec<Judged>, String>,
}

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let path = contracts::find(args.contracts.config.as_deref())?;
    let configuration = contracts::read(&path, terminal)?;
    if let Some(agent) = &args.contracts.agent {
        contracts::agent(&configuration, Some(agent))?;
    }
    let mut programs = Programs { configuration: &configuration, known: BTreeMap::new() };
    let mut all = Vec::new();
    for file in &args.trace {
        let outcome = judge(file, args.contracts.agent.as_deref(), &mut programs, terminal)?;
        all.push(Checked { file: name(file), outcome });
    }
    let finding = all.iter().map(Checked::finding).max().unwrap_or(Finding::CouldNotJudge);
    let exit = match finding {
        Finding::Clean => Exit::Fine,
        Finding::Violation => Exit::Found,
        Finding::CouldNotJudge => Exit::Unable,
    };
    if args.json {
        return Ok(Report::json(&document(&all, finding), exit));
    }
    let mut page = Page::new(terminal.width());
    for checked in &all {
        tell(checked, &mut page);
    }
    verdict(&all, finding, &mut page);
    Ok(Report::page(page, exit))
}

/// What messages call a file.
fn name(file: &Path) -> String {
    if file.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        shown(&file.display().to_string())
    }
}

/// What the agents that occur are judged by, each compiled once.
struct Programs<'c> {
    configuration: &'c Configuration,
    known: BTreeMap<String, Option<Judge>>,
}

impl Programs<'_> {
    fn of(&mut self, agent: &str, terminal: &Terminal) -> Result<Option<Judge>, Failure> {
        if let Some(known) = self.known.get(agent) {
            return Ok(known.clone());
        }
        let judge = match self.configuration.config.select(agent) {
            Err(_) => None,
            Ok(selection) => {
                let ready = self.configuration.program(agent);
                let ready =
                    ready.map_err(|error| contracts::unusable(&error, Path::new(agent), terminal));
                let workspace = selection.agent.workspace.clone();
                Some(Judge { program: ready?.program, workspace })
            }
        };
        self.known.insert(agent.to_owned(), judge.clone());
        Ok(judge)
    }
}

fn judge(
    file: &Path,
    agent: Option<&str>,
    programs: &mut Programs<'_>,
    terminal: &Terminal,
) -> Result<Result<Vec<Judged>, String>, Failure> {
    let traces = match input::read(file, TRACE_BYTES_MAX) {
        Ok(bytes) => input::traces(&bytes),
        Err(failure) => Err(failure.to_string()),
    };
    let traces = match traces {
        Ok(traces) => traces,
        Err(message) => return Ok(Err(message)),
    };
    if traces.iter().all(|trace| trace.events.is_empty()) {
        return Ok(Err("there is no event in it, so nothing can be judged".to_owned()));
    }
    let mut failure = None;
    let report =
        check(&traces, &mut |acting| match programs.of(agent.unwrap_or(acting), terminal) {
            Ok(judge) => judge,
            Err(error) => {
                failure.get_or_insert(error);
                None
            }
        });
    match failure {
        Some(failure) => Err(failure),
        None => Ok(Ok(report.sessions)),
    }
}

impl Checked {
    fn finding(&self) -> Finding {
        match &self.outcome {
            Ok(sessions) => {
                sessions.iter().map(Judged::finding).max().unwrap_or(Finding::CouldNotJudge)
            }
            Err(_) => Finding::CouldNotJudge,
        }
    }

    fn sessions(&self) -> &[Judged] {
        self.outcome.as_deref().unwrap_or_default()
    }
}

/// The events of a session that a contract objects to, or that could not be judged.
fn objected(judged: &Judged) -> impl Iterator<Item = &JudgedEvent> {
    judged.events.iter().filter(|event| event.answer.is_some())
}

fn tell(checked: &Checked, page: &mut Page) {
    let sessions = match &checked.outcome {
        Ok(sessions) => sessions,
        Err(message) => {
            page.gap();
            page.heading(&checked.file);
            page.labelled("  not judged:", Style::Bad, &shown(message));
            return;
        }
    };
    for judged in sessions {
        page.gap();
        let of = format!("{}, agent {}", shown(&judged.trace), shown(&judged.agent));
        page.labelled(&checked.file, Style::Strong, &of);
        if let Some(unjudged) = judged.unjudged {
            page.labelled("  not judged:", Style::Bad, &unjudged.to_string());
            continue;
        }
        for event in objected(judged) {
            let decision = event.decision.name();
            let what = event.tool.as_deref().map_or_else(|| event.kind.name().to_owned(), shown);
            let place = format!("event {}, line {}: {what}", event.seq, event.line);
            page.labelled(&format!("  {decision:<9}"), decision_style(event.decision), &place);
            if let Some(answer) = &event.answer {
                explain(answer, 12, page);
            }
        }
        for name in &judged.owed {
            page.labelled("  owed     ", Style::Warn, &format!("at the end: {}", shown(name)));
        }
        let count = counted(judged.events.len(), "event");
        if objected(judged).next().is_none() && judged.owed.is_empty() {
            page.labelled("  clean    ", Style::Good, &format!("{count}, nothing objects"));
        }
    }
}

fn verdict(all: &[Checked], finding: Finding, page: &mut Page) {
    let sessions = || all.iter().flat_map(Checked::sessions);
    let events: usize = sessions().map(|judged| judged.events.len()).sum();
    let violations: usize = sessions().map(|judged| objected(judged).count()).sum();
    let owed: usize = sessions().map(|judged| judged.owed.len()).sum();
    let (label, style) = match finding {
        Finding::Clean => ("clean:", Style::Good),
        Finding::Violation => ("violated:", Style::Bad),
        Finding::CouldNotJudge => ("not everything was judged:", Style::Bad),
    };
    let mut text = format!(
        "{} in {} of {}",
        counted(violations, "objection"),
        counted(events, "event"),
        counted(sessions().count(), "session"),
    );
    if owed > 0 {
        text.push_str(&format!(", {} owed at the end", counted(owed, "contract")));
    }
    page.gap();
    page.labelled(label, style, &text);
}

#[derive(Serialize)]
struct Document<'c> {
    finding: &'static str,
    files: Vec<File<'c>>,
}

#[derive(Serialize)]
struct File<'c> {
    file: &'c str,
    finding: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'c str>,
    sessions: Vec<Session<'c>>,
}

#[derive(Serialize)]
struct Session<'c> {
    trace: &'c str,
    agent: &'c str,
    finding: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unjudged: Option<String>,
    events: usize,
    objections: Vec<Event<'c>>,
    owed: Vec<&'c str>,
}

#[derive(Serialize)]
struct Event<'c> {
    seq: u64,
    line: usize,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'c str>,
    #[serde(flatten)]
    answer: Option<Answered>,
}

fn word(finding: Finding) -> &'static str {
    match finding {
        Finding::Clean => "clean",
        Finding::Violation => "violation",
        Finding::CouldNotJudge => "could_not_judge",
    }
}

fn document(all: &[Checked], finding: Finding) -> Document<'_> {
    Document {
        finding: word(finding),
        files: all
            .iter()
            .map(|checked| File {
                file: &checked.file,
                finding: word(checked.finding()),
                error: checked.outcome.as_ref().err().map(String::as_str),
                sessions: checked.sessions().iter().map(session_of).collect(),
            })
            .collect(),
    }
}

fn session_of(judged: &Judged) -> Session<'_> {
    Session {
        trace: &judged.trace,
        agent: &judged.agent,
        finding: word(judged.finding()),
        unjudged: judged.unjudged.map(|unjudged| unjudged.to_string()),
        events: judged.events.len(),
        objections: objected(judged).map(written).collect(),
        owed: judged.owed.iter().map(|name| &**name).collect(),
    }
}

fn written(event: &JudgedEvent) -> Event<'_> {
    Event {
        seq: event.seq,
        line: event.line,
        kind: event.kind.name(),
        tool: event.tool.as_deref(),
        answer: event.answer.as_deref().map(Answered::of),
    }
}
