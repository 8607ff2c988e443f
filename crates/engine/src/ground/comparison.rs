//! From comparisons with counters and accumulators to operations of a plan.
//!
//! A comparison with a number becomes an interval of whole numbers. Look-alikes and values that are missing leave
//! the amount open between two ends: one accumulator takes in what surely belongs, the other what may belong. An
//! upper limit is hurt by more, a lower one by less, so each reads the end that hurts; equality reads both. Where
//! the other side is no number, the comparison is a test that reads both ends, see
//! [`Operand`](super::test::Operand).

use super::accumulator::{Interval, Kind, SUM_PLACES, TIME_PLACES};
use super::atom::{Arguments, AtomError, CounterSpec, counter, fact, is_counter, operand};
use super::catalog::Word;
use super::reading::{Reading, TokenKind};
use super::registry::TestsBuilder;
use super::test::{Test, TestId};
use crate::event::Decimal;
use crate::formula::{Condition, Constant, Relation, Selection, Symbol, Term};
use crate::limits::{DISTINCT_MAX, WINDOW_EVENTS_MAX};

/// An accumulator that a comparison needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AmountSpec {
    pub(crate) kind: Kind,
    /// What has to hold of an event that is taken in: all of it.
    pub(crate) taken: Vec<(TestId, bool)>,
    /// A fact that has to hold instead.
    pub(crate) fact: Option<Symbol>,
    /// The event that may take it back.
    pub(crate) ended: Option<TestId>,
    /// Whether events are taken in that only may belong.
    pub(crate) with_alike: bool,
    pub(crate) text: Box<str>,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    Counter(CounterSpec),
    Amount(AmountSpec),
}

/// A counter or an accumulator lies in an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) of: Spec,
    pub(crate) interval: Interval,
    /// Whether the amount may be missing without a violation.
    pub(crate) optional: bool,
}

/// What a comparison becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    Constant(bool),
    Range(Range),
    /// Both ranges hold, or, where `any`, one of them.
    Ranges {
        any: bool,
        ranges: Box<[Range; 2]>,
    },
    Test(TestId),
}

/// A term that is accumulated, without `optional` around it.
#[derive(Clone, Copy)]
pub(super) struct Accumulated<'t> {
    of: &'t Symbol,
    conditions: &'t [Condition],
    seconds: Option<u64>,
    optional: bool,
    /// The term as a whole.
    term: &'t Term,
}

impl<'t> Accumulated<'t> {
    /// The term, where it is such a one itself.
    pub(super) fn new(term: &'t Term) -> Option<Self> {
        let (of, conditions, seconds) = match term {
            Term::Symbol(symbol) if is_accumulated(symbol.word) => (symbol, &[][..], None),
            Term::Selected(selection) => {
                let Selection { of, conditions, seconds } = &**selection;
                (of, &**conditions, *seconds)
            }
            _ => return None,
        };
        Some(Self { of, conditions, seconds, optional: false, term })
    }

    /// The term, where it is such a one below any `optional`.
    fn within_optional(term: &'t Term) -> Option<Self> {
        match term {
            Term::Optional(inner) => {
                Self::within_optional(inner).map(|a| Self { optional: true, ..a })
            }
            other => Self::new(other),
        }
    }

    /// Whether it counts all calls from the beginning: a plain counter.
    pub(super) fn is_counter(&self) -> bool {
        is_counter(self.of.word) && self.seconds.is_none() && self.conditions.is_empty()
    }

    /// The decimal places of its unit.
    pub(super) fn places(&self) -> u8 {
        match self.of.word {
            Word::Sum => SUM_PLACES,
            Word::TimeSince => TIME_PLACES,
            _ => 0,
        }
    }

    /// Whether it is less if more is taken in.
    fn falls(&self) -> bool {
        self.of.word == Word::TimeSince
    }

