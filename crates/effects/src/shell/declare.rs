//! Assignments, and the builtins that declare variables.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::state::{ARRAY_MAX, Value, Variable};
use super::{Shell, parse};
use crate::program::{Input, changes_programs};
use crate::sink::Sink;
use crate::word::{Piece, Word};

/// A value that is going to be assigned.
#[derive(Debug)]
pub(super) struct Assigned {
    pub(super) name: String,
    pub(super) value: Option<Value>,
    pub(super) adds: bool,
    pub(super) flags: Flags,
}

impl Shell {
    /// Evaluates `a=1`.
    pub(super) fn assigned(&mut self, raw: &str, sink: &mut Sink<'_>) -> Option<Assigned> {
        let (left, adds, value) = parse::assignment(raw)?;
        let before = core::mem::replace(&mut self.taint, Flags::NONE);
        let is_element = left.contains('[');
        let name = left.split('[').next().unwrap_or(left).to_owned();
        let array = value.strip_prefix('(').and_then(|list| list.strip_suffix(')'));
        let value = match array {
            _ if is_element => self.element(left, value, sink),
            Some(list) => {
                let words = self.array(list, sink);
                (words.len() <= ARRAY_MAX).then_some(Value::Array(words))
            }
            None => Some(Value::Scalar(self.single(value, sink))),
        };
        let flags = core::mem::replace(&mut self.taint, before);
        Some(Assigned { name, value, adds, flags })
    }

    /// The words of `(a b c)`.
    fn array(&mut self, list: &str, sink: &mut Sink<'_>) -> Vec<Word> {
        let mut parser = parse::Parser::over(list, sink.fuel());
        let mut words = Vec::new();
        loop {
            if parser.lines().is_err() {
                words.push(Word::unknown());
                return words;
            }
            match parser.word() {
                Ok(Some(word)) => {
                    // `[2]=x` in its place.
                    let indexed = word.strip_prefix('[').and_then(|word| word.split_once("]="));
                    match indexed {
                        // A key of a table: of one with a single member the value is known.
                        Some((index, value))
                            if index.parse() == Ok(words.len())
                                || words.is_empty()
                                    && !index.starts_with(|c: char| c.is_ascii_digit()) =>
                        {
                            words.push(self.single(value, sink));
                        }
                        Some(_) => words.push(Word::unknown()),
                        None => words.extend(self.words(&[word], sink)),
                    }
                }
                Ok(None) => return words,
                Err(parse::Broken) => {
                    words.push(Word::unknown());
                    return words;
                }
            }
        }
    }

    /// `a[2]=x` in an array whose elements are known.
    fn element(&mut self, left: &str, value: &str, sink: &mut Sink<'_>) -> Option<Value> {
        let value = self.single(value, sink);
        let (name, index) = left.strip_suffix(']')?.split_once('[')?;
        let index: usize = self.quoted(index, sink).text()?.parse().ok()?;
        let mut words = match self.state.variable(name).map(|variable| &variable.value) {
            Some(Value::Array(words)) => words.clone(),
            Some(Value::Scalar(_)) => return None,
            Some(Value::Unset) | None => Vec::new(),
        };
        if index >= ARRAY_MAX || index > words.len() || !sink.spend(words.len()) {
            return None;
        }
        match words.get_mut(index) {
            Some(place) => *place = value,
            None => words.push(value),
        }
        Some(Value::Array(words))
    }

    pub(super) fn assign(&mut self, assigned: Assigned, sink: &mut Sink<'_>) {
        let Assigned { name, value, adds, flags } = assigned;
        decisive(&name, sink);
        let Some(value) = value else {
            self.state.forget(&name);
            return;
        };
        if !adds {
            self.state.set(&name, value, flags);
            return;
        }
        let (before, flags) = match self.state.variable(&name) {
            Some(Variable { value: Value::Unset, .. }) => (Value::Scalar(Word::default()), flags),
            Some(variable) => (variable.value.clone(), flags.with(variable.flags)),
            None => (Value::Scalar(Word::unknown()), flags),
        };
        let value = match (before, value) {
            (Value::Scalar(mut text), Value::Scalar(more)) => {
                text.append(more);
                Value::Scalar(text)
            }
            (Value::Array(mut words), Value::Array(more))
                if words.len() + more.len() <= ARRAY_MAX && sink.spend(words.len()) =>
            {
                words.extend(more);
                Value::Array(words)
            }
            _ => {
                self.state.forget(&name);
                return;
            }
        };
        self.state.set(&name, value, flags);
    }

    /// `export`, `declare`, `local`, `readonly`.
    pub(super) fn declare(&mut self, argv: &[Word], sink: &mut Sink<'_>) {
        let builtin = argv.first().and_then(Word::text).unwrap_or_default();
        let mut exports = builtin == "export";
        let mut is_reference = false;
        let (mut is_function, mut is_local) = (false, builtin != "export" && builtin != "readonly");
        let words = argv.get(1..).unwrap_or_default();
        if words.iter().all(|word| word.prefix().starts_with('-')) {
            sink.add(Certainty::Must, Deed::EnvRead, Object::None, Flags::NONE);
            self.out.add(Input::Text(Word::unknown(), Flags::NONE));
        }
        for word in words {
            let text = super::fields::text(word);
            if text.starts_with('-') {
                exports |= text.contains('x');
                is_function |= text.contains('f');
                is_reference |= text.contains('n') && builtin != "export";
                is_local &= !text.contains('g');
                continue;
            }
            if is_function {
                self.state.export_function(&text);
                continue;
            }
            if is_local {
                self.keep_for_caller(&text);
            }
            let name = match parse::assignment(&text) {
                Some((name, adds, value)) => {
                    let is_array = value.starts_with('(');
                    let assigned = if is_array {
                        self.assigned(&text, sink)
                    } else {
                        let value = after(word, text.len() - value.len());
                        // A reference is what it refers to.
                        let value = match value.text().filter(|_| is_reference) {
                            Some(other) => self.value(other, sink),
                            None => value,
                        };
                        let value = Value::Scalar(value);
                        let (name, flags) = (name.to_owned(), self.taint);
                        Some(Assigned { name, value: Some(value), adds, flags })
                    };
                    if let Some(assigned) = assigned {
                        self.assign(assigned, sink);
                    }
                    name
                }
                None => {
                    if word.text().is_none() {
                        // Which variable is set cannot be told.
                        self.state.forget_all();
                        continue;
                    }
                    if builtin == "local" {
                        self.state.unset(&text);
                    }
                    &text
                }
            };
            if exports {
                self.state.export(name);
                self.variable_runs(name, sink);
                let name = Object::Name(name.into());
                sink.add(Certainty::Must, Deed::EnvSet, name, Flags::NONE);
            }
        }
        self.status = Some(true);
    }

