//! A workload for each pattern of the registry: its own example, and calls of the tools it mentions.
//!
//! The calls carry every argument that the examples speak about, so whichever tool a pattern is about, its
//! arguments are there. Patterns with a limit reach it early and refuse from then on; the ones whose limit stands
//! in the way of a long history are measured a second time with a limit that no session reaches.

use sponsio_contracts::pattern::PATTERNS;
use sponsio_engine::event::{Event, Timestamp};

use crate::Failure;
use crate::contracts::{contracts, program};
use crate::workload::{Workload, call, call_with};

const ARGUMENTS: &[(&str, &str)] = &[
    ("command", "ls -la"),
    ("host", "api.corp.com"),
    ("amount", "50"),
    ("query", "select 1"),
    ("path", "/app/data/report.csv"),
    ("confirmed", "true"),
];

/// Limits that a million events do not reach.
const UNREACHED: [&str; 4] = [
    "tool `search` at most 100000000 times",
    "tool `deploy` at most 100000000 retries",
    "tool `search` must not loop more than 100000000 times",
    "argument `query` of tool `sql` at most 500 characters",
];

/// One workload for each pattern, and one for each limit that is not reached.
pub fn all() -> Result<Vec<Workload>, Failure> {
    let examples = PATTERNS.iter().map(|pattern| (pattern.name.to_owned(), pattern.example));
    let unreached = UNREACHED.iter().map(|sentence| ((*sentence).to_owned(), *sentence));
    examples.chain(unreached).map(|(name, sentence)| workload(&name, sentence)).collect()
}

fn workload(name: &str, sentence: &str) -> Result<Workload, Failure> {
    let program = program(&contracts(&[sentence])?)?;
    let mut events = vec![Event::context(Timestamp(0), "order", Some("open"))];
    for tool in program.tools() {
        events.extend([call_with(tool, ARGUMENTS), call("unrelated"), call_with(tool, ARGUMENTS)]);
    }
    events.push(Event::context(Timestamp(0), "order", None));
    events.push(call("unrelated"));
    Workload::new(name, &[sentence], events)
}
