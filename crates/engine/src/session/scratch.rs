//! The buffers of a step, and its result.
//!
//! A step is decided in a [`Scratch`] and only then committed: everything it would change is a list of words to
//! write. A refused event is a list that is not applied, so refusing costs what allowing costs and leaves no
//! trace. The buffers are kept from step to step, and one scratch serves all sessions of a program on a thread,
//! so a warm step allocates nothing and ten thousand sessions do not each carry buffers.

use core::fmt;
use std::sync::Arc;

use super::keyed::Draft;
use crate::decision::{Decision, Outcome};
use crate::event::{Effects, Timestamp, Value};
use crate::ground::{Answers, Valuation, Values};
use crate::program::{ContractId, MonitorId, NOWHERE, Names, Program};
use crate::provenance::Reader;
use crate::verdict::Verdict;

/// What stands before an atom in a valuation that was asked about the substitute of a redirected call.
pub(crate) const SUBSTITUTE: &str = "substitute: ";

/// What stands before an atom in a valuation that was asked about by a contract that is judged for each value of a key.
pub(crate) fn each_prefix(group: usize) -> String {
    format!("each {group}: ")
}

/// The effects of a tool with its arguments.
type Analysis = dyn Fn(&str, &Value) -> Effects + Send + Sync;

/// Who finds out what a call would do, where a session has to know it of a call that no caller made: of the
/// substitute of a redirected one, and of the calls that would make a refused one possible.
#[derive(Clone)]
pub struct Analyst(Arc<Analysis>);

impl Analyst {
    /// One that answers with the effects of a tool with its arguments. It must be a function of these.
    pub fn new(effects: impl Fn(&str, &Value) -> Effects + Send + Sync + 'static) -> Self {
        Self(Arc::new(effects))
    }

    /// What a call would do.
    pub fn effects(&self, tool: &str, args: &Value) -> Effects {
        (self.0)(tool, args)
    }
}

impl fmt::Debug for Analyst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Analyst")
    }
}

/// The buffers that a step is decided in.
#[derive(Debug)]
pub struct Scratch {
    /// What names of tools mean.
    pub(crate) names: Names,
    pub(crate) answers: Answers,
    /// The digest of the id that joins the event with others.
    pub(crate) call_id: Option<u64>,
    pub(crate) values: Values,
    /// Words that the event would change.
    pub(crate) writes: Vec<Write>,
    /// Monitors whose verdict the event would change, of contracts that have several.
    pub(crate) changes: Vec<(MonitorId, Verdict, Verdict)>,
    /// Monitors that the event would violate, and their verdict before it.
    pub(crate) objecting: Vec<(MonitorId, Verdict)>,
    pub(crate) objections: Vec<Objection>,
    pub(crate) moves: Vec<Move>,
    /// Where the substitute of a redirected call is judged.
    pub(crate) inner: Option<Box<Self>>,
    /// Who knows what the substitute would do.
    pub(crate) analyst: Option<Analyst>,
    /// Who takes the texts of outputs apart.
    pub(crate) reader: Option<Reader>,
    /// Whether the latest event had a substitute judged.
    pub(crate) asked_inner: bool,
    /// Where contracts that are judged for each value of a key are judged.
    pub(crate) groups: Vec<Self>,
    /// What the values would come to.
    pub(crate) drafts: Vec<Draft>,
    /// Of such a contract: the value that the latest event belongs to.
    pub(crate) key: Option<u128>,
    /// Which of the sessions that share the contract is judged.
    pub(crate) member: u64,
    /// What was asked of the latest event as the first of its batch, if it was.
    pub(crate) early: Valuation,
    pub(crate) has_early: bool,
    /// The monitors that object to the event as the first of its batch, until they are taken over.
    pub(crate) first: Vec<MonitorId>,
}

/// A word of the state that an event would change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write {
    pub(crate) place: u32,
    pub(crate) word: u32,
    /// A second word, which takes the number of the event, or [`NOWHERE`].
    pub(crate) armed: u32,
    /// The contract they belong to.
    pub(crate) contract: ContractId,
}

impl Write {
    pub(crate) fn new(place: usize, word: u32, contract: ContractId) -> Self {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        Self { place, word, armed: NOWHERE, contract }
    }
}

impl Scratch {
    /// Buffers for the sessions of `program`.
    pub fn new(program: &Program) -> Self {
        let inner = program.redirects.then(|| Box::new(Self::flat(program)));
        Self { inner, ..Self::flat(program) }
    }

    /// The same, with somebody to ask what the substitute of a redirected call would do.
    pub fn with_analyst(self, analyst: Analyst) -> Self {
        Self { analyst: Some(analyst), ..self }
    }

    /// The same, with somebody who takes the texts of outputs apart.
    pub fn with_reader(self, reader: Reader) -> Self {
        Self { reader: Some(reader), ..self }
    }

