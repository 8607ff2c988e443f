//! `sponsio hook`: one payload of a host in, one answer out.
//!
//! ```text
//!  place      which contracts, which files, which folder
//!  desk       the guard, opened for who acted
//!  rule       what was heard → a decision with its reason
//!  waiting    calls that wait for a person
//!  once       the answer is said once: by the hook, or by its deadline
//! ```
//!
//! A host runs the tool when its hook ends in any other way than it understands. So the answer is complete before
//! anything of it is written, a thread of its own answers when the time is over, and a panic anywhere is a refusal.
//! Nothing of the environment changes what is enforced: the command line that `sponsio host install` wrote says it all,
//! because the environment of a hook comes from the host, and through its settings from the project.

mod desk;
mod once;
mod place;
mod rule;
pub(crate) mod waiting;

use std::ffi::OsString;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Parser, ValueEnum};
use sponsio_engine::decision::Decision;
use sponsio_engine::strategy;
use sponsio_hosts::limits::PAYLOAD_BYTES_MAX;
use sponsio_hosts::{Form, HOSTS, Host, Reply, Ruling, universal};

use crate::daemon::Here;
use crate::exit::Exit;
use crate::failure::reason;
use once::Once;

pub(crate) use desk::session;
pub(crate) use place::{contracts, log, sessions, state};

/// Answer a host that asks before a tool call runs
#[derive(Args, Clone, Debug)]
#[command(
    long_about = "Reads one payload of a host on standard input and answers in the host's own form, exit code \
        included. Hosts call it; `sponsio host install` tells them to.\n\n\
        Without `--config`, the pack `host/coding-agent` is enforced, and `host/sub-agent` for agents that the agent \
        starts. Contracts are looked for nowhere else: neither the environment nor the project that the agent works \
        in decides what it may do.\n\n\
        What cannot be read, decided or recorded is refused in enforce mode, and so is what takes longer than eight \
        seconds.",
    after_long_help = "Example:\n  sponsio hook claude-code --mode enforce --config ~/sponsio.yaml < payload.json"
)]
pub(crate) struct HookArgs {
    /// The host whose payload it is; `sponsio host list` names them
    pub(crate) host: String,
    /// The contract file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Whether violations are stopped or only recorded; without it the file's own mode, or `enforce`
    #[arg(long, short, value_enum, value_name = "MODE")]
    pub(crate) mode: Option<HookMode>,
    /// The agent whose contracts are meant; without it the host's name
    #[arg(long, short, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// The event, for hosts whose payloads do not name it
    #[arg(long, value_name = "NAME")]
    pub(crate) event: Option<String>,
    /// The folder of sessions and of the log; without it `sponsio` in the user's folder of states
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,
    /// The socket of `sponsio daemon`, which then decides; no other option but `--event` counts then
    #[arg(long, value_name = "PATH", conflicts_with_all = ["config", "mode", "agent", "state"])]
    pub(crate) socket: Option<PathBuf>,
    // Where calls run, if that is not where this process does.
    #[arg(skip)]
    pub(crate) here: Option<Here>,
}

/// Whether violations act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HookMode {
    /// Violations are stopped
    Enforce,
    /// Violations are recorded, and everything runs
    Observe,
}

impl HookMode {
    /// The word on the command line.
    pub(crate) fn name(self) -> &'static str {
        strategy::Mode::from(self).name()
    }
}

impl From<HookMode> for strategy::Mode {
    fn from(mode: HookMode) -> Self {
        match mode {
            HookMode::Enforce => Self::Enforce,
            HookMode::Observe => Self::Observe,
        }
    }
}

// The arguments where nothing else of the command line is looked at; what help says is theirs.
#[derive(Debug, Parser)]
#[command(bin_name = "sponsio hook")]
struct Alone {
    #[command(flatten)]
    args: HookArgs,
}

