//! One entry of a case's events.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{
    CallRef, Decimal, Digest, Event, EventKind, Outcome, Timestamp, Value,
};
use sponsio_engine::verdict::Verdict;

use super::tree::{CaseError, Kind, Node, get};
use super::{Expected, details, effects};

const EVENT_KEYS: &[&str] = &[
    "call",
    "args",
    "size",
    "ts",
    "times",
    "result",
    "context",
    "denied",
    "say",
    "ask",
    "read",
    "write",
    "message",
    "delegate",
    "approve",
    "end",
    "expect",
    "by",
    "verdict",
    "because",
    "says",
    "repair",
    "failure",
    "agent",
    "id",
    "batch",
    "digest",
    "output",
    "segment",
    "tokens",
    "system_prompt",
    "context_length",
    "fields",
    "internal",
    "text",
    "expires",
    "effects",
    "home",
    "workspace",
    "cwd",
    "system",
];
const KINDS: [&str; 11] = [
    "call", "result", "context", "denied", "say", "ask", "read", "write", "message", "delegate",
    "approve",
];

/// The events of one entry: one, or as many as `times` says.
pub(crate) fn read(node: &Node) -> Result<Vec<Expected>, CaseError> {
    if let Kind::Text(text) = &node.kind {
        let (tool, decision) = match text.split_once(" -> ") {
            Some((tool, word)) => (tool.trim(), decision(node, word.trim())?),
            None => (text.as_str(), Decision::Allow),
        };
        let args = Value::empty();
        let effects = Some(Box::new(effects::read(&[], tool, &args)?));
        let (tool, call) = (tool.into(), CallRef::default());
        let kind = EventKind::ToolCall { tool, args, call, effects };
        let event = Event { time: Timestamp::default(), agent: None, kind };
        return Ok(vec![expected(node.line, event, decision)]);
    }
    let fields = node.fields("an event", EVENT_KEYS)?;
    let kind = event_kind(node, fields)?;
    let time = get(fields, "ts").map_or(Ok(Timestamp::default()), time)?;
    let word =
        get(fields, "expect").map(|node| decision(node, node.text("`expect`")?)).transpose()?;
    let agent = details::text(fields, "agent")?;
    let event = Event { time, agent, kind };
    let mut expected = expected(node.line, event, word.unwrap_or(Decision::Allow));
    expected.by = get(fields, "by").map(|node| names(node, "`by`")).transpose()?;
    expected.repair = get(fields, "repair").map(|node| names(node, "`repair`")).transpose()?;
    expected.because = match get(fields, "because") {
        None => Vec::new(),
        Some(node) => names(node, "`because`")?,
    };
    if let Some(node) = get(fields, "says") {
        expected.says = Some(node.text("`says`")?.to_owned());
    }
    if let Some(node) = get(fields, "failure") {
        expected.failure = Some(node.text("`failure`")?.to_owned());
    }
    if let Some(node) = get(fields, "verdict") {
        for (name, node) in node.map("`verdict`")? {
            let word = node.text("a verdict")?;
            let verdict = Verdict::from_name(word);
            let verdict =
                verdict.ok_or_else(|| node.error(format!("there is no verdict `{word}`")))?;
            expected.verdicts.push((name.clone(), verdict));
        }
    }
    let times = get(fields, "times").map_or(Ok(1), |node| node.number("`times`"))?;
    Ok(vec![expected; times])
}

fn expected(line: usize, event: Event, decision: Decision) -> Expected {
    Expected {
        line,
        event,
        decision,
        by: None,
        verdicts: Vec::new(),
        because: Vec::new(),
        says: None,
        repair: None,
        failure: None,
    }
}

fn decision(node: &Node, word: &str) -> Result<Decision, CaseError> {
    Decision::from_name(word).ok_or_else(|| node.error(format!("there is no decision `{word}`")))
}

/// A name, or a list of names.
pub(crate) fn names(node: &Node, what: &str) -> Result<Vec<String>, CaseError> {
    match &node.kind {
        Kind::Text(text) => Ok(vec![text.clone()]),
        _ => node.list(what)?.iter().map(|item| Ok(item.text(what)?.to_owned())).collect(),
    }
}

fn time(node: &Node) -> Result<Timestamp, CaseError> {
    let Kind::Number(text) = &node.kind else {
        return Err(node.error("`ts` is a number of seconds"));
    };
    let micros = Decimal::parse(text).and_then(|d| {
        let micros = Decimal::new(d.is_negative(), d.digits(), d.exponent().checked_add(6)?)?;
        let size = i64::try_from(
            micros
                .to_u64()
                .or_else(|| Decimal::new(false, micros.digits(), micros.exponent())?.to_u64())?,
        );
        size.ok().map(|size| if micros.is_negative() { size.saturating_neg() } else { size })
    });
    micros.map(Timestamp).ok_or_else(|| node.error("`ts` has at most microseconds"))
}

