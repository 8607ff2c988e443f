//! From documents to spans: the parts of the JSON form of OTLP that events can be read from.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sponsio_engine::event::{Timestamp, Value};
use sponsio_record::schema::value;

use sponsio_telemetry::names::{AGENT, SERVICE};

/// Spans that one lies inside of the other, up to which an agent is looked for.
const DEPTH_MAX: usize = 64;

/// Nanoseconds since the epoch: the order of spans may lie below what an event's time tells apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nanos(u64);

impl Nanos {
    /// The time of an event.
    pub(super) fn time(self) -> Timestamp {
        // A thousandth of any of them fits.
        Timestamp(i64::try_from(self.0 / 1_000).unwrap_or(i64::MAX))
    }
}

/// A span.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    id: String,
    parent: String,
    pub(super) name: String,
    pub(super) start: Nanos,
    /// None where it is not told, or lies before the start.
    pub(super) end: Option<Nanos>,
    /// Whether its status says that something went wrong.
    pub(super) is_error: bool,
    service: Option<String>,
    pub(super) attributes: Map<String, Json>,
}

/// The spans of a trace, in the order in which they begin.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans(Vec<Span>);

impl Span {
    /// A text that is not empty, of the first of these attributes that has one.
    pub(super) fn text(&self, keys: &[&str]) -> Option<&str> {
        let found = keys.iter().find_map(|key| self.attributes.get(*key));
        found.and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// A whole number.
    pub(super) fn number(&self, keys: &[&str]) -> Option<u64> {
        keys.iter().find_map(|key| self.attributes.get(*key)).and_then(Json::as_u64)
    }
}

impl Spans {
    /// The spans.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Span> {
        self.0.iter()
    }

    /// The agent of a span: that which it or a span around it names, or the service.
    pub(super) fn agent<'s>(&'s self, span: &'s Span) -> &'s str {
        let mut at = span;
        for _ in 0..DEPTH_MAX {
            if let Some(agent) = at.text(&[AGENT]) {
                return agent;
            }
            let Some(parent) = self.parent(at) else { break };
            at = parent;
        }
        span.service.as_deref().unwrap_or(crate::eval::read::AGENT)
    }

    fn parent(&self, span: &Span) -> Option<&Span> {
        let named = |other: &&Span| other.id == span.parent;
        self.0.iter().find(named).filter(|_| !span.parent.is_empty())
    }
}

/// The spans of documents, by trace.
pub(super) fn spans(documents: &[Json]) -> Result<Vec<(String, Spans)>, String> {
    let mut traces: BTreeMap<String, Spans> = BTreeMap::new();
    for document in documents {
        for resource in list(document, "resourceSpans") {
            let of = resource.get("resource").map(attributes).unwrap_or_default();
            let service = of.get(SERVICE).and_then(Json::as_str).filter(|name| !name.is_empty());
            for json in list(resource, "scopeSpans").iter().flat_map(|scope| list(scope, "spans")) {
                let span = read(json, service)?;
                traces.entry(word(json, "traceId").to_owned()).or_default().0.push(span);
            }
        }
    }
    for spans in traces.values_mut() {
        spans.0.sort_by_key(|span| span.start);
    }
    Ok(traces.into_iter().collect())
}

fn read(json: &Json, service: Option<&str>) -> Result<Span, String> {
    let start = moment(json, "startTimeUnixNano").ok_or("a span has no `startTimeUnixNano`")?;
    let status = json.get("status").and_then(|status| status.get("code"));
    let is_error = status
        .is_some_and(|code| code.as_u64() == Some(2) || code.as_str() == Some("STATUS_CODE_ERROR"));
    Ok(Span {
        id: word(json, "spanId").to_owned(),
        parent: word(json, "parentSpanId").to_owned(),
        name: word(json, "name").to_owned(),
        start,
        end: moment(json, "endTimeUnixNano").filter(|end| *end >= start),
        is_error,
        service: service.map(str::to_owned),
        attributes: attributes(json),
    })
}

fn word<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// A time, as a text or a number.
fn moment(json: &Json, key: &str) -> Option<Nanos> {
    let nanos = match json.get(key)? {
        Json::String(text) => text.parse::<u64>().ok()?,
        number => number.as_u64()?,
    };
    Some(Nanos(nanos))
}

fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json.get(key).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// The attributes, each with its value as plain JSON.
fn attributes(of: &Json) -> Map<String, Json> {
    let pair = |attribute: &Json| {
        let key = attribute.get("key").and_then(Json::as_str)?;
        Some((key.to_owned(), plain(attribute.get("value")?)?))
    };
    list(of, "attributes").iter().filter_map(pair).collect()
}

/// A value without the names of its kinds. The reader of JSON bounds how deep it is.
fn plain(value: &Json) -> Option<Json> {
    let (kind, inner) = value.as_object()?.iter().next()?;
    match kind.as_str() {
        "stringValue" | "doubleValue" | "boolValue" | "bytesValue" => Some(inner.clone()),
        "intValue" => match inner {
            Json::String(text) => text.parse::<i64>().ok().map(Json::from),
            number => Some(number.clone()),
        },
        "arrayValue" => Some(list(inner, "values").iter().filter_map(plain).collect()),
        "kvlistValue" => {
            let pair = |member: &Json| {
                Some((word(member, "key").to_owned(), plain(member.get("value")?)?))
            };
            Some(Json::Object(list(inner, "values").iter().filter_map(pair).collect()))
        }
        _ => None,
    }
}

/// What a text says as JSON, with every digit of its numbers; the text itself if it is none.
pub(super) fn parsed(text: &str) -> Value {
    value::parse(text).unwrap_or_else(|_| Value::Text(text.into()))
}

/// A value of JSON as an argument.
pub(super) fn converted(json: &Json) -> Result<Value, String> {
    value::parse_bytes(json.to_string().as_bytes()).map_err(|error| error.to_string())
}
