//! The tests and readings of a program, each once, and what they found about the latest event.
//!
//! A test is asked at most once an event, and so is a reading; what they found is kept until the next event, and can
//! be written down and given back, so that a log without arguments decides again what was decided.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::atom::AtomError;
use super::flows::Origin;
use super::matcher::{Matcher, MatcherBuilder, Matches};
use super::memory::Needs;
use super::name::Tools;
use super::reading::{Read, Reading, ReadingId};
use super::test::{Content, Counted, Test, TestId, View};
use super::valuation::Truth;
use crate::event::EventKind;
use crate::formula::Source;
use crate::provenance::{Buffers, SourceId, Uses};

/// The tests of a program and what they need.
#[derive(Debug)]
pub(crate) struct Tests {
    pub(crate) tools: Tools,
    pub(crate) keys: Box<[Box<str>]>,
    pub(crate) needs: Needs,
    pub(super) tests: Box<[(Test, Box<str>)]>,
    readings: Box<[(Reading, Box<str>)]>,
    /// The reading that joins calls with their results, where it is needed.
    call_id: Option<ReadingId>,
    pub(super) matcher: Matcher,
}

/// The answers about one event.
#[derive(Debug)]
pub(crate) struct Answers {
    /// Advances with every event, so that nothing has to be cleared.
    pub(super) epoch: u64,
    answers: Vec<(u64, Truth)>,
    reads: Vec<(u64, Read)>,
    pub(super) matches: Matches,
    pub(super) buffers: Buffers,
}

#[derive(Debug, Default)]
pub(crate) struct TestsBuilder {
    pub(crate) tools: Tools,
    keys: Vec<Box<str>>,
    pub(crate) needs: Needs,
    tests: Vec<(Test, Box<str>)>,
    readings: Vec<(Reading, Box<str>)>,
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

    /// The place of an agent whose writes are remembered.
    pub(crate) fn source(&mut self, agent: &str) -> usize {
        let sources = &mut self.needs.sources;
        sources.iter().position(|s| **s == *agent).unwrap_or_else(|| {
            sources.push(agent.into());
            sources.len().saturating_sub(1)
        })
    }

    /// The number of a source of values, of which this is asked.
    pub(crate) fn origin(&mut self, source: &Source, uses: Uses) -> Result<SourceId, AtomError> {
        let tools = self.tools.mention(&source.tools).map_err(AtomError::Tools)?;
        let origins = &mut self.needs.origins;
        let is_same = |o: &Origin| o.tools == tools && o.members == source.members;
        let place = origins.iter().position(is_same).unwrap_or(origins.len());
        let id = u16::try_from(place).ok().and_then(SourceId::new);
        let id = id.ok_or(AtomError::TooManySources)?;
        match origins.get_mut(place) {
            Some(Origin { uses: asked, .. }) => {
                asked.carried |= uses.carried;
                asked.whole |= uses.whole;
                asked.tokens |= uses.tokens;
            }
            None => origins.push(Origin { tools, members: source.members.clone(), uses }),
        }
        Ok(id)
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

    /// The reading with this text.
    pub(crate) fn reading(&mut self, text: String, reading: Reading) -> ReadingId {
        let known = self.readings.iter().position(|(_, known)| **known == *text);
        let at = known.unwrap_or_else(|| {
            self.readings.push((reading, text.into()));
            self.readings.len().saturating_sub(1)
        });
        ReadingId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// How many tests there are.
    pub(crate) fn len(&self) -> usize {
        self.tests.len()
    }

    pub(crate) fn get(&self, id: TestId) -> Option<&Test> {
        self.tests.get(id.index()).map(|(test, _)| test)
    }

    pub(crate) fn build(mut self) -> Result<Tests, String> {
        let call_id = self.needs.calls.then(|| self.reading("call".into(), Reading::CallId));
        Ok(Tests {
            tools: self.tools,
            keys: self.keys.into(),
            needs: self.needs,
            tests: self.tests.into(),
            readings: self.readings.into(),
            call_id,
            matcher: self.matcher.build()?,
        })
    }
}

impl Tests {
    pub(crate) fn answers(&self) -> Answers {
        let answers = vec![(0, Truth::False); self.tests.len()];
        let reads = vec![(0, Read::Missing); self.readings.len()];
        Answers {
            epoch: 0,
            answers,
            reads,
            matches: self.matcher.matches(),
            buffers: Buffers::default(),
        }
    }

    pub(crate) fn text(&self, id: TestId) -> &str {
        self.tests.get(id.index()).map_or("", |(_, text)| text)
    }

    pub(crate) fn get(&self, id: TestId) -> Option<&Test> {
        self.tests.get(id.index()).map(|(test, _)| test)
    }

    /// Whether the effects of calls are asked about.
    pub(crate) fn ask_effects(&self) -> bool {
        self.tests.iter().any(|(test, _)| matches!(test, Test::Effect(_)))
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

    /// What was recorded, by reading; what is not listed was not there.
    pub(crate) fn reads(&self, text_of: impl Fn(&str) -> Option<Box<str>>) -> Vec<Read> {
        let recorded =
            |(reading, text): &(Reading, Box<str>)| reading.recorded(text_of(text).as_deref());
        self.readings.iter().map(recorded).collect()
    }

    /// What was read of the latest event.
    pub(crate) fn read_of(&self, answers: &Answers) -> Vec<(Box<str>, Box<str>)> {
        let read = self.readings.iter().zip(&answers.reads);
        let text = |((_, text), (epoch, read)): (&(Reading, Box<str>), &(u64, Read))| {
            let value = read.text().filter(|_| *epoch == answers.epoch)?;
            Some((text.clone(), value))
        };
        let mut values: Vec<(Box<str>, Box<str>)> = read.filter_map(text).collect();
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        values
    }

    /// What the event says, read at most once an event.
    pub(crate) fn read(&self, id: ReadingId, view: &View<'_>, answers: &mut Answers) -> Read {
        let epoch = answers.epoch;
        if let Some((asked, read)) = answers.reads.get(id.index())
            && *asked == epoch
        {
            return *read;
        }
        let read = match view.content {
            Content::Recorded { own, .. } => own.reads.get(id.index()).copied(),
            _ => self.readings.get(id.index()).map(|(reading, _)| reading.read(view)),
        };
        let read = read.unwrap_or(Read::Unknown);
        if let Some(slot) = answers.reads.get_mut(id.index()) {
            *slot = (epoch, read);
        }
        read
    }

    /// The digest of the id that joins the event with others.
    pub(crate) fn id_of(&self, view: &View<'_>, answers: &mut Answers) -> Option<u64> {
        let joins =
            matches!(view.event.kind, EventKind::ToolCall { .. } | EventKind::ToolResult { .. });
        match self.read(self.call_id.filter(|_| joins)?, view, answers) {
            Read::Digest(digest) => u64::try_from(digest).ok(),
            _ => None,
        }
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
        counted: Counted<'_>,
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
                own.truths.get(id.index()).copied().unwrap_or(Truth::Unknown)
            }
            Content::Judged(table) if !test.reads_counter() => {
                let given = table.get(id.index()).copied().flatten();
                given.unwrap_or_else(|| self.answer(test, view, counted, answers))
            }
            _ => self.answer(test, view, counted, answers),
        };
        if let Some(slot) = answers.answers.get_mut(id.index()) {
            *slot = (epoch, truth);
        }
        truth
    }
}

impl Answers {
    /// Forgets the answers about the event before.
    pub(crate) fn next_event(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
    }
}
