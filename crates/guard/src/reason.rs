//! Decisions in words.
//!
//! A reason is read by an agent as well as by a person: it names the contract, says what led to it, and
//! what to do next. Tool names come from the agent and may be anything, so they are shown without control
//! characters and cut to a bearable length. The short form beside it begins as earlier logs did
//! (`BLOCKED: agent.tool. …`), for those who search for it.

use sponsio_engine::decision::{Decision, Outcome};
use sponsio_engine::event::{Event, EventKind};
use sponsio_record::schema::kind::{Kind, result_name};

use crate::limits::{SHOWN_NAME_MAX, SHOWN_WITNESSES_MAX};
use crate::live::{Answer, Objection};

/// Fills in the reason and the short message of an answer.
pub(crate) fn complete(answer: &mut Answer, event: &Event) {
    answer.reason = reason(answer, event);
    answer.message = message(answer, event);
}

/// What happened, for a witness: "`approve` was called".
pub(crate) fn happened(event: &Event) -> String {
    match &event.kind {
        EventKind::ToolCall { tool, .. } => format!("{} was called", shown(tool)),
        EventKind::ToolResult { tool, outcome, .. } => {
            format!("{} ended with {}", shown(tool), result_name(*outcome))
        }
        EventKind::Denied { tool } => format!("{} was refused", shown(tool)),
        EventKind::LlmRequest { .. } => "the model was asked".to_owned(),
        EventKind::LlmResponse { .. } => "the model answered".to_owned(),
        EventKind::DataRead { key } => format!("{} was read", shown(key)),
        EventKind::DataWrite { key, .. } => format!("{} was written", shown(key)),
        EventKind::Message { to, .. } => format!("a message went to {}", shown(to)),
        EventKind::Delegation { to } => format!("work was delegated to {}", shown(to)),
        EventKind::Context { facts } => match facts.split_first() {
            Some(((key, Some(_)), [])) => format!("the fact {} was set", shown(key)),
            Some(((key, None), [])) => format!("the fact {} was cleared", shown(key)),
            _ => format!("{} facts changed", facts.len()),
        },
        EventKind::Approval { contract, .. } => {
            format!("a call was approved for {}", shown(contract))
        }
        EventKind::SessionEnd => "the session ended".to_owned(),
    }
}

fn reason(answer: &Answer, event: &Event) -> String {
    let subject = subject(event);
    if let Some(failure) = answer.failure {
        let runs = if answer.decision.runs() { "runs, although" } else { "is refused because" };
        return format!("{subject} {runs} it could not be judged: {failure}");
    }
    let deciding = deciding(answer);
    let Some(first) = deciding.first() else { return String::new() };
    let contracts = contracts(&deciding);
    let verb = if deciding.len() == 1 { "objects" } else { "object" };
    let is_call = event.is_call();
    let mut text = match (answer.decision, &answer.redirect) {
        (Decision::Block, _) => format!("{subject} is refused by {contracts}"),
        (Decision::Escalate, _) => {
            format!("{subject} waits for a person's approval, as {contracts} asks")
        }
        (Decision::Redirect, Some(to)) => {
            format!("{subject} is replaced by {}, as {contracts} asks", shown(&to.tool))
        }
        (Decision::Redirect, None) => format!("{subject} is replaced, as {contracts} asks"),
        (Decision::Allow, _) if first.outcome == Outcome::Approved => {
            format!("{subject} runs, as a person approved it for {contracts}")
        }
        (Decision::Warn, _) if is_call => format!("{subject} runs, but {contracts} {verb}"),
        (Decision::Warn, _) => format!("{subject} is against {contracts}"),
        (Decision::Allow, _) if !is_call => {
            format!("{subject} is against {contracts}, and nothing is enforced")
        }
        (Decision::Allow, _) => format!(
            "{subject} runs; if it were enforced, {contracts} would have {}",
            past(first.enforced)
        ),
    };
    let witnesses = first.witnesses.iter().take(SHOWN_WITNESSES_MAX);
    let witnesses: Vec<&str> = witnesses.map(String::as_str).collect();
    if !witnesses.is_empty() {
        text.push_str(": ");
        text.push_str(&witnesses.join("; "));
    }
    if let Some(why) = answer.redirect.as_ref().map(|to| &*to.message).filter(|m| !m.is_empty()) {
        text.push_str("; ");
        text.push_str(why);
    }
    if !answer.repair.is_empty() {
        let calls: Vec<String> = answer.repair.iter().map(|tool| shown(tool)).collect();
        text.push_str("; call ");
        text.push_str(&calls.join(", then "));
        text.push_str(" first");
    }
    for advice in advice(&deciding) {
        text.push_str("; ");
        text.push_str(advice);
    }
    text
}

