//! Times as people write them: so long ago, a day, a moment, or any.

#![expect(clippy::disallowed_methods, reason = "what `24h` means depends on when it is asked")]

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::Date;
use jiff::tz::Offset;
use sponsio_engine::event::Timestamp;

/// Seconds of a unit.
const UNITS: [(char, i64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// The time that the text means, as an argument of the command line; none where it means any.
pub(super) fn parsed(text: &str) -> Result<When, String> {
    let text = text.trim();
    if text == "all" {
        return Ok(When::Any);
    }
    if let Some(seconds) = duration(text) {
        return Ok(When::Ago(seconds));
    }
    let day = || Offset::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(day);
    moment.map(|moment| When::At(Timestamp(moment.as_microsecond()))).ok_or_else(|| {
        "it is neither so long ago (`30m`, `24h`, `7d`), nor a day (`2026-01-31`) or a moment \
         (`2026-01-31T12:00:00Z`), nor `all`"
            .to_owned()
    })
}

/// A time as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// No bound.
    Any,
    /// So many seconds before it is asked.
    Ago(i64),
    /// This moment.
    At(Timestamp),
}

impl When {
    /// The time, if it is one.
    pub(super) fn time(self) -> Option<Timestamp> {
        match self {
            Self::Any => None,
            Self::At(time) => Some(time),
            Self::Ago(seconds) => {
                let micros = seconds.saturating_mul(1_000_000);
                Some(Timestamp(now().saturating_sub(micros)))
            }
        }
    }
}

/// Microseconds since the epoch.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The seconds of so long.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let number = text.strip_suffix(unit)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse::<i64>().ok().filter(|_| digits)?.checked_mul(*seconds)
}

/// A time as text, in UTC.
pub(crate) fn written(time: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(time.0).map_or_else(|_| "?".to_owned(), |t| t.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: When) {
        assert_eq!(parsed(text), Ok(expect), "{text}");
    }

    #[test]
    fn a_time_is_so_long_ago_a_day_or_a_moment() {
        check("all", When::Any);
        check("90s", When::Ago(90));
        check("24h", When::Ago(86_400));
        check("7d", When::Ago(604_800));
        check("2w", When::Ago(1_209_600));
        check("1970-01-02", When::At(Timestamp(86_400_000_000)));
        check("1970-01-01T01:00:00+01:00", When::At(Timestamp(0)));
        check("1970-01-01T00:00:00.25Z", When::At(Timestamp(250_000)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "24",
            "1.5h",
            "-3d",
            "+3d",
            "h",
            "yesterday",
            "2026-13-01",
            "99999999999999999999d",
        ] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }
}
