//! Tests of spans of ours: they read back as what they were made of, and say what the conventions have a place for.

use proptest::prelude::*;
use sponsio_engine::event::{CallRef, Digest, Event, Tokens};

use super::super::read::traces;
use super::*;
use sponsio_telemetry::names::{ATTRIBUTES, METRICS};

fn text() -> impl Strategy<Value = Box<str>> {
    "[a-cé\\n\"{}<]{0,4}".prop_map(Into::into)
}

fn name() -> impl Strategy<Value = Box<str>> {
    "[a-c]{1,2}".prop_map(Into::into)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<u64>().prop_map(|n| Value::Number(n.into())),
        text().prop_map(Value::Text),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let members = proptest::collection::btree_map(name(), inner.clone(), 0..3);
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(|items| Value::List(items.into())),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn args() -> impl Strategy<Value = Value> {
    proptest::collection::btree_map(name(), value(), 0..3)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let all = [Outcome::Ok, Outcome::Error, Outcome::Denied, Outcome::Timeout, Outcome::Unknown];
    (0..all.len()).prop_map(move |at| all[at])
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest)
}

fn tokens() -> impl Strategy<Value = Tokens> {
    (any::<u64>(), any::<u64>(), any::<u64>()).prop_map(|(input, output, total)| Tokens {
        input,
        output,
        total,
    })
}

fn kind() -> impl Strategy<Value = EventKind> {
    let optional = proptest::option::of::<_>;
    let call = (optional(name()), optional(name()), proptest::option::of(digest()));
    let call = call.prop_map(|(id, batch, digest)| CallRef { id, batch, digest });
    let facts = proptest::collection::btree_map(name(), proptest::option::of(text()), 0..3);
    prop_oneof![
        4 => (name(), args(), call)
            .prop_map(|(tool, args, call)| EventKind::ToolCall { tool, args, call, effects: None }),
        4 => (name(), proptest::option::of(name()), outcome(), value())
            .prop_map(|(tool, id, outcome, output)| EventKind::ToolResult { tool, id, outcome, output }),
        2 => (text(), any::<bool>(), proptest::option::of(any::<u32>()))
            .prop_map(|(text, system_prompt, length)| {
            EventKind::LlmRequest { text, system_prompt, context_length: length.map(u64::from) }
        }),
        2 => (text(), proptest::option::of(text()), tokens())
            .prop_map(|(text, segment, tokens)| EventKind::LlmResponse { text, segment, tokens }),
        1 => name().prop_map(|tool| EventKind::Denied { tool }),
        1 => text().prop_map(|key| EventKind::DataRead { key }),
        1 => (text(), proptest::collection::vec(text(), 0..3), any::<bool>())
            .prop_map(|(key, fields, internal)| EventKind::DataWrite { key, fields: fields.into(), internal }),
        1 => (text(), text()).prop_map(|(to, text)| EventKind::Message { to, text }),
        1 => text().prop_map(|to| EventKind::Delegation { to }),
        1 => facts.prop_map(|facts| EventKind::Context { facts: facts.into_iter().collect() }),
        1 => (name(), digest(), any::<i64>()).prop_map(|(contract, digest, expires)| {
            EventKind::Approval { contract, digest, expires: Timestamp(expires) }
        }),
        1 => Just(EventKind::SessionEnd),
    ]
}

/// Times that mostly go on and sometimes go back.
fn events() -> impl Strategy<Value = Vec<TraceEvent>> {
    let event = (name(), 0..50i64, kind(), proptest::option::of(name()));
    let event = event.prop_map(|(agent, time, kind, cwd)| {
        let cwd: Option<Box<str>> = cwd.map(|cwd| format!("/{cwd}").into());
        let place = cwd.is_some().then(|| std::sync::Arc::new(Place { cwd, ..Place::default() }));
        let event = Event { time: Timestamp(time), agent: Some(agent.clone()), kind };
        TraceEvent { agent, event, line: 1, place, recorded: None }
    });
    proptest::collection::vec(event, 1..12)
}

/// The events of traces, without the places in their files.
fn said(traces: &[Trace]) -> Vec<(Box<str>, Event, Option<Place>)> {
    let one = |e: &TraceEvent| (e.agent.clone(), e.event.clone(), e.place.as_deref().cloned());
    traces.iter().flat_map(|trace| &trace.events).map(one).collect()
}

