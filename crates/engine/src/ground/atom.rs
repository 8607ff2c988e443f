//! From the words of a formula to tests and counters.
//!
//! One function a word of the catalog. Adding an atom is an entry in `catalog`, a case here and, if it asks
//! something of an event that nothing asks yet, a [`Test`].

use super::catalog::{Sort, Word};
use super::event_test::{EventTest, EventValue};
use super::matcher::Source;
use super::name::ToolId;
use super::operand::Operand;
use super::set::SetError;
use super::test::{Test, TestId, TestsBuilder};
use crate::event::{Decimal, Outcome, Path};
use crate::formula::{Constant, Relation, Symbol, Term};

/// Why a word cannot be compiled. The parser refuses all of these; a formula that was built by hand may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AtomError {
    /// An argument is missing or of the wrong kind.
    Argument(Word),
    /// A fact stands where a value is needed, or the reverse.
    Sort(Word),
    /// The word is known, and nothing tells its truth.
    Unsupported(Word),
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

/// What a comparison becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    Constant(bool),
    /// A counter lies in a range, or outside of it.
    Range(Range),
    /// Both ranges hold, or, where `any`, one of them.
    Ranges {
        any: bool,
        ranges: [Range; 2],
    },
    Test(TestId),
}

/// A counter lies in a range, or outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) counter: CounterSpec,
    pub(crate) low: u64,
    pub(crate) high: u64,
    pub(crate) inside: bool,
}

/// Whether the truth of the word is always known.
pub(crate) fn is_exact(word: Word) -> bool {
    matches!(
        word,
        Word::CalledAny
            | Word::Ctx
            | Word::CtxMatches
            | Word::LlmSaid
            | Word::Segment
            | Word::PromptContains
            | Word::SystemPromptPresent
    )
}

/// Whether a comparison is between counters and numbers only.
fn is_counter_only(left: &Term, right: &Term) -> bool {
    let fixed = |term: &Term| match term {
        Term::Number(_) => true,
        Term::Symbol(symbol) => is_counter(symbol.word),
        _ => false,
    };
    fixed(left) && fixed(right)
}

/// A counter is never missing: `optional` around it says nothing.
fn counter_in(term: &Term) -> &Term {
    match term {
        Term::Optional(inner) if matches!(&**inner, Term::Symbol(s) if is_counter(s.word)) => inner,
        other => other,
    }
}

