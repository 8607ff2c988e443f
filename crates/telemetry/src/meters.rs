//! From lines to counters and histograms.
//!
//! Names of sessions and calls are left out: a metric has as many series as it has values of its attributes. Names of
//! tools come from the agent, and may be any number; the SDK puts what is over its limit into one series.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};
use sponsio_record::schema::line::Line;

use crate::names::{
    AGENT, AGENT_DURATION, Attribute, CONTRACT, DECISION, DECISION_DURATION, DECISIONS, FAILURE,
    FAILURES, KIND, MODE, OBJECTION, OBJECTIONS, TOOL, TOOL_DURATION,
};
use crate::spans::{Took, What};

/// Ends of the classes of a decision's time, in seconds: it takes microseconds.
const DECISION_SECONDS: [f64; 14] =
    [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 1e-1];
/// Those of a call and a session, which the conventions give.
const OPERATION_SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// The instruments.
#[derive(Debug)]
pub(crate) struct Meters {
    decisions: Counter<u64>,
    objections: Counter<u64>,
    failures: Counter<u64>,
    decision: Histogram<f64>,
    call: Histogram<f64>,
    session: Histogram<f64>,
}

impl Meters {
    pub(crate) fn new(meter: &Meter) -> Self {
        let counter = |of: Attribute, unit: &'static str| {
            meter.u64_counter(of.name).with_description(of.says).with_unit(unit).build()
        };
        let histogram = |name: &'static str, says: &'static str, ends: &[f64]| {
            let builder = meter.f64_histogram(name).with_description(says).with_unit("s");
            builder.with_boundaries(ends.to_vec()).build()
        };
        Self {
            decisions: counter(DECISIONS, "{event}"),
            objections: counter(OBJECTIONS, "{objection}"),
            failures: counter(FAILURES, "{event}"),
            decision: histogram(DECISION_DURATION.name, DECISION_DURATION.says, &DECISION_SECONDS),
            call: histogram(TOOL_DURATION, "time of a call of a tool", &OPERATION_SECONDS),
            session: histogram(AGENT_DURATION, "time of a session", &OPERATION_SECONDS),
        }
    }

    /// Counts a line.
    pub(crate) fn tell(&self, line: &Line) {
        let text = |key: &'static str, value: &str| KeyValue::new(key, value.to_owned());
        let agent = || text(AGENT, &line.agent);
        let decision = || KeyValue::new(DECISION, line.decision.name());
        let mut of_event = vec![
            decision(),
            KeyValue::new(MODE, line.mode.name()),
            KeyValue::new(KIND, line.kind.name()),
            agent(),
        ];
        of_event.extend(line.tool.as_deref().map(|tool| text(TOOL, tool)));
        self.decisions.add(1, &of_event);
        for said in &line.contracts {
            let Some(outcome) = said.outcome else { continue };
            let objection = KeyValue::new(OBJECTION, outcome.name());
            self.objections.add(1, &[text(CONTRACT, &said.contract), objection, agent()]);
        }
        if let Some(failure) = &line.failure {
            self.failures.add(1, &[text(FAILURE, failure), decision(), agent()]);
        }
        if line.latency > 0 {
            let time = Duration::from_micros(line.latency);
            self.decision.record(time.as_secs_f64(), &[agent()]);
        }
    }

    /// Counts how long something took.
    pub(crate) fn took(&self, took: &Took) {
        let of = match took.what {
            What::Call => &self.call,
            What::Session => &self.session,
        };
        of.record(took.time.as_secs_f64(), &took.attributes);
    }
}
