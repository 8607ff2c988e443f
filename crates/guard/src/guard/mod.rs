//! The guard: sessions that are asked before a call runs.
//!
//! A guard holds one program for one agent. Each of its sessions is asked about events one at a time,
//! under its own lock, from the decision to the line in the log: the line is written before the caller
//! learns the decision, and before the step is committed. If the line is required and cannot be written,
//! nothing is committed and the call is refused. With a store, all of this happens while no other process has the
//! session.

mod announced;
mod open;
mod previous;
mod seat;
mod stored;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Event, EventKind, Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::session::refusal;
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::line::Line;
use sponsio_record::schema::value;

use crate::clock::Clock;
use crate::commons::Commons;
use crate::failure::{Audit, Failure, consequence, decide};
use crate::identity::Identity;
use crate::limits::{NAME_BYTES_MAX, SESSIONS_MAX, SHARED_STATES_MAX};
use crate::live::{Answer, Live, Pool};
use crate::place::Place;
use crate::recorder::{Kept, Observer, Recorder};
use crate::store::Store;
use previous::Previous;
use seat::{Seat, Seated, Unrecorded, is_needed};
use stored::{Unreached, Use};

pub use announced::Told;
pub use open::{OpenError, Opened, Request};

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

/// Why a session cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// A name is empty or too long.
    #[error("the name of a session, a user or a tree has between 1 and {NAME_BYTES_MAX} bytes")]
    Name,
    /// It is live, and belongs to somebody else.
    #[error("the session is live with another user, parent or tree")]
    OtherIdentity,
    /// Too many are live.
    #[error("{SESSIONS_MAX} sessions are live, and no further one can begin until one ends")]
    TooMany,
    /// It would share a state that there is no place for.
    #[error("sessions share {SHARED_STATES_MAX} states of contracts, and no further one can begin")]
    TooManyShared,
}

/// A guard. Clones are the same guard.
#[derive(Clone)]
pub struct Guard(Arc<Inner>);

struct Inner {
    /// What decides; replaced between two events.
    program: Mutex<Arc<Program>>,
    /// Other programs that sessions were judged by.
    previous: Previous,
    agent: Box<str>,
    clock: Box<dyn Clock>,
    recorder: Mutex<Box<dyn Recorder>>,
    audit: Audit,
    place: Place,
    /// Where sessions are between two events; in memory, where there is none.
    store: Option<Box<dyn Store>>,
    /// Who is told the lines that are kept.
    observer: Option<Arc<dyn Observer>>,
    keeps_args: bool,
    /// Lines that could not be written.
    unrecorded: AtomicU64,
    sessions: Mutex<BTreeMap<Box<str>, Seated>>,
    /// What their steps are decided in.
    pool: Pool,
    /// What they share.
    commons: Commons,
    sessions_max: usize,
}

/// A session of a guard. Clones are the same session.
#[derive(Clone)]
pub struct GuardSession {
    pub(crate) guard: Guard,
    seated: Seated,
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

impl Guard {
    /// A guard made of its parts.
    pub fn new(settings: Settings) -> Self {
        Self::with_limit(settings, None, None, SESSIONS_MAX)
    }

    /// The same, whose sessions are in a store that other processes use too.
    pub fn with_store(settings: Settings, store: Box<dyn Store>) -> Self {
        Self::with_limit(settings, Some(store), None, SESSIONS_MAX)
    }

    fn with_limit(
        settings: Settings,
        store: Option<Box<dyn Store>>,
        observer: Option<Arc<dyn Observer>>,
        sessions_max: usize,
    ) -> Self {
        let Settings { program, agent, clock, recorder, audit, place, keeps_args } = settings;
        Self(Arc::new(Inner {
            program: Mutex::new(program),
            previous: Previous::default(),
            agent,
            clock,
            recorder: Mutex::new(recorder),
            audit,
            place,
            store,
            observer,
            keeps_args,
            unrecorded: AtomicU64::new(0),
            sessions: Mutex::default(),
            pool: Pool::default(),
            commons: Commons::default(),
            sessions_max,
        }))
    }

