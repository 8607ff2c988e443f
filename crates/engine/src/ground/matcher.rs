//! All regular expressions of a program, in one place.
//!
//! Expressions are grouped by what they read: the values at one path of one tool's arguments, all values of one tool's
//! arguments or of its output, one context fact, a prompt or a reply. A group is one automaton for all its
//! expressions, so an event reads each of its texts once, whatever the number of contracts; a group whose tool is not
//! called does nothing. Matching is linear in the text (regex-automata); there is no backtracking to exhaust.

use regex_automata::meta::{Cache, Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet};

use super::name::ToolId;
use crate::event::{Path, Value};
use crate::limits::REGEX_COMPILED_BYTES_MAX;

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
    groups: Vec<(Source, Vec<String>)>,
}

impl MatcherBuilder {
    /// Adds an expression; `whole` asks that it match from the first to the last character.
    pub(crate) fn add(&mut self, source: Source, regex: &str, whole: bool) -> Expression {
        let text = if whole { format!(r"\A(?:{regex})\z") } else { regex.to_owned() };
        let group = self.groups.iter().position(|(s, _)| *s == source).unwrap_or_else(|| {
            self.groups.push((source, Vec::new()));
            self.groups.len().saturating_sub(1)
        });
        let Some((_, texts)) = self.groups.get_mut(group) else {
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
        let mut room = REGEX_COMPILED_BYTES_MAX;
        let mut groups = Vec::with_capacity(self.groups.len());
        for (source, texts) in self.groups {
            let config = Config::new()
                .match_kind(MatchKind::All)
                .nfa_size_limit(Some(room))
                .hybrid_cache_capacity(8 * 1024 * 1024);
            let regex = Regex::builder()
                .configure(config)
                .syntax(syntax::Config::new())
                .build_many(&texts)
                .map_err(|error| error.to_string())?;
            room = room
                .checked_sub(regex.memory_usage())
                .ok_or_else(|| format!("more than {REGEX_COMPILED_BYTES_MAX} bytes compiled"))?;
            groups.push(Group { source, regex, expressions: texts.len() });
        }
        Ok(Matcher { groups: groups.into() })
    }
}

#[derive(Debug)]
pub(crate) struct Matcher {
    groups: Box<[Group]>,
}

#[derive(Debug)]
struct Group {
    source: Source,
    regex: Regex,
    expressions: usize,
}

/// The matches of one event, and the buffers of the search.
#[derive(Debug)]
pub(crate) struct Matches {
    groups: Vec<GroupMatches>,
    text: String,
}

#[derive(Debug)]
struct GroupMatches {
    cache: Cache,
    set: PatternSet,
    /// The event the results are about.
    epoch: u64,
    /// Whether each expression matched one of the texts, and all of them.
    any: Vec<bool>,
    all: Vec<bool>,
}

impl Matcher {
    pub(crate) fn matches(&self) -> Matches {
        let group = |g: &Group| GroupMatches {
            cache: g.regex.create_cache(),
            set: PatternSet::new(g.expressions),
            epoch: 0,
            any: vec![false; g.expressions],
            all: vec![false; g.expressions],
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
    ) -> bool {
        let Matches { groups, text } = matches;
        let (Some(group), Some(found)) =
            (self.groups.get(expression.group), groups.get_mut(expression.group))
        else {
            return false;
        };
        if found.epoch != epoch {
            found.epoch = epoch;
            group.read(texts, found, text);
        }
        let results = if whole { &found.all } else { &found.any };
        results.get(expression.slot).copied().unwrap_or(false)
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
        found.any.fill(false);
        found.all.fill(true);
        let mut read = 0usize;
        let mut search = |text: &str, counts: bool| {
            found.set.clear();
            self.regex.search_all(&mut found.cache, text, &mut found.set);
            read = read.saturating_add(usize::from(counts));
            for (slot, (any, all)) in found.any.iter_mut().zip(&mut found.all).enumerate() {
                let hit =
                    regex_automata::PatternID::new(slot).is_ok_and(|id| found.set.contains(id));
                *any |= hit;
                *all &= hit || !counts;
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
            found.all.fill(false);
        }
    }
}

/// A set search that reports every matching expression.
trait SearchAll {
    fn search_all(&self, cache: &mut Cache, text: &str, set: &mut PatternSet);
}

impl SearchAll for Regex {
    fn search_all(&self, cache: &mut Cache, text: &str, set: &mut PatternSet) {
        self.which_overlapping_matches_with(cache, &Input::new(text), set);
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
