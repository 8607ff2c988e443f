//! The registry of keys against the reader: what it lists is read, and nothing else is.

use std::collections::BTreeSet;

use sponsio_contracts::config::keys::{Block, Shape};
use sponsio_contracts::diagnostic::Code;

use crate::source::{load_text, right, summary};

/// Every block but those of included files, which have the keys of others.
fn blocks() -> impl Iterator<Item = Block> {
    Block::ALL.iter().copied().filter(|block| !block.frame().is_empty())
}

#[test]
fn the_example_of_every_key_loads_and_uses_it() {
    for block in blocks() {
        for key in block.keys() {
            if key.name == "pack_source" {
                continue;
            }
            let text = block.frame().replace("@@", key.example);
            let (config, diagnostics, files) = load_text(&text);
            assert_eq!(summary(&diagnostics, &files), Vec::<String>::new(), "{text}");
            assert!(config.is_some());
            assert!(
                key.example.contains(&format!("{}:", key.name)),
                "{}: {}",
                key.name,
                key.example
            );
        }
    }
}

#[test]
fn every_other_name_of_a_key_is_read() {
    for block in blocks() {
        for key in block.keys() {
            for name in key.also {
                let example = key.example.replace(&format!("{}:", key.name), &format!("{name}:"));
                right(&block.frame().replace("@@", &example));
            }
        }
    }
}

#[test]
fn a_refused_key_is_refused_with_a_remedy() {
    for block in blocks() {
        for refused in block.refused() {
            let example = block.keys()[0].example.strip_suffix('}').unwrap();
            let text = block.frame().replace("@@", &format!("{example}, {}: x}}", refused.name));
            let (_, diagnostics, _) = load_text(&text);
            let found = diagnostics.iter().find(|d| d.code == Code::RefusedKey).unwrap();
            assert_eq!(found.hint.as_deref(), Some(refused.remedy), "{text}");
        }
    }
}

#[test]
fn no_name_stands_twice_in_a_block_and_every_block_is_reached() {
    let mut reached = BTreeSet::from([Block::Top, Block::Included]);
    for block in Block::ALL {
        let mut names: Vec<&str> =
            block.names().chain(block.refused().iter().map(|r| r.name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}", block.name());
        for key in block.keys() {
            inner(key.shape, &mut reached);
            assert!(!key.doc.is_empty() && !key.doc.ends_with('.'), "{}", key.name);
        }
    }
    assert_eq!(reached.len(), Block::ALL.len());
}

fn inner(shape: Shape, blocks: &mut BTreeSet<Block>) {
    match shape {
        Shape::Block(block) => {
            blocks.insert(block);
        }
        Shape::List(shape) | Shape::Some(shape) | Shape::Map(_, shape) => inner(*shape, blocks),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| inner(*shape, blocks)),
        _ => {}
    }
}
