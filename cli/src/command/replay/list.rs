//! The sessions of a log, and the lines of one of them.

use core::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;
use sponsio_engine::event::Timestamp;
use sponsio_record::schema::glance::Glance;
use sponsio_record::schema::line::Line;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::limits::{LISTED_SESSIONS_MAX, SESSION_LINES_MAX};
use crate::logs::moment::written;
use crate::logs::source::{Log, Physical};
use crate::output::text::shown;
use crate::output::{Cell, Page, Report, Style, Table, Terminal};

/// What is listed of a session.
#[derive(Clone, Copy, Debug, Default)]
struct Listed {
    events: u64,
    objected: u64,
    first: Timestamp,
    last: Timestamp,
}

/// The lines of a session.
#[derive(Default)]
pub(super) struct Found {
    /// Each with its number in the log, from 1.
    pub(super) lines: Vec<(usize, Line)>,
    /// As they stand.
    pub(super) texts: Vec<String>,
}

/// Shows every line of the log, with its number.
fn each(
    log: &mut Log,
    mut visit: impl FnMut(usize, &[u8], &Glance<'_>) -> ControlFlow<()>,
) -> Result<(), Failure> {
    let name = log.name();
    let mut number = 0usize;
    let mut bad = None;
    log.each(|Physical { bytes, is_whole, .. }| {
        number = number.saturating_add(1);
        if !is_whole || bytes.trim_ascii().is_empty() {
            return ControlFlow::Continue(());
        }
        match Glance::read(bytes) {
            Ok(line) => visit(number, bytes, &line),
            Err(error) => {
                bad = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    match bad {
        None => Ok(()),
        Some(error) => {
            Err(Failure::new(shown(&format!("`{name}` is no log: line {number}: {error}")))
                .hint("`sponsio audit verify` says what happened to a log"))
        }
    }
}

/// The lines of the session with this name.
pub(super) fn session(path: &Path, name: &str, agent: Option<&str>) -> Result<Found, Failure> {
    let mut log = Log::named(&[path.to_path_buf()])?;
    let mut found = Found::default();
    let mut refused = None;
    each(&mut log, |number, bytes, line| {
        if line.session != name || agent.is_some_and(|agent| line.agent != agent) {
            return ControlFlow::Continue(());
        }
        if found.lines.len() >= SESSION_LINES_MAX {
            refused = Some(format!("the session has more than {SESSION_LINES_MAX} lines"));
            return ControlFlow::Break(());
        }
        match Line::read(bytes, number) {
            Ok(line) => {
                found.lines.push((number, line));
                found.texts.push(String::from_utf8_lossy(bytes).into_owned());
                ControlFlow::Continue(())
            }
            Err(error) => {
                refused = Some(error.to_string());
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(why) = refused {
        return Err(Failure::new(shown(&why)));
    }
    let agents: BTreeMap<&str, ()> = found.lines.iter().map(|(_, l)| (&*l.agent, ())).collect();
    let named: Vec<String> = agents.keys().map(|agent| format!("`{}`", shown(agent))).collect();
    match named.len() {
        0 => {
            let message = format!("there is no session `{}` in `{}`", shown(name), log.name());
            Err(Failure::new(message).hint("`sponsio replay LOG --list` says which there are"))
        }
        1 => Ok(found),
        count => {
            let message = format!("{count} agents have a session `{}`", shown(name));
            Err(Failure::new(message)
                .hint(format!("choose one with `--agent ID`: {}", named.join(", "))))
        }
    }
}

#[derive(Serialize)]
struct Document {
    sessions: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    session: String,
    agent: String,
    events: u64,
    objected: u64,
    first: String,
    last: String,
}

/// Lists the sessions, the one with the latest event first.
pub(super) fn run(path: &Path, json: bool, terminal: &Terminal) -> Result<Report, Failure> {
    let mut log = Log::named(&[path.to_path_buf()])?;
    let mut sessions: BTreeMap<(String, String), Listed> = BTreeMap::new();
    let mut is_full = false;
    each(&mut log, |_, _, line| {
        let key = (line.session.to_string(), line.agent.to_string());
        let is_new = !sessions.contains_key(&key);
        if is_new && sessions.len() >= LISTED_SESSIONS_MAX {
            is_full = true;
            return ControlFlow::Continue(());
        }
        let listed = sessions.entry(key).or_default();
        if is_new {
            listed.first = line.time;
            listed.last = line.time;
        }
        let is_objected = line.contracts.iter().any(|said| said.outcome.is_some());
        listed.events = listed.events.saturating_add(1);
        listed.objected = listed.objected.saturating_add(u64::from(is_objected));
        listed.first = listed.first.min(line.time);
        listed.last = listed.last.max(line.time);
        ControlFlow::Continue(())
    })?;
    if is_full {
        let message = format!("the log has more than {LISTED_SESSIONS_MAX} sessions");
        return Err(Failure::new(message).hint("`sponsio report` lists those with objections"));
    }
    let mut rows: Vec<((String, String), Listed)> = sessions.into_iter().collect();
    rows.sort_by_key(|(_, listed)| Reverse(listed.last));
    if json {
        let row = |((session, agent), listed): ((String, String), Listed)| Row {
            session,
            agent,
            events: listed.events,
            objected: listed.objected,
            first: written(listed.first),
            last: written(listed.last),
        };
        let sessions = rows.into_iter().map(row).collect();
        return Ok(Report::json(&Document { sessions }, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    let mut table = Table::new(&["session", "agent", "events", "objections", "last event"], 0, 0);
    for ((session, agent), listed) in &rows {
        let style = if listed.objected > 0 { Style::Bad } else { Style::Faint };
        table.row([
            Cell::new(Style::Accent, shown(session)),
            Cell::from(shown(agent)),
            Cell::from(listed.events.to_string()),
            Cell::new(style, listed.objected.to_string()),
            Cell::from(written(listed.last)),
        ]);
    }
    table.write(&mut page);
    Ok(Report::page(page, Exit::Fine))
}
