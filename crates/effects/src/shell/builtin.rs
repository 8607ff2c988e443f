//! The builtins of a shell that change what it knows, or that run something in it.
//!
//! `echo`, `test` and the like are programs as well and do the same there, so they go the way of programs.

use sponsio_engine::event::{Certainty, Deed, Flags, Object, PathSet};

use super::declare::decisive;
use super::fields;
use super::redirect::certainty;
use super::state::{Value, anywhere};
use super::{Shell, arithmetic, printer};
use crate::path;
use crate::program::Input;
use crate::sink::Sink;
use crate::word::Word;

impl Shell {
    /// Runs the builtin with this name; whether there is one.
    pub(super) fn builtin(&mut self, name: &str, argv: &[Word], sink: &mut Sink<'_>) -> bool {
        let rest = argv.get(1..).unwrap_or_default();
        match name {
            ":" | "true" => self.status = Some(true),
            "false" => self.status = Some(false),
            "cd" | "chdir" => self.change_directory(rest, sink),
            "pushd" => {
                let here = self.state.cwd.clone();
                self.change_directory(rest, sink);
                if self.state.stack.len() < 64 {
                    self.state.stack.push(here);
                }
                self.prints_something();
            }
            "popd" => {
                let back = self.state.stack.pop().unwrap_or_else(anywhere);
                self.state.previous = Some(core::mem::replace(&mut self.state.cwd, back));
                self.prints_something();
            }
            "export" | "declare" | "typeset" | "local" | "readonly" => self.declare(argv, sink),
            "unset" => self.unset(rest, sink),
            "read" => self.read(argv, sink),
            "mapfile" | "readarray" | "getopts" => self.fill(name, rest, sink),
            "alias" => self.alias_words(rest),
            "unalias" if rest.iter().any(|word| word.text() == Some("-a")) => {
                self.state.unalias_all();
            }
            "unalias" => rest.iter().filter_map(Word::text).for_each(|n| self.state.unalias(n)),
            "eval" => self.eval(&fields::join(rest, " "), sink),
            "trap" => self.trap(rest, sink),
            "source" | "." => self.source(rest, sink),
            "set" => self.set(rest, sink),
            "shift" => self.shift(rest),
            "let" => {
                for word in rest {
                    let text = fields::text(word);
                    arithmetic::evaluate(&text, &mut self.state);
                }
            }
            "command" | "builtin" | "exec" | "nocorrect" | "noglob" => {
                self.wrapped(name, rest, sink)
            }
            "printf" => match rest {
                [option, name, ..] if option.text() == Some("-v") => {
                    self.print_into(name, rest, sink);
                }
                _ => return false,
            },
            "exit" | "return" | "break" | "continue" | "wait" | "disown" | "logout" | "suspend"
            | "rehash" => {}
            "shopt" | "setopt" | "unsetopt" => self.set_option(rest),
            "jobs" | "bg" | "fg" | "hash" | "dirs" | "times" | "umask" | "type" | "caller"
            | "bind" | "complete" | "compgen" => {
                if name.starts_with("comp") {
                    self.callback(rest, sink);
                }
                self.prints_something();
            }
            _ => return false,
        }
        true
    }

    /// Variables that get what is read.
    fn fill(&mut self, name: &str, rest: &[Word], sink: &mut Sink<'_>) {
        if name != "getopts" {
            self.callback(rest, sink);
        }
        for word in rest {
            match word.text() {
                Some(name) if !name.starts_with('-') => self.state.forget(name),
                Some(_) => {}
                None => self.state.forget_all(),
            }
        }
    }

    /// An option that changes which names a pattern fits.
    fn set_option(&mut self, rest: &[Word]) {
        let is_odd = |word: &Word| word.text().is_none_or(|text| text.contains("nocase"));
        self.is_lenient |= rest.iter().any(is_odd);
        let fits = |word: &Word| matches!(word.text(), Some("dotglob" | "globdots" | "GLOB_DOTS"));
        self.fits_dots |= rest.iter().any(fits);
        self.prints_something();
    }

