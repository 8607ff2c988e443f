//! A report for people.

use super::Counted;
use crate::eval::bounds::Share;
use crate::logs::moment::written;
use crate::output::text::{counted, shown};
use crate::output::{Cell, Page, Style, Table, share};
use crate::report::{Contract, Counts, Tally};

/// Rows of a table where not all are asked for.
const ROWS: usize = 10;

/// The report.
pub(super) fn page(report: &Counted, all: bool, width: usize) -> Page {
    let tally = &report.read.tally;
    let rows = if all { usize::MAX } else { ROWS };
    let mut page = Page::new(width);
    summary(report, &mut page);
    if tally.total.events == 0 {
        return page;
    }
    contracts(tally, rows, &mut page);
    let agents = tally.agents.by(|counts| (counts.objected(), counts.events));
    counts("agent", &agents, tally.agents.left_out(), rows, &mut page);
    let tools = tally.tools.by(|counts| (counts.objected(), counts.events));
    counts("tool", &tools, tally.tools.left_out(), rows, &mut page);
    sessions(tally, rows, &mut page);
    alarms(tally, rows, &mut page);
    page
}

fn number(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

fn summary(report: &Counted, page: &mut Page) {
    let Counted { read, logs, .. } = report;
    let tally = &read.tally;
    let total = &tally.total;
    let label = |name: &str| format!("{name:<9}");
    let (sessions, more) = tally.sessions();
    let text = format!(
        "{}, {} in {}{} of {}",
        number(total.events, "event"),
        number(total.calls, "call"),
        if more { "at least " } else { "" },
        counted(sessions, "session"),
        counted(*logs, "log"),
    );
    page.labelled(&label("counted"), Style::Strong, &text);
    match (tally.first, tally.last) {
        (Some(first), Some(last)) => {
            let text = format!("{} to {}", written(first), written(last));
            page.labelled(&label("time"), Style::Faint, &text);
        }
        _ => page.paragraph(0, Style::Plain, &nothing(report)),
    }
    if total.stopped() > 0 {
        let Counts { blocked, escalated, redirected, .. } = *total;
        let text = format!(
            "{}: {blocked} blocked, {escalated} escalated, {redirected} redirected",
            number(total.stopped(), "call")
        );
        page.labelled(&label("stopped"), Style::Bad, &text);
    }
    if total.warned > 0 {
        let text = format!("{} ran with a warning", number(total.warned, "event"));
        page.labelled(&label("warned"), Style::Warn, &text);
    }
    if total.observed > 0 {
        let text = format!("{} {}", number(total.observed, "event"), OBSERVED);
        page.labelled(&label("observed"), Style::Warn, &text);
    }
    if total.failed > 0 {
        let text = format!(
            "{} could not be judged; the mode alone decided",
            number(total.failed, "event")
        );
        page.labelled(&label("failed"), Style::Bad, &text);
    }
    if total.events > 0 && total.objected() == 0 {
        page.labelled(&label("stopped"), Style::Good, "nothing; no contract objected");
    }
    if tally.latency.count() > 0 {
        let text = format!(
            "half of {} within {} µs, 99 % within {} µs, the longest {} µs",
            number(tally.latency.count(), "decision"),
            tally.latency.within(500),
            tally.latency.within(990),
            tally.latency.max()
        );
        page.labelled(&label("latency"), Style::Faint, &text);
    }
    unreadable(report, page);
}

/// What is said of events that only the mode let run.
pub(super) const OBSERVED: &str =
    "would have been stopped or warned about; in observe mode they ran";

/// Why there is nothing to count.
fn nothing(report: &Counted) -> String {
    match (report.logs, report.read.lines) {
        (0, _) => "there is no log in it yet".to_owned(),
        (_, 0) => "the logs have no lines".to_owned(),
        (_, lines) => format!("none of {} is about what was asked for", number(lines, "line")),
    }
}

fn unreadable(report: &Counted, page: &mut Page) {
    let read = &report.read;
    if let Some(first) = &read.first_unreadable {
        let text =
            format!("{} cannot be read; the first is {first}", number(read.unreadable, "line"));
        page.labelled("not read:", Style::Bad, &text);
    }
}

fn left_out(left_out: u64, what: &str, page: &mut Page) {
    if left_out > 0 {
        let text = format!("{} of further names are not listed", number(left_out, what));
        page.paragraph(2, Style::Faint, &text);
    }
}

fn more(all: usize, rows: usize, page: &mut Page) {
    if all > rows {
        let text = format!("{} more; `--all` shows them", all.saturating_sub(rows));
        page.paragraph(2, Style::Faint, &text);
    }
}

/// A number, or nothing in place of a nought.
fn cell(style: Style, count: u64) -> Cell {
    if count == 0 { Cell::new(Style::Faint, "–") } else { Cell::new(style, count.to_string()) }
}

fn contracts(tally: &Tally, most: usize, page: &mut Page) {
    let rows = tally.contracts.by(|c| c.objections.all().saturating_add(c.owed));
    if rows.is_empty() {
        return;
    }
    page.gap();
    let head = ["contract", "stopped", "warned", "observed", "approved", "owed"];
    let mut table = Table::new(&head, 0, 2);
    for (name, contract) in rows.iter().take(most) {
        let Contract { objections, owed, .. } = contract;
        table.row([
            Cell::new(Style::Accent, shown(name)),
            cell(Style::Bad, objections.stopped()),
            cell(Style::Warn, objections.warned),
            cell(Style::Warn, objections.observed),
            cell(Style::Good, objections.approved),
            cell(Style::Warn, *owed),
        ]);
    }
    table.write(page);
    more(rows.len(), most, page);
    left_out(tally.contracts.left_out(), "objection", page);
}

fn counts(what: &'static str, rows: &[(&str, &Counts)], others: u64, most: usize, page: &mut Page) {
    if rows.is_empty() {
        return;
    }
    page.gap();
    let mut table =
        Table::new(&[what, "events", "calls", "stopped", "warned", "observed", "failed"], 0, 2);
    for (name, counts) in rows.iter().take(most) {
        table.row([
            Cell::new(Style::Accent, shown(name)),
            cell(Style::Plain, counts.events),
            cell(Style::Plain, counts.calls),
            cell(Style::Bad, counts.stopped()),
            cell(Style::Warn, counts.warned),
            cell(Style::Warn, counts.observed),
            cell(Style::Bad, counts.failed),
        ]);
    }
    table.write(page);
    more(rows.len(), most, page);
    left_out(others, "event", page);
}

fn sessions(tally: &Tally, most: usize, page: &mut Page) {
    let rows =
        tally.objected.by(|objected| (objected.counts.stopped(), objected.counts.objected()));
    if rows.is_empty() {
        return;
    }
    page.gap();
    let mut table =
        Table::new(&["session with objections", "agent", "stopped", "warned", "observed"], 0, 2);
    for (name, objected) in rows.iter().take(most) {
        table.row([
            Cell::new(Style::Accent, shown(name)),
            Cell::from(shown(&objected.agents())),
            cell(Style::Bad, objected.counts.stopped()),
            cell(Style::Warn, objected.counts.warned),
            cell(Style::Warn, objected.counts.observed),
        ]);
    }
    table.write(page);
    more(rows.len(), most, page);
    left_out(tally.objected.left_out(), "objection", page);
}

/// The contracts that asked a person, with the share of calls that were approved.
pub(super) fn asking(tally: &Tally) -> Vec<(&str, Share)> {
    let rows = tally.contracts.by(|contract| contract.approved.of);
    rows.into_iter().map(|(name, c)| (name, c.approved)).filter(|(_, share)| share.of > 0).collect()
}

/// What the share of false alarms rests on.
pub(super) const RESTS_ON: &str = "An approved call was a false alarm. Calls that nobody approved count as stopped \
    rightly, whether they were refused or never answered, so the share of false alarms may be larger.";

fn alarms(tally: &Tally, most: usize, page: &mut Page) {
    let rows = asking(tally);
    if rows.is_empty() {
        return;
    }
    page.gap();
    let mut table =
        Table::new(&["contract that asked", "calls", "approved", "false alarms (95 %)"], 0, 2);
    for (name, approved) in rows.iter().take(most) {
        table.row([
            Cell::new(Style::Accent, shown(name)),
            cell(Style::Plain, approved.of.into()),
            cell(Style::Plain, approved.count.into()),
            Cell::from(share(*approved)),
        ]);
    }
    table.write(page);
    more(rows.len(), most, page);
    left_out(tally.forgotten(), "call", page);
    page.paragraph(2, Style::Faint, RESTS_ON);
}
