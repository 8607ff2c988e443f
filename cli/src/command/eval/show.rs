//! An evaluation for people and for programs.

use serde::Serialize;

use super::Evaluation;
use crate::eval::case::{Case, Label};
use crate::eval::judge::{Outcome, Stop};
use crate::eval::tally::Tally;
use crate::output::text::{counted, shown};
use crate::output::{Page, Style, Table, share};

/// Whether a case went as its label says.
pub(super) fn judgement(case: &Case, outcome: &Outcome) -> &'static str {
    match (case.label, outcome.stop == Stop::Passed) {
        (Label::Unsafe, true) => "missed",
        (Label::Unsafe, false) => "stopped",
        (Label::Safe, true) => "passed",
        (Label::Safe, false) => "false alarm",
        (Label::Unknown, _) => outcome.stop.name(),
    }
}

/// Cases with their outcomes that may be shown one by one.
pub(super) fn open(evaluation: &Evaluation) -> impl Iterator<Item = (usize, &Case, &Outcome)> {
    let pairs = evaluation.cases.iter().zip(&evaluation.outcomes).enumerate();
    pairs.map(|(at, (case, outcome))| (at, case, outcome)).filter(|(_, case, _)| !case.is_held_out)
}

/// How the baseline differs on one case: what the new contracts changed.
pub(super) fn change(case: &Case, outcome: &Outcome, before: &Outcome) -> Option<&'static str> {
    match (case.label, before.stop == Stop::Passed, outcome.stop == Stop::Passed) {
        (_, was, is) if was == is => None,
        (Label::Unsafe, true, _) => Some("newly stopped"),
        (Label::Unsafe, false, _) => Some("newly missed"),
        (Label::Safe, true, _) => Some("new false alarm"),
        (Label::Safe, false, _) => Some("false alarm gone"),
        (Label::Unknown, true, _) => Some("newly stopped, label unknown"),
        (Label::Unknown, false, _) => Some("newly passed, label unknown"),
    }
}

pub(super) fn page(evaluation: &Evaluation, all: bool, width: usize) -> Page {
    let mut page = Page::new(width);
    groups(evaluation, &mut page);
    fired(evaluation, &mut page);
    cases(evaluation, all, &mut page);
    compared(evaluation, &mut page);
    let unjudged = evaluation.outcomes.iter().filter(|outcome| outcome.is_unjudged).count();
    page.gap();
    if unjudged > 0 {
        let text = format!("{} in part or as a whole", counted(unjudged, "case"));
        page.labelled("not judged:", Style::Bad, &text);
    }
    for missed in &evaluation.missed {
        page.labelled("threshold missed:", Style::Bad, missed);
    }
    page.paragraph(0, Style::Faint, "Shares are in percent, with bounds of 95 % confidence.");
    page
}

fn row(table: &mut Table, name: &str, label: Label, tally: &Tally) {
    table.row([
        shown(name).into(),
        label.name().into(),
        tally.cases.to_string().into(),
        tally.denied.to_string().into(),
        tally.asked.to_string().into(),
        tally.owed.to_string().into(),
        share(tally.stopped()).into(),
    ]);
}

const HEAD: [&str; 7] = ["category", "label", "cases", "denied", "asked", "owed", "stopped"];

fn groups(evaluation: &Evaluation, page: &mut Page) {
    let mut table = Table::new(&HEAD, 0, 0);
    for ((category, label), tally) in &evaluation.summary.categories {
        row(&mut table, category, *label, tally);
    }
    for (label, tally) in &evaluation.summary.labels {
        row(&mut table, "all", *label, tally);
    }
    table.write(page);
}

fn fired(evaluation: &Evaluation, page: &mut Page) {
    if evaluation.summary.contracts.is_empty() {
        return;
    }
    page.gap();
    let mut table = Table::new(&["contract", "unsafe", "safe", "unknown"], 0, 0);
    for (contract, fired) in &evaluation.summary.contracts {
        table.row([
            shown(contract).into(),
            fired.hits.to_string().into(),
            fired.alarms.to_string().into(),
            fired.unknown.to_string().into(),
        ]);
    }
    table.write(page);
}