    fn flat(program: &Program) -> Self {
        Self {
            analyst: None,
            reader: None,
            names: Names::default(),
            answers: program.tests.answers(),
            call_id: None,
            values: Values::default(),
            writes: Vec::new(),
            changes: Vec::new(),
            objecting: Vec::new(),
            objections: Vec::new(),
            moves: Vec::new(),
            inner: None,
            asked_inner: false,
            groups: program.groups.iter().map(|group| Self::new(&group.program)).collect(),
            drafts: Vec::new(),
            key: None,
            member: 0,
            early: Valuation::default(),
            has_early: false,
            first: Vec::new(),
        }
    }

    /// Forgets what was found about the content of the event before.
    #[inline]
    pub(crate) fn begin_quietly(&mut self) {
        self.answers.next_event();
        self.asked_inner = false;
    }

    pub(crate) fn begin(&mut self) {
        self.begin_quietly();
        self.call_id = None;
        self.writes.clear();
        self.changes.clear();
        self.objecting.clear();
        self.objections.clear();
        self.moves.clear();
    }

    /// Forgets what was asked of the event before as the first of its batch.
    pub(crate) fn forget(&mut self) {
        (self.early, self.has_early) = (Valuation::default(), false);
        self.first.clear();
    }

    /// Notes that the verdict of a monitor would change. What its contract does follows at once if it has no other
    /// monitor.
    #[inline]
    pub(crate) fn change(
        &mut self,
        monitor: MonitorId,
        contract: ContractId,
        sole: bool,
        before: Verdict,
        after: Verdict,
    ) {
        if sole {
            self.moves.push(Move { contract, before, after });
        } else {
            self.changes.push((monitor, before, after));
        }
    }

    /// What the latest step was told about the content of its event: enough to decide it again without the
    /// content. See [`Session::step_recorded`](super::Session::step_recorded).
    pub fn valuation(&self, program: &Program) -> Valuation {
        let mut asked = self.asked(program);
        for (at, (group, inner)) in program.groups.iter().zip(&self.groups).enumerate() {
            asked.add(&inner.valuation(&group.program).below(&each_prefix(at), inner.key));
        }
        asked
    }

    /// What was asked of the latest event, but for contracts that are judged for each value of a key.
    pub(crate) fn asked(&self, program: &Program) -> Valuation {
        let mut truths = program.tests.given(&self.answers);
        let mut values = program.tests.read_of(&self.answers);
        if let Some(inner) = self.inner.as_ref().filter(|_| self.asked_inner) {
            let of_substitute = program.tests.given(&inner.answers).into_iter();
            truths.extend(
                of_substitute.map(|(atom, truth)| (format!("{SUBSTITUTE}{atom}").into(), truth)),
            );
            truths.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            let of_substitute = program.tests.read_of(&inner.answers).into_iter();
            values.extend(
                of_substitute.map(|(text, value)| (format!("{SUBSTITUTE}{text}").into(), value)),
            );
            values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        }
        let mut asked = Valuation { truths, values };
        asked.add(&self.early);
        asked
    }
}

/// The evidence of one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'s> {
    /// The number of the event: how many were committed before it, plus one.
    pub seq: u64,
    /// Its time, not before that of the event before it.
    pub time: Timestamp,
    /// Whether the event's own time was earlier and was raised.
    pub clamped: bool,
    /// What the caller must do.
    pub decision: Decision,
    /// The contracts that object, in their order.
    pub objections: &'s [Objection],
    /// The contracts whose verdict the event changed, in their order; none if it is refused.
    pub moves: &'s [Move],
    /// What went wrong, where the decision is that of a failure.
    pub failure: Option<Failure>,
}

/// A contract that the event would violate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Which.
    pub contract: ContractId,
    /// What its strategy made of it.
    pub outcome: Outcome,
    /// Its verdict before the event; after it, it would be [`Violated`](Verdict::Violated).
    pub before: Verdict,
}

/// A contract whose verdict an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which.
    pub contract: ContractId,
    /// Its verdict before the event.
    pub before: Verdict,
    /// Its verdict after it.
    pub after: Verdict,
}

/// What can go wrong in a step. The decision is then that of
/// [`decide_failure`](crate::strategy::decide_failure), and nothing is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The event is over a limit of size or depth.
    EventTooLarge,
    /// An automaton that is built as it runs grew over its limit.
    AutomatonTooLarge,
    /// The session's state does not fit the program.
    Inconsistent,
}

impl Failure {
    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventTooLarge => "event_too_large",
            Self::AutomatonTooLarge => "automaton_too_large",
            Self::Inconsistent => "inconsistent",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EventTooLarge => "the event is over a limit of size or depth",
            Self::AutomatonTooLarge => "a contract's automaton grew over its limit",
            Self::Inconsistent => "the session's state does not fit the program",
        })
    }
}
