//! Approvals: a person lets one call run that a contract would not let run by itself.
//!
//! A call that waits for an approval has its digest in the answer. An approval is given for that digest, to that
//! session, for one contract, up to a moment; the engine uses it up when the call runs. Who may approve, and how
//! people are asked, is the host's business. A digest is of the tool and all arguments, so nothing else runs on it.

use sponsio_engine::event::{Digest, EventKind, Timestamp};
use sponsio_engine::strategy::Strategy;

use crate::guard::GuardSession;
use crate::live::Answer;

/// Why an approval is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// There is no such contract, or it never asks.
    #[error(
        "no contract called `{0}` asks for approvals; approve a contract that the answer names"
    )]
    Contract(Box<str>),
    /// It would never let a call run.
    #[error("the approval has expired; give a later moment")]
    Expired,
}

impl GuardSession {
    /// Approves one call of this session for one contract, until it ran or the moment has passed.
    pub fn approve(
        &self,
        contract: &str,
        digest: Digest,
        expires: Timestamp,
    ) -> Result<Answer, ApprovalError> {
        let program = self.guard.program();
        let mut contracts = program.contracts().iter();
        if !contracts.any(|c| c.name() == contract && *c.strategy() == Strategy::Escalate) {
            return Err(ApprovalError::Contract(contract.into()));
        }
        if expires < self.now() {
            return Err(ApprovalError::Expired);
        }
        Ok(self.observe(EventKind::Approval { contract: contract.into(), digest, expires }))
    }
}
