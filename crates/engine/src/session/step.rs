//! One event: decided, and committed if it may happen.
//!
//! ```text
//!   event ─► route ─► edges   row[state]                        ┐
//!                 └─► open    guards → letter → automaton       ├─► writes, changes, objections
//!                                                               ┘            │
//!                     strategies: the strictest outcome wins ◄───────────────┤
//!                     runs? apply the writes : forget them     ◄─────────────┘
//! ```
//!
//! A contract whose objection did not stop the event keeps its state and counters as if the event had been
//! suppressed, while all others advance: its writes are left out. So every later violation is again a fresh one,
//! and observing reports what enforcing would.

use super::Session;
use super::bounds::within_limits;
use super::scratch::{Failure, Scratch, Step, Write};
use crate::automaton::Entry;
use crate::decision::Decision;
use crate::event::{Event, EventKind, Timestamp};
use crate::ground::{Content, Identity, Joined, Memory, Moment, View};
use crate::program::{ContractId, Edge, Monitor, MonitorId, NOWHERE, Part, Route};
use crate::strategy::{decide_failure, decide_without_substitute};
use crate::verdict::Verdict;

/// What an event can move.
#[derive(Clone, Copy)]
struct Reach<'r> {
    identity: &'r Identity,
    /// For its tool.
    own: Option<&'r Route>,
    /// For its kind, but for what is related to its tool.
    shared: &'r Route,
    related: &'r [MonitorId],
}

/// A decision that is not yet committed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    pub(super) decision: Decision,
    pub(super) time: Timestamp,
    pub(super) clamped: bool,
    pub(super) failure: Option<Failure>,
}

impl Judged {
    /// Whether the event happens.
    pub(super) fn happens(&self, event: &Event) -> bool {
        self.failure.is_none() && (self.decision.runs() || !event.is_call())
    }

    #[inline]
    pub(super) fn step<'s>(&self, seq: u64, scratch: &'s Scratch) -> Step<'s> {
        Step {
            seq,
            time: self.time,
            clamped: self.clamped,
            decision: self.decision,
            objections: &scratch.objections,
            moves: &scratch.moves,
            failure: self.failure,
        }
    }
}

impl Session {
    /// Decides an event in the scratch. This is the one decision path: stepping, probing, explaining, filtering
    /// and replaying all come here.
    #[inline(always)]
    pub(super) fn judge(
        &self,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        let mut judged = self.judge_directly(event, content, scratch);
        if judged.decision == Decision::Redirect && !self.substitute_runs(event, content, scratch) {
            judged.decision = decide_without_substitute();
        }
        judged
    }

    #[inline(always)]
    pub(super) fn judge_directly(
        &self,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        if self.held.is_some() || scratch.has_early {
            self.judge_as_first(event, content, scratch);
        }
        scratch.begin();
        let last = self.progress.time;
        let (time, clamped) = (event.time.max(last), event.time < last);
        let result = if within_limits(event) {
            self.advance(event, content, time, scratch)
        } else {
            Err(Failure::EventTooLarge)
        };
        if !scratch.first.is_empty() {
            self.add_first(scratch);
        }
        let (mut decision, mut failure) = (Decision::Allow, None);
        match result {
            Ok(()) if scratch.objecting.is_empty() => self.finish_moves(scratch),
            Ok(()) => decision = self.finish_objections(event, time, scratch),
            Err(found) => {
                scratch.begin();
                failure = Some(found);
                decision = decide_failure(self.program().failure_mode);
            }
        }
        if self.held.is_some() && failure.is_none() {
            decision = self.judge_groups(event, content, decision, scratch);
        }
        Judged { decision, time, clamped, failure }
    }

    /// As [`judge`](Self::judge), for the session of one value of a key.
    #[inline(never)]
    pub(super) fn judge_value(
        &self,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        self.judge(event, content, scratch)
    }

    /// Steps every monitor that the event can move.
    #[inline(always)]
    fn advance(
        &self,
        event: &Event,
        content: &Content<'_>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = &*self.program;
        let shared = program.kind(&event.kind);
        let (EventKind::ToolCall { tool: name, .. } | EventKind::Denied { tool: name }) =
            &event.kind
        else {
            return self.advance_other(event, content, time, scratch);
        };
        let exact = program.tests.tools.exact(name);
        let Some(tool) = exact.and_then(|tool| program.tool(tool)) else {
            return self.advance_unmentioned(event, content, time, name, scratch);
        };
        let own = if event.is_call() { &tool.called } else { &tool.refused };
        self.follow_edges(&own.edges, &[], scratch)?;
        if shared.is_empty() && own.open.is_empty() && !program.tests.needs.calls {
            return Ok(());
        }
        self.follow_edges(&shared.edges, &tool.related, scratch)?;
        let (identity, related) = (&tool.identity, &*tool.related);
        let reach = Reach { identity, own: Some(own), shared, related };
        self.follow_open(event, content, time, &reach, scratch)
    }

