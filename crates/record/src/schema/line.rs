//! One line of a log: what is kept of one step.
//!
//! A line is one JSON object without line breaks, in a fixed order of keys, without keys that say
//! nothing. It keeps the digest of the arguments instead of the arguments, unless it is asked to keep those without
//! secrets as well, the truths of the atoms that
//! the program asked about them, and the values that it added up or told apart: with those every decision
//! can be computed again. The page `docs/reference/log.md` lists the keys; a test holds it to this file.
//!
//! Keys that are unknown are ignored when a line is read, so that a log of a later version with more keys
//! reads. The keys of the chain, `torn`, `line`, `prev` and `hash`, are put behind the others by
//! [`chain`](crate::chain) when a line is written to a file, and are not part of what is read here.

use sponsio_engine::decision::{self, Decision};
use sponsio_engine::event::{
    CallRef, Decimal, Digest, Event, EventKind, Outcome, Timestamp, Value,
};
use sponsio_engine::ground::{Truth, Valuation};
use sponsio_engine::strategy::Mode;
use sponsio_engine::verdict::Verdict;

use super::canonical::{self, to_hex};
use super::json::{JsonError, Position, Reader, text_of};
use super::kind::{self, Kind};
use super::members::Members;
use super::{time, value};
use crate::limits::LOG_LINE_BYTES_MAX;

/// The version of the form that is written, and the only one that is read.
pub const VERSION: u64 = 1;

/// Room for most lines.
const USUAL_BYTES: usize = 768;

/// What is kept of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `ts`: the event's own time, before it was held to the time of the event before.
    pub time: Timestamp,
    /// `seq`: the number of the line in its session, from 1.
    pub seq: u64,
    /// `session`: which trace the step belongs to.
    pub session: Box<str>,
    /// `user`: whom the session serves, where that is known.
    pub user: Option<Box<str>>,
    /// `parent`: the session that started this one.
    pub parent: Option<Box<str>>,
    /// `tree`: the session at the root, where that is another one.
    pub tree: Option<Box<str>>,
    /// `agent`: whose contracts were asked.
    pub agent: Box<str>,
    /// `by`: who acted, where that is not the agent; empty where the event does not say.
    pub by: Option<Box<str>>,
    /// `kind`: what the event was.
    pub kind: Kind,
    /// `tool`: of events that name one.
    pub tool: Option<Box<str>>,
    /// `subject`: the key of data that was read or written, to whom a message or a delegation went, or the contract
    /// that an approval is for.
    pub subject: Option<Box<str>>,
    /// `id`: the name of a call, which its result repeats.
    pub id: Option<Box<str>>,
    /// `batch`: the calls that a call is concurrent with.
    pub batch: Option<Box<str>>,
    /// `result`: of a tool's result.
    pub result: Option<Outcome>,
    /// `args_sha256`: the digest of the canonical arguments of a call.
    pub args_sha256: Option<Box<str>>,
    /// `args`: the arguments without secrets, where they are kept.
    pub args: Option<Value>,
    /// `digest`: what an approval of the call is bound to, or the approval.
    pub digest: Option<Digest>,
    /// `expires`: the last moment at which an approved call may run.
    pub expires: Option<Timestamp>,
    /// `internal`: whether no other agent is meant to read what was written.
    pub internal: bool,
    /// `truths`: the atoms about the event's content that were asked and were not false; `values`: what was counted or
    /// added up.
    pub truths: Valuation,
    /// `decision`: what the caller had to do.
    pub decision: Decision,
    /// `mode`: of the program.
    pub mode: Mode,
    /// `contracts`: those that objected or whose verdict changed, in the order of the program.
    pub contracts: Vec<ContractLine>,
    /// `redirect`: the substitute.
    pub redirect: Option<Redirect>,
    /// `repair`: calls after which this one would be allowed.
    pub repair: Vec<Box<str>>,
    /// `owed`: at the end of a session, the contracts that were still to be met.
    pub owed: Vec<Box<str>>,
    /// `program`: the digest of the program.
    pub program: Box<str>,
    /// `clamped`: whether the event's time lay before the event before, whose time was used instead.
    pub clamped: bool,
    /// `failure`: why there was no judgement; the decision was made by the mode alone.
    pub failure: Option<Box<str>>,
    /// `latency_us`: microseconds from the question to the decision; 0 where nobody measured them.
    pub latency: u64,
}

