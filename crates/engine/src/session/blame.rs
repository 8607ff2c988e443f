//! What an objection lies in, in plain words.
//!
//! A clause objects because of some of what was found about the event, and only that is worth saying. Two steps find
//! it. Of the propositions that the automaton saw, those count without which it would not object: each is turned over,
//! and the automaton asked again. Where no single one decides, all count. Inside such a proposition the operations are
//! followed down to what made it true or false: of a conjunction that fails, the parts that fail; of a disjunction
//! that fails, all parts. What is left are single findings, and each is a clause of [`phrase`].
//!
//! That the event is a call of the tool that the contract is about goes without saying, and is said only where there is
//! nothing else.

use super::way::tool_of;
use crate::automaton::Entry;
use crate::event::EventKind;
use crate::formula::{Constant, Formula, Node, Relation, Symbol, Term};
use crate::ground::catalog::Word;
use crate::ground::phrase::{self, Tense, quoted};
use crate::ground::{
    Amount, Answers, Counted, Flows, Moment, Op, OpId, Past, Registers, Test, TestId, Tests,
    ToolId, Truth, Values,
};
use crate::limits::{BLAMED_FINDINGS_MAX, PHRASE_DEPTH_MAX};
use crate::program::Part;
use crate::verdict::Verdict;

/// Finds what a violation lies in.
pub(super) struct Blame<'a> {
    pub(super) tests: &'a Tests,
    pub(super) part: &'a Part,
    pub(super) moment: &'a Moment<'a>,
    pub(super) registers: Registers<'a>,
    pub(super) values: &'a Values,
    pub(super) answers: &'a mut Answers,
}

/// A fact that holds, or does not, with one of some values of its last argument.
struct Alternatives {
    symbol: Symbol,
    more: Vec<Constant>,
    holds: bool,
}

/// Something that was found.
enum Finding {
    /// A fact, with further values of its last argument of which the same was found.
    Fact {
        symbol: Symbol,
        more: Vec<Constant>,
        holds: bool,
    },
    Words(String),
}

