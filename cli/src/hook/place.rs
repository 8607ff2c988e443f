//! Where things are: the contracts, the files of the guard, the folder that the agent works in.
#![expect(clippy::disallowed_methods, reason = "where a hook runs is its environment")]

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_engine::strategy::Mode;
use sponsio_guard::Place;
use sponsio_guard::kept::{self, Wanted};
use sponsio_guard::load::{self, Configuration, LoadError, Prepared};
use sponsio_guard::source::FileSystem;
use sponsio_hosts::{Heard, Host};
use sponsio_record::schema::canonical::to_hex;

use super::HookArgs;
use crate::daemon::Here;

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
    with_source(config, mode, |entry, source| read(entry, source, mode))
}

/// The program of the first of `rather` that the contracts name, else that of `agent`: the one that is kept in the
/// folder of the state, if it is of these contracts.
pub(super) fn program(
    args: &HookArgs,
    rather: &[&str],
    agent: &str,
) -> Result<Prepared, LoadError> {
    let mode = args.mode.map(Mode::from);
    with_source(args.config.as_deref(), mode, |entry, source| {
        let mode_name = mode.map_or("that of the file", Mode::name);
        let key = format!("{mode_name} {entry}");
        let wanted = Wanted { key: &key, source, rather, agent };
        match state(args.state.as_deref()) {
            Ok(state) => {
                kept::prepared(&programs(&state), &wanted, |source| read(entry, source, mode))
            }
            // Nothing is kept where nothing can be; that there is no folder is said of the sessions.
            Err(_) => read(entry, source, mode)?.prepare_first(rather, agent),
        }
    })
}

/// Runs `run` with what the contracts are called, and where their texts are.
fn with_source<T>(
    config: Option<&Path>,
    mode: Option<Mode>,
    run: impl FnOnce(&str, &dyn Source) -> Result<T, LoadError>,
) -> Result<T, LoadError> {
    match config {
        Some(path) => run(load::entry_of(path, mode)?, &FileSystem::new()),
        None => run(DEFAULT_NAME, &Default),
    }
}

fn read(entry: &str, source: &dyn Source, mode: Option<Mode>) -> Result<Configuration, LoadError> {
    let mut configuration = load::read_from(entry, source, mode)?;
    if mode.is_none() && configuration.config.mode.is_none() {
        // Whoever installs a hook and says nothing else means it.
        configuration.mode = Mode::Enforce;
    }
    Ok(configuration)
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

/// The folder of the sessions. Each contract file has its own: what only one of two has would be forgotten by the
/// other.
pub(crate) fn sessions(state: &Path, config: Option<&Path>) -> PathBuf {
    let Some(config) = config else { return state.join("sessions") };
    let real = std::fs::canonicalize(config).unwrap_or_else(|_| config.to_path_buf());
    let mut digest = to_hex(&Sha256::digest(real.to_string_lossy().as_bytes()));
    digest.truncate(FILE_DIGITS);
    state.join(format!("sessions-{digest}"))
}

/// The path of a file from the root, for whoever reads it elsewhere.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The folder of programs that are kept.
fn programs(state: &Path) -> PathBuf {
    state.join("programs")
}

/// The folder of calls that wait for a person.
pub(super) fn waiting(state: &Path) -> PathBuf {
    state.join("waiting")
}

/// The log.
pub(crate) fn log(state: &Path) -> PathBuf {
    state.join("audit.jsonl")
}

/// What the environment of this process says of where calls run.
pub(super) fn here(host: &Host) -> Here {
    let Place { cwd, home, .. } = Place::of_process();
    let text = |path: Option<Box<str>>| path.map(String::from);
    let project = host.project.and_then(|name| std::env::var(name).ok());
    Here { cwd: text(cwd), home: text(home), project }
}

/// Where the calls of the payload run. The folder that the agent works in does not change with its working directory.
pub(super) fn calls(args: &HookArgs, host: &Host, heard: Option<&Heard>) -> Place {
    let here = args.here.clone().unwrap_or_else(|| here(host));
    let from_root = |path: String| Some(path).filter(|path| Path::new(path).is_absolute());
    let kept = |path: Option<String>| path.and_then(from_root).map(String::into_boxed_str);
    let told = |path: Option<&Box<str>>| kept(path.map(|path| path.to_string()));
    let (here_cwd, home, project) = (kept(here.cwd), kept(here.home), kept(here.project));
    let workspace = told(heard.and_then(|heard| heard.workspace.as_ref()));
    let workspace = workspace.or(project).or_else(|| here_cwd.clone());
    let cwd = told(heard.and_then(|heard| heard.cwd.as_ref())).or(here_cwd);
    Place { cwd, home, workspace, ..Place::of_process() }
}
