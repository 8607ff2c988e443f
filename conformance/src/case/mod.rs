//! Cases: contracts, events, and what must come of them, in YAML.
//!
//! The format is defined in `cases/README.md`. A case says nothing about how a program is built or run, so every
//! way of doing so, in any language, can be held to the same files; [`crate::subject`] is the list of ways here.
//! The reader is strict: a key, a name or a word that it does not know is an error with its line, because a
//! misspelt expectation would expect nothing.
//!
//! What this module does not do: find files, or run anything.

mod command;
mod configuration;
mod contracts;
mod details;
mod effects;
pub(crate) mod event;
mod load;
pub(crate) mod tree;
mod written;

use sponsio_engine::contract::Contract;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Event;
use sponsio_engine::program::Permissions;
use sponsio_engine::strategy::Mode;
use sponsio_engine::verdict::Verdict;

pub use command::{Command, load_commands};
pub(crate) use effects::analyst;
pub use load::load;
pub use tree::CaseError;
pub use written::{AGENT, Written};

/// A file of cases on one topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// What the cases are about, in a sentence.
    pub about: String,
    /// The cases.
    pub cases: Vec<Case>,
}

/// Contracts, events, and what must come of them.
#[derive(Clone, Debug)]
pub struct Case {
    /// The behaviour, as a sentence.
    pub name: String,
    /// The line it begins at.
    pub line: usize,
    /// The program's mode.
    pub mode: Mode,
    /// The permissions of each agent.
    pub permissions: Permissions,
    /// The contracts; their names are distinct.
    pub contracts: Vec<Contract>,
    /// The patterns that were used to write them.
    pub patterns: Vec<&'static str>,
    /// The codes of what is found when they are read.
    pub codes: Vec<&'static str>,
    /// The contracts as files, for whoever runs the case in another process.
    pub written: Written,
    /// Whether they are refused, so that there are no events.
    pub is_refused: bool,
    /// The events and what is expected of each.
    pub events: Vec<Expected>,
    /// The names of the contracts with an open obligation at the end, where that is expected.
    pub owed: Option<Vec<String>>,
}

/// An event and what is expected of it.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The line it stands on.
    pub line: usize,
    /// The event.
    pub event: Event,
    /// The decision.
    pub decision: Decision,
    /// The contracts that object. Without an entry: none if the decision is to allow, else any.
    pub by: Option<Vec<String>>,
    /// Where contracts stand after the event.
    pub verdicts: Vec<(String, Verdict)>,
    /// What must occur in the explanation.
    pub because: Vec<String>,
    /// The reason as the agent reads it.
    pub says: Option<String>,
    /// The calls that make this one possible; empty if there are none.
    pub repair: Option<Vec<String>>,
    /// The word for what fails in the engine itself.
    pub failure: Option<String>,
}

impl Expected {
    /// The contracts that must object, where that is known.
    pub fn objecting(&self) -> Option<&[String]> {
        match (&self.by, self.decision) {
            (Some(names), _) => Some(names),
            (None, Decision::Allow) => Some(&[]),
            (None, _) => None,
        }
    }
}