impl Blame<'_> {
    /// The findings in words, each once.
    pub(super) fn findings(&mut self, letter: u32, from: Entry) -> Vec<String> {
        let mut findings = Vec::new();
        let mut own: Vec<ToolId> = Vec::new();
        let mut seen = vec![false; self.part.plan.ops.len()];
        let mut looked_at = 0usize;
        let mut stack = self.decisive(letter, from);
        stack.reverse();
        while let Some(op) = stack.pop() {
            if seen.get_mut(op.index()).is_none_or(|seen| core::mem::replace(seen, true)) {
                continue;
            }
            let value = self.values.of(op);
            let parts =
                matches!(self.part.plan.ops.get(op.index()), Some(Op::And(..) | Op::Or(..)));
            looked_at = looked_at.saturating_add(usize::from(!parts));
            if looked_at > BLAMED_FINDINGS_MAX {
                break;
            }
            match self.part.plan.ops.get(op.index()) {
                Some(Op::And(f, g) | Op::Or(f, g)) => {
                    // Both sides are as the whole, or one of them is why.
                    let same = |op: &OpId| self.values.of(*op) == value;
                    stack.extend([*g, *f].into_iter().filter(same));
                }
                Some(Op::Test { test, positive, .. }) => {
                    self.add_test(*test, *positive, value, &mut findings, &mut own);
                }
                Some(other) => {
                    let words = self.words(other, value);
                    findings.extend(words.map(Finding::Words));
                }
                None => {}
            }
        }
        let mut texts: Vec<String> = Vec::new();
        for finding in findings {
            let text = match finding {
                Finding::Words(words) => words,
                Finding::Fact { symbol, more, holds } => {
                    let more: Vec<&Constant> = more.iter().collect();
                    phrase::facts(&symbol, &more, holds, Tense::Now)
                }
            };
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let (Some(name), true) = (tool_of(&self.moment.view.event.kind), texts.is_empty()) else {
            return texts;
        };
        // Which group the tool is in is said elsewhere.
        if own.iter().any(|tool| self.tests.tools.name(*tool) == name) {
            texts.push(format!("{} must not be called", quoted(name)));
        }
        texts
    }

    /// The operations without which the automaton would not object, or all.
    fn decisive(&self, letter: u32, from: Entry) -> Vec<OpId> {
        let propositions = &self.part.plan.propositions;
        let turned = |place: usize| {
            let bit = u32::try_from(place).ok().and_then(|place| 1u32.checked_shl(place));
            let to = self.part.automaton.step(from, letter ^ bit?).ok()?;
            (to.verdict() != Verdict::Violated).then_some(())
        };
        let decisive: Vec<OpId> = propositions
            .iter()
            .enumerate()
            .filter(|(place, _)| turned(*place).is_some())
            .map(|(_, proposition)| proposition.op)
            .collect();
        if decisive.is_empty() { propositions.iter().map(|p| p.op).collect() } else { decisive }
    }

    fn add_test(
        &mut self,
        id: TestId,
        positive: bool,
        value: bool,
        findings: &mut Vec<Finding>,
        own: &mut Vec<ToolId>,
    ) {
        let moment = self.moment;
        let truth = self.tests.truth(id, &moment.view, Counted::default(), self.answers);
        let (Some(test), true) = (self.tests.get(id), truth != Truth::Absent) else { return };
        match (test, truth) {
            (Test::Called(tool), Truth::Unknown) => {
                let name = tool_of(&moment.view.event.kind).unwrap_or_default();
                let (name, alike) = (quoted(name), quoted(self.tests.tools.name(*tool)));
                findings.push(Finding::Words(format!("the name {name} looks like {alike}")));
                return;
            }
            (Test::Called(tool), Truth::True) => return own.push(*tool),
            (Test::Called(_), Truth::False) if !moment.view.event.is_call() => return,
            (Test::Call | Test::Denied(_) | Test::Ended(_), _) => return,
            (Test::Effect(test), Truth::True) => {
                if let EventKind::ToolCall { effects: Some(effects), .. } = &moment.view.event.kind
                    && let Some(words) = test.witness(effects, moment.view.flows.map(Flows::trail))
                {
                    return findings.push(Finding::Words(words));
                }
            }
            _ => {}
        }
        let holds = truth == Truth::True;
        match self.leaf(id) {
            Some(Node::Fact(symbol)) if truth == Truth::Unknown => {
                let fact = phrase::fact(&symbol, true, Tense::Now);
                findings.push(Finding::Words(format!("it cannot be told whether {fact}")));
            }
            Some(Node::Fact(symbol)) => add_fact(symbol, holds, findings),
            Some(Node::Compare(relation, left, right)) => {
                let relation = if positive { relation } else { relation.negated() };
                let text = compared(relation, &left, &right, value, truth);
                findings.push(Finding::Words(text));
            }
            _ => {
                let text = quoted(self.tests.text(id));
                let holds = if holds { "holds" } else { "does not hold" };
                findings.push(Finding::Words(format!("{text} {holds}")));
            }
        }
    }

    /// The test as the formula that it is.
    fn leaf(&self, id: TestId) -> Option<Node> {
        let formula = Formula::parse(self.tests.text(id)).ok()?;
        formula.node(formula.root()).cloned()
    }

    /// An operation about other events than this one, or about what was counted.
    fn words(&self, op: &Op, value: bool) -> Option<String> {
        match *op {
            Op::CounterIn { counter, low, high, inside } => {
                let counters = self.part.plan.counts(self.moment, self.registers, self.values);
                let place = usize::from(counter);
                let (count, counter) = (counters.get(place)?, self.part.plan.counters.get(place)?);
                let Some(Op::Test { test, .. }) = self.part.plan.ops.get(counter.counted.index())
                else {
                    return None;
                };
                let Some(Node::Fact(symbol)) = self.leaf(*test) else { return None };
                let word = match (symbol.word, counter.consecutive) {
                    (Word::Called, true) => Word::ConsecutiveCount,
                    (Word::Called, false) => Word::Count,
                    (Word::Denied, _) => Word::CountDenied,
                    _ => Word::CountWith,
                };
                let noun = phrase::noun(&Term::Symbol(Symbol { word, args: symbol.args }));
                let noun = with_this_one(noun, self.values.of(counter.counted));
                let required =
                    required(low.into(), high.into(), u64::MAX.into(), inside, |n| n.to_string());
                Some(amount(&noun, &count.to_string(), value, &required))
            }
            Op::AmountIn { accumulator, interval, .. } => {
                let place = usize::from(accumulator);
                let of = self.part.plan.accumulators.get(place)?;
                let interval = self.part.plan.intervals.get(usize::from(interval))?;
                let found = self.values.amounts().nth(place)?;
                if of.kind.is_fact() {
                    let Some(Node::Fact(symbol)) = Formula::parse(&of.text)
                        .ok()
                        .and_then(|formula| formula.node(formula.root()).cloned())
                    else {
                        return None;
                    };
                    return Some(phrase::fact(&symbol, found != Amount::Known(0), Tense::Now));
                }
                let noun = term(&of.text).map_or_else(|| quoted(&of.text), |t| phrase::noun(&t));
                let noun = with_this_one(noun, of.kind.counts() && self.values.takes(place));
                if let (Amount::Missing, Some(fact)) = (found, since(&of.text)) {
                    return Some(phrase::fact(&fact, false, Tense::Past));
                }
                let units = |n: u128| Amount::decimal(n, of.kind.places()).to_string();
                let (low, high, inside) = (interval.low, interval.high, interval.inside);
                let required = required(low, high, u128::MAX, inside, units);
                Some(match found {
                    Amount::Known(found) => amount(&noun, &units(found), value, &required),
                    Amount::Missing => format!("{noun} must be {required}, and there is none"),
                    Amount::Unknown => format!("{noun} must be {required}, and cannot be told"),
                    Amount::Absent => return None,
                })
            }
            Op::Constant(_) | Op::Amount { .. } | Op::Test { .. } | Op::And(..) | Op::Or(..) => {
                None
            }
            Op::Past { .. } | Op::Since { .. } | Op::Previous { .. } => {
                self.statement(op, value, Tense::Now, 0)
            }
        }
    }

    /// That the operation is true, or false, at such a time.
    fn statement(&self, op: &Op, truth: bool, tense: Tense, depth: usize) -> Option<String> {
        if depth > PHRASE_DEPTH_MAX {
            return Some("…".into());
        }
        let depth = depth.saturating_add(1);
        let of = |id: OpId, truth: bool, tense: Tense| {
            self.statement(self.part.plan.ops.get(id.index())?, truth, tense, depth)
        };
        match *op {
            Op::And(f, g) | Op::Or(f, g) => {
                let joint = if matches!(op, Op::And(..)) == truth { "and" } else { "or" };
                if joint == "or"
                    && let Some(one) = self.alternatives(*op, truth)
                {
                    let more: Vec<&Constant> = one.more.iter().collect();
                    return Some(phrase::facts(&one.symbol, &more, one.holds, tense));
                }
                Some(format!("{} {joint} {}", of(f, truth, tense)?, of(g, truth, tense)?))
            }
            Op::Test { test, positive, .. } => match self.leaf(test)? {
                Node::Fact(symbol) => Some(phrase::fact(&symbol, truth == positive, tense)),
                Node::Compare(relation, left, right) => {
                    let relation = if truth == positive { relation } else { relation.negated() };
                    let is = if tense == Tense::Now { "is" } else { "was" };
                    let (left, right) = (phrase::noun(&left), phrase::noun(&right));
                    Some(format!("{left} {is} {} {right}", phrase::relation(relation)))
                }
                _ => None,
            },
            Op::Past { past, operand, inverted, .. } => {
                self.past(past, (operand, inverted), truth, depth)
            }
            Op::Since { first, second, inverted, .. } => {
                let held = truth != inverted;
                let (first, second) =
                    (of(first, !inverted, Tense::Then)?, of(second, !inverted, Tense::Then)?);
                let never = if held { "" } else { "it is not so that " };
                Some(format!("{never}{first} since {second}"))
            }
            Op::Previous { operand, .. } => {
                Some(format!("{} at the event before", of(operand, truth, Tense::Then)?))
            }
            Op::CounterIn { .. } | Op::AmountIn { .. } if depth <= 1 => self.words(op, truth),
            Op::AmountIn { accumulator, .. } => {
                let of = self.part.plan.accumulators.get(usize::from(accumulator))?;
                let holds = if truth { "holds" } else { "does not hold" };
                Some(format!("what is asked of {} {holds}", quoted(&of.text)))
            }
            Op::CounterIn { .. } => Some("what is asked of a number of calls holds".into()),
            Op::Constant(_) | Op::Amount { .. } => None,
        }
    }

    /// That something was so before, or was not, as a past operator says it.
    fn past(
        &self,
        past: Past,
        (operand, inverted): (OpId, bool),
        truth: bool,
        depth: usize,
    ) -> Option<String> {
        let of = |id: OpId, truth: bool, tense: Tense| {
            self.statement(self.part.plan.ops.get(id.index())?, truth, tense, depth)
        };
        let held = truth != inverted;
        if let (Past::Yesterday, Some(words)) = (past, self.before(operand, held, inverted, depth))
        {
            return Some(words);
        }
        // `H f` that fails says that `f` failed once; `O f` that fails, that `f` never held.
        let (operand, tense) = match (held, past) {
            (true, _) => (of(operand, !inverted, Tense::Then)?, true),
            (false, Past::Once) if self.is_leaf(operand) => {
                (of(operand, inverted, Tense::Past)?, false)
            }
            (false, Past::Once) => {
                let operand = of(operand, !inverted, Tense::Then)?;
                (format!("it was never so that {operand}"), false)
            }
            (false, _) => (of(operand, inverted, Tense::Then)?, false),
        };
        Some(match (past, tense) {
            (Past::Once, true) => format!("{operand} before"),
            (Past::Once, false) => operand,
            (Past::Yesterday, _) => format!("{operand} at the call before"),
            (Past::OnceCalls(n), _) => format!("{operand} within the last {}", calls(n)),
            (Past::OnceMicros(micros), _) => {
                let seconds = micros.checked_div(1_000_000).unwrap_or(micros);
                format!("{operand} within the last {seconds} seconds")
            }
        })
    }

    /// That something was so at one of some calls before this one, which is `Y O[<=n]`.
    fn before(&self, operand: OpId, held: bool, inverted: bool, depth: usize) -> Option<String> {
        match self.part.plan.ops.get(operand.index())? {
            Op::Past { past: Past::OnceCalls(n), operand, inverted: again, .. }
                if *again == inverted =>
            {
                let op = self.part.plan.ops.get(operand.index())?;
                let words = self.statement(op, held != inverted, Tense::Then, depth)?;
                Some(format!("{words} within the {} before", calls(n.saturating_add(1))))
            }
            _ => None,
        }
    }

    /// Operations of which one is as it is said, where they are the same fact with other values of its last argument.
    fn alternatives(&self, op: Op, truth: bool) -> Option<Alternatives> {
        let (mut stack, mut findings) = (vec![op], Vec::new());
        while let Some(op) = stack.pop() {
            match op {
                Op::And(f, g) | Op::Or(f, g) if matches!(op, Op::And(..)) != truth => {
                    let ops = &self.part.plan.ops;
                    stack.extend([*ops.get(g.index())?, *ops.get(f.index())?]);
                }
                Op::Test { test, positive, .. } => match self.leaf(test)? {
                    Node::Fact(symbol) => add_fact(symbol, positive == truth, &mut findings),
                    _ => return None,
                },
                _ => return None,
            }
            if findings.len() > 1 || stack.len() > PHRASE_DEPTH_MAX {
                return None;
            }
        }
        match findings.pop()? {
            Finding::Fact { symbol, more, holds } => Some(Alternatives { symbol, more, holds }),
            Finding::Words(_) => None,
        }
    }

    fn is_leaf(&self, op: OpId) -> bool {
        matches!(self.part.plan.ops.get(op.index()), Some(Op::Test { .. }))
    }
}

