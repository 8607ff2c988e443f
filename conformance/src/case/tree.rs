//! The YAML of cases as a tree in which every value knows its line.
//!
//! It is a smaller YAML than the configuration's: maps with distinct text keys, lists, scalars; no anchors, no
//! tags, no second document. A plain scalar is `null`, a truth value, a number as JSON writes it, or text; in
//! quotes it is text. So an argument is what it would be in the JSON of a real call.

use core::fmt;
use core::fmt::Write as _;

use saphyr_parser::{Event, Parser, ScalarStyle};

/// Nesting of lists and maps.
const DEPTH_MAX: usize = 32;

/// What is wrong with a file of cases, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct CaseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl CaseError {
    pub(crate) fn new(line: usize, message: impl fmt::Display) -> Self {
        Self { line, message: message.to_string() }
    }
}

/// A value and its line.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// A number, as written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn error(&self, message: impl fmt::Display) -> CaseError {
        CaseError::new(self.line, message)
    }

    pub(crate) fn text(&self, what: &str) -> Result<&str, CaseError> {
        match &self.kind {
            Kind::Text(text) => Ok(text),
            _ => Err(self.error(format!("{what} is a text"))),
        }
    }

    pub(crate) fn list(&self, what: &str) -> Result<&[Self], CaseError> {
        match &self.kind {
            Kind::List(items) => Ok(items),
            _ => Err(self.error(format!("{what} is a list"))),
        }
    }

    pub(crate) fn map(&self, what: &str) -> Result<&[(String, Self)], CaseError> {
        match &self.kind {
            Kind::Map(entries) => Ok(entries),
            _ => Err(self.error(format!("{what} is a map"))),
        }
    }

    /// The entries of a map that has no keys but these.
    pub(crate) fn fields(
        &self,
        what: &str,
        known: &[&str],
    ) -> Result<&[(String, Self)], CaseError> {
        let entries = self.map(what)?;
        match entries.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            None => Ok(entries),
            Some((key, node)) => {
                let known = known.join("`, `");
                Err(node.error(format!("{what} has no key `{key}`; its keys are `{known}`")))
            }
        }
    }

    /// The whole number that the node is.
    pub(crate) fn number(&self, what: &str) -> Result<usize, CaseError> {
        let number = match &self.kind {
            Kind::Number(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.error(format!("{what} is a whole number")))
    }

    /// Writes the value as YAML in one line, with the same meaning.
    pub(crate) fn write(&self, out: &mut String) {
        match &self.kind {
            Kind::Null => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(text) => out.push_str(text),
            Kind::Text(text) => quote(text, out),
            Kind::List(items) => {
                out.push('[');
                for item in items {
                    item.write(out);
                    out.push_str(", ");
                }
                out.push(']');
            }
            Kind::Map(entries) => {
                out.push('{');
                for (key, value) in entries {
                    quote(key, out);
                    out.push_str(": ");
                    value.write(out);
                    out.push_str(", ");
                }
                out.push('}');
            }
        }
    }
}

/// The value with this key.
pub(crate) fn get<'n>(entries: &'n [(String, Node)], key: &str) -> Option<&'n Node> {
    entries.iter().find(|(name, _)| name == key).map(|(_, node)| node)
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The tree of a file.
pub(crate) fn parse(text: &str) -> Result<Node, CaseError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| CaseError::new(error.marker().line(), error.info()))?;
        builder.event(event, span.start.line())?;
    }
    builder.root.ok_or_else(|| CaseError::new(1, "the file is empty"))
}

/// A list or a map whose end has not come yet.
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<(String, Node)>, Option<String>),
}

#[derive(Default)]
struct Builder {
    stack: Vec<Open>,
    root: Option<Node>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, line: usize) -> Result<(), CaseError> {
        let open = match event {
            Event::Scalar(text, style, 0, None) => {
                let kind = match style {
                    ScalarStyle::Plain => plain(&text).map_err(|m| CaseError::new(line, m))?,
                    _ => Kind::Text(text.into()),
                };
                return self.add(Node { line, kind });
            }
            Event::SequenceStart(0, None) => Open::List(line, Vec::new()),
            Event::MappingStart(0, None) => Open::Map(line, Vec::new(), None),
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.stack.pop() {
                    Some(Open::List(line, items)) => Node { line, kind: Kind::List(items) },
                    Some(Open::Map(line, entries, _)) => Node { line, kind: Kind::Map(entries) },
                    None => return Ok(()),
                };
                return self.add(node);
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(CaseError::new(line, "a file is one document"));
            }
            Event::Alias(_)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..) => {
                return Err(CaseError::new(line, "anchors, aliases and tags are not used here"));
            }
            _ => return Ok(()),
        };
        if self.stack.len() >= DEPTH_MAX {
            return Err(CaseError::new(
                line,
                format!("values nest deeper than {DEPTH_MAX} levels"),
            ));
        }
        self.stack.push(open);
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), CaseError> {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
                Some(name) => entries.push((name, node)),
                None => {
                    let name = node.text("a key")?;
                    if get(entries, name).is_some() {
                        return Err(node.error(format!("the key `{name}` occurs twice")));
                    }
                    *key = Some(name.to_owned());
                }
            },
        }
        Ok(())
    }
}

fn plain(text: &str) -> Result<Kind, String> {
    Ok(match text {
        "" | "~" | "null" => Kind::Null,
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        _ if is_json_number(text) => Kind::Number(text.to_owned()),
        _ if text.trim_start_matches(['+', '-', '.']).starts_with(|c: char| c.is_ascii_digit()) => {
            return Err(format!("`{text}` is no number of JSON; write text in quotes"));
        }
        _ => Kind::Text(text.to_owned()),
    })
}

fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}
