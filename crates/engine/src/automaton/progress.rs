//! Progression: what is still owed after one more event.
//!
//! # The idea
//!
//! To judge `G(a -> F b)` over the rest of a session one need not keep the past, only what it left behind: after
//! an `a` without a `b`, the rest must satisfy `F b & G(a -> F b)`; otherwise just `G(a -> F b)`. Brzozowski did
//! this for regular expressions ("Derivatives of Regular Expressions", 1964), Bacchus and Kabanza for temporal
//! logic ("Using temporal logics to express search control knowledge", 2000). One event rewrites a formula into
//! what the events after it must satisfy; the distinct results are the states of an automaton.
//!
//! ```text
//!              a & !b                      What is owed is a set of *obligations*, formulas
//!        ┌──────────────────┐              that must hold at the next event:
//!        │                  ▼
//!   ┌─────────┐        ┌─────────┐         state 0   { G(a -> F b) }
//!   │ holding │        │ pending │         state 1   { F b, G(a -> F b) }
//!   └─────────┘        └─────────┘
//!        ▲        b         │              An obligation is *weak* (met if no event follows)
//!        └──────────────────┘              or *strong* (not met): that decides acceptance.
//! ```
//!
//! # Why an antichain of sets
//!
//! Rewriting needs a normal form, or equal formulas look different and the automaton never closes. A residual
//! formula is a *monotone* Boolean function of obligations, since negation stands only before propositions. A
//! monotone function has exactly one minimal disjunctive normal form: an antichain of sets. So a state is a
//! sorted list of bit sets, of which none contains another; equality of states is equality of lists.
//!
//! Obligations are not independent: `F[<=2] b` implies `F[<=3] b`, and "there is a next event, and f" implies
//! "if there is a next event, f". A set drops what its other members imply, and sets are compared up to
//! implication. That is still a normal form, and it is what keeps bounded operators small.
//!
//! # What was rejected
//!
//! * Rewriting formula trees with simplification laws: it does not close without a normal form, and grows with
//!   the session where the laws miss a case.
//! * Binary decision diagrams: canonical too, but a library or a thousand lines, for formulas with a handful of
//!   obligations.
//! * Translation to an alternating automaton and subset construction: the same states, found less directly.
//! * Translators for infinite words: a session is finite, and `G X! true` tells the difference.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::temporal::{Op, Temporal, TemporalId};
use crate::limits::RESIDUAL_CLAUSES_MAX;

/// A set of obligations that must all be met: a bit set.
pub(crate) type Clause = Box<[u64]>;

/// What is owed: one of the clauses must be met. Sorted; no clause implies another. Empty is false; a single empty
/// clause is true.
pub(crate) type Residual = Box<[Clause]>;

/// The residual has more alternatives than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyClauses;

/// A formula at the next event.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Obligation {
    formula: TemporalId,
    strong: bool,
}

/// A temporal formula with the tables that progression needs.
#[derive(Debug)]
pub(crate) struct Progression {
    ops: Box<[Op]>,
    /// The formula of each obligation.
    obligations: Box<[TemporalId]>,
    /// For an operator that leaves an obligation behind: which.
    left_behind: Box<[Option<usize>]>,
    /// The obligations each obligation implies, itself included.
    implied: Box<[Clause]>,
    /// The strong obligations.
    strong: Clause,
    initial: usize,
}

impl Progression {
    pub(crate) fn new(temporal: &Temporal, root: TemporalId) -> Self {
        let mut obligations: Vec<Obligation> = Vec::new();
        let mut index: HashMap<Obligation, usize, FixedState> = HashMap::default();
        let mut place = |obligation| {
            *index.entry(obligation).or_insert_with(|| {
                obligations.push(obligation);
                obligations.len().saturating_sub(1)
            })
        };
        let needed = reachable(temporal, root);
        let mut left_behind = vec![None; temporal.ops().len()];
        for (at, op) in temporal.ops().iter().enumerate() {
            let obligation = match *op {
                Op::WeakNext(f) => Obligation { formula: f, strong: false },
                Op::StrongNext(f) => Obligation { formula: f, strong: true },
                Op::Until(..) | Op::Release(..) => {
                    let Some(formula) = temporal.id_at(at) else { continue };
                    Obligation { formula, strong: matches!(op, Op::Until(..)) }
                }
                _ => continue,
            };
            if needed.get(at).copied().unwrap_or(false)
                && let Some(slot) = left_behind.get_mut(at)
            {
                *slot = Some(place(obligation));
            }
        }
        let initial = place(Obligation { formula: root, strong: !accepts_empty(temporal, root) });
        let words = obligations.len().div_ceil(64).max(1);
        let mut strong = vec![0; words].into_boxed_slice();
        for (at, obligation) in obligations.iter().enumerate() {
            if obligation.strong {
                insert(&mut strong, at);
            }
        }
        let implied = implications(temporal, &obligations, &index, words);
        Self {
            ops: temporal.ops().into(),
            obligations: obligations.iter().map(|o| o.formula).collect(),
            left_behind: left_behind.into(),
            implied,
            strong,
            initial,
        }
    }

