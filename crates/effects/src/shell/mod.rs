//! What a shell script does.
//!
//! ```text
//!  text ─ parse (scan, compound) ─→ tree (syntax)
//!                                    │ walk: lists, branches, loops, pipelines
//!                     ┌──────────────┴──────────────┐
//!        words ─ expand (brace, parameter,      redirect ─→ files, connections
//!        arithmetic, glob, escape) ─→ fields        │
//!                     └──────── simple ─────────────┘
//!                   function │ builtin │ program::start
//!                                    │
//!                     printer: what the command prints
//! ```
//!
//! A script is walked, not matched: variables, functions and directories are followed as far as they are known, what a
//! command prints is what the next one in the pipeline or around the substitution gets, and what ends up being run as a
//! script is walked in turn. A name that is mentioned in a text, a comment or a heredoc is therefore nothing, and a
//! name that is put together from pieces is what it becomes.
//!
//! Both sides of a branch are walked, a loop over known words once for each, and any other loop twice, so that what the
//! body sets is seen by the body. What differs afterwards is unknown, and what is unknown and run is opaque.
//!
//! It does not decide conditions, does not know which files exist, and does not tell when a script ends early: what
//! stands after `exit` is taken to run. A directory that is changed to is taken to exist.
//!
//! # What is known, and what that rests on
//!
//! A variable that the script has not set is one of the environment: unknown, and never empty. `${x:-y}` of such a one
//! may be `y`, so a command with it is walked once with something unknown and once, as what may happen, with `y`. A
//! line that is read off a known input is known only while nothing else can have read from that input. A name in
//! front of a command is taken for a function, then a builtin, then a program, as a shell does; an alias *may* be
//! followed, because whether it is depends on options and on the line it stands on.
//!
//! Everything that would hide a command must rest on more than a guess: an arm of a `case` is left out only where its
//! pattern is known not to fit, and a loop that reads known lines is walked for each and once more for a line that is
//! not known, since what is printed on the other output may reach it.
//!
//! # Rejected
//!
//! - Patterns over the text. Most spellings of a command do not match, and every mention of it does.
//! - A normal form of the script, compared with patterns. The same word means different things in different places;
//!   what is known at a place is the state there, and that is what the walk carries.
//! - A set of values for each variable. Two ways through a branch make one unknown instead: the effects of both sides
//!   are kept, and what is run from the unknown is opaque. Sets of values grow with each branch.
//! - Walking until nothing changes. Twice is enough for what the body of a loop sets to be seen by the body, because
//!   what differs is unknown at once.
//! - Dividing the text before it is read, at `;`, `&&` or line ends. Quotes, heredocs and substitutions go across.

mod arithmetic;
mod brace;
mod builtin;
mod compound;
mod declare;
mod decode;
mod endless;
mod escape;
mod expand;
mod fields;
mod glob;
mod later;
mod links;
mod parameter;
mod parse;
mod printer;
mod redirect;
mod scan;
mod simple;
mod state;
mod syntax;
mod walk;
mod whole;

use std::rc::Rc;

use sponsio_engine::event::{Flags, Object, PathSet};

use crate::program::Input;
use crate::sink::Sink;
use crate::word::Word;
use printer::Printed;
use state::{State, Variable};

/// Files whose content is remembered.
const FILES_MAX: usize = 64;

/// Adds the effects of running the script.
pub(crate) fn run(text: &str, sink: &mut Sink<'_>) {
    let mut shell = Shell::new(sink);
    shell.whole(text, sink);
}

/// A shell while it runs.
#[derive(Debug)]
struct Shell {
    state: State,
    /// What files hold that the script has written.
    files: Vec<(PathSet, Printed)>,
    /// What reads from `>(…)` of the command that is put together.
    readers: Vec<(PathSet, Box<str>)>,
    /// Links and copies that the script has made.
    links: Vec<links::Link>,
    /// What the command finds on its standard input.
    input: Input,
    /// What was printed so far.
    out: Printed,
    /// Where the words of the command come from that is being put together.
    taint: Flags,
    /// Whether values are split into words.
    is_splitting: bool,
    /// The files that are running.
    running: Vec<PathSet>,
    /// The functions that are running.
    calls: Vec<Box<str>>,
    /// Whether what runs is a process of its own beside another: in a pipeline or in the background.
    is_beside: bool,
    /// Whether the last command succeeded, where that is known.
    status: Option<bool>,
    /// Whether the stage of the pipeline has started a shell.
    has_started_shell: bool,
    /// What the variables held that the running functions have declared.
    locals: Vec<Vec<(String, Option<Variable>)>>,
    /// Lines that were read off inputs.
    lines_read: usize,
    /// Whether something else may have read from the input too, so that the next line is not known.
    is_input_shared: bool,
    /// Whether `${x:-y}` is taken for `y` where nobody has set `x`.
    is_guessing: bool,
    /// Whether there was such a parameter.
    has_guessed: bool,
    /// Whether patterns may fit more than they say: `shopt -s nocasematch`.
    is_lenient: bool,
    /// Whether `*` fits names that begin with a dot.
    fits_dots: bool,
    /// The directory that the script may still be in, because nothing says that it left it.
    perhaps_in: Option<PathSet>,
}

