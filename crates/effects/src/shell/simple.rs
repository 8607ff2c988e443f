//! Simple commands: which function, builtin or program a command is, and what it runs in turn.

use sponsio_engine::event::{Certainty, Deed, Flags, Object, PathSet};

use super::declare::Assigned;
use super::state::Variable;
use super::syntax::Command;
use super::walk::Bodies;
use super::{Shell, command, fields, glob, printer};
use crate::program::{self, Input, Invocation, Next};
use crate::sink::Sink;
use crate::word::{Piece, Word};
use crate::{Language, path, run_text};

/// Programs that a name which is only partly known could be: those that do most harm.
const FEARED: &[&str] = &[
    "awk", "base64", "bash", "cat", "chattr", "chmod", "chown", "cp", "curl", "dash", "dd", "env",
    "find", "git", "kill", "ln", "mkfs", "mv", "nc", "ncat", "node", "perl", "php", "pkill",
    "python", "python3", "reboot", "rm", "rmdir", "rsync", "ruby", "scp", "sed", "sh", "shred",
    "shutdown", "ssh", "sudo", "tar", "tee", "truncate", "unlink", "wget", "xargs", "zsh",
];

impl Shell {
    pub(super) fn simple(
        &mut self,
        written: &Command<'_>,
        assignments: &[&str],
        words: &[&str],
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        let guessed = core::mem::replace(&mut self.has_guessed, false);
        self.once(written, assignments, words, bodies, sink);
        let has_guessed = core::mem::replace(&mut self.has_guessed, guessed);
        if !has_guessed || self.is_guessing || words.is_empty() && written.redirects.is_empty() {
            return;
        }
        let (input, out) = (self.input.clone(), self.out.clone());
        self.is_guessing = true;
        self.aside(sink, |shell, sink| {
            sink.under(Certainty::May, |sink| {
                shell.once(written, assignments, words, bodies, sink);
            });
        });
        self.is_guessing = false;
        (self.input, self.out, self.status) = (input, out, None);
    }

    fn once(
        &mut self,
        written: &Command<'_>,
        assignments: &[&str],
        words: &[&str],
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        if !sink.spend(64) {
            return;
        }
        let taint = core::mem::replace(&mut self.taint, Flags::NONE);
        let readers = self.readers.len();
        self.status = None;
        if let Some((first, rest)) = words.split_first() {
            self.alias(first, rest, sink);
        }
        let assigned: Vec<Assigned> =
            assignments.iter().filter_map(|one| self.assigned(one, sink)).collect();
        let argv = self.command_words(words, sink);
        let targets = self.targets(&written.redirects, bodies, sink);
        sink.command(written.text);
        let (mark, links) = (sink.mark(), self.links.len());
        let redirected = self.redirect(targets, sink);
        let follows = argv.first().is_none_or(follows_input);
        self.connect(&redirected, follows && !argv.is_empty(), sink);
        if argv.is_empty() {
            for one in assigned {
                self.assign(one, sink);
            }
            self.status = Some(true);
            if let Some(input) = redirected.input.filter(|_| !written.redirects.is_empty()) {
                // `$(<file)`.
                self.out.add(self.known(input));
            }
        } else if is_exec_alone(&argv) {
            self.state.sockets.extend(redirected.sockets);
            self.input = redirected.input.unwrap_or_else(|| self.input.clone());
        } else {
            self.redirected(redirected, sink, |shell, sink| shell.with(assigned, argv, sink));
        }
        self.read_by(readers, sink);
        self.through_links(links, mark, sink);
        self.taint = taint;
    }

    /// The words of a command; those of a declaration are not split after `=`.
    fn command_words(&mut self, words: &[&str], sink: &mut Sink<'_>) -> Vec<Word> {
        let declares = ["export", "declare", "typeset", "local", "readonly", "alias"];
        match words.split_first() {
            Some((first, rest)) if declares.contains(first) => {
                let mut argv = vec![Word::known(*first)];
                for word in rest {
                    if super::parse::assignment(word).is_some() && !word.contains("=(") {
                        argv.push(self.single(word, sink));
                    } else if word.contains("=(") {
                        // An array: `declare` sees its source.
                        argv.push(fields::word(word));
                    } else {
                        argv.extend(self.words(&[word], sink));
                    }
                }
                argv
            }
            _ => self.words(words, sink),
        }
    }

    /// With variables that are set for one command.
    fn with(&mut self, assigned: Vec<Assigned>, argv: Vec<Word>, sink: &mut Sink<'_>) {
        let before: Vec<(String, Option<Variable>)> = assigned
            .iter()
            .map(|one| (one.name.clone(), self.state.variable(&one.name).cloned()))
            .collect();
        for one in assigned {
            let name = one.name.clone();
            self.assign(one, sink);
            self.state.export(&name);
            self.variable_runs(&name, sink);
        }
        self.dispatch(argv, sink);
        for (name, variable) in before {
            self.state.restore(&name, variable);
        }
    }

