//! Our entries in a host's settings: put in and taken out as pieces of text.
//!
//! A parser says where things are, and only our own pieces are written or cut; the rest of the file keeps every blank
//! and every comment. Taking out undoes putting in to the byte. For that, a list or an object that we make begins on a
//! line of its own, and what goes into an empty one that was there stands right behind its bracket: so it can be told
//! later whether the brackets were there before.
//!
//! Rejected: to parse, change and print again. It loses comments, order and the layout that its owner chose.

use jsonc_parser::ast::{Array, Object, ObjectProp, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::hook::is_ours;
use super::{EditError, Hook};
use crate::limits::{HOST_FILE_BYTES_MAX, PAYLOAD_DEPTH_MAX};
use crate::payload::depth;

/// How a host's settings hold hooks: an object of lists, one for each event.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Members that a file that we make has beside the hooks.
    pub(crate) beside: &'static [(&'static str, &'static str)],
    /// The events that are asked for.
    pub(crate) events: &'static [&'static str],
    /// The entry for one event.
    pub(crate) entry: fn(&str, &Hook<'_>) -> serde_json::Value,
}

/// The member that holds all hooks, in every host.
const HOOKS: &str = "hooks";

/// The text with our entries.
pub(super) fn with(
    text: Option<&str>,
    layout: &Layout,
    hook: &Hook<'_>,
) -> Result<String, EditError> {
    let rest = match text {
        Some(text) => without(text, layout, hook.host)?,
        None => None,
    };
    let Some(mut text) = rest.filter(|text| !text.trim().is_empty()) else {
        return Ok(whole(layout, hook));
    };
    for event in layout.events {
        let entry = (layout.entry)(event, hook);
        text = put(&text, event, &entry)?;
    }
    Ok(text)
}

/// The text without our entries; none where the file is one that we made.
pub(super) fn without(
    text: &str,
    layout: &Layout,
    host: &str,
) -> Result<Option<String>, EditError> {
    if text.trim().is_empty() {
        return Ok(Some(text.to_owned()));
    }
    let mut rest = text.to_owned();
    while let Some(shorter) = cut(&rest, host)? {
        rest = shorter;
    }
    // In a file that was there, our member does not come first on a line of its own, unless others follow it.
    let is_made = text.starts_with("{\n  \"hooks\": {\n") && rest == frame(layout, "");
    Ok(Some(rest).filter(|_| !is_made))
}

/// The first command of ours in a file.
pub(super) fn command(text: &str, host: &str) -> Option<String> {
    let value = parse(text).ok()??;
    command_in(&value, host)
}

/// The recursion is as deep as the file, which the parser bounded.
fn command_in(value: &Value<'_>, host: &str) -> Option<String> {
    match value {
        Value::StringLit(text) => {
            Some(text.value.to_string()).filter(|command| is_ours(command, host))
        }
        Value::Object(object) => {
            object.properties.iter().find_map(|member| command_in(&member.value, host))
        }
        Value::Array(list) => list.elements.iter().find_map(|item| command_in(item, host)),
        Value::NumberLit(_) | Value::BooleanLit(_) | Value::NullKeyword(_) => None,
    }
}

/// A file that we make.
fn whole(layout: &Layout, hook: &Hook<'_>) -> String {
    let lists: Vec<String> = layout
        .events
        .iter()
        .map(|event| list_of(event, &(layout.entry)(event, hook), "\n"))
        .collect();
    let mut hooks = format!("\"{HOOKS}\": {{\n    {}\n  }}", lists.join(",\n    "));
    if !layout.beside.is_empty() {
        hooks.push_str(",\n  ");
    }
    frame(layout, &hooks)
}

/// A file that we make, with these hooks in it.
fn frame(layout: &Layout, hooks: &str) -> String {
    let beside: Vec<String> =
        layout.beside.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{\n  {hooks}{}\n}}\n", beside.join(",\n  "))
}

/// The member of one event, with one entry.
fn list_of(event: &str, entry: &serde_json::Value, line: &str) -> String {
    let (inner, outer) = (indent(3, line), indent(2, line));
    format!("\"{event}\": [{inner}{}{outer}]", laid_out(entry, 3, line))
}

