//! Edges: monitors whose letter an event's tool already tells.
//!
//! Nearly all that a step looks at are edges, and nearly all of them lead back to where their monitor is. So a step
//! asks of each only whether it does, and the answer is a bit: no table is read, what is asked lies together in memory,
//! and which edges lead elsewhere is worked out without a branch for each, because that is what a processor guesses
//! worst.

use super::ContractId;
use super::monitor::MonitorId;
use crate::automaton::Table;

/// The place of no word: a state has fewer words.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Monitors whose letter is known. What every step asks of each, its [`Gate`], lies apart from what only moving takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edges {
    gates: Vec<Gate>,
    edges: Vec<Edge>,
}

/// Whether an edge leads anywhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    /// The word of the automaton's entry.
    pub(crate) word: u32,
    /// A bit for each state that the edge leads out of. States beyond the bits share them, see [`left_states`].
    pub(super) left: u32,
}

/// How many edges are looked at together: as many as a mask has bits.
const TOGETHER: usize = 64;

/// Some edges that lead somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moving {
    /// The place of the edge that the lowest bit stands for.
    from: usize,
    /// A bit for each of the edges from there on.
    which: u64,
}

impl Moving {
    /// The place of the first edge behind those that it tells about.
    #[inline]
    pub(crate) fn end(self) -> usize {
        self.from.wrapping_add(TOGETHER)
    }
}

impl Iterator for Moving {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        if self.which == 0 {
            return None;
        }
        let bit = usize::try_from(self.which.trailing_zeros()).unwrap_or(usize::MAX);
        self.which &= self.which.wrapping_sub(1);
        Some(self.from.wrapping_add(bit))
    }
}

/// Where a monitor goes whose letter is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// The first entry of the class's row in the program's rows.
    pub(super) row: u32,
    /// The word of the event that takes the automaton out of its first state, or [`NOWHERE`].
    pub(crate) armed: u32,
    pub(crate) monitor: MonitorId,
    pub(crate) contract: ContractId,
    /// Whether the contract has no other monitor.
    pub(crate) sole: bool,
}

impl Gate {
    /// Whether the monitor that is at the entry `word` has to be stepped: if not, the edge leads back to it.
    #[inline]
    fn opens(self, word: u32) -> u32 {
        self.left.wrapping_shr(word >> 2) & 1
    }
}

impl Edge {
    /// The place in the program's rows of the entry that follows the entry `word`.
    #[inline]
    pub(crate) fn row_of(&self, word: u32) -> usize {
        // Two numbers of 32 bits cannot exceed one of 64, nor a place in memory that there is.
        let [row, state] = [self.row, word >> 2].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        row.wrapping_add(state)
    }
}

impl Edges {
    pub(super) fn push(&mut self, gate: Gate, edge: Edge) {
        self.gates.push(gate);
        self.edges.push(edge);
    }

    /// Takes over those of `other` that are wanted.
    pub(crate) fn extend(&mut self, other: &Self, wanted: impl Fn(&MonitorId) -> bool) {
        let all = other.gates.iter().zip(&other.edges);
        all.filter(|(_, edge)| wanted(&edge.monitor))
            .for_each(|(gate, edge)| self.push(*gate, *edge));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// The first edges, from the place `from` on, that lead anywhere, or whose monitor has no word.
    #[inline(always)]
    pub(crate) fn moving(&self, from: usize, words: &[u32]) -> Option<Moving> {
        let mut from = from;
        for gates in self.gates.get(from..)?.chunks(TOGETHER) {
            let mut which = 0u64;
            for gate in gates.iter().rev() {
                let word = words.get(usize::try_from(gate.word).unwrap_or(usize::MAX));
                which = which << 1 | u64::from(word.map_or(1, |word| gate.opens(*word)));
            }
            if which != 0 {
                return Some(Moving { from, which });
            }
            from = from.wrapping_add(TOGETHER);
        }
        None
    }

    #[inline(always)]
    pub(crate) fn get(&self, place: usize) -> Option<(Gate, &Edge)> {
        Some((*self.gates.get(place)?, self.edges.get(place)?))
    }
}

/// The states that a class leads out of, a bit each. Bits of no state are set, and all of them where there are more
/// states than bits: then the table is asked.
pub(super) fn left_states(table: &Table, class: usize) -> u32 {
    let bits = usize::try_from(u32::BITS).unwrap_or(0);
    if table.states() > bits {
        return u32::MAX;
    }
    let stays = |state: &usize| {
        let entry = table.entry(*state);
        entry.is_some_and(|entry| table.next(entry, class) == Some(entry))
    };
    (0..table.states()).filter(stays).fold(u32::MAX, |left, state| left & !(1 << state))
}