    /// What an alias stands for may run, if aliases are followed.
    fn alias(&mut self, first: &str, rest: &[&str], sink: &mut Sink<'_>) {
        let Some(text) = self.state.alias(first) else { return };
        let mut script = text.to_string();
        let mut rest = rest;
        // After a blank at its end the next word may be an alias as well.
        while script.ends_with([' ', '\t'])
            && let Some((next, after)) = rest.split_first()
            && sink.spend(next.len() + 8)
        {
            rest = after;
            script.push_str(self.state.alias(next).as_deref().unwrap_or(next));
        }
        for word in rest {
            script.push(' ');
            script.push_str(word);
        }
        self.state.unalias(first);
        self.aside(sink, |shell, sink| {
            sink.under(Certainty::May, |sink| shell.script(&script, sink));
        });
        self.state.set_alias(first, &text);
    }

    /// Runs a function, a builtin or a program.
    pub(super) fn dispatch(&mut self, argv: Vec<Word>, sink: &mut Sink<'_>) {
        let argv = if self.fits_dots { argv.iter().map(with_dots).collect() } else { argv };
        let Some(name) = argv.first().and_then(Word::text).map(str::to_owned) else {
            self.some_program(&argv, sink);
            return;
        };
        if let Some(body) = self.state.function(&name) {
            self.call(&name, &body, &argv, sink);
        } else if !self.builtin(&name, &argv, sink) {
            self.program(&argv, sink);
        }
    }

    fn call(&mut self, name: &str, body: &str, argv: &[Word], sink: &mut Sink<'_>) {
        if self.calls.iter().any(|running| **running == *name) {
            if self.is_beside {
                sink.add(Certainty::Must, Deed::ProcessExhaust, Object::None, Flags::NONE);
            } else {
                // What it does with other arguments is not followed.
                sink.opaque();
            }
            return;
        }
        self.calls.push(name.into());
        let arguments = argv.get(1..).unwrap_or_default().to_vec();
        let before = self.state.arguments.replace(arguments.into());
        self.locals.push(Vec::new());
        self.script(body, sink);
        for (name, variable) in self.locals.pop().unwrap_or_default().into_iter().rev() {
            self.state.restore(&name, variable);
        }
        self.state.arguments = before;
        self.calls.pop();
    }

    /// A program whose name is not known, or only in part.
    fn some_program(&mut self, argv: &[Word], sink: &mut Sink<'_>) {
        sink.add(Certainty::Opaque, Deed::Run, command(argv), self.taint);
        sink.add(Certainty::Opaque, Deed::Exec, Object::None, self.taint);
        self.has_started_shell = true;
        // Of any file in the working directory nothing is known either.
        let says_something = |name: &&Word| {
            !name.is_unknown() && (name.prefix() != "./" || name.pieces().len() != 2)
        };
        let Some(name) = argv.first().filter(says_something) else {
            self.out.add(Input::Text(Word::unknown(), Flags::NONE));
            return;
        };
        let pattern = file_name(name);
        for feared in FEARED {
            if glob::matches(feared, &pattern) == Some(true) {
                let mut argv = argv.to_vec();
                if let Some(first) = argv.first_mut() {
                    *first = Word::known(*feared);
                }
                sink.under(Certainty::May, |sink| self.program(&argv, sink));
            }
        }
        self.out.add(Input::Text(Word::unknown(), Flags::NONE));
    }

    /// Runs a program, and what it runs in turn.
    pub(super) fn program(&mut self, argv: &[Word], sink: &mut Sink<'_>) {
        if !sink.spend(64 + 32 * argv.len()) {
            return;
        }
        if argv.first().is_some_and(|name| name.text().is_none()) {
            self.some_program(argv, sink);
            return;
        }
        let original = self.original(argv, sink);
        let argv = original.as_deref().unwrap_or(argv);
        let input = match self.listed_input(argv, sink) {
            Some(input) => input,
            None => self.known(self.input.clone()),
        };
        let mark = sink.mark();
        let invocation = Invocation { argv, input: &input, cwd: &self.state.cwd };
        let nexts = program::start(&invocation, sink);
        if let Some(before) = &self.perhaps_in
            && argv.first().and_then(Word::text) == Some("rm")
            && argv.iter().any(|word| word.pieces().contains(&Piece::Many))
        {
            // `cd x; rm -rf *` where there is no `x`.
            let there = Invocation { argv, input: &input, cwd: before };
            sink.under(Certainty::May, |sink| {
                program::start(&there, sink);
            });
        }
        let found = Found::since(mark, sink);
        self.has_started_shell |= argv.first().is_some_and(is_shell);
        self.note_files(argv, &input, &found, sink);
        self.note_link(argv, sink);
        self.found_in_path(argv, sink);
        if nexts.is_empty() {
            let flags = if found.is_received { Flags::REMOTE } else { Flags::NONE };
            self.out.add(printer::output(argv, &input, &self.state.cwd, flags, sink));
        }
        self.run_files(argv, &found.run, sink);
        for next in nexts {
            self.next(next, argv, sink);
        }
        self.is_input_shared |= argv.first().is_some_and(reads_input);
    }

