//! From traces to documents: a span around each session, and one for each of its events.
//!
//! A call and its result are one span, as are a request to a model and the answer that follows it: other programs
//! expect a span to have a length. What tells them apart again is that each event has its number.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{EventKind, Outcome, Timestamp, Value};
use sponsio_record::redact;
use sponsio_record::schema::canonical::to_hex;
use sponsio_record::schema::kind::{Kind, result_name};
use sponsio_record::schema::line::{ContractLine, Line};
use sponsio_record::schema::trace::{Place, Trace, TraceEvent};
use sponsio_record::schema::value;

use sponsio_telemetry::names::{
    AFTER, AGENT, ANSWER_NUMBER, ARGUMENTS, BATCH, BEFORE, CALL_ID, CONTEXT_LENGTH, CONTRACT,
    CONTRACT_HASH, CONVERSATION, CWD, DECISION, DIGEST, ERROR, EXPIRES, FACTS, FAILURE, FIELDS,
    HOME, INPUT, INPUT_TOKENS, INTERNAL, KEY, KIND, LATENCY, MODE, NUMBER, OBJECTION, OPERATION,
    OUTCOME, OUTPUT, OUTPUT_TOKENS, OWED, PROGRAM, REPAIR, RESULT, SEGMENT, SERVICE, SYSTEM,
    SYSTEM_PROMPT, TEXT, TO, TOOL, TOTAL_TOKENS, WITNESS, WORKSPACE,
};

/// Events behind a call among which its result is looked for.
const ANSWERS_WITHIN: usize = 1_000;

/// The document of traces. Secrets of a known shape are taken out unless they are to be kept.
pub(crate) fn write(traces: &[Trace], keeps_secrets: bool) -> Json {
    let secrets = Secrets { keeps: keeps_secrets };
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for trace in traces {
        // Traces of the same name are different traces.
        let same = named.entry(&trace.name).or_default();
        let id = identity(&[&trace.name, &same.to_string()], 16);
        *same = same.saturating_add(1);
        all.extend(resources(trace, &id, secrets));
    }
    json!({ "resourceSpans": all })
}

/// What becomes of secrets.
#[derive(Clone, Copy)]
struct Secrets {
    keeps: bool,
}

impl Secrets {
    fn text(self, text: &str) -> String {
        if self.keeps { text.to_owned() } else { redact::text(text).into_owned() }
    }

    fn name(self, name: &str) -> String {
        if self.keeps { name.to_owned() } else { redact::name(name).into_owned() }
    }

    /// The value as JSON in a text.
    fn value(self, value: &Value) -> String {
        let mut text = String::new();
        if self.keeps {
            value::write(value, &mut text);
        } else {
            value::write(&redact::value(value), &mut text);
        }
        text
    }
}

/// The attributes of a span that is made.
#[derive(Default)]
struct Attributes(Vec<Json>);

impl Attributes {
    fn push(&mut self, key: &str, value: Json) {
        self.0.push(json!({ "key": key, "value": value }));
    }

    fn text(&mut self, key: &str, text: impl Into<String>) {
        self.push(key, json!({ "stringValue": text.into() }));
    }

    fn number(&mut self, key: &str, number: i64) {
        self.push(key, json!({ "intValue": number.to_string() }));
    }

    /// A number that may be larger than an attribute holds; it is written as a text then.
    fn natural(&mut self, key: &str, number: u64) {
        match i64::try_from(number) {
            Ok(number) => self.number(key, number),
            Err(_) => self.text(key, number.to_string()),
        }
    }

    fn flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.push(key, json!({ "boolValue": true }));
        }
    }

    fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        let values: Vec<Json> = texts.map(|text| json!({ "stringValue": text })).collect();
        if !values.is_empty() {
            self.push(key, json!({ "arrayValue": { "values": values } }));
        }
    }
}

/// The identity of something, of so many bytes, from what it is about.
fn identity(about: &[&str], bytes: usize) -> String {
    let mut hasher = Sha256::new();
    for text in about {
        hasher.update(text.len().to_string());
        hasher.update(":");
        hasher.update(text);
    }
    to_hex(hasher.finalize().get(..bytes).unwrap_or_default())
}

