//! A session that is replayed without arguments and texts, from the truths that were written down when it ran.

use sponsio_engine::event::{Event, EventKind, Value};
use sponsio_engine::session::{Scratch, Session, refusal};

use super::sessions::{compile, names, saw};
use super::{Run, Subject};
use crate::case::{Case, analyst};

/// Runs a session, keeps of each event its valuation but not its arguments and texts, and judges that again.
pub(super) struct Recorded;

impl Subject for Recorded {
    fn name(&self) -> &'static str {
        "recorded"
    }

    fn run(&self, case: &Case) -> Result<Run, String> {
        let program = compile(case, false, false)?;
        let mut scratch = Scratch::new(&program)
            .with_analyst(analyst())
            .with_reader(sponsio_guard::structure::of);
        let mut live = Session::new(&program);
        let mut replayed = Session::new(&program);
        let mut seen = Vec::new();
        for expected in &case.events {
            let first = saw(&program, &live.step(&expected.event, &mut scratch));
            let valuation = scratch.valuation(&program);
            // Of an event that was too large to be judged, a log has the failure and not the truths.
            let event = match &first.failure {
                Some(_) => expected.event.clone(),
                None => without_content(&expected.event),
            };
            let step = replayed.step_recorded(&event, &valuation, &mut scratch);
            let again = saw(&program, &step);
            if !again.decision.runs()
                && let Some(refusal) = refusal(&event)
            {
                live.step(&refusal, &mut scratch);
                let valuation = scratch.valuation(&program);
                replayed.step_recorded(&refusal, &valuation, &mut scratch);
            }
            seen.push(again);
        }
        Ok(Run { seen, owed: Some(names(&program, replayed.owed())) })
    }
}

fn without_content(event: &Event) -> Event {
    let mut event = event.clone();
    match &mut event.kind {
        EventKind::ToolCall { args, .. } => *args = Value::empty(),
        EventKind::ToolResult { output, .. } => *output = Value::Null,
        EventKind::LlmRequest { text, .. } | EventKind::LlmResponse { text, .. } => {
            *text = Box::default();
        }
        _ => {}
    }
    event
}
