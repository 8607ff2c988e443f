//! Sessions in a store: several guards, and several processes, that share them.
//!
//! What every store must do is one test that is run on each of them; servers are real ones.

mod behaviour;
mod files;
mod opening;
mod outages;
mod processes;
mod servers;

use std::sync::Arc;
use std::time::Duration;

use sponsio_engine::event::{Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::clock::Manual;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::{Nothing, Recorder};
use sponsio_guard::store::{self, Memory, Store};
use sponsio_guard::{Answer, Guard, GuardSession};

use crate::Place;
use servers::Server;

/// A store that is opened again and again, as by other processes.
struct Shared {
    name: &'static str,
    open: Box<dyn Fn() -> Box<dyn Store>>,
    /// What it is in, for as long as it is used.
    _place: (Option<Server>, Option<tempfile::TempDir>),
}

impl Shared {
    fn memory(idle: Option<Duration>) -> Self {
        let store = Arc::new(Memory::new(idle));
        let open = move || -> Box<dyn Store> { Box::new(Arc::clone(&store)) };
        Self { name: "memory", open: Box::new(open), _place: (None, None) }
    }

    fn sqlite(idle: Option<Duration>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = folder.path().join("s.db").to_str().unwrap().to_owned();
        let open = Box::new(move || store::open(&address, idle).unwrap());
        Self { name: "sqlite", open, _place: (None, Some(folder)) }
    }

    fn folder(idle: Option<Duration>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("folder:{}", folder.path().join("s").display());
        let open = Box::new(move || store::open(&address, idle).unwrap());
        Self { name: "folder", open, _place: (None, Some(folder)) }
    }

    fn of(name: &'static str, server: Server, idle: Option<Duration>) -> Self {
        let address = server.address();
        let open = Box::new(move || store::open(&address, idle).unwrap());
        Self { name, open, _place: (Some(server), None) }
    }

    /// A guard that uses it.
    fn guard(&self, program: &Arc<Program>) -> Guard {
        Guard::with_store(settings(program), (self.open)())
    }

    /// The session of a guard that uses it.
    fn session(&self, program: &Arc<Program>) -> GuardSession {
        self.guard(program).session("s").unwrap()
    }
}

/// Every store, empty.
fn every(idle: Option<Duration>) -> Vec<Shared> {
    vec![
        Shared::memory(idle),
        Shared::sqlite(idle),
        Shared::folder(idle),
        Shared::of("redis", Server::redis(), idle),
        Shared::of("postgres", Server::postgres(), idle),
    ]
}

fn settings(program: &Arc<Program>) -> Settings {
    recording(program, Box::new(Nothing))
}

fn recording(program: &Arc<Program>, recorder: Box<dyn Recorder>) -> Settings {
    Settings {
        place: sponsio_guard::Place::default(),
        keeps_args: false,
        program: Arc::clone(program),
        agent: "treasurer".into(),
        clock: Box::new(Manual::at(Timestamp::from_seconds(1_718_000_000))),
        recorder,
        audit: Audit::BestEffort,
    }
}

fn call(session: &GuardSession, tool: &str) -> Answer {
    session.before_call(tool, &Value::empty())
}

/// A folder with contracts that let `wire` run so often, and the program of them.
fn limited(times: usize) -> (Place, Arc<Program>) {
    let text = format!("agents: {{treasurer: [\"tool `wire` at most {times} times\"]}}");
    let place = Place::with(&text);
    let program = place.program(Mode::Enforce);
    (place, program)
}
