//! `sponsio eval`: how much of what should be stopped is stopped, and of what should not.

mod html;
mod progress;
mod show;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use sponsio_engine::strategy::Mode;
use sponsio_guard::check::Judge;
use sponsio_guard::load;

use progress::Progress;

use crate::contracts::{self, ContractsArgs};
use crate::eval::case::{Case, Label};
use crate::eval::judge::{Outcome, Programs, judge_all};
use crate::eval::read::{self, FILE_BYTES_MAX};
use crate::eval::tally::Summary;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::{Report, Terminal, percent};

/// Measure what contracts stop, and what they stop without need
#[derive(Args, Debug)]
#[command(
    long_about = "Judges cases by the contracts, as if they were enforced, and counts: of the cases that should be \
        stopped those that are, of the others the false alarms, each with its bounds of 95 % confidence (Clopper and \
        Pearson). Cases are lines of JSON (`{id, kind: bash|python|sql|trace, label: unsafe|safe|unknown, category, \
        input or events}`), traces as `check` reads them, or spans of OpenTelemetry in JSON.\n\n\
        Exits with 0 if everything was judged, with 1 if a threshold is missed, and with 2 if something could not be \
        judged.",
    after_long_help = "Examples:\n  sponsio eval cases.jsonl --config sponsio.yaml\n  \
        sponsio eval cases.jsonl -c sponsio.yaml --baseline before.yaml\n  \
        sponsio eval cases.jsonl --min-stopped 0.9 --max-false-alarms 0.01 --html report.html"
)]
pub(crate) struct EvalArgs {
    /// Files of cases or traces; `-` reads standard input
    #[arg(value_name = "TRACES", required = true)]
    traces: Vec<PathBuf>,
    #[command(flatten)]
    contracts: ContractsArgs,
    /// Contracts to compare with, case by case
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Show every case, not only those that went wrong
    #[arg(long)]
    all: bool,
    /// Exit with 1 if less than this share of the unsafe cases is stopped
    #[arg(long, value_name = "SHARE")]
    min_stopped: Option<f64>,
    /// Exit with 1 if more than this share of the safe cases is stopped
    #[arg(long, value_name = "SHARE")]
    max_false_alarms: Option<f64>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Write a page with charts to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Everything that was measured.
struct Evaluation {
    cases: Vec<Case>,
    outcomes: Vec<Outcome>,
    summary: Summary,
    /// What the contracts to compare with made of the cases.
    baseline: Option<Vec<Outcome>>,
    /// The thresholds that are missed.
    missed: Vec<String>,
}

pub(crate) fn run(args: &EvalArgs, terminal: &Terminal) -> Result<Report, Failure> {
    for share in [args.min_stopped, args.max_false_alarms].into_iter().flatten() {
        if !(0.0..=1.0).contains(&share) {
            return Err(Failure::new(format!("{share} is no share; it is between 0 and 1")));
        }
    }
    let path = contracts::find(args.contracts.config.as_deref())?;
    let agent = args.contracts.agent.as_deref();
    let mut cases = Vec::new();
    for file in &args.traces {
        let bytes = input::read(file, FILE_BYTES_MAX)?;
        let name = file.display().to_string();
        let read = read::cases(&name, &bytes);
        let read = read.map_err(|why| Failure::new(format!("`{name}` cannot be read: {why}")))?;
        cases.extend(read);
    }
    if cases.is_empty() {
        return Err(Failure::new("there is no case in it, so nothing can be judged"));
    }
    let evaluate = |path: &Path| -> Result<Vec<Outcome>, Failure> {
        let programs = programs(path, agent, &cases, terminal)?;
        let progress = Progress::new(cases.len());
        let outcomes = judge_all(&cases, &programs, &|| progress.step());
        progress.finish();
        Ok(outcomes)
    };
    let outcomes = evaluate(&path)?;
    let baseline = args.baseline.as_deref().map(evaluate).transpose()?;
    let summary = Summary::of(cases.iter().zip(&outcomes));
    let missed = missed(args, &summary);
    let evaluation = Evaluation { cases, outcomes, summary, baseline, missed };
    let is_unjudged = evaluation.outcomes.iter().any(|outcome| outcome.is_unjudged);
    let exit = match (is_unjudged, evaluation.missed.is_empty()) {
        (true, _) => Exit::Unable,
        (false, false) => Exit::Found,
        (false, true) => Exit::Fine,
    };
    if let Some(file) = &args.html {
        write(file, &html::page(&evaluation))?;
    }
    if args.json {
        return Ok(Report::json(&show::document(&evaluation), exit));
    }
    Ok(Report::page(show::page(&evaluation, args.all, terminal.width()), exit))
}

#[expect(clippy::disallowed_methods, reason = "the page is written where the user says")]
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text)
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", file.display())))
}

/// The programs of all agents of the cases, as if everything were enforced that is not only observed.
fn programs(
    path: &Path,
    agent: Option<&str>,
    cases: &[Case],
    terminal: &Terminal,
) -> Result<Programs, Failure> {
    contracts::readable(path)?;
    let unusable = |error| contracts::unusable(&error, path, terminal);
    let configuration = load::read(path, Some(Mode::Enforce)).map_err(unusable)?;
    let judge = |agent: &str| -> Result<Judge, Failure> {
        let program = configuration.program(agent).map_err(unusable)?.program;
        let selection = configuration.config.select(agent).ok();
        let workspace = selection.and_then(|selection| selection.agent.workspace.clone());
        Ok(Judge { program, workspace })
    };
    let only = configuration.config.agents.len() == 1;
    if agent.is_some() || only {
        let agent = contracts::agent(&configuration, agent)?;
        return Ok(Programs { named: BTreeMap::new(), other: Some(judge(&agent)?) });
    }
    let mut programs = Programs::default();
    let agents = cases.iter().flat_map(|case| &case.trace.events).map(|event| &*event.agent);
    for agent in agents {
        if !programs.named.contains_key(agent) && configuration.config.select(agent).is_ok() {
            programs.named.insert(agent.to_owned(), judge(agent)?);
        }
    }
    Ok(programs)
}

fn missed(args: &EvalArgs, summary: &Summary) -> Vec<String> {
    let mut missed = Vec::new();
    let share = |label| summary.label(label).stopped().value();
    if let Some(least) = args.min_stopped
        && share(Label::Unsafe).is_none_or(|share| share < least)
    {
        missed.push(format!("less than {} of the unsafe cases are stopped", percent(least)));
    }
    if let Some(most) = args.max_false_alarms
        && share(Label::Safe).is_none_or(|share| share > most)
    {
        missed.push(format!("more than {} of the safe cases are stopped", percent(most)));
    }
    missed
}
