//! Warnings about guarantees that can be read but probably do not say what was meant.
//!
//! A comparison of `arg(t, …)` is unknown at every event that is no call of `t`, and in a guarantee unknown
//! counts as violated: `G(arg(pay, amount) <= 5)` forbids every other call. So a comparison of an argument
//! should stand beside a fact that says which call it is about, as in `called(pay) -> arg(pay, amount) <=
//! 5`. The same goes for what only replies or prompts have, such as `response_words`.

use std::collections::BTreeSet;

use sponsio_engine::formula::{Constant, Formula, Node, NodeId, Term};
use sponsio_engine::ground::catalog::Word;

use super::between::{self, Between};
use super::clause::Read;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::limits::LINT_NODES_MAX;

/// Warns about a guarantee.
pub(super) fn guarantee(read: &Read, diagnostics: &mut Diagnostics) {
    let at = read.clause.location;
    if let Some(Between { operator, part, always }) = between::find(&read.formula) {
        let holds = if always { "always" } else { "never" };
        let message =
            format!("`{operator}` goes from call to call, and `{part}` {holds} holds at a call");
        let hint = "use `O`, `F` or `O[<=60s]`, which look at what lies between calls too";
        diagnostics.push(Diagnostic::new(Code::BetweenCalls, at, message).hint(hint));
    }
    let Some(subject) = unguarded(&read.formula) else { return };
    let (message, hint) = match subject {
        Subject::Tool(tool) => (
            format!("a comparison of an argument of `{tool}` is false at every other call"),
            format!(
                "say which calls it is about: `called({tool}) -> …`, or `optional(arg({tool}, …))`"
            ),
        ),
        Subject::Event(word) => {
            let name = word.entry().name;
            (
                format!("a comparison of `{name}` is false at every event that does not have it"),
                format!("write `optional({name})`"),
            )
        }
    };
    diagnostics.push(Diagnostic::new(Code::UnguardedArgument, at, message).hint(hint));
}

/// What a comparison is about that no fact beside it guards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// An argument of the tool.
    Tool(String),
    /// A value that only some events have.
    Event(Word),
}

/// The subject of a comparison that no fact beside it guards.
fn unguarded(formula: &Formula) -> Option<Subject> {
    let mut stack: Vec<(NodeId, BTreeSet<Subject>)> = vec![(formula.root(), BTreeSet::new())];
    let mut steps = 0usize;
    while let Some((id, guards)) = stack.pop() {
        steps = steps.saturating_add(1);
        if steps > LINT_NODES_MAX {
            return None;
        }
        match formula.node(id)? {
            Node::Compare(_, left, right) => {
                let terms = [left, right].into_iter();
                let subject = terms.filter_map(subject_of).find(|s| !guards.contains(s));
                if subject.is_some() {
                    return subject;
                }
            }
            Node::And(f, g) | Node::Or(f, g) | Node::Implies(f, g) => {
                for (operand, beside) in [(*f, *g), (*g, *f)] {
                    let mut guards = guards.clone();
                    guards_in(formula, beside, &mut guards);
                    stack.push((operand, guards));
                }
            }
            node => stack.extend(node.operands().map(|operand| (operand, guards.clone()))),
        }
    }
    None
}

/// What a term reads that events may lack, if its absence matters.
fn subject_of(term: &Term) -> Option<Subject> {
    match term {
        Term::Symbol(symbol) if matches!(symbol.word, Word::Arg | Word::ArgNumeric) => {
            tool(symbol.args.first())
        }
        Term::Symbol(symbol) => match symbol.word {
            Word::ResponseWords | Word::ResponseChars => Some(Subject::Event(symbol.word)),
            Word::ContextLength => Some(Subject::Event(symbol.word)),
            _ => None,
        },
        Term::Length(inner) => subject_of(inner),
        Term::Selected(_) | Term::Optional(_) | Term::Number(_) | Term::Text(_) => None,
    }
}

fn tool(constant: Option<&Constant>) -> Option<Subject> {
    match constant {
        Some(Constant::Text(tool)) => Some(Subject::Tool(tool.to_string())),
        _ => None,
    }
}

/// What the facts in a part without temporal operators guard.
fn guards_in(formula: &Formula, root: NodeId, guards: &mut BTreeSet<Subject>) {
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
                | Word::ArgFrom
                | Word::ArgFromUser
                | Word::ArgKnown
                | Word::ArgLengthExceeds => guards.extend(tool(symbol.args.first())),
                Word::LlmSaid | Word::Segment => {
                    guards.extend([Word::ResponseWords, Word::ResponseChars].map(Subject::Event));
                }
                Word::PromptContains | Word::SystemPromptPresent => {
                    guards.insert(Subject::Event(Word::ContextLength));
                }
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
        let name = |subject| match subject {
            Subject::Tool(tool) => tool,
            Subject::Event(word) => word.entry().name.to_owned(),
        };
        let found = unguarded(&Formula::parse(text).unwrap()).map(name);
        assert_eq!(found.as_deref(), expect, "{text}");
    }

    #[test]
    fn an_unguarded_comparison_is_found() {
        check("G(arg(pay, amount) <= 5)", Some("pay"));
        check("G(called(ship) -> arg(pay, amount) <= 5)", Some("pay"));
        check("G(F called(pay) -> arg(pay, amount) <= 5)", Some("pay"));
        check("G(length(arg(pay, note)) <= 5)", Some("pay"));
        check("G(response_words <= 5)", Some("response_words"));
        check("G(called(a) -> context_length <= 5)", Some("context_length"));
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
        check("G(optional(response_words) <= 5)", None);
        check("G(segment(answer) -> response_chars <= 5)", None);
        check("G(system_prompt_present -> context_length <= 5)", None);
    }
}