    fn next(&mut self, next: Next, argv: &[Word], sink: &mut Sink<'_>) {
        match next {
            Next::Argv { argv, input, marks, cwd } => sink.within(Certainty::Must, marks, |sink| {
                let given = if input == Input::None { self.input.clone() } else { input };
                let before = core::mem::replace(&mut self.input, given);
                let here = self.state.cwd.clone();
                self.state.cwd = cwd.unwrap_or_else(|| here.clone());
                sink.descend(|sink| self.program(&argv, sink));
                (self.input, self.state.cwd) = (before, here);
            }),
            Next::Text { language, text, marks } => {
                let marks = marks.with(self.taint);
                sink.within(Certainty::Must, marks, |sink| {
                    self.text(language, &text, argv, marks, sink);
                });
            }
        }
    }

    /// Runs a text in a language, in a shell or an interpreter of its own.
    pub(super) fn text(
        &mut self,
        language: Language,
        text: &Word,
        argv: &[Word],
        marks: Flags,
        sink: &mut Sink<'_>,
    ) {
        // A text of which something is known is walked, and what is not known in it is a word, or the name of a program
        // that is opaque. Code that is hidden in such a word was there before: in a file, or in the name of one.
        if text.is_unknown()
            || text.has_unknown() && (marks != Flags::NONE || language != Language::Shell)
        {
            sink.opaque();
        } else if marks != Flags::NONE {
            sink.add(Certainty::Must, Deed::Exec, Object::None, Flags::NONE);
        }
        if text.is_unknown() {
            self.out.add(Input::Text(Word::unknown(), marks));
            return;
        }
        let script = fields::text(text);
        if language != Language::Shell {
            run_text(language, &script, sink);
            self.out.add(Input::Text(Word::unknown(), marks));
            return;
        }
        let taint = core::mem::replace(&mut self.taint, Flags::NONE);
        let child = self.state.child();
        let before = core::mem::replace(&mut self.state, child);
        let place = argv.iter().position(|word| word == text).map(|place| place + 1);
        let mut given = argv.get(place.unwrap_or(argv.len())..).unwrap_or_default().iter();
        self.state.name = given.next().cloned().unwrap_or_else(|| Word::known("sh"));
        self.state.arguments = Some(given.cloned().collect::<Vec<_>>().into());
        let locals = core::mem::take(&mut self.locals);
        self.script(&script, sink);
        self.locals = locals;
        self.state = before;
        self.taint = taint;
    }

    /// Runs what the files hold that are run, where this script has written them.
    pub(super) fn run_files(&mut self, argv: &[Word], run: &[PathSet], sink: &mut Sink<'_>) {
        for path in run {
            let Some(content) = self.content(path) else { continue };
            if self.running.contains(path) {
                // It starts itself.
                if self.is_beside {
                    sink.add(Certainty::Must, Deed::ProcessExhaust, Object::None, Flags::NONE);
                } else {
                    sink.opaque();
                }
                continue;
            }
            self.running.push(path.clone());
            let text = content.word;
            let shebang = fields::text(&text);
            let language = match argv.first().and_then(Word::text) {
                Some(name) if name.contains("python") => Language::Python,
                Some(name) if name.ends_with("node") => Language::JavaScript,
                _ if shebang.starts_with("#!") => interpreter(&shebang),
                _ => Language::Shell,
            };
            if content.flags != Flags::NONE {
                sink.add(Certainty::Must, Deed::Exec, Object::Path(path.clone()), content.flags);
            }
            sink.within(Certainty::Must, content.flags, |sink| {
                let path = argv.iter().position(|word| word.text() == Some(&*path.pattern));
                let argv = argv.get(path.unwrap_or(0)..).unwrap_or_default();
                let mut given = vec![text.clone()];
                given.extend(argv.iter().cloned());
                self.text(language, &text, &given, Flags::NONE, sink);
            });
            self.running.pop();
        }
    }

