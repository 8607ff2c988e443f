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
use super::scratch::{Failure, Scratch, Step, Write};
use super::way::{Way, tool_of};
use crate::automaton::Entry;
use crate::decision::Decision;
use crate::event::{Event, Timestamp};
use crate::ground::{Content, Identity, Joined, Memory, Moment, ToolId, View};
use crate::program::{
    ContractId, Edge, Edges, Monitor, MonitorId, Moving, NOWHERE, Part, Route, ToolRoute,
};
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
    /// Whether the event, if it happens, changes nothing but words of the state.
    pub(super) is_plain: bool,
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
            objections: slice(&scratch.objections),
            moves: slice(&scratch.moves),
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
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        self.judge_along(self.way(event, scratch), event, content, scratch)
    }

    /// As [`judge`](Self::judge), once it is known which way the event takes.
    #[inline]
    pub(super) fn judge_along(
        &self,
        way: Way,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        let mut judged = self.judge_without_substitute(way, event, content, scratch);
        if judged.decision == Decision::Redirect && !self.substitute_runs(event, content, scratch) {
            judged.decision = decide_without_substitute();
        }
        judged
    }

    /// As [`judge_along`](Self::judge_along); where a call is redirected, it is not asked about the substitute.
    #[inline]
    pub(super) fn judge_without_substitute(
        &self,
        way: Way,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> Judged {
        let route = |tool: ToolId| self.program.tool(tool);
        match way {
            Way::Quiet => self.judge_quiet(event, scratch),
            Way::Plain { tool, moving } => {
                let edges = route(tool).map(|tool| &tool.called.edges);
                self.judge_plain(event, edges, moving, scratch)
            }
            Way::Full(tool) => self.judge_full(event, content, Ok(tool.and_then(route)), scratch),
            Way::TooLarge => self.judge_full(event, content, Err(Failure::EventTooLarge), scratch),
        }
    }

    /// Decides a call that moves nothing but monitors whose letter is known: these.
    #[inline]
    fn judge_plain(
        &self,
        event: &Event,
        edges: Option<&Edges>,
        moving: Moving,
        scratch: &mut Scratch,
    ) -> Judged {
        scratch.begin();
        let (time, clamped) = self.time_of(event);
        let result = edges
            .ok_or(Failure::Inconsistent)
            .and_then(|edges| self.follow_edges(edges, Some(moving), &[], scratch));
        let (decision, failure) = self.conclude(event, time, result, scratch);
        Judged { decision, time, clamped, failure, is_plain: true }
    }

    /// Decides any event; `tool` is the mentioned tool that it is about.
    #[inline(never)]
    fn judge_full(
        &self,
        event: &Event,
        content: &Content<'_>,
        tool: Result<Option<&ToolRoute>, Failure>,
        scratch: &mut Scratch,
    ) -> Judged {
        if self.held.is_some() || scratch.has_early {
            self.judge_as_first(event, content, scratch);
        }
        scratch.begin();
        let (time, clamped) = self.time_of(event);
        let result = tool.and_then(|tool| self.advance(event, content, time, tool, scratch));
        if !scratch.first.is_empty() {
            self.add_first(scratch);
        }
        let (mut decision, failure) = self.conclude(event, time, result, scratch);
        if self.held.is_some() && failure.is_none() {
            decision = self.judge_groups(event, content, decision, scratch);
        }
        Judged { decision, time, clamped, failure, is_plain: false }
    }

    /// The time at which the session sees an event, and whether its own was earlier.
    #[inline]
    pub(super) fn time_of(&self, event: &Event) -> (Timestamp, bool) {
        let last = self.progress.time;
        (event.time.max(last), event.time < last)
    }

    /// From what monitors say to the decision, or to that of a failure.
    #[inline(always)]
    fn conclude(
        &self,
        event: &Event,
        time: Timestamp,
        result: Result<(), Failure>,
        scratch: &mut Scratch,
    ) -> (Decision, Option<Failure>) {
        match result {
            Ok(()) if scratch.objecting.is_empty() => {
                self.finish_moves(scratch);
                (Decision::Allow, None)
            }
            Ok(()) => (self.finish_objections(event, time, scratch), None),
            Err(failure) => {
                scratch.begin();
                (decide_failure(self.program().failure_mode), Some(failure))
            }
        }
    }

    /// Steps every monitor that the event can move; `tool` is the mentioned tool that it is about.
    fn advance(
        &self,
        event: &Event,
        content: &Content<'_>,
        time: Timestamp,
        tool: Option<&ToolRoute>,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let program = &*self.program;
        let shared = program.kind(&event.kind);
        let unmentioned;
        let named = match (tool, tool_of(&event.kind)) {
            (Some(tool), _) => Some(tool),
            (None, Some(name)) => {
                unmentioned = scratch.names.of(program, name);
                Some(&*unmentioned)
            }
            (None, None) => None,
        };
        let reach = match named {
            Some(tool) => Reach {
                identity: &tool.identity,
                own: Some(tool.of(&event.kind)),
                shared,
                related: &tool.related,
            },
            None => Reach { identity: Identity::NONE, own: None, shared, related: &[] },
        };
        if let Some(own) = reach.own {
            self.follow_edges(&own.edges, own.edges.moving(0, &self.words), &[], scratch)?;
        }
        self.follow_edges(
            &shared.edges,
            shared.edges.moving(0, &self.words),
            reach.related,
            scratch,
        )?;
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
        let id = self.program().tests.id_of(&view, &mut scratch.answers);
        // Sessions that share a contract may use the same ids, for different calls.
        scratch.call_id = id.map(|id| id ^ scratch.member);
        View { joined: Memory::join(memory, scratch.call_id, event.is_call()), ..view }
    }

    /// Steps monitors whose letter is known, from those on that are `moving`, but for those to be skipped, which are
    /// sorted.
    #[inline(always)]
    fn follow_edges(
        &self,
        edges: &Edges,
        mut moving: Option<Moving>,
        skip: &[MonitorId],
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        let (words, rows) = (&*self.words, &*self.program.rows);
        while let Some(some) = moving {
            for (gate, edge) in some.filter_map(|at| edges.get(at)) {
                let word = *words.get(place(gate.word)).ok_or(Failure::Inconsistent)?;
                let next = *rows.get(edge.row_of(word)).ok_or(Failure::Inconsistent)?;
                if next != word && (skip.is_empty() || skip.binary_search(&edge.monitor).is_err()) {
                    self.take(gate.word, edge, word, next, scratch);
                }
            }
            moving = edges.moving(some.end(), words);
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
        let own = own.map_or(&[][..], |own| &own.open);
        if own.is_empty() && shared.open.is_empty() && !self.program.tests.needs.calls {
            return Ok(());
        }
        let view = View { identity, ..self.view(event, content, time, scratch) };
        let skipped = |id: &MonitorId| related.binary_search(id).is_ok();
        for id in own.iter().chain(shared.open.iter().filter(|id| !skipped(id))) {
            let monitor = self.program.monitor(*id).ok_or(Failure::Inconsistent)?;
            self.advance_open(*id, monitor, &view, time, scratch)?;
        }
        Ok(())
    }

    /// Takes an edge that leads from the entry `word` to the entry `next`.
    #[inline(always)]
    fn take(&self, home: u32, edge: &Edge, word: u32, next: u32, scratch: &mut Scratch) {
        let [from, to] = [word, next].map(Entry::from_word);
        if to.is_violated() {
            scratch.objecting.push((edge.monitor, from.verdict()));
            return;
        }
        // The first state of a table has the number 0.
        let armed = if word >> 2 == 0 { edge.armed } else { NOWHERE };
        let contract = edge.contract;
        scratch.writes.push(Write { place: home, word: next, armed, contract });
        let (before, after) = (from.verdict(), to.verdict());
        if before != after {
            scratch.change(edge.monitor, edge.contract, edge.sole, before, after);
        }
    }

    /// The number of the event that is judged, as a word.
    pub(super) fn seq_word(&self) -> u32 {
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
                let write = |at: usize, word| {
                    writes.push(Write::new(latch.home.place(at, &latch.plan), word, contract))
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
            writes.push(Write::new(part.home.place(at, &part.plan), word, contract))
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
}

/// What a list holds. Most are empty, and were emptied a moment ago: their beginning, which the processor would have to
/// wait for, is not read.
#[inline(always)]
#[expect(clippy::ptr_arg, reason = "the beginning of a slice would have been read already")]
fn slice<T>(list: &Vec<T>) -> &[T] {
    if list.is_empty() { &[] } else { list }
}

/// A place in an array, of a number that fits it.
#[inline]
pub(super) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
