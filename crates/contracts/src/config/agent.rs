//! The block of one agent: its names, its includes, its own contracts, and changes of them.

use std::collections::BTreeSet;

use super::fields::Fields;
use super::keys::Block;
use super::naming::Naming;
use super::tree::{Key, Node, Value};
use super::{Agent, Loaded, Loader};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::CONTRACTS_MAX;

/// Which files lead to the one that is being read, and which this agent has already.
pub(super) struct Including {
    /// The names from the first file to this one.
    pub(super) chain: Vec<String>,
    /// Every file this agent included.
    pub(super) seen: BTreeSet<String>,
}

impl Including {
    pub(super) fn new(name: &str) -> Self {
        Self { chain: vec![name.to_owned()], seen: BTreeSet::new() }
    }
}

impl Loader<'_> {
    /// The contracts of an agent of an included file: a map, or a list of contracts alone.
    pub(super) fn included_agent(&mut self, node: &Node, including: &mut Including) -> Vec<Loaded> {
        match &node.value {
            Value::List(items) => self.contracts(items),
            _ if node.is_null() => Vec::new(),
            _ => match self.fields(node, Block::IncludedAgent) {
                Some(fields) => self.block(fields, including),
                None => Vec::new(),
            },
        }
    }

    /// An agent of the first file. `common` are the contracts and includes of every agent.
    pub(super) fn agent(
        &mut self,
        key: &Key,
        node: &Node,
        name: &str,
        common: Fields<'_>,
    ) -> Agent {
        self.naming = Naming::of(&key.text);
        let mut including = Including::new(name);
        let mut agent = Agent {
            id: key.text.clone(),
            location: key.location,
            contracts: Vec::new(),
            permissions: Vec::new(),
            workspace: None,
        };
        let fields = match &node.value {
            Value::Map(_) => self.fields(node, Block::Agent),
            _ => None,
        };
        if let Some(fields) = fields {
            self.names(fields);
            agent.workspace = self.naming.workspace.as_deref().map(Into::into);
        }
        agent.contracts = self.block(common, &mut including);
        match (&node.value, fields) {
            (Value::List(items), _) => agent.contracts.extend(self.contracts(items)),
            (_, Some(fields)) => {
                agent.contracts.extend(self.block(fields, &mut including));
                if let Some(node) = fields.get("permissions") {
                    agent.permissions = self.permissions(node);
                }
                if let Some(node) = fields.get("customized") {
                    self.customize(node, &mut agent.contracts);
                }
            }
            _ if node.is_null() => {}
            _ => {
                self.fields(node, Block::Agent);
            }
        }
        if !self.diagnostics.has_errors() {
            self.unused_renames();
        }
        self.repeated(&agent.contracts);
        agent
    }

    fn permissions(&mut self, node: &Node) -> Vec<Box<str>> {
        let names =
            self.list(node).iter().map(|item| self.text(item, "a permission").map(Into::into));
        names.collect::<Vec<Option<Box<str>>>>().into_iter().flatten().collect()
    }

    /// The contracts of a map with `include` and `contracts`.
    pub(super) fn block(&mut self, fields: Fields<'_>, including: &mut Including) -> Vec<Loaded> {
        let mut list = Vec::new();
        if let Some(node) = fields.get("include") {
            for spec in self.list(node) {
                list.extend(self.include(spec, including));
            }
        }
        match fields.get("contracts").map(|node| (node, &node.value)) {
            None => {}
            Some((_, Value::List(items))) => list.extend(self.contracts(items)),
            Some((node, _)) if node.is_null() => {}
            Some((node, _)) => {
                let message = format!("`contracts` is a list, not {}", node.describe());
                let hint = "begin each contract with `- `";
                self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            }
        }
        list
    }

    fn contracts(&mut self, items: &[Node]) -> Vec<Loaded> {
        let mut list = Vec::new();
        for item in items {
            self.contracts = self.contracts.saturating_add(1);
            if self.contracts > CONTRACTS_MAX {
                let message = format!("the configuration has more than {CONTRACTS_MAX} contracts");
                self.report(Diagnostic::new(Code::Limit, item.location, message));
                break;
            }
            list.extend(self.contract(item));
        }
        list
    }
}