/// What can be done instead, each piece once.
fn advice<'o>(objections: &[&'o Objection]) -> Vec<&'o str> {
    let mut said: Vec<&str> = Vec::new();
    for advice in objections.iter().map(|o| &*o.advice).filter(|advice| !advice.is_empty()) {
        if !said.contains(&advice) {
            said.push(advice);
        }
    }
    said
}

/// The objections that made the decision what it is. An approved one says more than one that is only observed.
fn deciding(answer: &Answer) -> Vec<&Objection> {
    let rank = |o: &&Objection| (Decision::from(o.outcome), o.outcome == Outcome::Approved);
    let strictest = answer.objections.iter().map(|o| rank(&o)).max();
    answer.objections.iter().filter(|o| Some(rank(o)) == strictest).collect()
}

fn contracts(objections: &[&Objection]) -> String {
    let names: Vec<String> = objections.iter().map(|o| format!("\"{}\"", o.contract)).collect();
    match names.split_last() {
        Some((last, [])) => format!("the contract {last}"),
        Some((last, others)) => format!("the contracts {} and {last}", others.join(", ")),
        None => "a contract".to_owned(),
    }
}

/// The short form: `BLOCKED: agent.tool. det constraint violated: contract`.
fn message(answer: &Answer, event: &Event) -> String {
    let what = format!("{}.{}", answer.line.agent, plain(action(event)));
    if let Some(failure) = answer.failure {
        let word = if answer.decision.runs() { "OBSERVED (would block)" } else { "BLOCKED" };
        return format!("{word}: {what}. not judged: {failure}");
    }
    let deciding = deciding(answer);
    let Some(first) = deciding.first() else { return String::new() };
    let of = |outcome: Outcome| match outcome {
        Outcome::Blocked | Outcome::Observed => {
            format!("BLOCKED: {what}. det constraint violated: {}", first.contract)
        }
        Outcome::Approved => format!("APPROVED: {what}. by a person: {}", first.contract),
        Outcome::Escalated => {
            format!("ESCALATED: {what}. awaiting human approval: {}", first.contract)
        }
        Outcome::Warned => format!("WARNING (non-blocking): {what}. {}", first.contract),
        Outcome::Redirected => match &answer.redirect {
            Some(to) => format!("REDIRECTED: {what} → {}", plain(&to.tool)),
            None => format!("BLOCKED: {what}. det constraint violated: {}", first.contract),
        },
    };
    match first.outcome {
        Outcome::Observed => {
            format!("OBSERVED (would {}): {}", would(first.enforced), of(first.enforced))
        }
        outcome => of(outcome),
    }
}

fn past(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "run it with a person's approval",
        Outcome::Observed => "been recorded",
        Outcome::Warned => "warned",
        Outcome::Redirected => "replaced it",
        Outcome::Escalated => "asked a person",
        Outcome::Blocked => "refused it",
    }
}

fn would(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "allow",
        Outcome::Observed => "observe",
        Outcome::Warned => "warn",
        Outcome::Redirected => "redirect",
        Outcome::Escalated => "escalate",
        Outcome::Blocked => "block",
    }
}

fn action(event: &Event) -> &str {
    match &event.kind {
        EventKind::ToolCall { tool, .. } => tool,
        _ => Kind::of(event).name(),
    }
}

fn subject(event: &Event) -> String {
    match &event.kind {
        EventKind::ToolCall { tool, .. } => shown(tool),
        EventKind::LlmResponse { .. } => "the reply of the model".to_owned(),
        EventKind::LlmRequest { .. } => "the request to the model".to_owned(),
        _ => format!("the event `{}`", Kind::of(event).name()),
    }
}

/// A name in backticks.
fn shown(name: &str) -> String {
    format!("`{}`", plain(name))
}

fn plain(name: &str) -> String {
    let clean = |c: char| if c.is_control() || c == '`' { '\u{fffd}' } else { c };
    let mut text: String = name.chars().take(SHOWN_NAME_MAX).map(clean).collect();
    if name.chars().nth(SHOWN_NAME_MAX).is_some() {
        text.push('…');
    }
    text
}
