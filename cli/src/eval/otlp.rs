//! Spans of OpenTelemetry in JSON, as cases.
//!
//! The spans of one trace are a case, in the order in which they begin. A span of a model, by the conventions of
//! OpenTelemetry for generative AI or by those of OpenInference, is a request and a response; any other is a call of
//! the tool that it names. The agent is the service of its resource.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sponsio_engine::event::{EventKind, Tokens, Value};

use super::case::{Case, Label, Story};
use super::read::{AGENT, converted};

const PROMPTS: &[&str] = &[
    "gen_ai.prompt.0.content",
    "gen_ai.prompt",
    "llm.input_messages.0.message.content",
    "llm.prompts",
    "input.value",
];
const COMPLETIONS: &[&str] = &[
    "gen_ai.completion.0.content",
    "gen_ai.completion",
    "llm.output_messages.0.message.content",
    "output.value",
];
const OUTPUTS: &[&str] = &["gen_ai.tool.call.result", "tool.output", "output.value", "output"];
const ARGUMENTS: &[&str] = &["gen_ai.tool.call.arguments", "tool.parameters"];
const PREFIXES: &[&str] = &["tool.input.", "input.", "args."];

struct Span {
    start: u128,
    agent: String,
    name: String,
    attributes: Map<String, Json>,
}

/// One case for each trace.
pub(super) fn cases(documents: &[Json]) -> Result<Vec<Case>, String> {
    let mut traces: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for document in documents {
        for resource in list(document, "resourceSpans") {
            let agent = resource.get("resource").map(attributes).unwrap_or_default();
            let agent = text(&agent, &["service.name"]).unwrap_or_else(|| AGENT.to_owned());
            for span in list(resource, "scopeSpans").iter().flat_map(|scope| list(scope, "spans")) {
                let word = |key: &str| span.get(key).and_then(Json::as_str).unwrap_or_default();
                let start = match span.get("startTimeUnixNano") {
                    Some(Json::String(text)) => text.parse().ok(),
                    Some(number) => number.as_u64().map(u128::from),
                    None => None,
                };
                let start = start.ok_or("a span has no `startTimeUnixNano`")?;
                let (name, attributes) = (word("name").to_owned(), attributes(span));
                let span = Span { start, agent: agent.clone(), name, attributes };
                traces.entry(word("traceId").to_owned()).or_default().push(span);
            }
        }
    }
    traces.into_iter().map(|(id, spans)| case(&id, spans)).collect()
}

fn case(id: &str, mut spans: Vec<Span>) -> Result<Case, String> {
    spans.sort_by_key(|span| span.start);
    let mut story = Story::default();
    for span in &spans {
        if is_model(&span.attributes) { model(span, &mut story) } else { tool(span, &mut story)? }
    }
    let (id, category) = (format!("trace {id}"), "spans".to_owned());
    let trace = story.trace(&id);
    Ok(Case { id, category, label: Label::Unknown, is_held_out: false, trace })
}

fn is_model(attributes: &Map<String, Json>) -> bool {
    if ["gen_ai.tool.name", "tool.name"].iter().any(|key| attributes.contains_key(*key)) {
        return false;
    }
    let kind = attributes.get("openinference.span.kind").and_then(Json::as_str);
    matches!(kind, Some("LLM" | "EMBEDDING" | "CHAT_MODEL"))
        || ["gen_ai.system", "gen_ai.request.model"].iter().any(|key| attributes.contains_key(*key))
        || attributes.keys().any(|key| key.starts_with("llm."))
}

fn model(span: &Span, story: &mut Story) {
    let fields = &span.attributes;
    let number = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| fields.get(*key));
        found.and_then(|n| n.as_u64().or_else(|| n.as_str()?.parse().ok())).unwrap_or(0)
    };
    if let Some(prompt) = text(fields, PROMPTS) {
        let role = fields.get("gen_ai.prompt.0.role").and_then(Json::as_str);
        story.add(
            &span.agent,
            EventKind::LlmRequest {
                text: prompt.into(),
                system_prompt: role == Some("system")
                    || fields.contains_key("gen_ai.system_instruction"),
                context_length: None,
            },
        );
    }
    let input = number(&["gen_ai.usage.input_tokens", "llm.token_count.prompt"]);
    let output = number(&["gen_ai.usage.output_tokens", "llm.token_count.completion"]);
    let tokens = Tokens { input, output, total: input.saturating_add(output) };
    let text = text(fields, COMPLETIONS).unwrap_or_default().into();
    story.add(&span.agent, EventKind::LlmResponse { text, segment: None, tokens });
}

