//! `customized`: changes of single contracts of an agent.
//!
//! A change names the contracts that it is about by what is equal to their description, name, source, pack
//! or pattern. One that matches nothing is an error: the contract it was written for has changed its words,
//! and would go on unchanged.

use super::contract::Extra;
use super::fields::Fields;
use super::keys::{Block, Shape};
use super::tree::{Node, Scalar, ScalarKind, Value};
use super::{Loaded, Loader};
use crate::diagnostic::{Code, Diagnostic};
use crate::pattern;
use crate::suggest;

use sponsio_engine::strategy::{Mode, Strategy};

const EFFECTS: &[&str] = &["disabled", "strategy", "mode", "threshold"];

/// What is done to the contracts that match.
enum Effect {
    Disable,
    Change { strategy: Option<Strategy>, mode: Option<Mode> },
}

impl Loader<'_> {
    /// Applies the changes, in the order of the file.
    pub(super) fn customize(&mut self, node: &Node, contracts: &mut Vec<Loaded>) {
        if node.is_null() {
            return;
        }
        let Value::List(items) = &node.value else {
            let message = format!("`customized` is a list, not {}", node.describe());
            let hint = Block::Override.hint();
            self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            return;
        };
        for item in items {
            self.customize_one(item, contracts);
        }
    }

    fn customize_one(&mut self, node: &Node, contracts: &mut Vec<Loaded>) -> Option<()> {
        let fields = self.fields(node, Block::Override)?;
        let effect = self.effect(node, fields);
        let Some(matching) = fields.get("match") else {
            let message = "an entry of `customized` has no `match`";
            let hint = Block::Override.hint();
            self.report(Diagnostic::new(Code::MissingKey, node.location, message).hint(hint));
            return None;
        };
        let wanted = self.wanted(matching)?;
        let effect = effect?;
        let matches: Vec<bool> = contracts.iter().map(|loaded| fits(loaded, &wanted)).collect();
        if !matches.contains(&true) {
            self.unmatched(matching, &wanted, contracts);
            return None;
        }
        let mut matches = matches.into_iter();
        match effect {
            Effect::Disable => contracts.retain(|_| !matches.next().unwrap_or(false)),
            Effect::Change { strategy, mode } => {
                for (loaded, _) in contracts.iter_mut().zip(matches).filter(|(_, matches)| *matches)
                {
                    if let Some(strategy) = &strategy {
                        loaded.contract.strategy = strategy.clone();
                    }
                    loaded.contract.mode = mode.or(loaded.contract.mode);
                }
            }
        }
        Some(())
    }

    fn effect(&mut self, node: &Node, fields: Fields<'_>) -> Option<Effect> {
        let mut given = EFFECTS.iter().filter_map(|name| fields.entry(name));
        let Some((first, _)) = given.next() else {
            let message = "an entry of `customized` changes nothing";
            let hint = "write `disabled: true`, `strategy:` or `mode:`";
            self.report(Diagnostic::new(Code::MissingKey, node.location, message).hint(hint));
            return None;
        };
        let other = given.next();
        let disabled = match fields.get("disabled").map(|node| (node, &node.value)) {
            None => false,
            Some((_, Value::Scalar(Scalar { kind: ScalarKind::Bool(disabled), .. }))) => *disabled,
            Some((node, _)) => {
                self.check(node, "`disabled`", Shape::Truth);
                return None;
            }
        };
        if let (true, Some((key, _))) = (disabled, other) {
            let message = format!("a contract that is disabled has no `{}` to change", key.text);
            let diagnostic = Diagnostic::new(Code::Conflict, key.location, message);
            self.report(diagnostic.related(first.location, "disabled here"));
            return None;
        }
        if let Some(node) = fields.get("threshold") {
            self.check(node, "`threshold`", Shape::Certain).then_some(())?;
        }
        let mode = match fields.get("mode") {
            Some(node) => Some(self.mode_value(node, "mode")?),
            None => None,
        };
        let mut extra = Extra::default();
        if let Some(node) = fields.get("strategy") {
            self.strategy(node, &mut extra)?;
            if let Some(at) = extra.redirect_without_tool {
                let message = "`redirect_to_safe` names no tool";
                let hint = Block::Strategy.hint();
                self.report(Diagnostic::new(Code::MissingKey, at, message).hint(hint));
                return None;
            }
        }
        Some(match disabled {
            true => Effect::Disable,
            false => Effect::Change { strategy: extra.strategy, mode },
        })
    }

    /// What a contract must be to be meant: key and text.
    fn wanted<'n>(&mut self, node: &'n Node) -> Option<Vec<(&'n str, &'n str)>> {
        let right = self.check(node, "`match`", Shape::Block(Block::Match));
        let Value::Map(entries) = &node.value else { return None };
        if entries.is_empty() {
            let message = "`match` is empty, and every contract would be meant";
            let hint = Block::Match.hint();
            self.report(Diagnostic::new(Code::Value, node.location, message).hint(hint));
            return None;
        }
        let wanted: Option<Vec<_>> =
            entries.iter().map(|(key, node)| Some((&*key.text, node.text()?))).collect();
        let wanted = wanted.filter(|_| right)?;
        for (key, node) in entries.iter().filter(|(key, _)| &*key.text == "pattern") {
            let name = node.text().unwrap_or_default();
            if pattern::find(name).is_none() {
                let message = format!("there is no pattern `{name}`");
                let near = pattern::nearest(name).map(|near| format!("did you mean `{near}`?"));
                self.report(
                    Diagnostic::new(Code::UnknownPattern, key.location, message).hint_if(near),
                );
                return None;
            }
        }
        Some(wanted)
    }

    fn unmatched(&mut self, node: &Node, wanted: &[(&str, &str)], contracts: &[Loaded]) {
        let parts: Vec<String> =
            wanted.iter().map(|(key, text)| format!("{key} `{text}`")).collect();
        let message = format!("no contract of this agent has the {}", parts.join(" and the "));
        let near = wanted.iter().find_map(|(key, text)| {
            let known = contracts.iter().flat_map(|loaded| values(loaded, key));
            suggest::nearest(text, known).map(|near| format!("did you mean the {key} `{near}`?"))
        });
        let hint = near.unwrap_or_else(|| {
            "`sponsio validate` lists the contracts; a change that is no longer needed is removed".to_owned()
        });
        self.report(Diagnostic::new(Code::Unmatched, node.location, message).hint(hint));
    }
}

fn fits(loaded: &Loaded, wanted: &[(&str, &str)]) -> bool {
    wanted.iter().all(|(key, text)| values(loaded, key).any(|value| value == *text))
}

/// What a contract has under a key of `match`.
fn values<'l>(loaded: &'l Loaded, key: &str) -> Box<dyn Iterator<Item = &'l str> + 'l> {
    let origin = &loaded.origin;
    let clauses = origin.assumptions.iter().chain(&origin.guarantees);
    match key {
        "desc" => Box::new(origin.desc.as_deref().into_iter()),
        "name" => Box::new(core::iter::once(&*loaded.contract.name)),
        "pack_source" => Box::new(origin.pack.as_deref().into_iter()),
        "source" => {
            let of_clauses = clauses.filter_map(|clause| clause.source.as_deref());
            Box::new(origin.source.as_deref().into_iter().chain(of_clauses))
        }
        _ => Box::new(origin.guarantees.iter().filter_map(|clause| clause.pattern)),
    }
}
