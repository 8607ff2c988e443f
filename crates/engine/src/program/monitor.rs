//! A monitor: one guarantee clause of a contract, ready to be stepped.
//!
//! It owns words of the session's state:
//!
//! ```text
//!  [ skipped ] [ active ] [ guarantee: entry, armed, registers… ] [ assumption: entry, armed, registers… ] …
//! ```
//!
//! * `entry` is the automaton's state. A clause whose automaton has a single state that is not violated never
//!   leaves it (a violation that is not stopped leaves the state unchanged), and keeps no entry.
//! * `armed` is the number of the event that took the automaton out of its first state: the witness of a later
//!   violation.
//! * `skipped` counts the calls that the contract treated as suppressed, where registers measure distances in
//!   calls.
//! * `active` says that a `first_match` contract has been activated.
//!
//! Behind the words of all monitors comes the *tail*: the registers that stay zero until a call has an id. A session
//! has it from then on.

use std::sync::Arc;

use super::{CompiledContract, ContractId};
use crate::automaton::{Automaton, Entry};
use crate::decision::Outcome;
use crate::formula::Formula;
use crate::ground::{Plan, Registers};
use crate::verdict::Verdict;

/// The place of a monitor in its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MonitorId(u32);

impl MonitorId {
    pub(crate) fn new(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }

    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// One guarantee clause of a contract.
#[derive(Debug)]
pub(crate) struct Monitor {
    pub(crate) contract: ContractId,
    pub(crate) clause: usize,
    pub(crate) guarantee: Part,
    /// What must hold of the session for the guarantee to be required.
    pub(crate) assumption: Option<Part>,
    pub(crate) activation: Option<Latch>,
    /// The word that counts suppressed calls.
    pub(crate) skipped: Option<usize>,
}

/// Whose a monitor is. Steps ask this for every change, and a monitor is large, so it stands apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub(crate) contract: ContractId,
    /// Whether the contract has no other monitor.
    pub(crate) sole: bool,
    /// What an objection to a call comes to, and to an event that cannot be stopped.
    call: Outcome,
    other: Outcome,
}

impl Owner {
    /// Those of the monitors of these contracts, in order.
    pub(super) fn of_all(contracts: &[CompiledContract]) -> Box<[Self]> {
        let owners = |contract: &CompiledContract| {
            core::iter::repeat_n(Self::new(contract), contract.monitors.len())
        };
        contracts.iter().flat_map(owners).collect()
    }

    pub(crate) fn new(contract: &CompiledContract) -> Self {
        let outcome = |stoppable| contract.strategy().outcome(contract.mode(), stoppable);
        let sole = contract.monitors.len() == 1;
        Self { contract: contract.id(), sole, call: outcome(true), other: outcome(false) }
    }

    /// What an objection to an event comes to.
    #[inline]
    pub(crate) fn outcome(&self, is_call: bool) -> Outcome {
        if is_call { self.call } else { self.other }
    }
}

/// A formula that is followed through the session.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) formula: Formula,
    pub(crate) plan: Plan,
    pub(crate) automaton: Arc<Automaton>,
    pub(crate) initial: Entry,
    /// The word of the automaton's entry.
    pub(crate) entry: Option<usize>,
    /// The word of the event that took the automaton out of its first state.
    pub(crate) armed: Option<usize>,
    pub(crate) home: Home,
}

/// Where the registers of a plan are among the words of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home {
    /// The first word.
    pub(super) own: usize,
    /// The first word in the tail.
    pub(super) tail: usize,
}

impl Home {
    pub(crate) fn registers<'w>(&self, words: &'w [u32], plan: &Plan) -> Registers<'w> {
        let slice = |first: usize, count: u16| {
            words.get(first..first.saturating_add(usize::from(count))).unwrap_or(&[])
        };
        Registers { own: slice(self.own, plan.words), tail: slice(self.tail, plan.tail) }
    }

    /// The place of a register.
    pub(crate) fn place(&self, register: usize, plan: &Plan) -> usize {
        match register.checked_sub(usize::from(plan.words)) {
            None => self.own.saturating_add(register),
            Some(in_tail) => self.tail.saturating_add(in_tail),
        }
    }
}

/// What starts a `first_match` contract.
#[derive(Debug)]
pub(crate) struct Latch {
    /// Its one proposition is true once every assumption has held.
    pub(crate) plan: Plan,
    /// The word that says so from then on.
    pub(crate) active: usize,
    pub(crate) home: Home,
}

impl Part {
    /// The automaton's state.
    pub(crate) fn entry(&self, words: &[u32]) -> Entry {
        let word = self.entry.and_then(|at| words.get(at));
        word.map_or(self.initial, |word| Entry::from_word(*word))
    }

    /// The registers of the plan.
    pub(crate) fn registers<'w>(&self, words: &'w [u32]) -> Registers<'w> {
        self.home.registers(words, &self.plan)
    }
}

impl Latch {
    pub(crate) fn registers<'w>(&self, words: &'w [u32]) -> Registers<'w> {
        self.home.registers(words, &self.plan)
    }

    pub(crate) fn is_active(&self, words: &[u32]) -> bool {
        words.get(self.active).is_some_and(|word| *word != 0)
    }
}

impl Monitor {
    /// Whether the guarantee is required of the session so far.
    pub(crate) fn is_active(&self, words: &[u32]) -> bool {
        self.activation.as_ref().is_none_or(|latch| latch.is_active(words))
            && self
                .assumption
                .as_ref()
                .is_none_or(|part| part.entry(words).verdict().is_accepting())
    }

    /// The verdict of the clause. One that is not required holds.
    #[inline]
    pub(crate) fn verdict(&self, words: &[u32]) -> Verdict {
        if self.is_active(words) { self.guarantee.entry(words).verdict() } else { Verdict::Holding }
    }

    /// Where its registers are.
    pub(super) fn homes(&mut self) -> impl Iterator<Item = &mut Home> {
        let Self { guarantee, assumption, activation, .. } = self;
        let parts = core::iter::once(&mut guarantee.home);
        let parts = parts.chain(assumption.as_mut().map(|part| &mut part.home));
        parts.chain(activation.as_mut().map(|latch| &mut latch.home))
    }

    /// Its formulas that are followed by an automaton.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        core::iter::once(&self.guarantee).chain(&self.assumption)
    }
}