    /// What is accumulated, for a comparison with `limit`; without one, for a comparison with anything.
    fn spec(
        &self,
        limit: Option<Decimal>,
        with_alike: bool,
        tests: &mut TestsBuilder,
    ) -> Result<Spec, AtomError> {
        if self.is_counter() {
            return counter(self.of, with_alike, tests).map(Spec::Counter);
        }
        let args = Arguments(self.of);
        let micros = self.seconds.map(|seconds| seconds.saturating_mul(1_000_000));
        let mut taken = Vec::new();
        let mut since = None;
        let kind = match self.of.word {
            Word::Count | Word::CountWith | Word::CountDenied => {
                taken.push((counter(self.of, with_alike, tests)?.counted, true));
                let size = self.size(limit, WINDOW_EVENTS_MAX)?;
                Kind::Window { micros: micros.unwrap_or(u64::MAX), size }
            }
            Word::Sum => {
                let tool = args.tool(0, tests)?;
                taken.push((self.called(tests)?, true));
                let reading = Reading::Number { tool, path: args.path(1)? };
                let reading = tests.reading(self.of.to_string(), reading);
                match micros {
                    None => Kind::Sum(reading),
                    Some(micros) => Kind::SumWithin { reading, micros, at_least: with_alike },
                }
            }
            Word::Distinct => {
                let tool = args.tool(0, tests)?;
                taken.push((self.called(tests)?, true));
                let reading = Reading::Digest { tool, path: args.path(1)? };
                let reading = tests.reading(self.of.to_string(), reading);
                Kind::Distinct { reading, size: self.size(limit, DISTINCT_MAX)? }
            }
            Word::TimeSince => {
                let Some(Constant::Fact(symbol)) = self.of.args.first() else {
                    return Err(AtomError::Argument(self.of.word));
                };
                since = Some((**symbol).clone());
                Kind::Since { lasting: is_lasting(symbol.word) }
            }
            Word::TokenCount => {
                let kind = match args.text(0)? {
                    "input" => TokenKind::Input,
                    "output" => TokenKind::Output,
                    _ => TokenKind::Total,
                };
                Kind::Tokens(tests.reading(self.of.to_string(), Reading::Tokens(kind)))
            }
            Word::DelegationDepth => {
                tests.needs.depths = true;
                Kind::Present(tests.reading(self.of.to_string(), Reading::Depth))
            }
            other => return Err(AtomError::Sort(other)),
        };
        for condition in self.conditions {
            taken.push(literal(condition, tests)?);
        }
        let text = self.term.to_string().into();
        Ok(Spec::Amount(AmountSpec { kind, taken, fact: since, ended: None, with_alike, text }))
    }

    /// The test that the event is a call of the tool.
    fn called(&self, tests: &mut TestsBuilder) -> Result<TestId, AtomError> {
        let args = self.of.args.iter().take(1).cloned().collect();
        fact(&Symbol { word: Word::Called, args }, tests)
    }

    /// How much has to be kept to tell amounts up to the limit from those above it.
    fn size(&self, limit: Option<Decimal>, most: u16) -> Result<u16, AtomError> {
        let Some(limit) = limit else {
            return Err(AtomError::NotANumber(self.term.to_string()));
        };
        let needed = match floor(limit, 0) {
            Some(floor) => floor.saturating_add(1),
            None if limit.is_negative() => 1,
            None => u128::MAX,
        };
        let size = u16::try_from(needed).ok().filter(|size| *size <= most);
        size.ok_or_else(|| AtomError::TooMuchKept(self.term.to_string(), most.saturating_sub(1)))
    }
}

fn is_accumulated(word: Word) -> bool {
    is_counter(word)
        || matches!(
            word,
            Word::Sum | Word::Distinct | Word::TimeSince | Word::TokenCount | Word::DelegationDepth
        )
}

/// Whether a fact, once true, stays so until something ends it.
fn is_lasting(word: Word) -> bool {
    matches!(
        word,
        Word::Ctx
            | Word::CtxMatches
            | Word::Done
            | Word::DoneWith
            | Word::Contains
            | Word::Flow
            | Word::UserSaid
            | Word::AgentIs
            | Word::Perm
    )
}

fn literal(condition: &Condition, tests: &mut TestsBuilder) -> Result<(TestId, bool), AtomError> {
    match condition {
        Condition::Fact { fact: symbol, positive } => Ok((fact(symbol, tests)?, *positive)),
        Condition::Compare(relation, left, right) => {
            let mut none = core::iter::empty();
            let left_operand = operand(left, &mut none, tests)?;
            let right_operand = operand(right, &mut none, tests)?;
            let text = format!("{left} {} {right}", relation.sign());
            let test = tests.test(text, |_| Test::Compare {
                relation: *relation,
                left: left_operand,
                right: right_operand,
            });
            Ok((test, true))
        }
    }
}

