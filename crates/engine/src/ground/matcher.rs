//! All regular expressions of a program, in one place.
//!
//! Expressions are grouped by what they read: the values at one path of one tool's arguments, all values of one tool's
//! arguments or of its output, one context fact, a prompt or a reply. A group is one automaton for all its
//! expressions, so an event reads each of its texts once, whatever the number of contracts; a group whose tool is not
//! called does nothing. Matching is linear in the text (regex-automata); there is no backtracking to exhaust.
//!
//! Expressions with look-around or back-references have groups of their own, each expression searched for itself by
//! backtracking under a budget. Where the budget ends before an answer is found, the answer is unknown.

use std::sync::OnceLock;

use regex_automata::meta::{Cache, Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet};

use super::name::ToolId;
use super::valuation::Truth;
use crate::event::{Path, Value};
use crate::formula::look_around;
use crate::limits::{
    LOOK_AROUND_REGEXES_MAX, LOOK_AROUND_TEXT_BYTES_LEAST, LOOK_AROUND_TEXT_BYTES_MAX,
    REGEX_COMPILED_BYTES_MAX,
};

/// What a group of expressions reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// The values at or below a path of the tool's arguments; all values where there is no path.
    Arguments(ToolId, Option<Path>),
    /// A context fact.
    Fact(usize),
    /// All values of the tool's output.
    Output(ToolId),
    /// The text of a message of the user.
    Said,
    /// The text of a model's reply.
    Reply,
    /// The text of a prompt.
    Prompt,
}

/// One expression of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Expression {
    pub(crate) group: usize,
    pub(crate) slot: usize,
}

#[derive(Debug, Default)]
pub(crate) struct MatcherBuilder {
    groups: Vec<GroupBuilder>,
    /// Whether the expressions were compiled before, and so within the limit: then each group is when it is first
    /// asked.
    pub(crate) is_known: bool,
}

#[derive(Debug)]
struct GroupBuilder {
    source: Source,
    goes_back: bool,
    texts: Vec<String>,
}

impl MatcherBuilder {
    /// Adds an expression; `whole` asks that it match from the first to the last character.
    pub(crate) fn add(&mut self, source: Source, regex: &str, whole: bool) -> Expression {
        let text = if whole { format!(r"\A(?:{regex})\z") } else { regex.to_owned() };
        let goes_back = look_around::is_one(regex);
        let is_here = |g: &GroupBuilder| g.source == source && g.goes_back == goes_back;
        let group = self.groups.iter().position(is_here).unwrap_or_else(|| {
            self.groups.push(GroupBuilder { source, goes_back, texts: Vec::new() });
            self.groups.len().saturating_sub(1)
        });
        let Some(GroupBuilder { texts, .. }) = self.groups.get_mut(group) else {
            return Expression { group, slot: 0 };
        };
        let slot = texts.iter().position(|t| *t == text).unwrap_or_else(|| {
            texts.push(text);
            texts.len().saturating_sub(1)
        });
        Expression { group, slot }
    }

    /// Compiles all groups. They share one limit; the error says what went over it.
    pub(crate) fn build(self) -> Result<Matcher, String> {
        let going_back = self.groups.iter().filter(|g| g.goes_back).map(|g| g.texts.len());
        if going_back.sum::<usize>() > LOOK_AROUND_REGEXES_MAX {
            return Err(format!("more than {LOOK_AROUND_REGEXES_MAX} of them have look-around"));
        }
        let mut room = REGEX_COMPILED_BYTES_MAX;
        let mut groups = Vec::with_capacity(self.groups.len());
        for GroupBuilder { source, goes_back, texts } in self.groups {
            let expressions = texts.len();
            let search = if goes_back {
                let compiled: Result<_, _> =
                    texts.iter().map(|text| look_around::compile(text)).collect();
                Search::Back(compiled?)
            } else {
                let regex = OnceLock::new();
                if !self.is_known {
                    let compiled = linear(&texts, &mut room)?;
                    regex.get_or_init(|| Some(compiled));
                }
                Search::Linear(Late { texts: texts.into(), regex })
            };
            groups.push(Group { source, search, expressions });
        }
        Ok(Matcher { groups: groups.into() })
    }
}