/// What one contract had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractLine {
    /// `contract`: its name.
    pub contract: Box<str>,
    /// `id`: its place in the program.
    pub id: u64,
    /// `hash`: the digest of its meaning.
    pub hash: Box<str>,
    /// `before`: its verdict before the event.
    pub before: Verdict,
    /// `after`: its verdict after the event, or, where it objected, after the event would have happened.
    pub after: Verdict,
    /// `outcome`: what its objection came to. Missing where it only moved.
    pub outcome: Option<decision::Outcome>,
    /// `witness`: the facts that explain the objection.
    pub witness: Vec<Box<str>>,
}

/// A substitute for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// `tool`: what to call instead.
    pub tool: Box<str>,
    /// `message`: why; may be empty.
    pub message: Box<str>,
}

impl Line {
    /// The line as text, without a line break.
    pub fn write(&self) -> String {
        let mut fields = Fields::default();
        fields.push("v", Value::Number(Decimal::from(VERSION)));
        fields.push("ts", Value::Number(time::seconds(self.time)));
        fields.push("seq", Value::Number(Decimal::from(self.seq)));
        fields.text("session", Some(&self.session));
        fields.text("user", self.user.as_deref());
        fields.text("parent", self.parent.as_deref());
        fields.text("tree", self.tree.as_deref());
        fields.text("agent", Some(&self.agent));
        fields.text("by", self.by.as_deref());
        fields.text("kind", Some(self.kind.name()));
        fields.text("tool", self.tool.as_deref());
        fields.text("subject", self.subject.as_deref());
        fields.text("id", self.id.as_deref());
        fields.text("batch", self.batch.as_deref());
        fields.text("result", self.result.map(kind::result_name));
        fields.text("args_sha256", self.args_sha256.as_deref());
        if let Some(args) = &self.args {
            fields.push("args", args.clone());
        }
        fields.text("digest", self.digest.map(|digest| to_hex(&digest.0)).as_deref());
        if let Some(expires) = self.expires {
            fields.push("expires", Value::Number(time::seconds(expires)));
        }
        fields.flag("internal", self.internal);
        let truths = self.truths.truths.iter();
        fields.object("truths", truths.map(|(atom, t)| (atom.clone(), text(t.name()))).collect());
        let values = self.truths.values.iter();
        fields.object("values", values.map(|(term, v)| (term.clone(), text(v))).collect());
        fields.text("decision", Some(self.decision.name()));
        fields.text("mode", Some(self.mode.name()));
        fields.list("contracts", self.contracts.iter().map(ContractLine::value).collect());
        if let Some(redirect) = &self.redirect {
            let mut inner = Fields::default();
            inner.text("tool", Some(&redirect.tool));
            inner.text("message", Some(&*redirect.message).filter(|m| !m.is_empty()));
            fields.object("redirect", inner.0);
        }
        fields.list("repair", self.repair.iter().map(|t| text(t)).collect());
        fields.list("owed", self.owed.iter().map(|t| text(t)).collect());
        fields.text("program", Some(&self.program));
        fields.flag("clamped", self.clamped);
        fields.text("failure", self.failure.as_deref());
        if self.latency > 0 {
            fields.push("latency_us", Value::Number(Decimal::from(self.latency)));
        }
        let mut out = String::with_capacity(USUAL_BYTES);
        value::write(&Value::Object(fields.0.into()), &mut out);
        out
    }

    /// The meaning of one line of a log; `number` is its place in the log, from 1.
    pub fn read(bytes: &[u8], number: usize) -> Result<Self, JsonError> {
        let start = Position { offset: 0, line: number, column: 1 };
        if bytes.len() > LOG_LINE_BYTES_MAX {
            return Err(JsonError::meaning(
                start,
                format!("a line is limited to {LOG_LINE_BYTES_MAX} bytes"),
            ));
        }
        let text = text_of(bytes).map_err(|e| JsonError::meaning(start, e.message()))?;
        let mut reader = Reader::new(text, start);
        reader.peek()?;
        let members = Members::read(&mut reader)?;
        reader.finish()?;
        Self::of(members)
    }