    /// What decides.
    pub fn program(&self) -> Arc<Program> {
        Arc::clone(&lock(&self.0.program))
    }

    /// Decides by another program from the next event of each session on. Sessions go on: a contract that both
    /// programs have stays where it stands, whatever its place, and one that is new begins with the next event.
    pub fn reload(&self, program: Arc<Program>) {
        let before = core::mem::replace(&mut *lock(&self.0.program), program);
        self.0.previous.add(before);
    }

    /// Whose calls they are.
    pub fn agent(&self) -> &str {
        &self.0.agent
    }

    /// Whether violations act.
    pub fn mode(&self) -> Mode {
        self.program().mode()
    }

    /// How many lines could not be written.
    pub fn unrecorded(&self) -> u64 {
        self.0.unrecorded.load(Ordering::Relaxed)
    }

    /// What a call gets whose session cannot begin.
    pub fn without_session(&self) -> Decision {
        decide(Failure::TooManySessions, self.program().failure_mode())
    }

    /// How many sessions are live.
    pub fn sessions(&self) -> usize {
        lock(&self.0.sessions).len()
    }

    /// The session with this name; it begins if it is not live.
    ///
    /// # Errors
    ///
    /// The name is not possible, or no further session can begin.
    pub fn session(&self, name: &str) -> Result<GuardSession, SessionError> {
        self.session_of(Identity::named(name))
    }

    /// The session that this is; it begins if it is not live.
    ///
    /// # Errors
    ///
    /// A name is not possible, the session is live with another identity, or no further session can begin.
    pub fn session_of(&self, mut identity: Identity) -> Result<GuardSession, SessionError> {
        if !identity.is_valid() {
            return Err(SessionError::Name);
        }
        let mut sessions = lock(&self.0.sessions);
        if !sessions.contains_key(&identity.session)
            && sessions.len() >= self.0.sessions_max
            && self.0.store.is_some()
        {
            sessions.retain(|_, seated| is_needed(&seated.seat));
        }
        let seated = match sessions.get(&identity.session) {
            Some(seated) if seated.identity.may_be(&identity) => seated.clone(),
            Some(_) => return Err(SessionError::OtherIdentity),
            None if sessions.len() >= self.0.sessions_max => return Err(SessionError::TooMany),
            None => {
                if let (None, Some(parent)) = (&identity.tree, &identity.parent) {
                    let live = sessions.get(parent).map(|seated| seated.identity.root().into());
                    identity.tree = Some(live.unwrap_or_else(|| parent.clone()));
                }
                let seat = Arc::new(Mutex::new(self.seat(&identity)?));
                let seated = Seated { identity: Arc::new(identity), seat };
                sessions.insert(seated.identity.session.clone(), seated.clone());
                seated
            }
        };
        Ok(GuardSession { guard: self.clone(), seated })
    }

    /// The place of a session that begins.
    fn seat(&self, identity: &Identity) -> Result<Seat, SessionError> {
        // One program for both: another may be put in its place at any moment.
        let program = self.program();
        // Where there is a store, they are there.
        let commons = match &self.0.store {
            Some(_) => Vec::new(),
            None => self
                .0
                .commons
                .of(&program, identity, &self.0.agent)
                .ok_or(SessionError::TooManyShared)?,
        };
        Ok(Seat {
            live: self.begin(&program, identity),
            commons,
            unrecorded: Unrecorded::default(),
            ended: false,
            version: 0,
            was_stored: false,
        })
    }

    /// A session at its beginning.
    fn begin(&self, program: &Arc<Program>, identity: &Identity) -> Live {
        let live = Live::of(program, &self.0.agent, identity.clone());
        live.at(self.0.place.clone()).keeping_args(self.0.keeps_args)
    }

    /// Whether a session that is not in the store may have expired.
    fn sessions_expire(&self) -> bool {
        self.0.store.as_ref().is_some_and(|store| store.idle().is_some())
    }

