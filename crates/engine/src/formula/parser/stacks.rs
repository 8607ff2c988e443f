//! The stacks of the parser: operators that wait, operands that are read, and how the one takes the other.
//!
//! Operators and parentheses wait in one stack, in the order of the text. An operator is applied as soon as
//! what follows binds no tighter. Types are settled here: an operand that is a bare word becomes a fact or
//! a term by the operator that takes it.
//!
//! What the stacks do not know: tokens, and how operands are read.

use super::error::{Found, Kind, ParseError};
use super::operator::{Connective, Function, Infix, Prefix};
use super::word::Call;
use super::{Parsed, fail};
use crate::formula::ast::{Arena, Formula, Node, NodeId, Relation, Term};
use crate::formula::lexer::Span;
use crate::limits::FORMULA_DEPTH_MAX;

/// What stands on the stack of operands.
struct Operand<'t> {
    value: Value<'t>,
    span: Span,
}

/// An operand, as far as it is understood.
pub(super) enum Value<'t> {
    Formula(Built),
    /// A term and its depth.
    Term(Term, usize),
    /// A fact or a term: its place decides.
    Word(Call<'t>),
}

/// A formula in the arena.
#[derive(Clone, Copy)]
pub(super) struct Built {
    node: NodeId,
    depth: usize,
    future: Future,
}

/// The outermost future operator of a formula.
type Future = Option<(&'static str, Span)>;

/// What stands on the stack of operators.
#[derive(Clone, Copy)]
pub(super) enum Operator {
    Prefix(Prefix),
    Infix(Infix),
    Parenthesis,
    /// A function, and how many operands it has, the one that is being read included.
    Function(Function, usize),
}

pub(super) struct Stacks<'t> {
    text: &'t str,
    arena: Arena,
    operands: Vec<Operand<'t>>,
    operators: Vec<(Operator, Span)>,
    /// How many of the operators are parentheses.
    parentheses: usize,
}