fn nanos(time: Timestamp) -> String {
    // Times before 1970 have no place in a span.
    let micros = u64::try_from(time.0).unwrap_or(0);
    micros.saturating_mul(1_000).to_string()
}

/// One resource for each agent of a trace.
fn resources(trace: &Trace, id: &str, secrets: Secrets) -> Vec<Json> {
    let answers = answers(&trace.events);
    let joined: BTreeSet<usize> = answers.values().copied().collect();
    let mut agents: BTreeMap<&str, Vec<(usize, &TraceEvent)>> = BTreeMap::new();
    for (index, event) in trace.events.iter().enumerate() {
        agents.entry(&event.agent).or_default().push((index, event));
    }
    let resource = |(agent, events): (&str, Vec<(usize, &TraceEvent)>)| {
        let root = identity(&[id, agent], 8);
        let mut spans = vec![session(trace, agent, &events, id, &root, secrets)];
        for (index, event) in events.iter().filter(|(index, _)| !joined.contains(index)) {
            let answer = answers.get(index).and_then(|at| Some((*at, trace.events.get(*at)?)));
            spans.push(span(*index, event, answer, id, &root, secrets));
        }
        let scope = json!({ "name": "sponsio", "version": env!("CARGO_PKG_VERSION") });
        let mut attributes = Attributes::default();
        attributes.text(SERVICE, secrets.name(agent));
        json!({
            "resource": { "attributes": attributes.0 },
            "scopeSpans": [{ "scope": scope, "spans": spans }],
        })
    };
    agents.into_iter().map(resource).collect()
}

/// Which event is the result of which call, and which the answer to which request, by their places.
fn answers(events: &[TraceEvent]) -> BTreeMap<usize, usize> {
    let mut answers = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (index, event) in events.iter().enumerate() {
        let after = events.iter().enumerate().skip(index.saturating_add(1)).take(ANSWERS_WITHIN);
        let mut after = after.filter(|(_, other)| other.agent == event.agent);
        let found = match &event.event.kind {
            EventKind::ToolCall { tool, call, .. } => after.find(|(at, other)| {
                matches!(&other.event.kind, EventKind::ToolResult { tool: of, id, .. }
                    if of == tool && *id == call.id && !taken.contains(at))
            }),
            EventKind::LlmRequest { .. } => after
                .next()
                .filter(|(_, other)| matches!(other.event.kind, EventKind::LlmResponse { .. })),
            _ => None,
        };
        let fits = |other: &TraceEvent| {
            other.event.time >= event.event.time
                && other.place == event.place
                && says_nothing(other)
        };
        if let Some((at, _)) = found.filter(|(_, other)| fits(other)) {
            taken.insert(at);
            answers.insert(index, at);
        }
    }
    answers
}

/// Whether nothing is recorded of the event but that it took place: the span of another can tell of that.
fn says_nothing(event: &TraceEvent) -> bool {
    event.recorded.as_ref().is_none_or(|line| {
        line.decision == Decision::Allow && line.contracts.is_empty() && line.failure.is_none()
    })
}

/// The span around what an agent did in a trace.
fn session(
    trace: &Trace,
    agent: &str,
    events: &[(usize, &TraceEvent)],
    id: &str,
    root: &str,
    secrets: Secrets,
) -> Json {
    let times = || events.iter().map(|(_, event)| event.event.time);
    let mut attributes = Attributes::default();
    attributes.text(OPERATION, "invoke_agent");
    attributes.text(AGENT, secrets.name(agent));
    attributes.text(CONVERSATION, secrets.name(&trace.name));
    json!({
        "traceId": id,
        "spanId": root,
        "name": format!("invoke_agent {}", secrets.name(agent)),
        "kind": 1,
        "startTimeUnixNano": nanos(times().min().unwrap_or_default()),
        "endTimeUnixNano": nanos(times().max().unwrap_or_default()),
        "attributes": attributes.0,
        "status": {},
    })
}

