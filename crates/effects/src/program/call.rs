//! A program that is started: its words, and short ways to add what it does.

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object, PathSet};

use super::options::Options;
use super::{Input, Next};
use crate::sink::Sink;
use crate::word::{Piece, Word};
use crate::{Language, path, url};

/// A program that is started.
pub(crate) struct Call<'i, 's, 'c> {
    /// Its name, without directory, in lower case.
    pub(crate) name: &'i str,
    /// Its words after the name.
    pub(crate) args: &'i [Word],
    pub(crate) input: &'i Input,
    pub(crate) cwd: &'i PathSet,
    pub(crate) sink: &'s mut Sink<'c>,
    pub(crate) next: Vec<Next>,
}

impl<'i> Call<'i, '_, '_> {
    /// Its options and operands.
    pub(crate) fn parse(&self, specification: &'static str) -> Options<'i> {
        Options::parse(specification, self.args)
    }

    pub(crate) fn deed(&mut self, deed: Deed, flags: Flags) {
        self.sink.add(Certainty::Must, deed, Object::None, flags);
    }

    /// A deed on the path that a word names.
    pub(crate) fn path(&mut self, deed: Deed, word: &Word, flags: Flags) {
        if word.pieces().is_empty() {
            return;
        }
        let mut set = path::resolve(word, self.cwd, self.sink.context);
        set.below |= flags.has(Flags::RECURSIVE);
        let is_all = deed == Deed::Delete && (&*set.pattern == "*" || set.pattern.ends_with("/*"));
        let flags = if is_all { flags.with(Flags::UNBOUNDED) } else { flags };
        self.sink.add(certainty(word), deed, Object::Path(set), flags);
    }

    /// The paths that words name are given to a program that is not known, and it may fetch what an address names.
    pub(crate) fn give(&mut self, words: &[Word]) {
        for word in words {
            let text = word.prefix();
            let value = match text.split_once('=') {
                Some((option, value)) if option.starts_with('-') => Word::known(value),
                _ if text.starts_with('-') => continue,
                _ => word.clone(),
            };
            if looks_like_path(&value) {
                self.path(Deed::Give, &value, Flags::NONE);
            } else if let Some(host) = web_host(&value) {
                let object = Object::Host(host);
                self.sink.add(Certainty::May, Deed::NetReceive, object, Flags::NONE);
            }
        }
    }

    /// A deed that is no access, on the path that a word names.
    pub(crate) fn path_named(&mut self, deed: Deed, word: &Word, flags: Flags) {
        let set = path::resolve(word, self.cwd, self.sink.context);
        self.sink.add(certainty(word), deed, Object::Path(set), flags);
    }

    /// A deed on a path that is written here.
    pub(crate) fn place(&mut self, deed: Deed, text: &str, flags: Flags) {
        self.path(deed, &Word::known(text), flags);
    }

    /// A deed on the host that a word names.
    pub(crate) fn host(&mut self, deed: Deed, word: &Word, flags: Flags) {
        let Some(host) = url::host(word) else { return };
        let certainty = if &*host.name == "*" { Certainty::Opaque } else { Certainty::Must };
        self.sink.add(certainty, deed, Object::Host(host), flags);
    }

    /// A deed on a host that nothing is known of.
    pub(crate) fn any_host(&mut self, deed: Deed, flags: Flags) {
        let host = Host { name: "*".into(), port: None };
        self.sink.add(Certainty::Opaque, deed, Object::Host(host), flags);
    }

    /// Connections are accepted on every address of the machine.
    pub(crate) fn listen(&mut self) {
        self.deed(Deed::NetListen, Flags::NONE);
    }

    /// A deed on something with this name.
    pub(crate) fn named(&mut self, deed: Deed, name: &str, flags: Flags) {
        self.sink.add(Certainty::Must, deed, Object::Name(name.into()), flags);
    }

    /// A deed on something with the name that a word is.
    pub(crate) fn name(&mut self, deed: Deed, word: &Word, flags: Flags) {
        let mut name = String::new();
        for piece in word.pieces() {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::One | Piece::Many | Piece::Unknown => name.push('*'),
            }
        }
        self.sink.add(certainty(word), deed, Object::Name(name.into()), flags);
    }

