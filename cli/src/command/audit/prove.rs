//! `sponsio audit prove`: that one line was in the log, without the other lines.

use std::path::PathBuf;

use clap::Args;
use sponsio_engine::event::Digest;
use sponsio_record::checkpoint::{Proof, tree};
use sponsio_record::limits::NOTE_BYTES_MAX;

use super::extends::{self, Grown};
use super::key;
use super::verify::{tell, verify};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::logs::source::Log;
use crate::output::{Page, Report, Terminal};

/// Prove that one line was in a log
#[derive(Args, Debug)]
#[command(
    long_about = "Prints a proof that leads from one line of the log to a checkpoint. Whoever has the line, the proof \
        and the key that verifies can see that the line was in the log, without the rest of it.",
    after_long_help = "Example:\n  \
        sponsio audit prove 7 record.jsonl --checkpoint 1.checkpoint --key log.key.pub > 7.tlog-proof"
)]
pub(super) struct ProveArgs {
    /// The number of the line in the chain, from 1
    line: u64,
    /// The log, from its first line; with a single file also those that were set aside before it
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The checkpoint that the proof leads to
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,
    /// The file of the key that verifies the checkpoint
    #[arg(long, short, value_name = "FILE")]
    key: PathBuf,
}

pub(super) fn run(args: &ProveArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let verifier = key::verifier(&args.key)?;
    let checkpoint = extends::read(&args.checkpoint, &verifier)?;
    let size = checkpoint.size;
    let index = args.line.checked_sub(1).filter(|index| *index < size).ok_or_else(|| {
        let message = format!(
            "the checkpoint is about the lines 1 to {size}, and not about line {}",
            args.line
        );
        Failure::new(message).hint("`sponsio audit checkpoint` makes one that goes further")
    })?;
    let mut log = Log::named(&args.files)?;
    let mut grown = Grown::new(Some(checkpoint));
    let mut leaves: Vec<Digest> = Vec::new();
    let verified = verify(&mut log, false, |sealed, line| {
        let leaf = tree::leaf(line);
        grown.push(leaf);
        if sealed.line <= size {
            leaves.push(leaf);
        }
    })?;
    let verified = grown.compared(verified);
    let hashes = tree::prove(&leaves, index).filter(|_| verified.fault.is_none());
    let Some(hashes) = hashes else {
        let mut page = Page::new(terminal.width());
        tell(&verified, &log, &mut page);
        return Ok(Report::page(page, Exit::Found));
    };
    let note = input::read(&args.checkpoint, NOTE_BYTES_MAX)?;
    let note = core::str::from_utf8(&note).unwrap_or_default().into();
    Ok(Report { text: Proof { index, hashes, note }.write(), exit: Exit::Fine })
}
