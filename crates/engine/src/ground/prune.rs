//! Only what propositions need: the last step of planning.
//!
//! The planner compiles every part of a formula together with its negation, and both ends of what look-alikes leave
//! open. Most of that no proposition asks for. What is left gets its place among the operations, and its registers.

use super::accumulator::Accumulator;
use super::plan::{Counter, Op, OpId, Plan, Register};

/// Which parts of a plan are needed.
struct Needed {
    ops: Vec<bool>,
    counters: Vec<bool>,
    accumulators: Vec<bool>,
}

impl Needed {
    fn of(plan: &Plan) -> Self {
        let mut ops = vec![false; plan.ops.len()];
        // A test that reads counters finds each at the place where it was planned.
        let mut counters = vec![plan.reads_counters; plan.counters.len()];
        plan.propositions.iter().for_each(|p| mark(&mut ops, p.op.index()));
        if plan.reads_counters {
            plan.counters.iter().for_each(|c| mark(&mut ops, c.counted.index()));
        }
        for (at, op) in plan.ops.iter().enumerate().rev() {
            if plan.reads_counters && takes(op) {
                mark(&mut ops, at);
            }
            if !ops.get(at).copied().unwrap_or(false) {
                continue;
            }
            op.operands().for_each(|operand| mark(&mut ops, operand.index()));
            if let Op::CounterIn { counter, .. } = op {
                let place = usize::from(*counter);
                mark(&mut counters, place);
                if let Some(counter) = plan.counters.get(place) {
                    mark(&mut ops, counter.counted.index());
                }
            }
        }
        let taking = plan.ops.iter().zip(&ops).filter(|(op, _)| takes(op));
        let accumulators = taking.map(|(_, needed)| *needed).collect();
        Self { ops, counters, accumulators }
    }
}

/// Whether the operation takes events into an accumulator.
fn takes(op: &Op) -> bool {
    matches!(op, Op::Amount { .. })
}

fn mark(needed: &mut [bool], at: usize) {
    if let Some(slot) = needed.get_mut(at) {
        *slot = true;
    }
}

/// How many before this place are needed: where it moves to.
fn before(needed: &[bool], place: u16) -> u16 {
    let before = needed.iter().take(usize::from(place)).filter(|needed| **needed).count();
    u16::try_from(before).unwrap_or(u16::MAX)
}

/// Those that are needed.
fn kept<T>(items: impl IntoIterator<Item = T>, needed: &[bool]) -> impl Iterator<Item = T> {
    items.into_iter().zip(needed).filter(|(_, needed)| **needed).map(|(item, _)| item)
}

impl Plan {
    /// The same plan without operations and registers that no proposition needs; none where it has too many words.
    pub(super) fn pruned(self) -> Option<Self> {
        let needed = Needed::of(&self);
        let mut pruned = Self {
            propositions: self.propositions,
            reads_counters: self.reads_counters,
            intervals: self.intervals,
            ..Self::default()
        };
        let mut place: Vec<OpId> = Vec::with_capacity(self.ops.len());
        for (op, is_needed) in self.ops.iter().zip(&needed.ops) {
            let at = |id: OpId| place.get(id.index()).copied().unwrap_or(OpId(0));
            let next = OpId(u16::try_from(pruned.ops.len()).unwrap_or(u16::MAX));
            if *is_needed {
                let moved = op.moved(
                    &at,
                    &|counter| before(&needed.counters, counter),
                    &|accumulator| before(&needed.accumulators, accumulator),
                    &mut pruned.words,
                );
                pruned.counts_calls |=
                    matches!(moved, Op::Past { past, .. } if past.counts_calls());
                pruned.ops.push(moved);
            }
            place.push(next);
        }
        let at = |id: OpId| place.get(id.index()).copied().unwrap_or(OpId(0));
        for counter in kept(self.counters, &needed.counters) {
            let register = Register(pruned.words);
            pruned.words = pruned.words.checked_add(if counter.consecutive { 2 } else { 1 })?;
            pruned.counts_calls |= counter.consecutive;
            pruned.counters.push(Counter { counted: at(counter.counted), register, ..counter });
        }
        for accumulator in kept(self.accumulators, &needed.accumulators) {
            let register = Register(pruned.words);
            pruned.words = pruned.words.checked_add(accumulator.kind.words())?;
            let tail = Register(pruned.tail);
            pruned.tail = pruned.tail.checked_add(accumulator.kind.tail_words())?;
            pruned.accumulators.push(Accumulator { register, tail, ..accumulator });
        }
        pruned.words.checked_add(pruned.tail)?;
        for proposition in &mut pruned.propositions {
            proposition.op = at(proposition.op);
        }
        Some(pruned)
    }
}

impl Op {
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
