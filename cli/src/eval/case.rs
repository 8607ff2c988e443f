//! Cases: what an agent does, and whether it should be stopped.

use sponsio_engine::event::{CallRef, Event, EventKind, Outcome, Timestamp, USER, Value};
use sponsio_record::schema::trace::{Trace, TraceEvent};

/// Whether a case should be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// It should.
    Unsafe,
    /// It should not.
    Safe,
    /// That is not known.
    Unknown,
}

impl Label {
    /// Its word in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
            Self::Unknown => "unknown",
        }
    }
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is called.
    pub id: String,
    /// What it is one of.
    pub category: String,
    /// Whether it should be stopped.
    pub label: Label,
    /// Whether it is held out: counted, and never shown.
    pub is_held_out: bool,
    /// What happens.
    pub trace: Trace,
}

/// What happens in a case, event by event.
#[derive(Debug, Default)]
pub(crate) struct Story {
    events: Vec<TraceEvent>,
}

impl Story {
    /// The agent says or is told something.
    pub(crate) fn said(&mut self, agent: &str, by_user: bool, text: &str) {
        let (by, to) = if by_user { (USER, agent) } else { (agent, USER) };
        self.add(by, EventKind::Message { to: to.into(), text: text.into() });
    }

    /// The agent calls a tool.
    pub(crate) fn called(&mut self, agent: &str, tool: &str, args: Value) {
        let call = CallRef::default();
        self.add(agent, EventKind::ToolCall { tool: tool.into(), args, call, effects: None });
    }

    /// The tool answers.
    pub(crate) fn answered(&mut self, agent: &str, tool: &str, output: Value) {
        let outcome = Outcome::Ok;
        self.add(agent, EventKind::ToolResult { tool: tool.into(), id: None, outcome, output });
    }

    /// Something happens, a second after what happened before.
    pub(crate) fn add(&mut self, agent: &str, kind: EventKind) {
        let line = self.events.len().saturating_add(1);
        let second = i64::try_from(line).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        let event = Event { time: Timestamp(second), agent: Some(agent.into()), kind };
        self.events.push(TraceEvent {
            agent: agent.into(),
            event,
            line,
            place: None,
            recorded: None,
        });
    }

    /// All of it as a trace.
    pub(crate) fn trace(self, name: &str) -> Trace {
        Trace { name: name.to_owned(), events: self.events }
    }
}
