//! A text and what it says when it is decoded: base64, hexadecimal, percent signs, back to front.
//!
//! Arguments are short and outputs are long, so it is the argument that is unwrapped, in every way and several
//! layers deep, and looked up in plain. An output is unwrapped one layer: a value that came in encoded is found
//! after the model has decoded it.

use super::words::may_be_code;
use crate::limits::{PROVENANCE_LAYER_BYTES_MAX, PROVENANCE_LAYERS_MAX};

/// Decodings of decodings that are looked at.
const DEPTH_MAX: u32 = 3;
/// Characters of the shortest run that is tried as base64: four give a value of three bytes, eight of six.
const BASE64_MIN: usize = 8;
/// Digits of the shortest run that is tried as hexadecimal.
const HEX_MIN: usize = 12;

/// How hard encoded pieces are looked for.
#[derive(Clone, Copy)]
struct Effort {
    /// Characters of the shortest run that is tried as base64.
    base64_min: usize,
    /// Digits of the shortest run that is tried as hexadecimal.
    hex_min: usize,
    /// Places in one run at which base64 may begin: its start, and after each `/`.
    starts: usize,
}

const ARGUMENT: Effort = Effort { base64_min: BASE64_MIN, hex_min: HEX_MIN, starts: 8 };
/// A long text is read in one go: each byte of it is decoded a fixed number of times.
const OUTPUT: Effort = Effort { base64_min: 16, hex_min: 16, starts: 1 };

/// Whether everything was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Complete {
    Yes,
    /// The limits did not allow it.
    No,
}

/// Visits the text and all its decodings.
pub(super) fn each(text: &str, visit: &mut dyn FnMut(&str)) -> Complete {
    let mut budget = Budget { layers: PROVENANCE_LAYERS_MAX, bytes: PROVENANCE_LAYER_BYTES_MAX };
    budget.go(text, DEPTH_MAX, true, visit)
}

/// Visits what the encoded pieces of an output say, one layer deep, but not the output.
pub(super) fn each_inner(text: &str, visit: &mut dyn FnMut(&str)) {
    decodings(text, OUTPUT, visit);
}

struct Budget {
    layers: usize,
    bytes: usize,
}

impl Budget {
    fn go(&mut self, text: &str, depth: u32, forth: bool, visit: &mut dyn FnMut(&str)) -> Complete {
        let left = (self.layers.checked_sub(1), self.bytes.checked_sub(text.len()));
        let (Some(layers), Some(bytes)) = left else { return Complete::No };
        (self.layers, self.bytes) = (layers, bytes);
        visit(text);
        let Some(deeper) = depth.checked_sub(1) else { return Complete::Yes };
        let mut complete = Complete::Yes;
        let mut note = |outcome| {
            if outcome == Complete::No {
                complete = Complete::No;
            }
        };
        decodings(text, ARGUMENT, &mut |inner| note(self.go(inner, deeper, forth, visit)));
        if forth {
            let reversed: String = text.chars().rev().collect();
            note(self.go(&reversed, deeper, false, visit));
        }
        complete
    }
}

/// What each encoded piece of the text says.
fn decodings(text: &str, effort: Effort, visit: &mut dyn FnMut(&str)) {
    let bytes = text.as_bytes();
    if bytes.contains(&b'%') {
        let pieces = text.split_ascii_whitespace();
        for piece in pieces.filter(|piece| piece.contains('%')) {
            // A value in a path or a query, and the address as a whole.
            let parts =
                piece.split(['/', '?', '#', '&', '=']).filter(|part| part.len() < piece.len());
            parts.chain([piece]).filter_map(percent).for_each(|plain| visit(&plain));
        }
    }
    // A run that is long enough fills one of these blocks, and words seldom do.
    let shortest = effort.hex_min.min(effort.base64_min);
    let block = (shortest / 2).max(1);
    let (mut from, mut done) = (0usize, 0usize);
    for chunk in bytes.chunks(block) {
        let start = from;
        from = from.saturating_add(chunk.len());
        let code = |chunk: &[u8]| match chunk.first_chunk::<8>() {
            Some(eight) => may_be_code(*eight) && chunk.iter().all(|byte| is_sextet(*byte)),
            None => chunk.iter().all(|byte| is_sextet(*byte)),
        };
        if start < done || !code(chunk) {
            continue;
        }
        let before = bytes.get(done..start).unwrap_or_default();
        let head = before.iter().rev().take_while(|byte| is_sextet(**byte)).count();
        let after = bytes.get(start..).unwrap_or_default();
        done = start.saturating_add(after.iter().take_while(|byte| is_sextet(**byte)).count());
        let run = bytes.get(start.saturating_sub(head)..done).unwrap_or_default();
        if run.len() >= shortest {
            pieces(run, effort, visit);
        }
    }
}

