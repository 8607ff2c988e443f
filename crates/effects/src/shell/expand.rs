//! From a word of the source to the words it stands for.
//!
//! Braces, then quotes, tildes, parameters, arithmetic, commands, then splitting, then patterns, in the order of a
//! shell. What a command prints is known where the command is a known printer; the command itself has its effects
//! either way. A pattern is kept as a pattern: which files there are is not known here.

use sponsio_engine::event::{Flags, PathSet};

use super::parse::{self, Parser};
use super::state::{Value, path_word};
use super::{Shell, arithmetic, brace, escape, fields, fields::Fields};
use crate::sink::Sink;
use crate::word::{Piece, Word};

impl Shell {
    /// The words that these words of the source become.
    pub(super) fn words(&mut self, raw: &[&str], sink: &mut Sink<'_>) -> Vec<Word> {
        let mut words = Vec::with_capacity(raw.len());
        for word in raw {
            self.expand(word, &mut words, sink);
        }
        words
    }

    fn expand(&mut self, raw: &str, words: &mut Vec<Word>, sink: &mut Sink<'_>) {
        if !sink.spend(raw.len() + 24) {
            words.push(Word::unknown());
            return;
        }
        if !raw.bytes().any(is_special) {
            words.push(fields::word(raw));
            return;
        }
        if !raw.contains('{') {
            words.extend(self.fields(raw, sink));
            return;
        }
        match brace::expand(raw) {
            Some(all) => {
                for one in all {
                    words.extend(self.fields(&one, sink));
                }
            }
            None => words.push(Word::unknown()),
        }
    }

    fn fields(&mut self, raw: &str, sink: &mut Sink<'_>) -> Vec<Word> {
        let mut fields = Fields::default();
        self.evaluate(raw, &mut fields, sink);
        sink.spend(fields.weight() + 32);
        fields.finish()
    }

    /// The one word that the source becomes where nothing is split: in assignments, operands, targets.
    pub(super) fn single(&mut self, raw: &str, sink: &mut Sink<'_>) -> Word {
        if !sink.spend(raw.len() + 8) {
            return Word::unknown();
        }
        if !raw.bytes().any(is_special) {
            return fields::word(raw);
        }
        let before = core::mem::replace(&mut self.is_splitting, false);
        let mut fields = Fields::default();
        self.evaluate(raw, &mut fields, sink);
        self.is_splitting = before;
        fields::join(&fields.finish(), " ")
    }

    /// What stands between double quotes, or in the body of a heredoc.
    pub(super) fn quoted(&mut self, raw: &str, sink: &mut Sink<'_>) -> Word {
        let mut fields = Fields::default();
        self.evaluate_quoted(raw, true, &mut fields, sink);
        fields::join(&fields.finish(), " ")
    }

    fn evaluate(&mut self, raw: &str, fields: &mut Fields, sink: &mut Sink<'_>) {
        let mut parser = Parser::over(raw, sink.fuel());
        while let Some(byte) = parser.peek() {
            let start = parser.pos;
            let passed = match byte {
                b'\\' => {
                    let passed = parser.bump(2);
                    let text = parser.since(start).get(1..).unwrap_or_default();
                    if text != "\n" {
                        fields.text(text);
                    }
                    passed
                }
                b'\'' => {
                    let passed = parser.single();
                    fields.text(inner(parser.since(start), 1));
                    passed
                }
                b'"' => {
                    let passed = parser.double();
                    self.evaluate_quoted(inner(parser.since(start), 1), false, fields, sink);
                    passed
                }
                b'`' => {
                    let passed = parser.backtick();
                    match passed {
                        Ok(()) => {
                            self.backticks(inner(parser.since(start), 1), false, fields, sink)
                        }
                        Err(parse::Broken) => sink.opaque(),
                    }
                    passed
                }
                b'$' => self.dollar(&mut parser, false, fields, sink),
                b'<' | b'>' if parser.at(1) == Some(b'(') => {
                    // The whole word is the substitution; its end is the end of the word.
                    let passed = parser.word().map(|_| ());
                    let script = parser.since(start).get(2..).unwrap_or_default();
                    let script = script.strip_suffix(')').unwrap_or(script);
                    let path = self.process(script, byte == b'<', sink);
                    fields.quoted(path);
                    passed
                }
                b'~' if start == 0 || raw.get(..start).is_some_and(|b| b.ends_with(['=', ':'])) => {
                    self.tilde(&mut parser, fields, sink)
                }
                _ => pattern(&mut parser, byte, fields),
            };
            if passed.is_err() {
                fields.piece(Piece::Unknown);
                break;
            }
        }
        sink.spend(sink.fuel().saturating_sub(parser.fuel()) / 2);
    }

