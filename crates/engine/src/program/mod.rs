//! Compiled contracts: immutable, shared by all sessions.
//!
//! ```text
//!  contract ──► monitor   its guards (`ground::plan`), its automaton, the words of state it owns
//!                  │
//!               hypothesis   what could an event of this kind do to it?
//!                  │
//!               route     for each tool, the monitors that it can move: the others are not touched
//! ```
//!
//! A contract has one *monitor* for each of its guarantee clauses. Monitors of the same shape share their
//! automaton. A program never changes; what changes is a session's state, an array of words laid out here.

mod builder;
mod bytes;
mod digest;
mod edge;
mod error;
mod group;
mod hypothesis;
mod identities;
mod monitor;
mod names;
mod report;
mod route;

use std::fmt;
use std::sync::Arc;

use crate::contract::Contract;
use crate::event::EventKind;
use crate::ground::{Tests, ToolId};
use crate::limits::CONTRACTS_MAX;
use crate::strategy::{Mode, Strategy};

pub use bytes::RestoreError;
pub use error::{Clause, CompileError};
pub use report::{ClauseReport, Property};

pub(crate) use group::Group;

pub(crate) use edge::{Edge, Edges, Moving, NOWHERE};
pub(crate) use monitor::{Home, Monitor, MonitorId, Owner, Part};
pub(crate) use names::Names;
pub(crate) use route::{Kind, KindRoutes, Route, ToolRoute};

/// The place of a contract in its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContractId(u32);

impl ContractId {
    /// The contract of a program that has one.
    pub(crate) const FIRST: Self = Self(0);

    /// The id of the contract at this place; `None` beyond
    /// [`CONTRACTS_MAX`](crate::limits::CONTRACTS_MAX).
    pub fn new(index: usize) -> Option<Self> {
        u32::try_from(index).ok().filter(|_| index < CONTRACTS_MAX).map(Self)
    }

    /// The place in [`Program::contracts`].
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// A 128-bit digest of what a program or a contract means, the same on every platform.
///
/// It identifies; it does not authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramHash(pub u128);

impl fmt::Display for ProgramHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Agents, and the permissions that each has.
pub type Permissions = Vec<(Box<str>, Vec<Box<str>>)>;

/// How a program is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether violations act, where a contract does not say.
    pub mode: Mode,
    /// Build every automaton as it runs, also where a table would fit.
    pub lazy: bool,
    /// The permissions of each agent. An agent that is not listed has none.
    pub permissions: Permissions,
}

/// One contract of a program.
#[derive(Debug)]
pub struct CompiledContract {
    pub(crate) id: ContractId,
    pub(crate) source: Contract,
    pub(crate) mode: Mode,
    pub(crate) hash: ProgramHash,
    /// Its monitors.
    pub(crate) monitors: core::ops::Range<usize>,
}

impl CompiledContract {
    /// Its place.
    pub fn id(&self) -> ContractId {
        self.id
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// What a violation does.
    pub fn strategy(&self) -> &Strategy {
        &self.source.strategy
    }

    /// Whether violations act.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The digest of its meaning: formulas, activation, strategy and mode, not its name.
    pub fn hash(&self) -> ProgramHash {
        self.hash
    }

    /// The contract as it was given.
    pub fn source(&self) -> &Contract {
        &self.source
    }
}

/// A set of compiled contracts.
#[derive(Debug)]
pub struct Program {
    pub(crate) mode: Mode,
    pub(crate) hash: ProgramHash,
    pub(crate) contracts: Box<[CompiledContract]>,
    pub(crate) monitors: Box<[Monitor]>,
    /// By monitor.
    pub(crate) owners: Box<[Owner]>,
    pub(crate) tests: Tests,
    /// The rows of all dense tables, one after another.
    pub(crate) rows: Box<[u32]>,
    /// By tool, and by group for the names in it that no contract mentions.
    pub(crate) tools: Box<[ToolRoute]>,
    /// By kind of event, for events that name no mentioned tool.
    pub(crate) kind_routes: KindRoutes,
    /// The words of a fresh session.
    pub(crate) initial: Box<[u32]>,
    /// How many more words a session has once a call had an id.
    pub(crate) tail: usize,
    /// The contracts that are judged for each value of a key.
    pub(crate) groups: Box<[Group]>,
    /// The permissions of each agent, as they were given.
    pub(crate) permissions: Permissions,
    /// Whether every automaton is built as it runs, because the caller wanted that.
    pub(crate) is_lazy: bool,
    pub(crate) redirects: bool,
    /// Whether an automaton is built as it runs.
    pub(crate) has_lazy: bool,
    /// What a failure of the engine itself comes to: closed where any contract acts.
    pub(crate) failure_mode: Mode,
}

impl Program {
    /// Compiles contracts; all that is wrong with them at once.
    pub fn compile(
        contracts: &[Contract],
        options: &Options,
    ) -> Result<Arc<Self>, Vec<CompileError>> {
        builder::compile(contracts, options).map(Arc::new)
    }

