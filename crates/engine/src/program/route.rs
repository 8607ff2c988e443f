//! Routes: for each kind of event, the monitors it can move.
//!
//! A monitor is *inert* under a hypothesis if no letter it can then see leaves any state that sessions can be in,
//! and no register changes. Skipping it is then exact, not an approximation, and ten thousand contracts cost
//! what the few that mention the tool cost.
//!
//! Most other monitors see a single class of letters, because their propositions are about the tool's name
//! alone. For these the route holds an [`Edge`], the row of the table to read: no guard is evaluated. Only the
//! rest is `open`.

use super::edge::{Edge, Edges, Gate, NOWHERE, left_states};
use super::hypothesis::{Hypothesis, effect};
use super::monitor::{Monitor, MonitorId, Owner, Part};
use crate::automaton::{Automaton, Table};
use crate::event::EventKind;
use crate::ground::{Identity, Op, OpId, Plan, Test, TestId, TestsBuilder};
use crate::verdict::Verdict;

/// Kinds of events that name no mentioned tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    Denied,
    Result,
    Other,
    /// The end of a session is no event that contracts speak about.
    End,
}

impl Kind {
    #[inline]
    pub(crate) fn of(kind: &EventKind) -> Self {
        match kind {
            EventKind::ToolCall { .. } => Self::Call,
            EventKind::Denied { .. } => Self::Denied,
            EventKind::SessionEnd => Self::End,
            EventKind::ToolResult { .. } => Self::Result,
            EventKind::LlmRequest { .. }
            | EventKind::LlmResponse { .. }
            | EventKind::DataRead { .. }
            | EventKind::DataWrite { .. }
            | EventKind::Message { .. }
            | EventKind::Delegation { .. }
            | EventKind::Approval { .. }
            | EventKind::Context { .. } => Self::Other,
        }
    }
}

/// A route for each kind.
#[derive(Debug, Default)]
pub(crate) struct KindRoutes {
    call: Route,
    denied: Route,
    result: Route,
    other: Route,
    end: Route,
}

impl KindRoutes {
    #[inline]
    pub(crate) fn of(&self, kind: Kind) -> &Route {
        match kind {
            Kind::Call => &self.call,
            Kind::Denied => &self.denied,
            Kind::Result => &self.result,
            Kind::Other => &self.other,
            Kind::End => &self.end,
        }
    }

    pub(crate) fn of_mut(&mut self, kind: Kind) -> &mut Route {
        match kind {
            Kind::Call => &mut self.call,
            Kind::Denied => &mut self.denied,
            Kind::Result => &mut self.result,
            Kind::Other => &mut self.other,
            Kind::End => &mut self.end,
        }
    }
}

/// The monitors that an event can move.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    /// Those whose letter is known.
    pub(crate) edges: Edges,
    /// Those whose guards have to be evaluated.
    pub(crate) open: Vec<MonitorId>,
}

/// What a call of a mentioned tool can move, or one of a name that is in a group and is nothing else that a monitor
/// mentions. Monitors that are not `related` to it are moved as by any other call.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolRoute {
    /// What its name means.
    pub(crate) identity: Identity,
    pub(crate) called: Route,
    pub(crate) refused: Route,
    pub(crate) ended: Route,
    /// The monitors that mention it, a group that it is in, or what it is alike to; sorted.
    pub(crate) related: Vec<MonitorId>,
    /// The monitors that mention it; sorted. A name that no contract mentions has none.
    pub(crate) mentioning: Vec<MonitorId>,
    /// Whether a call of it moves nothing but its own edges, and leaves nothing that other events could be joined with.
    pub(crate) is_plain: bool,
}

impl ToolRoute {
    /// What an event of this kind that is about the tool can move.
    pub(crate) fn of(&self, kind: &EventKind) -> &Route {
        match kind {
            EventKind::Denied { .. } => &self.refused,
            EventKind::ToolResult { .. } => &self.ended,
            _ => &self.called,
        }
    }
}

impl Route {
    pub(crate) fn is_empty(&self) -> bool {
        self.edges.is_empty() && self.open.is_empty()
    }

    pub(crate) fn add(&mut self, monitor: MonitorId, owner: Owner, touch: Touch) {
        match touch {
            Touch::None => {}
            Touch::Edge { row, word, left, armed } => {
                let (Owner { contract, sole, .. }, armed) = (owner, armed.unwrap_or(NOWHERE));
                let gate = Gate { word, left };
                self.edges.push(gate, Edge { row, armed, monitor, contract, sole });
            }
            Touch::Open => self.open.push(monitor),
        }
    }
}

/// What an event can do to a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    None,
    Edge { row: u32, word: u32, left: u32, armed: Option<u32> },
    Open,
}

