//! `sponsio audit`: whether a log is as it was written, and what it says.

mod checkpoint;
mod extends;
mod key;
mod prove;
mod tail;
mod verify;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::output::{Report, Terminal};

/// Verify a log, sign how far it has come, and read it
#[derive(Args, Debug)]
#[command(
    long_about = "The lines of a log are a chain: each carries the hash of the one before. `verify` finds the first \
        line that is not as it was written. What a chain alone cannot show is that its end is missing, or that the \
        whole file was written anew: a `checkpoint` that is kept elsewhere does. `prove` shows of a single line that \
        it was in the log.",
    after_long_help = "Examples:\n  sponsio audit verify record.jsonl\n  sponsio audit tail --follow record.jsonl"
)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

/// The text of each is that of its arguments.
#[derive(Debug, Subcommand)]
enum AuditCommand {
    Verify(verify::VerifyArgs),
    Tail(tail::TailArgs),
    Checkpoint(checkpoint::CheckpointArgs),
    Prove(prove::ProveArgs),
}

pub(crate) fn run(args: &AuditArgs, terminal: &Terminal) -> Result<Report, Failure> {
    match &args.command {
        AuditCommand::Verify(args) => verify::run(args, terminal),
        AuditCommand::Tail(args) => tail::run(args, terminal),
        AuditCommand::Checkpoint(args) => checkpoint::run(args, terminal),
        AuditCommand::Prove(args) => prove::run(args, terminal),
    }
}
