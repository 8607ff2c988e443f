//! A guard made of a configuration that is looked for, and a log at a path.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sponsio_contracts::config::{Log, Sessions};
use sponsio_contracts::diagnostic::{Diagnostic, Files};
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::line::Line;

use super::{Guard, Settings};
use crate::clock::{Clock, Manual, System};
use crate::discover::{self, Environment, NotFound};
use crate::failure::{Audit, Failure, consequence};
use crate::limits::{LOG_FILE_BYTES_MAX, SESSIONS_MAX};
use crate::load::{self, Configuration, LoadError, ModeError, Prepared};
use crate::log_file::LogFile;
use crate::place::Place;
use crate::recorder::{Kept, Nothing, Observer, Recorder};
use crate::source::words;
use crate::store::{Address, Key, Store, StoreError, Visit};

/// How to open a guard.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The configuration; looked for where there is none.
    pub config: Option<PathBuf>,
    /// The agent.
    pub agent: String,
    /// The mode that the caller asks for.
    pub mode: Option<Mode>,
    /// The log; none is kept where there is no path.
    pub log: Option<PathBuf>,
    /// Where sessions are that processes share; where nothing is said, what the environment and then the configuration
    /// say, else the memory of this guard.
    pub store: Option<Address>,
    /// How much the log matters; required in enforce mode where nothing is said.
    pub audit: Option<Audit>,
    /// Whether the log keeps the arguments of calls, without secrets, beside their digest; what the configuration says,
    /// where nothing is said.
    pub keeps_args: Option<bool>,
    /// Whether a line of the log must survive the loss of power before its decision is told; what the configuration
    /// says, where nothing is said.
    pub durable: Option<bool>,
    /// Who is told the lines that are kept.
    pub observer: Option<Arc<dyn Observer>>,
    /// Where calls run; where this process does, where nothing is said.
    pub place: Option<Place>,
    /// What time it is; the machine's clock says it, where there is none.
    pub clock: Option<Arc<Manual>>,
    /// What the environment says.
    pub environment: Environment,
}

/// A guard, and what its configuration was warned about.
#[derive(Debug)]
pub struct Opened {
    /// The guard.
    pub guard: Guard,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// The texts, for showing warnings.
    pub files: Files,
}

/// Why a guard cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The mode is none.
    #[error(transparent)]
    Mode(#[from] ModeError),
    /// There is no configuration.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// The configuration cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The log is required and cannot be opened.
    #[error("the log `{}` cannot be opened: {}", .path.display(), words(.error))]
    Log {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The store of sessions cannot be opened.
    #[error("the store of sessions cannot be opened: {0}")]
    Store(StoreError),
}

/// Stands in for a log, or a store, that could not be opened.
struct Unopened(String);

impl Recorder for Unopened {
    fn record(&mut self, _: &Line) -> io::Result<Kept> {
        Err(io::Error::other(self.0.clone()))
    }
}

impl Store for Unopened {
    fn visit(&self, _: Key<'_>, _: &mut Visit<'_>) -> Result<u64, StoreError> {
        Err(StoreError::Unusable(self.0.clone()))
    }

    fn idle(&self) -> Option<Duration> {
        None
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        Err(StoreError::Unusable(self.0.clone()))
    }
}

/// The store of whoever says first where sessions are: the request, the environment, the configuration.
fn store(
    request: &Request,
    sessions: &Sessions,
    base: &Path,
) -> Result<Option<Box<dyn Store>>, StoreError> {
    let Sessions { store, idle_seconds } = sessions;
    let idle = idle_seconds.map(Duration::from_secs);
    let address = match (&request.store, &request.environment.store, store) {
        (Some(address), _, _) => address.clone(),
        (None, Some(text), _) => text.parse()?,
        (None, None, Some(text)) => {
            // As an included file, it is named from where the configuration is.
            text.reveal().parse::<Address>()?.below(base)
        }
        (None, None, None) if idle.is_some() => Address::memory(),
        (None, None, None) => return Ok(None),
    };
    address.open(idle).map(Some)
}

/// The log at a path, as the request says and then the configuration.
fn log_at(path: &Path, request: &Request, kept: &Log) -> io::Result<LogFile> {
    let log = LogFile::open(path)?;
    let log = log.in_files_of(kept.file_bytes.unwrap_or(LOG_FILE_BYTES_MAX));
    if request.durable.unwrap_or(kept.durable) { log.durable() } else { Ok(log) }
}

impl Guard {
    /// Finds and loads the configuration, and opens the log.
    pub fn open(request: &Request) -> Result<Opened, OpenError> {
        let given = load::given_mode(&request.environment, request.mode)?;
        let path = discover::find(request.config.as_deref(), &request.environment, Path::new("."))?;
        let base = path.parent().unwrap_or(Path::new("."));
        Self::open_at(load::read(&path, given)?.prepare(&request.agent)?, base, request)
    }

    /// The same with a configuration that was read already; where to find it is not asked. A file of sessions that it
    /// names is named from the working directory.
    pub fn open_with(configuration: Configuration, request: &Request) -> Result<Opened, OpenError> {
        Self::open_prepared(configuration.prepare(&request.agent)?, request)
    }

    /// The same for the agent that was prepared, whatever the request says.
    pub fn open_prepared(prepared: Prepared, request: &Request) -> Result<Opened, OpenError> {
        Self::open_at(prepared, Path::new("."), request)
    }

    fn open_at(prepared: Prepared, base: &Path, request: &Request) -> Result<Opened, OpenError> {
        let Prepared { agent, mode: _, program, sessions, log: kept, warnings, files } = prepared;
        // One enforced contract is enough for a program to be closed.
        let mode = program.failure_mode();
        let audit = request.audit.or(kept.is_required.map(Audit::of)).unwrap_or(match mode {
            Mode::Enforce => Audit::Required,
            Mode::Observe => Audit::BestEffort,
        });
        let is_required = consequence(Failure::LogUnwritable, mode, audit).is_some();
        let log = request.log.as_deref().filter(|_| kept.is_on);
        let recorder: Box<dyn Recorder> = match log.map(|path| (path, log_at(path, request, &kept)))
        {
            None => Box::new(Nothing),
            Some((_, Ok(log))) => Box::new(log),
            Some((path, Err(error))) if is_required => {
                return Err(OpenError::Log { path: path.to_path_buf(), error });
            }
            Some((_, Err(error))) => Box::new(Unopened(words(&error))),
        };
        let place = request.place.clone().unwrap_or_else(Place::of_process);
        let clock: Box<dyn Clock> = match &request.clock {
            Some(clock) => Box::new(Arc::clone(clock)),
            None => Box::new(System),
        };
        let keeps_args = request.keeps_args.unwrap_or(kept.args);
        let settings = Settings { program, agent, clock, recorder, audit, place, keeps_args };
        let store: Option<Box<dyn Store>> = match store(request, &sessions, base) {
            Err(error) if mode == Mode::Enforce => return Err(OpenError::Store(error)),
            Err(error) => Some(Box::new(Unopened(error.to_string()))),
            Ok(store) => store,
        };
        let observer = request.observer.clone();
        let guard = Self::with_limit(settings, store, observer, SESSIONS_MAX);
        Ok(Opened { guard, warnings, files })
    }
}
