//! The values that an output *is*: whole texts, and the identifying tokens that stand in a text.
//!
//! These answer the opposite question from fingerprints: not "may this come from there" but "this is known to
//! come from there". So nothing here is approximate. A value is kept as 128 bits of a keyed hash, compared after
//! a normalisation that keeps different addresses different, and what does not fit is not known.

use core::hash::Hasher as _;
use std::collections::HashMap;

use foldhash::fast::FixedState;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use super::Key;
use super::source::Sources;
use super::words::is_ignored;
use crate::limits::{PROVENANCE_EXACT_MAX, PROVENANCE_EXACT_TEXT_BYTES_MAX};

/// Whether a value was a whole text or stands in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The text of one value of an output.
    Whole,
    /// A token or a line of such a text.
    Token,
}

/// Known values.
#[derive(Clone, Debug, Default)]
pub(super) struct Exact {
    entries: HashMap<u128, (Sources, Sources), FixedState>,
}

/// One value: the sources whose value it was as a whole, and those in whose texts it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) hash: u128,
    pub(super) whole: Sources,
    pub(super) token: Sources,
}

impl Exact {
    pub(super) fn bytes(&self) -> usize {
        // A byte of control for each bucket, and one bucket in eight free.
        let bucket = size_of::<(u128, (Sources, Sources))>().saturating_add(1);
        self.entries.capacity().saturating_mul(bucket).saturating_mul(8) / 7
    }

    /// The same with other sources.
    pub(super) fn mapped(&self, map: impl Fn(Sources) -> Sources) -> Self {
        let entries = self.entries.iter();
        let entries = entries.map(|(hash, (whole, token))| (*hash, (map(*whole), map(*token))));
        let is_followed = |(_, (whole, token)): &(u128, (Sources, Sources))| {
            !whole.is_empty() || !token.is_empty()
        };
        Self { entries: entries.filter(is_followed).collect() }
    }

    /// The entries in the order of their hashes.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let entry = |(hash, (whole, token)): (&u128, &(Sources, Sources))| Entry {
            hash: *hash,
            whole: *whole,
            token: *token,
        };
        let mut entries: Vec<_> = self.entries.iter().map(entry).collect();
        entries.sort_unstable_by_key(|entry| entry.hash);
        entries
    }

    /// The index of entries that are strictly sorted and not too many.
    pub(super) fn restore(entries: &[Entry]) -> Option<Self> {
        let sorted = entries.is_sorted_by(|a, b| a.hash < b.hash);
        let entries = entries.iter().map(|entry| (entry.hash, (entry.whole, entry.token)));
        (sorted && entries.len() <= PROVENANCE_EXACT_MAX)
            .then(|| Self { entries: entries.collect() })
    }

    /// Records that the text is, or stands in, a value of the sources.
    pub(super) fn insert(
        &mut self,
        (key, buffer): (Key, &mut String),
        text: &str,
        place: Place,
        sources: Sources,
    ) {
        let Some(hash) = hash(key, text, buffer) else { return };
        if self.entries.len() >= PROVENANCE_EXACT_MAX && !self.entries.contains_key(&hash) {
            return;
        }
        let (whole, token) = self.entries.entry(hash).or_default();
        match place {
            Place::Whole => *whole = whole.or(sources),
            Place::Token => *token = token.or(sources),
        }
    }

    /// The sources of which the text is a whole value, and those in whose texts it stands.
    pub(super) fn get(&self, key: Key, text: &str, buffer: &mut String) -> (Sources, Sources) {
        let entry = hash(key, text, buffer).and_then(|hash| self.entries.get(&hash));
        entry.map_or_else(Default::default, |(whole, token)| (*whole, whole.or(*token)))
    }
}

/// The keyed hash of a value in canonical form; none where the text is empty or too long to be an identifier.
fn hash(key: Key, text: &str, buffer: &mut String) -> Option<u128> {
    let text = canonical(text, buffer)?;
    let mut hasher = SipHasher13::new_with_keys(key.0, key.1);
    hasher.write(text.as_bytes());
    Some(hasher.finish128().as_u128())
}

/// The form in which values are compared: lower case, blanks joined, the ends trimmed; without scheme, `www.`
/// and last slash where it is an address; groups of an account number joined. Letters beyond ASCII are kept as
/// they are: a look-alike is another value.
pub(super) fn canonical<'b>(text: &str, folded: &'b mut String) -> Option<&'b str> {
    folded.clear();
    if text.len() > PROVENANCE_EXACT_TEXT_BYTES_MAX {
        return None;
    }
    let text = text.trim();
    if text.is_ascii() && !has_wide_blank(text) {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        for word in text.split_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            if word.is_ascii() {
                folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            } else {
                folded
                    .extend(word.chars().filter(|c| !is_ignored(*c)).flat_map(char::to_lowercase));
            }
        }
    }
    if is_grouped(folded) {
        folded.retain(|c| c.is_ascii_alphanumeric());
    }
    let bare = without_scheme(folded);
    if bare.len() < folded.len() {
        let start = folded.len().saturating_sub(bare.len());
        let end = bare.trim_end_matches('/').len();
        folded.drain(..start);
        folded.truncate(end);
    }
    (!folded.is_empty()).then_some(folded)
}

