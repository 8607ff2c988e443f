//! A report for programs.

use serde::Serialize;
use sponsio_engine::event::Timestamp;

use super::Counted;
use super::show::asking;
use crate::eval::bounds::Share;
use crate::logs::moment::written;
use crate::report::{self, Counts, Tally};

#[derive(Serialize)]
pub(super) struct Document<'r> {
    window: Window,
    logs: usize,
    lines: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<Unreadable<'r>>,
    sessions: Sessions,
    totals: Row,
    observing: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_us: Option<Latency>,
    contracts: Vec<Contract<'r>>,
    agents: Vec<Named<'r>>,
    tools: Vec<Named<'r>>,
    objected_sessions: Vec<Session<'r>>,
    false_alarms: Vec<Alarms<'r>>,
    timeline: Timeline,
    #[serde(skip_serializing_if = "LeftOut::is_nothing")]
    left_out: LeftOut,
}

#[derive(Serialize)]
struct Window {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
}

#[derive(Serialize)]
struct Unreadable<'r> {
    lines: u64,
    first: &'r str,
}

#[derive(Serialize)]
struct Sessions {
    count: usize,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    more: bool,
}

#[derive(Serialize)]
struct Row {
    events: u64,
    calls: u64,
    stopped: u64,
    blocked: u64,
    escalated: u64,
    redirected: u64,
    warned: u64,
    observed: u64,
    failed: u64,
}

#[derive(Serialize)]
struct Latency {
    decisions: u64,
    p50: u64,
    p99: u64,
    max: u64,
}

#[derive(Serialize)]
struct Contract<'r> {
    contract: &'r str,
    objections: u64,
    blocked: u64,
    escalated: u64,
    redirected: u64,
    warned: u64,
    observed: u64,
    approved: u64,
    owed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    witness: &'r str,
}

#[derive(Serialize)]
struct Named<'r> {
    name: &'r str,
    #[serde(flatten)]
    row: Row,
}

#[derive(Serialize)]
struct Session<'r> {
    session: &'r str,
    agent: &'r str,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    others: bool,
    stopped: u64,
    warned: u64,
    observed: u64,
}

#[derive(Serialize)]
struct Alarms<'r> {
    contract: &'r str,
    asked: u32,
    approved: u32,
    share: Option<f64>,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Timeline {
    seconds: i64,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    begin: String,
    #[serde(flatten)]
    row: Row,
}

/// Times that something was counted for which a table had no row.
#[derive(Serialize)]
struct LeftOut {
    contracts: u64,
    agents: u64,
    tools: u64,
    sessions: u64,
    waiting: u64,
}

impl LeftOut {
    fn is_nothing(&self) -> bool {
        let Self { contracts, agents, tools, sessions, waiting } = *self;
        [contracts, agents, tools, sessions, waiting].iter().all(|count| *count == 0)
    }
}

fn row(counts: &Counts) -> Row {
    Row {
        events: counts.events,
        calls: counts.calls,
        stopped: counts.stopped(),
        blocked: counts.blocked,
        escalated: counts.escalated,
        redirected: counts.redirected,
        warned: counts.warned,
        observed: counts.observed,
        failed: counts.failed,
    }
}

fn named<'r>(table: &'r report::Table<Counts>) -> Vec<Named<'r>> {
    let rows = table.by(|counts| (counts.objected(), counts.events));
    rows.into_iter().map(|(name, counts)| Named { name, row: row(counts) }).collect()
}

fn contract<'r>(name: &'r str, contract: &'r report::Contract) -> Contract<'r> {
    let objections = &contract.objections;
    Contract {
        contract: name,
        objections: objections.all(),
        blocked: objections.blocked,
        escalated: objections.escalated,
        redirected: objections.redirected,
        warned: objections.warned,
        observed: objections.observed,
        approved: objections.approved,
        owed: contract.owed,
        first: contract.first.map(written),
        last: contract.last.map(written),
        witness: &contract.witness,
    }
}

fn alarms<'r>((contract, approved): (&'r str, Share)) -> Alarms<'r> {
    let (low, high) = approved.bounds();
    let (asked, share) = (approved.of, approved.value());
    Alarms { contract, asked, approved: approved.count, share, low, high }
}

/// The document.
pub(super) fn document(report: &Counted) -> Document<'_> {
    let Counted { selection, read, logs } = report;
    let tally: &Tally = &read.tally;
    let (count, more) = tally.sessions();
    let latency = &tally.latency;
    let contracts = tally.contracts.by(|c| c.objections.all().saturating_add(c.owed));
    let sessions = tally.objected.by(|o| (o.counts.stopped(), o.counts.objected()));
    let part =
        |(begin, counts): (Timestamp, Counts)| Part { begin: written(begin), row: row(&counts) };
    Document {
        window: Window {
            since: selection.since.map(written),
            until: selection.until.map(written),
            first: tally.first.map(written),
            last: tally.last.map(written),
        },
        logs: *logs,
        lines: read.lines,
        unreadable: read
            .first_unreadable
            .as_deref()
            .map(|first| Unreadable { lines: read.unreadable, first }),
        sessions: Sessions { count, more },
        totals: row(&tally.total),
        observing: tally.observing,
        latency_us: (latency.count() > 0).then(|| Latency {
            decisions: latency.count(),
            p50: latency.within(500),
            p99: latency.within(990),
            max: latency.max(),
        }),
        contracts: contracts.into_iter().map(|(name, c)| contract(name, c)).collect(),
        agents: named(&tally.agents),
        tools: named(&tally.tools),
        objected_sessions: sessions
            .into_iter()
            .map(|(session, objected)| Session {
                session,
                agent: &objected.agent,
                others: objected.is_shared,
                stopped: objected.counts.stopped(),
                warned: objected.counts.warned,
                observed: objected.counts.observed,
            })
            .collect(),
        false_alarms: asking(tally).into_iter().map(alarms).collect(),
        timeline: Timeline {
            seconds: tally.timeline.seconds(),
            parts: tally.timeline.parts().into_iter().map(part).collect(),
        },
        left_out: LeftOut {
            contracts: tally.contracts.left_out(),
            agents: tally.agents.left_out(),
            tools: tally.tools.left_out(),
            sessions: tally.objected.left_out(),
            waiting: tally.forgotten(),
        },
    }
}