    /// Whether an object is a line of a log.
    pub(crate) fn is_line(members: &Members) -> bool {
        ["v", "seq", "kind"].into_iter().all(|key| members.has(key))
    }

    pub(crate) fn of(mut members: Members) -> Result<Self, JsonError> {
        let version = members.required("v")?;
        if version.natural()? != VERSION {
            let message = format!("this log has a version that is not known; version {VERSION} is");
            return Err(JsonError::meaning(version.value_at, message));
        }
        let kind = members.word("kind", Kind::from_name, Kind::WORDS)?;
        let result = members.take("result");
        Ok(Self {
            time: time::read(&members.required("ts")?)?,
            seq: members.required("seq")?.natural()?,
            session: members.required_text("session")?,
            user: members.text("user")?,
            parent: members.text("parent")?,
            tree: members.text("tree")?,
            agent: members.required_text("agent")?,
            by: members.text("by")?,
            kind,
            tool: members.text("tool")?,
            subject: members.text("subject")?,
            id: members.text("id")?,
            batch: members.text("batch")?,
            result: result.map(|r| r.word(kind::result_from_name, RESULTS)).transpose()?,
            args_sha256: members.text("args_sha256")?,
            args: members.take("args").map(|args| args.value),
            digest: members.take("digest").map(canonical::read_digest).transpose()?,
            expires: members.take("expires").as_ref().map(time::read).transpose()?,
            internal: members.flag("internal")?,
            truths: Valuation { truths: truths(&mut members)?, values: values(&mut members)? },
            decision: members.word("decision", Decision::from_name, DECISIONS)?,
            mode: members.word("mode", kind::mode_from_name, "`enforce`, `observe`")?,
            contracts: contracts(&mut members)?,
            redirect: redirect(&mut members)?,
            repair: texts(&mut members, "repair")?,
            owed: texts(&mut members, "owed")?,
            program: members.required_text("program")?,
            clamped: members.flag("clamped")?,
            failure: members.text("failure")?,
            latency: members.take("latency_us").map_or(Ok(0), |latency| latency.natural())?,
        })
    }

    /// The event, without its content.
    pub fn event(&self) -> Event {
        let name = self.tool.as_deref().or(self.subject.as_deref()).unwrap_or_default();
        let mut event = self.kind.event(self.time, name);
        event.agent = match &self.by {
            None => Some(self.agent.clone()),
            Some(by) => Some(by.clone()).filter(|by| !by.is_empty()),
        };
        match &mut event.kind {
            EventKind::ToolCall { call, .. } => {
                let (id, batch) = (self.id.clone(), self.batch.clone());
                *call = CallRef { id, batch, digest: self.digest };
            }
            EventKind::ToolResult { id, outcome, .. } => {
                id.clone_from(&self.id);
                *outcome = self.result.unwrap_or(Outcome::Unknown);
            }
            EventKind::DataWrite { internal, .. } => *internal = self.internal,
            EventKind::Approval { digest, expires, .. } => {
                // What is not written approves nothing.
                *digest = self.digest.unwrap_or(*digest);
                *expires = self.expires.unwrap_or(*expires);
            }
            _ => {}
        }
        event
    }
}

const RESULTS: &str = "`ok`, `error`, `denied`, `timeout`, `unknown`";
const DECISIONS: &str = "`allow`, `warn`, `redirect`, `escalate`, `block`";
const VERDICTS: &str = "`violated`, `pending`, `holding`, `satisfied`";
const OUTCOMES: &str = "`approved`, `observed`, `warned`, `redirected`, `escalated`, `blocked`";
const TRUTHS: &str = "`true`, `unknown`, `absent`";

impl ContractLine {
    fn value(&self) -> Value {
        let mut fields = Fields::default();
        fields.text("contract", Some(&self.contract));
        fields.push("id", Value::Number(Decimal::from(self.id)));
        fields.text("hash", Some(&self.hash));
        fields.text("before", Some(self.before.name()));
        fields.text("after", Some(self.after.name()));
        fields.text("outcome", self.outcome.map(decision::Outcome::name));
        fields.list("witness", self.witness.iter().map(|t| text(t)).collect());
        Value::Object(fields.0.into())
    }

