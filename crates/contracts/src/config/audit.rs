//! Contracts that cannot act: those that require nothing, and those that nothing can meet.
//!
//! A guarantee is examined by itself, as an automaton in which every fact, every comparison and every part
//! about the past is free to be true or false. What holds under all of them holds whatever happens. It may
//! still be that two facts exclude each other, which is not seen: what is reported is so, what is not
//! reported may be. Reading does not do this; `sponsio validate` asks for it.

use std::collections::BTreeSet;

use sponsio_engine::automaton::PropositionalAutomaton;
use sponsio_engine::formula::{Arena, Constant, Formula, Node, NodeId, Symbol};
use sponsio_engine::ground::catalog::Word;
use sponsio_engine::verdict::Verdict;

use super::{Clause, Config};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::limits::{AUDIT_PROPOSITIONS_MAX, AUDIT_STEPS_MAX};

/// What the automaton of a guarantee says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    Vacuous,
    Unsatisfiable,
}

impl Config {
    /// Warnings about guarantees that hold whatever happens, or never.
    pub fn audit(&self) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for loaded in self.agents.iter().flat_map(|agent| &agent.contracts) {
            for (formula, clause) in
                loaded.contract.guarantees.iter().zip(&loaded.origin.guarantees)
            {
                let diagnostic = match examine(formula) {
                    Some(Finding::Vacuous) => vacuous(clause, formula),
                    Some(Finding::Unsatisfiable) => unsatisfiable(clause, formula),
                    None => continue,
                };
                if !diagnostics.contains(&diagnostic) {
                    diagnostics.push(diagnostic);
                }
            }
        }
        diagnostics
    }
}

fn examine(formula: &Formula) -> Option<Finding> {
    let automaton = PropositionalAutomaton::new(&free(formula)?, false).ok()?;
    let propositions = automaton.propositions().len();
    if propositions > AUDIT_PROPOSITIONS_MAX {
        return None;
    }
    let letters = 1u32.checked_shl(u32::try_from(propositions).ok()?)?;
    let initial = automaton.initial().ok()?;
    let mut seen = BTreeSet::from([initial.number()]);
    let mut open = vec![initial];
    let mut steps = 0usize;
    let (mut always_met, mut never_met) = (is_met(initial.verdict()), true);
    while let Some(state) = open.pop() {
        for letter in 0..letters {
            steps = steps.saturating_add(1);
            if steps > AUDIT_STEPS_MAX {
                return None;
            }
            let next = automaton.step(state, letter).ok()?;
            always_met &= is_met(next.verdict());
            never_met &= next.verdict() == Verdict::Violated;
            if seen.insert(next.number()) {
                open.push(next);
            }
        }
    }
    match (always_met, never_met) {
        (true, _) => Some(Finding::Vacuous),
        (_, true) => Some(Finding::Unsatisfiable),
        _ => None,
    }
}

fn is_met(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Satisfied | Verdict::Holding)
}

/// The formula with a free fact for every comparison and every part about the past.
fn free(formula: &Formula) -> Option<Formula> {
    let mut arena = Arena::new();
    let mut places: Vec<NodeId> = Vec::with_capacity(formula.nodes().len());
    for (index, node) in formula.nodes().iter().enumerate() {
        let is_free = matches!(node, Node::Compare(..)) || node.is_past();
        let node = if is_free {
            // No formula has such a key: it is not one that can be written.
            let key = Constant::Text("\u{0}".into());
            let value = Constant::Text(index.to_string().into());
            Node::Fact(Symbol { word: Word::Ctx, args: [key, value].into() })
        } else {
            node.with_operands(|id| places.get(id.index()).copied().unwrap_or(id))
        };
        places.push(arena.add(node)?);
    }
    Some(Formula::new(&arena, *places.last()?))
}

fn vacuous(clause: &Clause, formula: &Formula) -> Diagnostic {
    let message = format!("this guarantee requires nothing: `{formula}` holds whatever happens");
    Diagnostic::new(Code::Vacuous, clause.location, message)
        .hint("say what must not happen, for example `G(called(a) -> O called(b))`; or remove it")
}

fn unsatisfiable(clause: &Clause, formula: &Formula) -> Diagnostic {
    let message = format!("nothing can meet `{formula}`: it is violated whatever happens");
    Diagnostic::new(Code::Unsatisfiable, clause.location, message)
        .hint("look for parts that exclude each other")
}

impl Clause {
    /// The error about an example that no regular expression of the clause matches.
    pub fn unmatched_example(&self, location: Location, text: &str) -> Diagnostic {
        let message = format!("no regular expression of this clause matches its example `{text}`");
        Diagnostic::new(Code::Example, location, message)
            .related(self.location, "the clause")
            .hint("correct the expression, or the example; what a call carries is matched as it is written")
    }

    /// The error about a counterexample that a regular expression of the clause matches.
    pub fn matched_counterexample(
        &self,
        location: Location,
        text: &str,
        regex: &str,
    ) -> Diagnostic {
        let message =
            format!("the regular expression `{regex}` matches the counterexample `{text}`");
        Diagnostic::new(Code::Example, location, message)
            .related(self.location, "the clause")
            .hint("make the expression narrower, for example with `\\b` or `^`, or remove the counterexample")
    }

    /// The error about examples of a clause in which nothing is matched.
    pub fn example_without_regex(&self, location: Location) -> Diagnostic {
        let message = "this clause has an example and no regular expression to try it on";
        Diagnostic::new(Code::Example, location, message)
            .related(self.location, "the clause")
            .hint("remove the example; it is for patterns and formulas that match texts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<Finding>) {
        assert_eq!(examine(&Formula::parse(text).unwrap()), expect, "{text}");
    }

    #[test]
    fn what_holds_whatever_happens_requires_nothing() {
        check("true", Some(Finding::Vacuous));
        check("G(called(a) -> called(a))", Some(Finding::Vacuous));
        check("G(count(a) <= 3 | !(count(a) <= 3))", Some(Finding::Vacuous));
        check("G(O called(a) -> O called(a))", Some(Finding::Vacuous));
        check("G(called(a) -> X (called(b) | !called(b)))", Some(Finding::Vacuous));
    }

    #[test]
    fn what_nothing_can_meet_is_found() {
        check("false", Some(Finding::Unsatisfiable));
        check("G(called(a) & !called(a))", Some(Finding::Unsatisfiable));
    }

    #[test]
    fn ordinary_contracts_are_neither() {
        check("G !called(a)", None);
        check("G !called_any", None);
        check("G(count(a) <= 3)", None);
        check("G(called(a) -> F called(b))", None);
        check("F called(a)", None);
        check("G(called(a) -> O called(b))", None);
    }
}
