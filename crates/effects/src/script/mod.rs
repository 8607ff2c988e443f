//! What a script in another language does, as far as it can be recognised.
//!
//! JavaScript, Perl, Ruby, PHP, Lua and AWK are read as tokens (`calls`): a call of a function that runs, removes or
//! sends something has its effect where its first argument is a text. What else such a script does is not told, so it
//! is always opaque too, but for lines of Perl, PHP and Ruby that only compute (`perl`, `compute`). Lines of PowerShell
//! and of the command line of Windows are read as commands (`windows`); a command that is not known is opaque.
//!
//! Rejected: a grammar for each of these languages. What is recognised is only added to an opaque effect, which the
//! contracts of a careful session ask about; a grammar would make the answer longer and not surer.

mod calls;
mod compute;
mod perl;
#[cfg(test)]
mod tests;
mod windows;

pub(crate) use compute::{Dialect, only_computes as computes_in};
pub(crate) use perl::only_computes;

use sponsio_engine::event::{Certainty, Flags};

use crate::Language;
use crate::limits::SCRIPT_BYTES_MAX;
use crate::sink::Sink;

/// Adds what lines of the command line of Windows would do to files, where a text may be such lines.
pub(crate) fn on_windows(text: &str, sink: &mut Sink<'_>) {
    let head = text.get(..text.floor_char_boundary(SCRIPT_BYTES_MAX)).unwrap_or(text);
    windows::files_of(head, sink);
}

/// Adds the effects of running the script.
pub(crate) fn run(language: Language, text: &str, sink: &mut Sink<'_>) {
    // What stands on a command line are commands.
    let marks = match language {
        Language::PowerShell | Language::Cmd => Flags::NONE,
        _ => Flags::CODE,
    };
    let head = text.get(..text.floor_char_boundary(SCRIPT_BYTES_MAX)).unwrap_or(text);
    sink.within(Certainty::Must, marks, |sink| match language {
        Language::PowerShell => windows::run(head, true, sink),
        Language::Cmd => windows::run(head, false, sink),
        Language::JavaScript
        | Language::Other
        | Language::Shell
        | Language::Sql
        | Language::Python => {
            calls::run(head, sink);
            sink.opaque();
        }
    });
    if head.len() < text.len() {
        sink.opaque();
    }
}
