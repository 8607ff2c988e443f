//! The words for closed sets that the engine has and that files need: kinds of events, results, modes.
//!
//! Traces and logs share them, so that a log can be read as a trace.

use sponsio_engine::decision;
use sponsio_engine::event::{Digest, Event, EventKind, Outcome, Timestamp, Value};
use sponsio_engine::strategy::Mode;

/// What an event is, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the events")]
pub enum Kind {
    ToolCall,
    ToolResult,
    Denied,
    LlmRequest,
    LlmResponse,
    DataRead,
    DataWrite,
    Message,
    Delegation,
    ContextUpdate,
    Approval,
    SessionEnd,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::ToolCall,
        Self::ToolResult,
        Self::Denied,
        Self::LlmRequest,
        Self::LlmResponse,
        Self::DataRead,
        Self::DataWrite,
        Self::Message,
        Self::Delegation,
        Self::ContextUpdate,
        Self::Approval,
        Self::SessionEnd,
    ];

    /// The words of all kinds, for messages.
    pub(crate) const WORDS: &str = "`tool_call`, `tool_result`, `denied`, `llm_request`, `llm_response`, \
         `data_read`, `data_write`, `message`, `delegation`, `context_update`, `approval`, `session_end`";

    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::ToolCall => "tool_call",
            Self::ToolResult => "tool_result",
            Self::Denied => "denied",
            Self::LlmRequest => "llm_request",
            Self::LlmResponse => "llm_response",
            Self::DataRead => "data_read",
            Self::DataWrite => "data_write",
            Self::Message => "message",
            Self::Delegation => "delegation",
            Self::ContextUpdate => "context_update",
            Self::Approval => "approval",
            Self::SessionEnd => "session_end",
        }
    }

    /// The kind with this word. `context` is another word for `context_update`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "context" => Some(Self::ContextUpdate),
            _ => Self::ALL.into_iter().find(|kind| kind.name() == name),
        }
    }

    /// The kind of an event.
    pub fn of(event: &Event) -> Self {
        match event.kind {
            EventKind::ToolCall { .. } => Self::ToolCall,
            EventKind::ToolResult { .. } => Self::ToolResult,
            EventKind::Denied { .. } => Self::Denied,
            EventKind::LlmRequest { .. } => Self::LlmRequest,
            EventKind::LlmResponse { .. } => Self::LlmResponse,
            EventKind::DataRead { .. } => Self::DataRead,
            EventKind::DataWrite { .. } => Self::DataWrite,
            EventKind::Message { .. } => Self::Message,
            EventKind::Delegation { .. } => Self::Delegation,
            EventKind::Context { .. } => Self::ContextUpdate,
            EventKind::Approval { .. } => Self::Approval,
            EventKind::SessionEnd => Self::SessionEnd,
        }
    }

    /// The event of this kind with what a record keeps of it: a name, no content.
    pub(crate) fn event(self, time: Timestamp, name: &str, outcome: Outcome) -> Event {
        let text = || Box::<str>::from(name);
        let kind = match self {
            Self::ToolCall => return Event::call(time, name, Value::empty()),
            Self::ToolResult => return Event::result(time, name, outcome),
            Self::Denied => EventKind::Denied { tool: text() },
            Self::LlmRequest => return Event::prompt(time, ""),
            Self::LlmResponse => return Event::answer(time, ""),
            Self::DataRead => EventKind::DataRead { key: text() },
            Self::DataWrite => {
                EventKind::DataWrite { key: text(), fields: Box::default(), internal: false }
            }
            Self::Message => EventKind::Message { to: text(), text: Box::default() },
            Self::Delegation => EventKind::Delegation { to: text() },
            Self::ContextUpdate => EventKind::Context { facts: Box::default() },
            Self::Approval => {
                let (digest, expires) = (Digest([0; 32]), Timestamp::default());
                EventKind::Approval { contract: text(), digest, expires }
            }
            Self::SessionEnd => EventKind::SessionEnd,
        };
        Event::new(time, kind)
    }

    /// Whether events of this kind name a tool.
    pub fn names_a_tool(self) -> bool {
        matches!(self, Self::ToolCall | Self::ToolResult | Self::Denied)
    }
}

/// The name an event carries: its tool, its key, or to whom it goes.
pub(crate) fn name_of(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::ToolCall { tool, .. }
        | EventKind::ToolResult { tool, .. }
        | EventKind::Denied { tool } => Some(tool),
        EventKind::DataRead { key } | EventKind::DataWrite { key, .. } => Some(key),
        EventKind::Message { to, .. } | EventKind::Delegation { to } => Some(to),
        EventKind::Approval { contract, .. } => Some(contract),
        EventKind::LlmRequest { .. }
        | EventKind::LlmResponse { .. }
        | EventKind::Context { .. }
        | EventKind::SessionEnd => None,
    }
}

/// How a call ended, as a word.
pub fn result_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error => "error",
        Outcome::Denied => "denied",
        Outcome::Timeout => "timeout",
        Outcome::Unknown => "unknown",
    }
}

/// How a call ended, from a word.
pub fn result_from_name(name: &str) -> Option<Outcome> {
    let all = [Outcome::Ok, Outcome::Error, Outcome::Denied, Outcome::Timeout, Outcome::Unknown];
    all.into_iter().find(|outcome| result_name(*outcome) == name)
}

/// The mode with this word.
pub fn mode_from_name(name: &str) -> Option<Mode> {
    [Mode::Enforce, Mode::Observe].into_iter().find(|mode| mode.name() == name)
}

/// What an objection came to, from a word.
pub(crate) fn outcome_from_name(name: &str) -> Option<decision::Outcome> {
    decision::Outcome::ALL.into_iter().find(|outcome| outcome.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_is_the_kind_of_its_event() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(Kind::of(&kind.event(Timestamp(0), "x", Outcome::Ok)), kind);
            assert!(Kind::WORDS.contains(&format!("`{}`", kind.name())));
        }
    }
}
