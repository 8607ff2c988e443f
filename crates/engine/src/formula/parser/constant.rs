//! From an argument as it is written to a constant, by what the word takes.
//!
//! Everything about an argument that can be wrong is found here, at load, because a misspelt choice or a path that
//! cannot exist would otherwise be a contract that never fires.

use regex_automata::util::syntax;

use super::error::{Found, Kind, ParseError};
use super::word::{Argument, Call, Written, nearest_of};
use crate::event::Path;
use crate::formula::ast::{Constant, Formula, Node, Symbol};
use crate::formula::look_around;
use crate::formula::selector::canonical;
use crate::formula::source::Source;
use crate::ground::catalog::{Choice, Entry, Kind as Takes, Parameter};
use crate::ground::{Deeds, SetFlaw, effect};
use crate::limits::REGEX_BYTES_MAX;

/// The constant that an argument is, where the word takes one of this kind. Sets whose text is known to be one are not
/// read.
pub(super) fn constant(
    entry: &Entry,
    parameter: &Parameter,
    argument: &Argument<'_>,
    is_known: bool,
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
    let text = text(word, parameter, argument)?;
    if is_known && matches!(parameter.kind, Takes::Paths | Takes::Hosts | Takes::Objects) {
        return Ok(Constant::Text(text.into()));
    }
    checked(word, parameter, text)
        .map(Constant::Text)
        .map_err(|kind| ParseError::new(kind, argument.span))
}

/// The text that an argument is.
fn text<'a>(
    word: &'static str,
    parameter: &Parameter,
    argument: &'a Argument<'_>,
) -> Result<&'a str, ParseError> {
    let name = parameter.name;
    let refuse = |kind| Err(ParseError::new(kind, argument.span));
    Ok(match (&argument.value, parameter.kind) {
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
    })
}

/// The text in its canonical form, if the word takes it.
fn checked(word: &'static str, parameter: &Parameter, text: &str) -> Result<Box<str>, Kind> {
    let name = parameter.name;
    let problem = match parameter.kind {
        Takes::Text | Takes::Natural | Takes::Fact => None,
        _ if text.is_empty() => Some(Kind::Empty { word, parameter: name }),
        Takes::Tool => match canonical(text) {
            Ok(tool) => return Ok(tool),
            Err(error) => Some(Kind::Tool(error)),
        },
        Takes::Source => match Source::parse(text) {
            Ok(source) => return Ok(source.to_string().into()),
            Err(error) => Some(Kind::Tool(error)),
        },
        Takes::ArgPath => Path::parse(text).err().map(Kind::Path),
        Takes::Regex => regex_problem(text),
        Takes::Deed | Takes::Paths | Takes::Hosts | Takes::Objects => {
            match set(parameter.kind, text) {
                Ok(set) => return Ok(set),
                Err(flaw) => Some(Kind::set(flaw)),
            }
        }
        Takes::Outcome | Takes::Tokens | Takes::Grade | Takes::Access | Takes::Certainty => {
            match chosen(parameter.kind.choices(), text) {
                Ok(choice) => return Ok(choice.into()),
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
    problem.map_or_else(|| Ok(text.into()), Err)
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
