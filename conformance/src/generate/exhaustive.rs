//! All formulas up to a size, over given propositions.
//!
//! A formula of size `n` has `n` operators. `&` and `|` take their operands in one order only: the other
//! order is the same formula, and the engine orders them itself. Larger formulas come as an operator and
//! the places of its operands, so that whoever evaluates them can use what it knows of the operands.

use sponsio_engine::formula::{Arena, Formula, Node, NodeId, Symbol};

/// A set of operators.
#[derive(Clone, Copy, Debug)]
pub struct Operators {
    /// Operators of one operand.
    pub unary: &'static [fn(NodeId) -> Node],
    /// Operators of two operands whose order does not matter.
    pub commutative: &'static [fn(NodeId, NodeId) -> Node],
    /// Other operators of two operands.
    pub binary: &'static [fn(NodeId, NodeId) -> Node],
}

/// Every future operator; the bounded ones with a bound of one, where they first differ from their operand.
pub const ALL: Operators = Operators {
    unary: &[
        Node::Not,
        Node::Next,
        Node::StrongNext,
        Node::Finally,
        Node::Globally,
        |f| Node::FinallyWithin(1, f),
        |f| Node::GloballyWithin(1, f),
    ],
    commutative: &[Node::And, Node::Or],
    binary: &[Node::Implies, Node::Until, Node::WeakUntil, Node::Release],
};

/// Operators with which all others can be written.
pub const CORE: Operators = Operators {
    unary: &[Node::Not, Node::Next, Node::StrongNext],
    commutative: &[Node::And, Node::Or],
    binary: &[Node::Until, Node::Release],
};

/// One formula of an enumeration.
#[derive(Clone, Debug)]
pub struct Member {
    /// The formula.
    pub formula: Formula,
    /// The places of its operands in the list of smaller formulas.
    pub operands: [Option<usize>; 2],
}

/// All formulas of up to `size` operators, smaller ones first.
pub fn up_to(propositions: &[Symbol], operators: &Operators, size: usize) -> Vec<Member> {
    let leaf = |fact: &Symbol| Some((Node::Fact(fact.clone()), [None, None]));
    let mut members: Vec<Member> = propositions
        .iter()
        .filter_map(leaf)
        .filter_map(|(node, at)| leaf_member(node, at))
        .collect();
    let mut starts = vec![0, members.len()];
    for wanted in 1..=size {
        let mut found = Vec::new();
        of_size(operators, wanted, &starts, &mut |make, at| {
            found.extend(build(&members, make, at));
        });
        members.append(&mut found);
        starts.push(members.len());
    }
    members
}

/// Calls `found` with each formula of exactly `size` operators over `smaller`, all those of up to `size - 1`.
pub fn of_next_size(
    smaller: &[Member],
    operators: &Operators,
    size: usize,
    found: &mut dyn FnMut(Member),
) {
    let mut starts = vec![0];
    let sizes: Vec<usize> = smaller.iter().map(|m| operators_of(smaller, m)).collect();
    starts.extend((0..size).map(|s| sizes.partition_point(|known| *known <= s)));
    of_size(operators, size, &starts, &mut |make, at| {
        if let Some(member) = build(smaller, make, at) {
            found(member);
        }
    });
}

/// How an operator is applied: to one operand or to two.
#[derive(Clone, Copy)]
enum Make {
    Unary(fn(NodeId) -> Node),
    Binary(fn(NodeId, NodeId) -> Node),
}

/// Calls `found` for each formula of exactly `size` operators; formulas of size `s` are at
/// `starts[s]..starts[s + 1]`.
fn of_size(
    operators: &Operators,
    size: usize,
    starts: &[usize],
    found: &mut dyn FnMut(Make, [Option<usize>; 2]),
) {
    let range = |s: usize| match (starts.get(s), starts.get(s + 1)) {
        (Some(start), Some(end)) => *start..*end,
        _ => 0..0,
    };
    for f in range(size - 1) {
        operators.unary.iter().for_each(|op| found(Make::Unary(*op), [Some(f), None]));
    }
    for left in 0..size {
        for f in range(left) {
            for g in range(size - 1 - left) {
                operators.binary.iter().for_each(|op| found(Make::Binary(*op), [Some(f), Some(g)]));
                if f <= g {
                    let both = [Some(f), Some(g)];
                    operators.commutative.iter().for_each(|op| found(Make::Binary(*op), both));
                }
            }
        }
    }
}

fn leaf_member(node: Node, operands: [Option<usize>; 2]) -> Option<Member> {
    let mut arena = Arena::new();
    let root = arena.add(node)?;
    Some(Member { formula: Formula::new(&arena, root), operands })
}

fn build(smaller: &[Member], make: Make, operands: [Option<usize>; 2]) -> Option<Member> {
    let mut arena = Arena::new();
    let [f, g] = operands;
    let f = arena.import(&smaller.get(f?)?.formula)?;
    let root = match make {
        Make::Unary(op) => arena.add(op(f)),
        Make::Binary(op) => {
            let g = arena.import(&smaller.get(g?)?.formula)?;
            arena.add(op(f, g))
        }
    };
    Some(Member { formula: Formula::new(&arena, root?), operands })
}

/// The number of operators of a member, each use counted.
fn operators_of(members: &[Member], member: &Member) -> usize {
    let of = |place: usize| members.get(place).map_or(0, |m| operators_of(members, m));
    match member.operands {
        [None, _] => 0,
        [Some(f), None] => 1 + of(f),
        [Some(f), Some(g)] => 1 + of(f) + of(g),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::propositions;

    fn check(operators: &Operators, expect: [usize; 4]) {
        let members = up_to(&propositions(1), operators, 3);
        let mut counts = [0; 4];
        members.iter().for_each(|m| counts[operators_of(&members, m)] += 1);
        assert_eq!(counts, expect);
        let mut again = 0;
        of_next_size(&members[..counts[..3].iter().sum()], operators, 3, &mut |_| again += 1);
        assert_eq!(again, expect[3]);
    }

    #[test]
    fn the_numbers_of_formulas_are_those_of_combinatorics() {
        check(&CORE, [2, 20, 300, 5_720]);
        check(&ALL, [2, 36, 972, 32_760]);
    }

    #[test]
    fn no_formula_comes_twice() {
        let members = up_to(&propositions(1), &ALL, 2);
        let mut texts: Vec<String> = members.iter().map(|m| m.formula.to_string()).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), members.len());
    }
}
