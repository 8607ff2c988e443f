//! What is raised.
//!
//! An exception is never an answer about a call: it says that a guard or a session could not be made, or that an
//! argument is not what it must be.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};

create_exception!(sponsio, SponsioError, PyException, "Something that Sponsio refuses to do.");
create_exception!(
    sponsio,
    ContractError,
    PyValueError,
    "Contracts that cannot be used; the text says where and why."
);
create_exception!(
    sponsio,
    SessionError,
    SponsioError,
    "A session that cannot begin, or an approval that is not taken."
);
