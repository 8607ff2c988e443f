//! One event of a trace file.
//!
//! | key | of | |
//! |---|---|---|
//! | `ts` | every event | seconds, whole or decimal; a running number will do |
//! | `type` | every event | what happened |
//! | `agent` | every event | who; `agent` where it is missing |
//! | `tool` | `tool_call`, `tool_result`, `denied` | which tool |
//! | `args` | `tool_call`, `context_update` | the arguments; the facts, `null` clears one |
//! | `outcome` | `tool_result` | `ok`, `error`, `denied`, `timeout`, `unknown` (the default) |
//! | `key` | `data_read`, `data_write` | which data |
//! | `to` | `message`, `delegation` | to whom; may be missing |
//! | `content` | `llm_request`, `llm_response` | the text; may be missing |
//!
//! Other keys, such as `contains`, are ignored.

use sponsio_engine::event::{Event, EventKind, Outcome, Value};
use sponsio_engine::limits::{FACT_BYTES_MAX, FACTS_PER_EVENT_MAX};

use super::super::canonical::canonical;
use super::super::json::{JsonError, kind_name};
use super::super::kind::{self, Kind};
use super::super::members::{Member, Members};
use super::super::time;
use super::TraceEvent;

/// Who acts where a trace does not say.
const AGENT: &str = "agent";

pub(super) fn read(mut members: Members) -> Result<TraceEvent, JsonError> {
    let line = members.position.line;
    let time = time::read(&members.required("ts")?)?;
    let kind = members.word("type", Kind::from_name, Kind::WORDS)?;
    let agent = match members.take("agent") {
        None => AGENT.into(),
        Some(member) => not_empty(member)?,
    };
    let kind = content(kind, &mut members)?;
    Ok(TraceEvent { agent, event: Event { time, kind }, line, recorded: None })
}

fn content(kind: Kind, members: &mut Members) -> Result<EventKind, JsonError> {
    Ok(match kind {
        Kind::ToolCall => {
            let tool = not_empty(members.required("tool")?)?;
            EventKind::ToolCall { tool, args: arguments(members)?.unwrap_or_else(Value::empty) }
        }
        Kind::ToolResult => {
            let tool = not_empty(members.required("tool")?)?;
            let outcome = members.take("outcome").map(|o| o.word(kind::result_from_name, RESULTS));
            EventKind::ToolResult {
                tool,
                outcome: outcome.transpose()?.unwrap_or(Outcome::Unknown),
            }
        }
        Kind::Denied => EventKind::Denied { tool: not_empty(members.required("tool")?)? },
        Kind::LlmRequest => {
            EventKind::LlmRequest { text: members.text("content")?.unwrap_or_default() }
        }
        Kind::LlmResponse => {
            EventKind::LlmResponse { text: members.text("content")?.unwrap_or_default() }
        }
        Kind::DataRead => EventKind::DataRead { key: members.required_text("key")? },
        Kind::DataWrite => EventKind::DataWrite { key: members.required_text("key")? },
        Kind::Message => EventKind::Message { to: members.text("to")?.unwrap_or_default() },
        Kind::Delegation => EventKind::Delegation { to: members.text("to")?.unwrap_or_default() },
        Kind::ContextUpdate => EventKind::Context { facts: facts(members)? },
        Kind::SessionEnd => EventKind::SessionEnd,
    })
}

const RESULTS: &str = "`ok`, `error`, `denied`, `timeout`, `unknown`";

fn not_empty(member: Member) -> Result<Box<str>, JsonError> {
    let (name, position) = (member.name.clone(), member.value_at);
    let text = member.text()?;
    if text.is_empty() {
        return Err(JsonError::meaning(position, format!("`{name}` must not be empty")));
    }
    Ok(text)
}

fn arguments(members: &mut Members) -> Result<Option<Value>, JsonError> {
    match members.take("args") {
        None => Ok(None),
        Some(Member { value: value @ Value::Object(_), .. }) => Ok(Some(value)),
        Some(Member { value, value_at, .. }) => {
            Err(JsonError::shape(value_at, "`args`".to_owned(), "an object", kind_name(&value)))
        }
    }
}

/// The key of a fact, and its value unless it is cleared.
type Fact = (Box<str>, Option<Box<str>>);

/// The facts of a context event: texts stay, `null` clears, anything else is its canonical JSON.
fn facts(members: &mut Members) -> Result<Box<[Fact]>, JsonError> {
    let position = members.position;
    let Some(Value::Object(given)) = arguments(members)? else {
        return Err(JsonError::meaning(position, "the key `args` is missing: the facts, by key"));
    };
    if given.len() > FACTS_PER_EVENT_MAX {
        let message = format!("the facts of one event are limited to {FACTS_PER_EVENT_MAX}");
        return Err(JsonError::meaning(position, message));
    }
    let mut facts = Vec::with_capacity(given.len());
    for (key, value) in given {
        let value: Option<Box<str>> = match value {
            Value::Null => None,
            Value::Text(text) => Some(text),
            other => Some(canonical(&other).into()),
        };
        if key.len().saturating_add(value.as_ref().map_or(0, |v| v.len())) > FACT_BYTES_MAX {
            let message = format!("the fact `{key}` is over the limit of {FACT_BYTES_MAX} bytes");
            return Err(JsonError::meaning(position, message));
        }
        facts.push((key, value));
    }
    Ok(facts.into())
}
