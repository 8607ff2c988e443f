//! `${…}`: a parameter and what is done with its value.

use sponsio_engine::event::Certainty;

use super::state::Value;
use super::{Shell, arithmetic, fields, fields::Fields, glob};
use crate::sink::Sink;
use crate::word::{Piece, Word};

impl Shell {
    /// Adds what `${body}` becomes.
    pub(super) fn parameter(
        &mut self,
        body: &str,
        is_quoted: bool,
        fields: &mut Fields,
        sink: &mut Sink<'_>,
    ) {
        sink.spend(body.len() + 16);
        if let Some(name) = body.strip_prefix('#').filter(|name| !name.is_empty()) {
            fields.quoted(self.length(name, sink));
            return;
        }
        let (indirect, rest) = match body.strip_prefix('!') {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, body),
        };
        let Some((name, index, operation)) = parts(rest) else {
            fields.piece(Piece::Unknown);
            return;
        };
        if indirect {
            let target = self.value(name, sink);
            let value = match target.text() {
                Some(target) if index.is_none() && operation.is_empty() => self.value(target, sink),
                _ => Word::unknown(),
            };
            self.add(&value, is_quoted, fields);
            return;
        }
        if matches!(name, "PATH" | "HOME" | "PWD" | "SHELL")
            && matches!(operation, ":0:1" | "%%[!/]*")
        {
            // All of them begin with a slash.
            return self.add(&Word::known("/"), is_quoted, fields);
        }
        let values = self.values(name, index, sink);
        let is_list = name == "@" || index == Some("@") || (!is_quoted && index == Some("*"));
        let values: Vec<Word> = match slice(operation, is_list) {
            Some((from, count)) => {
                let from = if name == "@" { from.saturating_sub(1) } else { from };
                values.into_iter().skip(from).take(count).collect()
            }
            None => values
                .into_iter()
                .map(|value| self.operate(name, value, operation, is_quoted, sink))
                .collect(),
        };
        if is_list {
            self.add_list(&values, is_quoted, fields);
        } else {
            self.add(&fields::join(&values, " "), is_quoted, fields);
        }
    }

    fn length(&mut self, name: &str, sink: &mut Sink<'_>) -> Word {
        let known = match name.split_once('[') {
            Some((name, "@]" | "*]")) => match self.state.variable(name).map(|v| &v.value) {
                Some(Value::Array(words)) => Some(words.len()),
                Some(Value::Unset) => Some(0),
                Some(Value::Scalar(_)) | None => None,
            },
            Some(_) => None,
            None if matches!(name, "@" | "*") => {
                self.state.arguments.as_ref().map(|arguments| arguments.len())
            }
            None => self.value(name, sink).text().map(|text| text.chars().count()),
        };
        known.map_or_else(Word::unknown, |length| Word::known(length.to_string()))
    }

    /// The values of a parameter; of one that is no list, its one value.
    fn values(&mut self, name: &str, index: Option<&str>, sink: &mut Sink<'_>) -> Vec<Word> {
        if matches!(name, "@" | "*") {
            return match &self.state.arguments {
                Some(arguments) => arguments.to_vec(),
                None => vec![Word::unknown()],
            };
        }
        let Some(index) = index else { return vec![self.value(name, sink)] };
        let Some(variable) = self.state.variable(name) else { return vec![Word::unknown()] };
        self.taint = self.taint.with(variable.flags);
        let words = match &variable.value {
            Value::Array(words) => words.clone(),
            Value::Scalar(word) => vec![word.clone()],
            Value::Unset => Vec::new(),
        };
        if matches!(index, "@" | "*") {
            return words;
        }
        let index = self.quoted(index, sink);
        let number = index.text().and_then(|text| arithmetic::evaluate(text, &mut self.state));
        let Some(number) = number else {
            return vec![
                words.first().cloned().filter(|_| words.len() == 1).unwrap_or_else(Word::unknown),
            ];
        };
        let place = usize::try_from(number).ok().or_else(|| {
            words.len().checked_sub(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX))
        });
        vec![place.and_then(|place| words.get(place).cloned()).unwrap_or_default()]
    }

    fn operate(
        &mut self,
        name: &str,
        value: Word,
        operation: &str,
        is_quoted: bool,
        sink: &mut Sink<'_>,
    ) -> Word {
        let Some(first) = operation.chars().next() else { return value };
        let rest = operation.get(first.len_utf8()..).unwrap_or_default();
        let (kind, operand) = match (first, rest.chars().next()) {
            (':', Some(kind @ ('-' | '=' | '+' | '?'))) => (kind, rest.get(1..).unwrap_or("")),
            (':', _) => return self.substring(&value, rest, sink),
            (kind @ ('-' | '=' | '+' | '?'), _) => (kind, rest),
            _ => return self.transform(&value, first, rest, is_quoted, sink),
        };
        let is_absent = match (value.text(), self.is_unset(name)) {
            (Some(""), is_unset) => Some(first == ':' || is_unset),
            (Some(_), _) => Some(false),
            // Whether a variable that nobody has set is set cannot be told.
            (None, _) if value.is_unknown() => None,
            (None, _) => Some(false),
        };
        match (kind, is_absent) {
            ('+', Some(true)) => Word::default(),
            ('-' | '=' | '?', Some(false)) => value,
            ('+', Some(false)) | ('-' | '=' | '?', Some(true)) => {
                let operand = self.operand(operand, is_quoted, sink);
                if kind == '=' {
                    self.state.set(name, Value::Scalar(operand.clone()), self.taint);
                }
                operand
            }
            _ => {
                let mut other = Word::unknown();
                sink.under(Certainty::May, |sink| other = self.operand(operand, is_quoted, sink));
                self.guess(kind, other)
            }
        }
    }

    /// What `${x:-y}` may be where `x` may be set by the environment: the command is walked with either.
    fn guess(&mut self, kind: char, other: Word) -> Word {
        if kind == '?' {
            return Word::unknown();
        }
        self.has_guessed = true;
        if self.is_guessing { other } else { Word::unknown() }
    }

    /// Whether the parameter is known to have no value at all.
    fn is_unset(&self, name: &str) -> bool {
        if let Some(variable) = self.state.variable(name) {
            return match &variable.value {
                Value::Unset => true,
                Value::Array(words) => words.is_empty(),
                Value::Scalar(_) => false,
            };
        }
        let count = self.state.arguments.as_ref().map(|arguments| arguments.len());
        match (name, count) {
            ("@" | "*", Some(count)) => count == 0,
            (_, Some(count)) => name.parse().is_ok_and(|number: usize| number > count),
            (_, None) => false,
        }
    }

    fn operand(&mut self, raw: &str, is_quoted: bool, sink: &mut Sink<'_>) -> Word {
        if is_quoted && !raw.contains('"') {
            return self.quoted(raw, sink);
        }
        self.single(raw, sink)
    }

    /// `${x:1:2}`.
    fn substring(&mut self, value: &Word, rest: &str, sink: &mut Sink<'_>) -> Word {
        let (from, count) = rest.split_once(':').map_or((rest, None), |(f, c)| (f, Some(c)));
        let mut number = |text: &str| {
            let text = self.quoted(text, sink);
            arithmetic::evaluate(text.text()?, &mut self.state)
        };
        let from = number(from);
        let count = count.map(&mut number);
        let (Some(text), Some(from)) = (value.text(), from) else { return Word::unknown() };
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let place = |number: i64| if number < 0 { length.saturating_add(number) } else { number };
        let from = place(from).clamp(0, length);
        let to = match count {
            None => length,
            Some(None) => return Word::unknown(),
            Some(Some(count)) if count < 0 => place(count).max(from),
            Some(Some(count)) => from.saturating_add(count).min(length),
        };
        let (from, to) = (usize::try_from(from).unwrap_or(0), usize::try_from(to).unwrap_or(0));
        let cut: String = text.chars().take(to).skip(from).collect();
        fields::word(&cut)
    }

    /// Cutting, replacing and changing case.
    fn transform(
        &mut self,
        value: &Word,
        kind: char,
        rest: &str,
        is_quoted: bool,
        sink: &mut Sink<'_>,
    ) -> Word {
        let is_double = rest.starts_with(kind);
        let operand = if is_double { rest.get(kind.len_utf8()..).unwrap_or("") } else { rest };
        if kind == '@' {
            return match (operand, value.text()) {
                ("U", Some(text)) => fields::word(&text.to_uppercase()),
                ("L", Some(text)) => fields::word(&text.to_lowercase()),
                _ => Word::unknown(),
            };
        }
        let (pattern, replacement) = if kind == '/' {
            let (pattern, replacement) = cut_at_slash(operand);
            (self.single(pattern, sink), self.operand(replacement, is_quoted, sink))
        } else {
            (self.single(operand, sink), Word::default())
        };
        let Some(text) = value.text() else { return Word::unknown() };
        // Which characters a set holds is not looked at.
        if operand.contains('[') || !sink.spend(text.len().saturating_mul(4)) {
            return Word::unknown();
        }
        let changed = match kind {
            '#' => glob::cut_start(text, &pattern, is_double),
            '%' => glob::cut_end(text, &pattern, is_double),
            '/' => glob::replace(text, &pattern, &fields::text(&replacement), is_double),
            '^' if is_double => Some(text.to_uppercase()),
            ',' if is_double => Some(text.to_lowercase()),
            '^' | ',' => {
                let mut characters = text.chars();
                let first = characters.next().map(String::from).unwrap_or_default();
                let first = if kind == '^' { first.to_uppercase() } else { first.to_lowercase() };
                Some(first + characters.as_str())
            }
            _ => None,
        };
        changed.map_or_else(Word::unknown, |text| fields::word(&text))
    }
}