proptest! {
    #[test]
    fn events_read_back_as_they_were(events in events()) {
        let trace = Trace { name: "session".to_owned(), events };
        let text = write(std::slice::from_ref(&trace), true).to_string();
        let again = traces(&[serde_json::from_str(&text).unwrap()]).unwrap();
        prop_assert_eq!(&again[0].name, &trace.name);
        prop_assert_eq!(said(&again), said(&[trace]));
    }

    #[test]
    fn spans_have_identities_that_differ_and_do_not_end_before_they_begin(events in events()) {
        let document = write(&[Trace { name: "session".to_owned(), events }], false);
        let mut seen = BTreeSet::new();
        for resource in document["resourceSpans"].as_array().unwrap() {
            for span in resource["scopeSpans"][0]["spans"].as_array().unwrap() {
                let text = |key: &str| span[key].as_str().unwrap_or_default().to_owned();
                prop_assert_eq!(text("traceId").len(), 32);
                prop_assert_eq!(text("spanId").len(), 16);
                prop_assert!(seen.insert(text("spanId")));
                let nanos = |key: &str| text(key).parse::<u64>().unwrap();
                prop_assert!(nanos("startTimeUnixNano") <= nanos("endTimeUnixNano"));
            }
        }
    }
}

fn call(args: Value, output: Value) -> Trace {
    let event = |time: i64, kind| TraceEvent {
        agent: "a".into(),
        event: Event { time: Timestamp(time), agent: Some("a".into()), kind },
        line: 1,
        place: None,
        recorded: None,
    };
    let kind =
        EventKind::ToolCall { tool: "t".into(), args, call: CallRef::default(), effects: None };
    let result =
        EventKind::ToolResult { tool: "t".into(), id: None, outcome: Outcome::Error, output };
    Trace { name: "s".to_owned(), events: vec![event(1, kind), event(3, result)] }
}

#[test]
fn a_call_follows_the_conventions() {
    let document = write(&[call(Value::empty(), Value::Text("no".into()))], false);
    let spans = document["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 2);
    assert_eq!(spans[0]["name"], "invoke_agent a");
    let span = &spans[1];
    assert_eq!(
        (&span["name"], &span["parentSpanId"]),
        (&"execute_tool t".into(), &spans[0]["spanId"])
    );
    assert_eq!(
        (&span["startTimeUnixNano"], &span["endTimeUnixNano"]),
        (&"1000".into(), &"3000".into())
    );
    assert_eq!(span["status"]["code"], 2);
    let text = span.to_string();
    for key in [OPERATION, TOOL, ARGUMENTS, RESULT, ERROR] {
        assert!(text.contains(&format!("\"key\":\"{key}\"")), "{key} in {text}");
    }
}

#[test]
fn secrets_are_taken_out_unless_they_are_to_be_kept() {
    let key = format!("{}{}", "AKIA", "ABCDEFGHIJKLMNOP");
    let args = Value::Object([("command".into(), Value::Text(format!("use {key}").into()))].into());
    let trace = call(args, Value::Text(key.as_str().into()));
    assert!(!write(std::slice::from_ref(&trace), false).to_string().contains(&key));
    assert_eq!(write(&[trace], true).to_string().matches(&key).count(), 2);
}

#[test]
fn a_line_of_a_log_says_what_was_decided() {
    let log = include_str!("../../tests/cli/data/audit.jsonl");
    let traces = sponsio_record::schema::trace::read(log.as_bytes()).unwrap();
    let text = write(&traces, false).to_string();
    for key in [DECISION, MODE, PROGRAM, REPAIR, BEFORE, AFTER, OBJECTION, WITNESS] {
        assert!(text.contains(&format!("\"key\":\"{key}\"")), "{key} in {text}");
    }
    assert!(text.contains("\"sponsio.objection\""), "{text}");
}

#[test]
fn the_page_lists_every_attribute_and_metric_of_ours() {
    let page = include_str!("../../../docs/reference/otlp.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `sponsio.")).collect();
    let attributes = ATTRIBUTES.iter().map(|a| format!("| `{}` | {} |", a.name, a.says));
    let unit = |metric: &str| match metric {
        "sponsio.objections" => "{objection}",
        "sponsio.decision.duration" => "s",
        _ => "{event}",
    };
    let metrics =
        METRICS.iter().map(|m| format!("| `{}` | `{}` | {} |", m.name, unit(m.name), m.says));
    assert_eq!(rows, attributes.chain(metrics).collect::<Vec<_>>());
}
