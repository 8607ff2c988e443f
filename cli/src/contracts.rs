//! From a configuration file to the contracts of one agent: what most commands begin with.
//!
//! Finding, reading and compiling is the guard's; this file chooses the agent and turns what is wrong into a
//! [`Failure`] that shows every diagnostic.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sponsio_contracts::config::Loaded;
use sponsio_engine::program::Program;
use sponsio_guard::discover::{self, Environment};
use sponsio_guard::load::{self, Configuration, LoadError};

use crate::failure::Failure;
use crate::output::{Terminal, drawn};

/// Which file, which agent.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ContractsArgs {
    /// The contract file; without it `$SPONSIO_CONFIG`, then `sponsio.yaml` in this directory
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The agent whose contracts are meant; needed where the file has several
    #[arg(long, short, value_name = "ID")]
    pub(crate) agent: Option<String>,
}

/// The contracts of one agent.
#[derive(Debug)]
pub(crate) struct Contracts {
    pub(crate) configuration: Configuration,
    pub(crate) program: Arc<Program>,
    /// Whose they are.
    pub(crate) agent: String,
}

impl Contracts {
    /// Finds, reads and compiles them.
    pub(crate) fn load(args: &ContractsArgs, terminal: &Terminal) -> Result<Self, Failure> {
        let path = find(args.config.as_deref())?;
        let configuration = read(&path, terminal)?;
        let agent = agent(&configuration, args.agent.as_deref())?;
        let ready = configuration.program(&agent).map_err(|e| unusable(&e, &path, terminal))?;
        Ok(Self { configuration, program: ready.program, agent })
    }

    /// The contracts with their origins, in the order of the program.
    pub(crate) fn loaded(&self) -> &[Loaded] {
        let agents = &self.configuration.config.agents;
        let found = agents.iter().find(|a| *a.id == *self.agent);
        let found = found.or_else(|| agents.iter().find(|a| &*a.id == "*"));
        found.map_or(&[], |agent| &agent.contracts)
    }
}

/// The path of the contract file.
pub(crate) fn find(given: Option<&Path>) -> Result<PathBuf, Failure> {
    discover::find(given, &Environment::of_process(), Path::new(".")).map_err(|_| {
        Failure::new("no contract file was given, and there is no `sponsio.yaml` in this directory")
            .hint("name one with `--config FILE`, or in the variable `SPONSIO_CONFIG`")
    })
}

/// That there is a file at this path; what is in it is another matter.
#[expect(clippy::disallowed_methods, reason = "whether a file is there is the edge's business")]
pub(crate) fn readable(path: &Path) -> Result<(), Failure> {
    match std::fs::File::open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::unreadable(path, &error)),
    }
}

/// The configuration at this path.
pub(crate) fn read(path: &Path, terminal: &Terminal) -> Result<Configuration, Failure> {
    readable(path)?;
    load::read(path, None).map_err(|error| unusable(&error, path, terminal))
}

/// The agent that is meant.
pub(crate) fn agent(configuration: &Configuration, given: Option<&str>) -> Result<String, Failure> {
    let ids: Vec<&str> = configuration.config.agents.iter().map(|agent| &*agent.id).collect();
    let named = || ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    match (given, ids.as_slice()) {
        (Some(given), _) if ids.contains(&given) || ids.contains(&"*") => Ok(given.to_owned()),
        (Some(given), _) => {
            Err(Failure::new(format!("there is no agent `{given}` in the contract file"))
                .hint(format!("its agents are {}", named())))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => Err(Failure::new(format!("the contract file has {} agents", ids.len()))
            .hint(format!("choose one with `--agent ID`: {}", named()))),
    }
}

/// The failure that shows everything that is wrong with a configuration.
pub(crate) fn unusable(error: &LoadError, path: &Path, terminal: &Terminal) -> Failure {
    let text = drawn(&error.diagnostics, &error.files, terminal.errors_width());
    let message = format!("the contracts in `{}` cannot be used", path.display());
    Failure::new(message).drawn(text)
}
