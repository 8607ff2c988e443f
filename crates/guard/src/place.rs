//! Where calls run, and so what they would do.
//!
//! The same command does different things in different directories. A live session is in the directory and the home of
//! its process; of a trace it is only known what the trace tells.
#![expect(clippy::disallowed_methods, reason = "where a process runs is its environment")]

use sponsio_effects::{Context, System};
use sponsio_engine::event::{Effects, Value};
use sponsio_engine::session::Analyst;
use sponsio_record::schema::trace;

use crate::links;

/// Where calls run, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The working directory.
    pub cwd: Option<Box<str>>,
    /// The home directory of the user.
    pub home: Option<Box<str>>,
    /// The directory that the agent works in.
    pub workspace: Option<Box<str>>,
    /// The system.
    pub system: System,
    /// Whether the file system of this process is theirs, so that symbolic links can be followed.
    pub is_here: bool,
}

impl Place {
    /// That of this process. Its working directory is taken for the one that the agent works in.
    pub fn of_process() -> Self {
        let cwd =
            std::env::current_dir().ok().and_then(|path| path.into_os_string().into_string().ok());
        let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let home = std::env::var(home).ok().filter(|home| !home.is_empty());
        let system = if cfg!(windows) {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::Mac
        } else {
            System::Linux
        };
        let cwd = cwd.map(String::into_boxed_str);
        Self {
            workspace: cwd.clone(),
            cwd,
            home: home.map(String::into_boxed_str),
            system,
            is_here: true,
        }
    }

    /// That of an event of a trace, in a workspace that holds where the trace tells of none.
    pub(crate) fn told(place: Option<&trace::Place>, workspace: Option<&str>) -> Self {
        let told = place.cloned().unwrap_or_default();
        let system = match told.system {
            None | Some(trace::System::Linux) => System::Linux,
            Some(trace::System::Mac) => System::Mac,
            Some(trace::System::Windows) => System::Windows,
        };
        Self {
            cwd: told.cwd,
            home: told.home,
            workspace: told.workspace.or_else(|| workspace.map(Into::into)),
            system,
            is_here: false,
        }
    }

    /// What a call would do there.
    pub fn effects(&self, tool: &str, args: &Value) -> Effects {
        let context = Context {
            cwd: self.cwd.as_deref(),
            home: self.home.as_deref(),
            workspace: self.workspace.as_deref(),
            system: self.system,
        };
        let effects = sponsio_effects::analyse(tool, args, &context);
        if self.is_here { links::followed(effects) } else { effects }
    }

    /// Who tells what a call would do there.
    pub(crate) fn analyst(&self) -> Analyst {
        let place = self.clone();
        Analyst::new(move |tool, args| place.effects(tool, args))
    }
}