/// What `done(t)` or `done_with(t, r)`, or its negation, becomes.
pub(crate) fn done(
    symbol: &Symbol,
    negated: bool,
    lenient: bool,
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    let args = Arguments(symbol);
    tests.needs.calls = true;
    let called = if symbol.word == Word::DoneWith { Word::CalledWith } else { Word::Called };
    let called = fact(&Symbol { word: called, args: symbol.args.clone() }, tests)?;
    let tool = args.tool(0, tests)?;
    let ended = tests.test(format!("ended({})", args.text(0)?), |_| Test::Ended(tool));
    let of = Spec::Amount(AmountSpec {
        kind: Kind::Standing,
        taken: vec![(called, true)],
        fact: None,
        ended: Some(ended),
        with_alike: negated != lenient,
        text: symbol.to_string().into(),
    });
    let interval = Interval { low: 1, high: u128::MAX, inside: !negated };
    Ok(Compared::Range(Range { of, interval, optional: false }))
}

/// The counters and accumulators that a test about other values reads besides, both ends of each. None where the
/// comparison is with a number.
pub(crate) fn mixed(
    left: &Term,
    right: &Term,
    tests: &mut TestsBuilder,
) -> Result<Vec<Spec>, AtomError> {
    if with_number(left, right).is_some() {
        return Ok(Vec::new());
    }
    let mut specs = Vec::new();
    for term in [left, right] {
        let mut inner = term;
        while let Term::Length(next) | Term::Optional(next) = inner {
            inner = next;
        }
        if let Some(accumulated) = Accumulated::new(inner) {
            for high in [false, true] {
                let with_alike = high != accumulated.falls();
                specs.push(accumulated.spec(None, with_alike, tests)?);
            }
        }
    }
    Ok(specs)
}

/// An accumulated term and the number it is compared with; `true` where the number stands on the left.
fn with_number<'t>(left: &'t Term, right: &'t Term) -> Option<(Accumulated<'t>, Decimal, bool)> {
    match (left, right) {
        (term, Term::Number(limit)) => {
            Accumulated::within_optional(term).map(|a| (a, *limit, false))
        }
        (Term::Number(limit), term) => {
            Accumulated::within_optional(term).map(|a| (a, *limit, true))
        }
        _ => None,
    }
}

/// What `left relation right`, or its negation, becomes. `places` are those of what is [`mixed`] in, in the plan.
pub(crate) fn comparison(
    relation: Relation,
    [left, right]: [&Term; 2],
    negated: bool,
    lenient: bool,
    places: &[u16],
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    if let (Term::Number(left), Term::Number(right)) = (left, right) {
        return Ok(Compared::Constant(relation.admits(left.cmp(right)) != negated));
    }
    if let Some((accumulated, limit, is_mirrored)) = with_number(left, right) {
        let relation = if is_mirrored { relation.mirrored() } else { relation };
        return range(relation, &accumulated, limit, negated, lenient, tests);
    }
    let mut rest = places.iter().copied();
    let left_operand = operand(left, &mut rest, tests)?;
    let right_operand = operand(right, &mut rest, tests)?;
    let mut text = format!("{left} {} {right}", relation.sign());
    if !places.is_empty() {
        // Counters belong to one contract, and so does a test that reads them.
        text = format!("{text} #{}", tests.len());
    }
    let test =
        tests.test(text, |_| Test::Compare { relation, left: left_operand, right: right_operand });
    Ok(Compared::Test(test))
}

/// The amounts that stand in `relation` to `limit`, as a range.
fn range(
    relation: Relation,
    of: &Accumulated<'_>,
    limit: Decimal,
    negated: bool,
    lenient: bool,
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    if matches!(relation, Relation::Equal | Relation::NotEqual) {
        return equality(relation, of, limit, negated, lenient, tests);
    }
    // An upper limit is hurt by more, a lower one by less: calls of a look-alike count towards the former only.
    let is_upper = matches!(relation, Relation::Less | Relation::LessOrEqual) != negated;
    let with_alike = (is_upper != lenient) != of.falls();
    let spec = of.spec(Some(limit), with_alike, tests)?;
    let Interval { low, high, inside } = interval(relation, limit, of.places());
    let interval = Interval { low, high, inside: inside != negated };
    Ok(Compared::Range(Range { of: spec, interval, optional: of.optional }))
}

