//! From a step to a line of a log, and the lines of a whole log.
//!
//! Writing is a function of what decided: the line is made of the step that the caller acts on, not of a second
//! look, and secrets are taken out here, before anybody can keep it. Where lines go, and what happens when they
//! cannot go there, is the guard's business.

use sponsio_engine::event::{CallRef, Event, EventKind, Value};
use sponsio_engine::ground::Valuation;
use sponsio_engine::program::{CompiledContract, ContractId, Program};
use sponsio_engine::session::{Explanation, Step};
use sponsio_engine::verdict::Verdict;
use sponsio_engine::{decision, decision::Decision, limits::TOOL_BYTES_MAX};

use crate::limits::{KEPT_ARGS_BYTES_MAX, LOG_LINES_MAX};
use crate::redact;
use crate::schema::canonical::digest;
use crate::schema::json::{JsonError, Position};
use crate::schema::kind::{self, Kind};
use crate::schema::line::{ContractLine, Line, Redirect};
use crate::schema::value;

/// Everything that a line is made of.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'e> {
    /// The name of the session.
    pub session: &'e str,
    /// The user that it serves.
    pub user: Option<&'e str>,
    /// The session that started it.
    pub parent: Option<&'e str>,
    /// The session at the root of its tree, where that is another one.
    pub tree: Option<&'e str>,
    /// The agent.
    pub agent: &'e str,
    /// The program that decided.
    pub program: &'e Program,
    /// The event.
    pub event: &'e Event,
    /// The decision and its evidence.
    pub step: &'e Step<'e>,
    /// One for each objecting guarantee.
    pub explanations: &'e [Explanation],
    /// What the step was told about the event's content.
    pub valuation: &'e Valuation,
    /// Calls after which this one would be allowed.
    pub repair: &'e [Box<str>],
    /// The contracts that are still to be met.
    pub owed: &'e [ContractId],
    /// Whether the arguments of a call are kept, without secrets.
    pub keeps_args: bool,
}

/// The line of one step.
pub fn line(entry: &Entry<'_>) -> Line {
    let Entry { program, event, step, .. } = *entry;
    let kind = Kind::of(event);
    // A name over the limit is itself the failure that the line reports.
    let name = kind::name_of(event).filter(|name| name.len() <= TOOL_BYTES_MAX).map(named);
    let (tool, subject) = if kind.names_a_tool() { (name, None) } else { (None, name) };
    let redirects = step.decision == Decision::Redirect;
    let redirect =
        entry.explanations.iter().find_map(|e| e.redirect.as_ref()).filter(|_| redirects);
    let joined = joined(entry);
    let approval = match event.kind {
        EventKind::Approval { digest, expires, .. } => Some((digest, expires)),
        _ => None,
    };
    Line {
        time: event.time,
        seq: step.seq,
        session: named(entry.session),
        user: entry.user.map(named),
        parent: entry.parent.map(named),
        tree: entry.tree.map(named),
        agent: entry.agent.into(),
        by: by(entry),
        kind,
        tool,
        subject,
        id: joined.id.as_deref().map(named),
        batch: joined.batch.as_deref().map(named),
        result: match event.kind {
            EventKind::ToolResult { outcome, .. } => Some(outcome),
            _ => None,
        },
        args_sha256: match &event.kind {
            // What is over the limits of an event is not walked to be hashed.
            EventKind::ToolCall { args, .. } if step.failure.is_none() => Some(digest(args).into()),
            _ => None,
        },
        args: kept_args(entry),
        digest: approval.map(|(digest, _)| digest).or(joined.digest),
        expires: approval.map(|(_, expires)| expires),
        internal: matches!(event.kind, EventKind::DataWrite { internal: true, .. }),
        truths: entry.valuation.clone(),
        decision: step.decision,
        mode: program.mode(),
        contracts: contracts(entry),
        redirect: redirect
            .map(|(tool, message)| Redirect { tool: tool.clone(), message: message.clone() }),
        repair: entry.repair.to_vec(),
        owed: entry
            .owed
            .iter()
            .filter_map(|id| program.contract(*id))
            .map(|c| c.name().into())
            .collect(),
        program: program.hash().to_string().into(),
        clamped: step.clamped,
        failure: step.failure.map(|failure| failure.name().into()),
        latency: 0,
    }
}

/// A name without a secret in it.
fn named(name: &str) -> Box<str> {
    redact::name(name).into()
}

