//! Every atom and counter of a formula, wherever in it they stand.

use sponsio_engine::formula::{Condition, Constant, Formula, Node, Symbol, Term};
use sponsio_engine::ground::catalog::{Kind, Word};

/// A regular expression of a formula.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression {
    /// The expression.
    pub text: String,
    /// Whether it has to match a value as a whole, and not a part of it.
    pub whole: bool,
}

/// The regular expressions of a formula, in the order in which they are written; each once.
pub fn expressions(formula: &Formula) -> Vec<Expression> {
    let mut found = Vec::new();
    each(formula, &mut |symbol| {
        let entry = symbol.word.entry();
        for (index, constant) in symbol.args.iter().enumerate() {
            let takes = entry.parameter(index).map(|parameter| parameter.kind);
            if let (Some(Kind::Regex), Constant::Text(text)) = (takes, constant) {
                let expression =
                    Expression { text: text.to_string(), whole: symbol.word == Word::ArgFieldIs };
                if !found.contains(&expression) {
                    found.push(expression);
                }
            }
        }
    });
    found
}

/// Visits every atom and counter of a formula.
pub(super) fn each(formula: &Formula, visit: &mut dyn FnMut(&Symbol)) {
    for node in formula.nodes() {
        match node {
            Node::Fact(symbol) => of_symbol(symbol, visit),
            Node::Compare(_, left, right) => {
                of_term(left, visit);
                of_term(right, visit);
            }
            _ => {}
        }
    }
}

fn of_term(term: &Term, visit: &mut dyn FnMut(&Symbol)) {
    match term {
        Term::Symbol(symbol) => of_symbol(symbol, visit),
        Term::Selected(selection) => {
            of_symbol(&selection.of, visit);
            for condition in &selection.conditions {
                match condition {
                    Condition::Fact { fact, .. } => of_symbol(fact, visit),
                    Condition::Compare(_, left, right) => {
                        of_term(left, visit);
                        of_term(right, visit);
                    }
                }
            }
        }
        Term::Length(inner) | Term::Optional(inner) => of_term(inner, visit),
        Term::Number(_) | Term::Text(_) => {}
    }
}

fn of_symbol(symbol: &Symbol, visit: &mut dyn FnMut(&Symbol)) {
    visit(symbol);
    for constant in &symbol.args {
        match constant {
            Constant::Fact(fact) => of_symbol(fact, visit),
            Constant::Text(_) | Constant::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_found_wherever_they_stand() {
        let text = "G(arg_field_is(a, x, \"w\") -> time_since(called_with(b, \"c\")) <= count_with(d, \"e\") | \
                    called_with(b, \"c\"))";
        let found: Vec<(String, bool)> = expressions(&Formula::parse(text).unwrap())
            .into_iter()
            .map(|e| (e.text, e.whole))
            .collect();
        let expect = [("w", true), ("c", false), ("e", false)];
        assert_eq!(found, expect.map(|(text, whole)| (text.to_owned(), whole)));
    }
}
