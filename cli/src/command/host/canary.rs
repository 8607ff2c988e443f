//! `sponsio host test`: that a host is told no.
//!
//! The installed command is run as the host runs it, by a shell, with a call that no contract lets run: its arguments
//! cannot be read, so in enforce mode it is refused whatever the contracts say. That proves the path of the program,
//! its arguments, the contracts, the sessions, the log and the answer. A call of no consequence beside it shows that
//! not everything is refused; it is only reported, because contracts may well refuse it.
#![expect(clippy::disallowed_methods, reason = "the installed command is run here")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use clap::Args;
use serde::Serialize;
use sponsio_hosts::Host;

use super::install::show;
use super::{Chosen, Folder};
use crate::exit::Exit;
use crate::failure::{Failure, reason};
use crate::hook::HookMode;
use crate::output::{Page, Report, Terminal};

/// Arguments that cannot be read: a member occurs twice.
const UNREADABLE: &str = r#"{"command":"true","command":"false"}"#;
/// Arguments of no consequence.
const HARMLESS: &str = r#"{"command":"true"}"#;
/// What the session of the canary is called.
const SESSION: &str = "sponsio-host-test";

/// Prove that the installed hook refuses
#[derive(Args, Debug)]
#[command(
    long_about = "Runs the command that a host's files hold, as the host does, and sends it a call whose arguments \
        cannot be read, for the main agent and for a sub-agent. In enforce mode both must come back refused. Sessions \
        and the log of the test are in a folder of its own.\n\n\
        Exits with 1 if something came back that lets the call run.",
    after_long_help = "Example:\n  sponsio host test claude-code"
)]
pub(super) struct TestArgs {
    #[command(flatten)]
    chosen: Chosen,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document {
    host: &'static str,
    #[serde(flatten)]
    proof: Proof,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Proof {
    /// Whether calls are to be refused.
    enforced: bool,
    /// What the unreadable call of the main agent got.
    main_agent: Came,
    /// What that of a sub-agent got; none where payloads do not say whose a call is.
    sub_agent: Option<Came>,
    /// What the harmless call got.
    harmless: Came,
}

/// What came back of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Came {
    refused: bool,
    /// What was said about it.
    reason: String,
}

impl Proof {
    /// Whether what must be refused was, and where nothing is to be stopped, nothing was.
    pub(crate) fn holds(&self) -> bool {
        let all = [Some(&self.main_agent), self.sub_agent.as_ref()];
        all.into_iter().flatten().all(|came| came.refused == self.enforced)
    }

    /// Each call, and what became of it, in words.
    pub(crate) fn lines(&self, host: &Host) -> Vec<(&'static str, String)> {
        let said = |came: &Came| match came.refused {
            true => format!("a call that cannot be judged is refused: {}", came.reason),
            false if self.enforced => {
                format!("a call that cannot be judged would RUN: {}", came.reason)
            }
            false => "a call that cannot be judged runs and is recorded".to_owned(),
        };
        let sub_agent = match &self.sub_agent {
            Some(came) => said(came),
            None => format!("{} does not say whose a call is", host.title),
        };
        let harmless = match self.harmless.refused {
            true => format!("a call of `true` is refused: {}", self.harmless.reason),
            false => "a call of `true` runs".to_owned(),
        };
        vec![("main", said(&self.main_agent)), ("sub", sub_agent), ("harmless", harmless)]
    }
}

pub(super) fn test(args: &TestArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let folder = Folder::of(args.chosen.scope)?;
    let mut page = Page::new(terminal.width());
    let mut proofs = Vec::new();
    for host in args.chosen.hosts()? {
        folder.files_of(host)?;
        let command = folder.command(host).ok_or_else(|| {
            Failure::new(format!("{} is not told to ask", host.title))
                .hint(format!("`sponsio host install {}` tells it to", host.name))
                .exits(Exit::Found)
        })?;
        let proof = prove(host, &command, mode_of(&command))?;
        page.gap();
        page.heading(host.title);
        show(host, &proof, &mut page);
        proofs.push(Document { host: host.name, proof });
    }
    let exit = match proofs.iter().all(|one| one.proof.holds()) {
        true => Exit::Fine,
        false => Exit::Found,
    };
    Ok(if args.json { Report::json(&proofs, exit) } else { Report::page(page, exit) })
}

/// The mode that a command says.
pub(crate) fn mode_of(command: &str) -> HookMode {
    match command.contains(" --mode observe") {
        true => HookMode::Observe,
        false => HookMode::Enforce,
    }
}

/// Runs the command with calls of both agents.
pub(crate) fn prove(host: &Host, command: &str, mode: HookMode) -> Result<Proof, Failure> {
    let state = tempfile::tempdir().map_err(|error| {
        Failure::new(format!("there is no folder for a test: {}", reason(&error)))
    })?;
    let state = state.path().to_string_lossy().into_owned();
    let ask = |args: &str, is_sub_agent: bool| {
        let payload = host.canary(SESSION, args, is_sub_agent)?;
        Some(came(&format!("{command} --state \"{state}\""), &payload))
    };
    let always = |args| ask(args, false).unwrap_or_else(|| Ok(Came::unknown()));
    Ok(Proof {
        enforced: mode == HookMode::Enforce,
        main_agent: always(UNREADABLE)?,
        sub_agent: ask(UNREADABLE, true).transpose()?,
        harmless: always(HARMLESS)?,
    })
}

impl Came {
    fn unknown() -> Self {
        Self { refused: false, reason: "nothing was asked".to_owned() }
    }
}

/// What a command answers to a payload.
fn came(command: &str, payload: &str) -> Result<Came, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("`{command}` cannot be run: {}", reason(&error)))
    };
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    shell.args([if cfg!(windows) { "/C" } else { "-c" }, command]);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = shell.spawn().map_err(failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A hook that refuses at once does not read on; what it says comes below.
        let _ = pipe.write_all(payload.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default().to_owned();
    // The number that refuses, and not any other failure: hosts let the call run then.
    Ok(Came { refused: output.status.code() == Some(2), reason: said })
}
