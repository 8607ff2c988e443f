//! Tries the examples of clauses on their regular expressions.
//!
//! A regular expression that never matches forbids nothing. Whoever writes one can say beside it what it has to
//! match, and what not. The matcher is the engine's own: one atom, one call, one decision.

use sponsio_contracts::config::{Clause, Config, Expression, expressions};
use sponsio_contracts::diagnostic::Diagnostic;
use sponsio_engine::contract::Contract;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Event, Timestamp, Value};
use sponsio_engine::formula::{Arena, Constant, Formula, Node, Symbol};
use sponsio_engine::ground::catalog::Word;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;

const TOOL: &str = "t";
const FIELD: &str = "x";

/// The examples that come out differently.
pub(super) fn differing(config: &Config) -> Vec<Diagnostic> {
    let mut all: Vec<Diagnostic> = Vec::new();
    for loaded in config.agents.iter().flat_map(|agent| &agent.contracts) {
        let origin = &loaded.origin;
        let clauses = origin.assumptions.iter().chain(&origin.guarantees);
        let formulas = loaded.contract.assumptions.iter().chain(&loaded.contract.guarantees);
        for (clause, formula) in clauses.zip(formulas) {
            for diagnostic in of_clause(clause, formula) {
                if !all.contains(&diagnostic) {
                    all.push(diagnostic);
                }
            }
        }
    }
    all
}

fn of_clause(clause: &Clause, formula: &Formula) -> Vec<Diagnostic> {
    let texts = || clause.examples.iter().chain(&clause.counterexamples);
    let mut first = texts();
    let Some((place, _)) = first.next() else { return Vec::new() };
    let expressions = expressions(formula);
    if expressions.is_empty() {
        return vec![clause.example_without_regex(*place)];
    }
    let mut diagnostics = Vec::new();
    for (place, text) in &clause.examples {
        if !expressions.iter().any(|expression| matches(expression, text)) {
            diagnostics.push(clause.unmatched_example(*place, text));
        }
    }
    for (place, text) in &clause.counterexamples {
        if let Some(expression) = expressions.iter().find(|expression| matches(expression, text)) {
            diagnostics.push(clause.matched_counterexample(*place, text, &expression.text));
        }
    }
    diagnostics
}

/// Whether the engine finds an expression in a text.
fn matches(expression: &Expression, text: &str) -> bool {
    let forbids = || {
        let word = if expression.whole { Word::ArgFieldIs } else { Word::ArgFieldHas };
        let args = [TOOL, FIELD, &expression.text].map(|text| Constant::Text(text.into()));
        let mut arena = Arena::new();
        let fact = arena.add(Node::Fact(Symbol { word, args: args.into() }))?;
        let not = arena.add(Node::Not(fact))?;
        let root = arena.add(Node::Globally(not))?;
        let contract = Contract::new("example", Formula::new(&arena, root));
        let options = Options { mode: Mode::Enforce, ..Options::default() };
        Program::compile(&[contract], &options).ok()
    };
    let Some(program) = forbids() else { return false };
    let args = Value::Object([(FIELD.into(), Value::Text(text.into()))].into());
    let call = Event::call(Timestamp::from_seconds(0), TOOL, args);
    let step = Session::new(&program).probe(&call, &mut Scratch::new(&program)).decision;
    step != Decision::Allow
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(regex: &str, whole: bool, text: &str, expect: bool) {
        assert_eq!(
            matches(&Expression { text: regex.to_owned(), whole }, text),
            expect,
            "{regex} {text}"
        );
    }

    #[test]
    fn an_expression_is_found_in_a_text_or_is_the_whole_of_it() {
        check("rm\\s+-rf", false, "sudo rm  -rf /", true);
        check("rm\\s+-rf", false, "git rm x", false);
        check("a", true, "ab", false);
        check("ab", true, "ab", true);
        check("\"", false, "say \"x\"", true);
    }
}
