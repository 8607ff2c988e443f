//! Spans of ours: the events that they were made of.

use serde_json::Value as Json;
use sponsio_engine::event::{CallRef, Digest, EventKind, Outcome, Timestamp, Tokens, Value};
use sponsio_record::schema::canonical::digest_from_hex;
use sponsio_record::schema::kind::{Kind, result_from_name};
use sponsio_record::schema::trace::{Place, System};

use super::foreign::message_text;
use super::read::Told;
use super::span::{Span, parsed};
use sponsio_telemetry::names::{
    ANSWER_NUMBER, ARGUMENTS, BATCH, CALL_ID, CONTEXT_LENGTH, CONTRACT, CWD, DIGEST, EXPIRES,
    FACTS, FIELDS, HOME, INPUT, INPUT_TOKENS, INTERNAL, KEY, KIND, OUTCOME, OUTPUT, OUTPUT_TOKENS,
    RESULT, SEGMENT, SYSTEM, SYSTEM_PROMPT, TEXT, TO, TOOL, TOTAL_TOKENS, WORKSPACE,
};

/// The events of a span.
pub(super) fn events(span: &Span) -> Result<Vec<Told>, String> {
    let word = span.text(&[KIND]).unwrap_or_default();
    let kind =
        Kind::from_name(word).ok_or_else(|| format!("there is no kind of event `{word}`"))?;
    let mut told = vec![Told { is_end: false, kind: event(kind, span)? }];
    if span.attributes.contains_key(ANSWER_NUMBER) {
        let kind = if kind == Kind::LlmRequest { Kind::LlmResponse } else { Kind::ToolResult };
        told.push(Told { is_end: true, kind: event(kind, span)? });
    }
    Ok(told)
}

/// Where the call of a span ran.
pub(super) fn place(span: &Span) -> Place {
    let directory = |key: &str| span.text(&[key]).map(Into::into);
    Place {
        cwd: directory(CWD),
        home: directory(HOME),
        workspace: directory(WORKSPACE),
        system: span.text(&[SYSTEM]).and_then(System::from_name),
    }
}

fn text(span: &Span, key: &str) -> Box<str> {
    span.attributes.get(key).and_then(Json::as_str).unwrap_or_default().into()
}

fn optional(span: &Span, key: &str) -> Option<Box<str>> {
    span.attributes.get(key).and_then(Json::as_str).map(Into::into)
}

fn flag(span: &Span, key: &str) -> bool {
    span.attributes.get(key).and_then(Json::as_bool).unwrap_or(false)
}

fn digest(span: &Span) -> Result<Option<Digest>, String> {
    let read = |text| digest_from_hex(text).ok_or_else(|| format!("`{text}` is no digest"));
    span.text(&[DIGEST]).map(read).transpose()
}

/// The JSON value of a text.
fn value(span: &Span, key: &str) -> Option<Value> {
    span.attributes.get(key).and_then(Json::as_str).map(parsed)
}

fn event(kind: Kind, span: &Span) -> Result<EventKind, String> {
    let id = optional(span, CALL_ID);
    Ok(match kind {
        Kind::ToolCall => EventKind::ToolCall {
            tool: text(span, TOOL),
            args: value(span, ARGUMENTS).unwrap_or_else(Value::empty),
            call: CallRef { id, batch: optional(span, BATCH), digest: digest(span)? },
            effects: None,
        },
        Kind::ToolResult => EventKind::ToolResult {
            tool: text(span, TOOL),
            id,
            outcome: span.text(&[OUTCOME]).and_then(result_from_name).unwrap_or(Outcome::Unknown),
            output: value(span, RESULT).unwrap_or(Value::Null),
        },
        Kind::Denied => EventKind::Denied { tool: text(span, TOOL) },
        Kind::LlmRequest => EventKind::LlmRequest {
            text: message_text(span.attributes.get(INPUT)).unwrap_or_default().into(),
            system_prompt: flag(span, SYSTEM_PROMPT),
            context_length: span.number(&[CONTEXT_LENGTH]),
        },
        Kind::LlmResponse => EventKind::LlmResponse {
            text: message_text(span.attributes.get(OUTPUT)).unwrap_or_default().into(),
            segment: optional(span, SEGMENT),
            tokens: Tokens {
                input: natural(span, INPUT_TOKENS),
                output: natural(span, OUTPUT_TOKENS),
                total: natural(span, TOTAL_TOKENS),
            },
        },
        Kind::DataRead => EventKind::DataRead { key: text(span, KEY) },
        Kind::DataWrite => EventKind::DataWrite {
            key: text(span, KEY),
            fields: texts(span, FIELDS),
            internal: flag(span, INTERNAL),
        },
        Kind::Message => EventKind::Message { to: text(span, TO), text: text(span, TEXT) },
        Kind::Delegation => EventKind::Delegation { to: text(span, TO) },
        Kind::ContextUpdate => EventKind::Context { facts: facts(span) },
        Kind::Approval => EventKind::Approval {
            contract: text(span, CONTRACT),
            digest: digest(span)?.ok_or("an approval has no digest")?,
            expires: Timestamp(
                span.attributes.get(EXPIRES).and_then(Json::as_i64).unwrap_or(i64::MAX),
            ),
        },
        Kind::SessionEnd => EventKind::SessionEnd,
    })
}

/// A number of tokens. Above what an attribute holds it is written as a text.
fn natural(span: &Span, key: &str) -> u64 {
    let written = || span.attributes.get(key).and_then(Json::as_str).and_then(|n| n.parse().ok());
    span.number(&[key]).or_else(written).unwrap_or(0)
}

fn texts(span: &Span, key: &str) -> Box<[Box<str>]> {
    let items = span.attributes.get(key).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(Json::as_str).map(Into::into).collect()
}

/// The key of a fact, and its value unless it is cleared.
type Fact = (Box<str>, Option<Box<str>>);

fn facts(span: &Span) -> Box<[Fact]> {
    let Some(Value::Object(members)) = value(span, FACTS) else { return Box::default() };
    let fact = |(key, value)| match value {
        Value::Text(text) => (key, Some(text)),
        _ => (key, None),
    };
    members.into_iter().map(fact).collect()
}
