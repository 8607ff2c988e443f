//! Effects of a call, from the values of its arguments.

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object};

use super::process;
use super::value::Value;
use super::walk::Walk;
use crate::word::Word;
use crate::{Language, path, run_text, url};

/// How sure an effect is on a path of which no name is known.
fn unsure(word: &Word) -> Certainty {
    if word.has_unknown() { Certainty::Opaque } else { Certainty::Must }
}

/// A host of which something is known.
fn known_host(host: Host) -> Option<Host> {
    (&*host.name != "*").then_some(host)
}

impl Walk<'_, '_, '_> {
    /// Adds that something is done to a path.
    pub(super) fn path(&mut self, deed: Deed, value: &Value, flags: Flags) {
        for one in value.each() {
            let word = one.word();
            let certainty = if word.is_unknown() {
                Certainty::Opaque
            } else if value.each().len() > 1
                || matches!(one, Value::Path(word) if word.text().is_none())
            {
                Certainty::May
            } else {
                Certainty::Must
            };
            let mut set = path::resolve(&word, &self.cwd, self.sink.context);
            let is_told = set.pattern.contains(|c| !matches!(c, '*' | '/' | '?'));
            let certainty = if is_told { certainty } else { certainty.max(unsure(&word)) };
            set.below |= flags.has(Flags::RECURSIVE);
            self.add(certainty, deed, Object::Path(set), flags);
        }
    }

    /// Adds that something goes to or comes from the host of a URL.
    pub(super) fn network(&mut self, deed: Deed, value: &Value, flags: Flags) -> Option<Host> {
        let mut last = None;
        for one in value.each() {
            let host = url::host(&one.word()).and_then(known_host);
            match host.clone() {
                Some(host) => self.add(Certainty::Must, deed, Object::Host(host), flags),
                None => self.add(Certainty::Opaque, deed, Object::None, flags),
            }
            last = host;
        }
        last
    }

    /// Adds that a pair of host and port is used.
    pub(super) fn address(&mut self, deed: Deed, value: &Value) -> Option<Host> {
        let (name, port) = match value {
            Value::List(items) => match items.as_slice() {
                [name, Value::Number(port), ..] => (name.clone(), u16::try_from(*port).ok()),
                [name, ..] => (name.clone(), None),
                [] => (Value::Unknown, None),
            },
            other => (other.clone(), None),
        };
        let host = url::host(&name.word()).and_then(known_host).map(|mut host| {
            host.port = port.or(host.port);
            host
        });
        match host.clone() {
            Some(host) => self.add(Certainty::Must, deed, Object::Host(host), Flags::NONE),
            None => self.add(Certainty::Opaque, deed, Object::None, Flags::NONE),
        }
        if let Some(host) = &host {
            self.host = Some(host.clone());
        }
        host
    }

    /// Something is run that cannot be told.
    pub(super) fn opaque(&mut self, flags: Flags) {
        let flags = flags.with(self.marks);
        self.add(Certainty::Opaque, Deed::Exec, Object::None, flags);
    }

    /// Runs a text in a language.
    pub(super) fn run(&mut self, language: Language, value: &Value) {
        for one in value.each() {
            let text = match one {
                Value::Text(word) => word.text(),
                _ => None,
            };
            let certainty = if value.each().len() > 1 { Certainty::May } else { self.certainty() };
            match (text, one) {
                (Some(text), _) => {
                    let marks = self.marks;
                    self.begin();
                    self.sink.within(certainty.max(self.certainty()), marks, |sink| {
                        run_text(language, text, sink)
                    });
                }
                (None, Value::From(flags)) => self.opaque(*flags),
                (None, _) if language == Language::Sql => {
                    self.add(Certainty::Opaque, Deed::SqlExec, Object::None, Flags::NONE);
                }
                (None, _) => {
                    // The program's name is often known where its words are not.
                    if language == Language::Shell
                        && let Value::Text(word) = one
                        && word.prefix().contains(' ')
                    {
                        let text = process::guessed(word);
                        self.begin();
                        self.sink.within(Certainty::May, self.marks, |sink| {
                            run_text(language, &text, sink)
                        });
                    }
                    self.opaque(Flags::NONE);
                }
            }
        }
    }
}
