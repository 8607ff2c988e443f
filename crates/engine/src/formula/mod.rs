//! What must hold: formulas and the two ways of writing them.

mod ast;
mod lexer;
pub(crate) mod look_around;
mod parser;
mod print;
pub(crate) mod selector;
mod source;

pub use ast::{
    Arena, Bound, Condition, Constant, Formula, Node, NodeId, Relation, Selection, Symbol, Term,
};
pub use lexer::Span;
pub use parser::ParseError;
pub use source::{Source, USER};
