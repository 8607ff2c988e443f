//! The abstract syntax of contracts: linear temporal logic over finite traces, with past.
//!
//! A formula is a directed acyclic graph in one flat array. Equal subformulas are one node (hash-consing), and a
//! node refers only to nodes before it. Two things follow. Every pass over a formula is a loop over the array,
//! from the leaves up or from the root down: there is no recursion that a deep formula could exhaust. And two
//! formulas are equal exactly when their arrays are, because [`Formula::new`] lays the nodes out in the order of
//! a left-to-right post-order walk.
//!
//! What this module does not know: how formulas are written (`lexer`, `parser`, `print`), what they mean
//! (`automaton`), and how atoms get their truth (`ground`).

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::event::Decimal;
use crate::ground::catalog::Word;
use crate::limits::FORMULA_NODES_MAX;

/// A node of a formula or of the [`Arena`] it is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The place of the node in its array.
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    fn new(index: usize) -> Option<Self> {
        (index < FORMULA_NODES_MAX).then(|| u32::try_from(index).ok().map(Self)).flatten()
    }
}

/// A constant argument of an atom or of a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// A name, a value, a path or a regular expression, by the parameter's type in the catalog.
    Text(Box<str>),
    /// A number.
    Number(Decimal),
    /// A fact, of which a term tells something: `time_since(called(pay))`.
    Fact(Box<Symbol>),
}

/// A word of the catalog applied to constants: `called(pay)`, `count(pay)`, `arg(pay, amount)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// Which word.
    pub word: Word,
    /// Its arguments: as many, and of such types, as the catalog says.
    pub args: Box<[Constant]>,
}

/// A value that a comparison compares.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A number.
    Number(Decimal),
    /// A text.
    Text(Box<str>),
    /// A value of the event or a counter.
    Symbol(Symbol),
    /// A counter of some of what it counts.
    Selected(Box<Selection>),
    /// The number of characters of a text, or of elements of a list.
    Length(Box<Self>),
    /// A value whose absence is no violation.
    Optional(Box<Self>),
}

/// A counter that looks at some of the calls only: `sum(pay, amount) where ctx(desk, "A") within 1d`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection {
    /// What is counted, or added up.
    pub of: Symbol,
    /// What must be true of a call, or of when it is made: all of it.
    pub conditions: Box<[Condition]>,
    /// Only the calls of the last seconds: those later than that before the event.
    pub seconds: Option<u64>,
}

/// A condition of a [`Selection`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A fact holds, or, where not `positive`, does not.
    Fact {
        /// Which.
        fact: Symbol,
        /// Whether it has to hold.
        positive: bool,
    },
    /// Two values compare so.
    Compare(Relation, Term, Term),
}

impl Term {
    /// The counter, over those calls that meet the conditions and lie in the window, where there are such limits.
    pub fn selected(of: Symbol, conditions: Box<[Condition]>, seconds: Option<u64>) -> Self {
        if conditions.is_empty() && seconds.is_none() {
            return Self::Symbol(of);
        }
        Self::Selected(Box::new(Selection { of, conditions, seconds }))
    }
}

/// The relation of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Relation {
    /// The relation with its sides exchanged.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Equal | Self::NotEqual => self,
        }
    }

    /// The sign in formulas.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }

    /// The relation between two values exactly where this one is not.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
        }
    }

    /// Whether the relation holds between two values that compare as `order`.
    pub fn admits(self, order: core::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
        }
    }
}

/// How far back a bounded `O` looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// This many tool calls.
    Calls(u32),
    /// This many seconds.
    Seconds(u64),
}

