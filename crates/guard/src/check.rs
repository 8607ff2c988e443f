//! Traces judged as a live session would have judged them.
//!
//! Each trace is split by agent, and what one agent did in one trace is one session. A call that is
//! refused did not happen, whatever the trace says after it, and its refusal is an event of its own,
//! unless the trace tells of it itself. Times are those of the trace, and calls run where it says they ran.

use std::collections::BTreeSet;
use std::sync::Arc;

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{EventKind, USER};
use sponsio_engine::program::Program;
use sponsio_engine::session::refusal;
use sponsio_record::schema::kind::Kind;
use sponsio_record::schema::trace::{Trace, TraceEvent};

use crate::live::{Answer, Live};
use crate::place::Place;

/// What a check came to, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// Everything was judged and nothing objected.
    Clean,
    /// A contract objected, or was still to be met at the end.
    Violation,
    /// Something could not be judged, or there was nothing to judge.
    CouldNotJudge,
}

/// All traces of a file, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One for each agent of each trace, in the order in which they appear.
    pub sessions: Vec<Judged>,
}

/// What one agent did in one trace, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The trace.
    pub trace: String,
    /// The agent.
    pub agent: Box<str>,
    /// Its events, in the order of the trace; none if it was not judged.
    pub events: Vec<JudgedEvent>,
    /// The names of the contracts that were still to be met at the end.
    pub owed: Vec<Box<str>>,
    /// Why it was not judged.
    pub unjudged: Option<Unjudged>,
}

/// Why a session was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unjudged {
    /// There is no program for the agent.
    #[error("there are no contracts for this agent")]
    NoProgram,
    /// The trace is a log of another program.
    #[error(
        "this is a log of other contracts, and it keeps no arguments that these contracts \
         could be asked about"
    )]
    OtherProgram,
}

/// One event, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedEvent {
    /// The line of the file.
    pub line: usize,
    /// Its number in the session.
    pub seq: u64,
    /// What it was.
    pub kind: Kind,
    /// The tool it names.
    pub tool: Option<Box<str>>,
    /// What a caller would have had to do.
    pub decision: Decision,
    /// Everything that can be said, where something objected or failed.
    pub answer: Option<Box<Answer>>,
}

impl Report {
    /// What the whole check came to.
    pub fn finding(&self) -> Finding {
        // A session has at least one event, so no session means nothing to judge.
        self.sessions.iter().map(Judged::finding).max().unwrap_or(Finding::CouldNotJudge)
    }
}

impl Judged {
    /// What the session came to.
    pub fn finding(&self) -> Finding {
        let answers = || self.events.iter().filter_map(|event| event.answer.as_deref());
        if self.unjudged.is_some() || answers().any(|answer| answer.failure.is_some()) {
            Finding::CouldNotJudge
        } else if !self.owed.is_empty() || answers().next().is_some() {
            Finding::Violation
        } else {
            Finding::Clean
        }
    }
}

/// What an agent is judged by.
#[derive(Clone, Debug)]
pub struct Judge {
    /// Its contracts.
    pub program: Arc<Program>,
    /// The directory that it works in, where a trace tells of none.
    pub workspace: Option<Box<str>>,
}

impl From<Arc<Program>> for Judge {
    fn from(program: Arc<Program>) -> Self {
        Self { program, workspace: None }
    }
}

/// Judges traces. `judge_of` gives what an agent is judged by.
pub fn check(traces: &[Trace], judge_of: &mut dyn FnMut(&str) -> Option<Judge>) -> Report {
    let mut sessions = Vec::new();
    for trace in traces {
        for (agent, events) in by_agent(trace) {
            sessions.push(judge(&trace.name, agent, &events, judge_of(agent)));
        }
    }
    Report { sessions }
}

/// The events of each agent, and what every agent may have to know of the others; agents in the order in which they
/// appear. The user is no agent whose calls are judged.
fn by_agent(trace: &Trace) -> Vec<(&str, Vec<&TraceEvent>)> {
    let mut seen = BTreeSet::new();
    let names = trace.events.iter().map(|event| &*event.agent);
    let agents: Vec<&str> = names.filter(|name| *name != USER && seen.insert(*name)).collect();
    let heard = |agent: &str, event: &TraceEvent| *event.agent == *agent || is_shared(event);
    let events_of = |agent| trace.events.iter().filter(|event| heard(agent, event)).collect();
    agents.into_iter().map(|agent| (agent, events_of(agent))).collect()
}

/// Whether the event matters beyond its agent: what is written and said travels. A line of a log tells of its own
/// session only.
fn is_shared(event: &TraceEvent) -> bool {
    let travels = matches!(
        event.event.kind,
        EventKind::Message { .. }
            | EventKind::Delegation { .. }
            | EventKind::DataRead { .. }
            | EventKind::DataWrite { .. }
    );
    travels && event.recorded.is_none()
}

fn judge(trace: &str, agent: &str, events: &[&TraceEvent], by: Option<Judge>) -> Judged {
    let mut judged = Judged {
        trace: trace.to_owned(),
        agent: agent.into(),
        events: Vec::new(),
        owed: Vec::new(),
        unjudged: None,
    };
    let Some(Judge { program, workspace }) = by else {
        judged.unjudged = Some(Unjudged::NoProgram);
        return judged;
    };
    let hash = program.hash().to_string();
    if events.iter().any(|e| e.recorded.as_ref().is_some_and(|line| *line.program != *hash)) {
        judged.unjudged = Some(Unjudged::OtherProgram);
        return judged;
    }
    let place = |event: &TraceEvent| Place::told(event.place.as_deref(), workspace.as_deref());
    let mut here = Place::told(None, workspace.as_deref());
    let mut live = Live::new(&program, agent, trace).at(here.clone());
    let next = events.iter().skip(1).map(Some).chain([None]);
    for (event, next) in events.iter().zip(next) {
        let there = place(event);
        if there != here {
            live = live.at(there.clone());
            here = there;
        }
        let answer = step(&mut live, event);
        let refused = refusal(&event.event).filter(|_| !answer.decision.runs());
        judged.events.push(summary(event, answer));
        if let Some(refused) =
            refused.filter(|_| !next.is_some_and(|next| tells_of_refusal(next, event)))
        {
            let answer = live.step(&refused);
            if !answer.objections.is_empty() || answer.failure.is_some() {
                judged.events.push(summary(event, answer));
            }
        }
    }
    judged.owed = live.owed();
    judged
}

fn step(live: &mut Live, event: &TraceEvent) -> Answer {
    match &event.recorded {
        None => live.step(&event.event),
        Some(line) => live.step_recorded(&event.event, &line.truths),
    }
}

fn tells_of_refusal(next: &TraceEvent, call: &TraceEvent) -> bool {
    match (&next.event.kind, &call.event.kind) {
        (EventKind::Denied { tool: refused }, EventKind::ToolCall { tool, .. }) => refused == tool,
        _ => false,
    }
}

fn summary(event: &TraceEvent, answer: Answer) -> JudgedEvent {
    JudgedEvent {
        line: event.line,
        seq: answer.line.seq,
        kind: answer.line.kind,
        tool: answer.line.tool.clone(),
        decision: answer.decision,
        answer: (!answer.objections.is_empty() || answer.failure.is_some())
            .then(|| Box::new(answer)),
    }
}
