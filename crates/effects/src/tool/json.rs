//! JSON that stands in a text.

use sponsio_engine::event::Value;

use crate::limits::ARGUMENT_DEPTH_MAX;

/// The object in the text, if it is one.
pub(super) fn object(text: &str) -> Option<Value> {
    value(text).filter(|value| matches!(value, Value::Object(_)))
}

/// The object or list in the text, if it is one. Numbers are not kept: none is a path or a command.
pub(super) fn value(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
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
