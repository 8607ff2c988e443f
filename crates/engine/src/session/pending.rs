//! What a session holds for calls to come: approvals that a person gave, and the calls of a batch.
//!
//! An *approval* is bound to one contract, to the digest of one call and to a time, and the call uses it up. It
//! does not make the contract true: the call counts as one that the contract treats as suppressed.
//!
//! The calls of a *batch* are concurrent: any of them may run first. So each is judged twice, after those that were
//! allowed before it, which is what counts and limits want, and as if it came first, which is what requirements
//! want: none of them can meet a requirement of another. What the session was at the beginning of the batch is kept
//! for that until a call of another batch, or of none, comes.

use super::keyed::Recent;
use super::scratch::Scratch;
use super::slots::Slots;
use super::{Progress, Session};
use crate::decision::Outcome;
use crate::event::{CallRef, Digest, Event, EventKind, Timestamp};
use crate::ground::Content;
use crate::limits::APPROVALS_MAX;
use crate::program::{ContractId, Group, Program};
use crate::verdict::Verdict;

/// What few sessions have, so that the others need not carry it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Held {
    /// The approvals that were not used yet, the oldest first.
    pub(super) approvals: Vec<Approval>,
    /// What the values of keys came to, by group.
    pub(super) keyed: Vec<Slots>,
    /// The latest calls, where a result may have to find the values of its call; the oldest first.
    pub(super) recent: Vec<Recent>,
    /// The batch that the latest call belongs to.
    pub(super) batch: Option<Box<Batch>>,
    /// Which of the sessions it is that share contracts, as a digest; zero where they share none.
    pub(super) member: u64,
}

impl Held {
    /// Nothing.
    pub(super) const NONE: &Self = &Self {
        approvals: Vec::new(),
        keyed: Vec::new(),
        recent: Vec::new(),
        batch: None,
        member: 0,
    };

    /// For a session of a program with such groups.
    pub(super) fn of(program: &Program) -> Option<Box<Self>> {
        let slots = |group: &Group| Slots::new(&group.program);
        let keyed: Vec<Slots> = program.groups.iter().map(slots).collect();
        (!keyed.is_empty()).then(|| Box::new(Self { keyed, ..Self::default() }))
    }
}

/// A call that a person approved for a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Approval {
    pub(super) contract: ContractId,
    pub(super) digest: Digest,
    /// The last moment at which the call may run.
    pub(super) expires: Timestamp,
}

/// A batch in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) id: Box<str>,
    /// What the session was before its first call.
    pub(super) progress: Progress,
    pub(super) words: Box<[u32]>,
    /// What values of keys had before it.
    pub(super) slots: Vec<BatchSlot>,
}

/// What the value of a key had before a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BatchSlot {
    pub(super) group: usize,
    pub(super) key: u128,
    pub(super) words: Box<[u32]>,
    pub(super) calls: u32,
}

impl Batch {
    /// Whether the event is a call of the batch.
    pub(super) fn has(&self, event: &Event) -> bool {
        reference(event).and_then(|call| call.batch.as_deref()) == Some(&*self.id)
    }

    /// Keeps what a value had before the batch, at its first call.
    pub(super) fn remember(&mut self, group: usize, key: u128, (words, calls): (Box<[u32]>, u32)) {
        if !self.slots.iter().any(|slot| (slot.group, slot.key) == (group, key)) {
            self.slots.push(BatchSlot { group, key, words, calls });
        }
    }
}

fn reference(event: &Event) -> Option<&CallRef> {
    match &event.kind {
        EventKind::ToolCall { call, .. } => Some(call),
        _ => None,
    }
}

impl Session {
    /// What few sessions have.
    pub(super) fn held(&self) -> &Held {
        self.held.as_deref().unwrap_or(Held::NONE)
    }

    pub(super) fn held_mut(&mut self) -> &mut Held {
        self.held.get_or_insert_default()
    }

