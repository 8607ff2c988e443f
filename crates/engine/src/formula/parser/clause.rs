//! What follows a counter: `where` its conditions, and `within` its window.
//!
//! Both stand behind the parentheses of the word or inside them, so `sum(pay, amount) within 1d` and
//! `sum(pay.amount within 1d)` are one. Conditions are facts and comparisons with `&` between them, and nothing
//! else: they are read in one go and nest nothing. Behind a relation nobody could tell where conditions end and
//! the formula goes on, so there a sum with conditions stands in parentheses.

use super::error::{Found, Kind};
use super::word::{Argument, Call, entries};
use super::{Parsed, Parser, fail};
use crate::formula::ast::{Condition, Relation, Term};
use crate::formula::lexer::{Span, Token};
use crate::ground::catalog::{Kind as Takes, Sort};
use crate::limits::{ATOM_ARGUMENTS_MAX, BOUND_SECONDS_MAX, FORMULA_DEPTH_MAX};

const WHERE: &str = "where";
const WITHIN: &str = "within";

/// The clauses of one word.
#[derive(Default)]
pub(super) struct Clauses {
    conditions: Vec<Condition>,
    seconds: Option<u64>,
}

impl<'t> Parser<'t> {
    /// Whether a clause begins here.
    pub(super) fn at_clause(&self) -> bool {
        matches!(self.token, Token::Name(WHERE | WITHIN))
    }

    /// Reads the clauses behind a word.
    pub(super) fn clauses_behind(&mut self) -> Parsed<()> {
        let place = self.span;
        let clause = self.clause_name();
        let relation = self.stacks.open_relation();
        let Some((call, _)) = self.stacks.last_word() else {
            return fail(Kind::Clause { clause, what: None }, place);
        };
        let name = call.name.clone();
        let before =
            Clauses { conditions: core::mem::take(&mut call.conditions), seconds: call.seconds };
        let (clauses, end) = self.clauses(&name, before, relation)?;
        if let Some((call, span)) = self.stacks.last_word() {
            (call.conditions, call.seconds) = (clauses.conditions, clauses.seconds);
            *span = span.to(end);
        }
        Ok(())
    }

    /// Reads the clauses of a word inside its parentheses, up to the one that closes them.
    pub(super) fn clauses_inside(&mut self, name: &str) -> Parsed<Clauses> {
        Ok(self.clauses(name, Clauses::default(), None)?.0)
    }

