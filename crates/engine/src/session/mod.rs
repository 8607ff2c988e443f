//! One trace in progress.
//!
//! A session is an array of words, laid out by its program: the automaton entries, registers and flags of each
//! monitor. That is all it remembers, whatever its length; context facts that contracts mention, and what they need to
//! join events by name, come on top. It can be copied, saved and restored as bytes.

mod adopt;
mod blame;
mod bounds;
mod commit;
mod explain;
mod keyed;
mod outcome;
mod pending;
mod repair;
mod scratch;
mod shared;
mod slots;
mod snapshot;
mod step;
mod substitute;
mod way;

use std::sync::Arc;

use crate::contract::Scope;
use crate::event::{Event, EventKind, FactChange, Timestamp, Value};
use crate::ground::{Content, EachGiven, Fact, Flows, Given, Heard, Memory, Valuation};
use crate::program::{ContractId, Program};
use crate::provenance::Reader;
use crate::strategy::Mode;
use crate::verdict::Verdict;

pub use explain::{Edge, Explanation, Witness};
use pending::Held;
pub use scratch::{Analyst, Failure, Move, Objection, Scratch, Step};
use scratch::{SUBSTITUTE, each_prefix};
pub use shared::Shared;
pub use snapshot::SnapshotError;
use step::Judged;
use way::Way;

/// What a session knows of its events, whatever its contracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Progress {
    /// How many events were committed.
    events: u64,
    /// How many of them were calls.
    calls: u32,
    /// The time of the last one.
    time: Timestamp,
}

impl Progress {
    #[inline]
    fn advance(&mut self, time: Timestamp, is_call: bool) {
        self.events = self.events.saturating_add(1);
        self.calls = self.calls.saturating_add(u32::from(is_call));
        self.time = time;
    }
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    program: Arc<Program>,
    progress: Progress,
    words: Box<[u32]>,
    /// The context facts that contracts mention, by key; absent while none is set.
    facts: Option<Box<[Fact]>>,
    /// What contracts need to join events by name; absent while there is nothing.
    memory: Option<Box<Memory>>,
    /// Which values were in whose outputs; absent while nothing is recorded.
    flows: Option<Arc<Flows>>,
    /// What few sessions have.
    held: Option<Box<Held>>,
}

impl Session {
    /// A session at its beginning.
    pub fn new(program: &Arc<Program>) -> Self {
        Self {
            program: Arc::clone(program),
            progress: Progress::default(),
            words: program.initial.clone(),
            facts: None,
            memory: None,
            flows: None,
            held: Held::of(program),
        }
    }

