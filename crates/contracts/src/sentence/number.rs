//! Numbers and lengths of time in sentences.
//!
//! A number is written in digits (`1000`, `1,000`, `1e3`) or in words (`five hundred`). What is neither is
//! refused: a limit that was read as another number would be another limit.

use super::slot::{Miss, miss};
use super::token::{Spanned, Token};
use super::unit::{Unit, seconds_of, spelled};

/// Numbers among tokens.
pub(super) struct Reading<'t> {
    pub(super) tokens: &'t [Spanned],
}

impl Reading<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).map(|t| &t.token)
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.token(at)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.word(at).is_some_and(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }

    /// A number with its unit, if it has one; one less if it is `below`.
    pub(super) fn measure(
        &self,
        unit: Option<Unit>,
        below: bool,
        at: usize,
    ) -> Result<(String, usize), Miss> {
        if let (Some(unit), Some(word)) = (unit, self.word(at))
            && let Some(number) = unit.adverb(&word.to_lowercase())
        {
            return Ok((number.to_string(), at.saturating_add(1)));
        }
        let (number, after) = self.whole(at)?;
        let number = match number.parse::<u64>() {
            Ok(0) if below => {
                let hint = "nothing is below zero; to forbid calls, write: never call `a`";
                return Err(Miss { hint: Some(hint.to_owned()), ..miss("a number above zero") });
            }
            Ok(number) if below => number.saturating_sub(1).to_string(),
            _ => number,
        };
        let Some(unit) = unit else { return Ok((number, after)) };
        if self.is_word(after, unit.words()) {
            return Ok((number, after.saturating_add(1)));
        }
        let plural = unit.words().first().copied().unwrap_or("");
        let fitted = after.saturating_sub(at);
        Err(Miss { after: fitted, ..miss(format!("`{plural}`")) })
    }

    /// A whole number in digits or in words, and the place after it.
    pub(super) fn whole(&self, at: usize) -> Result<(String, usize), Miss> {
        match self.token(at) {
            Some(Token::Number(written)) => {
                let digits = grouped(written).filter(|digits| !digits.contains(['.', '-']));
                let digits = digits.or_else(|| scientific(written));
                let number = digits.ok_or_else(|| bad_number(written, "whole number"))?;
                Ok((number, at.saturating_add(1)))
            }
            Some(Token::Word(_)) => {
                let words = self.tokens.get(at..).unwrap_or_default().iter();
                let words = words.map_while(|t| match &t.token {
                    Token::Word(word) => Some(word.as_str()),
                    _ => None,
                });
                let (number, taken) = spelled(words).ok_or_else(|| miss("a whole number"))?;
                Ok((number.to_string(), at.saturating_add(taken)))
            }
            _ => Err(miss("a whole number")),
        }
    }

    /// `24 hours`, `90s`, `an hour`, `two days`, and the place after it.
    pub(super) fn duration(&self, at: usize) -> Option<(u64, usize)> {
        if let Some(Token::Number(written)) = self.token(at)
            && let Some(split) = written.find(|c: char| !c.is_ascii_digit())
            && let Some((number, unit)) = written.split_at_checked(split)
            && let Some(seconds) = seconds_of(unit)
        {
            return Some((number.parse::<u64>().ok()?.checked_mul(seconds)?, at.saturating_add(1)));
        }
        let (number, after) = match self.is_word(at, &["a", "an"]) {
            true => (1, at.saturating_add(1)),
            false => {
                let (number, after) = self.whole(at).ok()?;
                (number.parse::<u64>().ok()?, after)
            }
        };
        let seconds = seconds_of(self.word(after)?)?;
        let total = number.checked_mul(seconds).filter(|total| *total > 0)?;
        Some((total, after.saturating_add(1)))
    }

    /// `per minute`, `within 24 hours`, `in any hour`, `every 10 minutes`, `a day`, `daily`.
    pub(super) fn window(&self, at: usize) -> Option<(u64, usize)> {
        let word = self.word(at)?.to_lowercase();
        if matches!(word.as_str(), "hourly" | "daily" | "weekly") {
            return Some((seconds_of(&word)?, at.saturating_add(1)));
        }
        if matches!(word.as_str(), "a" | "an") {
            return self.duration(at);
        }
        if !matches!(word.as_str(), "per" | "within" | "in" | "every" | "each" | "during" | "over")
        {
            return None;
        }
        let mut next = at.saturating_add(1);
        for filler in [["any", "each", "every", "the"].as_slice(), &["last", "past"]] {
            next = next.saturating_add(usize::from(self.is_word(next, filler)));
        }
        if let Some(seconds) = self.word(next).and_then(seconds_of) {
            return Some((seconds, next.saturating_add(1)));
        }
        self.duration(next)
    }
}

/// A number with a sign and a fraction.
pub(super) fn decimal(token: Option<&Token>) -> Result<String, Miss> {
    match token {
        Some(Token::Number(written)) => grouped(written)
            .or_else(|| scientific(written))
            .ok_or_else(|| bad_number(written, "number")),
        _ => Err(miss("a number")),
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

/// The digits of `1e3`.
fn scientific(written: &str) -> Option<String> {
    let (digits, exponent) = written.split_once(['e', 'E'])?;
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.parse::<usize>().ok().filter(|e| whole(digits) && *e <= 18)?;
    let digits = digits.trim_start_matches('0');
    let number =
        if digits.is_empty() { "0".to_owned() } else { digits.to_owned() + &"0".repeat(exponent) };
    Some(number)
}

fn bad_number(written: &str, wanted: &str) -> Miss {
    let hint =
        format!("`{written}` is no {wanted}; write it in digits, for example `1000` or `1,000`");
    Miss { hint: Some(hint), ..miss(format!("a {wanted}")) }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
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
        assert_eq!(scientific("1e3").as_deref(), Some("1000"));
        for text in ["1e-3", "1.5e3", "e3", "1e", "1e99", "-1e3"] {
            assert_eq!(scientific(text), None, "{text}");
        }
    }

    #[test]
    fn windows_are_said_in_many_ways() {
        let check = |text: &str, expect: Option<u64>| {
            let tokens = tokens(text).unwrap();
            let found = Reading { tokens: &tokens }.window(0);
            assert_eq!(found, expect.map(|seconds| (seconds, tokens.len())), "{text}");
        };
        check("per minute", Some(60));
        check("per 10 minutes", Some(600));
        check("within 24 hours", Some(86_400));
        check("in any hour", Some(3_600));
        check("in the last two days", Some(172_800));
        check("every day", Some(86_400));
        check("a day", Some(86_400));
        check("an hour", Some(3_600));
        check("within 90s", Some(90));
        check("within a week", Some(604_800));
        check("daily", Some(86_400));
        check("per session", None);
        check("per month", None);
        check("within 0 hours", None);
    }
}
