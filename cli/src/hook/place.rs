//! Where things are: the contracts, the files of the guard, the folder that the agent works in.
#![expect(clippy::disallowed_methods, reason = "where a hook runs is its environment")]

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_engine::strategy::Mode;
use sponsio_guard::Place;
use sponsio_guard::load::{self, Configuration, LoadError};
use sponsio_hosts::{Heard, Host};
use sponsio_record::schema::canonical::to_hex;

/// The contracts where no file is given.
const DEFAULT: &str = include_str!("default.yaml");
/// What messages call them.
const DEFAULT_NAME: &str = "the contracts of `sponsio hook`";
/// Digits of the digest that tells the sessions of one contract file from those of another.
const FILE_DIGITS: usize = 16;

/// The text of the default, which includes shipped packs only.
struct Default;

impl Source for Default {
    fn read(&self, _: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match spec {
            DEFAULT_NAME => Ok(Text { name: spec.to_owned(), text: DEFAULT.to_owned() }),
            _ => Err(SourceError::new(format!("`{spec}` is no shipped pack"))),
        }
    }
}

/// The contracts of this file, or the default ones.
pub(crate) fn contracts(
    config: Option<&Path>,
    mode: Option<Mode>,
) -> Result<Configuration, LoadError> {
    match config {
        Some(path) => {
            let mut configuration = load::read(path, mode)?;
            if mode.is_none() && configuration.config.mode.is_none() {
                // Whoever installs a hook and says nothing else means it.
                configuration.mode = Mode::Enforce;
            }
            Ok(configuration)
        }
        None => load::read_from(DEFAULT_NAME, &Default, mode.or(Some(Mode::Enforce))),
    }
}

/// The folder for sessions and the log: the given one, or the user's.
pub(crate) fn state(given: Option<&Path>) -> Result<PathBuf, String> {
    let user = || {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || absolute(if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" });
        let below = if cfg!(windows) { "state" } else { ".local/state" };
        absolute("XDG_STATE_HOME").or_else(|| Some(home()?.join(below)))
    };
    match given.map(Path::to_path_buf) {
        Some(folder) => Ok(folder),
        None => user().map(|folder| folder.join("sponsio")).ok_or_else(|| {
            "there is no home folder to keep sessions in; name one with `--state`".into()
        }),
    }
}

/// The file of the sessions. Each contract file has its own: what only one of two has would be forgotten by the other.
pub(crate) fn sessions(state: &Path, config: Option<&Path>) -> PathBuf {
    let Some(config) = config else { return state.join("sessions.db") };
    let real = std::fs::canonicalize(config).unwrap_or_else(|_| config.to_path_buf());
    let mut digest = to_hex(&Sha256::digest(real.to_string_lossy().as_bytes()));
    digest.truncate(FILE_DIGITS);
    state.join(format!("sessions-{digest}.db"))
}

/// The log.
pub(crate) fn log(state: &Path) -> PathBuf {
    state.join("audit.jsonl")
}

/// Where the calls of the payload run. The folder that the agent works in does not change with its working directory.
pub(super) fn calls(host: &Host, heard: Option<&Heard>) -> Place {
    let process = Place::of_process();
    let absolute = |path: &str| Path::new(path).is_absolute();
    let told = |path: Option<&Box<str>>| path.filter(|path| absolute(path)).cloned();
    let variable = || {
        let value: Box<str> = std::env::var(host.project?).ok()?.into();
        Some(value).filter(|path| absolute(path))
    };
    let workspace = told(heard.and_then(|heard| heard.workspace.as_ref()));
    let workspace = workspace.or_else(variable).or_else(|| process.workspace.clone());
    let cwd = told(heard.and_then(|heard| heard.cwd.as_ref())).or_else(|| process.cwd.clone());
    Place { cwd, workspace, ..process }
}