/// One automaton for all the expressions, which takes its size from the room there is.
fn linear(texts: &[String], room: &mut usize) -> Result<Regex, String> {
    let config = Config::new()
        .match_kind(MatchKind::All)
        .nfa_size_limit(Some(*room))
        .hybrid_cache_capacity(8 * 1024 * 1024);
    let regex = Regex::builder()
        .configure(config)
        .syntax(syntax::Config::new())
        .build_many(texts)
        .map_err(|error| error.to_string())?;
    *room = room
        .checked_sub(regex.memory_usage())
        .ok_or_else(|| format!("more than {REGEX_COMPILED_BYTES_MAX} bytes compiled"))?;
    Ok(regex)
}

#[derive(Debug)]
pub(crate) struct Matcher {
    groups: Box<[Group]>,
}

#[derive(Debug)]
struct Group {
    source: Source,
    search: Search,
    expressions: usize,
}

/// How the expressions of a group are searched for.
#[derive(Debug)]
enum Search {
    Linear(Late),
    Back(Box<[fancy_regex::Regex]>),
}

/// One automaton for all expressions of a group.
#[derive(Debug)]
struct Late {
    texts: Box<[String]>,
    /// Nothing where they cannot be compiled.
    regex: OnceLock<Option<Regex>>,
}

impl Late {
    fn regex(&self) -> Option<&Regex> {
        let compile = || linear(&self.texts, &mut { REGEX_COMPILED_BYTES_MAX }).ok();
        self.regex.get_or_init(compile).as_ref()
    }
}

/// The matches of one event, and the buffers of the search.
#[derive(Debug)]
pub(crate) struct Matches {
    groups: Vec<GroupMatches>,
    text: String,
}

#[derive(Debug)]
struct GroupMatches {
    /// Of a linear search, once its automaton is there.
    buffers: Option<(Cache, PatternSet)>,
    /// The event the results are about.
    epoch: u64,
    /// Whether each expression matched one of the texts, and all of them.
    any: Vec<Truth>,
    all: Vec<Truth>,
}

impl Matcher {
    pub(crate) fn matches(&self) -> Matches {
        let group = |g: &Group| GroupMatches {
            buffers: match &g.search {
                Search::Linear(late) => {
                    let regex = late.regex.get().and_then(Option::as_ref);
                    regex.map(|regex| (regex.create_cache(), PatternSet::new(g.expressions)))
                }
                Search::Back(_) => None,
            },
            epoch: 0,
            any: vec![Truth::False; g.expressions],
            all: vec![Truth::False; g.expressions],
        };
        Matches { groups: self.groups.iter().map(group).collect(), text: String::new() }
    }

    /// Whether the expression is found in one of the texts (`whole` false), or matches each of them and there
    /// is one (`whole` true).
    pub(crate) fn is_match(
        &self,
        expression: Expression,
        whole: bool,
        texts: Texts<'_>,
        epoch: u64,
        matches: &mut Matches,
    ) -> Truth {
        let Matches { groups, text } = matches;
        let (Some(group), Some(found)) =
            (self.groups.get(expression.group), groups.get_mut(expression.group))
        else {
            return Truth::False;
        };
        if found.epoch != epoch {
            found.epoch = epoch;
            group.read(texts, found, text);
        }
        let results = if whole { &found.all } else { &found.any };
        results.get(expression.slot).copied().unwrap_or(Truth::False)
    }
}

