//! The hosts, one file each, and the one list of them.
//!
//! What a file says of its host was measured with the version that it names, or is what the host's documentation says.
//! The reference page of hosts is made from this list.

mod claude_code;
mod cline;
mod codex;
mod copilot_cli;
mod cursor;
mod factory_droid;
mod gemini_cli;
mod generic;
mod goose;
mod kiro;
mod openclaw;
mod opencode;
mod vscode;
mod windsurf;

use crate::heard::{Heard, Unheard};
use crate::install::Install;
use crate::payload::Object;
use crate::reply::{Form, Reply, Ruling, universal};

/// A program whose agents are asked about.
pub struct Host {
    /// What the command line calls it.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The version that its file was written against.
    pub version: &'static str,
    /// How long it waits for a hook, in seconds.
    pub waits: u32,
    /// The variable in which it tells its hooks the folder that its agent works in.
    pub project: Option<&'static str>,
    /// What it can be told about a call, besides that it runs and that it does not.
    pub words: Said,
    /// What cannot be closed, each in one sentence.
    pub gaps: &'static [&'static str],
    /// A payload that asks about a call, for trying the hook: `SESSION` and `ARGS` stand for what they say.
    pub canary: &'static str,
    /// The members that make it a call of a sub-agent, where payloads tell.
    pub canary_of_sub_agent: Option<&'static str>,
    /// How it is told to ask; none for programs that are told otherwise.
    pub install: Option<Install>,
    hear: fn(&Object<'_>, Option<&str>) -> Result<Heard, Unheard>,
    reply: fn(&str, Form, &Ruling) -> Reply,
}

/// What a host can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// It asks its user whether a call may run.
    pub asks: bool,
    /// It shows its user a warning about a call that runs.
    pub warns: bool,
    /// It can be told not to stop.
    pub stops: bool,
    /// It can be told not to pass the user's words on.
    pub prompts: bool,
}

/// Every host.
pub const HOSTS: &[Host] = &[
    claude_code::HOST,
    codex::HOST,
    gemini_cli::HOST,
    copilot_cli::HOST,
    opencode::HOST,
    cline::HOST,
    cursor::HOST,
    vscode::HOST,
    windsurf::HOST,
    openclaw::HOST,
    goose::HOST,
    kiro::HOST,
    factory_droid::HOST,
    generic::HOST,
];

/// The host with this name.
pub fn find(name: &str) -> Option<&'static Host> {
    HOSTS.iter().find(|host| host.name == name)
}

impl Host {
    /// What a payload says. `event` is the event that the hook was installed for, where the payload does not say it.
    ///
    /// Several hosts read the registrations of others, so a payload may come from another host than the hook was
    /// installed for. Then the host whose payload it is comes back beside what it says.
    ///
    /// # Errors
    ///
    /// It is not a payload of a host.
    pub fn hear(
        &self,
        bytes: &[u8],
        event: Option<&str>,
    ) -> Result<(Heard, &'static Self), Unheard> {
        let payload = Object::read(bytes)?;
        let host = sender(&payload).or_else(|| find(self.name)).unwrap_or(&generic::HOST);
        Ok(((host.hear)(&payload, event)?, host))
    }

    /// A payload that asks about a call with these arguments.
    pub fn canary(&self, session: &str, args: &str, is_sub_agent: bool) -> Option<String> {
        let call = self.canary.replace("SESSION", session).replace("ARGS", args);
        match (is_sub_agent, self.canary_of_sub_agent) {
            (false, _) => Some(call),
            (true, Some(members)) => Some(call.replacen('{', &format!("{{{members},"), 1)),
            (true, None) => None,
        }
    }

    /// What the host is answered.
    pub fn reply(&self, event: &str, form: Form, ruling: &Ruling) -> Reply {
        (self.reply)(event, form, ruling)
    }

    /// What the host is answered that read a registration made for another one. What refuses is said in every host's
    /// words, as it is not known which ones it reads there.
    pub fn reply_as_guest(&self, event: &str, form: Form, ruling: &Ruling) -> Reply {
        match self.reply(event, form, ruling) {
            reply if ruling.decision.runs() => reply,
            _ if form == Form::Call => universal(ruling),
            reply => reply,
        }
    }
}

/// The host that sent a payload, where only one sends such a member.
fn sender(payload: &Object<'_>) -> Option<&'static Host> {
    let name = if payload.raw("cursor_version").is_some() {
        "cursor"
    } else if payload.raw("toolName").is_some() && payload.raw("sessionId").is_some() {
        "copilot-cli"
    } else if payload.raw("hookEventName").is_some() && payload.raw("sessionId").is_some() {
        "vscode"
    } else {
        return None;
    };
    find(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_has_its_own_name() {
        let mut names: Vec<&str> = HOSTS.iter().map(|host| host.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), HOSTS.len());
    }
}
