//! What a tool call would do to the world, without running it.
//!
//! ```text
//!  tool, arguments ─ tool ─→ a path, a URL, a text in some language
//!                               │
//!      ┌──────────┬─────────────┼───────────┬─────────────┐
//!    shell       sql         python       script       path, url
//!      │ words                  │
//!    program  what this program does with these words; what it runs in turn goes round again
//!      └──────────┴─────────────┴───────────┴─────────────┘
//!                               │
//!                             sink ─→ Effects
//! ```
//!
//! Everything here is a pure function of its arguments, takes linear time and is bounded by `limits`. What is not
//! understood, and what does not fit the bounds, is an effect that is opaque: never nothing. What stays unknown until
//! the call runs (a variable, the output of a command) is the widest set that it could be.

pub mod limits;

mod path;
mod persist;
mod program;
mod python;
mod script;
mod shell;
#[cfg(test)]
mod show;
mod sink;
mod sql;
mod tool;
mod url;
mod word;

use sponsio_engine::event::{Effects, Value};

pub use tool::table::{Meaning, ROWS as TOOLS, Row as ToolRow};

/// Where a call would run, as far as the caller knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'c> {
    /// The working directory of the call, absolute.
    pub cwd: Option<&'c str>,
    /// The home directory of the user it runs as, absolute.
    pub home: Option<&'c str>,
    /// The directory that the agent works in, absolute.
    pub workspace: Option<&'c str>,
    /// The system it runs on.
    pub system: System,
}

/// A family of operating systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum System {
    /// Linux, and what is like it.
    #[default]
    Linux,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
}

/// The effects of a call of the tool with these arguments.
pub fn analyse(tool: &str, args: &Value, context: &Context<'_>) -> Effects {
    let directory = tool::directory(args, context);
    let context = Context { cwd: directory.as_deref().or(context.cwd), ..*context };
    let mut sink = sink::Sink::new(&context);
    tool::call(tool, args, &mut sink);
    sink.finish()
}

/// A language that a text can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// A shell of the Bourne family.
    Shell,
    /// SQL, in a dialect that is not told.
    Sql,
    /// Python.
    Python,
    /// JavaScript or TypeScript.
    JavaScript,
    /// PowerShell.
    PowerShell,
    /// The command line of Windows.
    Cmd,
    /// Another programming language: Perl, Ruby, PHP, Lua, AWK.
    Other,
}

/// The effects of running a text in this language.
pub fn analyse_text(language: Language, text: &str, context: &Context<'_>) -> Effects {
    let mut sink = sink::Sink::new(context);
    run_text(language, text, &mut sink);
    sink.finish()
}

/// Adds the effects of running a text.
pub(crate) fn run_text(language: Language, text: &str, sink: &mut sink::Sink<'_>) {
    match language {
        Language::Shell => shell::run(text, sink),
        Language::Sql => sql::run(text, sink),
        Language::Python => python::run(text, sink),
        Language::JavaScript | Language::PowerShell | Language::Cmd | Language::Other => {
            script::run(language, text, sink);
        }
    }
}