/// Adds a fact, joined with one of which the same was found for another value of the last argument.
fn add_fact(symbol: Symbol, holds: bool, findings: &mut Vec<Finding>) {
    let Some((value, others)) = symbol.args.split_last() else {
        return findings.push(Finding::Fact { symbol, more: Vec::new(), holds });
    };
    for finding in findings.iter_mut() {
        if let Finding::Fact { symbol: known, more, holds: as_known } = finding
            && known.word == symbol.word
            && *as_known == holds
            && known.args.split_last().is_some_and(|(_, known)| known == others)
        {
            if known.args.last() != Some(value) && !more.contains(value) {
                more.push(value.clone());
            }
            return;
        }
    }
    findings.push(Finding::Fact { symbol, more: Vec::new(), holds });
}

/// A comparison that is, or must be.
fn compared(relation: Relation, left: &Term, right: &Term, value: bool, truth: Truth) -> String {
    let (left, right) = (phrase::noun(left), phrase::noun(right));
    let verb = if value && truth != Truth::Unknown { "is" } else { "must be" };
    let but = match truth {
        Truth::Unknown => ", and is missing or cannot be compared",
        _ => "",
    };
    format!("{left} {verb} {} {right}{but}", phrase::relation(relation))
}

fn with_this_one(noun: String, counted: bool) -> String {
    if counted { format!("{noun}, with this one,") } else { noun }
}

