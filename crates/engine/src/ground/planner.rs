//! The planner: from a formula to its [`Plan`], and to the propositions its automaton sees.
//!
//! It walks the formula once, operands first, and compiles every part that looks at no later event together
//! with its negation. Which of them are propositions is asked by `automaton::lower`; what no proposition needs
//! is thrown away at the end.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::accumulator::{Accumulator, Interval};
use super::atom::{AtomError, CounterSpec, fact, is_exact};
use super::catalog::Word;
use super::comparison::{AmountSpec, Compared, Range, Spec, comparison, done, mixed};
use super::plan::{Counter, Op, OpId, Past, Plan, Proposition, Register};
use super::registry::TestsBuilder;
use super::test::{Test, TestId};
use crate::automaton::{Literal, LowerError, Propositions};
use crate::formula::{Bound, Formula, Node, NodeId, Symbol};
use crate::limits::{OPERATIONS_MAX, PROPOSITIONS_MAX};

/// Why a formula cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanError {
    /// A future operator below a past one.
    FutureInPast(NodeId),
    TooManyOperations,
    Atom(AtomError),
}

impl From<AtomError> for PlanError {
    fn from(error: AtomError) -> Self {
        Self::Atom(error)
    }
}

/// Builds the plan of one formula; gives the automaton its propositions.
pub(crate) struct Planner<'t> {
    plan: Plan,
    index: HashMap<Op, OpId, FixedState>,
    tests: &'t mut TestsBuilder,
    lenient: bool,
    /// The operation of each node that looks at no later event, and of its negation: where a call is judged, and
    /// where something is required of another event.
    of_node: Vec<Option<[[OpId; 2]; 2]>>,
    /// Which of the two is being built.
    certain: bool,
    /// Whether a node is a single fact or comparison.
    leaf: Vec<bool>,
    /// Whether a node's negation is exactly its complement.
    exact: Vec<bool>,
}

impl<'t> Planner<'t> {
    /// Compiles every part of `formula` that looks at no later event.
    pub(crate) fn new(
        formula: &Formula,
        lenient: bool,
        tests: &'t mut TestsBuilder,
    ) -> Result<Self, PlanError> {
        let mut planner = Self {
            plan: Plan::default(),
            index: HashMap::default(),
            tests,
            lenient,
            of_node: Vec::new(),
            certain: false,
            leaf: Vec::new(),
            exact: Vec::new(),
        };
        for (id, node) in formula.iter() {
            let present = node.operands().all(|op| planner.pair(op).is_some());
            if node.is_past() && !present {
                return Err(PlanError::FutureInPast(id));
            }
            let exact = node.operands().all(|op| planner.is_exact(op));
            let (pair, exact) = if node.is_future() || !present {
                (None, false)
            } else {
                let here = planner.node(node)?;
                planner.certain = true;
                let elsewhere = planner.node(node)?;
                planner.certain = false;
                (Some([here, elsewhere]), exact && planner.leaf_is_exact(node))
            };
            planner.of_node.push(pair);
            planner.exact.push(exact);
            planner.leaf.push(matches!(node, Node::Fact(_) | Node::Compare(..)));
        }
        Ok(planner)
    }

    /// The one proposition "the whole formula", for formulas that look at no later event.
    pub(crate) fn root(&mut self, formula: &Formula) -> Option<OpId> {
        let [op, _] = self.pair(formula.root())?;
        self.plan.propositions.push(Proposition { op, node: Some(formula.root()), negated: false });
        Some(op)
    }

    /// The finished plan: only what its propositions need.
    pub(crate) fn finish(self) -> Result<Plan, PlanError> {
        self.plan.pruned().ok_or(PlanError::TooManyOperations)
    }

    fn pair(&self, node: NodeId) -> Option<[OpId; 2]> {
        self.pair_at(node, false)
    }

    fn pair_at(&self, node: NodeId, elsewhere: bool) -> Option<[OpId; 2]> {
        let [here, there] = self.of_node.get(node.index()).copied().flatten()?;
        Some(if elsewhere { there } else { here })
    }

    fn is_exact(&self, node: NodeId) -> bool {
        self.exact.get(node.index()).copied().unwrap_or(false)
    }

    fn leaf_is_exact(&self, node: &Node) -> bool {
        match node {
            Node::Fact(symbol) => is_exact(symbol.word),
            // Look-alikes count towards one sign of a comparison, and values may be missing.
            Node::Compare(..) => false,
            _ => true,
        }
    }

    fn add(&mut self, op: Op) -> Result<OpId, PlanError> {
        if let Some(id) = self.index.get(&op) {
            return Ok(*id);
        }
        let id = self.push(op)?;
        self.index.insert(op, id);
        Ok(id)
    }

