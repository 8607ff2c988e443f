//! From lines to spans: a span around each session, and one for each of its events.
//!
//! ```text
//!  invoke_agent support          trace: the session at the root
//!  ├── execute_tool look_up      until its result
//!  ├── execute_tool refund       error: refused, with the contracts that objected as events
//!  └── invoke_agent billing      a session that this one started
//! ```
//!
//! A call with an id is open until its result, or until its session ends. All others have no length but the time of
//! their decision. The span of a session is told when the session ends; where it never ends, when the telling does.
//!
//! The identities of the trace and of a session's span are computed from the names, so whoever tells a part of a
//! session, in whichever process, tells parts of one tree. That of an event holds the place of its line.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{
    Event as SpanEvent, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use sha2::{Digest as _, Sha256};
use sponsio_engine::event::{Outcome, Timestamp};
use sponsio_record::schema::canonical::to_hex;
use sponsio_record::schema::kind::{Kind, result_name};
use sponsio_record::schema::line::{ContractLine, Line};
use sponsio_record::schema::value;

use crate::limits::{CALLS_OPEN_MAX, SESSIONS_OPEN_MAX};
use crate::names::{
    AFTER, AGENT, ARGUMENTS, BATCH, BEFORE, CALL_ID, CONTRACT, CONTRACT_HASH, CONVERSATION,
    DECISION, DIGEST, ERROR, EXPIRES, FAILURE, INTERNAL, KEY, KIND, LATENCY, MODE, OBJECTION,
    OPERATION, OUTCOME, OWED, PROGRAM, REPAIR, TO, TOOL, WITNESS,
};

/// A span that is finished, and what of it is measured.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) span: SpanData,
    /// How long it took, where that is known.
    pub(crate) took: Option<Took>,
}

/// How long something took.
#[derive(Debug)]
pub(crate) struct Took {
    pub(crate) what: What,
    pub(crate) time: Duration,
    /// Its name, that of its agent, and why it did not succeed.
    pub(crate) attributes: Vec<KeyValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Call,
    Session,
}

/// What is open.
#[derive(Debug)]
pub(crate) struct Spans {
    scope: InstrumentationScope,
    sessions: BTreeMap<Box<str>, Session>,
}

/// A session whose span is open.
#[derive(Debug)]
struct Session {
    span: SpanData,
    agent: Box<str>,
    calls: BTreeMap<Box<str>, SpanData>,
}

impl Spans {
    pub(crate) fn new() -> Self {
        let scope =
            InstrumentationScope::builder("sponsio").with_version(env!("CARGO_PKG_VERSION"));
        Self { scope: scope.build(), sessions: BTreeMap::new() }
    }

    /// Takes a line in; what is finished with it.
    pub(crate) fn tell(&mut self, line: &Line) -> Vec<Finished> {
        let mut finished = Vec::new();
        if !self.sessions.contains_key(&line.session) && self.sessions.len() >= SESSIONS_OPEN_MAX {
            finished = self.finish();
        }
        let scope = &self.scope;
        let session = self
            .sessions
            .entry(line.session.clone())
            .or_insert_with(|| Session::begin(line, scope));
        let ended = session.tell(line, scope, &mut finished);
        if ended && let Some(session) = self.sessions.remove(&line.session) {
            session.end(true, &mut finished);
        }
        finished
    }

    /// Everything that is open, as it stands.
    pub(crate) fn finish(&mut self) -> Vec<Finished> {
        let mut finished = Vec::new();
        for session in core::mem::take(&mut self.sessions).into_values() {
            session.end(false, &mut finished);
        }
        finished
    }
}

impl Session {
    fn begin(line: &Line, scope: &InstrumentationScope) -> Self {
        let parent = line.parent.as_deref().map_or(SpanId::INVALID, session_id);
        let attributes = vec![
            text(OPERATION, "invoke_agent"),
            text(AGENT, &line.agent),
            text(CONVERSATION, &line.session),
        ];
        let name = format!("invoke_agent {}", line.agent);
        let context = context(line, session_id(&line.session));
        let at = moment(line.time);
        let span = span(scope, context, parent, name, [at, at], attributes);
        Self { span, agent: line.agent.clone(), calls: BTreeMap::new() }
    }

