//! Maps with known keys.
//!
//! A key that nothing reads is an error, never ignored: a misspelt key would switch off what it was meant
//! to switch on. Which keys there are is in the registry, [`super::keys`]; keys of older files that are
//! refused are told apart from misspelt ones.

use sponsio_engine::event::{Decimal, Path};

use super::Loader;
use super::keys::{Block, Shape};
use super::tree::{Key, Node, Scalar, ScalarKind, Value};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::pattern::{self, Input};
use crate::suggest;

/// The entries of a map whose keys were examined.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
    /// The entries of a map whose shape was checked.
    pub(super) fn of(node: &'n Node) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => Some(Self { entries }),
            _ => None,
        }
    }

    /// The entry with this key.
    pub(super) fn entry(&self, name: &str) -> Option<(&'n Key, &'n Node)> {
        self.entries.iter().find(|(key, _)| &*key.text == name).map(|(key, node)| (key, node))
    }

    /// The value with this key.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, node)| node)
    }

    /// The one entry among several names for the same thing.
    pub(super) fn one_of(
        &self,
        loader: &mut Loader<'_>,
        names: &[&str],
    ) -> Option<(&'n Key, &'n Node)> {
        let mut found = names.iter().filter_map(|name| self.entry(name));
        let first = found.next()?;
        for (key, _) in found {
            let message = format!("`{}` and `{}` are the same key", first.0.text, key.text);
            loader.report(
                Diagnostic::new(Code::Conflict, key.location, message)
                    .related(first.0.location, "the other one")
                    .hint("keep one; a list holds several clauses"),
            );
        }
        Some(first)
    }
}