    fn push(&mut self, op: Op) -> Result<OpId, PlanError> {
        if self.plan.ops.len() >= OPERATIONS_MAX {
            return Err(PlanError::TooManyOperations);
        }
        let id =
            OpId(u16::try_from(self.plan.ops.len()).map_err(|_| PlanError::TooManyOperations)?);
        self.plan.ops.push(op);
        Ok(id)
    }

    fn constant(&mut self, value: bool) -> Result<OpId, PlanError> {
        self.add(Op::Constant(value))
    }

    fn and(&mut self, f: OpId, g: OpId) -> Result<OpId, PlanError> {
        self.add(Op::And(f.min(g), f.max(g)))
    }

    fn or(&mut self, f: OpId, g: OpId) -> Result<OpId, PlanError> {
        self.add(Op::Or(f.min(g), f.max(g)))
    }

    /// A fresh register; equal operators share theirs.
    fn register(&mut self, words: u16) -> Result<Register, PlanError> {
        let register = Register(self.plan.words);
        self.plan.words = self.plan.words.checked_add(words).ok_or(PlanError::TooManyOperations)?;
        Ok(register)
    }

    fn past(&mut self, past: Past, operand: OpId, inverted: bool) -> Result<OpId, PlanError> {
        let same = |op: &Op| match op {
            Op::Past { past: p, operand: o, inverted: i, .. } => {
                (*p, *o, *i) == (past, operand, inverted)
            }
            _ => false,
        };
        if let Some(at) = self.plan.ops.iter().position(same) {
            return u16::try_from(at).map(OpId).map_err(|_| PlanError::TooManyOperations);
        }
        self.plan.counts_calls |= past.counts_calls();
        let register = self.register(past.words())?;
        self.push(Op::Past { past, operand, inverted, register })
    }

    /// The operations of a node and of its negation.
    fn node(&mut self, node: &Node) -> Result<[OpId; 2], PlanError> {
        let of = |planner: &Self, id: NodeId| {
            let elsewhere = planner.certain || node.is_past();
            planner.pair_at(id, elsewhere).ok_or(PlanError::TooManyOperations)
        };
        Ok(match node {
            Node::True => [self.constant(true)?, self.constant(false)?],
            Node::False => [self.constant(false)?, self.constant(true)?],
            Node::Fact(symbol) => self.fact(symbol)?,
            Node::Compare(relation, left, right) => {
                let mut places = Vec::new();
                for spec in mixed(left, right, self.tests)? {
                    places.push(match spec {
                        Spec::Counter(counter) => self.counter(counter)?,
                        Spec::Amount(spec) => self.amount(&spec)?.1,
                    });
                    self.plan.reads_counters = true;
                }
                let [mut plain, mut negative] = [OpId(0); 2];
                for (negated, slot) in [(false, &mut plain), (true, &mut negative)] {
                    let terms = [left, right];
                    let compared =
                        comparison(*relation, terms, negated, self.lenient, &places, self.tests)?;
                    *slot = self.compared(compared, !negated)?;
                }
                [plain, negative]
            }
            Node::Not(f) => {
                let [plain, negated] = of(self, *f)?;
                [negated, plain]
            }
            Node::And(f, g) | Node::Or(f, g) | Node::Implies(f, g) => {
                let ([f, not_f], [g, not_g]) = (of(self, *f)?, of(self, *g)?);
                match node {
                    Node::And(..) => [self.and(f, g)?, self.or(not_f, not_g)?],
                    Node::Or(..) => [self.or(f, g)?, self.and(not_f, not_g)?],
                    _ => [self.or(not_f, g)?, self.and(f, not_g)?],
                }
            }
            Node::Yesterday(f) => self.past_pair(Past::Yesterday, of(self, *f)?)?,
            Node::Once(f) => self.past_pair(Past::Once, of(self, *f)?)?,
            Node::OnceWithin(Bound::Calls(n), f) => {
                self.past_pair(Past::OnceCalls(*n), of(self, *f)?)?
            }
            Node::OnceWithin(Bound::Seconds(s), f) => {
                self.past_pair(Past::OnceMicros(s.saturating_mul(1_000_000)), of(self, *f)?)?
            }
            Node::Historically(f) => {
                let [plain, negated] = of(self, *f)?;
                // `H f` is `!O !f`; its negation is `O !f`.
                [self.past(Past::Once, plain, true)?, self.past(Past::Once, negated, false)?]
            }
            Node::Since(f, g) => {
                let ([f, not_f], [g, not_g]) = (of(self, *f)?, of(self, *g)?);
                [self.since(f, g, false)?, self.since(not_f, not_g, true)?]
            }
            Node::Rise(f) => {
                let [plain, negated] = of(self, *f)?;
                let (was_not, was) = (self.previous(negated, true)?, self.previous(plain, false)?);
                [self.and(plain, was_not)?, self.or(negated, was)?]
            }
            _ => return Err(PlanError::TooManyOperations),
        })
    }

