//! Tests: atoms and comparisons about one event.
//!
//! Tests about the tool's name are answered from its identity, tests about arguments only if the tool is the one they
//! are about. Which tests a program has, and what they answered, is kept in `registry`.

use super::accumulator::{Amount, Intake};
use super::effect::EffectTest;
use super::event_test::EventTest;
use super::flows::{Asked, Flows};
use super::location::paths_within;
use super::matcher::{Expression, Texts};
use super::memory::{Joined, Memory};
use super::name::{Identity, ToolId};
use super::operand::Operand;
use super::reading::Read;
use super::registry::{Answers, Tests};
use super::scalar::{Scalar, characters, characters_below, compare, length};
use super::valuation::Truth;
use crate::event::{Decimal, Event, EventKind, Found, Outcome, Path, Timestamp, Value};
use crate::formula::Relation;

/// A test of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TestId(pub(super) u32);

impl TestId {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// What is asked about an event.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// It is a call.
    Call,
    /// It is a call of the tool.
    Called(ToolId),
    /// It is a refused call of the tool.
    Denied(ToolId),
    /// The expression is found in the tool's arguments.
    Found { tool: ToolId, expression: Expression, whole: bool },
    /// The text at the path, with all that lies below it, is longer than that.
    LongerThan { tool: ToolId, path: Path, characters: u64 },
    /// All paths in the arguments lie below one of the prefixes.
    PathsWithin { tool: ToolId, prefixes: Box<[Box<str>]> },
    /// The texts at the path, or all texts, are asked where they came from.
    Origin { tool: ToolId, path: Option<Path>, asked: Asked },
    /// The fact has this value.
    Fact { key: usize, value: Box<str> },
    /// The expression matches the fact.
    FactMatches { key: usize, expression: Expression },
    /// It is the end of a call of the tool, and it is known how the call ended.
    Ended(ToolId),
    /// It is a data write with this field.
    Written(Box<str>),
    /// It carries something from one agent to another; the source as a place in [`Needs`] too.
    Flow { source: Box<str>, place: usize, destination: Box<str> },
    /// The effects of a call are asked about.
    Effect(Box<EffectTest>),
    /// It is about another event than a call, or about who acts.
    Event(EventTest),
    /// Two values compare so.
    Compare { relation: Relation, left: Operand, right: Operand },
}

/// A context fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Unset,
    Value(Box<str>),
    /// It was changed by an event that could not be judged, so it may be anything.
    Lost,
}

/// The fact is [`Fact::Lost`].
struct Lost;

impl Fact {
    pub(crate) fn of(value: Option<&str>) -> Self {
        value.map_or(Self::Unset, |value| Self::Value(value.into()))
    }
}

/// What is known of the event's arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'e> {
    /// Everything: the event carries them.
    Event,
    /// Nothing yet: the question is whether some arguments would do.
    Undisclosed,
    /// What was found when the event happened, and what about its substitute.
    Recorded { own: Given<'e>, substitute: Given<'e>, each: &'e [EachGiven] },
    /// Everything; these answers about the arguments have been given before.
    Judged(&'e [Option<Truth>]),
}

/// What was found about the content of an event for a contract that is judged for each value of a key.
#[derive(Clone, Debug, Default)]
pub(crate) struct EachGiven {
    /// The digest of the value.
    pub(crate) key: Option<u128>,
    pub(crate) truths: Vec<Truth>,
    pub(crate) reads: Vec<Read>,
}

impl<'e> Content<'e> {
    /// The content as such a contract is told it.
    pub(crate) fn of_group(&self, group: usize) -> Self {
        match *self {
            Self::Recorded { each, .. } => {
                let Some(given) = each.get(group) else { return *self };
                let own = Given { truths: &given.truths, reads: &given.reads };
                Self::Recorded {
                    own,
                    substitute: Given::default(),
                    each: core::slice::from_ref(given),
                }
            }
            // Answers are by test, and its tests are its own.
            Self::Judged(_) => Self::Event,
            other => other,
        }
    }

    /// The value that was recorded, if the content was.
    pub(crate) fn recorded_key(&self) -> Option<Option<u128>> {
        match self {
            Self::Recorded { each, .. } => Some(each.first().and_then(|given| given.key)),
            _ => None,
        }
    }
}

/// What was found about the content of an event: the answers by test, and what was read, by reading.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Given<'e> {
    pub(crate) truths: &'e [Truth],
    pub(crate) reads: &'e [Read],
}