    /// What the variable holds is given back when the function returns that declares it.
    fn keep_for_caller(&mut self, declared: &str) {
        let end = declared.find(['=', '+', '[']).unwrap_or(declared.len());
        let name = declared.get(..end).unwrap_or_default();
        let before = self.state.variable(name).cloned();
        if let Some(locals) = self.locals.last_mut()
            && !locals.iter().any(|(known, _)| known == name)
        {
            locals.push((name.to_owned(), before));
        }
    }

    /// Takes the first line off the input, if the input is known.
    fn line(&mut self, sink: &mut Sink<'_>) -> (Option<String>, Flags) {
        self.lines_read += 1;
        let Input::Text(text, flags) = &self.input else { return (None, Flags::NONE) };
        let flags = *flags;
        let is_known = !self.is_input_shared;
        if is_known && is_one_name(text) {
            // What `find` prints: every line is such a name.
            return (Some(super::fields::text(text)), flags);
        }
        let Some(known) = text.text().filter(|text| is_known && sink.spend(text.len() / 16)) else {
            return (None, flags);
        };
        let (line, rest) = known.split_once('\n').unwrap_or((known, ""));
        let (line, rest) = (line.to_owned(), super::fields::word(rest));
        self.input = Input::Text(rest, flags);
        (Some(line), flags)
    }

    /// `read a b`: the words of the line that is read, if it is known.
    pub(super) fn read(&mut self, argv: &[Word], sink: &mut Sink<'_>) {
        let (line, flags) = self.line(sink);
        let separators = match self.state.variable("IFS").map(|variable| &variable.value) {
            None => Some(" \t\n".to_owned()),
            Some(Value::Scalar(word)) => word.text().map(str::to_owned),
            Some(Value::Array(_) | Value::Unset) => None,
        };
        let mut names: Vec<&str> = Vec::new();
        let mut is_plain = true;
        let mut takes_value = false;
        for word in argv.get(1..).unwrap_or_default() {
            match word.text() {
                Some(_) if core::mem::take(&mut takes_value) => is_plain = false,
                Some("-r") => {}
                Some(option) if option.starts_with('-') => {
                    is_plain = false;
                    takes_value = option.ends_with(['p', 'd', 'n', 'N', 't', 'u', 'i']);
                }
                Some(name) => names.push(name),
                None => self.state.forget_all(),
            }
        }
        if names.is_empty() {
            names.push("REPLY");
        }
        let count = names.len();
        let line = line.filter(|line| is_plain && sink.spend(line.len()));
        let parts = line.zip(separators).map(|(line, separators)| words(&line, count, &separators));
        for (number, name) in names.into_iter().enumerate() {
            decisive(name, sink);
            let value = match &parts {
                Some(parts) => super::fields::word(parts.get(number).map_or("", String::as_str)),
                None => Word::unknown(),
            };
            self.state.set(name, Value::Scalar(value), flags);
        }
    }
}

/// Whether the text is a path of which the beginning is known.
fn is_one_name(text: &Word) -> bool {
    text.has_unknown()
        && !text.prefix().is_empty()
        && text.pieces().iter().all(|piece| match piece {
            Piece::Text(text) => !text.contains(char::is_whitespace),
            Piece::Unknown => true,
            Piece::One | Piece::Many => false,
        })
}

/// The line split into this many words at most.
fn words(line: &str, count: usize, separators: &str) -> Vec<String> {
    let is_blank = |c: char| c.is_ascii_whitespace() && separators.contains(c);
    let mut rest = line.trim_matches(is_blank);
    let mut words = Vec::new();
    while words.len() + 1 < count {
        let Some((word, after)) = rest.split_once(|c| separators.contains(c)) else { break };
        words.push(word.to_owned());
        rest = after.trim_start_matches(is_blank);
    }
    words.push(rest.to_owned());
    words
}

/// An effect where the variable decides what programs run or load.
pub(super) fn decisive(name: &str, sink: &mut Sink<'_>) {
    if changes_programs(name) {
        sink.add(Certainty::Must, Deed::EnvSet, Object::Name(name.into()), Flags::NONE);
    }
}

/// The word after this many bytes of its text.
fn after(word: &Word, bytes: usize) -> Word {
    let mut left = bytes;
    let mut rest = Word::default();
    for piece in word.pieces() {
        match piece {
            Piece::Text(text) => {
                rest.push(Piece::Text(text.get(left.min(text.len())..).unwrap_or("").to_owned()));
                left = left.saturating_sub(text.len());
            }
            other => {
                if left == 0 {
                    rest.push(other.clone());
                }
            }
        }
    }
    rest
}