    /// The operations of a fact and of its negation.
    fn fact(&mut self, symbol: &Symbol) -> Result<[OpId; 2], PlanError> {
        if matches!(symbol.word, Word::Done | Word::DoneWith) {
            let plain = done(symbol, false, self.lenient, self.tests)?;
            let negative = done(symbol, true, self.lenient, self.tests)?;
            return Ok([self.compared(plain, true)?, self.compared(negative, false)?]);
        }
        let test = fact(symbol, self.tests)?;
        let pair = self.test(test, self.certain || symbol.word == Word::CalledWith)?;
        match symbol.word {
            // True from the event on at which it was.
            Word::Contains | Word::Flow | Word::UserSaid => self.past_pair(Past::Once, pair),
            _ => Ok(pair),
        }
    }

    fn test(&mut self, test: TestId, certain: bool) -> Result<[OpId; 2], PlanError> {
        let lenient = self.lenient;
        let about_arguments = |t: &Test| t.is_about_arguments_of(|_| true);
        let certain = certain && self.tests.get(test).is_some_and(about_arguments);
        Ok([
            self.add(Op::Test { test, positive: true, lenient, certain })?,
            self.add(Op::Test { test, positive: false, lenient, certain })?,
        ])
    }

    fn past_pair(
        &mut self,
        past: Past,
        [plain, negated]: [OpId; 2],
    ) -> Result<[OpId; 2], PlanError> {
        Ok([self.past(past, plain, false)?, self.past(past, negated, true)?])
    }

    fn since(&mut self, first: OpId, second: OpId, inverted: bool) -> Result<OpId, PlanError> {
        let same = |op: &Op| match op {
            Op::Since { first: f, second: s, inverted: i, .. } => {
                (*f, *s, *i) == (first, second, inverted)
            }
            _ => false,
        };
        if let Some(at) = self.plan.ops.iter().position(same) {
            return u16::try_from(at).map(OpId).map_err(|_| PlanError::TooManyOperations);
        }
        let register = self.register(1)?;
        self.push(Op::Since { first, second, inverted, register })
    }

    fn previous(&mut self, operand: OpId, default: bool) -> Result<OpId, PlanError> {
        let register = self.register(1)?;
        self.push(Op::Previous { operand, default, register })
    }

    fn compared(&mut self, compared: Compared, positive: bool) -> Result<OpId, PlanError> {
        match compared {
            Compared::Constant(value) => self.constant(value),
            Compared::Test(test) => {
                let (lenient, certain) = (self.lenient, self.certain);
                self.add(Op::Test { test, positive, lenient, certain })
            }
            Compared::Range(range) => self.range(range),
            Compared::Ranges { any, ranges } => {
                let [first, second] = *ranges;
                let (first, second) = (self.range(first)?, self.range(second)?);
                if any { self.or(first, second) } else { self.and(first, second) }
            }
        }
    }

    fn range(&mut self, range: Range) -> Result<OpId, PlanError> {
        let Range { of, interval, optional } = range;
        match of {
            Spec::Counter(counter) => {
                let Interval { low, high, inside } = interval;
                let bound = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
                let counter = self.counter(counter)?;
                self.add(Op::CounterIn { counter, low: bound(low), high: bound(high), inside })
            }
            Spec::Amount(spec) => {
                let (amount, accumulator) = self.amount(&spec)?;
                let intervals = &mut self.plan.intervals;
                let place = intervals.iter().position(|known| *known == interval);
                let place = place.unwrap_or_else(|| {
                    intervals.push(interval);
                    intervals.len().saturating_sub(1)
                });
                let interval = u16::try_from(place).map_err(|_| PlanError::TooManyOperations)?;
                let lenient = self.lenient;
                self.add(Op::AmountIn { amount, accumulator, interval, optional, lenient })
            }
        }
    }

