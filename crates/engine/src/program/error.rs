//! Why contracts cannot be compiled.

use std::fmt;

use crate::automaton::LowerError;
use crate::formula::Formula;
use crate::ground::{AtomError, PlanError, SetError, SetFlaw};
use crate::limits::{
    CONTRACTS_MAX, GUARANTEES_MAX, KEY_PARTS_MAX, LETTERS_MAX, OBLIGATIONS_MAX, OPERATIONS_MAX,
    PROPOSITIONS_MAX, PROVENANCE_SOURCES_MAX, STATE_WORDS_MAX,
};

/// Which part of a contract an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    /// The whole contract.
    Contract,
    /// The assumption at this place.
    Assumption(usize),
    /// The guarantee at this place.
    Guarantee(usize),
}

/// Why a contract cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    contract: usize,
    clause: Clause,
    kind: ErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ErrorKind {
    TooManyContracts(usize),
    NoGuarantee,
    TooManyGuarantees(usize),
    TooManyKeyParts(usize),
    BadKey,
    TooMuchState(usize),
    TooManyOperations,
    TooManyPropositions,
    TooManyLetters,
    TooManyObligations,
    FutureInPast(String),
    FutureInActivation,
    NoActivation,
    Malformed,
    Unsupported(&'static str),
    NotANumber(String),
    TooMuchKept(String, u16),
    TooManySources,
    SelfRedirect(String),
    RedirectToSeveral(String),
    Tools(SetError),
    Set(SetFlaw),
    Regexes(String),
    Automaton,
}

impl CompileError {
    /// The same error of the contract at another place.
    pub(super) fn at(self, contract: usize) -> Self {
        Self { contract, ..self }
    }

    pub(super) fn new(contract: usize, clause: Clause, kind: ErrorKind) -> Self {
        Self { contract, clause, kind }
    }

    /// The place of the contract in the slice that was compiled.
    pub fn contract(&self) -> usize {
        self.contract
    }

    /// Which part of the contract it is about.
    pub fn clause(&self) -> Clause {
        self.clause
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match &self.kind {
            ErrorKind::TooManyPropositions
            | ErrorKind::TooManyLetters
            | ErrorKind::TooManyObligations => Some("split the formula into several guarantees"),
            ErrorKind::BadKey => {
                Some("name `agent`, a fact or a path of arguments, such as `args.account_id`")
            }
            ErrorKind::TooManyKeyParts(_) => Some("judge the contract for each of fewer things"),
            ErrorKind::TooManyGuarantees(_)
            | ErrorKind::TooManyOperations
            | ErrorKind::Automaton => Some("split the contract into several contracts"),
            ErrorKind::FutureInPast(_) => {
                Some("look back from the later event instead: `G(b -> O a)`")
            }
            ErrorKind::FutureInActivation => {
                Some("activation is decided at one event: write `f` or `F f`")
            }
            ErrorKind::NoActivation => Some("give an assumption, or leave out `activate_at`"),
            ErrorKind::SelfRedirect(_) => Some("redirect to another tool, or use `block`"),
            ErrorKind::RedirectToSeveral(_) => Some("name one tool"),
            ErrorKind::Tools(error) => Some(error.hint()),
            ErrorKind::Set(flaw) => flaw.hint(),
            ErrorKind::TooManySources => Some("name the same sources in several contracts"),
            ErrorKind::Regexes(_) => Some("use shorter or simpler regular expressions"),
            ErrorKind::NotANumber(_) => {
                Some("how much is kept follows from the number: write one, or leave out `within`")
            }
            ErrorKind::TooMuchKept(..) => Some(
                "that much would be kept in each session: use a smaller number, or a shorter window",
            ),
            ErrorKind::TooManyContracts(_)
            | ErrorKind::NoGuarantee
            | ErrorKind::TooMuchState(_)
            | ErrorKind::Malformed
            | ErrorKind::Unsupported(_) => None,
        }
    }
}

fn key_parts(f: &mut fmt::Formatter<'_>, n: usize) -> fmt::Result {
    write!(f, "a key of {n} parts has more than the {KEY_PARTS_MAX} allowed")
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::TooManyContracts(n) => {
                write!(f, "{n} contracts are more than the {CONTRACTS_MAX} allowed")
            }
            ErrorKind::NoGuarantee => f.write_str("the contract guarantees nothing"),
            ErrorKind::BadKey => f.write_str("its key cannot be read"),
            ErrorKind::TooManyKeyParts(n) => key_parts(f, *n),
            ErrorKind::TooManyGuarantees(n) => {
                write!(
                    f,
                    "{n} guarantees are more than the {GUARANTEES_MAX} allowed in one contract"
                )
            }
            ErrorKind::TooMuchState(n) => {
                write!(
                    f,
                    "a session would hold {n} words of state, more than the {STATE_WORDS_MAX} allowed"
                )
            }
            ErrorKind::TooManyOperations => {
                write!(f, "the clause needs more than {OPERATIONS_MAX} operations an event")
            }
            ErrorKind::TooManyPropositions => {
                write!(
                    f,
                    "the formula has more than {PROPOSITIONS_MAX} parts whose order in time matters"
                )
            }
            ErrorKind::TooManyLetters => {
                write!(f, "the parts of the formula combine in more than {LETTERS_MAX} ways")
            }
            ErrorKind::TooManyObligations => {
                write!(f, "the formula can owe more than {OBLIGATIONS_MAX} different things")
            }
            ErrorKind::FutureInPast(part) => {
                write!(f, "a past operator looks at a later event in `{part}`")
            }
            ErrorKind::FutureInActivation => {
                f.write_str("the assumption of a `first_match` contract looks ahead")
            }
            ErrorKind::NoActivation => f.write_str("`first_match` needs an assumption to match"),
            ErrorKind::Malformed => {
                f.write_str("a word of the formula has arguments it does not take")
            }
            ErrorKind::NotANumber(term) => {
                write!(f, "`{term}` is compared with something that is no number")
            }
            ErrorKind::TooMuchKept(term, most) => {
                write!(f, "`{term}` is compared with a number above {most}")
            }
            ErrorKind::Unsupported(word) => write!(f, "`{word}` is not supported here"),
            ErrorKind::SelfRedirect(tool) => write!(f, "`{tool}` is redirected to itself"),
            ErrorKind::RedirectToSeveral(text) => {
                write!(f, "a substitute is one tool, and `{text}` is not")
            }
            ErrorKind::Tools(error) => write!(f, "{error}"),
            ErrorKind::Set(flaw) => write!(f, "{flaw}"),
            ErrorKind::TooManySources => {
                write!(
                    f,
                    "the contracts name more than the {PROVENANCE_SOURCES_MAX} different sources allowed"
                )
            }
            ErrorKind::Regexes(message) => {
                write!(f, "the regular expressions are too large together: {message}")
            }
            ErrorKind::Automaton => f.write_str("the automaton of the clause is too large"),
        }
    }
}