    /// The state before the first event.
    pub(crate) fn initial(&self) -> Residual {
        let mut clause = self.empty();
        insert(&mut clause, self.initial);
        [clause].into()
    }

    /// How many words of 64 bits a clause has.
    pub(crate) fn clause_words(&self) -> usize {
        self.strong.len()
    }

    /// Whether the session may end in this state.
    pub(crate) fn accepts(&self, residual: &Residual) -> bool {
        residual.iter().any(|clause| clause.iter().zip(&*self.strong).all(|(c, s)| c & s == 0))
    }

    /// For each obligation, what it leaves behind when the next event has these propositions.
    pub(crate) fn letter(&self, letter: u32) -> Result<Box<[Residual]>, TooManyClauses> {
        let mut progressed: Vec<Residual> = Vec::with_capacity(self.ops.len());
        for (at, op) in self.ops.iter().enumerate() {
            let left = self.left_behind.get(at).copied().flatten();
            let of = |id: TemporalId| progressed.get(id.index());
            let residual = match *op {
                Op::True => self.constant(true),
                Op::False => self.constant(false),
                Op::Literal { index, positive } => self.constant(
                    (letter.checked_shr(u32::from(index)).unwrap_or(0) & 1 == 1) == positive,
                ),
                Op::And(f, g) => self.and(of(f), of(g))?,
                Op::Or(f, g) => self.or(of(f), of(g))?,
                Op::WeakNext(_) | Op::StrongNext(_) => self.owed(left),
                Op::Until(f, g) => {
                    let on = self.and(of(f), Some(&self.owed(left)))?;
                    self.or(of(g), Some(&on))?
                }
                Op::Release(f, g) => {
                    let on = self.or(of(f), Some(&self.owed(left)))?;
                    self.and(of(g), Some(&on))?
                }
            };
            progressed.push(residual);
        }
        let of =
            |formula: &TemporalId| progressed.get(formula.index()).cloned().unwrap_or_default();
        Ok(self.obligations.iter().map(of).collect())
    }

    /// The state after an event, by the table of its [`letter`](Self::letter).
    pub(crate) fn step(
        &self,
        residual: &Residual,
        letter: &[Residual],
    ) -> Result<Residual, TooManyClauses> {
        let mut next = self.constant(false);
        for clause in residual {
            let mut all = self.constant(true);
            for obligation in members(clause) {
                all = self.and(Some(&all), letter.get(obligation))?;
                if all.is_empty() {
                    break;
                }
            }
            next = self.or(Some(&next), Some(&all))?;
        }
        Ok(next)
    }

    fn empty(&self) -> Clause {
        vec![0; self.strong.len()].into()
    }

    fn constant(&self, value: bool) -> Residual {
        if value { [self.empty()].into() } else { Box::default() }
    }

    fn owed(&self, obligation: Option<usize>) -> Residual {
        let Some(obligation) = obligation else { return Box::default() };
        let mut clause = self.empty();
        insert(&mut clause, obligation);
        [clause].into()
    }

    fn or(&self, f: Option<&Residual>, g: Option<&Residual>) -> Result<Residual, TooManyClauses> {
        let clauses = [f, g].into_iter().flatten().flat_map(|r| r.iter().cloned()).collect();
        self.antichain(clauses)
    }

    fn and(&self, f: Option<&Residual>, g: Option<&Residual>) -> Result<Residual, TooManyClauses> {
        let (Some(f), Some(g)) = (f, g) else { return Ok(Box::default()) };
        let count =
            f.len().checked_mul(g.len()).filter(|n| *n <= RESIDUAL_CLAUSES_MAX.saturating_mul(16));
        let mut clauses = Vec::with_capacity(count.ok_or(TooManyClauses)?);
        for left in f {
            for right in g {
                let union: Clause = left.iter().zip(&**right).map(|(l, r)| l | r).collect();
                clauses.push(self.without_implied(union));
            }
        }
        self.antichain(clauses)
    }

    /// Drops the obligations that others in the clause imply.
    fn without_implied(&self, clause: Clause) -> Clause {
        let mut kept = clause.clone();
        for member in members(&clause) {
            let Some(implied) = self.implied.get(member) else { continue };
            for (word, (k, i)) in kept.iter_mut().zip(&**implied).enumerate() {
                let own = if member / 64 == word { 1u64 << (member % 64) } else { 0 };
                *k &= !(i & !own);
            }
        }
        kept
    }