/// The name, the index and the rest of the inside of `${…}`.
fn parts(body: &str) -> Option<(&str, Option<&str>, &str)> {
    let first = body.bytes().next()?;
    let length = match first {
        b'0'..=b'9' => body.bytes().take_while(u8::is_ascii_digit).count(),
        b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-' => 1,
        _ => body.bytes().take_while(|b| super::scan::is_name_byte(*b)).count(),
    };
    if length == 0 {
        return None;
    }
    let (name, rest) = body.split_at(length);
    match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((index, rest)) => Some((name, Some(index), rest)),
        None => Some((name, None, rest)),
    }
}

/// `:1:2` of a list.
fn slice(operation: &str, is_list: bool) -> Option<(usize, usize)> {
    let numbers = operation.strip_prefix(':').filter(|_| is_list)?;
    let (from, count) = numbers.split_once(':').map_or((numbers, None), |(f, c)| (f, Some(c)));
    let count = match count {
        Some(count) => count.trim().parse().ok()?,
        None => usize::MAX,
    };
    Some((from.trim().parse().ok()?, count))
}

/// The pattern and the replacement of `${x/a/b}`.
fn cut_at_slash(operand: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, character) in operand.char_indices().skip(1) {
        match character {
            '/' if !is_escaped => {
                let (pattern, rest) = operand.split_at(at);
                return (pattern, rest.get(1..).unwrap_or_default());
            }
            _ => is_escaped = character == '\\' && !is_escaped,
        }
    }
    (operand, "")
}
