//! `cargo xtask`: what a developer and the build machine do with this repository, in one program.
//!
//! It is a program of the workspace and not a folder of scripts, so that it needs nothing but the Rust
//! toolchain, is checked like all other code, and reads the registries it documents instead of copying them.
//!
//! It decides nothing about contracts and no crate depends on it.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it reads the tree, starts processes and reports"
)]

mod eval;
mod generate;
mod markdown;
mod python;
mod run;
mod smoke;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Do all set-up, then run every test and every check
    Test {
        /// Only these steps, by name; all of them where none is given
        steps: Vec<String>,
    },
    /// Check layers, documents and sources
    Tidy,
    /// Write the documents that are derived from registries
    Generate {
        /// Write nothing; fail where a document differs from its source
        #[arg(long)]
        check: bool,
    },
    /// Measure the default pack of coding agents on public cases
    Eval(eval::EvalArgs),
    /// Compare the engine with its oracles for a long time
    Soak {
        /// Passed on to the program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure
    Bench {
        /// Passed on to the benchmarks
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run every fuzz target
    Fuzz {
        /// Minutes for each target
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Run the lists of destructive and harmless commands in sandboxes and see what they do, where
    /// `SPONSIO_PROVE=this-machine-may-be-lost` says that the machine is there for it
    Prove {
        /// Passed on to the program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Seed bugs into the engine and see that the tests find them
    Mutants {
        /// Passed on to the program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    match task {
        Task::Test { steps } => test::run(&steps),
        Task::Tidy => tidy::run(&run::root()),
        Task::Generate { check: true } => generate::check(&run::root()),
        Task::Generate { check: false } => generate::write(&run::root()),
        Task::Eval(arguments) => eval::run(&arguments),
        Task::Soak { arguments } => run::binary("sponsio-conformance", "soak", &arguments),
        Task::Mutants { arguments } => run::binary("sponsio-conformance", "mutants", &arguments),
        Task::Prove { arguments } => {
            run::may_lose_this_machine()?;
            tools::prepare_proof()?;
            run::binary("sponsio-conformance", "prove", &arguments)
        }
        Task::Bench { arguments } => run::bench(&arguments),
        Task::Fuzz { minutes } => run::fuzz(minutes),
    }
}

/// The commands of this program, for the test of the documents that name them.
fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_well_formed() {
        super::command().debug_assert();
    }
}
