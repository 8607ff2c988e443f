//! The cases, the oracles and the generators that every implementation is held to.
//!
//! ```text
//!  generate ──► formula, trace ──┬──► engine: eager, lazy ──┐
//!                                ├──► oracle: definitions ──┼──► compare ──► the first difference, or none
//!                                └──► mona: automaton ──────┘
//! ```
//!
//! Two oracles judge the engine, and they fail in different ways. [`oracle`] evaluates the definition of each
//! operator over a whole trace: it is right by reading, and sees only the traces it is given. [`mona`] asks
//! another decision procedure for the automaton: it sees all traces, and its number of states says whether ours
//! is the smallest. What keeps the tests honest is the program `mutants`: it seeds errors into a copy of the
//! engine and expects the tests to find them.

pub mod case;
pub mod compare;
pub mod generate;
pub mod mona;
pub mod oracle;
pub mod pack;
pub mod subject;
