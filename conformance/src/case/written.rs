//! A case as files that anybody can read: its contracts as a `sponsio.yaml`, with what that includes.
//!
//! Whoever runs a case from outside, in another process or another language, gets it in this form. A formula of a case
//! is for the engine word for word, and so it is here.

use std::collections::BTreeMap;

use sponsio_engine::strategy::Mode;

use super::tree::{CaseError, Kind, Node, get};

/// The agent of a case that names none.
pub const AGENT: &str = "agent";

/// The files of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The text of each file by its name; the first that is read is `sponsio.yaml`.
    pub files: BTreeMap<String, String>,
    /// The environment.
    pub variables: BTreeMap<String, String>,
    /// Whose contracts are asked; none where it is the first of the file.
    pub agent: Option<String>,
}

impl Written {
    /// The configuration with these contracts.
    pub(super) fn of(
        entries: &[Node],
        tool_policy: Option<&Node>,
        permissions: Option<&Node>,
        mode: Mode,
    ) -> Result<Self, CaseError> {
        let mut text = format!("mode: {}\nagents: {{", mode.name());
        let all = permissions.map_or(Ok(&[][..]), |node| node.map("`permissions`"))?;
        for (agent, list) in all.iter().filter(|(agent, _)| agent != AGENT) {
            key(agent, &mut text);
            text.push_str("{permissions: ");
            list.write(&mut text);
            text.push_str("}, ");
        }
        key(AGENT, &mut text);
        text.push('{');
        if let Some(list) = get(all, AGENT) {
            text.push_str("permissions: ");
            list.write(&mut text);
            text.push_str(", ");
        }
        text.push_str("contracts: [");
        for entry in entries {
            configured(entry).write(&mut text);
            text.push_str(", ");
        }
        text.push_str("]}}\n");
        if let Some(policy) = tool_policy {
            text.push_str("tool_policy: ");
            policy.write(&mut text);
        }
        let files = [("sponsio.yaml".to_owned(), text)].into();
        Ok(Self { files, agent: Some(AGENT.to_owned()), ..Self::default() })
    }
}

fn key(name: &str, text: &mut String) {
    Node { line: 1, kind: Kind::Text(name.to_owned()) }.write(text);
    text.push_str(": ");
}

/// The entry of a configuration that is this entry of a case.
fn configured(entry: &Node) -> Node {
    let Kind::Map(fields) = &entry.kind else { return entry.clone() };
    let Some(formula) = get(fields, "ltl") else { return entry.clone() };
    let node = |kind| Node { line: entry.line, kind };
    let clause = |formula: &Node| node(Kind::Map(vec![("ltl".to_owned(), formula.clone())]));
    let mut all = vec![("G".to_owned(), clause(formula))];
    let named = get(fields, "name").unwrap_or(formula);
    all.push(("name".to_owned(), named.clone()));
    for (key, value) in fields {
        match (key.as_str(), &value.kind) {
            ("ltl" | "name", _) => {}
            ("assume", Kind::List(formulas)) => {
                let clauses = formulas.iter().map(clause).collect();
                all.push(("A".to_owned(), node(Kind::List(clauses))));
            }
            ("assume", _) => all.push(("A".to_owned(), clause(value))),
            _ => all.push((key.clone(), value.clone())),
        }
    }
    node(Kind::Map(all))
}
