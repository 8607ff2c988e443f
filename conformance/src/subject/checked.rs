//! A trace that is judged after the fact, and the log of it decided again.

use sponsio_engine::session::refusal;
use sponsio_guard::check::{JudgedEvent, check};
use sponsio_guard::live::Live;
use sponsio_guard::replay::replay;
use sponsio_record::schema::line::Line;
use sponsio_record::schema::trace::{Trace, TraceEvent};

use super::sessions::{compile, words};
use super::{Run, Seen, Subject};
use crate::case::Case;

/// The events as a trace that is checked; what a check says is what a session would have decided.
pub(super) struct Checked;

impl Subject for Checked {
    fn name(&self) -> &'static str {
        "checked"
    }

    fn run(&self, case: &Case) -> Result<Run, String> {
        let program = compile(case, false, false)?;
        let event = |(place, expected): (usize, &crate::case::Expected)| TraceEvent {
            agent: "agent".into(),
            event: expected.event.clone(),
            line: place + 1,
            place: None,
            recorded: None,
        };
        let events = case.events.iter().enumerate().map(event).collect();
        let trace = Trace { name: case.name.clone(), events };
        let report = check(&[trace], &mut |_| Some(program.clone().into()));
        let [judged] = report.sessions.as_slice() else {
            return Err(format!("one trace of one agent is {} sessions", report.sessions.len()));
        };
        let mut seen = Vec::new();
        for judged in &judged.events {
            // What a refusal brings about stands behind the refused call, with its line.
            if judged.line == seen.len() + 1 {
                seen.push(saw(judged));
            }
        }
        let mut owed: Vec<String> = judged.owed.iter().map(ToString::to_string).collect();
        owed.sort();
        replays(case)?;
        Ok(Run { seen, owed: Some(owed) })
    }
}

fn saw(judged: &JudgedEvent) -> Seen {
    let answer = judged.answer.as_deref();
    let mut by: Vec<String> =
        answer.iter().flat_map(|a| &a.objections).map(|o| o.contract.to_string()).collect();
    by.sort();
    let explanations = answer.iter().flat_map(|answer| &answer.explanations);
    Seen {
        decision: judged.decision,
        by,
        verdicts: None,
        why: Some(explanations.map(words).collect::<Vec<_>>().join("\n")),
        says: Some(answer.map(|answer| answer.reason.clone()).unwrap_or_default()),
        repair: Some(answer.iter().flat_map(|a| &a.repair).map(ToString::to_string).collect()),
        failure: answer.and_then(|a| a.failure).map(|failure| failure.name().to_owned()),
    }
}

/// Whether the log of the case, decided again, says the same on every line.
fn replays(case: &Case) -> Result<(), String> {
    let program = compile(case, false, false)?;
    let mut live = Live::new(&program, "agent", &case.name);
    let mut lines: Vec<(usize, Line)> = Vec::new();
    for expected in &case.events {
        let answer = live.step(&expected.event);
        lines.push((lines.len() + 1, answer.line));
        if !answer.decision.runs()
            && let Some(refusal) = refusal(&expected.event)
        {
            lines.push((lines.len() + 1, live.step(&refusal).line));
        }
    }
    let replayed = replay(&lines, &mut |_| Some(program.clone()));
    match replayed.difference {
        Some(difference) => Err(format!("its log, decided again: {difference}")),
        None if replayed.lines == lines.len() => Ok(()),
        None => {
            Err(format!("{} of {} lines of its log are decided again", replayed.lines, lines.len()))
        }
    }
}