/// What an event under `hypothesis` can do to `monitor`, whose table starts at `first_row`.
pub(crate) fn touch(
    monitor: &Monitor,
    hypothesis: Hypothesis<'_>,
    tests: &TestsBuilder,
    first_row: Option<usize>,
) -> Touch {
    // A refused call is no part of the trace, except for contracts that ask about refusals.
    if matches!(hypothesis, Hypothesis::Denied(_))
        && !asks_about_refusals(monitor, |id| tests.get(id))
    {
        return Touch::None;
    }
    // What no session can satisfy objects to every event: its first state is its last.
    if monitor.guarantee.initial.verdict() == Verdict::Violated {
        return Touch::Open;
    }
    if let Some(latch) = &monitor.activation {
        let effect = effect(&latch.plan, hypothesis, tests);
        if effect.changes_registers || effect.letters != [0] {
            return Touch::Open;
        }
    }
    if let Some(assumption) = &monitor.assumption
        && part_touch(assumption, hypothesis, tests) != PartTouch::None
    {
        return Touch::Open;
    }
    let plain = monitor.activation.is_none() && monitor.assumption.is_none();
    match (part_touch(&monitor.guarantee, hypothesis, tests), first_row, monitor.guarantee.entry) {
        (PartTouch::None, ..) => Touch::None,
        (PartTouch::Class { row, left }, Some(first), Some(word)) if plain => {
            let armed = monitor.guarantee.armed.map(u32::try_from).transpose();
            match (u32::try_from(first.saturating_add(row)), u32::try_from(word), armed) {
                (Ok(row), Ok(word), Ok(armed)) => Touch::Edge { row, word, left, armed },
                _ => Touch::Open,
            }
        }
        _ => Touch::Open,
    }
}

pub(crate) fn asks_about_refusals<'t>(
    monitor: &Monitor,
    test: impl Fn(TestId) -> Option<&'t Test>,
) -> bool {
    let asks = |plan: &Plan| {
        plan.ops.iter().any(|op| match op {
            Op::Test { test: id, .. } => matches!(test(*id), Some(Test::Denied(_))),
            _ => false,
        })
    };
    monitor.parts().any(|part| asks(&part.plan))
        || monitor.activation.as_ref().is_some_and(|latch| asks(&latch.plan))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartTouch {
    None,
    /// One class, whose row starts at this entry of the table, and the states that it leads out of.
    Class {
        row: usize,
        left: u32,
    },
    Open,
}

fn part_touch(part: &Part, hypothesis: Hypothesis<'_>, tests: &TestsBuilder) -> PartTouch {
    let effect = effect(&part.plan, hypothesis, tests);
    let Automaton::Dense(table) = &*part.automaton else { return PartTouch::Open };
    let classes: Option<Vec<usize>> =
        effect.letters.iter().map(|letter| table.class(*letter)).collect();
    let Some(mut classes) = classes else { return PartTouch::Open };
    classes.sort_unstable();
    classes.dedup();
    if effect.changes_registers {
        return PartTouch::Open;
    }
    if classes.iter().all(|class| is_identity(table, *class))
        || (part.entry.is_none() && only_counts(part))
    {
        return PartTouch::None;
    }
    match *classes.as_slice() {
        [class] => PartTouch::Class {
            row: class.saturating_mul(table.states()),
            left: left_states(table, class),
        },
        _ => PartTouch::Open,
    }
}

/// Whether the guarantee is that some counts lie in their ranges, and nothing else.
///
/// Where no register changes, such a guarantee holds without being looked at: it held of the same counts after the
/// event that changed them last, or that event would have been refused or left out, and it holds of none. A run
/// that another call ends becomes zero, so runs must be allowed to be short; and time takes events out of windows, so
/// amounts must be allowed to be less.
fn only_counts(part: &Part) -> bool {
    let [proposition] = part.plan.propositions.as_slice() else { return false };
    let mut holds: Vec<bool> = Vec::with_capacity(part.plan.ops.len());
    for op in &part.plan.ops {
        let of = |id: OpId| holds.get(id.index()).copied().unwrap_or(false);
        let value = match op {
            Op::And(f, g) => of(*f) && of(*g),
            Op::CounterIn { counter, low, high, inside } => {
                let counter = part.plan.counters.get(usize::from(*counter));
                let zero = (*low..=*high).contains(&0) == *inside;
                zero && counter.is_some_and(|c| !c.consecutive || (*low == 0 && *inside))
            }
            Op::AmountIn { accumulator, interval, .. } => {
                let of = part.plan.accumulators.get(usize::from(*accumulator));
                let interval = part.plan.intervals.get(usize::from(*interval));
                interval.is_some_and(|i| i.is_upper_limit())
                    && of.is_some_and(|a| a.kind.never_rises())
            }
            _ => false,
        };
        holds.push(value);
    }
    let table = part.automaton.table();
    let live = table.and_then(|table| table.entry(0)).map(|entry| entry.verdict());
    live == Some(Verdict::Holding) && holds.get(proposition.op.index()).copied().unwrap_or(false)
}

/// Whether the class leaves every state as it is. A violated state is final and need not be looked at.
fn is_identity(table: &Table, class: usize) -> bool {
    (0..table.states()).filter_map(|state| table.entry(state)).all(|entry| {
        entry.verdict() == Verdict::Violated || table.next(entry, class) == Some(entry)
    })
}