    fn evaluate_quoted(
        &mut self,
        raw: &str,
        is_heredoc: bool,
        fields: &mut Fields,
        sink: &mut Sink<'_>,
    ) {
        if !is_only_list(raw) {
            fields.text("");
        }
        let mut parser = Parser::over(raw, sink.fuel());
        while parser.peek().is_some() {
            let start = parser.pos;
            let rest = raw.get(start..).unwrap_or_default();
            let plain = rest.find(['\\', '$', '`']).unwrap_or(rest.len());
            if plain > 0 {
                fields.text(rest.get(..plain).unwrap_or_default());
                parser.pos += plain;
                continue;
            }
            let passed = match (parser.peek(), parser.at(1)) {
                (Some(b'\\'), Some(b'\n')) => parser.bump(2),
                (Some(b'\\'), next) => {
                    let passed = parser.bump(2);
                    let escapes = matches!(next, Some(b'$' | b'`' | b'\\'))
                        || (next == Some(b'"') && !is_heredoc);
                    let text = parser.since(start);
                    fields.text(text.get(usize::from(escapes)..).unwrap_or_default());
                    passed
                }
                (Some(b'`'), _) => {
                    let passed = parser.backtick();
                    match passed {
                        Ok(()) => self.backticks(inner(parser.since(start), 1), true, fields, sink),
                        Err(parse::Broken) => sink.opaque(),
                    }
                    passed
                }
                (Some(b'$'), Some(b'\'' | b'"') | None) => {
                    fields.text("$");
                    parser.bump(1)
                }
                _ => self.dollar(&mut parser, true, fields, sink),
            };
            if passed.is_err() {
                fields.piece(Piece::Unknown);
                return;
            }
        }
    }

    /// What a dollar sign begins.
    fn dollar(
        &mut self,
        parser: &mut Parser<'_>,
        is_quoted: bool,
        fields: &mut Fields,
        sink: &mut Sink<'_>,
    ) -> parse::Result<()> {
        let start = parser.pos;
        let next = parser.at(1);
        parser.dollar()?;
        let text = parser.since(start);
        match next {
            Some(b'(') if is_arithmetic(text) => {
                let expression = inner(text, 3).strip_suffix(")").unwrap_or_default();
                let value = self.calculate(expression, sink);
                fields.quoted(value);
            }
            Some(b'(') => {
                let script = text.get(2..text.len() - 1).unwrap_or_default();
                let value = self.substitute(script, sink);
                self.add(&value, is_quoted, fields);
            }
            Some(b'{') => {
                let body = text.get(2..text.len() - 1).unwrap_or_default();
                sink.descend(|sink| self.parameter(body, is_quoted, fields, sink));
            }
            Some(b'[') => {
                let expression = text.get(2..text.len() - 1).unwrap_or_default();
                let value = self.calculate(expression, sink);
                fields.quoted(value);
            }
            Some(b'\'') => {
                fields.text(&escape::unescape(inner(text.get(1..).unwrap_or(""), 1), false))
            }
            Some(b'"') => {
                let body = inner(text.get(1..).unwrap_or(""), 1);
                self.evaluate_quoted(body, false, fields, sink);
            }
            _ => return self.named(parser, is_quoted, fields, sink),
        }
        Ok(())
    }

