//! The shortest way to make a refused call possible.
//!
//! A breadth-first search over calls: from the session as it is, every candidate is stepped by the same path as
//! any event, without arguments, and only where it would be allowed; the first sequence after which the refused
//! call would be allowed is the answer. Candidates are the tools that the objecting contracts mention, and those
//! that the contracts objecting to *them* mention, and so on: calling anything else cannot help, and proposing an
//! unrelated tool could harm. A set stands for its members, a glob for those tools that some contract mentions. The
//! search is bounded in length, tools and steps; no answer means "none within the bounds".
//!
//! What a candidate would do is asked of the analyst, as for the substitute of a redirected call: without one, no
//! candidate is proposed that a contract about effects would have to know of.

use std::collections::{HashSet, VecDeque};

use foldhash::fast::FixedState;

use super::Session;
use super::scratch::{Analyst, Scratch};
use crate::event::{Event, EventKind, Timestamp, Value};
use crate::ground::{Content, Op, Test};
use crate::limits::{REPAIR_CALLS_MAX, REPAIR_STEPS_MAX, REPAIR_TOOLS_MAX, REPAIR_WORDS_MAX};
use crate::program::Monitor;

impl Session {
    /// The shortest sequence of calls without arguments after which `event` would be allowed; `None` if it is
    /// allowed already, or if there is no such sequence within the limits. Nothing changes.
    pub fn repair(&self, event: &Event, analyst: Option<&Analyst>) -> Option<Vec<Box<str>>> {
        let EventKind::ToolCall { tool, .. } = &event.kind else { return None };
        let scratch = Scratch::new(self.program());
        let mut scratch = match analyst {
            Some(analyst) => scratch.with_analyst(analyst.clone()),
            None => scratch,
        };
        if self.judge(event, &Content::Event, &mut scratch).decision.runs() {
            return None;
        }
        // What one value of a key lacks is looked for in calls of the same value.
        if let Some(value) = self.objecting_value(event, &scratch) {
            return value.repair_value(event, analyst);
        }
        // The arguments are long, perhaps, and stay what they are: they are read once.
        let answers = self.program().tests.answered(&scratch.answers);
        let candidates: Vec<(Box<str>, Event)> = self
            .candidates(event, tool, &mut scratch)
            .into_iter()
            .map(|name| {
                let call = self.bare(event.time, &name, analyst);
                (name, call)
            })
            .collect();
        let mut seen: HashSet<Box<[u32]>, FixedState> = HashSet::default();
        seen.insert(self.words.clone());
        let mut queue: VecDeque<(Self, Vec<Box<str>>)> =
            VecDeque::from([(self.without_values(), Vec::new())]);
        let (mut steps, mut words) = (0usize, 0usize);
        while let Some((session, path)) = queue.pop_front() {
            if path.len() >= REPAIR_CALLS_MAX {
                break;
            }
            for (candidate, call) in &candidates {
                steps = steps.saturating_add(1);
                if steps > REPAIR_STEPS_MAX {
                    return None;
                }
                let mut next = session.clone();
                let judged = next.judge(call, &Content::Event, &mut scratch);
                if !judged.happens(call) || !scratch.objections.is_empty() {
                    continue;
                }
                next.apply(call, &judged, &scratch);
                let mut path = path.clone();
                path.push(candidate.clone());
                let retried = next.judge(event, &Content::Judged(&answers), &mut scratch);
                if retried.decision.runs() && scratch.objections.is_empty() {
                    return Some(path);
                }
                words = words.saturating_add(next.words.len());
                if words > REPAIR_WORDS_MAX {
                    return None;
                }
                if seen.insert(next.words.clone()) {
                    queue.push_back((next, path));
                }
            }
        }
        None
    }

    #[inline(never)]
    fn repair_value(&self, event: &Event, analyst: Option<&Analyst>) -> Option<Vec<Box<str>>> {
        self.repair(event, analyst)
    }

    /// A call without arguments, and what it would do.
    fn bare(&self, time: Timestamp, tool: &str, analyst: Option<&Analyst>) -> Event {
        let mut call = Event::call(time, tool, Value::empty());
        if let (Some(analyst), EventKind::ToolCall { args, effects, .. }) =
            (analyst, &mut call.kind)
            && self.program().asks_effects()
        {
            *effects = Some(Box::new(analyst.effects(tool, args)));
        }
        call
    }

    /// The tools worth trying, in the order of their mention.
    fn candidates(&self, event: &Event, refused: &str, scratch: &mut Scratch) -> Vec<Box<str>> {
        let mut candidates: Vec<Box<str>> = Vec::new();
        self.judge(event, &Content::Event, scratch);
        self.mentioned(refused, scratch, &mut candidates);
        let mut at = 0usize;
        while let Some(tool) = candidates.get(at).cloned() {
            let call = self.bare(event.time, &tool, scratch.analyst.as_ref());
            self.judge(&call, &Content::Event, scratch);
            self.mentioned(refused, scratch, &mut candidates);
            at = at.saturating_add(1);
        }
        candidates
    }

    /// Adds the tools that the objecting contracts mention.
    fn mentioned(&self, refused: &str, scratch: &Scratch, candidates: &mut Vec<Box<str>>) {
        let program = self.program();
        for monitor in scratch.objecting.iter().filter_map(|(id, _)| program.monitor(*id)) {
            for tool in tools(monitor, program) {
                let known = &*tool == refused || candidates.contains(&tool);
                if !known && candidates.len() < REPAIR_TOOLS_MAX {
                    candidates.push(tool);
                }
            }
        }
    }
}

fn tools(monitor: &Monitor, program: &crate::program::Program) -> Vec<Box<str>> {
    let tests = monitor.parts().flat_map(|part| &part.plan.ops).filter_map(|op| match op {
        Op::Test { test, .. } => program.tests.get(*test),
        _ => None,
    });
    let names = |test: &Test| test.tool().map(|tool| program.names_of(tool));
    tests.filter_map(names).flatten().map(Box::from).collect()
}
