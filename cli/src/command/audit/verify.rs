//! `sponsio audit verify`: the first line of a log that is not as it was written.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use sponsio_record::chain::{self, Link, Sealed, Suspect, Trial, Walk, What};
use sponsio_record::checkpoint::note::Verifier;
use sponsio_record::checkpoint::{CheckpointError, Proof, tree};
use sponsio_record::limits::{LOG_LINE_BYTES_MAX, NOTE_BYTES_MAX};
use sponsio_record::schema::canonical::to_hex;

use super::extends::{self, Grown};
use super::key;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::logs::source::{Log, Physical, Place};
use crate::output::text::{counted, shown};
use crate::output::{Page, Report, Style, Terminal};

/// Find the first line of a log that is not as it was written
#[derive(Args, Debug)]
#[command(
    long_about = "Follows the chain from its first line to its last. Exits with 0 if every line is in its place, with \
        1 if one is not, with 2 if the log cannot be read. The first such line is said to be edited, removed (lines \
        before it are missing), reordered, inserted, duplicated, truncated or forked. With a checkpoint, a log that \
        ends before it is truncated, and one whose lines up to it are not those that were signed is forked. With a \
        proof, FILE holds the one line that it is about.",
    after_long_help = "Examples:\n  sponsio audit verify record.jsonl\n  \
        sponsio audit verify record.jsonl --checkpoint 1.checkpoint --key log.key.pub\n  \
        sponsio audit verify line.json --proof 7.tlog-proof --key log.key.pub\n  \
        sponsio audit verify record.jsonl.000001 record.jsonl.000002 --json"
)]
pub(super) struct VerifyArgs {
    /// The log; with a single file also those that were set aside before it (`FILE.000001` …)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The files are a part of a log: lines before the first are elsewhere
    #[arg(long)]
    part: bool,
    /// A checkpoint that the log must hold
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "part")]
    checkpoint: Option<PathBuf>,
    /// A proof that the line in FILE was in a log
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with_all = ["part", "checkpoint", "json"])]
    proof: Option<PathBuf>,
    /// The file of the key that verifies the checkpoint or the proof
    #[arg(long, short, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What is wrong with a log.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// A line is not in its place.
    Line(Place, chain::Fault),
    /// It ends before a checkpoint that is about so many lines.
    EndsEarly {
        /// The lines.
        size: u64,
    },
    /// Its first lines are not those of a checkpoint that is about so many.
    IsAnother {
        /// The lines.
        size: u64,
    },
}

impl Fault {
    fn name(&self) -> &'static str {
        match self {
            Self::Line(_, fault) => fault.what.name(),
            Self::EndsEarly { .. } => What::Truncated.name(),
            Self::IsAnother { .. } => What::Forked.name(),
        }
    }

    fn message(&self, log: &Log) -> String {
        match self {
            Self::Line(place, fault) => {
                let file = shown(&log.file(*place).display().to_string());
                format!("line {} of `{file}`: {fault}", place.line)
            }
            Self::EndsEarly { size } => {
                format!("the log had {size} lines when the checkpoint was signed, and has fewer")
            }
            Self::IsAnother { size } => {
                format!("the first {size} lines are not those that the checkpoint was signed for")
            }
        }
    }
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
    /// What is wrong, at its first place.
    pub(super) fault: Option<Fault>,
    /// The lines of a checkpoint that it was compared with.
    pub(super) checkpoint: Option<u64>,
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
        fault = Some(Fault::Line(place, trial.fault()));
    }
    let (first, last, torn) = (walk.first().unwrap_or(1), walk.at(), walk.torn());
    Ok(Verified { first, last, torn, fault, checkpoint: None })
}

pub(super) fn run(args: &VerifyArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let verifier = args.key.as_deref().map(key::verifier).transpose()?;
    if let (Some(proof), Some(verifier)) = (&args.proof, &verifier) {
        return proven(args, proof, verifier, terminal);
    }
    let mut log = Log::named(&args.files)?;
    let verified = match (&args.checkpoint, &verifier) {
        (Some(path), Some(verifier)) => {
            let mut grown = Grown::new(Some(extends::read(path, verifier)?));
            let verified = verify(&mut log, false, |_, line| grown.push(tree::leaf(line)))?;
            grown.compared(verified)
        }
        _ => verify(&mut log, args.part, |_, _| ())?,
    };
    let exit = if verified.fault.is_some() { Exit::Found } else { Exit::Fine };
    if args.json {
        return Ok(Report::json(&Document::of(&verified, &log), exit));
    }
    let mut page = Page::new(terminal.width());
    tell(&verified, &log, &mut page);
    Ok(Report::page(page, exit))
}

