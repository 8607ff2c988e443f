//! What slots take: names, lists, numbers.

use super::form::{Slot, Unit, is_plain_word};
use super::parse::Taken;
use super::token::{Spanned, Token};
use crate::pattern::{Input, Kind, Pattern, literal};

/// Why a slot took nothing.
pub(super) struct Miss {
    /// What would have fitted.
    pub(super) wanted: String,
    /// How many tokens fitted before the one that did not.
    pub(super) after: usize,
    pub(super) hint: Option<String>,
}

fn miss(wanted: impl Into<String>) -> Miss {
    Miss { wanted: wanted.into(), after: 0, hint: None }
}

/// Lets a slot take what stands at token `at`; the token after it.
pub(super) fn take(
    pattern: &Pattern,
    slot: &Slot,
    text: &str,
    tokens: &[Spanned],
    at: usize,
    taken: &mut Taken,
) -> Result<usize, Miss> {
    let reader = Reader { text, tokens };
    let mut put = |index: usize, input: Input| {
        if let Some(place) = taken.get_mut(index) {
            *place = Some(input);
        }
    };
    match slot {
        Slot::Fixed(index, value) => {
            put(*index, Input::Text(value.clone()));
            Ok(at)
        }
        Slot::Plain(index) => {
            let kind = pattern.parameters.get(*index).map_or(Kind::Text, |p| p.kind);
            let (input, after) = reader.plain(kind, at)?;
            put(*index, input);
            Ok(after)
        }
        Slot::Measure(index, unit) => {
            let (number, after) = reader.measure(*unit, at)?;
            put(*index, Input::Number(number));
            Ok(after)
        }
        Slot::Target(tool, path) => {
            let name = reader.name(at).ok_or_else(|| miss("`tool.argument`"))?;
            let (owner, rest) = name.split_once('.').ok_or_else(|| miss("`tool.argument`"))?;
            put(*tool, Input::Text(owner.to_owned()));
            put(*path, Input::Text(rest.to_owned()));
            Ok(at.saturating_add(1))
        }
        Slot::Matching(index) => {
            let regex = match tokens.get(at).map(|t| &t.token) {
                Some(Token::Quoted(text)) => literal(text),
                Some(Token::Slashed(regex)) => regex.clone(),
                _ => return Err(miss("a text in quotes")),
            };
            let Some(Some(Input::Text(tool))) = taken.get_mut(*index) else {
                return Err(miss("a tool"));
            };
            tool.push(':');
            tool.push_str(&regex);
            Ok(at.saturating_add(1))
        }
    }
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
            Token::Word(word) if !is_plain_word(word) && !word.contains('\'') => Some(word.clone()),
            _ => None,
        }
    }

    fn plain(&self, kind: Kind, at: usize) -> Result<(Input, usize), Miss> {
        let after = at.saturating_add(1);
        match kind {
            Kind::Tool | Kind::ToolName => self
                .name(at)
                .map(|name| (Input::Text(name), after))
                .ok_or_else(|| miss("a tool name")),
            Kind::ArgPath => self
                .name(at)
                .map(|name| (Input::Text(name), after))
                .ok_or_else(|| miss("an argument name")),
            Kind::Text | Kind::Trigger => match self.token(at) {
                Some(Token::Quoted(text)) => Ok((Input::Text(text.clone()), after)),
                _ => Err(miss("a text in quotes")),
            },
            Kind::Count | Kind::Steps => {
                self.whole(at).map(|number| (Input::Number(number), after))
            }
            Kind::Number => self.decimal(at).map(|number| (Input::Number(number), after)),
            Kind::ToolList | Kind::RegexList | Kind::PrefixList => self.list(kind, at),
        }
    }

    fn measure(&self, unit: Unit, at: usize) -> Result<(String, usize), Miss> {
        if let Some(Token::Word(word)) = self.token(at)
            && let Some(number) = unit.adverb(&word.to_lowercase())
        {
            return Ok((number.to_string(), at.saturating_add(1)));
        }
        let number = self.whole(at)?;
        let after = at.saturating_add(1);
        if self.is_word(after, unit.words()) {
            return Ok((number, after.saturating_add(1)));
        }
        let plural = unit.words().first().copied().unwrap_or("");
        Err(Miss { wanted: format!("`{plural}`"), after: 1, hint: None })
    }

    /// A whole number: digits, digits in groups of three, or a word from one to ten.
    fn whole(&self, at: usize) -> Result<String, Miss> {
        const WORDS: [&str; 10] =
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        match self.token(at) {
            Some(Token::Number(written)) => grouped(written)
                .filter(|digits| !digits.contains(['.', '-']))
                .ok_or_else(|| bad_number(written, "whole number")),
            Some(Token::Word(word)) => {
                let place = WORDS.iter().position(|w| word.eq_ignore_ascii_case(w));
                place.map(|p| p.saturating_add(1).to_string()).ok_or_else(|| miss("a whole number"))
            }
            _ => Err(miss("a whole number")),
        }
    }

    /// A number with a sign and a fraction, without an exponent.
    fn decimal(&self, at: usize) -> Result<String, Miss> {
        match self.token(at) {
            Some(Token::Number(written)) => {
                grouped(written).ok_or_else(|| bad_number(written, "number"))
            }
            _ => Err(miss("a number")),
        }
    }

    /// Entries separated by commas, `and`, `or`.
    fn list(&self, kind: Kind, at: usize) -> Result<(Input, usize), Miss> {
        let (first, mut at) = self.entry(kind, at).ok_or_else(|| {
            miss(match kind {
                Kind::ToolList => "a tool name",
                Kind::PrefixList => "a path",
                _ => "a text in quotes",
            })
        })?;
        let mut entries = vec![Input::Text(first)];
        loop {
            let mut next = at;
            if self.token(next) == Some(&Token::Comma) {
                next = next.saturating_add(1);
            }
            if self.is_word(next, &["and", "or"]) {
                next = next.saturating_add(1);
            }
            if next == at {
                break;
            }
            let Some((entry, after)) = self.entry(kind, next) else { break };
            entries.push(Input::Text(entry));
            at = after;
        }
        Ok((Input::List(entries), at))
    }

    fn entry(&self, kind: Kind, at: usize) -> Option<(String, usize)> {
        let after = at.saturating_add(1);
        match (kind, self.token(at)?) {
            (Kind::ToolList, _) => self.name(at).map(|name| (name, after)),
            (Kind::PrefixList, Token::Quoted(path) | Token::Path(path)) => {
                Some((path.clone(), after))
            }
            // A bare path that ends with a slash looks like a regular expression.
            (Kind::PrefixList, Token::Slashed(_)) => {
                let range = self.tokens.get(at)?.range.clone();
                Some((self.text.get(range)?.to_owned(), after))
            }
            (Kind::RegexList, Token::Quoted(text)) => Some((literal(text), after)),
            (Kind::RegexList, Token::Slashed(regex)) => Some((regex.clone(), after)),
            (Kind::RegexList, _) => self.bare_text(at),
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
        Some((literal(self.text.get(first..last)?), end))
    }
}

/// The digits of a number, without separators; `None` for anything but digits, groups, a sign and a
/// fraction.
fn grouped(written: &str) -> Option<String> {
    let (sign, unsigned) = match written.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", written),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let others: Vec<&str> = groups.collect();
    let right = digits(first)
        && others.iter().all(|group| group.len() == 3 && digits(group))
        && (others.is_empty() || first.len() <= 3)
        && fraction.is_none_or(digits);
    let fraction = fraction.map(|f| format!(".{f}")).unwrap_or_default();
    right.then(|| format!("{sign}{first}{}{fraction}", others.concat()))
}

fn bad_number(written: &str, wanted: &str) -> Miss {
    let hint =
        format!("`{written}` is no {wanted}; write it in digits, for example `1000` or `1,000`");
    Miss { wanted: format!("a {wanted}"), after: 0, hint: Some(hint) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_may_stand_in_groups_of_three() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(grouped(text).as_deref(), expect, "{text}")
        };
        check("1,000", Some("1000"));
        check("12,345,678.50", Some("12345678.50"));
        check("-1", Some("-1"));
        for text in ["1e3", "1,00", "1000,000", "5x", "1.", "", "1_000", "1-2"] {
            check(text, None);
        }
    }
}
