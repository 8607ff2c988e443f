//! From text to a formula: one grammar for the infix form and for the constructor form.
//!
//! | binds | written |
//! |---|---|
//! | loosest | `f -> g`, to the right |
//! | | `f \| g` |
//! | | `f & g` |
//! | | `f U g`, `f W g`, `f R g`, `f S g`, to the left |
//! | | `t <= t` and `< > >= == !=`, which do not chain |
//! | tightest | `! X X! F G Y O H` and `F[<=3]`, `G[<=3]`, `O[<=3]`, `O[<=60s]` |
//!
//! The constructor form writes the same as functions, and the two may be mixed: `Implies(f, g)`, `Le(t,
//! t)`, `Var(count, pay)`. Functions without another form are `rise(f)`, `length(t)` and `optional(t)`.
//!
//! The parser keeps its own stacks of operators and operands (Dijkstra's shunting-yard, with a frame for
//! every open parenthesis), so that hostile nesting meets a limit and not the end of the thread's stack. A
//! word's arguments are constants and nest nothing, so they are read in one go.
//!
//! Nesting is limited twice. Open parentheses and waiting operators are counted each on their own while the
//! text is read; the depth of the formula is counted as it is built. Printing a formula opens at most one
//! parenthesis for each level of its depth, so what was read once is read again. A chain of `&`, or of `|`,
//! is one level: a list of three hundred tools nests nothing.
//!
//! What the parser does not do: it rewrites nothing, `Not(F(x))` stays what it is.

pub(super) mod clause;
mod constant;
mod error;
pub(super) mod operator;
mod stacks;
#[cfg(test)]
mod tests;
mod word;

use clause::{Clauses, seconds_in, takes_fact};
use error::{Found, Kind};
use operator::{Connective, Function, Infix, Prefix};
use stacks::{Operator, Stacks, Value};
use word::{Argument, Call, Written};

pub use error::ParseError;

use super::ast::{Bound, Formula, Node, Relation, Term};
use super::lexer::{Lexer, Span, Token};
use crate::ground::catalog::Sort;
use crate::limits::{ATOM_ARGUMENTS_MAX, BOUND_CALLS_MAX, BOUND_SECONDS_MAX, FORMULA_BYTES_MAX};

impl Formula {
    /// The formula that `text` denotes.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() > FORMULA_BYTES_MAX {
            let span = Span { start: 0, end: text.len() };
            return Err(ParseError::new(Kind::Bytes(text.len()), span));
        }
        Parser::new(text)?.parse()
    }

    /// As [`parse`](Self::parse), for the canonical text of a formula that was parsed before. Sets of paths, hosts and
    /// objects are not read once more; one that is none after all is unknown to whoever asks.
    pub(crate) fn parse_again(text: &str) -> Result<Self, ParseError> {
        Parser { is_known: true, ..Parser::new(text)? }.parse()
    }
}

struct Parser<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    token: Token<'t>,
    span: Span,
    stacks: Stacks<'t>,
    /// Whether the text was checked before.
    is_known: bool,
}

type Parsed<T> = Result<T, ParseError>;