/// Whether blanks have to be joined: two in a row, or another kind than the ordinary one.
fn has_wide_blank(text: &str) -> bool {
    let mut before = 0;
    text.bytes().any(|byte| {
        let pair = byte == b' ' && before == b' ';
        before = byte;
        pair || byte < b' '
    })
}

/// Without `http://`, `https://`, `mailto:` and a leading `www.`.
pub(super) fn without_scheme(text: &str) -> &str {
    let schemes = ["https://", "http://", "mailto:"];
    let bare = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    bare.strip_prefix("www.").unwrap_or(bare)
}

/// Whether the text is an account or telephone number: letters, digits, single blanks and hyphens between
/// groups, at least eight digits. A date has at most eight and is told apart by its groups.
fn is_grouped(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 8 {
        return false;
    }
    let groups = || text.split([' ', '-']);
    let plain = groups().all(|g| !g.is_empty() && g.bytes().all(|b| b.is_ascii_alphanumeric()));
    let letters = groups().filter(|g| g.bytes().all(|b| b.is_ascii_alphabetic())).count();
    plain && groups().count() > 1 && letters <= 2
}

/// The identifying tokens, names and lines of a text: what a person would copy out of it.
pub(super) fn tokens<'t>(text: &'t str, visit: &mut impl FnMut(&'t str)) {
    for line in text.lines() {
        let line = line.trim().trim_start_matches(['-', '*', '\u{2022}']).trim_start();
        if line.len() <= LINE_BYTES_MAX {
            visit(line);
            if let Some((_, value)) = line.split_once(": ") {
                visit(value);
            }
        }
        parts(line, visit);
    }
}

/// Bytes of the longest line that is a value of its own; what is longer is prose.
const LINE_BYTES_MAX: usize = 128;
/// Bytes of the longest cell of a row, part of an address, or quoted term.
const PART_BYTES_MAX: usize = 64;

/// What ends a piece of a line: a blank or a bracket, and what besides ends a cell, or a quoted term.
const BLANK: u8 = 1;
const CELL: u8 = 2;
const QUOTE: u8 = 4;
/// What a piece must have to be an identifying token or a name.
const SIGN: u8 = 8;

#[inline]
fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(0)
}

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling")]
#[expect(clippy::as_conversions, reason = "`try_from` is not const; the index is below 256")]
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}' => BLANK,
            b',' | b';' | b'|' => CELL,
            b'"' | b'\'' | b'`' => QUOTE,
            b'0'..=b'9' | b'A'..=b'Z' | b'@' | b':' | b'.' | 0x80.. => SIGN,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The tokens, cells and quoted terms of a line, in one pass over its bytes.
fn parts<'t>(line: &'t str, visit: &mut impl FnMut(&'t str)) {
    let (mut token, mut cell, mut quote, mut seen, mut all) = (0, 0, 0, 0, 0);
    let end = line.len();
    for (at, byte) in line.bytes().enumerate() {
        let class = class(byte);
        seen |= class;
        if class & (BLANK | CELL | QUOTE) == 0 {
            continue;
        }
        all |= class;
        let after = at.saturating_add(1);
        if seen & SIGN != 0 {
            piece(line.get(token..at).unwrap_or_default(), visit);
        }
        (token, seen) = (after, 0);
        if class == CELL {
            part(line.get(cell..at), visit);
            cell = after;
        }
        if class == QUOTE {
            part(line.get(quote..at), visit);
            quote = after;
        }
    }
    piece(line.get(token..end).unwrap_or_default(), visit);
    if all & CELL != 0 {
        part(line.get(cell..end), visit);
    }
    if all & QUOTE != 0 {
        part(line.get(quote..end), visit);
    }
}

fn part<'t>(part: Option<&'t str>, visit: &mut impl FnMut(&'t str)) {
    if let Some(part) = part.filter(|part| part.len() <= PART_BYTES_MAX) {
        visit(trim(part.trim()));
    }
}

