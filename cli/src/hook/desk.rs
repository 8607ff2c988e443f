//! The guard, opened for who acted.
//!
//! The main agent is judged by the contracts of `--agent`, or of the agent that is called like the host, or of `*`. An
//! agent that it starts has contracts of its own where the file has some for its kind, or for `sub-agent`; then it also
//! has a session of its own. Otherwise it acts in the session of the agent that started it, under the same limits.

use std::fmt::Display;

use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode;
use sponsio_guard::failure::{self, Failure};
use sponsio_guard::guard::{OpenError, Request};
use sponsio_guard::load::Configuration;
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
}

impl Desk {
    /// The session of what was heard.
    pub(super) fn open(
        args: &HookArgs,
        host: &Host,
        heard: Option<&Heard>,
    ) -> Result<Self, Box<Ruling>> {
        let mode = args.mode.map(Mode::from);
        let configuration = place::contracts(args.config.as_deref(), mode)
            .map_err(|error| ruled(error.decision(), &error))?;
        let mode = configuration.mode;
        let unusable = |failure, error: &dyn Display| ruled(failure::decide(failure, mode), error);
        let state = place::state(args.state.as_deref())
            .map_err(|error| unusable(Failure::StoreUnavailable, &error))?;
        let (agent, name) = whose(&configuration, args, host, heard);
        let request = Request {
            agent,
            log: Some(place::log(&state)),
            store: Some(place::sessions(&state, args.config.as_deref()).into()),
            place: Some(place::calls(host, heard)),
            ..Request::default()
        };
        let opened = Guard::open_with(configuration, &request).map_err(|error| match &error {
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
        Ok(Self { guard: opened.guard, session })
    }
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

/// The agent whose contracts are asked, and the name of its session.
fn whose(
    configuration: &Configuration,
    args: &HookArgs,
    host: &Host,
    heard: Option<&Heard>,
) -> (String, String) {
    let is_named = |id: &str| configuration.config.agents.iter().any(|agent| *agent.id == *id);
    let main = args.agent.clone().unwrap_or_else(|| host.name.to_owned());
    let Some(heard) = heard else { return (main, NO_SESSION.to_owned()) };
    let session = heard.session.to_string();
    // That work is delegated is an event of who delegates it.
    let by = match &heard.what {
        What::Delegated(_) => &Actor::default(),
        _ => &heard.by,
    };
    let Some(id) = by.id.as_deref() else { return (main, session) };
    let kinds = [by.kind.as_deref(), Some(SUB_AGENT)];
    match kinds.into_iter().flatten().find(|kind| is_named(kind) && **kind != *main) {
        Some(kind) => (kind.to_owned(), format!("{session}/{id}")),
        None => (main, session),
    }
}
