//! What a session remembers of its events besides the words of its contracts.
//!
//! Some facts join an event with earlier ones by a name: which call a result ends, who wrote what is read, who
//! delegated to whom. The names are remembered once for all contracts, as digests, and only those kinds that some
//! contract asks about. What a contract makes of them is in its own words, so that what it treats as suppressed leaves
//! no trace there.
//!
//! Everything is bounded. Over the bound the answer is the one that hurts: an id is forgotten and its call becomes
//! anonymous; every read counts as a flow; every agent to whom nothing is known to be delegated stands as deep as can
//! be.
//!
//! An event that does not say who acts is one of the agent to whom nothing was delegated. Whether it carries something
//! from one agent to another cannot be told.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;
use siphasher::sip128::{Hasher128 as _, SipHasher24 as SipHasher128};

use super::flows::Origin;
use super::valuation::Truth;
use crate::event::{Event, EventKind};
use crate::limits::{DELEGATES_MAX, FLOW_KEYS_MAX, OPEN_CALLS_MAX};

/// Who wrote a key, where the event does not say.
pub(crate) const ANYONE: u32 = u32::MAX;

/// What contracts ask to be remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The ids of calls.
    pub(crate) calls: bool,
    /// The keys that these agents wrote last.
    pub(crate) sources: Vec<Box<str>>,
    /// How deep agents stand.
    pub(crate) depths: bool,
    /// The values of these outputs.
    pub(crate) origins: Vec<Origin>,
    /// The words of the user.
    pub(crate) user_words: bool,
    /// The paths that calls have to do with.
    pub(crate) trail: bool,
}

impl Needs {
    /// Whether the values of outputs are followed, the user's words, or the paths of calls.
    pub(crate) fn follows_values(&self) -> bool {
        self.user_words || self.trail || !self.origins.is_empty()
    }
}

/// How an event is joined with calls by its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) mark: Mark,
    /// The number of the latest call with an id, this one included.
    pub(crate) latest: u32,
}

/// Which call an event is, or ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It has no id.
    #[default]
    None,
    /// The call of this number, among those with an id.
    Call(u32),
    /// A call whose id is not remembered.
    Forgotten,
}

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// How many calls had an id.
    pub(crate) calls: u32,
    /// The digests of the last ids; that of call n at n modulo the limit.
    pub(crate) ids: Vec<u64>,
    pub(crate) writers: Known,
    pub(crate) depths: Known,
}

/// Numbers by digest of a name, sorted by digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) entries: Vec<(u128, u32)>,
    /// Whether some did not fit.
    pub(crate) is_full: bool,
}

impl Known {
    fn get(&self, digest: u128) -> Option<u32> {
        let at = self.entries.binary_search_by_key(&digest, |(d, _)| *d).ok()?;
        self.entries.get(at).map(|(_, number)| *number)
    }

    fn set(&mut self, digest: u128, number: u32, most: usize) {
        match self.entries.binary_search_by_key(&digest, |(d, _)| *d) {
            Ok(at) => {
                if let Some((_, slot)) = self.entries.get_mut(at) {
                    *slot = number;
                }
            }
            Err(_) if self.entries.len() >= most => self.is_full = true,
            Err(at) => self.entries.insert(at, (digest, number)),
        }
    }

    fn remove(&mut self, digest: u128) {
        if let Ok(at) = self.entries.binary_search_by_key(&digest, |(d, _)| *d) {
            self.entries.remove(at);
        }
    }
}

impl Memory {
    /// How a call with this id, or a result of one, is joined with the calls before.
    pub(crate) fn join(memory: Option<&Self>, id: Option<u64>, is_call: bool) -> Joined {
        let latest = memory.map_or(0, |m| m.calls);
        let Some(id) = id else { return Joined { mark: Mark::None, latest } };
        if is_call {
            let latest = latest.wrapping_add(1);
            return Joined { mark: Mark::Call(latest), latest };
        }
        let number = memory.and_then(|memory| {
            let numbers = (0..OPEN_CALLS_MAX).map(|age| memory.calls.wrapping_sub(age));
            numbers.into_iter().find(|n| memory.ids.get(place(*n)) == Some(&id))
        });
        Joined { mark: number.map_or(Mark::Forgotten, Mark::Call), latest }
    }

    /// Whether a read of the key by another agent takes over what this source wrote.
    pub(crate) fn wrote(memory: Option<&Self>, source: usize, key: &str) -> Truth {
        let Some(memory) = memory else { return Truth::False };
        match memory.writers.get(digest(key)) {
            _ if memory.writers.is_full => Truth::True,
            None => Truth::False,
            Some(ANYONE) => Truth::Unknown,
            Some(writer) => (usize::try_from(writer) == Ok(source)).into(),
        }
    }

    /// How deep the agent stands.
    pub(crate) fn depth(memory: Option<&Self>, agent: Option<&str>) -> u32 {
        let (Some(memory), Some(agent)) = (memory, agent) else { return 0 };
        let unknown = if memory.depths.is_full { u32::MAX } else { 0 };
        memory.depths.get(digest(agent)).unwrap_or(unknown)
    }

    /// Takes in an event that happened; `id` is the digest of its id.
    pub(crate) fn note(
        memory: &mut Option<Box<Self>>,
        needs: &Needs,
        event: &Event,
        id: Option<u64>,
    ) {
        match &event.kind {
            EventKind::ToolCall { .. } if needs.calls => {
                if let Some(id) = id {
                    memory.get_or_insert_default().note_call(id);
                }
            }
            EventKind::DataWrite { key, internal: false, .. } if !needs.sources.is_empty() => {
                let agent = event.agent.as_deref();
                let source = needs.sources.iter().position(|s| Some(&**s) == agent);
                let source = source.and_then(|s| u32::try_from(s).ok());
                match source.or(agent.is_none().then_some(ANYONE)) {
                    Some(source) => {
                        let writers = &mut memory.get_or_insert_default().writers;
                        writers.set(digest(key), source, FLOW_KEYS_MAX);
                    }
                    None => {
                        if let Some(memory) = memory {
                            memory.writers.remove(digest(key));
                        }
                        // Nothing remembered is one state, however it came about.
                        if memory.as_deref() == Some(&Self::default()) {
                            *memory = None;
                        }
                    }
                }
            }
            EventKind::Delegation { to } if needs.depths => {
                let depth = Self::depth(memory.as_deref(), event.agent.as_deref());
                let depths = &mut memory.get_or_insert_default().depths;
                let deepest = depths.get(digest(to)).unwrap_or(0).max(depth.saturating_add(1));
                depths.set(digest(to), deepest, DELEGATES_MAX);
            }
            _ => {}
        }
    }

    fn note_call(&mut self, id: u64) {
        self.calls = self.calls.wrapping_add(1);
        if self.ids.is_empty() {
            self.ids = vec![0; usize::try_from(OPEN_CALLS_MAX).unwrap_or(0)];
        }
        let at = place(self.calls);
        if let Some(slot) = self.ids.get_mut(at) {
            *slot = id;
        }
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number % OPEN_CALLS_MAX).unwrap_or(0)
}

/// The digest of a name.
fn digest(name: &str) -> u128 {
    let mut hasher = SipHasher128::new();
    hasher.write(name.as_bytes());
    hasher.finish128().as_u128()
}

/// The digest of an id; never zero, which is none.
pub(crate) fn digest_of_id(id: &str) -> u64 {
    let mut hasher = SipHasher24::new();
    hasher.write(id.as_bytes());
    hasher.finish().max(1)
}
