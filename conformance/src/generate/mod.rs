//! Formulas and traces: random ones from a seed, and all small ones.
//!
//! Everything is a function of its arguments, so a difference that a test reports can be made again.

pub mod effect;
pub mod event;
pub mod exhaustive;
pub mod formula;
pub mod trace;

use sponsio_engine::formula::{Constant, Symbol};
use sponsio_engine::ground::catalog::Word;

/// `called_any`, which is true of calls.
pub fn called_any() -> Symbol {
    Symbol { word: Word::CalledAny, args: Box::default() }
}

/// `called(tool)`
pub fn called(tool: &str) -> Symbol {
    Symbol { word: Word::Called, args: [Constant::Text(tool.into())].into() }
}

/// `ctx(key, "1")`
pub fn fact(key: &str) -> Symbol {
    Symbol {
        word: Word::Ctx,
        args: [Constant::Text(key.into()), Constant::Text("1".into())].into(),
    }
}

/// The propositions of random formulas: up to three free facts and `called_any`.
pub fn propositions(facts: usize) -> Vec<Symbol> {
    ["p", "q", "r"].into_iter().take(facts).map(fact).chain([called_any()]).collect()
}
