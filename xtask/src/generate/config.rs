//! The reference of the keys of a configuration, from the registry that the reader uses.

use std::path::Path;

use anyhow::Result;
use sponsio_contracts::config::keys::{Block, Key, Shape};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Configuration

Every key of a `sponsio.yaml`. A key that is not here is an error. [`sponsio.schema.json`](sponsio.schema.json) says the
same to editors.

A file is YAML 1.2: `true` and `false` are the only truth values; `no`, `on` and `yes` are texts. Keys that occur twice,
tags, merge keys and several documents are refused.

`${NAME}` stands for a variable of the environment, `${NAME:-default}` for the default where it is not set or empty, and
`$${` for `${`; only in values of keys that are marked with `$` here. A variable that is not set and has no default is
an error.

In the arguments of patterns and in formulas, `<workspace>` stands for the `workspace` of the agent, and `<agent>` for
its id. `@tag`, where a tool is named, stands for the tools that have the tag.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for block in Block::ALL {
        page.push_str(&section(*block));
    }
    Ok(page)
}

fn section(block: Block) -> String {
    let mut section = format!("\n## {}\n\n", title(block));
    if !block.path().is_empty() {
        section.push_str(&format!("Where: {}.\n\n", place(block)));
    }
    section.push_str("| key | takes | is |\n|---|---|---|\n");
    for key in block.keys() {
        section.push_str(&row(key));
    }
    if !block.refused().is_empty() {
        section.push_str("\n| refused | because | instead |\n|---|---|---|\n");
        for refused in block.refused() {
            let row = format!(
                "| `{}` | {} | {} |\n",
                refused.name,
                cell(refused.reason),
                cell(refused.remedy)
            );
            section.push_str(&row);
        }
    }
    let examples: Vec<String> = block
        .keys()
        .iter()
        .filter(|key| !key.example.is_empty())
        .map(|key| format!("{}\n", key.example))
        .collect();
    if !examples.is_empty() {
        section.push_str(&format!("\n```yaml\n{}```\n", examples.concat()));
    }
    section
}

fn title(block: Block) -> String {
    sentence(
        block.name().trim_start_matches("the ").trim_start_matches("a ").trim_start_matches("an "),
    )
}

fn place(block: Block) -> String {
    match block.path() {
        path if path.contains(' ') => path.to_owned(),
        path => format!("`{path}`"),
    }
}

fn row(key: &Key) -> String {
    let names: Vec<String> =
        std::iter::once(&key.name).chain(key.also).map(|name| format!("`{name}`")).collect();
    let mark = if key.variables { " `$`" } else { "" };
    let mut text = sentence(key.doc);
    if !key.default.is_empty() {
        text.push_str(&format!(". Where it is left out: {}", key.default));
    }
    format!("| {}{mark} | {} | {} |\n", names.join(", "), cell(&takes(key.shape)), cell(&text))
}

fn takes(shape: Shape) -> String {
    match shape {
        Shape::Block(block) => {
            let anchor = crate::markdown::anchor(&format!("## {}", title(block)));
            format!("[{}](#{anchor})", title(block).to_lowercase())
        }
        Shape::Either(shapes) => {
            let shapes = shapes.iter().filter(|shape| !shape.is_nothing());
            shapes.map(|shape| takes(*shape)).collect::<Vec<_>>().join(", ")
        }
        Shape::List(inner) => format!("list of: {}", takes(*inner)),
        Shape::Some(inner) => format!("one or a list of: {}", takes(*inner)),
        Shape::Map(names, inner) => {
            format!("map from {} to: {}", names.trim_end_matches(','), takes(*inner))
        }
        other => other.describe(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_on_the_page() {
        let page = page(Path::new("")).unwrap();
        for block in Block::ALL {
            assert!(page.contains(&format!("\n## {}\n", title(*block))), "{}", block.name());
            for name in block.names() {
                assert!(page.contains(&format!("`{name}`")), "{name}");
            }
        }
    }
}
