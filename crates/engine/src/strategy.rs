//! What a violation does, and the only place where a [`Decision`] is made.
//!
//! Every objection of a contract goes through its strategy; the strictest outcome wins. A failure of the guard
//! itself goes through [`decide_failure`]: closed in enforce mode. Nothing else in the project makes a decision.

use core::fmt;

use crate::decision::{Decision, Outcome};

/// What a violation of a contract does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// The call does not run.
    #[default]
    Block,
    /// The call waits until a person approves exactly this call.
    Escalate,
    /// Another tool runs in its place; it is judged itself.
    RedirectToSafe {
        /// The substitute.
        tool: Box<str>,
        /// Why, for the agent; may be empty.
        message: Box<str>,
    },
    /// The call runs, and the violation is reported.
    WarnOnly,
}

/// Whether violations act or are only recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Violations act.
    Enforce,
    /// Violations are recorded; nothing is stopped.
    #[default]
    Observe,
}

impl Mode {
    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Strategy {
    /// The word in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Escalate => "escalate",
            Self::RedirectToSafe { .. } => "redirect_to_safe",
            Self::WarnOnly => "warn_only",
        }
    }

    /// What an objection of a contract with this strategy comes to, in this mode.
    ///
    /// An event that cannot be stopped (a result, a model's answer, a context fact) is at most warned about.
    pub fn outcome(&self, mode: Mode, stoppable: bool) -> Outcome {
        match (mode, self) {
            (Mode::Observe, _) => Outcome::Observed,
            (Mode::Enforce, Self::WarnOnly) => Outcome::Warned,
            (Mode::Enforce, _) if !stoppable => Outcome::Warned,
            (Mode::Enforce, Self::Block) => Outcome::Blocked,
            (Mode::Enforce, Self::Escalate) => Outcome::Escalated,
            (Mode::Enforce, Self::RedirectToSafe { .. }) => Outcome::Redirected,
        }
    }
}

/// The decision of one event, one more objection considered: the strictest of their outcomes.
pub(crate) fn decide(so_far: Decision, outcome: Outcome) -> Decision {
    so_far.max(Decision::from(outcome))
}

/// The decision where a call is redirected to what may not run: there are no chains of redirections.
pub(crate) fn decide_without_substitute() -> Decision {
    Decision::Block
}

/// The decision where the guard itself fails: closed in enforce mode, recorded in observe mode.
pub fn decide_failure(mode: Mode) -> Decision {
    match mode {
        Mode::Enforce => Decision::Block,
        Mode::Observe => Decision::Allow,
    }
}
