//! `elsewhere`: every case in a process of another language, against a guard in this one.
//!
//! The process is started once and is sent a case on each line; it answers with the lines of its log and what it saw.
//! All lines must be those of a guard here, byte for byte, and where a guard can be brought to where the case leads the
//! engine, what was seen must be what the case expects. Contracts that are refused here are refused there.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it starts the process, reads the cases and reports"
)]

mod process;
mod wire;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use sponsio_conformance::case::{AGENT, Case, load};
use sponsio_conformance::subject::asked::{self, Said};
use sponsio_conformance::subject::{Run, Subject, differences};

use process::Process;
use wire::Reply;

/// Compares a process with the cases.
#[derive(Parser)]
struct Arguments {
    /// The process and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    identical: usize,
    expected: usize,
    refused: usize,
    wrong: Vec<String>,
}

fn main() -> ExitCode {
    match compare(&Arguments::parse().command) {
        Ok(tally) if tally.wrong.is_empty() => {
            println!(
                "{} cases give the same lines, of which {} also what they expect; {} are refused",
                tally.identical, tally.expected, tally.refused
            );
            ExitCode::SUCCESS
        }
        Ok(tally) => {
            println!("{}\n{} differences", tally.wrong.join("\n"), tally.wrong.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(command: &[String]) -> Result<Tally, String> {
    let mut process = Process::start(command)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    paths.sort();
    let mut tally = Tally::default();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let topic = load(&text).map_err(|error| error.to_string())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for case in &topic.cases {
            one(case, &name, &mut process, &mut tally)?;
        }
    }
    Ok(tally)
}

fn one(case: &Case, file: &str, process: &mut Process, tally: &mut Tally) -> Result<(), String> {
    let at = |what: String| format!("{file}, line {}: {}\n  {what}", case.line, case.name);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    asked::write(&case.written, folder.path()).map_err(|error| error.to_string())?;
    let agent = case.written.agent.as_deref().unwrap_or(AGENT);
    let here = asked::here(case, agent, folder.path());
    let there = wire::reply(&process.ask(&wire::question(case, agent, folder.path()))?)?;
    let (here, there) = match (here, there) {
        (Err(_), Reply::Refused(_)) => {
            tally.refused += 1;
            return Ok(());
        }
        (Err(error), Reply::Said(_)) => {
            tally.wrong.push(at(format!("refused here ({error}) and not there")));
            return Ok(());
        }
        (Ok(_), Reply::Refused(error)) => {
            tally.wrong.push(at(format!("refused there: {error}")));
            return Ok(());
        }
        (Ok(here), Reply::Said(there)) => (here, there),
    };
    match difference(&here, &there) {
        Some(what) => tally.wrong.push(at(what)),
        None => tally.identical += 1,
    }
    if let Some(run) = asked::run(case, &there) {
        let found = differences(&Elsewhere(run), case);
        tally.expected += usize::from(found.is_empty());
        tally.wrong.extend(found.iter().map(|text| format!("{file}, {text}")));
    }
    Ok(())
}

fn difference(here: &Said, there: &Said) -> Option<String> {
    let pairs = here.lines.iter().zip(&there.lines);
    if let Some((place, (ours, theirs))) = pairs.enumerate().find(|(_, (a, b))| a != b) {
        return Some(format!("step {}:\n    {ours}\n    {theirs}", place + 1));
    }
    (here != there).then(|| format!("{here:?}\n  {there:?}"))
}

/// What a process saw of one case.
struct Elsewhere(Run);

impl Subject for Elsewhere {
    fn name(&self) -> &'static str {
        "elsewhere"
    }

    fn run(&self, _: &Case) -> Result<Run, String> {
        Ok(self.0.clone())
    }
}
