//! Warnings about facts that say where a value came from, under a sign under which they err to the wrong side.
//!
//! `arg_from` is true wherever a value *may* come from a source, so it is made to forbid; `arg_known` and
//! `arg_from_user` are true only where it is *known*, so they are made to permit. Turned round, both permit what
//! nobody knows: when memory is full, `called(pay) -> arg_from(pay, to, book)` permits every value.
//!
//! The sign is that of the formula in negation normal form: below a negation and to the left of an implication it
//! turns, and in an assumption, which is not enforced, it is the other one from the beginning.

use std::collections::BTreeSet;

use sponsio_engine::formula::{Condition, Constant, Formula, Node, NodeId, Relation, Symbol, Term};
use sponsio_engine::ground::catalog::Word;

use super::clause::Read;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Warns about a guarantee, or about an assumption.
pub(super) fn check(read: &Read, is_guarantee: bool, diagnostics: &mut Diagnostics) {
    let Some(word) = lenient(&read.formula, is_guarantee) else { return };
    let name = word.entry().name;
    let (message, hint) = match word {
        Word::ArgFrom => (
            format!("`{name}` is true wherever a value may come from there, and here that permits"),
            "to permit what comes from there write `arg_known`, which is true only where that is known",
        ),
        _ => (
            format!("`{name}` is false wherever it is not known, and here that permits"),
            "to forbid what comes from there write `!arg_from`, which is false only where that is known",
        ),
    };
    let at = read.clause.location;
    diagnostics.push(Diagnostic::new(Code::LenientOrigin, at, message).hint(hint));
}

/// A fact about an origin that errs towards permitting.
fn lenient(formula: &Formula, is_guarantee: bool) -> Option<Word> {
    let mut stack: Vec<(NodeId, bool)> = vec![(formula.root(), is_guarantee)];
    let mut seen: BTreeSet<(NodeId, bool)> = BTreeSet::new();
    while let Some((id, sign)) = stack.pop() {
        if !seen.insert((id, sign)) {
            continue;
        }
        match formula.node(id)? {
            Node::Fact(symbol) if errs(symbol, sign) => return Some(symbol.word),
            Node::Compare(relation, left, right) => {
                let found = [(left, *relation), (right, relation.mirrored())]
                    .into_iter()
                    .flat_map(|(term, relation)| counted(term, relation, sign))
                    .find(|(symbol, sign)| errs(symbol, *sign));
                if let Some((symbol, _)) = found {
                    return Some(symbol.word);
                }
            }
            Node::Not(f) => stack.push((*f, !sign)),
            Node::Implies(f, g) => stack.extend([(*f, !sign), (*g, sign)]),
            // It holds here, and did not hold before.
            Node::Rise(f) => stack.extend([(*f, sign), (*f, !sign)]),
            node => stack.extend(node.operands().map(|operand| (operand, sign))),
        }
    }
    None
}

fn errs(symbol: &Symbol, sign: bool) -> bool {
    match symbol.word {
        Word::ArgFrom => sign,
        Word::ArgFromUser | Word::ArgKnown => !sign,
        _ => false,
    }
}

/// The facts by which a term counts, each with the sign that it has there.
fn counted(term: &Term, relation: Relation, sign: bool) -> Vec<(&Symbol, bool)> {
    // More is counted where the fact holds, and an upper limit is less likely met.
    let signs: &[bool] = match relation {
        Relation::Less | Relation::LessOrEqual => &[!sign],
        Relation::Greater | Relation::GreaterOrEqual => &[sign],
        Relation::Equal | Relation::NotEqual => &[true, false],
    };
    let mut term = term;
    while let Term::Length(inner) | Term::Optional(inner) = term {
        term = inner;
    }
    let facts: Vec<(&Symbol, bool)> = match term {
        Term::Selected(selection) => selection
            .conditions
            .iter()
            .filter_map(|condition| match condition {
                Condition::Fact { fact, positive } => Some((fact, *positive)),
                Condition::Compare(..) => None,
            })
            .collect(),
        // The time since a fact is short where it holds: the other way round.
        Term::Symbol(symbol) => symbol
            .args
            .iter()
            .filter_map(|arg| match arg {
                Constant::Fact(fact) => Some((&**fact, false)),
                Constant::Text(_) | Constant::Number(_) => None,
            })
            .collect(),
        Term::Length(_) | Term::Optional(_) | Term::Number(_) | Term::Text(_) => Vec::new(),
    };
    facts
        .into_iter()
        .flat_map(|(fact, positive)| signs.iter().map(move |sign| (fact, *sign == positive)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is warned of in a guarantee, and in an assumption.
    #[track_caller]
    fn check(text: &str, guarantee: bool, assumption: bool) {
        let formula = Formula::parse(text).unwrap();
        let found = [true, false].map(|is_guarantee| lenient(&formula, is_guarantee).is_some());
        assert_eq!(found, [guarantee, assumption], "{text}");
    }

    #[test]
    fn what_may_come_from_a_source_forbids() {
        check("G !arg_from(pay, to, read)", false, true);
        check("G(called(pay) -> !arg_from(pay, to, read) | arg_from_user(pay, to))", false, true);
        check("G(called(pay) -> arg_from(pay, to, read))", true, false);
        check("G(arg_from(pay, to, read) -> X called(check))", false, true);
        check("G(arg_from(pay, to, read) -> arg_from(pay, note, read))", true, true);
        check("G !rise(arg_from(pay, to, read))", true, true);
    }

    #[test]
    fn what_is_known_permits() {
        check("G(called(pay) -> arg_known(pay, to, user, book))", false, true);
        check("G(called(pay) -> arg_from_user(pay, to))", false, true);
        check("G !arg_known(pay, to, book)", true, false);
        check("G(!arg_from_user(pay, to) -> X called(check))", false, true);
        check("G(called(pay) -> !O arg_known(pay, to, book))", true, false);
    }

    #[test]
    fn the_sign_is_followed_into_what_is_counted() {
        check("G(sum(pay, n) where arg_from(pay, to, read) <= 5)", false, true);
        check("G(sum(pay, n) where !arg_from(pay, to, read) <= 5)", true, false);
        check("G(sum(pay, n) where !arg_known(pay, to, book) <= 5)", false, true);
        check("G(sum(pay, n) where arg_known(pay, to, book) >= 5)", false, true);
        check("G(5 >= (sum(pay, n) where arg_from(pay, to, read)))", false, true);
        check("G(called(x) -> time_since(arg_from(pay, to, read)) <= 5)", true, false);
        check("G(called(x) -> time_since(arg_from(pay, to, read)) > 5)", false, true);
    }

    #[test]
    fn other_facts_have_no_such_sign() {
        check("G(called(pay) -> !called(x) & O called(y) & arg(pay, n) <= 5)", false, false);
    }
}
