//! From the formulas people write to [`Temporal`] ones: negation normal form.
//!
//! Negation is pushed down to where `propositions` takes over. Both polarities of a node may be needed, so the
//! work list holds pairs of a node and a sign; operands come before their node, so two loops do it.

use super::temporal::{Temporal, TemporalId, TooManyObligations};
use crate::formula::{Formula, Node, NodeId};

/// What stands for the parts of a formula that are about one event.
pub(crate) trait Propositions {
    /// Whether `node` is taken as one proposition.
    fn is_proposition(&self, node: NodeId) -> bool;
    /// The literal for `node`, negated or not.
    fn literal(&mut self, node: NodeId, negated: bool) -> Result<Literal, LowerError>;
    /// The proposition "this event is a call".
    fn call(&mut self) -> Result<u8, LowerError>;
}

/// What a proposition becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Constant(bool),
    Proposition { index: u8, positive: bool },
}

/// Why a formula has no automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LowerError {
    TooManyObligations,
    TooManyPropositions,
    /// A past operator that the propositions do not cover.
    PastOperator,
}

impl From<TooManyObligations> for LowerError {
    fn from(_: TooManyObligations) -> Self {
        Self::TooManyObligations
    }
}

/// The temporal form of `formula` in `temporal`.
pub(crate) fn lower(
    formula: &Formula,
    temporal: &mut Temporal,
    propositions: &mut impl Propositions,
) -> Result<TemporalId, LowerError> {
    let needed = needed_signs(formula, propositions);
    let mut lowered: Vec<[Option<TemporalId>; 2]> = Vec::with_capacity(needed.len());
    for ((id, node), needed) in formula.iter().zip(&needed) {
        let mut both = [None, None];
        for (slot, negated) in both.iter_mut().zip([false, true]) {
            let wanted = if negated { needed[1] } else { needed[0] };
            if !wanted {
                continue;
            }
            *slot = Some(if propositions.is_proposition(id) {
                match propositions.literal(id, negated)? {
                    Literal::Constant(value) => temporal.constant(value)?,
                    Literal::Proposition { index, positive } => {
                        temporal.literal(index, positive)?
                    }
                }
            } else {
                let of = |operand: NodeId, negated: bool| {
                    let pair = lowered.get(operand.index()).copied().unwrap_or_default();
                    let [plain, negative] = pair;
                    (if negated { negative } else { plain }).ok_or(LowerError::TooManyObligations)
                };
                operator(node, negated, &of, temporal, propositions)?
            });
        }
        lowered.push(both);
    }
    let root = lowered.last().copied().unwrap_or_default();
    root[0].ok_or(LowerError::TooManyObligations)
}

fn operator(
    node: &Node,
    negated: bool,
    of: &impl Fn(NodeId, bool) -> Result<TemporalId, LowerError>,
    temporal: &mut Temporal,
    propositions: &mut impl Propositions,
) -> Result<TemporalId, LowerError> {
    let same = |f: &NodeId| of(*f, negated);
    let flipped = |f: &NodeId| of(*f, !negated);
    Ok(match node {
        Node::True => temporal.constant(!negated)?,
        Node::False => temporal.constant(negated)?,
        Node::Not(f) => flipped(f)?,
        Node::And(f, g) if negated => temporal.or(same(f)?, same(g)?)?,
        Node::And(f, g) => temporal.and(same(f)?, same(g)?)?,
        Node::Or(f, g) if negated => temporal.and(same(f)?, same(g)?)?,
        Node::Or(f, g) => temporal.or(same(f)?, same(g)?)?,
        Node::Implies(f, g) if negated => temporal.and(flipped(f)?, same(g)?)?,
        Node::Implies(f, g) => temporal.or(flipped(f)?, same(g)?)?,
        Node::Next(f) => temporal.next_call(propositions.call()?, same(f)?, negated)?,
        Node::StrongNext(f) => temporal.next_call(propositions.call()?, same(f)?, !negated)?,
        Node::Finally(f) | Node::Globally(f) => {
            let strong = matches!(node, Node::Finally(_)) != negated;
            let constant = temporal.constant(strong)?;
            if strong {
                temporal.until(constant, same(f)?)?
            } else {
                temporal.release(constant, same(f)?)?
            }
        }
        Node::Until(f, g) if negated => temporal.release(same(f)?, same(g)?)?,
        Node::Until(f, g) => temporal.until(same(f)?, same(g)?)?,
        Node::Release(f, g) if negated => temporal.until(same(f)?, same(g)?)?,
        Node::Release(f, g) => temporal.release(same(f)?, same(g)?)?,
        Node::WeakUntil(f, g) if negated => {
            // `!(f W g)` is `!g U (!f & !g)`.
            let neither = temporal.and(same(f)?, same(g)?)?;
            temporal.until(same(g)?, neither)?
        }
        Node::WeakUntil(f, g) => temporal.weak_until(same(f)?, same(g)?)?,
        Node::FinallyWithin(n, f) => {
            temporal.within(propositions.call()?, *n, same(f)?, !negated)?
        }
        Node::GloballyWithin(n, f) => {
            temporal.within(propositions.call()?, *n, same(f)?, negated)?
        }
        Node::Fact(_)
        | Node::Compare(..)
        | Node::Yesterday(_)
        | Node::Once(_)
        | Node::Historically(_)
        | Node::Since(..)
        | Node::OnceWithin(..)
        | Node::Rise(_) => return Err(LowerError::PastOperator),
    })
}

/// With which signs each node is needed, from the root down.
fn needed_signs(formula: &Formula, propositions: &impl Propositions) -> Vec<[bool; 2]> {
    let mut needed = vec![[false, false]; formula.nodes().len()];
    if let Some(root) = needed.last_mut() {
        root[0] = true;
    }
    for (id, node) in formula.iter().rev() {
        let signs = needed.get(id.index()).copied().unwrap_or_default();
        if propositions.is_proposition(id) {
            continue;
        }
        for (place, operand) in node.operands().enumerate() {
            let flips =
                matches!(node, Node::Not(_)) || (matches!(node, Node::Implies(..)) && place == 0);
            let [plain, negated] = signs;
            let (plain, negated) = if flips { (negated, plain) } else { (plain, negated) };
            if let Some(slot) = needed.get_mut(operand.index()) {
                *slot = [slot[0] || plain, slot[1] || negated];
            }
        }
    }
    needed
}
