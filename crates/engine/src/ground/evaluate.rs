//! One event through a plan: the truth of its propositions, and the accumulators after it.
//!
//! Two passes. [`Plan::evaluate`] reads the registers and computes every operation once, operands first.
//! [`Plan::update`] computes the registers after the event; nothing is stored here, because the event may yet be
//! refused. Both cost as many steps as the plan has operations, whatever the length of the session.

use super::accumulator::{Amount, Intake, stamp};
use super::plan::{Counter, Op, OpId, Past, Plan, Registers};
use super::reading::Read;
use super::registry::{Answers, Tests};
use super::test::{Counted, View};
use super::valuation::Truth;
use crate::event::{EventKind, Outcome, Timestamp};

/// An event in the life of a session, as one contract sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'e> {
    pub(crate) view: View<'e>,
    pub(crate) time: Timestamp,
    /// The number that this call has, or that the next call would have; the first is 1.
    pub(crate) call: u32,
    pub(crate) is_call: bool,
}

/// The values of a plan's operations at one event.
#[derive(Debug, Default)]
pub(crate) struct Values {
    ops: Vec<bool>,
    counts: Vec<u64>,
    /// What the event brings to each accumulator, and what that comes to.
    amounts: Vec<(Intake, Amount)>,
}

impl Values {
    fn counted(&self) -> Counted<'_> {
        Counted { counts: &self.counts, amounts: &self.amounts }
    }

    /// What each accumulator comes to.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = Amount> {
        self.amounts.iter().map(|(_, amount)| *amount)
    }

    /// Whether the event is taken into the accumulator at this place.
    pub(crate) fn takes(&self, place: usize) -> bool {
        self.amounts.get(place).is_some_and(|(intake, _)| intake.first)
    }

    pub(crate) fn of(&self, op: OpId) -> bool {
        self.ops.get(op.index()).copied().unwrap_or(false)
    }
}

impl Plan {
    /// Computes every operation.
    pub(crate) fn evaluate(
        &self,
        tests: &Tests,
        moment: &Moment<'_>,
        registers: Registers<'_>,
        values: &mut Values,
        answers: &mut Answers,
    ) {
        let own = registers.own;
        values.ops.clear();
        values.counts.clear();
        values.amounts.clear();
        for op in &self.ops {
            let value = match *op {
                Op::Constant(value) => value,
                Op::Test { test, positive, lenient, certain } => {
                    if self.reads_counters {
                        values.counts.clear();
                        for counter in &self.counters {
                            let count = counter.value(moment, own, values.of(counter.counted));
                            values.counts.push(count);
                        }
                    }
                    let truth = tests.truth(test, &moment.view, values.counted(), answers);
                    let is_doubtful =
                        certain && truth == Truth::True && tests.is_of_alike(test, &moment.view);
                    if is_doubtful { Truth::Unknown } else { truth }.meets(positive, lenient)
                }
                Op::And(f, g) => values.of(f) && values.of(g),
                Op::Or(f, g) => values.of(f) || values.of(g),
                Op::Past { past, operand, inverted, register } => {
                    let kept = past.kept(own, register.index());
                    past.value(moment, kept, values.of(operand) != inverted) != inverted
                }
                Op::Since { first, second, inverted, register } => {
                    let before = word(own, register.index()) != 0;
                    let (first, second) =
                        (values.of(first) != inverted, values.of(second) != inverted);
                    (second || (first && before)) != inverted
                }
                Op::Previous { default, register, .. } => match word(own, register.index()) {
                    0 => default,
                    kept => kept == PREVIOUS_TRUE,
                },
                Op::CounterIn { counter, low, high, inside } => {
                    let counter = self.counters.get(usize::from(counter));
                    let count =
                        counter.map_or(u64::MAX, |c| c.value(moment, own, values.of(c.counted)));
                    (low..=high).contains(&count) == inside
                }
                Op::Amount { accumulator, first, second } => {
                    let inputs = [first, second].map(|op| op.is_some_and(|op| values.of(op)));
                    let taken =
                        self.take(accumulator, inputs, moment, registers, (tests, &mut *answers));
                    values.amounts.extend(taken);
                    false
                }
                Op::AmountIn { accumulator, interval, optional, lenient, .. } => {
                    let amount = values.amounts.get(usize::from(accumulator));
                    let interval = self.intervals.get(usize::from(interval));
                    let truth = match (amount, interval) {
                        (Some((_, amount)), Some(interval)) => amount.lies_in(interval, optional),
                        _ => Truth::Unknown,
                    };
                    truth.meets(true, lenient)
                }
            };
            values.ops.push(value);
        }
    }

    /// What the event brings to an accumulator, and what that comes to.
    fn take(
        &self,
        accumulator: u16,
        [first, second]: [bool; 2],
        moment: &Moment<'_>,
        registers: Registers<'_>,
        (tests, answers): (&Tests, &mut Answers),
    ) -> Option<(Intake, Amount)> {
        let accumulator = self.accumulators.get(usize::from(accumulator))?;
        let read = match accumulator.kind.reading() {
            Some((reading, only_taken)) if first || !only_taken => {
                tests.read(reading, &moment.view, answers)
            }
            _ => Read::Missing,
        };
        let failed = match &moment.view.event.kind {
            EventKind::ToolResult { outcome, .. } => *outcome != Outcome::Ok,
            _ => false,
        };
        let (stamp, joined) = (stamp(moment.time), moment.view.joined);
        let intake = Intake { first, second, failed, read, stamp, joined };
        Some((intake, accumulator.amount(registers, &intake)))
    }

