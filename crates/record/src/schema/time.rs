//! Times in files: seconds as an exact decimal number, to and from microseconds.

use sponsio_engine::event::{Decimal, Timestamp};

use super::json::JsonError;
use super::members::Member;

/// Seconds since the epoch, exact.
pub(crate) fn seconds(time: Timestamp) -> Decimal {
    Decimal::new(time.0 < 0, u128::from(time.0.unsigned_abs()), -6).unwrap_or(Decimal::ZERO)
}

/// The time in the member `ts`. What lies below a microsecond is dropped.
pub(crate) fn read(member: &Member) -> Result<Timestamp, JsonError> {
    let number = member.number()?;
    let refuse =
        |why: &str| JsonError::meaning(member.value_at, format!("`{}` {why}", member.name));
    if number.is_negative() {
        return Err(refuse("must not be negative"));
    }
    micros(number).map(Timestamp).ok_or_else(|| refuse("is too large for a time in seconds"))
}

pub(super) fn micros(seconds: Decimal) -> Option<i64> {
    let exponent = seconds.exponent().checked_add(6)?;
    let scale = |n: u32| 10u128.checked_pow(n);
    let micros = match u32::try_from(exponent) {
        Ok(places) if seconds != Decimal::ZERO => seconds.digits().checked_mul(scale(places)?)?,
        Ok(_) => 0,
        Err(_) => scale(exponent.unsigned_abs())
            .map_or(0, |s| seconds.digits().checked_div(s).unwrap_or(0)),
    };
    i64::try_from(micros).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(micros(Decimal::parse(text).unwrap()), expect, "{text}");
    }

    #[test]
    fn seconds_are_read_to_the_microsecond() {
        check("0", Some(0));
        check("3", Some(3_000_000));
        check("1718000000.123456", Some(1_718_000_000_123_456));
        check("1718000000.1234569", Some(1_718_000_000_123_456));
        check("1.718e9", Some(1_718_000_000_000_000));
        check("1e-7", Some(0));
        check("1e-999", Some(0));
        check("9223372036854.775807", Some(i64::MAX));
        check("9223372036854.775808", None);
        check("1e99", None);
        check("1e9999", None);
    }

    proptest! {
        #[test]
        fn a_time_reads_back(time in 0..i64::MAX) {
            prop_assert_eq!(micros(seconds(Timestamp(time))), Some(time));
        }
    }
}