    /// The event as tests see it, before it is known which tool its name means.
    pub(super) fn view<'e>(
        &'e self,
        event: &'e Event,
        content: &Content<'e>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> View<'e> {
        let (identity, joined) = (Identity::NONE, Joined::default());
        let memory = self.memory.as_deref();
        let flows = self.flows.as_deref();
        let view = View {
            event,
            identity,
            content: *content,
            facts: self.facts(),
            time,
            memory,
            joined,
            flows,
        };
        scratch.call_id = self.program().tests.id_of(&view, &mut scratch.answers);
        View { joined: Memory::join(memory, scratch.call_id, event.is_call()), ..view }
    }

    /// As [`advance`](Self::advance), for a name that no contract mentions.
    #[inline(never)]
    fn advance_unmentioned(
        &self,
        event: &Event,
        content: &Content<'_>,
        time: Timestamp,
        name: &str,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let alike = scratch.names.of(&self.program, name);
        let identity = &alike.identity;
        let own = Some(if event.is_call() { &alike.called } else { &alike.refused });
        let shared = self.program.kind(&event.kind);
        let reach = Reach { identity, own, shared, related: &alike.related };
        self.advance_rarely(event, content, time, &reach, scratch)
    }

    /// As [`advance`](Self::advance), for what is neither a call nor a refusal.
    #[inline(never)]
    fn advance_other(
        &self,
        event: &Event,
        content: &Content<'_>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = &*self.program;
        let shared = program.kind(&event.kind);
        let mut reach = Reach { identity: Identity::NONE, own: None, shared, related: &[] };
        let EventKind::ToolResult { tool: name, .. } = &event.kind else {
            return self.advance_rarely(event, content, time, &reach, scratch);
        };
        if let Some(tool) = program.tests.tools.exact(name).and_then(|tool| program.tool(tool)) {
            (reach.identity, reach.own, reach.related) =
                (&tool.identity, Some(&tool.ended), &tool.related);
            return self.advance_rarely(event, content, time, &reach, scratch);
        }
        let alike = scratch.names.of(program, name);
        let (identity, own) = (&alike.identity, Some(&alike.ended));
        let reach = Reach { identity, own, shared, related: &alike.related };
        self.advance_rarely(event, content, time, &reach, scratch)
    }

