//! Random formulas.

use fastrand::Rng;
use sponsio_engine::event::Decimal;
use sponsio_engine::formula::{
    Arena, Bound, Constant, Formula, Node, NodeId, Relation, Symbol, Term,
};
use sponsio_engine::ground::catalog::Word;

/// What random formulas are made of.
#[derive(Clone, Debug)]
pub struct Grammar {
    /// The facts at the leaves.
    pub propositions: Vec<Symbol>,
    /// The tools that counters count; without any there are no counters.
    pub counted: Vec<Box<str>>,
    /// The largest `n` of a bounded operator.
    pub bound_max: u32,
}

/// Which operators may occur.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    Future,
    Past,
}

impl Grammar {
    /// Facts and future operators.
    pub fn new(propositions: Vec<Symbol>) -> Self {
        Self { propositions, counted: Vec::new(), bound_max: 4 }
    }

    /// A formula of future operators with at most `operators` operators.
    pub fn future(&self, rng: &mut Rng, operators: usize) -> Option<Formula> {
        let mut arena = Arena::new();
        let root = self.node(rng, &mut arena, operators, Tense::Future)?;
        Some(Formula::new(&arena, root))
    }

    /// A formula `G f`, with `f` of past operators and of at most `operators` operators.
    pub fn always_past(&self, rng: &mut Rng, operators: usize) -> Option<Formula> {
        let mut arena = Arena::new();
        let past = self.node(rng, &mut arena, operators, Tense::Past)?;
        let root = arena.add(Node::Globally(past))?;
        Some(Formula::new(&arena, root))
    }

    /// A formula of future operators over formulas of past operators.
    pub fn mixed(&self, rng: &mut Rng, operators: usize) -> Option<Formula> {
        let mut arena = Arena::new();
        let root = self.mixed_node(rng, &mut arena, operators)?;
        Some(Formula::new(&arena, root))
    }

    fn mixed_node(&self, rng: &mut Rng, arena: &mut Arena, budget: usize) -> Option<NodeId> {
        if budget <= 2 || rng.u8(0..4) == 0 {
            return self.node(rng, arena, budget.min(4), Tense::Past);
        }
        let left = rng.usize(0..budget);
        let f = self.mixed_node(rng, arena, left)?;
        let g = self.mixed_node(rng, arena, budget - 1 - left)?;
        arena.add(self.future_operator(rng, f, g))
    }

    fn node(
        &self,
        rng: &mut Rng,
        arena: &mut Arena,
        budget: usize,
        tense: Tense,
    ) -> Option<NodeId> {
        if budget == 0 {
            let leaf = self.leaf(rng, tense)?;
            return arena.add(leaf);
        }
        let left = rng.usize(0..budget);
        let f = self.node(rng, arena, left, tense)?;
        let g = self.node(rng, arena, budget - 1 - left, tense)?;
        arena.add(match tense {
            Tense::Future => self.future_operator(rng, f, g),
            Tense::Past => self.past_operator(rng, f, g),
        })
    }

    fn leaf(&self, rng: &mut Rng, tense: Tense) -> Option<Node> {
        if tense == Tense::Past && !self.counted.is_empty() && rng.u8(0..4) == 0 {
            let tool = rng.choice(&self.counted)?.clone();
            let word = *rng.choice(&[Word::Count, Word::ConsecutiveCount])?;
            let counter = Term::Symbol(Symbol { word, args: [Constant::Text(tool)].into() });
            let relation =
                *rng.choice(&[Relation::LessOrEqual, Relation::Greater, Relation::Equal])?;
            let number = Term::Number(Decimal::from(rng.i64(0..=3)));
            return Some(Node::Compare(relation, counter, number));
        }
        Some(match rng.u8(0..20) {
            0 => Node::True,
            1 => Node::False,
            _ => Node::Fact(rng.choice(&self.propositions)?.clone()),
        })
    }

    /// An operator on `f` and, where it takes two, `g`.
    fn future_operator(&self, rng: &mut Rng, f: NodeId, g: NodeId) -> Node {
        let bound = rng.u32(0..=self.bound_max);
        match rng.u8(0..16) {
            0 | 1 => Node::Not(f),
            2 => Node::And(f, g),
            3 => Node::Or(f, g),
            4 => Node::Implies(f, g),
            5 | 6 => Node::Next(f),
            7 | 8 => Node::StrongNext(f),
            9 => Node::Finally(f),
            10 => Node::Globally(f),
            11 => Node::Until(f, g),
            12 => Node::WeakUntil(f, g),
            13 => Node::Release(f, g),
            14 => Node::FinallyWithin(bound, f),
            _ => Node::GloballyWithin(bound, f),
        }
    }

    fn past_operator(&self, rng: &mut Rng, f: NodeId, g: NodeId) -> Node {
        let bound = rng.u32(0..=self.bound_max);
        match rng.u8(0..12) {
            0 | 1 => Node::Not(f),
            2 => Node::And(f, g),
            3 => Node::Or(f, g),
            4 => Node::Implies(f, g),
            5 => Node::Yesterday(f),
            6 => Node::Once(f),
            7 => Node::Historically(f),
            8 => Node::Since(f, g),
            9 => Node::OnceWithin(Bound::Calls(bound), f),
            10 => Node::OnceWithin(Bound::Seconds(u64::from(bound)), f),
            _ => Node::Rise(f),
        }
    }
}