/// Answers, for arguments that begin with `hook`.
pub(crate) fn run(arguments: Vec<OsString>) -> Exit {
    match catch_unwind(|| Alone::try_parse_from(arguments)) {
        Ok(Ok(alone)) => answer(&alone.args),
        Ok(Err(error)) if !error.use_stderr() => {
            // Help that nobody reads any more is not a failure.
            let _ = error.print();
            Exit::Fine
        }
        Ok(Err(error)) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            refuse(&format!("the hook is not installed as it should be: {first}"))
        }
        Err(_) => refuse(PANICKED),
    }
}

/// What is said of a panic.
const PANICKED: &str =
    "Sponsio itself failed; nothing is decided about the call, so it does not run";

/// Says no in every host's words.
fn refuse(reason: &str) -> Exit {
    once::write(&universal(&Ruling::new(Decision::Block, reason)))
}

/// Answers the host.
pub(crate) fn answer(args: &HookArgs) -> Exit {
    let Some(host) = sponsio_hosts::find(&args.host) else {
        let names: Vec<&str> = HOSTS.iter().map(|host| host.name).collect();
        return refuse(&format!(
            "there is no host `{}`; the hosts are {}",
            args.host.escape_debug(),
            names.join(", ")
        ));
    };
    let once = Arc::new(Once::default());
    once::watch(
        &once,
        failed(host, args, "Sponsio took too long; nothing is decided about the call"),
    );
    once.say(&caught(host, args, || match (payload(), &args.socket) {
        (Ok(bytes), None) => rule::reply(args, host, &bytes),
        (Ok(bytes), Some(socket)) => asked(socket, args, host, &bytes),
        (Err(reason), _) => failed(host, args, &reason),
    }))
}

/// The answer to a payload that another process was sent.
#[cfg(unix)]
pub(crate) fn reply(args: &HookArgs, payload: &[u8]) -> Reply {
    match sponsio_hosts::find(&args.host) {
        Some(host) => caught(host, args, || rule::reply(args, host, payload)),
        None => universal(&Ruling::new(Decision::Block, "there is no such host")),
    }
}

/// The answer of the daemon at a socket.
#[cfg(unix)]
fn asked(socket: &Path, args: &HookArgs, host: &Host, payload: &[u8]) -> Reply {
    let here = place::here(host);
    let answer = crate::daemon::ask(socket, host.name, args.event.as_deref(), here, payload);
    answer.unwrap_or_else(|error| {
        failed(host, args, &format!("the daemon does not answer: {}", reason(&error)))
    })
}

#[cfg(not(unix))]
fn asked(_: &Path, args: &HookArgs, host: &Host, _: &[u8]) -> Reply {
    failed(host, args, "the daemon does not answer: there is none on this system")
}

/// What `work` answers; a refusal where it panics.
fn caught(host: &Host, args: &HookArgs, work: impl FnOnce() -> Reply) -> Reply {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| failed(host, args, PANICKED))
}

/// The answer where the hook itself fails.
fn failed(host: &Host, args: &HookArgs, reason: &str) -> Reply {
    match args.mode {
        Some(HookMode::Observe) => host.reply("", Form::Call, &Ruling::silent()),
        Some(HookMode::Enforce) | None => universal(&Ruling::new(Decision::Block, reason)),
    }
}

/// The payload, up to one byte over its limit.
fn payload() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(PAYLOAD_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    match std::io::stdin().lock().take(most).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!("the payload cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn panics(mode: Option<HookMode>, expect: &Reply) {
        let args = HookArgs {
            host: "claude-code".to_owned(),
            config: None,
            mode,
            agent: None,
            event: None,
            state: None,
            socket: None,
            here: None,
        };
        for host in HOSTS {
            let reply = caught(host, &args, || panic!("a fault of ours"));
            assert_eq!(reply.exit, expect.exit, "{}", host.name);
            assert!(expect.stdout.is_empty() || reply.stdout == expect.stdout, "{}", host.name);
        }
    }

    #[test]
    fn a_panic_is_refused_in_every_hosts_words() {
        let refusal = universal(&Ruling::new(Decision::Block, PANICKED));
        panics(None, &refusal);
        panics(Some(HookMode::Enforce), &refusal);
    }

    #[test]
    fn a_panic_stops_nothing_where_nothing_is_to_be_stopped() {
        panics(Some(HookMode::Observe), &Reply::default());
    }
}
