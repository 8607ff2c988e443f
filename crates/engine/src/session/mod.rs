//! One trace in progress.
//!
//! A session is an array of words, laid out by its program: the automaton entries, registers and flags of each
//! monitor. That is all it remembers, whatever its length; context facts that contracts mention come on top. It can
//! be copied, saved and restored as bytes.

mod bounds;
mod explain;
mod outcome;
mod repair;
mod scratch;
mod snapshot;
mod step;

use std::sync::Arc;

use crate::event::{Event, EventKind, FactChange, Timestamp, Value};
use crate::ground::{Content, Valuation};
use crate::program::{ContractId, Program};
use crate::strategy::Mode;
use crate::verdict::Verdict;

pub use explain::{Edge, Explanation, Witness};
use scratch::SUBSTITUTE;
pub use scratch::{Failure, Move, Objection, Scratch, Step};
pub use snapshot::SnapshotError;

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
    facts: Option<Box<[Option<Box<str>>]>>,
}

impl Session {
    /// A session at its beginning.
    pub fn new(program: &Arc<Program>) -> Self {
        let (words, progress) = (program.initial.clone(), Progress::default());
        Self { program: Arc::clone(program), progress, words, facts: None }
    }

    /// The program it is judged by.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Decides an event and, if it happens, commits it.
    pub fn step<'s>(&mut self, event: &Event, scratch: &'s mut Scratch) -> Step<'s> {
        self.step_with(event, &Content::Event, scratch)
    }

    /// As [`step`](Self::step), for an event whose content is known only by the valuation that was recorded when
    /// it happened.
    pub fn step_recorded<'s>(
        &mut self,
        event: &Event,
        valuation: &Valuation,
        scratch: &'s mut Scratch,
    ) -> Step<'s> {
        let find = |text: &str| {
            let at = valuation.truths.binary_search_by(|(atom, _)| (**atom).cmp(text)).ok()?;
            valuation.truths.get(at).map(|(_, truth)| *truth)
        };
        let own = self.program.tests.table(find);
        let substitute = self.program.tests.table(|text| find(&format!("{SUBSTITUTE}{text}")));
        self.step_with(event, &Content::Recorded { own: &own, substitute: &substitute }, scratch)
    }

    fn step_with<'s>(
        &mut self,
        event: &Event,
        content: &Content<'_>,
        scratch: &'s mut Scratch,
    ) -> Step<'s> {
        let judged = self.judge(event, content, scratch);
        let seq = self.next_seq();
        if judged.happens(event) {
            self.commit(event, &judged, scratch);
        } else if judged.failure.is_some() && self.program.failure_mode == Mode::Enforce {
            self.forget_facts(event);
        }
        judged.step(seq, scratch)
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
        let monitors = self.program.monitors_of(contract);
        monitors.iter().map(|m| m.verdict(&self.words)).min().unwrap_or(Verdict::Holding)
    }

    /// Whether the contract's guarantees are required of the session so far.
    pub fn is_active(&self, contract: ContractId) -> bool {
        self.program.monitors_of(contract).iter().all(|m| m.is_active(&self.words))
    }

    /// The contracts that would be violated if the session ended here: their obligations are open.
    pub fn owed(&self) -> Vec<ContractId> {
        let ids = self.program.contracts().iter().map(|c| c.id());
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

    fn facts(&self) -> &[Option<Box<str>>] {
        self.facts.as_deref().unwrap_or(&[])
    }

    /// Clears the facts that an event names which could not be judged: what they are is not known, and a value
    /// that the event meant to clear must not stay.
    fn forget_facts(&mut self, event: &Event) {
        let (EventKind::Context { facts }, Some(_)) = (&event.kind, &self.facts) else { return };
        let cleared: Vec<FactChange> = facts.iter().map(|(key, _)| (key.clone(), None)).collect();
        self.set_facts(&cleared);
    }

    /// Keeps the facts that contracts mention; the others cannot matter.
    fn set_facts(&mut self, changes: &[FactChange]) {
        let keys = &self.program.tests.keys;
        for (key, value) in changes {
            let Some(place) = keys.iter().position(|k| k == key) else { continue };
            let facts = self.facts.get_or_insert_with(|| vec![None; keys.len()].into());
            if let Some(slot) = facts.get_mut(place) {
                slot.clone_from(value);
            }
        }
        if self.facts.as_ref().is_some_and(|facts| facts.iter().all(Option::is_none)) {
            self.facts = None;
        }
    }
}

/// Sessions are equal when they are of the same program and in the same state.
impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.program, &other.program)
            && self.progress == other.progress
            && self.words == other.words
            && self.facts == other.facts
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