/// A piece without blanks, if it identifies something or is a name.
fn piece<'t>(piece: &'t str, visit: &mut impl FnMut(&'t str)) {
    let piece = trim(piece);
    if is_identifying(piece) || is_name(piece) {
        visit(piece);
    }
    // `account:DE89…`, but not `https://…`.
    if let Some((_, value)) = piece.split_once([':', '='])
        && is_identifying(value)
        && !value.starts_with('/')
    {
        visit(value);
    }
}

/// Without the punctuation of the sentence around it.
pub(super) fn trim(piece: &str) -> &str {
    piece.trim_matches(|c: char| matches!(c, '.' | ':' | '!' | '?' | '*' | '_' | '\u{2026}'))
}

/// Whether a token names something: an address, a host, or a number with at least four digits.
pub(super) fn is_identifying(token: &str) -> bool {
    let count = |wanted: fn(&u8) -> bool| token.bytes().filter(wanted).count();
    let marks = count(|byte| matches!(byte, b'@' | b':' | b'.'));
    count(u8::is_ascii_digit) >= 4
        || (marks > 0 && (token.contains('@') || token.contains("://") || is_host(token)))
}

/// One word that begins with a capital and goes on in small letters.
pub(super) fn is_name(token: &str) -> bool {
    let mut chars = token.chars();
    let capital = chars.next().is_some_and(char::is_uppercase);
    capital && token.chars().nth(2).is_some() && chars.all(char::is_lowercase)
}

/// `name.tld`, perhaps with a path: labels of letters, digits and hyphens, the last of letters.
fn is_host(token: &str) -> bool {
    let host = token.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    last.len() >= 2 && last.chars().all(char::is_alphabetic) && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::source::SourceId;

    const KEY: Key = Key(1, 2);

    fn one(number: u16) -> Sources {
        Sources::one(SourceId::new(number).unwrap())
    }

    #[track_caller]
    fn check(a: &str, b: &str, same: bool) {
        let (mut one, mut other) = (String::new(), String::new());
        let (a, b) = (canonical(a, &mut one), canonical(b, &mut other));
        assert_eq!(a == b, same, "{a:?} {b:?}");
    }

    #[test]
    fn writings_of_one_value_are_one() {
        check("DE89 3704 0044 0532 0130 00", "de89370400440532013000", true);
        check("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", true);
        check("https://www.example.com/", "example.com", true);
        check("Mailto:A.B@example.com", "a.b@EXAMPLE.com", true);
        check("  Alice \n Smith ", "alice smith", true);
    }

    #[test]
    fn different_values_stay_different() {
        check("a.b@example.com", "ab@example.com", false);
        check("example.com", "example.com.evil.org", false);
        check("2024-05-15", "2024-0515", false);
        check("alice", "al\u{456}ce", false);
        check("room 1 2", "room 12", false);
    }

    #[test]
    fn whole_values_and_tokens_are_told_apart() {
        let mut exact = Exact::default();
        exact.insert((KEY, &mut String::new()), "Alice", Place::Whole, one(0));
        let row = "12 Elm Street, New York; the 'general' channel";
        tokens(row, &mut |token| {
            exact.insert((KEY, &mut String::new()), token, Place::Token, one(2))
        });
        for token in ["New York", "12 elm street", "general"] {
            assert_eq!(
                exact.get(KEY, token, &mut String::new()),
                (Sources::NONE, one(2)),
                "{token}"
            );
        }
        let text = "Hi! Write to <bob@example.com>, or pay DE89370400440532013000.\nHost: files.example.org";
        tokens(text, &mut |token| {
            exact.insert((KEY, &mut String::new()), token, Place::Token, one(1))
        });
        assert_eq!(exact.get(KEY, "alice", &mut String::new()), (one(0), one(0)));
        for token in ["bob@example.com", "DE89 3704 0044 0532 0130 00", "https://files.example.org"]
        {
            assert_eq!(
                exact.get(KEY, token, &mut String::new()),
                (Sources::NONE, one(1)),
                "{token}"
            );
        }
        assert_eq!(exact.get(KEY, "host", &mut String::new()), (Sources::NONE, one(1)));
        assert_eq!(exact.get(KEY, "pay", &mut String::new()), (Sources::NONE, Sources::NONE));
    }

    #[test]
    fn every_value_is_found_while_they_fit_and_none_beyond() {
        let mut exact = Exact::default();
        for n in 0..PROVENANCE_EXACT_MAX + 5 {
            exact.insert((KEY, &mut String::new()), &format!("value {n}"), Place::Whole, one(3));
        }
        let found =
            |n: usize| !exact.get(KEY, &format!("value {n}"), &mut String::new()).0.is_empty();
        assert!((0..PROVENANCE_EXACT_MAX).all(found));
        assert!(!found(PROVENANCE_EXACT_MAX));
    }
}