    fn clause_name(&self) -> &'static str {
        if self.token == Token::Name(WHERE) { WHERE } else { WITHIN }
    }

    fn clauses(
        &mut self,
        name: &str,
        mut clauses: Clauses,
        relation: Option<Relation>,
    ) -> Parsed<(Clauses, Span)> {
        let mut end = self.span;
        while self.at_clause() {
            let (clause, place) = (self.clause_name(), self.span);
            let is_where = clause == WHERE;
            let takes = entries(name).any(|entry| {
                if is_where { entry.word.takes_where() } else { entry.word.takes_within() }
            });
            if !takes {
                return fail(Kind::Clause { clause, what: Some(Found::new(name)) }, place);
            }
            let twice =
                if is_where { !clauses.conditions.is_empty() } else { clauses.seconds.is_some() };
            match relation.filter(|_| is_where) {
                _ if twice => return fail(Kind::ClauseTwice(clause), place),
                _ if is_where && clauses.seconds.is_some() => {
                    return fail(Kind::ClauseOrder, place);
                }
                Some(relation) => return fail(Kind::ClauseOnTheRight(relation.sign()), place),
                None => {}
            }
            self.advance()?;
            if is_where {
                end = self.conditions(&mut clauses.conditions)?;
            } else {
                let (seconds, span) = self.window()?;
                (clauses.seconds, end) = (Some(seconds), span);
            }
        }
        Ok((clauses, end))
    }

    /// Reads conditions with `&` between them; the place of the last.
    fn conditions(&mut self, conditions: &mut Vec<Condition>) -> Parsed<Span> {
        loop {
            let (condition, span) = self.condition()?;
            if conditions.len() >= ATOM_ARGUMENTS_MAX {
                return fail(Kind::Conditions, span);
            }
            conditions.push(condition);
            if self.token != Token::And {
                return Ok(span);
            }
            self.advance()?;
        }
    }

    fn condition(&mut self) -> Parsed<(Condition, Span)> {
        let (start, mut positive) = (self.span, true);
        while self.token == Token::Not {
            self.advance()?;
            positive = !positive;
        }
        if let Token::Name(name) = self.token
            && entries(name).any(|entry| entry.sort == Sort::Fact)
        {
            let (call, span) = self.word(name)?;
            let given = call.args.len();
            let fits = |sort| entries(name).any(|e| e.sort == sort && e.takes(given));
            if fits(Sort::Fact) || !fits(Sort::Term) {
                let fact = call.fact(span)?;
                return if fact.word.is_condition() {
                    Ok((Condition::Fact { fact, positive }, start.to(span)))
                } else {
                    fail(Kind::NotCondition(Found::new(name)), span)
                };
            }
            let left = self.condition_word(call, span)?;
            return self.comparison(left, start, positive);
        }
        let left = self.condition_term()?.0;
        self.comparison(left, start, positive)
    }

    fn comparison(&mut self, left: Term, start: Span, positive: bool) -> Parsed<(Condition, Span)> {
        let Token::Relation(relation) = self.token else {
            return fail(Kind::ExpectedCondition(self.found()), self.span);
        };
        if !positive {
            let relation = relation.sign();
            return fail(Kind::PrefixCompared { prefix: "!", relation }, start.to(self.span));
        }
        self.advance()?;
        let (right, span) = self.condition_term()?;
        Ok((Condition::Compare(relation, left, right), start.to(span)))
    }

    /// Reads a term of a condition.
    fn condition_term(&mut self) -> Parsed<(Term, Span)> {
        let (start, mut wraps) = (self.span, Vec::<fn(Box<Term>) -> Term>::new());
        let (mut term, mut end) = loop {
            match self.token.clone() {
                Token::Number(number) => break (Term::Number(number), self.advance()?),
                Token::Text(text) => break (Term::Text(text), self.advance()?),
                Token::Name(name @ ("length" | "optional")) => {
                    wraps.push(if name == "length" { Term::Length } else { Term::Optional });
                    if wraps.len() > FORMULA_DEPTH_MAX {
                        return fail(Kind::Depth, self.span);
                    }
                    let span = self.advance()?;
                    if self.token != Token::Open {
                        return fail(Kind::Bare(name.into()), span);
                    }
                    self.advance()?;
                }
                Token::Name(name) => {
                    let (call, span) = self.word(name)?;
                    break (self.condition_word(call, span)?, span);
                }
                _ => return fail(Kind::ExpectedCondition(self.found()), self.span),
            }
        };
        for wrap in wraps.into_iter().rev() {
            if self.token != Token::Close {
                return fail(Kind::ExpectedCondition(self.found()), self.span);
            }
            end = self.advance()?;
            term = wrap(Box::new(term));
        }
        Ok((term, start.to(end)))
    }

    fn condition_word(&self, call: Call<'t>, span: Span) -> Parsed<Term> {
        let symbol = call.resolve(Sort::Term, span)?;
        if !symbol.word.is_condition() {
            return fail(Kind::NotCondition(Found::new(&call.name)), span);
        }
        Ok(Term::Symbol(symbol))
    }

    /// Reads a word, with its arguments where it has some.
    fn word(&mut self, name: &'t str) -> Parsed<(Call<'t>, Span)> {
        let span = self.advance()?;
        if self.token != Token::Open {
            return Ok((Call::new(name, span, None), span));
        }
        let (args, _, end) = self.arguments(name)?;
        Ok((Call::new(name, span, Some(args)), span.to(end)))
    }

    /// Reads `60s` after `within`.
    fn window(&mut self) -> Parsed<(u64, Span)> {
        let expected = |expected, parser: &Self| {
            fail(Kind::ExpectedDuration { expected, found: parser.found() }, parser.span)
        };
        let Some(count) = self.whole_number() else { return expected("a whole number", self) };
        let span = self.advance()?;
        let unit = match self.token {
            Token::Name(name) => seconds_in(name),
            _ => None,
        };
        let Some(unit) = unit else { return expected("`s`, `m`, `h` or `d`", self) };
        let span = span.to(self.advance()?);
        match count.checked_mul(unit).filter(|seconds| *seconds <= BOUND_SECONDS_MAX) {
            Some(0) => fail(Kind::EmptyWindow, span),
            Some(seconds) => Ok((seconds, span)),
            None => fail(Kind::BoundSeconds, span),
        }
    }

    /// The whole number that stands here.
    pub(super) fn whole_number(&self) -> Option<u64> {
        match &self.token {
            Token::Number(number) if !number.is_negative() && number.exponent() >= 0 => {
                Some(number.to_u64().unwrap_or(u64::MAX))
            }
            _ => None,
        }
    }
}

impl Clauses {
    /// The same call with these clauses.
    pub(super) fn of<'t>(self, call: Call<'t>) -> Call<'t> {
        Call { conditions: self.conditions, seconds: self.seconds, ..call }
    }
}

/// The seconds of a unit of time.
pub(super) fn seconds_in(unit: &str) -> Option<u64> {
    UNITS.iter().find(|(name, _)| *name == unit).map(|(_, seconds)| *seconds)
}

/// The units of time, largest first.
pub(in crate::formula) const UNITS: [(&str, u64); 4] =
    [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

/// Whether an argument of `word`, after those in `args`, may have arguments of its own.
pub(super) fn takes_fact(word: &str, args: &[Argument<'_>]) -> bool {
    let takes = |name: &str| {
        let mut parameters = entries(name).flat_map(|entry| entry.parameters);
        parameters.any(|parameter| parameter.kind == Takes::Fact)
    };
    let explicit = args.first().filter(|_| word == "Var").and_then(|arg| arg.value.text());
    takes(word) || explicit.is_some_and(takes)
}
