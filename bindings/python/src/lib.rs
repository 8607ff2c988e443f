//! The guard as a Python module.
//!
//! ```text
//!  value     Python objects ⇄ values of arguments        opening   contracts → a guard
//!  session   the calls of a session                       result    an answer, read from Python
//!  clock     a time that is set by hand                   registry  the patterns, for their factories
//!  command   the program `sponsio`                        fault     what is raised
//! ```
//!
//! It passes on: every question goes to `sponsio-guard`, and no decision is made here or in Python. The Python package
//! beside it adds only what is better written in Python: builders of contracts, `async` twins, adapters of frameworks.
//! A panic cannot become an allowed call: it is raised as an exception in the place of an answer.

mod clock;
mod command;
mod fault;
mod opening;
mod registry;
mod result;
mod session;
mod value;

use pyo3::prelude::*;

/// The compiled part of the package.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::clock::Clock;
    #[pymodule_export]
    use crate::command::run_command;
    #[pymodule_export]
    use crate::fault::{ContractError, SessionError, SponsioError};
    #[pymodule_export]
    use crate::opening::Guard;
    #[pymodule_export]
    use crate::registry::{parse_sentence, patterns};
    #[pymodule_export]
    use crate::result::{Objection, Result};
    #[pymodule_export]
    use crate::session::Session;
}
