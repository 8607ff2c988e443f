//! A YAML tree that knows where everything stands.
//!
//! It is built from the events of `saphyr-parser` and keeps of YAML what a configuration needs: maps with
//! distinct text keys, lists, and scalars of the YAML 1.2 core schema, where `true` and `false` are the
//! only truth values and `no`, `on` and `yes` are plain texts. Tags, merge keys and several documents are
//! refused, because each lets a text say something else than a reader sees. Aliases are expanded under a
//! budget.
//!
//! The tree is built with an explicit stack; a file that nests deeper than the limit is refused before the
//! parser reads on. A malformed file gives one located error and no tree.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Location};
use crate::limits::{YAML_DEPTH_MAX, YAML_NODES_MAX};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) location: Location,
    pub(crate) value: Value,
    /// This value and everything below it.
    size: usize,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    /// No two keys have the same text.
    Map(Vec<(Key, Node)>),
}

/// The key of a map entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) location: Location,
    pub(crate) text: Box<str>,
}

/// A scalar as written and what the core schema makes of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalar {
    pub(crate) text: Box<str>,
    pub(crate) kind: ScalarKind,
    pub(crate) style: ScalarStyle,
}

/// The type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalarKind {
    Null,
    Bool(bool),
    Number,
    Text,
}

impl Node {
    fn new(location: Location, value: Value) -> Self {
        let below = match &value {
            Value::Scalar(_) => 0,
            Value::List(items) => items.iter().map(|node| node.size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, n)| n.size.saturating_add(1)).sum(),
        };
        Self { location, value, size: below.saturating_add(1) }
    }

    /// What stands where nothing is written.
    pub(crate) fn nothing(location: Location) -> Self {
        let scalar = Scalar { text: "".into(), kind: ScalarKind::Null, style: ScalarStyle::Plain };
        Self::new(location, Value::Scalar(scalar))
    }

    /// What it is, for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "nothing",
                ScalarKind::Bool(_) => "a truth value",
                ScalarKind::Number => "a number",
                ScalarKind::Text => "a text",
            },
        }
    }

    /// Whether it is `null` or absent.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(s) if s.kind == ScalarKind::Null)
    }

    /// Gives a scalar another text: a text, or whatever a plain scalar would be.
    pub(crate) fn set_text(&mut self, text: &str, is_text: bool) {
        if let Value::Scalar(scalar) = &mut self.value {
            scalar.text = text.into();
            scalar.kind = if is_text { ScalarKind::Text } else { plain_kind(text) };
        }
    }

    /// The text of a text scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(s) if s.kind == ScalarKind::Text => Some(&s.text),
            _ => None,
        }
    }
}

/// The place in the file of byte `offset` of a scalar's text.
///
/// Exact for plain and quoted scalars on one line; the beginning of the scalar for the others.
pub(crate) fn place_in_scalar(source: &str, node: &Node, offset: usize) -> usize {
    let start = node.location.start;
    let Value::Scalar(scalar) = &node.value else { return start };
    let Some(written) = source.get(node.location.range()) else { return start };
    // An anchor before the scalar belongs to its place.
    let (skipped, written) = match written.strip_prefix('&') {
        Some(_) => match written.find(char::is_whitespace) {
            Some(blank) => {
                let rest = written.get(blank..).unwrap_or("").trim_start();
                (written.len().saturating_sub(rest.len()), rest)
            }
            None => return start,
        },
        None => (0, written),
    };
    if written.contains('\n') {
        return start;
    }
    let within = match scalar.style {
        ScalarStyle::Plain => Some(offset),
        ScalarStyle::SingleQuoted => quoted_offset(written, offset, |rest| {
            if rest.starts_with("''") { (2, 1) } else { one_character(rest) }
        }),
        ScalarStyle::DoubleQuoted => quoted_offset(written, offset, escaped_character),
        ScalarStyle::Literal | ScalarStyle::Folded => None,
    };
    within.map_or(start, |at| start.saturating_add(skipped).saturating_add(at))
}

/// Walks over a quoted scalar; `unit` gives the bytes of the next character as written and as meant.
fn quoted_offset(
    written: &str,
    offset: usize,
    unit: impl Fn(&str) -> (usize, usize),
) -> Option<usize> {
    let (mut at, mut meant) = (1usize, 0usize);
    while meant < offset {
        let rest = written.get(at..).filter(|rest| !rest.is_empty())?;
        let (bytes, text) = unit(rest);
        at = at.saturating_add(bytes);
        meant = meant.saturating_add(text);
    }
    Some(at)
}

fn one_character(rest: &str) -> (usize, usize) {
    let length = rest.chars().next().map_or(1, char::len_utf8);
    (length, length)
}

