//! Warnings about guarantees that can be read but probably do not say what was meant.
//!
//! A comparison of `arg(t, …)` is unknown at every event that is no call of `t`, and in a guarantee unknown
//! counts as violated: `G(arg(pay, amount) <= 5)` forbids every other call. So a comparison of an argument
//! should stand beside a fact that says which call it is about, as in `called(pay) -> arg(pay, amount) <=
//! 5`.

use std::collections::BTreeSet;

use sponsio_engine::formula::{Constant, Formula, Node, NodeId, Term};
use sponsio_engine::ground::catalog::Word;

use super::clause::Read;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::limits::LINT_NODES_MAX;

/// Warns about a guarantee.
pub(super) fn guarantee(read: &Read, diagnostics: &mut Diagnostics) {
    let Some(tool) = unguarded(&read.formula) else { return };
    let message = format!("a comparison of an argument of `{tool}` is false at every other call");
    let hint = format!(
        "say which calls it is about: `called({tool}) -> …`, or `optional(arg({tool}, …))`"
    );
    diagnostics
        .push(Diagnostic::new(Code::UnguardedArgument, read.clause.location, message).hint(hint));
}

/// The tool of a comparison that no fact beside it guards.
fn unguarded(formula: &Formula) -> Option<String> {
    let mut stack: Vec<(NodeId, BTreeSet<String>)> = vec![(formula.root(), BTreeSet::new())];
    let mut steps = 0usize;
    while let Some((id, guards)) = stack.pop() {
        steps = steps.saturating_add(1);
        if steps > LINT_NODES_MAX {
            return None;
        }
        match formula.node(id)? {
            Node::Compare(_, left, right) => {
                let tool =
                    [left, right].into_iter().filter_map(argument_of).find(|t| !guards.contains(t));
                if tool.is_some() {
                    return tool;
                }
            }
            Node::And(f, g) | Node::Or(f, g) | Node::Implies(f, g) => {
                for (operand, beside) in [(*f, *g), (*g, *f)] {
                    let mut guards = guards.clone();
                    tools_called(formula, beside, &mut guards);
                    stack.push((operand, guards));
                }
            }
            node => stack.extend(node.operands().map(|operand| (operand, guards.clone()))),
        }
    }
    None
}

/// The tool whose argument a term reads, if its absence matters.
fn argument_of(term: &Term) -> Option<String> {
    match term {
        Term::Symbol(symbol) if matches!(symbol.word, Word::Arg | Word::ArgNumeric) => {
            tool(symbol.args.first())
        }
        Term::Length(inner) => argument_of(inner),
        Term::Symbol(_)
        | Term::Selected(_)
        | Term::Optional(_)
        | Term::Number(_)
        | Term::Text(_) => None,
    }
}

fn tool(constant: Option<&Constant>) -> Option<String> {
    match constant {
        Some(Constant::Text(tool)) => Some(tool.to_string()),
        _ => None,
    }
}

/// The tools of the facts about calls in a part without temporal operators.
fn tools_called(formula: &Formula, root: NodeId, tools: &mut BTreeSet<String>) {
    let mut stack = vec![root];
    let mut steps = 0usize;
    while let Some(id) = stack.pop() {
        steps = steps.saturating_add(1);
        if steps > LINT_NODES_MAX {
            return;
        }
        match formula.node(id) {
            Some(Node::Fact(symbol)) => match symbol.word {
                Word::Called
                | Word::CalledWith
                | Word::ArgHas
                | Word::ArgFieldHas
                | Word::ArgFieldIs
                | Word::ArgPathsWithin
                | Word::ArgLengthExceeds => tools.extend(tool(symbol.args.first())),
                _ => {}
            },
            Some(node @ (Node::Not(_) | Node::And(..) | Node::Or(..) | Node::Implies(..))) => {
                stack.extend(node.operands());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(unguarded(&Formula::parse(text).unwrap()).as_deref(), expect, "{text}");
    }

    #[test]
    fn an_unguarded_comparison_is_found() {
        check("G(arg(pay, amount) <= 5)", Some("pay"));
        check("G(called(ship) -> arg(pay, amount) <= 5)", Some("pay"));
        check("G(F called(pay) -> arg(pay, amount) <= 5)", Some("pay"));
        check("G(length(arg(pay, note)) <= 5)", Some("pay"));
    }

    #[test]
    fn a_guarded_comparison_is_not() {
        check("G(called(pay) -> arg(pay, amount) <= 5)", None);
        check("G(!called(pay) | arg(pay, amount) <= 5)", None);
        check(
            "G((called(pay) & ctx(a, b)) -> arg(pay, amount) <= 5 & arg(pay, amount) >= 1)",
            None,
        );
        check("G !(called(pay) & arg(pay, amount) > 5)", None);
        check("G(optional(arg(pay, amount)) <= 5)", None);
        check("G(count(pay) <= 5)", None);
    }
}