    /// Keeps the weakest clauses, sorted.
    fn antichain(&self, mut clauses: Vec<Clause>) -> Result<Residual, TooManyClauses> {
        clauses.sort_unstable();
        clauses.dedup();
        if clauses.len() > 1 {
            let closures: Vec<Clause> = clauses.iter().map(|c| self.closure(c)).collect();
            let absorbed: Vec<bool> = closures
                .iter()
                .enumerate()
                .map(|(at, closure)| {
                    let implies = |(other, clause): (usize, &Clause)| {
                        other != at && clause.iter().zip(&**closure).all(|(c, k)| c & !k == 0)
                    };
                    clauses.iter().enumerate().any(implies)
                })
                .collect();
            let mut absorbed = absorbed.into_iter();
            clauses.retain(|_| !absorbed.next().unwrap_or(false));
        }
        if clauses.len() > RESIDUAL_CLAUSES_MAX {
            return Err(TooManyClauses);
        }
        Ok(clauses.into())
    }

    /// Everything the clause implies.
    fn closure(&self, clause: &Clause) -> Clause {
        let mut closure = clause.clone();
        for member in members(clause) {
            if let Some(implied) = self.implied.get(member) {
                closure.iter_mut().zip(&**implied).for_each(|(c, i)| *c |= i);
            }
        }
        closure
    }
}

/// The obligations each obligation implies: itself, its weak form, and along chains all that follow.
fn implications(
    temporal: &Temporal,
    obligations: &[Obligation],
    index: &HashMap<Obligation, usize, FixedState>,
    words: usize,
) -> Box<[Clause]> {
    let mut implied: Vec<Clause> = vec![vec![0; words].into(); obligations.len()];
    let mut set = |from: usize, to: Option<&usize>| {
        if let (Some(clause), Some(to)) = (implied.get_mut(from), to) {
            insert(clause, *to);
        }
    };
    let mut chained: HashMap<TemporalId, (usize, usize), FixedState> = HashMap::default();
    for (chain, members) in temporal.chains().iter().enumerate() {
        chained.extend(members.iter().enumerate().map(|(place, id)| (*id, (chain, place))));
    }
    for (from, obligation) in obligations.iter().enumerate() {
        let forms = |formula| {
            let weak = index.get(&Obligation { formula, strong: false });
            let strong = index.get(&Obligation { formula, strong: true });
            [weak, strong.filter(|_| obligation.strong)]
        };
        forms(obligation.formula).into_iter().for_each(|to| set(from, to));
        set(from, Some(&from));
        if let Some((chain, place)) = chained.get(&obligation.formula) {
            let weaker =
                temporal.chains().get(*chain).into_iter().flatten().skip(place.saturating_add(1));
            weaker.flat_map(|id| forms(*id)).for_each(|to| set(from, to));
        }
    }
    implied.into()
}

/// The nodes below `root`.
fn reachable(temporal: &Temporal, root: TemporalId) -> Vec<bool> {
    let mut needed = vec![false; temporal.ops().len()];
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        let Some(seen) = needed.get_mut(id.index()) else { continue };
        if core::mem::replace(seen, true) {
            continue;
        }
        match temporal.op(id) {
            Op::True | Op::False | Op::Literal { .. } => {}
            Op::WeakNext(f) | Op::StrongNext(f) => stack.push(f),
            Op::And(f, g) | Op::Or(f, g) | Op::Until(f, g) | Op::Release(f, g) => {
                stack.extend([f, g])
            }
        }
    }
    needed
}

/// Whether a session without any event is accepted: no proposition holds in it, nothing is ever met, and nothing is
/// ever broken.
fn accepts_empty(temporal: &Temporal, root: TemporalId) -> bool {
    let mut accepts: Vec<bool> = Vec::with_capacity(temporal.ops().len());
    for op in temporal.ops() {
        let of = |id: TemporalId| accepts.get(id.index()).copied().unwrap_or(false);
        let value = match *op {
            Op::True | Op::WeakNext(_) | Op::Release(..) => true,
            Op::False | Op::StrongNext(_) | Op::Until(..) => false,
            Op::Literal { positive, .. } => !positive,
            Op::And(f, g) => of(f) && of(g),
            Op::Or(f, g) => of(f) || of(g),
        };
        accepts.push(value);
    }
    accepts.get(root.index()).copied().unwrap_or(false)
}

fn insert(clause: &mut Clause, member: usize) {
    if let Some(word) = clause.get_mut(member / 64) {
        *word |= 1 << (member % 64);
    }
}

fn members(clause: &Clause) -> impl Iterator<Item = usize> {
    clause.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        core::iter::from_fn(move || {
            let bit = usize::try_from(rest.trailing_zeros()).ok().filter(|b| *b < 64)?;
            rest &= rest.wrapping_sub(1);
            Some(at.saturating_mul(64).saturating_add(bit))
        })
    })
}
