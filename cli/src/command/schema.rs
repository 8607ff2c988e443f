//! `sponsio schema`: the JSON Schema of configurations.
//!
//! It is derived from the registry of keys and the registry of patterns, so an editor offers what the program
//! reads. It says what a schema can say: keys, types, words, names of patterns. Whether a regular expression, a
//! formula or a sentence is right is for `sponsio validate`.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::{Map, Value, json};
use sponsio_contracts::config::keys::{Block, Key, Shape};
use sponsio_contracts::pattern::{PATTERNS, Parameter, Pattern};

use crate::exit::Exit;
use crate::output::Report;

const ID: &str =
    "https://raw.githubusercontent.com/sponsio/sponsio/main/docs/reference/sponsio.schema.json";

/// Print the JSON Schema of contract files, for editors
#[derive(Args, Debug)]
#[command(
    long_about = "Prints the JSON Schema (draft 2020-12) of contract files. An editor that knows it completes keys, \
        patterns and their arguments, and marks what is unknown.",
    after_long_help = "Examples:\n  sponsio schema > sponsio.schema.json\n\n\
        In an editor with the YAML language server, the first line of the contract file names it:\n  \
        # yaml-language-server: $schema=sponsio.schema.json"
)]
pub(crate) struct SchemaArgs {}

pub(crate) fn run(_args: &SchemaArgs) -> Report {
    Report { text: text(), exit: Exit::Fine }
}

/// The schema, as text.
pub(crate) fn text() -> String {
    // It is made of maps with text keys, which cannot fail to serialise.
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

fn document() -> Value {
    let mut blocks = BTreeSet::new();
    reach(Block::Top, &mut blocks);
    let definitions: Map<String, Value> =
        blocks.into_iter().map(|block| (definition(block), schema_of(block))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "sponsio.yaml",
        "description": "Contracts for the tool calls of AI agents.",
        "$ref": reference(Block::Top),
        "$defs": definitions,
    })
}

/// The block and every block inside it.
fn reach(block: Block, reached: &mut BTreeSet<Block>) {
    if reached.insert(block) {
        block.keys().iter().for_each(|key| reach_shape(key.shape, reached));
    }
}

fn reach_shape(shape: Shape, reached: &mut BTreeSet<Block>) {
    match shape {
        Shape::Block(block) => reach(block, reached),
        Shape::List(inner) | Shape::Some(inner) | Shape::Map(_, inner) => {
            reach_shape(*inner, reached)
        }
        Shape::Either(shapes) => shapes.iter().for_each(|shape| reach_shape(*shape, reached)),
        Shape::Text
        | Shape::Words(_)
        | Shape::Whole(_)
        | Shape::Number
        | Shape::Truth
        | Shape::Certain
        | Shape::Nothing
        | Shape::Blank
        | Shape::Arguments
        | Shape::PatternName => {}
    }
}

