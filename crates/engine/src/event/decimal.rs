//! Exact decimal numbers, and the one reading of text as a number.
//!
//! Limits on money are the commonest contracts, and the commonest way around them is a number that two programs
//! read differently. So a number here is an exact decimal, compared exactly, and text is a number only in these
//! forms (after trimming blanks, with digits of any script folded to ASCII):
//!
//! | text | reading |
//! |---|---|
//! | `5000`, `+5000`, `-5000`, `5000.0`, `.5`, `5.` | that number |
//! | `5e3`, `5E+3` | 5000 |
//! | `5,000`, `1,000,000.50` | thousands separators in groups of three: 5000, 1000000.50 |
//! | `٥٠٠٠`, `５０００` | 5000 |
//! | `1e999` | 10^999: a number, far beyond any limit |
//! | `5,00`, `5_000`, `$5000`, `20k`, `0x4e20`, `inf`, `nan`, empty | not a number |
//!
//! What is not a number makes a comparison *unknown*, and unknown never satisfies a guarantee. There is no
//! binary floating point here, no rounding and no infinity.

use core::cmp::Ordering;
use core::fmt;

use crate::limits::{DECIMAL_DIGITS_MAX, DECIMAL_EXPONENT_MAX};

/// An exact decimal number: `± digits × 10^exponent`.
///
/// INVARIANT: canonical. `digits` has no trailing zero, zero is `+0 × 10^0`, `digits` has at most
/// [`DECIMAL_DIGITS_MAX`] digits and the exponent of its leading digit is at most [`DECIMAL_EXPONENT_MAX`] in size.
/// So equal numbers have equal fields.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    digits: u128,
    exponent: i32,
}

impl Decimal {
    /// The largest number there is.
    pub(crate) const LARGEST: Self = Self {
        negative: false,
        digits: 99_999_999_999_999_999_999_999_999_999_999_999_999,
        exponent: DECIMAL_EXPONENT_MAX - 37,
    };

    /// Zero.
    pub const ZERO: Self = Self { negative: false, digits: 0, exponent: 0 };

