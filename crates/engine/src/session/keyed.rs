//! Contracts that are judged for each value of a key, each value with a state of its own.
//!
//! Such a contract is a program of its own, a *group*. Its *ambient* session has what all values share: facts,
//! names that join events, and the state of a value that was not seen yet. Of every other value only the words are
//! kept, in a slot. To judge an event, the words of its value are put into a copy of the ambient session, and that
//! is stepped as any session is; there is no second way to decide.
//!
//! * A call belongs to the value that its key has; a call without the key, to the value "none". Values are compared
//!   with their types. What has no plain value, a list, is its own value as a whole.
//! * An event that is no call has no arguments. Where the key is an argument, it is an event of every value, and
//!   moves all slots; where the key is a fact or the agent, it belongs to the value of the moment. A result belongs
//!   to the value of its call, which is found by its id, or, where calls have none, is the latest of the tool.
//! * While the fact that is the key is not known, a call may be of any value, and is judged as one of each.
//! * A slot whose words are those of a value that was not seen is forgotten. Nothing else is: where all slots are
//!   taken, a call of a further value that would need one is a violation.
//!
//! A contract that is shared with other sessions is such a group too, and may have no key: then one value stands for
//! all events. Its values are put in by whoever shares them ([`Shared`](super::Shared)). Times of such a group do not
//! run backwards either, whichever session they come from, and the end of one session is not its end.
//!
//! Slots are found by a digest of 128 bits. Values that share one would share a state; nobody can be expected to
//! find two.

use std::sync::Arc;

use super::explain::Explanation;
use super::pending::{Approval, Batch, Held};
use super::scratch::{Move, Objection, Scratch};
use super::slots::Slots;
use super::{Progress, Session};
use crate::decision::{Decision, Outcome};
use crate::event::{Event, EventKind};
use crate::ground::{Content, digest_of_id};
use crate::limits::{KEYS_MAX, OPEN_CALLS_MAX};
use crate::program::{ContractId, Group};
use crate::strategy::decide;
use crate::verdict::Verdict;

/// What one value would come to.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    group: usize,
    /// None for the ambient session.
    pub(super) key: Option<u128>,
    /// The session of the value after the event, if the event happens.
    session: Session,
    pub(super) objection: Option<(Outcome, Verdict)>,
    before: Verdict,
    after: Verdict,
}

/// A call, and the values that it belonged to, by group: so that its result belongs to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recent {
    /// The digest of its id; zero where it has none.
    pub(super) id: u64,
    /// The digest of its tool's name.
    pub(super) tool: u64,
    pub(super) keys: Box<[Option<u128>]>,
}

/// How a verdict moved, of the one value that an event belongs to.
fn moved(drafts: &[Draft]) -> Option<(Verdict, Verdict)> {
    let [draft] = drafts else { return None };
    (draft.before != draft.after).then_some((draft.before, draft.after))
}

impl Session {
    /// The values of a contract that is judged for each of them.
    pub(super) fn slots_of(&self, contract: ContractId) -> Option<&Slots> {
        let at = self.program.groups.iter().position(|group| group.contract == contract)?;
        self.held().keyed.get(at)
    }

    /// How many values have a state of their own, over all contracts that are judged for each value of a key.
    pub fn live_keys(&self) -> usize {
        self.held().keyed.iter().map(Slots::len).sum()
    }

    /// The bytes that their states take, as far as they are in use or set aside.
    pub fn live_bytes(&self) -> usize {
        self.held().keyed.iter().map(Slots::bytes).sum()
    }

    /// Judges the event by the groups; what they object is added to what the others do.
    #[inline(never)]
    pub(super) fn judge_groups(
        &self,
        event: &Event,
        content: &Content<'_>,
        so_far: Decision,
        scratch: &mut Scratch,
    ) -> Decision {
        let mut decision = so_far;
        let mut drafts: Vec<Draft> = Vec::new();
        let mut inner = core::mem::take(&mut scratch.groups);
        for (at, group) in self.program.groups.iter().enumerate() {
            let (Some(slots), Some(of_group)) = (self.held().keyed.get(at), inner.get_mut(at))
            else {
                continue;
            };
            let content = content.of_group(at);
            let recorded = content.recorded_key().filter(|_| group.has_key());
            let key = recorded.unwrap_or_else(|| self.key_of(at, group, event));
            of_group.key = key.filter(|_| group.has_key());
            of_group.member = if group.is_shared() { self.held().member } else { 0 };
            let is_only_of_session =
                matches!(event.kind, EventKind::SessionEnd) && group.is_shared();
            if is_only_of_session || group.is_left_alone_by(event, &mut of_group.names) {
                of_group.forget();
                of_group.begin();
                continue;
            }
            let first = drafts.len();
            drafts.push(self.draft(at, key, event, &content, of_group));
            if key.is_none() && (event.is_call() || group.program.listens_to(&event.kind)) {
                for (key, _) in slots.each() {
                    drafts.push(self.draft(at, Some(key), event, &content, of_group));
                }
            }
            let own = drafts.get(first..).unwrap_or(&[]);
            let objecting = own.iter().filter_map(|d| d.objection).max_by_key(|(o, _)| *o);
            let full = || self.is_full_for(group, slots, own, event);
            if let Some((outcome, before)) = objecting.or_else(full) {
                decision = decide(decision, outcome);
                scratch.objections.push(Objection { contract: group.contract, outcome, before });
            } else if let Some((before, after)) = moved(own) {
                scratch.moves.push(Move { contract: group.contract, before, after });
            }
        }
        scratch.groups = inner;
        scratch.drafts = drafts;
        scratch.objections.sort_unstable_by_key(|o| o.contract);
        scratch.moves.sort_unstable_by_key(|m| m.contract);
        if event.is_call() && !decision.runs() {
            scratch.moves.clear();
        }
        decision
    }

