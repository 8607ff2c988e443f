//! Calls that were announced lately, so that one call is one step however often it is announced.
//!
//! A host may announce a call by two events, and two hosts may read one registration. What is announced again gets the
//! answer that it got, and nothing happens. An id tells the same call from an equal one. Without an id, a call is the
//! same if it is equal, if it comes within a short time, and if *another voice* announces it: an equal call of the
//! same voice is another call.
//!
//! ```text
//!  each: digest 32 bytes, time i64, decision u8, then id, voices and reason: length u16, bytes
//! ```

use std::collections::VecDeque;

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Timestamp, Value};
use sponsio_record::schema::canonical::call_digest;

use super::{Answer, Live};
use crate::limits::{ANNOUNCED_CALLS_MAX, ANNOUNCED_REASON_CHARACTERS_MAX, ANNOUNCED_SECONDS_MAX};

/// One announcement of a call.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    digest: [u8; 32],
    time: Timestamp,
    /// The host's id of the call.
    id: Option<Box<str>>,
    /// Which event of which host announces it.
    voice: Box<str>,
}

/// A call, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    digest: [u8; 32],
    time: Timestamp,
    decision: Decision,
    id: Option<Box<str>>,
    /// Who announced it, between commas.
    voices: String,
    reason: String,
}

impl Announced {
    /// The announcement of a call. Hosts that read one registration spell the tool in different cases.
    pub(crate) fn new(
        tool: &str,
        args: &Value,
        id: Option<&str>,
        voice: &str,
        time: Timestamp,
    ) -> Self {
        let digest = call_digest(&tool.to_lowercase(), args).0;
        Self { digest, time, id: id.map(Into::into), voice: voice.replace(',', " ").into() }
    }

    fn is_of(&self, known: &Known) -> bool {
        if self.digest != known.digest {
            return false;
        }
        match (&self.id, &known.id) {
            (Some(id), Some(other)) => id == other,
            _ => {
                let apart = self.time.0.saturating_sub(known.time.0);
                apart <= Timestamp::from_seconds(ANNOUNCED_SECONDS_MAX).0
                    && !known.voices.split(',').any(|voice| *voice == *self.voice)
            }
        }
    }
}

impl Live {
    /// What was answered when the call was announced before.
    pub(crate) fn again(&mut self, announced: &Announced) -> Option<(Decision, String)> {
        let known = self.announced.iter_mut().rev().find(|known| announced.is_of(known))?;
        if known.voices.len() < usize::from(u16::MAX) / 2 {
            known.voices.push(',');
            known.voices.push_str(&announced.voice);
        }
        Some((known.decision, known.reason.clone()))
    }

    /// Remembers what was answered.
    pub(crate) fn answered(&mut self, announced: Announced, answer: &Answer) {
        if self.announced.len() >= ANNOUNCED_CALLS_MAX {
            self.announced.pop_front();
        }
        let reason = answer.reason.chars().take(ANNOUNCED_REASON_CHARACTERS_MAX).collect();
        let Announced { digest, time, id, voice } = announced;
        let (decision, voices) = (answer.decision, voice.into_string());
        self.announced.push_back(Known { digest, time, decision, id, voices, reason });
    }

    /// Whether the call was answered that it waits for a person. It is not asked about a second time.
    pub(crate) fn waited(&mut self, ended: &Announced) -> bool {
        let waits = |known: &Known| {
            known.decision == Decision::Escalate
                && known.digest == ended.digest
                && (known.id == ended.id || known.id.is_none() || ended.id.is_none())
        };
        let at = self.announced.iter().rposition(waits);
        at.is_some_and(|at| self.announced.remove(at).is_some())
    }
}

/// Appends what is known.
pub(super) fn save(known: &VecDeque<Known>, out: &mut Vec<u8>) {
    for one in known {
        out.extend_from_slice(&one.digest);
        out.extend_from_slice(&one.time.0.to_le_bytes());
        let decision = Decision::ALL.iter().position(|decision| *decision == one.decision);
        out.push(decision.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX));
        for text in [one.id.as_deref().unwrap_or_default(), &one.voices, &one.reason] {
            // All three are far below the bound of the length.
            let length = u16::try_from(text.len()).unwrap_or(0);
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(text.as_bytes().get(..usize::from(length)).unwrap_or_default());
        }
    }
}

/// Reads what [`save`] wrote; none where it is damaged.
pub(super) fn read(mut bytes: &[u8]) -> Option<VecDeque<Known>> {
    let mut known = VecDeque::new();
    while !bytes.is_empty() {
        let (digest, rest) = bytes.split_first_chunk::<32>()?;
        let (time, rest) = rest.split_first_chunk()?;
        let (decision, mut rest) = rest.split_first()?;
        let decision = *Decision::ALL.get(usize::from(*decision))?;
        let mut text = || {
            let (length, after) = rest.split_first_chunk()?;
            let length = usize::from(u16::from_le_bytes(*length));
            let (text, after) = after.split_at_checked(length)?;
            rest = after;
            core::str::from_utf8(text).ok()
        };
        let (id, voices, reason) = (text()?, text()?.to_owned(), text()?.to_owned());
        let id = Some(id).filter(|id| !id.is_empty()).map(Into::into);
        let time = Timestamp(i64::from_le_bytes(*time));
        known.push_back(Known { digest: *digest, time, decision, id, voices, reason });
        bytes = rest;
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: Option<&str>, reason: &str) -> Known {
        Known {
            digest: [7; 32],
            time: Timestamp::from_seconds(5),
            decision: Decision::Escalate,
            id: id.map(Into::into),
            voices: "a/pre,b/pre".to_owned(),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn what_is_saved_is_read_back() {
        let all: VecDeque<Known> = [known(Some("1"), "wait"), known(None, "")].into();
        let mut bytes = Vec::new();
        save(&all, &mut bytes);
        assert_eq!(read(&bytes), Some(all));
    }

    #[test]
    fn bytes_that_end_early_are_damaged() {
        let mut bytes = Vec::new();
        save(&[known(Some("1"), "wait")].into(), &mut bytes);
        for length in 1..bytes.len() {
            assert_eq!(read(&bytes[..length]), None, "{length}");
        }
    }
}
