//! From a word and its arguments to a fact or a term, by the catalog.
//!
//! A word is looked up late, once its place is known: `denied(pay)` between comparison signs is a counter,
//! and elsewhere a fact. What an argument may be is the business of `constant`.

use super::constant::constant;
use super::error::{Found, Kind, ParseError};
use super::operator::Function;
use crate::event::Decimal;
use crate::formula::ast::{Condition, Constant, Symbol, Term};
use crate::formula::lexer::Span;
use crate::ground::catalog::{CATALOG, Entry, Kind as Takes, Parameter, Sort};

/// One argument as written.
#[derive(Clone, Debug)]
pub(super) struct Argument<'t> {
    pub(super) value: Written<'t>,
    pub(super) span: Span,
}

/// How an argument is written.
#[derive(Clone, Debug)]
pub(super) enum Written<'t> {
    Name(&'t str),
    Text(Box<str>),
    /// A number and its text: a version `1.10` is not the number 1.1.
    Number(Decimal, &'t str),
    /// A set of tools, with its braces.
    Set(&'t str),
    /// A tag, with its sign.
    Tag(&'t str),
    /// A word with arguments of its own.
    Call(Box<Call<'t>>),
}

impl Written<'_> {
    /// The text, where it is a name or a text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Name(text) => Some(text),
            Self::Text(text) => Some(text),
            Self::Number(..) | Self::Set(_) | Self::Tag(_) | Self::Call(_) => None,
        }
    }
}

/// A word applied to arguments, before its sort is known.
#[derive(Clone, Debug)]
pub(super) struct Call<'t> {
    pub(super) name: Box<str>,
    /// The name's place.
    pub(super) name_span: Span,
    pub(super) args: Vec<Argument<'t>>,
    /// Whether it has parentheses.
    pub(super) applied: bool,
    /// What `Var(…)` or `Atom(…)` say that it is.
    pub(super) sort: Option<Sort>,
    /// What follows it: `where …`, `within …`.
    pub(super) conditions: Vec<Condition>,
    pub(super) seconds: Option<u64>,
    /// Whether its arguments were checked before.
    pub(super) is_known: bool,
}

impl<'t> Call<'t> {
    /// A word and its arguments.
    pub(super) fn new(name: &'t str, name_span: Span, args: Option<Vec<Argument<'t>>>) -> Self {
        let (applied, args) = (args.is_some(), args.unwrap_or_default());
        let (conditions, seconds) = (Vec::new(), None);
        let (sort, is_known) = (None, false);
        Self { name: name.into(), name_span, args, applied, sort, conditions, seconds, is_known }
    }

    /// The entries of its name in the catalog.
    pub(super) fn entries(&self) -> impl Iterator<Item = &'static Entry> {
        entries(&self.name)
    }

    /// The term this is; `span` is the whole of it.
    pub(super) fn term(self, span: Span) -> Result<Term, ParseError> {
        let symbol = self.resolve(Sort::Term, span)?;
        Ok(Term::selected(symbol, self.conditions.into(), self.seconds))
    }

    /// The fact this is.
    pub(super) fn fact(&self, span: Span) -> Result<Symbol, ParseError> {
        if self.seconds.is_some() || !self.conditions.is_empty() {
            let kind = Kind::NotFormula { what: Found::new(&self.name), example: None };
            return Err(ParseError::new(kind, span));
        }
        self.resolve(Sort::Fact, span)
    }

    /// The symbol this is where a `sort` is needed; `span` is the whole of it.
    pub(super) fn resolve(&self, sort: Sort, span: Span) -> Result<Symbol, ParseError> {
        let named = || self.entries();
        let Some(first) = named().next() else { return Err(self.unknown(sort)) };
        if self.sort.is_some_and(|said| said != sort) {
            return Err(self.misplaced(sort, first, span));
        }
        let mut fitting = named().filter(|entry| entry.sort == sort).peekable();
        let Some(&candidate) = fitting.peek() else {
            return Err(self.misplaced(sort, first, span));
        };
        let parted = dotted(candidate, &self.args);
        let args = parted.as_deref().unwrap_or(&self.args);
        let Some(entry) = fitting.find(|entry| entry.takes(args.len())) else {
            let kind = Kind::Arity {
                word: self.name.clone(),
                takes: candidate.parameters.len(),
                given: self.args.len(),
                usage: usage(candidate),
            };
            return Err(ParseError::new(kind, span));
        };
        let given = args.iter().enumerate().map(|(place, argument)| match entry.parameter(place) {
            Some(parameter) => constant(entry, parameter, argument, self.is_known),
            None => Ok(Constant::Text(Box::default())),
        });
        let defaults = entry.parameters.iter().skip(args.len()).filter_map(|p| p.default);
        let defaults = defaults.map(|text| Ok(Constant::Text(text.into())));
        Ok(Symbol { word: entry.word, args: given.chain(defaults).collect::<Result<_, _>>()? })
    }

    fn unknown(&self, sort: Sort) -> ParseError {
        if !self.applied && Function::named(&self.name).is_some() {
            return ParseError::new(Kind::Bare(self.name.clone()), self.name_span);
        }
        let suggestion = nearest(&self.name);
        let quotable = sort == Sort::Term && !self.applied;
        let kind = Kind::Unknown { name: Found::new(&self.name), suggestion, quotable };
        ParseError::new(kind, self.name_span)
    }

    fn misplaced(&self, needed: Sort, entry: &Entry, span: Span) -> ParseError {
        let what = Found::new(&self.name);
        let kind = match needed {
            Sort::Fact => Kind::NotFormula { what, example: Some(usage(entry)) },
            Sort::Term => Kind::NotTerm { what, quotable: false },
        };
        ParseError::new(kind, span)
    }
}

