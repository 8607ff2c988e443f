//! What a text of YAML says, as JSON: the outputs of tools that print structures so.
//!
//! A scalar stays the text that it is. An alias, a text that is no YAML, and one that is only a scalar give nothing,
//! and the output stays as it was.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value as Json};

/// How deep lists and maps may stand in one another.
const DEPTH_MAX: usize = 16;

enum Open {
    List(Vec<Json>),
    Object(Map<String, Json>, Option<String>),
}

/// The list or the map that the text is.
pub(super) fn structure(text: &str) -> Option<Json> {
    let (mut stack, mut root): (Vec<Open>, Option<Json>) = (Vec::new(), None);
    for event in Parser::new_from_str(text) {
        let done = match event.ok()?.0 {
            Event::Scalar(text, ..) => Json::String(text.into_owned()),
            Event::SequenceStart(..) if stack.len() < DEPTH_MAX => {
                stack.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) if stack.len() < DEPTH_MAX => {
                stack.push(Open::Object(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop()? {
                Open::List(items) => Json::Array(items),
                Open::Object(members, _) => Json::Object(members),
            },
            Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..) => return None,
            _ => continue,
        };
        match stack.last_mut() {
            None => root = Some(done),
            Some(Open::List(items)) => items.push(done),
            Some(Open::Object(members, key)) => match (key.take(), done) {
                (Some(name), value) => drop(members.insert(name, value)),
                (None, Json::String(name)) => *key = Some(name),
                (None, _) => return None,
            },
        }
    }
    root.filter(|root| !root.is_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_structure_is_read_and_a_text_is_none() {
        let read = structure("- to: a\n  cc: [b, 1]\n- c").unwrap();
        assert_eq!(read, serde_json::json!([{"to": "a", "cc": ["b", "1"]}, "c"]));
        for text in ["a text", "", "a: [", "&a b: *a"] {
            assert_eq!(structure(text), None, "{text}");
        }
    }
}
