//! A contract: what is assumed, what is guaranteed, and what a violation does.

use crate::formula::Formula;
use crate::strategy::{Mode, Strategy};

/// When a contract's guarantees start to be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// From the first event on; required whenever the assumption holds of the whole session so far.
    #[default]
    Always,
    /// From the first event at which the assumption holds, as if the session began there.
    FirstMatch,
}

/// What a contract is judged apart for: each value has a state of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForEach {
    /// The parts of the key; at least one.
    pub keys: Vec<KeyPart>,
    /// Whether values are compared as texts: the number 1 is the text `1`.
    pub as_text: bool,
}

/// One part of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// Who acts.
    Agent,
    /// The value of a context fact.
    Fact(Box<str>),
    /// A value of the call's arguments.
    Argument {
        /// Its path, of tools that have none of their own.
        path: Option<Box<str>>,
        /// Its path by tool.
        by_tool: Vec<(Box<str>, Box<str>)>,
    },
}

/// Whose events a contract is judged on, together: what has the same scope shares one state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Those of the session.
    #[default]
    Session,
    /// Those of a session and of the sessions that it started, at any depth.
    Tree,
    /// Those of all sessions of a user.
    User,
    /// Those of all sessions of an agent.
    Agent,
    /// Those of all sessions.
    Global,
}

impl Scope {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 5] = [Self::Session, Self::Tree, Self::User, Self::Agent, Self::Global];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Tree => "tree",
            Self::User => "user",
            Self::Agent => "agent",
            Self::Global => "global",
        }
    }
}

/// One contract, before compilation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// What people call it; logs and reasons carry it.
    pub name: Box<str>,
    /// What must hold of the session for the guarantees to be required; all of them.
    pub assumptions: Vec<Formula>,
    /// When the guarantees start to be judged.
    pub activation: Activation,
    /// What is required; all of them.
    pub guarantees: Vec<Formula>,
    /// What it is judged apart for; the whole scope where there is nothing.
    pub for_each: Option<ForEach>,
    /// Whose events it is judged on.
    pub scope: Scope,
    /// What a violation does.
    pub strategy: Strategy,
    /// Whether violations act; the program's mode where there is none.
    pub mode: Option<Mode>,
    /// What the agent can do instead of what violates it; empty where nothing is said.
    pub advice: Box<str>,
}

impl Contract {
    /// An unconditional contract that blocks.
    pub fn new(name: &str, guarantee: Formula) -> Self {
        Self {
            name: name.into(),
            assumptions: Vec::new(),
            activation: Activation::Always,
            guarantees: vec![guarantee],
            for_each: None,
            scope: Scope::Session,
            strategy: Strategy::Block,
            mode: None,
            advice: Box::default(),
        }
    }
}
