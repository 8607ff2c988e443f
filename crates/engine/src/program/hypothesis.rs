//! What an event of a given kind could do to a plan, whatever its arguments.
//!
//! Before any event happens, much is known: a call of `pay` makes `called(pay)` true and `called(check)` false,
//! and only what depends on arguments, facts or the past is open. Evaluating a plan under such a *hypothesis*
//! answers three questions at load, each of which would otherwise cost time at every step:
//!
//! * which letters can the automaton see at all (its alphabet);
//! * which letters can it see on a call of this tool;
//! * which registers can that call change.
//!
//! The answers are upper bounds: where enumerating the open leaves would take too long, they are combined as if
//! they were independent.

use super::identities::Supposed;
use crate::ground::{
    AccumulatorKind, Identity, Op, OpId, Operand, Past, Plan, Test, TestId, TestsBuilder, ToolId,
    Truth,
};

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hypothesis<'t> {
    /// A call of a tool.
    Call(Supposed<'t>),
    /// A refused call.
    Denied(Supposed<'t>),
    /// The result of a call.
    Result(Supposed<'t>),
    /// Any other event.
    Other,
}

impl<'t> Hypothesis<'t> {
    /// The kinds of events that name a tool: a call, a refusal and a result of it.
    pub(crate) fn of_tools(supposed: Supposed<'t>) -> [Self; 3] {
        [Self::Call(supposed), Self::Denied(supposed), Self::Result(supposed)]
    }
}

/// The truth values an operation can have, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Possible(u8);

impl Possible {
    const FALSE: Self = Self(1);
    const TRUE: Self = Self(2);
    const BOTH: Self = Self(3);

    fn of(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    fn admits(self, value: bool) -> bool {
        self.0 & Self::of(value).0 != 0
    }

    fn not_if(self, invert: bool) -> Self {
        if invert { Self(self.0 >> 1 | (self.0 & 1) << 1) } else { self }
    }

    fn and(self, other: Self) -> Self {
        let mut bits = 0;
        if self.admits(false) || other.admits(false) {
            bits |= Self::FALSE.0;
        }
        if self.admits(true) && other.admits(true) {
            bits |= Self::TRUE.0;
        }
        Self(bits)
    }

    fn or(self, other: Self) -> Self {
        self.not_if(true).and(other.not_if(true)).not_if(true)
    }
}

/// Combinations of open leaves that are enumerated one by one.
const COMBINATIONS_MAX: usize = 256;

/// What a plan can do under a hypothesis.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    /// The letters it can produce.
    pub(crate) letters: Vec<u32>,
    /// Whether a register can change.
    pub(crate) changes_registers: bool,
}

/// Evaluates `plan` under `hypothesis`.
pub(crate) fn effect(plan: &Plan, hypothesis: Hypothesis<'_>, tests: &TestsBuilder) -> Effect {
    let open = open_leaves(plan, hypothesis, tests);
    let combinations = open.iter().try_fold(1usize, |n, leaf| n.checked_mul(leaf.count()));
    let free = values(plan, hypothesis, tests, &[]);
    let letters = match combinations {
        Some(count) if count <= COMBINATIONS_MAX => {
            let mut letters = Vec::new();
            let mut choice: Vec<(Leaf, usize)> = open.iter().map(|leaf| (*leaf, 0)).collect();
            loop {
                product(plan, &values(plan, hypothesis, tests, &choice), &mut letters);
                if !advance(&mut choice) {
                    break letters;
                }
            }
        }
        _ => {
            let mut letters = Vec::new();
            product(plan, &free, &mut letters);
            letters
        }
    };
    Effect { letters, changes_registers: changes_registers(plan, hypothesis, &free) }
}

/// An operation or a test whose value is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaf {
    Test(TestId, Domain),
    Op(usize),
}

/// The truths a test can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Domain {
    Fixed(Truth),
    /// True or false.
    Known,
    /// True, false or unknown: whether an open name is meant, and what a fact is.
    Name,
    /// True, false, unknown or absent.
    Comparison,
}

impl Domain {
    const COMPARISON: [Truth; 4] = [Truth::True, Truth::False, Truth::Unknown, Truth::Absent];

    fn truths(self) -> &'static [Truth] {
        match self {
            Self::Fixed(Truth::True) => &[Truth::True],
            Self::Fixed(Truth::False) => &[Truth::False],
            Self::Fixed(Truth::Unknown) => &[Truth::Unknown],
            Self::Fixed(Truth::Absent) => &[Truth::Absent],
            Self::Known => &[Truth::True, Truth::False],
            Self::Name => &[Truth::True, Truth::False, Truth::Unknown],
            Self::Comparison => &Self::COMPARISON,
        }
    }
}

impl Leaf {
    fn count(&self) -> usize {
        match self {
            Self::Test(_, domain) => domain.truths().len(),
            Self::Op(_) => 2,
        }
    }
}

