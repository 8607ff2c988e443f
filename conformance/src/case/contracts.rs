//! The contracts of a case.
//!
//! An entry with `ltl` is a formula for the engine, word for word. Any other entry is one of `sponsio.yaml`: it
//! is written out again and read by `sponsio-contracts`, as a configuration would be.

use sponsio_contracts::config::Loaded;
use sponsio_engine::contract::{Activation, Contract};
use sponsio_engine::formula::Formula;
use sponsio_engine::strategy::{Mode, Strategy};

use super::configuration::{Files, Found};
use super::tree::{CaseError, Kind, Node, get};

const FORMULA_KEYS: &[&str] = &["ltl", "assume", "activate_at", "strategy", "mode", "name"];

/// Contracts and the patterns they were written with.
#[derive(Debug, Default)]
pub(super) struct Contracts {
    pub(super) contracts: Vec<Contract>,
    pub(super) patterns: Vec<&'static str>,
}

impl Contracts {
    pub(super) fn read(
        entries: &[Node],
        tool_policy: Option<&Node>,
        found: &mut Found,
    ) -> Result<Self, CaseError> {
        let mut all = Self::default();
        let mut configured = Vec::new();
        for entry in entries {
            match &entry.kind {
                Kind::Map(fields) if get(fields, "ltl").is_some() => {
                    all.contracts.push(formula_contract(entry)?);
                }
                _ => {
                    all.configuration(entry, document(&[entry], None), 0, found)?;
                    configured.push(entry);
                }
            }
        }
        if let Some(policy) = tool_policy {
            // A policy is read beside the other contracts, and adds its own behind them.
            let text = document(&configured, Some(policy));
            all.configuration(policy, text, configured.len(), found)?;
        }
        for (place, contract) in all.contracts.iter().enumerate() {
            let earlier = all.contracts.iter().take(place);
            if earlier.into_iter().any(|other| other.name == contract.name) {
                let message = format!("two contracts are called `{}`", contract.name);
                return Err(CaseError::new(entries.first().map_or(1, |e| e.line), message));
            }
        }
        Ok(all)
    }

    /// Adds the contracts of a configuration behind the first `known`.
    fn configuration(
        &mut self,
        node: &Node,
        text: String,
        known: usize,
        found: &mut Found,
    ) -> Result<(), CaseError> {
        let (config, _) = Files::only(text).load(node, found)?;
        self.add(config.agents.into_iter().flat_map(|agent| agent.contracts).skip(known));
        Ok(())
    }

    /// Adds contracts and remembers their patterns.
    pub(super) fn add(&mut self, contracts: impl Iterator<Item = Loaded>) {
        for loaded in contracts {
            let clauses = loaded.origin.assumptions.iter().chain(&loaded.origin.guarantees);
            self.patterns.extend(clauses.filter_map(|clause| clause.pattern));
            self.contracts.push(loaded.contract);
        }
    }
}

/// A configuration with these entries and this tool policy.
fn document(entries: &[&Node], tool_policy: Option<&Node>) -> String {
    let mut text = "contracts: [".to_owned();
    for entry in entries {
        entry.write(&mut text);
        text.push_str(", ");
    }
    text.push_str("]\n");
    if let Some(policy) = tool_policy {
        text.push_str("tool_policy: ");
        policy.write(&mut text);
    }
    text
}

fn formula_contract(entry: &Node) -> Result<Contract, CaseError> {
    let fields = entry.fields("a formula", FORMULA_KEYS)?;
    let mut contract = Contract::new("", formula(get(fields, "ltl").unwrap_or(entry))?);
    let text = |key: &str| get(fields, key).map(|node| Ok((node, node.text(key)?))).transpose();
    let name = match text("name")? {
        Some((_, name)) => name.to_owned(),
        None => get(fields, "ltl").unwrap_or(entry).text("`ltl`")?.to_owned(),
    };
    contract.name = name.into();
    if let Some(node) = get(fields, "assume") {
        contract.assumptions = match &node.kind {
            Kind::List(items) => items.iter().map(formula).collect::<Result<_, _>>()?,
            _ => vec![formula(node)?],
        };
    }
    contract.activation = match text("activate_at")? {
        None => Activation::Always,
        Some((_, "first_match")) => Activation::FirstMatch,
        Some((node, word)) => return Err(node.error(format!("`activate_at` cannot be `{word}`"))),
    };
    contract.mode = match text("mode")? {
        None => None,
        Some((node, word)) => Some(mode(node, word)?),
    };
    if let Some(node) = get(fields, "strategy") {
        contract.strategy = strategy(node)?;
    }
    Ok(contract)
}

fn formula(node: &Node) -> Result<Formula, CaseError> {
    let text = node.text("a formula")?;
    Formula::parse(text).map_err(|error| {
        let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
        node.error(format!("`{text}`: {error}{hint}"))
    })
}

pub(super) fn mode(node: &Node, word: &str) -> Result<Mode, CaseError> {
    match word {
        "enforce" => Ok(Mode::Enforce),
        "observe" => Ok(Mode::Observe),
        _ => Err(node.error(format!("`mode` cannot be `{word}`"))),
    }
}

fn strategy(node: &Node) -> Result<Strategy, CaseError> {
    if let Kind::Map(_) = &node.kind {
        let fields = node.fields("a strategy", &["redirect_to_safe"])?;
        let safe = get(fields, "redirect_to_safe").unwrap_or(node);
        let fields = safe.fields("`redirect_to_safe`", &["tool", "message"])?;
        let text = |key: &str| match get(fields, key) {
            Some(node) => node.text(key),
            None if key == "message" => Ok(""),
            None => Err(safe.error("`redirect_to_safe` names no tool")),
        };
        return Ok(Strategy::RedirectToSafe {
            tool: text("tool")?.into(),
            message: text("message")?.into(),
        });
    }
    match node.text("a strategy")? {
        "block" => Ok(Strategy::Block),
        "escalate" => Ok(Strategy::Escalate),
        "warn_only" => Ok(Strategy::WarnOnly),
        other => Err(node.error(format!("there is no strategy `{other}`"))),
    }
}
