//! Lists of assumptions and guarantees of a whole agent, moved into a contract.

use core::fmt::Write as _;

use super::Migrator;
use crate::config::tree::{Key, Node, Value};

const INDENT: usize = 4;

impl Migrator<'_> {
    /// Moves `assumptions` and `guarantees` of an agent into one contract.
    pub(super) fn legacy_lists(&mut self, entries: &[(Key, Node)]) {
        let find = |name: &str| entries.iter().find(|(key, _)| &*key.text == name);
        let assumptions = find("assumptions").filter(|(_, node)| !is_empty(node));
        let Some(guarantees) = find("guarantees") else {
            if let Some((key, _)) = find("assumptions") {
                let text = "`assumptions` without `guarantees` require nothing; write contracts with `A:` and `G:`";
                self.note(key.location, text);
            }
            return;
        };
        if find("contracts").is_some() {
            let text = "`guarantees` stands beside `contracts`: move each into a contract of its own, as `G:`";
            self.note(guarantees.0.location, text);
            return;
        }
        let column = self.column(guarantees.0.location.start);
        let margin = " ".repeat(column);
        let mut contract = format!("{margin}contracts:\n{margin}  - ");
        if let Some((key, node)) = assumptions {
            let _ = write!(contract, "A:{}{margin}    ", self.moved(key, node));
        }
        let _ = write!(contract, "G:{}", self.moved(&guarantees.0, &guarantees.1));
        let mut places: Vec<&(Key, Node)> =
            [find("assumptions"), Some(guarantees)].into_iter().flatten().collect();
        places.sort_by_key(|(key, _)| key.location.start);
        let mut replacement = Some(contract);
        for (key, node) in places {
            let range = self.lines(key.location.start..node.location.end.max(key.location.end));
            let why = match &*key.text {
                "guarantees" => "guarantees stand in a contract, under `G:`",
                _ => "assumptions stand in a contract, under `A:`",
            };
            self.edit(range, replacement.take().unwrap_or_default(), why);
        }
        let text = "all of `guarantees` are required whenever all of `assumptions` hold; give each a contract of its \
                    own if they do not belong together";
        self.note(guarantees.0.location, text);
    }

    /// What stands behind a key, up to the end of its last line, further to the right.
    fn moved(&self, key: &Key, node: &Node) -> String {
        let lines = self.lines(key.location.start..node.location.end.max(key.location.end));
        let behind = key.location.end.saturating_add(1)..lines.end;
        let text = self.text.get(behind).unwrap_or_default();
        let mut out = String::new();
        for (index, line) in text.lines().enumerate() {
            if index > 0 && !line.trim().is_empty() {
                out.push_str(&" ".repeat(INDENT));
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }

    fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.len().saturating_sub(before.rfind('\n').map_or(0, |at| at.saturating_add(1)))
    }
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::List(items) if items.is_empty()) || node.is_null()
}
