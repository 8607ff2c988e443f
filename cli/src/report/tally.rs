//! From lines to counts.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use sponsio_engine::decision::{Decision, Outcome};
use sponsio_engine::event::Timestamp;
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::glance::{Glance, Said};
use sponsio_record::schema::kind::Kind;

use super::latency::Latency;
use super::table::Table;
use super::timeline::Timeline;
use super::waiting::Waiting;
use crate::eval::bounds::Share;
use crate::limits::{
    REPORT_AGENTS_MAX, REPORT_CONTRACTS_MAX, REPORT_OBJECTED_SESSIONS_MAX, REPORT_SESSIONS_MAX,
    REPORT_TOOLS_MAX,
};

/// How events were decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// All events.
    pub(crate) events: u64,
    /// Those that are calls of tools.
    pub(crate) calls: u64,
    /// Events that were let through with a warning.
    pub(crate) warned: u64,
    /// Calls that were replaced by another.
    pub(crate) redirected: u64,
    /// Calls about which a person was asked.
    pub(crate) escalated: u64,
    /// Calls that did not run.
    pub(crate) blocked: u64,
    /// Events that something objected to and that were let through because it is only observed.
    pub(crate) observed: u64,
    /// Events that could not be judged.
    pub(crate) failed: u64,
}

impl Counts {
    /// Calls that did not run as they were asked for.
    pub(crate) fn stopped(&self) -> u64 {
        self.redirected.saturating_add(self.escalated).saturating_add(self.blocked)
    }

    /// Events that something objected to, whatever came of it.
    pub(crate) fn objected(&self) -> u64 {
        self.stopped().saturating_add(self.warned).saturating_add(self.observed)
    }

    /// Takes in others.
    pub(super) fn add(&mut self, other: &Self) {
        for (slot, more) in [
            (&mut self.events, other.events),
            (&mut self.calls, other.calls),
            (&mut self.warned, other.warned),
            (&mut self.redirected, other.redirected),
            (&mut self.escalated, other.escalated),
            (&mut self.blocked, other.blocked),
            (&mut self.observed, other.observed),
            (&mut self.failed, other.failed),
        ] {
            *slot = slot.saturating_add(more);
        }
    }

    /// The counts of one event.
    fn of(line: &Glance<'_>) -> Self {
        let mut counts =
            Self { events: 1, calls: u64::from(line.kind == Kind::ToolCall), ..Self::default() };
        let is_observed = line.contracts.iter().any(|said| said.outcome == Some(Outcome::Observed));
        match line.decision {
            Decision::Allow => counts.observed = u64::from(is_observed),
            Decision::Warn => counts.warned = 1,
            Decision::Redirect => counts.redirected = 1,
            Decision::Escalate => counts.escalated = 1,
            Decision::Block => counts.blocked = 1,
        }
        counts.failed = u64::from(line.failure.is_some());
        counts
    }
}

/// What the objections of a contract came to; the names are those of the outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Objections {
    pub(crate) approved: u64,
    pub(crate) observed: u64,
    pub(crate) warned: u64,
    pub(crate) redirected: u64,
    pub(crate) escalated: u64,
    pub(crate) blocked: u64,
}

impl Objections {
    /// All of them.
    pub(crate) fn all(&self) -> u64 {
        let Self { approved, observed, warned, redirected, escalated, blocked } = *self;
        [approved, observed, warned, redirected, escalated, blocked]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    /// Those that stopped an event.
    pub(crate) fn stopped(&self) -> u64 {
        self.redirected.saturating_add(self.escalated).saturating_add(self.blocked)
    }

    fn add(&mut self, outcome: Outcome) {
        let slot = match outcome {
            Outcome::Approved => &mut self.approved,
            Outcome::Observed => &mut self.observed,
            Outcome::Warned => &mut self.warned,
            Outcome::Redirected => &mut self.redirected,
            Outcome::Escalated => &mut self.escalated,
            Outcome::Blocked => &mut self.blocked,
        };
        *slot = slot.saturating_add(1);
    }
}

impl Objected {
    /// Its agents.
    pub(crate) fn agents(&self) -> String {
        if self.is_shared { format!("{} and others", self.agent) } else { self.agent.to_string() }
    }
}

/// What a contract did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contract {
    /// What its objections came to.
    pub(crate) objections: Objections,
    /// Sessions at whose end it was still to be met.
    pub(crate) owed: u64,
    /// When it first objected or was left unmet.
    pub(crate) first: Option<Timestamp>,
    /// When it last did.
    pub(crate) last: Option<Timestamp>,
    /// Facts that explain the last objection that has any.
    pub(crate) witness: String,
    /// Of the calls that it asked a person about, those that were approved.
    pub(crate) approved: Share,
}