/// The amounts, in units of so many decimal places, that stand in an order to `limit`. The largest of all is above
/// every limit.
fn interval(relation: Relation, limit: Decimal, places: u8) -> Interval {
    const TOP: u128 = u128::MAX;
    const BELOW_TOP: u128 = TOP - 1;
    let floor = floor(limit, places).filter(|floor| *floor < BELOW_TOP);
    let is_whole = floor.is_some_and(|floor| is_exactly(floor, limit, places));
    let (low, high) = match (relation, floor) {
        // Every amount is above a negative limit, and none but the largest above one beyond all of them.
        (Relation::Less | Relation::LessOrEqual, None) if limit.is_negative() => (1, 0),
        (Relation::Less | Relation::LessOrEqual, None) => (0, BELOW_TOP),
        (Relation::Less, Some(0)) if is_whole => (1, 0),
        (Relation::Less, Some(f)) if is_whole => (0, f.saturating_sub(1)),
        (Relation::Less | Relation::LessOrEqual, Some(f)) => (0, f),
        (_, None) if limit.is_negative() => (0, TOP),
        (_, None) => (TOP, TOP),
        (Relation::GreaterOrEqual, Some(f)) if is_whole => (f, TOP),
        (_, Some(f)) => (f.saturating_add(1), TOP),
    };
    Interval { low, high, inside: true }
}

/// An amount that is, or is not, a number. It lies between two ends: it surely is the number if both ends are, and
/// surely is not if one end lies beyond it.
fn equality(
    relation: Relation,
    of: &Accumulated<'_>,
    limit: Decimal,
    negated: bool,
    lenient: bool,
    tests: &mut TestsBuilder,
) -> Result<Compared, AtomError> {
    let equal = (relation == Relation::Equal) != negated;
    let least = of.spec(Some(limit), of.falls(), tests)?;
    let most = of.spec(Some(limit), !of.falls(), tests)?;
    let places = of.places();
    let number = floor(limit, places).filter(|n| is_exactly(*n, limit, places));
    let range = |of: &Spec, low, high, inside| Range {
        of: of.clone(),
        interval: Interval { low, high, inside },
        optional: false,
    };
    let Some(n) = number else {
        if of.is_counter() {
            return Ok(Compared::Constant(!equal));
        }
        // No amount is this number; where it can be told at all.
        let never = |of: &Spec| range(of, 1, 0, !equal);
        return Ok(optional(of, !equal, [never(&least), never(&most)]));
    };
    let top = u128::MAX;
    let ranges = match (equal, lenient) {
        (true, false) => [range(&least, n, n, true), range(&most, n, n, true)],
        (false, true) => [range(&least, n, n, false), range(&most, n, n, false)],
        (true, true) => [range(&least, 0, n, true), range(&most, n, top, true)],
        (false, false) => [range(&least, 0, n, false), range(&most, n, top, false)],
    };
    Ok(optional(of, !equal, ranges))
}

fn optional(of: &Accumulated<'_>, any: bool, ranges: [Range; 2]) -> Compared {
    let ranges = ranges.map(|range| Range { optional: of.optional, ..range });
    Compared::Ranges { any, ranges: Box::new(ranges) }
}

/// The whole part of a number, in units of so many decimal places; none where it is negative or too large.
fn floor(limit: Decimal, places: u8) -> Option<u128> {
    if limit.is_negative() {
        return None;
    }
    let exponent = limit.exponent().checked_add(places.into())?;
    let power = |exponent: i32| 10u128.checked_pow(u32::try_from(exponent).ok()?);
    if limit == Decimal::ZERO {
        Some(0)
    } else if exponent >= 0 {
        limit.digits().checked_mul(power(exponent)?)
    } else {
        Some(
            power(exponent.checked_neg()?).and_then(|p| limit.digits().checked_div(p)).unwrap_or(0),
        )
    }
}

/// Whether the number is so many units of so many decimal places.
fn is_exactly(units: u128, limit: Decimal, places: u8) -> bool {
    let exponent = i32::from(places).saturating_neg();
    Decimal::new(false, units, exponent) == Some(limit)
}
