//! Deterministic automata as the tests compare them: plain tables, and the two questions asked of them.
//!
//! The minimiser is not the engine's: it tells states apart by pairs, after the table-filling method of
//! textbooks, which is slow and hard to get wrong.

#![expect(
    clippy::indexing_slicing,
    reason = "states and letters are numbers within the automaton that holds them"
)]

use std::collections::VecDeque;

/// A complete deterministic automaton; state 0 is the one before the first letter.
#[derive(Clone, Debug)]
pub struct Dfa {
    next: Vec<Vec<usize>>,
    accepts: Vec<bool>,
}

impl Dfa {
    /// The automaton of the states that can be reached from `start` by steps over letters of `propositions`
    /// bits. A state before the first letter is put in front of `start`, which accepts if `accepts_empty`.
    /// `None` where a step is missing or a state does not say whether it accepts.
    pub fn explore<S: PartialEq + Copy>(
        propositions: usize,
        accepts_empty: bool,
        start: S,
        step: impl Fn(S, u32) -> Option<S>,
        accepts: impl Fn(S) -> Option<bool>,
    ) -> Option<Self> {
        let mut states: Vec<S> = Vec::new();
        let mut dfa = Self { next: Vec::new(), accepts: vec![accepts_empty] };
        let row = |from: S, states: &mut Vec<S>| {
            let target = |letter| {
                let to = step(from, letter)?;
                let known = states.iter().position(|state| *state == to);
                let place = known.unwrap_or_else(|| {
                    states.push(to);
                    states.len() - 1
                });
                Some(place + 1)
            };
            (0..1u32 << propositions).map(target).collect::<Option<Vec<usize>>>()
        };
        dfa.next.push(row(start, &mut states)?);
        let mut at = 0;
        while let Some(state) = states.get(at).copied() {
            dfa.accepts.push(accepts(state)?);
            dfa.next.push(row(state, &mut states)?);
            at += 1;
        }
        Some(dfa)
    }

    /// Whether the automaton accepts the word.
    pub fn accepts(&self, word: &[u32]) -> bool {
        let step = |state: usize, letter: &u32| {
            usize::try_from(*letter)
                .ok()
                .and_then(|l| self.next[state].get(l))
                .copied()
                .unwrap_or(0)
        };
        self.accepts[word.iter().fold(0, step)]
    }

    /// A shortest non-empty word that one of the two accepts and the other does not.
    pub fn difference(&self, other: &Self) -> Option<Vec<usize>> {
        let mut seen = vec![vec![false; other.next.len()]; self.next.len()];
        let mut queue = VecDeque::from([(0, 0, Vec::new())]);
        while let Some((left, right, word)) = queue.pop_front() {
            for (letter, (l, r)) in self.next[left].iter().zip(&other.next[right]).enumerate() {
                let longer = || word.iter().copied().chain([letter]).collect();
                if self.accepts[*l] != other.accepts[*r] {
                    return Some(longer());
                }
                if !core::mem::replace(&mut seen[*l][*r], true) {
                    queue.push_back((*l, *r, longer()));
                }
            }
        }
        None
    }

    /// The number of states of the smallest automaton with the same language.
    pub fn minimal_states(&self) -> usize {
        let count = self.next.len();
        let mut reached = vec![false; count];
        let mut stack = vec![0];
        while let Some(state) = stack.pop() {
            if !core::mem::replace(&mut reached[state], true) {
                stack.extend(&self.next[state]);
            }
        }
        let mut apart: Vec<Vec<bool>> = (0..count)
            .map(|a| (0..count).map(|b| self.accepts[a] != self.accepts[b]).collect())
            .collect();
        let mut changed = true;
        while changed {
            changed = false;
            for a in 0..count {
                for b in 0..a {
                    let lead_apart = |(x, y): (&usize, &usize)| apart[*x][*y];
                    if !apart[a][b] && self.next[a].iter().zip(&self.next[b]).any(lead_apart) {
                        apart[a][b] = true;
                        apart[b][a] = true;
                        changed = true;
                    }
                }
            }
        }
        let is_first = |a: &usize| (0..*a).all(|b| !reached[b] || apart[*a][b]);
        (0..count).filter(|a| reached[*a]).filter(is_first).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words over one bit in which the number of ones leaves the rest `wanted`, modulo `modulus`.
    fn modular(modulus: u32, wanted: &'static [u32]) -> Dfa {
        let step = |state: u32, letter: u32| Some((state + letter) % modulus);
        Dfa::explore(1, wanted.contains(&0), 0, step, |state| Some(wanted.contains(&state)))
            .unwrap()
    }

    #[test]
    fn equal_languages_have_no_difference() {
        assert_eq!(modular(2, &[0]).difference(&modular(4, &[0, 2])), None);
    }

    #[test]
    fn a_difference_is_a_shortest_word() {
        assert_eq!(modular(3, &[0]).difference(&modular(6, &[0])), Some(vec![1, 1, 1]));
    }

    #[test]
    fn states_that_no_word_tells_apart_count_once() {
        assert_eq!(modular(6, &[0, 2, 4]).minimal_states(), 2);
        assert_eq!(modular(6, &[0]).minimal_states(), 6);
        assert_eq!(modular(6, &[0, 1, 2, 3, 4, 5]).minimal_states(), 1);
    }
}
