//! Both runs of a scenario, what is read back, and the record decided again.

#![expect(clippy::disallowed_methods, reason = "the log is read back from the disk")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sponsio_engine::event::Timestamp;
use sponsio_guard::clock::Manual;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::log_file::LogFile;
use sponsio_guard::replay::{Replayed, replay};
use sponsio_guard::{Guard, GuardSession};
use sponsio_record::log;

use super::agent::{Fate, Turn, with_contracts, without_contracts};
use super::script::{Aim, Measure, Scenario};
use super::world::World;
use crate::contracts::{Contracts, ContractsArgs};
use crate::failure::{Failure, reason};
use crate::output::Terminal;

/// The time at which every demonstration begins: the start of 2025. A record then is the same at every run.
const BEGIN_MICROS: i64 = 1_735_689_600_000_000;
/// The time between two calls.
const TICK_MICROS: i64 = 1_000_000;

/// What a scenario came to.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) scenario: &'static Scenario,
    pub(crate) without: Vec<Turn>,
    pub(crate) with: Vec<Turn>,
    pub(crate) readings: Vec<Reading>,
    /// What became of the record when it was decided again.
    pub(crate) replayed: Replayed,
    /// The record.
    pub(crate) log: PathBuf,
    /// The contracts.
    pub(crate) contracts: PathBuf,
}

/// One thing that was read three times.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) what: &'static str,
    pub(crate) aim: Aim,
    pub(crate) before: String,
    pub(crate) without: String,
    pub(crate) with: String,
}

impl Reading {
    /// Whether it is as it must be.
    pub(crate) fn is_met(&self) -> bool {
        self.aim.is_met(&self.before, &self.without, &self.with)
    }
}

impl Shown {
    /// What differs from what the demonstration promises; empty where it kept its promise.
    pub(crate) fn differences(&self) -> Vec<String> {
        let mut differences = Vec::new();
        for reading in self.readings.iter().filter(|reading| !reading.is_met()) {
            let Reading { what, aim, before, without, with } = reading;
            differences.push(format!(
                "{what} should be {}, but was {before} before, {without} without and {with} with contracts",
                aim.name()
            ));
        }
        if !self.with.iter().any(|turn| matches!(turn.fate, Fate::Stopped(_))) {
            differences.push("no call was refused".to_owned());
        }
        if let Some(difference) = &self.replayed.difference {
            differences.push(format!("the record does not replay: {difference}"));
        } else if !self.replayed.is_exact() || self.replayed.lines == 0 {
            differences.push("the record does not replay".to_owned());
        }
        differences
    }
}

/// Runs a scenario in a folder of its own below `folder`.
pub(crate) fn perform(
    scenario: &'static Scenario,
    folder: &Path,
    terminal: &Terminal,
) -> Result<Shown, Failure> {
    let folder = folder.join(scenario.name);
    let bare = World::create(&folder.join("without"))?;
    (scenario.setup)(&bare)?;
    let has_git = bare.has_git();
    let measures: Vec<&Measure> =
        scenario.measures.iter().filter(|measure| has_git || !measure.needs_git).collect();
    let read = |world: &World| measures.iter().map(|m| (m.read)(world)).collect::<Vec<_>>();
    let before = read(&bare);
    let without = without_contracts(scenario, &bare);
    let after_without = read(&bare);

    let guarded = World::create(&folder.join("with"))?;
    (scenario.setup)(&guarded)?;
    let path = folder.join("sponsio.yaml");
    fs::write(&path, scenario.contracts).map_err(|e| unwritable(&path, &e))?;
    let args = ContractsArgs { config: Some(path.clone()), agent: None };
    let contracts = Contracts::load(&args, terminal)?;
    let log = folder.join("record.jsonl");
    let clock = Arc::new(Manual::at(Timestamp(BEGIN_MICROS)));
    let session = session(&contracts, &log, &clock, scenario.name)?;
    let mut time = BEGIN_MICROS;
    let mut tick = || {
        time = time.saturating_add(TICK_MICROS);
        clock.set(Timestamp(time));
    };
    let with = with_contracts(scenario, &guarded, &session, &mut tick);
    session.end();
    let after_with = read(&guarded);

    let replayed = replay_log(&log, &contracts)?;
    let values = before.into_iter().zip(after_without).zip(after_with);
    let readings = measures.iter().zip(values).map(|(measure, ((before, without), with))| {
        Reading { what: measure.what, aim: measure.aim, before, without, with }
    });
    let readings = readings.collect();
    Ok(Shown { scenario, without, with, readings, replayed, log, contracts: path })
}

/// A session of a guard that must write its record.
fn session(
    contracts: &Contracts,
    log: &Path,
    clock: &Arc<Manual>,
    name: &str,
) -> Result<GuardSession, Failure> {
    let guard = Guard::new(Settings {
        place: sponsio_guard::Place::default(),
        program: Arc::clone(&contracts.program),
        agent: contracts.agent.as_str().into(),
        clock: Box::new(Arc::clone(clock)),
        recorder: Box::new(LogFile::open(log).map_err(|e| unwritable(log, &e))?),
        audit: Audit::Required,
        keeps_args: false,
    });
    guard.session(name).map_err(|error| Failure::new(error.to_string()))
}

fn replay_log(path: &Path, contracts: &Contracts) -> Result<Replayed, Failure> {
    let bytes = fs::read(path).map_err(|e| Failure::unreadable(path, &e))?;
    let lines = log::read(&bytes)
        .map_err(|error| Failure::new(format!("`{}` is no record: {error}", path.display())))?;
    Ok(replay(&lines, &mut |_| Some(Arc::clone(&contracts.program))))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` cannot be written: {}", path.display(), reason(error)))
}
