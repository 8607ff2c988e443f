//! Tests of spans of other programs, in the conventions that they follow.

use serde_json::{Value as Json, json};
use sponsio_engine::event::{Event, EventKind};

use super::super::read::traces;

/// A document with these spans of one service.
fn document(spans: &[Json]) -> Json {
    let service =
        json!({"attributes": [{"key": "service.name", "value": {"stringValue": "service"}}]});
    json!({"resourceSpans": [{"resource": service, "scopeSpans": [{"spans": spans}]}]})
}

/// A span with attributes as plain JSON.
fn span(name: &str, start: u64, attributes: Json) -> Json {
    let attributes: Vec<Json> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| json!({"key": key, "value": any(value)}))
        .collect();
    json!({"name": name, "startTimeUnixNano": (start * 1_000).to_string(), "attributes": attributes})
}

fn any(value: &Json) -> Json {
    match value {
        Json::String(text) => json!({"stringValue": text}),
        Json::Bool(flag) => json!({"boolValue": flag}),
        Json::Number(n) if n.is_i64() => json!({"intValue": n.to_string()}),
        Json::Number(n) => json!({"doubleValue": n}),
        Json::Array(items) => {
            json!({"arrayValue": {"values": items.iter().map(any).collect::<Vec<_>>()}})
        }
        Json::Object(members) => {
            let pair = |(key, value): (&String, &Json)| json!({"key": key, "value": any(value)});
            json!({"kvlistValue": {"values": members.iter().map(pair).collect::<Vec<_>>()}})
        }
        Json::Null => json!({}),
    }
}

fn said(event: &Event) -> String {
    let agent = event.agent.as_deref().unwrap_or_default();
    let what = match &event.kind {
        EventKind::ToolCall { tool, args, call, .. } => {
            let mut text = String::new();
            sponsio_record::schema::value::write(args, &mut text);
            format!("call {tool} {text} {}", call.id.as_deref().unwrap_or("-"))
        }
        EventKind::ToolResult { tool, outcome, output, .. } => {
            format!("result {tool} {outcome:?} {output:?}")
        }
        EventKind::LlmRequest { text, system_prompt, .. } => {
            format!("asked {text:?} {system_prompt}")
        }
        EventKind::LlmResponse { text, tokens, .. } => format!("said {text:?} {}", tokens.total),
        other => format!("{other:?}"),
    };
    format!("{} {agent} {what}", event.time.0)
}

#[track_caller]
fn check(spans: &[Json], expect: &[&str]) {
    let traces = traces(&[document(spans)]).unwrap();
    let events: Vec<String> =
        traces.iter().flat_map(|t| &t.events).map(|e| said(&e.event)).collect();
    assert_eq!(events, expect);
}

#[test]
fn a_call_is_when_its_span_begins_and_its_result_when_it_ends() {
    let mut first = span(
        "execute_tool pay",
        1,
        json!({
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "pay", "gen_ai.tool.call.id": "c1",
            "gen_ai.tool.call.arguments": "{\"amount\": 1000000000000000000000.01}"
        }),
    );
    first["endTimeUnixNano"] = "9000".into();
    let second = span(
        "x",
        2,
        json!({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look",
        "gen_ai.tool.call.arguments": {"deep": [1, {"b": true}]}, "gen_ai.tool.call.result": "seen"}),
    );
    let mut third = span("rm", 3, json!({"error.type": "timeout"}));
    third["status"] = json!({"code": 2});
    check(
        &[third, second, first],
        &[
            "1 service call pay {\"amount\":1.00000000000000000000001e+21} c1",
            "2 service call look {\"deep\":[1,{\"b\":true}]} -",
            "2 service result look Ok Text(\"seen\")",
            "3 service call rm {} -",
            "3 service result rm Error Null",
            "9 service result pay Ok Null",
        ],
    );
}

