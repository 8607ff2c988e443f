//! The operators: how each is written, how tightly it binds and which node it builds.
//!
//! Parser and printer share this table, so that what one writes the other reads. The catalog's words are not
//! here: they are vocabulary, these are grammar.

use crate::formula::ast::{Bound, Node, NodeId, Relation};

/// How tightly a formula holds together, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::formula) enum Strength {
    Implies,
    Or,
    And,
    Temporal,
    Compare,
    Prefix,
    /// A fact, a constant or a function: it needs no parentheses anywhere.
    Whole,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formula) enum Prefix {
    Not,
    Next,
    StrongNext,
    Finally,
    Globally,
    Yesterday,
    Once,
    Historically,
    FinallyWithin(u32),
    GloballyWithin(u32),
    OnceWithin(Bound),
    /// Written as a function: `rise(f)`.
    Rise,
}

impl Prefix {
    /// The operator that is written as a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "X" => Self::Next,
            "F" => Self::Finally,
            "G" => Self::Globally,
            "Y" => Self::Yesterday,
            "O" => Self::Once,
            "H" => Self::Historically,
            _ => return None,
        })
    }

    /// How it is written, without a bound.
    pub(in crate::formula) fn sign(self) -> &'static str {
        match self {
            Self::Not => "!",
            Self::Next => "X",
            Self::StrongNext => "X!",
            Self::Finally | Self::FinallyWithin(_) => "F",
            Self::Globally | Self::GloballyWithin(_) => "G",
            Self::Yesterday => "Y",
            Self::Once | Self::OnceWithin(_) => "O",
            Self::Historically => "H",
            Self::Rise => "rise",
        }
    }

    pub(super) fn node(self, f: NodeId) -> Node {
        match self {
            Self::Not => Node::Not(f),
            Self::Next => Node::Next(f),
            Self::StrongNext => Node::StrongNext(f),
            Self::Finally => Node::Finally(f),
            Self::Globally => Node::Globally(f),
            Self::Yesterday => Node::Yesterday(f),
            Self::Once => Node::Once(f),
            Self::Historically => Node::Historically(f),
            Self::FinallyWithin(n) => Node::FinallyWithin(n, f),
            Self::GloballyWithin(n) => Node::GloballyWithin(n, f),
            Self::OnceWithin(bound) => Node::OnceWithin(bound, f),
            Self::Rise => Node::Rise(f),
        }
    }
}

/// An operator between two formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formula) enum Connective {
    Implies,
    Or,
    And,
    Until,
    WeakUntil,
    Release,
    Since,
}

impl Connective {
    /// The operator that is written as a name between its operands.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "U" => Self::Until,
            "W" => Self::WeakUntil,
            "R" => Self::Release,
            "S" => Self::Since,
            _ => return None,
        })
    }

    pub(in crate::formula) fn sign(self) -> &'static str {
        match self {
            Self::Implies => "->",
            Self::Or => "|",
            Self::And => "&",
            Self::Until => "U",
            Self::WeakUntil => "W",
            Self::Release => "R",
            Self::Since => "S",
        }
    }

    pub(in crate::formula) fn strength(self) -> Strength {
        match self {
            Self::Implies => Strength::Implies,
            Self::Or => Strength::Or,
            Self::And => Strength::And,
            Self::Until | Self::WeakUntil | Self::Release | Self::Since => Strength::Temporal,
        }
    }

    pub(super) fn node(self, f: NodeId, g: NodeId) -> Node {
        match self {
            Self::Implies => Node::Implies(f, g),
            Self::Or => Node::Or(f, g),
            Self::And => Node::And(f, g),
            Self::Until => Node::Until(f, g),
            Self::WeakUntil => Node::WeakUntil(f, g),
            Self::Release => Node::Release(f, g),
            Self::Since => Node::Since(f, g),
        }
    }
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Infix {
    Connective(Connective),
    Compare(Relation),
}

impl Infix {
    pub(super) fn strength(self) -> Strength {
        match self {
            Self::Connective(connective) => connective.strength(),
            Self::Compare(_) => Strength::Compare,
        }
    }

