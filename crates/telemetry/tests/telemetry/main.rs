//! Decisions of a guard, sent to a collector, which passes on what it took.
//!
//! ```text
//!  guard → telemetry → rotel, a collector → a listener of the test
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may be direct, and they start the collector"
)]

mod collector;

use std::sync::Arc;

use opentelemetry_proto::tonic::trace::v1::{Span, status::StatusCode};
use sponsio_engine::event::{CallRef, EventKind, Outcome, Value};
use sponsio_guard::guard::{Guard, Request};
use sponsio_record::schema::value;
use sponsio_telemetry::{Settings, Telemetry, names};

use collector::{Collector, text};

const CONTRACTS: &str = "
mode: enforce
agents:
  support:
    - name: look up first
      G: tool `look_up` must precede `refund`
    - name: tell the customer
      G: {ltl: G (called(refund) -> F called(notify))}
";

fn args(json: &str) -> Value {
    value::parse(json).unwrap()
}

/// Runs a session and tells a collector; what the collector took.
fn run(keeps_args: bool, work: &dyn Fn(&Guard)) -> Collector {
    let mut collector = Collector::start();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sponsio.yaml");
    std::fs::write(&config, CONTRACTS).unwrap();
    let endpoint = Some(collector.endpoint.clone());
    let settings = Settings { endpoint, ..Settings::read(&|_| None).unwrap() };
    let telemetry = Telemetry::start(&settings).unwrap();
    let observer = Arc::new(telemetry.clone());
    let opened = Guard::open(&Request {
        config: Some(config),
        agent: "support".to_owned(),
        log: Some(folder.path().join("logs/record.jsonl")),
        keeps_args: Some(keeps_args),
        observer: Some(observer),
        ..Request::default()
    })
    .unwrap();
    work(&opened.guard);
    let told = telemetry.finish();
    assert_eq!((told.lost, told.reports_lost), (0, 0), "{}", told.why);
    collector.take(usize::try_from(told.taken).unwrap());
    collector
}

/// Looks something up, is refused a refund in between, and ends without notice.
fn work(guard: &Guard) {
    let session = guard.session("case-7").unwrap();
    assert!(!session.before_call("refund", &args(r#"{"amount":5}"#)).decision.runs());
    let call = CallRef { id: Some("c1".into()), ..CallRef::default() };
    let secret = r#"{"password":"hunter2","order":"A-1"}"#;
    assert!(session.before_call_with("look_up", &args(secret), call).decision.runs());
    session.observe(EventKind::ToolResult {
        tool: "look_up".into(),
        id: Some("c1".into()),
        outcome: Outcome::Ok,
        output: Value::Null,
    });
    assert!(session.before_call("refund", &args(r#"{"amount":5}"#)).decision.runs());
    assert_eq!(session.end(), [Box::from("tell the customer")]);
}

fn named<'s>(spans: &'s [Span], name: &str) -> Vec<&'s Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

#[test]
fn a_session_arrives_as_a_tree() {
    let collector = run(false, &work);
    let spans = &collector.spans;
    let [session] = named(spans, "invoke_agent support")[..] else { panic!("{spans:?}") };
    assert!(session.parent_span_id.is_empty());
    assert_eq!(text(&session.attributes, names::CONVERSATION), "case-7");
    assert!(spans.iter().all(|span| span.trace_id == session.trace_id));
    let events: Vec<&Span> = spans.iter().filter(|span| span.span_id != session.span_id).collect();
    assert!(events.iter().all(|span| span.parent_span_id == session.span_id));
    let names: Vec<&str> = events.iter().map(|span| &*span.name).collect();
    let expect = [
        "denied refund",
        "execute_tool look_up",
        "execute_tool refund",
        "execute_tool refund",
        "session_end",
    ];
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expect, "a call and its result are one span");
    let [look_up] = named(spans, "execute_tool look_up")[..] else { panic!("{spans:?}") };
    assert_eq!(text(&look_up.attributes, names::OPERATION), "execute_tool");
    assert_eq!(text(&look_up.attributes, names::OUTCOME), "ok");
    assert!(look_up.end_time_unix_nano >= look_up.start_time_unix_nano);
}

#[test]
fn a_refused_call_arrives_as_an_error_with_the_contract_that_objected() {
    let collector = run(false, &work);
    let [refused, allowed] = named(&collector.spans, "execute_tool refund")[..] else {
        panic!("{:?}", collector.spans)
    };
    let status = refused.status.as_ref().unwrap();
    assert_eq!((status.code(), &*status.message), (StatusCode::Error, "look up first"));
    assert_eq!(text(&refused.attributes, names::DECISION), "block");
    let [objection] = &refused.events[..] else { panic!("{:?}", refused.events) };
    assert_eq!(objection.name, "sponsio.objection");
    assert_eq!(text(&objection.attributes, names::CONTRACT), "look up first");
    assert_eq!(text(&objection.attributes, names::OBJECTION), "blocked");
    assert!(allowed.status.as_ref().is_none_or(|status| status.code() == StatusCode::Unset));
}

#[test]
fn arguments_arrive_only_where_they_are_kept_and_without_secrets() {
    let arguments = |collector: &Collector| {
        let [look_up] = named(&collector.spans, "execute_tool look_up")[..] else { panic!() };
        text(&look_up.attributes, names::ARGUMENTS)
    };
    let kept = run(true, &work);
    assert_eq!(arguments(&kept), r#"{"password":"[redacted]","order":"A-1"}"#);
    let left_out = run(false, &work);
    assert_eq!(arguments(&left_out), "");
    for collector in [kept, left_out] {
        assert!(!format!("{:?}{:?}", collector.spans, collector.metrics).contains("hunter2"));
    }
}

#[test]
fn decisions_objections_and_times_are_counted() {
    let collector = run(false, &work);
    let count = |metric: &str, key: &str, value: &str| collector.count(metric, key, value);
    assert_eq!(count("sponsio.decisions", names::DECISION, "block"), 1);
    assert_eq!(count("sponsio.decisions", names::DECISION, "allow"), 5);
    assert_eq!(count("sponsio.objections", names::CONTRACT, "look up first"), 1);
    assert_eq!(count(names::TOOL_DURATION, names::TOOL, "look_up"), 1);
    assert_eq!(count(names::AGENT_DURATION, names::AGENT, "support"), 1);
}

#[test]
fn a_session_that_another_one_started_is_below_it_in_the_same_trace() {
    let collector = run(false, &|guard| {
        let parent = guard.session("parent").unwrap();
        let _ = parent.before_call("look_up", &args("{}"));
        let identity = sponsio_guard::identity::Identity {
            parent: Some("parent".into()),
            ..sponsio_guard::identity::Identity::named("child")
        };
        let child = guard.session_of(identity).unwrap();
        let _ = child.before_call("look_up", &args("{}"));
        child.end();
        parent.end();
    });
    let of = |name: &str| {
        let sessions = named(&collector.spans, "invoke_agent support");
        let found = sessions.into_iter().find(|s| text(&s.attributes, names::CONVERSATION) == name);
        found.unwrap().clone()
    };
    let (parent, child) = (of("parent"), of("child"));
    assert_eq!(child.trace_id, parent.trace_id);
    assert_eq!(child.parent_span_id, parent.span_id);
}
