//! The guard: sessions that are asked before a call runs.
//!
//! A guard holds one program for one agent. Each of its sessions is asked about events one at a time,
//! under its own lock, from the decision to the line in the log: the line is written before the caller
//! learns the decision, and before the step is committed. If the line is required and cannot be written,
//! nothing is committed and the call is refused.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sponsio_contracts::diagnostic::{Diagnostic, Files};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Event, EventKind, Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::session::refusal;
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::line::Line;
use sponsio_record::schema::value;

use crate::clock::{Clock, System};
use crate::discover::{self, Environment, NotFound};
use crate::failure::{Audit, Failure, consequence, decide};
use crate::limits::{NAME_BYTES_MAX, SESSIONS_MAX, UNRECORDED_EVENTS_MAX};
use crate::live::{Answer, Live};
use crate::load::{self, LoadError, ModeError};
use crate::log_file::LogFile;
use crate::place::Place;
use crate::recorder::{Nothing, Recorder};
use crate::source::words;

/// What a guard is made of.
pub struct Settings {
    /// What decides.
    pub program: Arc<Program>,
    /// Whose calls they are.
    pub agent: Box<str>,
    /// What time it is.
    pub clock: Box<dyn Clock>,
    /// Where lines of the log go.
    pub recorder: Box<dyn Recorder>,
    /// How much the log matters.
    pub audit: Audit,
    /// Where calls run.
    pub place: Place,
    /// Whether lines keep the arguments of calls, without secrets.
    pub keeps_args: bool,
}

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
    /// How much the log matters; required in enforce mode where nothing is said.
    pub audit: Option<Audit>,
    /// Whether the log keeps the arguments of calls, without secrets, beside their digest.
    pub keeps_args: bool,
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
}

/// Why a session cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The name is empty or too long.
    #[error("the name of a session has between 1 and {NAME_BYTES_MAX} bytes")]
    Name,
    /// Too many are live.
    #[error("{SESSIONS_MAX} sessions are live, and no further one can begin until one ends")]
    TooMany,
}

/// A guard. Clones are the same guard.
#[derive(Clone)]
pub struct Guard(Arc<Shared>);

struct Shared {
    program: Arc<Program>,
    agent: Box<str>,
    clock: Box<dyn Clock>,
    recorder: Mutex<Box<dyn Recorder>>,
    audit: Audit,
    place: Place,
    keeps_args: bool,
    /// Lines that could not be written.
    unrecorded: AtomicU64,
    sessions: Mutex<BTreeMap<Box<str>, Arc<Mutex<Seat>>>>,
    sessions_max: usize,
}

/// The place of a session in the guard.
struct Seat {
    live: Live,
    /// What happened and must be recorded before anything else is decided.
    unrecorded: Unrecorded,
    /// Whether it has ended: clones may outlive the end, and nothing more happens through them.
    ended: bool,
}

/// Events that happened while the log, which is required, could not be written. They are decided and recorded, in their
/// order, before the next one; until then no call runs.
#[derive(Default)]
struct Unrecorded {
    events: Vec<Event>,
    /// Whether there were more than are kept. What is not recorded is never counted, so no call runs any more.
    is_lost: bool,
}

impl Unrecorded {
    fn add(&mut self, event: &Event) {
        if self.events.len() < UNRECORDED_EVENTS_MAX {
            self.events.push(event.clone());
        } else {
            self.is_lost = true;
        }
    }

    fn is_empty(&self) -> bool {
        self.events.is_empty() && !self.is_lost
    }
}

/// A session of a guard. Clones are the same session.
#[derive(Clone)]
pub struct GuardSession {
    pub(crate) guard: Guard,
    seat: Arc<Mutex<Seat>>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("agent", &self.0.agent).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for GuardSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GuardSession").field("guard", &self.guard).finish_non_exhaustive()
    }
}

/// Stands in for a log that could not be opened.
struct Unopened(String);

impl Recorder for Unopened {
    fn record(&mut self, _: &Line) -> io::Result<()> {
        Err(io::Error::other(self.0.clone()))
    }
}

impl Guard {
    /// A guard made of its parts.
    pub fn new(settings: Settings) -> Self {
        Self::with_limit(settings, SESSIONS_MAX)
    }

    fn with_limit(settings: Settings, sessions_max: usize) -> Self {
        let Settings { program, agent, clock, recorder, audit, place, keeps_args } = settings;
        Self(Arc::new(Shared {
            program,
            agent,
            clock,
            recorder: Mutex::new(recorder),
            audit,
            place,
            keeps_args,
            unrecorded: AtomicU64::new(0),
            sessions: Mutex::default(),
            sessions_max,
        }))
    }

