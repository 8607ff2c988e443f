//! What an agent's host calls things: `tool_rename`, tags, `<workspace>` and `<agent>`.
//!
//! Contracts are written with names of their own, packs above all. When a clause has been read, the names
//! in it are replaced by those of the agent's host: in the arguments of patterns and in the atoms of
//! formulas, where the registries say which position is a tool, an argument path or a regular expression.
//! Nothing is replaced in text, so a regular expression keeps its letters, and no name is replaced twice.
//!
//! `apply` walks over what was read; `tool` reads the text of a tool position; `placeholder` lets placeholders stand
//! in formulas without quotes.

mod apply;
mod placeholder;
mod tool;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use placeholder::quote_placeholders;
pub(super) use tool::members_of;

use super::fields::Fields;
use super::keys::Block;
use super::tree::{Node, Value};
use super::{Loader, Tool};
use crate::diagnostic::{Code, Diagnostic, Location};

/// The names of one agent.
#[derive(Clone, Debug, Default)]
pub(super) struct Naming {
    /// Its id; none for `*`.
    agent: Option<String>,
    pub(super) workspace: Option<String>,
    renames: BTreeMap<String, Rename>,
    /// Which of them were used.
    used: BTreeSet<String>,
}

/// What one tool is called.
#[derive(Clone, Debug)]
struct Rename {
    to: String,
    args: BTreeMap<String, String>,
    location: Location,
}

impl Naming {
    /// The names of an agent without any of its own.
    pub(super) fn of(agent: &str) -> Self {
        Self { agent: (agent != "*").then(|| agent.to_owned()), ..Self::default() }
    }
}

/// The tools that have each tag, in the order of the file.
pub(super) fn tags(tools: &[Tool]) -> BTreeMap<String, Vec<String>> {
    let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for tool in tools {
        for tag in &tool.tags {
            tags.entry(tag.to_string()).or_default().push(tool.name.to_string());
        }
    }
    tags
}

impl Loader<'_> {
    /// Reads `workspace` and `tool_rename` of an agent; its clauses are read afterwards.
    pub(super) fn names(&mut self, fields: Fields<'_>) {
        if let Some(node) = fields.get("workspace") {
            let text =
                self.text(node, "`workspace`").map(|text| text.trim_end_matches('/').to_owned());
            self.naming.workspace = text;
        }
        let Some(node) = fields.get("tool_rename") else { return };
        let Value::Map(entries) = &node.value else {
            let message =
                format!("`tool_rename` is a map from names to names, not {}", node.describe());
            self.report(
                Diagnostic::new(Code::Shape, node.location, message)
                    .hint("for example `{exec: Bash}`"),
            );
            return;
        };
        for (key, value) in entries {
            let Some((to, args)) = self.renamed(&key.text, value) else { continue };
            if to == *key.text && args.is_empty() {
                let message = format!("`{to}` is renamed to itself");
                self.report(
                    Diagnostic::new(Code::Rename, value.location, message).hint("remove the entry"),
                );
                continue;
            }
            let rename = Rename { to, args, location: key.location };
            self.naming.renames.insert(key.text.to_string(), rename);
        }
        self.refuse_circles();
    }

    fn renamed(&mut self, tool: &str, node: &Node) -> Option<(String, BTreeMap<String, String>)> {
        let Value::Map(_) = &node.value else {
            return Some((self.tool_name(node, "the name of a tool")?, BTreeMap::new()));
        };
        let fields = self.fields(node, Block::Renamed)?;
        let to = match fields.get("to") {
            Some(node) => self.tool_name(node, "`to`")?,
            None => tool.to_owned(),
        };
        let mut args = BTreeMap::new();
        match fields.get("args").map(|node| (node, &node.value)) {
            None => {}
            Some((_, Value::Map(entries))) => {
                for (key, node) in entries {
                    let path = self.path(node, "the name of an argument")?;
                    args.insert(key.text.to_string(), path);
                }
            }
            Some((node, _)) => {
                let message =
                    format!("`args` is a map from names to names, not {}", node.describe());
                let hint = "for example `args: {path: file_path}`";
                self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
                return None;
            }
        }
        Some((to, args))
    }

    fn refuse_circles(&mut self) {
        let renames = &self.naming.renames;
        let mut circles = Vec::new();
        for (start, rename) in renames {
            let (mut at, mut seen) = (rename.to.as_str(), vec![start.as_str()]);
            while at != start && seen.len() <= renames.len() {
                let Some(next) = renames.get(at) else { break };
                seen.push(at);
                at = &next.to;
            }
            // Each circle is reported once, at its first name.
            if at == start && seen.len() > 1 && seen.iter().all(|name| *name >= start.as_str()) {
                let names =
                    seen.iter().copied().chain([start.as_str()]).map(|name| format!("`{name}`"));
                circles.push((rename.location, names.collect::<Vec<_>>().join(" → ")));
            }
        }
        for (at, circle) in circles {
            let message = format!("tools are renamed in a circle: {circle}");
            let hint = "use a third name in the contracts";
            self.report(Diagnostic::new(Code::Rename, at, message).hint(hint));
        }
    }

    /// Warns about renames that nothing used.
    pub(super) fn unused_renames(&mut self) {
        let naming = core::mem::take(&mut self.naming);
        for (name, rename) in &naming.renames {
            if !naming.used.contains(name) {
                let message = format!("no contract of this agent names `{name}`");
                let hint = "correct the name, or remove the entry of `tool_rename`";
                self.report(
                    Diagnostic::new(Code::UnusedRename, rename.location, message).hint(hint),
                );
            }
        }
    }
}
