//! From the parts of a formula that are about one event to a list of operations.
//!
//! An automaton sees propositions: the largest parts of its formula that look at no later event. Such a part is
//! compiled to operations over tests, past operators and counters, in negation normal form, so that a test that
//! cannot be told is resolved by the sign it stands under: towards violation in a guarantee, towards activation in
//! an assumption, whatever the number of negations above it.
//!
//! Past operators and counters keep a word or two in the session's state; what keeps more is in `accumulator`:
//!
//! | operator | kept | word |
//! |---|---|---|
//! | `O f` | whether f held | 1 |
//! | `f S g` | its own value at the event before | 1 |
//! | `Y f`, `O[<=n] f` | the number of the last call at which f held | 1 |
//! | `O[<=60s] f` | the time of the last event at which f held | 2 |
//! | `rise(f)` | the value of f at the event before | 1 |
//! | `count(t)` | the count | 1 |
//! | `consecutive_count(t)` | the length of the last run, and the number of its last call | 2 |
//!
//! Distances are differences of call numbers, not shift registers. So a call that has nothing to do with a
//! contract does not change its state, and the contract need not be touched by it.
//!
//! `H f` is `!O !f`, and the negation of a past operator is the operator over negated operands, negated: one
//! flag, `inverted`, covers them.

use super::accumulator::{Accumulator, Interval};
use super::test::TestId;
use crate::formula::NodeId;

/// An operation of a plan; operands come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OpId(pub(super) u16);

impl OpId {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A word of a plan's own state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Register(pub(super) u16);

impl Register {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Constant(bool),
    /// A literal over a test.
    ///
    /// What a look-alike of a tool carries is judged as the tool's own where a call is judged, and is not certain
    /// where it would meet a requirement of another event.
    Test {
        test: TestId,
        positive: bool,
        lenient: bool,
        certain: bool,
    },
    And(OpId, OpId),
    Or(OpId, OpId),
    /// A past operator over its operands.
    Past {
        past: Past,
        operand: OpId,
        inverted: bool,
        register: Register,
    },
    /// `first S second`.
    Since {
        first: OpId,
        second: OpId,
        inverted: bool,
        register: Register,
    },
    /// The operand at the event before, `default` at the first event.
    Previous {
        operand: OpId,
        default: bool,
        register: Register,
    },
    /// A counter lies in a range, or outside of it.
    CounterIn {
        counter: u16,
        low: u64,
        high: u64,
        inside: bool,
    },
    /// Takes the event into an accumulator; it has no value of its own. `first` says whether it is to be taken in,
    /// `second` whether it ends what was taken in before.
    Amount {
        accumulator: u16,
        first: Option<OpId>,
        second: Option<OpId>,
    },
    /// What an accumulator comes to, which `amount` has taken this event into, lies in an interval of the plan.
    AmountIn {
        amount: OpId,
        accumulator: u16,
        interval: u16,
        optional: bool,
        lenient: bool,
    },
}

/// A past operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Past {
    Yesterday,
    Once,
    OnceCalls(u32),
    OnceMicros(u64),
}

impl Past {
    pub(super) fn words(self) -> u16 {
        match self {
            Self::OnceMicros(_) => 2,
            Self::Yesterday | Self::Once | Self::OnceCalls(_) => 1,
        }
    }

    /// Whether it measures a distance in calls.
    pub(super) fn counts_calls(self) -> bool {
        matches!(self, Self::Yesterday | Self::OnceCalls(_))
    }
}

/// A counter: how many events an operation was true at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Counter {
    pub(crate) counted: OpId,
    /// Only the run up to here: calls between which no other call lies.
    pub(crate) consecutive: bool,
    pub(crate) register: Register,
}

/// A proposition of the automaton: which operation, and which part of the formula it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proposition {
    pub(crate) op: OpId,
    pub(crate) node: Option<NodeId>,
    pub(crate) negated: bool,
}

/// The compiled guards of one formula.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) ops: Vec<Op>,
    pub(crate) counters: Vec<Counter>,
    /// In the order of the operations that take events in.
    pub(crate) accumulators: Vec<Accumulator>,
    pub(crate) intervals: Vec<Interval>,
    pub(crate) propositions: Vec<Proposition>,
    /// Words of state.
    pub(crate) words: u16,
    /// Whether a register measures distances in calls.
    pub(crate) counts_calls: bool,
    /// Whether a test reads counters.
    pub(crate) reads_counters: bool,
}