/// Base64 and hexadecimal in a run of their letters.
fn pieces(run: &[u8], effort: Effort, visit: &mut dyn FnMut(&str)) {
    for part in run.split(|byte| !byte.is_ascii_alphanumeric()) {
        if part.len() >= effort.hex_min
            && let Some(plain) = readable(hex(part))
        {
            visit(&plain);
        }
        // A host or a path may stand before the code.
        if part.len() < run.len()
            && part.len() >= effort.base64_min
            && let Some(plain) = readable(base64(part))
        {
            visit(&plain);
        }
    }
    let slashes = run.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let after = slashes.map(|(at, _)| at.saturating_add(1));
    for at in core::iter::once(0).chain(after).take(effort.starts) {
        let code = run.get(at..).unwrap_or_default();
        if code.len() >= effort.base64_min
            && let Some(plain) = readable(base64(code))
        {
            visit(&plain);
        }
    }
}

/// A piece with its percent signs decoded, if that changes it. `+` is a blank in a query.
fn percent(piece: &str) -> Option<String> {
    if !piece.contains('%') {
        return None;
    }
    let mut plain = Vec::with_capacity(piece.len());
    let mut changed = false;
    let mut bytes = piece.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let mut pair = || Some(nibble(ahead.next()?)? << 4 | nibble(ahead.next()?)?);
        match if byte == b'%' { pair() } else { None } {
            Some(decoded) => {
                plain.push(decoded);
                bytes = ahead;
                changed = true;
            }
            None => plain.push(if byte == b'+' { b' ' } else { byte }),
        }
    }
    changed.then(|| String::from_utf8_lossy(&plain).into_owned())
}

fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => byte.checked_sub(b'0'),
        b'a'..=b'f' => byte.checked_sub(b'a' - 10),
        b'A'..=b'F' => byte.checked_sub(b'A' - 10),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

/// The value of a base64 letter, of the usual alphabet or the one for addresses.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => byte.checked_sub(b'A'),
        b'a'..=b'z' => byte.checked_sub(b'a' - 26),
        b'0'..=b'9' => byte.checked_add(52 - b'0'),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[inline]
fn is_sextet(byte: u8) -> bool {
    SEXTET.get(usize::from(byte)).copied().unwrap_or(false)
}

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling")]
#[expect(clippy::as_conversions, reason = "`try_from` is not const; the index is below 256")]
const SEXTET: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        table[byte] = letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'-' | b'/' | b'_');
        byte += 1;
    }
    table
};

/// The bytes of base64 without its padding. A last letter that carries no byte is left out. Words of a language
/// are base64 too: what begins with a byte that no text has is given up at once.
fn base64(code: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(code.len());
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in code {
        bits = (bits << 6 | u32::from(sextet(*byte)?)) & 0xFFFF;
        held += 6;
        if let Some(left) = held.checked_sub(8) {
            held = left;
            let byte = u8::try_from(bits >> left & 0xFF).ok()?;
            if byte < b' ' && !byte.is_ascii_whitespace() {
                return None;
            }
            plain.push(byte);
        }
    }
    Some(plain)
}

/// The text, if the bytes are one that people read: valid, and without control characters.
fn readable(bytes: Option<Vec<u8>>) -> Option<String> {
    let text = String::from_utf8(bytes?).ok()?;
    let odd = |c: char| c.is_control() && !c.is_whitespace();
    (text.chars().count() >= 3 && !text.contains(odd)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut all = Vec::new();
        assert_eq!(each(text, &mut |layer| all.push(layer.to_owned())), Complete::Yes);
        assert!(all.iter().any(|layer| layer == expect), "{all:?}");
    }

    #[test]
    fn every_form_is_unwrapped() {
        check("c2VjcmV0IHZhbHVl", "secret value");
        check("c2VjcmV0IHZhbHVlcw==", "secret values");
        check("736563726574", "secret");
        check("a%20secret%2Fvalue", "a secret/value");
        check("eulav terces", "secret value");
        check("https://example.com/c2VjcmV0IHZhbHVl?x=1", "secret value");
        check("/+/c2VjcmV0IHZhbHVl", "secret value");
    }

    #[test]
    fn forms_inside_forms_are_unwrapped() {
        // Base64 of the hexadecimal digits, and back to front of that.
        check("NzM2NTYzNzI2NTc0", "secret");
        check("0cTN2IzNzYTN2MzN", "secret");
        check("%4E%7A%4D2NTYzNzI2NTc0", "secret");
    }

    #[test]
    fn binary_data_says_nothing() {
        let mut layers = 0;
        each("iVBORw0KGgoAAAANSUhEUgAAAAE=", &mut |_| layers += 1);
        assert_eq!(layers, 2);
    }

    #[test]
    fn a_text_with_more_forms_than_the_limit_is_said_to_be_incomplete() {
        let text = "c2VjcmV0IHZhbHVl ".repeat(PROVENANCE_LAYERS_MAX + 1);
        assert_eq!(each(&text, &mut |_| ()), Complete::No);
    }
}