/// The object that the file is.
fn parse(text: &str) -> Result<Option<Value<'_>>, EditError> {
    if text.len() > HOST_FILE_BYTES_MAX {
        return Err(EditError::TooLong);
    }
    if depth(text) > PAYLOAD_DEPTH_MAX {
        return Err(EditError::Syntax("it is nested too deep".to_owned()));
    }
    let strict = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict);
    Ok(parsed.map_err(|error| EditError::Syntax(error.to_string()))?.value)
}

fn object<'v, 'a>(value: Option<&'v Value<'a>>, name: &str) -> Result<&'v Object<'a>, EditError> {
    match value {
        Some(Value::Object(object)) => Ok(object),
        _ => Err(EditError::Shape(name.to_owned(), "an object")),
    }
}

fn list<'v, 'a>(value: &'v Value<'a>, name: &str) -> Result<&'v Array<'a>, EditError> {
    value.as_array().ok_or_else(|| EditError::Shape(name.to_owned(), "a list"))
}

/// The text with one entry more.
fn put(text: &str, event: &str, entry: &serde_json::Value) -> Result<String, EditError> {
    let value = parse(text)?;
    let root = object(value.as_ref(), "whole")?;
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let member = list_of(event, entry, line);
    let Some(hooks) = root.get(HOOKS) else {
        let (inner, outer) = (indent(2, line), indent(1, line));
        let member = format!("\"{HOOKS}\": {{{inner}{member}{outer}}}");
        return Ok(added(text, root.range, root.properties.last(), &member, 1, line));
    };
    let hooks = object(Some(&hooks.value), HOOKS)?;
    match hooks.get(event) {
        None => Ok(added(text, hooks.range, hooks.properties.last(), &member, 2, line)),
        Some(found) => {
            let list = list(&found.value, event)?;
            let entry = laid_out(entry, 3, line);
            Ok(added(text, list.range, list.elements.last(), &entry, 3, line))
        }
    }
}

/// The text with a piece behind the last one of a list or an object, or right behind its bracket.
fn added<T: Ranged>(
    text: &str,
    whole: Range,
    last: Option<&T>,
    piece: &str,
    level: usize,
    line: &str,
) -> String {
    match last {
        Some(last) => {
            splice(text, last.end(), last.end(), &format!(",{}{piece}", indent(level, line)))
        }
        None => {
            let at = whole.start.saturating_add(1);
            splice(text, at, at, piece)
        }
    }
}

/// The text without one of our entries; none where there is none.
fn cut(text: &str, host: &str) -> Result<Option<String>, EditError> {
    let value = parse(text)?;
    let root = object(value.as_ref(), "whole")?;
    let Some(member) = root.get(HOOKS) else { return Ok(None) };
    let hooks = object(Some(&member.value), HOOKS)?;
    for event in &hooks.properties {
        let Value::Array(list) = &event.value else { continue };
        for (at, entry) in list.elements.iter().enumerate() {
            match ours(entry, host) {
                Ours::No => {}
                Ours::Inner(inner, at) => return Ok(Some(without_one(text, &inner.elements, at))),
                Ours::Whole => {
                    return Ok(Some(without_entry(text, root, member, hooks, event, list, at)));
                }
            }
        }
    }
    Ok(None)
}

/// The text without an entry that is ours as a whole, and without the brackets that we made for it.
fn without_entry(
    text: &str,
    root: &Object<'_>,
    member: &ObjectProp<'_>,
    hooks: &Object<'_>,
    event: &ObjectProp<'_>,
    list: &Array<'_>,
    at: usize,
) -> String {
    let is_made = |bracket: usize, first: usize| {
        let between = text.get(bracket.saturating_add(1)..first).unwrap_or_default();
        between.starts_with(['\n', '\r']) && between.trim().is_empty()
    };
    let is_alone = list.elements.len() == 1;
    let first = list.elements.first().map_or(0, Ranged::start);
    if !(is_alone && is_made(list.range.start, first)) {
        return without_one(text, &list.elements, at);
    }
    let place = |of: &Object<'_>, prop: &ObjectProp<'_>| {
        of.properties.iter().position(|other| other.range == prop.range).unwrap_or_default()
    };
    if hooks.properties.len() == 1 && is_made(hooks.range.start, event.range.start) {
        return without_one(text, &root.properties, place(root, member));
    }
    without_one(text, &hooks.properties, place(hooks, event))
}

