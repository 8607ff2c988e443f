//! What names that no contract mentions mean: remembered, because finding it out costs a hundred times what looking it
//! up costs, and an agent calls the same tools again and again.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::route::{Route, asks_about_refusals};
use super::{MonitorId, Program};
use crate::ground::ToolId;
use crate::limits::NAMES_REMEMBERED_MAX;

/// What a name that is no mentioned tool can move, besides what any call moves.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    /// The mentioned tools it is to be confused with, sorted.
    pub(crate) tools: Vec<ToolId>,
    /// The monitors that mention one of them, sorted: they are not moved as by any other call.
    pub(crate) related: Vec<MonitorId>,
    /// By a call, and by the result of one.
    pub(crate) called: Route,
    pub(crate) refused: Route,
}

/// The names that have been seen, up to a limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    seen: HashMap<Box<str>, Arc<Alike>, FixedState>,
}

impl Names {
    /// What the name means; a warm look-up allocates nothing.
    pub(crate) fn of(&mut self, program: &Program, name: &str) -> Arc<Alike> {
        if let Some(alike) = self.seen.get(name) {
            return Arc::clone(alike);
        }
        let alike = Arc::new(program.alike(name));
        if self.seen.len() >= NAMES_REMEMBERED_MAX {
            self.seen.clear();
        }
        self.seen.insert(name.into(), Arc::clone(&alike));
        alike
    }
}

impl Program {
    /// What a name that is no mentioned tool means.
    fn alike(&self, name: &str) -> Alike {
        let tools = self.tests.tools.alike(name);
        let routes = tools.iter().filter_map(|tool| self.tool(*tool));
        let mut related: Vec<MonitorId> =
            routes.flat_map(|tool| tool.mentioning.iter().copied()).collect();
        related.sort_unstable();
        related.dedup();
        let asks = |id: &&MonitorId| {
            self.monitor(**id).is_some_and(|m| asks_about_refusals(m, |test| self.tests.get(test)))
        };
        let refused =
            Route { edges: Vec::new(), open: related.iter().filter(asks).copied().collect() };
        let called = Route { edges: Vec::new(), open: related.clone() };
        Alike { tools, related, called, refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use crate::formula::Formula;
    use crate::program::Options;

    #[test]
    fn what_is_remembered_is_bounded() {
        let contract = Contract::new("no bash", Formula::parse("G !called(bash)").unwrap());
        let program = Program::compile(&[contract], &Options::default()).unwrap();
        let mut names = Names::default();
        for n in 0..=NAMES_REMEMBERED_MAX {
            names.of(&program, &format!("tool{n}"));
        }
        assert!(names.seen.len() <= NAMES_REMEMBERED_MAX);
        assert_eq!(names.of(&program, "Bash").related.len(), 1);
    }
}