impl Loader<'_> {
    /// The map that `node` is, after its keys were examined.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, block: Block) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
            let message = format!("{} is a map, not {}", block.name(), node.describe());
            self.report(Diagnostic::new(Code::Shape, node.location, message).hint(block.hint()));
            return None;
        };
        for (key, _) in entries {
            if block.key(&key.text).is_none() {
                self.unknown_key(key, block);
            }
        }
        Some(Fields { entries })
    }

    fn unknown_key(&mut self, key: &Key, block: Block) {
        if let Some(refused) = block.refusal(&key.text) {
            let message = format!("`{}` is refused: {}", refused.name, refused.reason);
            let diagnostic = Diagnostic::new(Code::RefusedKey, key.location, message);
            self.report(diagnostic.hint(refused.remedy));
            return;
        }
        let hint = match suggest::nearest(&key.text, block.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let known: Vec<String> =
                    block.keys().iter().map(|k| format!("`{}`", k.name)).collect();
                format!("the keys of {} are {}", block.name(), known.join(", "))
            }
        };
        let message = format!("{} has no key `{}`", block.name(), key.text);
        self.report(Diagnostic::new(Code::UnknownKey, key.location, message).hint(hint));
    }

    /// Reports whatever in a value does not have the shape it should; whether it has.
    pub(super) fn check(&mut self, node: &Node, what: &str, shape: Shape) -> bool {
        let Some(shape) = shape.of(node) else {
            let message = format!("{what} is {}, not {}", shape.describe(), node.describe());
            self.report(Diagnostic::new(Code::Shape, node.location, message));
            return false;
        };
        match (shape, &node.value) {
            (Shape::Block(block), Value::Map(entries)) => {
                let mut right = self.fields(node, block).is_some();
                for (key, inner) in entries {
                    match block.key(&key.text) {
                        Some(known) => {
                            right &= self.check(inner, &format!("`{}`", key.text), known.shape);
                        }
                        None => right = false,
                    }
                }
                right
            }
            (Shape::Map(_, inner), Value::Map(entries)) => {
                let right = |(key, node): &(Key, Node)| {
                    self.check(node, &format!("`{}`", key.text), *inner)
                };
                all(entries.iter().map(right))
            }
            (Shape::List(inner), Value::List(items)) => all(items
                .iter()
                .map(|item| self.check(item, &format!("an entry of {what}"), *inner))),
            (Shape::Words(words), Value::Scalar(scalar)) if !words.contains(&&*scalar.text) => {
                self.not_one_of(node.location, what, &scalar.text, words);
                false
            }
            (Shape::Text, _) => self.text(node, what).is_some(),
            (Shape::Whole(least), Value::Scalar(scalar)) => {
                let whole = scalar.text.parse::<u64>().is_ok_and(|n| n >= least);
                if !whole {
                    let message =
                        format!("{what} is a whole number from {least} on, not {}", scalar.text);
                    self.report(Diagnostic::new(Code::Value, node.location, message));
                }
                whole
            }
            (Shape::Number, Value::Scalar(scalar)) => {
                let number = Decimal::parse(&scalar.text).is_some();
                if !number {
                    let message =
                        format!("{what} is a number, and {} is none that counts", scalar.text);
                    self.report(Diagnostic::new(Code::Value, node.location, message));
                }
                number
            }
            (Shape::Certain, Value::Scalar(scalar)) => self.certain(node, what, &scalar.text),
            _ => true,
        }
    }

    /// Thresholds were asked of a model's judgement; an exact contract has none but certainty.
    pub(super) fn certain(&mut self, node: &Node, what: &str, text: &str) -> bool {
        let certain = Decimal::parse(text).is_some_and(|n| Decimal::parse("1") == Some(n));
        if !certain {
            let message =
                format!("{what} is {text}, and contracts are exact: only 1 has a meaning");
            let hint = "remove it; for less than blocking, write `strategy: escalate`, `strategy: warn_only` or \
                `mode: observe`";
            self.report(Diagnostic::new(Code::Threshold, node.location, message).hint(hint));
        }
        certain
    }

    /// The text that `node` is. A blank text is none.
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar(Scalar { text, kind: ScalarKind::Text, .. })
                if text.trim().is_empty() =>
            {
                let message = format!("{what} is empty");
                self.report(Diagnostic::new(Code::Value, node.location, message));
                None
            }
            Value::Scalar(Scalar { text, kind: ScalarKind::Text, .. }) => Some(text),
            Value::Scalar(Scalar {
                text, kind: ScalarKind::Number | ScalarKind::Bool(_), ..
            }) => {
                let message = format!("{what} is a text, not {}", node.describe());
                let hint = format!("for the text, write it in quotes: \"{text}\"");
                self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
                None
            }
            _ => {
                let message = format!("{what} is a text, not {}", node.describe());
                self.report(Diagnostic::new(Code::Shape, node.location, message));
                None
            }
        }
    }

    /// The name of a tool that `node` is.
    pub(super) fn tool_name(&mut self, node: &Node, what: &str) -> Option<String> {
        let name = self.text(node, what)?;
        // A pattern with a list of tools knows what a tool name is.
        if let Err(error) =
            pattern::find("tool_allowlist")?.bind(vec![Input::Text(name.to_owned())])
        {
            let diagnostic = Diagnostic::new(Code::Value, node.location, error.message);
            self.report(diagnostic.hint_if(error.hint));
            return None;
        }
        Some(name.to_owned())
    }

    /// The path into the arguments of a call that `node` is.
    pub(super) fn path(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.text(node, what)?.to_owned();
        self.right_path(node, &text).then_some(text)
    }

    /// Whether a text of `node` is a path into the arguments of a call.
    pub(super) fn right_path(&mut self, node: &Node, text: &str) -> bool {
        match Path::parse(text) {
            Ok(_) => true,
            Err(error) => {
                let message = format!("`{text}` is no argument path: {error}");
                let hint = "for example `amount`, `input.command` or `items[*].to`";
                self.report(Diagnostic::new(Code::Value, node.location, message).hint(hint));
                false
            }
        }
    }

    /// The list that `node` is; a single value is a list of one, nothing is an empty one.
    pub(super) fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            Value::Scalar(Scalar { kind: ScalarKind::Null, .. }) => &[],
            _ => core::slice::from_ref(node),
        }
    }

    /// Reports that a value is none of the allowed words.
    pub(super) fn not_one_of(
        &mut self,
        location: Location,
        what: &str,
        got: &str,
        allowed: &[&str],
    ) {
        let hint = match (suggest::nearest(got, allowed.iter().copied()), allowed) {
            (_, [only]) => format!("write `{only}`"),
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, _) => {
                let allowed: Vec<String> = allowed.iter().map(|a| format!("`{a}`")).collect();
                format!("write one of {}", allowed.join(", "))
            }
        };
        let message = format!("{what} cannot be `{got}`");
        self.report(Diagnostic::new(Code::Value, location, message).hint(hint));
    }
}

/// Whether all are true; every one is asked, so that everything wrong is reported.
fn all(answers: impl Iterator<Item = bool>) -> bool {
    answers.fold(true, |right, answer| right & answer)
}
