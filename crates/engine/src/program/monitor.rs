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

use std::sync::Arc;

use super::{CompiledContract, ContractId};
use crate::automaton::{Automaton, Entry};
use crate::decision::Outcome;
use crate::formula::Formula;
use crate::ground::Plan;
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
    /// The first word of the registers.
    pub(crate) registers: usize,
}

/// What starts a `first_match` contract.
#[derive(Debug)]
pub(crate) struct Latch {
    /// Its one proposition is true once every assumption has held.
    pub(crate) plan: Plan,
    /// The word that says so from then on.
    pub(crate) active: usize,
    pub(crate) registers: usize,
}

impl Part {
    /// The automaton's state.
    pub(crate) fn entry(&self, words: &[u32]) -> Entry {
        let word = self.entry.and_then(|at| words.get(at));
        word.map_or(self.initial, |word| Entry::from_word(*word))
    }

    /// The registers of the plan.
    pub(crate) fn registers<'w>(&self, words: &'w [u32]) -> &'w [u32] {
        registers(words, self.registers, &self.plan)
    }
}

impl Latch {
    pub(crate) fn registers<'w>(&self, words: &'w [u32]) -> &'w [u32] {
        registers(words, self.registers, &self.plan)
    }

    pub(crate) fn is_active(&self, words: &[u32]) -> bool {
        words.get(self.active).is_some_and(|word| *word != 0)
    }
}

fn registers<'w>(words: &'w [u32], first: usize, plan: &Plan) -> &'w [u32] {
    words.get(first..first.saturating_add(usize::from(plan.words))).unwrap_or(&[])
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

    /// Its formulas that are followed by an automaton.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        core::iter::once(&self.guarantee).chain(&self.assumption)
    }
}
