//! A line of a log at a glance: who did what, and what came of it.
//!
//! A report counts millions of lines and asks the same few things of each. [`Line`](super::line::Line) is read token
//! by token into values of their own, because everything in it is judged again; here texts stay in the line, and what
//! stands under `truths`, `values` and `args` is passed over. It is a second reader of the same form, so a test holds
//! it to the first: of whatever is written as a line, both say the same.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use sponsio_engine::decision::{self, Decision};
use sponsio_engine::event::{Decimal, Digest, Timestamp};
use sponsio_engine::strategy::Mode;

use super::canonical::digest_from_hex;
use super::kind::{self, Kind};
use super::line::VERSION;
use super::time;
use crate::limits::LOG_LINE_BYTES_MAX;

/// What a line says, as far as it can be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance<'l> {
    /// The event's own time.
    pub time: Timestamp,
    /// Which trace the step belongs to.
    pub session: Cow<'l, str>,
    /// Whose contracts were asked.
    pub agent: Cow<'l, str>,
    /// What the event was.
    pub kind: Kind,
    /// The tool of events that name one.
    pub tool: Option<Cow<'l, str>>,
    /// Among others, the contract that an approval is for.
    pub subject: Option<Cow<'l, str>>,
    /// The call that waits for an approval, or the one that was approved.
    pub digest: Option<Digest>,
    /// What the caller had to do.
    pub decision: Decision,
    /// The mode of the program.
    pub mode: Mode,
    /// The contracts that objected or moved.
    pub contracts: Vec<Said<'l>>,
    /// The contracts that were still to be met at the end of the session.
    pub owed: Vec<Cow<'l, str>>,
    /// Why there was no judgement.
    pub failure: Option<Cow<'l, str>>,
    /// Microseconds to the decision; 0 where nobody measured them.
    pub latency: u64,
}

/// What one contract had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<'l> {
    /// Its name.
    pub contract: Cow<'l, str>,
    /// What its objection came to; none where it only moved.
    pub outcome: Option<decision::Outcome>,
    /// The facts that explain the objection.
    pub witness: Vec<Cow<'l, str>>,
}

/// Why a line cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unread(String);

/// A text that stays in the line unless it is written with escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

#[derive(Deserialize)]
struct Raw<'l> {
    v: u64,
    #[serde(borrow)]
    ts: &'l RawValue,
    #[serde(borrow)]
    session: Text<'l>,
    #[serde(borrow)]
    agent: Text<'l>,
    #[serde(borrow)]
    kind: Text<'l>,
    #[serde(borrow, default)]
    tool: Option<Text<'l>>,
    #[serde(borrow, default)]
    subject: Option<Text<'l>>,
    #[serde(borrow, default)]
    digest: Option<Text<'l>>,
    #[serde(borrow)]
    decision: Text<'l>,
    #[serde(borrow)]
    mode: Text<'l>,
    #[serde(borrow, default)]
    contracts: Option<Vec<RawSaid<'l>>>,
    #[serde(borrow, default)]
    owed: Option<Vec<Text<'l>>>,
    #[serde(borrow, default)]
    failure: Option<Text<'l>>,
    #[serde(default)]
    latency_us: Option<u64>,
}

#[derive(Deserialize)]
struct RawSaid<'l> {
    #[serde(borrow)]
    contract: Text<'l>,
    #[serde(borrow, default)]
    outcome: Option<Text<'l>>,
    #[serde(borrow, default)]
    witness: Option<Vec<Text<'l>>>,
}

impl<'l> Glance<'l> {
    /// What a line, without its line break, says.
    pub fn read(line: &'l [u8]) -> Result<Self, Unread> {
        if line.len() > LOG_LINE_BYTES_MAX {
            return Err(Unread(format!("a line is limited to {LOG_LINE_BYTES_MAX} bytes")));
        }
        let raw: Raw<'l> =
            serde_json::from_slice(line).map_err(|error| Unread(error.to_string()))?;
        if raw.v != VERSION {
            let message = "this log has a version that is not known";
            return Err(Unread(format!("{message}; version {VERSION} is")));
        }
        let known =
            |what: &str, word: &Text<'_>| Unread(format!("there is no {what} `{}`", word.0));
        let said = |raw: RawSaid<'l>| -> Result<Said<'l>, Unread> {
            let outcome = raw.outcome.map(|word| {
                kind::outcome_from_name(&word.0).ok_or_else(|| known("outcome", &word))
            });
            Ok(Said {
                contract: raw.contract.0,
                outcome: outcome.transpose()?,
                witness: texts(raw.witness),
            })
        };
        let contracts = raw.contracts.unwrap_or_default();
        let digest = raw.digest.map(|text| digest_from_hex(&text.0).ok_or(text));
        Ok(Self {
            time: moment(raw.ts.get())?,
            kind: Kind::from_name(&raw.kind.0).ok_or_else(|| known("kind", &raw.kind))?,
            decision: Decision::from_name(&raw.decision.0)
                .ok_or_else(|| known("decision", &raw.decision))?,
            mode: kind::mode_from_name(&raw.mode.0).ok_or_else(|| known("mode", &raw.mode))?,
            session: raw.session.0,
            agent: raw.agent.0,
            tool: raw.tool.map(|text| text.0),
            subject: raw.subject.map(|text| text.0),
            digest: digest.transpose().map_err(|text| known("digest", &text))?,
            contracts: contracts.into_iter().map(said).collect::<Result<_, _>>()?,
            owed: texts(raw.owed),
            failure: raw.failure.map(|text| text.0),
            latency: raw.latency_us.unwrap_or(0),
        })
    }

    /// Whether the contract objected, was moved, was left unmet, or was approved for.
    pub fn is_about(&self, contract: &str) -> bool {
        self.contracts.iter().any(|said| said.contract == contract)
            || self.owed.iter().any(|owed| owed == contract)
            || self.kind == Kind::Approval && self.subject.as_deref() == Some(contract)
    }
}

fn texts(raw: Option<Vec<Text<'_>>>) -> Vec<Cow<'_, str>> {
    raw.unwrap_or_default().into_iter().map(|text| text.0).collect()
}

fn moment(text: &str) -> Result<Timestamp, Unread> {
    let number = Decimal::parse(text).filter(|number| !number.is_negative());
    let micros = number.and_then(time::micros).map(Timestamp);
    micros.ok_or_else(|| Unread(format!("`{text}` is no time in seconds")))
}

#[cfg(test)]
#[path = "glance_tests.rs"]
mod tests;
