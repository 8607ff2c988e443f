//! From the words of a formula to tests and counters.
//!
//! One function a word of the catalog. Adding an atom is an entry in `catalog`, a case here and, if it asks
//! something of an event that nothing asks yet, a [`Test`].

use super::catalog::{Sort, Word};
use super::comparison::Accumulated;
use super::effect::{EffectTest, SetFlaw};
use super::event_test::{EventTest, EventValue};
use super::flows::Asked;
use super::matcher::Source;
use super::name::ToolId;
use super::operand::Operand;
use super::registry::TestsBuilder;
use super::set::SetError;
use super::test::{Test, TestId};
use crate::event::{Outcome, Path};
use crate::formula::{self, Constant, Symbol, Term};
use crate::provenance::{Sources, Uses};

/// Why a word cannot be compiled. The parser refuses all of these; a formula that was built by hand may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AtomError {
    /// An argument is missing or of the wrong kind.
    Argument(Word),
    /// A fact stands where a value is needed, or the reverse.
    Sort(Word),
    /// The word is known, and nothing tells its truth.
    Unsupported(Word),
    /// A term of which only so much is kept as a number needs is compared with something else.
    NotANumber(String),
    /// A comparison of this term would have to keep too much: the largest number it may be compared with.
    TooMuchKept(String, u16),
    /// One more source of values than a program may have.
    TooManySources,
    /// The text is no set of deeds, paths, hosts or objects.
    Set(SetFlaw),
    /// The text names no tools.
    Tools(SetError),
}

/// A counter that a comparison needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CounterSpec {
    pub(crate) counted: TestId,
    pub(crate) consecutive: bool,
    /// Whether calls of a tool that only looks like the counted one count.
    pub(crate) with_alike: bool,
}

/// Whether the truth of the word is always known.
pub(crate) fn is_exact(word: Word) -> bool {
    matches!(
        word,
        Word::CalledAny
            | Word::LlmSaid
            | Word::Segment
            | Word::PromptContains
            | Word::SystemPromptPresent
    )
}

pub(super) fn is_counter(word: Word) -> bool {
    matches!(word, Word::Count | Word::CountWith | Word::ConsecutiveCount | Word::CountDenied)
}

/// The test of a fact.
pub(crate) fn fact(symbol: &Symbol, tests: &mut TestsBuilder) -> Result<TestId, AtomError> {
    let args = Arguments(symbol);
    let test = match symbol.word {
        Word::CalledAny => Test::Call,
        Word::Called => Test::Called(args.tool(0, tests)?),
        Word::Denied => Test::Denied(args.tool(0, tests)?),
        Word::CalledWith | Word::ArgHas => {
            let tool = args.tool(0, tests)?;
            let expression = tests.matcher.add(Source::Arguments(tool, None), args.text(1)?, false);
            Test::Found { tool, expression, whole: false }
        }
        Word::ArgFieldHas | Word::ArgFieldIs => {
            let tool = args.tool(0, tests)?;
            let whole = symbol.word == Word::ArgFieldIs;
            let source = Source::Arguments(tool, Some(args.path(1)?));
            Test::Found { tool, expression: tests.matcher.add(source, args.text(2)?, whole), whole }
        }
        Word::ArgLengthExceeds => Test::LongerThan {
            tool: args.tool(0, tests)?,
            path: args.path(1)?,
            characters: args.natural(2)?,
        },
        Word::ArgPathsWithin => {
            let texts = symbol.args.iter().skip(1).map(|arg| match arg {
                Constant::Text(text) => Ok(text.clone()),
                Constant::Number(_) | Constant::Fact(_) => Err(AtomError::Argument(symbol.word)),
            });
            let prefixes = texts.collect::<Result<_, _>>()?;
            Test::PathsWithin { tool: args.tool(0, tests)?, prefixes }
        }
        Word::ArgFrom | Word::ArgFromUser | Word::ArgKnown => Test::Origin {
            tool: args.tool(0, tests)?,
            path: match args.text(1)? {
                EVERY_ARGUMENT => None,
                _ => Some(args.path(1)?),
            },
            asked: asked(&args, tests)?,
        },
        Word::Does => effect(EffectTest::does(args.text(0)?, args.text(1)?, args.text(2)?))?,
        Word::Touches => touches(&args, tests)?,
        Word::Reaches => effect(EffectTest::reaches(args.text(0)?, args.text(1)?))?,
        Word::Opaque => effect(EffectTest::opaque(args.text(0)?))?,
        Word::Ctx => Test::Fact { key: tests.key(args.text(0)?), value: args.text(1)?.into() },
        Word::CtxMatches => {
            let key = tests.key(args.text(0)?);
            Test::FactMatches {
                key,
                expression: tests.matcher.add(Source::Fact(key), args.text(1)?, true),
            }
        }
        Word::Contains => Test::Written(args.text(0)?.into()),
        Word::Flow => {
            let (source, destination) = (args.text(0)?.into(), args.text(1)?.into());
            Test::Flow { place: tests.source(args.text(0)?), source, destination }
        }
        Word::Succeeded
        | Word::Result
        | Word::OutputHas
        | Word::UserSaid
        | Word::LlmSaid
        | Word::Segment
        | Word::PromptContains
        | Word::SystemPromptPresent
        | Word::AgentIs
        | Word::Perm => Test::Event(event_fact(&args, tests)?),
        word if word.entry().sort == Sort::Fact => return Err(AtomError::Unsupported(word)),
        word => return Err(AtomError::Sort(word)),
    };
    Ok(tests.test(symbol.to_string(), |_| test))
}