impl std::error::Error for CompileError {}

impl ErrorKind {
    /// Why `formula` has no plan.
    pub(super) fn plan(error: PlanError, formula: &Formula) -> Self {
        match error {
            PlanError::FutureInPast(part) => Self::FutureInPast(formula.display(part).to_string()),
            PlanError::TooManyOperations => Self::TooManyOperations,
            PlanError::Atom(AtomError::Unsupported(word)) => Self::Unsupported(word.entry().name),
            PlanError::Atom(AtomError::NotANumber(term)) => Self::NotANumber(term),
            PlanError::Atom(AtomError::TooMuchKept(term, most)) => Self::TooMuchKept(term, most),
            PlanError::Atom(AtomError::Tools(error)) => Self::Tools(error),
            PlanError::Atom(AtomError::Set(flaw)) => Self::Set(flaw),
            PlanError::Atom(AtomError::TooManySources) => Self::TooManySources,
            PlanError::Atom(_) => Self::Malformed,
        }
    }
}

impl From<LowerError> for ErrorKind {
    fn from(error: LowerError) -> Self {
        match error {
            LowerError::TooManyObligations => Self::TooManyObligations,
            LowerError::TooManyPropositions => Self::TooManyPropositions,
            // The planner has refused a future operator below a past one before.
            LowerError::PastOperator => Self::Malformed,
        }
    }
}