fn span(
    index: usize,
    event: &TraceEvent,
    answer: Option<(usize, &TraceEvent)>,
    id: &str,
    root: &str,
    secrets: Secrets,
) -> Json {
    let kind = Kind::of(&event.event);
    let mut attributes = Attributes::default();
    attributes.text(KIND, kind.name());
    attributes.number(NUMBER, number(index));
    let operation = match kind {
        Kind::ToolCall => Some("execute_tool"),
        Kind::LlmRequest | Kind::LlmResponse => Some("chat"),
        _ => None,
    };
    if let Some(operation) = operation {
        attributes.text(OPERATION, operation);
    }
    attributes.text(AGENT, secrets.name(&event.agent));
    content(&event.event.kind, secrets, &mut attributes);
    if let Some(place) = &event.place {
        place_of(place, secrets, &mut attributes);
    }
    let mut end = event.event.time;
    let mut outcome = match &event.event.kind {
        EventKind::ToolResult { outcome, .. } => Some(*outcome),
        _ => None,
    };
    if let Some((at, answer)) = answer {
        end = answer.event.time;
        attributes.number(ANSWER_NUMBER, number(at));
        if let EventKind::ToolResult { outcome: of, .. } = &answer.event.kind {
            outcome = Some(*of);
        }
        self::answer(&answer.event.kind, secrets, &mut attributes);
    }
    let failed = matches!(outcome, Some(Outcome::Error | Outcome::Timeout | Outcome::Denied));
    if let Some(outcome) = outcome.filter(|_| failed) {
        attributes.text(ERROR, result_name(outcome));
    }
    let mut events = Vec::new();
    if let Some(line) = &event.recorded {
        recorded(line, secrets, &mut attributes);
        events = line.contracts.iter().map(|contract| said(contract, line.time, secrets)).collect();
    }
    json!({
        "traceId": id,
        "spanId": identity(&[id, root, &index.to_string()], 8),
        "parentSpanId": root,
        "name": name(operation, kind, &event.event.kind, secrets),
        "kind": if operation == Some("chat") { 3 } else { 1 },
        "startTimeUnixNano": nanos(event.event.time),
        "endTimeUnixNano": nanos(end),
        "attributes": attributes.0,
        "events": events,
        "status": if failed { json!({ "code": 2 }) } else { json!({}) },
    })
}

/// The number of an event, from 1.
fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1)
}

fn name(operation: Option<&str>, kind: Kind, event: &EventKind, secrets: Secrets) -> String {
    match event {
        EventKind::ToolCall { tool, .. } => format!("execute_tool {}", secrets.name(tool)),
        _ => operation.unwrap_or(kind.name()).to_owned(),
    }
}

fn content(kind: &EventKind, secrets: Secrets, attributes: &mut Attributes) {
    match kind {
        EventKind::ToolCall { tool, args, call, .. } => {
            attributes.text(TOOL, secrets.name(tool));
            attributes.text(ARGUMENTS, secrets.value(args));
            if let Some(id) = &call.id {
                attributes.text(CALL_ID, secrets.name(id));
            }
            if let Some(batch) = &call.batch {
                attributes.text(BATCH, secrets.name(batch));
            }
            if let Some(digest) = call.digest {
                attributes.text(DIGEST, to_hex(&digest.0));
            }
        }
        EventKind::ToolResult { tool, id, .. } => {
            attributes.text(TOOL, secrets.name(tool));
            if let Some(id) = id {
                attributes.text(CALL_ID, secrets.name(id));
            }
            answer(kind, secrets, attributes);
        }
        EventKind::Denied { tool } => attributes.text(TOOL, secrets.name(tool)),
        EventKind::LlmRequest { text, system_prompt, context_length } => {
            attributes.text(INPUT, message("user", text, secrets));
            attributes.flag(SYSTEM_PROMPT, *system_prompt);
            if let Some(length) = context_length {
                attributes.natural(CONTEXT_LENGTH, *length);
            }
        }
        EventKind::LlmResponse { .. } => answer(kind, secrets, attributes),
        EventKind::DataRead { key } => attributes.text(KEY, secrets.name(key)),
        EventKind::DataWrite { key, fields, internal } => {
            attributes.text(KEY, secrets.name(key));
            attributes.texts(FIELDS, fields.iter().map(|field| &**field));
            attributes.flag(INTERNAL, *internal);
        }
        EventKind::Message { to, text } => {
            attributes.text(TO, secrets.name(to));
            attributes.text(TEXT, secrets.text(text));
        }
        EventKind::Delegation { to } => attributes.text(TO, secrets.name(to)),
        EventKind::Context { facts } => {
            let fact = |(key, value): &(Box<str>, Option<Box<str>>)| {
                let value = value.as_ref().map_or(Value::Null, |text| Value::Text(text.clone()));
                (key.clone(), value)
            };
            let facts = Value::Object(facts.iter().map(fact).collect());
            attributes.text(FACTS, secrets.value(&facts));
        }
        EventKind::Approval { contract, digest, expires } => {
            attributes.text(CONTRACT, secrets.name(contract));
            attributes.text(DIGEST, to_hex(&digest.0));
            attributes.number(EXPIRES, expires.0);
        }
        EventKind::SessionEnd => {}
    }
}

