//! `sponsio completions`: a completion script, made from the description of the arguments.

use clap::Args;
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Report;

/// Print a completion script for a shell
#[derive(Args, Debug)]
#[command(
    after_long_help = "Example:\n  sponsio completions bash > ~/.local/share/bash-completion/completions/sponsio"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Result<Report, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(), "sponsio", &mut script);
    Ok(Report { text: String::from_utf8_lossy(&script).into_owned(), exit: Exit::Fine })
}
