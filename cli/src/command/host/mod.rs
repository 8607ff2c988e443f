//! `sponsio host`: hosts are told to ask, and it is proved that they are told no.

mod canary;
pub(super) mod files;
mod install;
mod list;
mod place;
mod trace;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use sponsio_hosts::{HOSTS, Host};

use crate::failure::Failure;
use crate::hook::HookMode;
use crate::output::{Report, Terminal};

pub(super) use canary::{mode_of, prove};
pub(super) use place::{Folder, is_there};

/// Install hooks in coding agents, look at them, try them, take them out
#[derive(Args, Debug)]
#[command(
    after_long_help = "Examples:\n  sponsio host list\n  sponsio host install claude-code\n  \
    sponsio host install cursor codex --mode observe\n  sponsio host test claude-code\n  \
    sponsio host uninstall claude-code"
)]
pub(crate) struct HostArgs {
    #[command(subcommand)]
    command: HostCommand,
}

/// The text of each is that of its arguments.
#[derive(Debug, Subcommand)]
enum HostCommand {
    List(list::ListArgs),
    Install(install::InstallArgs),
    Uninstall(install::UninstallArgs),
    Status(list::StatusArgs),
    Test(canary::TestArgs),
    Trace(trace::TraceArgs),
}

/// Where hooks are installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    /// For all projects of this user
    #[default]
    User,
    /// For the project in this directory
    Project,
}

impl Scope {
    /// The word on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Project => "project",
        }
    }
}

/// Which hosts, and where.
#[derive(Args, Clone, Debug)]
struct Chosen {
    /// The hosts; `sponsio host list` names them
    #[arg(required = true, value_name = "HOST")]
    hosts: Vec<String>,
    /// Where hooks are installed
    #[arg(long, value_enum, default_value_t, value_name = "SCOPE")]
    scope: Scope,
}

impl Chosen {
    /// The hosts, in the order they were named, each once.
    fn hosts(&self) -> Result<Vec<&'static Host>, Failure> {
        let mut hosts: Vec<&'static Host> = Vec::new();
        for name in self.hosts.iter().flat_map(|names| names.split(',')) {
            let host = sponsio_hosts::find(name).ok_or_else(|| {
                let names: Vec<&str> = HOSTS.iter().map(|host| host.name).collect();
                Failure::new(format!("there is no host `{name}`"))
                    .hint(format!("the hosts are {}", names.join(", ")))
            })?;
            if !hosts.iter().any(|other| other.name == host.name) {
                hosts.push(host);
            }
        }
        Ok(hosts)
    }
}

/// What an installation says to the hook.
#[derive(Args, Clone, Debug)]
struct Wanted {
    /// Whether violations are stopped or only recorded
    #[arg(long, short, value_enum, default_value_t = HookMode::Enforce, value_name = "MODE")]
    mode: HookMode,
    /// The contract file; without it the shipped contracts for coding agents
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The path of this program, where it is not to be the one that runs
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

pub(crate) fn run(args: &HostArgs, terminal: &Terminal) -> Result<Report, Failure> {
    match &args.command {
        HostCommand::List(args) => list::list(args, terminal),
        HostCommand::Install(args) => install::install(args, terminal),
        HostCommand::Uninstall(args) => install::uninstall(args, terminal),
        HostCommand::Status(args) => list::status(args, terminal),
        HostCommand::Trace(args) => trace::trace(args, terminal),
        HostCommand::Test(args) => canary::test(args, terminal),
    }
}