    /// `-C command` of `mapfile` and `compgen`.
    fn callback(&mut self, rest: &[Word], sink: &mut Sink<'_>) {
        let at = rest.iter().position(|word| word.text() == Some("-C"));
        if let Some(text) = at.and_then(|at| rest.get(at + 1)) {
            let before = self.state.clone();
            sink.under(Certainty::May, |sink| self.eval(text, sink));
            self.state = before;
        }
    }

    fn prints_something(&mut self) {
        self.out.add(Input::Text(Word::unknown(), Flags::NONE));
    }

    fn change_directory(&mut self, rest: &[Word], sink: &mut Sink<'_>) {
        let target = rest.iter().find(|word| {
            word.text().is_none_or(|text| text == "-" || !text.starts_with(['-', '+']))
        });
        let to = match target {
            None if rest.iter().any(|word| word.text().is_some_and(|t| t.starts_with('+'))) => {
                anywhere()
            }
            None => {
                let home = self.value("HOME", sink);
                path::resolve(&home, &self.state.cwd, sink.context)
            }
            Some(word) if word.text() == Some("-") => {
                self.prints_something();
                self.state.previous.clone().unwrap_or_else(anywhere)
            }
            Some(word) => self.searched(word, sink),
        };
        self.state.previous = Some(core::mem::replace(&mut self.state.cwd, to));
    }

    /// Where `cd` goes: a name is looked for in the first directory of `CDPATH`, if the script has set it.
    fn searched(&self, word: &Word, sink: &Sink<'_>) -> PathSet {
        let search = self.state.variable("CDPATH").map(|variable| &variable.value);
        let is_name = !word.prefix().starts_with(['/', '.', '~']) && !word.is_unknown();
        if let Some(Value::Scalar(search)) = search
            && is_name
            && let Some(first) = search.prefix().split(':').next().filter(|first| !first.is_empty())
        {
            let mut place = Word::known(format!("{first}/"));
            place.append(word.clone());
            return path::resolve(&place, &self.state.cwd, sink.context);
        }
        path::resolve(word, &self.state.cwd, sink.context)
    }

    fn unset(&mut self, rest: &[Word], sink: &mut Sink<'_>) {
        let is_function = rest.first().is_some_and(|word| word.text() == Some("-f"));
        for word in rest {
            match word.text() {
                Some(option) if option.starts_with('-') => {}
                Some(name) => {
                    if is_function || self.state.variable(name).is_none() {
                        self.state.undefine(name);
                    }
                    if !is_function {
                        decisive(name, sink);
                        self.state.unset(name);
                    }
                }
                None => self.state.forget_all(),
            }
        }
    }

    fn alias_words(&mut self, rest: &[Word]) {
        self.prints_something();
        for word in rest {
            let text = fields::text(word);
            if let Some((name, value)) = text.split_once('=') {
                self.state.set_alias(name, value);
            }
        }
    }

    /// Runs a text in this shell.
    fn eval(&mut self, text: &Word, sink: &mut Sink<'_>) {
        let flags = self.taint;
        sink.within(Certainty::Must, flags, |sink| {
            if text.text().is_none() {
                sink.opaque();
                self.state.forget_all();
            } else if flags != Flags::NONE {
                sink.add(Certainty::Must, Deed::Exec, Object::None, Flags::NONE);
            }
            if !text.is_unknown() {
                self.script(&fields::text(text), sink);
            }
        });
    }

    fn trap(&mut self, rest: &[Word], sink: &mut Sink<'_>) {
        let Some(text) = rest.iter().find(|word| word.text() != Some("--")) else { return };
        if text.text().is_some_and(|text| text.is_empty() || text.starts_with('-')) {
            return self.prints_something();
        }
        // Before each command, whatever it is.
        let is_each = |word: &Word| word.text().is_some_and(|t| t.eq_ignore_ascii_case("DEBUG"));
        if rest.iter().skip(1).any(is_each) {
            sink.add(Certainty::Must, Deed::PersistHook, Object::None, Flags::NONE);
        }
        let before = self.state.clone();
        sink.under(Certainty::May, |sink| self.eval(text, sink));
        self.state = before;
    }

