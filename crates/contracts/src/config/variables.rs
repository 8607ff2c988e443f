//! `${NAME}` and `${NAME:-default}` in values.
//!
//! Only keys that the registry marks take variables: addresses, folders, modes, settings of models. Never
//! a pattern, a regular expression, a formula or a sentence, where `${IFS}` is something that people
//! write and mean; nor a name. A variable replaces a part of one value and is not read as YAML, so it
//! cannot bring keys or lists; whether the result is a number, a truth value or a text is what the key takes.
//! `$${` stands for `${`.
//!
//! The environment is not read here: the [`Source`](super::Source) knows the variables.

use super::Loader;
use super::keys::{Block, Shape, written};
use super::tree::{Node, Value, place_in_scalar};
use crate::diagnostic::{Code, Diagnostic, Location};

impl Loader<'_> {
    /// Replaces the variables in a configuration, or in an included file.
    pub(super) fn replace_variables(&mut self, root: &mut Node, block: Block) {
        self.variables(root, Shape::Block(block), false);
    }

    fn variables(&mut self, node: &mut Node, shape: Shape, taken: bool) {
        let whole = shape;
        let Some(shape) = shape.of(node) else {
            if taken {
                self.variables_of_scalar(node, shape);
            }
            return;
        };
        match (shape, &mut node.value) {
            (Shape::Block(block), Value::Map(entries)) => {
                for (key, inner) in entries {
                    if let Some(known) = written(block, key) {
                        self.variables(inner, known.shape, known.variables);
                    }
                }
            }
            (Shape::Map(_, inner), Value::Map(entries)) => {
                for (_, node) in entries {
                    self.variables(node, *inner, taken);
                }
            }
            (Shape::List(inner), Value::List(items)) => {
                for item in items {
                    self.variables(item, *inner, taken);
                }
            }
            _ if taken => self.variables_of_scalar(node, whole),
            _ => {}
        }
    }

    fn variables_of_scalar(&mut self, node: &mut Node, shape: Shape) {
        let Some(text) = node.text().filter(|text| text.contains("${")).map(str::to_owned) else {
            return;
        };
        let source = self.source;
        match expand(&text, &|name| source.variable(name)) {
            Ok(expanded) => node.set_text(&expanded, shape.takes_text()),
            Err(Problem { at, length, message, hint }) => {
                let file = node.location.file;
                let whole = self.files.get(file).map_or("", |f| f.text());
                let start = place_in_scalar(whole, node, at);
                let end = place_in_scalar(whole, node, at.saturating_add(length));
                let place = Location::new(file, start, end.max(start));
                self.report(Diagnostic::new(Code::Variable, place, message).hint(hint));
            }
        }
    }
}

/// What is wrong, and where in the text.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    at: usize,
    length: usize,
    message: String,
    hint: String,
}

/// The text with its variables replaced.
fn expand(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, Problem> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let at = text.len().saturating_sub(after.len()).saturating_sub(2);
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = after;
            continue;
        }
        let Some((inner, behind)) = after.split_once('}') else {
            let message = "`${` has no `}`".to_owned();
            let hint = "write `${NAME}` or `${NAME:-default}`; `$${` stands for `${`".to_owned();
            return Err(Problem { at, length: 2, message, hint });
        };
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        let length = inner.len().saturating_add(3);
        if !is_name(name) {
            let message = format!("`{name}` is no name of a variable");
            let hint = "a name has letters, digits and `_`; write `${NAME}` or `${NAME:-default}`"
                .to_owned();
            return Err(Problem { at, length, message, hint });
        }
        let value = variable(name).filter(|value| default.is_none() || !value.is_empty());
        let Some(value) = value.or_else(|| default.map(str::to_owned)) else {
            let message = format!("the variable `{name}` is not set");
            let hint = format!("set it, or write a default: `${{{name}:-…}}`");
            return Err(Problem { at, length, message, hint });
        };
        out.push_str(before);
        out.push_str(&value);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<&str, (usize, &str)>) {
        let variable = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let got = expand(text, &variable);
        assert_eq!(got.as_deref().map_err(|p| (p.at, p.message.as_str())), expect);
    }

    #[test]
    fn variables_are_replaced_once() {
        check("x", Ok("x"));
        check("${A}/${A}", Ok("a/a"));
        check("${B:-${A}", Ok("${A"));
        check("$A $${A}", Ok("$A ${A}"));
    }

    #[test]
    fn a_default_stands_for_what_is_unset_or_empty() {
        check("${B:-b c}", Ok("b c"));
        check("${EMPTY:-b}", Ok("b"));
        check("${B:-}", Ok(""));
        check("[${EMPTY}]", Ok("[]"));
    }

    #[test]
    fn what_is_unset_or_malformed_is_an_error_with_its_place() {
        check("x ${B}", Err((2, "the variable `B` is not set")));
        check("x ${A", Err((2, "`${` has no `}`")));
        check("${A-b}", Err((0, "`A-b` is no name of a variable")));
        check("${}", Err((0, "`` is no name of a variable")));
    }
}
