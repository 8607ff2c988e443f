//! One event of a trace file.
//!
//! | key | of | |
//! |---|---|---|
//! | `ts` | every event | seconds, whole or decimal; a running number will do |
//! | `type` | every event | what happened |
//! | `agent` | every event | who; `agent` where it is missing |
//! | `cwd`, `home`, `workspace`, `system` | every event | where it happened, see `place` |
//! | `tool` | `tool_call`, `tool_result`, `denied` | which tool |
//! | `args` | `tool_call`, `context_update` | the arguments; the facts, `null` clears one |
//! | `id`, `batch` | `tool_call` | its name, which its result repeats; the calls it is concurrent with |
//! | `digest` | `tool_call`, `approval` | what an approval is bound to, 64 hexadecimal digits |
//! | `content`, `output` | `tool_call` | what it returned: read as a result that follows the call |
//! | `outcome` | the same, `tool_result` | `ok`, `error`, `denied`, `timeout`, `unknown` (the default) |
//! | `id`, `content`, `output` | `tool_result` | the call's name; what it returned |
//! | `key` | `data_read`, `data_write` | which data |
//! | `contains` | `data_write` | the names of the fields that were written |
//! | `args.scope` | `data_write` | `internal`: no other agent is meant to read it |
//! | `to`, `content` | `message` | to whom, what; may be missing |
//! | `to` | `delegation` | to whom; may be missing |
//! | `content` | `llm_request`, `llm_response` | the text; may be missing |
//! | `args.system_prompt_present` | `llm_request` | whether there was one |
//! | `args.char_count` | `llm_request` | how long the context was |
//! | `args.segment` | `llm_response` | which part of the answer it is |
//! | `args.tokens`, `args.total_tokens` | `llm_response` | what it cost |
//! | `args.input_tokens`, `args.output_tokens` | `llm_response` | the parts of that |
//! | `contract`, `expires` | `approval` | for which contract a call was approved, and until when, in seconds |
//!
//! `user` and `assistant` are read as types, too: a message of the user with a `text`, and an answer of the model.
//! Other keys are ignored.

use std::sync::Arc;

use sponsio_engine::event::{CallRef, Event, EventKind, Outcome, Timestamp, Tokens, USER, Value};
use sponsio_engine::limits::{FACT_BYTES_MAX, FACTS_PER_EVENT_MAX};

use super::super::canonical::{canonical, read_digest};
use super::super::json::{JsonError, kind_name};
use super::super::kind::{self, Kind};
use super::super::members::{Member, Members};
use super::super::time;
use super::{Place, TraceEvent};

/// Who acts where a trace does not say.
const AGENT: &str = "agent";

/// An event, and the result that it carried in itself.
pub(super) fn read(mut members: Members) -> Result<(TraceEvent, Option<TraceEvent>), JsonError> {
    let line = members.position.line;
    let time = match members.take("ts") {
        None => Err(JsonError::meaning(members.position, "the key `ts` is missing")),
        Some(member) => time::read(&member),
    }?;
    let (kind, speaker) = kind_of(&mut members)?;
    let agent: Box<str> = match members.take("agent") {
        None => speaker.unwrap_or(AGENT).into(),
        Some(member) => not_empty(member)?,
    };
    let id = members.text("id")?;
    let place = Some(Place::read(&mut members)?).filter(|place| *place != Place::default());
    let place = place.map(Arc::new);
    let own = if kind == Kind::ToolCall { carried(&mut members)? } else { None };
    let kind = content(kind, id.clone(), &mut members)?;
    let result = match (own, &kind) {
        (Some((outcome, output)), EventKind::ToolCall { tool, .. }) => {
            Some(EventKind::ToolResult { tool: tool.clone(), id, outcome, output })
        }
        _ => None,
    };
    let event = |kind| TraceEvent {
        agent: agent.clone(),
        event: Event { time, agent: Some(agent.clone()), kind },
        line,
        place: place.clone(),
        recorded: None,
    };
    Ok((event(kind), result.map(event)))
}

/// The kind of the event, and who acts where nothing else is said.
fn kind_of(members: &mut Members) -> Result<(Kind, Option<&'static str>), JsonError> {
    let member = members.required("type")?;
    let spoken = match &member.value {
        Value::Text(word) if **word == *"user" => Some((Kind::Message, Some(USER))),
        Value::Text(word) if **word == *"assistant" => Some((Kind::LlmResponse, None)),
        _ => None,
    };
    spoken.map_or_else(|| Ok((member.word(Kind::from_name, Kind::WORDS)?, None)), Ok)
}

