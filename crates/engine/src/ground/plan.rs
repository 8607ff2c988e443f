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
//! What only sessions need whose calls have ids is kept apart, in a *tail*, and is zero until it is there.
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

/// The words of a plan's own state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers<'w> {
    pub(crate) own: &'w [u32],
    /// Nothing, where the session has no tail.
    pub(crate) tail: &'w [u32],
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
    /// Words of state in the tail. Their registers are counted on from the others.
    pub(crate) tail: u16,
    /// Whether a register measures distances in calls.
    pub(crate) counts_calls: bool,
    /// Whether a test reads counters.
    pub(crate) reads_counters: bool,
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
}
