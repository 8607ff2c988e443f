//! Formulas in the form that automata are made of.
//!
//! A temporal formula is a positive Boolean combination of literals over numbered propositions and of four
//! operators: weak and strong next (of events), until and release. Everything else is written with them, negation
//! stands only before propositions, and equal subformulas are one node. Operands come before their node, so each
//! pass is a loop.
//!
//! Steps of calls are written out here, too: `X f` over calls is `X (!c W (c & f))` over events, where `c` says
//! that the event is a call. A bound `F[<=n]` becomes a chain of `n` such formulas. Each member of the chain
//! implies the next weaker one; the chain is remembered, because `progress` throws away what is implied, which
//! is what keeps a deadline of `n` calls at about `n` states where a naive construction has 2^n.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::limits::OBLIGATIONS_MAX;

/// A node of a [`Temporal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TemporalId(u32);

impl TemporalId {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// One node; operands come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    True,
    False,
    /// Proposition `index`, or its negation.
    Literal {
        index: u8,
        positive: bool,
    },
    And(TemporalId, TemporalId),
    Or(TemporalId, TemporalId),
    /// At the next event, if there is one.
    WeakNext(TemporalId),
    /// At the next event, which there is.
    StrongNext(TemporalId),
    /// The second holds eventually, the first until then.
    Until(TemporalId, TemporalId),
    /// The second holds up to and including where the first does, or for ever.
    Release(TemporalId, TemporalId),
}

/// The formula is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyObligations;

/// Nodes of temporal formulas, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Temporal {
    ops: Vec<Op>,
    index: HashMap<Op, TemporalId, FixedState>,
    /// Chains of nodes, each of which implies all after it.
    chains: Vec<Vec<TemporalId>>,
}

type Built = Result<TemporalId, TooManyObligations>;

impl Temporal {
    pub(crate) fn ops(&self) -> &[Op] {
        &self.ops
    }

    pub(crate) fn chains(&self) -> &[Vec<TemporalId>] {
        &self.chains
    }

    pub(crate) fn id_at(&self, index: usize) -> Option<TemporalId> {
        u32::try_from(index).ok().filter(|_| index < self.ops.len()).map(TemporalId)
    }

    pub(crate) fn op(&self, id: TemporalId) -> Op {
        self.ops.get(id.index()).copied().unwrap_or(Op::False)
    }

    fn add(&mut self, op: Op) -> Built {
        if let Some(id) = self.index.get(&op) {
            return Ok(*id);
        }
        if self.ops.len() >= OBLIGATIONS_MAX {
            return Err(TooManyObligations);
        }
        let id = TemporalId(u32::try_from(self.ops.len()).map_err(|_| TooManyObligations)?);
        self.ops.push(op);
        self.index.insert(op, id);
        Ok(id)
    }

    pub(crate) fn constant(&mut self, value: bool) -> Built {
        self.add(if value { Op::True } else { Op::False })
    }

    pub(crate) fn literal(&mut self, index: u8, positive: bool) -> Built {
        self.add(Op::Literal { index, positive })
    }

    pub(crate) fn and(&mut self, f: TemporalId, g: TemporalId) -> Built {
        match (self.op(f), self.op(g)) {
            (Op::False, _) | (_, Op::True) => Ok(f),
            (_, Op::False) | (Op::True, _) => Ok(g),
            _ if f == g => Ok(f),
            _ => self.add(Op::And(f.min(g), f.max(g))),
        }
    }

    pub(crate) fn or(&mut self, f: TemporalId, g: TemporalId) -> Built {
        match (self.op(f), self.op(g)) {
            (Op::True, _) | (_, Op::False) => Ok(f),
            (_, Op::True) | (Op::False, _) => Ok(g),
            _ if f == g => Ok(f),
            _ => self.add(Op::Or(f.min(g), f.max(g))),
        }
    }

    /// `f U g`
    pub(crate) fn until(&mut self, f: TemporalId, g: TemporalId) -> Built {
        match self.op(g) {
            Op::True | Op::False => Ok(g),
            _ if f == g || self.op(f) == Op::False => Ok(g),
            _ => self.add(Op::Until(f, g)),
        }
    }

    /// `f R g`
    pub(crate) fn release(&mut self, f: TemporalId, g: TemporalId) -> Built {
        match self.op(g) {
            Op::True | Op::False => Ok(g),
            _ if f == g || self.op(f) == Op::True => Ok(g),
            _ => self.add(Op::Release(f, g)),
        }
    }

    /// `f W g`, which is `g R (f | g)`.
    pub(crate) fn weak_until(&mut self, f: TemporalId, g: TemporalId) -> Built {
        let either = self.or(f, g)?;
        self.release(g, either)
    }

    /// `f` at the next call: weakly (if there is one) or strongly (there is one).
    pub(crate) fn next_call(&mut self, call: u8, f: TemporalId, strong: bool) -> Built {
        let waiting = self.wait_for_call(call, f, strong)?;
        match (strong, self.op(waiting)) {
            (false, Op::True) | (true, Op::False) => Ok(waiting),
            (false, _) => self.add(Op::WeakNext(waiting)),
            (true, _) => self.add(Op::StrongNext(waiting)),
        }
    }

    /// `!c W (c & f)`, or with `U` in place of `W`.
    fn wait_for_call(&mut self, call: u8, f: TemporalId, strong: bool) -> Built {
        let is_call = self.literal(call, true)?;
        let is_not_call = self.literal(call, false)?;
        let there = self.and(is_call, f)?;
        match (strong, self.op(f)) {
            (true, _) => self.until(is_not_call, there),
            (false, Op::True) => Ok(f),
            (false, _) => {
                // `!c | (c & f)` is `!c | f`.
                let either = self.or(is_not_call, f)?;
                self.release(there, either)
            }
        }
    }

    /// `F[<=n] f` where `strong`, else `G[<=n] f`: `f` here, and/or at the next calls.
    pub(crate) fn within(&mut self, call: u8, n: u32, f: TemporalId, strong: bool) -> Built {
        let mut chain = Vec::new();
        let mut bounded = f;
        for _ in 0..n {
            chain.push(self.wait_for_call(call, bounded, strong)?);
            let later = self.next_call(call, bounded, strong)?;
            bounded = if strong { self.or(f, later)? } else { self.and(f, later)? };
        }
        // "Within fewer" implies "within more"; "during more" implies "during fewer".
        if !strong {
            chain.reverse();
        }
        if chain.len() > 1 {
            self.chains.push(chain);
        }
        Ok(bounded)
    }
}