/// Whether the one line in the file was in the log of a proof.
fn proven(
    args: &VerifyArgs,
    path: &Path,
    verifier: &Verifier,
    terminal: &Terminal,
) -> Result<Report, Failure> {
    let [file] = args.files.as_slice() else {
        return Err(Failure::new("a proof is about one line, in one file"));
    };
    let bytes = input::read(file, LOG_LINE_BYTES_MAX.saturating_add(1))?;
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    if line.contains(&b'\n') {
        let message = format!("`{}` has more than one line", shown(&file.display().to_string()));
        return Err(
            Failure::new(message).hint("a proof is about one; copy it to a file of its own")
        );
    }
    let text = input::read(path, NOTE_BYTES_MAX)?;
    let refused = |error: CheckpointError| {
        Failure::new(format!("the proof `{}` cannot be used: {error}", path.display()))
    };
    let proof = Proof::read(core::str::from_utf8(&text).unwrap_or_default()).map_err(refused)?;
    let mut page = Page::new(terminal.width());
    match proof.verify(line, verifier) {
        Ok(checkpoint) => {
            let number = proof.index.saturating_add(1);
            let text = format!(
                "line {number} of the {} lines of `{}`",
                checkpoint.size, checkpoint.origin
            );
            page.labelled("proven:", Style::Good, &shown(&text));
            Ok(Report::page(page, Exit::Fine))
        }
        Err(error @ CheckpointError::Elsewhere) => {
            page.labelled("not proven:", Style::Bad, &error.to_string());
            Ok(Report::page(page, Exit::Found))
        }
        Err(error) => Err(refused(error)),
    }
}

pub(super) fn tell(verified: &Verified, log: &Log, page: &mut Page) {
    let Verified { first, last, torn, fault, checkpoint } = *verified;
    if let Some(fault) = fault {
        page.labelled(&format!("{}:", fault.name()), Style::Bad, &fault.message(log));
        let before = match verified.lines() {
            0 => "no line before it is in its place".to_owned(),
            _ => format!("lines {first} to {} of the chain are in their place", last.line),
        };
        page.paragraph(0, Style::Plain, &before);
        return;
    }
    let lines = counted_lines(verified.lines());
    let files = counted(log.count(), "file");
    page.labelled("intact:", Style::Good, &format!("{lines} in {files}, {first} to {}", last.line));
    page.labelled("the last:", Style::Plain, &to_hex(&last.hash.0));
    if let Some(size) = checkpoint {
        let text = format!("its first {} are those that were signed", counted_lines(size));
        page.labelled("checkpoint:", Style::Good, &text);
    }
    if torn > 0 {
        let text = format!(
            "{} of a line that a crash left unfinished; no caller was told of it",
            if torn == 1 { "one line tells".to_owned() } else { format!("{torn} lines tell") }
        );
        page.labelled("torn:", Style::Warn, &text);
    }
}

fn counted_lines(lines: u64) -> String {
    counted(usize::try_from(lines).unwrap_or(usize::MAX), "line")
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
    checkpoint: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Found>,
}

#[derive(Serialize)]
struct Found {
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<At>,
    message: String,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: u64,
    expected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<[u64; 2]>,
}

impl Document {
    fn of(verified: &Verified, log: &Log) -> Self {
        let at = |fault: &Fault| match fault {
            Fault::EndsEarly { .. } | Fault::IsAnother { .. } => None,
            Fault::Line(place, fault) => Some(At {
                file: log.file(*place).display().to_string(),
                line: place.line,
                expected: fault.expected,
                found: fault.found,
                missing: match fault.what {
                    What::Removed(first, last) => Some([first, last]),
                    _ => None,
                },
            }),
        };
        let found = |fault: Fault| Found {
            what: fault.name(),
            at: at(&fault),
            message: fault.message(log),
        };
        Self {
            intact: verified.fault.is_none(),
            lines: verified.lines(),
            first: verified.first,
            last: verified.last.line,
            hash: to_hex(&verified.last.hash.0),
            torn: verified.torn,
            files: log.count(),
            checkpoint: verified.checkpoint,
            fault: verified.fault.map(found),
        }
    }
}