fn fail<T>(kind: Kind, span: Span) -> Parsed<T> {
    Err(ParseError::new(kind, span))
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Parsed<Self> {
        let mut parser = Self {
            text,
            lexer: Lexer::new(text),
            token: Token::End,
            span: Span::default(),
            stacks: Stacks::new(text),
            is_known: false,
        };
        parser.advance()?;
        Ok(parser)
    }

    fn parse(mut self) -> Parsed<Formula> {
        loop {
            self.operand()?;
            if self.after_operand()? {
                break;
            }
        }
        self.stacks.finish()
    }

    /// Steps to the next token; the place of the one before.
    fn advance(&mut self) -> Parsed<Span> {
        let (token, span) =
            self.lexer.next().map_err(|(flaw, span)| ParseError::new(Kind::Lexical(flaw), span))?;
        self.token = token;
        Ok(core::mem::replace(&mut self.span, span))
    }

    fn found(&self) -> Found {
        Found::new(self.span.of(self.text))
    }

    /// Reads up to and including one operand.
    fn operand(&mut self) -> Parsed<()> {
        loop {
            match self.token.clone() {
                Token::Not => {
                    let span = self.advance()?;
                    self.stacks.push_operator(Operator::Prefix(Prefix::Not), span)?;
                }
                Token::Open => {
                    let span = self.advance()?;
                    self.stacks.push_operator(Operator::Parenthesis, span)?;
                }
                Token::Number(number) => return self.literal(Term::Number(number)),
                Token::Text(text) => return self.literal(Term::Text(text)),
                Token::Name(name) => {
                    if self.name(name)? {
                        return Ok(());
                    }
                }
                _ => return fail(Kind::ExpectedOperand(self.found()), self.span),
            }
        }
    }

    fn literal(&mut self, term: Term) -> Parsed<()> {
        let span = self.advance()?;
        self.stacks.push_operand(Value::Term(term, 0), span);
        Ok(())
    }

    /// Reads a name where an operand is expected; whether it was an operand, and not an operator before one.
    fn name(&mut self, name: &'t str) -> Parsed<bool> {
        if let Some(prefix) = Prefix::named(name) {
            self.prefix(prefix)?;
            return Ok(false);
        }
        let span = self.advance()?;
        let applied = self.token == Token::Open;
        if applied && let Some(function) = Function::named(name) {
            self.advance()?;
            self.stacks.push_operator(Operator::Function(function, 1), span)?;
            return Ok(false);
        }
        if Connective::named(name).is_some() {
            return fail(Kind::ExpectedOperand(Found::new(name)), span);
        }
        let (call, whole) = if applied {
            let (args, clauses, end) = self.arguments(name)?;
            (clauses.of(Call::new(name, span, Some(args))), span.to(end))
        } else {
            (Call::new(name, span, None), span)
        };
        let call = Call { is_known: self.is_known, ..call };
        let value = match name {
            "true" | "false" => {
                if !call.args.is_empty() {
                    let usage = name.into();
                    let kind =
                        Kind::Arity { word: name.into(), takes: 0, given: call.args.len(), usage };
                    return fail(kind, whole);
                }
                let node = if name == "true" { Node::True } else { Node::False };
                Value::Formula(self.stacks.build(node, 0, None, span)?)
            }
            "Var" if applied => Value::Word(explicit(call, "Var", Sort::Term, whole)?),
            "Atom" if applied => Value::Word(explicit(call, "Atom", Sort::Fact, whole)?),
            "Const" if applied => match call.args.first().map(|argument| &argument.value) {
                Some(Written::Number(number, _)) if call.args.len() == 1 => {
                    Value::Term(Term::Number(*number), 0)
                }
                _ => return fail(Kind::NotNumber, whole),
            },
            "ArgLength" if applied => {
                let call = Call { name: "arg".into(), ..call };
                Value::Term(Term::Length(Box::new(call.term(whole)?)), 1)
            }
            "Var" | "Atom" | "Const" | "ArgLength" => return fail(Kind::Bare(name.into()), span),
            _ => Value::Word(call),
        };
        self.stacks.push_operand(value, whole);
        Ok(true)
    }

    /// Reads `G`, `X!`, `O[<=60s]` and the like.
    fn prefix(&mut self, named: Prefix) -> Parsed<()> {
        let mut span = self.advance()?;
        let adjacent = self.span.start == span.end;
        let prefix = match self.token {
            Token::Not if named == Prefix::Next && adjacent => {
                span = span.to(self.advance()?);
                Prefix::StrongNext
            }
            Token::OpenBracket => {
                let bounded = self.bound(named)?;
                if self.token != Token::CloseBracket {
                    let kind = Kind::ExpectedInBound { expected: "`]`", found: self.found() };
                    return fail(kind, self.span);
                }
                span = span.to(self.advance()?);
                bounded
            }
            _ => named,
        };
        self.stacks.push_operator(Operator::Prefix(prefix), span)
    }

    /// Reads `[<=3` or `[<=60s`.
    fn bound(&mut self, named: Prefix) -> Parsed<Prefix> {
        if !matches!(named, Prefix::Finally | Prefix::Globally | Prefix::Once) {
            return fail(Kind::NoBound(named.sign()), self.span);
        }
        self.advance()?;
        if self.token != Token::Relation(Relation::LessOrEqual) {
            return fail(
                Kind::ExpectedInBound { expected: "`<=`", found: self.found() },
                self.span,
            );
        }
        self.advance()?;
        let Some(count) = self.whole_number() else {
            let kind = Kind::ExpectedInBound { expected: "a whole number", found: self.found() };
            return fail(kind, self.span);
        };
        let span = self.advance()?;
        let Token::Name(unit) = self.token else {
            let calls = u32::try_from(count).ok().filter(|n| *n <= BOUND_CALLS_MAX);
            let Some(n) = calls else {
                return fail(Kind::BoundCalls { found: Found::new(span.of(self.text)) }, span);
            };
            return Ok(match named {
                Prefix::Finally => Prefix::FinallyWithin(n),
                Prefix::Globally => Prefix::GloballyWithin(n),
                _ => Prefix::OnceWithin(Bound::Calls(n)),
            });
        };
        let span = span.to(self.span);
        let Some(unit_seconds) = seconds_in(unit) else {
            let expected = "`s`, `m`, `h`, `d` or `]`";
            return fail(Kind::ExpectedInBound { expected, found: self.found() }, self.span);
        };
        if named != Prefix::Once {
            return fail(Kind::FutureSeconds(named.sign()), span);
        }
        self.advance()?;
        match count.checked_mul(unit_seconds).filter(|seconds| *seconds <= BOUND_SECONDS_MAX) {
            Some(seconds) => Ok(Prefix::OnceWithin(Bound::Seconds(seconds))),
            None => fail(Kind::BoundSeconds, span),
        }
    }

    /// Reads the arguments of a word, from `(` to `)`, and clauses before the latter; also its place.
    fn arguments(&mut self, word: &str) -> Parsed<(Vec<Argument<'t>>, Clauses, Span)> {
        let open = self.advance()?;
        let mut args = Vec::new();
        if self.token == Token::Close {
            return Ok((args, Clauses::default(), self.advance()?));
        }
        loop {
            let value = match self.token.clone() {
                Token::Name(name) => Written::Name(name),
                Token::Text(text) => Written::Text(text),
                Token::Set(text) => Written::Set(text),
                Token::Tag(text) => Written::Tag(text),
                Token::Number(number) => Written::Number(number, self.span.of(self.text)),
                Token::End => return fail(Kind::Unclosed, open),
                _ => {
                    let kind = Kind::ExpectedArgument { word: word.into(), found: self.found() };
                    return fail(kind, self.span);
                }
            };
            let span = self.advance()?;
            if args.len() >= ATOM_ARGUMENTS_MAX {
                return fail(Kind::Arguments(word.into()), span);
            }
            let argument = match value {
                Written::Name(name) if self.token == Token::Open && takes_fact(word, &args) => {
                    self.fact_argument(name, span)?
                }
                value => Argument { value, span },
            };
            args.push(argument);
            if self.at_clause() {
                let clauses = self.clauses_inside(word)?;
                if self.token != Token::Close {
                    return fail(Kind::ExpectedClose(self.found()), self.span);
                }
                return Ok((args, clauses, self.advance()?));
            }
            let hint = match self.token {
                Token::Close => return Ok((args, Clauses::default(), self.advance()?)),
                Token::Comma => {
                    self.advance()?;
                    continue;
                }
                Token::End => return fail(Kind::Unclosed, open),
                Token::Open => Some("arguments of words are names, texts and numbers"),
                Token::OpenBracket => Some("put a path with brackets between quotes"),
                Token::Name(_)
                | Token::Text(_)
                | Token::Number(_)
                | Token::Set(_)
                | Token::Tag(_) => Some("put a `,` between arguments"),
                _ => None,
            };
            let kind = Kind::ExpectedSeparator { word: word.into(), found: self.found(), hint };
            return fail(kind, self.span);
        }
    }

    /// Reads the arguments of a fact that is itself an argument; its own arguments have none.
    fn fact_argument(&mut self, name: &'t str, span: Span) -> Parsed<Argument<'t>> {
        if takes_fact(name, &[]) {
            return fail(Kind::NotFact, span);
        }
        let (args, clauses, end) = self.arguments(name)?;
        let call = clauses.of(Call::new(name, span, Some(args)));
        Ok(Argument { value: Written::Call(Box::new(call)), span: span.to(end) })
    }

    /// Reads what follows an operand, up to the place of the next one; whether the text is at its end.
    fn after_operand(&mut self) -> Parsed<bool> {
        loop {
            let infix = match self.token {
                Token::End => return Ok(true),
                Token::Close => {
                    self.stacks.close(self.span)?;
                    self.advance()?;
                    continue;
                }
                Token::Comma => {
                    self.stacks.comma(self.span)?;
                    self.advance()?;
                    return Ok(false);
                }
                Token::Arrow => Infix::Connective(Connective::Implies),
                Token::Or => Infix::Connective(Connective::Or),
                Token::And => Infix::Connective(Connective::And),
                Token::Relation(relation) => Infix::Compare(relation),
                Token::Name(_) if self.at_clause() => {
                    self.clauses_behind()?;
                    continue;
                }
                Token::Name(name) => match Connective::named(name) {
                    Some(connective) => Infix::Connective(connective),
                    None => return self.no_operator(),
                },
                _ => return self.no_operator(),
            };
            self.stacks.push_infix(infix, self.span)?;
            self.advance()?;
            return Ok(false);
        }
    }

    fn no_operator<T>(&self) -> Parsed<T> {
        let meant = match self.token {
            Token::Name("and" | "AND") => Some("&"),
            Token::Name("or" | "OR") => Some("|"),
            Token::Name("implies") => Some("->"),
            Token::Name("until") => Some("U"),
            Token::Name("since") => Some("S"),
            _ => None,
        };
        fail(Kind::ExpectedOperator { found: self.found(), meant }, self.span)
    }
}

/// The call that `Var(name, …)` or `Atom(name, …)` stand for.
fn explicit<'t>(
    mut call: Call<'t>,
    form: &'static str,
    sort: Sort,
    whole: Span,
) -> Parsed<Call<'t>> {
    let mut args = core::mem::take(&mut call.args).into_iter();
    let Some((name, name_span)) = args.next().and_then(|a| Some((a.value.text()?.into(), a.span)))
    else {
        return fail(Kind::NotName(form), whole);
    };
    Ok(Call { name, name_span, args: args.collect(), sort: Some(sort), ..call })
}
