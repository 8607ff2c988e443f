//! The command line `sponsio`, as a library: the program beside it only passes its arguments.
//!
//! ```text
//!  command     one file per command: its arguments, what it does
//!  contracts   a configuration file → the contracts of one agent, compiled
//!  logs        which logs, which of their lines      report      what logs come to
//!  otlp        spans of OpenTelemetry ⇄ traces            send        text → an address
//!  daemon      hooks answered by another user
//!  demo        a scripted agent on a real database, real files and a real shell
//!  eval        cases, the decisions about them, and what share of them is stopped
//!  output      results → text for people, or JSON for programs
//!  hook        one payload of a host → one answer, before anything else is set up
//!  input       files and standard input
//!  failure     why a command cannot do its work       exit   what the process says at its end
//! ```
//!
//! It exists as a library so that the reference page and completion scripts are made from the same description
//! of the arguments that reads them. It makes no decision: what a call may do is asked of `sponsio-guard`.

mod command;
mod contracts;
mod daemon;
mod demo;
pub mod eval;
mod exit;
mod failure;
mod hook;
mod input;
mod limits;
mod logs;
mod otlp;
mod output;
mod report;
mod send;

use std::ffi::OsString;
use std::io::Write;

use clap::{CommandFactory, Parser};

pub use exit::Exit;

use command::Cli;
use output::Terminal;

/// The description of all arguments.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The JSON Schema of configurations, as text.
pub fn schema() -> String {
    command::schema::text()
}

/// The reference page of the shipped packs.
pub fn packs() -> Result<String, String> {
    command::packs::reference()
}

/// Runs the program with these arguments, the first of which is its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|name| name == "hook") {
        return hook::run(arguments.into_iter().skip(1).collect());
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads any more is not a failure.
            let _ = error.print();
            return if error.use_stderr() { Exit::Unable } else { Exit::Fine };
        }
    };
    let terminal = Terminal::new(cli.color);
    let outcome = command::run(cli.command, &terminal);
    match outcome {
        Ok(report) => terminal.print(&report.text, report.exit),
        Err(failure) => {
            let _ = terminal.errors().write_all(failure.render(&terminal).as_bytes());
            failure.exit()
        }
    }
}
