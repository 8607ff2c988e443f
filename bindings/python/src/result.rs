//! An answer, read from Python.
//!
//! Names that programs know from elsewhere are kept beside the project's own, with one meaning: a call is allowed only
//! if it may run as it was asked for. An answer that is asked for its truth says the same, so `if result:` is never
//! open.

use pyo3::prelude::*;
use sponsio_engine::decision::{Decision, Outcome};
use sponsio_guard::Answer;
use sponsio_record::schema::canonical::to_hex;

/// What was decided of an event, and why.
#[pyclass(frozen, module = "sponsio", name = "CheckResult")]
pub(crate) struct Result {
    pub(crate) answer: Box<Answer>,
}

/// A contract that objects.
#[pyclass(frozen, get_all, module = "sponsio")]
pub(crate) struct Objection {
    /// The name of the contract.
    contract: String,
    /// What its strategy made of it: `blocked`, `escalated`, `redirected`, `warned`, `observed`, `approved`.
    outcome: &'static str,
    /// What it would have come to if it were enforced.
    enforced: &'static str,
    /// Where it stood before the event.
    before: &'static str,
    /// What led to it, in words.
    witnesses: Vec<String>,
    /// What the agent can do instead; empty where the contract does not say.
    advice: String,
}

#[pymethods]
impl Objection {
    /// The same as `outcome`.
    #[getter]
    fn action(&self) -> &'static str {
        self.outcome
    }

    fn __repr__(&self) -> String {
        format!("<Objection {}: {}>", self.outcome, self.contract)
    }
}

impl Result {
    fn outcome(&self, outcome: Outcome) -> bool {
        self.answer.objections.iter().any(|o| o.outcome == outcome)
    }
}

#[pymethods]
impl Result {
    /// What the caller must do: `allow`, `warn`, `redirect`, `escalate` or `block`.
    #[getter]
    fn decision(&self) -> &'static str {
        self.answer.decision.name()
    }

    /// Whether the call may run as it was asked for.
    #[getter]
    fn allowed(&self) -> bool {
        self.answer.decision.runs()
    }

    fn __bool__(&self) -> bool {
        self.allowed()
    }

    /// Whether the call must not run, whoever approves.
    #[getter]
    fn blocked(&self) -> bool {
        self.answer.decision == Decision::Block
    }

    /// Whether the call waits for a person.
    #[getter]
    fn escalated(&self) -> bool {
        self.answer.decision == Decision::Escalate
    }

    /// Whether another call is to be asked about in its place.
    #[getter]
    fn redirected(&self) -> bool {
        self.answer.decision == Decision::Redirect
    }

    /// Whether it runs although a contract objects.
    #[getter]
    fn warned(&self) -> bool {
        self.answer.decision == Decision::Warn
    }

    /// Whether it runs because the contract that objects only observes.
    #[getter]
    fn observed(&self) -> bool {
        self.outcome(Outcome::Observed)
    }

    /// The opposite of `allowed`.
    #[getter]
    fn stop_original(&self) -> bool {
        !self.allowed()
    }

    /// Why, in a sentence for the agent and for people; empty where nothing objects.
    #[getter]
    fn reason(&self) -> &str {
        &self.answer.reason
    }

    /// The same as `reason`.
    #[getter]
    fn feedback(&self) -> &str {
        &self.answer.reason
    }

    /// The same in the short form of logs.
    #[getter]
    fn message(&self) -> &str {
        &self.answer.message
    }

    /// The contracts that object.
    #[getter]
    fn objections(&self) -> Vec<Objection> {
        let all = self.answer.objections.iter();
        all.map(|o| Objection {
            contract: o.contract.to_string(),
            outcome: o.outcome.name(),
            enforced: o.enforced.name(),
            before: o.before.name(),
            witnesses: o.witnesses.clone(),
            advice: o.advice.to_string(),
        })
        .collect()
    }

    /// The same as `objections`.
    #[getter]
    fn det_violations(&self) -> Vec<Objection> {
        self.objections()
    }

    /// The same as `objections`.
    #[getter]
    fn all_violations(&self) -> Vec<Objection> {
        self.objections()
    }

    /// Tools after whose calls this one would be allowed, the first one first.
    #[getter]
    fn repair(&self) -> Vec<&str> {
        self.answer.repair.iter().map(|tool| &**tool).collect()
    }

    /// What an approval of the call is bound to, where it waits for one.
    #[getter]
    fn digest(&self) -> Option<String> {
        self.answer.digest.map(|digest| to_hex(&digest.0))
    }

    /// The tool that is to be asked about in the place of this one.
    #[getter]
    fn redirected_to(&self) -> Option<&str> {
        self.answer.redirect.as_ref().map(|redirect| &*redirect.tool)
    }

    /// What the agent is told about the substitute.
    #[getter]
    fn redirect_message(&self) -> Option<&str> {
        self.answer.redirect.as_ref().map(|redirect| &*redirect.message)
    }

    /// The word for what failed in the guard itself.
    #[getter]
    fn failure(&self) -> Option<&'static str> {
        self.answer.failure.map(|failure| failure.name())
    }

    /// The tool, of events that name one.
    #[getter]
    fn tool(&self) -> Option<&str> {
        self.answer.line.tool.as_deref()
    }

    /// The number of the event in its session.
    #[getter]
    fn seq(&self) -> u64 {
        self.answer.line.seq
    }

    /// At the end of a session, the contracts that were still to be met.
    #[getter]
    fn owed(&self) -> Vec<&str> {
        self.answer.line.owed.iter().map(|name| &**name).collect()
    }

    /// What is recorded of the step: one line of JSON.
    #[getter]
    fn line(&self) -> String {
        self.answer.line.write()
    }

    fn __repr__(&self) -> String {
        let Answer { decision, reason, .. } = &*self.answer;
        match reason.is_empty() {
            true => format!("<CheckResult {decision}>"),
            false => format!("<CheckResult {decision}: {reason}>"),
        }
    }
}