/// What the contract that asks has counted and accumulated, this event included.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted<'v> {
    pub(crate) counts: &'v [u64],
    pub(crate) amounts: &'v [(Intake, Amount)],
}

/// One event as tests see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'e> {
    pub(crate) event: &'e Event,
    /// When, as the session takes it: never before the event before it.
    pub(crate) time: Timestamp,
    pub(crate) identity: &'e Identity,
    pub(crate) content: Content<'e>,
    /// The session's facts, by key; the event's own take precedence.
    pub(crate) facts: &'e [Fact],
    pub(crate) memory: Option<&'e Memory>,
    pub(crate) joined: Joined,
    pub(crate) flows: Option<&'e Flows>,
}

impl Tests {
    pub(super) fn answer(
        &self,
        test: &Test,
        view: &View<'_>,
        counted: Counted<'_>,
        answers: &mut Answers,
    ) -> Truth {
        match test {
            Test::Call => view.event.is_call().into(),
            Test::Called(tool) if view.event.is_call() => view.names(*tool),
            Test::Denied(tool) if matches!(view.event.kind, EventKind::Denied { .. }) => {
                view.names(*tool)
            }
            Test::Called(_) | Test::Denied(_) => Truth::False,
            Test::Found { tool, expression, whole } => view.of_arguments(*tool, |args| {
                let texts = Texts::Arguments(args);
                let matches = &mut answers.matches;
                self.matcher.is_match(*expression, *whole, texts, answers.epoch, matches)
            }),
            Test::LongerThan { tool, path, characters } => view.of_arguments(*tool, |args| {
                let mut longer = false;
                path.each(args, &mut |value| longer |= characters_below(value) > *characters);
                longer.into()
            }),
            Test::PathsWithin { tool, prefixes } => {
                view.of_arguments(*tool, |args| paths_within(args, prefixes).into())
            }
            Test::Origin { tool, path, asked } => {
                let buffers = &mut answers.buffers;
                view.of_arguments(*tool, |args| {
                    asked.truth(view.flows, path.as_ref(), args, buffers)
                })
            }
            Test::Effect(test) => match (&view.event.kind, view.content) {
                (EventKind::ToolCall { .. }, Content::Undisclosed) => Truth::Absent,
                (EventKind::ToolCall { effects, .. }, _) => test.truth(effects.as_deref()),
                _ => Truth::False,
            },
            Test::Ended(tool) => match &view.event.kind {
                EventKind::ToolResult { outcome, .. } if *outcome != Outcome::Unknown => {
                    view.names(*tool)
                }
                _ => Truth::False,
            },
            Test::Written(field) => match &view.event.kind {
                EventKind::DataWrite { fields, .. } => fields.contains(field).into(),
                _ => Truth::False,
            },
            Test::Flow { source, place, destination } => flow(source, *place, destination, view),
            Test::Fact { key, value } => match self.fact(*key, view) {
                Ok(fact) => (fact == Some(value)).into(),
                Err(Lost) => Truth::Unknown,
            },
            Test::FactMatches { key, expression } => match self.fact(*key, view) {
                Ok(fact) => {
                    let (texts, matches) = (Texts::Text(fact), &mut answers.matches);
                    self.matcher.is_match(*expression, true, texts, answers.epoch, matches)
                }
                Err(Lost) => Truth::Unknown,
            },
            Test::Event(test) => {
                test.truth(view, &self.matcher, answers.epoch, &mut answers.matches)
            }
            Test::Compare { relation, left, right } => {
                self.compared(*relation, left, right, view, counted)
            }
        }
    }

