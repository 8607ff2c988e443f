//! Tests: atoms and comparisons about one event, each distinct one once in a program.
//!
//! A test is asked at most once an event; its answer is kept until the next event. Tests about the tool's name
//! are answered from its identity, tests about arguments only if the tool is the one they are about.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::event_test::EventTest;
use super::location::paths_within;
use super::matcher::{Expression, Matcher, MatcherBuilder, Matches, Texts};
use super::name::{Identity, ToolId, Tools};
use super::operand::Operand;
use super::scalar::{Scalar, characters, characters_below, compare, length};
use super::valuation::Truth;
use crate::event::{Decimal, Event, EventKind, Found, Path, Timestamp, Value};
use crate::formula::Relation;

/// A test of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TestId(u32);

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
    /// The fact has this value.
    Fact { key: usize, value: Box<str> },
    /// The expression matches the fact.
    FactMatches { key: usize, expression: Expression },
    /// It is about another event than a call, or about who acts.
    Event(EventTest),
    /// Two values compare so.
    Compare { relation: Relation, left: Operand, right: Operand },
}

/// What is known of the event's arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'e> {
    /// Everything: the event carries them.
    Event,
    /// Nothing yet: the question is whether some arguments would do.
    Undisclosed,
    /// The answers that were given when the event happened, by test; and those about its substitute.
    Recorded { own: &'e [Truth], substitute: &'e [Truth] },
    /// Everything; these answers about the arguments have been given before.
    Judged(&'e [Option<Truth>]),
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
    pub(crate) facts: &'e [Option<Box<str>>],
}

/// The tests of a program and what they need.
#[derive(Debug)]
pub(crate) struct Tests {
    pub(crate) tools: Tools,
    pub(crate) keys: Box<[Box<str>]>,
    tests: Box<[(Test, Box<str>)]>,
    matcher: Matcher,
}

/// The answers about one event.
#[derive(Debug)]
pub(crate) struct Answers {
    /// Advances with every event, so that nothing has to be cleared.
    epoch: u64,
    answers: Vec<(u64, Truth)>,
    matches: Matches,
}

#[derive(Debug, Default)]
pub(crate) struct TestsBuilder {
    pub(crate) tools: Tools,
    keys: Vec<Box<str>>,
    tests: Vec<(Test, Box<str>)>,
    index: HashMap<Box<str>, TestId, FixedState>,
    pub(crate) matcher: MatcherBuilder,
    /// Which agent has which permissions.
    pub(crate) permissions: Vec<(Box<str>, Vec<Box<str>>)>,
}

impl TestsBuilder {
    /// The place of a fact's key.
    pub(crate) fn key(&mut self, key: &str) -> usize {
        self.keys.iter().position(|k| **k == *key).unwrap_or_else(|| {
            self.keys.push(key.into());
            self.keys.len().saturating_sub(1)
        })
    }

    /// The test with this text, made by `make` at its first mention.
    pub(crate) fn test(&mut self, text: String, make: impl FnOnce(&mut Self) -> Test) -> TestId {
        if let Some(id) = self.index.get(text.as_str()) {
            return *id;
        }
        let test = make(self);
        let id = TestId(u32::try_from(self.tests.len()).unwrap_or(u32::MAX));
        self.tests.push((test, text.as_str().into()));
        self.index.insert(text.into(), id);
        id
    }

    /// How many tests there are.
    pub(crate) fn len(&self) -> usize {
        self.tests.len()
    }

    pub(crate) fn get(&self, id: TestId) -> Option<&Test> {
        self.tests.get(id.index()).map(|(test, _)| test)
    }

    pub(crate) fn build(self) -> Result<Tests, String> {
        Ok(Tests {
            tools: self.tools,
            keys: self.keys.into(),
            tests: self.tests.into(),
            matcher: self.matcher.build()?,
        })
    }
}

