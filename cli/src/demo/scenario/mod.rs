//! The demonstrations: one file each, with its contracts beside it in `cli/demo/`.

mod backup;
mod cleanup;
mod freeze;
mod wire;

use super::script::Scenario;

/// Every demonstration, in the order in which they run.
pub(crate) const SCENARIOS: &[&Scenario] =
    &[&freeze::FREEZE, &wire::WIRE, &backup::BACKUP, &cleanup::CLEANUP];

/// The demonstration with this name.
pub(crate) fn find(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().copied().find(|scenario| scenario.name == name)
}
