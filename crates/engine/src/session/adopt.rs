//! A session goes on under another program.
//!
//! Contracts are changed while sessions run. What a contract has come to is in words of its own, and two contracts of
//! the same hash are compiled to the same words, wherever they stand in their programs. So a session is taken over
//! contract by contract:
//!
//! | of | the session has |
//! |---|---|
//! | a contract that both programs have | what it had come to |
//! | a contract that is new | its beginning, or what a replay of the events came to |
//! | a contract that is gone | nothing |
//! | facts, ids of calls, who wrote what, values of outputs | what the other program asked for too |
//!
//! Of two contracts that mean the same, the first takes over from the first and the second from the second. A contract
//! of which only the name differs means the same. The mode is part of what a contract means, so one that is enforced
//! from here on begins anew: what was observed before is no violation of what is enforced after.

use std::sync::Arc;

use super::Session;
use super::keyed::Recent;
use super::pending::{Approval, Batch, BatchSlot, Held};
use super::slots::Slots;
use crate::ground::{ANYONE, Fact, Known, Memory, Plan};
use crate::program::{ContractId, Home, Monitor, Part, Program};

/// The same contract in both programs: there and here.
type Pair = (ContractId, ContractId);

impl Session {
    /// Takes over what `other`, a session of another program, has come to. This session is at its beginning or, if it
    /// `is_replayed`, has judged the events that the other one has. The contracts that go on are returned, in their
    /// order; all others are as they were here.
    pub fn adopt(&mut self, other: &Self, is_replayed: bool) -> Vec<ContractId> {
        let (there, here) = (Arc::clone(&other.program), Arc::clone(&self.program));
        let pairs: Vec<Pair> = pairs(&there, &here);
        self.progress = other.progress;
        let mut words = core::mem::take(&mut self.words).into_vec();
        let kept = adopt_words(&mut words, &here, &other.words, &there, &pairs);
        self.words = words.into();
        if !is_replayed {
            self.adopt_facts(other);
            let flows = other.flows.as_ref();
            self.flows = flows.and_then(|f| f.under(&there.tests, &here.tests).map(Arc::new));
        }
        self.adopt_memory(other, is_replayed);
        self.adopt_held(other, &pairs, is_replayed);
        kept
    }

    fn adopt_facts(&mut self, other: &Self) {
        let theirs = &other.program.tests.keys;
        let fact = |key: &str| {
            let at = theirs.iter().position(|other| **other == *key)?;
            other.facts().get(at).cloned()
        };
        let keys = self.program.tests.keys.iter();
        let facts: Box<[Fact]> = keys.map(|key| fact(key).unwrap_or(Fact::Unset)).collect();
        self.facts = facts.iter().any(|fact| *fact != Fact::Unset).then_some(facts);
    }

    fn adopt_memory(&mut self, other: &Self, is_replayed: bool) {
        let (theirs, ours) = (&other.program.tests.needs, &self.program.tests.needs);
        let own = self.memory.take().map(|memory| *memory).unwrap_or_default();
        let none = Memory::default();
        let from = other.memory.as_deref().unwrap_or(&none);
        let (calls, ids) = match ours.calls && theirs.calls {
            // The registers of calls that stand count by these numbers.
            true => (from.calls, from.ids.clone()),
            false => (own.calls, own.ids),
        };
        let place = |source: u32| {
            let name = usize::try_from(source).ok().and_then(|at| theirs.sources.get(at));
            let at = name.and_then(|name| ours.sources.iter().position(|own| own == name));
            at.and_then(|at| u32::try_from(at).ok()).unwrap_or(ANYONE)
        };
        let writers = match is_replayed || ours.sources.is_empty() {
            true => own.writers,
            false => Known {
                entries: from.writers.entries.iter().map(|(key, by)| (*key, place(*by))).collect(),
                is_full: from.writers.is_full,
            },
        };
        let depths = match is_replayed || !ours.depths {
            true => own.depths,
            false => from.depths.clone(),
        };
        let memory = Memory { calls, ids, writers, depths };
        self.memory = (memory != Memory::default()).then(|| Box::new(memory));
    }

    fn adopt_held(&mut self, other: &Self, pairs: &[Pair], is_replayed: bool) {
        let (there, here) = (Arc::clone(&other.program), Arc::clone(&self.program));
        // The groups here, and the place that each has there.
        let places: Vec<Option<usize>> = here
            .groups
            .iter()
            .map(|group| {
                let (theirs, _) = pairs.iter().find(|(_, ours)| *ours == group.contract)?;
                there.groups.iter().position(|group| group.contract == *theirs)
            })
            .collect();
        let from = other.held();
        let ours = |contract: ContractId| {
            pairs.iter().find(|(theirs, _)| *theirs == contract).map(|(_, ours)| *ours)
        };
        let approval = |a: &Approval| Some(Approval { contract: ours(a.contract)?, ..*a });
        let approvals: Vec<Approval> = from.approvals.iter().filter_map(approval).collect();
        let own = self.held.take().map(|held| *held).unwrap_or_default();
        let keyed = own.keyed.into_iter().zip(&places).map(|(own, place)| {
            let theirs = place.and_then(|at| from.keyed.get(at));
            theirs.map_or_else(
                || own.clone(),
                |theirs| {
                    let mut slots = theirs.clone();
                    slots.belong_to(own.program());
                    slots
                },
            )
        });
        let keyed: Vec<Slots> = keyed.collect();
        let recent = |recent: &Recent| Recent {
            keys: places.iter().map(|at| at.and_then(|at| recent.keys.get(at).copied())?).collect(),
            ..recent.clone()
        };
        let recent = match is_replayed {
            true => own.recent,
            false => from.recent.iter().filter(|_| !keyed.is_empty()).map(recent).collect(),
        };
        let begun = |batch: &Batch| {
            let slots = batch.slots.iter().filter_map(|slot| {
                let group = places.iter().position(|place| *place == Some(slot.group))?;
                Some(BatchSlot { group, ..slot.clone() })
            });
            let (id, progress, words) = (batch.id.clone(), batch.progress, here.initial.clone());
            Box::new(Batch { id, progress, words, slots: slots.collect() })
        };
        let batch = from.batch.as_deref().map(|theirs| {
            let replayed = own.batch.filter(|own| is_replayed && own.id == theirs.id);
            let mut batch = replayed.unwrap_or_else(|| begun(theirs));
            let mut words = batch.words.into_vec();
            adopt_words(&mut words, &here, &theirs.words, &there, pairs);
            batch.words = words.into();
            batch
        });
        let held = Held { approvals, keyed, recent, batch, member: from.member };
        self.held = (held != Held::default()).then(|| Box::new(held));
    }
}