/// How a word is written: `arg(tool, path)`.
fn usage(entry: &Entry) -> Box<str> {
    let mut text = String::from(entry.name);
    for (place, parameter) in entry.parameters.iter().enumerate() {
        text.push_str(if place == 0 { "(" } else { ", " });
        text.push_str(parameter.name);
    }
    if !entry.parameters.is_empty() {
        text.push_str(if entry.parameters.iter().any(|p| p.repeated) { ", …)" } else { ")" });
    }
    text.into()
}

/// The entries of a name in the catalog.
pub(super) fn entries(name: &str) -> impl Iterator<Item = &'static Entry> {
    CATALOG.iter().filter(move |entry| entry.is_named(name))
}

/// Tool and path of `sum(pay.amount)`, where one name stands for both.
fn dotted<'t>(entry: &Entry, args: &[Argument<'t>]) -> Option<Vec<Argument<'t>>> {
    let [Parameter { kind: Takes::Tool, .. }, Parameter { kind: Takes::ArgPath, .. }] =
        entry.parameters
    else {
        return None;
    };
    let [Argument { value: Written::Name(name), span }] = args else { return None };
    let (tool, path) = name.split_once('.')?;
    let part = |text| Argument { value: Written::Name(text), span: *span };
    Some(vec![part(tool), part(path)])
}

/// The known name that is nearest to `name`, if it is near: a third of its letters may differ.
fn nearest(name: &str) -> Option<&'static str> {
    let words = CATALOG
        .iter()
        .flat_map(|entry| core::iter::once(entry.name).chain(entry.aliases.iter().copied()));
    let names =
        words.chain(Function::NAMES).chain(["true", "false", "Var", "Atom", "Const", "ArgLength"]);
    nearest_of(name, names)
}

pub(super) fn nearest_of(
    name: &str,
    names: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    const CHARACTERS_MAX: usize = 64;
    let length = name.chars().count();
    if length > CHARACTERS_MAX {
        return None;
    }
    names
        .map(|known| (distance(name, known), known))
        .filter(|(distance, _)| distance.saturating_mul(3) <= length)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The edit distance of two names; the case of letters does not count.
fn distance(from: &str, to: &str) -> usize {
    let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (from, to) = (fold(from), fold(to));
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (place, a) in from.iter().enumerate() {
        let mut diagonal = place;
        let mut left = place.saturating_add(1);
        let mut next = vec![left];
        for (above, b) in row.iter().skip(1).zip(&to) {
            let replaced = diagonal.saturating_add(usize::from(a != b));
            left = replaced.min(above.saturating_add(1)).min(left.saturating_add(1));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (from, to, expect) in [
            ("", "abc", 3),
            ("called", "called", 0),
            ("caled", "called", 1),
            ("Called", "called", 0),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(from, to), expect, "{from} {to}");
            assert_eq!(distance(to, from), expect, "{to} {from}");
        }
    }

    #[test]
    fn far_names_are_not_suggested() {
        assert_eq!(nearest("caled"), Some("called"));
        assert_eq!(nearest("CountWith"), Some("count_with"));
        assert_eq!(nearest("x"), None);
        assert_eq!(nearest("frobnicate"), None);
        assert_eq!(nearest(&"called".repeat(20)), None);
    }
}
