//! `sponsio export-sessions`: the sessions of logs, one JSON object for each, to a file or an address.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use sponsio_engine::event::Timestamp;
use sponsio_record::schema::glance::Glance;
use sponsio_record::schema::kind::Kind;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::limits::EXPORT_BYTES_MAX;
use crate::logs::LogsArgs;
use crate::logs::moment::written;
use crate::logs::select::Selection;
use crate::logs::source::{Log, Physical};
use crate::output::text::{counted, shown};
use crate::output::{Page, Report, Style, Terminal, own_file};
use crate::send::{Header, Target};

/// Write the sessions of logs to a file, or send them to an address
#[derive(Args, Debug)]
#[command(
    long_about = "Puts the lines of logs together by session and writes one JSON object for each, one on each line: \
        the session, its agent, what was counted, and its lines as they stand, so that they can still be verified one \
        by one. Lines have no secrets of known shapes. A file is written as a whole or not at all, for its owner \
        alone. To an address objects are posted, several in one request (`application/x-ndjson`); a request that fails \
        for a reason that may pass is made again a few times.\n\n\
        Exits with 2 if a log cannot be read, or something was not delivered.",
    after_long_help = "Examples:\n  sponsio export-sessions record.jsonl --to sessions.jsonl\n  \
        sponsio export-sessions logs/ --to https://collect.example/in --header 'Authorization: Bearer …'\n  \
        sponsio export-sessions record.jsonl --to - | jq .session"
)]
pub(crate) struct ExportSessionsArgs {
    #[command(flatten)]
    logs: LogsArgs,
    /// A file, `-` for standard output, or an address that begins with `http://` or `https://`
    #[arg(long, value_name = "FILE|URL")]
    to: String,
    /// A header of every request, such as `Authorization: Bearer …`; may be given several times
    #[arg(long, value_name = "NAME: VALUE", value_parser = Header::parsed)]
    header: Vec<Header>,
    /// How many sessions go into one request, at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    batch_size: u16,
}

/// Sessions by name and agent, each with its lines.
type Sessions = BTreeMap<(String, String), Vec<String>>;

#[derive(Serialize)]
struct Document<'l> {
    session: &'l str,
    agent: &'l str,
    first: String,
    last: String,
    events: usize,
    calls: usize,
    objected: usize,
    stopped: usize,
    ended: bool,
    lines: Vec<&'l RawValue>,
}

pub(crate) fn run(args: &ExportSessionsArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let selection = args.logs.selection()?;
    let mut sessions = Sessions::new();
    let mut bytes = 0usize;
    for mut log in args.logs.logs()? {
        collect(&mut log, &selection, &mut sessions, &mut bytes)?;
    }
    let documents: Vec<String> =
        sessions.iter().map(|((session, agent), lines)| document(session, agent, lines)).collect();
    let said = match args.to.as_str() {
        "-" => {
            return Ok(Report { text: documents.concat(), exit: Exit::Fine });
        }
        url if url.starts_with("http://") || url.starts_with("https://") => {
            let target = Target::new(url, &args.header)?;
            let batches: Vec<String> =
                documents.chunks(usize::from(args.batch_size)).map(<[String]>::concat).collect();
            for (index, batch) in batches.iter().enumerate() {
                target.post(batch).map_err(|failure| {
                    let delivered = index.saturating_mul(usize::from(args.batch_size));
                    let text =
                        format!("{} of {} were delivered before", delivered, documents.len());
                    failure.hint(text)
                })?;
            }
            format!(
                "{} in {}",
                counted(documents.len(), "session"),
                counted(batches.len(), "request")
            )
        }
        file => {
            let path = Path::new(file);
            own_file::write(path, documents.concat().as_bytes())
                .map_err(|error| Failure::unwritable(path, &error))?;
            format!("{} to `{}`", counted(documents.len(), "session"), shown(file))
        }
    };
    let mut page = Page::new(terminal.errors_width());
    page.labelled("exported:", Style::Good, &said);
    // Standard output is for what is exported.
    let _ = terminal.errors().write_all(page.finish().as_bytes());
    Ok(Report { text: String::new(), exit: Exit::Fine })
}

/// Puts the lines that are meant to their sessions.
fn collect(
    log: &mut Log,
    selection: &Selection,
    sessions: &mut Sessions,
    bytes: &mut usize,
) -> Result<(), Failure> {
    let mut refused = None;
    log.each(|Physical { place, bytes: line, is_whole }| {
        if !is_whole || line.trim_ascii().is_empty() {
            return ControlFlow::Continue(());
        }
        match Glance::read(line) {
            Err(error) => refused = Some((place, error.to_string())),
            Ok(glance) if selection.takes(&glance) => {
                *bytes = bytes.saturating_add(line.len());
                if *bytes > EXPORT_BYTES_MAX {
                    refused =
                        Some((place, format!("more than {EXPORT_BYTES_MAX} bytes are meant")));
                    return ControlFlow::Break(());
                }
                let key = (glance.session.into_owned(), glance.agent.into_owned());
                let text = String::from_utf8_lossy(line).into_owned();
                sessions.entry(key).or_default().push(text);
            }
            Ok(_) => {}
        }
        if refused.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match refused {
        None => Ok(()),
        Some((place, why)) => {
            let name = log.file(place).display().to_string();
            let message = format!("line {} of `{name}`: {why}", place.line);
            Err(Failure::new(shown(&message))
                .hint("`sponsio audit verify` says what happened to a log; `--since` and `--until` mean fewer lines"))
        }
    }
}

/// The object of a session, with a line break.
fn document(session: &str, agent: &str, lines: &[String]) -> String {
    let glances: Vec<Glance<'_>> =
        lines.iter().filter_map(|line| Glance::read(line.as_bytes()).ok()).collect();
    let count = |is: &dyn Fn(&Glance<'_>) -> bool| glances.iter().filter(|line| is(line)).count();
    let times = || glances.iter().map(|line| line.time);
    let moment = |time: Option<Timestamp>| time.map(written).unwrap_or_default();
    let document = Document {
        session,
        agent,
        first: moment(times().min()),
        last: moment(times().max()),
        events: glances.len(),
        calls: count(&|line| line.kind == Kind::ToolCall),
        objected: count(&|line| line.contracts.iter().any(|said| said.outcome.is_some())),
        stopped: count(&|line| !line.decision.runs()),
        ended: count(&|line| line.kind == Kind::SessionEnd) > 0,
        lines: lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect(),
    };
    // Every member is a text, a number or JSON, which cannot fail to serialise.
    let mut text = serde_json::to_string(&document).unwrap_or_default();
    text.push('\n');
    text
}
