//! What slots take: names and several names, lists, numbers, lengths of time.
//!
//! A slot may have more than one way to take what stands there (``  `a`, `b` or `c` `` is one set of tools, or
//! a name followed by something else); the matcher tries each.

use super::number::{self, Reading};
use super::plain::is_plain_word;
use super::template::{Joined, Slot};
use super::token::{Spanned, Token};
use crate::pattern::{Input, Kind, Pattern, is_slashed, literal, set_of_tools};

/// The argument of one parameter, or several of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    One(Input),
    /// One instance for each.
    Each(Vec<Input>),
    /// One instance for each pair; the second of the pair is the argument of the parameter at this place.
    Pairs(usize, Vec<String>),
    /// A text, and then the argument of the parameter at this place.
    Derived(String, usize),
}

/// The arguments that slots have taken so far, by parameter.
pub(super) type Taken = Vec<Option<Value>>;

/// One way in which a slot takes what stands there: arguments, and the place after it.
pub(super) type Way = (Vec<(usize, Value)>, usize);

/// Why a slot took nothing.
pub(super) struct Miss {
    /// What would have fitted.
    pub(super) wanted: String,
    /// How many tokens fitted before the one that did not.
    pub(super) after: usize,
    pub(super) hint: Option<String>,
}

pub(super) fn miss(wanted: impl Into<String>) -> Miss {
    Miss { wanted: wanted.into(), after: 0, hint: None }
}

/// The ways in which a slot takes what stands at token `at`.
pub(super) fn ways(
    pattern: &Pattern,
    slot: &Slot,
    text: &str,
    tokens: &[Spanned],
    at: usize,
) -> Result<Vec<Way>, Miss> {
    let reader = Reader { text, tokens };
    let one = |index: usize, input: Input, after: usize| {
        Ok(vec![(vec![(index, Value::One(input))], after)])
    };
    let numbers = Reading { tokens };
    match slot {
        Slot::Fixed(index, value, from) => {
            let value = match from {
                None => Value::One(Input::Text(value.clone())),
                Some(from) => Value::Derived(value.clone(), *from),
            };
            Ok(vec![(vec![(*index, value)], at)])
        }
        Slot::Plain(index, joined) => {
            let kind = pattern.parameters.get(*index).map_or(Kind::Text, |p| p.kind);
            match kind {
                Kind::Tool | Kind::ToolName => {
                    let ways = reader.tools(*joined, at)?.into_iter();
                    Ok(ways.map(|(value, after)| (vec![(*index, value)], after)).collect())
                }
                kind => {
                    let (input, after) = reader.plain(kind, at)?;
                    one(*index, input, after)
                }
            }
        }
        Slot::Pairs(first, second) => {
            let (names, _, after) = reader.names(at).ok_or_else(|| miss("two tool names"))?;
            Ok(vec![(vec![(*first, Value::Pairs(*second, names))], after)])
        }
        Slot::Measure { index, unit, below } => {
            let (number, after) = numbers.measure(*unit, *below, at)?;
            one(*index, Input::Number(number), after)
        }
        Slot::Window(index) => {
            let (seconds, after) = numbers.window(at).ok_or_else(|| miss("`per minute`"))?;
            one(*index, Input::Number(seconds.to_string()), after)
        }
        Slot::Target(tool, path) => {
            let name = reader.name(at).ok_or_else(|| miss("`tool.argument`"))?;
            let (owner, rest) = name.split_once('.').ok_or_else(|| miss("`tool.argument`"))?;
            let text = |text: &str| Value::One(Input::Text(text.to_owned()));
            Ok(vec![(vec![(*tool, text(owner)), (*path, text(rest))], at.saturating_add(1))])
        }
    }
}

/// Whether a bare word can be a name.
pub(super) fn bare_name(word: &str) -> bool {
    !is_plain_word(word) && !word.contains('\'')
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Spanned],
}

