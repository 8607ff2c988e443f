//! Tests of trace files: every form, every event, and what is refused.

use proptest::prelude::*;
use sponsio_engine::event::{CallRef, Digest, EventKind, Outcome, Timestamp, Tokens, USER};

use super::*;

/// What is in the file, a line for each trace: its name and its events.
fn shape(text: &str) -> String {
    let show = |e: &TraceEvent| {
        let name = super::super::kind::name_of(&e.event).unwrap_or_default();
        format!("{}@{}:{}({name})", e.agent, e.line, super::super::kind::Kind::of(&e.event).name())
    };
    let traces = read(text.as_bytes()).unwrap();
    let lines = traces.iter().map(|t| {
        let events: Vec<_> = t.events.iter().map(show).collect();
        format!("{}: {}", t.name, events.join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(shape(text), expect);
}

#[track_caller]
fn refused(text: &str, expect: &str) {
    assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), expect);
}

#[track_caller]
fn event(members: &str, expect: EventKind) {
    let text = format!("{{\"ts\": 1, {members}}}");
    assert_eq!(read(text.as_bytes()).unwrap()[0].events[0].event.kind, expect);
}

#[track_caller]
fn event_refused(members: &str, expect: &str) {
    refused(&format!("{{\"ts\": 1, {members}}}"), &format!("line 1, column {expect}"));
}

const A: &str = r#"{"ts": 0, "agent": "a", "type": "tool_call", "tool": "x"}"#;
const B: &str = r#"{"ts": 1, "type": "message", "to": "y"}"#;

#[test]
fn an_event_is_where_it_says_or_where_its_trace_says() {
    let text = r#"{"cwd": "/w", "home": "/h", "system": "mac", "events": [
        {"ts": 1, "type": "tool_call", "tool": "a"},
        {"ts": 2, "type": "tool_call", "tool": "b", "cwd": "/v", "workspace": "C:\\x"}]}"#;
    let traces = read(text.as_bytes()).unwrap();
    let place = |at: usize| traces[0].events[at].place.as_deref().cloned().unwrap();
    let system = Some(System::Mac);
    let first = Place { cwd: Some("/w".into()), home: Some("/h".into()), workspace: None, system };
    assert_eq!(place(0), first);
    let (cwd, workspace) = (Some("/v".into()), Some("C:\\x".into()));
    assert_eq!(place(1), Place { cwd, workspace, ..first });
}