fn event_kind(node: &Node, fields: &[(String, Node)]) -> Result<EventKind, CaseError> {
    let is_end = get(fields, "end").is_some();
    let mut given = KINDS.into_iter().filter(|kind| get(fields, kind).is_some());
    let (Some(kind), None, false) = (given.next(), given.next(), is_end) else {
        return match is_end {
            true => Ok(EventKind::SessionEnd),
            false => Err(node.error(format!("an event is one of `{}`, `end`", KINDS.join("`, `")))),
        };
    };
    let value = get(fields, kind).unwrap_or(node);
    if kind != "call" && get(fields, "args").is_some() {
        return Err(node.error("only a call has `args`"));
    }
    let size = get(fields, "size").map(Size::read).transpose()?.unwrap_or_default();
    let text = || value.text(kind).map(Box::<str>::from);
    Ok(match kind {
        "call" => {
            let args = get(fields, "args").map_or_else(|| Ok(Value::empty()), argument)?;
            let (tool, args) = (size.name(text()?), size.arguments(args));
            let effects = Some(Box::new(effects::read(fields, &tool, &args)?));
            EventKind::ToolCall { tool, args, call: details::call(fields)?, effects }
        }
        "result" => {
            let (tool, word) = value.text("`result`")?.rsplit_once(' ').unwrap_or(("", ""));
            let outcome = outcome(word).ok_or_else(|| value.error("`result` is `tool outcome`"))?;
            let output = get(fields, "output").map(argument).transpose()?;
            let output = match get(fields, "size") {
                Some(_) => size.arguments(output.unwrap_or_else(Value::empty)),
                None => output.unwrap_or(Value::Null),
            };
            let id = details::text(fields, "id")?;
            EventKind::ToolResult { tool: tool.into(), id, outcome, output }
        }
        "context" => {
            let mut facts: Vec<(Box<str>, Option<Box<str>>)> = Vec::new();
            for (key, value) in value.map("`context`")? {
                facts.push((key.as_str().into(), fact(value)?.map(|text| size.fact(text))));
            }
            facts.extend((0..size.facts).map(|i| (format!("key {i}").into(), Some("1".into()))));
            EventKind::Context { facts: facts.into() }
        }
        "denied" => EventKind::Denied { tool: text()? },
        "say" => EventKind::LlmResponse {
            text: text()?,
            segment: details::text(fields, "segment")?,
            tokens: details::tokens(fields)?,
        },
        "ask" => EventKind::LlmRequest {
            text: text()?,
            system_prompt: details::flag(fields, "system_prompt")?,
            context_length: details::natural(fields, "context_length")?,
        },
        "read" => EventKind::DataRead { key: text()? },
        "write" => EventKind::DataWrite {
            key: text()?,
            fields: details::texts(fields, "fields")?,
            internal: details::flag(fields, "internal")?,
        },
        "message" => EventKind::Message {
            to: text()?,
            text: details::text(fields, "text")?.unwrap_or_default(),
        },
        "approve" => EventKind::Approval {
            contract: text()?,
            digest: details::digest(fields)?.unwrap_or(Digest([0; 32])),
            expires: get(fields, "expires").map_or(Ok(Timestamp(i64::MAX)), time)?,
        },
        _ => EventKind::Delegation { to: text()? },
    })
}

fn outcome(word: &str) -> Option<Outcome> {
    Some(match word {
        "ok" => Outcome::Ok,
        "error" => Outcome::Error,
        "denied" => Outcome::Denied,
        "timeout" => Outcome::Timeout,
        "unknown" => Outcome::Unknown,
        _ => return None,
    })
}

fn fact(node: &Node) -> Result<Option<Box<str>>, CaseError> {
    match &node.kind {
        Kind::Null => Ok(None),
        Kind::Text(text) => Ok(Some(text.as_str().into())),
        _ => Err(node.error("a fact is a text in quotes, or `null` to clear it")),
    }
}

/// A value, as the JSON of a real call would have it.
pub(crate) fn argument(node: &Node) -> Result<Value, CaseError> {
    Ok(match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Number(text) => Value::Number(
            Decimal::parse(text)
                .ok_or_else(|| node.error(format!("`{text}` is beyond all numbers")))?,
        ),
        Kind::Text(text) => Value::Text(text.as_str().into()),
        Kind::List(items) => Value::List(items.iter().map(argument).collect::<Result<_, _>>()?),
        Kind::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(name, node)| Ok((name.as_str().into(), argument(node)?)))
                .collect::<Result<_, CaseError>>()?,
        ),
    })
}

/// What makes an event larger than anybody would write down.
#[derive(Default)]
struct Size {
    depth: usize,
    values: usize,
    name_bytes: usize,
    fact_bytes: usize,
    facts: usize,
    words: usize,
}

impl Size {
    fn read(node: &Node) -> Result<Self, CaseError> {
        let keys = ["depth", "values", "name_bytes", "fact_bytes", "facts", "words"];
        let fields = node.fields("`size`", &keys)?;
        let number = |key: &str| get(fields, key).map_or(Ok(0), |node| node.number(key));
        Ok(Self {
            depth: number("depth")?,
            values: number("values")?,
            name_bytes: number("name_bytes")?,
            fact_bytes: number("fact_bytes")?,
            facts: number("facts")?,
            words: number("words")?,
        })
    }

    /// The name, filled up to a number of bytes.
    fn name(&self, name: Box<str>) -> Box<str> {
        let missing = self.name_bytes.saturating_sub(name.len());
        format!("{name}{}", "x".repeat(missing)).into()
    }

    fn fact(&self, text: Box<str>) -> Box<str> {
        let missing = self.fact_bytes.saturating_sub(text.len());
        format!("{text}{}", "x".repeat(missing)).into()
    }

    /// The arguments, or the output, with a member `deep`, so that they nest `depth` levels, a list `wide` of `values`,
    /// and a text `words` of different words.
    fn arguments(&self, args: Value) -> Value {
        let Value::Object(members) = args else { return args };
        let mut members = members.into_vec();
        if self.depth > 1 {
            let mut deep = Value::List(Box::default());
            for _ in 2..self.depth {
                deep = Value::List([deep].into());
            }
            members.push(("deep".into(), deep));
        }
        if self.values > 0 {
            let zeros = vec![Value::Number(Decimal::ZERO); self.values];
            members.push(("wide".into(), Value::List(zeros.into())));
        }
        if self.words > 0 {
            let words: Vec<String> = (0..self.words).map(|n| format!("word{n}")).collect();
            members.push(("words".into(), Value::Text(words.join(" ").into())));
        }
        Value::Object(members.into())
    }
}
