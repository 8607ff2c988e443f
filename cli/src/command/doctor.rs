//! `sponsio doctor`: whether what is installed would hold.
//!
//! Nothing is taken from a file being there: the store and the log are opened, the contracts are compiled, and the
//! command of every installed host is run with a call that must come back refused.
#![expect(
    clippy::disallowed_methods,
    reason = "the programs of hosts are asked for their versions"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use sponsio_guard::log_file::LogFile;
use sponsio_guard::store::{self, Store as _};
use sponsio_hosts::{HOSTS, Host};

use super::host::{Folder, Scope, is_there, mode_of, prove};
use crate::exit::Exit;
use crate::failure::{Failure, reason};
use crate::hook;
use crate::limits::VERSION_LOOKS_MAX;
use crate::output::text::shown;
use crate::output::{Page, Report, Style, Terminal};

/// Between two looks whether a program has said its version.
const PAUSE: Duration = Duration::from_millis(50);

/// Check the installation: program, contracts, sessions, log, hosts
#[derive(Args, Debug)]
#[command(
    long_about = "Opens the sessions and the log, compiles the shipped contracts, and sends a call that cannot be \
        judged through the command of every installed host. Says what cannot be closed.\n\n\
        Exits with 1 if something would let a call run that must not, or is not as it should be.",
    after_long_help = "Example:\n  sponsio doctor"
)]
pub(crate) struct DoctorArgs {
    /// The folder of sessions and of the log; without it `sponsio` in the user's folder of states
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Good,
    /// To be known, and no fault.
    Note,
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Checked {
    about: String,
    health: Health,
    found: String,
}

impl Checked {
    fn new(about: impl Into<String>, health: Health, found: impl Into<String>) -> Self {
        Self { about: about.into(), health, found: found.into() }
    }
}

pub(crate) fn run(args: &DoctorArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let mut all = vec![program(), contracts()];
    all.extend(state(args.state.as_deref()));
    for host in HOSTS.iter().filter(|host| host.install.is_some()) {
        all.extend(hosts(host)?);
    }
    let is_bad = all.iter().any(|checked| checked.health == Health::Bad);
    let exit = if is_bad { Exit::Found } else { Exit::Fine };
    if args.json {
        return Ok(Report::json(&all, exit));
    }
    let mut page = Page::new(terminal.width());
    for checked in &all {
        let (mark, style) = match checked.health {
            Health::Good => ("ok  ", Style::Good),
            Health::Note => ("note", Style::Warn),
            Health::Bad => ("bad ", Style::Bad),
        };
        let line = format!("{}: {}", checked.about, checked.found);
        page.labelled(&format!("{mark} "), style, &shown(&line));
    }
    Ok(Report::page(page, exit))
}

fn program() -> Checked {
    let version = env!("CARGO_PKG_VERSION");
    match std::env::current_exe() {
        Ok(path) => Checked::new("program", Health::Good, format!("{} {version}", path.display())),
        Err(error) => Checked::new("program", Health::Bad, reason(&error)),
    }
}

fn contracts() -> Checked {
    let compiled = hook::contracts(None, None).and_then(|found| found.program("*"));
    match compiled {
        Ok(ready) => {
            let count = ready.program.contracts().len();
            Checked::new("shipped contracts", Health::Good, format!("{count} compile"))
        }
        Err(error) => Checked::new("shipped contracts", Health::Bad, error.to_string()),
    }
}

/// The sessions and the log.
fn state(given: Option<&Path>) -> Vec<Checked> {
    let folder = match hook::state(given) {
        Ok(folder) => folder,
        Err(error) => return vec![Checked::new("state", Health::Bad, error)],
    };
    if !folder.exists() {
        let found = format!("{} is made by the first call", folder.display());
        return vec![Checked::new("state", Health::Note, found)];
    }
    let sessions = hook::sessions(&folder, None);
    let sessions = match store::Folder::open(&sessions, None).and_then(|store| store.sessions()) {
        Ok(count) => {
            let found = format!("{} holds {count}", sessions.display());
            Checked::new("sessions", Health::Good, found)
        }
        Err(error) => Checked::new("sessions", Health::Bad, error.to_string()),
    };
    let log = hook::log(&folder);
    let log = match LogFile::open(&log) {
        Ok(_) => {
            let found = format!("{} can be written", log.display());
            Checked::new("log", Health::Good, found)
        }
        Err(error) => {
            let found = format!("{}: {}", log.display(), reason(&error));
            Checked::new("log", Health::Bad, found)
        }
    };
    vec![sessions, log]
}

/// What is to be said of a host, in each scope in which it is installed.
fn hosts(host: &'static Host) -> Result<Vec<Checked>, Failure> {
    let mut all = Vec::new();
    for scope in [Scope::User, Scope::Project] {
        let Some(command) = Folder::of(scope)?.command(host) else { continue };
        let about = format!("{} ({})", host.name, scope.name());
        let mode = mode_of(&command);
        let proof = prove(host, &command, mode)?;
        let health = if proof.holds() { Health::Good } else { Health::Bad };
        for (who, said) in proof.lines(host) {
            all.push(Checked::new(format!("{about}, {who}"), health, said));
        }
    }
    let install = host.install.as_ref();
    if !all.is_empty() {
        if let Some(version) = install.and_then(|install| version_of(install.program?)) {
            let found = format!("{version}; the hooks were written for {}", host.version);
            all.push(Checked::new(host.name, Health::Note, found));
        }
        let gaps = host.gaps.iter().map(|gap| Checked::new(host.name, Health::Note, *gap));
        all.extend(gaps);
    } else if install.is_some_and(is_there) {
        let found = format!("is there and does not ask; `sponsio host install {}`", host.name);
        all.push(Checked::new(host.name, Health::Note, found));
    }
    Ok(all)
}

/// What a program says of its version, if it is there and says it in time.
fn version_of(program: &str) -> Option<String> {
    let mut child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    for _ in 0..VERSION_LOOKS_MAX {
        if child.try_wait().ok()?.is_some() {
            let output = child.wait_with_output().ok()?;
            let text = String::from_utf8_lossy(&output.stdout);
            return text.lines().next().map(str::to_owned);
        }
        std::thread::sleep(PAUSE);
    }
    // A program that says nothing in time is not waited for.
    let _ = child.kill();
    let _ = child.wait();
    None
}