    /// Whether, of two such operators in a row, the left one is applied first.
    pub(super) fn is_left_associative(self) -> bool {
        self != Self::Connective(Connective::Implies)
    }
}

/// What is written as a function of formulas or terms, most of it in the constructor form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Prefix(Prefix),
    Infix(Infix),
    Length,
    Optional,
}

impl Function {
    pub(super) const NAMES: [&str; 17] = [
        "rise", "length", "optional", "Not", "And", "Or", "Implies", "U", "W", "R", "S", "Le",
        "Lt", "Ge", "Gt", "Eq", "Ne",
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        let connective = |c| Self::Infix(Infix::Connective(c));
        let compare = |r| Self::Infix(Infix::Compare(r));
        Some(match name {
            "rise" => Self::Prefix(Prefix::Rise),
            "length" => Self::Length,
            "optional" => Self::Optional,
            "Not" => Self::Prefix(Prefix::Not),
            "And" => connective(Connective::And),
            "Or" => connective(Connective::Or),
            "Implies" => connective(Connective::Implies),
            "Le" => compare(Relation::LessOrEqual),
            "Lt" => compare(Relation::Less),
            "Ge" => compare(Relation::GreaterOrEqual),
            "Gt" => compare(Relation::Greater),
            "Eq" => compare(Relation::Equal),
            "Ne" => compare(Relation::NotEqual),
            _ => connective(Connective::named(name)?),
        })
    }

    pub(super) fn arity(self) -> usize {
        match self {
            Self::Infix(_) => 2,
            Self::Prefix(_) | Self::Length | Self::Optional => 1,
        }
    }
}

/// What a node is to the printer.
pub(in crate::formula) enum Shape {
    Leaf,
    Prefix(Prefix, NodeId),
    Connective(Connective, NodeId, NodeId),
}

impl Shape {
    pub(in crate::formula) fn of(node: &Node) -> Self {
        match *node {
            Node::True | Node::False | Node::Fact(_) | Node::Compare(..) => Self::Leaf,
            Node::Not(f) => Self::Prefix(Prefix::Not, f),
            Node::Next(f) => Self::Prefix(Prefix::Next, f),
            Node::StrongNext(f) => Self::Prefix(Prefix::StrongNext, f),
            Node::Finally(f) => Self::Prefix(Prefix::Finally, f),
            Node::Globally(f) => Self::Prefix(Prefix::Globally, f),
            Node::Yesterday(f) => Self::Prefix(Prefix::Yesterday, f),
            Node::Once(f) => Self::Prefix(Prefix::Once, f),
            Node::Historically(f) => Self::Prefix(Prefix::Historically, f),
            Node::FinallyWithin(n, f) => Self::Prefix(Prefix::FinallyWithin(n), f),
            Node::GloballyWithin(n, f) => Self::Prefix(Prefix::GloballyWithin(n), f),
            Node::OnceWithin(bound, f) => Self::Prefix(Prefix::OnceWithin(bound), f),
            Node::Rise(f) => Self::Prefix(Prefix::Rise, f),
            Node::And(f, g) => Self::Connective(Connective::And, f, g),
            Node::Or(f, g) => Self::Connective(Connective::Or, f, g),
            Node::Implies(f, g) => Self::Connective(Connective::Implies, f, g),
            Node::Until(f, g) => Self::Connective(Connective::Until, f, g),
            Node::WeakUntil(f, g) => Self::Connective(Connective::WeakUntil, f, g),
            Node::Release(f, g) => Self::Connective(Connective::Release, f, g),
            Node::Since(f, g) => Self::Connective(Connective::Since, f, g),
        }
    }
}

/// Whether a name means something to the grammar, so that the printer quotes it where it is a value.
pub(in crate::formula) fn is_reserved(name: &str) -> bool {
    Prefix::named(name).is_some()
        || Function::named(name).is_some()
        || matches!(name, "true" | "false" | "Var" | "Atom" | "Const" | "ArgLength")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_function_exists_and_is_reserved() {
        for name in Function::NAMES {
            assert!(Function::named(name).is_some(), "{name}");
            assert!(is_reserved(name), "{name}");
        }
    }
}
