//! A report as one page that needs nothing else: charts are drawn in place, no address is fetched, and no script runs.

use std::fmt::Write as _;

use super::Counted;
use super::chart::{self, KINDS};
use super::show::{OBSERVED, RESTS_ON, asking};
use crate::logs::moment::written;
use crate::output::html::escaped;
use crate::output::share;
use crate::report::{Contract, Counts, Table, Tally};

/// Rows of a table. A page is for reading; `--json` has all of them.
const ROWS: usize = 50;

const STYLE: &str = include_str!("page.css");

/// The page.
pub(super) fn page(report: &Counted) -> String {
    let tally = &report.read.tally;
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Sponsio report</title><style>{STYLE}</style>\n<main>\n<h1>Sponsio report</h1>\n"
    );
    summary(report, &mut page);
    if tally.total.events > 0 {
        time(tally, &mut page);
        contracts(tally, &mut page);
        alarms(tally, &mut page);
        counts("Agents", "agent", &tally.agents, &mut page);
        counts("Tools", "tool", &tally.tools, &mut page);
        sessions(tally, &mut page);
    }
    page.push_str("</main>\n</html>\n");
    page
}

fn summary(report: &Counted, page: &mut String) {
    let Counted { read, logs, .. } = report;
    let total = &read.tally.total;
    if let (Some(first), Some(last)) = (read.tally.first, read.tally.last) {
        let _ = writeln!(page, "<p>{} to {}</p>", written(first), written(last));
    }
    let (sessions, more) = read.tally.sessions();
    let sessions = if more { format!("{sessions}+") } else { sessions.to_string() };
    page.push_str("<dl>");
    for (name, class, value) in [
        ("events", "", total.events.to_string()),
        ("calls", "", total.calls.to_string()),
        ("sessions", "", sessions),
        ("logs", "", logs.to_string()),
        ("stopped", "bad", total.stopped().to_string()),
        ("warned about", "warn", total.warned.to_string()),
        ("observed", "seen", total.observed.to_string()),
        ("not judged", "", total.failed.to_string()),
    ] {
        let _ = write!(page, "<div class=\"{class}\"><dt>{name}</dt><dd>{value}</dd></div>");
    }
    page.push_str("</dl>\n");
    if total.observed > 0 {
        let _ = writeln!(page, "<p>Observed: {OBSERVED}.</p>");
    }
    let latency = &read.tally.latency;
    if latency.count() > 0 {
        let _ = writeln!(
            page,
            "<p>Half of {} decisions took at most {} µs, 99 % at most {} µs, the longest {} µs.</p>",
            latency.count(),
            latency.within(500),
            latency.within(990),
            latency.max()
        );
    }
    if let Some(first) = &read.first_unreadable {
        let text = escaped(first);
        let _ = writeln!(
            page,
            "<p class=\"alert\">{} lines cannot be read; the first is {text}</p>",
            read.unreadable
        );
    }
    if total.events == 0 {
        page.push_str("<p>There is no event to count.</p>\n");
    }
}

fn legend(page: &mut String) {
    page.push_str("<p class=\"legend\">");
    for (class, name) in KINDS {
        let _ = write!(
            page,
            "<span><svg width=\"12\" height=\"12\" aria-hidden=\"true\">\
             <rect class=\"{class}\" width=\"12\" height=\"12\"/></svg> {name}</span> "
        );
    }
    page.push_str("</p>\n");
}

fn time(tally: &Tally, page: &mut String) {
    page.push_str("<h2>Time</h2>\n");
    legend(page);
    page.push_str(&chart::timeline(&tally.timeline));
    page.push_str(
        "<details><summary>The numbers</summary>\n<table><thead><tr><th scope=\"col\">from",
    );
    for (_, name) in KINDS {
        let _ = write!(page, "<th scope=\"col\">{name}");
    }
    page.push_str("<tbody>\n");
    for (begin, counts) in tally.timeline.parts() {
        let _ = write!(page, "<tr><th scope=\"row\">{}", written(begin));
        numbers(&chart::kinds(&counts), page);
    }
    page.push_str("</table></details>\n");
}

fn numbers(numbers: &[u64], page: &mut String) {
    for number in numbers {
        let _ = write!(page, "<td class=\"n\">{number}");
    }
    page.push('\n');
}

fn head(columns: &[&str], page: &mut String) {
    page.push_str("<table><thead><tr>");
    for column in columns {
        let _ = write!(page, "<th scope=\"col\">{column}");
    }
    page.push_str("<tbody>\n");
}

