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
use super::scratch::{Failure, Move, Objection, Scratch, Step};
use crate::automaton::Entry;
use crate::decision::{Decision, Outcome};
use crate::event::{Event, EventKind, FactChange, Timestamp, Value};
use crate::ground::{Content, Given, Identity, Joined, Memory, Moment, View};
use crate::limits::{
    ARGUMENT_DEPTH_MAX, ARGUMENT_VALUES_MAX, FACT_BYTES_MAX, FACTS_PER_EVENT_MAX, TOOL_BYTES_MAX,
};
use crate::program::{ContractId, Edge, Monitor, MonitorId, Part, Route};
use crate::strategy::{Strategy, decide, decide_failure, decide_without_substitute};
use crate::verdict::Verdict;

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

    pub(super) fn step<'s>(&self, events_before: u64, scratch: &'s Scratch) -> Step<'s> {
        Step {
            seq: events_before.saturating_add(1),
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
    pub(super) fn judge(
        &self,
        event: &Event,
        content: Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        let mut judged = self.judge_directly(event, content, scratch);
        if judged.decision == Decision::Redirect && !self.substitute_runs(event, content, scratch) {
            judged.decision = decide_without_substitute();
        }
        judged
    }

    fn judge_directly(&self, event: &Event, content: Content<'_>, scratch: &mut Scratch) -> Judged {
        scratch.begin();
        let last = self.time();
        let time = event.time.max(last);
        let mut judged = Judged {
            decision: decide([].into_iter()),
            time,
            clamped: event.time < last,
            failure: None,
        };
        let result = if within_limits(event) {
            self.advance(event, content, time, scratch)
        } else {
            Err(Failure::EventTooLarge)
        };
        match result {
            Ok(()) if !scratch.objecting.is_empty() => {
                judged.decision = self.finish_objections(event, scratch);
            }
            Ok(()) if !scratch.changes.is_empty() => self.finish_moves(scratch),
            Ok(()) => {}
            Err(failure) => {
                scratch.begin();
                judged.failure = Some(failure);
                judged.decision = decide_failure(self.program().failure_mode);
            }
        }
        judged
    }

    /// Steps every monitor that the event can move.
    fn advance(
        &self,
        event: &Event,
        content: Content<'_>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = self.program();
        let shared = program.kind(&event.kind).filter(|route| !route.is_empty());
        let view = self.view(event, content, time, scratch);
        let Some(name) = tool_of(&event.kind) else {
            return shared.map_or(Ok(()), |route| self.follow(route, &[], &view, time, scratch));
        };
        let exact = program.tests.tools.exact(name);
        if let Some(tool) = exact.and_then(|tool| program.tool(tool)) {
            let view = View { identity: &tool.identity, ..view };
            let own = match &event.kind {
                EventKind::ToolCall { .. } => &tool.called,
                EventKind::ToolResult { .. } => &tool.ended,
                _ => &tool.refused,
            };
            self.follow(own, &[], &view, time, scratch)?;
            return shared.map_or(Ok(()), |r| self.follow(r, &tool.related, &view, time, scratch));
        }
        let alike = scratch.names.of(program, name);
        let view = View { identity: &alike.identity, ..view };
        let own = match &event.kind {
            EventKind::ToolCall { .. } => &alike.called,
            EventKind::ToolResult { .. } => &alike.ended,
            _ => &alike.refused,
        };
        self.follow(own, &[], &view, time, scratch)?;
        shared.map_or(Ok(()), |route| self.follow(route, &alike.related, &view, time, scratch))
    }

    /// The event as tests see it, before it is known which tool its name means.
    pub(super) fn view<'e>(
        &'e self,
        event: &'e Event,
        content: Content<'e>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> View<'e> {
        let (identity, joined) = (Identity::NONE, Joined::default());
        let memory = self.memory.as_deref();
        let view = View { event, identity, content, facts: self.facts(), time, memory, joined };
        scratch.call_id = self.program().tests.id_of(&view, &mut scratch.answers);
        View { joined: Memory::join(memory, scratch.call_id, event.is_call()), ..view }
    }

    /// Steps the monitors of a route, but for those to be skipped, which are sorted.
    fn follow(
        &self,
        route: &Route,
        skip: &[MonitorId],
        view: &View<'_>,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = self.program();
        let skips = |id: MonitorId| !skip.is_empty() && skip.binary_search(&id).is_ok();
        for edge in &route.edges {
            let place = usize::try_from(edge.word).unwrap_or(usize::MAX);
            let word = *self.words.get(place).ok_or(Failure::Inconsistent)?;
            let row = edge.row.saturating_add(word >> 2);
            let next = usize::try_from(row).ok().and_then(|at| program.rows.get(at));
            let next = *next.ok_or(Failure::Inconsistent)?;
            if next != word && !skips(edge.monitor) {
                self.take(edge, place, word, next, scratch)?;
            }
        }
        let calls = self.header().calls;
        for id in route.open.iter().filter(|id| !skips(**id)) {
            let monitor = program.monitor(*id).ok_or(Failure::Inconsistent)?;
            self.advance_open(*id, monitor, view, calls, time, scratch)?;
        }
        Ok(())
    }

    /// Takes an edge that leads from the entry `word` to the entry `next`.
    fn take(
        &self,
        edge: &Edge,
        place: usize,
        word: u32,
        next: u32,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = self.program();
        let (from, to) = (Entry::from_word(word).verdict(), Entry::from_word(next).verdict());
        if to == Verdict::Violated {
            scratch.objecting.push(edge.monitor);
            return Ok(());
        }
        let contract = program.owner(edge.monitor).ok_or(Failure::Inconsistent)?.contract;
        scratch.writes.push((place, next, contract));
        if let Some(at) = edge.armed
            && program.initial.get(place) == Some(&word)
        {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            scratch.writes.push((at, self.next_seq(), contract));
        }
        if from != to {
            scratch.changes.push((edge.monitor, from, to));
        }
        Ok(())
    }

    /// The number of the event that is judged, as a word.
    fn next_seq(&self) -> u32 {
        u32::try_from(self.events().saturating_add(1)).unwrap_or(u32::MAX)
    }

    /// The moment as a contract sees it: calls it treated as suppressed did not happen.
    pub(super) fn moment<'e>(
        &self,
        monitor: &Monitor,
        view: &View<'e>,
        calls: u32,
        time: Timestamp,
    ) -> Moment<'e> {
        let skipped = monitor.skipped.and_then(|at| self.words.get(at)).copied().unwrap_or(0);
        let call = calls.saturating_sub(skipped).saturating_add(1);
        Moment { view: *view, time, call, is_call: view.event.is_call() }
    }

    fn advance_open(
        &self,
        id: MonitorId,
        monitor: &Monitor,
        view: &View<'_>,
        calls: u32,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = self.program();
        let moment = self.moment(monitor, view, calls, time);
        let contract = monitor.contract;
        if let Some(latch) = &monitor.activation
            && !latch.is_active(&self.words)
        {
            let registers = latch.registers(&self.words);
            let Scratch { values, answers, writes, .. } = scratch;
            latch.plan.evaluate(&program.tests, &moment, registers, values, answers);
            if latch.plan.letter(values) == 0 {
                let first = latch.registers;
                let write =
                    |at: usize, word| writes.push((first.saturating_add(at), word, contract));
                latch.plan.update(&moment, registers, values, write);
                return Ok(());
            }
            writes.push((latch.active, 1, contract));
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
            scratch.objecting.push(id);
            return Ok(());
        }
        if from != to {
            self.write_entry(&monitor.guarantee, contract, from, to, scratch);
        }
        let before = monitor.verdict(&self.words);
        let after = if required { to.verdict() } else { Verdict::Holding };
        if before != after {
            scratch.changes.push((id, before, after));
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
        let write =
            |at: usize, word| writes.push((part.registers.saturating_add(at), word, contract));
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
            scratch.writes.push((at, to.word(), contract));
        }
        if let Some(at) = part.armed
            && from == part.initial
        {
            scratch.writes.push((at, self.next_seq(), contract));
        }
    }

    /// From changed monitors to moved contracts.
    fn finish_moves(&self, scratch: &mut Scratch) {
        let program = self.program();
        let Scratch { changes, moves, .. } = scratch;
        changes.sort_unstable_by_key(|(id, ..)| *id);
        for (id, before, after) in changes.iter() {
            let Some(owner) = program.owner(*id) else { continue };
            let contract = owner.contract;
            let moved = if owner.sole {
                Move { contract, before: *before, after: *after }
            } else if moves.last().is_some_and(|m: &Move| m.contract == contract) {
                continue;
            } else {
                let first = program.contract(contract).map_or(0, |c| c.monitors.start);
                let verdict = |(at, sibling): (usize, &Monitor)| {
                    let id = MonitorId::new(first.saturating_add(at));
                    let change = changes.iter().find(|(changed, ..)| Some(*changed) == id);
                    change.map_or_else(|| sibling.verdict(&self.words), |(_, _, after)| *after)
                };
                let siblings = program.monitors_of(contract).iter().enumerate();
                let after = siblings.map(verdict).min().unwrap_or(Verdict::Holding);
                Move { contract, before: self.verdict(contract), after }
            };
            if moved.before != moved.after {
                moves.push(moved);
            }
        }
    }

    /// From objecting monitors to objections and a decision; leaves out what suppressed contracts would write.
    fn finish_objections(&self, event: &Event, scratch: &mut Scratch) -> Decision {
        let (program, is_call) = (self.program(), event.is_call());
        if scratch.objecting.len() > 1 {
            scratch.objecting.sort_unstable();
        }
        for id in &scratch.objecting {
            let Some(owner) = program.owner(*id) else { continue };
            let contract = owner.contract;
            if scratch.objections.last().is_some_and(|o| o.contract == contract) {
                continue;
            }
            let before = match program.monitor(*id).filter(|_| owner.sole) {
                Some(monitor) => monitor.verdict(&self.words),
                None => self.verdict(contract),
            };
            let outcome = owner.outcome(is_call);
            scratch.objections.push(Objection { contract, outcome, before });
        }
        let decision = decide(scratch.objections.iter().map(|o| o.outcome));
        if is_call && !decision.runs() {
            // Nothing of it is applied: `happens` says no.
            return decision;
        }
        let Scratch { objections, writes, changes, .. } = scratch;
        let objects = |contract: ContractId| {
            objections.binary_search_by_key(&contract, |o| o.contract).is_ok()
        };
        writes.retain(|(_, _, contract)| !objects(*contract));
        changes.retain(|(id, ..)| program.owner(*id).is_some_and(|owner| !objects(owner.contract)));
        if is_call {
            for objection in objections.iter() {
                for at in program.monitors_of(objection.contract).iter().filter_map(|m| m.skipped) {
                    let skipped = self.words.get(at).copied().unwrap_or(0).saturating_add(1);
                    writes.push((at, skipped, objection.contract));
                }
            }
        }
        self.finish_moves(scratch);
        decision
    }

    /// Whether the substitute of a redirected call may run itself. It may not be redirected again.
    fn substitute_runs(&self, event: &Event, content: Content<'_>, scratch: &mut Scratch) -> bool {
        let redirected = scratch.objections.iter().filter(|o| o.outcome == Outcome::Redirected);
        let contracts = redirected.filter_map(|o| self.program().contract(o.contract));
        let mut substitutes = contracts.filter_map(|contract| match contract.strategy() {
            Strategy::RedirectToSafe { tool, .. } => Some(tool),
            Strategy::Block | Strategy::Escalate | Strategy::WarnOnly => None,
        });
        let first = substitutes.next();
        // Contracts that ask for different substitutes cannot all be followed, whatever their order.
        let is_one = substitutes.all(|other| Some(other) == first);
        let (Some(safe), Some(inner), EventKind::ToolCall { tool, args, .. }) =
            (first, scratch.inner.as_deref_mut(), &event.kind)
        else {
            return false;
        };
        if safe == tool || !is_one {
            return false;
        }
        scratch.asked_inner = true;
        let substitute =
            Event { agent: event.agent.clone(), ..Event::call(event.time, safe, args.clone()) };
        let content = match content {
            Content::Recorded { substitute, .. } => {
                Content::Recorded { own: substitute, substitute: Given::default() }
            }
            other => other,
        };
        let judged = self.judge_directly(&substitute, content, inner);
        judged.decision.runs() && judged.failure.is_none()
    }

    /// Applies what [`judge`](Self::judge) found.
    pub(super) fn commit(&mut self, event: &Event, judged: &Judged, scratch: &Scratch) {
        for (at, word, _) in &scratch.writes {
            if let Some(slot) = self.words.get_mut(*at) {
                *slot = *word;
            }
        }
        if let EventKind::Context { facts } = &event.kind {
            self.set_facts(facts);
        }
        let needs = &self.program.tests.needs;
        Memory::note(&mut self.memory, needs, event, scratch.call_id);
        self.advance_header(judged.time, event.is_call());
    }
}