/// A test about paths; whether earlier calls have to be remembered for it is noted.
fn touches(args: &Arguments<'_>, tests: &mut TestsBuilder) -> Result<Test, AtomError> {
    let test = EffectTest::touches(args.text(0)?, args.text(1)?, args.text(2)?);
    tests.needs.trail |= test.as_ref().is_ok_and(EffectTest::asks_trail);
    effect(test)
}

fn effect(test: Result<EffectTest, SetFlaw>) -> Result<Test, AtomError> {
    test.map(|test| Test::Effect(Box::new(test))).map_err(AtomError::Set)
}

/// The path that means every argument.
const EVERY_ARGUMENT: &str = "*";

/// What a fact asks about where values came from.
fn asked(args: &Arguments<'_>, tests: &mut TestsBuilder) -> Result<Asked, AtomError> {
    let uses = Uses { carried: false, whole: false, tokens: false };
    let (mut user, mut values, mut texts) = (false, Sources::NONE, Sources::NONE);
    match args.0.word {
        Word::ArgFrom => {
            let source = formula::Source::new(args.text(2)?).ok_or_else(|| args.error())?;
            let quote = args.text(3)? == "quote";
            let source = tests.origin(&source, Uses { carried: true, ..uses })?;
            return Ok(Asked::From { sources: Sources::one(source), quote });
        }
        Word::ArgFromUser => user = true,
        _ => {
            for place in 2..args.0.args.len() {
                let source = formula::Source::new(args.text(place)?).ok_or_else(|| args.error())?;
                if source.is_user() {
                    user = true;
                    continue;
                }
                let tokens = source.in_text;
                let id = tests.origin(&source, Uses { whole: true, tokens, ..uses })?;
                let set = if tokens { &mut texts } else { &mut values };
                *set = set.or(Sources::one(id));
            }
        }
    }
    tests.needs.user_words |= user;
    Ok(Asked::Known { user, values, texts })
}

/// The test of a fact about another event than a call, or about who acts.
fn event_fact(args: &Arguments<'_>, tests: &mut TestsBuilder) -> Result<EventTest, AtomError> {
    Ok(match args.0.word {
        Word::Succeeded => EventTest::Result { tool: args.tool(0, tests)?, outcome: Outcome::Ok },
        Word::Result => EventTest::Result { tool: args.tool(0, tests)?, outcome: args.outcome(1)? },
        Word::OutputHas => {
            let tool = args.tool(0, tests)?;
            let expression = tests.matcher.add(Source::Output(tool), args.text(1)?, false);
            EventTest::Output { tool, expression }
        }
        Word::UserSaid => EventTest::Said(tests.matcher.add(Source::Said, args.text(0)?, false)),
        Word::LlmSaid => EventTest::Reply(tests.matcher.add(Source::Reply, args.text(0)?, false)),
        Word::PromptContains => {
            EventTest::Prompt(tests.matcher.add(Source::Prompt, args.text(0)?, false))
        }
        Word::Segment => EventTest::Segment(args.text(0)?.into()),
        Word::SystemPromptPresent => EventTest::SystemPrompt,
        Word::AgentIs => EventTest::Agent(args.text(0)?.into()),
        Word::Perm => {
            let permission = args.text(0)?;
            let has =
                |(_, list): &&(Box<str>, Vec<Box<str>>)| list.iter().any(|p| **p == *permission);
            let agents = tests.permissions.iter().filter(has).map(|(agent, _)| agent.clone());
            EventTest::AnyAgent(agents.collect())
        }
        word => return Err(AtomError::Unsupported(word)),
    })
}

