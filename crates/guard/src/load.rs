//! From a configuration to the program of one agent, and the mode it runs in.
//!
//! A configuration that cannot be used is an error in every mode, with every diagnostic. What the caller
//! then does is decided by [`LoadError::decision`]: refuse everything where something was to be enforced,
//! go on with nothing enforced where it was only to be observed. A configuration that cannot be read
//! cannot say which, so only a mode that was given from outside makes it an observation.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use sponsio_contracts::config::{self, Agent, Config, Log, Selection, Sessions, Settings, Source};
use sponsio_contracts::diagnostic::{Code, Diagnostic, Files};
use sponsio_engine::contract::Contract;
use sponsio_engine::decision::Decision;
use sponsio_engine::program::{CompileError, Options, Permissions, Program};
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::kind::mode_from_name;

use crate::discover::{Environment, MODE_VARIABLE};
use crate::failure::{self, Failure};
use crate::source::FileSystem;

/// A configuration without errors.
#[derive(Debug)]
pub struct Configuration {
    /// What it says.
    pub config: Config,
    /// Its warnings.
    pub warnings: Vec<Diagnostic>,
    /// Its texts, for showing diagnostics.
    pub files: Files,
    /// The mode, from outside or from the file.
    pub mode: Mode,
    /// The mode that was given from outside.
    given: Option<Mode>,
}

/// The program of one agent.
#[derive(Debug)]
pub struct Ready {
    /// The program.
    pub program: Arc<Program>,
    /// Warnings about the choice of contracts.
    pub warnings: Vec<Diagnostic>,
}

/// All that is needed of a configuration to judge one agent.
#[derive(Debug)]
pub struct Prepared {
    /// The agent.
    pub agent: Box<str>,
    /// The mode of the configuration.
    pub mode: Mode,
    /// What decides.
    pub program: Arc<Program>,
    /// Where its sessions are.
    pub sessions: Sessions,
    /// How its log is kept.
    pub log: Log,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// The texts, for showing warnings.
    pub files: Files,
}

/// A configuration cannot be used.
#[derive(Debug)]
pub struct LoadError {
    /// All that is wrong, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts, for showing diagnostics.
    pub files: Files,
    /// The mode in which the failure is decided.
    pub mode: Mode,
}

/// A mode that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{MODE_VARIABLE}` is `{0}`, which is neither `enforce` nor `observe`")]
pub struct ModeError(String);

/// The mode that was given from outside the file: the environment comes before the option.
pub fn given_mode(
    environment: &Environment,
    option: Option<Mode>,
) -> Result<Option<Mode>, ModeError> {
    match environment.mode.as_deref() {
        None => Ok(option),
        Some(name) => mode_from_name(name).map(Some).ok_or_else(|| ModeError(name.to_owned())),
    }
}

/// Reads the configuration at `path`. `given` is the mode from outside, see [`given_mode`].
pub fn read(path: &Path, given: Option<Mode>) -> Result<Configuration, LoadError> {
    read_from(entry_of(path, given)?, &FileSystem::new(), given)
}

/// What a source is asked for to read the configuration at `path`.
pub fn entry_of(path: &Path, given: Option<Mode>) -> Result<&str, LoadError> {
    path.to_str().ok_or_else(|| {
        let message = format!("the path `{}` is not UTF-8", path.display());
        LoadError::of(Diagnostic::without_place(Code::Include, message), given)
    })
}

/// Reads a configuration from wherever `source` finds it.
pub fn read_from(
    entry: &str,
    source: &dyn Source,
    given: Option<Mode>,
) -> Result<Configuration, LoadError> {
    let (config, diagnostics, files) = config::load(entry, source);
    match config {
        Some(config) if config.agents.iter().any(|agent| !agent.contracts.is_empty()) => {
            let mode = given.or(config.mode).unwrap_or_default();
            Ok(Configuration { config, warnings: diagnostics, files, mode, given })
        }
        // The contracts crate reports a file without contracts; this arm does not rely on it.
        Some(config) => {
            let message = format!("`{entry}` holds no contract, so there is nothing to enforce");
            let mut all = diagnostics;
            all.push(Diagnostic::without_place(Code::NoContracts, message));
            Err(LoadError {
                diagnostics: all,
                files,
                mode: given.or(config.mode).unwrap_or(Mode::Enforce),
            })
        }
        None => Err(LoadError { diagnostics, files, mode: given.unwrap_or(Mode::Enforce) }),
    }
}

