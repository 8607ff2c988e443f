//! A workload for each pattern of the registry: its own example, and calls of the tools it mentions.
//!
//! The calls carry every argument that the examples speak about, so whichever tool a pattern is about, its
//! arguments are there. Patterns with a limit reach it early and refuse from then on; the ones whose limit stands
//! in the way of a long history are measured a second time with a limit that no session reaches.

use sponsio_contracts::pattern::PATTERNS;
use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Event, EventKind, Outcome, Timestamp, Tokens, Value};
use sponsio_engine::formula::Formula;

use crate::Failure;
use crate::contracts::{contracts, program};
use crate::workload::{Workload, call, call_with};

const ARGUMENTS: &[(&str, &str)] = &[
    ("command", "ls -la"),
    ("host", "api.corp.com"),
    ("amount", "50"),
    ("query", "select 1"),
    ("path", "/app/data/report.csv"),
    ("confirmed", "true"),
];

/// Limits that a million events do not reach.
const UNREACHED: [&str; 4] = [
    "tool `search` at most 100000000 times",
    "tool `deploy` at most 100000000 retries",
    "tool `search` must not loop more than 100000000 times",
    "argument `query` of tool `sql` at most 500 characters",
];

/// What is accumulated over a session, with limits that are reached and others that are not.
const ACCUMULATED: [&str; 12] = [
    "G(count(search) within 60s <= 20)",
    "G(called(other) -> count(search) within 60s <= 1000)",
    "G(called(other) -> count(search) within 60s >= 2)",
    "G(sum(pay, amount) <= 1000000000000000)",
    "G(sum(pay, amount) where arg(pay, path) != \"x\" within 1h <= 1000000000000000)",
    "G(distinct(pay, host) <= 10)",
    "G(called(pay) -> done(check))",
    "G(called(pay) -> done_with(check, \"ls\"))",
    "G(called(pay) -> time_since(called(check)) <= 60)",
    "G(called(pay) -> token_count <= 1000000000000)",
    "G(called(pay) -> delegation_depth <= 2)",
    "G(called(pay) & contains(ssn) -> flow(a, b))",
];

/// One workload for each pattern, one for each limit that is not reached, and one for each way to accumulate.
pub fn all() -> Result<Vec<Workload>, Failure> {
    let examples = PATTERNS.iter().map(|pattern| (pattern.name.to_owned(), pattern.example));
    let unreached = UNREACHED.iter().map(|sentence| ((*sentence).to_owned(), *sentence));
    let workloads = examples.chain(unreached).map(|(name, sentence)| workload(&name, sentence));
    workloads.chain(ACCUMULATED.iter().map(|formula| accumulated(formula))).collect()
}

/// A round that brings something to every accumulator: calls with ids and their results, replies, data, messages.
fn accumulated(formula: &str) -> Result<Workload, Failure> {
    let parsed = Formula::parse(formula).map_err(|error| format!("{formula}: {error}"))?;
    let contracts = [Contract::new(formula, parsed)];
    let named = |tool: &str| {
        // An expression that reads a number has its text written out.
        let texts = &[("command", "ls -la")][..];
        let mut call = call_with(tool, if tool == "check" { texts } else { ARGUMENTS });
        if let EventKind::ToolCall { call, .. } = &mut call.kind {
            call.id = Some(tool.into());
        }
        call
    };
    let at = |kind: EventKind| Event::new(Timestamp(0), kind).by("a");
    let ended = |tool: &str, outcome| {
        let id = Some(tool.into());
        at(EventKind::ToolResult { tool: tool.into(), id, outcome, output: Value::Null })
    };
    let tokens = Tokens { input: 1, output: 2, total: 3 };
    let events = vec![
        named("check"),
        ended("check", Outcome::Ok),
        named("search"),
        ended("search", Outcome::Error),
        at(EventKind::LlmResponse { text: "".into(), segment: None, tokens }),
        at(EventKind::DataWrite {
            key: "k".into(),
            fields: ["ssn".into()].into(),
            internal: false,
        }),
        at(EventKind::DataRead { key: "k".into() }).by("b"),
        at(EventKind::Message { to: "b".into(), text: "".into() }),
        at(EventKind::Delegation { to: "b".into() }),
        named("pay"),
        call("other"),
    ];
    Workload::of(formula, &contracts, events)
}

fn workload(name: &str, sentence: &str) -> Result<Workload, Failure> {
    let program = program(&contracts(&[sentence])?)?;
    let mut events = vec![Event::context(Timestamp(0), "order", Some("open"))];
    for tool in program.tools() {
        events.extend([call_with(tool, ARGUMENTS), call("unrelated"), call_with(tool, ARGUMENTS)]);
    }
    events.push(Event::context(Timestamp(0), "order", None));
    events.push(call("unrelated"));
    Workload::new(name, &[sentence], events)
}
