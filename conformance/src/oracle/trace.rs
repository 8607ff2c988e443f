//! Traces for the oracle: a list of positions, each with what is true there.

use core::fmt;

use sponsio_engine::formula::{Constant, Symbol};
use sponsio_engine::ground::catalog::Word;

/// One event of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Whether the event is a tool call.
    pub is_call: bool,
    /// Microseconds since some start.
    pub time: i64,
    /// The facts that are true here, without `called_any`, which [`is_call`](Self::is_call) says.
    pub facts: Vec<Symbol>,
}

impl Position {
    /// Whether the fact is true here.
    pub fn has(&self, fact: &Symbol) -> bool {
        if fact.word == Word::CalledAny { self.is_call } else { self.facts.contains(fact) }
    }

    /// The letter of this position over `propositions`: bit `i` is the truth of the `i`-th.
    pub fn letter(&self, propositions: &[Symbol]) -> u32 {
        propositions.iter().rev().fold(0, |letter, fact| letter << 1 | u32::from(self.has(fact)))
    }

    /// The position at which exactly the propositions of `letter` are true.
    pub fn of_letter(letter: u32, propositions: &[Symbol]) -> Self {
        let mut position = Self::default();
        let mut rest = letter;
        for fact in propositions {
            if rest & 1 == 1 {
                match fact.word {
                    Word::CalledAny => position.is_call = true,
                    _ => position.facts.push(fact.clone()),
                }
            }
            rest >>= 1;
        }
        position
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}us{}", self.time, if self.is_call { " call" } else { "" })?;
        for fact in &self.facts {
            write!(f, " {}", fact.word.entry().name)?;
            for arg in &fact.args {
                match arg {
                    Constant::Text(text) => write!(f, " {text}")?,
                    Constant::Number(number) => write!(f, " {number}")?,
                    Constant::Fact(fact) => write!(f, " {fact}")?,
                }
            }
        }
        write!(f, "]")
    }
}