    #[inline(never)]
    fn advance_rarely(
        &self,
        event: &Event,
        content: &Content<'_>,
        time: Timestamp,
        reach: &Reach<'_>,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        if let Some(own) = reach.own {
            self.follow_edges(&own.edges, &[], scratch)?;
        }
        self.follow_edges(&reach.shared.edges, reach.related, scratch)?;
        self.follow_open(event, content, time, reach, scratch)
    }

    /// Steps monitors whose letter is known, but for those to be skipped, which are sorted.
    #[inline(always)]
    fn follow_edges(
        &self,
        edges: &[Edge],
        skip: &[MonitorId],
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let (words, rows) = (&*self.words, &*self.program.rows);
        for edge in edges {
            let word = *words.get(place(edge.word)).ok_or(Failure::Inconsistent)?;
            let row = edge.row.saturating_add(word >> 2);
            let next = *rows.get(place(row)).ok_or(Failure::Inconsistent)?;
            if next != word && (skip.is_empty() || skip.binary_search(&edge.monitor).is_err()) {
                self.take(edge, word, next, scratch);
            }
        }
        Ok(())
    }

    /// Steps the monitors whose guards have to be evaluated.
    #[inline(never)]
    fn follow_open(
        &self,
        event: &Event,
        content: &Content<'_>,
        time: Timestamp,
        reach: &Reach<'_>,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let Reach { identity, own, shared, related } = *reach;
        let view = View { identity, ..self.view(event, content, time, scratch) };
        let skipped = |id: &MonitorId| related.binary_search(id).is_ok();
        let own = own.map_or(&[][..], |own| &own.open).iter();
        for id in own.chain(shared.open.iter().filter(|id| !skipped(id))) {
            let monitor = self.program.monitor(*id).ok_or(Failure::Inconsistent)?;
            self.advance_open(*id, monitor, &view, time, scratch)?;
        }
        Ok(())
    }

    /// Takes an edge that leads from the entry `word` to the entry `next`.
    #[inline(always)]
    fn take(&self, edge: &Edge, word: u32, next: u32, scratch: &mut Scratch) {
        let (before, after) = (Entry::from_word(word).verdict(), Entry::from_word(next).verdict());
        if after == Verdict::Violated {
            scratch.objecting.push((edge.monitor, before));
            return;
        }
        // The first state of a table has the number 0.
        let armed = if word >> 2 == 0 { edge.armed } else { NOWHERE };
        let contract = edge.contract;
        scratch.writes.push(Write { place: edge.word, word: next, armed, contract });
        if before != after {
            scratch.change(edge.monitor, edge.contract, edge.sole, before, after);
        }
    }

    /// The number of the event that is judged, as a word.
    fn seq_word(&self) -> u32 {
        u32::try_from(self.next_seq()).unwrap_or(u32::MAX)
    }

    /// The moment as a contract sees it: calls it treated as suppressed did not happen.
    pub(super) fn moment<'e>(
        &self,
        monitor: &Monitor,
        view: &View<'e>,
        time: Timestamp,
    ) -> Moment<'e> {
        let skipped = monitor.skipped.and_then(|at| self.words.get(at)).copied().unwrap_or(0);
        let call = self.progress.calls.saturating_sub(skipped).saturating_add(1);
        Moment { view: *view, time, call, is_call: view.event.is_call() }
    }

    fn advance_open(
        &self,
        id: MonitorId,
        monitor: &Monitor,
        view: &View<'_>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = self.program();
        let moment = self.moment(monitor, view, time);
        let contract = monitor.contract;
        if let Some(latch) = &monitor.activation
            && !latch.is_active(&self.words)
        {
            let registers = latch.registers(&self.words);
            let Scratch { values, answers, writes, .. } = scratch;
            latch.plan.evaluate(&program.tests, &moment, registers, values, answers);
            if latch.plan.letter(values) == 0 {
                let first = latch.registers;
                let write = |at: usize, word| {
                    writes.push(Write::new(first.saturating_add(at), word, contract))
                };
                latch.plan.update(&moment, registers, values, write);
                return Ok(());
            }
            writes.push(Write::new(latch.active, 1, contract));
        }
        let required = match &monitor.assumption {
            None => true,
            Some(part) => {
                let (from, to) = self.advance_part(part, contract, &moment, scratch)?;
                if from != to {
                    self.write_entry(part, contract, from, to, scratch);
                }
                to.verdict().is_accepting()
            }
        };
        let (from, to) = self.advance_part(&monitor.guarantee, contract, &moment, scratch)?;
        if to.verdict() == Verdict::Violated && required {
            scratch.objecting.push((id, monitor.verdict(&self.words)));
            return Ok(());
        }
        if from != to {
            self.write_entry(&monitor.guarantee, contract, from, to, scratch);
        }
        let before = monitor.verdict(&self.words);
        let after = if required { to.verdict() } else { Verdict::Holding };
        if before != after {
            let sole = program.owner(id).is_some_and(|owner| owner.sole);
            scratch.change(id, contract, sole, before, after);
        }
        Ok(())
    }

    /// One formula through the event: its automaton's entry before and after.
    fn advance_part(
        &self,
        part: &Part,
        contract: ContractId,
        moment: &Moment<'_>,
        scratch: &mut Scratch,
    ) -> Result<(Entry, Entry), Failure> {
        let registers = part.registers(&self.words);
        let Scratch { values, answers, writes, .. } = scratch;
        part.plan.evaluate(&self.program().tests, moment, registers, values, answers);
        let from = part.entry(&self.words);
        let letter = part.plan.letter(values);
        let to = part.automaton.step(from, letter).map_err(|_| Failure::AutomatonTooLarge)?;
        let write = |at: usize, word| {
            writes.push(Write::new(part.registers.saturating_add(at), word, contract))
        };
        part.plan.update(moment, registers, values, write);
        Ok((from, to))
    }

    fn write_entry(
        &self,
        part: &Part,
        contract: ContractId,
        from: Entry,
        to: Entry,
        scratch: &mut Scratch,
    ) {
        if let Some(at) = part.entry {
            scratch.writes.push(Write::new(at, to.word(), contract));
        }
        if let Some(at) = part.armed
            && from == part.initial
        {
            scratch.writes.push(Write::new(at, self.seq_word(), contract));
        }
    }

    /// Applies what [`judge`](Self::judge) found.
    #[inline(always)]
    pub(super) fn apply(&mut self, event: &Event, judged: &Judged, scratch: &Scratch) {
        if self.held.is_some() || is_batched(event) {
            self.settle_held(event, scratch);
        }
        let seq = self.seq_word();
        for write in &scratch.writes {
            if let Some(slot) = self.words.get_mut(place(write.place)) {
                *slot = write.word;
            }
            if write.armed != NOWHERE
                && let Some(slot) = self.words.get_mut(place(write.armed))
            {
                *slot = seq;
            }
        }
        match &event.kind {
            EventKind::Context { facts } => self.set_facts(facts),
            EventKind::Approval { contract, digest, expires } => {
                self.approve(contract, *digest, *expires);
            }
            _ => {}
        }
        let needs = &self.program.tests.needs;
        Memory::note(&mut self.memory, needs, event, scratch.call_id);
        if self.held.is_some() || self.program.tests.needs.follows_values() {
            self.note_values(event, false);
        }
        self.progress.advance(judged.time, event.is_call());
    }
}

/// Whether the event is a call of a batch.
#[inline]
fn is_batched(event: &Event) -> bool {
    matches!(&event.kind, EventKind::ToolCall { call, .. } if call.batch.is_some())
}

/// A place in an array, of a number that fits it.
#[inline]
fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The tool that an event is a call of, or the refusal or the result of one.
pub(super) fn tool_of(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::ToolCall { tool, .. }
        | EventKind::ToolResult { tool, .. }
        | EventKind::Denied { tool } => Some(tool),
        _ => None,
    }
}
