//! What is written otherwise: keys, thresholds, formulas in constructor form, numbers in quotes.

use core::ops::Range;

use sponsio_engine::formula::Formula;

use super::{Migrator, entry, get};
use crate::config::keys::{Block, Shape};
use crate::config::tree::{Key, Node, Scalar, ScalarKind, Value};
use crate::pattern::{self, Kind, Pattern};

pub(super) const GUARANTEES: &[&str] = &["G", "guarantee", "E", "enforcement"];
pub(super) const ASSUMPTIONS: &[&str] = &["A", "assumption"];

/// Keys of older files and what they are called.
const RENAMED: &[(&str, &str)] =
    &[("assumption", "A"), ("guarantee", "G"), ("E", "G"), ("enforcement", "G")];
/// Words in which a formula in constructor form is written.
const CONSTRUCTORS: &[&str] = &[
    "Not(", "And(", "Or(", "Implies(", "Le(", "Lt(", "Ge(", "Gt(", "Eq(", "Var(", "Const(", "Atom(",
];
/// Keys that only concerned models, with which an exact contract does nothing.
const OF_MODELS: &[&str] = &["context_scope", "output_type", "prompt_override"];

impl Migrator<'_> {
    /// Truth values of settings in words of YAML 1.1.
    pub(super) fn settings(&mut self, entries: &[(Key, Node)]) {
        self.truths(entries, Block::Top);
    }

    fn truths(&mut self, entries: &[(Key, Node)], block: Block) {
        for (key, node) in entries {
            match (block.key(&key.text).map(|known| known.shape), &node.value) {
                (Some(Shape::Block(inner)), Value::Map(entries)) => self.truths(entries, inner),
                (Some(Shape::Truth), Value::Scalar(scalar)) => self.truth(key, node, scalar),
                _ => {}
            }
        }
    }

    fn truth(&mut self, key: &Key, node: &Node, scalar: &Scalar) {
        let value = match &*scalar.text.to_lowercase() {
            "yes" | "on" | "y" => "true",
            "no" | "off" | "n" => "false",
            _ => return,
        };
        let why =
            format!("`{}` is `true` or `false`; `{}` is a text in YAML 1.2", key.text, scalar.text);
        self.edit(node.location.range(), value, why);
    }

    /// Keys of an agent.
    pub(super) fn agent_keys(&mut self, entries: &[(Key, Node)]) {
        for (key, _) in entries {
            if matches!(&*key.text, "tweaks" | "overrides") {
                let why = format!("`{}` is called `customized`", key.text);
                self.edit(key.location.range(), "customized", why);
            }
        }
        self.legacy_lists(entries);
    }

    /// One entry of a list of contracts.
    pub(super) fn contract_form(&mut self, node: &Node) {
        let Value::Map(entries) = &node.value else { return };
        for (key, _) in entries {
            if let Some((_, name)) = RENAMED.iter().find(|(other, _)| *other == &*key.text) {
                let why = format!("`{}` is written `{name}`", key.text);
                self.edit(key.location.range(), *name, why);
            }
        }
        self.remove_certainty(node, &["alpha", "beta"]);
        for name in GUARANTEES.iter().chain(ASSUMPTIONS) {
            match get(node, name).map(|node| (node, &node.value)) {
                Some((_, Value::List(items))) => {
                    items.iter().for_each(|item| self.clause_form(item))
                }
                Some((node, _)) => self.clause_form(node),
                None => {}
            }
        }
        self.clause_form(node);
    }

    fn clause_form(&mut self, node: &Node) {
        let Value::Map(_) = &node.value else { return };
        self.remove_certainty(node, &["threshold"]);
        if let Some(pattern) = get(node, "pattern").and_then(Node::text).and_then(pattern::find) {
            for name in OF_MODELS {
                let why = format!("`{name}` did nothing: `{}` asks no model", pattern.name);
                self.remove(node, name, why);
            }
            if let Some(args) = get(node, "args") {
                self.numbers(pattern, args);
            }
        }
        if let Some(ltl) = get(node, "ltl") {
            self.constructor_form(ltl);
        }
    }

    /// Thresholds that say what holds anyway.
    fn remove_certainty(&mut self, node: &Node, names: &[&str]) {
        for name in names {
            let is_one = match get(node, name).map(|node| &node.value) {
                Some(Value::Scalar(scalar)) => scalar.text.parse() == Ok(1.0_f64),
                _ => false,
            };
            if is_one {
                self.remove(
                    node,
                    name,
                    format!("`{name}: 1` says what holds anyway: contracts are exact"),
                );
            }
        }
    }

    /// Numbers in quotes, where a number is meant.
    fn numbers(&mut self, pattern: &'static Pattern, args: &Node) {
        let given: Vec<(Option<Kind>, &Node)> = match &args.value {
            Value::List(items) => {
                let kinds = pattern.parameters.iter().map(|parameter| Some(parameter.kind));
                kinds.chain(core::iter::repeat(None)).zip(items).collect()
            }
            Value::Map(entries) => {
                let kind =
                    |name: &str| pattern.parameters.iter().find(|p| p.name == name).map(|p| p.kind);
                entries.iter().map(|(key, node)| (kind(&key.text), node)).collect()
            }
            Value::Scalar(_) => Vec::new(),
        };
        for (kind, node) in given {
            let Value::Scalar(Scalar { text, kind: ScalarKind::Text, .. }) = &node.value else {
                continue;
            };
            let is_number = matches!(kind, Some(Kind::Count | Kind::Steps | Kind::Number));
            if is_number && text.parse::<u64>().is_ok() {
                let why = format!("`{text}` is a number");
                self.edit(node.location.range(), text.to_string(), why);
            }
        }
    }

    fn constructor_form(&mut self, node: &Node) {
        let Some(text) = node.text().filter(|text| CONSTRUCTORS.iter().any(|c| text.contains(c)))
        else {
            return;
        };
        let Ok(formula) = Formula::parse(text) else { return };
        let why = "the formula is written with signs; it means the same";
        self.edit(node.location.range(), single_quoted(&formula.to_string()), why);
    }

    /// Takes an entry out of a map.
    fn remove(&mut self, node: &Node, name: &str, why: String) {
        let (Value::Map(entries), Some((key, value))) = (&node.value, entry(node, name)) else {
            return;
        };
        let place =
            entries.iter().position(|(other, _)| other.location == key.location).unwrap_or(0);
        let before = place.checked_sub(1).and_then(|place| entries.get(place));
        let after = entries.get(place.saturating_add(1));
        let (start, end) = (key.location.start, value.location.end.max(key.location.end));
        let in_flow =
            self.text.get(node.location.start..).is_some_and(|text| text.starts_with('{'));
        let range = match (in_flow, before, after) {
            (false, Some(_), _) => self.lines(start..end),
            (_, None, Some((next, _))) => start..next.location.start,
            (true, Some((_, previous)), _) => previous.location.end..end,
            (_, None, None) => start..end,
        };
        self.edit(range, "", why);
    }

    /// The whole lines of a range, the last line break included.
    pub(super) fn lines(&self, range: Range<usize>) -> Range<usize> {
        let before = self.text.get(..range.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let after = self.text.get(range.end..).unwrap_or_default();
        let end = after
            .find('\n')
            .map_or(self.text.len(), |at| range.end.saturating_add(at).saturating_add(1));
        start..end
    }
}

/// The text as a YAML scalar.
fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