fn is_counter(word: Word) -> bool {
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
        Word::Ctx => Test::Fact { key: tests.key(args.text(0)?), value: args.text(1)?.into() },
        Word::CtxMatches => {
            let key = tests.key(args.text(0)?);
            Test::FactMatches {
                key,
                expression: tests.matcher.add(Source::Fact(key), args.text(1)?, true),
            }
        }
        Word::Succeeded
        | Word::Result
        | Word::OutputHas
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

/// The counters that a test about other values reads besides: none where the comparison is about counters only.
pub(crate) fn mixed_counters(
    left: &Term,
    right: &Term,
    tests: &mut TestsBuilder,
) -> Result<Vec<CounterSpec>, AtomError> {
    let (left, right) = (counter_in(left), counter_in(right));
    if matches!((left, right), (Term::Number(_), _) | (_, Term::Number(_)))
        && is_counter_only(left, right)
    {
        return Ok(Vec::new());
    }
    let mut counters = Vec::new();
    for term in [left, right] {
        let mut inner = term;
        while let Term::Length(next) | Term::Optional(next) = inner {
            inner = next;
        }
        if let Term::Symbol(symbol) = inner
            && is_counter(symbol.word)
        {
            counters.push(counter(symbol, false, tests)?);
            counters.push(counter(symbol, true, tests)?);
        }
    }
    Ok(counters)
}

/// What `left relation right`, or its negation, becomes. `places` are those of the
/// [`mixed_counters`] in the plan.
pub(crate) fn comparison(
    relation: Relation,
    [left, right]: [&Term; 2],
    negated: bool,
    lenient: bool,
    places: &[u16],
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    let (left, right) = (counter_in(left), counter_in(right));
    if let (Term::Number(left), Term::Number(right)) = (left, right) {
        return Ok(Compared::Constant(relation.admits(left.cmp(right)) != negated));
    }
    match (left, right) {
        (Term::Symbol(symbol), Term::Number(limit)) if is_counter(symbol.word) => {
            range(relation, symbol, *limit, negated, lenient, tests)
        }
        (Term::Number(limit), Term::Symbol(symbol)) if is_counter(symbol.word) => {
            range(mirrored(relation), symbol, *limit, negated, lenient, tests)
        }
        _ => {
            let mut places = places.iter().copied();
            let [left_operand, right_operand] =
                [left, right].map(|term| operand(term, &mut places, tests));
            let (left_operand, right_operand) = (left_operand?, right_operand?);
            let mut text = format!("{left} {} {right}", relation.sign());
            if places.len() > 0 || left_operand.reads_counter() || right_operand.reads_counter() {
                // Counters belong to one contract, and so does a test that reads them.
                text = format!("{text} #{}", tests.len());
            }
            let test = tests.test(text, |_| Test::Compare {
                relation,
                left: left_operand,
                right: right_operand,
            });
            Ok(Compared::Test(test))
        }
    }
}

/// The relation with its sides exchanged.
fn mirrored(relation: Relation) -> Relation {
    match relation {
        Relation::Less => Relation::Greater,
        Relation::LessOrEqual => Relation::GreaterOrEqual,
        Relation::Greater => Relation::Less,
        Relation::GreaterOrEqual => Relation::LessOrEqual,
        Relation::Equal | Relation::NotEqual => relation,
    }
}

/// The whole numbers that stand in `relation` to `limit`, as a range.
fn range(
    relation: Relation,
    symbol: &Symbol,
    limit: Decimal,
    negated: bool,
    lenient: bool,
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    if matches!(relation, Relation::Equal | Relation::NotEqual) {
        return equality(relation, symbol, limit, negated, lenient, tests);
    }
    // An upper limit is hurt by more, a lower one by less: calls of a look-alike count towards the former only.
    let is_upper = matches!(relation, Relation::Less | Relation::LessOrEqual) != negated;
    let counter = counter(symbol, is_upper != lenient, tests)?;
    let floor = floor(limit);
    let whole = floor.is_some_and(|f| Decimal::from(f) == limit);
    let (low, high, inside) = match (relation, floor) {
        // Every count is above a negative limit, and none above one beyond all counts.
        (Relation::Less | Relation::LessOrEqual, None) if limit.is_negative() => (1, 0, true),
        (Relation::Less | Relation::LessOrEqual, None) => (0, u64::MAX, true),
        (Relation::Less, Some(0)) if whole => (1, 0, true),
        (Relation::Less, Some(f)) if whole => (0, f.saturating_sub(1), true),
        (Relation::Less | Relation::LessOrEqual, Some(f)) => (0, f, true),
        (Relation::Greater | Relation::GreaterOrEqual, None) if limit.is_negative() => {
            (0, u64::MAX, true)
        }
        (Relation::Greater | Relation::GreaterOrEqual, None) => (1, 0, true),
        (Relation::GreaterOrEqual, Some(f)) if whole => (f, u64::MAX, true),
        (Relation::Greater | Relation::GreaterOrEqual, Some(f)) => {
            (f.saturating_add(1), u64::MAX, true)
        }
        (Relation::Equal | Relation::NotEqual, _) => (1, 0, true),
    };
    Ok(Compared::Range(Range { counter, low, high, inside: inside != negated }))
}

/// A counter that is, or is not, a number. Look-alikes make it a range from `exact` to `with_alike`: it surely is the
/// number if both ends are, and surely is not if one end lies beyond it.
fn equality(
    relation: Relation,
    symbol: &Symbol,
    limit: Decimal,
    negated: bool,
    lenient: bool,
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    let equal = (relation == Relation::Equal) != negated;
    let Some(n) = floor(limit).filter(|n| Decimal::from(*n) == limit) else {
        return Ok(Compared::Constant(!equal));
    };
    let (exact, with_alike) = (counter(symbol, false, tests)?, counter(symbol, true, tests)?);
    let range = |counter, low, high, inside| Range { counter, low, high, inside };
    let ranges = match (equal, lenient) {
        (true, false) => [range(exact, n, n, true), range(with_alike, n, n, true)],
        (false, true) => [range(exact, n, n, false), range(with_alike, n, n, false)],
        (true, true) => [range(exact, 0, n, true), range(with_alike, n, u64::MAX, true)],
        (false, false) => [range(exact, 0, n, false), range(with_alike, n, u64::MAX, false)],
    };
    Ok(Compared::Ranges { any: !equal, ranges })
}

/// The whole part of a number that is not negative and not too large.
fn floor(limit: Decimal) -> Option<u64> {
    if limit.is_negative() {
        return None;
    }
    limit.to_u64().or_else(|| {
        let places = u32::try_from(limit.exponent().checked_neg()?).ok()?;
        let scale = 10u128.checked_pow(places);
        scale.map_or(Some(0), |scale| u64::try_from(limit.digits() / scale).ok())
    })
}

fn counter(
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

fn operand(
    term: &Term,
    places: &mut impl Iterator<Item = u16>,
    tests: &mut TestsBuilder,
) -> Result<Operand, AtomError> {
    Ok(match term {
        Term::Number(number) => Operand::Number(*number),
        Term::Text(text) => Operand::Text(text.clone()),
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
                word if is_counter(word) => {
                    let mut place = || places.next().map(usize::from).ok_or(AtomError::Sort(word));
                    Operand::Counter { exact: place()?, with_alike: place()? }
                }
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
struct Arguments<'s>(&'s Symbol);

impl Arguments<'_> {
    fn error(&self) -> AtomError {
        AtomError::Argument(self.0.word)
    }

    fn text(&self, at: usize) -> Result<&str, AtomError> {
        match self.0.args.get(at) {
            Some(Constant::Text(text)) => Ok(text),
            _ => Err(self.error()),
        }
    }

    fn tool(&self, at: usize, tests: &mut TestsBuilder) -> Result<ToolId, AtomError> {
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

    fn path(&self, at: usize) -> Result<Path, AtomError> {
        Path::parse(self.text(at)?).map_err(|_| self.error())
    }

    fn natural(&self, at: usize) -> Result<u64, AtomError> {
        match self.0.args.get(at) {
            Some(Constant::Number(number)) => number.to_u64().ok_or_else(|| self.error()),
            _ => Err(self.error()),
        }
    }
}