/// The counter of a term.
pub(super) fn counter(
    symbol: &Symbol,
    with_alike: bool,
    tests: &mut TestsBuilder,
) -> Result<CounterSpec, AtomError> {
    let word = match symbol.word {
        Word::Count | Word::ConsecutiveCount => Word::Called,
        Word::CountWith => Word::CalledWith,
        Word::CountDenied => Word::Denied,
        other => return Err(AtomError::Sort(other)),
    };
    let counted = fact(&Symbol { word, args: symbol.args.clone() }, tests)?;
    Ok(CounterSpec { counted, consecutive: symbol.word == Word::ConsecutiveCount, with_alike })
}

/// The operand of a test. `places` are those of the counters and accumulators that it reads.
pub(super) fn operand(
    term: &Term,
    places: &mut impl Iterator<Item = u16>,
    tests: &mut TestsBuilder,
) -> Result<Operand, AtomError> {
    Ok(match term {
        Term::Number(number) => Operand::Number(*number),
        Term::Text(text) => Operand::Text(text.clone()),
        term if Accumulated::new(term).is_some() => {
            let mut place = || places.next().map(usize::from);
            let (low, high) = (place(), place());
            match (Accumulated::new(term), low, high) {
                (Some(of), Some(exact), Some(with_alike)) if of.is_counter() => {
                    Operand::Counter { exact, with_alike }
                }
                (Some(of), Some(low), Some(high)) => {
                    Operand::Amount { low, high, places: of.places() }
                }
                _ => return Err(AtomError::NotANumber(term.to_string())),
            }
        }
        Term::Length(inner) => Operand::Length(Box::new(operand(inner, places, tests)?)),
        Term::Optional(inner) => Operand::Optional(Box::new(operand(inner, places, tests)?)),
        Term::Symbol(symbol) => {
            let args = Arguments(symbol);
            match symbol.word {
                Word::Arg | Word::ArgNumeric => Operand::Argument {
                    tool: args.tool(0, tests)?,
                    path: args.path(1)?,
                    numeric: symbol.word == Word::ArgNumeric,
                },
                Word::CtxValue => Operand::Fact(tests.key(args.text(0)?)),
                Word::ResponseWords => Operand::Event(EventValue::Words),
                Word::ResponseChars => Operand::Event(EventValue::Characters),
                Word::ContextLength => Operand::Event(EventValue::ContextLength),
                Word::Now => Operand::Event(EventValue::Now),
                word if word.entry().sort == Sort::Term => {
                    return Err(AtomError::Unsupported(word));
                }
                word => return Err(AtomError::Sort(word)),
            }
        }
        Term::Selected(selection) => return Err(AtomError::Unsupported(selection.of.word)),
    })
}

/// The arguments of a symbol, by place and kind.
pub(super) struct Arguments<'s>(pub(super) &'s Symbol);

impl Arguments<'_> {
    pub(super) fn error(&self) -> AtomError {
        AtomError::Argument(self.0.word)
    }

    pub(super) fn text(&self, at: usize) -> Result<&str, AtomError> {
        match self.0.args.get(at) {
            Some(Constant::Text(text)) => Ok(text),
            _ => Err(self.error()),
        }
    }

    pub(super) fn tool(&self, at: usize, tests: &mut TestsBuilder) -> Result<ToolId, AtomError> {
        tests.tools.mention(self.text(at)?).map_err(AtomError::Tools)
    }

    fn outcome(&self, at: usize) -> Result<Outcome, AtomError> {
        Ok(match self.text(at)? {
            "ok" => Outcome::Ok,
            "error" => Outcome::Error,
            "denied" => Outcome::Denied,
            "timeout" => Outcome::Timeout,
            "unknown" => Outcome::Unknown,
            _ => return Err(self.error()),
        })
    }

    pub(super) fn path(&self, at: usize) -> Result<Path, AtomError> {
        Path::parse(self.text(at)?).map_err(|_| self.error())
    }

    pub(super) fn natural(&self, at: usize) -> Result<u64, AtomError> {
        match self.0.args.get(at) {
            Some(Constant::Number(number)) => number.to_u64().ok_or_else(|| self.error()),
            _ => Err(self.error()),
        }
    }
}
