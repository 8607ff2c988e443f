//! JSON read token by token, with the place of everything.
//!
//! The tokens come from `struson`, which hands numbers out as they are written: nothing passes through a
//! binary float. On top of it this file keeps what a guard needs: duplicate members are refused, a number
//! must be an exact decimal, and the size, depth and number of values of one payload are bounded while it
//! is read, not afterwards. Comments, trailing commas and other extensions are refused.

use core::fmt;

use sponsio_engine::event::{Decimal, Value};
use sponsio_engine::limits::{
    ARGUMENT_BYTES_MAX, ARGUMENT_DEPTH_MAX, ARGUMENT_VALUES_MAX, DECIMAL_DIGITS_MAX,
    DECIMAL_EXPONENT_MAX,
};
use struson::reader::{
    JsonReader, JsonReaderPosition, JsonStreamReader, ReaderError, ReaderSettings, SyntaxErrorKind,
    ValueType,
};

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Bytes before it.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {kind}")]
pub struct JsonError {
    position: Position,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Kind {
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("there is no JSON here")]
    Empty,
    #[error("the JSON ends too early")]
    Truncated,
    #[error("this is not JSON: {0}")]
    Syntax(String),
    #[error("the member `{0}` occurs twice in one object")]
    Duplicate(Box<str>),
    #[error(
        "this number has more than {DECIMAL_DIGITS_MAX} digits or an exponent beyond {DECIMAL_EXPONENT_MAX}"
    )]
    Number,
    #[error("{what} of one call are limited to {limit}")]
    Limit { what: &'static str, limit: usize },
    #[error("{what} must be {expected}, not {found}")]
    Shape { what: String, expected: &'static str, found: &'static str },
    #[error("{0}")]
    Meaning(String),
}

impl JsonError {
    /// Where.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What, without the place.
    pub fn message(&self) -> String {
        self.kind.to_string()
    }

    /// Whether the payload is well-formed but beyond a limit.
    pub fn is_limit(&self) -> bool {
        matches!(self.kind, Kind::Limit { .. } | Kind::Number)
    }

    /// A payload that is too long.
    pub(crate) fn too_long(position: Position) -> Self {
        Self { position, kind: Kind::Limit { what: "the bytes", limit: ARGUMENT_BYTES_MAX } }
    }

    /// A text that is JSON but does not mean what it should.
    pub(crate) fn meaning(position: Position, message: impl Into<String>) -> Self {
        Self { position, kind: Kind::Meaning(message.into()) }
    }

    /// A value of another kind than is needed.
    pub(crate) fn shape(
        position: Position,
        what: String,
        expected: &'static str,
        found: &'static str,
    ) -> Self {
        Self { position, kind: Kind::Shape { what, expected, found } }
    }
}

/// What a JSON value is called in messages.
pub(crate) fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The text of these bytes, without a byte order mark.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, JsonError> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let valid = core::str::from_utf8(valid).unwrap_or_default();
            let line = valid.matches('\n').count().saturating_add(1);
            let column =
                valid.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
            let position = Position { offset: error.valid_up_to(), line, column };
            Err(JsonError { position, kind: Kind::NotUtf8 })
        }
    }
}

/// Reads one JSON document that is a part of a larger text.
pub(crate) struct Reader<'t> {
    tokens: JsonStreamReader<&'t [u8]>,
    /// What lies before the part.
    before: Position,
}

/// What one payload has used of its limits.
struct Budget {
    start: usize,
    values: usize,
}

impl<'t> Reader<'t> {
    /// A reader of `text`, whose first character stands at `start`.
    pub(crate) fn new(text: &'t str, start: Position) -> Self {
        let settings = ReaderSettings {
            allow_comments: false,
            allow_trailing_comma: false,
            allow_multiple_top_level: false,
            track_path: false,
            max_nesting_depth: u32::try_from(ARGUMENT_DEPTH_MAX.saturating_add(8)).ok(),
            // Decimal has limits of its own.
            restrict_number_values: false,
        };
        let tokens = JsonStreamReader::new_custom(text.as_bytes(), settings);
        let before = Position {
            offset: start.offset,
            line: start.line.saturating_sub(1),
            column: start.column.saturating_sub(1),
        };
        Self { tokens, before }
    }

    /// The place that was read up to.
    pub(crate) fn position(&self) -> Position {
        self.place(&self.tokens.current_position(false))
    }

    fn place(&self, at: &JsonReaderPosition) -> Position {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let offset = number(at.data_pos.unwrap_or(0)).saturating_add(self.before.offset);
        let (line, column) = at.line_pos.map_or((0, 0), |p| (number(p.line), number(p.column)));
        let shift = if line == 0 { self.before.column } else { 0 };
        Position {
            offset,
            line: line.saturating_add(self.before.line).saturating_add(1),
            column: column.saturating_add(shift).saturating_add(1),
        }
    }

    fn error(&self, error: ReaderError) -> JsonError {
        match error {
            ReaderError::SyntaxError(syntax) => {
                let position = self.place(&syntax.location);
                let kind = match syntax.kind {
                    SyntaxErrorKind::IncompleteDocument if self.tokens_are_untouched(position) => {
                        Kind::Empty
                    }
                    SyntaxErrorKind::IncompleteDocument => Kind::Truncated,
                    other => Kind::Syntax(words(&other.to_string())),
                };
                JsonError { position, kind }
            }
            ReaderError::MaxNestingDepthExceeded { location, .. } => {
                let kind = Kind::Limit { what: "the levels", limit: ARGUMENT_DEPTH_MAX };
                JsonError { position: self.place(&location), kind }
            }
            other => JsonError {
                position: self.position(),
                kind: Kind::Syntax(words(&other.to_string())),
            },
        }
    }

