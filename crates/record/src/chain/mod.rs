//! The chain of a log: each line carries the hash of the line before and its own.
//!
//! ```text
//!  {…,"line":7,"prev":"<hash of line 6>","hash":"<SHA-256>"}
//! ```
//!
//! The hash is taken over the bytes of the line as they stand, without the member `hash`. It is not taken over a
//! canonical form that a reader would have to compute first: then two files could differ and verify alike, and
//! every verifier would need the same reader of JSON. A line knows its number in the chain, so a reader of one line
//! knows where it belongs, and a verifier can tell a line that is gone from one that was moved.
//!
//! A chain shows that a line was changed to whoever knows a later hash. Whoever can write the whole file can also
//! chain it anew: only a checkpoint that is kept elsewhere shows that.

mod fault;
mod walk;

use sha2::{Digest as _, Sha256};
use sponsio_engine::event::Digest;

use crate::schema::canonical::{digest_from_hex, to_hex};

pub use fault::{Fault, Trial, What};
pub use walk::{Suspect, Walk};

/// A place in a chain: the line that the next one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number, from 1; 0 before the first line.
    pub line: u64,
    /// Its hash; zeros before the first line.
    pub hash: Digest,
}

impl Link {
    /// Before the first line.
    pub const START: Self = Self { line: 0, hash: Digest([0; 32]) };
}

/// What a line says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Bytes of an unfinished line that were found at the end of the file, and cut off, before this line was written.
    pub torn: u64,
    /// Its number, from 1.
    pub line: u64,
    /// The hash of the line before.
    pub prev: Digest,
    /// Its own hash, which is that of its bytes.
    pub hash: Digest,
}

/// Why a line is no part of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsealed {
    /// It does not end with the keys of the chain.
    #[error("the line does not end with `line`, `prev` and `hash`")]
    Missing,
    /// Its hash is another.
    #[error("the hash of the line is not that of its bytes")]
    Different,
}

const HASH_KEY: &str = ",\"hash\":\"";
const PREV_KEY: &str = ",\"prev\":\"";
const LINE_KEY: &str = ",\"line\":";
const TORN_KEY: &str = ",\"torn\":";
const END: &str = "\"}";
/// Hexadecimal digits of a hash.
const DIGITS: usize = 64;
/// Bytes of the keys of the chain with their values, at most, and of a line break.
const PLACE_BYTES: usize = 256;

/// The line, which is a JSON object, with its place after another one; and its own place.
///
/// `torn` is the number of bytes of an unfinished line that were cut off before it. An object without members has no
/// line.
pub fn seal(object: &str, after: Link, torn: u64) -> Option<(String, Link)> {
    let open = object.strip_suffix('}').filter(|open| *open != "{")?;
    let mut text = String::with_capacity(open.len().saturating_add(PLACE_BYTES));
    text.push_str(open);
    let line = after.line.checked_add(1)?;
    if torn > 0 {
        text.push_str(TORN_KEY);
        text.push_str(&torn.to_string());
    }
    text.push_str(LINE_KEY);
    text.push_str(&line.to_string());
    text.push_str(PREV_KEY);
    text.push_str(&to_hex(&after.hash.0));
    let hash = hash(text.as_bytes());
    text.push('"');
    text.push_str(HASH_KEY);
    text.push_str(&to_hex(&hash.0));
    text.push_str(END);
    Some((text, Link { line, hash }))
}

/// The hash of a line of which this stands before the end of `prev`.
fn hash(open: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(open);
    hasher.update(END);
    Digest(hasher.finalize().into())
}

impl Sealed {
    /// What a line, without its line break, says of its place, if its hash is that of its bytes.
    pub fn read(line: &[u8]) -> Result<Self, Unsealed> {
        let (open, claim) = Self::split(line).ok_or(Unsealed::Missing)?;
        let sealed = Self::place(open, claim).ok_or(Unsealed::Missing)?;
        if hash(open) == sealed.hash { Ok(sealed) } else { Err(Unsealed::Different) }
    }

    /// What stands before the end of `prev`, and the digits of `hash`.
    fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
        let rest = line.strip_suffix(END.as_bytes())?;
        let (rest, claim) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
        let open = rest.strip_suffix(HASH_KEY.as_bytes())?.strip_suffix(b"\"")?;
        Some((open, claim))
    }

    fn place(open: &[u8], claim: &[u8]) -> Option<Self> {
        let (rest, prev) = open.split_at_checked(open.len().checked_sub(DIGITS)?)?;
        let rest = rest.strip_suffix(PREV_KEY.as_bytes())?;
        let (rest, line) = number(rest)?;
        let rest = rest.strip_suffix(LINE_KEY.as_bytes())?;
        // A quotation mark inside a text is escaped, so these keys cannot be part of one.
        let torn = number(rest).filter(|(rest, _)| rest.ends_with(TORN_KEY.as_bytes()));
        let torn = torn.map_or(0, |(_, torn)| torn);
        Some(Self { torn, line, prev: digest(prev)?, hash: digest(claim)? })
    }

    /// Where it stands.
    pub fn link(&self) -> Link {
        Link { line: self.line, hash: self.hash }
    }

    /// Whether it follows that place.
    pub fn follows(&self, before: Link) -> bool {
        self.prev == before.hash && before.line.checked_add(1) == Some(self.line)
    }
}