    fn of(mut members: Members) -> Result<Self, JsonError> {
        let outcome = members.take("outcome");
        Ok(Self {
            contract: members.required_text("contract")?,
            id: members.required("id")?.natural()?,
            hash: members.required_text("hash")?,
            before: members.word("before", Verdict::from_name, VERDICTS)?,
            after: members.word("after", Verdict::from_name, VERDICTS)?,
            outcome: outcome.map(|o| o.word(kind::outcome_from_name, OUTCOMES)).transpose()?,
            witness: texts(&mut members, "witness")?,
        })
    }
}

fn truths(members: &mut Members) -> Result<Vec<(Box<str>, Truth)>, JsonError> {
    let Some(member) = members.take("truths") else { return Ok(Vec::new()) };
    let position = member.value_at;
    let Value::Object(truths) = member.value else { return Err(member.not("an object")) };
    let read = truths.into_iter().map(|(atom, truth)| {
        let known = match &truth {
            Value::Text(name) => Truth::from_name(name).filter(|t| *t != Truth::False),
            _ => None,
        };
        let message = || format!("the truth of `{atom}` must be one of {TRUTHS}");
        known
            .ok_or_else(|| JsonError::meaning(position, message()))
            .map(|truth| (atom.clone(), truth))
    });
    let mut truths: Vec<(Box<str>, Truth)> = read.collect::<Result<_, _>>()?;
    truths.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(truths)
}

/// Terms, and what was read for them.
type Values = Vec<(Box<str>, Box<str>)>;

fn values(members: &mut Members) -> Result<Values, JsonError> {
    let Some(member) = members.take("values") else { return Ok(Vec::new()) };
    let position = member.value_at;
    let Value::Object(values) = member.value else { return Err(member.not("an object")) };
    let read = values.into_iter().map(|(term, value)| match value {
        Value::Text(value) => Ok((term, value)),
        _ => Err(JsonError::meaning(position, format!("the value of `{term}` must be a text"))),
    });
    let mut values: Values = read.collect::<Result<_, _>>()?;
    values.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(values)
}

fn contracts(members: &mut Members) -> Result<Vec<ContractLine>, JsonError> {
    let (items, position) = members.list("contracts")?;
    let read = |item| ContractLine::of(Members::of(item, "contracts", position)?);
    items.into_iter().map(read).collect()
}

fn redirect(members: &mut Members) -> Result<Option<Redirect>, JsonError> {
    let Some(member) = members.take("redirect") else { return Ok(None) };
    let mut inner = Members::of(member.value, "redirect", member.value_at)?;
    let tool = inner.required_text("tool")?;
    Ok(Some(Redirect { tool, message: inner.text("message")?.unwrap_or_default() }))
}

fn texts(members: &mut Members, name: &str) -> Result<Vec<Box<str>>, JsonError> {
    let (items, position) = members.list(name)?;
    let read = items.into_iter().map(|item| match item {
        Value::Text(text) => Ok(text),
        _ => Err(JsonError::meaning(position, format!("`{name}` must be a list of texts"))),
    });
    read.collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// The members of an object that is written; what says nothing is left out.
#[derive(Default)]
struct Fields(Vec<(Box<str>, Value)>);

impl Fields {
    fn push(&mut self, name: &str, value: Value) {
        self.0.push((name.into(), value));
    }

    fn text(&mut self, name: &str, content: Option<&str>) {
        if let Some(content) = content {
            self.push(name, text(content));
        }
    }

    fn flag(&mut self, name: &str, flag: bool) {
        if flag {
            self.push(name, Value::Bool(true));
        }
    }

    fn list(&mut self, name: &str, items: Vec<Value>) {
        if !items.is_empty() {
            self.push(name, Value::List(items.into()));
        }
    }

    fn object(&mut self, name: &str, members: Vec<(Box<str>, Value)>) {
        if !members.is_empty() {
            self.push(name, Value::Object(members.into()));
        }
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
