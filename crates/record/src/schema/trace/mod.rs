//! Trace files: what agents did, written down by whoever.
//!
//! The form is told from the content, never from the name of the file:
//!
//! | content | read as |
//! |---|---|
//! | an object with `events` | one trace |
//! | a list of such objects | several traces |
//! | a list of events, or one event | one trace |
//! | one of these objects on each line | the same |
//! | lines of a log, see [`line`](super::line) | one trace for each session |
//!
//! Traces stay apart: each is a session of its own. An event that cannot be read is an error with its
//! place, never an event that is missing; keys that are unknown are ignored. Events stay in the order of
//! the file, whatever their times say.

mod event;
mod place;

use std::collections::BTreeSet;
use std::sync::Arc;

use sponsio_engine::event::{Event, Value};
use struson::reader::{JsonReader, JsonStreamReader, ValueType};

use super::json::{JsonError, Position, Reader, text_of};
use super::line::Line;
use super::members::{Member, Members};
pub use place::{Place, System};

use crate::limits::{TRACE_AGENTS_MAX, TRACE_BYTES_MAX, TRACE_EVENTS_MAX, TRACES_MAX};

/// Events that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// What it is called: `metadata.name`, the session of a log, or `trace 1`.
    pub name: String,
    /// The events, in the order of the file.
    pub events: Vec<TraceEvent>,
}

/// One event of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEvent {
    /// Who did it.
    pub agent: Box<str>,
    /// What happened.
    pub event: Event,
    /// The line of the file it begins on.
    pub line: usize,
    /// Where it happened, as far as it or its trace says.
    pub place: Option<Arc<Place>>,
    /// The line of the log it was read from. Its event has no content; the line has the truths instead.
    pub recorded: Option<Box<Line>>,
}

/// Why a trace file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TraceError {
    /// The number of the event in the file, from 1, if the error is within one.
    event: Option<usize>,
    error: JsonError,
}

impl core::fmt::Display for TraceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.event {
            Some(event) => {
                write!(f, "{}: event {event}: {}", self.error.position(), self.error.message())
            }
            None => self.error.fmt(f),
        }
    }
}

impl TraceError {
    /// Where.
    pub fn position(&self) -> Position {
        self.error.position()
    }

    /// The number of the event in the file, from 1, if the error is within one.
    pub fn event(&self) -> Option<usize> {
        self.event
    }

    /// What, without the place.
    pub fn message(&self) -> String {
        self.error.message()
    }
}

/// The traces of a file.
pub fn read(bytes: &[u8]) -> Result<Vec<Trace>, TraceError> {
    let mut file = File::default();
    let outcome = file.read(bytes);
    outcome.map_err(|error| TraceError { event: file.inside, error })?;
    for trace in &file.traces {
        let agents: BTreeSet<&str> = trace.events.iter().map(|event| &*event.agent).collect();
        if agents.len() > TRACE_AGENTS_MAX {
            let message = format!(
                "the trace `{}` has {} agents, and {TRACE_AGENTS_MAX} are the limit",
                trace.name,
                agents.len()
            );
            return Err(TraceError { event: None, error: JsonError::meaning(START, message) });
        }
    }
    Ok(file.traces)
}

const START: Position = Position { offset: 0, line: 1, column: 1 };

/// What the parts of a file are; all parts are of one form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Traces,
    Events,
    Lines,
}

/// What was read of a file so far.
#[derive(Default)]
struct File {
    traces: Vec<Trace>,
    form: Option<Form>,
    events: usize,
    /// The event that is being read.
    inside: Option<usize>,
}

impl File {
    fn read(&mut self, bytes: &[u8]) -> Result<(), JsonError> {
        if bytes.len() > TRACE_BYTES_MAX {
            let message = format!("a trace file is limited to {TRACE_BYTES_MAX} bytes");
            return Err(JsonError::meaning(START, message));
        }
        let text = text_of(bytes)?;
        if is_by_line(text) { self.lines(text) } else { self.document(text) }
    }

    /// One JSON document: an object, or a list of objects.
    fn document(&mut self, text: &str) -> Result<(), JsonError> {
        let mut reader = Reader::new(text, START);
        if reader.peek()?.0 != ValueType::Array {
            self.part(&mut reader)?;
            return reader.finish();
        }
        reader.begin_list()?;
        while reader.has_next()? {
            self.part(&mut reader)?;
        }
        reader.end_list()?;
        reader.finish()
    }

    /// One JSON document on each line that is not blank.
    fn lines(&mut self, text: &str) -> Result<(), JsonError> {
        let mut offset = 0usize;
        for (index, line) in text.split('\n').enumerate() {
            if !line.trim().is_empty() {
                let start = Position { offset, line: index.saturating_add(1), column: 1 };
                let mut reader = Reader::new(line, start);
                self.part(&mut reader)?;
                reader.finish()?;
            }
            offset = offset.saturating_add(line.len()).saturating_add(1);
        }
        Ok(())
    }

