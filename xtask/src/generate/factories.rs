//! The factories of patterns in Python, from the registry that the YAML reader and the grammar use.

use std::path::Path;

use anyhow::Result;
use sponsio_contracts::pattern::{Kind, PATTERNS, Parameter, Pattern};

use super::sentence;

const OPENING: &str = "\
\"\"\"One factory for each pattern: `rate_limit(\"search\", 3)` is a clause for `contract(…).guarantees(…)`.

Arguments are checked where the contract is read, by the reader of configurations.
\"\"\"

from __future__ import annotations

from ._contract import Clause
from ._contract import pattern as _pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Union

    Texts = Union[str, Sequence[str]]
";

/// The columns of a line of Python.
const COLUMNS: usize = 120;

/// The module.
pub(crate) fn module(_root: &Path) -> Result<String> {
    let mut module = OPENING.to_owned();
    let names: Vec<String> = PATTERNS.iter().map(|p| format!("    \"{}\",\n", p.name)).collect();
    module.push_str(&format!("\n__all__ = [\n{}]\n", names.concat()));
    for pattern in PATTERNS {
        module.push_str(&factory(pattern));
    }
    Ok(module)
}

fn factory(pattern: &Pattern) -> String {
    let Pattern { name, doc, parameters, example, .. } = pattern;
    let mut text = format!("\n\ndef {name}(\n");
    for parameter in *parameters {
        text.push_str(&format!("    {},\n", declared(parameter)));
    }
    text.push_str("    desc: str | None = None,\n) -> Clause:\n");
    text.push_str("    \"\"\"");
    text.push_str(&filled(&format!("{}.", sentence(doc)), "    ", 7));
    text.push('\n');
    for parameter in *parameters {
        let line = format!("{}: {}", parameter.name, parameter.doc);
        text.push_str(&format!("\n    {}", filled(&line, "        ", 4)));
    }
    text.push_str(&format!(
        "\n\n    As a sentence: {}\n    \"\"\"\n",
        example.replace('\\', "\\\\")
    ));
    let given: Vec<String> =
        parameters.iter().map(|p| format!("            \"{0}\": {0},\n", p.name)).collect();
    let given = given.concat();
    text.push_str(&format!(
        "    return _pattern(\n        \"{name}\",\n        {{\n{given}        }},\n"
    ));
    text.push_str("        desc,\n    )\n");
    text
}

/// The text, broken between words before a line is too long. The first line begins at column `first`.
fn filled(text: &str, indentation: &str, first: usize) -> String {
    let mut out = String::new();
    let mut column = first;
    for word in text.replace('\\', "\\\\").split(' ') {
        let length = word.chars().count();
        if column + 1 + length > COLUMNS {
            out.push('\n');
            out.push_str(indentation);
            column = indentation.len();
        } else if column > first {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

fn declared(parameter: &Parameter) -> String {
    let kind = python(parameter.kind);
    match parameter.optional {
        true => format!("{}: {kind} | None = None", parameter.name),
        false => format!("{}: {kind}", parameter.name),
    }
}

fn python(kind: Kind) -> &'static str {
    match kind {
        Kind::Tool | Kind::ToolName | Kind::ToolList | Kind::SourceList => "Texts",
        Kind::ArgPath | Kind::Regex | Kind::Name | Kind::Text | Kind::Trigger | Kind::Choice(_) => {
            "str"
        }
        Kind::RegexList
        | Kind::PhraseList
        | Kind::WordList
        | Kind::PrefixList
        | Kind::Choices(_) => "Texts",
        Kind::ValueList => "str | float | Sequence[str | float | bool]",
        Kind::Count | Kind::Steps => "int",
        Kind::Number => "float",
        Kind::Duration => "float | str",
        Kind::Flag => "bool",
    }
}