impl Tests {
    pub(crate) fn answers(&self) -> Answers {
        let answers = vec![(0, Truth::False); self.tests.len()];
        Answers { epoch: 0, answers, matches: self.matcher.matches() }
    }

    pub(crate) fn text(&self, id: TestId) -> &str {
        self.tests.get(id.index()).map_or("", |(_, text)| text)
    }

    pub(crate) fn get(&self, id: TestId) -> Option<&Test> {
        self.tests.get(id.index()).map(|(test, _)| test)
    }

    /// The recorded answers as a table by test; what is not listed was false.
    pub(crate) fn table(&self, truth_of: impl Fn(&str) -> Option<Truth>) -> Vec<Truth> {
        self.tests.iter().map(|(_, text)| truth_of(text).unwrap_or(Truth::False)).collect()
    }

    /// The answers about the latest event that its content gave, other than false.
    pub(crate) fn given(&self, answers: &Answers) -> Vec<(Box<str>, Truth)> {
        let asked = self.tests.iter().zip(&answers.answers);
        let mut given: Vec<(Box<str>, Truth)> = asked
            .filter(|((test, _), (epoch, truth))| {
                *epoch == answers.epoch && *truth != Truth::False && !test.is_about_name()
            })
            .map(|((_, text), (_, truth))| (text.clone(), *truth))
            .collect();
        given.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        given
    }

    /// Whether the test is about the arguments of a tool that the event's tool only looks like.
    pub(crate) fn is_of_alike(&self, id: TestId, view: &View<'_>) -> bool {
        let of_alike =
            |test: &Test| test.is_about_arguments_of(|tool| view.names(tool) == Truth::Unknown);
        !view.identity.alike.is_empty() && self.get(id).is_some_and(of_alike)
    }

    /// The answers about the latest event, by test.
    pub(crate) fn answered(&self, answers: &Answers) -> Vec<Option<Truth>> {
        let latest = |(epoch, truth): &(u64, Truth)| (*epoch == answers.epoch).then_some(*truth);
        answers.answers.iter().map(latest).collect()
    }

    /// The answer to a test, asked at most once an event.
    pub(crate) fn truth(
        &self,
        id: TestId,
        view: &View<'_>,
        counters: &[u64],
        answers: &mut Answers,
    ) -> Truth {
        let Some((test, _)) = self.tests.get(id.index()) else { return Truth::Unknown };
        let epoch = answers.epoch;
        if let Some((asked, truth)) = answers.answers.get(id.index())
            && *asked == epoch
        {
            return *truth;
        }
        let truth = match view.content {
            Content::Recorded { own, .. } if !test.is_about_name() => {
                own.get(id.index()).copied().unwrap_or(Truth::Unknown)
            }
            Content::Judged(table) if !test.reads_counter() => {
                let given = table.get(id.index()).copied().flatten();
                given.unwrap_or_else(|| self.answer(test, view, counters, answers))
            }
            _ => self.answer(test, view, counters, answers),
        };
        if let Some(slot) = answers.answers.get_mut(id.index()) {
            *slot = (epoch, truth);
        }
        truth
    }

