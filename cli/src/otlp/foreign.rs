//! Spans of other programs: calls of tools and requests to models.
//!
//! Two sets of conventions are known, in the forms that they had and have: those of OpenTelemetry for generative AI,
//! and OpenInference. Whoever records spans rarely follows all of one. So a span is a model's if anything says so; it
//! only holds others together if it says that it does; and any other is a call of the tool that it names or is named
//! after: a call that is taken for none would not be judged.
//!
//! A call takes place when its span begins, and its result when it ends. What it returned is often not recorded; that
//! it ended, and whether well, is.

use serde_json::{Map, Value as Json};
use sponsio_engine::event::{CallRef, EventKind, Outcome, Tokens, Value};

use super::read::Told;
use super::span::{Span, converted, parsed};
use sponsio_telemetry::names::{
    ARGUMENTS, CALL_ID, ERROR, INPUT, INPUT_TOKENS, OPERATION, OUTPUT, OUTPUT_TOKENS, RESULT, TOOL,
};

/// Attributes with the text of a request, the first of which counts.
const PROMPTS: &[&str] = &[
    "gen_ai.prompt.0.content",
    "gen_ai.prompt",
    "llm.input_messages.0.message.content",
    "llm.prompts",
    "input.value",
];
/// Those with the text of an answer.
const COMPLETIONS: &[&str] = &[
    "gen_ai.completion.0.content",
    "gen_ai.completion",
    "llm.output_messages.0.message.content",
    "output.value",
];
/// Those that say that a request had a system prompt.
const SYSTEM_PROMPTS: &[&str] = &["gen_ai.system_instructions", "gen_ai.system_instruction"];
const OUTPUTS: &[&str] = &[RESULT, "tool.output", "output.value", "output"];
const WHOLE_ARGUMENTS: &[&str] = &[ARGUMENTS, "tool.parameters"];
const PREFIXES: &[&str] = &["tool.input.", "input.", "args."];
const TOOLS: &[&str] = &[TOOL, "tool.name"];
const KIND: &str = "openinference.span.kind";

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Model,
    Tool,
    /// It holds others together.
    Frame,
}

/// The events of a span.
pub(super) fn events(span: &Span) -> Result<Vec<Told>, String> {
    match role(span) {
        Role::Model => Ok(model(span)),
        Role::Tool => tool(span),
        Role::Frame => Ok(Vec::new()),
    }
}

fn role(span: &Span) -> Role {
    match span.text(&[OPERATION]) {
        Some("execute_tool") => return Role::Tool,
        Some("chat" | "text_completion" | "generate_content" | "embeddings") => return Role::Model,
        Some("invoke_agent" | "create_agent" | "invoke_workflow" | "plan") => return Role::Frame,
        _ => {}
    }
    match span.text(&[KIND]) {
        Some("TOOL") => return Role::Tool,
        Some("LLM" | "EMBEDDING" | "CHAT_MODEL") => return Role::Model,
        _ => {}
    }
    if span.text(TOOLS).is_some() {
        return Role::Tool;
    }
    let has = |key: &str| span.attributes.contains_key(key);
    let says_model = ["gen_ai.system", "gen_ai.provider.name", "gen_ai.request.model"];
    if says_model.into_iter().any(has) || span.attributes.keys().any(|key| key.starts_with("llm."))
    {
        return Role::Model;
    }
    match span.text(&[KIND]) {
        Some("AGENT" | "CHAIN" | "PROMPT" | "EVALUATOR" | "GUARDRAIL" | "RERANKER") => Role::Frame,
        _ => Role::Tool,
    }
}

fn model(span: &Span) -> Vec<Told> {
    let mut told = Vec::new();
    let messages = span.attributes.get(INPUT);
    let prompt = message_text(messages).or_else(|| span.text(PROMPTS).map(str::to_owned));
    if let Some(prompt) = prompt.filter(|prompt| !prompt.is_empty()) {
        let first = span.attributes.get("gen_ai.prompt.0.role").and_then(Json::as_str);
        let told_apart = SYSTEM_PROMPTS.iter().any(|key| span.attributes.contains_key(*key));
        let kind = EventKind::LlmRequest {
            text: prompt.into(),
            system_prompt: first == Some("system") || told_apart || has_system_message(messages),
            context_length: None,
        };
        told.push(Told { is_end: false, kind });
    }
    let tokens = |keys: &[&str]| span.number(keys).unwrap_or(0);
    let input = tokens(&[INPUT_TOKENS, "llm.token_count.prompt"]);
    let output = tokens(&[OUTPUT_TOKENS, "llm.token_count.completion"]);
    let tokens = Tokens { input, output, total: input.saturating_add(output) };
    let answer = message_text(span.attributes.get(OUTPUT));
    let text = answer.or_else(|| span.text(COMPLETIONS).map(str::to_owned)).unwrap_or_default();
    let kind = EventKind::LlmResponse { text: text.into(), segment: None, tokens };
    told.push(Told { is_end: true, kind });
    told
}