/// The decimal digits at the end, and what stands before them.
fn number(bytes: &[u8]) -> Option<(&[u8], u64)> {
    let digits = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (rest, digits) = bytes.split_at_checked(bytes.len().checked_sub(digits)?)?;
    let number = core::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((rest, number))
}

/// Hexadecimal digits in lower case: a digest has one text.
fn digest(text: &[u8]) -> Option<Digest> {
    let text = core::str::from_utf8(text).ok()?;
    digest_from_hex(text).filter(|_| !text.bytes().any(|byte| byte.is_ascii_uppercase()))
}

#[cfg(test)]
mod damage_tests;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sponsio_engine::event::Value;

    use super::*;
    use crate::schema::value;

    #[test]
    fn a_line_says_where_it_stands() {
        let (first, link) = seal("{\"v\":1}", Link::START, 0).unwrap();
        let (second, after) = seal("{\"v\":1}", link, 12).unwrap();
        // printf '{"v":1,"line":1,"prev":"%064d"}' 0 | sha256sum
        let hash = "22784a4348e13f397d70938bd302cf991b8adff5de5ef246bae04b2d46a790cf";
        let zeros = "0".repeat(64);
        let expect = format!("{{\"v\":1,\"line\":1,\"prev\":\"{zeros}\",\"hash\":\"{hash}\"}}");
        assert_eq!(first, expect);
        let sealed = Sealed::read(second.as_bytes()).unwrap();
        assert_eq!((sealed.line, sealed.torn, sealed.prev), (2, 12, link.hash));
        assert!(sealed.follows(link) && sealed.link() == after);
        assert!(!sealed.follows(Link::START));
    }

    #[test]
    fn what_is_no_object_with_members_has_no_line() {
        assert_eq!(seal("{}", Link::START, 0), None);
        assert_eq!(seal("[1]", Link::START, 0), None);
        assert_eq!(seal("{\"v\":1}", Link { line: u64::MAX, ..Link::START }, 0), None);
    }

    #[test]
    fn a_digest_has_one_text() {
        let (line, _) = seal("{\"v\":1}", Link::START, 0).unwrap();
        let (text, digits) = line.split_at(line.len() - 66);
        let upper = format!("{text}{}", digits.to_uppercase());
        assert!(Sealed::read(line.as_bytes()).is_ok());
        assert_eq!(Sealed::read(upper.as_bytes()), Err(Unsealed::Missing));
    }

    #[test]
    fn a_text_that_looks_like_the_keys_is_not_taken_for_them() {
        let object = r#"{"session":",\"line\":9,\"prev\":\"","n":3}"#;
        let (line, _) = seal(object, Link::START, 0).unwrap();
        let sealed = Sealed::read(line.as_bytes()).unwrap();
        assert_eq!((sealed.line, sealed.torn), (1, 0));
        assert_eq!(Sealed::read(object.as_bytes()), Err(Unsealed::Missing));
        assert_eq!(Sealed::read(b""), Err(Unsealed::Missing));
    }

    proptest! {
        #[test]
        fn a_line_reads_back_at_any_place(
            text in ".{0,40}", line in 0..u64::MAX, hash: [u8; 32], torn: u64,
        ) {
            let mut object = String::new();
            let members = [("text".into(), Value::Text(text.into()))];
            value::write(&Value::Object(members.into()), &mut object);
            let before = Link { line, hash: Digest(hash) };
            let (sealed, after) = seal(&object, before, torn).unwrap();
            let read = Sealed::read(sealed.as_bytes()).unwrap();
            prop_assert!(read.follows(before) && read.link() == after && read.torn == torn);
            prop_assert!(value::parse(&sealed).is_ok());
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..300), digits in "[0-9]{0,25}", hash in "[0-9a-f]{62,66}",
        ) {
            let _ = Sealed::read(&bytes);
            let end = format!(",\"line\":{digits},\"prev\":\"{hash}\",\"hash\":\"{hash}\"}}");
            prop_assert!(Sealed::read(&[&bytes[..], end.as_bytes()].concat()).is_err());
        }
    }
}
