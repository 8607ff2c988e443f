//! The calls of a session.
//!
//! Each method reads its objects, lets the interpreter go on with other threads while the guard works, and gives the
//! answer. Callbacks are called when all of that is over: they hold no lock, so they may ask the same session, and what
//! they return or raise changes nothing.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, EventKind, Outcome, Timestamp, Tokens, USER, Value};
use sponsio_guard::{Answer, Guard as Judge, GuardSession, Identity};
use sponsio_record::schema::canonical::digest_from_hex;
use sponsio_record::schema::kind::result_from_name;

use crate::fault::SessionError;
use crate::opening::Guard;
use crate::result::Result as Judged;
use crate::value;

/// Violations that a session remembers for its summary.
const VIOLATIONS_MAX: usize = 1_000;
/// The longest that an approval may hold, in seconds.
const APPROVAL_SECONDS_MAX: f64 = 1e9;

/// A violation: the tool, the contract, what came of it, the short message.
type Violation = (Option<String>, String, &'static str, String);

/// A session of a guard.
#[pyclass(frozen, subclass, module = "sponsio")]
pub(crate) struct Session {
    guard: Judge,
    own: Mutex<Own>,
    on_decision: Option<Py<PyAny>>,
}

/// What changes in the life of a session.
struct Own {
    session: GuardSession,
    identity: Identity,
    /// What was owed at its end.
    owed: Option<Vec<String>>,
    /// How often each decision was made about a call.
    decisions: [u64; Decision::ALL.len()],
    /// Events, calls included.
    events: u64,
    violations: VecDeque<Violation>,
}

impl Own {
    fn begin(guard: &Judge, identity: Identity) -> PyResult<Self> {
        let session = guard
            .session_of(identity.clone())
            .map_err(|error| SessionError::new_err(error.to_string()))?;
        Ok(Self {
            session,
            identity,
            owed: None,
            decisions: [0; Decision::ALL.len()],
            events: 0,
            violations: VecDeque::new(),
        })
    }

    fn count(&mut self, answer: &Answer, is_call: bool) {
        self.events = self.events.saturating_add(1);
        let place = Decision::ALL.iter().position(|d| *d == answer.decision);
        if let Some(count) = place.and_then(|at| self.decisions.get_mut(at)).filter(|_| is_call) {
            *count = count.saturating_add(1);
        }
        for objection in &answer.objections {
            if self.violations.len() >= VIOLATIONS_MAX {
                self.violations.pop_front();
            }
            let tool = answer.line.tool.as_deref().map(str::to_owned);
            let (contract, outcome) = (objection.contract.to_string(), objection.outcome.name());
            self.violations.push_back((tool, contract, outcome, answer.message.clone()));
        }
    }
}

impl Session {
    fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live(&self) -> GuardSession {
        self.own().session.clone()
    }

    /// Asks while other threads may run, then counts and tells.
    fn answered(
        &self,
        py: Python<'_>,
        is_call: bool,
        ask: impl FnOnce(&GuardSession) -> Answer + Send,
    ) -> PyResult<Py<Judged>> {
        let answer = py.detach(|| {
            let answer = ask(&self.live());
            self.own().count(&answer, is_call);
            answer
        });
        let judged = Py::new(py, Judged { answer: Box::new(answer) })?;
        if let Some(callback) = &self.on_decision
            && let Err(error) = callback.call1(py, (judged.clone_ref(py),))
        {
            error.write_unraisable(py, Some(callback.bind(py)));
        }
        Ok(judged)
    }

    fn told(&self, py: Python<'_>, agent: Option<&str>, kind: EventKind) -> PyResult<Py<Judged>> {
        self.answered(py, false, |session| match agent {
            None => session.observe(kind),
            Some(agent) => session.observe_of(agent, kind),
        })
    }
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (guard, session_id, *, user=None, parent=None, tree=None, on_decision=None))]
    fn new(
        guard: &Bound<'_, Guard>,
        session_id: &str,
        user: Option<&str>,
        parent: Option<&str>,
        tree: Option<&str>,
        on_decision: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let identity = Identity {
            session: session_id.into(),
            user: user.map(Into::into),
            parent: parent.map(Into::into),
            tree: tree.map(Into::into),
        };
        let guard = guard.get().guard.clone();
        let own = Mutex::new(Own::begin(&guard, identity)?);
        Ok(Self { guard, own, on_decision })
    }

    /// Asks whether a call may run. Arguments are a dictionary, or nothing.
    #[pyo3(signature = (tool, args=None, *, call_id=None, batch=None))]
    fn guard_before(
        &self,
        py: Python<'_>,
        tool: &str,
        args: Option<&Bound<'_, PyAny>>,
        call_id: Option<&str>,
        batch: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        let args = value::arguments(args);
        let call =
            CallRef { id: call_id.map(Into::into), batch: batch.map(Into::into), digest: None };
        self.answered(py, true, |session| match args {
            Ok(args) => session.before_call_with(tool, &args, call),
            Err(failure) => session.not_judged(tool, failure),
        })
    }

    /// As `guard_before`, for arguments that are JSON text, as models write them.
    fn guard_before_json(&self, py: Python<'_>, tool: &str, args: &str) -> PyResult<Py<Judged>> {
        self.answered(py, true, |session| session.before_call_json(tool, args.as_bytes()))
    }

    /// Tells how a call ended, and what it returned. The outcome of an exception is an error.
    #[pyo3(signature = (tool, output=None, *, call_id=None, outcome=None))]
    fn guard_after(
        &self,
        py: Python<'_>,
        tool: &str,
        output: Option<&Bound<'_, PyAny>>,
        call_id: Option<&str>,
        outcome: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        let raised =
            output.is_some_and(|o| o.is_instance_of::<pyo3::exceptions::PyBaseException>());
        let outcome = match outcome {
            None if raised => Outcome::Error,
            None => Outcome::Ok,
            Some(name) => outcome_named(name)?,
        };
        let (tool, id) = (tool.into(), call_id.map(Into::into));
        let output = value::output(output);
        self.told(py, None, EventKind::ToolResult { tool, id, outcome, output })
    }

    /// Those of the tools that could be called next with some arguments.
    fn filter_tools(&self, py: Python<'_>, names: Vec<String>) -> Vec<String> {
        py.detach(|| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.live().filter(&names).into_iter().map(str::to_owned).collect()
        })
    }

    /// Tells that a call was refused by somebody else.
    fn observe_denied(&self, py: Python<'_>, tool: &str) -> PyResult<Py<Judged>> {
        self.told(py, None, EventKind::Denied { tool: tool.into() })
    }

    /// Tells what the model was asked.
    #[pyo3(signature = (text, *, system_prompt=false, context_length=None))]
    fn observe_llm_request(
        &self,
        py: Python<'_>,
        text: &str,
        system_prompt: bool,
        context_length: Option<u64>,
    ) -> PyResult<Py<Judged>> {
        let text = text.into();
        self.told(py, None, EventKind::LlmRequest { text, system_prompt, context_length })
    }

    /// Tells what the model answered, and what it cost.
    #[pyo3(signature = (text, *, input_tokens=0, output_tokens=0, total_tokens=None, segment=None))]
    fn observe_llm_response(
        &self,
        py: Python<'_>,
        text: &str,
        input_tokens: u64,
        output_tokens: u64,
        total_tokens: Option<u64>,
        segment: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        let total = total_tokens.unwrap_or_else(|| input_tokens.saturating_add(output_tokens));
        let tokens = Tokens { input: input_tokens, output: output_tokens, total };
        let (text, segment) = (text.into(), segment.map(Into::into));
        self.told(py, None, EventKind::LlmResponse { text, segment, tokens })
    }

    /// Tells that data was written.
    #[pyo3(signature = (key, fields=None, *, internal=false, agent=None))]
    fn observe_data_write(
        &self,
        py: Python<'_>,
        key: &str,
        fields: Option<Vec<String>>,
        internal: bool,
        agent: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        let fields = fields.unwrap_or_default().into_iter().map(Into::into).collect();
        self.told(py, agent, EventKind::DataWrite { key: key.into(), fields, internal })
    }

    /// Tells that data was read.
    #[pyo3(signature = (key, *, agent=None))]
    fn observe_data_read(
        &self,
        py: Python<'_>,
        key: &str,
        agent: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        self.told(py, agent, EventKind::DataRead { key: key.into() })
    }

    /// Tells that work was delegated.
    #[pyo3(signature = (to, *, agent=None))]
    fn observe_delegation(
        &self,
        py: Python<'_>,
        to: &str,
        agent: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        self.told(py, agent, EventKind::Delegation { to: to.into() })
    }

    /// Tells of a message.
    #[pyo3(signature = (to, text, *, agent=None))]
    fn observe_message(
        &self,
        py: Python<'_>,
        to: &str,
        text: &str,
        agent: Option<&str>,
    ) -> PyResult<Py<Judged>> {
        self.told(py, agent, EventKind::Message { to: to.into(), text: text.into() })
    }

    /// Tells what the user wrote, in the user's own words.
    fn observe_user(&self, py: Python<'_>, text: &str) -> PyResult<Py<Judged>> {
        let to = self.guard.agent().into();
        self.told(py, Some(USER), EventKind::Message { to, text: text.into() })
    }

    /// Sets facts of the surroundings; `None` clears one.
    fn observe_context(
        &self,
        py: Python<'_>,
        facts: &Bound<'_, pyo3::types::PyDict>,
    ) -> PyResult<Py<Judged>> {
        let mut changes = Vec::new();
        for pair in facts.items() {
            let (key, fact): (String, Bound<'_, PyAny>) = pair.extract()?;
            let fact = match value::read(&fact) {
                Ok(Value::Null) => None,
                Ok(Value::Text(text)) => Some(text),
                _ => Some(fact.str()?.to_str()?.into()),
            };
            changes.push((key.into(), fact));
        }
        self.told(py, None, EventKind::Context { facts: changes.into() })
    }

    /// Lets the escalated call of an answer run once, for so many seconds.
    #[pyo3(signature = (contract, digest, *, seconds=300.0))]
    fn approve_call(
        &self,
        py: Python<'_>,
        contract: &str,
        digest: &str,
        seconds: f64,
    ) -> PyResult<Py<Judged>> {
        let bad = || PyValueError::new_err(format!("`{digest}` is no digest of a call"));
        let digest = digest_from_hex(digest).ok_or_else(bad)?;
        let held = crate::clock::time(seconds.clamp(0.0, APPROVAL_SECONDS_MAX))?;
        let expires = Timestamp(self.live().now().0.saturating_add(held.0));
        let taken = py.detach(|| self.live().approve(contract, digest, expires));
        let answer = taken.map_err(|error| SessionError::new_err(error.to_string()))?;
        self.answered(py, false, |_| answer)
    }

    /// The names of the contracts that would be violated if the session ended here.
    fn before_close(&self, py: Python<'_>) -> Vec<String> {
        py.detach(|| self.live().owed().iter().map(ToString::to_string).collect())
    }

    /// Ends the session; the names of the contracts that were still to be met. Calls fail from here on.
    fn finish_session(&self, py: Python<'_>) -> Vec<String> {
        py.detach(|| {
            let (session, known) = {
                let own = self.own();
                (own.session.clone(), own.owed.clone())
            };
            known.unwrap_or_else(|| {
                let owed: Vec<String> = session.end().iter().map(ToString::to_string).collect();
                self.own().owed = Some(owed.clone());
                owed
            })
        })
    }

    /// Ends the session and begins another one; what was owed, how many events there were, and how many violations.
    fn rotate_to(&self, py: Python<'_>, session_id: &str) -> PyResult<(Vec<String>, u64, usize)> {
        let owed = self.finish_session(py);
        py.detach(|| {
            let identity = Identity { session: session_id.into(), ..self.own().identity.clone() };
            let next = Own::begin(&self.guard, identity)?;
            let last = core::mem::replace(&mut *self.own(), next);
            Ok((owed, last.events, last.violations.len()))
        })
    }

    /// Its name.
    #[getter]
    fn session_id(&self) -> String {
        self.own().identity.session.to_string()
    }

    /// The user that it serves.
    #[getter]
    fn user(&self) -> Option<String> {
        self.own().identity.user.as_deref().map(str::to_owned)
    }

    /// Whose calls they are.
    #[getter]
    fn agent_id(&self) -> &str {
        self.guard.agent()
    }

    /// Whether violations act: `enforce` or `observe`.
    #[getter]
    fn mode(&self) -> &'static str {
        self.guard.mode().name()
    }

    /// How often each decision was made about a call.
    #[getter]
    fn decisions(&self) -> std::collections::BTreeMap<&'static str, u64> {
        let counts = self.own().decisions;
        Decision::ALL.iter().zip(counts).map(|(decision, count)| (decision.name(), count)).collect()
    }

    /// How many events there were, calls included.
    #[getter]
    fn events(&self) -> u64 {
        self.own().events
    }

    /// The latest violations: tool, contract, what came of it, and a short message.
    #[getter]
    fn latest_violations(&self) -> Vec<Violation> {
        self.own().violations.iter().cloned().collect()
    }
}

fn outcome_named(name: &str) -> PyResult<Outcome> {
    result_from_name(name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "`outcome` is `{name}`, which is none of `ok`, `error`, `denied`, `timeout`, `unknown`"
        ))
    })
}
