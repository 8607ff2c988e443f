//! One contract in a session, against the definitions.
//!
//! A session goes through everything that a formula by itself does not: events with names and facts, past
//! operators and counters in registers, routes. In observe mode, a session and a plain trace are the same
//! up to the first violation; from there on the session leaves out what the contract objected to, and the
//! comparison only asks that no continuation would have been accepted.

use sponsio_engine::contract::Contract;
use sponsio_engine::event::Event;
use sponsio_engine::formula::Formula;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;
use sponsio_engine::verdict::Verdict;

use super::Difference;
use crate::generate::event::positions;
use crate::oracle::holds;

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The engine refuses the contract, with a reason.
    Refused,
    /// The session agrees with the definitions; whether it was violated.
    Agreed {
        /// Whether the contract objected to an event.
        violated: bool,
    },
}

/// Compares the contract that guarantees `formula` with the definitions on the prefixes of `events`. An
/// objection must come where the formula stops holding for ever; `is_safety` says that this is where it
/// first stops holding.
pub fn on_session(
    formula: &Formula,
    events: &[Event],
    lazy: bool,
    is_safety: bool,
) -> Result<Compared, Difference> {
    let contract = Contract::new("the formula", formula.clone());
    let options = Options { mode: Mode::Observe, lazy, ..Options::default() };
    let Ok(program) = Program::compile(&[contract], &options) else { return Ok(Compared::Refused) };
    let Some(id) = program.contracts().first().map(|contract| contract.id()) else {
        return Ok(Compared::Refused);
    };
    let trace = positions(events);
    let expected: Vec<bool> = (1..=trace.len())
        .map(|n| trace.get(..n).is_some_and(|prefix| holds(formula, prefix)))
        .collect();
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    if session.verdict(id) == Verdict::Violated {
        if expected.contains(&true) {
            return Err(Difference::new(formula, &trace, "violated from the start, and met"));
        }
        let objects =
            events.first().is_none_or(|e| !session.step(e, &mut scratch).objections.is_empty());
        return if objects {
            Ok(Compared::Agreed { violated: true })
        } else {
            Err(Difference::new(formula, &trace, "what no session meets is allowed"))
        };
    }
    for (at, event) in events.iter().enumerate() {
        let difference = |what: String| {
            let prefix = trace.get(..=at).unwrap_or(&trace);
            Err(Difference::new(formula, prefix, format!("lazy {lazy}: {what}")))
        };
        let (here, rest) = match expected.get(at..) {
            Some([here, rest @ ..]) => (*here, rest),
            _ => break,
        };
        let is_objection = !session.step(event, &mut scratch).objections.is_empty();
        if is_objection && (here || rest.contains(&true)) {
            return difference("an objection to what can still be met".into());
        }
        if is_objection {
            return Ok(Compared::Agreed { violated: true });
        }
        let verdict = session.verdict(id);
        if verdict.is_accepting() != here {
            return difference(format!("the session says {verdict}, the definition {here}"));
        }
        if is_safety && !here {
            return difference("no objection to the end of a safety formula".into());
        }
        if verdict == Verdict::Satisfied && rest.contains(&false) {
            return difference("satisfied, but not for ever".into());
        }
    }
    Ok(Compared::Agreed { violated: false })
}