/// Where the texts of an event are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Texts<'e> {
    Arguments(&'e Value),
    Text(Option<&'e str>),
}

impl Group {
    fn read(&self, texts: Texts<'_>, found: &mut GroupMatches, buffer: &mut String) {
        let GroupMatches { buffers, any, all, .. } = found;
        any.fill(Truth::False);
        all.fill(Truth::True);
        let regex = match &self.search {
            Search::Linear(late) => late.regex(),
            Search::Back(_) => None,
        };
        if let (Some(regex), None) = (regex, &*buffers) {
            *buffers = Some((regex.create_cache(), PatternSet::new(self.expressions)));
        }
        let mut read = 0usize;
        let mut room = LOOK_AROUND_TEXT_BYTES_MAX;
        let mut search = |text: &str, counts: bool| {
            read = read.saturating_add(usize::from(counts));
            let mut note = |slot: usize, hit: Truth| {
                if let (Some(any), Some(all)) = (any.get_mut(slot), all.get_mut(slot)) {
                    *any = either(*any, hit);
                    *all = if counts { both(*all, hit) } else { *all };
                }
            };
            match (&self.search, regex, &mut *buffers) {
                (Search::Linear(_), Some(regex), Some((cache, set))) => {
                    set.clear();
                    // Most texts match nothing, which a search finds out that skips to where a match may begin.
                    let input = Input::new(text);
                    if regex.search_half_with(cache, &input.clone().earliest(true)).is_some() {
                        regex.which_overlapping_matches_with(cache, &input, set);
                    }
                    for slot in 0..self.expressions {
                        let id = regex_automata::PatternID::new(slot);
                        note(slot, id.is_ok_and(|id| set.contains(id)).into());
                    }
                }
                (Search::Back(regexes), ..) => {
                    let left = room.checked_sub(text.len().max(LOOK_AROUND_TEXT_BYTES_LEAST));
                    room = left.unwrap_or(0);
                    for (slot, regex) in regexes.iter().enumerate() {
                        let hit = left.and_then(|_| regex.is_match(text).ok());
                        note(slot, hit.map_or(Truth::Unknown, Truth::from));
                    }
                }
                (Search::Linear(_), ..) => {
                    (0..self.expressions).for_each(|slot| note(slot, Truth::Unknown));
                }
            }
        };
        match (texts, &self.source) {
            (Texts::Text(Some(text)), _) => search(text, true),
            (Texts::Arguments(args), Source::Arguments(_, Some(path))) => {
                path.each(args, &mut |value| each_text(value, false, buffer, &mut search));
            }
            (Texts::Arguments(args), _) => each_text(args, false, buffer, &mut search),
            (Texts::Text(None), _) => {}
        }
        if read == 0 {
            all.fill(Truth::False);
        }
    }
}

fn either(one: Truth, other: Truth) -> Truth {
    match (one, other) {
        (Truth::True, _) | (_, Truth::True) => Truth::True,
        (Truth::False, known) | (known, Truth::False) => known,
        _ => Truth::Unknown,
    }
}

/// Whether both hold.
pub(super) fn both(one: Truth, other: Truth) -> Truth {
    match (one, other) {
        (Truth::False, _) | (_, Truth::False) => Truth::False,
        (Truth::True, known) | (known, Truth::True) => known,
        _ => Truth::Unknown,
    }
}

/// Every text in a value: the leaves, and the leaves of each list joined by blanks, so that `["rm", "-rf", "/"]` and
/// `[["rm"], ["-rf", "/"]]` read as `rm -rf /`. The joined texts do not count as values of their own. A list inside
/// of a list is part of the outer one's line, which keeps reading linear in the arguments.
fn each_text(
    value: &Value,
    in_list: bool,
    buffer: &mut String,
    search: &mut dyn FnMut(&str, bool),
) {
    // The recursion is as deep as the arguments, which `limits::ARGUMENT_DEPTH_MAX` bounds.
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(_, v)| each_text(v, false, buffer, search));
        }
        Value::List(items) => {
            items.iter().for_each(|item| each_text(item, true, buffer, search));
            if !in_list {
                buffer.clear();
                join(items, buffer);
                search(buffer, false);
            }
        }
        Value::Text(text) => search(text, true),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            buffer.clear();
            scalar_text(value, buffer);
            search(buffer, true);
        }
    }
}

/// Appends the leaves of a list, separated by blanks.
fn join(items: &[Value], buffer: &mut String) {
    for item in items {
        if !buffer.is_empty() {
            buffer.push(' ');
        }
        match item {
            Value::List(inner) => join(inner, buffer),
            leaf => scalar_text(leaf, buffer),
        }
    }
}

/// Appends the text of a plain value; nothing for a list or an object.
pub(crate) fn scalar_text(value: &Value, buffer: &mut String) {
    use core::fmt::Write as _;
    match value {
        Value::Null => buffer.push_str("null"),
        Value::Bool(true) => buffer.push_str("true"),
        Value::Bool(false) => buffer.push_str("false"),
        Value::Number(number) => {
            let _ = write!(buffer, "{number}");
        }
        Value::Text(text) => buffer.push_str(text),
        Value::List(_) | Value::Object(_) => {}
    }
}