impl Configuration {
    /// Whether it has contracts for this agent by its name.
    pub fn names(&self, agent: &str) -> bool {
        self.config.agents.iter().any(|one| *one.id == *agent)
    }

    /// What is needed to judge this agent.
    pub fn prepare(self, agent: &str) -> Result<Prepared, LoadError> {
        let Ready { program, warnings } = self.program(agent)?;
        let warnings = self.warnings.into_iter().chain(warnings).collect();
        let Settings { sessions, log, .. } = self.config.settings;
        let (agent, mode, files) = (agent.into(), self.mode, self.files);
        Ok(Prepared { agent, mode, program, sessions, log, warnings, files })
    }

    /// The same for the first of `rather` that it names, else for `agent`.
    pub fn prepare_first(self, rather: &[&str], agent: &str) -> Result<Prepared, LoadError> {
        let named = rather.iter().find(|id| self.names(id)).copied();
        self.prepare(named.unwrap_or(agent))
    }

    /// The program of one agent.
    pub fn program(&self, agent: &str) -> Result<Ready, LoadError> {
        let failed =
            |diagnostics| LoadError { diagnostics, files: self.files.clone(), mode: self.mode };
        let selection =
            self.config.select(agent).map_err(|diagnostic| failed(vec![*diagnostic]))?;
        if selection.loaded().is_empty() {
            let message =
                format!("the agent `{agent}` has no contract, so there is nothing to enforce");
            let place = selection.agent.location;
            return Err(failed(vec![Diagnostic::new(Code::NoContracts, place, message)]));
        }
        let mut contracts = selection.contracts();
        if self.given == Some(Mode::Observe) {
            observe_all(&mut contracts);
        }
        let permissions = permissions(&self.config, agent, selection.agent);
        let options = Options { mode: self.mode, permissions, ..Options::default() };
        let program = Program::compile(&contracts, &options).map_err(|errors| {
            failed(errors.iter().map(|error| refused(&selection, error)).collect())
        })?;
        Ok(Ready { program, warnings: selection.warning.into_iter().collect() })
    }
}

/// The agent that stands for all that are not named.
const EVERY: &str = "*";

/// What each agent is permitted. Agents that are not named have the permissions of `*` as they have its contracts, and
/// the only one of them that is known is the one whose program it is.
fn permissions(config: &Config, agent: &str, selected: &Agent) -> Permissions {
    let named = config.agents.iter().filter(|one| *one.id != *EVERY);
    let own = Some((agent.into(), selected.permissions.clone())).filter(|_| *selected.id == *EVERY);
    named.map(|one| (one.id.clone(), one.permissions.clone())).chain(own).collect()
}

/// Observing that was asked for from outside stops nothing, whatever single contracts say.
fn observe_all(contracts: &mut [Contract]) {
    for contract in contracts {
        contract.mode = Some(Mode::Observe);
    }
}

fn refused(selection: &Selection<'_>, error: &CompileError) -> Diagnostic {
    match selection.loaded().get(error.contract()) {
        Some(loaded) => loaded.refused(error),
        None => Diagnostic::without_place(Code::Compile, error.to_string()),
    }
}

impl LoadError {
    fn of(diagnostic: Diagnostic, given: Option<Mode>) -> Self {
        Self {
            diagnostics: vec![diagnostic],
            files: Files::new(),
            mode: given.unwrap_or(Mode::Enforce),
        }
    }

    /// What kind of failure it is.
    pub fn failure(&self) -> Failure {
        let mut errors = self.diagnostics.iter().filter(|d| d.is_error());
        match errors.next() {
            Some(first) if first.code == Code::NoContracts => Failure::NoContracts,
            _ => Failure::ConfigurationUnusable,
        }
    }

    /// What every call gets that is asked about without a program.
    pub fn decision(&self) -> Decision {
        failure::decide(self.failure(), self.mode)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the contracts cannot be used")?;
        let mut errors = self.diagnostics.iter().filter(|d| d.is_error());
        if let Some(first) = errors.next() {
            match first.locate(&self.files) {
                Some(at) => write!(
                    f,
                    ": {}:{}:{}: {}",
                    at.file, at.start.line, at.start.column, first.message
                )?,
                None => write!(f, ": {}", first.message)?,
            }
        }
        match errors.count() {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl std::error::Error for LoadError {}
