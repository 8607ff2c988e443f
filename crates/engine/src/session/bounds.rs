//! Whether an event keeps the limits on its size. What does not is not judged at all: the decision is that of a
//! failure.

use crate::event::{Event, EventKind, FactChange, Value};
use crate::limits::{
    ARGUMENT_DEPTH_MAX, ARGUMENT_VALUES_MAX, CALL_ID_BYTES_MAX, FACT_BYTES_MAX,
    FACTS_PER_EVENT_MAX, TOOL_BYTES_MAX,
};

/// Whether the event keeps the limits on its size. Arguments are walked to a bounded depth.
#[inline(always)]
pub(super) fn within_limits(event: &Event) -> bool {
    match &event.kind {
        EventKind::ToolCall { tool, args, call, .. } if is_empty(args) => {
            tool.len() <= TOOL_BYTES_MAX
                && is_short(call.id.as_deref())
                && is_short(call.batch.as_deref())
        }
        kind => kind_within_limits(kind),
    }
}

#[inline(never)]
fn kind_within_limits(kind: &EventKind) -> bool {
    match kind {
        EventKind::ToolCall { tool, args, call, .. } => {
            tool.len() <= TOOL_BYTES_MAX
                && is_short(call.id.as_deref())
                && is_short(call.batch.as_deref())
                && has_bounded_values(args)
        }
        EventKind::ToolResult { tool, id, output, .. } => {
            tool.len() <= TOOL_BYTES_MAX && is_short(id.as_deref()) && has_bounded_values(output)
        }
        EventKind::Denied { tool } => tool.len() <= TOOL_BYTES_MAX,
        EventKind::Context { facts } => {
            let size = |(key, value): &FactChange| {
                key.len().saturating_add(value.as_ref().map_or(0, |v| v.len()))
            };
            facts.len() <= FACTS_PER_EVENT_MAX
                && facts.iter().all(|fact| size(fact) <= FACT_BYTES_MAX)
        }
        _ => true,
    }
}

/// Whether the id of a call, or the name of a batch, keeps its limit.
fn is_short(name: Option<&str>) -> bool {
    name.is_none_or(|name| name.len() <= CALL_ID_BYTES_MAX)
}

/// Whether arguments, or an output, keep their limits. They are a level and a value themselves.
fn has_bounded_values(value: &Value) -> bool {
    let mut values = ARGUMENT_VALUES_MAX.saturating_sub(1);
    is_bounded(value, ARGUMENT_DEPTH_MAX.saturating_sub(1), &mut values)
}

fn is_empty(args: &Value) -> bool {
    matches!(args, Value::Object(members) if members.is_empty())
}

/// Whether there are at most `values` values below this one, and at most `depth` levels of them. Lists and objects
/// recurse, to that depth; plain values do not.
fn is_bounded(value: &Value, depth: usize, values: &mut usize) -> bool {
    let mut child = |value: &Value| {
        let Some(left) = values.checked_sub(1) else { return false };
        *values = left;
        match (value, depth.checked_sub(1)) {
            (Value::List(_) | Value::Object(_), Some(depth)) => is_bounded(value, depth, values),
            (Value::List(_) | Value::Object(_), None) => false,
            (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_), _) => true,
        }
    };
    match value {
        Value::List(items) => items.iter().all(child),
        Value::Object(members) => members.iter().all(|(_, value)| child(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => true,
    }
}
