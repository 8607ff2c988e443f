//! A time that is set by hand, for tests and for traces that are told again.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sponsio_engine::event::{Decimal, Timestamp};
use sponsio_guard::clock::{Clock as _, Manual};

/// A clock that stands where it was set, in seconds since 1970.
#[pyclass(frozen, module = "sponsio")]
pub(crate) struct Clock {
    pub(crate) manual: Arc<Manual>,
}

#[pymethods]
impl Clock {
    #[new]
    #[pyo3(signature = (seconds=0.0))]
    fn new(seconds: f64) -> PyResult<Self> {
        Ok(Self { manual: Arc::new(Manual::at(time(seconds)?)) })
    }

    /// Sets the time.
    fn set(&self, seconds: f64) -> PyResult<()> {
        self.manual.set(time(seconds)?);
        Ok(())
    }

    /// Sets the time in microseconds.
    fn set_micros(&self, micros: i64) {
        self.manual.set(Timestamp(micros));
    }

    /// Moves the time.
    fn advance(&self, seconds: f64) -> PyResult<()> {
        let now = self.manual.now();
        self.manual.set(Timestamp(now.0.saturating_add(time(seconds)?.0)));
        Ok(())
    }
}

/// The time, to the microsecond, without the error of a product of floats.
pub(crate) fn time(seconds: f64) -> PyResult<Timestamp> {
    let micros = format!("{seconds:.6}").replace('.', "");
    match micros.parse() {
        Ok(micros) if Decimal::parse(&seconds.to_string()).is_some() => Ok(Timestamp(micros)),
        _ => Err(PyValueError::new_err(format!("`{seconds}` is no time in seconds"))),
    }
}
