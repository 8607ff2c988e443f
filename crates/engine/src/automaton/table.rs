//! The dense table: one look-up a step.
//!
//! An *entry* is a state and its verdict in one word, `state << 2 | verdict`, so that comparing two entries tells
//! at once whether anything changed and whether the verdict did. The table is laid out by letter class: the row
//! of a class holds the next entry of every state. A call of a given tool usually fixes the class, so a step is
//! `row[state]`, and the row of a contract and a tool is found once, at load.
//!
//! ```text
//!              state 0      state 1      state 2
//! class 0   [ 0|holding    1|pending    2|violated ]      neither a nor b
//! class 1   [ 1|pending    1|pending    2|violated ]      a
//! class 2   [ 0|holding    0|holding    2|violated ]      b
//! ```

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::alphabet::Alphabet;
use super::determinize::Automaton;
use super::label::label;
use crate::verdict::Verdict;

/// A state and its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Entry(u32);

impl Entry {
    pub(crate) fn new(state: u32, verdict: Verdict) -> Self {
        Self(state << 2 | verdict.bits())
    }

    pub(crate) fn from_word(word: u32) -> Self {
        Self(word)
    }

    pub(crate) fn word(self) -> u32 {
        self.0
    }

    pub(crate) fn state(self) -> u32 {
        self.0 >> 2
    }

    pub(crate) fn verdict(self) -> Verdict {
        Verdict::from_bits(self.0)
    }

    #[inline]
    pub(crate) fn is_violated(self) -> bool {
        self.0 & 3 == Verdict::Violated.bits()
    }
}

/// A minimal automaton as a table.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Table {
    alphabet: Alphabet,
    /// The class of each letter of the alphabet, by its place.
    class_of: Box<[u16]>,
    states: usize,
    /// `classes × states` entries.
    entries: Box<[u32]>,
    /// The entry of each state.
    own: Box<[u32]>,
}

impl Table {
    pub(crate) fn new(automaton: &Automaton, alphabet: Alphabet) -> Self {
        let verdicts = label(automaton);
        let states = automaton.states();
        let entry = |state: u32| {
            let verdict = usize::try_from(state).ok().and_then(|s| verdicts.get(s)).copied();
            Entry::new(state, verdict.unwrap_or(Verdict::Violated)).word()
        };
        let state_ids = || (0..states).filter_map(|s| u32::try_from(s).ok());
        let mut columns: HashMap<Vec<u32>, u16, FixedState> = HashMap::default();
        let mut class_of = Vec::with_capacity(automaton.letters);
        let mut entries = Vec::new();
        for place in 0..automaton.letters {
            let column: Vec<u32> = state_ids().map(|s| entry(automaton.next(s, place))).collect();
            let fresh = u16::try_from(columns.len()).unwrap_or(u16::MAX);
            let class = *columns.entry(column.clone()).or_insert(fresh);
            if class == fresh {
                entries.extend(column);
            }
            class_of.push(class);
        }
        let own = state_ids().map(entry).collect();
        Self { alphabet, class_of: class_of.into(), states, entries: entries.into(), own }
    }

    pub(crate) fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    pub(crate) fn states(&self) -> usize {
        self.states
    }

    pub(crate) fn classes(&self) -> usize {
        self.entries.len() / self.states.max(1)
    }

    pub(crate) fn entries(&self) -> &[u32] {
        &self.entries
    }

    /// The entry of a state.
    pub(crate) fn entry(&self, state: usize) -> Option<Entry> {
        self.own.get(state).copied().map(Entry)
    }

    /// Whether the word is the entry of a state.
    pub(crate) fn has_entry(&self, word: u32) -> bool {
        let state = usize::try_from(Entry::from_word(word).state()).ok();
        state.and_then(|state| self.own.get(state)) == Some(&word)
    }

    /// The class of a letter; `None` for a letter that cannot happen.
    pub(crate) fn class(&self, letter: u32) -> Option<usize> {
        self.class_of.get(self.alphabet.place(letter)?).copied().map(usize::from)
    }

    /// The next entry by class.
    pub(crate) fn next(&self, entry: Entry, class: usize) -> Option<Entry> {
        let state = usize::try_from(entry.state()).ok()?;
        let at = class.checked_mul(self.states)?.checked_add(state)?;
        self.entries.get(at).copied().map(Entry)
    }

    /// The letters of a class.
    pub(crate) fn letters(&self, class: usize) -> impl Iterator<Item = u32> {
        let of_class = move |(_, c): &(&u32, &u16)| usize::from(**c) == class;
        self.alphabet
            .letters()
            .iter()
            .zip(&*self.class_of)
            .filter(of_class)
            .map(|(letter, _)| *letter)
    }
}