fn tool(span: &Span, story: &mut Story) -> Result<(), String> {
    let fields = &span.attributes;
    let name = text(fields, &["gen_ai.tool.name", "tool.name"]);
    let name = name.unwrap_or_else(|| span.name.clone());
    let whole = text(fields, ARGUMENTS).and_then(|text| serde_json::from_str::<Json>(&text).ok());
    let args = match whole {
        Some(args @ Json::Object(_)) => args,
        _ => Json::Object(arguments(fields)),
    };
    story.called(&span.agent, &name, converted(&args)?);
    if let Some(output) = text(fields, OUTPUTS) {
        story.answered(&span.agent, &name, Value::Text(output.into()));
    }
    Ok(())
}

/// Arguments that are attributes of their own; the whole input where there are none.
fn arguments(fields: &Map<String, Json>) -> Map<String, Json> {
    let mut arguments = Map::new();
    for (key, value) in fields {
        let name = PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix));
        if let Some(name) =
            name.filter(|_| !matches!(key.as_str(), "input.value" | "input.mime_type"))
        {
            arguments.insert(name.to_owned(), value.clone());
        }
    }
    let Some(input) = fields.get("input.value").filter(|_| arguments.is_empty()) else {
        return arguments;
    };
    match input.as_str().map(serde_json::from_str::<Json>) {
        Some(Ok(Json::Object(whole))) => whole,
        _ => [("value".to_owned(), input.clone())].into_iter().collect(),
    }
}

fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json.get(key).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// The attributes that have one value.
fn attributes(of: &Json) -> Map<String, Json> {
    let mut found = Map::new();
    for attribute in list(of, "attributes") {
        let Some(key) = attribute.get("key").and_then(Json::as_str) else { continue };
        let Some(value) = attribute.get("value").and_then(Json::as_object) else { continue };
        let kinds = ["stringValue", "intValue", "doubleValue", "boolValue"];
        if let Some(value) = kinds.iter().find_map(|kind| value.get(*kind)) {
            found.insert(key.to_owned(), value.clone());
        }
    }
    found
}

fn text(fields: &Map<String, Json>, keys: &[&str]) -> Option<String> {
    let found = keys.iter().find_map(|key| fields.get(*key));
    found.and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events of spans with these names and attributes, in words.
    fn check(spans: &[(&str, &[(&str, &str)])], expect: &[&str]) {
        let spans: Vec<Json> = spans
            .iter()
            .rev()
            .enumerate()
            .map(|(at, (name, attributes))| {
                let attributes: Vec<Json> = attributes
                    .iter()
                    .map(|(key, value)| serde_json::json!({"key": key, "value": {"stringValue": value}}))
                    .collect();
                let start = (100 - at).to_string();
                serde_json::json!({"name": name, "startTimeUnixNano": start, "attributes": attributes})
            })
            .collect();
        let document = serde_json::json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]});
        let cases = cases(&[document]).unwrap();
        let events: Vec<String> = cases[0]
            .trace
            .events
            .iter()
            .map(|event| match &event.event.kind {
                EventKind::ToolCall { tool, args, .. } => format!("{tool} {args:?}"),
                other => sponsio_record::schema::kind::Kind::of(&sponsio_engine::event::Event {
                    kind: other.clone(),
                    ..event.event.clone()
                })
                .name()
                .to_owned(),
            })
            .collect();
        assert_eq!(events.len(), expect.len(), "{events:?}");
        for (event, expect) in events.iter().zip(expect) {
            assert!(event.contains(expect), "{event}");
        }
    }

    #[test]
    fn a_span_of_a_model_is_a_request_and_a_response() {
        let fields = [("gen_ai.system", "x"), ("gen_ai.prompt", "p"), ("gen_ai.completion", "c")];
        check(&[("chat", &fields)], &["llm_request", "llm_response"]);
        check(&[("chat", &[("openinference.span.kind", "LLM")])], &["llm_response"]);
    }

    #[test]
    fn any_other_span_is_a_call_with_its_arguments_in_the_order_of_time() {
        check(
            &[
                (
                    "execute_tool",
                    &[("gen_ai.tool.name", "pay"), ("gen_ai.tool.call.arguments", "{\"to\":1}")],
                ),
                ("rm", &[("args.path", "/x"), ("tool.output", "done")]),
                ("other", &[("input.value", "text")]),
            ],
            &["pay", "rm", "tool_result", "other"],
        );
    }
}
