//! Provenance by value: which values of a call came out of which tool outputs, and which the user said.
//!
//! The engine sees outputs and arguments, not the model between them. Two questions can be answered about the
//! text of an argument, and they are answered from opposite sides:
//!
//! | question | asked to | errs towards | answer |
//! |---|---|---|---|
//! | may it come from this source? | forbid | yes | [`Index::carried`] |
//! | is it known to come from this source? | permit | no | [`Index::is_value_of`], [`Index::stands_in`] |
//! | did the user say it? | permit | no | [`Index::said_by_user`] |
//!
//! "May" is a table of fingerprints of words and pairs of words of all outputs, looked up with the argument as it
//! is and decoded ([`carried`](mod@carried) has the grades). "Known" is an exact set of the values that outputs
//! consist of. When memory is full, "may" says yes to everything of that source and "known" says no: nothing is
//! ever forgotten.
//!
//! What is not found: a value that was rewritten (a paraphrase, a translation, arithmetic, a cipher), and pieces
//! of a word. Where that matters, ask the second question: a value that is not known to come from a good source
//! is refused wherever it came from.
//!
//! All of it is a pure function of what was recorded and the key. Fingerprints are not reversible in practice;
//! the user's words are kept as they are, because an exact answer needs them.

mod buffers;
mod carried;
mod exact;
mod layers;
mod snapshot;
mod source;
mod table;
mod user;
mod words;

pub(crate) use buffers::Buffers;
pub use carried::{Carried, QUOTE_WORDS, WHOLE_WORDS_MAX, WORD_CHARS_MIN};
pub use snapshot::DecodeError;
pub use source::{SourceId, Sources};

use crate::event::Value;
use crate::limits::PROVENANCE_SLOTS_MAX;
use exact::{Exact, Place};
use table::Table;
use user::Said;
use words::{Mark, Words};

/// The key of all hashes. The same session has the same state only under the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub u64, pub u64);

/// For which questions an output is recorded. A contract set that asks only one of them pays for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    /// [`Index::carried`].
    pub carried: bool,
    /// [`Index::is_value_of`].
    pub whole: bool,
    /// [`Index::stands_in`].
    pub tokens: bool,
}

impl Uses {
    /// All questions.
    pub const ALL: Self = Self { carried: true, whole: true, tokens: true };
}

/// Takes a text apart that holds a structure, such as JSON; `None` for any other text. It must be a function of the
/// text and bounded. Only what is known of a source is looked for in there: what may come from it is found in the text.
pub type Reader = fn(&str) -> Option<Value>;

/// Hashes that are inserted together.
const BATCH: usize = 64;

/// The values that one session has seen.
#[derive(Clone, Debug)]
pub struct Index {
    key: Key,
    table: Table,
    exact: Exact,
    said: Said,
    seen: Sources,
}

impl Index {
    /// Nothing seen.
    pub fn new(key: Key) -> Self {
        Self::with_slots(key, PROVENANCE_SLOTS_MAX)
    }

    /// Nothing seen, and room for fewer fingerprints.
    pub fn with_slots(key: Key, slots_max: usize) -> Self {
        let table = Table::new(slots_max);
        Self { key, table, exact: Exact::default(), said: Said::default(), seen: Sources::NONE }
    }

    /// The same where each source has the number of its place in `places`, or is not followed; without the user's words
    /// where those are not either.
    #[must_use]
    pub fn with_sources(&self, places: &[Option<SourceId>], keeps_user_words: bool) -> Self {
        let map = |sources: Sources| {
            let place = |source: SourceId| places.get(usize::from(source.number())).copied()?;
            let mapped = sources.iter().filter_map(place).map(Sources::one);
            mapped.fold(Sources::NONE, Sources::or)
        };
        let said = if keeps_user_words { self.said.clone() } else { Said::default() };
        Self {
            key: self.key,
            table: self.table.mapped(map),
            exact: self.exact.mapped(map),
            said,
            seen: map(self.seen),
        }
    }

    /// Records an output of the sources: every text, number and member name in it.
    pub fn record(&mut self, sources: Sources, uses: Uses, output: &Value) {
        let mut open = vec![output];
        while let Some(value) = open.pop() {
            match value {
                Value::Null => {}
                Value::Bool(truth) => {
                    self.record_text(sources, uses, if *truth { "true" } else { "false" });
                }
                Value::Number(number) => self.record_text(sources, uses, &number.to_string()),
                Value::Text(text) => self.record_text(sources, uses, text),
                Value::List(items) => open.extend(items),
                Value::Object(members) => {
                    for (name, member) in members {
                        self.record_text(sources, Uses { tokens: false, ..uses }, name);
                        open.push(member);
                    }
                }
            }
        }
    }

