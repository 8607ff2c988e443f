//! One session of a log, step by step, for people and for programs.

use serde::Serialize;
use serde_json::value::RawValue;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Timestamp;
use sponsio_engine::verdict::Verdict;
use sponsio_guard::replay::{Difference, Replayed};
use sponsio_record::schema::kind::{Kind, result_name};
use sponsio_record::schema::line::{ContractLine, Line};

use super::Differs;
use crate::logs::moment::written;
use crate::logs::show;
use crate::output::text::{counted, shown};
use crate::output::{Page, Style, decision_style, verdict_style};

/// A session, as it was recorded and as it came out again.
pub(super) struct View {
    /// Its lines, each with its number in the log, from 1.
    pub(super) lines: Vec<(usize, Line)>,
    /// The lines as they stand.
    pub(super) texts: Vec<String>,
    /// What came out, and what differs at each line; or why nothing was decided again.
    pub(super) again: Result<(Replayed, Vec<Option<Difference>>), String>,
}

impl View {
    /// What differs at a line.
    fn difference(&self, index: usize) -> Option<&Difference> {
        self.again.as_ref().ok().and_then(|(_, each)| each.get(index)?.as_ref())
    }

    /// Whether something came out differently.
    pub(super) fn differs(&self) -> bool {
        self.again.as_ref().is_ok_and(|(replayed, _)| !replayed.is_exact())
    }

    /// The contracts that wait for something behind the last line. Where the session ended, that line tells.
    fn open(&self) -> Vec<&str> {
        let mut open: Vec<&str> = Vec::new();
        for (_, line) in &self.lines {
            for contract in line.contracts.iter().filter(|c| c.outcome.is_none()) {
                open.retain(|name| *name != &*contract.contract);
                if contract.after == Verdict::Pending {
                    open.push(&contract.contract);
                }
            }
            if line.kind == Kind::SessionEnd {
                open.clear();
            }
        }
        open
    }
}

/// Writes the session.
pub(super) fn page(view: &View, page: &mut Page) {
    let Some((_, first)) = view.lines.first() else { return };
    let calls = view.lines.iter().filter(|(_, line)| line.kind == Kind::ToolCall).count();
    let events = view.lines.len();
    let head = format!(
        "{}, agent {}: {}, {}",
        shown(&first.session),
        shown(&first.agent),
        counted(events, "event"),
        counted(calls, "call")
    );
    page.labelled("session", Style::Strong, &head);
    let begin = format!("{}, mode {}", written(first.time), first.mode);
    page.labelled("from   ", Style::Faint, &begin);
    page.gap();
    for (index, (number, line)) in view.lines.iter().enumerate() {
        step(*number, line, first.time, view.difference(index), page);
    }
    page.gap();
    let open = view.open();
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|name| shown(name)).collect();
        page.labelled("owed:", Style::Warn, &names.join("; "));
    }
    match &view.again {
        Err(why) => page.labelled("not decided again:", Style::Warn, why),
        Ok((replayed, _)) => super::tell(replayed, events, page),
    }
}

/// Columns that the explanation of a step stands in.
const INDENT: usize = 20;