    /// The operation that takes events into an accumulator, and the accumulator's place.
    fn amount(&mut self, spec: &AmountSpec) -> Result<(OpId, u16), PlanError> {
        let (lenient, certain) = (self.lenient, self.certain);
        let mut first = None;
        for (test, positive) in &spec.taken {
            let literal = Op::Test {
                test: *test,
                positive: *positive,
                lenient: spec.with_alike,
                certain: true,
            };
            let literal = self.add(literal)?;
            first = Some(match first {
                None => literal,
                Some(so_far) => self.and(so_far, literal)?,
            });
        }
        if let Some(symbol) = &spec.fact {
            (self.lenient, self.certain) = (spec.with_alike, true);
            let pair = self.fact(symbol);
            (self.lenient, self.certain) = (lenient, certain);
            let [plain, _] = pair?;
            first = Some(plain);
        }
        let ended = spec.ended.map(|test| {
            let lenient = !spec.with_alike;
            self.add(Op::Test { test, positive: true, lenient, certain: true })
        });
        let second = ended.transpose()?;
        let same = |op: &Op| match op {
            Op::Amount { accumulator, first: f, second: s } => {
                let known = self.plan.accumulators.get(usize::from(*accumulator));
                (*f, *s) == (first, second) && known.is_some_and(|known| known.kind == spec.kind)
            }
            _ => false,
        };
        if let Some(at) = self.plan.ops.iter().position(same)
            && let Some(Op::Amount { accumulator, .. }) = self.plan.ops.get(at)
        {
            let op = u16::try_from(at).map_err(|_| PlanError::TooManyOperations)?;
            return Ok((OpId(op), *accumulator));
        }
        let accumulator = u16::try_from(self.plan.accumulators.len())
            .map_err(|_| PlanError::TooManyOperations)?;
        // Registers are laid out at the end, for those that are needed.
        let (register, tail, text) = (Register(0), Register(0), spec.text.clone());
        self.plan.accumulators.push(Accumulator { kind: spec.kind, register, tail, text });
        Ok((self.push(Op::Amount { accumulator, first, second })?, accumulator))
    }

    fn counter(&mut self, spec: CounterSpec) -> Result<u16, PlanError> {
        let counted = self.add(Op::Test {
            test: spec.counted,
            positive: true,
            lenient: spec.with_alike,
            certain: true,
        })?;
        let same = |c: &Counter| (c.counted, c.consecutive) == (counted, spec.consecutive);
        if let Some(at) = self.plan.counters.iter().position(same) {
            return u16::try_from(at).map_err(|_| PlanError::TooManyOperations);
        }
        let register = self.register(if spec.consecutive { 2 } else { 1 })?;
        self.plan.counts_calls |= spec.consecutive;
        self.plan.counters.push(Counter { counted, consecutive: spec.consecutive, register });
        u16::try_from(self.plan.counters.len().saturating_sub(1))
            .map_err(|_| PlanError::TooManyOperations)
    }

    fn proposition(
        &mut self,
        op: OpId,
        node: Option<NodeId>,
        negated: bool,
    ) -> Result<u8, LowerError> {
        let known = self.plan.propositions.iter().position(|p| p.op == op);
        let place = known.unwrap_or_else(|| {
            self.plan.propositions.push(Proposition { op, node, negated });
            self.plan.propositions.len().saturating_sub(1)
        });
        u8::try_from(place)
            .ok()
            .filter(|_| place < PROPOSITIONS_MAX)
            .ok_or(LowerError::TooManyPropositions)
    }

    fn op(&self, id: OpId) -> Option<Op> {
        self.plan.ops.get(id.index()).copied()
    }
}

impl Propositions for Planner<'_> {
    fn is_proposition(&self, node: NodeId) -> bool {
        self.pair(node).is_some()
    }

    fn literal(&mut self, node: NodeId, negated: bool) -> Result<Literal, LowerError> {
        // A fact that stands alone is required of whichever event comes.
        let alone = self.leaf.get(node.index()).copied().unwrap_or(false);
        let [plain, negative] = self.pair_at(node, alone).ok_or(LowerError::PastOperator)?;
        let (op, complement) = if negated { (negative, plain) } else { (plain, negative) };
        if let Some(Op::Constant(value)) = self.op(op) {
            return Ok(Literal::Constant(value));
        }
        let known = |op: OpId| self.plan.propositions.iter().position(|p| p.op == op);
        if self.is_exact(node)
            && known(op).is_none()
            && let Some(place) = known(complement)
        {
            let index = u8::try_from(place).map_err(|_| LowerError::TooManyPropositions)?;
            return Ok(Literal::Proposition { index, positive: false });
        }
        let index = self.proposition(op, Some(node), negated)?;
        Ok(Literal::Proposition { index, positive: true })
    }

    fn call(&mut self) -> Result<u8, LowerError> {
        let test = self.tests.test("called_any".into(), |_| Test::Call);
        let lenient = self.lenient;
        let op = self
            .add(Op::Test { test, positive: true, lenient, certain: false })
            .map_err(|_| LowerError::TooManyObligations)?;
        self.proposition(op, None, false)
    }
}
