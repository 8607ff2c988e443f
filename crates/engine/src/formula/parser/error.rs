//! Why a text is not a formula.
//!
//! Every message and every hint of the parser is in this file, so that they can be read side by side. A
//! message says what is wrong, the span says where, and the hint says what to write instead.

use core::fmt;

use super::word::nearest_of;
use crate::event::{Flags, PathError};
use crate::formula::lexer::{Flaw, Span};
use crate::formula::selector::SelectorError;
use crate::ground::{Deeds, SetFlaw};
use crate::limits::{
    ATOM_ARGUMENTS_MAX, BOUND_CALLS_MAX, BOUND_SECONDS_MAX, DECIMAL_DIGITS_MAX,
    DECIMAL_EXPONENT_MAX, FORMULA_BYTES_MAX, FORMULA_DEPTH_MAX, FORMULA_NODES_MAX, REGEX_BYTES_MAX,
};

/// Why a text is not a formula, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    kind: Box<Kind>,
    span: Span,
    hint: Option<Box<str>>,
}

impl ParseError {
    pub(super) fn new(kind: Kind, span: Span) -> Self {
        let hint = kind.hint().map(String::into_boxed_str);
        Self { kind: Box::new(kind), span, hint }
    }

    /// The place in the text.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What to write instead, where there is something to say.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for ParseError {}

/// A token as messages quote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found(Box<str>);

impl Found {
    /// Longer tokens are cut: the span shows them in full.
    const CHARACTERS_MAX: usize = 40;

    pub(super) fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self("the end".into());
        }
        let mut shown: String =
            text.chars().take(Self::CHARACTERS_MAX).flat_map(char::escape_debug).collect();
        if text.chars().nth(Self::CHARACTERS_MAX).is_some() {
            shown.push('…');
        }
        Self(format!("`{}`", shown.replace("\\\"", "\"").replace("\\'", "'")).into())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn flaw(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Stray(c) => format!(
            "the character {} has no meaning in a formula",
            Found::new(c.encode_utf8(&mut [0; 4]))
        ),
        Flaw::Foreign { sign, .. } => format!("`{sign}` is not an operator"),
        Flaw::Unterminated(_) => "this text has no closing quote".into(),
        Flaw::OpenSet => "this set of tools has no closing brace".into(),
        Flaw::Number => format!(
            "the number is out of range: it has more than {DECIMAL_DIGITS_MAX} digits, or a power of ten \
             beyond {DECIMAL_EXPONENT_MAX}"
        ),
    }
}