/// A session in which something was objected to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objected {
    /// The first of its agents.
    pub(crate) agent: Box<str>,
    /// Whether there are others.
    pub(crate) is_shared: bool,
    /// How its events were decided that something objected to.
    pub(crate) counts: Counts,
}

/// Everything that is counted.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    /// Of all events.
    pub(crate) total: Counts,
    /// Events of programs that only observe.
    pub(crate) observing: u64,
    /// By agent.
    pub(crate) agents: Table<Counts>,
    /// By tool, of calls alone.
    pub(crate) tools: Table<Counts>,
    /// By contract.
    pub(crate) contracts: Table<Contract>,
    /// The sessions with objections.
    pub(crate) objected: Table<Objected>,
    /// By time.
    pub(crate) timeline: Timeline,
    /// How long decisions took.
    pub(crate) latency: Latency,
    /// The first event.
    pub(crate) first: Option<Timestamp>,
    /// The last event.
    pub(crate) last: Option<Timestamp>,
    waiting: Waiting,
    sessions: BTreeSet<u64>,
    /// The session of the line before: lines of one mostly follow each other.
    latest: Option<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            total: Counts::default(),
            observing: 0,
            agents: Table::new(REPORT_AGENTS_MAX),
            tools: Table::new(REPORT_TOOLS_MAX),
            contracts: Table::new(REPORT_CONTRACTS_MAX),
            objected: Table::new(REPORT_OBJECTED_SESSIONS_MAX),
            timeline: Timeline::default(),
            latency: Latency::default(),
            first: None,
            last: None,
            waiting: Waiting::default(),
            sessions: BTreeSet::new(),
            latest: None,
        }
    }
}

impl Tally {
    /// Counts a line.
    pub(crate) fn add(&mut self, line: &Glance<'_>) {
        let counts = Counts::of(line);
        self.total.add(&counts);
        self.observing = self.observing.saturating_add(u64::from(line.mode == Mode::Observe));
        self.first = Some(self.first.map_or(line.time, |first| first.min(line.time)));
        self.last = Some(self.last.map_or(line.time, |last| last.max(line.time)));
        self.timeline.at(line.time).add(&counts);
        if let Some(slot) = self.agents.of(&line.agent) {
            slot.add(&counts);
        }
        if let Some(tool) = line.tool.as_deref().filter(|_| line.kind == Kind::ToolCall)
            && let Some(slot) = self.tools.of(tool)
        {
            slot.add(&counts);
        }
        if line.latency > 0 {
            self.latency.add(line.latency);
        }
        self.session(line, &counts);
        for said in &line.contracts {
            if let Some(outcome) = said.outcome {
                self.objection(line, said, outcome);
            }
        }
        for owed in &line.owed {
            if let Some(contract) = self.contracts.of(owed) {
                contract.owed = contract.owed.saturating_add(1);
                contract.happened(line.time);
            }
        }
        if let (Kind::Approval, Some(subject), Some(digest)) =
            (line.kind, &line.subject, line.digest)
            && self.waiting.approve(&line.session, subject, digest)
            && let Some(contract) = self.contracts.of(subject)
        {
            contract.approved.count = contract.approved.count.saturating_add(1);
        }
    }

    /// How many sessions there are, and whether there are more.
    pub(crate) fn sessions(&self) -> (usize, bool) {
        (self.sessions.len(), self.sessions.len() >= REPORT_SESSIONS_MAX)
    }

    /// Escalated calls that were too many to be remembered.
    pub(crate) fn forgotten(&self) -> u64 {
        self.waiting.left_out()
    }

    fn session(&mut self, line: &Glance<'_>, counts: &Counts) {
        let mut hasher = DefaultHasher::new();
        (&line.session, &line.agent).hash(&mut hasher);
        let key = hasher.finish();
        if self.latest != Some(key) {
            self.latest = Some(key);
            if self.sessions.len() < REPORT_SESSIONS_MAX {
                self.sessions.insert(key);
            }
        }
        if counts.objected() > 0
            && let Some(objected) = self.objected.of(&line.session)
        {
            objected.counts.add(counts);
            if objected.agent.is_empty() {
                objected.agent = (&*line.agent).into();
            }
            objected.is_shared |= *objected.agent != *line.agent;
        }
    }

    fn objection(&mut self, line: &Glance<'_>, said: &Said<'_>, outcome: Outcome) {
        let waits = line.digest.filter(|_| outcome == Outcome::Escalated);
        let is_asked =
            waits.is_some_and(|digest| self.waiting.ask(&line.session, &said.contract, digest));
        let Some(contract) = self.contracts.of(&said.contract) else { return };
        contract.objections.add(outcome);
        contract.happened(line.time);
        contract.approved.of = contract.approved.of.saturating_add(u32::from(is_asked));
        if !said.witness.is_empty() {
            contract.witness = said.witness.join("; ");
        }
    }
}

impl Contract {
    fn happened(&mut self, time: Timestamp) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