impl Reader<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).map(|t| &t.token)
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        matches!(self.token(at), Some(Token::Word(w)) if words.iter().any(|x| w.eq_ignore_ascii_case(x)))
    }

    /// A quoted text, or a bare word that is no word of the grammar.
    fn name(&self, at: usize) -> Option<String> {
        match self.token(at)? {
            Token::Quoted(text) => Some(text.clone()),
            Token::Word(word) if bare_name(word) => Some(word.clone()),
            _ => None,
        }
    }

    /// One tool, a set of tools, or several tools of which one thing is said each.
    fn tools(&self, joined: Joined, at: usize) -> Result<Vec<(Value, usize)>, Miss> {
        let set = |names: &[String]| Value::One(Input::Text(set_of_tools(names)));
        let each = |names: Vec<String>| Value::Each(names.into_iter().map(Input::Text).collect());
        let next = at.saturating_add(1);
        if joined == Joined::Never {
            let name = self.name(at).ok_or_else(|| miss("a tool name"))?;
            return Ok(vec![(Value::One(Input::Text(name)), next)]);
        }
        if self.is_word(at, &["any", "each"]) && self.is_word(next, &["of"]) {
            let from = next.saturating_add(1);
            let from =
                if self.is_word(from, &["tool", "tools"]) { from.saturating_add(1) } else { from };
            let (names, after) = self.list(Kind::ToolList, from)?;
            let value = if self.is_word(at, &["any"]) { set(&names) } else { each(names) };
            return Ok(vec![(value, after)]);
        }
        let name = self.name(at).ok_or_else(|| miss("a tool name"))?;
        let mut ways = vec![(Value::One(Input::Text(name)), next)];
        match (self.names(at), joined) {
            (Some((names, Conjunction::Or, after)), _)
            | (Some((names, Conjunction::And, after)), Joined::Together) => {
                ways.push((set(&names), after));
            }
            (Some((names, Conjunction::And, after)), Joined::Each) => {
                ways.push((each(names), after));
            }
            (Some((_, Conjunction::And, _)), Joined::Not | Joined::Never) | (None, _) => {}
        }
        Ok(ways)
    }

    /// Names with commas between them and `and` or `or` before the last.
    fn names(&self, at: usize) -> Option<(Vec<String>, Conjunction, usize)> {
        let mut names = vec![self.name(at)?];
        let mut at = at.saturating_add(1);
        let mut found: Option<Conjunction> = None;
        loop {
            let mut next = at;
            if self.token(next) == Some(&Token::Comma) {
                next = next.saturating_add(1);
            }
            let conjunction = match () {
                () if self.is_word(next, &["and"]) => Some(Conjunction::And),
                () if self.is_word(next, &["or"]) => Some(Conjunction::Or),
                () => None,
            };
            next = next.saturating_add(usize::from(conjunction.is_some()));
            if next == at || (conjunction.is_none() && found.is_some()) {
                break;
            }
            if self.is_word(next, &["tool", "tools"]) {
                next = next.saturating_add(1);
            }
            let Some(name) = self.name(next) else { break };
            if found.is_some() && found != conjunction {
                return None;
            }
            found = found.or(conjunction);
            names.push(name);
            at = next.saturating_add(1);
        }
        found.map(|conjunction| (names, conjunction, at))
    }

    fn plain(&self, kind: Kind, at: usize) -> Result<(Input, usize), Miss> {
        let after = at.saturating_add(1);
        let named = |wanted: &str| {
            let name = self.name(at).ok_or_else(|| miss(wanted))?;
            Ok((Input::Text(name), after))
        };
        match kind {
            Kind::Tool | Kind::ToolName => named("a tool name"),
            Kind::ArgPath => named("an argument name"),
            Kind::Name => named("a name"),
            Kind::Choice(words) => match self.token(at) {
                Some(Token::Word(word) | Token::Quoted(word)) if words.contains(&word.as_str()) => {
                    Ok((Input::Text(word.clone()), after))
                }
                _ => Err(miss(format!("`{}`", words.join("` or `")))),
            },
            Kind::Regex => match self.token(at) {
                Some(Token::Quoted(text)) => Ok((Input::Text(literal(text)), after)),
                Some(Token::Slashed(regex)) => Ok((Input::Text(regex.clone()), after)),
                Some(Token::Word(word)) if bare_name(word) => {
                    Ok((Input::Text(literal(word)), after))
                }
                _ => Err(miss("a text in quotes")),
            },
            Kind::Text | Kind::Trigger | Kind::Flag => match self.token(at) {
                Some(Token::Quoted(text)) => Ok((Input::Text(text.clone()), after)),
                _ => Err(miss("a text in quotes")),
            },
            Kind::Count | Kind::Steps => {
                let (number, after) = Reading { tokens: self.tokens }.whole(at)?;
                Ok((Input::Number(number), after))
            }
            Kind::Number => {
                let number = number::decimal(self.token(at))?;
                Ok((Input::Number(number), after))
            }
            Kind::Duration => {
                let found = Reading { tokens: self.tokens }.duration(at);
                let (seconds, after) = found.ok_or_else(|| miss("a length of time"))?;
                Ok((Input::Number(seconds.to_string()), after))
            }
            Kind::Choices(words) => self.choices(words, at),
            _ => {
                let (entries, after) = self.list(kind, at)?;
                Ok((Input::List(entries.into_iter().map(Input::Text).collect()), after))
            }
        }
    }

    /// Entries separated by commas, `and`, `or`, perhaps in brackets.
    fn list(&self, kind: Kind, at: usize) -> Result<(Vec<String>, usize), Miss> {
        let open = self.token(at) == Some(&Token::Open);
        let at = at.saturating_add(usize::from(open));
        let (first, mut at) = self.entry(kind, at).ok_or_else(|| {
            miss(match kind {
                Kind::ToolList => "a tool name",
                Kind::SourceList => "a source in quotes",
                Kind::PrefixList => "a path",
                Kind::WordList => "a word",
                _ => "a text in quotes",
            })
        })?;
        let mut entries = vec![first];
        loop {
            let mut next = at;
            if self.token(next) == Some(&Token::Comma) {
                next = next.saturating_add(1);
            }
            if self.is_word(next, &["and", "or"]) {
                next = next.saturating_add(1);
            }
            if next == at && kind != Kind::WordList {
                break;
            }
            let Some((entry, after)) = self.entry(kind, next) else { break };
            entries.push(entry);
            at = after;
        }
        if open {
            if self.token(at) != Some(&Token::Close) {
                return Err(miss("`]`"));
            }
            at = at.saturating_add(1);
        }
        Ok((entries, at))
    }

    fn entry(&self, kind: Kind, at: usize) -> Option<(String, usize)> {
        let after = at.saturating_add(1);
        match (kind, self.token(at)?) {
            (Kind::ToolList | Kind::SourceList | Kind::WordList, _) => {
                self.name(at).map(|name| (name, after))
            }
            (Kind::ValueList, Token::Number(number)) => Some((number.clone(), after)),
            (Kind::ValueList, _) => self.name(at).map(|name| (name, after)),
            (Kind::PrefixList, Token::Quoted(path) | Token::Path(path)) => {
                Some((path.clone(), after))
            }
            // A bare path that ends with a slash looks like a regular expression.
            (Kind::PrefixList, Token::Slashed(_)) => {
                let range = self.tokens.get(at)?.range.clone();
                Some((self.text.get(range)?.to_owned(), after))
            }
            // Quoted text is literal, and a phrase between slashes is not.
            (Kind::PhraseList, Token::Quoted(text)) if !is_slashed(text) => {
                Some((text.clone(), after))
            }
            (Kind::PhraseList, Token::Slashed(regex)) => Some((format!("/{regex}/"), after)),
            (Kind::PhraseList, Token::Word(_)) => self.bare_text(at),
            (Kind::RegexList, Token::Quoted(text)) => Some((literal(text), after)),
            (Kind::RegexList, Token::Slashed(regex)) => Some((regex.clone(), after)),
            (Kind::RegexList, _) => self.bare_text(at).map(|(text, after)| (literal(&text), after)),
            _ => None,
        }
    }

    /// Bare words that belong together, such as `rm -rf`: up to a comma or a word of the grammar.
    fn bare_text(&self, at: usize) -> Option<(String, usize)> {
        let mut end = at;
        while match self.token(end) {
            Some(Token::Word(word)) => !is_plain_word(word),
            Some(Token::Other(_) | Token::Path(_)) => true,
            _ => false,
        } {
            end = end.saturating_add(1);
        }
        let first = self.tokens.get(at..end)?.first()?.range.start;
        let last = self.tokens.get(at..end)?.last()?.range.end;
        Some((self.text.get(first..last)?.to_owned(), end))
    }

    /// Words of a closed list, in singular or plural, a blank for `_`; `PII` stands for leaving them out.
    fn choices(&self, words: &[&str], at: usize) -> Result<(Input, usize), Miss> {
        let wanted = || miss(format!("`PII`, or some of `{}`", words.join("`, `")));
        if self.is_word(at, &["pii"]) {
            return Ok((Input::Nothing, at.saturating_add(1)));
        }
        let next = at.saturating_add(1);
        if self.is_word(at, &["personal"]) && self.is_word(next, &["info", "information", "data"]) {
            return Ok((Input::Nothing, next.saturating_add(1)));
        }
        let (first, mut at) = self.choice(words, at).ok_or_else(wanted)?;
        let mut entries = vec![first];
        loop {
            let mut next = at;
            if self.token(next) == Some(&Token::Comma) {
                next = next.saturating_add(1);
            }
            if self.is_word(next, &["and", "or"]) {
                next = next.saturating_add(1);
            }
            let found = if next == at { None } else { self.choice(words, next) };
            let Some((entry, after)) = found else { break };
            entries.push(entry);
            at = after;
        }
        Ok((Input::List(entries.into_iter().map(Input::Text).collect()), at))
    }

    /// One word of a closed list, of at most two words, perhaps with a noun after it.
    fn choice(&self, words: &[&str], at: usize) -> Option<(String, usize)> {
        let word = |at: usize| match self.token(at) {
            Some(Token::Word(word)) => Some(word.to_lowercase()),
            _ => None,
        };
        let singular = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
        let known = |text: String| words.iter().find(|w| **w == text).map(|w| (*w).to_owned());
        let (first, next) = (word(at)?, at.saturating_add(1));
        let both = word(next).map(|second| format!("{first}_{}", singular(&second)));
        let (choice, mut after) = match both.and_then(known) {
            Some(choice) => (choice, next.saturating_add(1)),
            None => (known(first.clone()).or_else(|| known(singular(&first)))?, next),
        };
        if self.is_word(after, &["address", "addresses", "number", "numbers"]) {
            after = after.saturating_add(1);
        }
        Some((choice, after))
    }
}

/// What joins names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conjunction {
    And,
    Or,
}