    fn tokens_are_untouched(&self, position: Position) -> bool {
        position.offset == self.before.offset
    }

    /// What kind of value comes next, and where it begins.
    pub(crate) fn peek(&mut self) -> Result<(ValueType, Position), JsonError> {
        let kind = self.tokens.peek().map_err(|e| self.error(e))?;
        Ok((kind, self.position()))
    }

    /// Enters a list.
    pub(crate) fn begin_list(&mut self) -> Result<(), JsonError> {
        self.tokens.begin_array().map_err(|e| self.error(e))
    }

    /// Leaves a list.
    pub(crate) fn end_list(&mut self) -> Result<(), JsonError> {
        self.tokens.end_array().map_err(|e| self.error(e))
    }

    /// Enters an object.
    pub(crate) fn begin_object(&mut self) -> Result<(), JsonError> {
        self.tokens.begin_object().map_err(|e| self.error(e))
    }

    /// Leaves an object.
    pub(crate) fn end_object(&mut self) -> Result<(), JsonError> {
        self.tokens.end_object().map_err(|e| self.error(e))
    }

    /// Whether the list or object goes on.
    pub(crate) fn has_next(&mut self) -> Result<bool, JsonError> {
        self.tokens.has_next().map_err(|e| self.error(e))
    }

    /// The next member's name.
    pub(crate) fn name(&mut self) -> Result<Box<str>, JsonError> {
        match self.tokens.next_name() {
            Ok(name) => Ok(name.into()),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Nothing but blanks may follow.
    pub(crate) fn finish(self) -> Result<(), JsonError> {
        let before = self.before;
        let Self { tokens, .. } = self;
        tokens
            .consume_trailing_whitespace()
            .map_err(|e| Reader { tokens: JsonStreamReader::new(&[][..]), before }.error(e))
    }

    /// The next value, within the limits of one call's arguments.
    pub(crate) fn value(&mut self) -> Result<Value, JsonError> {
        let start = self.position().offset;
        self.value_within(1, &mut Budget { start, values: 0 })
    }

    /// The recursion is as deep as [`ARGUMENT_DEPTH_MAX`].
    fn value_within(&mut self, depth: usize, budget: &mut Budget) -> Result<Value, JsonError> {
        let (kind, position) = self.peek()?;
        let limit = |what, limit| JsonError { position, kind: Kind::Limit { what, limit } };
        budget.values = budget.values.saturating_add(1);
        if budget.values > ARGUMENT_VALUES_MAX {
            return Err(limit("the values", ARGUMENT_VALUES_MAX));
        }
        if depth > ARGUMENT_DEPTH_MAX {
            return Err(limit("the levels", ARGUMENT_DEPTH_MAX));
        }
        let value = match kind {
            ValueType::Null => self.tokens.next_null().map(|()| Value::Null),
            ValueType::Boolean => self.tokens.next_bool().map(Value::Bool),
            ValueType::String => self.tokens.next_str().map(|text| Value::Text(text.into())),
            ValueType::Number => match self.tokens.next_number_as_str().map(Decimal::parse) {
                Ok(Some(number)) => Ok(Value::Number(number)),
                Ok(None) => return Err(JsonError { position, kind: Kind::Number }),
                Err(error) => Err(error),
            },
            ValueType::Array => return self.list_within(depth, budget),
            ValueType::Object => return self.object_within(depth, budget),
        };
        let value = value.map_err(|e| self.error(e))?;
        if self.position().offset.saturating_sub(budget.start) > ARGUMENT_BYTES_MAX {
            return Err(limit("the bytes", ARGUMENT_BYTES_MAX));
        }
        Ok(value)
    }

    fn list_within(&mut self, depth: usize, budget: &mut Budget) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        self.begin_list()?;
        while self.has_next()? {
            items.push(self.value_within(depth.saturating_add(1), budget)?);
        }
        self.end_list()?;
        Ok(Value::List(items.into()))
    }

    fn object_within(&mut self, depth: usize, budget: &mut Budget) -> Result<Value, JsonError> {
        let mut members = Vec::new();
        let mut places = Vec::new();
        self.begin_object()?;
        while self.has_next()? {
            places.push(self.position());
            let name = self.name()?;
            members.push((name, self.value_within(depth.saturating_add(1), budget)?));
        }
        self.end_object()?;
        let names = members.iter().map(|(name, _): &(Box<str>, Value)| &**name);
        refuse_duplicates(names.zip(places))?;
        Ok(Value::Object(members.into()))
    }
}

/// Refuses the first member whose name occurred before. Sorted, so that a flood of members stays cheap.
pub(crate) fn refuse_duplicates<'n>(
    members: impl Iterator<Item = (&'n str, Position)>,
) -> Result<(), JsonError> {
    let mut sorted: Vec<(&str, Position)> = members.collect();
    sorted.sort_unstable();
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    let second = pairs
        .filter(|(a, b)| a.0 == b.0)
        .map(|(_, b)| b)
        .min_by_key(|(_, position)| position.offset);
    match second {
        Some((name, position)) => {
            Err(JsonError { position: *position, kind: Kind::Duplicate((*name).into()) })
        }
        None => Ok(()),
    }
}

/// `MissingComma` as words: `missing comma`.
fn words(name: &str) -> String {
    if name.contains(' ') {
        return name.to_owned();
    }
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(c.to_lowercase());
    }
    text
}
