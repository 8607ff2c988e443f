//! The one text of a value, and its digest.
//!
//! RFC 8785: no blanks, members sorted by the UTF-16 code units of their names, the shortest escapes,
//! numbers laid out as ECMAScript does. One deliberate difference: a number that is no binary double,
//! such as an integer beyond 2^53, is written exactly instead of being rounded. Two different calls never
//! share a digest for that reason.

use sha2::{Digest, Sha256};
use sponsio_engine::event::{self, Value};

use super::json::JsonError;
use super::members::Member;
use super::value::{write, write_text};

/// The canonical JSON text.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    append(value, &mut out);
    out
}

/// The SHA-256 of the canonical text, in lower-case hexadecimal digits.
pub fn digest(value: &Value) -> String {
    to_hex(&Sha256::digest(canonical(value)))
}

/// What an approval of a call is bound to: the SHA-256 of the canonical object of its tool and its arguments.
pub fn call_digest(tool: &str, args: &Value) -> event::Digest {
    let members = [("tool".into(), Value::Text(tool.into())), ("args".into(), args.clone())];
    event::Digest(Sha256::digest(canonical(&Value::Object(members.into()))).into())
}

/// The SHA-256 of bytes.
pub fn digest_of_bytes(bytes: &[u8]) -> event::Digest {
    event::Digest(Sha256::digest(bytes).into())
}

/// Bytes as lower-case hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The digest that 64 hexadecimal digits write.
pub fn digest_from_hex(text: &str) -> Option<event::Digest> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let mut bytes = [0; 32];
    for (slot, [high, low]) in bytes.iter_mut().zip(pairs) {
        *slot = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(event::Digest(bytes))
}

/// The digest that is the text of a member.
pub(crate) fn read_digest(member: Member) -> Result<event::Digest, JsonError> {
    let position = member.value_at;
    let digest = digest_from_hex(&member.text()?);
    digest.ok_or_else(|| JsonError::meaning(position, "a digest has 64 hexadecimal digits"))
}

/// The recursion is as deep as the value, which its reader bounded.
fn append(value: &Value, out: &mut String) {
    match value {
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                append(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (place, (name, member)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                append(member, out);
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => write(value, out),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::value::parse;
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(canonical(&parse(text).unwrap()), expect);
    }

    #[test]
    fn members_are_sorted_by_utf_16_code_units() {
        // U+1F600 is above U+FB33, but its first code unit, a surrogate, is below.
        check(
            r#"{"\ufb33": 1, "\ud83d\ude00": 2, "€": 3, "ö": 4, "1": 5, "\r": 6}"#,
            "{\"\\r\":6,\"1\":5,\"ö\":4,\"€\":3,\"😀\":2,\"\u{fb33}\":1}",
        );
    }

    #[test]
    fn only_what_must_be_escaped_is() {
        check(
            r#""\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\/""#,
            "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"",
        );
    }

    #[test]
    fn numbers_are_laid_out_as_ecmascript_does() {
        check(
            "[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, 1e21, 1e20, \
             0.000001, 1e-7]",
            "[333333333.33333329,1e+30,4.5,0.002,1e-27,1e+21,100000000000000000000,0.000001,1e-7]",
        );
    }

    #[test]
    fn integers_that_no_double_holds_stay_apart() {
        let of = |text: &str| digest(&parse(text).unwrap());
        assert_ne!(of("9007199254740992"), of("9007199254740993"));
        assert_eq!(of("1.0"), of("1"));
    }

    #[test]
    fn the_digest_is_the_sha_256_of_the_text() {
        // printf '{}' | sha256sum
        let expect = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(digest(&Value::empty()), expect);
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let number = prop_oneof![
            (-(1i64 << 53)..=(1i64 << 53)).prop_map(serde_json::Value::from),
            proptest::num::f64::NORMAL.prop_map(serde_json::Value::from),
            (-1e9..1e9f64).prop_map(serde_json::Value::from),
            (-1e-4..1e-4f64).prop_map(serde_json::Value::from),
        ];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            number,
            any::<String>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                proptest::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn an_independent_implementation_writes_the_same(value in json()) {
            let expect = serde_json_canonicalizer::to_string(&value).unwrap();
            let ours = canonical(&parse(&value.to_string()).unwrap());
            prop_assert_eq!(ours, expect);
        }

        #[test]
        fn the_canonical_text_reads_back_and_stays(value in json()) {
            let once = canonical(&parse(&value.to_string()).unwrap());
            prop_assert_eq!(canonical(&parse(&once).unwrap()), once);
        }
    }
}
