//! From a formula to its canonical text.
//!
//! Whatever form a formula was written in, it prints in the infix form, with the parentheses that the
//! grammar needs and two kinds it does not: between different binary temporal operators, whose order nobody
//! remembers, and around an implication to the left of another. Reading the text back gives the same
//! formula.
//!
//! A formula is a graph and its text is a tree, so a small formula that shares much can have an enormous
//! text. The printer stops at the size that the parser would refuse anyway, with an `…` that no formula
//! contains.

use core::fmt::{self, Write};

use super::ast::{Bound, Condition, Constant, Formula, Node, NodeId, Selection, Symbol, Term};
use super::lexer::{Lexer, Token, is_name};
use super::parser::clause::UNITS;
use super::parser::operator::{Connective, Prefix, Shape, Strength, is_reserved};
use crate::ground::catalog::Kind;
use crate::limits::FORMULA_BYTES_MAX;

impl Formula {
    /// The subformula at a node, to be printed; nothing for an id of another formula.
    pub fn display(&self, id: NodeId) -> impl fmt::Display + use<'_> {
        Subformula { formula: self, id }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.display(self.root()).fmt(f)
    }
}

struct Subformula<'f> {
    formula: &'f Formula,
    id: NodeId,
}

/// What is left to print, last first.
enum Piece {
    Text(&'static str),
    Prefix(Prefix),
    Node(NodeId),
}

impl fmt::Display for Subformula<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Counted { out: f, bytes: 0 };
        let mut pieces = vec![Piece::Node(self.id)];
        while let Some(piece) = pieces.pop() {
            if out.bytes > FORMULA_BYTES_MAX {
                return out.write_str("…");
            }
            match piece {
                Piece::Text(text) => out.write_str(text)?,
                Piece::Prefix(prefix) => write_prefix(&mut out, prefix)?,
                Piece::Node(id) => match self.formula.node(id) {
                    Some(node) => self.expand(node, &mut pieces, &mut out)?,
                    None => continue,
                },
            }
        }
        Ok(())
    }
}

impl Subformula<'_> {
    /// Prints a leaf, or puts the parts of a node on the stack.
    fn expand(&self, node: &Node, pieces: &mut Vec<Piece>, out: &mut dyn Write) -> fmt::Result {
        match Shape::of(node) {
            Shape::Leaf => return write_leaf(out, node),
            Shape::Prefix(Prefix::Rise, below) => {
                pieces.extend([Piece::Text(")"), Piece::Node(below), Piece::Text("rise(")]);
            }
            Shape::Prefix(prefix, below) => {
                let enclosed = self.strength(below) < Strength::Prefix;
                push_operand(pieces, below, enclosed);
                if !enclosed && prefix != Prefix::Not {
                    pieces.push(Piece::Text(" "));
                }
                pieces.push(Piece::Prefix(prefix));
            }
            Shape::Connective(connective, left, right) => {
                push_operand(pieces, right, self.encloses(connective, right, true));
                pieces.extend([Piece::Text(" "), Piece::Text(connective.sign()), Piece::Text(" ")]);
                push_operand(pieces, left, self.encloses(connective, left, false));
            }
        }
        Ok(())
    }

    fn strength(&self, id: NodeId) -> Strength {
        self.formula.node(id).map_or(Strength::Whole, strength)
    }

    /// Whether an operand of a connective stands in parentheses.
    fn encloses(&self, connective: Connective, operand: NodeId, is_right: bool) -> bool {
        let inner = self.strength(operand);
        if inner != connective.strength() {
            return inner < connective.strength();
        }
        match connective {
            Connective::Implies => !is_right,
            Connective::And | Connective::Or => is_right,
            Connective::Until | Connective::WeakUntil | Connective::Release | Connective::Since => {
                let same = self.formula.node(operand).is_some_and(
                    |node| matches!(Shape::of(node), Shape::Connective(below, ..) if below == connective),
                );
                is_right || !same
            }
        }
    }
}

fn push_operand(pieces: &mut Vec<Piece>, id: NodeId, enclosed: bool) {
    if enclosed {
        pieces.extend([Piece::Text(")"), Piece::Node(id), Piece::Text("(")]);
    } else {
        pieces.push(Piece::Node(id));
    }
}

fn strength(node: &Node) -> Strength {
    match Shape::of(node) {
        Shape::Leaf if matches!(node, Node::Compare(..)) => Strength::Compare,
        Shape::Leaf | Shape::Prefix(Prefix::Rise, _) => Strength::Whole,
        Shape::Prefix(..) => Strength::Prefix,
        Shape::Connective(connective, ..) => connective.strength(),
    }
}