    /// How two operands compare. Counters that look-alikes may have moved are known as a range; where its ends
    /// disagree, the comparison cannot be told.
    fn compared(
        &self,
        relation: Relation,
        left: &Operand,
        right: &Operand,
        view: &View<'_>,
        counted: Counted<'_>,
    ) -> Truth {
        let [low, high] = [false, true].map(|with_alike| {
            (
                self.scalar(left, view, counted, with_alike),
                self.scalar(right, view, counted, with_alike),
            )
        });
        if low == high {
            return compare(relation, &low.0, &low.1);
        }
        let ends =
            |relation| [compare(relation, &low.0, &high.1), compare(relation, &high.0, &low.1)];
        let is_apart = || {
            ends(Relation::Less) == [Truth::True; 2] || ends(Relation::Greater) == [Truth::True; 2]
        };
        match (relation, ends(relation)) {
            (Relation::Equal, _) if is_apart() => Truth::False,
            (Relation::NotEqual, _) if is_apart() => Truth::True,
            (Relation::Equal | Relation::NotEqual, _) => Truth::Unknown,
            (_, [first, second]) if first == second => first,
            _ => Truth::Unknown,
        }
    }

    fn fact<'e>(&self, key: usize, view: &View<'e>) -> Result<Option<&'e str>, Lost> {
        if let EventKind::Context { facts } = &view.event.kind
            && let Some(name) = self.keys.get(key)
            && let Some((_, value)) = facts.iter().rev().find(|(k, _)| k == name)
        {
            return Ok(value.as_deref());
        }
        match view.facts.get(key) {
            Some(Fact::Value(value)) => Ok(Some(value)),
            Some(Fact::Unset) | None => Ok(None),
            Some(Fact::Lost) => Err(Lost),
        }
    }

    fn scalar<'e>(
        &'e self,
        operand: &'e Operand,
        view: &View<'e>,
        counted: Counted<'_>,
        with_alike: bool,
    ) -> Scalar<'e> {
        match operand {
            Operand::Number(number) => Scalar::Number(*number),
            Operand::Text(text) => Scalar::Text(text),
            Operand::Fact(key) => match self.fact(*key, view) {
                Ok(fact) => fact.map_or(Scalar::Missing, Scalar::Text),
                // Unlike a value that is missing, one that is lost is no optional one.
                Err(Lost) => Scalar::IllTyped,
            },
            Operand::Event(value) => value.of(view),
            Operand::Counter { exact, with_alike: alike } => {
                let place = if with_alike { alike } else { exact };
                counted
                    .counts
                    .get(*place)
                    .map_or(Scalar::IllTyped, |n| Scalar::Number(Decimal::from(*n)))
            }
            Operand::Amount { low, high, places } => {
                let place = if with_alike { high } else { low };
                match counted.amounts.get(*place).map(|(_, amount)| *amount) {
                    Some(Amount::Known(units)) => Scalar::Number(Amount::decimal(units, *places)),
                    Some(Amount::Missing) => Scalar::Missing,
                    Some(Amount::Absent) => Scalar::Optional,
                    Some(Amount::Unknown) | None => Scalar::IllTyped,
                }
            }
            Operand::Argument { tool, path, numeric } => match view.argument(*tool, path) {
                Ok(Found::One(value)) => Scalar::of(value, *numeric),
                Ok(Found::Several) => Scalar::IllTyped,
                Ok(Found::Nothing) => Scalar::Missing,
                Err(Undisclosed) => Scalar::Optional,
            },
            Operand::Length(inner) => self.length_of(inner, view, counted, with_alike),
            Operand::Optional(inner) => self.scalar(inner, view, counted, with_alike).or_optional(),
        }
    }

    /// The length of an operand. Unlike other operands, a list has one, so arguments are looked at themselves.
    fn length_of<'e>(
        &'e self,
        operand: &'e Operand,
        view: &View<'e>,
        counted: Counted<'_>,
        with_alike: bool,
    ) -> Scalar<'e> {
        let number = |n: u64| Scalar::Number(Decimal::from(n));
        match operand {
            Operand::Argument { tool, path, .. } => match view.argument(*tool, path) {
                Ok(Found::One(Value::Null) | Found::Nothing) => Scalar::Missing,
                Ok(Found::One(value)) => length(value).map_or(Scalar::IllTyped, number),
                Ok(Found::Several) => Scalar::IllTyped,
                Err(Undisclosed) => Scalar::Optional,
            },
            Operand::Optional(inner) => {
                self.length_of(inner, view, counted, with_alike).or_optional()
            }
            other => match self.scalar(other, view, counted, with_alike) {
                Scalar::Text(text) => number(characters(text)),
                missing @ (Scalar::Missing | Scalar::Optional) => missing,
                _ => Scalar::IllTyped,
            },
        }
    }
}

