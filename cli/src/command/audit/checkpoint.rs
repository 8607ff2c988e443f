//! `sponsio audit checkpoint`: how far a log has come, signed.

use std::path::PathBuf;

use clap::Args;
use sponsio_record::checkpoint::{Checkpoint, tree};

use super::extends::{self, Grown};
use super::key;
use super::verify::{tell, verify};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::source::Log;
use crate::output::{Page, Report, Terminal};

/// Sign how far a log has come
#[derive(Args, Debug)]
#[command(
    long_about = "Verifies the chain of a whole log and signs the number of its lines and the root of the Merkle tree \
        over them. Kept where whoever writes the log cannot change it, a checkpoint shows later that lines before it \
        were taken away or written anew. A log with a fault is not signed: exits with 1 then, and with 2 if the log \
        or the key cannot be used.",
    after_long_help = "Examples:\n  \
        sponsio audit checkpoint record.jsonl --key log.key --create example.org/agents > 1.checkpoint\n  \
        sponsio audit checkpoint record.jsonl --key log.key --previous 1.checkpoint > 2.checkpoint"
)]
pub(super) struct CheckpointArgs {
    /// The log, from its first line; with a single file also those that were set aside before it
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The file of the key that signs
    #[arg(long, short, value_name = "FILE")]
    key: PathBuf,
    /// Make the key first, with this name, and write the key that verifies to `FILE.pub`
    #[arg(long, value_name = "NAME")]
    create: Option<String>,
    /// A checkpoint that the log must continue
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
}

pub(super) fn run(args: &CheckpointArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let mut log = Log::named(&args.files)?;
    let signer = match &args.create {
        None => Some(key::signer(&args.key)?),
        Some(_) => None,
    };
    let previous = match (&args.previous, &signer) {
        (None, _) => None,
        (Some(path), Some(signer)) => Some(extends::read(path, &signer.verifier())?),
        (Some(_), None) => {
            let message = "a key that is made here did not sign the previous checkpoint";
            return Err(Failure::new(message).hint("leave out `--create` or `--previous`"));
        }
    };
    let mut grown = Grown::new(previous);
    let verified = verify(&mut log, false, |_, line| grown.push(tree::leaf(line)))?;
    let verified = grown.compared(verified);
    if verified.fault.is_some() {
        let mut page = Page::new(terminal.width());
        tell(&verified, &log, &mut page);
        return Ok(Report::page(page, Exit::Found));
    }
    // A log that cannot be signed leaves no key behind.
    let signer = match (signer, &args.create) {
        (Some(signer), _) => signer,
        (None, Some(name)) => key::create(&args.key, name)?,
        (None, None) => key::signer(&args.key)?,
    };
    let tree = grown.tree();
    let (origin, extensions) = (signer.name().into(), Vec::new());
    let checkpoint = Checkpoint { origin, size: tree.size(), root: tree.root(), extensions };
    Ok(Report { text: checkpoint.sign(&signer), exit: Exit::Fine })
}
