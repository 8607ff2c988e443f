//! Why a contract objects: the clause, the edge of its automaton, and the events and values that led there.
//!
//! Explaining is asking again. The event is judged once more in the scratch, by the same path, and what the step
//! throws away is put into words. It costs allocations, so it happens only when someone asks.

use super::Session;
use super::blame::Blame;
use super::scratch::Scratch;
use super::way::tool_of;
use crate::automaton::describe;
use crate::decision::Outcome;
use crate::event::Event;
use crate::ground::phrase::quoted;
use crate::ground::{Content, Moment, Op, Test, ToolId, View};
use crate::program::{ContractId, Monitor, Part};
use crate::strategy::Strategy;
use crate::verdict::Verdict;

/// Why one contract objects to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Which contract.
    pub contract: ContractId,
    /// What its strategy makes of it.
    pub outcome: Outcome,
    /// Which of its guarantees.
    pub clause: usize,
    /// The guarantee, printed canonically.
    pub formula: String,
    /// The step of the automaton that would violate it.
    pub edge: Edge,
    /// What led there, earliest first.
    pub witnesses: Vec<Witness>,
    /// For a redirection: the substitute, and why.
    pub redirect: Option<(Box<str>, Box<str>)>,
}

/// A step of an automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The state before.
    pub from: u32,
    /// The state after.
    pub to: u32,
    /// What the automaton saw of the event, as a formula.
    pub label: String,
}

/// Something that contributed to an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The number of an earlier event; none for the event itself.
    pub seq: Option<u64>,
    /// What it is, in words.
    pub text: String,
}

impl Session {
    /// Why contracts object to the event: one explanation for each objecting guarantee, in order. Empty if none
    /// does. Nothing changes.
    pub fn explain(&self, event: &Event, scratch: &mut Scratch) -> Vec<Explanation> {
        let judged = self.judge(event, &Content::Event, scratch);
        let objecting = scratch.objecting.clone();
        if objecting.is_empty() && scratch.objections.is_empty() {
            return Vec::new();
        }
        let of_values = self.explain_values(event, scratch);
        let objections = scratch.objections.clone();
        let program = self.program();
        let name = tool_of(&event.kind).unwrap_or_default();
        let identity = program.tests.tools.identity(name);
        let view = self.view(event, &Content::Event, judged.time, scratch);
        let view = View { identity: &identity, ..view };
        let first = self.before_batch(event);
        let mut explanations = Vec::new();
        for monitor in objecting.into_iter().filter_map(|(id, _)| program.monitor(id)) {
            let moment = self.moment(monitor, &view, judged.time);
            let mut explanation = self.explain_monitor(monitor, &moment, scratch);
            if let (false, Some(first)) = (explanation.1, &first) {
                // It objects to the event coming first in its batch.
                let view = first.view(event, &Content::Event, judged.time, scratch);
                let view = View { identity: &identity, ..view };
                let moment = first.moment(monitor, &view, judged.time);
                explanation = first.explain_monitor(monitor, &moment, scratch);
            }
            let (mut explanation, _) = explanation;
            let objection = objections.iter().find(|o| o.contract == monitor.contract);
            explanation.outcome = objection.map_or(Outcome::Blocked, |o| o.outcome);
            explanations.push(explanation);
        }
        explanations.extend(of_values);
        explanations.sort_by_key(|explanation| (explanation.contract, explanation.clause));
        explanations
    }

    /// What a monitor makes of the event, and whether it is a violation.
    fn explain_monitor(
        &self,
        monitor: &Monitor,
        moment: &Moment<'_>,
        scratch: &mut Scratch,
    ) -> (Explanation, bool) {
        let program = self.program();
        let part = &monitor.guarantee;
        let registers = part.registers(&self.words);
        let Scratch { values, answers, .. } = &mut *scratch;
        part.plan.evaluate(&program.tests, moment, registers, values, answers);
        let letter = part.plan.letter(values);
        let from = part.entry(&self.words);
        let to = part.automaton.step(from, letter).unwrap_or(from);
        let names = program.proposition_names(part);
        let label = describe(&[letter], part.automaton.alphabet().letters(), &names);
        let strategy = program.contract(monitor.contract).map(|c| c.strategy());
        let explanation = Explanation {
            contract: monitor.contract,
            outcome: Outcome::Blocked,
            clause: monitor.clause,
            formula: part.formula.to_string(),
            edge: Edge { from: from.state(), to: to.state(), label },
            witnesses: self.witnesses(part, letter, moment, scratch),
            redirect: strategy.and_then(|strategy| match strategy {
                Strategy::RedirectToSafe { tool, message } => Some((tool.clone(), message.clone())),
                Strategy::Block | Strategy::Escalate | Strategy::WarnOnly => None,
            }),
        };
        (explanation, to.verdict() == Verdict::Violated)
    }

    fn witnesses(
        &self,
        part: &Part,
        letter: u32,
        moment: &Moment<'_>,
        scratch: &mut Scratch,
    ) -> Vec<Witness> {
        let program = self.program();
        let mut witnesses = Vec::new();
        let armed = part.armed.and_then(|at| self.words.get(at)).copied().filter(|seq| *seq != 0);
        if let Some(seq) = armed.filter(|_| part.entry(&self.words) != part.initial) {
            let text = format!("event {seq} led here");
            witnesses.push(Witness { seq: Some(u64::from(seq)), text });
        }
        let mut blame = Blame {
            tests: &program.tests,
            part,
            moment,
            registers: part.registers(&self.words),
            values: &scratch.values,
            answers: &mut scratch.answers,
        };
        let found = blame.findings(letter, part.entry(&self.words));
        witnesses.extend(found.into_iter().map(|text| Witness { seq: None, text }));
        self.add_groups(part, moment, &mut witnesses);
        witnesses
    }

    /// Says which groups of tools that the clause mentions the event's tool is in.
    fn add_groups(&self, part: &Part, moment: &Moment<'_>, witnesses: &mut Vec<Witness>) {
        let Some(name) = tool_of(&moment.view.event.kind) else { return };
        let tests = &self.program().tests;
        let mut groups: Vec<ToolId> = part
            .plan
            .ops
            .iter()
            .filter_map(|op| match op {
                Op::Test { test, .. } => tests.get(*test),
                _ => None,
            })
            .flat_map(Test::tools)
            .filter(|tool| moment.view.identity.groups.contains(tool))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        witnesses.extend(groups.into_iter().map(|group| {
            let text = format!("{} is in {}", quoted(name), quoted(tests.tools.name(group)));
            Witness { seq: None, text }
        }));
    }
}
