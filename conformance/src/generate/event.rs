//! Random sessions, and what the oracle sees of them.

use fastrand::Rng;
use sponsio_engine::event::{Event, EventKind, Timestamp, Value};
use sponsio_engine::formula::Symbol;

use super::{called, fact};
use crate::oracle::Position;

/// The tools of random sessions.
pub const TOOLS: [&str; 3] = ["read", "pay", "mail"];
/// The context facts of random sessions.
pub const KEYS: [&str; 2] = ["p", "q"];

/// The facts of formulas about random sessions. The third tool is one that no formula names.
pub fn vocabulary() -> Vec<Symbol> {
    let calls = TOOLS.iter().take(2).map(|tool| called(tool));
    calls.chain(KEYS.iter().map(|key| fact(key))).chain([super::called_any()]).collect()
}

/// A session of one to `length_max` events: calls, and facts set to `1`, to another value, or cleared.
pub fn random(rng: &mut Rng, length_max: usize) -> Vec<Event> {
    let mut time = 0;
    let length = rng.usize(1..=length_max);
    let event = |_| {
        time += rng.i64(0..=2) * 500_000;
        let time = Timestamp(time);
        if rng.u8(0..5) < 3 {
            let tool = rng.choice(TOOLS).unwrap_or_default();
            return Event::call(time, tool, Value::empty());
        }
        let key = rng.choice(KEYS).unwrap_or_default();
        Event::context(time, key, rng.choice([Some("1"), Some("0"), None]).flatten())
    };
    (0..length).map(event).collect()
}

/// The positions of a session: what is called, and the facts as the events so far left them.
pub fn positions(events: &[Event]) -> Vec<Position> {
    let mut held: Vec<Symbol> = Vec::new();
    let position = |event: &Event| {
        let mut called_here = None;
        match &event.kind {
            EventKind::ToolCall { tool, .. } => called_here = Some(called(tool)),
            EventKind::Context { facts } => {
                for (key, value) in facts {
                    held.retain(|known| *known != fact(key));
                    held.extend((value.as_deref() == Some("1")).then(|| fact(key)));
                }
            }
            _ => {}
        }
        let facts = held.iter().cloned().chain(called_here).collect();
        Position { is_call: event.is_call(), time: event.time.0, facts }
    };
    events.iter().map(position).collect()
}
