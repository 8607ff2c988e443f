//! Outputs that are a text, and the text a structure: JSON or YAML that a host did not take apart.
//!
//! A contract may say that a value is known from the member of a tool's output. Many hosts hand the output over as one
//! text, and then there is no member. So the text is taken apart here, for that one question: a text that is not
//! well-formed, or over a limit, is no structure, and nothing is known from it.
//!
//! Of YAML, what lets a text say something else than a reader sees makes it none: tags, anchors and aliases, merge
//! keys, a second document, a key that comes twice or is no text. Scalars stay as they are written: an account number
//! that begins with a zero is no number.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle};
use sponsio_engine::event::Value;
use sponsio_engine::limits::PROVENANCE_APART_BYTES_MAX;
use sponsio_record::schema::value;

use crate::limits::{STRUCTURE_DEPTH_MAX, STRUCTURE_VALUES_MAX};

/// The structure that the text is: an object, or a list with one in it. `None` for any other text.
pub fn of(text: &str) -> Option<Value> {
    if text.len() > PROVENANCE_APART_BYTES_MAX {
        return None;
    }
    let text = text.trim();
    let is_flow = text.starts_with(['{', '[']);
    let json = || value::parse(text).ok().filter(has_object);
    // Most texts are prose, and reading them as YAML would be for nothing.
    let is_block =
        || text.lines().any(|line| line.contains(": ") || line.trim_end().ends_with(':'));
    let structure = match is_flow {
        true => json().or_else(|| yaml(text)),
        false if is_block() => yaml(text),
        false => None,
    };
    structure.filter(is_bounded)
}

fn has_object(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::List(items) => items.iter().any(has_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}

/// Whether it is within the limits, which are those of JSON as well.
fn is_bounded(value: &Value) -> bool {
    let mut open = vec![(value, 1usize)];
    let mut values = 0usize;
    while let Some((value, depth)) = open.pop() {
        values = values.saturating_add(1);
        if values > STRUCTURE_VALUES_MAX || depth > STRUCTURE_DEPTH_MAX {
            return false;
        }
        let below = depth.saturating_add(1);
        match value {
            Value::List(items) => open.extend(items.iter().map(|item| (item, below))),
            Value::Object(members) => open.extend(members.iter().map(|(_, item)| (item, below))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
    true
}

/// A list or a map whose end has not come yet.
enum Open {
    List(Vec<Value>),
    /// With the keys so far, and the one whose value is awaited.
    Map(Vec<(Box<str>, Value)>, BTreeSet<Box<str>>, Option<Box<str>>),
}

fn yaml(text: &str) -> Option<Value> {
    let mut stack: Vec<Open> = Vec::new();
    let (mut root, mut documents, mut values) = (None, 0usize, 0usize);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let value = match event.ok()?.0 {
            Event::DocumentStart(_) => {
                documents = documents.saturating_add(1);
                if documents > 1 {
                    return None;
                }
                continue;
            }
            Event::Scalar(text, style, 0, None) => match (style, &*text) {
                (ScalarStyle::Plain, "" | "~" | "null") => Value::Null,
                (_, text) => Value::Text(text.into()),
            },
            Event::SequenceStart(0, None) if stack.len() < STRUCTURE_DEPTH_MAX => {
                stack.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(0, None) if stack.len() < STRUCTURE_DEPTH_MAX => {
                stack.push(Open::Map(Vec::new(), BTreeSet::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop()? {
                Open::List(items) => Value::List(items.into()),
                Open::Map(members, ..) => Value::Object(members.into()),
            },
            Event::Nothing | Event::StreamStart | Event::DocumentEnd | Event::StreamEnd => continue,
            Event::Alias(_)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..) => return None,
        };
        values = values.saturating_add(1);
        if values > STRUCTURE_VALUES_MAX {
            return None;
        }
        match stack.last_mut() {
            None => root = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(members, seen, key)) => match (key.take(), value) {
                (Some(name), value) => members.push((name, value)),
                (None, Value::Text(name)) if *name != *"<<" && seen.insert(name.clone()) => {
                    *key = Some(name);
                }
                (None, _) => return None,
            },
        }
    }
    root.filter(has_object)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The structure as JSON, or nothing.
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut written = String::new();
        if let Some(structure) = of(text) {
            value::write(&structure, &mut written);
        }
        assert_eq!(written, expect, "{text}");
    }

    #[test]
    fn json_and_yaml_are_taken_apart() {
        check(r#" {"a": [1, {"b": "x"}]} "#, r#"{"a":[1,{"b":"x"}]}"#);
        check(
            "- name: Ann\n  iban: 007\n- name: Bob",
            r#"[{"name":"Ann","iban":"007"},{"name":"Bob"}]"#,
        );
        check("{'iban': 'DE1', 'open': null}", r#"{"iban":"DE1","open":null}"#);
        check(
            "to:\n  mail: \"a: b\"\n  note: |\n    iban: evil\n",
            r#"{"to":{"mail":"a: b","note":"iban: evil\n"}}"#,
        );
    }

    #[test]
    fn a_text_that_is_no_structure_stays_a_text() {
        for text in [
            "",
            "true",
            "12",
            "[1, 2]",
            "hello world",
            "- a\n- b",
            "{\"a\": 1",
            "{\"a\": 1} {\"b\": 2}",
            "a: 1\na: 2",
            "{\"a\": 1, \"a\": 2}",
            "a: &x 1\nb: *x",
            "a: !!str 1",
            "<<: {a: 1}",
            "a: 1\n---\nb: 2",
            "? [a]\n: 1",
            "Dear Ann,\nthe account: DE1\nis closed",
            "a: 1\n b: 2",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn a_structure_over_a_limit_stays_a_text() {
        let nested = |n: usize| format!("{}{{\"a\": 1}}{}", "[".repeat(n), "]".repeat(n));
        assert!(of(&nested(STRUCTURE_DEPTH_MAX - 2)).is_some());
        assert!(of(&nested(STRUCTURE_DEPTH_MAX - 1)).is_none());
        assert!(of(&nested(10_000)).is_none());
        let block = |n: usize| (0..n).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
        assert!(of(&block(STRUCTURE_DEPTH_MAX - 1)).is_some());
        assert!(of(&block(STRUCTURE_DEPTH_MAX + 1)).is_none());
        for (open, item, close) in [("[{\"a\":1}", ",1", "]"), ("- a: 1\n", "- 1\n", "")] {
            let many = |n: usize| format!("{open}{}{close}", item.repeat(n));
            assert!(of(&many(STRUCTURE_VALUES_MAX - 5)).is_some());
            assert!(of(&many(STRUCTURE_VALUES_MAX)).is_none());
        }
        let long = |n: usize| format!("{{\"a\": \"{}\"}}", "x".repeat(n));
        assert!(of(&long(PROVENANCE_APART_BYTES_MAX - 9)).is_some());
        assert!(of(&long(PROVENANCE_APART_BYTES_MAX - 8)).is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}", yaml in "[a-c:\\- \\n\\[\\]{},&*!|>'\"#?]{0,60}") {
            of(&text);
            of(&yaml);
        }
    }
}
