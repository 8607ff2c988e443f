//! The guard, opened for who acted.
//!
//! The main agent is judged by the contracts of `--agent`, or of the agent that is called like the host, or of `*`. An
//! agent that it starts has contracts of its own where the file has some for its kind, or for `sub-agent`; then it also
//! has a session of its own. Otherwise it acts in the session of the agent that started it, under the same limits.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use sponsio_engine::decision::Decision;
use sponsio_guard::failure::{self, Failure};
use sponsio_guard::guard::{OpenError, Request};
use sponsio_guard::store::Address;
use sponsio_guard::{Guard, GuardSession};
use sponsio_hosts::{Actor, Heard, Host, Ruling, What};

use super::{HookArgs, place};

/// The agent of contracts for all agents that others start.
const SUB_AGENT: &str = "sub-agent";
/// The session of payloads that do not say whose they are.
const NO_SESSION: &str = "without a session";

/// A session of the guard.
pub(super) struct Desk {
    pub(super) guard: Guard,
    pub(super) session: GuardSession,
    /// What the session is called.
    pub(super) name: String,
    /// The folder of the state.
    pub(super) state: PathBuf,
}

impl Desk {
    /// The session of what was heard.
    pub(super) fn open(
        args: &HookArgs,
        host: &Host,
        heard: Option<&Heard>,
    ) -> Result<Self, Box<Ruling>> {
        let seat = Seat::of(args, host, heard);
        let rather: Vec<&str> = seat.rather.iter().map(|kind| &**kind).collect();
        let prepared = place::program(args, &rather, &seat.main)
            .map_err(|error| ruled(error.decision(), &error))?;
        let mode = prepared.mode;
        let unusable = |failure, error: &dyn Display| ruled(failure::decide(failure, mode), error);
        let state = place::state(args.state.as_deref())
            .map_err(|error| unusable(Failure::StoreUnavailable, &error))?;
        let name = seat.session(&prepared.agent);
        let request = request(args, &state);
        let request = Request { place: Some(place::calls(args, host, heard)), ..request };
        let opened = Guard::open_prepared(prepared, &request).map_err(|error| match &error {
            OpenError::Load(load) => ruled(load.decision(), &error),
            OpenError::Log { .. } => unusable(Failure::LogUnwritable, &error),
            OpenError::Store(_) => unusable(Failure::StoreUnavailable, &error),
            OpenError::Mode(_) | OpenError::NotFound(_) => {
                unusable(Failure::ConfigurationUnusable, &error)
            }
        })?;
        let session = opened
            .guard
            .session(&name)
            .map_err(|error| unusable(Failure::EventTooLarge, &error))?;
        Ok(Self { guard: opened.guard, session, name, state })
    }
}

/// Where the sessions and the log are.
fn request(args: &HookArgs, state: &Path) -> Request {
    Request {
        log: Some(place::log(state)),
        store: Some(Address::folder(place::sessions(state, args.config.as_deref()))),
        ..Request::default()
    }
}

/// The session with this name, under the contracts of this agent.
pub(crate) fn session(args: &HookArgs, agent: &str, name: &str) -> Result<GuardSession, String> {
    let state = place::state(args.state.as_deref())?;
    let prepared = place::program(args, &[], agent).map_err(|error| error.to_string())?;
    let opened = Guard::open_prepared(prepared, &request(args, &state));
    let guard = opened.map_err(|error| error.to_string())?.guard;
    guard.session(name).map_err(|error| error.to_string())
}

/// What is ruled where the guard cannot be opened.
fn ruled(decision: Decision, error: &dyn Display) -> Box<Ruling> {
    let verb = if decision.runs() { "runs unguarded, as" } else { "does not run:" };
    Box::new(Ruling::new(
        // What runs although nothing was judged is said to the user.
        decision.max(Decision::Warn),
        &format!("the call {verb} {error}"),
    ))
}

/// Who acted.
struct Seat {
    /// The agent whose contracts are asked where those of its kind are not there.
    main: String,
    /// The kinds whose contracts are asked rather.
    rather: Vec<Box<str>>,
    /// The session of the host.
    session: String,
    /// The agent that another one started.
    started: Option<Box<str>>,
}

impl Seat {
    fn of(args: &HookArgs, host: &Host, heard: Option<&Heard>) -> Self {
        let main = args.agent.clone().unwrap_or_else(|| host.name.to_owned());
        let (rather, started) = (Vec::new(), None);
        let Some(heard) = heard else {
            return Self { main, rather, session: NO_SESSION.to_owned(), started };
        };
        let session = heard.session.to_string();
        // That work is delegated is an event of who delegates it.
        let by = match &heard.what {
            What::Delegated(_) => &Actor::default(),
            _ => &heard.by,
        };
        let Some(id) = by.id.clone() else { return Self { main, rather, session, started } };
        let kinds = [by.kind.clone(), Some(SUB_AGENT.into())];
        let rather = kinds.into_iter().flatten().filter(|kind| **kind != *main).collect();
        Self { main, rather, session, started: Some(id) }
    }

    /// The name of the session under the contracts of this agent.
    fn session(&self, agent: &str) -> String {
        match &self.started {
            Some(id) if *agent != *self.main => format!("{}/{id}", self.session),
            Some(_) | None => self.session.clone(),
        }
    }
}