/// One node of a formula. Operands come before it in the array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// `true`
    True,
    /// `false`
    False,
    /// A fact about one event: `called(pay)`.
    Fact(Symbol),
    /// `t1 <= t2`
    Compare(Relation, Term, Term),
    /// `!f`
    Not(NodeId),
    /// `f & g`
    And(NodeId, NodeId),
    /// `f | g`
    Or(NodeId, NodeId),
    /// `f -> g`
    Implies(NodeId, NodeId),
    /// `X f`: if there is a next call, `f` holds there.
    Next(NodeId),
    /// `X! f`: there is a next call, and `f` holds there.
    StrongNext(NodeId),
    /// `F f`: `f` holds here or later.
    Finally(NodeId),
    /// `G f`: `f` holds from here on.
    Globally(NodeId),
    /// `f U g`: `g` holds here or later, and `f` until then.
    Until(NodeId, NodeId),
    /// `f W g`: as `f U g`, or `f` for ever.
    WeakUntil(NodeId, NodeId),
    /// `f R g`: `g` holds up to and including the place where `f` first holds, or for ever.
    Release(NodeId, NodeId),
    /// `F[<=n] f`: `f` holds here or at one of the next `n` calls.
    FinallyWithin(u32, NodeId),
    /// `G[<=n] f`: `f` holds here and at each of the next `n` calls, as far as there are such.
    GloballyWithin(u32, NodeId),
    /// `Y f`: there is a previous call, and `f` held there.
    Yesterday(NodeId),
    /// `O f`: `f` holds here or held before.
    Once(NodeId),
    /// `H f`: `f` holds here and held always before.
    Historically(NodeId),
    /// `f S g`: `g` holds here or held before, and `f` ever since then.
    Since(NodeId, NodeId),
    /// `O[<=n] f`, `O[<=60s] f`: `f` holds here, or held within that distance.
    OnceWithin(Bound, NodeId),
    /// `rise(f)`: `f` holds here and did not hold at the event before this one, if there is one.
    Rise(NodeId),
}

impl Node {
    /// The operands, left to right.
    pub fn operands(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        let (first, second) = match *self {
            Self::True | Self::False | Self::Fact(_) | Self::Compare(..) => (None, None),
            Self::Not(f)
            | Self::Next(f)
            | Self::StrongNext(f)
            | Self::Finally(f)
            | Self::Globally(f)
            | Self::FinallyWithin(_, f)
            | Self::GloballyWithin(_, f)
            | Self::Yesterday(f)
            | Self::Once(f)
            | Self::Historically(f)
            | Self::OnceWithin(_, f)
            | Self::Rise(f) => (Some(f), None),
            Self::And(f, g)
            | Self::Or(f, g)
            | Self::Implies(f, g)
            | Self::Until(f, g)
            | Self::WeakUntil(f, g)
            | Self::Release(f, g)
            | Self::Since(f, g) => (Some(f), Some(g)),
        };
        first.into_iter().chain(second)
    }

    /// The same node with other operands.
    pub fn with_operands(&self, map: impl Fn(NodeId) -> NodeId) -> Self {
        match self {
            Self::True | Self::False | Self::Fact(_) | Self::Compare(..) => self.clone(),
            Self::Not(f) => Self::Not(map(*f)),
            Self::And(f, g) => Self::And(map(*f), map(*g)),
            Self::Or(f, g) => Self::Or(map(*f), map(*g)),
            Self::Implies(f, g) => Self::Implies(map(*f), map(*g)),
            Self::Next(f) => Self::Next(map(*f)),
            Self::StrongNext(f) => Self::StrongNext(map(*f)),
            Self::Finally(f) => Self::Finally(map(*f)),
            Self::Globally(f) => Self::Globally(map(*f)),
            Self::Until(f, g) => Self::Until(map(*f), map(*g)),
            Self::WeakUntil(f, g) => Self::WeakUntil(map(*f), map(*g)),
            Self::Release(f, g) => Self::Release(map(*f), map(*g)),
            Self::FinallyWithin(n, f) => Self::FinallyWithin(*n, map(*f)),
            Self::GloballyWithin(n, f) => Self::GloballyWithin(*n, map(*f)),
            Self::Yesterday(f) => Self::Yesterday(map(*f)),
            Self::Once(f) => Self::Once(map(*f)),
            Self::Historically(f) => Self::Historically(map(*f)),
            Self::Since(f, g) => Self::Since(map(*f), map(*g)),
            Self::OnceWithin(bound, f) => Self::OnceWithin(*bound, map(*f)),
            Self::Rise(f) => Self::Rise(map(*f)),
        }
    }

    /// Whether the node looks at later events.
    pub fn is_future(&self) -> bool {
        matches!(
            self,
            Self::Next(_)
                | Self::StrongNext(_)
                | Self::Finally(_)
                | Self::Globally(_)
                | Self::Until(..)
                | Self::WeakUntil(..)
                | Self::Release(..)
                | Self::FinallyWithin(..)
                | Self::GloballyWithin(..)
        )
    }

