//! Python objects as values of arguments, and back.
//!
//! Objects are read one by one, without a text in between, within the limits that texts have. Arguments decide, so they
//! are read exactly or not at all: what JSON could not hold is first asked for by the package (`_plain.py`: times,
//! paths, models of Pydantic, …), and what is unknown there too makes the arguments unreadable, which in enforce mode
//! refuses the call. All of this happens before the session is locked, so code of the objects cannot wait for itself.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use sponsio_engine::event::{Decimal, Value};
use sponsio_engine::limits::{ARGUMENT_BYTES_MAX, ARGUMENT_DEPTH_MAX, ARGUMENT_VALUES_MAX};
use sponsio_guard::failure::Failure;

/// How much may still be read.
struct Budget {
    bytes: usize,
    values: usize,
}

impl Budget {
    fn whole() -> Self {
        Self { bytes: ARGUMENT_BYTES_MAX, values: ARGUMENT_VALUES_MAX }
    }

    fn take(&mut self, bytes: usize) -> Result<(), Failure> {
        let left = |all: usize, part| all.checked_sub(part).ok_or(Failure::EventTooLarge);
        self.values = left(self.values, 1)?;
        self.bytes = left(self.bytes, bytes)?;
        Ok(())
    }
}

/// The arguments of a call: an object, or nothing.
pub(crate) fn arguments(object: Option<&Bound<'_, PyAny>>) -> Result<Value, Failure> {
    match object {
        None => Ok(Value::Null),
        Some(object) => read(object),
    }
}

/// The value of any object.
pub(crate) fn read(object: &Bound<'_, PyAny>) -> Result<Value, Failure> {
    value(object, 0, &mut Budget::whole())
}

/// The output of a tool. It happened, so what cannot be read is taken as its text.
pub(crate) fn output(object: Option<&Bound<'_, PyAny>>) -> Value {
    let Some(object) = object else { return Value::Null };
    read(object).unwrap_or_else(|_| match object.str() {
        Ok(text) => Value::Text(text.to_string_lossy().into()),
        Err(_) => Value::Null,
    })
}

fn value(object: &Bound<'_, PyAny>, depth: usize, budget: &mut Budget) -> Result<Value, Failure> {
    if depth > ARGUMENT_DEPTH_MAX {
        return Err(Failure::EventTooLarge);
    }
    if let Ok(text) = object.cast::<PyString>() {
        let text = text.to_str().map_err(|_| Failure::PayloadMalformed)?;
        budget.take(text.len())?;
        return Ok(Value::Text(text.into()));
    }
    budget.take(1)?;
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(flag) = object.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if let Ok(number) = object.cast::<PyInt>() {
        return whole(number).map(Value::Number);
    }
    if let Ok(number) = object.cast::<PyFloat>() {
        // Not a number and the infinities are none in JSON either.
        return Decimal::parse(&shortest(number.value()))
            .map(Value::Number)
            .ok_or(Failure::PayloadMalformed);
    }
    if let Ok(members) = object.cast::<PyDict>() {
        return object_of(members, depth, budget);
    }
    if let Ok(items) = object.cast::<PyList>() {
        return list(items.iter(), items.len(), depth, budget);
    }
    if let Ok(items) = object.cast::<PyTuple>() {
        return list(items.iter(), items.len(), depth, budget);
    }
    if let Some(number) = decimal(object) {
        return number.map(Value::Number);
    }
    let plain = plain(object).map_err(|_| Failure::PayloadMalformed)?;
    value(&plain, depth.saturating_add(1), budget)
}

fn whole(number: &Bound<'_, PyInt>) -> Result<Decimal, Failure> {
    if let Ok(small) = number.extract::<i64>() {
        return Ok(Decimal::from(small));
    }
    // The text of a number of thousands of digits takes long, and it is over the limit anyway.
    let large = number.extract::<i128>().map_err(|_| Failure::EventTooLarge)?;
    Decimal::parse(&large.to_string()).ok_or(Failure::EventTooLarge)
}

/// The shortest text that reads back as the number, as Python and JSON write it.
fn shortest(number: f64) -> String {
    if number.is_finite() { format!("{number:e}") } else { String::new() }
}

fn object_of(
    members: &Bound<'_, PyDict>,
    depth: usize,
    budget: &mut Budget,
) -> Result<Value, Failure> {
    let mut all = Vec::with_capacity(members.len().min(budget.values));
    // A copy: another thread, or the code of a member, may change the dictionary meanwhile.
    for pair in members.items() {
        let Ok((name, member)) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
            return Err(Failure::PayloadMalformed);
        };
        let name = name.cast::<PyString>().map_err(|_| Failure::PayloadMalformed)?;
        let name = name.to_str().map_err(|_| Failure::PayloadMalformed)?;
        budget.bytes = budget.bytes.checked_sub(name.len()).ok_or(Failure::EventTooLarge)?;
        all.push((name.into(), value(&member, depth.saturating_add(1), budget)?));
    }
    Ok(Value::Object(all.into()))
}

fn list<'py>(
    items: impl Iterator<Item = Bound<'py, PyAny>>,
    count: usize,
    depth: usize,
    budget: &mut Budget,
) -> Result<Value, Failure> {
    let mut all = Vec::with_capacity(count.min(budget.values));
    for item in items {
        all.push(value(&item, depth.saturating_add(1), budget)?);
    }
    Ok(Value::List(all.into()))
}

/// The number that a `decimal.Decimal` is, with all its digits.
fn decimal(object: &Bound<'_, PyAny>) -> Option<Result<Decimal, Failure>> {
    let kind = object.get_type();
    let is_one = kind.name().is_ok_and(|name| name == "Decimal")
        && kind.module().is_ok_and(|module| module == "decimal");
    let text = is_one.then(|| object.str())?;
    let number = text.ok().and_then(|text| Decimal::parse(text.to_str().ok()?));
    Some(number.ok_or(Failure::PayloadMalformed))
}

/// A simpler object in the place of one that JSON has no word for.
fn plain<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let module = object.py().import("sponsio._plain")?;
    module.getattr("plain")?.call1((object,))
}