impl<'t> Stacks<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            arena: Arena::new(),
            operands: Vec::new(),
            operators: Vec::new(),
            parentheses: 0,
        }
    }

    pub(super) fn push_operand(&mut self, value: Value<'t>, span: Span) {
        self.operands.push(Operand { value, span });
    }

    pub(super) fn push_operator(&mut self, operator: Operator, span: Span) -> Parsed<()> {
        let parenthesis = matches!(operator, Operator::Parenthesis);
        let waiting = self.operators.len().saturating_sub(self.parentheses);
        let count = if parenthesis { self.parentheses } else { waiting };
        if count >= FORMULA_DEPTH_MAX {
            return fail(Kind::Depth, span);
        }
        self.parentheses = self.parentheses.saturating_add(usize::from(parenthesis));
        self.operators.push((operator, span));
        Ok(())
    }

    /// Pushes an operator that stands at `span` after an operand, once all that bind tighter are applied.
    pub(super) fn push_infix(&mut self, infix: Infix, span: Span) -> Parsed<()> {
        if let (Infix::Compare(relation), Some(&(before, place))) = (infix, self.operators.last()) {
            match before {
                Operator::Prefix(prefix) => {
                    let kind =
                        Kind::PrefixCompared { prefix: prefix.sign(), relation: relation.sign() };
                    return fail(kind, place.to(span));
                }
                Operator::Infix(Infix::Compare(_)) => return fail(Kind::Chained, span),
                _ => {}
            }
        }
        self.reduce_while(|before| match before {
            Operator::Infix(before) if before.strength() == infix.strength() => {
                infix.is_left_associative()
            }
            Operator::Infix(before) => before.strength() > infix.strength(),
            _ => true,
        })?;
        self.push_operator(Operator::Infix(infix), span)
    }

    /// A comma at `span`: the next operand of a function follows.
    pub(super) fn comma(&mut self, span: Span) -> Parsed<()> {
        self.reduce_while(|_| true)?;
        if let Some((Operator::Function(_, given), _)) = self.operators.last_mut() {
            *given = given.saturating_add(1);
            return Ok(());
        }
        let before = self.text.get(..span.start).unwrap_or_default();
        fail(Kind::Comma { number: before.ends_with(|c: char| c.is_ascii_digit()) }, span)
    }

    /// A closing parenthesis at `span`.
    pub(super) fn close(&mut self, span: Span) -> Parsed<()> {
        self.reduce_while(|_| true)?;
        let Some((operator, open)) = self.operators.pop() else {
            return fail(Kind::Unopened, span);
        };
        let whole = open.to(span);
        match operator {
            Operator::Function(function, given) => {
                self.apply_function(function, given, open, whole)?
            }
            _ => self.parentheses = self.parentheses.saturating_sub(1),
        }
        if let Some(operand) = self.operands.last_mut() {
            operand.span = whole;
        }
        Ok(())
    }

    /// The end of the text.
    pub(super) fn finish(mut self) -> Parsed<Formula> {
        self.reduce_while(|_| true)?;
        if let Some((_, span)) = self.operators.last() {
            return fail(Kind::Unclosed, *span);
        }
        let root = self.pop()?;
        let root = self.formula(root)?;
        Ok(Formula::new(&self.arena, root.node))
    }

    /// Applies operators, innermost first, up to a parenthesis or to one that is not `wanted`.
    fn reduce_while(&mut self, wanted: impl Fn(Operator) -> bool) -> Parsed<()> {
        while let Some(&(operator, span)) = self.operators.last() {
            match operator {
                Operator::Prefix(prefix) if wanted(operator) => self.apply_prefix(prefix, span)?,
                Operator::Infix(infix) if wanted(operator) => self.apply_infix(infix, span)?,
                _ => break,
            }
            self.operators.pop();
        }
        Ok(())
    }

    fn apply_function(
        &mut self,
        function: Function,
        given: usize,
        name: Span,
        whole: Span,
    ) -> Parsed<()> {
        let takes = function.arity();
        if given != takes {
            let word = name.of(self.text);
            let usage =
                if takes == 1 { format!("{word}(…)") } else { format!("{word}(…, …)") };
            return fail(
                Kind::Arity { word: word.into(), takes, given, usage: usage.into() },
                whole,
            );
        }
        match function {
            Function::Prefix(prefix) => self.apply_prefix(prefix, name),
            Function::Infix(infix) => self.apply_infix(infix, name),
            Function::Length => self.apply_to_term(Term::Length),
            Function::Optional => self.apply_to_term(Term::Optional),
        }
    }

    fn apply_prefix(&mut self, prefix: Prefix, sign: Span) -> Parsed<()> {
        let operand = self.pop()?;
        let span = sign.to(operand.span);
        let f = self.formula(operand)?;
        let node = prefix.node(f.node);
        let future = look_ahead(&node, prefix.sign(), sign, f.future)?;
        let built = self.build(node, f.depth.saturating_add(1), future, sign)?;
        self.push_operand(Value::Formula(built), span);
        Ok(())
    }

    fn apply_infix(&mut self, infix: Infix, sign: Span) -> Parsed<()> {
        let right = self.pop()?;
        let left = self.pop()?;
        let span = left.span.to(right.span);
        let built = match infix {
            Infix::Connective(connective) => {
                let (f, g) = (self.formula(left)?, self.formula(right)?);
                let node = connective.node(f.node, g.node);
                let future = look_ahead(&node, connective.sign(), sign, f.future.or(g.future))?;
                let depth = self.chain_depth(connective, f).max(g.depth.saturating_add(1));
                self.build(node, depth, future, sign)?
            }
            Infix::Compare(relation) => {
                let ((left, a), (right, b)) = (self.term(left)?, self.term(right)?);
                let depth = a.max(b).saturating_add(1);
                self.build(Node::Compare(relation, left, right), depth, None, sign)?
            }
        };
        self.push_operand(Value::Formula(built), span);
        Ok(())
    }

    fn apply_to_term(&mut self, wrap: fn(Box<Term>) -> Term) -> Parsed<()> {
        let operand = self.pop()?;
        let span = operand.span;
        let (term, depth) = self.term(operand)?;
        self.push_operand(Value::Term(wrap(Box::new(term)), depth.saturating_add(1)), span);
        Ok(())
    }

    /// The depth that the left operand of a connective gives it: a chain of `&` or of `|` is one level.
    fn chain_depth(&self, connective: Connective, left: Built) -> usize {
        let chained = match connective {
            Connective::And => matches!(self.arena.node(left.node), Some(Node::And(..))),
            Connective::Or => matches!(self.arena.node(left.node), Some(Node::Or(..))),
            _ => false,
        };
        left.depth.saturating_add(usize::from(!chained))
    }

    /// Adds a node that an operator at `span` makes.
    pub(super) fn build(
        &mut self,
        node: Node,
        depth: usize,
        future: Future,
        span: Span,
    ) -> Parsed<Built> {
        if depth > FORMULA_DEPTH_MAX {
            return fail(Kind::Depth, span);
        }
        match self.arena.add(node) {
            Some(node) => Ok(Built { node, depth, future }),
            None => fail(Kind::Nodes, span),
        }
    }

    /// The word that was read last, and its place; nothing where it was no word.
    pub(super) fn last_word(&mut self) -> Option<(&mut Call<'t>, &mut Span)> {
        match self.operands.last_mut() {
            Some(Operand { value: Value::Word(call), span }) => Some((call, span)),
            _ => None,
        }
    }

    /// The relation whose right operand is being read, with nothing around it.
    pub(super) fn open_relation(&self) -> Option<Relation> {
        match self.operators.last() {
            Some((Operator::Infix(Infix::Compare(relation)), _)) => Some(*relation),
            _ => None,
        }
    }

    fn pop(&mut self) -> Parsed<Operand<'t>> {
        // Operands and operators alternate in the text, so an operator that is applied has its operands.
        let end = Span { start: self.text.len(), end: self.text.len() };
        self.operands
            .pop()
            .ok_or_else(|| ParseError::new(Kind::ExpectedOperand(Found::new("")), end))
    }

    /// The operand, where a formula is needed.
    fn formula(&mut self, operand: Operand<'t>) -> Parsed<Built> {
        let span = operand.span;
        match operand.value {
            Value::Formula(built) => Ok(built),
            Value::Term(..) => {
                let what = Found::new(span.of(self.text));
                fail(Kind::NotFormula { what, example: None }, span)
            }
            Value::Word(call) => {
                let fact = call.fact(span)?;
                self.build(Node::Fact(fact), 0, None, span)
            }
        }
    }

    /// The operand, where a term is needed, and its depth.
    fn term(&mut self, operand: Operand<'t>) -> Parsed<(Term, usize)> {
        let span = operand.span;
        match operand.value {
            Value::Term(term, depth) => Ok((term, depth)),
            Value::Word(call) => Ok((call.term(span)?, 0)),
            Value::Formula(_) => {
                let text = span.of(self.text);
                let quotable = matches!(text, "true" | "false");
                fail(Kind::NotTerm { what: Found::new(text), quotable }, span)
            }
        }
    }
}

/// The outermost future operator once `node`, written `sign`, stands above `below`; refused below a past one.
fn look_ahead(node: &Node, sign: &'static str, span: Span, below: Future) -> Parsed<Future> {
    match below {
        Some((future, place)) if node.is_past() => {
            fail(Kind::FutureBelowPast { past: sign, future }, place)
        }
        _ if node.is_future() => Ok(Some((sign, span))),
        _ => Ok(below),
    }
}