    /// Finds and loads the configuration, and opens the log.
    pub fn open(request: &Request) -> Result<Opened, OpenError> {
        let given = load::given_mode(&request.environment, request.mode)?;
        let path = discover::find(request.config.as_deref(), &request.environment, Path::new("."))?;
        let configuration = load::read(&path, given)?;
        let ready = configuration.program(&request.agent)?;
        // One enforced contract is enough for a program to be closed.
        let mode = ready.program.failure_mode();
        let audit = request.audit.unwrap_or(match mode {
            Mode::Enforce => Audit::Required,
            Mode::Observe => Audit::BestEffort,
        });
        let is_required = consequence(Failure::LogUnwritable, mode, audit).is_some();
        let recorder: Box<dyn Recorder> =
            match request.log.as_deref().map(|p| (p, LogFile::open(p))) {
                None => Box::new(Nothing),
                Some((_, Ok(log))) => Box::new(log),
                Some((path, Err(error))) if is_required => {
                    return Err(OpenError::Log { path: path.to_path_buf(), error });
                }
                Some((_, Err(error))) => Box::new(Unopened(words(&error))),
            };
        let agent = request.agent.as_str().into();
        let (program, clock, place) = (ready.program, Box::new(System), Place::of_process());
        let keeps_args = request.keeps_args;
        let settings = Settings { program, agent, clock, recorder, audit, place, keeps_args };
        let warnings = configuration.warnings.into_iter().chain(ready.warnings).collect();
        Ok(Opened { guard: Self::new(settings), warnings, files: configuration.files })
    }

    /// What decides.
    pub fn program(&self) -> &Arc<Program> {
        &self.0.program
    }

    /// Whose calls they are.
    pub fn agent(&self) -> &str {
        &self.0.agent
    }

    /// Whether violations act.
    pub fn mode(&self) -> Mode {
        self.0.program.mode()
    }

    /// How many lines could not be written.
    pub fn unrecorded(&self) -> u64 {
        self.0.unrecorded.load(Ordering::Relaxed)
    }

    /// What a call gets whose session cannot begin.
    pub fn without_session(&self) -> Decision {
        decide(Failure::TooManySessions, self.0.program.failure_mode())
    }

    /// How many sessions are live.
    pub fn sessions(&self) -> usize {
        lock(&self.0.sessions).len()
    }

    /// The session with this name; it begins if it is not live.
    pub fn session(&self, name: &str) -> Result<GuardSession, SessionError> {
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(SessionError::Name);
        }
        let mut sessions = lock(&self.0.sessions);
        if !sessions.contains_key(name) && sessions.len() >= self.0.sessions_max {
            return Err(SessionError::TooMany);
        }
        let begin = || {
            let live = Live::new(&self.0.program, &self.0.agent, name);
            let live = live.at(self.0.place.clone()).keeping_args(self.0.keeps_args);
            Arc::new(Mutex::new(Seat { live, unrecorded: Unrecorded::default(), ended: false }))
        };
        let seat = Arc::clone(sessions.entry(name.into()).or_insert_with(begin));
        Ok(GuardSession { guard: self.clone(), seat })
    }

    /// Writes a line; whether that worked.
    fn record(&self, line: &Line) -> bool {
        let written = lock(&self.0.recorder).record(line).is_ok();
        if !written {
            self.0.unrecorded.fetch_add(1, Ordering::Relaxed);
        }
        written
    }

    /// Whether nothing may happen that is not recorded.
    fn needs_record(&self) -> bool {
        let mode = self.0.program.failure_mode();
        consequence(Failure::LogUnwritable, mode, self.0.audit).is_some()
    }
}

impl GuardSession {
    /// Asks whether a call may run. Arguments are an object; `null` stands for none.
    pub fn before_call(&self, tool: &str, args: &Value) -> Answer {
        self.before_call_with(tool, args, CallRef::default())
    }

    /// As [`before_call`](Self::before_call), for a call that is joined with other events: with its result by an id,
    /// with concurrent calls by a batch. A digest is not taken from the caller.
    pub fn before_call_with(&self, tool: &str, args: &Value, call: CallRef) -> Answer {
        let time = self.now();
        let args = match args {
            Value::Object(_) => args.clone(),
            Value::Null => Value::empty(),
            _ => return self.fail(time, tool, Failure::PayloadMalformed),
        };
        let call = CallRef { digest: None, ..call };
        let kind = EventKind::ToolCall { tool: tool.into(), args, call, effects: None };
        self.judge(&Event::new(time, kind).by(self.guard.agent()))
    }

    /// Asks whether a call may run whose arguments are JSON text.
    pub fn before_call_json(&self, tool: &str, args: &[u8]) -> Answer {
        match value::parse_bytes(args) {
            Ok(args) => self.before_call(tool, &args),
            Err(error) => self.fail(self.now(), tool, Failure::of_payload(&error)),
        }
    }

    /// Tells what the session's agent did or received.
    pub fn observe(&self, kind: EventKind) -> Answer {
        self.observe_of(self.guard.agent(), kind)
    }

    /// Tells what another agent, or the user, did. An empty name stands for somebody who is not known.
    pub fn observe_of(&self, agent: &str, kind: EventKind) -> Answer {
        let agent = Some(agent).filter(|name| !name.is_empty()).map(Into::into);
        self.judge(&Event { time: self.now(), agent, kind })
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.guard.0.clock.now()
    }

