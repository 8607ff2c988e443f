//! JSON that stands in a text.

use sponsio_engine::event::Value;

use crate::limits::{ARGUMENT_DEPTH_MAX, JSON_BYTES_MAX};

/// Whether a text that begins as an object or a list is longer than is read: what is in it cannot be told.
pub(super) fn is_too_long(text: &str) -> bool {
    text.len() > JSON_BYTES_MAX && begins(text)
}

fn begins(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The object in the text, if it is one.
pub(super) fn object(text: &str) -> Option<Value> {
    value(text).filter(|value| matches!(value, Value::Object(_)))
}

/// The object or list in the text, if it is one. Numbers are not kept: none is a path or a command.
pub(super) fn value(text: &str) -> Option<Value> {
    if !begins(text) || text.len() > JSON_BYTES_MAX {
        return None;
    }
    convert(serde_json::from_str(text).ok()?, 0)
}

fn convert(json: serde_json::Value, depth: usize) -> Option<Value> {
    use serde_json::Value as Json;
    if depth > ARGUMENT_DEPTH_MAX {
        return None;
    }
    let deeper = depth.saturating_add(1);
    Some(match json {
        Json::Null | Json::Number(_) => Value::Null,
        Json::Bool(is) => Value::Bool(is),
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => {
            Value::List(items.into_iter().map(|item| convert(item, deeper)).collect::<Option<_>>()?)
        }
        Json::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| Some((name.into(), convert(value, deeper)?)))
                .collect::<Option<_>>()?,
        ),
    })
}