    /// Writes a line; whether that worked.
    fn record(&self, line: &Line) -> bool {
        // Others write while this one waits: one look at the disk is for all that are written.
        let written = lock(&self.0.recorder).record(line);
        let is_kept = written.and_then(Kept::wait).is_ok();
        match (is_kept, &self.0.observer) {
            (false, _) => drop(self.0.unrecorded.fetch_add(1, Ordering::Relaxed)),
            (true, Some(observer)) => observer.told(line),
            (true, None) => {}
        }
        is_kept
    }

    /// Whether nothing may happen that is not recorded.
    fn needs_record(&self) -> bool {
        let mode = self.program().failure_mode();
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
        match self.call_event(tool, args, call) {
            Ok(event) => self.judge(&event),
            Err(failure) => self.not_judged(tool, failure),
        }
    }

    /// The event of a call of this session's agent, here and at this time.
    fn call_event(&self, tool: &str, args: &Value, call: CallRef) -> Result<Event, Failure> {
        let args = match args {
            Value::Object(_) => args.clone(),
            Value::Null => Value::empty(),
            _ => return Err(Failure::PayloadMalformed),
        };
        let call = CallRef { digest: None, ..call };
        let kind = EventKind::ToolCall { tool: tool.into(), args, call, effects: None };
        Ok(Event::new(self.now(), kind).by(self.guard.agent()))
    }

    /// Asks whether a call may run whose arguments are JSON text.
    pub fn before_call_json(&self, tool: &str, args: &[u8]) -> Answer {
        match value::parse_bytes(args) {
            Ok(args) => self.before_call(tool, &args),
            Err(error) => self.not_judged(tool, Failure::of_payload(&error)),
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

    /// What time it is for its guard.
    pub fn now(&self) -> Timestamp {
        self.guard.0.clock.now()
    }

    /// Microseconds since then.
    fn since(&self, then: Timestamp) -> u64 {
        u64::try_from(self.now().0.saturating_sub(then.0)).unwrap_or(0)
    }

    /// Ends the session; the names of the contracts that are still to be met. Calls on its clones fail from here
    /// on, and another session may begin under its name.
    pub fn end(self) -> Vec<Box<str>> {
        let mut seat = lock(&self.seated.seat);
        if seat.ended {
            return seat.live.owed();
        }
        let event = Event::new(self.now(), EventKind::SessionEnd).by(self.guard.agent());
        let owed = match self.take(&mut seat, Use::Ended, |seat| self.judge_in(seat, &event)) {
            Ok(answer) => answer.line.owed,
            Err(unreached) => self.unreached(&mut seat, &event, unreached).line.owed,
        };
        seat.ended = true;
        // The seat is locked before the map, and never the other way round.
        let mut sessions = lock(&self.guard.0.sessions);
        let own = &self.seated.seat;
        if sessions.get(seat.live.name()).is_some_and(|other| Arc::ptr_eq(&other.seat, own)) {
            sessions.remove(seat.live.name());
        }
        drop(sessions);
        self.guard.0.commons.leave(core::mem::take(&mut seat.commons));
        owed
    }

    /// The names of the contracts that would be violated if the session ended here.
    pub fn owed(&self) -> Vec<Box<str>> {
        let mut seat = lock(&self.seated.seat);
        // Where the store cannot be reached, what is known here is said.
        let owed = self.take(&mut seat, Use::Asked, |seat| seat.live.owed());
        owed.unwrap_or_else(|_| seat.live.owed())
    }

    /// Those of `tools` that could be called next with some arguments.
    pub fn filter<'t>(&self, tools: &[&'t str]) -> Vec<&'t str> {
        let mut seat = lock(&self.seated.seat);
        let mode = self.guard.program().failure_mode();
        let is_closed = seat.ended && !decide(Failure::SessionEnded, mode).runs();
        if is_closed {
            return Vec::new();
        }
        let menu = self.take(&mut seat, Use::Moved, |seat| match self.catch_up(seat) {
            true => seat.live.filter(tools, self.now()),
            false => Vec::new(),
        });
        match menu {
            Ok(menu) => menu,
            Err(unreached) if decide(unreached.failure, mode).runs() => tools.to_vec(),
            Err(_) => Vec::new(),
        }
    }