    fn answer(
        &self,
        test: &Test,
        view: &View<'_>,
        counters: &[u64],
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
                self.matcher.is_match(*expression, *whole, texts, answers.epoch, matches).into()
            }),
            Test::LongerThan { tool, path, characters } => view.of_arguments(*tool, |args| {
                let mut longer = false;
                path.each(args, &mut |value| longer |= characters_below(value) > *characters);
                longer.into()
            }),
            Test::PathsWithin { tool, prefixes } => {
                view.of_arguments(*tool, |args| paths_within(args, prefixes).into())
            }
            Test::Fact { key, value } => (self.fact(*key, view) == Some(value)).into(),
            Test::FactMatches { key, expression } => {
                let texts = Texts::Text(self.fact(*key, view));
                self.matcher
                    .is_match(*expression, true, texts, answers.epoch, &mut answers.matches)
                    .into()
            }
            Test::Event(test) => {
                test.truth(view, &self.matcher, answers.epoch, &mut answers.matches)
            }
            Test::Compare { relation, left, right } => {
                self.compared(*relation, left, right, view, counters)
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
        counters: &[u64],
    ) -> Truth {
        let [low, high] = [false, true].map(|with_alike| {
            (
                self.scalar(left, view, counters, with_alike),
                self.scalar(right, view, counters, with_alike),
            )
        });
        if low == high {
            return compare(relation, &low.0, &low.1);
        }
        let ends = [compare(relation, &low.0, &high.1), compare(relation, &high.0, &low.1)];
        let ordered = !matches!(relation, Relation::Equal | Relation::NotEqual);
        if ordered && ends[0] == ends[1] { ends[0] } else { Truth::Unknown }
    }

    fn fact<'e>(&self, key: usize, view: &View<'e>) -> Option<&'e str> {
        if let EventKind::Context { facts } = &view.event.kind
            && let Some(name) = self.keys.get(key)
            && let Some((_, value)) = facts.iter().rev().find(|(k, _)| k == name)
        {
            return value.as_deref();
        }
        view.facts.get(key)?.as_deref()
    }

    fn scalar<'e>(
        &'e self,
        operand: &'e Operand,
        view: &View<'e>,
        counters: &[u64],
        with_alike: bool,
    ) -> Scalar<'e> {
        match operand {
            Operand::Number(number) => Scalar::Number(*number),
            Operand::Text(text) => Scalar::Text(text),
            Operand::Fact(key) => self.fact(*key, view).map_or(Scalar::Missing, Scalar::Text),
            Operand::Event(value) => value.of(view),
            Operand::Counter { exact, with_alike: alike } => {
                let place = if with_alike { alike } else { exact };
                counters.get(*place).map_or(Scalar::IllTyped, |n| Scalar::Number(Decimal::from(*n)))
            }
            Operand::Argument { tool, path, numeric } => match view.argument(*tool, path) {
                Ok(Found::One(value)) => Scalar::of(value, *numeric),
                Ok(Found::Several) => Scalar::IllTyped,
                Ok(Found::Nothing) => Scalar::Missing,
                Err(Undisclosed) => Scalar::Optional,
            },
            Operand::Length(inner) => self.length_of(inner, view, counters, with_alike),
            Operand::Optional(inner) => {
                self.scalar(inner, view, counters, with_alike).or_optional()
            }
        }
    }

    /// The length of an operand. Unlike other operands, a list has one, so arguments are looked at themselves.
    fn length_of<'e>(
        &'e self,
        operand: &'e Operand,
        view: &View<'e>,
        counters: &[u64],
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
                self.length_of(inner, view, counters, with_alike).or_optional()
            }
            other => match self.scalar(other, view, counters, with_alike) {
                Scalar::Text(text) => number(characters(text)),
                missing @ (Scalar::Missing | Scalar::Optional) => missing,
                _ => Scalar::IllTyped,
            },
        }
    }
}

impl Answers {
    /// Forgets the answers about the event before.
    pub(crate) fn next_event(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
    }
}

/// The arguments are not known yet.
struct Undisclosed;

impl<'e> View<'e> {
    /// Whether the event's tool is this one; unknown where it only looks like it.
    fn names(&self, tool: ToolId) -> Truth {
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

    fn argument(&self, tool: ToolId, path: &Path) -> Result<Found<'e>, Undisclosed> {
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
        matches!(self, Self::Call | Self::Called(_) | Self::Denied(_))
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
    fn reads_counter(&self) -> bool {
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
            | Self::Found { tool, .. }
            | Self::LongerThan { tool, .. }
            | Self::PathsWithin { tool, .. } => Some(*tool),
            Self::Event(test) => test.tool(),
            Self::Call | Self::Fact { .. } | Self::FactMatches { .. } | Self::Compare { .. } => {
                None
            }
        }
    }
}