/// What the end of a span tells.
fn answer(kind: &EventKind, secrets: Secrets, attributes: &mut Attributes) {
    match kind {
        EventKind::ToolResult { outcome, output, .. } => {
            attributes.text(OUTCOME, result_name(*outcome));
            if *output != Value::Null {
                attributes.text(RESULT, secrets.value(output));
            }
        }
        EventKind::LlmResponse { text, segment, tokens } => {
            attributes.text(OUTPUT, message("assistant", text, secrets));
            if let Some(segment) = segment {
                attributes.text(SEGMENT, &**segment);
            }
            for (key, count) in [
                (INPUT_TOKENS, tokens.input),
                (OUTPUT_TOKENS, tokens.output),
                (TOTAL_TOKENS, tokens.total),
            ] {
                attributes.natural(key, count);
            }
        }
        _ => {}
    }
}

/// A message as the conventions write it.
fn message(role: &str, text: &str, secrets: Secrets) -> String {
    json!([{ "role": role, "parts": [{ "type": "text", "content": secrets.text(text) }] }])
        .to_string()
}

fn place_of(place: &Place, secrets: Secrets, attributes: &mut Attributes) {
    for (key, directory) in [(CWD, &place.cwd), (HOME, &place.home), (WORKSPACE, &place.workspace)]
    {
        if let Some(directory) = directory {
            attributes.text(key, secrets.text(directory));
        }
    }
    if let Some(system) = place.system {
        attributes.text(SYSTEM, system.name());
    }
}

/// What a line of a log says beside its event.
fn recorded(line: &Line, secrets: Secrets, attributes: &mut Attributes) {
    attributes.text(DECISION, line.decision.name());
    attributes.text(MODE, line.mode.name());
    attributes.text(PROGRAM, &*line.program);
    attributes.texts(REPAIR, line.repair.iter().map(|tool| &**tool));
    attributes.texts(OWED, line.owed.iter().map(|name| &**name));
    if let Some(failure) = &line.failure {
        attributes.text(FAILURE, secrets.text(failure));
    }
    if line.latency > 0 {
        attributes.natural(LATENCY, line.latency);
    }
}

/// What a contract had to say, as an event of the span.
fn said(contract: &ContractLine, time: Timestamp, secrets: Secrets) -> Json {
    let mut attributes = Attributes::default();
    attributes.text(CONTRACT, secrets.name(&contract.contract));
    attributes.text(CONTRACT_HASH, &*contract.hash);
    attributes.text(BEFORE, contract.before.name());
    attributes.text(AFTER, contract.after.name());
    if let Some(outcome) = contract.outcome {
        attributes.text(OBJECTION, outcome.name());
    }
    attributes.texts(WITNESS, contract.witness.iter().map(|text| &**text));
    json!({
        "timeUnixNano": nanos(time),
        "name": if contract.outcome.is_some() { "sponsio.objection" } else { "sponsio.move" },
        "attributes": attributes.0,
    })
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