/// The text without one of these neighbours, and without the comma that parted it from the others.
fn without_one<T: Ranged>(text: &str, all: &[T], at: usize) -> String {
    let Some(one) = all.get(at) else { return text.to_owned() };
    let before = at.checked_sub(1).and_then(|at| all.get(at));
    let after = all.get(at.saturating_add(1));
    let is_gap = |from: usize, to: usize| {
        let gap = text.get(from..to).unwrap_or_default();
        gap.trim_start().strip_prefix(',').is_some_and(|rest| rest.trim().is_empty())
    };
    match (before, after) {
        (Some(before), _) if is_gap(before.end(), one.start()) => {
            splice(text, before.end(), one.end(), "")
        }
        (None, Some(after)) if is_gap(one.end(), after.start()) => {
            splice(text, one.start(), after.start(), "")
        }
        // Somebody's comment stands between: it stays, and only a comma goes.
        (before, after) => {
            let comma = match (before, after) {
                (Some(before), None) => comma(text, before.end(), one.start()),
                (_, Some(after)) => comma(text, one.end(), after.start()),
                (None, None) => None,
            };
            match comma {
                Some(comma) if comma > one.start() => {
                    let text = splice(text, comma, comma.saturating_add(1), "");
                    splice(&text, one.start(), one.end(), "")
                }
                Some(comma) => {
                    let text = splice(text, one.start(), one.end(), "");
                    splice(&text, comma, comma.saturating_add(1), "")
                }
                None => only(text, one),
            }
        }
    }
}

/// The text without the only element, and without a comma behind it.
fn only<T: Ranged>(text: &str, one: &T) -> String {
    let rest = text.get(one.end()..).unwrap_or_default();
    let behind = rest.trim_start();
    let end = match behind.strip_prefix(',') {
        Some(rest) => text.len().saturating_sub(rest.len()),
        None => one.end(),
    };
    splice(text, one.start(), end, "")
}

/// The first comma between two places that is in no comment.
fn comma(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut rest = text.get(from..to)?;
    loop {
        let at = rest.find([',', '/'])?;
        let found = rest.get(at..)?;
        let offset = |rest: &str| to.saturating_sub(rest.len());
        rest = match found {
            _ if found.starts_with(',') => return Some(offset(found)),
            _ if found.starts_with("//") => found.split_once('\n')?.1,
            _ => found.get(2..)?.split_once("*/")?.1,
        };
    }
}

/// Whether an entry is ours.
enum Ours<'v, 'a> {
    No,
    /// All of it.
    Whole,
    /// One of the hooks in it, at this place.
    Inner(&'v Array<'a>, usize),
}

fn ours<'v, 'a>(entry: &'v Value<'a>, host: &str) -> Ours<'v, 'a> {
    let is_ours = |entry: &Value<'_>| {
        let object = entry.as_object();
        let command = object.and_then(|object| object.get_string("command"));
        command.is_some_and(|command| is_ours(&command.value, host))
    };
    if is_ours(entry) {
        return Ours::Whole;
    }
    let Some(inner) = entry.as_object().and_then(|object| object.get_array(HOOKS)) else {
        return Ours::No;
    };
    match inner.elements.iter().position(is_ours) {
        None => Ours::No,
        Some(_) if inner.elements.iter().all(is_ours) => Ours::Whole,
        Some(at) => Ours::Inner(inner, at),
    }
}

/// A value in lines, the first of which stands where it is put.
fn laid_out(value: &serde_json::Value, level: usize, line: &str) -> String {
    // Values of our own are maps with text keys, which cannot fail to serialise.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.replace('\n', &indent(level, line))
}

fn indent(level: usize, line: &str) -> String {
    format!("{line}{}", "  ".repeat(level))
}

/// The text with another piece between two places.
fn splice(text: &str, from: usize, to: usize, piece: &str) -> String {
    let (before, after) = (text.get(..from), text.get(to..));
    [before.unwrap_or_default(), piece, after.unwrap_or_default()].concat()
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
