//! A decision as a host reads it: standard output, standard error, exit code.
//!
//! A refusal is said three times, in the host's own JSON, on standard error and by exit code 2, because each host
//! ignores one of them in some situation. What runs is said as little as the host allows. Where a host has no word for
//! a decision, the stricter one is said: a question that it cannot ask, and a substitute that it cannot run, are
//! refusals.

use serde_json::{Value, json};
use sponsio_engine::decision::Decision;

use crate::limits::REASON_CHARACTERS_MAX;

/// What kind of answer a host waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Whether a call may run.
    Call,
    /// Nothing can be stopped any more; the agent can be told.
    Result,
    /// Whether the user's words reach the model.
    Prompt,
    /// Whether the agent may stop.
    Stop,
    /// None: the host only tells.
    Note,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 5] = [Self::Call, Self::Result, Self::Prompt, Self::Stop, Self::Note];

    /// The word in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Result => "result",
            Self::Prompt => "prompt",
            Self::Stop => "stop",
            Self::Note => "note",
        }
    }
}

/// A decision, and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What the host must do.
    pub decision: Decision,
    /// Why, in one sentence for the agent and for people; empty where there is nothing to say.
    reason: String,
}

impl Ruling {
    /// The decision for this reason. Control characters are shown as such, and a long reason is cut.
    pub fn new(decision: Decision, reason: &str) -> Self {
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        let mut shown: String = reason.chars().take(REASON_CHARACTERS_MAX).map(clean).collect();
        if reason.chars().nth(REASON_CHARACTERS_MAX).is_some() {
            shown.push('…');
        }
        if shown.trim().is_empty() && !decision.runs() {
            // Some hosts let a refusal without a reason pass.
            "refused, and the reason is in the log".clone_into(&mut shown);
        }
        Self { decision, reason: shown }
    }

    /// Nothing to say.
    pub fn silent() -> Self {
        Self { decision: Decision::Allow, reason: String::new() }
    }

    /// The sentence, which says whose it is.
    pub fn reason(&self) -> String {
        match self.reason.as_str() {
            "" => String::new(),
            reason => format!("Sponsio: {reason}"),
        }
    }

    /// What stands on standard error: nothing for what runs in silence.
    fn line(&self) -> String {
        match self.reason() {
            reason if reason.is_empty() || self.decision == Decision::Allow => String::new(),
            reason => format!("{reason}\n"),
        }
    }
}

/// What the process says at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Standard output: one JSON object, or nothing.
    pub stdout: String,
    /// Standard error: the reason for people and for hosts that pass it to the model.
    pub stderr: String,
    /// The exit code.
    pub exit: u8,
}

/// The exit code that refuses.
pub const REFUSED: u8 = 2;

impl Reply {
    /// What was asked about runs, and nothing is said on standard output.
    pub(crate) fn quiet(ruling: &Ruling) -> Self {
        Self { stdout: String::new(), stderr: ruling.line(), exit: 0 }
    }

    /// This object, and the exit code of what runs.
    pub(crate) fn object(object: &Value, ruling: &Ruling) -> Self {
        Self { stdout: format!("{object}\n"), stderr: ruling.line(), exit: 0 }
    }

    /// The same with the exit code that refuses.
    pub(crate) fn refusing(self) -> Self {
        Self { exit: REFUSED, ..self }
    }
}

/// The refusal that every host understands: all hosts' fields in one object, and exit code 2. It is for what happens
/// before it is known which host asks, or what.
pub fn universal(ruling: &Ruling) -> Reply {
    let reason = ruling.reason();
    let object = json!({
        "decision": "block",
        "reason": reason,
        "permission": "deny",
        "user_message": reason,
        "agent_message": reason,
        "permissionDecision": "deny",
        "permissionDecisionReason": reason,
        "cancel": true,
        "errorMessage": reason,
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        },
    });
    Reply::object(&object, ruling).refusing()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_a_reason() {
        assert!(!Ruling::new(Decision::Block, " ").reason().is_empty());
        assert!(Ruling::new(Decision::Allow, "").reason().is_empty());
    }

    #[test]
    fn a_long_reason_is_cut_and_stays_on_one_line() {
        let long = format!("a\n{}", "x".repeat(REASON_CHARACTERS_MAX));
        let reason = Ruling::new(Decision::Block, &long).reason();
        assert!(reason.ends_with('…') && !reason.contains('\n'));
    }
}