    /// What it comes to that a further value needs a slot and there is none.
    fn is_full_for(
        &self,
        group: &Group,
        slots: &Slots,
        drafts: &[Draft],
        event: &Event,
    ) -> Option<(Outcome, Verdict)> {
        let [Draft { key: Some(key), session, .. }] = drafts else { return None };
        let is_further = slots.len() >= KEYS_MAX && slots.find(*key).is_none();
        if !is_further || session.words == slots.ambient.words {
            return None;
        }
        let contract = self.program.contract(group.contract)?;
        Some((contract.strategy().outcome(contract.mode(), event.is_call()), Verdict::Holding))
    }

    /// The value that an event belongs to; none where it belongs to all of them.
    fn key_of(&self, at: usize, group: &Group, event: &Event) -> Option<u128> {
        let slots = self.held().keyed.get(at)?;
        if let Some(key) = group.key(event, slots.ambient.facts()) {
            return Some(key);
        }
        let EventKind::ToolResult { tool, id, .. } = &event.kind else { return None };
        let (id, tool) = (id.as_deref().map(digest_of_id), digest_of_id(tool));
        let is_its = |recent: &&Recent| match id {
            Some(id) => recent.id == id,
            None => recent.tool == tool,
        };
        self.held().recent.iter().rev().find(is_its).and_then(|r| r.keys.get(at).copied().flatten())
    }

    /// The session of one value, or what all values share.
    pub(super) fn of_value(&self, at: usize, key: Option<u128>, event: &Event) -> Option<Self> {
        let slots = self.held().keyed.get(at)?;
        let mut session = slots.ambient.clone();
        let Progress { events, time, .. } = self.progress;
        if let Some(key) = key {
            (session.words, session.progress.calls) = slots.of(key);
        }
        let latest = session.progress.time.max(time);
        session.progress = Progress { events, time: latest, ..session.progress };
        let contract = self.program.groups.get(at).map(|group| group.contract)?;
        let own = self.held().approvals.iter().filter(|a| a.contract == contract);
        let approvals: Vec<Approval> =
            own.map(|a| Approval { contract: ContractId::FIRST, ..*a }).collect();
        let batch = self.batch_of_value(at, key, event, &session);
        if batch.is_some() || !approvals.is_empty() {
            session.held = Some(Box::new(Held { approvals, batch, ..Held::default() }));
        }
        Some(session)
    }

    fn batch_of_value(
        &self,
        at: usize,
        key: Option<u128>,
        event: &Event,
        session: &Self,
    ) -> Option<Box<Batch>> {
        let batch = self.held().batch.as_deref()?;
        if !batch.has(event) {
            return None;
        }
        let known = batch.slots.iter().find(|slot| slot.group == at && Some(slot.key) == key);
        let (words, calls) = match known {
            Some(slot) => (slot.words.clone(), slot.calls),
            None => (session.words.clone(), session.progress.calls),
        };
        let progress = Progress { calls, ..batch.progress };
        Some(Box::new(Batch { id: batch.id.clone(), progress, words, slots: Vec::new() }))
    }

