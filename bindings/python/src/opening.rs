//! A guard made of what Python says.
//!
//! Contracts that are written in Python are a configuration like any other: the package makes the tree of it, here it
//! becomes the text that a file would hold, and is read by the one reader of configurations. So a contract means the
//! same wherever it is written, and its errors have a place.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::{PyOSError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_contracts::diagnostic::{Colour, Diagnostic, Files, render};
use sponsio_guard::discover::Environment;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::{OpenError, Opened, Request};
use sponsio_guard::load;
use sponsio_guard::source::FileSystem;
use sponsio_record::schema::kind::mode_from_name;
use sponsio_record::schema::value as text;

use crate::clock::Clock;
use crate::fault::ContractError;
use crate::value;

/// What messages call contracts that are written in Python.
const ENTRY: &str = "contracts";
/// The width of drawn diagnostics.
const COLUMNS: usize = 100;

/// One program for one agent, and the sessions that it judges.
#[pyclass(frozen, module = "sponsio")]
pub(crate) struct Guard {
    pub(crate) guard: sponsio_guard::Guard,
}

#[pymethods]
impl Guard {
    #[new]
    #[pyo3(signature = (
        agent, *, document=None, config=None, mode=None, log=None, store=None, audit=None, keep_args=None,
        clock=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords, and each may be left out")]
    fn new(
        py: Python<'_>,
        agent: String,
        document: Option<&Bound<'_, PyAny>>,
        config: Option<PathBuf>,
        mode: Option<&str>,
        log: Option<PathBuf>,
        store: Option<&str>,
        audit: Option<&str>,
        keep_args: Option<bool>,
        clock: Option<&Bound<'_, Clock>>,
    ) -> PyResult<Self> {
        let request = Request {
            config,
            agent,
            mode: mode.map(mode_named).transpose()?,
            log,
            store: store.map(|text| text.parse().map_err(refused)).transpose()?,
            audit: audit.map(audit_named).transpose()?,
            keeps_args: keep_args,
            clock: clock.map(|clock| Arc::clone(&clock.get().manual)),
            environment: Environment::of_process(),
            ..Request::default()
        };
        let document = document.map(written).transpose()?;
        let opened = py.detach(|| match document {
            None => sponsio_guard::Guard::open(&request).map_err(open_error),
            Some(text) => open_written(text, &request),
        })?;
        warn(py, &opened)?;
        Ok(Self { guard: opened.guard })
    }

    /// Whose calls they are.
    #[getter]
    fn agent(&self) -> &str {
        self.guard.agent()
    }

    /// Whether violations act: `enforce` or `observe`.
    #[getter]
    fn mode(&self) -> &'static str {
        self.guard.mode().name()
    }

    /// The names of the contracts.
    #[getter]
    fn contracts(&self) -> Vec<String> {
        self.guard.program().contracts().iter().map(|c| c.name().to_owned()).collect()
    }

    /// How many sessions are live.
    #[getter]
    fn sessions(&self) -> usize {
        self.guard.sessions()
    }

    /// How many lines could not be written to the log.
    #[getter]
    fn unrecorded(&self) -> u64 {
        self.guard.unrecorded()
    }
}

/// The tree of a configuration as text.
fn written(document: &Bound<'_, PyAny>) -> PyResult<String> {
    let tree = value::read(document).map_err(|failure| {
        ContractError::new_err(format!("the contracts are not plain data: {failure}"))
    })?;
    let mut out = String::new();
    text::write(&tree, &mut out);
    Ok(out)
}

/// The files of the system, and one text that is in none of them.
struct Written {
    text: String,
    files: FileSystem,
}

impl Source for Written {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match including {
            None => Ok(Text { name: ENTRY.to_owned(), text: self.text.clone() }),
            // A file that contracts in Python include is named from the working directory.
            Some(ENTRY) => self.files.read(None, spec),
            Some(_) => self.files.read(including, spec),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.files.variable(name)
    }
}

fn open_written(text: String, request: &Request) -> PyResult<Opened> {
    let given = load::given_mode(&request.environment, request.mode).map_err(refused)?;
    let source = Written { text, files: FileSystem::new() };
    let configuration = load::read_from(ENTRY, &source, given)
        .map_err(|error| open_error(OpenError::Load(error)))?;
    sponsio_guard::Guard::open_with(configuration, request).map_err(open_error)
}

fn open_error(error: OpenError) -> PyErr {
    match &error {
        OpenError::Load(load) => {
            ContractError::new_err(format!("{error}\n{}", drawn(&load.diagnostics, &load.files)))
        }
        OpenError::NotFound(_) => ContractError::new_err(error.to_string()),
        OpenError::Mode(_) => refused(error),
        OpenError::Log { .. } | OpenError::Store(_) => PyOSError::new_err(error.to_string()),
    }
}

fn drawn(diagnostics: &[Diagnostic], files: &Files) -> String {
    let texts = diagnostics.iter().map(|d| render(d, files, Colour::Never, COLUMNS));
    texts.collect::<Vec<_>>().join("\n")
}

/// Warnings of contracts are warnings of Python.
fn warn(py: Python<'_>, opened: &Opened) -> PyResult<()> {
    if opened.warnings.is_empty() {
        return Ok(());
    }
    let text = drawn(&opened.warnings, &opened.files);
    let text = std::ffi::CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default();
    PyErr::warn(py, &py.get_type::<PyUserWarning>(), &text, 2)
}

fn mode_named(name: &str) -> PyResult<sponsio_engine::strategy::Mode> {
    mode_from_name(name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "`mode` is `{name}`, which is neither `enforce` nor `observe`"
        ))
    })
}

fn audit_named(name: &str) -> PyResult<Audit> {
    match name {
        "required" => Ok(Audit::Required),
        "best_effort" => Ok(Audit::BestEffort),
        _ => Err(PyValueError::new_err(format!(
            "`audit` is `{name}`, which is neither `required` nor `best_effort`"
        ))),
    }
}

fn refused(error: impl ToString) -> PyErr {
    PyValueError::new_err(error.to_string())
}
