//! English sentences.
//!
//! A statement is one of a table of forms, as a whole. There are no keywords that outrank the rest of the
//! text: a form has roles ("`b` after `a`" names the earlier call second), every word must belong to the
//! form, and what is left over is an error. So a sentence either means what it says or is refused with a
//! hint. A sentence may join several statements.
//!
//! What stands in backticks or quotation marks is literal, a name or a text. Between slashes stands a
//! regular expression. Bare words are names if they are no words of the grammar.
//!
//! `token` cuts the text and `join` takes it apart into statements; `form` holds the table, which `template`
//! reads, and `parse` matches it; `slot` and `number` read arguments, `plain` knows what is no name; `render`
//! goes the other way. What this module does not know: what a pattern's formula is.

mod advice;
mod form;
mod join;
mod number;
mod parse;
mod plain;
mod render;
mod slot;
mod template;
mod token;
mod unit;

use core::fmt;
use core::ops::Range;

use sponsio_engine::formula::Formula;

pub use render::render;

use crate::diagnostic::{Code, Diagnostic, FileId, Location};
use crate::pattern::Instance;

/// Why a text is not a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentenceError {
    /// The bytes of the text that it is about.
    pub range: Range<usize>,
    /// What and why.
    pub message: String,
    /// A remark on the place; may be empty.
    pub label: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the text is over a limit.
    pub over_limit: bool,
}

impl SentenceError {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), label: String::new(), hint: None, over_limit: false }
    }

    fn limit(range: Range<usize>, message: String) -> Self {
        Self { over_limit: true, ..Self::new(range, message) }
    }

    fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The diagnostic, with the place that the caller knows.
    pub fn diagnostic(self, location: Location) -> Diagnostic {
        let code = if self.over_limit { Code::Limit } else { Code::Sentence };
        Diagnostic::new(code, location, self.message).label(self.label).hint_if(self.hint)
    }
}

impl fmt::Display for SentenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for SentenceError {}

/// The patterns with arguments that a sentence says, in the order of its statements.
pub fn parse_all(text: &str) -> Result<Vec<Instance>, SentenceError> {
    join::parse_all(text)
}

/// The pattern with arguments that a sentence says, where it says one.
pub fn parse(text: &str) -> Result<Instance, SentenceError> {
    let mut said = parse_all(text)?;
    match (said.pop(), said.len()) {
        (Some(only), 0) => Ok(only),
        (_, others) => {
            let message = format!("the sentence says {} things", others.saturating_add(1));
            Err(SentenceError::new(0..text.len(), message).hint("write a sentence for each"))
        }
    }
}

/// What a sentence means.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The pattern and its arguments.
    pub instance: Instance,
    /// The formula.
    pub formula: Formula,
    /// What it requires, in the pattern's words.
    pub description: String,
    /// The canonical sentence, where there is one.
    pub sentence: Option<String>,
}

impl Compiled {
    /// The pattern's name.
    pub fn pattern(&self) -> &'static str {
        self.instance.pattern().name
    }
}

/// What a sentence means, or where it is wrong. Places are in the file with the default id.
pub fn compile_sentence(text: &str) -> Result<Compiled, Box<Diagnostic>> {
    let at = |range: Range<usize>| Location::new(FileId::default(), range.start, range.end);
    let instance = parse(text).map_err(|error| {
        let location = at(error.range.clone());
        Box::new(error.diagnostic(location))
    })?;
    let formula = instance.formula().map_err(|error| {
        let place = at(0..text.len());
        Box::new(Diagnostic::new(Code::Sentence, place, error.message).hint_if(error.hint))
    })?;
    let (description, sentence) = (instance.description(), render(&instance));
    Ok(Compiled { instance, formula, description, sentence })
}

#[cfg(test)]
mod tests;