/// The result that a call carries.
fn carried(members: &mut Members) -> Result<Option<(Outcome, Value)>, JsonError> {
    let output = output(members);
    let outcome = outcome(members)?;
    Ok(output.map(|output| (outcome, output)))
}

fn output(members: &mut Members) -> Option<Value> {
    let (content, output) = (members.take("content"), members.take("output"));
    output.or(content).map(|member| member.value)
}

fn outcome(members: &mut Members) -> Result<Outcome, JsonError> {
    let outcome = members.take("outcome").map(|o| o.word(kind::result_from_name, RESULTS));
    Ok(outcome.transpose()?.unwrap_or(Outcome::Unknown))
}

fn content(
    kind: Kind,
    id: Option<Box<str>>,
    members: &mut Members,
) -> Result<EventKind, JsonError> {
    Ok(match kind {
        Kind::ToolCall => {
            let tool = not_empty(members.required("tool")?)?;
            let digest = members.take("digest").map(read_digest).transpose()?;
            let call = CallRef { id, batch: members.text("batch")?, digest };
            let args = arguments(members)?.unwrap_or_else(Value::empty);
            EventKind::ToolCall { tool, args, call, effects: None }
        }
        Kind::ToolResult => {
            let tool = not_empty(members.required("tool")?)?;
            let outcome = outcome(members)?;
            EventKind::ToolResult {
                tool,
                id,
                outcome,
                output: output(members).unwrap_or(Value::Null),
            }
        }
        Kind::Denied => EventKind::Denied { tool: not_empty(members.required("tool")?)? },
        Kind::LlmRequest => {
            let details = details(members)?;
            EventKind::LlmRequest {
                text: text(members)?,
                system_prompt: details.flag("system_prompt_present"),
                context_length: details.natural("char_count"),
            }
        }
        Kind::LlmResponse => {
            let details = details(members)?;
            let (input, output) = (details.tokens("input_tokens"), details.tokens("output_tokens"));
            let total = details.tokens("tokens").max(details.tokens("total_tokens"));
            let total = total.max(input.saturating_add(output));
            let tokens = Tokens { input, output, total };
            EventKind::LlmResponse {
                text: text(members)?,
                segment: details.text("segment"),
                tokens,
            }
        }
        Kind::DataRead => EventKind::DataRead { key: members.required_text("key")? },
        Kind::DataWrite => EventKind::DataWrite {
            key: members.required_text("key")?,
            fields: fields(members)?,
            internal: details(members)?.text("scope").as_deref() == Some("internal"),
        },
        Kind::Message => {
            EventKind::Message { to: members.text("to")?.unwrap_or_default(), text: text(members)? }
        }
        Kind::Delegation => EventKind::Delegation { to: members.text("to")?.unwrap_or_default() },
        Kind::ContextUpdate => EventKind::Context { facts: facts(members)? },
        Kind::Approval => EventKind::Approval {
            contract: not_empty(members.required("contract")?)?,
            digest: read_digest(members.required("digest")?)?,
            expires: match members.take("expires") {
                None => Timestamp(i64::MAX),
                Some(member) => time::read(&member)?,
            },
        },
        Kind::SessionEnd => EventKind::SessionEnd,
    })
}

/// What was said.
fn text(members: &mut Members) -> Result<Box<str>, JsonError> {
    let (content, text) = (members.text("content")?, members.text("text")?);
    Ok(content.or(text).unwrap_or_default())
}

/// The names of the fields that were written.
fn fields(members: &mut Members) -> Result<Box<[Box<str>]>, JsonError> {
    let (items, position) = members.list("contains")?;
    let name = |item| match item {
        Value::Text(name) => Ok(name),
        _ => Err(JsonError::meaning(position, "`contains` must be a list of texts")),
    };
    items.into_iter().map(name).collect()
}

/// The arguments of an event that is no call: details, each of which may be missing.
struct Details(Option<Value>);

fn details(members: &mut Members) -> Result<Details, JsonError> {
    arguments(members).map(Details)
}

impl Details {
    fn of(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.member(name)
    }

    fn flag(&self, name: &str) -> bool {
        matches!(self.of(name), Some(Value::Bool(true)))
    }

    fn natural(&self, name: &str) -> Option<u64> {
        match self.of(name)? {
            Value::Number(number) => number.to_u64(),
            _ => None,
        }
    }

    /// A number of tokens. What is none counts as the most there can be: a budget is not slipped by a bad number.
    fn tokens(&self, name: &str) -> u64 {
        match self.of(name) {
            None | Some(Value::Null) => 0,
            Some(_) => self.natural(name).unwrap_or(u64::MAX),
        }
    }

    fn text(&self, name: &str) -> Option<Box<str>> {
        match self.of(name)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
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
