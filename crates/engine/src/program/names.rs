//! What names that no contract mentions mean: remembered, because finding it out costs a hundred times what looking it
//! up costs, and an agent calls the same tools again and again.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::edge::Edges;
use super::route::{Route, ToolRoute, asks_about_refusals};
use super::{MonitorId, Program};
use crate::ground::ToolId;
use crate::limits::NAMES_REMEMBERED_MAX;

/// The names that have been seen, up to a limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    seen: HashMap<Box<str>, Arc<ToolRoute>, FixedState>,
}

impl Names {
    /// What the name means; a warm look-up allocates nothing.
    pub(crate) fn of(&mut self, program: &Program, name: &str) -> Arc<ToolRoute> {
        if let Some(known) = self.seen.get(name) {
            return Arc::clone(known);
        }
        let unmentioned = Arc::new(program.unmentioned(name));
        if self.seen.len() >= NAMES_REMEMBERED_MAX {
            self.seen.clear();
        }
        self.seen.insert(name.into(), Arc::clone(&unmentioned));
        unmentioned
    }
}

impl Program {
    /// What a name that is no mentioned tool means.
    ///
    /// A monitor that mentions one of its groups, and nothing else that it is or looks like, is moved as the group
    /// says; one that mentions more has its guards evaluated.
    fn unmentioned(&self, name: &str) -> ToolRoute {
        let identity = self.tests.tools.identity(name);
        let mentioning = |tool: &ToolId| self.tool(*tool).map_or(&[][..], |tool| &tool.mentioning);
        let mut mentions: Vec<MonitorId> =
            identity.groups.iter().chain(&identity.alike).flat_map(mentioning).copied().collect();
        mentions.sort_unstable();
        let mut open: Vec<MonitorId> =
            identity.alike.iter().flat_map(mentioning).copied().collect();
        open.extend(mentions.array_windows().filter(|[a, b]| a == b).map(|[a, _]| *a));
        open.sort_unstable();
        open.dedup();
        let mut related = mentions;
        related.dedup();
        let asks = |id: &&MonitorId| {
            self.monitor(**id).is_some_and(|m| asks_about_refusals(m, |test| self.tests.get(test)))
        };
        let mut refused =
            Route { edges: Edges::default(), open: open.iter().filter(asks).copied().collect() };
        let mut called = Route { edges: Edges::default(), open: open.clone() };
        let mut ended = called.clone();
        let is_sole = |id: &MonitorId| open.binary_search(id).is_err();
        for group in identity.groups.iter().filter_map(|group| self.tool(*group)) {
            let routes = [
                (&mut called, &group.called),
                (&mut refused, &group.refused),
                (&mut ended, &group.ended),
            ];
            for (route, of) in routes {
                route.edges.extend(&of.edges, is_sole);
                route.open.extend(of.open.iter().filter(|id| is_sole(id)));
            }
        }
        ToolRoute { identity, related, called, refused, ended, ..ToolRoute::default() }
    }

    /// The tools that a mentioned text names: itself, or of a group all that some contract mentions.
    pub(crate) fn names_of(&self, tool: ToolId) -> Vec<&str> {
        let tools = &self.tests.tools;
        if !tools.is_group(tool) {
            return vec![tools.name(tool)];
        }
        let is_in = |id: &ToolId| {
            self.tool(*id).is_some_and(|route| route.identity.groups.binary_search(&tool).is_ok())
        };
        tools.ids().filter(is_in).map(|id| tools.name(id)).collect()
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
