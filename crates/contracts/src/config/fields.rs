//! Maps with known keys.
//!
//! A key that nothing reads is an error, never ignored: a misspelt key would switch off what it was meant
//! to switch on. Keys that are known words of the format but not implemented here are told apart from
//! misspelt ones.

use super::Loader;
use super::tree::{Key, Node, Scalar, ScalarKind, Value};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::suggest;

/// Words of the configuration format that this version does not implement, with what to do.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("tools", "tool inventories are not read; name tools in contracts"),
    ("judge", "nothing here asks a model"),
    ("extractor", "nothing here asks a model"),
    ("performance", "there is nothing to configure"),
    ("framework", "adapters are chosen where the guard is created"),
    ("sessions_dir", "where records go is an option of the command"),
    ("dashboard", "there is no dashboard"),
    ("tool_rename", "write the names that the host uses"),
    ("customized", "copy the contract and change the copy"),
    ("tweaks", "copy the contract and change the copy"),
    ("overrides", "copy the contract and change the copy"),
    ("workspace", "write paths out"),
    ("for_each", "a contract is judged for the whole session"),
    ("alpha", "contracts are exact; there is no threshold"),
    ("beta", "contracts are exact; there is no threshold"),
    ("risk_profile", "contracts are exact; there is no threshold"),
    ("costs", "contracts are exact; there is no threshold"),
    ("threshold", "contracts are exact; there is no threshold"),
    ("context_scope", "nothing here asks a model"),
    ("output_type", "nothing here asks a model"),
    ("prompt_override", "nothing here asks a model"),
    ("verbose", "what is printed is an option of the command"),
    ("verbosity", "what is printed is an option of the command"),
    ("auto_summary", "what is printed is an option of the command"),
    ("assumptions", "write `A:` in each contract"),
    ("guarantees", "write `G:` in each contract"),
];

/// The entries of a map whose keys were examined.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
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
    /// The map that `node` is, after its keys were examined. `what` names it in messages.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &[&str],
        hint: &str,
    ) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
            let message = format!("{what} is a map, not {}", node.describe());
            self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            return None;
        };
        for (key, _) in entries {
            if !known.contains(&&*key.text) {
                self.unknown_key(key, what, known);
            }
        }
        Some(Fields { entries })
    }

    fn unknown_key(&mut self, key: &Key, what: &str, known: &[&str]) {
        if let Some((name, hint)) = UNSUPPORTED.iter().find(|(name, _)| **name == *key.text) {
            let message = format!("`{name}` is not supported");
            let diagnostic = Diagnostic::new(Code::UnsupportedKey, key.location, message);
            self.report(diagnostic.hint(format!("remove it: {hint}")));
            return;
        }
        let hint = match suggest::nearest(&key.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let known: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
                format!("the keys of {what} are {}", known.join(", "))
            }
        };
        let message = format!("{what} has no key `{}`", key.text);
        self.report(Diagnostic::new(Code::UnknownKey, key.location, message).hint(hint));
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