/// Whether the event keeps the limits on its size. Arguments are walked to a bounded depth.
fn within_limits(event: &Event) -> bool {
    match &event.kind {
        EventKind::ToolCall { tool, args: value, .. }
        | EventKind::ToolResult { tool, output: value, .. } => {
            // Arguments, and an output, are a level and a value themselves.
            let below = ARGUMENT_DEPTH_MAX.saturating_sub(1);
            let mut values = ARGUMENT_VALUES_MAX.saturating_sub(1);
            tool.len() <= TOOL_BYTES_MAX
                && (is_empty(value) || is_bounded(value, below, &mut values))
        }
        EventKind::Denied { tool } => tool.len() <= TOOL_BYTES_MAX,
        EventKind::Context { facts } => {
            let size = |(key, value): &FactChange| {
                key.len().saturating_add(value.as_ref().map_or(0, |v| v.len()))
            };
            facts.len() <= FACTS_PER_EVENT_MAX
                && facts.iter().all(|fact| size(fact) <= FACT_BYTES_MAX)
        }
        _ => true,
    }
}

fn is_empty(args: &Value) -> bool {
    matches!(args, Value::Object(members) if members.is_empty())
}

/// Whether there are at most `values` values below this one, and at most `depth` levels of them. Lists and objects
/// recurse, to that depth; plain values do not.
fn is_bounded(value: &Value, depth: usize, values: &mut usize) -> bool {
    let mut child = |value: &Value| {
        let Some(left) = values.checked_sub(1) else { return false };
        *values = left;
        match (value, depth.checked_sub(1)) {
            (Value::List(_) | Value::Object(_), Some(depth)) => is_bounded(value, depth, values),
            (Value::List(_) | Value::Object(_), None) => false,
            (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_), _) => true,
        }
    };
    match value {
        Value::List(items) => items.iter().all(child),
        Value::Object(members) => members.iter().all(|(_, value)| child(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => true,
    }
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