/// Moves to the next combination, like a counter.
fn advance(choice: &mut [(Leaf, usize)]) -> bool {
    for (leaf, value) in choice {
        *value = value.saturating_add(1);
        if *value < leaf.count() {
            return true;
        }
        *value = 0;
    }
    false
}

fn domain(test: TestId, hypothesis: Hypothesis<'_>, tests: &TestsBuilder) -> Domain {
    let Some(test) = tests.get(test) else { return Domain::Comparison };
    let is_call = matches!(hypothesis, Hypothesis::Call(_));
    let is_denied = matches!(hypothesis, Hypothesis::Denied(_));
    let is_result = matches!(hypothesis, Hypothesis::Result(_));
    let supposed = match hypothesis {
        Hypothesis::Call(supposed)
        | Hypothesis::Denied(supposed)
        | Hypothesis::Result(supposed) => supposed,
        Hypothesis::Other => Supposed::from(Identity::NONE),
    };
    let may_name = |tool: ToolId| supposed.may_name(tool);
    let names = |tool: ToolId| match supposed.open.contains(&tool) {
        true => Domain::Name,
        false => Domain::Fixed(supposed.identity.names(tool)),
    };
    match test {
        Test::Call => Domain::Fixed(is_call.into()),
        Test::Called(tool) if is_call => names(*tool),
        Test::Denied(tool) if is_denied => names(*tool),
        Test::Ended(tool) if is_result && may_name(*tool) => Domain::Comparison,
        Test::Called(_) | Test::Denied(_) | Test::Ended(_) => Domain::Fixed(Truth::False),
        Test::Written(_) if hypothesis == Hypothesis::Other => Domain::Known,
        Test::Flow { .. } if hypothesis == Hypothesis::Other => Domain::Comparison,
        Test::Written(_) | Test::Flow { .. } => Domain::Fixed(Truth::False),
        // Arguments that are not disclosed leave every question about them open, also with `Absent`.
        Test::Found { tool, .. }
        | Test::LongerThan { tool, .. }
        | Test::PathsWithin { tool, .. }
        | Test::Origin { tool, .. } => {
            if is_call && may_name(*tool) {
                Domain::Comparison
            } else {
                Domain::Fixed(Truth::False)
            }
        }
        Test::Effect(_) if is_call => Domain::Comparison,
        Test::Effect(_) => Domain::Fixed(Truth::False),
        Test::Fact { .. } | Test::FactMatches { .. } => Domain::Name,
        Test::Event(test) if test.is_about_agent() => Domain::Comparison,
        // A result is of a tool; replies, prompts and the rest are not.
        Test::Event(test) => match test.tool() {
            Some(tool) if is_result && may_name(tool) => Domain::Name,
            None if hypothesis == Hypothesis::Other => Domain::Known,
            _ => Domain::Fixed(Truth::False),
        },
        Test::Compare { left, right, .. } => {
            let missing = |operand: &Operand| {
                let of_others = operand.event_value().is_some_and(|value| !value.is_of_calls());
                of_others && hypothesis != Hypothesis::Other
            };
            if [left, right].into_iter().any(|o| missing(o) && o.is_optional()) {
                return Domain::Fixed(Truth::Absent);
            }
            let elsewhere = |operand: &Operand| {
                operand.tool().is_some_and(|(tool, _)| !is_call || !may_name(tool))
            };
            let optional = left.is_optional() || right.is_optional();
            // The argument of a tool that is not called is missing.
            let lacks = |operand: &Operand| elsewhere(operand) || missing(operand);
            if !optional && (lacks(left) || lacks(right)) {
                Domain::Fixed(Truth::Unknown)
            } else {
                Domain::Comparison
            }
        }
    }
}

/// Whether the test is about the arguments of a tool that the event's tool only looks like.
fn is_of_alike(test: TestId, hypothesis: Hypothesis<'_>, tests: &TestsBuilder) -> bool {
    // About the arguments of an open name a test may be unknown already.
    let Hypothesis::Call(Supposed { identity, .. }) = hypothesis else { return false };
    let of_alike =
        |test: &Test| test.is_about_arguments_of(|tool| identity.names(tool) == Truth::Unknown);
    tests.get(test).is_some_and(of_alike)
}

fn open_leaves(plan: &Plan, hypothesis: Hypothesis<'_>, tests: &TestsBuilder) -> Vec<Leaf> {
    let mut open = Vec::new();
    for (place, op) in plan.ops.iter().enumerate() {
        let leaf = match op {
            Op::Test { test, .. } => {
                let domain = domain(*test, hypothesis, tests);
                if domain.truths().len() < 2 {
                    continue;
                }
                Leaf::Test(*test, domain)
            }
            Op::Past { .. }
            | Op::Since { .. }
            | Op::Previous { .. }
            | Op::CounterIn { .. }
            | Op::AmountIn { .. } => Leaf::Op(place),
            Op::Constant(_) | Op::And(..) | Op::Or(..) | Op::Amount { .. } => continue,
        };
        if !open.contains(&leaf) {
            open.push(leaf);
        }
    }
    open
}

