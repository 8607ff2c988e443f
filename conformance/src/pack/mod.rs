//! Packs and the cases that prove them.
//!
//! The format is defined in `packs/README.md`. A case is judged by a guard in enforce mode, as a host would ask it, and
//! every contract has to stop something and to leave its harmless twin alone: a rule that was never seen to fire may
//! be misspelt, and one that was never seen to stay silent may cry wolf.
//!
//! The reader is strict, as that of [`case`](crate::case). What this module does not do: find files; `sponsio-packs`
//! has the texts.

mod judge;
mod load;

use sponsio_effects::{Context, System};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Event;

pub use crate::case::CaseError;
pub use judge::{Proof, prove};
pub use load::load;

/// What happens, and what must come of its last event.
#[derive(Clone, Debug)]
pub struct PackCase {
    /// What it shows.
    pub name: String,
    /// The line it begins on.
    pub line: usize,
    /// Where it happens.
    pub place: Place,
    /// The events; all but the last are allowed, or it is said what they are otherwise.
    pub events: Vec<Event>,
    /// What comes of the strictest of them.
    pub expect: Decision,
    /// The contract that must object.
    pub contract: Option<String>,
}

/// Where a call would run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The working directory.
    pub cwd: Option<String>,
    /// The home directory.
    pub home: Option<String>,
    /// The directory that the agent works in.
    pub workspace: Option<String>,
    /// The operating system: `linux`, `mac` or `windows`.
    pub system: Option<String>,
}

impl PackCase {
    /// Whether it shows what is stopped; otherwise it is a harmless twin.
    pub fn is_stopped(&self) -> bool {
        matches!(self.expect, Decision::Block | Decision::Escalate | Decision::Redirect)
    }
}

impl Place {
    /// The same for the analysis.
    pub fn context(&self) -> Context<'_> {
        let system = match self.system.as_deref() {
            Some("mac") => System::Mac,
            Some("windows") => System::Windows,
            _ => System::Linux,
        };
        Context {
            cwd: self.cwd.as_deref(),
            home: self.home.as_deref(),
            workspace: self.workspace.as_deref(),
            system,
        }
    }
}
