//! JSON text to arguments and back.
//!
//! Arguments decide, so they are read strictly: one document, exact numbers, no member twice, within the
//! limits of one call. Writing keeps the order of members; [`canonical`](super::canonical) is the form
//! that is hashed.

use core::fmt::Write;

use sponsio_engine::event::{Decimal, Value};
use sponsio_engine::limits::ARGUMENT_BYTES_MAX;

use super::json::{JsonError, Position, Reader, text_of};

/// The value of a JSON text.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    let start = Position { offset: 0, line: 1, column: 1 };
    if text.len() > ARGUMENT_BYTES_MAX {
        return Err(JsonError::too_long(start));
    }
    let mut reader = Reader::new(text, start);
    let value = reader.value()?;
    reader.finish()?;
    Ok(value)
}

/// The value of JSON bytes.
pub fn parse_bytes(bytes: &[u8]) -> Result<Value, JsonError> {
    parse(text_of(bytes)?)
}

/// Appends the value as JSON without blanks, members in their order.
pub fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(*number, out),
        Value::Text(text) => write_text(text, out),
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (place, (name, member)) in members.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
    }
}

/// Appends a number as ECMAScript lays numbers out: plain digits where the first digit stands between the
/// sixth place after the point and the twenty-first before it, scientific notation beyond.
///
/// Digests depend on it, so it does not follow how the engine shows numbers to people.
fn write_number(number: Decimal, out: &mut String) {
    if number.is_negative() {
        out.push('-');
    }
    let digits = number.digits().to_string();
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    // The number is `0.digits × 10^point`.
    let point = count.saturating_add(number.exponent());
    let places = usize::try_from(point.unsigned_abs()).unwrap_or(usize::MAX);
    // Writing to a string cannot fail.
    let _ = match point {
        _ if number == Decimal::ZERO => out.write_char('0'),
        1..=21 if point >= count => write!(out, "{digits:0<places$}"),
        1..=21 => {
            let (whole, fraction) = digits.split_at_checked(places).unwrap_or((&digits, ""));
            write!(out, "{whole}.{fraction}")
        }
        -5..=0 => write!(out, "0.{:0<places$}{digits}", ""),
        _ => {
            let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
            let separator = if rest.is_empty() { "" } else { "." };
            write!(out, "{first}{separator}{rest}e{:+}", point.saturating_sub(1))
        }
    };
}

/// Appends a JSON string with the escapes of RFC 8785: only what must be escaped is.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sponsio_engine::limits::{ARGUMENT_DEPTH_MAX, ARGUMENT_VALUES_MAX};

    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut written = String::new();
        write(&parse(text).unwrap(), &mut written);
        assert_eq!(written, expect);
    }

    #[track_caller]
    fn refused(text: &str, expect: &str) {
        assert_eq!(parse(text).unwrap_err().to_string(), expect);
    }

    #[test]
    fn values_are_read_and_written_in_order() {
        check(" {\"b\" : [1, 2.50, true, null], \"a\":{}} ", "{\"b\":[1,2.5,true,null],\"a\":{}}");
        check(r#""A\/é\ud83d\ude00\n""#, "\"A/é😀\\n\"");
    }

    #[test]
    fn numbers_keep_every_digit() {
        check("[9007199254740993, 0.1, 1e999, -0]", "[9007199254740993,0.1,1e+999,0]");
        refused(
            "[1e10000]",
            "line 1, column 2: this number has more than 38 digits or an exponent beyond 9999",
        );
        refused(
            &format!("[\n {}1]", "1".repeat(38)),
            "line 2, column 2: this number has more than 38 digits or an exponent beyond 9999",
        );
    }

    #[test]
    fn what_is_not_one_json_document_is_refused_with_its_place() {
        refused("", "line 1, column 1: there is no JSON here");
        refused("{\"a\": [1,", "line 1, column 10: the JSON ends too early");
        refused("{\"a\": 1}\n{\"b\": 2}", "line 2, column 1: this is not JSON: trailing data");
        refused(
            "{'a': 1}",
            "line 1, column 2: this is not JSON: expecting member name or object end",
        );
        refused("[1,]", "line 1, column 3: this is not JSON: trailing comma not enabled");
        refused("// a\n1", "line 1, column 1: this is not JSON: comments not enabled");
        refused("[NaN]", "line 1, column 2: this is not JSON: malformed json");
        refused("[01]", "line 1, column 2: this is not JSON: malformed number");
        refused(
            "\"\\ud800\"",
            "line 1, column 2: this is not JSON: unpaired surrogate pair escape sequence",
        );
        assert_eq!(
            parse_bytes(b"[\n\"\xff\"]").unwrap_err().to_string(),
            "line 2, column 2: the text is not UTF-8"
        );
    }

    #[test]
    fn a_member_that_occurs_twice_is_refused_where_it_does() {
        refused(
            "{\"a\": 1,\n \"b\": {\"c\": 1, \"d\": 2, \"c\": 3}}",
            "line 2, column 24: the member `c` occurs twice in one object",
        );
        refused(
            r#"{"a": 1, "\u0061": 1}"#,
            "line 1, column 10: the member `a` occurs twice in one object",
        );
    }

    #[test]
    fn a_text_over_the_bytes_of_a_call_is_refused() {
        let text = |n: usize| format!("\"{}\"", "x".repeat(n));
        assert!(parse(&text(ARGUMENT_BYTES_MAX - 2)).is_ok());
        let expect =
            format!("line 1, column 1: the bytes of one call are limited to {ARGUMENT_BYTES_MAX}");
        refused(&text(ARGUMENT_BYTES_MAX - 1), &expect);
    }

    #[test]
    fn a_value_over_the_depth_of_a_call_is_refused() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&nested(ARGUMENT_DEPTH_MAX)).is_ok());
        refused(
            &nested(ARGUMENT_DEPTH_MAX + 1),
            "line 1, column 65: the levels of one call are limited to 64",
        );
        assert!(parse(&nested(1_000_000)).is_err());
    }

    #[test]
    fn a_value_over_the_values_of_a_call_is_refused() {
        let list = |n: usize| format!("[0{}]", ",0".repeat(n - 1));
        assert!(parse(&list(ARGUMENT_VALUES_MAX - 1)).is_ok());
        assert!(parse(&list(ARGUMENT_VALUES_MAX)).unwrap_err().is_limit());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}", json in r#"[\[\]{}",:0-9eE.\\ u\-]{0,40}"#) {
            let _ = parse(&text);
            let _ = parse(&json);
        }
    }
}
