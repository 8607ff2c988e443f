//! Where the calls of a trace ran: what a command does depends on it.
//!
//! | key | |
//! |---|---|
//! | `cwd` | the working directory |
//! | `home` | the home directory of the user |
//! | `workspace` | the directory that the agent works in |
//! | `system` | `linux`, `mac` or `windows` |
//!
//! Each may stand on a trace and on an event; what an event does not say is as its trace says. Directories are
//! absolute: one that is not would have to be told from another, and is an error.

use super::super::json::JsonError;
use super::super::members::Members;

/// Where calls run, as far as a trace tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The working directory.
    pub cwd: Option<Box<str>>,
    /// The home directory of the user.
    pub home: Option<Box<str>>,
    /// The directory that the agent works in.
    pub workspace: Option<Box<str>>,
    /// The system.
    pub system: Option<System>,
}

/// A family of operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux, and what is like it.
    Linux,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
}

const SYSTEMS: &str = "`linux`, `mac`, `windows`";

impl System {
    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Mac => "mac",
            Self::Windows => "windows",
        }
    }

    /// The system with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "linux" => Some(Self::Linux),
            "mac" => Some(Self::Mac),
            "windows" => Some(Self::Windows),
            _ => None,
        }
    }
}

impl Place {
    /// Takes what these members say.
    pub(super) fn read(members: &mut Members) -> Result<Self, JsonError> {
        let system = members.take("system").map(|m| m.word(System::from_name, SYSTEMS));
        Ok(Self {
            cwd: directory(members, "cwd")?,
            home: directory(members, "home")?,
            workspace: directory(members, "workspace")?,
            system: system.transpose()?,
        })
    }

    /// This place, and what it does not say as the other says.
    pub(super) fn or(&self, other: &Self) -> Self {
        let either = |own: &Option<Box<str>>, other: &Option<Box<str>>| {
            own.as_ref().or(other.as_ref()).cloned()
        };
        Self {
            cwd: either(&self.cwd, &other.cwd),
            home: either(&self.home, &other.home),
            workspace: either(&self.workspace, &other.workspace),
            system: self.system.or(other.system),
        }
    }
}

fn directory(members: &mut Members, name: &str) -> Result<Option<Box<str>>, JsonError> {
    let Some(member) = members.take(name) else { return Ok(None) };
    let position = member.value_at;
    let text = member.text()?;
    let mut letters = text.chars();
    let first = letters.next();
    let is_drive = first.is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
    if is_drive || matches!(first, Some('/' | '\\')) {
        return Ok(Some(text));
    }
    let message = format!("`{name}` must be an absolute path, and `{text}` is none");
    Err(JsonError::meaning(position, message))
}
