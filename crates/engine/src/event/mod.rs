//! What happened: one thing the agent did or received.
//!
//! An event is plain data with public fields. It carries its own time: nothing here reads a clock. Serialised
//! forms are `record`'s business.

mod args;
mod decimal;
mod effect;

pub use args::{Found, Path, PathError, Value};
pub use decimal::Decimal;
pub use effect::{Certainty, Deed, Effect, Effects, Flags, Host, Object, PathSet};

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

/// The digest of a call's canonical arguments and its tool's name: what an approval is bound to.
///
/// Who computes it decides how; the engine only compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// What joins a call with other events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallRef {
    /// The caller's name for the call; its result carries the same.
    pub id: Option<Box<str>>,
    /// Calls of one batch are concurrent: none meets a requirement of another.
    pub batch: Option<Box<str>>,
    /// What an approval of it would be bound to.
    pub digest: Option<Digest>,
}

/// How many tokens a model read and wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// In the prompt.
    pub input: u64,
    /// In the answer.
    pub output: u64,
    /// In all; it may be more than the two, where the provider counts more.
    pub total: u64,
}

/// One thing the agent did or received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, by the caller's clock.
    pub time: Timestamp,
    /// Who acted, where the caller says.
    pub agent: Option<Box<str>>,
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
        /// What joins it with other events.
        call: CallRef,
        /// What it would do, where somebody has looked: without, nothing that is asked about it can be told.
        effects: Option<Box<Effects>>,
    },
    /// A call ended.
    ToolResult {
        /// The tool's name.
        tool: Box<str>,
        /// The id of the call, where the caller names calls.
        id: Option<Box<str>>,
        /// How it ended.
        outcome: Outcome,
        /// What the tool returned; null where the caller does not say.
        output: Value,
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
        /// Whether a system prompt went with it.
        system_prompt: bool,
        /// How long the whole context was, in the caller's measure.
        context_length: Option<u64>,
    },
    /// The model answered.
    LlmResponse {
        /// The answer.
        text: Box<str>,
        /// Which part of the answer it is: `thinking`, `answer`.
        segment: Option<Box<str>>,
        /// What it cost.
        tokens: Tokens,
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
        /// The names of the fields that were written.
        fields: Box<[Box<str>]>,
        /// Whether no other agent is meant to read it.
        internal: bool,
    },
    /// A message was sent. The texts of messages whose agent is [`USER`] are the user's own words.
    Message {
        /// To whom.
        to: Box<str>,
        /// What it says.
        text: Box<str>,
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
    /// A person approved one call that a contract would not let run by itself. It is used up by the call.
    Approval {
        /// The name of the contract.
        contract: Box<str>,
        /// The call.
        digest: Digest,
        /// The last moment at which the call may run.
        expires: Timestamp,
    },
    /// The session ended.
    SessionEnd,
}

/// The agent of messages that the user wrote.
pub const USER: &str = "user";

impl Event {
    /// An event of an agent that need not be named.
    pub fn new(time: Timestamp, kind: EventKind) -> Self {
        Self { time, agent: None, kind }
    }

    /// A tool call.
    pub fn call(time: Timestamp, tool: &str, args: Value) -> Self {
        let call = CallRef::default();
        Self::new(time, EventKind::ToolCall { tool: tool.into(), args, call, effects: None })
    }

    /// The result of a call whose id and output are not told.
    pub fn result(time: Timestamp, tool: &str, outcome: Outcome) -> Self {
        let kind =
            EventKind::ToolResult { tool: tool.into(), id: None, outcome, output: Value::Null };
        Self::new(time, kind)
    }

    /// An answer of the model, whose cost is not told.
    pub fn answer(time: Timestamp, text: &str) -> Self {
        let (segment, tokens) = (None, Tokens::default());
        Self::new(time, EventKind::LlmResponse { text: text.into(), segment, tokens })
    }

    /// A prompt, of which only the text is told.
    pub fn prompt(time: Timestamp, text: &str) -> Self {
        let (system_prompt, context_length) = (false, None);
        let kind = EventKind::LlmRequest { text: text.into(), system_prompt, context_length };
        Self::new(time, kind)
    }

    /// A context fact set or, without a value, cleared.
    pub fn context(time: Timestamp, key: &str, value: Option<&str>) -> Self {
        let facts = [(key.into(), value.map(Into::into))].into();
        Self::new(time, EventKind::Context { facts })
    }

    /// The same event, done by this agent.
    pub fn by(self, agent: &str) -> Self {
        Self { agent: Some(agent.into()), ..self }
    }

    /// Whether the event is a tool call.
    pub fn is_call(&self) -> bool {
        matches!(self.kind, EventKind::ToolCall { .. })
    }
}