#[test]
fn a_model_is_asked_and_answers() {
    let text = |role: &str, content: &str| json!([{"role": role, "parts": [{"type": "text", "content": content}]}]);
    check(
        &[
            span(
                "chat m",
                1,
                json!({"gen_ai.operation.name": "chat", "gen_ai.provider.name": "p",
                "gen_ai.input.messages": text("user", "hello").to_string(),
                "gen_ai.output.messages": text("assistant", "hi"),
                "gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 4}),
            ),
            span(
                "chat",
                2,
                json!({"gen_ai.system": "x", "gen_ai.prompt.0.role": "system",
                "gen_ai.prompt.0.content": "p", "gen_ai.completion": "c"}),
            ),
            span(
                "LLM",
                3,
                json!({"openinference.span.kind": "LLM", "input.value": "q", "llm.token_count.prompt": 5}),
            ),
            span(
                "chat",
                4,
                json!({"gen_ai.operation.name": "chat",
                "gen_ai.input.messages": [{"role": "system", "parts": [{"type": "text", "content": "a"}]},
                {"role": "user", "parts": [{"type": "image"}, {"type": "text", "content": "b"}]}]}),
            ),
        ],
        &[
            "1 service asked \"hello\" false",
            "1 service said \"hi\" 7",
            "2 service asked \"p\" true",
            "2 service said \"c\" 0",
            "3 service asked \"q\" false",
            "3 service said \"\" 5",
            "4 service asked \"a\\nb\" true",
            "4 service said \"\" 0",
        ],
    );
}

#[test]
fn arguments_are_found_where_older_programs_put_them() {
    check(
        &[
            span(
                "a",
                1,
                json!({"openinference.span.kind": "TOOL", "tool.name": "t", "tool.parameters": "{\"x\":1}"}),
            ),
            span(
                "rm",
                2,
                json!({"args.path": "/x", "args.times": 3, "input.mime_type": "text/plain"}),
            ),
            span("other", 3, json!({"input.value": "text"})),
            span("other", 4, json!({"input.value": "{\"y\": 2}", "output.value": "done"})),
            span("http", 5, json!({})),
        ],
        &[
            "1 service call t {\"x\":1} -",
            "2 service call rm {\"path\":\"/x\",\"times\":3} -",
            "3 service call other {\"value\":\"text\"} -",
            "4 service call other {\"y\":2} -",
            "4 service result other Ok Text(\"done\")",
            "5 service call http {} -",
        ],
    );
}

#[test]
fn a_span_that_holds_others_is_no_event_and_names_their_agent() {
    let inside = |mut inner: Json, id: &str, parent: &str| {
        inner["spanId"] = id.into();
        inner["parentSpanId"] = parent.into();
        inner
    };
    check(
        &[
            inside(
                span(
                    "invoke_agent a",
                    1,
                    json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"}),
                ),
                "1",
                "",
            ),
            inside(span("chain", 2, json!({"openinference.span.kind": "CHAIN"})), "2", "1"),
            inside(span("look", 3, json!({})), "3", "2"),
            inside(
                span(
                    "agent",
                    4,
                    json!({"openinference.span.kind": "AGENT", "gen_ai.agent.name": "helper"}),
                ),
                "4",
                "1",
            ),
            inside(span("read", 5, json!({})), "5", "4"),
            inside(span("alone", 6, json!({})), "6", "none"),
            inside(span("round", 7, json!({})), "7", "7"),
        ],
        &[
            "3 planner call look {} -",
            "5 helper call read {} -",
            "6 service call alone {} -",
            "7 service call round {} -",
        ],
    );
}

#[test]
fn traces_are_apart_and_named_by_their_conversation() {
    let of = |trace: &str, conversation: Json| {
        let mut span = span("t", 1, conversation);
        span["traceId"] = trace.into();
        span
    };
    let spans = [
        of("01", json!({})),
        of("02", json!({"gen_ai.conversation.id": "c"})),
        of("01", json!({})),
    ];
    let traces = traces(&[document(&spans)]).unwrap();
    let names: Vec<(&str, usize)> =
        traces.iter().map(|t| (t.name.as_str(), t.events.len())).collect();
    assert_eq!(names, [("trace 01", 2), ("c", 1)]);
}

#[test]
fn a_span_without_a_time_is_an_error() {
    let span = json!({"name": "t", "attributes": []});
    assert!(traces(&[document(&[span])]).unwrap_err().contains("startTimeUnixNano"));
}