fn step(
    number: usize,
    line: &Line,
    begin: Timestamp,
    difference: Option<&Difference>,
    page: &mut Page,
) {
    let decision = line.decision.name();
    let label = format!("{} {decision:<8}", since(begin, line.time));
    page.labelled(&label, decision_style(line.decision), &what(line));
    let label = |name: &str| format!("{}{name:<8}", " ".repeat(INDENT));
    for contract in &line.contracts {
        page.labelled(&label(word(contract)), style(contract), &moved(contract));
        if !contract.witness.is_empty() {
            page.labelled(&label("because"), Style::Faint, &shown(&contract.witness.join("; ")));
        }
    }
    if let Some(redirect) = &line.redirect {
        let text = format!("`{}` runs instead", shown(&redirect.tool));
        page.labelled(&label("next"), Style::Faint, &text);
    } else if !line.repair.is_empty() {
        let calls: Vec<String> =
            line.repair.iter().map(|tool| format!("`{}`", shown(tool))).collect();
        page.labelled(
            &label("next"),
            Style::Faint,
            &format!("call {} first", calls.join(", then ")),
        );
    }
    if let Some(digest) = line.digest.filter(|_| line.decision == Decision::Escalate) {
        let digest = sponsio_record::schema::canonical::to_hex(&digest.0);
        page.labelled(&label("waits"), Style::Faint, &format!("for an approval of {digest}"));
    }
    if !line.owed.is_empty() {
        page.labelled(&label("owed"), Style::Warn, &shown(&line.owed.join("; ")));
    }
    if let Some(failure) = &line.failure {
        let text = format!("{}; the mode alone decided", shown(failure));
        page.labelled(&label("failed"), Style::Bad, &text);
    }
    if let Some(difference) = difference {
        let Difference { what, recorded, replayed, .. } = difference;
        let text = format!(
            "line {number}: `{what}` is {recorded} here, and {replayed} when decided again"
        );
        page.labelled(&label("differs"), Style::Bad, &shown(&text));
    }
}

/// The time since the session began, in ten columns.
fn since(begin: Timestamp, time: Timestamp) -> String {
    let micros = time.0.saturating_sub(begin.0);
    let (sign, micros) =
        if micros < 0 { ("-", micros.unsigned_abs()) } else { ("+", micros.unsigned_abs()) };
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000 / 1_000);
    format!("{:>10}", format!("{sign}{seconds}.{rest:03}"))
}

/// What the event was.
fn what(line: &Line) -> String {
    let mut what = show::what(line.kind, line.tool.as_deref().or(line.subject.as_deref()));
    if let Some(result) = line.result {
        what.push_str(&format!(" {}", result_name(result)));
    }
    if let Some(by) = line.by.as_deref().filter(|by| !by.is_empty()) {
        what.push_str(&format!(" by {by}"));
    }
    if line.clamped {
        what.push_str(" (its time lay before that of the event before)");
    }
    shown(&what)
}

fn word(contract: &ContractLine) -> &'static str {
    if contract.outcome.is_some() { "contract" } else { "moved" }
}

fn style(contract: &ContractLine) -> Style {
    if contract.outcome.is_some() { Style::Faint } else { verdict_style(contract.after) }
}

fn moved(contract: &ContractLine) -> String {
    let ContractLine { before, after, .. } = contract;
    let outcome =
        contract.outcome.map_or_else(String::new, |outcome| format!(", {}", outcome.name()));
    format!("{}: {before} to {after}{outcome}", shown(&contract.contract))
}

#[derive(Serialize)]
pub(super) struct Document<'v> {
    session: &'v str,
    agent: &'v str,
    steps: Vec<Step<'v>>,
    owed: Vec<&'v str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<super::Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_again: Option<&'v str>,
}

#[derive(Serialize)]
struct Step<'v> {
    number: usize,
    record: &'v RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<Differs>,
}

/// The session for programs.
pub(super) fn document(view: &View) -> Document<'_> {
    let (session, agent) =
        view.lines.first().map(|(_, line)| (&*line.session, &*line.agent)).unwrap_or_default();
    let mut steps = Vec::with_capacity(view.lines.len());
    for (index, ((number, _), text)) in view.lines.iter().zip(&view.texts).enumerate() {
        let differs = view.difference(index).map(Differs::of);
        // A line that was read is JSON.
        if let Ok(record) = serde_json::from_str(text) {
            steps.push(Step { number: *number, record, differs });
        }
    }
    Document {
        session,
        agent,
        steps,
        owed: view.open(),
        again: view
            .again
            .as_ref()
            .ok()
            .map(|(replayed, _)| super::document(replayed, view.lines.len())),
        not_again: view.again.as_ref().err().map(String::as_str),
    }
}
