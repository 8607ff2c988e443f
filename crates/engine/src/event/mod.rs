//! What happened: one thing the agent did or received.
//!
//! An event is plain data with public fields. It carries its own time: nothing here reads a clock. Serialised
//! forms are `record`'s business.

mod args;
mod decimal;

pub use args::{Found, Path, PathError, Value};
pub use decimal::Decimal;

/// Wall-clock time in microseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole seconds since the Unix epoch.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Outcome {
    Ok,
    Error,
    Denied,
    Timeout,
    Unknown,
}

/// A context fact's key, and its value; none clears it.
pub type FactChange = (Box<str>, Option<Box<str>>);

/// One thing the agent did or received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, by the caller's clock.
    pub time: Timestamp,
    /// What.
    pub kind: EventKind,
}

/// What an event is. Only [`ToolCall`](Self::ToolCall) is a *step*: what counts, counts calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The agent wants to call a tool.
    ToolCall {
        /// The tool's name as the agent gave it.
        tool: Box<str>,
        /// Its arguments.
        args: Value,
    },
    /// A call ended.
    ToolResult {
        /// The tool's name.
        tool: Box<str>,
        /// How it ended.
        outcome: Outcome,
    },
    /// A call was refused. It follows the refusal as an event of its own, so that contracts can count refusals;
    /// for contracts that do not ask about refusals it did not happen.
    Denied {
        /// The refused tool.
        tool: Box<str>,
    },
    /// The model was asked.
    LlmRequest {
        /// The prompt.
        text: Box<str>,
    },
    /// The model answered.
    LlmResponse {
        /// The answer.
        text: Box<str>,
    },
    /// The agent read a data store.
    DataRead {
        /// Which.
        key: Box<str>,
    },
    /// The agent wrote a data store.
    DataWrite {
        /// Which.
        key: Box<str>,
    },
    /// The agent sent a message.
    Message {
        /// To whom.
        to: Box<str>,
    },
    /// The agent delegated work.
    Delegation {
        /// To whom.
        to: Box<str>,
    },
    /// Context facts were set, or cleared where there is no value.
    Context {
        /// Key and value of each.
        facts: Box<[FactChange]>,
    },
    /// The session ended.
    SessionEnd,
}

impl Event {
    /// A tool call.
    pub fn call(time: Timestamp, tool: &str, args: Value) -> Self {
        Self { time, kind: EventKind::ToolCall { tool: tool.into(), args } }
    }

    /// A context fact set or, without a value, cleared.
    pub fn context(time: Timestamp, key: &str, value: Option<&str>) -> Self {
        let facts = [(key.into(), value.map(Into::into))].into();
        Self { time, kind: EventKind::Context { facts } }
    }

    /// Whether the event is a tool call.
    pub fn is_call(&self) -> bool {
        matches!(self.kind, EventKind::ToolCall { .. })
    }
}