    /// Takes a line of the session in; whether it is its last.
    fn tell(
        &mut self,
        line: &Line,
        scope: &InstrumentationScope,
        finished: &mut Vec<Finished>,
    ) -> bool {
        let at = moment(line.time);
        self.span.start_time = self.span.start_time.min(at);
        let decided = at.checked_add(Duration::from_micros(line.latency)).unwrap_or(at);
        self.span.end_time = self.span.end_time.max(decided);
        if line.kind == Kind::ToolResult
            && let Some(mut call) = line.id.as_ref().and_then(|id| self.calls.remove(id))
        {
            call.end_time = call.start_time.max(at);
            if let Some(outcome) = line.result {
                close(&mut call, outcome);
            }
            call.events.events.extend(said(line).events);
            finished.push(measured(call, What::Call));
            // That a result could not be judged has no place in the span of the call.
            if line.failure.is_none() {
                return false;
            }
        }
        let parent = self.span.span_context.span_id();
        let context = context(line, event_id(line));
        let span = span(scope, context, parent, name(line), [at, decided], attributes(line));
        let span = SpanData { events: said(line), status: status(line), ..span };
        match &line.id {
            Some(id) if line.kind == Kind::ToolCall && line.decision.runs() => {
                if self.calls.len() >= CALLS_OPEN_MAX {
                    let open = core::mem::take(&mut self.calls);
                    finished.extend(open.into_values().map(unmeasured));
                }
                finished.extend(self.calls.insert(id.clone(), span).map(unmeasured));
            }
            _ => finished.push(unmeasured(span)),
        }
        if line.kind == Kind::SessionEnd && !line.owed.is_empty() {
            self.span.attributes.push(texts(OWED, &line.owed));
        }
        line.kind == Kind::SessionEnd
    }

    fn end(self, is_whole: bool, finished: &mut Vec<Finished>) {
        let Self { span, agent, calls } = self;
        finished.extend(calls.into_values().map(unmeasured));
        finished.push(match is_whole {
            true => {
                let time = span.end_time.duration_since(span.start_time).unwrap_or_default();
                let attributes = vec![text(AGENT, &agent)];
                Finished { span, took: Some(Took { what: What::Session, time, attributes }) }
            }
            false => unmeasured(span),
        });
    }
}

fn unmeasured(span: SpanData) -> Finished {
    Finished { span, took: None }
}

fn measured(span: SpanData, what: What) -> Finished {
    let time = span.end_time.duration_since(span.start_time).unwrap_or_default();
    let is_meant = |attribute: &&KeyValue| [TOOL, AGENT, ERROR].contains(&attribute.key.as_str());
    let attributes = span.attributes.iter().filter(is_meant).cloned().collect();
    Finished { span, took: Some(Took { what, time, attributes }) }
}

fn span(
    scope: &InstrumentationScope,
    span_context: SpanContext,
    parent_span_id: SpanId,
    name: String,
    [start_time, end_time]: [SystemTime; 2],
    attributes: Vec<KeyValue>,
) -> SpanData {
    SpanData {
        span_context,
        parent_span_id,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time,
        end_time,
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: scope.clone(),
    }
}

/// The result of a call, in the span of the call.
fn close(call: &mut SpanData, outcome: Outcome) {
    let said = result_name(outcome);
    call.attributes.push(text(OUTCOME, said));
    if matches!(outcome, Outcome::Error | Outcome::Denied | Outcome::Timeout) {
        call.attributes.push(text(ERROR, said));
        call.status = Status::error(said);
    }
}

fn name(line: &Line) -> String {
    match (line.kind, &line.tool) {
        (Kind::ToolCall, Some(tool)) => format!("execute_tool {tool}"),
        (kind, Some(tool)) => format!("{} {tool}", kind.name()),
        (kind, None) => kind.name().to_owned(),
    }
}

fn status(line: &Line) -> Status {
    if let Some(failure) = &line.failure {
        return Status::error(failure.to_string());
    }
    if line.decision.runs() || line.kind != Kind::ToolCall {
        return Status::Unset;
    }
    let stops = |said: &&ContractLine| said.outcome.is_some_and(|outcome| outcome.stops());
    let names: Vec<&str> =
        line.contracts.iter().filter(stops).map(|said| &*said.contract).collect();
    Status::error(names.join(", "))
}

