//! The patterns, so that the package has one factory for each and none of its own.

use pyo3::prelude::*;
use sponsio_contracts::pattern::PATTERNS;
use sponsio_contracts::sentence;

use crate::fault::ContractError;

/// A parameter: its name, what it takes, whether it may be left out, what it is.
type Parameter = (&'static str, &'static str, bool, &'static str);

/// Every pattern: its name, its family, what it requires, its example, its parameters.
#[pyfunction]
pub(crate) fn patterns()
-> Vec<(&'static str, &'static str, &'static str, &'static str, Vec<Parameter>)> {
    let parameters = |list: &'static [sponsio_contracts::pattern::Parameter]| {
        list.iter().map(|one| (one.name, one.kind.name(), one.optional, one.doc)).collect()
    };
    let all = PATTERNS.iter();
    all.map(|p| (p.name, p.category.name(), p.doc, p.example, parameters(p.parameters))).collect()
}

/// What a sentence is read as: for each statement, what it requires in the pattern's words, and its formula.
#[pyfunction]
pub(crate) fn parse_sentence(text: &str) -> PyResult<Vec<(String, String)>> {
    let all = sentence::parse_all(text).map_err(|error| {
        let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
        ContractError::new_err(format!("{error}{hint}"))
    })?;
    let said = all.iter().map(|one| (one.description(), one.formula_text()));
    Ok(said.collect())
}