    /// What files hold that the program has written.
    fn note_files(&mut self, argv: &[Word], input: &Input, found: &Found, sink: &mut Sink<'_>) {
        let is_tee = argv.first().is_some_and(|name| name.text() == Some("tee"));
        for (path, adds) in &found.written {
            let printed = if is_tee {
                printer::Printed::from(input.clone())
            } else if found.is_received {
                printer::Printed::from(Input::Text(Word::unknown(), Flags::REMOTE))
            } else if let [read] = found.read.as_slice() {
                self.content(read).unwrap_or_else(|| Input::File(read.clone()).into())
            } else {
                printer::Printed::from(Input::Text(Word::unknown(), Flags::NONE))
            };
            self.written_runs(path, &printed, sink);
            self.keep(path.clone(), printed, *adds);
        }
    }

    /// What `xargs -a file` reads, where the file is known.
    fn listed_input(&self, argv: &[Word], sink: &Sink<'_>) -> Option<Input> {
        let (name, words) = argv.split_first()?;
        if !matches!(name.text(), Some("xargs" | "gxargs")) {
            return None;
        }
        let at = words.iter().position(|word| matches!(word.text(), Some("-a" | "--arg-file")));
        let file = match at {
            Some(at) => words.get(at + 1)?.clone(),
            None => words.iter().find(|w| w.prefix().starts_with("--arg-file="))?.after(11),
        };
        let path = path::resolve(&file, &self.state.cwd, sink.context);
        self.content(&path).map(|content| content.input())
    }
}

/// What a program was found to do that changes what is known.
#[derive(Debug, Default)]
struct Found {
    run: Vec<PathSet>,
    read: Vec<PathSet>,
    written: Vec<(PathSet, bool)>,
    is_received: bool,
}

impl Found {
    fn since(mark: usize, sink: &Sink<'_>) -> Self {
        let mut found = Self::default();
        for effect in sink.since(mark) {
            match (&effect.object, effect.deed) {
                (Object::Path(path), Deed::Exec) => found.run.push(path.clone()),
                (Object::Path(path), Deed::Read) => found.read.push(path.clone()),
                (Object::Path(path), Deed::Write) => {
                    found.written.push((path.clone(), effect.flags.has(Flags::APPEND)));
                }
                (_, Deed::NetReceive | Deed::NetConnect | Deed::NetShell) => {
                    found.is_received = true;
                }
                _ => {}
            }
        }
        found
    }
}

/// A word whose `*` fits names that begin with a dot.
fn with_dots(word: &Word) -> Word {
    let mut out = Word::default();
    for (number, piece) in word.pieces().iter().enumerate() {
        let begins = fields::text(&out).ends_with('/');
        match piece {
            Piece::Many if number == 0 => {
                out.push(Piece::Text("./".into()));
                out.push(Piece::Unknown);
            }
            Piece::Many if begins => out.push(Piece::Unknown),
            piece => out.push(piece.clone()),
        }
    }
    out
}

/// The last name of the path, as a pattern.
fn file_name(word: &Word) -> Word {
    let mut name = Word::default();
    for piece in word.pieces() {
        match piece {
            Piece::Text(text) => match text.rsplit_once('/') {
                Some((_, last)) => name = Word::known(last),
                None => name.push(Piece::Text(text.clone())),
            },
            // A directory that is not known may hold anything.
            Piece::Unknown => name.push(Piece::Many),
            Piece::One | Piece::Many => name.push(piece.clone()),
        }
    }
    name
}

fn is_shell(name: &Word) -> bool {
    let name = name.text().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    matches!(name, "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" | "fish" | "csh" | "tcsh")
}

/// Whether the program may read from its input.
fn reads_input(name: &Word) -> bool {
    let silent = [
        "[", "cp", "date", "echo", "kill", "ls", "mkdir", "mv", "printf", "pwd", "rm", "sleep",
        "test", "touch",
    ];
    name.text().is_none_or(|name| !silent.contains(&name))
}

/// Whether the program does what its input tells it, or is not known.
fn follows_input(name: &Word) -> bool {
    name.text().is_none() || is_shell(name)
}

fn is_exec_alone(argv: &[Word]) -> bool {
    matches!(argv, [only] if only.text() == Some("exec"))
}

/// The language that the first line of a script names.
fn interpreter(script: &str) -> Language {
    let line = script.lines().next().unwrap_or_default();
    let names = [
        ("python", Language::Python),
        ("node", Language::JavaScript),
        ("pwsh", Language::PowerShell),
        ("perl", Language::Other),
        ("ruby", Language::Other),
        ("php", Language::Other),
    ];
    names.iter().find(|(name, _)| line.contains(name)).map_or(Language::Shell, |(_, l)| *l)
}
