//! The values that a comparison compares, as a test keeps them.
//!
//! What an operand is worth at an event is `test`'s business; here is what can be said of it before any event.

use super::event_test::EventValue;
use super::name::ToolId;
use crate::event::{Decimal, Path};

/// A value that a comparison compares.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Number(Decimal),
    Text(Box<str>),
    /// The value at a path of the tool's arguments; with `numeric`, only a number.
    Argument {
        tool: ToolId,
        path: Path,
        numeric: bool,
    },
    Fact(usize),
    /// A value that the event has by itself.
    Event(EventValue),
    /// A counter of the contract that asks, by its place there: of calls of the tool, and with those of
    /// look-alikes.
    Counter {
        exact: usize,
        with_alike: usize,
    },
    Length(Box<Self>),
    Optional(Box<Self>),
}

impl Operand {
    /// Whether it is, or contains, a counter.
    pub(crate) fn reads_counter(&self) -> bool {
        match self {
            Self::Counter { .. } => true,
            Self::Length(inner) | Self::Optional(inner) => inner.reads_counter(),
            Self::Number(_)
            | Self::Text(_)
            | Self::Argument { .. }
            | Self::Fact(_)
            | Self::Event(_) => false,
        }
    }

    /// Whether it may be missing without a violation.
    pub(crate) fn is_optional(&self) -> bool {
        match self {
            Self::Optional(_) => true,
            Self::Length(inner) => inner.is_optional(),
            Self::Number(_)
            | Self::Text(_)
            | Self::Argument { .. }
            | Self::Fact(_)
            | Self::Event(_)
            | Self::Counter { .. } => false,
        }
    }

    /// The tool whose argument it is.
    pub(crate) fn tool(&self) -> Option<(ToolId, bool)> {
        match self {
            Self::Argument { tool, .. } => Some((*tool, false)),
            Self::Length(inner) => inner.tool(),
            Self::Optional(inner) => inner.tool().map(|(tool, _)| (tool, true)),
            Self::Number(_)
            | Self::Text(_)
            | Self::Fact(_)
            | Self::Event(_)
            | Self::Counter { .. } => None,
        }
    }

    /// The value of the event that it is.
    pub(crate) fn event_value(&self) -> Option<EventValue> {
        match self {
            Self::Event(value) => Some(*value),
            Self::Length(inner) | Self::Optional(inner) => inner.event_value(),
            Self::Number(_)
            | Self::Text(_)
            | Self::Argument { .. }
            | Self::Fact(_)
            | Self::Counter { .. } => None,
        }
    }
}
