//! MONA as an oracle: another decision procedure, for the language of a formula as a whole.
//!
//! MONA (Aarhus University; the Debian package `mona`) translates monadic second-order logic on strings to
//! minimal automata. A temporal formula is such a formula: positions are numbers, and each operator is a
//! quantifier over positions. That translation shares no idea with the engine's, so an error would have to
//! be made twice.
//!
//! * [`encode`]: the formula in MONA's language.
//! * [`parse`]: the automaton in MONA's output.
//! * [`dfa`]: equality of two automata, and the number of states of the smallest.
//!
//! Strings may be empty in MONA and sessions are not judged before their first event, so the state before
//! the first event is kept apart: its acceptance is taken from the engine, by convention.

pub mod dfa;
pub mod encode;
pub mod parse;

use std::io::Write;
use std::process::{Command, Stdio};

use sponsio_engine::formula::{Formula, Symbol};

pub use dfa::Dfa;

/// Why there is no automaton from MONA.
#[derive(Debug, thiserror::Error)]
pub enum MonaError {
    /// The program is not there.
    #[error("cannot start `mona`: {0}; `cargo xtask test` installs it, or `apt-get install mona`")]
    Missing(std::io::Error),
    /// The formula has an operator that the encoding does not know.
    #[error("the formula is not made of facts and future operators")]
    NotPropositional,
    /// It did not answer as expected.
    #[error("`mona` answered `{0}`, which is no automaton")]
    Answer(String),
}

/// The automaton of `formula` over `propositions`; the state before the first event accepts if
/// `accepts_empty`.
pub fn automaton(
    formula: &Formula,
    propositions: &[Symbol],
    accepts_empty: bool,
) -> Result<Dfa, MonaError> {
    let text = encode::encode(formula, propositions).ok_or(MonaError::NotPropositional)?;
    let answer = run(&text)?;
    parse::parse(&answer, propositions.len(), accepts_empty).ok_or(MonaError::Answer(answer))
}

#[expect(clippy::disallowed_methods, reason = "the oracle is a program of its own")]
fn run(text: &str) -> Result<String, MonaError> {
    let mut child = Command::new("mona")
        .args(["-q", "-n", "-w", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(MonaError::Missing)?;
    if let Some(mut stdin) = child.stdin.take() {
        // What goes wrong here shows in the answer.
        let _ = stdin.write_all(text.as_bytes());
    }
    let output = child.wait_with_output().map_err(MonaError::Missing)?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(answer);
    }
    Err(MonaError::Answer(answer + &String::from_utf8_lossy(&output.stderr)))
}
