//! `sponsio daemon`: its arguments, and what it prints.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::daemon::unit;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hook::HookMode;
use crate::output::{Report, Terminal};

/// Answer hooks as another user, so that agents cannot reach what is known of them
#[derive(Args, Debug)]
#[command(
    long_about = "Answers hooks at a socket. Run it as a user that no agent runs as: then sessions, the log and \
        approvals are out of reach of whatever an agent runs. Hooks that are told to ask it (`sponsio \
        hook HOST --socket PATH`) refuse when it does not answer. Each user who asks has a state of \
        their own, below the folder of the state, named by the number of the user; `sponsio pending \
        --state FOLDER/NUMBER` shows what waits there.\n\n\
        What is enforced is what this command line says, not what a hook says.",
    after_long_help = "Examples:\n  sponsio daemon --print-unit systemd\n  \
        sponsio daemon --socket /run/sponsio/hook.sock --state /var/lib/sponsio --config /etc/sponsio/sponsio.yaml"
)]
pub(crate) struct DaemonArgs {
    /// The socket; its folder must be writable for this user alone
    #[arg(long, value_name = "PATH", required_unless_present = "print_unit")]
    socket: Option<PathBuf>,
    /// The folder below which the state of each user is
    #[arg(long, value_name = "FOLDER", required_unless_present = "print_unit")]
    state: Option<PathBuf>,
    /// The contract file; without it the shipped contracts for coding agents
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Whether violations are stopped or only recorded; without it the file's own mode, or `enforce`
    #[arg(long, short, value_enum, value_name = "MODE")]
    mode: Option<HookMode>,
    /// Print how a service manager starts it, and nothing else
    #[arg(long, value_enum, value_name = "MANAGER")]
    print_unit: Option<Manager>,
}

/// A service manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Manager {
    /// A unit of systemd
    Systemd,
    /// A property list of launchd
    Launchd,
}

pub(crate) fn run(args: &DaemonArgs, _: &Terminal) -> Result<Report, Failure> {
    if let Some(manager) = args.print_unit {
        let program = std::env::current_exe().map_err(|error| {
            Failure::new(format!("it is not known which program this is: {error}"))
        })?;
        let text = unit::text(manager, &program, args.config.as_deref());
        return Ok(Report { text, exit: Exit::Fine });
    }
    serve(args)
}

#[cfg(unix)]
fn serve(args: &DaemonArgs) -> Result<Report, Failure> {
    let (Some(socket), Some(state)) = (args.socket.clone(), args.state.clone()) else {
        return Err(Failure::new("the socket and the folder of the state are needed"));
    };
    let (config, mode) = (args.config.clone(), args.mode);
    // What cannot be used would refuse every call; whoever starts the daemon should know at once.
    crate::hook::contracts(config.as_deref(), mode.map(Into::into))
        .map_err(|error| Failure::new(error.to_string()))?;
    crate::daemon::serve(&crate::daemon::Service { socket, state, config, mode })?;
    Ok(Report { text: String::new(), exit: Exit::Fine })
}

#[cfg(not(unix))]
fn serve(_: &DaemonArgs) -> Result<Report, Failure> {
    Err(Failure::new("there is no daemon on this system").hint("hooks decide for themselves here"))
}
