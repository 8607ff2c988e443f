//! Whether a formula holds of a whole trace: one definition per operator.
//!
//! [`holds_at`] is the definition: the truth of an operator at one position, given the truth of its
//! operands at all positions. `holds` applies it to the nodes of a formula, operands first, and reads off
//! the root at the first position. Positions are events. `X`, `Y` and the bounded operators count calls, so
//! they go from a position to the calls after or before it.

#![expect(
    clippy::indexing_slicing,
    reason = "positions and nodes are counted within their tables; definitions read better without detours"
)]

use sponsio_engine::event::Decimal;
use sponsio_engine::formula::{Bound, Constant, Formula, Node, Relation, Symbol, Term};
use sponsio_engine::ground::catalog::Word;

use super::Position;

/// Whether `formula` holds of `trace`. The logic is about traces with at least one event: of the empty trace
/// nothing holds.
pub fn holds(formula: &Formula, trace: &[Position]) -> bool {
    let length = trace.len();
    let mut table: Vec<bool> = Vec::with_capacity(formula.nodes().len() * length);
    for node in formula.nodes() {
        let mut operands = node.operands();
        let mut row = || operands.next().map_or(0, |operand| operand.index() * length);
        let (first, second) = (row(), row());
        for i in 0..length {
            let truth = holds_at(node, i, trace, &|j| table[first + j], &|j| table[second + j]);
            table.push(truth);
        }
    }
    length > 0 && table[table.len() - length]
}

/// Whether the operator of `node` holds at position `i`, where `f(j)` and `g(j)` are the truths of its
/// first and second operand at position `j`.
pub fn holds_at(
    node: &Node,
    i: usize,
    trace: &[Position],
    f: &impl Fn(usize) -> bool,
    g: &impl Fn(usize) -> bool,
) -> bool {
    let end = trace.len();
    let is_call = |j: &usize| trace[*j].is_call;
    let mut calls_after = (i + 1..end).filter(is_call);
    let mut calls_before = (0..i).rev().filter(is_call);
    match node {
        Node::True => true,
        Node::False => false,
        Node::Fact(fact) => trace[i].has(fact),
        Node::Compare(relation, left, right) => compare(*relation, left, right, &trace[..=i]),
        Node::Not(_) => !f(i),
        Node::And(..) => f(i) && g(i),
        Node::Or(..) => f(i) || g(i),
        Node::Implies(..) => !f(i) || g(i),
        Node::Next(_) => calls_after.next().is_none_or(f),
        Node::StrongNext(_) => calls_after.next().is_some_and(f),
        Node::Finally(_) => (i..end).any(f),
        Node::Globally(_) => (i..end).all(f),
        Node::Until(..) => (i..end).any(|j| g(j) && (i..j).all(f)),
        Node::WeakUntil(..) => (i..end).all(f) || (i..end).any(|j| g(j) && (i..j).all(f)),
        Node::Release(..) => (i..end).all(|j| g(j) || (i..j).any(f)),
        Node::FinallyWithin(n, _) => f(i) || calls_after.take(count(*n)).any(f),
        Node::GloballyWithin(n, _) => f(i) && calls_after.take(count(*n)).all(f),
        Node::Yesterday(_) => calls_before.next().is_some_and(f),
        Node::Once(_) => (0..=i).any(f),
        Node::Historically(_) => (0..=i).all(f),
        Node::Since(..) => (0..=i).any(|j| g(j) && (j + 1..=i).all(f)),
        Node::OnceWithin(Bound::Calls(n), _) => f(i) || calls_before.take(count(*n)).any(f),
        Node::OnceWithin(Bound::Seconds(seconds), _) => {
            let span = i64::try_from(*seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000);
            (0..=i).any(|j| trace[i].time - trace[j].time <= span && f(j))
        }
        Node::Rise(_) => f(i) && (i == 0 || !f(i - 1)),
    }
}

fn count(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A comparison of a counter with a number, at the last position of `past`. Other comparisons are about the
/// arguments of events, which the oracle does not have: they are false.
fn compare(relation: Relation, left: &Term, right: &Term, past: &[Position]) -> bool {
    let value = |term: &Term| match term {
        Term::Number(number) => Some(*number),
        Term::Symbol(symbol) => {
            counter(symbol, past).and_then(|n| i64::try_from(n).ok()).map(Decimal::from)
        }
        Term::Text(_) | Term::Selected(_) | Term::Length(_) | Term::Optional(_) => None,
    };
    match (value(left), value(right)) {
        (Some(left), Some(right)) => relation.admits(left.cmp(&right)),
        _ => false,
    }
}

/// The value of a counter, by counting.
fn counter(symbol: &Symbol, past: &[Position]) -> Option<usize> {
    let called = |tool: &Constant| {
        let fact = Symbol { word: Word::Called, args: [tool.clone()].into() };
        move |position: &&Position| position.has(&fact)
    };
    match (symbol.word, &*symbol.args) {
        (Word::Count, [tool]) => Some(past.iter().filter(called(tool)).count()),
        (Word::ConsecutiveCount, [tool]) => {
            Some(past.iter().rev().filter(|p| p.is_call).take_while(called(tool)).count())
        }
        (Word::CountDenied, [tool]) => {
            let fact = Symbol { word: Word::Denied, args: [tool.clone()].into() };
            Some(past.iter().filter(|p| p.has(&fact)).count())
        }
        _ => None,
    }
}