    /// Whether the node looks at earlier events.
    pub fn is_past(&self) -> bool {
        matches!(
            self,
            Self::Yesterday(_)
                | Self::Once(_)
                | Self::Historically(_)
                | Self::Since(..)
                | Self::OnceWithin(..)
                | Self::Rise(_)
        )
    }
}

/// Where formulas are built: equal nodes get equal ids.
#[derive(Debug, Default)]
pub struct Arena {
    nodes: Vec<Node>,
    index: HashMap<Node, NodeId, FixedState>,
}

impl Arena {
    /// An empty arena.
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of `node`; `None` once the arena holds
    /// [`FORMULA_NODES_MAX`](crate::limits::FORMULA_NODES_MAX) nodes.
    pub fn add(&mut self, node: Node) -> Option<NodeId> {
        if let Some(id) = self.index.get(&node) {
            return Some(*id);
        }
        let id = NodeId::new(self.nodes.len())?;
        self.nodes.push(node.clone());
        self.index.insert(node, id);
        Some(id)
    }

    /// The node with this id.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// Copies a whole formula in; its root's id.
    pub fn import(&mut self, formula: &Formula) -> Option<NodeId> {
        let mut ids = Vec::with_capacity(formula.nodes.len());
        for node in &formula.nodes {
            let at = |id: NodeId| ids.get(id.index()).copied().unwrap_or(id);
            let id = self.add(node.with_operands(at))?;
            ids.push(id);
        }
        ids.last().copied()
    }
}

/// A formula: its nodes in left-to-right post-order, each once, the root last.
///
/// INVARIANT: not empty; operands refer to earlier nodes; no two nodes are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Formula {
    nodes: Box<[Node]>,
}

impl Formula {
    /// The formula below `root` in `arena`.
    pub fn new(arena: &Arena, root: NodeId) -> Self {
        let mut placed: HashMap<NodeId, NodeId, FixedState> = HashMap::default();
        let mut nodes = Vec::new();
        let mut stack = vec![(root, false)];
        while let Some((id, ready)) = stack.pop() {
            let Some(node) = arena.node(id) else { continue };
            if placed.contains_key(&id) {
                continue;
            }
            if ready {
                let Some(place) = NodeId::new(nodes.len()) else { continue };
                nodes.push(node.with_operands(|op| placed.get(&op).copied().unwrap_or(op)));
                placed.insert(id, place);
            } else {
                stack.push((id, true));
                stack.extend(node.operands().rev().map(|op| (op, false)));
            }
        }
        if nodes.is_empty() {
            nodes.push(Node::True);
        }
        Self { nodes: nodes.into() }
    }

    /// The nodes, operands first, the root last.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node with this id.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The root's id.
    pub fn root(&self) -> NodeId {
        NodeId::new(self.nodes.len().saturating_sub(1)).unwrap_or(NodeId(0))
    }

    /// Every node with its id, operands first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().filter_map(|(i, n)| NodeId::new(i).map(|id| (id, n)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(arena: &mut Arena, tool: &str) -> NodeId {
        let args = [Constant::Text(tool.into())].into();
        arena.add(Node::Fact(Symbol { word: Word::Called, args })).unwrap()
    }

    #[test]
    fn equal_subformulas_are_one_node() {
        let mut arena = Arena::new();
        let (a, b) = (fact(&mut arena, "a"), fact(&mut arena, "a"));
        assert_eq!(a, b);
        let root = arena.add(Node::And(a, b)).unwrap();
        assert_eq!(Formula::new(&arena, root).nodes().len(), 2);
    }

    #[test]
    fn equality_does_not_depend_on_the_order_of_building() {
        let build = |flip: bool| {
            let mut arena = Arena::new();
            let names = if flip { ["b", "a"] } else { ["a", "b"] };
            let _ = names.map(|n| fact(&mut arena, n));
            let (a, b) = (fact(&mut arena, "a"), fact(&mut arena, "b"));
            let root = arena.add(Node::Until(a, b)).unwrap();
            Formula::new(&arena, root)
        };
        assert_eq!(build(false), build(true));
    }

    #[test]
    fn the_arena_refuses_more_nodes_than_the_limit() {
        let mut arena = Arena::new();
        let mut last = arena.add(Node::True);
        for _ in 0..FORMULA_NODES_MAX {
            last = last.and_then(|id| arena.add(Node::Next(id)));
        }
        assert_eq!(last, None);
    }
}
