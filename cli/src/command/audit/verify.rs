//! `sponsio audit verify`: the first line of a log that is not as it was written.

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sponsio_record::chain::{Fault, Link, Sealed, Suspect, Trial, Walk, What};
use sponsio_record::schema::canonical::to_hex;

use super::source::{Log, Physical, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::{counted, shown};
use crate::output::{Page, Report, Style, Terminal};

/// Find the first line of a log that is not as it was written
#[derive(Args, Debug)]
#[command(
    long_about = "Follows the chain from its first line to its last. Exits with 0 if every line is in its place, with \
        1 if one is not, with 2 if the log cannot be read. The first such line is said to be edited, removed (lines \
        before it are missing), reordered, inserted, duplicated, truncated or forked.",
    after_long_help = "Examples:\n  sponsio audit verify record.jsonl\n  \
        sponsio audit verify record.jsonl.000001 record.jsonl.000002 --json"
)]
pub(super) struct VerifyArgs {
    /// The log; with a single file also those that were set aside before it (`FILE.000001` …)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The files are a part of a log: lines before the first are elsewhere
    #[arg(long)]
    part: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What the files of a log came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verified {
    /// The number of the first line.
    pub(super) first: u64,
    /// The last line that is in its place.
    pub(super) last: Link,
    /// Lines that tell of an unfinished one before them.
    torn: u64,
    /// The first line that is not in its place.
    pub(super) fault: Option<(Place, Fault)>,
}

impl Verified {
    fn lines(&self) -> u64 {
        self.last.line.saturating_add(1).saturating_sub(self.first)
    }
}

/// Follows the chain. Every line that is in its place is shown to `visit`.
pub(super) fn verify(
    log: &mut Log,
    is_part: bool,
    mut visit: impl FnMut(&Sealed, &[u8]),
) -> Result<Verified, Failure> {
    let mut walk = Walk::new(is_part);
    let mut suspect: Option<(Place, Box<Suspect>)> = None;
    let mut is_empty = true;
    log.each(|Physical { place, bytes, is_whole }| {
        is_empty = false;
        match walk.step(bytes, is_whole) {
            Ok(sealed) => {
                visit(&sealed, bytes);
                ControlFlow::Continue(())
            }
            Err(bad) => {
                suspect = Some((place, bad));
                ControlFlow::Break(())
            }
        }
    })?;
    if is_empty {
        let message = format!("`{}` has no lines, so nothing can be verified", log.name());
        return Err(Failure::new(message));
    }
    let mut fault = None;
    if let Some((place, suspect)) = suspect {
        let mut trial = Trial::new(*suspect);
        log.each(|line| {
            trial.hear(line.bytes);
            ControlFlow::Continue(())
        })?;
        fault = Some((place, trial.fault()));
    }
    Ok(Verified { first: walk.first().unwrap_or(1), last: walk.at(), torn: walk.torn(), fault })
}

pub(super) fn run(args: &VerifyArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let mut log = Log::named(&args.files)?;
    let verified = verify(&mut log, args.part, |_, _| ())?;
    let exit = if verified.fault.is_some() { Exit::Found } else { Exit::Fine };
    if args.json {
        return Ok(Report::json(&Document::of(&verified, &log), exit));
    }
    let mut page = Page::new(terminal.width());
    tell(&verified, &log, &mut page);
    Ok(Report::page(page, exit))
}

pub(super) fn tell(verified: &Verified, log: &Log, page: &mut Page) {
    let Verified { first, last, torn, fault } = *verified;
    if let Some((place, fault)) = fault {
        let file = shown(&log.file(place).display().to_string());
        let text = format!("line {} of `{file}`: {fault}", place.line);
        page.labelled(&format!("{}:", fault.what.name()), Style::Bad, &text);
        let before = match verified.lines() {
            0 => "no line before it is in its place".to_owned(),
            _ => format!("lines {first} to {} of the chain are in their place", last.line),
        };
        page.paragraph(0, Style::Plain, &before);
        return;
    }
    let lines = counted(usize::try_from(verified.lines()).unwrap_or(usize::MAX), "line");
    let files = counted(log.count(), "file");
    page.labelled("intact:", Style::Good, &format!("{lines} in {files}, {first} to {}", last.line));
    page.labelled("the last:", Style::Plain, &to_hex(&last.hash.0));
    if torn > 0 {
        let text = format!(
            "{} of a line that a crash left unfinished; no caller was told of it",
            if torn == 1 { "one line tells".to_owned() } else { format!("{torn} lines tell") }
        );
        page.labelled("torn:", Style::Warn, &text);
    }
}

#[derive(Serialize)]
struct Document {
    intact: bool,
    lines: u64,
    first: u64,
    last: u64,
    hash: String,
    torn: u64,
    files: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Found>,
}

#[derive(Serialize)]
struct Found {
    what: &'static str,
    file: String,
    line: u64,
    expected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<[u64; 2]>,
    message: String,
}

impl Document {
    fn of(verified: &Verified, log: &Log) -> Self {
        let found = |(place, fault): (Place, Fault)| Found {
            what: fault.what.name(),
            file: log.file(place).display().to_string(),
            line: place.line,
            expected: fault.expected,
            found: fault.found,
            missing: match fault.what {
                What::Removed(first, last) => Some([first, last]),
                _ => None,
            },
            message: fault.to_string(),
        };
        Self {
            intact: verified.fault.is_none(),
            lines: verified.lines(),
            first: verified.first,
            last: verified.last.line,
            hash: to_hex(&verified.last.hash.0),
            torn: verified.torn,
            files: log.count(),
            fault: verified.fault.map(found),
        }
    }
}