fn calls(n: u32) -> String {
    if n == 1 { "call".into() } else { format!("{n} calls") }
}

/// The fact of which a term tells how long ago it was.
fn since(text: &str) -> Option<Symbol> {
    match term(text)? {
        Term::Symbol(symbol) if symbol.word == Word::TimeSince => match symbol.args.first()? {
            Constant::Fact(fact) => Some((**fact).clone()),
            Constant::Text(_) | Constant::Number(_) => None,
        },
        _ => None,
    }
}

/// What a number is, and what it has to be where that is not met.
fn amount(noun: &str, found: &str, is_met: bool, required: &str) -> String {
    if is_met {
        return format!("{noun} is {found}");
    }
    format!("{noun} is {found} and must be {required}")
}

/// The numbers of an interval in words.
fn required(
    low: u128,
    high: u128,
    most: u128,
    inside: bool,
    units: impl Fn(u128) -> String,
) -> String {
    match (low, high, inside) {
        (0, high, true) => format!("at most {}", units(high)),
        (low, high, true) if high >= most => format!("at least {}", units(low)),
        (low, high, true) if low == high => units(low),
        (low, high, true) => format!("from {} to {}", units(low), units(high)),
        (0, high, false) => format!("more than {}", units(high)),
        (low, high, false) if high >= most => format!("less than {}", units(low)),
        (low, high, false) if low == high => format!("other than {}", units(low)),
        (low, high, false) => format!("not from {} to {}", units(low), units(high)),
    }
}

/// The term with this text.
fn term(text: &str) -> Option<Term> {
    let formula = Formula::parse(&format!("({text}) >= 0")).ok()?;
    match formula.node(formula.root())? {
        Node::Compare(_, term, _) => Some(term.clone()),
        _ => None,
    }
}