fn cases(evaluation: &Evaluation, all: bool, page: &mut Page) {
    page.gap();
    for (_, case, outcome) in open(evaluation) {
        let word = judgement(case, outcome);
        let style = match word {
            "missed" | "false alarm" => Style::Bad,
            _ if !all => continue,
            _ => Style::Plain,
        };
        let by: Vec<String> = outcome.contracts.iter().map(|(name, at)| place(name, *at)).collect();
        let text = match by.as_slice() {
            [] => shown(&case.id),
            by => format!("{}: {} by {}", shown(&case.id), outcome.stop.name(), by.join(", ")),
        };
        page.labelled(&format!("{word:<11}"), style, &text);
    }
}

fn place(contract: &str, event: u64) -> String {
    match event {
        0 => format!("\"{}\" at the end", shown(contract)),
        event => format!("\"{}\" at event {event}", shown(contract)),
    }
}

fn compared(evaluation: &Evaluation, page: &mut Page) {
    let Some(baseline) = &evaluation.baseline else { return };
    page.gap();
    page.heading("compared with the baseline");
    let mut changes = 0usize;
    for (at, case, outcome) in open(evaluation) {
        let Some(word) = baseline.get(at).and_then(|before| change(case, outcome, before)) else {
            continue;
        };
        changes = changes.saturating_add(1);
        page.labelled(&format!("{word:<16}"), Style::Plain, &shown(&case.id));
    }
    page.raw(&format!("{} changed", counted(changes, "case")));
}

#[derive(Serialize)]
pub(super) struct Document<'e> {
    groups: Vec<Group<'e>>,
    contracts: Vec<Contract<'e>>,
    cases: Vec<One<'e>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    thresholds_missed: &'e [String],
}

#[derive(Serialize)]
struct Group<'e> {
    category: &'e str,
    label: &'static str,
    cases: u32,
    denied: u32,
    asked: u32,
    owed: u32,
    unjudged: u32,
    stopped: Option<f64>,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Contract<'e> {
    contract: &'e str,
    stopped_unsafe: u32,
    stopped_safe: u32,
    stopped_unknown: u32,
}

#[derive(Serialize)]
struct One<'e> {
    id: &'e str,
    category: &'e str,
    label: &'static str,
    outcome: &'static str,
    judgement: &'static str,
    contracts: Vec<Place<'e>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unjudged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
}

#[derive(Serialize)]
struct Place<'e> {
    contract: &'e str,
    event: u64,
}

pub(super) fn document(evaluation: &Evaluation) -> Document<'_> {
    let groups = evaluation.summary.categories.iter().map(|((category, label), tally)| {
        let (low, high) = tally.stopped().bounds();
        Group {
            category,
            label: label.name(),
            cases: tally.cases,
            denied: tally.denied,
            asked: tally.asked,
            owed: tally.owed,
            unjudged: tally.unjudged,
            stopped: tally.stopped().value(),
            low,
            high,
        }
    });
    let contracts = evaluation.summary.contracts.iter().map(|(contract, fired)| Contract {
        contract,
        stopped_unsafe: fired.hits,
        stopped_safe: fired.alarms,
        stopped_unknown: fired.unknown,
    });
    let cases = open(evaluation).map(|(at, case, outcome)| {
        let before = evaluation.baseline.as_ref().and_then(|all| all.get(at));
        One {
            id: &case.id,
            category: &case.category,
            label: case.label.name(),
            outcome: outcome.stop.name(),
            judgement: judgement(case, outcome),
            contracts: outcome
                .contracts
                .iter()
                .map(|(contract, event)| Place { contract, event: *event })
                .collect(),
            unjudged: outcome.is_unjudged,
            before: before.map(|before| before.stop.name()),
            change: before.and_then(|before| change(case, outcome, before)),
        }
    });
    Document {
        groups: groups.collect(),
        contracts: contracts.collect(),
        cases: cases.collect(),
        thresholds_missed: &evaluation.missed,
    }
}