/// The arguments without secrets, where they are kept and are not too long.
fn kept_args(entry: &Entry<'_>) -> Option<Value> {
    let EventKind::ToolCall { args, .. } = &entry.event.kind else { return None };
    if !entry.keeps_args || entry.step.failure.is_some() {
        return None;
    }
    let kept = redact::value(args);
    let mut text = String::new();
    value::write(&kept, &mut text);
    (text.len() <= KEPT_ARGS_BYTES_MAX).then_some(kept)
}

/// What joins a call or a result with other events. Of an event that was not judged it does not matter, and may be of
/// any length.
fn joined(entry: &Entry<'_>) -> CallRef {
    match &entry.event.kind {
        _ if entry.step.failure.is_some() => CallRef::default(),
        EventKind::ToolCall { call, .. } => call.clone(),
        EventKind::ToolResult { id, .. } => CallRef { id: id.clone(), ..CallRef::default() },
        _ => CallRef::default(),
    }
}

/// Who acted, where that is not the agent whose contracts are asked.
fn by(entry: &Entry<'_>) -> Option<Box<str>> {
    match &entry.event.agent {
        Some(agent) if **agent == *entry.agent => None,
        Some(agent) => Some(named(agent)),
        None => Some(Box::default()),
    }
}

/// The contracts that objected or moved, in the order of the program.
fn contracts(entry: &Entry<'_>) -> Vec<ContractLine> {
    let step = entry.step;
    let mut told: Vec<(ContractId, Verdict, Verdict, Option<decision::Outcome>)> = Vec::new();
    told.extend(
        step.objections.iter().map(|o| (o.contract, o.before, Verdict::Violated, Some(o.outcome))),
    );
    let moved =
        step.moves.iter().filter(|m| !step.objections.iter().any(|o| o.contract == m.contract));
    told.extend(moved.map(|m| (m.contract, m.before, m.after, None)));
    told.sort_by_key(|(id, ..)| *id);
    let line = |(id, before, after, outcome)| {
        let contract: &CompiledContract = entry.program.contract(id)?;
        let explanations = entry.explanations.iter().filter(|e| e.contract == id);
        Some(ContractLine {
            contract: contract.name().into(),
            id: u64::try_from(id.index()).unwrap_or(u64::MAX),
            hash: contract.hash().to_string().into(),
            before,
            after,
            outcome,
            witness: explanations
                .flat_map(|e| &e.witnesses)
                .map(|w| redact::explanation(&w.text).into())
                .collect(),
        })
    };
    told.into_iter().filter_map(line).collect()
}

/// The lines of a log, each with its number from 1. Blank lines are passed over; a line that cannot be
/// read is an error with its place.
pub fn read(bytes: &[u8]) -> Result<Vec<(usize, Line)>, JsonError> {
    read_up_to(bytes, LOG_LINES_MAX)
}

fn read_up_to(bytes: &[u8], lines_max: usize) -> Result<Vec<(usize, Line)>, JsonError> {
    let mut lines = Vec::new();
    for (index, text) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = index.saturating_add(1);
        if text.trim_ascii().is_empty() {
            continue;
        }
        if lines.len() >= lines_max {
            let position = Position { offset: 0, line: number, column: 1 };
            return Err(JsonError::meaning(
                position,
                format!("a log is limited to {lines_max} lines"),
            ));
        }
        lines.push((number, Line::read(text, number)?));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "{\"v\":1,\"ts\":0,\"seq\":1,\"session\":\"s\",\"agent\":\"a\",\
        \"kind\":\"session_end\",\
        \"decision\":\"allow\",\"mode\":\"observe\",\"program\":\"00\"}";

    #[track_caller]
    fn check(text: &str, expect: Result<&[usize], &str>) {
        let read = read_up_to(text.as_bytes(), 2).map_err(|e| e.to_string());
        let numbers = read.map(|lines| lines.iter().map(|(number, _)| *number).collect::<Vec<_>>());
        assert_eq!(numbers.as_deref().map_err(String::as_str), expect);
    }

    #[test]
    fn lines_are_read_with_their_numbers() {
        check("", Ok(&[]));
        check(&format!("\n{LINE}\r\n \n{LINE}"), Ok(&[2, 4]));
        check(&format!("{LINE}\n{{\"v\":1"), Err("line 2, column 7: the JSON ends too early"));
    }

    #[test]
    fn a_log_over_the_limit_is_refused() {
        check(
            &format!("{LINE}\n{LINE}\n{LINE}\n"),
            Err("line 3, column 1: a log is limited to 2 lines"),
        );
    }
}