    /// What the words name is run with them, and finds on its input what this program finds.
    pub(crate) fn run(&mut self, argv: Vec<Word>, marks: Flags) {
        let input = self.input.clone();
        self.run_with(argv, input, marks);
    }

    pub(crate) fn run_with(&mut self, argv: Vec<Word>, input: Input, marks: Flags) {
        if !argv.is_empty() {
            self.next.push(Next::Argv { argv, input, marks, cwd: None });
        }
    }

    /// What the words name is run with them in the directory that the word names, if there is one.
    pub(crate) fn run_in(&mut self, directory: Option<&Word>, argv: Vec<Word>, marks: Flags) {
        let cwd = directory.map(|word| path::resolve(word, self.cwd, self.sink.context));
        let input = self.input.clone();
        if !argv.is_empty() {
            self.next.push(Next::Argv { argv, input, marks, cwd });
        }
    }

    /// Does `inner` as if the program ran in the directory that the word names, if there is one.
    pub(crate) fn inside(
        &mut self,
        directory: Option<&Word>,
        inner: impl FnOnce(&mut Call<'_, '_, '_>),
    ) {
        let Some(directory) = directory else { return inner(self) };
        let cwd = path::resolve(directory, self.cwd, self.sink.context);
        let mut call = Call {
            name: self.name,
            args: self.args,
            input: self.input,
            cwd: &cwd,
            sink: &mut *self.sink,
            next: Vec::new(),
        };
        inner(&mut call);
        let next = call.next;
        self.next.extend(next.into_iter().map(|next| match next {
            Next::Argv { argv, input, marks, cwd: None } => {
                Next::Argv { argv, input, marks, cwd: Some(cwd.clone()) }
            }
            next => next,
        }));
    }

    /// A text is run.
    pub(crate) fn text(&mut self, language: Language, text: Word, marks: Flags) {
        self.next.push(Next::Text { language, text, marks });
    }

    /// What stands on the input is run.
    pub(crate) fn run_input(&mut self, language: Language) {
        match self.input {
            Input::None => {}
            Input::Text(text, flags) => {
                if *flags != Flags::NONE || text.is_unknown() {
                    self.deed(Deed::Exec, *flags);
                }
                self.text(language, text.clone(), *flags);
            }
            Input::File(set) => {
                self.sink.add(Certainty::Must, Deed::Exec, Object::Path(set.clone()), Flags::NONE);
            }
        }
    }
}

/// The host of an address of the web.
fn web_host(word: &Word) -> Option<Host> {
    let known = word.prefix();
    let is_web = ["http://", "https://", "ftp://"].iter().any(|scheme| known.starts_with(scheme));
    if is_web { url::host(word) } else { None }
}

/// Whether the word names a path: it has a slash, or a name with an ending.
fn looks_like_path(word: &Word) -> bool {
    let text = word.prefix();
    let has_ending = text.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty()
            && (1..=7).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
    });
    !text.contains("://")
        && !text.contains(char::is_whitespace)
        && !text.starts_with("/dev/fd/")
        && (text.contains('/') || has_ending || matches!(text, "." | ".."))
}

/// How sure a deed on what the word names is.
pub(crate) fn certainty(word: &Word) -> Certainty {
    let says_nothing = |piece: &Piece| match piece {
        Piece::Unknown => true,
        Piece::Text(text) => text.bytes().all(|byte| matches!(byte, b'/' | b'.')),
        Piece::One | Piece::Many => false,
    };
    let begins_unknown = matches!(word.pieces().first(), Some(Piece::Unknown));
    if begins_unknown && word.pieces().iter().all(says_nothing) {
        Certainty::Opaque
    } else if word.has_unknown() {
        Certainty::May
    } else {
        Certainty::Must
    }
}

/// Owned words.
pub(crate) fn owned(words: &[&Word]) -> Vec<Word> {
    words.iter().map(|word| (*word).clone()).collect()
}
