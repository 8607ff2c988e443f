//! What becomes of each case.

#![expect(
    clippy::disallowed_methods,
    reason = "how long a case takes is measured here, and decides nothing"
)]

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sponsio_engine::decision::Decision;
use sponsio_engine::decision::Outcome as Objected;
use sponsio_guard::check::{Judge, check};

use super::case::Case;

/// What the agents that occur are judged by; one stands for all others.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    /// By the name of the agent.
    pub named: BTreeMap<String, Judge>,
    /// That of every other agent.
    pub other: Option<Judge>,
}

impl Programs {
    fn of(&self, agent: &str) -> Option<Judge> {
        self.named.get(agent).or(self.other.as_ref()).cloned()
    }
}

/// How a case went, from the mildest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Everything ran.
    Passed,
    /// Everything ran, and something that must follow was missing at the end.
    Owed,
    /// A person was asked.
    Asked,
    /// A call was refused or replaced.
    Denied,
}

impl Stop {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Owed => "owed",
            Self::Asked => "asked",
            Self::Denied => "denied",
        }
    }
}

/// What became of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it went.
    pub stop: Stop,
    /// The contracts that stopped it, each with the first event that it objected to; 0 is the end.
    pub contracts: BTreeMap<String, u64>,
    /// How many calls were refused or replaced.
    pub calls_denied: u32,
    /// Whether a part of it could not be judged.
    pub is_unjudged: bool,
    /// How long that took.
    pub time: Duration,
}

/// Judges all cases; `done` is told of each.
pub fn judge_all(cases: &[Case], programs: &Programs, done: &(dyn Fn() + Sync)) -> Vec<Outcome> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<Option<Outcome>>> = Mutex::new(vec![None; cases.len()]);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(cases.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(index) else { break };
                    let outcome = judge(case, programs);
                    let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(slot) = outcomes.get_mut(index) {
                        *slot = Some(outcome);
                    }
                    drop(outcomes);
                    done();
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(unjudged)).collect()
}

/// What stands for a case that was not judged.
fn unjudged() -> Outcome {
    Outcome {
        stop: Stop::Passed,
        contracts: BTreeMap::new(),
        calls_denied: 0,
        is_unjudged: true,
        time: Duration::ZERO,
    }
}

fn judge(case: &Case, programs: &Programs) -> Outcome {
    let begin = Instant::now();
    let report = check(std::slice::from_ref(&case.trace), &mut |agent| programs.of(agent));
    let time = begin.elapsed();
    let mut outcome = Outcome { time, ..unjudged() };
    outcome.is_unjudged = report.sessions.is_empty();
    for session in &report.sessions {
        outcome.is_unjudged |= session.unjudged.is_some();
        for event in &session.events {
            let stop = match event.decision {
                Decision::Allow | Decision::Warn => continue,
                Decision::Escalate => Stop::Asked,
                Decision::Redirect | Decision::Block => Stop::Denied,
            };
            outcome.stop = outcome.stop.max(stop);
            let is_denied = u32::from(stop == Stop::Denied);
            outcome.calls_denied = outcome.calls_denied.saturating_add(is_denied);
            let Some(answer) = &event.answer else { continue };
            outcome.is_unjudged |= answer.failure.is_some();
            let acts = |o: &&sponsio_guard::live::Objection| {
                matches!(o.outcome, Objected::Blocked | Objected::Escalated | Objected::Redirected)
            };
            for objection in answer.objections.iter().filter(acts) {
                outcome.contracts.entry(objection.contract.to_string()).or_insert(event.seq);
            }
        }
        for name in &session.owed {
            outcome.stop = outcome.stop.max(Stop::Owed);
            outcome.contracts.entry(name.to_string()).or_insert(0);
        }
    }
    outcome
}
