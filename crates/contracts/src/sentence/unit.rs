//! What the numbers of sentences count, and how long lengths of time are.

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Times,
    Count,
    Steps,
    Retries,
    Refusals,
    Levels,
    Chars,
    Words,
    Tokens,
}

impl Unit {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "times" => Self::Times,
            "count" => Self::Count,
            "steps" => Self::Steps,
            "retries" => Self::Retries,
            "refusals" => Self::Refusals,
            "levels" => Self::Levels,
            "chars" => Self::Chars,
            "words" => Self::Words,
            "tokens" => Self::Tokens,
            _ => return None,
        })
    }

    /// The words after the number, the canonical plural first and the singular second.
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Times | Self::Count => {
                &["times", "time", "calls", "call", "invocations", "invocation", "uses", "use"]
            }
            Self::Steps => &["steps", "step", "calls", "call"],
            Self::Retries => &["retries", "retry"],
            Self::Refusals => &["refusals", "refusal", "denials", "denial", "denied calls"],
            Self::Levels => &["levels", "level", "steps", "step"],
            Self::Chars => &["characters", "character", "chars", "char"],
            Self::Words => &["words", "word"],
            Self::Tokens => &["tokens", "token"],
        }
    }

    /// A number and its unit in one word.
    pub(super) fn adverb(self, word: &str) -> Option<u64> {
        match (self, word) {
            (Self::Times, "once") => Some(1),
            (Self::Times | Self::Count, "twice") => Some(2),
            _ => None,
        }
    }
}

/// Seconds, minutes, hours, days, weeks.
const TIMES: [(u64, &[&str]); 5] = [
    (604_800, &["week", "weeks", "wk", "w", "weekly"]),
    (86_400, &["day", "days", "d", "daily"]),
    (3_600, &["hour", "hours", "hr", "hrs", "h", "hourly"]),
    (60, &["minute", "minutes", "min", "mins", "m"]),
    (1, &["second", "seconds", "sec", "secs", "s"]),
];

/// The seconds of `minute`, `hours`, `h`.
pub(super) fn seconds_of(word: &str) -> Option<u64> {
    let word = word.to_lowercase();
    TIMES.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(seconds, _)| *seconds)
}

/// A length of time in the largest unit that it is a whole number of, a week counting as days.
pub(super) fn in_words(seconds: u64) -> String {
    let unit = TIMES.iter().skip(1).find(|(unit, _)| seconds.is_multiple_of(*unit));
    let (unit, words) = unit.map_or((1, ["seconds", "second"].as_slice()), |(u, w)| (*u, *w));
    let number = seconds.checked_div(unit).unwrap_or(seconds);
    let word = words.get(usize::from(number != 1)).copied().unwrap_or("seconds");
    format!("{number} {word}")
}

/// What number words stand for; `hundred` and the like multiply what is before them.
const NUMBERS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The number that the first of these words say, and how many of them: `two hundred and fifty`.
pub(super) fn spelled<'w>(words: impl Iterator<Item = &'w str>) -> Option<(u64, usize)> {
    let (mut total, mut group, mut taken) = (0u64, 0u64, 0usize);
    // The size of the smallest part so far: each part must be smaller than the one before it.
    let mut room = u64::MAX;
    for (place, word) in words.enumerate() {
        let word = word.to_lowercase();
        if word == "and" && place > 0 && (group >= 100 || group == 0) {
            continue;
        }
        let parts: Vec<&str> = word.split('-').collect();
        let value = parts.iter().try_fold(0u64, |sum, part| Some(sum.saturating_add(small(part)?)));
        if let Some(value) = value {
            if value >= room.min(100) || (group > 0 && value == 0) {
                break;
            }
            group = group.saturating_add(value);
            room = if value >= 20 && value.is_multiple_of(10) { 10 } else { 1 };
        } else if word == "hundred" && (1..100).contains(&group) {
            group = group.saturating_mul(100);
            room = 100;
        } else if let Some(scale) = scale(&word).filter(|_| group > 0) {
            total = total.saturating_add(group.saturating_mul(scale));
            (group, room) = (0, 100);
        } else {
            break;
        }
        taken = place.saturating_add(1);
    }
    (taken > 0).then(|| (total.saturating_add(group), taken))
}

fn small(word: &str) -> Option<u64> {
    let place = |list: &[&str]| list.iter().position(|known| *known == word);
    let ten = |place: usize| place.saturating_add(2).saturating_mul(10);
    let number = place(&NUMBERS).or_else(|| place(&TENS).map(ten))?;
    u64::try_from(number).ok()
}

fn scale(word: &str) -> Option<u64> {
    match word {
        "thousand" => Some(1_000),
        "million" => Some(1_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_words() {
        let check = |text: &str, expect: Option<(u64, usize)>| {
            assert_eq!(spelled(text.split(' ')), expect, "{text}");
        };
        check("five times", Some((5, 1)));
        check("five hundred times", Some((500, 2)));
        check("two hundred and fifty calls", Some((250, 4)));
        check("twenty-five", Some((25, 1)));
        check("twenty five", Some((25, 2)));
        check("one thousand two hundred", Some((1200, 4)));
        check("three million", Some((3_000_000, 2)));
        check("zero", Some((0, 1)));
        check("one two", Some((1, 1)));
        check("five and b", Some((5, 1)));
        check("two hundred and b", Some((200, 2)));
        check("hundred", None);
        check("deploy", None);
    }

    #[test]
    fn lengths_of_time_are_said_in_the_largest_unit() {
        let check = |seconds: u64, expect: &str| assert_eq!(in_words(seconds), expect);
        check(60, "1 minute");
        check(90, "90 seconds");
        check(7_200, "2 hours");
        check(86_400, "1 day");
        check(1_209_600, "14 days");
        check(1, "1 second");
        assert_eq!(seconds_of("Hours"), Some(3_600));
        assert_eq!(seconds_of("month"), None);
    }
}
