//! `sponsio.yaml`: from text to contracts per agent.
//!
//! Reading has two stages. `tree` turns a file into a spanned tree and knows no keys; the other files
//! turn the tree into the checked model that this file declares. Files are reached through a [`Source`], so
//! reading a configuration does nothing but read. Everything that is wrong is reported at once, and a
//! configuration with one error yields no [`Config`]: a guard that runs without the contract that failed to
//! load protects nothing.
//!
//! [`keys`] is the registry of everything that may be written. What this module does not do: look for the
//! file, read the environment (the source knows the variables), or decide what happens when loading fails.

mod activation;
mod agent;
mod audit;
mod between;
mod clause;
mod contract;
mod customized;
mod document;
mod fields;
mod for_each;
mod include;
mod inventory;
pub mod keys;
mod lint;
pub mod migrate;
mod naming;
mod origin;
mod policy;
mod repeated;
mod select;
mod sets;
mod settings;
mod symbols;
mod tree;
mod variables;

use core::fmt;
use std::collections::BTreeMap;
use std::rc::Rc;

use sponsio_engine::contract::Contract;
use sponsio_engine::program::{self, CompileError};
use sponsio_engine::strategy::Mode;

pub use select::Selection;
pub use symbols::{Expression, expressions};

pub use settings::{
    Dashboard, Fallback, Judge, Log, Model, Performance, ReportWhen, Secret, Sessions, Settings,
};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Files, Location};

/// A text and what messages call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The name. The same file always has the same name, and `including` of [`Source::read`] is such a
    /// name.
    pub name: String,
    /// The content.
    pub text: String,
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError(String);

impl SourceError {
    /// An error with this message: lower case, no full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for SourceError {}

/// Where configuration files come from.
pub trait Source {
    /// The text that `spec` names.
    ///
    /// Without `including`, `spec` is the entry that the caller of [`load`] gave. With it, `spec` is a
    /// relative path that does not climb out of the directory of the file `including`, as far as its
    /// letters say; an implementation with symbolic links has to see to those.
    ///
    /// Two kinds of `spec` are not relative: one that begins with `/`, and one that begins with `~/`, which
    /// is below the home folder of whoever runs the program.
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError>;

    /// The value of a variable of the environment, for `${NAME}` in a value; none if it is not set.
    fn variable(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
}

/// A configuration without errors.
#[derive(Clone, Debug)]
pub struct Config {
    /// The agents, in the order of the file.
    pub agents: Vec<Agent>,
    /// The mode that the file asks for; enforce if any of its keys says so.
    pub mode: Option<Mode>,
    /// What the file says about tools that no contract names.
    pub tool_policy: Option<ToolAccess>,
    /// The tools there are; none if the file does not list them.
    pub tools: Vec<Tool>,
    /// What the file says beside its contracts.
    pub settings: Settings,
    /// What each included file says of itself, in the order in which they are read.
    pub notes: Vec<Note>,
}

/// What an included file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The `include` entry that brought it.
    pub include: String,
    /// Why it exists; empty if it does not say.
    pub about: Box<str>,
    /// Where what it protects from is described.
    pub sources: Vec<Box<str>>,
}

/// A tool that the file lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: Box<str>,
    /// Where it is listed.
    pub location: Location,
    /// What it does.
    pub description: Option<Box<str>>,
    /// Its parameters, as written.
    pub params: Vec<Box<str>>,
    /// Its tags, without `@`.
    pub tags: Vec<Box<str>>,
}

/// The contracts of one agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its id; `*` stands for every agent that is not named.
    pub id: Box<str>,
    /// Where it is declared.
    pub location: Location,
    /// Included contracts first, then its own, then that of the tool policy.
    pub contracts: Vec<Loaded>,
    /// What it is permitted.
    pub permissions: Vec<Box<str>>,
    /// The directory it works in, where the file says.
    pub workspace: Option<Box<str>>,
}

/// A contract and where it comes from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The contract.
    pub contract: Contract,
    /// What it is judged apart for; once for the session if there is none.
    pub for_each: Option<ForEach>,
    /// Where it is written.
    pub origin: Origin,
}

/// What a contract is judged apart for: each combination of the values of its parts has a state of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForEach {
    /// Where it is written.
    pub location: Location,
    /// The parts; at least one.
    pub parts: Vec<KeyPart>,
}