    /// One object: a trace, an event, or a line of a log.
    fn part(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        let (kind, position) = reader.peek()?;
        if kind != ValueType::Object {
            let message =
                "here stands an object: a trace with `events`, or an event with `ts` and `type`";
            return Err(JsonError::meaning(position, message));
        }
        let mut members = Vec::new();
        let mut events = None;
        reader.begin_object()?;
        while reader.has_next()? {
            let name_at = reader.position();
            let name = reader.name()?;
            if &*name == "events" && events.is_none() {
                events = Some(self.events(reader)?);
            } else {
                members.push(Member::read_value(reader, name, name_at)?);
            }
        }
        reader.end_object()?;
        let mut members = Members::new(position, members)?;
        match events {
            Some(mut events) => {
                self.expect(Form::Traces, position)?;
                take_place(&mut events, Place::read(&mut members)?);
                let name = trace_name(&mut members);
                self.add_trace(name, events, position)
            }
            None if Line::is_line(&members) => self.log_line(members),
            None => self.event(members),
        }
    }

    fn events(&mut self, reader: &mut Reader<'_>) -> Result<Vec<TraceEvent>, JsonError> {
        let mut events = Vec::new();
        let (kind, position) = reader.peek()?;
        if kind != ValueType::Array {
            return Err(JsonError::meaning(position, "`events` must be a list"));
        }
        reader.begin_list()?;
        while reader.has_next()? {
            let (kind, position) = reader.peek()?;
            self.enter(position)?;
            if kind != ValueType::Object {
                return Err(JsonError::meaning(position, "an event must be an object"));
            }
            let (event, result) = event::read(Members::read(reader)?)?;
            events.push(event);
            events.extend(result);
            self.inside = None;
        }
        reader.end_list()?;
        Ok(events)
    }

    /// An event that stands alone or on a line. All of them are one trace.
    fn event(&mut self, members: Members) -> Result<(), JsonError> {
        let position = members.position;
        if !members.has("ts") && !members.has("type") {
            let message = "this is no trace: it has neither `events`, nor `ts` and `type`, \
                 nor the keys of a log";
            return Err(JsonError::meaning(position, message));
        }
        self.expect(Form::Events, position)?;
        self.enter(position)?;
        let (event, result) = event::read(members)?;
        self.inside = None;
        if self.traces.is_empty() {
            self.add_trace(None, Vec::new(), position)?;
        }
        if let Some(trace) = self.traces.last_mut() {
            trace.events.push(event);
            trace.events.extend(result);
        }
        Ok(())
    }

    /// A line of a log. Those of one session are one trace.
    fn log_line(&mut self, members: Members) -> Result<(), JsonError> {
        let position = members.position;
        self.expect(Form::Lines, position)?;
        self.enter(position)?;
        let line = Line::of(members)?;
        self.inside = None;
        let event = TraceEvent {
            agent: line.agent.clone(),
            event: line.event(),
            line: position.line,
            place: None,
            recorded: Some(Box::new(line.clone())),
        };
        // Lines of one session mostly follow each other.
        match self.traces.iter_mut().rev().find(|trace| *trace.name == *line.session) {
            Some(trace) => trace.events.push(event),
            None => self.add_trace(Some(line.session.into_string()), vec![event], position)?,
        }
        Ok(())
    }

    fn add_trace(
        &mut self,
        name: Option<String>,
        events: Vec<TraceEvent>,
        position: Position,
    ) -> Result<(), JsonError> {
        let number = self.traces.len().saturating_add(1);
        if number > TRACES_MAX {
            return Err(JsonError::meaning(
                position,
                format!("a file is limited to {TRACES_MAX} traces"),
            ));
        }
        let name = name.unwrap_or_else(|| format!("trace {number}"));
        self.traces.push(Trace { name, events });
        Ok(())
    }

    /// The next event begins.
    fn enter(&mut self, position: Position) -> Result<(), JsonError> {
        self.events = self.events.saturating_add(1);
        if self.events > TRACE_EVENTS_MAX {
            let message = format!("a trace file is limited to {TRACE_EVENTS_MAX} events");
            return Err(JsonError::meaning(position, message));
        }
        self.inside = Some(self.events);
        Ok(())
    }

    fn expect(&mut self, form: Form, position: Position) -> Result<(), JsonError> {
        if *self.form.get_or_insert(form) == form {
            return Ok(());
        }
        let message = "traces, single events and lines of a log cannot be mixed in one file";
        Err(JsonError::meaning(position, message))
    }
}

/// Whether the first line that is not blank is a JSON document and more follows.
fn is_by_line(text: &str) -> bool {
    let mut lines = text.split('\n').filter(|line| !line.trim().is_empty());
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else { return false };
    first.trim_start().starts_with('{') && is_document(first)
}

/// Whether the line is one whole JSON document. Its values are not looked at.
fn is_document(line: &str) -> bool {
    let mut tokens = JsonStreamReader::new(line.as_bytes());
    tokens.skip_value().is_ok() && tokens.consume_trailing_whitespace().is_ok()
}

/// What the events do not say of where they happened is as their trace says.
fn take_place(events: &mut [TraceEvent], of_trace: Place) {
    if of_trace == Place::default() {
        return;
    }
    let of_trace = Arc::new(of_trace);
    for event in events {
        event.place = Some(match &event.place {
            None => Arc::clone(&of_trace),
            Some(own) => Arc::new(own.or(&of_trace)),
        });
    }
}

fn trace_name(members: &mut Members) -> Option<String> {
    let metadata = members.take("metadata")?;
    match metadata.value.member("name") {
        Some(Value::Text(name)) if !name.is_empty() => Some(name.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
