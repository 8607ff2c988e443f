//! Where each contract stands: a deterministic automaton, and one look-up a step.
//!
//! ```text
//!  formula ─► temporal ─► progress ─► determinize ─► minimize ─► table      built once, under limits
//!             (negation    (what is     (reachable     (fewest     (entries
//!              normal       still        residuals)     states)     by class)
//!              form)        owed)            │
//!                                            └─ over the limit ─► lazy       built as it runs
//! ```
//!
//! What this module does not know: events, tools, arguments, counters. It sees letters, the truth of an
//! automaton's state propositions.

mod alphabet;
mod describe;
mod determinize;
mod label;
mod lazy;
mod lower;
mod minimize;
mod progress;
mod propositional;
mod table;
mod temporal;

pub(crate) use alphabet::Alphabet;
pub(crate) use describe::{describe, negation};
pub(crate) use lower::{Literal, LowerError, Propositions, lower};
pub(crate) use table::{Entry, Table};
pub(crate) use temporal::{Op as TemporalOp, Temporal, TemporalId};

pub use propositional::{PropositionalAutomaton, PropositionalError, PropositionalState};

use std::sync::Arc;

use crate::verdict::Verdict;

use progress::Progression;

/// One automaton, in either form.
#[derive(Debug)]
pub(crate) enum Automaton {
    /// All transitions in a table.
    Dense(Table),
    /// States found as sessions reach them.
    Lazy(lazy::Lazy),
}

/// Which form to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// Dense within the limits, lazy beyond them.
    Fitting,
    /// Lazy.
    Lazy,
}

/// The automaton is too large even to be built lazily, or saw a letter that cannot happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepError;

impl Automaton {
    /// Builds the automaton of the formula at `root`.
    pub(crate) fn new(
        temporal: &Temporal,
        root: TemporalId,
        alphabet: Alphabet,
        form: Form,
    ) -> Arc<Self> {
        let progression = Progression::new(temporal, root);
        if form == Form::Fitting
            && let Ok(raw) = determinize::determinize(&progression, &alphabet)
        {
            let minimal = minimize::minimize(&raw);
            return Arc::new(Self::Dense(Table::new(&minimal, alphabet)));
        }
        Arc::new(Self::Lazy(lazy::Lazy::new(progression, alphabet)))
    }

    pub(crate) fn initial(&self) -> Result<Entry, StepError> {
        match self {
            Self::Dense(table) => table.entry(0).ok_or(StepError),
            Self::Lazy(lazy) => lazy.initial().map_err(|_| StepError),
        }
    }

    /// The entry after an event with this letter.
    pub(crate) fn step(&self, entry: Entry, letter: u32) -> Result<Entry, StepError> {
        match self {
            Self::Dense(table) => {
                table.class(letter).and_then(|class| table.next(entry, class)).ok_or(StepError)
            }
            Self::Lazy(lazy) => lazy.next(entry, letter).map_err(|_| StepError),
        }
    }

    pub(crate) fn alphabet(&self) -> &Alphabet {
        match self {
            Self::Dense(table) => table.alphabet(),
            Self::Lazy(lazy) => lazy.alphabet(),
        }
    }

    /// The dense table, if there is one.
    pub(crate) fn table(&self) -> Option<&Table> {
        match self {
            Self::Dense(table) => Some(table),
            Self::Lazy(_) => None,
        }
    }

    /// Whether a violation can follow from another state than this one.
    pub(crate) fn is_armed(&self, initial: Entry) -> bool {
        let Some(table) = self.table() else { return true };
        (0..table.states()).filter_map(|state| table.entry(state)).any(|entry| {
            entry != initial
                && entry.verdict() != Verdict::Violated
                && (0..table.classes())
                    .filter_map(|class| table.next(entry, class))
                    .any(|next| next.verdict() == Verdict::Violated)
        })
    }

    /// The number of states: of the minimal automaton, or discovered so far.
    pub(crate) fn states(&self) -> usize {
        match self {
            Self::Dense(table) => table.states(),
            Self::Lazy(lazy) => lazy.states(),
        }
    }

    /// The state as words for a snapshot, where its number does not say it.
    pub(crate) fn encode(&self, entry: Entry) -> Option<Vec<u64>> {
        match self {
            Self::Dense(_) => None,
            Self::Lazy(lazy) => lazy.encode(entry),
        }
    }

    /// The state that the words of a snapshot name.
    pub(crate) fn decode(&self, words: &[u64]) -> Option<Entry> {
        match self {
            Self::Dense(_) => None,
            Self::Lazy(lazy) => lazy.decode(words),
        }
    }
}
