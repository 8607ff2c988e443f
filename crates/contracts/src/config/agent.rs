//! The block of one agent: includes, then its own contracts.

use std::collections::BTreeSet;

use super::fields::Fields;
use super::tree::{Node, Value};
use super::{Loaded, Loader};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::CONTRACTS_MAX;

const HINT: &str = "for example `{contracts: [{G: \"tool `search` at most 3 times\"}]}`";

/// Which files lead to the one that is being read, and which this agent has already.
#[derive(Clone)]
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
    /// The contracts of an agent: a map, or a list of contracts alone.
    pub(super) fn agent(&mut self, node: &Node, including: &mut Including) -> Vec<Loaded> {
        match &node.value {
            Value::List(items) => self.contracts(items),
            _ => match self.fields(node, "an agent", &["contracts", "include"], HINT) {
                Some(fields) => self.block(fields, including),
                None => Vec::new(),
            },
        }
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
