//! What a program does with its words.
//!
//! The shell, Python's `subprocess` and a tool that takes a list of words come here with an [`Invocation`]. What the
//! program runs in turn (`sudo`, `xargs`, `find -exec`, `sh -c`, `python -c`) comes back as [`Next`], and whoever asked
//! runs it: the shell knows its own variables, functions and aliases, and this module does not.

use sponsio_engine::event::{Flags, PathSet};

use crate::Language;
use crate::sink::Sink;
use crate::word::Word;

/// A program and its words, as it is started.
#[derive(Clone, Debug)]
pub(crate) struct Invocation<'i> {
    /// Its name and its words.
    pub(crate) argv: &'i [Word],
    /// What it finds on its standard input.
    pub(crate) input: &'i Input,
    /// The directory it runs in.
    pub(crate) cwd: &'i PathSet,
}

/// What a program finds on its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Input {
    /// Nothing, or what the terminal gives.
    #[default]
    None,
    /// This text, as far as it is known: a heredoc, `echo … |`. The flags say what it went through or where it came
    /// from (`DECODED`, `REMOTE`).
    Text(Word, Flags),
    /// The content of these paths.
    File(PathSet),
}

/// What a program runs in turn.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// A program with its words, with these marks on all it does, and with its own input.
    Argv { argv: Vec<Word>, input: Input, marks: Flags },
    /// A text in a language.
    Text { language: Language, text: Word, marks: Flags },
}

/// Adds the effects of the program itself, and gives what it runs in turn.
pub(crate) fn start(_invocation: &Invocation<'_>, sink: &mut Sink<'_>) -> Vec<Next> {
    sink.opaque();
    Vec::new()
}