    /// Whether a person approved this call for this contract.
    pub(super) fn is_approved(&self, contract: ContractId, event: &Event, time: Timestamp) -> bool {
        let digest = reference(event).and_then(|call| call.digest);
        let covers = |approval: &Approval| {
            approval.contract == contract
                && Some(approval.digest) == digest
                && time <= approval.expires
        };
        self.held().approvals.iter().any(covers)
    }

    /// Takes in an approval. Over the limit the oldest one is void.
    pub(super) fn approve(&mut self, contract: &str, digest: Digest, expires: Timestamp) {
        let now = self.progress.time;
        let program = std::sync::Arc::clone(&self.program);
        let approvals = &mut self.held_mut().approvals;
        approvals.retain(|approval| approval.expires >= now);
        for compiled in program.contracts().iter().filter(|c| c.name() == contract) {
            let approval = Approval { contract: compiled.id(), digest, expires };
            if approvals.len() >= APPROVALS_MAX {
                approvals.remove(0);
            }
            approvals.push(approval);
        }
    }

    /// Voids the approvals that a call used.
    fn use_approvals(&mut self, event: &Event, time: Timestamp, scratch: &Scratch) {
        let Some(digest) = reference(event).and_then(|call| call.digest) else { return };
        // One that has expired lets nothing run, so it is not the one that is used.
        for objection in scratch.objections.iter().filter(|o| o.outcome == Outcome::Approved) {
            let used = |a: &Approval| {
                a.contract == objection.contract && a.digest == digest && time <= a.expires
            };
            let approvals = &mut self.held_mut().approvals;
            if let Some(place) = approvals.iter().position(used) {
                approvals.remove(place);
            }
        }
    }

    /// The session as it was before the batch that the event belongs to.
    pub(super) fn before_batch(&self, event: &Event) -> Option<Self> {
        let batch = self.held().batch.as_deref()?;
        batch.has(event).then(|| Self {
            program: std::sync::Arc::clone(&self.program),
            progress: batch.progress,
            words: batch.words.clone(),
            facts: self.facts.clone(),
            memory: self.memory.clone(),
            flows: self.flows.clone(),
            held: None,
        })
    }

    /// Leaves in the scratch the monitors that would object if the event came first in its batch.
    #[inline(never)]
    pub(super) fn judge_as_first(
        &self,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) {
        scratch.forget();
        let Some(base) = self.before_batch(event) else { return };
        base.judge(event, content, scratch);
        // What is judged for each value of a key has not seen this event yet: there is that of the event before.
        scratch.early = scratch.asked(&self.program);
        scratch.has_early = true;
        scratch.first = scratch.objecting.iter().map(|(id, _)| *id).collect();
    }

    /// Adds the monitors that object only to the event coming first.
    #[inline(never)]
    pub(super) fn add_first(&self, scratch: &mut Scratch) {
        for id in core::mem::take(&mut scratch.first) {
            let before = self.program.monitor(id).map(|m| m.verdict(&self.words));
            if !scratch.objecting.iter().any(|(known, _)| *known == id) {
                scratch.objecting.push((id, before.unwrap_or(Verdict::Holding)));
            }
        }
    }

    /// What a call that happens leaves for calls to come.
    #[inline(never)]
    pub(super) fn settle_held(&mut self, event: &Event, time: Timestamp, scratch: &Scratch) {
        self.use_approvals(event, time, scratch);
        self.enter_batch(event);
        self.keep_values(event, scratch);
    }

    /// Opens the batch of a call that happens, or closes the one before it.
    fn enter_batch(&mut self, event: &Event) {
        let Some(call) = reference(event) else { return };
        match (&call.batch, &self.held().batch) {
            (None, None) => {}
            (Some(id), Some(batch)) if *id == batch.id => {}
            (None, Some(_)) => self.held_mut().batch = None,
            (Some(id), _) => {
                let (id, words) = (id.clone(), self.words.clone());
                let (progress, slots) = (self.progress, Vec::new());
                let batch = Some(Box::new(Batch { id, progress, words, slots }));
                self.held_mut().batch = batch;
            }
        }
    }
}