fn attributes(line: &Line) -> Vec<KeyValue> {
    let mut all = vec![
        text(KIND, line.kind.name()),
        text(AGENT, line.by.as_deref().filter(|by| !by.is_empty()).unwrap_or(&line.agent)),
        text(CONVERSATION, &line.session),
        text(DECISION, line.decision.name()),
        text(MODE, line.mode.name()),
        text(PROGRAM, &line.program),
    ];
    match line.kind {
        Kind::ToolCall => all.push(text(OPERATION, "execute_tool")),
        Kind::LlmRequest | Kind::LlmResponse => all.push(text(OPERATION, "chat")),
        _ => {}
    }
    if !line.decision.runs() && line.kind == Kind::ToolCall {
        all.push(text(ERROR, line.decision.name()));
    }
    let subject = match line.kind {
        Kind::DataRead | Kind::DataWrite => KEY,
        Kind::Approval => CONTRACT,
        _ => TO,
    };
    let optional = [
        (TOOL, line.tool.as_deref()),
        (CALL_ID, line.id.as_deref()),
        (BATCH, line.batch.as_deref()),
        (subject, line.subject.as_deref()),
        (OUTCOME, line.result.map(result_name)),
        (FAILURE, line.failure.as_deref()),
    ];
    all.extend(optional.into_iter().filter_map(|(key, value)| Some(text(key, value?))));
    if let Some(args) = &line.args {
        let mut json = String::new();
        value::write(args, &mut json);
        all.push(text(ARGUMENTS, &json));
    }
    all.extend(line.digest.map(|digest| text(DIGEST, &to_hex(&digest.0))));
    all.extend(line.expires.map(|expires| KeyValue::new(EXPIRES, expires.0)));
    if line.internal {
        all.push(KeyValue::new(INTERNAL, true));
    }
    if line.latency > 0 {
        all.push(KeyValue::new(LATENCY, i64::try_from(line.latency).unwrap_or(i64::MAX)));
    }
    for (key, list) in [(REPAIR, &line.repair), (OWED, &line.owed)] {
        if !list.is_empty() {
            all.push(texts(key, list));
        }
    }
    all
}

/// What contracts said of an event, as events of its span.
fn said(line: &Line) -> SpanEvents {
    let event = |said: &ContractLine| {
        let mut attributes = vec![
            text(CONTRACT, &said.contract),
            text(CONTRACT_HASH, &said.hash),
            text(BEFORE, said.before.name()),
            text(AFTER, said.after.name()),
        ];
        attributes.extend(said.outcome.map(|outcome| text(OBJECTION, outcome.name())));
        if !said.witness.is_empty() {
            attributes.push(texts(WITNESS, &said.witness));
        }
        let name = if said.outcome.is_some() { "sponsio.objection" } else { "sponsio.move" };
        SpanEvent::new(name, moment(line.time), attributes, 0)
    };
    let mut events = SpanEvents::default();
    events.events = line.contracts.iter().map(event).collect();
    events
}

fn context(line: &Line, span: SpanId) -> SpanContext {
    let root = line.tree.as_deref().unwrap_or(&line.session);
    let trace = TraceId::from_bytes(digest(&["trace", root]));
    SpanContext::new(trace, span, TraceFlags::SAMPLED, false, TraceState::NONE)
}

fn session_id(session: &str) -> SpanId {
    SpanId::from_bytes(digest(&["session", session]))
}

/// A refused call and the one after it have the same number, so it is told apart by all that the line says.
fn event_id(line: &Line) -> SpanId {
    SpanId::from_bytes(digest(&["event", &line.write()]))
}

fn digest<const N: usize>(about: &[&str]) -> [u8; N] {
    let mut hasher = Sha256::new();
    for text in about {
        hasher.update(text.len().to_be_bytes());
        hasher.update(text);
    }
    let mut bytes = [0; N];
    for (to, from) in bytes.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    bytes
}

/// A time before 1970 has no place in a span.
fn moment(time: Timestamp) -> SystemTime {
    let micros = u64::try_from(time.0).unwrap_or(0);
    UNIX_EPOCH.checked_add(Duration::from_micros(micros)).unwrap_or(UNIX_EPOCH)
}

fn text(key: &'static str, value: &str) -> KeyValue {
    KeyValue::new(key, value.to_owned())
}

fn texts(key: &'static str, list: &[Box<str>]) -> KeyValue {
    let list = list.iter().map(|one| StringValue::from(one.to_string())).collect();
    KeyValue::new(key, Value::Array(Array::String(list)))
}
