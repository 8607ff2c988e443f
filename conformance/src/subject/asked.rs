//! Cases as a program meets them: contracts in files, and the calls of a guard's session, one after the other.
//!
//! A guard asks less of its caller than the engine: whose a call is, what it would do and what it is approved by are
//! not taken from outside. So a guard can not always be brought to where a case leads the engine. What a guard in this
//! process says is what every other way of asking one must say, byte for byte; where a case needs nothing else, it must
//! also be what the case expects.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_engine::event::{CallRef, Event, EventKind, Timestamp, Value};
use sponsio_guard::clock::Manual;
use sponsio_guard::guard::Request;
use sponsio_guard::load::read_from;
use sponsio_guard::source::FileSystem;
use sponsio_guard::{Answer, Guard};

use super::{Run, Seen};
use crate::case::{Case, Written};

/// What a guard said in the course of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The line of each step as it stands in a log.
    pub lines: Vec<String>,
    /// What was seen of each.
    pub seen: Vec<Seen>,
    /// What was owed at the end.
    pub owed: Vec<String>,
}

/// The name of the session.
pub const SESSION: &str = "case";

/// Writes the files of a case to a folder.
#[expect(clippy::disallowed_methods, reason = "whoever reads them is another process")]
pub fn write(written: &Written, folder: &Path) -> std::io::Result<()> {
    for (name, text) in &written.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// What a guard in this process says, whose files are in the folder.
pub fn here(case: &Case, agent: &str, folder: &Path) -> Result<Said, String> {
    let clock = Arc::new(Manual::default());
    let request =
        Request { agent: agent.to_owned(), clock: Some(Arc::clone(&clock)), ..Request::default() };
    let source = Folder { files: FileSystem::new(), variables: &case.written.variables };
    let entry = folder.join("sponsio.yaml");
    let configuration =
        read_from(&entry.to_string_lossy(), &source, None).map_err(|error| error.to_string())?;
    let opened = Guard::open_with(configuration, &request).map_err(|error| error.to_string())?;
    let session = opened.guard.session(SESSION).map_err(|error| error.to_string())?;
    let mut said = Said { lines: Vec::new(), seen: Vec::new(), owed: Vec::new() };
    for expected in &case.events {
        let Event { time, agent, kind } = expected.event.clone();
        clock.set(time);
        let answer = match kind {
            EventKind::SessionEnd => break,
            EventKind::ToolCall { tool, args, call, .. } => {
                session.before_call_with(&tool, &args, CallRef { digest: None, ..call })
            }
            EventKind::Approval { .. } => continue,
            kind if names_an_agent(&kind) => {
                session.observe_of(agent.as_deref().unwrap_or_default(), kind)
            }
            kind => session.observe(kind),
        };
        said.lines.push(answer.line.write());
        said.seen.push(saw(&answer));
    }
    said.owed = session.end().iter().map(ToString::to_string).collect();
    said.owed.sort();
    Ok(said)
}

/// Files of a folder, and an environment that is given.
struct Folder<'c> {
    files: FileSystem,
    variables: &'c BTreeMap<String, String>,
}

impl Source for Folder<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        self.files.read(including, spec)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

/// Whether a guard is told whose an event of this kind is.
pub fn names_an_agent(kind: &EventKind) -> bool {
    match kind {
        EventKind::Message { .. }
        | EventKind::Delegation { .. }
        | EventKind::DataRead { .. }
        | EventKind::DataWrite { .. } => true,
        EventKind::ToolCall { .. }
        | EventKind::ToolResult { .. }
        | EventKind::Denied { .. }
        | EventKind::LlmRequest { .. }
        | EventKind::LlmResponse { .. }
        | EventKind::Context { .. }
        | EventKind::Approval { .. }
        | EventKind::SessionEnd => false,
    }
}

fn saw(answer: &Answer) -> Seen {
    let mut by: Vec<String> = answer.objections.iter().map(|o| o.contract.to_string()).collect();
    by.sort();
    Seen {
        decision: answer.decision,
        by,
        verdicts: None,
        why: None,
        says: Some(answer.reason.clone()),
        repair: Some(answer.repair.iter().map(ToString::to_string).collect()),
        failure: answer.failure.map(|failure| failure.name().to_owned()),
    }
}

/// What was said as a run of the case; none where the case needs what a guard does not take from outside.
pub fn run(case: &Case, said: &Said) -> Option<Run> {
    let is_plain = |event: &Event| {
        let joined = match &event.kind {
            EventKind::ToolCall { call, .. } => call.digest.is_none(),
            EventKind::Approval { .. } | EventKind::SessionEnd => false,
            _ => true,
        };
        joined && event.agent.is_none() && event.time >= Timestamp::default()
    };
    let asks_effects = || {
        super::sessions::compile(case, true, false).map_or(true, |program| program.asks_effects())
    };
    let plain = case.events.iter().all(|expected| is_plain(&expected.event))
        && case.permissions.is_empty()
        && !asks_effects();
    plain.then(|| Run { seen: said.seen.clone(), owed: Some(said.owed.clone()) })
}

/// Text as JSON.
pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Texts by name as JSON.
pub fn texts(all: &BTreeMap<String, String>) -> Value {
    Value::Object(all.iter().map(|(name, one)| (name.as_str().into(), text(one))).collect())
}
