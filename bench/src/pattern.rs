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

/// Contracts about where the texts of arguments come from.
const FOLLOWED: [&str; 3] = [
    "argument `recipient` of tool `pay` must not come from `read_file`, `web_fetch`",
    "argument `recipient` of tool `pay` must come from the user or `contacts`",
    "no data leak from `read_file` to `pay`",
];

/// Recipients in whatever form a text may have: plain, a number, encoded, in groups, beyond ASCII, and no text.
const RECIPIENTS: [&str; 8] = [
    "Alice Smith",
    "1000.50",
    "https://www.example.com/a?to=c2VjcmV0IHZhbHVlcw==",
    "736563726574206F7468657220",
    "zo%C3%AB%20m%FFller",
    "DE89 3704 0044 0532 0130 00",
    "Zo\u{EB} M\u{FC}ller",
    "bob@example.com, and whoever else was named there",
];

/// Sessions that have heard outputs and the user, and look texts up among these.
pub fn following() -> Result<Vec<Workload>, Failure> {
    let at = |kind: EventKind| Event::new(Timestamp(0), kind);
    let heard = |tool: &str, text: &str| {
        let (outcome, output) = (Outcome::Ok, Value::Text(text.into()));
        at(EventKind::ToolResult { tool: tool.into(), id: None, outcome, output })
    };
    let said =
        EventKind::Message { to: "a".into(), text: "Pay zo\u{EB} m\u{FC}ller, please.".into() };
    let before = [
        heard("read_file", "secret values of Bob Stone, IBAN DE89370400440532013000"),
        heard("web_fetch", "c2VjcmV0IG90aGVy and 1,000.50"),
        heard("contacts", "Alice Smith <alice@example.com>\nhttp://example.com/a"),
        at(said).by("user"),
    ];
    let calls = || RECIPIENTS.map(|text| call_with("pay", &[("recipient", text)])).into();
    let workload =
        |sentence: &&str| Ok(Workload::new(sentence, &[sentence], calls())?.after(&before));
    FOLLOWED.iter().map(workload).collect()
}

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