impl Shell {
    fn new(sink: &Sink<'_>) -> Self {
        let pattern = sink.context.cwd.map_or(".", |cwd| match cwd.trim_end_matches('/') {
            "" => "/",
            cwd => cwd,
        });
        let mut state = State::new(PathSet { pattern: pattern.into(), below: false });
        state.arguments = Some(Rc::default());
        state.name = Word::known("sh");
        Self {
            state,
            files: Vec::new(),
            readers: Vec::new(),
            links: Vec::new(),
            input: Input::None,
            out: Printed::default(),
            taint: Flags::NONE,
            is_splitting: true,
            running: Vec::new(),
            calls: Vec::new(),
            is_beside: false,
            status: None,
            has_started_shell: false,
            locals: Vec::new(),
            lines_read: 0,
            is_input_shared: false,
            is_guessing: false,
            has_guessed: false,
            is_lenient: false,
            fits_dots: false,
            perhaps_in: None,
        }
    }

    /// Runs a script in this shell.
    fn script(&mut self, text: &str, sink: &mut Sink<'_>) {
        sink.descend(|sink| {
            let fuel = sink.fuel();
            let script = parse::parse(text, fuel);
            sink.spend(fuel.saturating_sub(script.fuel.unwrap_or(0)));
            let (list, last) = match script.list.split_last() {
                Some((last, rest)) if whole::is_broken(last) => (rest, Some(last)),
                _ => (script.list.as_slice(), None),
            };
            self.list(list, &script.bodies, sink);
            if let Some(last) = last
                && !last.first.stages.iter().any(|command| self.completed(command.text, sink))
            {
                self.list(core::slice::from_ref(last), &script.bodies, sink);
            }
            if script.fuel.is_none() {
                sink.give_up();
            }
        });
    }

    /// Runs a script in a copy of this shell, and gives what it prints.
    fn captured(&mut self, script: &str, sink: &mut Sink<'_>) -> Printed {
        let out = core::mem::take(&mut self.out);
        let taint = self.taint;
        let splitting = core::mem::replace(&mut self.is_splitting, true);
        self.aside(sink, |shell, sink| shell.script(script, sink));
        (self.taint, self.is_splitting) = (taint, splitting);
        core::mem::replace(&mut self.out, out)
    }

    /// Runs what reads from `>(…)`, after the command that writes there.
    fn read_by(&mut self, from: usize, sink: &mut Sink<'_>) {
        for (path, script) in self.readers.split_off(from.min(self.readers.len())) {
            let unknown = || Input::Text(Word::unknown(), self.taint);
            let input = self.content(&path).map_or_else(unknown, |content| content.input());
            let before = core::mem::replace(&mut self.input, input);
            self.captured(&script, sink);
            self.input = before;
        }
    }

    /// Does `inner` in a copy of this shell.
    fn aside(&mut self, sink: &mut Sink<'_>, inner: impl FnOnce(&mut Self, &mut Sink<'_>)) {
        if !sink.spend(8 + self.state.weight()) {
            return;
        }
        let before = self.state.clone();
        inner(self, sink);
        self.state = before;
    }

    /// `<(…)` and `>(…)`: a path that stands for what the commands print.
    fn process(&mut self, script: &str, is_read: bool, sink: &mut Sink<'_>) -> Word {
        let path = format!("/dev/fd/{}", 63 + self.files.len() + self.readers.len());
        let set = PathSet { pattern: path.as_str().into(), below: false };
        if is_read {
            let before = core::mem::replace(&mut self.input, Input::None);
            let printed = self.captured(script, sink);
            self.input = before;
            self.keep(set, printed, false);
        } else {
            // It runs when it is known what is written to it.
            self.readers.push((set, script.into()));
        }
        Word::known(path)
    }

    /// Remembers what a file holds.
    fn keep(&mut self, path: PathSet, printed: Printed, adds: bool) {
        if let Some((_, content)) = self.files.iter_mut().find(|(known, _)| *known == path) {
            if adds {
                content.add(printed.input());
            } else {
                *content = printed;
            }
        } else if self.files.len() < FILES_MAX {
            let printed = if adds { printed.after_unknown() } else { printed };
            self.files.push((path, printed));
        }
    }

    /// What a file holds, if this script has written it, or if it is the input.
    fn content(&self, path: &PathSet) -> Option<Printed> {
        if matches!(&*path.pattern, "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
            && matches!(self.input, Input::Text(..))
        {
            return Some(self.input.clone().into());
        }
        self.files.iter().find(|(known, _)| known == path).map(|(_, content)| content.clone())
    }
}

/// The words of a program as an object.
fn command(argv: &[Word]) -> Object {
    Object::Command(argv.iter().map(|word| word.text().map(Into::into)).collect())
}

#[cfg(test)]
mod tests;