    /// Whether violations act, where a contract does not say.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The mode in which a failure is decided: closed where any contract acts, whatever the program's mode.
    pub fn failure_mode(&self) -> Mode {
        self.failure_mode
    }

    /// The digest of what the program means.
    pub fn hash(&self) -> ProgramHash {
        self.hash
    }

    /// The contracts, by id.
    pub fn contracts(&self) -> &[CompiledContract] {
        &self.contracts
    }

    /// The contract with this id.
    pub fn contract(&self, id: ContractId) -> Option<&CompiledContract> {
        self.contracts.get(id.index())
    }

    /// The tools that contracts mention by name, in the order of their first mention.
    pub fn tools(&self) -> impl Iterator<Item = &str> {
        self.tests.tools.names()
    }

    /// Whether contracts mention a tool of exactly this name.
    pub fn mentions(&self, tool: &str) -> bool {
        self.tests.tools.exact(tool).is_some()
    }

    /// The bytes of one session's state, before it runs. Context facts come on top, and what joins calls by their ids.
    pub fn state_bytes(&self) -> usize {
        self.initial.len().saturating_mul(size_of::<u32>())
    }

    /// The same program, whose sessions have their tail from the beginning.
    fn with_tail(mut self) -> Self {
        let words = self.initial.len().saturating_add(core::mem::take(&mut self.tail));
        let mut initial = self.initial.into_vec();
        initial.resize(words, 0);
        self.initial = initial.into();
        self
    }

    /// Whether any contract counts refusals, so that the caller knows that it must report them.
    pub fn counts_refusals(&self) -> bool {
        self.tools.iter().any(|tool| !tool.refused.is_empty())
            || self.groups.iter().any(|group| group.program.counts_refusals())
    }

    /// Whether any contract asks what a call does, so that the caller knows that it must find out.
    pub fn asks_effects(&self) -> bool {
        self.tests.ask_effects() || self.groups.iter().any(|group| group.program.asks_effects())
    }

    /// The program that judges a contract, and its place there: of one that is judged for each value of a key, its own.
    pub(crate) fn judging(&self, contract: ContractId) -> (&Self, ContractId) {
        let group = self.groups.iter().find(|group| group.contract == contract);
        group.map_or((self, contract), |group| (&group.program, ContractId::FIRST))
    }

    /// Whether an event of this kind can move anything, whatever it is about.
    pub(crate) fn listens_to(&self, kind: &EventKind) -> bool {
        matches!(kind, EventKind::ToolResult { .. } | EventKind::Denied { .. })
            || !self.kind(kind).is_empty()
    }

    /// Whether registers measure distances in calls.
    pub(crate) fn counts_calls(&self) -> bool {
        self.monitors.iter().any(|monitor| monitor.skipped.is_some())
    }

    pub(crate) fn monitor(&self, id: MonitorId) -> Option<&Monitor> {
        self.monitors.get(id.index())
    }

    /// The formulas whose automaton is built as it runs.
    pub(crate) fn lazy_parts(&self) -> impl Iterator<Item = &Part> {
        let monitors: &[Monitor] = if self.has_lazy { &self.monitors } else { &[] };
        monitors.iter().flat_map(Monitor::parts).filter(|part| part.automaton.table().is_none())
    }

    pub(crate) fn owner(&self, id: MonitorId) -> Option<Owner> {
        self.owners.get(id.index()).copied()
    }

    pub(crate) fn monitors_of(&self, contract: ContractId) -> &[Monitor] {
        let range = self.contract(contract).map(|c| c.monitors.clone());
        range.and_then(|range| self.monitors.get(range)).unwrap_or(&[])
    }

    /// What an event that is about a mentioned tool can move.
    #[inline]
    pub(crate) fn tool(&self, tool: ToolId) -> Option<&ToolRoute> {
        self.tools.get(tool.index())
    }

    /// What an event of this kind can move, as far as it is about no mentioned tool.
    #[inline]
    pub(crate) fn kind(&self, kind: &EventKind) -> &Route {
        self.kind_routes.of(Kind::of(kind))
    }
}
