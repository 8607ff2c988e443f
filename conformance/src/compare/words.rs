//! All small formulas on all short words.
//!
//! Formulas are made of smaller formulas, so the definition is applied to one operator at a time: the
//! truths of the operands at all positions of all words are kept from before. The automaton walks the tree
//! of words, so each word costs it one step.

use sponsio_engine::automaton::{PropositionalAutomaton, PropositionalState};
use sponsio_engine::formula::{Node, Symbol};

use super::Difference;
use crate::generate::exhaustive::{self, Member, Operators};
use crate::generate::trace::{Word, all};
use crate::oracle::Position;
use crate::oracle::evaluate::holds_at;

/// Words over two propositions, as traces.
pub struct Words {
    propositions: Vec<Symbol>,
    words: Vec<Word>,
    traces: Vec<Vec<Position>>,
    /// Where the truths of a word begin in a [`Truths`].
    starts: Vec<usize>,
    letters: Vec<Position>,
}

/// The truth of a formula at every position of every word.
type Truths = Vec<bool>;

/// What was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Formulas.
    pub formulas: usize,
    /// Formulas times words.
    pub pairs: usize,
}

impl Words {
    /// All words of up to `length_max` letters over `propositions`. Where `called_any` is none of them,
    /// each event is a call.
    pub fn new(propositions: Vec<Symbol>, length_max: usize) -> Self {
        let called_any = crate::generate::called_any();
        let is_call = |position: &Position| position.is_call || !propositions.contains(&called_any);
        let letters: Vec<Position> = (0..1u32 << propositions.len())
            .map(|letter| Position::of_letter(letter, &propositions))
            .map(|position| Position { is_call: is_call(&position), ..position })
            .collect();
        let count = u32::try_from(letters.len()).unwrap_or(u32::MAX);
        let words = all(count, length_max);
        let position =
            |letter: &u32| usize::try_from(*letter).ok().and_then(|l| letters.get(l)).cloned();
        let traces: Vec<Vec<Position>> =
            words.iter().map(|word| word.letters.iter().filter_map(position).collect()).collect();
        let mut starts = Vec::with_capacity(traces.len());
        let mut start = 0;
        for trace in &traces {
            starts.push(start);
            start += trace.len();
        }
        Self { propositions, words, traces, starts, letters }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.words.len()
    }

    /// Compares all formulas of up to `size` operators. With `share` of `shares`, only those formulas whose
    /// number leaves that rest, so that several threads can divide the work.
    pub fn compare(
        &self,
        operators: &Operators,
        size: usize,
        (share, shares): (usize, usize),
    ) -> Result<Tally, Difference> {
        let smaller = exhaustive::up_to(&self.propositions, operators, size.saturating_sub(1));
        let mut truths: Vec<Truths> = Vec::with_capacity(smaller.len());
        let mut tally = Tally::default();
        for (number, member) in smaller.iter().enumerate() {
            let own = self.truths(member, &truths);
            if number % shares == share {
                let at_start =
                    |word: usize| self.starts.get(word).and_then(|s| own.get(*s)).copied();
                self.walk(member, at_start, &mut tally)?;
            }
            truths.push(own);
        }
        let mut number = 0;
        let mut result = Ok(());
        exhaustive::of_next_size(&smaller, operators, size, &mut |member| {
            number += 1;
            if result.is_ok() && number % shares == share {
                let at_start = |word: usize| self.first(&member, &truths, word);
                result = self.walk(&member, at_start, &mut tally);
            }
        });
        result.map(|()| tally)
    }

    fn truths(&self, member: &Member, smaller: &[Truths]) -> Truths {
        let positions = |word: usize| self.traces.get(word).map_or(0, Vec::len);
        let at = |word| (0..positions(word)).filter_map(move |i| self.at(member, smaller, word, i));
        (0..self.words.len()).flat_map(at).collect()
    }

    fn first(&self, member: &Member, smaller: &[Truths], word: usize) -> Option<bool> {
        self.at(member, smaller, word, 0)
    }

    /// The definition of the root's operator at position `i` of a word.
    fn at(&self, member: &Member, smaller: &[Truths], word: usize, i: usize) -> Option<bool> {
        let start = *self.starts.get(word)?;
        let [f, g] = member.operands.map(|place| place.and_then(|p| smaller.get(p)));
        let truth =
            |truths: Option<&Truths>, j: usize| truths.and_then(|t| t.get(start + j)).copied();
        let node: &Node = member.formula.node(member.formula.root())?;
        let (f, g) = (|j| truth(f, j).unwrap_or(false), |j| truth(g, j).unwrap_or(false));
        Some(holds_at(node, i, self.traces.get(word)?, &f, &g))
    }

    /// Runs the automaton over all words.
    fn walk(
        &self,
        member: &Member,
        expected: impl Fn(usize) -> Option<bool>,
        tally: &mut Tally,
    ) -> Result<(), Difference> {
        let difference = |word: usize, what: String| {
            let trace = self.traces.get(word).map_or(&[][..], Vec::as_slice);
            Err(Difference::new(&member.formula, trace, what))
        };
        let automaton = PropositionalAutomaton::new(&member.formula, false);
        let Ok(automaton) = automaton else {
            return difference(usize::MAX, "there is no automaton".into());
        };
        let letters: Vec<u32> =
            self.letters.iter().map(|p| p.letter(automaton.propositions())).collect();
        let mut states: Vec<PropositionalState> = Vec::with_capacity(self.words.len());
        for (number, word) in self.words.iter().enumerate() {
            let parent = word.parent.and_then(|parent| states.get(parent)).copied();
            let letter =
                word.letters.last().and_then(|l| letters.get(usize::try_from(*l).ok()?)).copied();
            let from = parent.map_or_else(|| automaton.initial(), Ok);
            let (Ok(from), Some(letter)) = (from, letter) else {
                return difference(number, "no state".into());
            };
            let Ok(state) = automaton.step(from, letter) else {
                return difference(number, "no step".into());
            };
            let (before, after) = (from.verdict(), state.verdict());
            if Some(after.is_accepting()) != expected(number) {
                return difference(
                    number,
                    format!("the automaton says {after}, the definition does not"),
                );
            }
            if before.is_final() && before != after {
                return difference(number, format!("the automaton went from {before} to {after}"));
            }
            states.push(state);
        }
        tally.formulas += 1;
        tally.pairs += self.words.len();
        Ok(())
    }
}