/// The causes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Kind {
    #[error("{}", flaw(.0))]
    Lexical(Flaw),

    #[error("the formula has {0} bytes, the limit is {FORMULA_BYTES_MAX}")]
    Bytes(usize),
    #[error("the formula nests deeper than {FORMULA_DEPTH_MAX} operators or parentheses")]
    Depth,
    #[error("the formula has more than {FORMULA_NODES_MAX} distinct parts")]
    Nodes,
    #[error("`{0}` has more than {ATOM_ARGUMENTS_MAX} arguments")]
    Arguments(Box<str>),

    #[error("expected a formula or a value, found {0}")]
    ExpectedOperand(Found),
    #[error("expected an operator, found {found}")]
    ExpectedOperator { found: Found, meant: Option<&'static str> },
    #[error("expected an argument of `{word}`, found {found}")]
    ExpectedArgument { word: Box<str>, found: Found },
    #[error("expected `,` or `)` after an argument of `{word}`, found {found}")]
    ExpectedSeparator { word: Box<str>, found: Found, hint: Option<&'static str> },
    #[error("this `(` is never closed")]
    Unclosed,
    #[error("this `)` closes nothing")]
    Unopened,
    #[error("this `,` does not stand between arguments")]
    Comma { number: bool },
    #[error("comparisons do not chain")]
    Chained,
    #[error("`{prefix}` binds tighter than `{relation}`, and a formula cannot be compared")]
    PrefixCompared { prefix: &'static str, relation: &'static str },

    #[error("unknown word {name}")]
    Unknown { name: Found, suggestion: Option<&'static str>, quotable: bool },
    #[error("{what} is a value, where a formula is needed")]
    NotFormula { what: Found, example: Option<Box<str>> },
    #[error("{what} is true or false, where a value is needed")]
    NotTerm { what: Found, quotable: bool },
    #[error("`{word}` takes {takes} argument{}, {given} {} given",
        plural(*takes), if *given == 1 { "is" } else { "are" })]
    Arity { word: Box<str>, takes: usize, given: usize, usage: Box<str> },
    #[error("`{0}` stands without its parentheses")]
    Bare(Box<str>),
    #[error("a formula cannot look ahead below `{past}`, and `{future}` does")]
    FutureBelowPast { past: &'static str, future: &'static str },

    #[error("the {parameter} of `{word}` is empty")]
    Empty { word: &'static str, parameter: &'static str },
    #[error("the {parameter} of `{word}` is a text, found a number")]
    NotText { word: &'static str, parameter: &'static str },
    #[error("the {parameter} of `{word}` is a whole number from 0 to {}, found {found}", u64::MAX)]
    NotNatural { word: &'static str, parameter: &'static str, found: Found },
    #[error("the first argument of `{0}` is the name of a word")]
    NotName(&'static str),
    #[error("`Const` takes a number")]
    NotNumber,
    #[error("{0}")]
    Tool(SelectorError),
    #[error("the {parameter} of `{word}` is a text")]
    NotTool { word: &'static str, parameter: &'static str },
    #[error("{found} is no {parameter} of `{word}`")]
    NotChoice { word: &'static str, parameter: &'static str, found: Found, suggestion: Box<str> },
    #[error("{flaw}")]
    Set { flaw: SetFlaw, near: Option<&'static str> },
    #[error("this is no fact")]
    NotFact,
    #[error("the path is malformed: {0}")]
    Path(PathError),
    #[error("the regular expression has {0} bytes, the limit is {REGEX_BYTES_MAX}")]
    RegexBytes(usize),
    #[error("the regular expression is refused: {0}")]
    LookAround(Box<str>),
    #[error("the regular expression is malformed: {0}")]
    Regex(Box<str>),

    #[error("`{0}` takes no bound")]
    NoBound(&'static str),
    #[error("expected {expected} in a bound, found {found}")]
    ExpectedInBound { expected: &'static str, found: Found },
    #[error("the bound is {found} calls, the limit is {BOUND_CALLS_MAX}")]
    BoundCalls { found: Found },
    #[error("the bound is beyond the limit of {BOUND_SECONDS_MAX} seconds")]
    BoundSeconds,
    #[error("`{0}` cannot be bounded in time")]
    FutureSeconds(&'static str),

    #[error("`{clause}` cannot follow {}", what.as_ref().map_or("this", |what| &*what.0))]
    Clause { clause: &'static str, what: Option<Found> },
    #[error("`{0}` is given twice")]
    ClauseTwice(&'static str),
    #[error("expected `)` after this, found {0}")]
    ExpectedClose(Found),
    #[error("`where` stands before `within`")]
    ClauseOrder,
    #[error("`where` on the right of `{0}` does not say where its conditions end")]
    ClauseOnTheRight(&'static str),
    #[error("expected a condition, found {0}")]
    ExpectedCondition(Found),
    #[error("{0} cannot stand in a condition of `where`: it is not about one call")]
    NotCondition(Found),
    #[error("`where` has more than {ATOM_ARGUMENTS_MAX} conditions")]
    Conditions,
    #[error("expected {expected} after `within`, found {found}")]
    ExpectedDuration { expected: &'static str, found: Found },
    #[error("the window is empty")]
    EmptyWindow,
}

impl Kind {
    /// What is wrong with a set, and the name that was probably meant.
    pub(super) fn set(flaw: SetFlaw) -> Self {
        let near = match &flaw {
            SetFlaw::Deed(name) => nearest_of(name, Deeds::names()),
            SetFlaw::Flag(name) => nearest_of(name, Flags::ALL.iter().map(|(_, name, _)| *name)),
            _ => None,
        };
        Self::Set { flaw, near }
    }

    fn hint(&self) -> Option<String> {
        let fixed = match self {
            Self::Lexical(Flaw::Stray('/' | '@' | '*' | '\\' | '$' | '~' | '.' | '-')) => {
                "put a text with such characters between quotes"
            }
            Self::Lexical(Flaw::Foreign { meant, .. }) => return Some(format!("write `{meant}`")),
            Self::Lexical(Flaw::Unterminated(quote)) => {
                return Some(format!("close it with `{quote}`"));
            }
            Self::Lexical(Flaw::OpenSet) => "close it with `}`",
            Self::Lexical(Flaw::Stray(_) | Flaw::Number) => return None,
            Self::Bytes(_) | Self::Depth | Self::Nodes => "split it into several guarantees",
            Self::ExpectedOperator { meant, .. } => {
                return meant.map(|sign| format!("write `{sign}`"));
            }
            Self::ExpectedSeparator { hint, .. } => return hint.map(str::to_owned),
            Self::Comma { number: true } => "write numbers without thousands separators",
            Self::Chained => "compare twice: `a <= b & b <= c`",
            Self::PrefixCompared { prefix, relation } => {
                return Some(format!(
                    "put the comparison in parentheses: `{prefix}(… {relation} …)`"
                ));
            }
            Self::Unknown { suggestion: Some(word), .. } => {
                return Some(format!("did you mean `{word}`?"));
            }
            Self::Unknown { quotable: true, .. } => "put it between quotes if it is a text",
            Self::NotFormula { example, .. } => {
                return example.as_deref().map(|value| format!("compare it: `{value} <= 3`"));
            }
            Self::NotTerm { quotable: true, .. } => "put it between quotes if it is a text",
            Self::NotTerm { .. } => "compare values, for example `count(tool) <= 3`",
            Self::Arity { usage, .. } => return Some(format!("write `{usage}`")),
            Self::Bare(name) => return Some(format!("write `{name}(…)`")),
            Self::FutureBelowPast { .. } => {
                "past operators look back from one call: move the future operator above them"
            }
            _ => return self.hint_for_word(),
        };
        Some(fixed.into())
    }

    /// What to write instead of an argument, a bound or a clause.
    fn hint_for_word(&self) -> Option<String> {
        let fixed = match self {
            Self::NotText { .. } => "put it between quotes",
            Self::LookAround(_) => "negate the whole fact instead: `!called_with(tool, \"…\")`",
            Self::NoBound(_) => "only `F`, `G` and `O` take a bound",
            Self::ExpectedInBound { .. } => "write a bound as `F[<=3]`, `O[<=3]` or `O[<=60s]`",
            Self::FutureSeconds(_) => {
                "count calls, as in `F[<=3]`; only `O` takes `s`, `m`, `h` or `d`"
            }
            Self::NotTool { .. } => "sets and tags stand for tools only",
            Self::NotChoice { suggestion, .. } => return Some(format!("write {suggestion}")),
            Self::Set { near: Some(near), .. } => return Some(format!("did you mean `{near}`?")),
            Self::Set { flaw, .. } => return flaw.hint().map(str::to_owned),
            Self::NotFact => "write a fact, for example `time_since(called(tool))`",
            Self::Clause { clause: "where", .. } => "only `sum` takes `where`",
            Self::Clause { .. } => "only `count`, `count_with`, `denied` and `sum` take `within`",
            Self::ClauseOnTheRight(_) => "put the sum with its conditions in parentheses",
            Self::NotCondition(_) => "say it beside the sum: `… -> sum(tool, path) <= 3`",
            Self::ExpectedCondition(_) => {
                "write facts and comparisons: `where ctx(key, value) & arg(tool, path) == \"text\"`"
            }
            Self::ExpectedDuration { .. } | Self::EmptyWindow => {
                "write a window as `within 60s`, `5m`, `24h` or `7d`"
            }
            Self::Tool(SelectorError::Empty | SelectorError::NoMember) => {
                "write a set as `{a, b, \"c*\"}`"
            }
            Self::Tool(SelectorError::Separator(_)) => {
                "write a set as `{a, b, \"c*\"}`, with names that have blanks between quotes"
            }
            _ => return None,
        };
        Some(fixed.into())
    }
}
