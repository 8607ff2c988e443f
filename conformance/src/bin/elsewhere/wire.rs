//! A case as a line for another process, and its answer.
//!
//! Events go out as the calls that a program makes: one object for each, with the name of the call.

use std::path::Path;

use sponsio_conformance::case::Case;
use sponsio_conformance::subject::Seen;
use sponsio_conformance::subject::asked::{SESSION, Said, names_an_agent, text, texts};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Decimal, Event, EventKind, Value};
use sponsio_record::schema::kind::result_name;
use sponsio_record::schema::value::{parse, write};

/// What a process answers.
pub(crate) enum Reply {
    Said(Said),
    /// The contracts were refused.
    Refused(String),
}

/// The case as a line.
pub(crate) fn question(case: &Case, agent: &str, folder: &Path) -> String {
    let mut fields = Fields::default();
    fields.put("session", text(SESSION));
    fields.put("folder", text(&folder.to_string_lossy()));
    fields.put("variables", texts(&case.written.variables));
    fields.put("agent", text(agent));
    let events = case.events.iter().map(|expected| event(&expected.event));
    fields.put("events", Value::List(events.collect()));
    let mut line = String::new();
    write(&Value::Object(fields.0.into()), &mut line);
    line
}

#[derive(Default)]
struct Fields(Vec<(Box<str>, Value)>);

impl Fields {
    fn put(&mut self, name: &str, value: Value) {
        self.0.push((name.into(), value));
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        self.put(name, value.map_or(Value::Null, text));
    }

    fn number(&mut self, name: &str, value: u64) {
        self.put(name, Value::Number(Decimal::from(value)));
    }
}

fn event(event: &Event) -> Value {
    let mut fields = Fields::default();
    fields.put("micros", Value::Number(Decimal::from(event.time.0)));
    if names_an_agent(&event.kind) {
        fields.text("agent", Some(event.agent.as_deref().unwrap_or_default()));
    }
    kind(&event.kind, &mut fields);
    Value::Object(fields.0.into())
}

fn kind(kind: &EventKind, fields: &mut Fields) {
    match kind {
        EventKind::ToolCall { tool, args, call, .. } => {
            fields.text("call", Some("guard_before"));
            fields.text("tool", Some(tool));
            fields.put("args", args.clone());
            fields.text("call_id", call.id.as_deref());
            fields.text("batch", call.batch.as_deref());
        }
        EventKind::ToolResult { tool, id, outcome, output } => {
            fields.text("call", Some("guard_after"));
            fields.text("tool", Some(tool));
            fields.put("output", output.clone());
            fields.text("call_id", id.as_deref());
            fields.text("outcome", Some(result_name(*outcome)));
        }
        EventKind::Denied { tool } => {
            fields.text("call", Some("observe_denied"));
            fields.text("tool", Some(tool));
        }
        EventKind::LlmRequest { text: said, system_prompt, context_length } => {
            fields.text("call", Some("observe_llm_request"));
            fields.text("text", Some(said));
            fields.put("system_prompt", Value::Bool(*system_prompt));
            if let Some(length) = context_length {
                fields.number("context_length", *length);
            }
        }
        EventKind::LlmResponse { text: said, segment, tokens } => {
            fields.text("call", Some("observe_llm_response"));
            fields.text("text", Some(said));
            fields.text("segment", segment.as_deref());
            fields.number("input_tokens", tokens.input);
            fields.number("output_tokens", tokens.output);
            fields.number("total_tokens", tokens.total);
        }
        other => rest(other, fields),
    }
}

/// The events that are about neither a tool nor the model.
fn rest(kind: &EventKind, fields: &mut Fields) {
    match kind {
        EventKind::DataRead { key } => {
            fields.text("call", Some("observe_data_read"));
            fields.text("key", Some(key));
        }
        EventKind::DataWrite { key, fields: names, internal } => {
            fields.text("call", Some("observe_data_write"));
            fields.text("key", Some(key));
            fields.put("fields", Value::List(names.iter().map(|name| text(name)).collect()));
            fields.put("internal", Value::Bool(*internal));
        }
        EventKind::Message { to, text: said } => {
            fields.text("call", Some("observe_message"));
            fields.text("to", Some(to));
            fields.text("text", Some(said));
        }
        EventKind::Delegation { to } => {
            fields.text("call", Some("observe_delegation"));
            fields.text("to", Some(to));
        }
        EventKind::Context { facts } => {
            fields.text("call", Some("observe_context"));
            let facts = facts
                .iter()
                .map(|(key, fact)| (key.clone(), fact.as_deref().map_or(Value::Null, text)));
            fields.put("facts", Value::Object(facts.collect()));
        }
        EventKind::SessionEnd => fields.text("call", Some("finish_session")),
        // An approval is for a digest that the case made up.
        _ => fields.text("call", None),
    }
}

/// The answer of a process.
pub(crate) fn reply(line: &str) -> Result<Reply, String> {
    let value = parse(line.trim_end()).map_err(|error| format!("{error}: {line}"))?;
    if let Some(Value::Text(text)) = value.member("refused") {
        return Ok(Reply::Refused(text.to_string()));
    }
    if let Some(Value::Text(text)) = value.member("error") {
        return Err(text.to_string());
    }
    let mut owed = words(&value, "owed")?;
    owed.sort();
    let Some(Value::List(seen)) = value.member("seen") else {
        return Err(format!("the answer does not say what was seen: {line}"));
    };
    let seen = seen.iter().map(saw).collect::<Result<_, _>>()?;
    Ok(Reply::Said(Said { lines: words(&value, "lines")?, seen, owed }))
}

fn saw(value: &Value) -> Result<Seen, String> {
    let mut by = words(value, "by")?;
    by.sort();
    let word = |name: &str| match value.member(name) {
        Some(Value::Text(text)) => Some(text.to_string()),
        _ => None,
    };
    let decision = word("decision").and_then(|name| Decision::from_name(&name));
    Ok(Seen {
        decision: decision.ok_or("the answer names no decision")?,
        by,
        verdicts: None,
        why: None,
        says: word("reason"),
        repair: Some(words(value, "repair")?),
        failure: word("failure"),
    })
}

fn words(value: &Value, name: &str) -> Result<Vec<String>, String> {
    let Some(Value::List(items)) = value.member(name) else {
        return Err(format!("the answer has no `{name}`"));
    };
    let word = |item: &Value| match item {
        Value::Text(text) => Ok(text.to_string()),
        _ => Err(format!("`{name}` holds something else than texts")),
    };
    items.iter().map(word).collect()
}
