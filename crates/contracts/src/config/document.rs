//! The top level of a configuration: version, modes, tool policy, agents.

use std::rc::Rc;

use sponsio_engine::contract::Contract;
use sponsio_engine::formula::Formula;
use sponsio_engine::strategy::Mode;

use super::agent::Including;
use super::fields::Fields;
use super::tree::{self, Node, Value};
use super::{Agent, Clause, Config, Loaded, Loader, Origin, Timing, ToolAccess, Unapproved};
use crate::diagnostic::{Code, Diagnostic, FileId, Location};
use crate::limits::{FILE_BYTES_MAX, FILES_MAX, TOTAL_BYTES_MAX};
use crate::pattern::{self, Input};

const KEYS: &[&str] =
    &["version", "agents", "contracts", "include", "mode", "runtime", "defaults", "tool_policy"];
const HINT: &str = "a configuration begins with `agents:`";

/// A mode and where it is written.
struct WrittenMode {
    mode: Mode,
    key: &'static str,
    location: Location,
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
        let fields = self.fields(&root, "the configuration", KEYS, HINT)?;
        self.version(fields);
        let mode = self.modes(fields);
        let tool_policy = fields.get("tool_policy").and_then(|node| self.tool_policy(node));
        let policy = match (&tool_policy, fields.get("tool_policy")) {
            (Some(policy), Some(node)) => policy_contract(policy, node.location),
            _ => None,
        };
        let agents = self.agents(fields, &text.name, &root, policy.as_ref());
        if self.contracts == 0 && policy.is_none() && !self.diagnostics.has_errors() {
            let at = fields.entry("agents").map_or(root.location, |(key, _)| key.location);
            self.no_contracts(at, "no contracts were loaded");
        }
        Some(Config { agents, mode, tool_policy })
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
        let root = tree::parse(file, text, &mut self.diagnostics);
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
            let hint = format!("for example `{block}: {{mode: enforce}}`");
            let inner = self.fields(node, &format!("`{block}`"), &["mode"], &hint);
            if let Some(node) = inner.and_then(|inner| inner.get("mode")) {
                written.extend(self.mode(node, key));
            }
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
        match self.text(node, &what)? {
            "enforce" => Some(Mode::Enforce),
            "observe" => Some(Mode::Observe),
            other => {
                self.not_one_of(node.location, &what, other, &["enforce", "observe"]);
                None
            }
        }
    }

    fn tool_policy(&mut self, node: &Node) -> Option<ToolAccess> {
        let hint = "for example `tool_policy: {default: deny, approved: [read_file]}`";
        let fields =
            self.fields(node, "`tool_policy`", &["default", "approved", "enforcement"], hint)?;
        // Every key is read before the first error ends it.
        let default = self.choice(
            fields,
            "default",
            &[("allow", Unapproved::Allow), ("deny", Unapproved::Deny)],
        );
        let enforcement = self.choice(
            fields,
            "enforcement",
            &[("reactive", Timing::Reactive), ("proactive", Timing::Proactive)],
        );
        let approved = match fields.get("approved") {
            Some(node) => self.approved(node),
            None if default == Some(Unapproved::Deny) => {
                let message = "`tool_policy` denies by default and approves nothing";
                let hint =
                    "list the tools under `approved`; for no tool at all, write `approved: []`";
                self.report(Diagnostic::new(Code::MissingKey, node.location, message).hint(hint));
                None
            }
            None => Some(Vec::new()),
        };
        Some(ToolAccess { default: default?, approved: approved?, enforcement: enforcement? })
    }

    /// The value of a key that is one of a few words; the default where the key is missing.
    fn choice<T: Copy + Default>(
        &mut self,
        fields: Fields<'_>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let Some(node) = fields.get(key) else { return Some(T::default()) };
        let what = format!("`{key}`");
        let got = self.text(node, &what)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == got) {
            return Some(*value);
        }
        let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.not_one_of(node.location, &what, got, &allowed);
        None
    }

    fn approved(&mut self, node: &Node) -> Option<Vec<Box<str>>> {
        let node = match &node.value {
            Value::Map(_) => {
                let fields =
                    self.fields(node, "`approved`", &["tools"], "for example `[read_file]`")?;
                let Some(tools) = fields.get("tools") else {
                    let message = "`approved` has no `tools`";
                    self.report(Diagnostic::new(Code::MissingKey, node.location, message));
                    return None;
                };
                tools
            }
            _ => node,
        };
        let names: Vec<Option<Box<str>>> =
            self.list(node).iter().map(|item| self.approved_tool(item)).collect();
        names.into_iter().collect()
    }

    fn approved_tool(&mut self, node: &Node) -> Option<Box<str>> {
        let name = self.text(node, "an approved tool")?;
        // The pattern that the policy becomes knows what a tool name is.
        if let Err(error) =
            pattern::find("tool_allowlist")?.bind(vec![Input::Text(name.to_owned())])
        {
            self.report(
                Diagnostic::new(Code::Value, node.location, error.message).hint_if(error.hint),
            );
            return None;
        }
        Some(name.into())
    }

    /// The agents of the first file. Contracts and includes at the top level are every agent's.
    fn agents(
        &mut self,
        fields: Fields<'_>,
        name: &str,
        root: &Node,
        policy: Option<&Loaded>,
    ) -> Vec<Agent> {
        let mut shared = Including::new(name);
        let common = self.block(fields, &mut shared);
        let mut agents = Vec::new();
        match fields.get("agents").map(|node| (node, &node.value)) {
            None => {}
            Some((_, Value::Map(entries))) => {
                for (key, node) in entries {
                    if key.text.trim().is_empty() {
                        self.report(Diagnostic::new(
                            Code::Value,
                            key.location,
                            "an agent has an empty id",
                        ));
                    }
                    let mut contracts = common.clone();
                    contracts.extend(self.agent(node, &mut shared.clone()));
                    agents.push(Agent { id: key.text.clone(), location: key.location, contracts });
                }
            }
            Some((node, _)) => {
                let message =
                    format!("`agents` is a map from ids to contracts, not {}", node.describe());
                let hint = "for example `agents: {bot: {contracts: […]}}`";
                self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            }
        }
        if fields.get("agents").is_none() && (!common.is_empty() || policy.is_some()) {
            agents.push(Agent { id: "*".into(), location: root.location, contracts: common });
        }
        for agent in &mut agents {
            agent.contracts.extend(policy.cloned());
        }
        agents
    }
}

/// The contract of a policy that denies: no tool but the approved ones.
fn policy_contract(policy: &ToolAccess, location: Location) -> Option<Loaded> {
    if policy.default == Unapproved::Allow {
        return None;
    }
    let tools = policy.approved.iter().map(|tool| Input::Text(tool.to_string())).collect();
    let (formula, text) = if policy.approved.is_empty() {
        (Formula::parse("G !called_any").ok()?, "no tool may be called".to_owned())
    } else {
        let instance = pattern::find("tool_allowlist")?.bind(vec![Input::List(tools)]).ok()?;
        (instance.formula().ok()?, instance.description())
    };
    let guarantee = Clause {
        location,
        text: text.clone(),
        description: text,
        pattern: Some("tool_allowlist"),
        source: None,
    };
    let origin = Origin { location, assumptions: Vec::new(), guarantees: vec![guarantee] };
    Some(Loaded { contract: Contract::new("tool_policy", formula), origin })
}