#[test]
fn a_place_that_cannot_be_one_is_an_error() {
    let check = |keys: &str, expect: &str| {
        let text = format!(r#"{{"ts": 1, "type": "tool_call", "tool": "a", {keys}}}"#);
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.message().contains(expect), "{error}");
    };
    check(r#""cwd": "w""#, "`cwd` must be an absolute path, and `w` is none");
    check(r#""home": """#, "`home` must be an absolute path");
    check(r#""system": "plan9""#, "`system` is `plan9`, which is none of");
    check(r#""workspace": 5"#, "`workspace`");
}

#[test]
fn every_form_is_told_from_its_content() {
    check(&format!("{{\"events\": [{A}, {B}]}}"), "trace 1: a@1:tool_call(x) agent@1:message(y)");
    check(&format!("[{A},\n{B}]"), "trace 1: a@1:tool_call(x) agent@2:message(y)");
    check(B, "trace 1: agent@1:message(y)");
    check(&format!("\u{feff}{A}\r\n\r\n{B}\r\n"), "trace 1: a@1:tool_call(x) agent@3:message(y)");
    check(
        &format!(
            "[{{\"metadata\": {{\"name\": \"first\"}}, \"events\": [{A}]}},\n{{\"events\": [{B}]}}]"
        ),
        "first: a@1:tool_call(x)\ntrace 2: agent@2:message(y)",
    );
    check(
        &format!("{{\"events\": [{A}]}}\n{{\"events\": []}}\n"),
        "trace 1: a@1:tool_call(x)\ntrace 2: ",
    );
    check("{\n\"events\": []\n}", "trace 1: ");
    assert_eq!(read(b"[]").unwrap(), []);
}

#[test]
fn a_log_is_a_trace_for_each_session() {
    let line = |session: &str, seq: u32| {
        format!(
            "{{\"v\":1,\"ts\":{seq},\"seq\":{seq},\"session\":\"{session}\",\"agent\":\"a\",\
             \"kind\":\"tool_call\",\"tool\":\"x\",\"truths\":{{\"t\":\"true\"}},\
             \"decision\":\"allow\",\"mode\":\"observe\",\"program\":\"00\"}}"
        )
    };
    let log = [line("s", 1), line("t", 1), line("s", 2)].join("\n");
    check(&log, "s: a@1:tool_call(x) a@3:tool_call(x)\nt: a@2:tool_call(x)");
    let traces = read(log.as_bytes()).unwrap();
    let recorded = traces[0].events[1].recorded.as_ref().unwrap();
    assert_eq!((recorded.seq, recorded.truths.truths.len()), (2, 1));
    check(&line("s", 1), "s: a@1:tool_call(x)");
    refused(
        &format!("{}\n{A}", line("s", 1)),
        "line 2, column 1: traces, single events and lines of a log cannot be mixed in one file",
    );
    refused(
        &line("s", 1).replace("allow", "perhaps"),
        "line 1, column 112: event 1: `decision` is `perhaps`, which is none of `allow`, `warn`, `redirect`, \
         `escalate`, `block`",
    );
}

#[test]
fn every_kind_of_event_is_read() {
    let text = |t: &str| Box::<str>::from(t);
    let call = Event::call(Timestamp(0), "x", Value::empty()).kind;
    event(r#""type": "tool_call", "tool": "x""#, call.clone());
    event(r#""type": "tool_call", "tool": "x", "args": null, "contains": [1], "run_id": {}"#, call);
    let args = Value::Object([(text("n"), super::super::value::parse("1.50").unwrap())].into());
    event(
        r#""type": "tool_call", "tool": "x", "args": {"n": 1.50}"#,
        Event::call(Timestamp(0), "x", args).kind,
    );
    let result = |outcome| Event::result(Timestamp(0), "x", outcome).kind;
    event(r#""type": "tool_result", "tool": "x", "outcome": "error""#, result(Outcome::Error));
    event(r#""type": "tool_result", "tool": "x""#, result(Outcome::Unknown));
    event(r#""type": "denied", "tool": "x""#, EventKind::Denied { tool: text("x") });
    event(r#""type": "llm_request", "content": "hi""#, Event::prompt(Timestamp(0), "hi").kind);
    event(r#""type": "llm_response""#, Event::answer(Timestamp(0), "").kind);
    event(r#""type": "data_read", "key": "k""#, EventKind::DataRead { key: text("k") });
    event(
        r#""type": "data_write", "key": "k", "contains": ["ssn"]"#,
        EventKind::DataWrite { key: text("k"), fields: [text("ssn")].into(), internal: false },
    );
    event(r#""type": "message", "to": "b""#, EventKind::Message { to: text("b"), text: text("") });
    event(r#""type": "delegation", "to": "b""#, EventKind::Delegation { to: text("b") });
    event(r#""type": "session_end""#, EventKind::SessionEnd);
}

#[test]
fn what_events_say_besides_is_read() {
    let text = |t: &str| Box::<str>::from(t);
    event(
        r#""type": "data_write", "key": "k", "args": {"scope": "internal"}"#,
        EventKind::DataWrite { key: text("k"), fields: Box::default(), internal: true },
    );
    let tokens = |input, output, total| EventKind::LlmResponse {
        text: text("hi"),
        segment: Some(text("answer")),
        tokens: Tokens { input, output, total },
    };
    event(
        r#""type": "llm_response", "content": "hi", "args": {"segment": "answer", "input_tokens": 3, "output_tokens": 4}"#,
        tokens(3, 4, 7),
    );
    event(
        r#""type": "llm_response", "content": "hi", "args": {"segment": "answer", "total_tokens": -1}"#,
        tokens(0, 0, u64::MAX),
    );
    event(
        r#""type": "llm_request", "args": {"system_prompt_present": true, "char_count": 90}"#,
        EventKind::LlmRequest { text: text(""), system_prompt: true, context_length: Some(90) },
    );
    event(
        r#""type": "message", "to": "b", "content": "hello""#,
        EventKind::Message { to: text("b"), text: text("hello") },
    );
    let digest = "ab".repeat(32);
    event(
        &format!(r#""type": "approval", "contract": "c", "digest": "{digest}", "expires": 5"#),
        EventKind::Approval {
            contract: text("c"),
            digest: Digest([0xab; 32]),
            expires: Timestamp(5_000_000),
        },
    );
    let call = CallRef { id: Some(text("1")), batch: Some(text("b")), digest: None };
    event(
        r#""type": "tool_call", "tool": "x", "id": "1", "batch": "b""#,
        EventKind::ToolCall { tool: text("x"), args: Value::empty(), call, effects: None },
    );
}

#[test]
fn a_call_that_carries_its_output_is_followed_by_its_result() {
    let traces = read(
        br#"{"events": [{"ts": 1, "type": "tool_call", "tool": "x", "id": "7", "output": "done"},
                        {"ts": 2, "type": "user", "text": "thanks"}]}"#,
    )
    .unwrap();
    let [call, result, thanks] = traces[0].events.as_slice() else { panic!("{traces:?}") };
    assert!(call.event.is_call());
    let output = Value::Text("done".into());
    let expect = EventKind::ToolResult {
        tool: "x".into(),
        id: Some("7".into()),
        outcome: Outcome::Unknown,
        output,
    };
    assert_eq!(result.event.kind, expect);
    assert_eq!(thanks.event.agent.as_deref(), Some(USER));
    let said = EventKind::Message { to: Box::default(), text: "thanks".into() };
    assert_eq!(thanks.event.kind, said);
}

#[test]
fn facts_are_texts_and_null_clears_one() {
    let fact = |key: &str, value: Option<&str>| (key.into(), value.map(Into::into));
    let facts = [
        fact("t", Some("x")),
        fact("n", Some("5")),
        fact("b", Some("true")),
        fact("l", Some("[1,{\"a\":2}]")),
        fact("gone", None),
    ];
    let args = r#""args": {"t": "x", "n": 5.0, "b": true, "l": [1, {"a": 2}], "gone": null}"#;
    event(
        &format!("\"type\": \"context_update\", {args}"),
        EventKind::Context { facts: facts.clone().into() },
    );
    event(&format!("\"type\": \"context\", {args}"), EventKind::Context { facts: facts.into() });
}

#[test]
fn times_are_exact_and_keep_the_order_of_the_file() {
    let text =
        r#"[{"ts": 1718000000.123456, "type": "session_end"}, {"ts": 1, "type": "session_end"}]"#;
    let times: Vec<_> =
        read(text.as_bytes()).unwrap()[0].events.iter().map(|e| e.event.time).collect();
    assert_eq!(times, [Timestamp(1_718_000_000_123_456), Timestamp(1_000_000)]);
}

#[test]
fn an_event_that_cannot_be_read_is_an_error_with_its_place() {
    event_refused(
        r#""type": "tool_use", "tool": "x""#,
        &format!(
            "19: event 1: `type` is `tool_use`, which is none of {}",
            super::super::kind::Kind::WORDS
        ),
    );
    event_refused(r#""tool": "x""#, "1: event 1: the key `type` is missing");
    event_refused(r#""type": "tool_call""#, "1: event 1: the key `tool` is missing");
    event_refused(r#""type": "tool_call", "tool": """#, "40: event 1: `tool` must not be empty");
    event_refused(
        r#""type": "tool_call", "tool": 5"#,
        "40: event 1: `tool` must be a text, not a number",
    );
    event_refused(
        r#""type": "tool_call", "tool": "x", "args": [1]"#,
        "53: event 1: `args` must be an object, not a list",
    );
    event_refused(
        r#""type": "context_update""#,
        "1: event 1: the key `args` is missing: the facts, by key",
    );
    event_refused(r#""type": "data_read""#, "1: event 1: the key `key` is missing");
    event_refused(
        r#""type": "message", "to": ["a"]"#,
        "36: event 1: `to` must be a text, not a list",
    );
    event_refused(
        r#""type": "session_end", "agent": """#,
        "43: event 1: `agent` must not be empty",
    );
    event_refused(
        r#""type": "session_end", "type": "denied""#,
        "34: the member `type` occurs twice in one object",
    );
    refused(r#"{"type": "session_end"}"#, "line 1, column 1: event 1: the key `ts` is missing");
    refused(
        r#"{"ts": true, "type": "session_end"}"#,
        "line 1, column 8: event 1: `ts` must be a number, not true or false",
    );
    refused(
        r#"{"ts": -1, "type": "session_end"}"#,
        "line 1, column 8: event 1: `ts` must not be negative",
    );
    refused(
        r#"{"ts": 1e99, "type": "session_end"}"#,
        "line 1, column 8: event 1: `ts` is too large for a time in seconds",
    );
    refused(
        &format!("{{\"events\": [\n{A},\n 5]}}"),
        "line 3, column 2: event 2: an event must be an object",
    );
    refused(
        &format!("{A}\n{A}\n{{\"ts\": 1, \"type\": \"x"),
        "line 3, column 21: the JSON ends too early",
    );
}

#[test]
fn a_file_that_is_no_trace_is_refused() {
    refused("", "line 1, column 1: there is no JSON here");
    refused("not json", "line 1, column 1: this is not JSON: invalid literal");
    refused(
        "5",
        "line 1, column 1: here stands an object: a trace with `events`, or an event with `ts` and `type`",
    );
    refused(r#"{"events": 5}"#, "line 1, column 12: `events` must be a list");
    refused(
        r#"{"resourceSpans": []}"#,
        "line 1, column 1: this is no trace: it has neither `events`, nor `ts` and `type`, \
         nor the keys of a log",
    );
    refused(
        &format!("[{A},\n{{\"events\": []}}]"),
        "line 2, column 1: traces, single events and lines of a log cannot be mixed in one file",
    );
    refused(&format!("{{\"events\": [{A}"), "line 1, column 70: the JSON ends too early");
}

#[test]
fn files_over_a_limit_are_refused() {
    let events = |n: usize| format!("[{}{{}}]", "{\"ts\":0,\"type\":\"session_end\"},".repeat(n));
    let expect = format!("a trace file is limited to {TRACE_EVENTS_MAX} events");
    let error = read(events(TRACE_EVENTS_MAX + 1).as_bytes()).unwrap_err();
    assert_eq!(error.message(), expect);
    let traces = "{\"events\":[]}\n".repeat(TRACES_MAX + 1);
    let expect =
        format!("line {}, column 1: a file is limited to {TRACES_MAX} traces", TRACES_MAX + 1);
    refused(&traces, &expect);
    let error = read(&vec![b' '; TRACE_BYTES_MAX + 1]).unwrap_err();
    assert_eq!(error.message(), format!("a trace file is limited to {TRACE_BYTES_MAX} bytes"));
    let facts: Vec<String> = (0..=1024).map(|n| format!("\"k{n}\": 1")).collect();
    event_refused(
        &format!("\"type\": \"context\", \"args\": {{{}}}", facts.join(",")),
        "1: event 1: the facts of one event are limited to 1024",
    );
    event_refused(
        &format!("\"type\": \"context\", \"args\": {{\"k\": \"{}\"}}", "x".repeat(64 * 1024)),
        "1: event 1: the fact `k` is over the limit of 65536 bytes",
    );
}

proptest! {
    #[test]
    fn a_damaged_file_is_read_without_a_panic(at in 0..300usize, byte: u8, cut: bool) {
        let text = format!("{{\"metadata\": {{}}, \"events\": [{A},\n{B}]}}\n{A}");
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let _ = read(&bytes);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = read(&bytes);
    }
}