fn tool(span: &Span) -> Result<Vec<Told>, String> {
    let name: Box<str> = span.text(TOOLS).unwrap_or(&span.name).into();
    let id: Option<Box<str>> = span.text(&[CALL_ID]).map(Into::into);
    let call = CallRef { id: id.clone(), ..CallRef::default() };
    let kind =
        EventKind::ToolCall { tool: name.clone(), args: arguments(span)?, call, effects: None };
    let mut told = vec![Told { is_end: false, kind }];
    let output = OUTPUTS.iter().find_map(|key| span.attributes.get(*key));
    let has_failed = span.is_error || span.text(&[ERROR]).is_some();
    if output.is_some() || span.end.is_some() || has_failed {
        let output = match output {
            None => Value::Null,
            Some(Json::String(text)) => Value::Text(text.as_str().into()),
            Some(other) => converted(other)?,
        };
        let outcome = if has_failed { Outcome::Error } else { Outcome::Ok };
        let kind = EventKind::ToolResult { tool: name, id, outcome, output };
        told.push(Told { is_end: true, kind });
    }
    Ok(told)
}

/// The arguments: as a whole, as attributes of their own, or the input where there are none.
fn arguments(span: &Span) -> Result<Value, String> {
    for key in WHOLE_ARGUMENTS {
        let whole = match span.attributes.get(*key) {
            Some(Json::String(text)) => parsed(text),
            Some(object @ Json::Object(_)) => converted(object)?,
            _ => continue,
        };
        if matches!(whole, Value::Object(_)) {
            return Ok(whole);
        }
    }
    let mut arguments = Map::new();
    for (key, value) in &span.attributes {
        let name = PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix));
        if let Some(name) =
            name.filter(|_| !matches!(key.as_str(), "input.value" | "input.mime_type"))
        {
            arguments.insert(name.to_owned(), value.clone());
        }
    }
    let input = span.attributes.get("input.value").filter(|_| arguments.is_empty());
    match input {
        None => converted(&Json::Object(arguments)),
        Some(Json::String(text)) => Ok(match parsed(text) {
            whole @ Value::Object(_) => whole,
            _ => Value::Object([("value".into(), Value::Text(text.as_str().into()))].into()),
        }),
        Some(other) => Ok(Value::Object([("value".into(), converted(other)?)].into())),
    }
}

/// The texts of messages: a list of objects with parts, as a value or as JSON in a text. Those of several are put
/// together line by line; none if there are no messages.
pub(super) fn message_text(messages: Option<&Json>) -> Option<String> {
    let texts: Vec<String> = with_messages(messages?, |messages| {
        let parts = messages.iter().flat_map(|message| list(message, "parts"));
        let text = |part: &Json| {
            let is_text = part.get("type").and_then(Json::as_str) == Some("text");
            part.get("content").and_then(Json::as_str).filter(|_| is_text).map(str::to_owned)
        };
        parts.filter_map(text).collect()
    })?;
    Some(texts.join("\n"))
}

fn has_system_message(messages: Option<&Json>) -> bool {
    let is_system = |message: &Json| message.get("role").and_then(Json::as_str) == Some("system");
    let found = messages
        .and_then(|messages| with_messages(messages, |messages| messages.iter().any(is_system)));
    found.unwrap_or(false)
}

fn with_messages<T>(messages: &Json, ask: impl FnOnce(&[Json]) -> T) -> Option<T> {
    match messages {
        Json::Array(messages) => Some(ask(messages)),
        Json::String(text) => {
            serde_json::from_str::<Vec<Json>>(text).ok().map(|messages| ask(&messages))
        }
        _ => None,
    }
}

fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json.get(key).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
#[path = "foreign_tests.rs"]
mod tests;
