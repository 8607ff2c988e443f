//! What must hold: formulas and the two ways of writing them.

mod ast;
mod lexer;
mod parser;
mod print;

pub use ast::{Arena, Bound, Constant, Formula, Node, NodeId, Relation, Symbol, Term};
pub use lexer::Span;
pub use parser::ParseError;
