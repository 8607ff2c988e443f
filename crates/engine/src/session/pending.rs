//! What a session holds for calls to come: approvals that a person gave, and the calls of a batch.
//!
//! An *approval* is bound to one contract, to the digest of one call and to a time, and the call uses it up. It does not
//! make the contract true: the call counts as one that the contract treats as suppressed.
//!
//! The calls of a *batch* are concurrent: any of them may run first. So each is judged twice, after those that were
//! allowed before it, which is what counts and limits want, and as if it came first, which is what requirements want:
//! none of them can meet a requirement of another. What the session was at the beginning of the batch is kept for that
//! until a call of another batch, or of none, comes.

use super::scratch::Scratch;
use super::{Progress, Session};
use crate::decision::Outcome;
use crate::event::{CallRef, Digest, Event, EventKind, Timestamp};
use crate::ground::Content;
use crate::limits::APPROVALS_MAX;
use crate::program::{ContractId, MonitorId};
use crate::verdict::Verdict;

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
}

fn reference(event: &Event) -> Option<&CallRef> {
    match &event.kind {
        EventKind::ToolCall { call, .. } => Some(call),
        _ => None,
    }
}

impl Session {
    /// Whether a person approved this call for this contract.
    pub(super) fn is_approved(&self, contract: ContractId, event: &Event, time: Timestamp) -> bool {
        let digest = reference(event).and_then(|call| call.digest);
        let covers = |approval: &Approval| {
            approval.contract == contract
                && Some(approval.digest) == digest
                && time <= approval.expires
        };
        self.approvals.iter().any(covers)
    }

    /// Takes in an approval. Over the limit the oldest one is void.
    pub(super) fn approve(&mut self, contract: &str, digest: Digest, expires: Timestamp) {
        let now = self.progress.time;
        self.approvals.retain(|approval| approval.expires >= now);
        let program = std::sync::Arc::clone(&self.program);
        for compiled in program.contracts().iter().filter(|c| c.name() == contract) {
            let approval = Approval { contract: compiled.id(), digest, expires };
            if self.approvals.len() >= APPROVALS_MAX {
                self.approvals.remove(0);
            }
            self.approvals.push(approval);
        }
    }

    /// Voids the approvals that a call used.
    pub(super) fn use_approvals(&mut self, event: &Event, scratch: &Scratch) {
        let Some(digest) = reference(event).and_then(|call| call.digest) else { return };
        for objection in scratch.objections.iter().filter(|o| o.outcome == Outcome::Approved) {
            let used = |a: &Approval| a.contract == objection.contract && a.digest == digest;
            if let Some(place) = self.approvals.iter().position(used) {
                self.approvals.remove(place);
            }
        }
    }

    /// The session as it was before the batch that the event belongs to.
    pub(super) fn before_batch(&self, event: &Event) -> Option<Self> {
        let batch = self.batch.as_deref()?;
        let id = reference(event)?.batch.as_deref()?;
        let is_same = *batch.id == *id;
        is_same.then(|| Self {
            program: std::sync::Arc::clone(&self.program),
            progress: batch.progress,
            words: batch.words.clone(),
            facts: self.facts.clone(),
            memory: self.memory.clone(),
            flows: self.flows.clone(),
            approvals: Vec::new(),
            batch: None,
        })
    }

    /// The monitors that would object if the event came first in its batch.
    pub(super) fn judge_as_first(
        &self,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Vec<MonitorId> {
        scratch.forget();
        let Some(base) = self.before_batch(event) else { return Vec::new() };
        base.judge(event, content, scratch);
        scratch.early = scratch.valuation(&self.program);
        scratch.objecting.iter().map(|(id, _)| *id).collect()
    }

    /// Adds the monitors that object only to the event coming first.
    pub(super) fn add_early(&self, early: &[MonitorId], scratch: &mut Scratch) {
        for id in early {
            let before = self.program.monitor(*id).map(|m| m.verdict(&self.words));
            let before = before.unwrap_or(Verdict::Holding);
            if !scratch.objecting.iter().any(|(known, _)| known == id) {
                scratch.objecting.push((*id, before));
            }
        }
    }

    /// Opens the batch of a call that happens, or closes the one before it.
    pub(super) fn enter_batch(&mut self, event: &Event) {
        let Some(call) = reference(event) else { return };
        match (&call.batch, &self.batch) {
            (None, None) => {}
            (Some(id), Some(batch)) if *id == batch.id => {}
            (None, Some(_)) => self.batch = None,
            (Some(id), _) => {
                let (id, words) = (id.clone(), self.words.clone());
                self.batch = Some(Box::new(Batch { id, progress: self.progress, words }));
            }
        }
    }
}
