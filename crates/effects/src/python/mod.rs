//! What a Python script does.
//!
//! The script is parsed (`tree-sitter`), and walked once in the order in which it runs: names get what is known of
//! their values (`value`), calls of the standard library and of common packages have effects by a table (`library`,
//! `process`), texts that are put together or decoded are put together and decoded (`decode`). What stands under a
//! condition, or in a function that is only mentioned, is `may`; what nothing mentions does not run (`reach`).
//!
//! Deliberately not done: other modules of the project are not read, so what a function of one does is not told. Types
//! are not inferred: a method of something that is not known has an effect only where its name means one thing.
//!
//! Rejected: a list of dangerous names found in the text. It finds `os.system` in a comment and not in
//! `getattr(os, "sys" + "tem")`.

mod act;
mod call;
mod class;
mod computed;
mod decode;
mod effect;
mod expression;
mod function;
mod library;
mod member;
mod method;
mod plausible;
mod process;
mod reach;
#[cfg(test)]
mod tests;
mod value;
mod walk;

use std::ops::ControlFlow;

use sponsio_engine::event::{Certainty, Deed, Flags};
use tree_sitter::{ParseOptions, Parser, Tree};

use crate::limits::{
    PYTHON_PARSE_BYTES_MIN, PYTHON_PARSE_MAX, PYTHON_PARSE_START, SCRIPT_BYTES_MAX,
};
use crate::sink::Sink;
use crate::{Language, run_text};
pub(crate) use decode::base64_bytes;
use value::Value;
use walk::Walk;

/// Work for each byte of a script, and for a script however short.
const WORK: usize = 4;
const START: usize = 2_048;

/// Adds the effects of running the script.
pub(crate) fn run(text: &str, sink: &mut Sink<'_>) {
    let work = text.len().saturating_mul(WORK).saturating_add(START);
    let is_dear = text.len() > SCRIPT_BYTES_MAX || !plausible::is(text);
    if is_dear || !sink.spend(work) {
        return sink.within(Certainty::Must, Flags::CODE, Sink::opaque);
    }
    sink.within(Certainty::Must, Flags::CODE, |sink| script(text, sink));
}

fn script(text: &str, sink: &mut Sink<'_>) {
    let mut left = PYTHON_PARSE_MAX;
    let is_cell = may_be_cell(text);
    // Lines that only a notebook has are errors to the parser, and dear ones, so that it is not asked for long.
    let patience = if is_cell { &Patience::SHORT } else { &Patience::LONG };
    match parse(text, &mut left, patience) {
        Some(tree) if !tree.root_node().has_error() => {
            return Walk::new(text, sink).module(tree.root_node());
        }
        None if !is_cell => return sink.opaque(),
        Some(_) | None => {}
    }
    // A cell of a notebook has lines of its own.
    let Some(plain) = cell(text, sink) else { return };
    let Some(tree) = parse(&plain, &mut left, &Patience::LONG) else { return sink.opaque() };
    if tree.root_node().has_error() {
        sink.opaque();
    }
    let mut walk = Walk::new(&plain, sink);
    walk.is_mirrored = tree.root_node().has_error();
    walk.module(tree.root_node());
}

/// How often the parser may be asked to go on: a text that is no Python is tried in several ways at once, each operation
/// costs more, and it gets nowhere.
struct Patience {
    /// Wherever it is.
    start: usize,
    /// Once more for so many bytes.
    bytes: usize,
}

impl Patience {
    const LONG: Self = Self { start: PYTHON_PARSE_START, bytes: PYTHON_PARSE_BYTES_MIN };
    const SHORT: Self = Self { start: PYTHON_PARSE_START / 2, bytes: 8 * PYTHON_PARSE_BYTES_MIN };
}