/// One part of what a contract is judged apart for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// Where its value is.
    pub source: KeySource,
    /// Whether values are compared as texts, so that the number 1 and the text `1` are one value.
    pub as_text: bool,
}

/// Where the value of a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// At this path of the arguments of a call.
    Argument(Box<str>),
    /// At a path of the arguments that depends on the tool; other tools have no value.
    ArgumentByTool(Vec<(Box<str>, Box<str>)>),
    /// In the context fact with this key.
    Context(Box<str>),
    /// The agent of the event.
    Agent,
}

/// Where a contract is written.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The whole entry.
    pub location: Location,
    /// One for each assumption of the contract.
    pub assumptions: Vec<Clause>,
    /// One for each guarantee of the contract.
    pub guarantees: Vec<Clause>,
    /// Its `desc`.
    pub desc: Option<String>,
    /// Its `source`: where the requirement comes from.
    pub source: Option<String>,
    /// The `include` entry that brought it.
    pub pack: Option<String>,
}

/// One clause of a contract, as written.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Where.
    pub location: Location,
    /// The sentence, the formula, or the canonical sentence of the pattern.
    pub text: String,
    /// What it requires, in a few words.
    pub description: String,
    /// The pattern; none for a formula.
    pub pattern: Option<&'static str>,
    /// The `source` key: where the requirement comes from.
    pub source: Option<String>,
    /// Texts that one of its regular expressions has to match, with their places.
    pub examples: Vec<(Location, String)>,
    /// Texts that none of its regular expressions may match, with their places.
    pub counterexamples: Vec<(Location, String)>,
}

/// What holds for tools that no contract names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolAccess {
    /// Whether other tools may be called.
    pub default: Unapproved,
    /// The tools that may be called.
    pub approved: Vec<Box<str>>,
    /// When the policy acts.
    pub enforcement: Timing,
}

/// What a tool policy says of a tool that is not approved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unapproved {
    /// It may be called.
    #[default]
    Allow,
    /// It may not be called.
    Deny,
}

/// When a tool policy acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// When a tool is called.
    #[default]
    Reactive,
    /// Also before, where the host lets tools be withheld from the agent.
    Proactive,
}

impl Loaded {
    /// The diagnostic of this contract where the engine cannot compile it.
    pub fn refused(&self, error: &CompileError) -> Diagnostic {
        let clause = match error.clause() {
            program::Clause::Contract => None,
            program::Clause::Assumption(index) => self.origin.assumptions.get(index),
            program::Clause::Guarantee(index) => self.origin.guarantees.get(index),
        };
        let location = clause.map_or(self.origin.location, |clause| clause.location);
        let message = format!("the contract `{}` cannot be compiled: {error}", self.contract.name);
        Diagnostic::new(Code::Compile, location, message).hint_if(error.hint())
    }
}

/// Reads the configuration `entry` and everything that it includes.
///
/// The diagnostics are sorted by place. There is a [`Config`] exactly if none of them is an error.
pub fn load(entry: &str, source: &dyn Source) -> (Option<Config>, Vec<Diagnostic>, Files) {
    let mut loader = Loader::new(source);
    let config = loader.entry(entry);
    let config = config.filter(|_| !loader.diagnostics.has_errors());
    (config, loader.diagnostics.finish(), loader.files)
}

/// The state of reading one configuration.
struct Loader<'s> {
    source: &'s dyn Source,
    files: Files,
    diagnostics: Diagnostics,
    /// Included trees by name, so that several agents can include one file.
    trees: BTreeMap<String, (FileId, Option<Rc<tree::Node>>)>,
    bytes: usize,
    contracts: usize,
    /// The names of the agent whose contracts are being read.
    naming: naming::Naming,
    /// The tools with each tag.
    tags: BTreeMap<String, Vec<String>>,
    /// The sets of the files that are being read, from the outside in.
    sets: Vec<sets::Sets>,
    /// The `include` entry through which contracts are being read.
    pack: Option<String>,
    notes: Vec<Note>,
}

impl<'s> Loader<'s> {
    fn new(source: &'s dyn Source) -> Self {
        Self {
            source,
            files: Files::new(),
            diagnostics: Diagnostics::default(),
            trees: BTreeMap::new(),
            bytes: 0,
            contracts: 0,
            naming: naming::Naming::default(),
            tags: BTreeMap::new(),
            sets: Vec::new(),
            pack: None,
            notes: Vec::new(),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