    fn source(&mut self, rest: &[Word], sink: &mut Sink<'_>) {
        let Some((file, arguments)) = rest.split_first() else { return };
        let path = path::resolve(file, &self.state.cwd, sink.context);
        let certainty = certainty(file, &path);
        let content = self.content(&path);
        let flags = content.as_ref().map_or(Flags::NONE, |content| content.flags).with(self.taint);
        sink.add(certainty, Deed::Exec, Object::Path(path), flags);
        match content {
            Some(content) => {
                let before = self.state.arguments.clone();
                if !arguments.is_empty() {
                    self.state.arguments = Some(arguments.to_vec().into());
                }
                self.taint = flags;
                self.eval(&content.word, sink);
                self.state.arguments = before;
            }
            None => self.state.forget_all(),
        }
    }

    fn set(&mut self, rest: &[Word], sink: &mut Sink<'_>) {
        if rest.is_empty() {
            sink.add(Certainty::Must, Deed::EnvRead, Object::None, Flags::NONE);
            self.prints_something();
        }
        let mut words = rest.iter();
        loop {
            let mut after = words.clone();
            let Some(word) = after.next() else { return };
            match word.text() {
                Some("--") => {
                    words = after;
                    break;
                }
                Some(sign @ ("-o" | "+o")) => {
                    let option = after.next().and_then(Word::text);
                    if sign == "+o" && option == Some("history") {
                        sink.add(Certainty::Must, Deed::SystemLog, Object::None, Flags::NONE);
                    }
                }
                Some(option) if option.starts_with(['-', '+']) => {}
                _ => break,
            }
            words = after;
        }
        self.state.arguments = Some(words.cloned().collect::<Vec<_>>().into());
    }

    fn shift(&mut self, rest: &[Word]) {
        let count = match rest.first() {
            None => Some(1),
            Some(word) => word.text().and_then(|text| text.parse().ok()),
        };
        self.state.arguments = match (&self.state.arguments, count) {
            (Some(arguments), Some(count)) => {
                Some(arguments.iter().skip(count).cloned().collect::<Vec<_>>().into())
            }
            _ => None,
        };
    }

    /// `command x`, `builtin x`, `exec x`: `x`, but no function.
    fn wrapped(&mut self, name: &str, rest: &[Word], sink: &mut Sink<'_>) {
        let mut words = rest;
        while let Some((first, after)) = words.split_first() {
            let Some(option) = first.text().filter(|text| text.starts_with('-')) else { break };
            words = after;
            match option {
                "--" => break,
                "-v" | "-V" if name == "command" => {
                    // It says where the program is, which is as good as its name.
                    if let Some(word) = words.first() {
                        self.out.add(Input::Text(word.clone(), Flags::NONE));
                    }
                    return;
                }
                // No shell knows it, so nothing runs.
                _ if name == "command" && !option.chars().skip(1).all(|c| "pvV".contains(c)) => {
                    return;
                }
                "-a" if name == "exec" => words = words.get(1..).unwrap_or_default(),
                _ => {}
            }
        }
        let Some(first) = words.first() else { return };
        let argv = words.to_vec();
        sink.descend(|sink| match first.text() {
            Some(inner) if name != "exec" && self.builtin(inner, &argv, sink) => {}
            _ => self.program(&argv, sink),
        });
    }

    /// `printf -v name …`.
    fn print_into(&mut self, name: &Word, argv: &[Word], sink: &mut Sink<'_>) {
        let printed = printer::printf(argv, sink);
        match name.text() {
            Some(name) => {
                decisive(name, sink);
                self.state.set(name, Value::Scalar(printed), self.taint);
            }
            None => self.state.forget_all(),
        }
    }
}