/// The name of a block's definition: `toolPolicy`.
fn definition(block: Block) -> String {
    let name = format!("{block:?}");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn reference(block: Block) -> String {
    format!("#/$defs/{}", definition(block))
}

fn schema_of(block: Block) -> Value {
    let mut properties = Map::new();
    for key in block.keys() {
        for name in std::iter::once(&key.name).chain(key.also) {
            properties.insert((*name).to_owned(), property(key));
        }
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(members) = schema.as_object_mut() {
        members.extend(demands(block));
    }
    schema
}

/// What a block must have beside keys that are known.
fn demands(block: Block) -> Map<String, Value> {
    let one_of = |names: &[&str]| {
        let one = |name: &&str| json!({ "required": [name] });
        json!({ "oneOf": names.iter().map(one).collect::<Vec<Value>>() })
    };
    let demands = match block {
        Block::Contract => one_of(&["G", "guarantee", "E", "enforcement"]),
        Block::Clause => {
            let mut demands = one_of(&["pattern", "ltl", "nl"]);
            if let Some(members) = demands.as_object_mut() {
                let arguments: Vec<Value> =
                    PATTERNS.iter().map(|pattern| arguments(pattern)).collect();
                members.insert("dependentRequired".to_owned(), json!({ "args": ["pattern"] }));
                members.insert("allOf".to_owned(), Value::Array(arguments));
            }
            demands
        }
        Block::Override => json!({ "required": ["match"], "minProperties": 2 }),
        Block::Match | Block::Strategy => json!({ "minProperties": 1 }),
        Block::Redirect => json!({ "required": ["tool"] }),
        Block::ListedTool => json!({ "required": ["name"] }),
        Block::Approved => json!({ "required": ["tools"] }),
        Block::ForEach => one_of(&["args", "ctx"]),
        _ => json!({}),
    };
    match demands {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn property(key: &Key) -> Value {
    let mut schema = value(key.shape);
    if key.variables && !takes_any_text(key.shape) && !matches!(key.shape, Shape::Block(_)) {
        schema = json!({ "anyOf": [schema, { "type": "string", "pattern": "\\$\\{" }] });
    }
    let mut text = sentence(key.doc);
    if !key.default.is_empty() {
        text.push_str(&format!(" Where it is left out: {}.", key.default));
    }
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".to_owned(), Value::String(text));
    }
    schema
}

fn takes_any_text(shape: Shape) -> bool {
    match shape {
        Shape::Text => true,
        Shape::Some(inner) => takes_any_text(*inner),
        Shape::Either(shapes) => shapes.iter().any(|shape| takes_any_text(*shape)),
        _ => false,
    }
}

fn value(shape: Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string", "pattern": "\\S" }),
        Shape::Words(words) => json!({ "enum": words }),
        Shape::Whole(least) => json!({ "type": "integer", "minimum": least }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Truth => json!({ "type": "boolean" }),
        Shape::Certain => json!({ "const": 1 }),
        Shape::Nothing => json!({ "type": "null" }),
        Shape::Blank => json!({ "type": "string", "pattern": "^\\s*$" }),
        Shape::Arguments => json!({ "type": ["array", "object", "string", "number", "null"] }),
        Shape::PatternName => {
            json!({ "enum": PATTERNS.iter().map(|pattern| pattern.name).collect::<Vec<&str>>() })
        }
        Shape::List(inner) => json!({ "type": "array", "items": value(*inner) }),
        Shape::Some(inner) => {
            json!({ "anyOf": [value(*inner), { "type": "array", "items": value(*inner) }] })
        }
        Shape::Map(_, inner) => json!({ "type": "object", "additionalProperties": value(*inner) }),
        Shape::Block(block) => json!({ "$ref": reference(block) }),
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(|shape| value(*shape)).collect::<Vec<Value>>() })
        }
    }
}

/// The arguments of one pattern, where they are a map or a list.
fn arguments(pattern: &Pattern) -> Value {
    let Pattern { name, doc, parameters, example_args, .. } = pattern;
    let describe = |Parameter { kind, doc, .. }: &Parameter| {
        let takes = sentence(kind.name());
        json!({ "description": format!("{}: {doc}.", takes.trim_end_matches('.')) })
    };
    let properties: Map<String, Value> = parameters
        .iter()
        .map(|parameter| (parameter.name.to_owned(), describe(parameter)))
        .collect();
    let needed: Vec<&str> = parameters.iter().filter(|p| !p.optional).map(|p| p.name).collect();
    let text = format!("{} For example `{example_args}`.", sentence(doc));
    json!({
        "if": { "properties": { "pattern": { "const": name } }, "required": ["pattern"] },
        "then": { "properties": { "args": {
            "description": text,
            "if": { "type": "object" },
            "then": { "properties": properties, "required": needed, "additionalProperties": false },
        } } },
    })
}

/// The text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let stop = if text.ends_with('.') { "" } else { "." };
    first.chain(letters).chain(stop.chars()).collect()
}