fn write_leaf(out: &mut dyn Write, node: &Node) -> fmt::Result {
    match node {
        Node::Fact(symbol) => write!(out, "{symbol}"),
        Node::Compare(relation, left, right) => {
            write!(out, "{left} {} ", relation.sign())?;
            match right {
                // Behind the relation, conditions would go on with the formula.
                Term::Selected(selection) if !selection.conditions.is_empty() => {
                    write!(out, "({right})")
                }
                _ => write!(out, "{right}"),
            }
        }
        Node::False => out.write_str("false"),
        _ => out.write_str("true"),
    }
}

fn write_prefix(out: &mut dyn Write, prefix: Prefix) -> fmt::Result {
    out.write_str(prefix.sign())?;
    match prefix {
        Prefix::FinallyWithin(n)
        | Prefix::GloballyWithin(n)
        | Prefix::OnceWithin(Bound::Calls(n)) => {
            write!(out, "[<={n}]")
        }
        Prefix::OnceWithin(Bound::Seconds(n)) => write!(out, "[<={}]", Duration(n)),
        _ => Ok(()),
    }
}

/// As a comparison shows it.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut term, mut open) = (self, 0usize);
        loop {
            term = match term {
                Self::Length(inner) => {
                    f.write_str("length(")?;
                    inner
                }
                Self::Optional(inner) => {
                    f.write_str("optional(")?;
                    inner
                }
                Self::Number(number) => {
                    write!(f, "{number}")?;
                    break;
                }
                Self::Text(text) => {
                    write_quoted(f, text)?;
                    break;
                }
                Self::Symbol(symbol) => {
                    write!(f, "{symbol}")?;
                    break;
                }
                Self::Selected(selection) => {
                    write!(f, "{selection}")?;
                    break;
                }
            };
            open = open.saturating_add(1);
        }
        (0..open).try_for_each(|_| f.write_str(")"))
    }
}

/// The counter with its clauses.
impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.of)?;
        for (place, condition) in self.conditions.iter().enumerate() {
            f.write_str(if place == 0 { " where " } else { " & " })?;
            match condition {
                Condition::Fact { fact, positive } => {
                    write!(f, "{}{fact}", if *positive { "" } else { "!" })?;
                }
                Condition::Compare(relation, left, right) => {
                    write!(f, "{left} {} {right}", relation.sign())?;
                }
            }
        }
        self.seconds.map_or(Ok(()), |seconds| write!(f, " within {}", Duration(seconds)))
    }
}

/// Seconds, in the largest unit of which they are a whole number.
struct Duration(u64);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, size): &&(&str, u64)| self.0 != 0 && self.0.checked_rem(*size) == Some(0);
        let (unit, size) = UNITS.iter().find(whole).copied().unwrap_or(("s", 1));
        write!(f, "{}{unit}", self.0.checked_div(size).unwrap_or(self.0))
    }
}

/// The word with its arguments.
impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.word.entry();
        f.write_str(entry.name)?;
        let shown = shown(self);
        for (place, constant) in self.args.iter().take(shown).enumerate() {
            f.write_str(if place == 0 { "(" } else { ", " })?;
            match constant {
                Constant::Number(number) => write!(f, "{number}")?,
                Constant::Fact(fact) => write!(f, "{fact}")?,
                Constant::Text(text) => {
                    let kind = entry.parameter(place).map(|parameter| parameter.kind);
                    if kind.is_some_and(Kind::takes_sets) && is_set_or_tag(text) {
                        f.write_str(text)?;
                        continue;
                    }
                    let is_pattern = matches!(kind, Some(Kind::Regex | Kind::Prefix));
                    if !is_pattern && is_name(text) && !is_reserved(text) {
                        f.write_str(text)?;
                    } else {
                        write_quoted(f, text)?;
                    }
                }
            }
        }
        f.write_str(if shown == 0 { "" } else { ")" })
    }
}

/// How many of a word's arguments are written: the last ones are left out where they are what they would be anyway.
fn shown(symbol: &Symbol) -> usize {
    let entry = symbol.word.entry();
    let is_default = |(place, constant): &(usize, &Constant)| {
        let default = entry.parameter(*place).and_then(|parameter| parameter.default);
        matches!((constant, default), (Constant::Text(text), Some(default)) if **text == *default)
    };
    let defaults = symbol.args.iter().enumerate().rev().take_while(is_default).count();
    symbol.args.len().saturating_sub(defaults)
}

/// Whether the text is a set or a tag, which stand without quotes.
fn is_set_or_tag(text: &str) -> bool {
    match Lexer::new(text).next() {
        Ok((Token::Tag(read) | Token::Set(read), _)) => read == text,
        _ => false,
    }
}

fn write_quoted(f: &mut dyn Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '"' => f.write_str("\\\"")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

/// Counts what is written.
struct Counted<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    bytes: usize,
}

impl Write for Counted<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes = self.bytes.saturating_add(text.len());
        self.out.write_str(text)
    }
}

#[cfg(test)]
#[path = "print_tests.rs"]
mod tests;