    /// Records one text of an output.
    pub fn record_text(&mut self, sources: Sources, uses: Uses, text: &str) {
        self.seen = self.seen.or(sources);
        let Buffers { mut layers, mut wide, canonical: mut buffer, .. } = Buffers::default();
        if uses.carried && self.full().and(sources) != sources {
            self.fingerprint(sources, text, &mut wide);
            layers::each_inner(text, &mut layers, &mut |inner| {
                self.fingerprint(sources, inner, &mut wide);
            });
        }
        let (exact, key) = (&mut self.exact, self.key);
        if uses.whole || uses.tokens {
            exact.insert((key, &mut buffer), text, Place::Whole, sources);
        }
        if uses.tokens {
            exact::tokens(text, &mut |token| {
                exact.insert((key, &mut buffer), token, Place::Token, sources);
            });
        }
    }

    fn fingerprint(&mut self, sources: Sources, text: &str, wide: &mut Vec<u8>) {
        let key = self.word_key();
        let table = &mut self.table;
        let Some(number) = table.number(sources) else { return };
        let (mut batch, mut filled) = ([0; BATCH], 0);
        Words::new(text, key, wide).each(&mut |mark| {
            let (Mark::Word { hash, .. }
            | Mark::Pair { hash }
            | Mark::Number { hash }
            | Mark::Digits { hash, .. }) = mark;
            // A batch at a time: reading the text and reaching into the table hinder each other.
            if let Some(place) = batch.get_mut(filled) {
                *place = hash;
                filled = filled.wrapping_add(1);
            }
            if filled == BATCH {
                batch.iter().for_each(|hash| table.insert(*hash, sources, number));
                filled = 0;
            }
        });
        batch.iter().take(filled).for_each(|hash| table.insert(*hash, sources, number));
    }

    /// Records that something of the sources could not be read: every text may carry from them.
    pub fn record_lost(&mut self, sources: Sources) {
        self.seen = self.seen.or(sources);
        self.table.set_full(self.full().or(sources));
    }

    /// Records what the user said.
    pub fn record_user(&mut self, text: &str) {
        self.said.record(text);
    }

    /// The sources of which the text may carry a value.
    pub fn carried(&self, text: &str) -> Carried {
        self.carried_with(text, &mut Buffers::default())
    }

    /// As [`carried`](Self::carried).
    pub(crate) fn carried_with(&self, text: &str, buffers: &mut Buffers) -> Carried {
        carried::of(self, text, buffers)
    }

    /// The sources of which the text is known to be a value: one text, number or member name of an output.
    pub fn is_value_of(&self, text: &str) -> Sources {
        self.known(text, &mut Buffers::default()).0
    }

    /// The sources in whose outputs the text is known to stand: as a value, as a line, or as an identifying
    /// token (address, host, number of four digits) in a longer text.
    pub fn stands_in(&self, text: &str) -> Sources {
        self.known(text, &mut Buffers::default()).1
    }

    /// What [`is_value_of`](Self::is_value_of) and [`stands_in`](Self::stands_in) say.
    pub(crate) fn known(&self, text: &str, buffers: &mut Buffers) -> (Sources, Sources) {
        self.exact.get(self.key, text, &mut buffers.canonical)
    }

    /// Whether the text is known to stand in the user's own words.
    pub fn said_by_user(&self, text: &str) -> bool {
        self.said_with(text, &mut Buffers::default())
    }

    /// As [`said_by_user`](Self::said_by_user).
    pub(crate) fn said_with(&self, text: &str, buffers: &mut Buffers) -> bool {
        self.said.contains(text, buffers)
    }

    /// The sources of which anything was recorded.
    pub fn seen(&self) -> Sources {
        self.seen
    }

    /// The sources of which something did not fit: every text may carry from them.
    pub fn full(&self) -> Sources {
        self.table.full()
    }

    /// The memory it takes.
    pub fn bytes(&self) -> usize {
        let parts = [self.table.bytes(), self.exact.bytes(), self.said.bytes()];
        parts.into_iter().fold(size_of::<Self>(), usize::saturating_add)
    }

    /// The sources recorded with the hash of a mark.
    fn sources(&self, hash: u64) -> Sources {
        self.table.get(hash)
    }

    fn word_key(&self) -> u64 {
        self.key.0 ^ self.key.1.rotate_left(32)
    }
}

#[cfg(test)]
mod tests;
