//! A warning about distances in calls of what lies between calls.
//!
//! `Y`, `X` and the operators with a number of calls go from one call to another and skip what lies between. A result,
//! a reply or a refusal lies between calls, so `Y succeeded(verify)` never holds, whatever happens, and
//! `O[<=3] !denied(pay)` always does. The formula means something, but surely not what was meant.

use sponsio_engine::formula::{Bound, Formula, Node, NodeId};
use sponsio_engine::ground::catalog::Word;

/// An operator, the part below it, and whether that always, or else never, holds at a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Between {
    pub(super) operator: &'static str,
    pub(super) part: String,
    pub(super) always: bool,
}

/// The first distance of a formula whose operand is the same at each call.
pub(super) fn find(formula: &Formula) -> Option<Between> {
    let mut at_calls: Vec<Option<bool>> = Vec::with_capacity(formula.nodes().len());
    // Whether a part speaks of what happens: `X! true` asks for another call, and is meant so.
    let mut speaks: Vec<bool> = Vec::with_capacity(formula.nodes().len());
    for node in formula.nodes() {
        let of = |id: &NodeId| at_calls.get(id.index()).copied().flatten();
        let has = |id: NodeId| speaks.get(id.index()).copied().unwrap_or(false);
        let distance = match node {
            Node::Yesterday(f) => Some(("Y", f)),
            Node::Next(f) => Some(("X", f)),
            Node::StrongNext(f) => Some(("X!", f)),
            Node::OnceWithin(Bound::Calls(_), f) => Some(("O[<=n]", f)),
            Node::FinallyWithin(_, f) => Some(("F[<=n]", f)),
            Node::GloballyWithin(_, f) => Some(("G[<=n]", f)),
            _ => None,
        };
        if let Some((operator, operand)) = distance
            && let Some(always) = of(operand)
            && has(*operand)
        {
            let part = formula.display(*operand).to_string();
            return Some(Between { operator, part, always });
        }
        let is_event = match node {
            Node::Fact(symbol) => symbol.word != Word::CalledAny,
            Node::Compare(..) => true,
            node => node.operands().any(has),
        };
        let value = match node {
            Node::True => Some(true),
            Node::False => Some(false),
            Node::Fact(symbol) => at_call(symbol.word),
            Node::Not(f) => of(f).map(|value| !value),
            Node::And(f, g) => and(of(f), of(g)),
            Node::Or(f, g) => and(of(f).map(|f| !f), of(g).map(|g| !g)).map(|value| !value),
            Node::Implies(f, g) => and(of(f), of(g).map(|g| !g)).map(|value| !value),
            _ => None,
        };
        at_calls.push(value);
        speaks.push(is_event);
    }
    None
}

fn and(f: Option<bool>, g: Option<bool>) -> Option<bool> {
    match (f, g) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// The value of a fact at calls, where it is the same at each.
fn at_call(word: Word) -> Option<bool> {
    match word {
        Word::CalledAny => Some(true),
        Word::Succeeded
        | Word::Result
        | Word::OutputHas
        | Word::Denied
        | Word::LlmSaid
        | Word::Segment
        | Word::PromptContains
        | Word::SystemPromptPresent => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<(&str, &str, bool)>) {
        let found = find(&Formula::parse(text).unwrap());
        let found = found.as_ref().map(|b| (b.operator, &*b.part, b.always));
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn what_lies_between_calls_is_at_no_distance() {
        check("G(called(a) -> Y succeeded(b))", Some(("Y", "succeeded(b)", false)));
        check("G(called(a) -> O[<=3] result(b, ok))", Some(("O[<=n]", "result(b, ok)", false)));
        check(
            "G(called(a) -> F[<=3](succeeded(b) & called(c)))",
            Some(("F[<=n]", "succeeded(b) & called(c)", false)),
        );
        check("G X !denied(a)", Some(("X", "!denied(a)", true)));
        check(
            "G[<=2](llm_said(x) -> called(a))",
            Some(("G[<=n]", "llm_said(\"x\") -> called(a)", true)),
        );
    }

    #[test]
    fn other_distances_are_meant() {
        check("G(denied(a) -> X !called(a))", None);
        check("G(called(a) -> O succeeded(b))", None);
        check("G(called(a) -> O[<=1h] succeeded(b))", None);
        check("G(called(a) -> Y(called(b) | succeeded(b)))", None);
        check("G(called(a) -> Y O succeeded(b))", None);
        check("G(called(a) -> X! true)", None);
        check("G(called(a) -> X! called_any)", None);
    }
}
