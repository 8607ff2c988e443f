//! The digests of contracts and programs: SipHash-2-4 with 128 bits over what they mean, printed canonically.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher24};

use super::builder::Texts;
use super::{CompiledContract, Options, ProgramHash};
use crate::contract::{Activation, Contract, KeyPart, Scope};
use crate::formula::Formula;
use crate::strategy::{Mode, Strategy};

/// The digest of one contract.
pub(super) fn hash_printed(contract: &Contract, mode: Mode) -> ProgramHash {
    let printed =
        |formulas: &[Formula]| -> Vec<String> { formulas.iter().map(Formula::to_string).collect() };
    let [assumptions, guarantees] = [printed(&contract.assumptions), printed(&contract.guarantees)];
    let texts = [&assumptions, &guarantees].map(|list| list.iter().map(String::as_str).collect());
    hash_contract(contract, mode, &texts)
}

/// The same where the texts of its formulas are known.
pub(super) fn hash_contract(contract: &Contract, mode: Mode, texts: &Texts<'_>) -> ProgramHash {
    let [assumptions, guarantees] = texts;
    let mut hasher = SipHasher24::new();
    let mut field = |tag: u8, text: &str| {
        hasher.write_u8(tag);
        hasher.write(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.write(text.as_bytes());
    };
    assumptions.iter().for_each(|formula| field(1, formula));
    field(2, if contract.activation == Activation::FirstMatch { "first_match" } else { "" });
    guarantees.iter().for_each(|formula| field(3, formula));
    field(4, contract.strategy.name());
    if let Strategy::RedirectToSafe { tool, message } = &contract.strategy {
        field(5, tool);
        field(6, message);
    }
    field(7, mode.name());
    if let Some(for_each) = &contract.for_each {
        field(8, if for_each.as_text { "text" } else { "" });
        for part in &for_each.keys {
            match part {
                KeyPart::Agent => field(9, ""),
                KeyPart::Fact(key) => field(10, key),
                KeyPart::Argument { path, by_tool } => {
                    field(11, path.as_deref().unwrap_or_default());
                    for (tool, path) in by_tool {
                        field(12, tool);
                        field(13, path);
                    }
                }
            }
        }
    }
    if contract.scope != Scope::Session {
        field(14, contract.scope.name());
    }
    ProgramHash(hasher.finish128().as_u128())
}

/// The digest of a program: of its contracts in their order, its mode, and who has which permissions.
pub(super) fn hash_program(contracts: &[CompiledContract], options: &Options) -> ProgramHash {
    let mut hasher = SipHasher24::new();
    hasher.write_u8(u8::from(options.mode == Mode::Enforce));
    for contract in contracts {
        hasher.write(&contract.hash.0.to_le_bytes());
    }
    let mut permissions: Vec<(&str, &str)> = options
        .permissions
        .iter()
        .flat_map(|(agent, list)| list.iter().map(move |permission| (&**agent, &**permission)))
        .collect();
    permissions.sort_unstable();
    permissions.dedup();
    for text in permissions.into_iter().flat_map(|(agent, permission)| [agent, permission]) {
        hasher.write(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.write(text.as_bytes());
    }
    ProgramHash(hasher.finish128().as_u128())
}
