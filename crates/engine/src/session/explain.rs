//! Why a contract objects: the clause, the edge of its automaton, and the events and values that led there.
//!
//! Explaining is asking again. The event is judged once more in the scratch, by the same path, and what the step
//! throws away is put into words. It costs allocations, so it happens only when someone asks.

use super::Session;
use super::scratch::Scratch;
use super::step::tool_of;
use crate::automaton::describe;
use crate::decision::Outcome;
use crate::event::{Event, EventKind};
use crate::ground::{
    Amount, Content, Counted, Flows, Moment, Op, Test, TestId, ToolId, Truth, View,
};
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
            witnesses: self.witnesses(monitor, part, moment, scratch),
            redirect: strategy.and_then(|strategy| match strategy {
                Strategy::RedirectToSafe { tool, message } => Some((tool.clone(), message.clone())),
                Strategy::Block | Strategy::Escalate | Strategy::WarnOnly => None,
            }),
        };
        (explanation, to.verdict() == Verdict::Violated)
    }

    fn witnesses(
        &self,
        monitor: &Monitor,
        part: &Part,
        moment: &Moment<'_>,
        scratch: &mut Scratch,
    ) -> Vec<Witness> {
        let program = self.program();
        let mut witnesses = Vec::new();
        let armed = part.armed.and_then(|at| self.words.get(at)).copied().filter(|seq| *seq != 0);
        if let Some(seq) = armed.filter(|_| part.entry(&self.words) != part.initial) {
            let text =
                format!("event {seq} brought guarantee {} here", monitor.clause.saturating_add(1));
            witnesses.push(Witness { seq: Some(u64::from(seq)), text });
        }
        let counts = part.plan.counts(moment, part.registers(&self.words), &scratch.values);
        for (counter, count) in part.plan.counters.iter().zip(counts) {
            if let Some(Op::Test { test, .. }) = part.plan.ops.get(counter.counted.index()) {
                let text = format!(
                    "`{}` is {count}",
                    counter_name(program.tests.text(*test), counter.consecutive)
                );
                witnesses.push(Witness { seq: None, text });
            }
        }
        witnesses.extend(amounts(part, scratch));
        self.add_groups(part, moment, &mut witnesses);
        let mut asked: Vec<TestId> = Vec::new();
        for op in &part.plan.ops {
            let Op::Test { test, .. } = op else { continue };
            if asked.contains(test) || !self.is_about(*test, moment) {
                continue;
            }
            asked.push(*test);
            let truth =
                program.tests.truth(*test, &moment.view, Counted::default(), &mut scratch.answers);
            let text = program.tests.text(*test);
            let text = match truth {
                Truth::True => match effect_of(program.tests.get(*test), moment) {
                    Some(effect) => format!("`{text}` holds: {effect}"),
                    None => format!("`{text}` holds"),
                },
                Truth::False => format!("`{text}` does not hold"),
                Truth::Unknown => format!("`{text}` cannot be told"),
                Truth::Absent => continue,
            };
            witnesses.push(Witness { seq: None, text });
        }
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
            let text = format!("`{name}` is in `{}`", tests.tools.name(group));
            Witness { seq: None, text }
        }));
    }

    /// Whether the test says something about this event that its tool's name does not.
    fn is_about(&self, test: TestId, moment: &Moment<'_>) -> bool {
        let identity = &moment.view.identity;
        let named = |tool: ToolId| identity.names(tool) != Truth::False;
        match self.program().tests.get(test) {
            Some(Test::Compare { left, right, .. }) => {
                [left.tool(), right.tool()].into_iter().flatten().all(|(tool, _)| named(tool))
            }
            Some(Test::Called(tool)) => identity.names(*tool) == Truth::Unknown,
            Some(Test::Effect(_)) => moment.view.event.is_call(),
            Some(test) if test.is_about_name() => false,
            Some(test) => test.tool().is_none_or(named),
            None => false,
        }
    }
}

/// The effect that a test found, in words.
fn effect_of(test: Option<&Test>, moment: &Moment<'_>) -> Option<String> {
    match (test?, &moment.view.event.kind) {
        (Test::Effect(test), EventKind::ToolCall { effects: Some(effects), .. }) => {
            test.witness(effects, moment.view.flows.map(Flows::trail))
        }
        _ => None,
    }
}

/// What the accumulators of a part come to.
fn amounts(part: &Part, scratch: &Scratch) -> Vec<Witness> {
    let mut texts: Vec<String> = Vec::new();
    for (accumulator, amount) in part.plan.accumulators.iter().zip(scratch.values.amounts()) {
        let term = &accumulator.text;
        let text = match amount {
            Amount::Known(0) if accumulator.kind.is_fact() => format!("`{term}` does not hold"),
            Amount::Known(_) if accumulator.kind.is_fact() => format!("`{term}` holds"),
            Amount::Known(units) => {
                format!("`{term}` is {}", Amount::decimal(units, accumulator.kind.places()))
            }
            Amount::Missing => format!("`{term}` has no value"),
            Amount::Unknown => format!("`{term}` cannot be told"),
            Amount::Absent => continue,
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.into_iter().map(|text| Witness { seq: None, text }).collect()
}

fn counter_name(test: &str, consecutive: bool) -> String {
    match (test.strip_prefix("called"), consecutive) {
        (Some(rest), false) => format!("count{rest}"),
        (Some(rest), true) => format!("consecutive_count{rest}"),
        (None, _) => test.to_owned(),
    }
}
