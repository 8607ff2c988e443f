//! Contracts that say the same as one before them.

use std::collections::BTreeMap;

use super::{Loaded, Loader};
use crate::diagnostic::{Code, Diagnostic};

impl Loader<'_> {
    /// Warns about contracts of one agent that are equal in everything but their words.
    pub(super) fn repeated(&mut self, contracts: &[Loaded]) {
        let mut seen: BTreeMap<Vec<String>, &Loaded> = BTreeMap::new();
        for loaded in contracts {
            let key = meaning(loaded);
            match seen.get(&key) {
                None => {
                    seen.insert(key, loaded);
                }
                Some(first) => {
                    let message =
                        format!("`{}` says the same as a contract before it", loaded.contract.name);
                    let diagnostic =
                        Diagnostic::new(Code::SameContract, loaded.origin.location, message)
                            .related(first.origin.location, "this one")
                            .hint("remove one of them, or correct the one that was meant to say something else");
                    self.report(diagnostic);
                }
            }
        }
    }
}

/// Everything but the words: formulas, activation, strategy, mode, key.
fn meaning(loaded: &Loaded) -> Vec<String> {
    let contract = &loaded.contract;
    let mut parts = vec![
        format!("{:?} {:?}", contract.activation, contract.scope),
        format!("{:?} {:?}", contract.strategy, contract.mode),
        format!("{:?}", loaded.for_each.as_ref().map(|for_each| &for_each.parts)),
        contract.assumptions.len().to_string(),
    ];
    parts.extend(contract.assumptions.iter().chain(&contract.guarantees).map(ToString::to_string));
    parts
}
