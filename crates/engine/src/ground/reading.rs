//! What accumulators read of an event: numbers and digests.
//!
//! A reading is to an accumulator what a test is to an operation: each distinct one stands once in a program, is
//! done at most once an event, and its result is part of the event's valuation, so that a log without arguments is
//! enough to add everything up again. A log keeps the numbers that are summed, and of other values only digests.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher24};
use unicode_normalization::UnicodeNormalization as _;

use super::memory::{Memory, digest_of_id};
use super::name::ToolId;
use super::scalar::Scalar;
use super::test::{Undisclosed, View};
use crate::event::{Decimal, EventKind, Found, Path, Value};

/// A reading of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ReadingId(pub(super) u32);

impl ReadingId {
    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// What is read.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    /// The number at a path of the tool's arguments.
    Number { tool: ToolId, path: Path },
    /// The digest of the plain value at a path of the tool's arguments.
    Digest { tool: ToolId, path: Path },
    /// What a reply of a model cost.
    Tokens(TokenKind),
    /// How deep the agent stands in the chain of delegations.
    Depth,
    /// The digest of the id that joins a call and its result.
    CallId,
}

/// Which tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Input,
    Output,
    Total,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Missing,
    /// Not disclosed yet.
    Absent,
    /// There is something, and it cannot be read.
    Unknown,
    Number(Decimal),
    Digest(u128),
}

/// The text of [`Read::Unknown`] in a valuation.
const UNKNOWN: &str = "unknown";

impl Read {
    /// The text in a valuation; none where nothing was found.
    pub(super) fn text(self) -> Option<Box<str>> {
        match self {
            Self::Missing | Self::Absent => None,
            Self::Unknown => Some(UNKNOWN.into()),
            Self::Number(number) => Some(number.to_string().into()),
            Self::Digest(digest) => Some(format!("{digest:032x}").into()),
        }
    }
}

impl Reading {
    /// The result that has this text in a valuation.
    pub(super) fn recorded(&self, text: Option<&str>) -> Read {
        let is_digest = matches!(self, Self::Digest { .. } | Self::CallId);
        match text {
            None => Read::Missing,
            Some(text) if is_digest => {
                u128::from_str_radix(text, 16).map_or(Read::Unknown, Read::Digest)
            }
            Some(text) => Decimal::parse(text).map_or(Read::Unknown, Read::Number),
        }
    }

    pub(super) fn read(&self, view: &View<'_>) -> Read {
        match self {
            Self::Number { tool, path } => match view.argument(*tool, path) {
                Ok(Found::One(value)) => match Scalar::of(value, true) {
                    Scalar::Number(number) => Read::Number(number),
                    Scalar::Missing => Read::Missing,
                    _ => Read::Unknown,
                },
                Ok(Found::Nothing) => Read::Missing,
                Ok(Found::Several) => Read::Unknown,
                Err(Undisclosed) => Read::Absent,
            },
            Self::Digest { tool, path } => match view.argument(*tool, path) {
                Ok(Found::One(Value::Null) | Found::Nothing) => Read::Missing,
                Ok(Found::One(value)) => digest(value).map_or(Read::Unknown, Read::Digest),
                Ok(Found::Several) => Read::Unknown,
                Err(Undisclosed) => Read::Absent,
            },
            Self::Tokens(kind) => match &view.event.kind {
                EventKind::LlmResponse { tokens, .. } => {
                    let count = match kind {
                        TokenKind::Input => tokens.input,
                        TokenKind::Output => tokens.output,
                        TokenKind::Total => tokens.total,
                    };
                    Read::Number(Decimal::from(count))
                }
                _ => Read::Missing,
            },
            Self::Depth => {
                let depth = Memory::depth(view.memory, view.event.agent.as_deref());
                Read::Number(Decimal::from(depth))
            }
            Self::CallId => {
                let id = match &view.event.kind {
                    EventKind::ToolCall { call, .. } => call.id.as_deref(),
                    EventKind::ToolResult { id, .. } => id.as_deref(),
                    _ => None,
                };
                id.map_or(Read::Missing, |id| Read::Digest(digest_of_id(id).into()))
            }
        }
    }
}

/// The digest of any value and its type, or of its text.
pub(crate) fn digest_value(value: &Value, as_text: bool) -> u128 {
    let text = match value {
        Value::Number(number) if as_text => Some(number.to_string()),
        Value::Bool(value) if as_text => Some(value.to_string()),
        _ => None,
    };
    if let Some(text) = text {
        return digest_value(&Value::Text(text.into()), false);
    }
    digest(value).unwrap_or_else(|| {
        let mut hasher = SipHasher24::new();
        // The recursion is as deep as the value, which is bounded before it is looked at.
        match value {
            Value::List(items) => {
                hasher.write(b"l");
                for item in items {
                    hasher.write(&digest_value(item, as_text).to_le_bytes());
                }
            }
            Value::Object(members) => {
                hasher.write(b"o");
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                for (name, value) in members {
                    hasher.write(&digest_value(&Value::Text(name.clone()), false).to_le_bytes());
                    hasher.write(&digest_value(value, as_text).to_le_bytes());
                }
            }
            _ => hasher.write(b"0"),
        }
        hasher.finish128().as_u128()
    })
}

/// The digest of a plain value and its type.
fn digest(value: &Value) -> Option<u128> {
    let mut hasher = SipHasher24::new();
    match value {
        Value::Bool(value) => hasher.write(if *value { b"b1" } else { b"b0" }),
        Value::Number(number) => {
            hasher.write(b"n");
            hasher.write(&[u8::from(number.is_negative())]);
            hasher.write(&number.digits().to_le_bytes());
            hasher.write(&number.exponent().to_le_bytes());
        }
        Value::Text(text) => {
            hasher.write(b"t");
            let mut bytes = [0u8; 4];
            for c in text.nfc() {
                hasher.write(c.encode_utf8(&mut bytes).as_bytes());
            }
        }
        Value::Null | Value::List(_) | Value::Object(_) => return None,
    }
    Some(hasher.finish128().as_u128())
}
