//! What compilation found out about each clause: what people are shown before a session runs.

use super::monitor::{Monitor, Part};
use super::{ContractId, Program};
use crate::automaton::{Automaton, describe, negation};
use crate::verdict::Verdict;

/// What kind of property a formula is, read off its automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// Something bad never happens: it can be violated, and is never owed.
    Safety,
    /// Something good happens: it can be owed, and never be violated for good.
    Liveness,
    /// It can be met for good, and never be violated for good once it is owed no more.
    CoSafety,
    /// It can be owed and it can be violated.
    Mixed,
    /// It holds whatever happens.
    Trivial,
    /// Nothing satisfies it.
    Unsatisfiable,
    /// The automaton is built as it runs, and its states are not all known.
    Unknown,
}

impl Property {
    /// The word people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safety => "safety",
            Self::Liveness => "liveness",
            Self::CoSafety => "co-safety",
            Self::Mixed => "mixed",
            Self::Trivial => "trivial",
            Self::Unsatisfiable => "unsatisfiable",
            Self::Unknown => "unknown",
        }
    }

    fn of(automaton: &Automaton) -> Self {
        let Some(table) = automaton.table() else { return Self::Unknown };
        let verdicts: Vec<Verdict> =
            (0..table.states()).filter_map(|s| table.entry(s)).map(|e| e.verdict()).collect();
        let has = |verdict| verdicts.contains(&verdict);
        match (
            has(Verdict::Violated),
            has(Verdict::Pending),
            has(Verdict::Satisfied),
            has(Verdict::Holding),
        ) {
            (false, false, ..) => Self::Trivial,
            (true, false, false, false) => Self::Unsatisfiable,
            (true, false, ..) => Self::Safety,
            (false, true, true, false) => Self::CoSafety,
            (false, true, ..) => Self::Liveness,
            (true, true, ..) => Self::Mixed,
        }
    }
}

/// One guarantee clause of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseReport {
    /// The formula, printed canonically.
    pub formula: String,
    /// What kind of property it is.
    pub property: Property,
    /// States of the minimal automaton, the state before the first event included; or found so far.
    pub states: usize,
    /// Classes of letters that the automaton tells apart; none where it is built as it runs.
    pub classes: usize,
    /// The state propositions, as formulas.
    pub propositions: Vec<String>,
    /// Bytes of session state, before it runs.
    pub state_bytes: usize,
    /// The states with their verdicts, in order; the first is initial.
    pub verdicts: Vec<Verdict>,
    /// The edges of the automaton: from, to, and when.
    pub edges: Vec<(usize, usize, String)>,
}

impl Program {
    /// What compilation found out about a contract, clause by clause.
    pub fn report(&self, contract: ContractId) -> Vec<ClauseReport> {
        let (program, contract) = self.judging(contract);
        program.monitors_of(contract).iter().map(|monitor| program.clause(monitor)).collect()
    }

    fn clause(&self, monitor: &Monitor) -> ClauseReport {
        let part = &monitor.guarantee;
        let automaton = &part.automaton;
        let parts = monitor.parts().map(|part| {
            usize::from(part.plan.words)
                .saturating_add(usize::from(part.entry.is_some()))
                .saturating_add(usize::from(part.armed.is_some()))
        });
        let latch =
            monitor.activation.as_ref().map_or(0, |l| usize::from(l.plan.words).saturating_add(1));
        let words = parts
            .sum::<usize>()
            .saturating_add(latch)
            .saturating_add(usize::from(monitor.skipped.is_some()));
        let entries = automaton
            .table()
            .map(|t| (0..t.states()).filter_map(|s| t.entry(s)).collect::<Vec<_>>());
        ClauseReport {
            formula: part.formula.to_string(),
            property: Property::of(automaton),
            states: automaton.states(),
            classes: automaton.table().map_or(0, |table| table.classes()),
            propositions: self.proposition_names(part),
            state_bytes: words.saturating_mul(size_of::<u32>()),
            verdicts: entries
                .unwrap_or_default()
                .into_iter()
                .map(|entry| entry.verdict())
                .collect(),
            edges: self.edges(part),
        }
    }

    /// The propositions of a part, as formulas.
    pub(crate) fn proposition_names(&self, part: &Part) -> Vec<String> {
        let name = |proposition: &crate::ground::Proposition| match (
            proposition.node,
            proposition.negated,
        ) {
            (Some(node), false) => part.formula.display(node).to_string(),
            (Some(node), true) => negation(&part.formula.display(node).to_string()),
            (None, _) => "called_any".into(),
        };
        part.plan.propositions.iter().map(name).collect()
    }

    fn edges(&self, part: &Part) -> Vec<(usize, usize, String)> {
        let Some(table) = part.automaton.table() else { return Vec::new() };
        let names = self.proposition_names(part);
        let mut edges = Vec::new();
        for state in 0..table.states() {
            let Some(entry) = table.entry(state) else { continue };
            let mut targets: Vec<(usize, Vec<u32>)> = Vec::new();
            for class in 0..table.classes() {
                let Some(next) =
                    table.next(entry, class).and_then(|n| usize::try_from(n.state()).ok())
                else {
                    continue;
                };
                match targets.iter_mut().find(|(target, _)| *target == next) {
                    Some((_, letters)) => letters.extend(table.letters(class)),
                    None => targets.push((next, table.letters(class).collect())),
                }
            }
            targets.sort_unstable_by_key(|(target, _)| *target);
            for (target, letters) in targets {
                edges.push((state, target, describe(&letters, table.alphabet().letters(), &names)));
            }
        }
        edges
    }
}
