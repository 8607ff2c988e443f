//! `tool_policy`: what holds for tools that no contract names.

use sponsio_engine::contract::Contract;
use sponsio_engine::formula::Formula;

use super::fields::Fields;
use super::keys::Block;
use super::tree::{Node, Value};
use super::{Clause, Loaded, Loader, Origin, Timing, ToolAccess, Unapproved};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::pattern::{self, Input};

impl Loader<'_> {
    /// Reads `tool_policy`.
    pub(super) fn tool_policy(&mut self, node: &Node) -> Option<ToolAccess> {
        let fields = self.fields(node, Block::ToolPolicy)?;
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
                let fields = self.fields(node, Block::Approved)?;
                let Some(tools) = fields.get("tools") else {
                    let message = "`approved` has no `tools`";
                    self.report(Diagnostic::new(Code::MissingKey, node.location, message));
                    return None;
                };
                tools
            }
            _ => node,
        };
        let names = self.list(node).iter().map(|item| self.approved_tool(item));
        names.collect::<Vec<Option<Box<str>>>>().into_iter().collect()
    }

    fn approved_tool(&mut self, node: &Node) -> Option<Box<str>> {
        let name = self.tool_name(node, "an approved tool")?;
        match self.naming.tool_text(&name, &self.tags) {
            Ok(text) => Some(text.into()),
            Err(problem) => {
                let diagnostic = Diagnostic::new(Code::UnknownTag, node.location, problem.message);
                self.report(diagnostic.hint(problem.hint));
                None
            }
        }
    }
}

/// The contract of a policy that denies: no tool but the approved ones.
pub(super) fn contract(policy: &ToolAccess, location: Location) -> Option<Loaded> {
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
        examples: Vec::new(),
        counterexamples: Vec::new(),
    };
    let origin = Origin {
        location,
        assumptions: Vec::new(),
        guarantees: vec![guarantee],
        desc: None,
        source: None,
        pack: None,
    };
    Some(Loaded { contract: Contract::new("tool_policy", formula), for_each: None, origin })
}