impl Plan {
    /// The same plan without operations and registers that no proposition needs; none where it has too many words.
    pub(super) fn pruned(self) -> Option<Self> {
        let mut needed = vec![false; self.ops.len()];
        let mut counted = vec![self.reads_counters; self.counters.len()];
        self.propositions.iter().for_each(|p| mark(&mut needed, p.op.index()));
        if self.reads_counters {
            self.counters.iter().for_each(|c| mark(&mut needed, c.counted.index()));
        }
        for (at, op) in self.ops.iter().enumerate() {
            if self.reads_counters && matches!(op, Op::Amount { .. }) {
                mark(&mut needed, at);
            }
        }
        for (at, op) in self.ops.iter().enumerate().rev() {
            if !needed.get(at).copied().unwrap_or(false) {
                continue;
            }
            op.operands().for_each(|operand| mark(&mut needed, operand.index()));
            if let Op::CounterIn { counter, .. } = op
                && let Some(counter) = self.counters.get(usize::from(*counter))
            {
                mark(&mut needed, counter.counted.index());
            }
            if let Op::CounterIn { counter, .. } = op {
                mark(&mut counted, usize::from(*counter));
            }
        }
        let mut pruned = Self {
            propositions: self.propositions,
            reads_counters: self.reads_counters,
            intervals: self.intervals,
            ..Self::default()
        };
        let counter_place = |counter: u16| {
            let before =
                counted.iter().take(usize::from(counter)).filter(|needed| **needed).count();
            u16::try_from(before).unwrap_or(u16::MAX)
        };
        let taking = |op: &Op| matches!(op, Op::Amount { .. });
        let kept: Vec<bool> = self
            .ops
            .iter()
            .zip(&needed)
            .filter(|(op, _)| taking(op))
            .map(|(_, needed)| *needed)
            .collect();
        let accumulator_place = |accumulator: u16| {
            let before = kept.iter().take(usize::from(accumulator)).filter(|kept| **kept).count();
            u16::try_from(before).unwrap_or(u16::MAX)
        };
        let mut place: Vec<OpId> = Vec::with_capacity(self.ops.len());
        for (op, needed) in self.ops.iter().zip(&needed) {
            let at = |id: OpId| place.get(id.index()).copied().unwrap_or(OpId(0));
            let next = OpId(u16::try_from(pruned.ops.len()).unwrap_or(u16::MAX));
            if *needed {
                let moved = op.moved(&at, &counter_place, &accumulator_place, &mut pruned.words);
                pruned.counts_calls |=
                    matches!(moved, Op::Past { past, .. } if past.counts_calls());
                pruned.ops.push(moved);
            }
            place.push(next);
        }
        let at = |id: OpId| place.get(id.index()).copied().unwrap_or(OpId(0));
        for counter in
            self.counters.iter().zip(&counted).filter(|(_, needed)| **needed).map(|(c, _)| *c)
        {
            let register = Register(pruned.words);
            pruned.words = pruned.words.saturating_add(if counter.consecutive { 2 } else { 1 });
            pruned.counts_calls |= counter.consecutive;
            pruned.counters.push(Counter { counted: at(counter.counted), register, ..counter });
        }
        for (accumulator, _) in self.accumulators.into_iter().zip(&kept).filter(|(_, kept)| **kept)
        {
            let register = Register(pruned.words);
            pruned.words = pruned.words.checked_add(accumulator.kind.words())?;
            pruned.accumulators.push(Accumulator { register, ..accumulator });
        }
        for proposition in &mut pruned.propositions {
            proposition.op = at(proposition.op);
        }
        Some(pruned)
    }
}

fn mark(needed: &mut [bool], at: usize) {
    if let Some(slot) = needed.get_mut(at) {
        *slot = true;
    }
}

impl Op {
    /// The operations it reads.
    pub(crate) fn operands(&self) -> impl Iterator<Item = OpId> + use<> {
        let (first, second) = match *self {
            Self::Constant(_) | Self::Test { .. } | Self::CounterIn { .. } => (None, None),
            Self::And(f, g) | Self::Or(f, g) => (Some(f), Some(g)),
            Self::Past { operand, .. } | Self::Previous { operand, .. } => (Some(operand), None),
            Self::Since { first, second, .. } => (Some(first), Some(second)),
            Self::Amount { first, second, .. } => (first, second),
            Self::AmountIn { amount, .. } => (Some(amount), None),
        };
        first.into_iter().chain(second)
    }

    fn moved(
        self,
        at: &impl Fn(OpId) -> OpId,
        counter_place: &impl Fn(u16) -> u16,
        accumulator_place: &impl Fn(u16) -> u16,
        words: &mut u16,
    ) -> Self {
        let mut fresh = |count: u16| {
            let register = Register(*words);
            *words = words.saturating_add(count);
            register
        };
        match self {
            Self::Constant(_) | Self::Test { .. } => self,
            Self::CounterIn { counter, low, high, inside } => {
                Self::CounterIn { counter: counter_place(counter), low, high, inside }
            }
            Self::Amount { accumulator, first, second } => Self::Amount {
                accumulator: accumulator_place(accumulator),
                first: first.map(at),
                second: second.map(at),
            },
            Self::AmountIn { amount, accumulator, interval, optional, lenient } => Self::AmountIn {
                amount: at(amount),
                accumulator: accumulator_place(accumulator),
                interval,
                optional,
                lenient,
            },
            Self::And(f, g) => Self::And(at(f), at(g)),
            Self::Or(f, g) => Self::Or(at(f), at(g)),
            Self::Past { past, operand, inverted, .. } => {
                Self::Past { past, operand: at(operand), inverted, register: fresh(past.words()) }
            }
            Self::Since { first, second, inverted, .. } => {
                Self::Since { first: at(first), second: at(second), inverted, register: fresh(1) }
            }
            Self::Previous { operand, default, .. } => {
                Self::Previous { operand: at(operand), default, register: fresh(1) }
            }
        }
    }
}
