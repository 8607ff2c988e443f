//! `awk`: its program is a text of its own, which is read as tokens.
//!
//! What matters is where a program leaves AWK: `system(…)`, `… | getline`, `print … | …`, `print > …`. A regular
//! expression may hold all of these signs and means none of them, so a slash is told from a division by what stands
//! before it. A call by a name that is computed (`@f()`) could be any.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use crate::Language;
use crate::word::Word;

/// `awk`.
pub(super) fn awk(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+F f v file assign field-separator e source i include E exec l load");
    let mut from = 0;
    for file in options.values(&["f", "file", "E", "exec", "i", "include", "l", "load"]) {
        call.path(Deed::Exec, file, Flags::NONE);
    }
    let mut programs: Vec<Word> = options.values(&["e", "source"]).cloned().collect();
    if programs.is_empty() && !options.has(&["f", "file", "E", "exec"]) {
        programs.extend(options.operands.first().map(|word| (*word).clone()));
        from = 1;
    }
    for program in programs {
        match program.text() {
            Some(text) => Reader::new(text).run(call),
            None => call.sink.opaque(),
        }
    }
    for word in options.rest(from) {
        if !word.prefix().contains('=') {
            call.path(Deed::Read, word, Flags::NONE);
        }
    }
}

/// Words after which a value follows, so that a slash begins a regular expression.
const BEFORE_VALUES: &[&str] =
    &["print", "printf", "return", "in", "getline", "else", "do", "delete", "case", "exit"];

/// An AWK program while it is read.
struct Reader<'t> {
    rest: &'t str,
    /// The string that stands last in the statement.
    last: Option<&'t str>,
    /// Whether what stands before is a value.
    after_value: bool,
    /// Whether the statement prints.
    prints: bool,
    /// Whether the statement reads a line.
    reads: bool,
}

impl<'t> Reader<'t> {
    const fn new(rest: &'t str) -> Self {
        Self { rest, last: None, after_value: false, prints: false, reads: false }
    }

    fn pass(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        passed
    }

    fn run(&mut self, call: &mut Call<'_, '_, '_>) {
        while let Some(first) = self.rest.chars().next() {
            match first {
                '"' => {
                    let after = self.rest.get(1..).unwrap_or_default();
                    let end = string_end(after);
                    self.last = after.get(..end);
                    self.pass(end.saturating_add(2));
                    self.after_value = true;
                }
                '#' => {
                    let line = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.pass(line);
                }
                '/' if !self.after_value => {
                    let length = regex_length(self.rest).unwrap_or(1);
                    self.pass(length);
                    self.after_value = length > 1;
                }
                c if c.is_alphanumeric() || c == '_' => self.word(call),
                '|' | '>' | '<' | '@' => self.sign(first, call),
                ';' | '{' | '}' | '\n' => {
                    self.pass(1);
                    (self.last, self.after_value) = (None, false);
                    (self.prints, self.reads) = (false, false);
                }
                c => {
                    self.pass(c.len_utf8());
                    self.after_value = matches!(c, ')' | ']' | '$') || c == ' ' && self.after_value;
                }
            }
        }
    }

    fn word(&mut self, call: &mut Call<'_, '_, '_>) {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let word = self.pass(end.unwrap_or(self.rest.len()));
        self.after_value = !BEFORE_VALUES.contains(&word);
        match word {
            "print" | "printf" => self.prints = true,
            "getline" => self.reads = true,
            "system" => self.target(self.rest.trim_start().strip_prefix('('), call),
            _ => {}
        }
    }

    fn sign(&mut self, first: char, call: &mut Call<'_, '_, '_>) {
        self.pass(1);
        self.after_value = false;
        match first {
            '|' if self.rest.starts_with('|') => {
                self.pass(1);
            }
            '|' => {
                let after = self.rest.trim_start_matches('&').trim_start();
                if !after.starts_with("getline") {
                    return self.piped(after, call);
                }
                match self.last {
                    Some(command) => call.text(Language::Shell, text(command), Flags::NONE),
                    None => call.sink.opaque(),
                }
            }
            '>' if self.prints => {
                let after = self.rest.trim_start_matches('>').trim_start();
                if let Some(file) = string(after) {
                    call.path(Deed::Write, &text(file), Flags::NONE);
                }
            }
            '<' if self.reads => {
                if let Some(file) = string(self.rest.trim_start()) {
                    call.path(Deed::Read, &text(file), Flags::NONE);
                }
            }
            '@' => call.sink.opaque(),
            _ => {}
        }
    }

    /// `print … | "command"`: a shell does what is printed.
    fn piped(&self, after: &str, call: &mut Call<'_, '_, '_>) {
        let Some(command) = string(after) else { return call.sink.opaque() };
        let name = command.split_ascii_whitespace().next().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        if matches!(name, "sh" | "bash" | "dash" | "zsh" | "ksh") {
            // What is printed beside the text is not looked at.
            if let Some(printed) = self.last {
                call.text(Language::Shell, text(printed), Flags::NONE);
            }
            return call.sink.opaque();
        }
        call.text(Language::Shell, text(command), Flags::NONE);
    }

    /// The command that stands here as a string; something else is not told.
    fn target(&self, after: Option<&str>, call: &mut Call<'_, '_, '_>) {
        let Some(after) = after.map(str::trim_start) else { return };
        match string(after) {
            Some(command) => {
                call.text(Language::Shell, text(command), Flags::NONE);
                let rest = after.get(command.len().saturating_add(2)..).unwrap_or_default();
                if !rest.trim_start().starts_with(')') {
                    call.sink.opaque();
                }
            }
            None => call.sink.opaque(),
        }
    }
}

/// The string that begins here, without its quotes.
fn string(text: &str) -> Option<&str> {
    let after = text.strip_prefix('"')?;
    after.get(..string_end(after))
}

/// A string as the word that it is.
fn text(string: &str) -> Word {
    Word::known(string.replace("\\\"", "\"").replace("\\/", "/"))
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// How long the regular expression is that begins here; none if it does not end on its line.
fn regex_length(text: &str) -> Option<usize> {
    let (mut escaped, mut in_set) = (false, false);
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_set = true,
            ']' => in_set = false,
            '/' if !in_set => return Some(at.saturating_add(1)),
            _ => {}
        }
    }
    None
}
