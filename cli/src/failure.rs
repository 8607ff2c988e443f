//! Why a command cannot do its work: one message, what to do next, and the exit code.
//!
//! Mistakes in a configuration are many and have places; they are drawn as diagnostics before they come here.

use std::fmt;
use std::path::Path;

use crate::exit::Exit;
use crate::output::{Page, Style, Terminal};

/// Why a command stopped.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    /// Text that explains and is already drawn.
    drawn: String,
    exit: Exit,
}

impl Failure {
    /// A failure with this message: lower case, no full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, drawn: String::new(), exit: Exit::Unable }
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("`{}` cannot be read: {}", path.display(), reason(error)))
    }

    /// A file that cannot be written.
    pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("`{}` cannot be written: {}", path.display(), reason(error)))
    }

    /// What to do next.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Text that stands before the message.
    #[must_use]
    pub(crate) fn drawn(mut self, drawn: String) -> Self {
        self.drawn = drawn;
        self
    }

    /// The same with another exit code.
    #[must_use]
    pub(crate) fn exits(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The text for people.
    pub(crate) fn render(&self, terminal: &Terminal) -> String {
        let mut page = Page::new(terminal.errors_width());
        page.raw(&self.drawn);
        page.labelled("error:", Style::Bad, &self.message);
        if let Some(hint) = &self.hint {
            page.labelled(" hint:", Style::Accent, hint);
        }
        page.finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// The system's words without its numbers: `no such file or directory`.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_words_come_without_numbers() {
        let error = std::io::Error::from_raw_os_error(2);
        assert_eq!(reason(&error), "no such file or directory");
    }
}