    /// `$name`, after its dollar sign.
    fn named(
        &mut self,
        parser: &mut Parser<'_>,
        is_quoted: bool,
        fields: &mut Fields,
        sink: &mut Sink<'_>,
    ) -> parse::Result<()> {
        let start = parser.pos;
        match parser.peek() {
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                while parser.peek().is_some_and(super::scan::is_name_byte) {
                    parser.bump(1)?;
                }
            }
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') => parser.bump(1)?,
            _ => {
                fields.text("$");
                return Ok(());
            }
        }
        let name = parser.since(start);
        sink.spend(16);
        match name {
            "@" => self.all_arguments(is_quoted, fields),
            _ => {
                let value = self.value(name, sink);
                self.add(&value, is_quoted, fields);
            }
        }
        Ok(())
    }

    pub(super) fn all_arguments(&mut self, is_quoted: bool, fields: &mut Fields) {
        match self.state.arguments.clone() {
            Some(arguments) => self.add_list(&arguments, is_quoted, fields),
            None => fields.piece(Piece::Unknown),
        }
    }

    /// Adds each value as a word of its own.
    pub(super) fn add_list(&self, values: &[Word], is_quoted: bool, fields: &mut Fields) {
        for (number, value) in values.iter().enumerate() {
            if number > 0 {
                fields.finish_word();
            }
            self.add(value, is_quoted, fields);
        }
    }

    pub(super) fn add(&self, value: &Word, is_quoted: bool, fields: &mut Fields) {
        if is_quoted || !self.is_splitting {
            fields.quoted(value.clone());
            return;
        }
        let separators = match self.state.variable("IFS").map(|variable| &variable.value) {
            Some(Value::Scalar(word)) => word.text().unwrap_or(" \t\n").to_owned(),
            _ => " \t\n".to_owned(),
        };
        fields.split(value, &separators);
    }

    fn calculate(&mut self, expression: &str, sink: &mut Sink<'_>) -> Word {
        let expanded = self.quoted(expression, sink);
        match expanded.text().and_then(|text| arithmetic::evaluate(text, &mut self.state)) {
            Some(number) => Word::known(number.to_string()),
            None => Word::unknown(),
        }
    }

    fn backticks(&mut self, raw: &str, is_quoted: bool, fields: &mut Fields, sink: &mut Sink<'_>) {
        let mut script = String::with_capacity(raw.len());
        let mut characters = raw.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\\' && matches!(characters.peek(), Some('\\' | '`' | '$')) {
                script.extend(characters.next());
            } else {
                script.push(character);
            }
        }
        let value = self.substitute(&script, sink);
        self.add(&value, is_quoted, fields);
    }

    /// `~`, `~/x`, `~user`.
    fn tilde(
        &mut self,
        parser: &mut Parser<'_>,
        fields: &mut Fields,
        sink: &Sink<'_>,
    ) -> parse::Result<()> {
        let home = || Word::known(sink.context.home.unwrap_or("~"));
        match parser.at(1) {
            None | Some(b'/' | b':') => fields.quoted(home()),
            Some(b'+') if matches!(parser.at(2), None | Some(b'/')) => {
                fields.quoted(path_word(&self.state.cwd));
                parser.bump(1)?;
            }
            Some(b'-') if matches!(parser.at(2), None | Some(b'/')) => {
                let previous: Option<&PathSet> = self.state.previous.as_ref();
                fields.quoted(previous.map_or_else(Word::unknown, path_word));
                parser.bump(1)?;
            }
            Some(_) => fields.text("~"),
        }
        parser.bump(1)
    }

    /// What the variable holds as one word, and notes where it comes from.
    pub(super) fn value(&mut self, name: &str, sink: &Sink<'_>) -> Word {
        if let Some(variable) = self.state.variable(name) {
            self.taint = self.taint.with(variable.flags);
            return match &variable.value {
                Value::Scalar(word) => word.clone(),
                Value::Array(words) => words.first().cloned().unwrap_or_default(),
                Value::Unset => Word::default(),
            };
        }
        match name {
            "HOME" => Word::known(sink.context.home.unwrap_or("~")),
            "PWD" => path_word(&self.state.cwd),
            "OLDPWD" => self.state.previous.as_ref().map_or_else(Word::unknown, path_word),
            "SHELL" => Word::known("/bin/sh"),
            "BASH" => Word::known("/bin/bash"),
            "IFS" => Word::known(" \t\n"),
            // The process that was started last beside this one.
            "!" => Word::known("$!"),
            "0" => self.state.name.clone(),
            "#" => match &self.state.arguments {
                Some(arguments) => Word::known(arguments.len().to_string()),
                None => Word::unknown(),
            },
            "*" => match &self.state.arguments {
                Some(arguments) => fields::join(arguments, " "),
                None => Word::unknown(),
            },
            _ => match (name.parse::<usize>(), &self.state.arguments) {
                (Ok(number), Some(arguments)) => {
                    arguments.get(number.wrapping_sub(1)).cloned().unwrap_or_default()
                }
                _ => Word::unknown(),
            },
        }
    }

    /// What a command prints, without the line ends after it.
    fn substitute(&mut self, script: &str, sink: &mut Sink<'_>) -> Word {
        let printed = self.captured(script, sink);
        self.taint = self.taint.with(printed.flags);
        if let Some(file) = printed.file {
            // `$(<file)` and `$(cat file)`: what the file holds.
            let known = self.content(&file).filter(|_| printed.word == Word::unknown());
            self.taint = self.taint.with(known.as_ref().map_or(Flags::NONE, |known| known.flags));
            return known.map_or_else(Word::unknown, |known| trimmed(&known.word));
        }
        trimmed(&printed.word)
    }
}

/// Without the line ends at its end.
fn trimmed(word: &Word) -> Word {
    let text = fields::text(word);
    let is_pattern = word.pieces().iter().any(|piece| matches!(piece, Piece::One | Piece::Many));
    if is_pattern { word.clone() } else { fields::word(text.trim_end_matches(['\n', '\r'])) }
}

/// Whether it is `$@` or the like and nothing else, which in quotes is no word if there are none.
fn is_only_list(raw: &str) -> bool {
    matches!(raw, "$@" | "${@}")
        || raw
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix("[@]}"))
            .is_some_and(|name| name.bytes().all(super::scan::is_name_byte))
}

/// Whether a byte in a word needs evaluation.
fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'\\' | b'\'' | b'"' | b'$' | b'`' | b'~' | b'*' | b'?' | b'[' | b'{' | b'<' | b'>' | b'('
    )
}

/// A quotation without its ends.
fn inner(text: &str, length: usize) -> &str {
    let end = text.len().saturating_sub(1).max(length);
    text.get(length..end).unwrap_or_default()
}

/// Whether `$((…))` is arithmetic and no subshell in a substitution.
fn is_arithmetic(text: &str) -> bool {
    let mut parser = Parser::over(text, parse::fuel_for(text));
    parser.pos = 1;
    matches!(parser.arithmetic(), Ok(Some(_))) && parser.pos == text.len()
}

/// Bytes of a set, `[abc]`, that are looked at. What is longer is not known.
const SET_BYTES_MAX: usize = 32;

/// Plain characters and the characters of patterns.
fn pattern(parser: &mut Parser<'_>, byte: u8, fields: &mut Fields) -> parse::Result<()> {
    let start = parser.pos;
    match byte {
        b'*' => {
            parser.bump(1)?;
            fields.piece(Piece::Many);
        }
        b'?' => {
            parser.bump(1)?;
            fields.piece(Piece::One);
        }
        b'[' => {
            let rest = parser.src.get(start..).unwrap_or_default();
            // `[]a]` holds a bracket; a set holds no slash.
            let behind = rest.as_bytes().get(2..).unwrap_or_default();
            let near = behind.get(..SET_BYTES_MAX).unwrap_or(behind);
            match near.iter().position(|byte| matches!(byte, b']' | b'/')) {
                Some(at) if near.get(at) == Some(&b']') => {
                    parser.bump(at + 3)?;
                    fields.piece(Piece::One);
                }
                None if near.len() < behind.len() => {
                    parser.bump(1)?;
                    fields.piece(Piece::Unknown);
                }
                _ => {
                    parser.bump(1)?;
                    fields.text("[");
                }
            }
        }
        b'(' => {
            // Only an extended pattern or the words of an array have one inside a word.
            parser.parenthesised()?;
            fields.piece(Piece::Unknown);
        }
        _ => {
            parser.bump(1)?;
            let rest = parser.src.as_bytes().get(parser.pos..).unwrap_or_default();
            let plain = rest.iter().take_while(|b| !is_special(**b) && **b != b'~').count();
            parser.bump(plain)?;
            fields.text(parser.since(start));
        }
    }
    Ok(())
}