    /// Decides, records, and follows a refusal up, in one critical section.
    fn judge(&self, event: &Event) -> Answer {
        let mut seat = lock(&self.seated.seat);
        if seat.ended {
            // Nothing follows the end of a session, so nothing is recorded in it.
            return seat.live.failed(event, Failure::SessionEnded);
        }
        match self.take(&mut seat, Use::Moved, |seat| self.judge_in(seat, event)) {
            Ok(answer) => answer,
            Err(unreached) => self.unreached(&mut seat, event, unreached),
        }
    }

    /// The answer where the session could not be had. What happened all the same is judged before the next event.
    fn unreached(&self, seat: &mut Seat, event: &Event, unreached: Unreached) -> Answer {
        let Unreached { failure, why } = unreached;
        if !event.is_call() && failure != Failure::SessionEnded {
            seat.unrecorded.add(event);
        }
        let mut answer = seat.live.failed(event, failure);
        self.guard.record(&answer.line);
        if !why.is_empty() {
            answer.reason.push_str(": ");
            answer.reason.push_str(&why);
        }
        answer
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

    /// The answer to a call that cannot be judged, because what was asked about it cannot be read. It is recorded.
    pub fn not_judged(&self, tool: &str, failure: Failure) -> Answer {
        let event = Event::call(self.now(), tool, Value::empty()).by(self.guard.agent());
        let mut seat = lock(&self.seated.seat);
        if seat.ended {
            return seat.live.failed(&event, Failure::SessionEnded);
        }
        let answer = self.take(&mut seat, Use::Moved, |seat| {
            let answer = seat.live.failed(&event, failure);
            self.guard.record(&answer.line);
            self.follow_up(&mut seat.live, &event, &answer);
            answer
        });
        answer.unwrap_or_else(|failure| self.unreached(&mut seat, &event, failure))
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
    use crate::clock::System;
    use crate::recorder::Nothing;
    use crate::store::Memory;

    fn settings() -> Settings {
        let contract = Contract::new("c", Formula::parse("G(count(x) <= 1)").unwrap());
        let options = Options { mode: Mode::Enforce, ..Options::default() };
        Settings {
            program: Program::compile(&[contract], &options).unwrap(),
            agent: "a".into(),
            clock: Box::new(System),
            recorder: Box::new(Nothing),
            audit: Audit::Required,
            place: Place::default(),
            keeps_args: false,
        }
    }

    #[test]
    fn no_session_begins_beyond_the_limit_until_one_ends() {
        let guard = Guard::with_limit(settings(), None, None, 2);
        let first = guard.session("1").unwrap();
        guard.session("2").unwrap();
        guard.session("2").unwrap();
        assert_eq!(guard.session("3").unwrap_err(), SessionError::TooMany);
        first.end();
        assert!(guard.session("3").is_ok());
    }

    #[test]
    fn a_session_that_nobody_holds_leaves_memory_for_another_one_and_goes_on_in_its_store() {
        let guard = Guard::with_limit(settings(), Some(Box::new(Memory::new(None))), None, 2);
        let call = |session: &GuardSession| session.before_call("x", &Value::Null).decision;
        let held = guard.session("held").unwrap();
        for name in ["1", "2", "3"] {
            assert_eq!(call(&guard.session(name).unwrap()), Decision::Allow);
            assert!(guard.sessions() <= 2);
        }
        assert_eq!(call(&guard.session("1").unwrap()), Decision::Block);
        let other = guard.session("4").unwrap();
        assert_eq!(guard.session("5").unwrap_err(), SessionError::TooMany);
        drop((held, other));
        assert!(guard.session("5").is_ok());
    }
}
