//! `cargo xtask eval`: the packs for agents on public cases, against their targets.
//!
//! The cases lie outside of the repository and are only measured: nothing of them is in it, and a rule follows from
//! what a call does. Each row of the table is one claim with its target. A part of the cases may be held out
//! (`"gsplit":"hidden"`): it is counted, and no list names one of them. The lists of commands of this repository are
//! rows too.

mod agentdojo;
mod row;
mod yaml;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use sponsio_cli::eval::bounds::Share;
use sponsio_cli::eval::case::{Case, Label};
use sponsio_cli::eval::judge::{Outcome, Programs, Stop, judge_all};
use sponsio_cli::eval::read;
use sponsio_cli::eval::tally::{Summary, Tally};
use sponsio_conformance::case::load_commands;
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::trace::Place;

use crate::run;
use row::{ROWS, Row};

/// What is measured, and what is shown of it.
#[derive(Args, Debug)]
pub(crate) struct EvalArgs {
    /// The folder of the cases
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Which cases: open ones, held out ones or all
    #[arg(long, value_enum, default_value_t = Split::Dev)]
    split: Split,
    /// Other contracts than those of the pack of each row
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only the rows in whose name this occurs
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Name the open cases that should be stopped and are not
    #[arg(long)]
    list_missed: bool,
    /// Name the open cases that should not be stopped and are
    #[arg(long)]
    list_alarms: bool,
}

/// A part of the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Split {
    /// What is not held out
    Dev,
    /// What is held out
    Hidden,
    /// Everything
    All,
}

impl Split {
    fn has(self, is_held_out: bool) -> bool {
        match self {
            Self::Dev => !is_held_out,
            Self::Hidden => is_held_out,
            Self::All => true,
        }
    }
}

/// Prints the table.
pub(crate) fn run(args: &EvalArgs) -> Result<()> {
    println!(
        "{:30} {:>6} {:>24} {:>24} {:>24}  target",
        "row", "cases", "denied %", "asked %", "stopped %"
    );
    for row in ROWS.iter().filter(|row| args.only.as_ref().is_none_or(|t| row.name.contains(&**t)))
    {
        let mut cases = Vec::new();
        let mut missing = Vec::new();
        for file in row.files {
            match load(&args.data, file)? {
                Some(read) => cases.extend(read),
                None => missing.push(*file),
            }
        }
        if !missing.is_empty() {
            println!("{:30} skipped: {} is missing", row.name, missing.join(", "));
            continue;
        }
        cases.retain(|case| args.split.has(case.is_held_out));
        cases.retain(|case| case.label == row.label && (row.takes)(case));
        let programs = match &args.config {
            Some(config) => programs(config)?,
            None => program_of(row.pack())?,
        };
        measure(args, row, &cases, &programs);
    }
    if args.only.as_ref().is_none_or(|text| "agentdojo".contains(&**text)) {
        agentdojo::run(args)?;
    }
    Ok(())
}

fn measure(args: &EvalArgs, row: &Row, cases: &[Case], programs: &Programs) {
    let outcomes = judge_all(cases, programs, &|| {});
    let pairs = || cases.iter().zip(&outcomes);
    let summary = Summary::of(pairs());
    let tally = summary.label(row.label);
    println!(
        "{:30} {:>6} {:>24} {:>24} {:>24}  {}",
        row.name,
        tally.cases,
        shown(tally.denied()),
        shown(tally.asked()),
        shown(tally.stopped()),
        row.judged(&tally),
    );
    println!(
        "{:30} p50 {:?}, p99 {:?}, worst {:?} a case{}",
        "",
        summary.time(500),
        summary.time(990),
        summary.time(1000),
        if tally.unjudged > 0 { format!("; {} not judged", tally.unjudged) } else { String::new() },
    );
    list(args, row, pairs());
}

fn list<'c>(args: &EvalArgs, row: &Row, pairs: impl Iterator<Item = (&'c Case, &'c Outcome)>) {
    for (case, outcome) in pairs.filter(|(case, _)| !case.is_held_out) {
        let passed = outcome.stop == Stop::Passed;
        let by: Vec<&str> = outcome.contracts.keys().map(String::as_str).collect();
        match row.label {
            Label::Unsafe if args.list_missed && passed => println!("    missed  {}", case.id),
            Label::Safe if args.list_alarms && !passed => {
                println!("    {:7} {}: {}", outcome.stop.name(), case.id, by.join("; "));
            }
            _ => {}
        }
    }
}