fn escaped_character(rest: &str) -> (usize, usize) {
    let Some(escape) = rest.strip_prefix('\\').and_then(|r| r.chars().next()) else {
        return one_character(rest);
    };
    let digits = match escape {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        'N' | '_' => return (2, 2),
        'L' | 'P' => return (2, 3),
        _ => return (escape.len_utf8().saturating_add(1), 1),
    };
    let code = rest.get(2..2usize.saturating_add(digits)).unwrap_or("");
    let meant = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
    (digits.saturating_add(2), meant.map_or(1, char::len_utf8))
}

/// The type of a plain scalar in the YAML 1.2 core schema.
fn plain_kind(text: &str) -> ScalarKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarKind::Null,
        "true" | "True" | "TRUE" => return ScalarKind::Bool(true),
        "false" | "False" | "FALSE" => return ScalarKind::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return ScalarKind::Number,
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return ScalarKind::Number;
    }
    let radix = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix)
            .is_some_and(|d| !d.is_empty() && d.chars().all(|c| c.is_digit(radix)))
    };
    if radix("0o", 8) || radix("0x", 16) {
        return ScalarKind::Number;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let whole_and_fraction = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let power = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    if whole_and_fraction && power { ScalarKind::Number } else { ScalarKind::Text }
}

/// The tree of a file; `None` where it is malformed or empty. What is wrong goes to `diagnostics`.
pub(crate) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut builder = Builder::new(file, text);
    let root = builder.run(text, diagnostics);
    match root {
        Ok(root) => root,
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

/// A list or map whose end has not come yet.
enum Open {
    List {
        location: Location,
        anchor: usize,
        items: Vec<Node>,
    },
    Map {
        location: Location,
        anchor: usize,
        entries: Vec<(Key, Node)>,
        /// Where each key was first seen.
        seen: BTreeMap<Box<str>, Location>,
        /// The key whose value is awaited; `Some(None)` if that key was refused.
        key: Option<Option<Key>>,
    },
}

type Stop = Box<Diagnostic>;

struct Builder {
    file: FileId,
    /// The byte offset of every character, because the parser counts characters. Empty for ASCII texts.
    offsets: Vec<usize>,
    length: usize,
    stack: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
}

impl Builder {
    fn new(file: FileId, text: &str) -> Self {
        let offsets = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).collect()
        };
        let (stack, anchors) = (Vec::new(), BTreeMap::new());
        Self { file, offsets, length: text.len(), stack, anchors, nodes: 0, root: None }
    }

    fn byte(&self, character: usize) -> usize {
        match self.offsets.get(character) {
            Some(offset) => *offset,
            None if self.offsets.is_empty() => character.min(self.length),
            None => self.length,
        }
    }

    fn location(&self, span: Span) -> Location {
        Location::new(self.file, self.byte(span.start.index()), self.byte(span.end.index()))
    }

    fn run(&mut self, text: &str, diagnostics: &mut Diagnostics) -> Result<Option<Node>, Stop> {
        let mut parser = Parser::new_from_str(text);
        let mut documents = 0usize;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.malformed(&error))?;
            let location = self.location(span);
            match event {
                Event::DocumentStart(_) => {
                    documents = documents.saturating_add(1);
                    if documents > 1 {
                        let message = "a second document begins here";
                        let hint = "a configuration is one document; remove the `---` line or split the file";
                        return Err(Diagnostic::new(Code::Unsupported, location, message)
                            .hint(hint)
                            .into());
                    }
                }
                Event::Alias(id) => self.alias(id, location, diagnostics)?,
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse_tag(tag.is_some(), location, diagnostics);
                    let kind = match style {
                        ScalarStyle::Plain => plain_kind(&text),
                        _ => ScalarKind::Text,
                    };
                    let scalar = Scalar { text: text.into(), kind, style };
                    self.add(Node::new(location, Value::Scalar(scalar)), anchor, diagnostics)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    self.refuse_tag(tag.is_some(), location, diagnostics);
                    self.open(Open::List { location, anchor, items: Vec::new() })?;
                }
                Event::MappingStart(anchor, tag) => {
                    self.refuse_tag(tag.is_some(), location, diagnostics);
                    let (entries, seen) = (Vec::new(), BTreeMap::new());
                    self.open(Open::Map { location, anchor, entries, seen, key: None })?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(location, diagnostics)?,
                Event::Nothing | Event::StreamStart | Event::DocumentEnd | Event::StreamEnd => {}
            }
        }
        Ok(self.root.take())
    }

    fn malformed(&self, error: &ScanError) -> Stop {
        let at = self.byte(error.marker().index());
        let info = error.info();
        let hint =
            if info.contains("unexpected character") || info.contains("cannot start any token") {
                Some("text that begins with a backtick, `@` or `%` must stand in quotes")
            } else if info.contains("mapping values are not allowed") {
                Some("text that contains `: ` must stand in quotes")
            } else if info.contains("anchor") {
                Some("text that begins with `*` or `&` must stand in quotes")
            } else {
                None
            };
        let place = Location::new(self.file, at, at.saturating_add(1).min(self.length));
        let message = format!("this is not well-formed YAML: {}", info.replace('\'', "`"));
        Diagnostic::new(Code::Syntax, place, message).hint_if(hint).into()
    }

    fn refuse_tag(&self, tagged: bool, location: Location, diagnostics: &mut Diagnostics) {
        if tagged {
            let message = "YAML tags are not used here";
            let hint = "remove the `!…`; put text that begins with `!` in quotes";
            diagnostics.push(Diagnostic::new(Code::Unsupported, location, message).hint(hint));
        }
    }

    fn open(&mut self, open: Open) -> Result<(), Stop> {
        if self.stack.len() >= YAML_DEPTH_MAX {
            let (Open::List { location, .. } | Open::Map { location, .. }) = open;
            let message = format!("lists and maps nest deeper than {YAML_DEPTH_MAX} levels");
            return Err(Diagnostic::new(Code::Limit, location, message).into());
        }
        self.stack.push(open);
        Ok(())
    }

    fn close(&mut self, end: Location, diagnostics: &mut Diagnostics) -> Result<(), Stop> {
        let (start, anchor, last, value) = match self.stack.pop() {
            None => return Ok(()),
            Some(Open::List { location, anchor, items }) => {
                let last = items.last().map(|node| node.location.end);
                (location, anchor, last, Value::List(items))
            }
            Some(Open::Map { location, anchor, entries, .. }) => {
                let last = entries.last().map(|(_, node)| node.location.end);
                (location, anchor, last, Value::Map(entries))
            }
        };
        // The end of a block is where the next token is, perhaps lines later; its last entry ends it for
        // people.
        let end = if end.start < end.end { end.end } else { last.unwrap_or(start.end) };
        let location = Location::new(self.file, start.start, end.max(start.end));
        self.add(Node::new(location, value), anchor, diagnostics)
    }

    fn alias(
        &mut self,
        id: usize,
        at: Location,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Stop> {
        let Some(target) = self.anchors.get(&id) else {
            let message = "an alias stands inside the value that it refers to";
            return Err(Diagnostic::new(Code::Unsupported, at, message).into());
        };
        // The nodes below the target count once more; the target itself is counted by `add`.
        let below = target.size.saturating_sub(1);
        if self.nodes.saturating_add(below) > YAML_NODES_MAX {
            return Err(too_many_nodes(at));
        }
        let target = target.clone();
        self.nodes = self.nodes.saturating_add(below);
        self.add(target, 0, diagnostics)
    }

    /// Puts a finished value where it belongs.
    fn add(
        &mut self,
        node: Node,
        anchor: usize,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > YAML_NODES_MAX {
            return Err(too_many_nodes(node.location));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
            // The copy that the anchor keeps takes memory too.
            self.nodes = self.nodes.saturating_add(node.size);
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, seen, key, .. }) => match key.take() {
                None => *key = Some(as_key(&node, diagnostics)),
                Some(None) => {}
                Some(Some(key)) => match seen.get(&key.text).copied() {
                    None => {
                        seen.insert(key.text.clone(), key.location);
                        entries.push((key, node));
                    }
                    Some(first) => {
                        let message = format!("the key `{}` occurs twice in one map", key.text);
                        let diagnostic = Diagnostic::new(Code::DuplicateKey, key.location, message)
                            .label("here again")
                            .related(first, "here first")
                            .hint("keep one of them; nothing is merged and nothing wins");
                        diagnostics.push(diagnostic);
                    }
                },
            },
        }
        Ok(())
    }
}

fn too_many_nodes(location: Location) -> Stop {
    let message = format!("the file has more than {YAML_NODES_MAX} values, aliases expanded");
    Diagnostic::new(Code::Limit, location, message).into()
}

fn as_key(node: &Node, diagnostics: &mut Diagnostics) -> Option<Key> {
    let Value::Scalar(scalar) = &node.value else {
        let message = format!("a key is a text, not {}", node.describe());
        diagnostics.push(Diagnostic::new(Code::Unsupported, node.location, message));
        return None;
    };
    if scalar.style == ScalarStyle::Plain && &*scalar.text == "<<" {
        let message = "merge keys are not used here";
        let hint = "write the entries out, or put shared contracts in a file and `include` it";
        diagnostics.push(Diagnostic::new(Code::Unsupported, node.location, message).hint(hint));
        return None;
    }
    Some(Key { location: node.location, text: scalar.text.clone() })
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
