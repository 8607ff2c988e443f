//! The published JSON Schema, held to a validator of others, to the reader and to the registry of keys.

#![expect(clippy::disallowed_methods, reason = "the configurations are read from the source tree")]

use std::fs;
use std::path::{Path, PathBuf};

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};
use sponsio_contracts::config::keys::Block;
use sponsio_contracts::config::{Source, SourceError, Text, load};
use sponsio_contracts::diagnostic::Code;

use crate::program::run;

struct Folder(PathBuf);

impl Source for Folder {
    fn read(&self, _including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        let text = fs::read_to_string(self.0.join(spec))
            .map_err(|_| SourceError::new("it is not there"))?;
        Ok(Text { name: spec.to_owned(), text })
    }
}

fn schema() -> Value {
    serde_json::from_str(&sponsio_cli::schema()).unwrap()
}

/// The YAML as JSON; none where it is no one tree of plain values.
fn json(text: &str) -> Option<Value> {
    let mut stack: Vec<(Value, Option<String>)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let value = match event.ok()?.0 {
            Event::SequenceStart(..) => {
                stack.push((Value::Array(Vec::new()), None));
                continue;
            }
            Event::MappingStart(..) => {
                stack.push((Value::Object(Map::new()), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => stack.pop()?.0,
            Event::Scalar(text, style, ..) => scalar(&text, style),
            Event::Alias(_) => return None,
            _ => continue,
        };
        match stack.last_mut() {
            None => return Some(value),
            Some((Value::Array(items), _)) => items.push(value),
            Some((Value::Object(members), key)) => match key.take() {
                Some(key) => {
                    members.insert(key, value);
                }
                None => {
                    *key = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                }
            },
            Some(_) => return None,
        }
    }
    None
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    match text {
        _ if style != ScalarStyle::Plain => Value::String(text.to_owned()),
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) => Value::Number(number),
            Err(_) => Value::String(text.to_owned()),
        },
    }
}

#[test]
fn the_command_prints_the_published_schema() {
    let ran = run(&["schema"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(ran.out, sponsio_cli::schema());
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::meta::is_valid(&schema()));
    assert!(jsonschema::draft202012::new(&schema()).is_ok());
}

#[test]
fn the_example_of_every_key_is_valid() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for block in Block::ALL.iter().filter(|block| !block.frame().is_empty()) {
        for key in block.keys() {
            let text = block.frame().replace("@@", key.example);
            let value = json(&text).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{text}\n{errors:?}");
        }
    }
}

#[test]
fn what_loads_is_valid_and_an_unknown_key_is_not() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/contracts/tests/contracts/golden");
    let (mut valid, mut unknown) = (0, 0);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(value) = json(&fs::read_to_string(&path).unwrap()) else { continue };
        let (config, diagnostics, _) = load(name, &Folder(folder.clone()));
        if config.is_some() {
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
            valid += 1;
        } else if diagnostics.iter().any(|d| matches!(d.code, Code::UnknownKey | Code::Threshold)) {
            assert!(!validator.is_valid(&value), "{name}");
            unknown += 1;
        }
    }
    assert!(valid >= 2 && unknown >= 4, "{valid} {unknown}");
}

#[test]
fn a_slip_of_the_pen_is_refused() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let check = |text: &str, expect: bool| {
        assert_eq!(validator.is_valid(&json(text).unwrap()), expect, "{text}");
    };
    check("agents: {bot: [{G: never call `a`, mode: observe}]}", true);
    check("agents: {bot: [{G: never call `a`, mode: observed}]}", false);
    check("agents: {bot: [{G: {pattern: rate_limit, args: {action: a, max_count: 3}}}]}", true);
    check("agents: {bot: [{G: {pattern: rate_limit, args: {action: a, maximum: 3}}}]}", false);
    check("agents: {bot: [{G: {pattern: rate_limits, args: [a, 3]}}]}", false);
    check("agents: {bot: [{G: a, E: b}]}", false);
    check("mode: ${MODE}\ncontracts: [a]", true);
}