/// The contracts that both programs have.
fn pairs(there: &Program, here: &Program) -> Vec<Pair> {
    let mut left: Vec<_> = there.contracts().iter().map(|c| Some((c.hash(), c.id()))).collect();
    let pair = |(hash, ours)| {
        let theirs = left.iter_mut().find(|other| other.is_some_and(|(other, _)| other == hash))?;
        theirs.take().map(|(_, theirs)| (theirs, ours))
    };
    here.contracts().iter().map(|c| (c.hash(), c.id())).filter_map(pair).collect()
}

/// Copies the words of the contracts that both programs have; those that were copied, by their place here.
fn adopt_words(
    words: &mut Vec<u32>,
    here: &Program,
    from: &[u32],
    there: &Program,
    pairs: &[Pair],
) -> Vec<ContractId> {
    let mut kept = Vec::new();
    for (theirs, ours) in pairs {
        let (their, own) = (there.monitors_of(*theirs), here.monitors_of(*ours));
        let copies = their.iter().zip(own).map(|(theirs, ours)| copies(theirs, ours, from));
        let copies = copies.collect::<Option<Vec<_>>>().filter(|_| their.len() == own.len());
        let Some(copies) = copies else { continue };
        for (place, word) in copies.into_iter().flatten() {
            if place >= words.len() && word != 0 {
                words.resize(here.initial.len().saturating_add(here.tail), 0);
            }
            if let Some(slot) = words.get_mut(place) {
                *slot = word;
            }
        }
        kept.push(*ours);
    }
    kept
}

/// The words that a monitor has here if it stands as it stood there; nothing where the two are not built alike.
fn copies(theirs: &Monitor, ours: &Monitor, from: &[u32]) -> Option<Vec<(usize, u32)>> {
    let mut copies = Vec::new();
    let mut copy = |theirs: Option<usize>, ours: Option<usize>| match (theirs, ours) {
        (None, None) => Some(()),
        (Some(theirs), Some(ours)) => {
            copies.push((ours, from.get(theirs).copied().unwrap_or(0)));
            Some(())
        }
        _ => None,
    };
    copy(theirs.skipped, ours.skipped)?;
    let parts = match (&theirs.assumption, &ours.assumption) {
        (None, None) => vec![(&theirs.guarantee, &ours.guarantee)],
        (Some(a), Some(b)) => vec![(&theirs.guarantee, &ours.guarantee), (a, b)],
        _ => return None,
    };
    for (theirs, ours) in &parts {
        copy(theirs.entry, ours.entry)?;
        copy(theirs.armed, ours.armed)?;
        registers((&theirs.home, &theirs.plan), (&ours.home, &ours.plan), &mut copy)?;
    }
    match (&theirs.activation, &ours.activation) {
        (None, None) => {}
        (Some(theirs), Some(ours)) => {
            copy(Some(theirs.active), Some(ours.active))?;
            registers((&theirs.home, &theirs.plan), (&ours.home, &ours.plan), &mut copy)?;
        }
        _ => return None,
    }
    for (theirs, ours) in parts {
        if let Some((place, word)) = entry(theirs, ours, from)? {
            copies.iter_mut().filter(|(to, _)| *to == place).for_each(|copy| copy.1 = word);
        }
    }
    Some(copies)
}

fn registers(
    (their_home, theirs): (&Home, &Plan),
    (own_home, ours): (&Home, &Plan),
    copy: &mut impl FnMut(Option<usize>, Option<usize>) -> Option<()>,
) -> Option<()> {
    if (theirs.words, theirs.tail) != (ours.words, ours.tail) {
        return None;
    }
    let count = usize::from(ours.words).saturating_add(usize::from(ours.tail));
    (0..count).try_for_each(|register| {
        copy(Some(their_home.place(register, theirs)), Some(own_home.place(register, ours)))
    })
}

/// The word of an entry here, where that differs: automata that are built as they run number their states themselves.
/// Nothing where there is no such state.
fn entry(theirs: &Part, ours: &Part, from: &[u32]) -> Option<Option<(usize, u32)>> {
    let Some(place) = ours.entry else { return Some(None) };
    match (theirs.automaton.table(), ours.automaton.table()) {
        (Some(_), Some(table)) => table.has_entry(theirs.entry(from).word()).then_some(None),
        (None, None) => {
            let residual = theirs.automaton.encode(theirs.entry(from))?;
            Some(Some((place, ours.automaton.decode(&residual)?.word())))
        }
        _ => None,
    }
}