/// The possible values of all operations, the chosen leaves fixed.
fn values(
    plan: &Plan,
    hypothesis: Hypothesis<'_>,
    tests: &TestsBuilder,
    choice: &[(Leaf, usize)],
) -> Vec<Possible> {
    let mut values: Vec<Possible> = Vec::with_capacity(plan.ops.len());
    for (place, op) in plan.ops.iter().enumerate() {
        let of = |id: OpId| values.get(id.index()).copied().unwrap_or(Possible::BOTH);
        let chosen =
            choice.iter().find(|(leaf, _)| *leaf == Leaf::Op(place)).map(|(_, value)| *value == 1);
        let open = chosen.map_or(Possible::BOTH, Possible::of);
        let value = match op {
            Op::Constant(value) => Possible::of(*value),
            Op::Test { test, positive, lenient, certain } => {
                let domain = domain(*test, hypothesis, tests);
                let picked = choice.iter().find_map(|(leaf, value)| match leaf {
                    Leaf::Test(id, domain) if id == test => domain.truths().get(*value),
                    _ => None,
                });
                let is_doubtful = *certain && is_of_alike(*test, hypothesis, tests);
                let meets = |truth: &Truth| {
                    let truth = match truth {
                        Truth::True if is_doubtful => Truth::Unknown,
                        truth => *truth,
                    };
                    Possible::of(truth.meets(*positive, *lenient)).0
                };
                match picked {
                    Some(truth) => Possible(meets(truth)),
                    None => {
                        Possible(domain.truths().iter().map(meets).fold(0, |bits, bit| bits | bit))
                    }
                }
            }
            Op::And(f, g) => of(*f).and(of(*g)),
            Op::Or(f, g) => of(*f).or(of(*g)),
            // What holds here has been seen, whatever was before.
            Op::Past { past, operand, inverted, .. } if *past != Past::Yesterday => {
                let here = of(*operand).not_if(*inverted);
                let kept = open.not_if(*inverted);
                here.or(kept).not_if(*inverted)
            }
            Op::Since { second, inverted, .. } => {
                let here = of(*second).not_if(*inverted);
                here.or(open.not_if(*inverted)).not_if(*inverted)
            }
            Op::Amount { .. } => Possible::FALSE,
            Op::Past { .. } | Op::Previous { .. } | Op::CounterIn { .. } | Op::AmountIn { .. } => {
                open
            }
        };
        values.push(value);
    }
    values
}

/// Adds every letter that the possible values of the propositions allow.
fn product(plan: &Plan, values: &[Possible], letters: &mut Vec<u32>) {
    let mut partial = vec![0u32];
    for (place, proposition) in plan.propositions.iter().enumerate() {
        let bit = u32::try_from(place).ok().and_then(|p| 1u32.checked_shl(p)).unwrap_or(0);
        let possible = values.get(proposition.op.index()).copied().unwrap_or(Possible::BOTH);
        let with = |letters: &[u32]| letters.iter().map(|l| l | bit).collect::<Vec<_>>();
        match (possible.admits(false), possible.admits(true)) {
            (true, true) => {
                let set = with(&partial);
                partial.extend(set);
            }
            (false, true) => partial = with(&partial),
            _ => {}
        }
    }
    letters.extend(partial);
    letters.sort_unstable();
    letters.dedup();
}

fn changes_registers(plan: &Plan, hypothesis: Hypothesis<'_>, values: &[Possible]) -> bool {
    let of = |id: OpId| values.get(id.index()).copied().unwrap_or(Possible::BOTH);
    let is_call = matches!(hypothesis, Hypothesis::Call(_));
    let op_changes = |op: &Op| match op {
        Op::Past { past, operand, inverted, .. } => {
            let counts_calls = matches!(past, Past::Yesterday | Past::OnceCalls(_));
            of(*operand).not_if(*inverted).admits(true) && (is_call || !counts_calls)
        }
        Op::Since { first, second, inverted, .. } => {
            // It stays as it was where the first holds and the second does not.
            of(*second).not_if(*inverted).admits(true) || of(*first).not_if(*inverted).admits(false)
        }
        Op::Previous { .. } => true,
        Op::Amount { accumulator, first, second } => {
            let admits = |op: &Option<OpId>| op.is_some_and(|op| of(op).admits(true));
            let kind = plan.accumulators.get(usize::from(*accumulator)).map(|a| a.kind);
            match kind {
                // A lasting fact may have changed since the contract was looked at last.
                Some(AccumulatorKind::Since { lasting: true }) | None => true,
                Some(AccumulatorKind::Tokens(_)) => matches!(hypothesis, Hypothesis::Other),
                Some(_) => admits(first) || admits(second),
            }
        }
        Op::Constant(_)
        | Op::Test { .. }
        | Op::And(..)
        | Op::Or(..)
        | Op::CounterIn { .. }
        | Op::AmountIn { .. } => false,
    };
    plan.ops.iter().any(op_changes)
        || plan.counters.iter().any(|counter| of(counter.counted).admits(true))
}
