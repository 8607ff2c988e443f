//! The guard as a whole: real files in, decisions and log lines out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests may be direct, and they make the files that the guard reads"
)]

mod announced;
mod approvals;
mod audit;
mod disk;
mod effects;
mod failures;
mod kept;
mod kills;
mod live;
mod modes;
mod processes;
mod reload;
mod replay;
mod scopes;
mod secrets;
mod stores;
mod tell;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sponsio_engine::event::{Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::clock::Manual;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::{Memory, Recorder};
use sponsio_guard::{Guard, load};
use sponsio_record::schema::value;

/// A directory with these contracts as its `sponsio.yaml`.
struct Place(tempfile::TempDir);

impl Place {
    fn with(text: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("sponsio.yaml"), text).unwrap();
        Self(directory)
    }

    fn config(&self) -> PathBuf {
        self.path().join("sponsio.yaml")
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn program(&self, mode: Mode) -> Arc<Program> {
        let configuration =
            load::read(&self.config(), Some(mode)).unwrap_or_else(|e| panic!("{e}"));
        configuration.program("treasurer").unwrap_or_else(|e| panic!("{e}")).program
    }
}

/// A guard whose clock stands at a second, and what it records.
fn guard_of(program: &Arc<Program>) -> (Guard, Arc<Manual>, Memory) {
    let memory = Memory::default();
    let (guard, clock) = guard_with(program, Box::new(memory.clone()), Audit::Required);
    (guard, clock, memory)
}

fn guard_with(
    program: &Arc<Program>,
    recorder: Box<dyn Recorder>,
    audit: Audit,
) -> (Guard, Arc<Manual>) {
    let clock = Arc::new(Manual::at(Timestamp::from_seconds(1_718_000_000)));
    let guard = Guard::new(Settings {
        place: sponsio_guard::Place::default(),
        program: Arc::clone(program),
        agent: "treasurer".into(),
        clock: Box::new(Arc::clone(&clock)),
        recorder,
        audit,
        keeps_args: false,
    });
    (guard, clock)
}

fn args(text: &str) -> Value {
    value::parse(text).unwrap()
}

/// Contracts with every strategy.
const CONTRACTS: &str = r#"
agents:
  treasurer:
    contracts:
      - desc: verify first
        G: {ltl: "!called(wire) W called(verify)"}
      - desc: small wires
        G: {ltl: "G(called(wire) -> arg_numeric(wire, amount) <= 5000)"}
        strategy: escalate
      - desc: no shell
        G: {ltl: "G !called(shell)"}
        strategy: {redirect_to_safe: {tool: dry_run, message: only rehearsals}}
      - desc: few notes
        G: {ltl: "G(count(note) <= 2)"}
        strategy: warn_only
      - desc: receipts
        G: {ltl: "G(called(wire) -> F called(receipt))"}
      - desc: three refusals
        G: {ltl: "G(called_any() -> denied(wire) < 3)"}
"#;
