//! What the caller must do.

use core::fmt;

/// What the caller must do with the call, from the mildest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Run it.
    Allow,
    /// Run it; a contract was violated and says so.
    Warn,
    /// Do not run it; run the substitute that the objection names, after asking about it.
    Redirect,
    /// Do not run it until a person approves exactly this call.
    Escalate,
    /// Do not run it.
    Block,
}

impl Decision {
    /// All decisions, from the mildest to the strictest.
    pub const ALL: [Self; 5] =
        [Self::Allow, Self::Warn, Self::Redirect, Self::Escalate, Self::Block];

    /// The word that logs, cases and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Redirect => "redirect",
            Self::Escalate => "escalate",
            Self::Block => "block",
        }
    }

    /// The decision with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.name() == name)
    }

    /// Whether the call as it was asked for may run.
    pub fn runs(self) -> bool {
        matches!(self, Self::Allow | Self::Warn)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What one objection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A person approved exactly this call: it runs.
    Approved,
    /// The contract is in observe mode: recorded.
    Observed,
    /// Reported; the call runs.
    Warned,
    /// The call is replaced.
    Redirected,
    /// The call waits for a person.
    Escalated,
    /// The call does not run.
    Blocked,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 6] = [
        Self::Approved,
        Self::Observed,
        Self::Warned,
        Self::Redirected,
        Self::Escalated,
        Self::Blocked,
    ];

    /// The word that logs and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Observed => "observed",
            Self::Warned => "warned",
            Self::Redirected => "redirected",
            Self::Escalated => "escalated",
            Self::Blocked => "blocked",
        }
    }

    /// Whether the event was stopped by this objection.
    pub fn stops(self) -> bool {
        !Decision::from(self).runs()
    }
}

impl From<Outcome> for Decision {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Approved | Outcome::Observed => Self::Allow,
            Outcome::Warned => Self::Warn,
            Outcome::Redirected => Self::Redirect,
            Outcome::Escalated => Self::Escalate,
            Outcome::Blocked => Self::Block,
        }
    }
}
