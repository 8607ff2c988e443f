//! How a host is told to ask: the text of its files, with our hooks and without.
//!
//! ```text
//!  hook       the command that a host runs
//!  settings   a file of the host's: our entries beside all others, which stay as they are to the byte
//!  own        a file of ours
//!  plugin     the plugins of hosts whose hooks run inside them
//! ```
//!
//! Plans only: text in, text out. Reading, writing, keeping a copy and asking is the command line's. What is ours is
//! told by the command in it, so nothing has to be remembered beside the files, and what somebody else wrote is never
//! touched.

mod hook;
pub(crate) mod own;
pub(crate) mod plugin;
pub(crate) mod settings;

pub use hook::Hook;

use settings::Layout;

/// How one host is installed.
#[derive(Debug)]
pub struct Install {
    /// The files for all projects of a user, below the user's home.
    pub user: &'static [File],
    /// The files for one project, below its folder.
    pub project: &'static [File],
    /// Files and folders below the home that show that the host is used.
    pub signs: &'static [&'static str],
    /// Its program, which tells its version.
    pub program: Option<&'static str>,
    /// What is left to do by hand, each in one sentence.
    pub then: &'static [&'static str],
}

/// A file that tells a host to ask.
#[derive(Debug)]
pub struct File {
    /// Where it is, below the folder of its scope.
    pub path: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// The host's own settings, in JSON with or without comments.
    Settings(Layout),
    /// A file that is ours as a whole.
    Own { text: fn(&Hook<'_>) -> String, is_executable: bool },
}

/// How a file stands to what an installation would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It tells the host to ask, as this program would write it.
    Installed,
    /// It tells the host to ask in another way: another mode, another program, another version.
    Different,
    /// It does not tell the host to ask.
    Absent,
}

/// Why a file is not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It cannot be parsed.
    #[error("it is not JSON that can be edited: {0}; mend it, then install again")]
    Syntax(String),
    /// A member has another form than the host's documentation gives it.
    #[error("its `{0}` is not {1}; mend it, then install again")]
    Shape(String, &'static str),
    /// The place of a file of ours is taken.
    #[error("somebody else wrote it; move it away, then install again")]
    Foreign,
    /// It is over the limit.
    #[error("it has more than {} bytes", crate::limits::HOST_FILE_BYTES_MAX)]
    TooLong,
}

impl File {
    /// The text with our hooks. Installing a second time changes nothing.
    ///
    /// # Errors
    ///
    /// The file is not one that can be edited.
    pub fn with(&self, text: Option<&str>, hook: &Hook<'_>) -> Result<String, EditError> {
        match &self.kind {
            Kind::Settings(layout) => settings::with(text, layout, hook),
            Kind::Own { text: own, .. } => {
                if text.is_some_and(|text| !own::is_ours(text)) {
                    return Err(EditError::Foreign);
                }
                Ok(own(hook))
            }
        }
    }

    /// The text without our hooks; none where nothing is left of the file.
    ///
    /// # Errors
    ///
    /// The file is not one that can be edited.
    pub fn without(&self, text: &str, host: &str) -> Result<Option<String>, EditError> {
        match &self.kind {
            Kind::Settings(layout) => settings::without(text, layout, host),
            Kind::Own { .. } => Ok(Some(text.to_owned()).filter(|text| !own::is_ours(text))),
        }
    }

    /// How the file stands to what an installation would write.
    ///
    /// # Errors
    ///
    /// The file is not one that can be edited.
    pub fn state(&self, text: Option<&str>, hook: &Hook<'_>) -> Result<State, EditError> {
        let Some(text) = text else { return Ok(State::Absent) };
        if self.without(text, hook.host)?.as_deref() == Some(text) {
            return Ok(State::Absent);
        }
        Ok(match self.with(Some(text), hook)? == text {
            true => State::Installed,
            false => State::Different,
        })
    }

    /// The command that a file tells the host to run, where it is ours; without the event that it is for.
    pub fn command(&self, text: &str, host: &str) -> Option<String> {
        let command = match &self.kind {
            Kind::Settings(_) => settings::command(text, host),
            Kind::Own { .. } => settings::command(text, host).or_else(|| own::command(text)),
        };
        command.map(|command| command.split(hook::EVENT).next().unwrap_or_default().to_owned())
    }

    /// Whether the file has to be executable.
    pub fn is_executable(&self) -> bool {
        matches!(self.kind, Kind::Own { is_executable: true, .. })
    }
}
