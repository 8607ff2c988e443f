//! The same automaton, built while it runs.
//!
//! Some formulas have more states than anyone would visit: a conjunction of twenty obligations has a million.
//! Those keep the progression of `progress` at hand and remember the states that sessions have been in. The
//! states are shared by all sessions of the program, behind a lock.
//!
//! Two things differ from the dense table. State numbers depend on the order of discovery, so a snapshot holds
//! the residual formula itself. And the verdict of a state needs a search of its future, which is bounded: where
//! it ends without an answer the state counts as not final. Such a verdict can only be less decided than the
//! exact one, never wrong about `holding` and `pending`; a breach of a safety contract is always seen, because
//! there the residual formula becomes false.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::FixedState;

use super::alphabet::Alphabet;
use super::progress::{Clause, Progression, Residual};
use super::table::Entry;
use crate::limits::{LAZY_LABEL_STATES_MAX, LAZY_STATES_MAX, RESIDUAL_CLAUSES_MAX};
use crate::verdict::Verdict;

/// An automaton that is built as it runs.
#[derive(Debug)]
pub(crate) struct Lazy {
    progression: Progression,
    alphabet: Alphabet,
    cache: Mutex<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    states: Vec<(Residual, Verdict)>,
    index: HashMap<Residual, u32, FixedState>,
    next: HashMap<(u32, u32), Entry, FixedState>,
    letters: HashMap<u32, Box<[Residual]>, FixedState>,
}

/// The automaton grew over its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverBudget;

impl Lazy {
    pub(crate) fn new(progression: Progression, alphabet: Alphabet) -> Self {
        Self { progression, alphabet, cache: Mutex::default() }
    }

    pub(crate) fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    pub(crate) fn initial(&self) -> Result<Entry, OverBudget> {
        self.with(|cache| self.intern(cache, self.progression.initial()))
    }

    pub(crate) fn next(&self, entry: Entry, letter: u32) -> Result<Entry, OverBudget> {
        self.alphabet.place(letter).ok_or(OverBudget)?;
        self.with(|cache| {
            if let Some(next) = cache.next.get(&(entry.state(), letter)) {
                return Ok(*next);
            }
            let state = usize::try_from(entry.state()).ok().and_then(|s| cache.states.get(s));
            let residual = state.ok_or(OverBudget)?.0.clone();
            let next = self.step(cache, &residual, letter)?;
            let next = self.intern(cache, next)?;
            if cache.next.len() < LAZY_STATES_MAX.saturating_mul(4) {
                cache.next.insert((entry.state(), letter), next);
            }
            Ok(next)
        })
    }

    /// The states discovered so far.
    pub(crate) fn states(&self) -> usize {
        self.with(|cache| cache.states.len())
    }

    /// The residual formula of a state, as words for a snapshot.
    pub(crate) fn encode(&self, entry: Entry) -> Option<Vec<u64>> {
        self.with(|cache| {
            let (residual, _) = cache.states.get(usize::try_from(entry.state()).ok()?)?;
            Some(residual.iter().flat_map(|clause| clause.iter().copied()).collect())
        })
    }

    /// The state with these words; `None` if they are not such words.
    pub(crate) fn decode(&self, words: &[u64]) -> Option<Entry> {
        let clauses: Vec<Clause> =
            words.chunks(self.progression.clause_words()).map(|chunk| chunk.into()).collect();
        let sorted = clauses.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let whole = clauses.iter().all(|c| c.len() == self.progression.clause_words());
        if !sorted || !whole || clauses.len() > RESIDUAL_CLAUSES_MAX {
            return None;
        }
        self.with(|cache| self.intern(cache, clauses.into()).ok())
    }

    fn with<T>(&self, run: impl FnOnce(&mut Cache) -> T) -> T {
        // The cache is only ever extended by complete entries, so what a panicking thread left is usable.
        run(&mut self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn step(
        &self,
        cache: &mut Cache,
        residual: &Residual,
        letter: u32,
    ) -> Result<Residual, OverBudget> {
        let table = match cache.letters.entry(letter) {
            Slot::Occupied(slot) => slot.into_mut(),
            Slot::Vacant(slot) => {
                slot.insert(self.progression.letter(letter).map_err(|_| OverBudget)?)
            }
        };
        self.progression.step(residual, table).map_err(|_| OverBudget)
    }

    fn intern(&self, cache: &mut Cache, residual: Residual) -> Result<Entry, OverBudget> {
        if let Some(number) = cache.index.get(&residual) {
            let at = usize::try_from(*number).map_err(|_| OverBudget)?;
            let (_, verdict) = cache.states.get(at).ok_or(OverBudget)?;
            return Ok(Entry::new(*number, *verdict));
        }
        if cache.states.len() >= LAZY_STATES_MAX {
            return Err(OverBudget);
        }
        let number = u32::try_from(cache.states.len()).map_err(|_| OverBudget)?;
        let verdict = self.verdict(cache, &residual)?;
        cache.states.push((residual.clone(), verdict));
        cache.index.insert(residual, number);
        Ok(Entry::new(number, verdict))
    }

    /// Looks for a future of the other acceptance, breadth first, within a budget.
    fn verdict(&self, cache: &mut Cache, residual: &Residual) -> Result<Verdict, OverBudget> {
        let accepts = self.progression.accepts(residual);
        let mut seen: HashMap<Residual, (), FixedState> = HashMap::default();
        seen.insert(residual.clone(), ());
        let mut queue = std::collections::VecDeque::from([residual.clone()]);
        while let Some(state) = queue.pop_front() {
            for letter in self.alphabet.letters() {
                let next = self.step(cache, &state, *letter)?;
                if self.progression.accepts(&next) != accepts {
                    return Ok(if accepts { Verdict::Holding } else { Verdict::Pending });
                }
                if seen.len() >= LAZY_LABEL_STATES_MAX {
                    return Ok(if accepts { Verdict::Holding } else { Verdict::Pending });
                }
                if seen.insert(next.clone(), ()).is_none() {
                    queue.push_back(next);
                }
            }
        }
        Ok(if accepts { Verdict::Satisfied } else { Verdict::Violated })
    }
}
