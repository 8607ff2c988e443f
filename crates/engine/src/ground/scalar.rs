//! Plain values and how they compare.

use crate::event::{Decimal, Value};
use crate::formula::Relation;

use super::matcher::scalar_text;
use super::valuation::Truth;

/// A plain value on its way through a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar<'e> {
    Number(Decimal),
    Text(&'e str),
    Bool(bool),
    IllTyped,
    Missing,
    /// Missing, and that is no violation.
    Optional,
}

impl<'e> Scalar<'e> {
    pub(super) fn of(value: &'e Value, numeric: bool) -> Self {
        match value {
            Value::Number(number) => Self::Number(*number),
            Value::Text(text) if numeric => {
                Decimal::parse(text).map_or(Self::IllTyped, Self::Number)
            }
            Value::Text(text) => Self::Text(text),
            Value::Bool(value) if !numeric => Self::Bool(*value),
            Value::Bool(_) | Value::List(_) | Value::Object(_) => Self::IllTyped,
            Value::Null => Self::Missing,
        }
    }

    /// The same, but missing without a violation.
    pub(super) fn or_optional(self) -> Self {
        if self == Self::Missing { Self::Optional } else { self }
    }

    pub(super) fn number(self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(text) => Decimal::parse(text),
            _ => None,
        }
    }
}

/// Two texts are equal as texts: an identifier is no number, so `007` is not `7`. Otherwise numbers, and texts that
/// are numbers, compare as numbers. Other texts, and truth values, are equal or not, and have no order. Anything
/// else is unknown.
pub(super) fn compare(relation: Relation, left: &Scalar<'_>, right: &Scalar<'_>) -> Truth {
    if *left == Scalar::Optional || *right == Scalar::Optional {
        return Truth::Absent;
    }
    let is_equality = matches!(relation, Relation::Equal | Relation::NotEqual);
    let as_texts = is_equality && matches!((left, right), (Scalar::Text(_), Scalar::Text(_)));
    if !as_texts && let (Some(left), Some(right)) = (left.number(), right.number()) {
        return relation.admits(left.cmp(&right)).into();
    }
    let equal = match (left, right) {
        (Scalar::Text(a), Scalar::Text(b)) if a == b => true,
        // Two spellings of one number are the same amount, and not the same identifier.
        (Scalar::Text(_), Scalar::Text(_))
            if left.number().is_some() && left.number() == right.number() =>
        {
            return Truth::Unknown;
        }
        (Scalar::Text(_), Scalar::Text(_)) => false,
        (Scalar::Bool(left), Scalar::Bool(right)) => left == right,
        (Scalar::Bool(value), Scalar::Text(text)) | (Scalar::Text(text), Scalar::Bool(value)) => {
            *text == if *value { "true" } else { "false" }
        }
        _ => return Truth::Unknown,
    };
    match relation {
        Relation::Equal => equal.into(),
        Relation::NotEqual => (!equal).into(),
        _ => Truth::Unknown,
    }
}

/// Characters of a text or of a plain value's text, elements of a list.
pub(super) fn length(value: &Value) -> Option<u64> {
    match value {
        Value::Text(text) => Some(characters(text)),
        Value::List(items) => u64::try_from(items.len()).ok(),
        Value::Number(_) | Value::Bool(_) => {
            let mut text = String::new();
            scalar_text(value, &mut text);
            Some(characters(&text))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// Characters of all texts, numbers and truth values in a value: what is long may be spread over a list.
pub(super) fn characters_below(value: &Value) -> u64 {
    // The recursion is as deep as the arguments, which `limits::ARGUMENT_DEPTH_MAX` bounds.
    let sum = |sum: u64, value: &Value| sum.saturating_add(characters_below(value));
    match value {
        Value::List(items) => items.iter().fold(0, sum),
        Value::Object(members) => members.iter().map(|(_, value)| value).fold(0, sum),
        _ => length(value).unwrap_or(0),
    }
}

pub(super) fn characters(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX)
}