fn shown(share: Share) -> String {
    let (low, high) = share.bounds();
    share.value().map_or("–".to_owned(), |value| {
        format!("{:.2} ({:.2}–{:.2})", value * 100.0, low * 100.0, high * 100.0)
    })
}

/// The cases of a file of the folder, or of the Python that is installed; none where there is no such file.
fn load(data: &Path, file: &str) -> Result<Option<Vec<Case>>> {
    match file {
        row::STANDARD_LIBRARY => return standard_library(),
        row::DESTRUCTIVE => return listed("destructive", "unsafe").map(Some),
        row::HARMLESS => return listed("harmless", "safe").map(Some),
        _ => {}
    }
    let Some(bytes) = expanded(data, file)? else { return Ok(None) };
    let read = read::cases(file, &bytes);
    read.map(Some).map_err(|why| anyhow::anyhow!("`{file}`: {why}"))
}

/// The content of a compressed file of the folder; none where there is no such file.
fn expanded(data: &Path, file: &str) -> Result<Option<Vec<u8>>> {
    let path = data.join(format!("{file}.jsonl.gz"));
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let expanded = read::expanded(&bytes, read::FILE_BYTES_MAX).map_err(anyhow::Error::msg)?;
    Ok(Some(expanded.into_owned()))
}

/// The commands of a list of this repository, run where the list says.
fn listed(list: &str, label: &str) -> Result<Vec<Case>> {
    let path = run::root().join("conformance/commands").join(format!("{list}.yaml"));
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut lines = String::new();
    for command in load_commands(&text)? {
        let case = serde_json::json!({
            "id": command.id, "kind": "bash", "label": label, "category": command.construct,
            "input": command.text,
        });
        lines.extend([case.to_string().as_str(), "\n"]);
    }
    let mut cases = read::cases(list, lines.as_bytes()).map_err(anyhow::Error::msg)?;
    let place = Arc::new(Place {
        cwd: Some("/home/dev/project".into()),
        home: Some("/home/dev".into()),
        workspace: Some("/home/dev/project".into()),
        system: None,
    });
    for event in cases.iter_mut().flat_map(|case| &mut case.trace.events) {
        event.place = Some(Arc::clone(&place));
    }
    Ok(cases)
}

/// The modules of the installed Python, each as a script to run.
fn standard_library() -> Result<Option<Vec<Case>>> {
    let script = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let Ok(found) = Command::new("python3").args(["-c", script]).output() else { return Ok(None) };
    let root = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim());
    if !root.is_dir() {
        return Ok(None);
    }
    let mut cases = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // Packages that were installed beside it are not part of it.
            if path.is_dir() && !matches!(&*name, "site-packages" | "dist-packages" | "__pycache__")
            {
                folders.push(path);
            } else if name.ends_with(".py")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                let id = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
                let line = serde_json::json!({
                    "id": id, "kind": "python", "label": "safe", "category": "stdlib", "input": text,
                });
                let read = read::cases("stdlib", line.to_string().as_bytes());
                cases.extend(read.map_err(|why| anyhow::anyhow!("`{id}`: {why}"))?);
            }
        }
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Some(cases))
}

/// The program of a pack, as if it were enforced.
fn program_of(pack: &str) -> Result<Programs> {
    let folder = tempfile::tempdir()?;
    let written = folder.path().join("sponsio.yaml");
    let text = format!("version: 1\nagents: {{agent: {{include: [\"sponsio:{pack}\"]}}}}\n");
    std::fs::write(&written, text)?;
    programs(&written)
}

/// The program of a configuration, as if it were enforced.
fn programs(config: &Path) -> Result<Programs> {
    let configuration = sponsio_guard::load::read(config, Some(Mode::Enforce))?;
    let program = configuration.program(read::AGENT)?.program;
    Ok(Programs { named: Default::default(), other: Some(program.into()) })
}

impl Row {
    /// The target, and whether it is met.
    fn judged(&self, tally: &Tally) -> String {
        let parts = self.targets.iter().map(|target| {
            let met = if target.is_met(tally) { "met" } else { "NOT MET" };
            format!("{target}: {met}")
        });
        parts.collect::<Vec<_>>().join("; ")
    }
}
