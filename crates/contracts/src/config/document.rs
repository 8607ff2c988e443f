//! The top level of a configuration: version, modes, agents.

use std::rc::Rc;

use sponsio_engine::strategy::Mode;

use super::fields::Fields;
use super::keys::Block;
use super::tree::{self, Key, Node, Value};
use super::{Agent, Config, Loader, naming, policy};
use crate::diagnostic::{Code, Diagnostic, FileId, Location};
use crate::limits::{FILE_BYTES_MAX, FILES_MAX, TOTAL_BYTES_MAX};

/// A mode and where it is written.
struct WrittenMode {
    mode: Mode,
    key: &'static str,
    location: Location,
}

fn mode_of(text: &str) -> Option<Mode> {
    match text {
        "enforce" => Some(Mode::Enforce),
        "observe" => Some(Mode::Observe),
        _ => None,
    }
}

impl Loader<'_> {
    /// Reads the first file.
    pub(super) fn entry(&mut self, entry: &str) -> Option<Config> {
        let text = match self.source.read(None, entry) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("`{entry}` cannot be read: {error}");
                self.report(Diagnostic::without_place(Code::Include, message));
                return None;
            }
        };
        let (file, root) = self.parse_file(&text.name, &text.text, None);
        let Some(root) = root else {
            if !self.diagnostics.has_errors() {
                self.no_contracts(Location::new(file, 0, 0), "the file is empty");
            }
            return None;
        };
        let fields = self.fields(&root, Block::Top)?;
        self.version(fields);
        let settings = self.settings(fields);
        let mode = self.modes(fields);
        let tools = fields.get("tools").map(|node| self.tools(node)).unwrap_or_default();
        self.tags = naming::tags(&tools);
        let sets = self.read_sets(fields.get("sets"));
        self.sets = vec![sets];
        let tool_policy = fields.get("tool_policy").and_then(|node| self.tool_policy(node));
        let policy = match (&tool_policy, fields.get("tool_policy")) {
            (Some(policy), Some(node)) => policy::contract(policy, node.location),
            _ => None,
        };
        let mut agents = self.agents(fields, &text.name, &root, policy.is_some());
        for agent in &mut agents {
            agent.contracts.extend(policy.clone());
        }
        let is_empty = agents.iter().all(|agent| agent.contracts.is_empty());
        if is_empty && !self.diagnostics.has_errors() {
            let at = fields.entry("agents").map_or(root.location, |(key, _)| key.location);
            self.no_contracts(at, "no contracts were loaded");
        }
        let lists_tools = fields.get("tools").is_some_and(|node| !node.is_null());
        if lists_tools && !self.diagnostics.has_errors() {
            self.undeclared_tools(&agents, &tools);
        }
        let notes = std::mem::take(&mut self.notes);
        Some(Config { agents, mode, tool_policy, tools, settings, notes })
    }

    fn no_contracts(&mut self, location: Location, message: &str) {
        let hint = "write contracts under `agents: {\"*\": {contracts: […]}}`; without any, nothing \
            is guarded";
        self.report(Diagnostic::new(Code::NoContracts, location, message).hint(hint));
    }

    /// Keeps a text and reads its tree. `at` is the include that asked for it.
    pub(super) fn parse_file(
        &mut self,
        name: &str,
        text: &str,
        at: Option<Location>,
    ) -> (FileId, Option<Rc<Node>>) {
        self.bytes = self.bytes.saturating_add(text.len());
        let over = if text.len() > FILE_BYTES_MAX {
            Some(format!("`{name}` has {} bytes; a file has at most {FILE_BYTES_MAX}", text.len()))
        } else if self.bytes > TOTAL_BYTES_MAX {
            Some(format!("with `{name}` the files have more than {TOTAL_BYTES_MAX} bytes together"))
        } else if self.files.iter().count() >= FILES_MAX {
            Some(format!("`{name}` is one file more than the {FILES_MAX} that are read"))
        } else {
            None
        };
        if let Some(message) = over {
            self.report(match at {
                Some(at) => Diagnostic::new(Code::Limit, at, message),
                None => Diagnostic::without_place(Code::Limit, message),
            });
            return (FileId::default(), None);
        }
        let file = self.files.add(name, text);
        let mut root = tree::parse(file, text, &mut self.diagnostics);
        if let Some(root) = &mut root {
            let block = if at.is_some() { Block::Included } else { Block::Top };
            self.replace_variables(root, block);
        }
        (file, root.map(Rc::new))
    }

    /// There is one version of the format.
    pub(super) fn version(&mut self, fields: Fields<'_>) {
        let Some(node) = fields.get("version") else { return };
        match &node.value {
            Value::Scalar(scalar) if matches!(&*scalar.text, "1" | "1.0") => {}
            Value::Scalar(scalar) => {
                self.not_one_of(node.location, "`version`", &scalar.text, &["1"])
            }
            Value::List(_) | Value::Map(_) => {
                self.text(node, "`version`");
            }
        }
    }

    /// The mode of the file: enforce if any key says so.
    fn modes(&mut self, fields: Fields<'_>) -> Option<Mode> {
        let mut written = Vec::new();
        if let Some(node) = fields.get("mode") {
            written.extend(self.mode(node, "mode"));
        }
        for (block, key) in [("runtime", "runtime.mode"), ("defaults", "defaults.mode")] {
            let Some(node) = fields.get(block) else { continue };
            // Its shape was checked with the other settings.
            let Some(node) = Fields::of(node).and_then(|inner| inner.get("mode")) else { continue };
            let mode = node.text().and_then(mode_of);
            written.extend(mode.map(|mode| WrittenMode { mode, key, location: node.location }));
        }
        let strictest = written.iter().find(|w| w.mode == Mode::Enforce).or(written.first())?;
        if let Some(other) = written.iter().find(|w| w.mode != strictest.mode) {
            let message = format!(
                "`{}` says `{}` and `{}` says `{}`",
                strictest.key, strictest.mode, other.key, other.mode
            );
            let diagnostic = Diagnostic::new(Code::ModesDiffer, other.location, message)
                .related(strictest.location, "this one counts")
                .hint(format!("`{}` is used; keep one of the keys", strictest.mode));
            let mode = strictest.mode;
            self.report(diagnostic);
            return Some(mode);
        }
        Some(strictest.mode)
    }

    fn mode(&mut self, node: &Node, key: &'static str) -> Option<WrittenMode> {
        let mode = self.mode_value(node, key)?;
        Some(WrittenMode { mode, key, location: node.location })
    }

    /// The mode that a value is.
    pub(super) fn mode_value(&mut self, node: &Node, key: &str) -> Option<Mode> {
        let what = format!("`{key}`");
        let text = self.text(node, &what)?;
        let mode = mode_of(text);
        if mode.is_none() {
            self.not_one_of(node.location, &what, text, &["enforce", "observe"]);
        }
        mode
    }

    /// The agents of the first file, each with the contracts and includes of all.
    fn agents(&mut self, fields: Fields<'_>, name: &str, root: &Node, alone: bool) -> Vec<Agent> {
        let mut agents = Vec::new();
        match fields.get("agents").map(|node| (node, &node.value)) {
            None => {
                let key = Key { location: root.location, text: "*".into() };
                let agent = self.agent(&key, &Node::nothing(root.location), name, fields);
                if !agent.contracts.is_empty() || alone {
                    agents.push(agent);
                }
            }
            Some((_, Value::Map(entries))) => {
                for (key, node) in entries {
                    if key.text.trim().is_empty() {
                        let message = "an agent has an empty id";
                        self.report(Diagnostic::new(Code::Value, key.location, message));
                    }
                    agents.push(self.agent(key, node, name, fields));
                }
            }
            Some((node, _)) => {
                let message =
                    format!("`agents` is a map from ids to contracts, not {}", node.describe());
                let hint = "for example `agents: {bot: {contracts: […]}}`";
                self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            }
        }
        agents
    }
}
