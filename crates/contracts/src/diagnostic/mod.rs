//! What is wrong with a text, where, and what to do about it.
//!
//! A [`Diagnostic`] is data: a code, a message, labelled places and a hint. The same data becomes terminal
//! text here ([`render`]) and JSON or editor marks at the edges ([`Diagnostic::locate`]). Loading never
//! stops at the first: `Diagnostics` collects, and gives out everything sorted by place.

mod code;
mod files;
mod render;

pub use code::{Code, Severity};
pub use files::{File, FileId, Files, Location, Position};
pub use render::{Colour, render};

use crate::limits::DIAGNOSTICS_MAX;

/// A place with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is there; may be empty.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind.
    pub code: Code,
    /// What and why: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where. `None` only where no text was read at all.
    pub primary: Option<Label>,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic about a place.
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Self {
        let primary = Some(Label { location, text: String::new() });
        Self { code, message: message.into(), primary, related: Vec::new(), hint: None }
    }

    /// A diagnostic about no text.
    pub fn without_place(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), primary: None, related: Vec::new(), hint: None }
    }

    /// The same with a remark at its place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    /// The same with another place.
    #[must_use]
    pub fn related(mut self, location: Location, text: impl Into<String>) -> Self {
        self.related.push(Label { location, text: text.into() });
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a hint, if there is one.
    #[must_use]
    pub fn hint_if(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into).or(self.hint);
        self
    }

    /// Error or warning.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// Its place in words that people and editors use.
    pub fn locate<'f>(&self, files: &'f Files) -> Option<Located<'f>> {
        let location = self.primary.as_ref()?.location;
        let file = files.get(location.file)?;
        let range = file.clamp(location.range());
        let start = file.position(range.start);
        let end = file.position(range.end);
        Some(Located { file: file.name(), start, end, excerpt: file.line(start.line) })
    }

    fn place(&self) -> Option<Location> {
        self.primary.as_ref().map(|label| label.location)
    }
}

/// The place of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<'f> {
    /// The name of the file.
    pub file: &'f str,
    /// Where it begins.
    pub start: Position,
    /// Where it ends: the position after the last character.
    pub end: Position,
    /// The whole line in which it begins.
    pub excerpt: &'f str,
}

/// Collects diagnostics, up to [`DIAGNOSTICS_MAX`] of them.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    list: Vec<Diagnostic>,
    omitted: usize,
    /// The includes that lead to the file that is being read.
    chain: Vec<Location>,
}

impl Diagnostics {
    /// What comes from here on is about the file that is included here.
    pub(crate) fn enter(&mut self, include: Location) {
        self.chain.push(include);
    }

    /// The file of the latest include was read.
    pub(crate) fn leave(&mut self) {
        self.chain.pop();
    }

    pub(crate) fn push(&mut self, mut diagnostic: Diagnostic) {
        if diagnostic.place().is_some() {
            let chain = self.chain.iter().rev();
            let labels = chain.map(|at| Label { location: *at, text: "included here".to_owned() });
            diagnostic.related.extend(labels);
        }
        // A warning must not push out the error that makes the file unusable.
        if self.list.len() < DIAGNOSTICS_MAX {
            self.list.push(diagnostic);
        } else if diagnostic.is_error() && !self.has_errors() {
            self.list.pop();
            self.list.push(diagnostic);
            self.omitted = self.omitted.saturating_add(1);
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// Everything, sorted by place; what has no place comes first.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| (d.place(), d.code));
        // A file that several agents include is read for each of them.
        self.list.dedup_by(|later, earlier| {
            later.place() == earlier.place()
                && later.code == earlier.code
                && later.message == earlier.message
        });
        if self.omitted > 0 {
            let message = format!("{} more diagnostics are not shown", self.omitted);
            let last = Diagnostic::without_place(Code::Omitted, message)
                .hint(format!("at most {DIAGNOSTICS_MAX} are kept; correct these first"));
            self.list.push(last);
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(code: Code, start: usize) -> Diagnostic {
        Diagnostic::new(code, Location::new(FileId::default(), start, start), start.to_string())
    }

    #[test]
    fn diagnostics_come_sorted_by_place() {
        let mut all = Diagnostics::default();
        all.push(at(Code::Shape, 9));
        all.push(at(Code::ModesDiffer, 2));
        all.push(Diagnostic::without_place(Code::Include, "none"));
        let messages: Vec<String> = all.finish().into_iter().map(|d| d.message).collect();
        assert_eq!(messages, ["none", "2", "9"]);
    }

    #[test]
    fn a_flood_is_cut_with_a_remark_and_keeps_an_error() {
        let mut all = Diagnostics::default();
        for i in 0..DIAGNOSTICS_MAX {
            all.push(at(Code::FirstEventOnly, i));
        }
        all.push(at(Code::Shape, 1));
        all.push(at(Code::Shape, 2));
        assert!(all.has_errors());
        let list = all.finish();
        assert_eq!(list.len(), DIAGNOSTICS_MAX + 1);
        assert_eq!(list.last().unwrap().message, "2 more diagnostics are not shown");
    }
}
