//! The automaton of a formula by itself, each fact taken as a free proposition.
//!
//! This is the automata construction without tools, arguments and sessions: what the differential tests compare
//! with other decision procedures, and what set analyses of formulas work on. Past operators and comparisons are
//! not part of it.

use std::sync::Arc;

use super::lower::{Literal, LowerError, Propositions, lower};
use super::{Alphabet, Automaton, Entry, Form, StepError, Temporal};
use crate::formula::{Formula, Node, NodeId, Symbol};
use crate::ground::catalog::Word;
use crate::verdict::Verdict;

/// A deterministic automaton over the facts of one formula.
///
/// A letter is a bit set: bit `i` is the truth of [`propositions`](Self::propositions)`[i]`. The fact
/// `called_any` says that the event is a call, over which `X` and the bounded operators count.
#[derive(Debug)]
pub struct PropositionalAutomaton {
    propositions: Vec<Symbol>,
    automaton: Arc<Automaton>,
}

/// A state of a [`PropositionalAutomaton`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PropositionalState(Entry);

/// Why a formula has no such automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PropositionalError {
    /// It contains a past operator or a comparison.
    #[error("the formula is not made of facts and future operators")]
    NotPropositional,
    /// It is over a limit.
    #[error("the formula is too large for an automaton")]
    TooLarge,
}

impl From<LowerError> for PropositionalError {
    fn from(error: LowerError) -> Self {
        match error {
            LowerError::PastOperator => Self::NotPropositional,
            LowerError::TooManyObligations | LowerError::TooManyPropositions => Self::TooLarge,
        }
    }
}

impl From<StepError> for PropositionalError {
    fn from(_: StepError) -> Self {
        Self::TooLarge
    }
}

impl PropositionalAutomaton {
    /// Builds the automaton: in full where it fits and `lazy` is false, else as it runs.
    pub fn new(formula: &Formula, lazy: bool) -> Result<Self, PropositionalError> {
        let mut facts = Facts { formula, found: Vec::new() };
        let mut temporal = Temporal::default();
        let root = lower(formula, &mut temporal, &mut facts)?;
        let propositions = facts.found;
        let alphabet =
            Alphabet::full(propositions.len()).map_err(|_| PropositionalError::TooLarge)?;
        let form = if lazy { Form::Lazy } else { Form::Fitting };
        Ok(Self { propositions, automaton: Automaton::new(&temporal, root, alphabet, form) })
    }

    /// The facts, in the order of the bits of a letter.
    pub fn propositions(&self) -> &[Symbol] {
        &self.propositions
    }

    /// The number of states: of the minimal automaton, the state before the first event included; or, built
    /// lazily, of the states found so far.
    pub fn states(&self) -> usize {
        self.automaton.states()
    }

    /// Whether it was built in full.
    pub fn is_dense(&self) -> bool {
        self.automaton.table().is_some()
    }

    /// The state before the first event.
    pub fn initial(&self) -> Result<PropositionalState, PropositionalError> {
        Ok(PropositionalState(self.automaton.initial()?))
    }

    /// The state after an event with these propositions.
    pub fn step(
        &self,
        state: PropositionalState,
        letter: u32,
    ) -> Result<PropositionalState, PropositionalError> {
        Ok(PropositionalState(self.automaton.step(state.0, letter)?))
    }
}

impl PropositionalState {
    /// The verdict of the state.
    pub fn verdict(self) -> Verdict {
        self.0.verdict()
    }

    /// The number of the state.
    pub fn number(self) -> u32 {
        self.0.state()
    }
}

struct Facts<'f> {
    formula: &'f Formula,
    found: Vec<Symbol>,
}

impl Facts<'_> {
    fn place(&mut self, symbol: &Symbol) -> Result<u8, LowerError> {
        let place = self.found.iter().position(|known| known == symbol).unwrap_or_else(|| {
            self.found.push(symbol.clone());
            self.found.len().saturating_sub(1)
        });
        u8::try_from(place).map_err(|_| LowerError::TooManyPropositions)
    }
}

impl Propositions for Facts<'_> {
    fn is_proposition(&self, node: NodeId) -> bool {
        matches!(self.formula.node(node), Some(Node::Fact(_)))
    }

    fn literal(&mut self, node: NodeId, negated: bool) -> Result<Literal, LowerError> {
        match self.formula.node(node) {
            Some(Node::Fact(symbol)) => {
                Ok(Literal::Proposition { index: self.place(symbol)?, positive: !negated })
            }
            _ => Err(LowerError::PastOperator),
        }
    }

    fn call(&mut self) -> Result<u8, LowerError> {
        self.place(&Symbol { word: Word::CalledAny, args: Box::default() })
    }
}
