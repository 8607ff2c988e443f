//! What arguments of tools can mean.

use sponsio_engine::event::Deed;

/// What an argument means, or what a call does beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A text for a shell, or the words of a program.
    Shell,
    /// The words of a program.
    Words,
    /// A program; the row's [`Meaning::Rest`] has its words.
    Program,
    /// The words after a [`Meaning::Program`].
    Rest,
    /// SQL.
    Sql,
    /// Python.
    Python,
    /// JavaScript.
    JavaScript,
    /// PowerShell.
    PowerShell,
    /// The command line of Windows.
    Cmd,
    /// Code, in the language that another argument names.
    Code,
    /// A path that is read.
    Read,
    /// A directory in which everything may be read.
    Search,
    /// A directory whose names are listed.
    List,
    /// A path that is written.
    Write,
    /// A path that is written, or read where the argument `command` is `view`.
    Edit,
    /// A path that is removed.
    Delete,
    /// A path that is removed with all below it.
    DeleteBelow,
    /// A path that is run.
    Exec,
    /// A URL that is fetched.
    Receive,
    /// A URL that gets something.
    Send,
    /// A patch, which names the paths it changes.
    Patch,
    /// The thing that the row's deeds are done to.
    Name,
    /// A text that is only content.
    Content,
}

impl Meaning {
    /// What the reference says of it.
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Shell => "shell text, or a list of words",
            Self::Words => "a list of words",
            Self::Program => "a program",
            Self::Rest => "the words of the program",
            Self::Sql => "SQL",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::PowerShell => "PowerShell",
            Self::Cmd => "the command line of Windows",
            Self::Code => "code in the language that is named",
            Self::Read => "a path that is read",
            Self::Search => "a directory that is read through",
            Self::List => "a directory that is listed",
            Self::Write => "a path that is written",
            Self::Edit => "a path that is written, or read where the command is `view`",
            Self::Delete => "a path that is removed",
            Self::DeleteBelow => "a path that is removed with all below it",
            Self::Exec => "a path that is run",
            Self::Receive => "a URL that is fetched",
            Self::Send => "a URL that something is sent to",
            Self::Patch => "a patch",
            Self::Name => "what the deeds are done to",
            Self::Content => "content",
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Whose tools these are.
    pub host: &'static str,
    /// Patterns, with blanks between.
    pub tools: &'static str,
    /// The deeds of every call, whatever its arguments.
    pub deeds: &'static [Deed],
    /// Names of arguments, with blanks between, and what they mean.
    pub arguments: &'static [(&'static str, Meaning)],
}