/// Whether the event carries something from the source, which has this place in [`Needs`](super::memory::Needs), to
/// the destination.
fn flow(source: &str, place: usize, destination: &str, view: &View<'_>) -> Truth {
    let by = |agent: &str| match &view.event.agent {
        Some(name) => (**name == *agent).into(),
        None => Truth::Unknown,
    };
    match &view.event.kind {
        EventKind::Message { to, .. } if **to == *destination => by(source),
        EventKind::DataRead { key } => {
            match (by(destination), Memory::wrote(view.memory, place, key)) {
                (Truth::True, wrote) | (wrote, Truth::True) => wrote,
                (Truth::False, _) | (_, Truth::False) => Truth::False,
                _ => Truth::Unknown,
            }
        }
        _ => Truth::False,
    }
}

/// The arguments are not known yet.
pub(super) struct Undisclosed;

impl<'e> View<'e> {
    /// Whether the event's tool is this one; unknown where it only looks like it.
    pub(super) fn names(&self, tool: ToolId) -> Truth {
        self.identity.names(tool)
    }

    fn arguments(&self, tool: ToolId) -> Option<&'e Value> {
        match &self.event.kind {
            EventKind::ToolCall { args, .. } if self.names(tool) != Truth::False => Some(args),
            _ => None,
        }
    }

    fn of_arguments(&self, tool: ToolId, test: impl FnOnce(&'e Value) -> Truth) -> Truth {
        match (self.arguments(tool), self.content) {
            (None, _) => Truth::False,
            (Some(_), Content::Undisclosed) => Truth::Absent,
            (Some(args), _) => test(args),
        }
    }

    pub(super) fn argument(&self, tool: ToolId, path: &Path) -> Result<Found<'e>, Undisclosed> {
        match (self.arguments(tool), self.content) {
            (None, _) => Ok(Found::Nothing),
            (Some(_), Content::Undisclosed) => Err(Undisclosed),
            (Some(args), _) => Ok(path.find(args)),
        }
    }
}

impl Test {
    /// Whether the answer follows from the kind of the event and the tool's name.
    pub(crate) fn is_about_name(&self) -> bool {
        matches!(self, Self::Call | Self::Called(_) | Self::Denied(_) | Self::Ended(_))
    }

    /// Whether it is about the arguments of such a tool.
    pub(crate) fn is_about_arguments_of(&self, is_such: impl Fn(ToolId) -> bool) -> bool {
        match self {
            Self::Compare { left, right, .. } => {
                [left.tool(), right.tool()].into_iter().flatten().any(|(tool, _)| is_such(tool))
            }
            Self::Event(_) => false,
            test => !test.is_about_name() && test.tool().is_some_and(is_such),
        }
    }

    /// Whether the answer depends on counters of the contract that asks.
    pub(super) fn reads_counter(&self) -> bool {
        matches!(self, Self::Compare { left, right, .. } if left.reads_counter() || right.reads_counter())
    }

    /// The tools that it mentions.
    pub(crate) fn tools(&self) -> impl Iterator<Item = ToolId> + use<> {
        let operands = match self {
            Self::Compare { left, right, .. } => [left.tool(), right.tool()],
            _ => [None, None],
        };
        self.tool().into_iter().chain(operands.into_iter().flatten().map(|(tool, _)| tool))
    }

    /// The tool whose calls or results it is about.
    pub(crate) fn tool(&self) -> Option<ToolId> {
        match self {
            Self::Called(tool)
            | Self::Denied(tool)
            | Self::Ended(tool)
            | Self::Found { tool, .. }
            | Self::LongerThan { tool, .. }
            | Self::PathsWithin { tool, .. }
            | Self::Origin { tool, .. } => Some(*tool),
            Self::Event(test) => test.tool(),
            Self::Call
            | Self::Effect(_)
            | Self::Written(_)
            | Self::Flow { .. }
            | Self::Fact { .. }
            | Self::FactMatches { .. }
            | Self::Compare { .. } => None,
        }
    }
}