    /// The letter: the values of the propositions.
    pub(crate) fn letter(&self, values: &Values) -> u32 {
        let bit = |(place, proposition): (usize, &super::plan::Proposition)| {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            u32::from(values.of(proposition.op)).checked_shl(place).unwrap_or(0)
        };
        self.propositions.iter().enumerate().map(bit).fold(0, |letter, bit| letter | bit)
    }

    /// The count of each counter, this event included, and what it counts.
    pub(crate) fn counts(
        &self,
        moment: &Moment<'_>,
        registers: Registers<'_>,
        values: &Values,
    ) -> Vec<u64> {
        let count = |c: &Counter| c.value(moment, registers.own, values.of(c.counted));
        self.counters.iter().map(count).collect()
    }

    /// Calls `write` with each register that the event changes, and its word after the event.
    pub(crate) fn update(
        &self,
        moment: &Moment<'_>,
        registers: Registers<'_>,
        values: &Values,
        mut write: impl FnMut(usize, u32),
    ) {
        let own = registers.own;
        for (place, op) in self.ops.iter().enumerate() {
            match *op {
                Op::Past { past, operand, inverted, register }
                    if values.of(operand) != inverted =>
                {
                    past.update(moment, register.index(), &mut write);
                }
                Op::Since { inverted, register, .. } => {
                    let value = values.ops.get(place).copied().unwrap_or(false);
                    let after = u32::from(value != inverted);
                    if after != word(own, register.index()) {
                        write(register.index(), after);
                    }
                }
                Op::Previous { operand, register, .. } => {
                    let after = if values.of(operand) { PREVIOUS_TRUE } else { PREVIOUS_FALSE };
                    if after != word(own, register.index()) {
                        write(register.index(), after);
                    }
                }
                _ => {}
            }
        }
        for counter in self.counters.iter().filter(|c| values.of(c.counted)) {
            counter.update(moment, own, &mut write);
        }
        for (accumulator, (intake, _)) in self.accumulators.iter().zip(&values.amounts) {
            accumulator.update(registers, intake, &mut write);
        }
    }
}

/// What a register of [`Op::Previous`] holds once there was an event; 0 before.
const PREVIOUS_FALSE: u32 = 1;
const PREVIOUS_TRUE: u32 = 2;

fn word(registers: &[u32], at: usize) -> u32 {
    registers.get(at).copied().unwrap_or(0)
}

impl Past {
    /// The register's content: zero for never, else what `update` wrote.
    fn kept(self, registers: &[u32], at: usize) -> u64 {
        let low = u64::from(word(registers, at));
        match self {
            Self::OnceMicros(_) => low | u64::from(word(registers, at.saturating_add(1))) << 32,
            Self::Yesterday | Self::Once | Self::OnceCalls(_) => low,
        }
    }

    /// The operator's value, from its register and its operand at this event.
    fn value(self, moment: &Moment<'_>, kept: u64, operand: bool) -> bool {
        let distance = u64::from(moment.call).saturating_sub(kept);
        match self {
            Self::Yesterday => kept != 0 && distance == 1,
            Self::Once => operand || kept != 0,
            Self::OnceCalls(n) => operand || (kept != 0 && distance <= u64::from(n)),
            Self::OnceMicros(bound) => {
                operand || (kept != 0 && stamp(moment.time).saturating_sub(kept) <= bound)
            }
        }
    }

    /// The register after an event at which the operand held.
    fn update(self, moment: &Moment<'_>, at: usize, write: &mut impl FnMut(usize, u32)) {
        match self {
            Self::Once => write(at, 1),
            Self::Yesterday | Self::OnceCalls(_) if moment.is_call => write(at, moment.call),
            Self::Yesterday | Self::OnceCalls(_) => {}
            Self::OnceMicros(_) => {
                let stamp = stamp(moment.time);
                write(at, u32::try_from(stamp & u64::from(u32::MAX)).unwrap_or(0));
                write(at.saturating_add(1), u32::try_from(stamp >> 32).unwrap_or(0));
            }
        }
    }
}

impl Counter {
    /// The count, this event included.
    fn value(&self, moment: &Moment<'_>, registers: &[u32], counted: bool) -> u64 {
        let kept = word(registers, self.register.index());
        let before = if self.consecutive {
            let last = word(registers, self.register.index().saturating_add(1));
            // The run goes on if its last call is the call before this one; between calls it stands.
            if last != 0 && last.saturating_add(1) == moment.call { kept } else { 0 }
        } else {
            kept
        };
        match (counted, self.consecutive && moment.is_call) {
            (true, _) => u64::from(before).saturating_add(1),
            (false, true) => 0,
            (false, false) => u64::from(before),
        }
    }

    fn update(&self, moment: &Moment<'_>, registers: &[u32], write: &mut impl FnMut(usize, u32)) {
        let count = u32::try_from(self.value(moment, registers, true)).unwrap_or(u32::MAX);
        write(self.register.index(), count);
        if self.consecutive {
            write(self.register.index().saturating_add(1), moment.call);
        }
    }
}
