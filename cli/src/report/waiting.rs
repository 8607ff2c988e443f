//! Escalated calls, and whether a person approved them.
//!
//! An approval names the session, the contract and the digest of the call that waits. A call that is asked again while
//! it waits is one call. Of each only a hash is kept.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use sponsio_engine::event::Digest;
use sponsio_record::redact;

use crate::limits::REPORT_WAITING_MAX;

/// Calls that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    open: BTreeSet<u64>,
    /// Calls for which there was no place.
    left_out: u64,
}

impl Waiting {
    /// A contract asks about a call. Whether that is one that did not wait before.
    pub(super) fn ask(&mut self, session: &str, contract: &str, digest: Digest) -> bool {
        let key = key(session, contract, digest);
        if self.open.contains(&key) {
            return false;
        }
        if self.open.len() >= REPORT_WAITING_MAX {
            self.left_out = self.left_out.saturating_add(1);
            return false;
        }
        self.open.insert(key)
    }

    /// A person approves a call. Whether it waited.
    pub(super) fn approve(&mut self, session: &str, contract: &str, digest: Digest) -> bool {
        self.open.remove(&key(session, contract, digest))
    }

    /// Calls for which there was no place.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// A log keeps the name that an approval is for without secrets, and that of a contract as it is.
fn key(session: &str, contract: &str, digest: Digest) -> u64 {
    let mut hasher = DefaultHasher::new();
    (session, redact::name(contract), digest.0).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_waits_is_one_call_until_it_is_approved() {
        let mut waiting = Waiting::default();
        let call = Digest([7; 32]);
        assert!(waiting.ask("s", "c", call) && !waiting.ask("s", "c", call));
        for (session, contract, digest) in
            [("t", "c", call), ("s", "d", call), ("s", "c", Digest([8; 32]))]
        {
            assert!(!waiting.approve(session, contract, digest));
        }
        assert!(waiting.approve("s", "c", call) && !waiting.approve("s", "c", call));
        assert!(waiting.ask("s", "c", call));
    }

    #[test]
    fn a_contract_whose_name_holds_a_secret_is_found_by_the_name_that_is_kept() {
        let mut waiting = Waiting::default();
        let name = format!("no call with {}{}", "AKIA", "ABCDEFGHIJKLMNOP");
        let kept = redact::name(&name);
        assert_ne!(kept, name);
        assert!(waiting.ask("s", &name, Digest([0; 32])));
        assert!(waiting.approve("s", &kept, Digest([0; 32])));
    }
}
