//! From a word and its arguments to a fact or a term, by the catalog.
//!
//! A word is looked up late, once its place is known: `denied(pay)` between comparison signs is a counter,
//! and elsewhere a fact. Everything about an argument that can be wrong is found here, at load, because a
//! misspelt word or a path that cannot exist would otherwise be a contract that never fires.

use regex_automata::util::syntax;

use super::error::{Found, Kind, ParseError};
use super::operator::Function;
use crate::event::{Decimal, Path};
use crate::formula::ast::{Condition, Constant, Formula, Node, Symbol, Term};
use crate::formula::lexer::Span;
use crate::formula::look_around;
use crate::formula::selector::canonical;
use crate::formula::source::Source;
use crate::ground::catalog::{CATALOG, Choice, Entry, Kind as Takes, Parameter, Sort};
use crate::ground::{Deeds, SetFlaw, effect};
use crate::limits::REGEX_BYTES_MAX;

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
}

impl<'t> Call<'t> {
    /// A word and its arguments.
    pub(super) fn new(name: &'t str, name_span: Span, args: Option<Vec<Argument<'t>>>) -> Self {
        let (applied, args) = (args.is_some(), args.unwrap_or_default());
        let (conditions, seconds) = (Vec::new(), None);
        Self { name: name.into(), name_span, args, applied, sort: None, conditions, seconds }
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
            Some(parameter) => constant(entry, parameter, argument),
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

fn constant(
    entry: &Entry,
    parameter: &Parameter,
    argument: &Argument<'_>,
) -> Result<Constant, ParseError> {
    let (word, name) = (entry.name, parameter.name);
    let refuse = |kind| Err(ParseError::new(kind, argument.span));
    if parameter.kind == Takes::Natural {
        let text = match &argument.value {
            Written::Number(number, _) if number.to_u64().is_some() => {
                return Ok(Constant::Number(*number));
            }
            Written::Number(_, text) | Written::Name(text) => text,
            Written::Set(text) | Written::Tag(text) => text,
            Written::Text(text) => &**text,
            Written::Call(call) => &*call.name,
        };
        return refuse(Kind::NotNatural { word, parameter: name, found: Found::new(text) });
    }
    if parameter.kind == Takes::Fact {
        return told(argument).map(|fact| Constant::Fact(Box::new(fact)));
    }
    let text = match (&argument.value, parameter.kind) {
        (Written::Name(text), _) => text,
        (Written::Text(text), _) => &**text,
        (Written::Set(text) | Written::Tag(text), takes) if takes.takes_sets() => text,
        (
            Written::Number(_, text),
            Takes::Text | Takes::Key | Takes::Tool | Takes::Source | Takes::Hosts | Takes::Objects,
        ) => text,
        (Written::Number(..), _) => return refuse(Kind::NotText { word, parameter: name }),
        (Written::Set(_) | Written::Tag(_) | Written::Call(_), _) => {
            return refuse(Kind::NotTool { word, parameter: name });
        }
    };
    let problem = match parameter.kind {
        Takes::Text | Takes::Natural | Takes::Fact => None,
        _ if text.is_empty() => Some(Kind::Empty { word, parameter: name }),
        Takes::Tool => match canonical(text) {
            Ok(tool) => return Ok(Constant::Text(tool)),
            Err(error) => Some(Kind::Tool(error)),
        },
        Takes::Source => match Source::parse(text) {
            Ok(source) => return Ok(Constant::Text(source.to_string().into())),
            Err(error) => Some(Kind::Tool(error)),
        },
        Takes::ArgPath => Path::parse(text).err().map(Kind::Path),
        Takes::Regex => regex_problem(text),
        Takes::Deed | Takes::Paths | Takes::Hosts | Takes::Objects => {
            match set(parameter.kind, text) {
                Ok(set) => return Ok(Constant::Text(set)),
                Err(flaw) => Some(Kind::set(flaw)),
            }
        }
        Takes::Outcome | Takes::Tokens | Takes::Grade | Takes::Access | Takes::Certainty => {
            match chosen(parameter.kind.choices(), text) {
                Ok(choice) => return Ok(Constant::Text(choice.into())),
                Err(suggestion) => {
                    let found = Found::new(text);
                    Some(Kind::NotChoice { word, parameter: name, found, suggestion })
                }
            }
        }
        Takes::Prefix
        | Takes::Key
        | Takes::Agent
        | Takes::Permission
        | Takes::Field
        | Takes::Segment => None,
    };
    problem.map_or_else(|| Ok(Constant::Text(text.into())), refuse)
}

/// The canonical text of a set of deeds, paths, hosts or objects.
fn set(kind: Takes, text: &str) -> Result<Box<str>, SetFlaw> {
    match kind {
        Takes::Deed => Deeds::canonical(text),
        Takes::Paths => effect::paths(text),
        Takes::Hosts => effect::hosts(text),
        _ => effect::objects(text),
    }
}

/// The value of a closed set that a text names, else what to suggest.
fn chosen(choices: &[Choice], text: &str) -> Result<&'static str, Box<str>> {
    let named = |c: &&Choice| c.name == text || c.aliases.contains(&text);
    if let Some(choice) = choices.iter().find(named) {
        return Ok(choice.name);
    }
    let near = nearest_of(text, choices.iter().map(|choice| choice.name));
    let list = || choices.iter().map(|c| c.name).collect::<Vec<_>>().join("`, `");
    Err(near.map_or_else(|| format!("one of `{}`", list()), |name| format!("`{name}`")).into())
}

/// The fact that an argument is: a call, a name, or a text that a formula consists of.
fn told(argument: &Argument<'_>) -> Result<Symbol, ParseError> {
    let span = argument.span;
    let no_fact = || ParseError::new(Kind::NotFact, span);
    match &argument.value {
        Written::Call(call) => call.fact(span),
        Written::Name(name) => Call::new(name, span, None).fact(span),
        Written::Text(text) => {
            // Texts in texts are shorter by their quotes, and by a backslash for each sign that would end them.
            let formula = Formula::parse(text).map_err(|_| no_fact())?;
            match formula.nodes() {
                [Node::Fact(fact)] => Ok(fact.clone()),
                _ => Err(no_fact()),
            }
        }
        Written::Number(..) | Written::Set(_) | Written::Tag(_) => Err(no_fact()),
    }
}

/// Whether the text is a regular expression. What it takes once compiled is limited where a program compiles all
/// of its expressions together; here only the syntax is read, which is a hundred times cheaper. The few with
/// look-around are compiled.
fn regex_problem(text: &str) -> Option<Kind> {
    if text.len() > REGEX_BYTES_MAX {
        return Some(Kind::RegexBytes(text.len()));
    }
    let report = syntax::parse(text).err()?.to_string();
    if let Some(why) = look_around::problem(text)? {
        return Some(Kind::LookAround(why));
    }
    // A syntax error draws the pattern first; what is wrong follows on a line of its own.
    let line = report.lines().find_map(|line| line.strip_prefix("error: "));
    let line = line.or_else(|| report.lines().next()).unwrap_or_default();
    Some(Kind::Regex(line.into()))
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