    /// Microseconds since then.
    fn since(&self, then: Timestamp) -> u64 {
        u64::try_from(self.now().0.saturating_sub(then.0)).unwrap_or(0)
    }

    /// Ends the session; the names of the contracts that are still to be met. Calls on its clones fail from here
    /// on, and another session may begin under its name.
    pub fn end(self) -> Vec<Box<str>> {
        let mut seat = lock(&self.seat);
        if seat.ended {
            return seat.live.owed();
        }
        let event = Event::new(self.now(), EventKind::SessionEnd).by(self.guard.agent());
        let answer = self.judge_in(&mut seat, &event);
        seat.ended = true;
        // The seat is locked before the map, and never the other way round.
        let mut sessions = lock(&self.guard.0.sessions);
        if sessions.get(seat.live.name()).is_some_and(|other| Arc::ptr_eq(other, &self.seat)) {
            sessions.remove(seat.live.name());
        }
        answer.line.owed
    }

    /// The names of the contracts that would be violated if the session ended here.
    pub fn owed(&self) -> Vec<Box<str>> {
        lock(&self.seat).live.owed()
    }

    /// Those of `tools` that could be called next with some arguments.
    pub fn filter<'t>(&self, tools: &[&'t str]) -> Vec<&'t str> {
        let mut seat = lock(&self.seat);
        let mode = self.guard.0.program.failure_mode();
        let is_closed = seat.ended && !decide(Failure::SessionEnded, mode).runs();
        if is_closed || !self.catch_up(&mut seat) {
            return Vec::new();
        }
        seat.live.filter(tools, self.now())
    }

    /// Decides, records, and follows a refusal up, in one critical section.
    fn judge(&self, event: &Event) -> Answer {
        let mut seat = lock(&self.seat);
        if seat.ended {
            // Nothing follows the end of a session, so nothing is recorded in it.
            return seat.live.failed(event, Failure::SessionEnded);
        }
        self.judge_in(&mut seat, event)
    }

    fn judge_in(&self, seat: &mut Seat, event: &Event) -> Answer {
        if self.catch_up(seat) {
            let (mut answer, decided) = seat.live.decide(event);
            answer.line.latency = self.since(event.time);
            if self.guard.record(&answer.line) || !self.guard.needs_record() {
                seat.live.commit(event, &decided);
                self.follow_up(&mut seat.live, event, &answer);
                return answer;
            }
        }
        // A call that is refused did not happen. Everything else did, whether it could be recorded or not.
        if !event.is_call() {
            seat.unrecorded.add(event);
        }
        let answer = seat.live.failed(event, Failure::LogUnwritable);
        if seat.unrecorded.is_empty() {
            self.follow_up(&mut seat.live, event, &answer);
        }
        answer
    }

    /// Decides and records what could not be recorded when it happened; whether nothing is left of it.
    fn catch_up(&self, seat: &mut Seat) -> bool {
        while let Some(event) = seat.unrecorded.events.first() {
            let (told, decided) = seat.live.decide(event);
            if !self.guard.record(&told.line) {
                return false;
            }
            seat.live.commit(event, &decided);
            seat.unrecorded.events.remove(0);
        }
        seat.unrecorded.is_empty()
    }

    fn fail(&self, time: Timestamp, tool: &str, failure: Failure) -> Answer {
        let event = Event::call(time, tool, Value::empty()).by(self.guard.agent());
        let mut seat = lock(&self.seat);
        if seat.ended {
            return seat.live.failed(&event, Failure::SessionEnded);
        }
        let answer = seat.live.failed(&event, failure);
        self.guard.record(&answer.line);
        self.follow_up(&mut seat.live, &event, &answer);
        answer
    }

    /// A refused call did not happen; that it was refused did.
    fn follow_up(&self, live: &mut Live, event: &Event, answer: &Answer) {
        if let Some(refused) = refusal(event).filter(|_| !answer.decision.runs()) {
            let (told, decided) = live.decide(&refused);
            if self.guard.record(&told.line) || !self.guard.needs_record() {
                live.commit(&refused, &decided);
            }
        }
    }
}

/// A panic elsewhere does not make the state wrong: steps are decided aside and then applied.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use sponsio_engine::contract::Contract;
    use sponsio_engine::formula::Formula;
    use sponsio_engine::program::Options;

    use super::*;

    #[test]
    fn no_session_begins_beyond_the_limit_until_one_ends() {
        let contract = Contract::new("c", Formula::parse("G !called(x)").unwrap());
        let settings = Settings {
            program: Program::compile(&[contract], &Options::default()).unwrap(),
            agent: "a".into(),
            clock: Box::new(System),
            recorder: Box::new(Nothing),
            audit: Audit::Required,
            place: Place::default(),
            keeps_args: false,
        };
        let guard = Guard::with_limit(settings, 2);
        let first = guard.session("1").unwrap();
        guard.session("2").unwrap();
        guard.session("2").unwrap();
        assert_eq!(guard.session("3").unwrap_err(), SessionError::TooMany);
        first.end();
        assert!(guard.session("3").is_ok());
    }
}