    /// The number that `text` denotes, by the table at the head of this module; `None` where it is not a number.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::default();
        let mut chars = text.trim().chars().peekable();
        let negative = match chars.peek() {
            Some('-' | '\u{2212}') => {
                chars.next();
                true
            }
            Some('+') => {
                chars.next();
                false
            }
            _ => false,
        };
        let mut exponent = None;
        while let Some(c) = chars.next() {
            match c {
                ',' => reader.separator()?,
                '.' => reader.point()?,
                'e' | 'E' => {
                    exponent = Some(parse_exponent(&mut chars)?);
                    break;
                }
                _ => reader.digit(digit_value(c)?)?,
            }
        }
        reader.finish(negative, exponent.unwrap_or(0))
    }

    /// `± digits × 10^exponent`, made canonical; `None` beyond the limits.
    pub fn new(negative: bool, digits: u128, exponent: i32) -> Option<Self> {
        if digits == 0 {
            return Some(Self::ZERO);
        }
        let (mut digits, mut exponent) = (digits, exponent);
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent = exponent.checked_add(1)?;
        }
        let number = Self { negative, digits, exponent };
        let in_range = number.digit_count() <= DECIMAL_DIGITS_MAX
            && number.magnitude().checked_abs()? <= DECIMAL_EXPONENT_MAX;
        in_range.then_some(number)
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The significant digits, without trailing zeros; zero for zero.
    pub fn digits(&self) -> u128 {
        self.digits
    }

    /// The power of ten that [`digits`](Self::digits) is multiplied with.
    pub fn exponent(&self) -> i32 {
        self.exponent
    }

    /// The number as an unsigned integer, where it is one and fits.
    pub fn to_u64(&self) -> Option<u64> {
        if self.negative || self.exponent < 0 {
            return None;
        }
        let scale = 10u128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        u64::try_from(self.digits.checked_mul(scale)?).ok()
    }

    fn digit_count(&self) -> usize {
        let count = self.digits.checked_ilog10().map_or(0, |n| n.saturating_add(1));
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// The power of ten of the leading digit.
    fn magnitude(&self) -> i32 {
        let below = self.digits.checked_ilog10().unwrap_or(0);
        self.exponent.saturating_add(i32::try_from(below).unwrap_or(i32::MAX))
    }

    /// Compares absolute values: first by the place of the leading digit, then digit for digit.
    fn cmp_absolute(&self, other: &Self) -> Ordering {
        match (self.digits, other.digits) {
            (0, 0) => return Ordering::Equal,
            (0, _) => return Ordering::Less,
            (_, 0) => return Ordering::Greater,
            _ => {}
        }
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // The leading digits stand in the same place, so both scale to as many digits: at most 38.
            self.scaled(other.digit_count()).cmp(&other.scaled(self.digit_count()))
        })
    }

    fn scaled(&self, count: usize) -> u128 {
        let missing = count.saturating_sub(self.digit_count());
        let factor = u32::try_from(missing).ok().and_then(|n| 10u128.checked_pow(n));
        factor.and_then(|f| self.digits.checked_mul(f)).unwrap_or(u128::MAX)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_absolute(other),
            (true, true) => other.cmp_absolute(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<u64> for Decimal {
    fn from(value: u64) -> Self {
        Self::new(false, u128::from(value), 0).unwrap_or(Self::ZERO)
    }
}

impl From<u32> for Decimal {
    fn from(value: u32) -> Self {
        Self::from(u64::from(value))
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::new(value < 0, u128::from(value.unsigned_abs()), 0).unwrap_or(Self::ZERO)
    }
}

/// The shortest exact text, laid out as ECMAScript lays out numbers: plain digits for exponents from -6 to 20,
/// scientific notation beyond.
/// The decimal digits of a number, at the end of a buffer that holds as many as any has: a number is written while an
/// event is judged, and that allocates nothing.
fn decimal_digits(number: u128, buffer: &mut [u8; 39]) -> &str {
    let (mut rest, mut count) = (number, 0usize);
    for slot in buffer.iter_mut().rev() {
        *slot = b'0'.saturating_add(u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        count = count.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    let first = buffer.len().saturating_sub(count);
    buffer.get(first..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or("0")
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let mut buffer = [b'0'; 39];
        let digits = decimal_digits(self.digits, &mut buffer);
        let magnitude = self.magnitude();
        let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        let places = usize::try_from(magnitude.unsigned_abs()).unwrap_or(usize::MAX);
        if (0..21).contains(&magnitude) {
            if self.exponent >= 0 {
                let zeros = usize::try_from(self.exponent).unwrap_or(0);
                return write!(f, "{digits}{:0<zeros$}", "");
            }
            let (whole, fraction) =
                digits.split_at_checked(places.saturating_add(1)).unwrap_or((digits, ""));
            return write!(f, "{whole}.{fraction}");
        }
        if (-6..0).contains(&magnitude) {
            return write!(f, "0.{:0<width$}{digits}", "", width = places.saturating_sub(1));
        }
        let sign = if magnitude < 0 { '-' } else { '+' };
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
        let point = if count > 1 { "." } else { "" };
        write!(f, "{first}{point}{rest}e{sign}{places}")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads digits, one decimal point and thousands separators.
#[derive(Default)]
struct Reader {
    digits: u128,
    significant: usize,
    seen: usize,
    fraction: i32,
    /// Zeros that are only worth writing down once another digit follows them.
    zeros: i32,
    point: bool,
    /// Digits since the last separator, once there was one.
    group: Option<usize>,
}

impl Reader {
    fn digit(&mut self, value: u32) -> Option<()> {
        self.seen = self.seen.checked_add(1)?;
        if !self.point
            && let Some(group) = self.group.as_mut()
        {
            *group = group.checked_add(1)?;
        }
        if self.point {
            self.fraction = self.fraction.checked_add(1)?;
        }
        if value == 0 {
            if self.digits != 0 {
                self.zeros = self.zeros.checked_add(1)?;
            }
            return Some(());
        }
        let zeros = u32::try_from(self.zeros).ok()?;
        self.significant =
            self.significant.checked_add(usize::try_from(zeros).ok()?)?.checked_add(1)?;
        if self.significant > DECIMAL_DIGITS_MAX {
            return None;
        }
        let shifted = self.digits.checked_mul(10u128.checked_pow(zeros.checked_add(1)?)?)?;
        self.digits = shifted.checked_add(u128::from(value))?;
        self.zeros = 0;
        Some(())
    }

    fn separator(&mut self) -> Option<()> {
        let first = self.group.is_none() && (1..=3).contains(&self.seen);
        let later = self.group == Some(3);
        (!self.point && (first || later)).then(|| self.group = Some(0))
    }

    fn point(&mut self) -> Option<()> {
        let grouped = self.group.is_none_or(|n| n == 3);
        (!self.point && grouped).then(|| self.point = true)
    }

    fn finish(self, negative: bool, exponent: i32) -> Option<Decimal> {
        if self.seen == 0 || self.group.is_some_and(|n| n != 3) {
            return None;
        }
        let exponent = exponent.checked_sub(self.fraction)?.checked_add(self.zeros)?;
        Decimal::new(negative, self.digits, exponent)
    }
}

fn parse_exponent(chars: &mut impl Iterator<Item = char>) -> Option<i32> {
    let mut chars = chars.peekable();
    let negative = chars.next_if(|c| matches!(c, '+' | '-')) == Some('-');
    let mut value = None::<i32>;
    for c in chars {
        let digit = i32::try_from(digit_value(c)?).ok()?;
        // Beyond the limit only that matters, not the size.
        value = Some(value.unwrap_or(0).saturating_mul(10).saturating_add(digit).min(1_000_000));
    }
    value.map(|v| if negative { v.saturating_neg() } else { v })
}

/// The value of a decimal digit of any script in common use (Unicode category Nd, laid out in runs of ten).
fn digit_value(c: char) -> Option<u32> {
    const ZEROS: [char; 24] = [
        '0',
        '\u{660}',
        '\u{6F0}',
        '\u{7C0}',
        '\u{966}',
        '\u{9E6}',
        '\u{A66}',
        '\u{AE6}',
        '\u{B66}',
        '\u{BE6}',
        '\u{C66}',
        '\u{CE6}',
        '\u{D66}',
        '\u{DE6}',
        '\u{E50}',
        '\u{ED0}',
        '\u{F20}',
        '\u{1040}',
        '\u{17E0}',
        '\u{1810}',
        '\u{FF10}',
        '\u{1D7CE}',
        '\u{1D7D8}',
        '\u{1D7EC}',
    ];
    let code = u32::from(c);
    ZEROS.iter().map(|zero| code.wrapping_sub(u32::from(*zero))).find(|value| *value < 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(Decimal::parse(text).map(|d| d.to_string()).as_deref(), expect, "{text:?}");
    }

    #[test]
    fn each_form_has_the_documented_reading() {
        check("5000", Some("5000"));
        check("+5000", Some("5000"));
        check("-5000", Some("-5000"));
        check("5000.0", Some("5000"));
        check(".5", Some("0.5"));
        check("5.", Some("5"));
        check("5e3", Some("5000"));
        check("5E+3", Some("5000"));
        check("5e-3", Some("0.005"));
        check("1e-6", Some("0.000001"));
        check("1e-7", Some("1e-7"));
        check("5,000", Some("5000"));
        check("1,000,000.50", Some("1000000.5"));
        check("٥٠٠٠", Some("5000"));
        check("５０００", Some("5000"));
        check("  5000 ", Some("5000"));
        check("1e999", Some("1e+999"));
        check("-0", Some("0"));
        check("0.000", Some("0"));
        check(
            "10000.0000000000000000000000000000001",
            Some("10000.0000000000000000000000000000001"),
        );
    }

    #[test]
    fn what_is_not_a_number_is_not_read_as_one() {
        for text in [
            "",
            " ",
            "+",
            ".",
            "5,00",
            "5,0000",
            ",500",
            "5,000,",
            "5_000",
            "$5000",
            "20k",
            "0x4e20",
            "inf",
            "nan",
            "1e",
            "e5",
            "1.2.3",
            "1.5,000",
            "--5",
            "5 000",
            "1e10000",
            "1e-10000",
            "١٢٣,٤",
        ] {
            check(text, None);
        }
        check(&"9".repeat(DECIMAL_DIGITS_MAX), Some("9.9999999999999999999999999999999999999e+37"));
        check(&"9".repeat(DECIMAL_DIGITS_MAX + 1), None);
    }

    #[test]
    fn numbers_far_beyond_a_limit_compare_as_such() {
        let limit = Decimal::from(10_000u32);
        for text in ["1e999", "10000.01", "10000.00000000000000001", "99999999999999999999"] {
            assert!(Decimal::parse(text).unwrap() > limit, "{text}");
        }
        assert!(Decimal::parse("-1e999").unwrap() < limit);
    }

    proptest! {
        #[test]
        fn order_is_the_order_of_integers(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(Decimal::from(a).cmp(&Decimal::from(b)), a.cmp(&b));
        }

        #[test]
        fn order_survives_a_common_scale(a in any::<i32>(), b in any::<i32>(), e in -50i32..50) {
            let scale = |v: i32| Decimal::parse(&format!("{v}e{e}")).unwrap();
            prop_assert_eq!(scale(a).cmp(&scale(b)), a.cmp(&b));
        }

        #[test]
        fn text_reads_back(negative: bool, digits: u64, exponent in -300i32..300) {
            let number = Decimal::new(negative, u128::from(digits), exponent).unwrap();
            prop_assert_eq!(Decimal::parse(&number.to_string()), Some(number));
        }

        #[test]
        fn finite_doubles_print_as_they_do_elsewhere(value in -1e15f64..1e15) {
            let number = Decimal::parse(&format!("{value:?}")).unwrap();
            prop_assert_eq!(number.to_string().parse::<f64>().unwrap(), value);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,60}") {
            let _ = Decimal::parse(&text);
        }
    }
}