    /// The program it is judged by.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Decides an event and, if it happens, commits it.
    pub fn step<'s>(&mut self, event: &Event, scratch: &'s mut Scratch) -> Step<'s> {
        match self.way(event, scratch) {
            Way::Quiet => self.step_quietly(event, scratch),
            way => self.step_along(way, event, scratch),
        }
    }

    /// As [`step`](Self::step), for an event whose content is known only by the valuation that was recorded when
    /// it happened.
    pub fn step_recorded<'s>(
        &mut self,
        event: &Event,
        valuation: &Valuation,
        scratch: &'s mut Scratch,
    ) -> Step<'s> {
        let decided = self.decide_recorded(event, valuation, scratch);
        self.commit(event, &decided, scratch);
        decided.step(scratch)
    }

    #[inline(never)]
    fn step_along<'s>(&mut self, way: Way, event: &Event, scratch: &'s mut Scratch) -> Step<'s> {
        let judged = self.judge_along(way, event, &Content::Event, scratch);
        let seq = self.next_seq();
        self.settle(event, &judged, scratch);
        judged.step(seq, scratch)
    }

    /// Decides an event and changes nothing yet: [`commit`](Self::commit) does. Between the two the decision can be
    /// explained and recorded, so that what cannot be recorded does not happen.
    pub fn decide(&self, event: &Event, scratch: &mut Scratch) -> Decided {
        Decided { judged: self.judge(event, &Content::Event, scratch), seq: self.next_seq() }
    }

    /// As [`decide`](Self::decide), for an event whose content is known only by the valuation that was recorded.
    pub fn decide_recorded(
        &self,
        event: &Event,
        valuation: &Valuation,
        scratch: &mut Scratch,
    ) -> Decided {
        self.with_recorded(valuation, |content| Decided {
            judged: self.judge(event, content, scratch),
            seq: self.next_seq(),
        })
    }

    /// Judges by what was recorded of an event's content.
    fn with_recorded<T>(&self, valuation: &Valuation, judge: impl FnOnce(&Content<'_>) -> T) -> T {
        let find = |text: &str| {
            let at = valuation.truths.binary_search_by(|(atom, _)| (**atom).cmp(text)).ok()?;
            valuation.truths.get(at).map(|(_, truth)| *truth)
        };
        let value = |text: &str| {
            let at = valuation.values.binary_search_by(|(name, _)| (**name).cmp(text)).ok()?;
            valuation.values.get(at).map(|(_, value)| value.clone())
        };
        let tests = &self.program.tests;
        let [truths, of_substitute] =
            ["", SUBSTITUTE].map(|before| tests.table(|text| find(&format!("{before}{text}"))));
        let [reads, read_of_substitute] =
            ["", SUBSTITUTE].map(|before| tests.reads(|text| value(&format!("{before}{text}"))));
        let own = Given { truths: &truths, reads: &reads };
        let substitute = Given { truths: &of_substitute, reads: &read_of_substitute };
        let each = self.program.groups.iter().enumerate().map(|(at, group)| {
            let (before, tests) = (each_prefix(at), &group.program.tests);
            EachGiven {
                key: value(&format!("{before}key")).and_then(|k| u128::from_str_radix(&k, 16).ok()),
                truths: tests.table(|text| find(&format!("{before}{text}"))),
                reads: tests.reads(|text| value(&format!("{before}{text}"))),
            }
        });
        let each: Vec<EachGiven> = each.collect();
        judge(&Content::Recorded { own, substitute, each: &each })
    }

    /// Commits what was decided of the event, if it happens. The scratch must not have decided another one since.
    pub fn commit(&mut self, event: &Event, decided: &Decided, scratch: &Scratch) {
        self.settle(event, &decided.judged, scratch);
    }

    #[inline]
    fn settle(&mut self, event: &Event, judged: &Judged, scratch: &Scratch) {
        if judged.happens(event) {
            self.apply(event, judged, scratch);
        } else if judged.failure.is_some() {
            // The caller has read an output that could not be judged; a call that could not be judged may have run.
            if !event.is_call() || self.program.failure_mode == Mode::Observe {
                self.note_values(event, true, scratch.reader);
            }
            if self.program.failure_mode == Mode::Enforce {
                self.forget_facts(event);
            }
        }
    }

    /// Takes in the values of an event; of one that is `lost`, that it had some.
    #[inline(never)]
    fn note_values(&mut self, event: &Event, lost: bool, reader: Option<Reader>) {
        let tests = &self.program.tests;
        if tests.needs.follows_values() {
            let heard = Heard { event, lost, reader };
            Flows::note(&mut self.flows, tests, heard);
        }
        if let Some(held) = &mut self.held {
            held.keyed.iter_mut().for_each(|slots| slots.ambient.note_values(event, lost, reader));
        }
    }

    /// The decision that [`step`](Self::step) would make. Nothing changes.
    pub fn probe<'s>(&self, event: &Event, scratch: &'s mut Scratch) -> Step<'s> {
        self.judge(event, &Content::Event, scratch).step(self.next_seq(), scratch)
    }

    /// Those of `tools` that could be called at this time with some arguments.
    pub fn filter<'t>(
        &self,
        tools: &[&'t str],
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Vec<&'t str> {
        let mut callable = |tool: &&'t str| {
            let event = Event::call(time, tool, Value::empty());
            self.judge(&event, &Content::Undisclosed, scratch).decision.runs()
        };
        tools.iter().copied().filter(|tool| callable(tool)).collect()
    }

    /// Where a contract stands. One that is not active holds.
    pub fn verdict(&self, contract: ContractId) -> Verdict {
        if let Some(slots) = self.slots_of(contract) {
            return slots.verdict();
        }
        let monitors = self.program.monitors_of(contract);
        monitors.iter().map(|m| m.verdict(&self.words)).min().unwrap_or(Verdict::Holding)
    }

    /// Whether the contract's guarantees are required of the session so far.
    pub fn is_active(&self, contract: ContractId) -> bool {
        if let Some(slots) = self.slots_of(contract) {
            return slots.is_active();
        }
        self.program.monitors_of(contract).iter().all(|m| m.is_active(&self.words))
    }

    /// The contracts that would be violated if the session ended here: their obligations are open. A contract that
    /// other sessions share does not end with one of them.
    pub fn owed(&self) -> Vec<ContractId> {
        let own = self.program.contracts().iter().filter(|c| c.source().scope == Scope::Session);
        let ids = own.map(|c| c.id());
        ids.filter(|id| self.verdict(*id) == Verdict::Pending).collect()
    }

    /// How many events were committed.
    pub fn events(&self) -> u64 {
        self.progress.events
    }

    /// The time of the last committed event.
    pub fn time(&self) -> Timestamp {
        self.progress.time
    }

    /// The number that the next event has.
    fn next_seq(&self) -> u64 {
        self.progress.events.saturating_add(1)
    }

    fn facts(&self) -> &[Fact] {
        self.facts.as_deref().unwrap_or(&[])
    }

    /// Takes the facts for unknown that an event names which could not be judged: it may have set them or cleared them.
    fn forget_facts(&mut self, event: &Event) {
        if let Some(held) = &mut self.held {
            held.keyed.iter_mut().for_each(|slots| slots.ambient.forget_facts(event));
        }
        if let EventKind::Context { facts } = &event.kind {
            self.keep_facts(facts, |_| Fact::Lost);
        }
    }

    /// Keeps the facts that contracts mention, as what `made` makes of their values; the others cannot matter.
    fn keep_facts(&mut self, changes: &[FactChange], made: impl Fn(Option<&str>) -> Fact) {
        let keys = &self.program.tests.keys;
        for (key, value) in changes {
            let Some(place) = keys.iter().position(|k| k == key) else { continue };
            let facts = self.facts.get_or_insert_with(|| vec![Fact::Unset; keys.len()].into());
            if let Some(slot) = facts.get_mut(place) {
                *slot = made(value.as_deref());
            }
        }
        if self.facts.as_ref().is_some_and(|facts| facts.iter().all(|f| *f == Fact::Unset)) {
            self.facts = None;
        }
    }
}

/// A decision that is not yet committed.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    judged: Judged,
    seq: u64,
}

impl Decided {
    /// The decision and its evidence.
    pub fn step<'s>(&self, scratch: &'s Scratch) -> Step<'s> {
        self.judged.step(self.seq, scratch)
    }
}

/// Sessions are equal when they are of the same program and in the same state.
impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.program, &other.program)
            && self.progress == other.progress
            && self.words == other.words
            && self.facts == other.facts
            && self.memory == other.memory
            && self.flows == other.flows
            && self.held() == other.held()
    }
}

/// The refusal of a call, as the event that follows it.
pub fn refusal(call: &Event) -> Option<Event> {
    match &call.kind {
        EventKind::ToolCall { tool, .. } => {
            let kind = EventKind::Denied { tool: tool.clone() };
            Some(Event { time: call.time, agent: call.agent.clone(), kind })
        }
        _ => None,
    }
}
