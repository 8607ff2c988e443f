//! What happens when the guard itself fails: the one table.
//!
//! | what fails | enforce | observe |
//! |---|---|---|
//! | the configuration cannot be used, or holds no contract | refuse | record, let run |
//! | a payload is malformed, or over a limit | refuse | record, let run |
//! | a step fails inside the engine | refuse | record, let run |
//! | there are too many sessions, or the session has ended | refuse | record, let run |
//! | the store of sessions cannot be reached, or its session does not fit | refuse | record, let run |
//! | the log cannot be written, and it is required | refuse | count, let run |
//! | the log cannot be written, best effort | count, keep the decision | count, keep the decision |
//!
//! The decision itself is made by the engine's strategy; this file says which failures ask for one.

use std::fmt;

use sponsio_engine::decision::Decision;
use sponsio_engine::session;
use sponsio_engine::strategy::{Mode, decide_failure};
use sponsio_record::schema::json::JsonError;

/// What can fail in the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// The configuration does not load or does not compile.
    ConfigurationUnusable,
    /// The configuration holds no contract.
    NoContracts,
    /// A payload is empty, truncated, not JSON, or not an object.
    PayloadMalformed,
    /// A payload is over a limit of size, depth or number of values.
    PayloadTooLarge,
    /// An event is over a limit of the engine.
    EventTooLarge,
    /// An automaton that is built as it runs grew over its limit.
    AutomatonTooLarge,
    /// A session's state does not fit its program.
    SessionInconsistent,
    /// No further session can begin.
    TooManySessions,
    /// The session has ended.
    SessionEnded,
    /// The log cannot be written.
    LogUnwritable,
    /// The store of sessions cannot be reached in time.
    StoreUnavailable,
    /// What the store holds of the session is damaged, or of other contracts.
    StoreUnreadable,
}

impl Failure {
    /// All failures.
    pub const ALL: [Self; 12] = [
        Self::ConfigurationUnusable,
        Self::NoContracts,
        Self::PayloadMalformed,
        Self::PayloadTooLarge,
        Self::EventTooLarge,
        Self::AutomatonTooLarge,
        Self::SessionInconsistent,
        Self::TooManySessions,
        Self::SessionEnded,
        Self::LogUnwritable,
        Self::StoreUnavailable,
        Self::StoreUnreadable,
    ];

    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConfigurationUnusable => "configuration_unusable",
            Self::NoContracts => "no_contracts",
            Self::PayloadMalformed => "payload_malformed",
            Self::PayloadTooLarge => "payload_too_large",
            Self::EventTooLarge => session::Failure::EventTooLarge.name(),
            Self::AutomatonTooLarge => session::Failure::AutomatonTooLarge.name(),
            Self::SessionInconsistent => session::Failure::Inconsistent.name(),
            Self::TooManySessions => "too_many_sessions",
            Self::SessionEnded => "session_ended",
            Self::LogUnwritable => "log_unwritable",
            Self::StoreUnavailable => "store_unavailable",
            Self::StoreUnreadable => "store_unreadable",
        }
    }

    /// The failure of a payload that could not be read.
    pub fn of_payload(error: &JsonError) -> Self {
        if error.is_limit() { Self::PayloadTooLarge } else { Self::PayloadMalformed }
    }
}

impl From<session::Failure> for Failure {
    fn from(failure: session::Failure) -> Self {
        match failure {
            session::Failure::EventTooLarge => Self::EventTooLarge,
            session::Failure::AutomatonTooLarge => Self::AutomatonTooLarge,
            session::Failure::Inconsistent => Self::SessionInconsistent,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConfigurationUnusable => "the contracts cannot be used",
            Self::NoContracts => "there is no contract to enforce",
            Self::PayloadMalformed => "its arguments are not a JSON object",
            Self::PayloadTooLarge => "its arguments are over a limit of size, depth or number",
            Self::EventTooLarge => "the event is over a limit of size, depth or number",
            Self::AutomatonTooLarge => "a contract's automaton grew over its limit",
            Self::SessionInconsistent => "the session's state does not fit the contracts",
            Self::TooManySessions => "too many sessions are live",
            Self::SessionEnded => "the session has ended",
            Self::LogUnwritable => "the log cannot be written",
            Self::StoreUnavailable => "the store of sessions cannot be reached",
            Self::StoreUnreadable => "the stored session is damaged, or belongs to other contracts",
        })
    }
}

/// How much the log matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Audit {
    /// A call that cannot be recorded does not run.
    #[default]
    Required,
    /// A call that cannot be recorded is counted.
    BestEffort,
}

impl Audit {
    /// Of whether the log is required.
    pub fn of(is_required: bool) -> Self {
        if is_required { Self::Required } else { Self::BestEffort }
    }
}

/// The decision about a call that could not be judged.
pub fn decide(failure: Failure, mode: Mode) -> Decision {
    consequence(failure, mode, Audit::Required).unwrap_or_else(|| decide_failure(mode))
}

/// The decision that a failure puts in the place of the call's own; `None` leaves it as it is.
pub fn consequence(failure: Failure, mode: Mode, audit: Audit) -> Option<Decision> {
    match (failure, mode, audit) {
        (Failure::LogUnwritable, _, Audit::BestEffort)
        | (Failure::LogUnwritable, Mode::Observe, _) => None,
        _ => Some(decide_failure(mode)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        failure: Failure,
        required: [Option<Decision>; 2],
        best_effort: [Option<Decision>; 2],
    ) {
        for (audit, expect) in [(Audit::Required, required), (Audit::BestEffort, best_effort)] {
            let of = |mode| consequence(failure, mode, audit);
            assert_eq!([of(Mode::Enforce), of(Mode::Observe)], expect, "{failure:?} {audit:?}");
        }
    }

    #[test]
    fn every_failure_is_closed_in_enforce_mode_and_open_in_observe_mode() {
        let (closed, open) = (Some(Decision::Block), Some(Decision::Allow));
        for failure in Failure::ALL {
            match failure {
                Failure::LogUnwritable => check(failure, [closed, None], [None, None]),
                _ => check(failure, [closed, open], [closed, open]),
            }
        }
    }

    #[test]
    fn names_and_texts_are_told_apart() {
        for (at, failure) in Failure::ALL.into_iter().enumerate() {
            for other in Failure::ALL.into_iter().skip(at + 1) {
                assert_ne!(failure.name(), other.name());
                assert_ne!(failure.to_string(), other.to_string());
            }
        }
    }
}