/// The tree of the script; none where that takes too long. `left` is how often the parser may still be asked to go on.
fn parse(text: &str, left: &mut usize, patience: &Patience) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    let mut asked = 0;
    let mut progress = |state: &tree_sitter::ParseState| {
        *left = left.saturating_sub(1);
        asked += 1;
        let progress = state.current_byte_offset() / patience.bytes;
        let is_slow = asked > patience.start.saturating_add(progress);
        if *left == 0 || is_slow { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or(&[]), None, Some(options))
}

/// Whether a line looks like those that only a notebook has.
fn may_be_cell(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with(['%', '!']) || line.contains("= !"))
}

/// The script of a cell without the lines that are not Python, which are run here; none where all of it is in another
/// language.
fn cell(text: &str, sink: &mut Sink<'_>) -> Option<String> {
    if let Some(magic) = text.trim_start().strip_prefix("%%") {
        let (head, body) = magic.split_once('\n').unwrap_or((magic, ""));
        let name = head.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let language = match name.trim_start_matches("script ") {
            "bash" | "sh" | "system" | "!" | "zsh" => Some(Language::Shell),
            "sql" => Some(Language::Sql),
            "javascript" | "js" => Some(Language::JavaScript),
            "perl" | "ruby" => Some(Language::Other),
            _ if name.starts_with("sql") => Some(Language::Sql),
            _ if name.starts_with("bash") || name.starts_with("sh ") => Some(Language::Shell),
            _ => None,
        };
        if let Some(language) = language {
            run_text(language, body, sink);
            return None;
        }
        if let Some(path) = head.strip_prefix("writefile ") {
            Walk::new(text, sink).path(
                Deed::Write,
                &Value::text(path.trim_start_matches("-a ").trim()),
                Flags::NONE,
            );
            return None;
        }
        return Some(body.to_owned());
    }
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if sink.is_full() {
            return None;
        }
        let start = line.trim_start();
        let indent = line.get(..line.len().saturating_sub(start.len())).unwrap_or("");
        let command = start
            .strip_prefix("!!")
            .or_else(|| start.strip_prefix('!'))
            .or_else(|| start.split_once("= !").map(|(_, command)| command))
            .or_else(|| start.strip_prefix("%sx "))
            .or_else(|| start.strip_prefix("%system "));
        let magic = start
            .strip_prefix('%')
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        match (command, magic) {
            (Some(command), _) => run_text(Language::Shell, command.trim(), sink),
            (None, Some(magic)) => line_magic(magic.trim(), sink),
            (None, None) => {
                plain.push_str(line);
                continue;
            }
        }
        plain.push_str(indent);
        plain.push_str("pass\n");
    }
    Some(plain)
}

/// `%pip install x`, `%run a.py`: what a line of a notebook does.
fn line_magic(line: &str, sink: &mut Sink<'_>) {
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    match name {
        "pip" | "conda" | "mamba" | "uv" | "rm" | "mv" | "cp" | "mkdir" | "rmdir" | "cat"
        | "ls" => {
            run_text(Language::Shell, line, sink);
        }
        "run" | "load" => {
            let path = Value::text(rest.split_whitespace().next().unwrap_or(""));
            Walk::new(line, sink).path(Deed::Exec, &path, Flags::NONE);
        }
        "sql" => run_text(Language::Sql, rest, sink),
        "time" | "timeit" | "prun" => run(rest, sink),
        // What calls nothing: such a line may also go on an expression of the line before.
        _ if SETTINGS.contains(&name) && !rest.contains('(') => {}
        _ => sink.opaque(),
    }
}

/// Lines of a notebook that set it up or show something.
const SETTINGS: &[&str] = &[
    "alias",
    "autoreload",
    "cd",
    "colors",
    "config",
    "dirs",
    "env",
    "history",
    "load_ext",
    "matplotlib",
    "pinfo",
    "precision",
    "pwd",
    "pylab",
    "quickref",
    "reload_ext",
    "set_env",
    "unload_ext",
    "who",
    "whos",
];