/// How many rows are not shown, and how often a name was met that has none.
fn rest(rows: usize, left_out: u64, page: &mut String) {
    page.push_str("</table>\n");
    let more = rows.saturating_sub(ROWS);
    if more > 0 || left_out > 0 {
        let _ = writeln!(
            page,
            "<p class=\"faint\">{more} more rows; {left_out} times a name without a row.</p>"
        );
    }
}

fn contracts(tally: &Tally, page: &mut String) {
    let weight = |c: &Contract| c.objections.all().saturating_add(c.owed);
    let rows = tally.contracts.by(weight);
    let most = rows.first().map_or(0, |(_, contract)| weight(contract));
    page.push_str("<h2>Contracts</h2>\n");
    if rows.is_empty() {
        page.push_str("<p>No contract objected.</p>\n");
        return;
    }
    head(
        &[
            "contract",
            "blocked",
            "escalated",
            "redirected",
            "warned",
            "observed",
            "approved",
            "owed",
            "objections",
        ],
        page,
    );
    for (name, contract) in rows.iter().take(ROWS) {
        let Contract { objections, owed, witness, .. } = contract;
        let _ = write!(page, "<tr><th scope=\"row\">{}", escaped(name));
        if !witness.is_empty() {
            let _ = write!(page, "<br><small>{}</small>", escaped(witness));
        }
        numbers(
            &[
                objections.blocked,
                objections.escalated,
                objections.redirected,
                objections.warned,
                objections.observed,
                objections.approved,
                *owed,
            ],
            page,
        );
        let parts = [
            ("bad", objections.stopped()),
            ("warn", objections.warned.saturating_add(*owed)),
            ("seen", objections.observed),
            ("fine", objections.approved),
        ];
        let _ = writeln!(page, "<td>{}", chart::bar(name, &parts, most));
    }
    rest(rows.len(), tally.contracts.left_out(), page);
}

fn alarms(tally: &Tally, page: &mut String) {
    let rows = asking(tally);
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<h2>False alarms</h2>\n<p>{RESTS_ON} Bounds are those of 95 % confidence.</p>"
    );
    head(&["contract that asked", "calls", "approved", "share", "between 0 and 100 %"], page);
    for (name, approved) in rows.iter().take(ROWS) {
        let (low, high) = approved.bounds();
        let _ = write!(page, "<tr><th scope=\"row\">{}", escaped(name));
        numbers(&[approved.of.into(), approved.count.into()], page);
        let chart = chart::bounds(approved.value().unwrap_or_default(), low, high);
        let _ = writeln!(page, "<td class=\"n\">{}<td>{chart}", share(*approved));
    }
    rest(rows.len(), tally.forgotten(), page);
}

fn counts(title: &str, what: &str, table: &Table<Counts>, page: &mut String) {
    let rows = table.by(|counts| (counts.objected(), counts.events));
    if rows.is_empty() {
        return;
    }
    let most = rows.iter().take(ROWS).map(|(_, counts)| counts.events).max().unwrap_or(0);
    let _ = writeln!(page, "<h2>{title}</h2>");
    head(&[what, "events", "calls", "stopped", "warned", "observed", "not judged", "share"], page);
    for (name, counts) in rows.iter().take(ROWS) {
        let _ = write!(page, "<tr><th scope=\"row\">{}", escaped(name));
        let Counts { events, calls, warned, observed, failed, .. } = **counts;
        numbers(&[events, calls, counts.stopped(), warned, observed, failed], page);
        let parts: Vec<(&str, u64)> =
            KINDS.iter().map(|(class, _)| *class).zip(chart::kinds(counts)).collect();
        let _ = writeln!(page, "<td>{}", chart::bar(name, &parts, most));
    }
    rest(rows.len(), table.left_out(), page);
}

fn sessions(tally: &Tally, page: &mut String) {
    let rows = tally.objected.by(|o| (o.counts.stopped(), o.counts.objected()));
    if rows.is_empty() {
        return;
    }
    page.push_str("<h2>Sessions with objections</h2>\n");
    head(&["session", "agent", "stopped", "warned", "observed"], page);
    for (name, objected) in rows.iter().take(ROWS) {
        let (name, agent) = (escaped(name), escaped(&objected.agents()));
        let _ = write!(page, "<tr><th scope=\"row\">{name}<td>{agent}");
        numbers(
            &[objected.counts.stopped(), objected.counts.warned, objected.counts.observed],
            page,
        );
    }
    rest(rows.len(), tally.objected.left_out(), page);
}