    fn draft(
        &self,
        group: usize,
        key: Option<u128>,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Draft {
        let first = ContractId::FIRST;
        let Some(mut session) = self.of_value(group, key, event) else {
            let (session, verdict) = (self.clone(), Verdict::Holding);
            return Draft { group, key, session, objection: None, before: verdict, after: verdict };
        };
        let before = session.verdict(first);
        let judged = session.judge(event, content, scratch);
        let objection = match judged.failure {
            Some(_) => Some((Outcome::Blocked, before)),
            None => scratch.objections.first().map(|o| (o.outcome, o.before)),
        };
        if judged.happens(event) {
            session.apply(event, &judged, scratch);
            session.disarm();
        }
        let after = session.verdict(first);
        Draft { group, key, session, objection, before, after }
    }

    /// A formula that is back in its first state is as if it had not left it.
    fn disarm(&mut self) {
        let program = Arc::clone(&self.program);
        for part in program.monitors.iter().flat_map(|monitor| monitor.parts()) {
            if part.entry(&self.words) == part.initial
                && let Some(slot) = part.armed.and_then(|at| self.words.get_mut(at))
            {
                *slot = 0;
            }
        }
        if !program.counts_calls() {
            self.progress.calls = 0;
        }
    }

    /// Keeps what the values came to.
    pub(super) fn keep_values(&mut self, event: &Event, scratch: &Scratch) {
        if self.held().keyed.is_empty() {
            return;
        }
        self.remember_values(event, scratch);
        let program = Arc::clone(&self.program);
        let Held { keyed, batch, .. } = self.held_mut();
        for draft in &scratch.drafts {
            let Some(slots) = keyed.get_mut(draft.group) else { continue };
            let Session { words, facts, memory, progress, .. } = &draft.session;
            if program.groups.get(draft.group).is_some_and(Group::is_shared) {
                slots.ambient.progress.time = progress.time;
            }
            match draft.key {
                None => {
                    slots.ambient.words.clone_from(words);
                    slots.ambient.progress.calls = progress.calls;
                }
                Some(key) => {
                    if let Some(batch) = batch.as_mut().filter(|batch| batch.has(event)) {
                        batch.remember(draft.group, key, slots.of(key));
                    }
                    slots.keep(key, words, progress.calls);
                }
            }
            if *facts != slots.ambient.facts {
                slots.ambient.facts.clone_from(facts);
            }
            if *memory != slots.ambient.memory {
                slots.ambient.memory.clone_from(memory);
            }
        }
    }

    /// Remembers which values a call belonged to.
    fn remember_values(&mut self, event: &Event, scratch: &Scratch) {
        let EventKind::ToolCall { tool, call, .. } = &event.kind else { return };
        let recent = &mut self.held_mut().recent;
        if recent.len() >= usize::try_from(OPEN_CALLS_MAX).unwrap_or(0) {
            recent.remove(0);
        }
        recent.push(Recent {
            id: call.id.as_deref().map_or(0, digest_of_id),
            tool: digest_of_id(tool),
            keys: scratch.groups.iter().map(|group| group.key).collect(),
        });
    }

    /// Why contracts that are judged for each value of a key object to the event that the scratch has judged.
    pub(super) fn explain_values(&self, event: &Event, scratch: &mut Scratch) -> Vec<Explanation> {
        let mut inner = core::mem::take(&mut scratch.groups);
        let mut explanations = Vec::new();
        for draft in scratch.drafts.iter().filter(|draft| draft.objection.is_some()) {
            let group = self.program.groups.get(draft.group);
            let session = self.of_value(draft.group, draft.key, event);
            let (Some(group), Some(session), Some(inner)) =
                (group, session, inner.get_mut(draft.group))
            else {
                continue;
            };
            for mut explanation in session.explain_value(event, inner) {
                if group.is_shared() {
                    // It may have been an event of another session, with that session's number.
                    explanation.witnesses.retain(|witness| witness.seq.is_none());
                }
                explanations.push(Explanation { contract: group.contract, ..explanation });
            }
            // Of an event of every value, one value stands for the others.
            if draft.key.is_none() {
                break;
            }
        }
        scratch.groups = inner;
        explanations
    }

    #[inline(never)]
    fn explain_value(&self, event: &Event, scratch: &mut Scratch) -> Vec<Explanation> {
        self.explain(event, scratch)
    }

    /// The session of the one value whose contract alone objects to the event that the scratch has judged.
    pub(super) fn objecting_value(&self, event: &Event, scratch: &Scratch) -> Option<Self> {
        let mut objecting = scratch.drafts.iter().filter(|draft| draft.objection.is_some());
        let (first, others) = (objecting.next()?, objecting.next());
        if others.is_some() || !scratch.objecting.is_empty() {
            return None;
        }
        self.of_value(first.group, first.key, event)
    }

    /// The session without what values of keys came to.
    pub(super) fn without_values(&self) -> Self {
        let Held { approvals, batch, .. } = self.held();
        let (approvals, batch) = (approvals.clone(), batch.clone());
        Self {
            program: Arc::clone(&self.program),
            progress: self.progress,
            words: self.words.clone(),
            facts: self.facts.clone(),
            memory: self.memory.clone(),
            flows: self.flows.clone(),
            held: (!approvals.is_empty() || batch.is_some())
                .then(|| Box::new(Held { approvals, batch, ..Held::default() })),
        }
    }
}
