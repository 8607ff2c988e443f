//! From documents to traces.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use sponsio_engine::event::{Event, EventKind};
use sponsio_record::limits::{TRACE_EVENTS_MAX, TRACES_MAX};
use sponsio_record::schema::trace::{Place, Trace, TraceEvent};

use super::span::{Nanos, Span, Spans, spans};
use super::{foreign, own};
use sponsio_telemetry::names::{ANSWER_NUMBER, CONVERSATION, KIND, NUMBER};

/// An event that a span tells of.
pub(super) struct Told {
    /// Whether it took place at the end of the span.
    pub(super) is_end: bool,
    pub(super) kind: EventKind,
}

/// The traces of a text, one for each trace of spans; none if the text has no spans.
///
/// A text is one document, or one on each line.
pub(crate) fn read(text: &str) -> Option<Result<Vec<Trace>, String>> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let has_spans = |json: &Json| json.get("resourceSpans").is_some();
    match serde_json::from_str::<Json>(first) {
        Ok(json) if has_spans(&json) => Some(by_line(text)),
        Ok(_) => None,
        // The first line of a document that has several.
        Err(_) => {
            let whole = serde_json::from_str::<Json>(text).ok().filter(has_spans)?;
            Some(traces(&[whole]))
        }
    }
}

fn by_line(text: &str) -> Result<Vec<Trace>, String> {
    let mut documents = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let document = serde_json::from_str(line);
        let number = index.saturating_add(1);
        documents.push(document.map_err(|error| format!("line {number}: {error}"))?);
    }
    traces(&documents)
}

/// The traces of documents.
pub(super) fn traces(documents: &[Json]) -> Result<Vec<Trace>, String> {
    let all = spans(documents)?;
    if all.len() > TRACES_MAX {
        return Err(format!("a file is limited to {TRACES_MAX} traces"));
    }
    let mut rest = TRACE_EVENTS_MAX;
    let mut traces = Vec::with_capacity(all.len());
    for (id, spans) in all {
        let trace = trace(&id, &spans)?;
        rest = rest
            .checked_sub(trace.events.len())
            .ok_or_else(|| format!("a trace file is limited to {TRACE_EVENTS_MAX} events"))?;
        traces.push(trace);
    }
    Ok(traces)
}

fn trace(id: &str, spans: &Spans) -> Result<Trace, String> {
    let mut events: Vec<((u64, Nanos), TraceEvent)> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let is_own = span.attributes.contains_key(KIND);
        let told = if is_own { own::events(span)? } else { foreign::events(span)? };
        let place = if is_own { own::place(span) } else { Place::default() };
        let place = (place != Place::default()).then(|| std::sync::Arc::new(place));
        let agent: Box<str> = spans.agent(span).into();
        for Told { is_end, kind } in told {
            let time = if is_end { span.end.unwrap_or(span.start) } else { span.start };
            let number = span.number(&[if is_end { ANSWER_NUMBER } else { NUMBER }]);
            let event = Event { time: time.time(), agent: Some(agent.clone()), kind };
            events.push((
                (number.unwrap_or(0), time),
                TraceEvent {
                    agent: agent.clone(),
                    event,
                    line: index.saturating_add(1),
                    place: place.clone(),
                    recorded: None,
                },
            ));
        }
    }
    // Spans of ours say in which order events came, also where their times do not; others say it by their times. At the
    // same time a span that begins earlier comes first.
    if events.iter().all(|((number, _), _)| *number > 0) {
        events.sort_by_key(|((number, _), _)| *number);
    } else {
        events.sort_by_key(|((_, time), _)| *time);
    }
    Ok(Trace {
        name: name(id, spans),
        events: events.into_iter().map(|(_, event)| event).collect(),
    })
}

/// The conversation, if all spans that name one name the same; else the trace.
fn name(id: &str, spans: &Spans) -> String {
    let named = |span: &Span| span.text(&[CONVERSATION]).map(str::to_owned);
    let names: BTreeSet<String> = spans.iter().filter_map(named).collect();
    match names.first() {
        Some(name) if names.len() == 1 => name.clone(),
        _ => format!("trace {id}"),
    }
}
