//! The program `sponsio`, called by the entry point of the package.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the program with these arguments, the first of which is its own name; the number that it exits with.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| sponsio_cli::run(arguments).code())
}
