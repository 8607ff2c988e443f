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
pub(super) fn each(text: &str, free: &mut Free, visit: &mut dyn FnMut(&str)) -> Complete {
    let mut budget = Budget { layers: PROVENANCE_LAYERS_MAX, bytes: PROVENANCE_LAYER_BYTES_MAX };
    budget.go(text, (DEPTH_MAX, true), free, visit)
}

/// Visits what the encoded pieces of an output say, one layer deep, but not the output.
pub(super) fn each_inner(text: &str, free: &mut Free, visit: &mut dyn FnMut(&str)) {
    decodings(text, OUTPUT, free, &mut |inner, _| visit(inner));
}

/// Buffers that nothing is in.
type Free = Vec<Vec<u8>>;

/// Who sees a decoded text, and the buffers that are left.
type Visit<'v> = dyn FnMut(&str, &mut Free) + 'v;

struct Budget {
    layers: usize,
    bytes: usize,
}

impl Budget {
    /// Visits the text and what it says decoded so many times, and back to front unless that is what it is already.
    fn go(
        &mut self,
        text: &str,
        (depth, forth): (u32, bool),
        free: &mut Free,
        visit: &mut dyn FnMut(&str),
    ) -> Complete {
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
        decodings(text, ARGUMENT, free, &mut |inner, free| {
            note(self.go(inner, (deeper, forth), free, visit));
        });
        if forth {
            decoded(free, |plain, _| reverse(text, plain), &mut |reversed, free| {
                note(self.go(reversed, (deeper, false), free, visit));
            });
        }
        complete
    }
}

/// Decodes something in a free buffer, and visits it if that is possible.
fn decoded(
    free: &mut Free,
    decode: impl FnOnce(&mut Vec<u8>, &mut Free) -> bool,
    visit: &mut Visit<'_>,
) {
    let mut plain = free.pop().unwrap_or_default();
    plain.clear();
    if decode(&mut plain, free)
        && let Ok(text) = core::str::from_utf8(&plain)
    {
        visit(text, free);
    }
    free.push(plain);
}

/// What each encoded piece of the text says.
fn decodings(text: &str, effort: Effort, free: &mut Free, visit: &mut Visit<'_>) {
    let bytes = text.as_bytes();
    if bytes.contains(&b'%') {
        let pieces = text.split_ascii_whitespace();
        for piece in pieces.filter(|piece| piece.contains('%')) {
            // A value in a path or a query, and the address as a whole.
            let parts =
                piece.split(['/', '?', '#', '&', '=']).filter(|part| part.len() < piece.len());
            for part in parts.chain([piece]) {
                decoded(free, |plain, free| percent(part, plain, free), visit);
            }
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
            pieces(run, effort, free, visit);
        }
    }
}

/// Base64 and hexadecimal in a run of their letters.
fn pieces(run: &[u8], effort: Effort, free: &mut Free, visit: &mut Visit<'_>) {
    for part in run.split(|byte| !byte.is_ascii_alphanumeric()) {
        if part.len() >= effort.hex_min {
            decoded(free, |plain, _| hex(part, plain) && is_readable(plain), visit);
        }
        // A host or a path may stand before the code.
        if part.len() < run.len() && part.len() >= effort.base64_min {
            decoded(free, |plain, _| base64(part, plain) && is_readable(plain), visit);
        }
    }
    let slashes = run.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let after = slashes.map(|(at, _)| at.saturating_add(1));
    for at in core::iter::once(0).chain(after).take(effort.starts) {
        let code = run.get(at..).unwrap_or_default();
        if code.len() >= effort.base64_min {
            decoded(free, |plain, _| base64(code, plain) && is_readable(plain), visit);
        }
    }
}

/// The text back to front.
fn reverse(text: &str, plain: &mut Vec<u8>) -> bool {
    for c in text.chars().rev() {
        plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    true
}

/// A piece with its percent signs decoded; whether that changes it. `+` is a blank in a query.
fn percent(piece: &str, plain: &mut Vec<u8>, free: &mut Free) -> bool {
    if !piece.contains('%') {
        return false;
    }
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
    if changed && core::str::from_utf8(plain).is_err() {
        mend(plain, free);
    }
    changed
}

/// Puts the sign for that in the place of what is no text.
fn mend(plain: &mut Vec<u8>, free: &mut Free) {
    let mut mended = free.pop().unwrap_or_default();
    mended.clear();
    for chunk in plain.utf8_chunks() {
        mended.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            let sign = char::REPLACEMENT_CHARACTER;
            mended.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    free.push(core::mem::replace(plain, mended));
}

fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => byte.checked_sub(b'0'),
        b'a'..=b'f' => byte.checked_sub(b'a' - 10),
        b'A'..=b'F' => byte.checked_sub(b'A' - 10),
        _ => None,
    }
}

/// The bytes of hexadecimal digits; whether they are such.
fn hex(digits: &[u8], plain: &mut Vec<u8>) -> bool {
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(nibble(*high)? << 4 | nibble(*low)?);
    plain.extend(pairs.iter().map_while(byte));
    rest.is_empty() && plain.len() == pairs.len()
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

/// The bytes of base64 without its padding; whether it is such. A last letter that carries no byte is left out. Words
/// of a language are base64 too: what begins with a byte that no text has is given up at once.
fn base64(code: &[u8], plain: &mut Vec<u8>) -> bool {
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in code {
        let Some(sextet) = sextet(*byte) else { return false };
        bits = (bits << 6 | u32::from(sextet)) & 0xFFFF;
        held += 6;
        if let Some(left) = held.checked_sub(8) {
            held = left;
            let byte = u8::try_from(bits >> left & 0xFF).unwrap_or(0);
            if byte < b' ' && !byte.is_ascii_whitespace() {
                return false;
            }
            plain.push(byte);
        }
    }
    true
}

/// Whether the bytes are a text that people read: valid, and without control characters.
fn is_readable(bytes: &[u8]) -> bool {
    let odd = |c: char| c.is_control() && !c.is_whitespace();
    core::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().nth(2).is_some() && !text.contains(odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut all = Vec::new();
        let mut visit = |layer: &str| all.push(layer.to_owned());
        assert_eq!(each(text, &mut Vec::new(), &mut visit), Complete::Yes);
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
        each("iVBORw0KGgoAAAANSUhEUgAAAAE=", &mut Vec::new(), &mut |_| layers += 1);
        assert_eq!(layers, 2);
    }

    #[test]
    fn a_text_with_more_forms_than_the_limit_is_said_to_be_incomplete() {
        let text = "c2VjcmV0IHZhbHVl ".repeat(PROVENANCE_LAYERS_MAX + 1);
        assert_eq!(each(&text, &mut Vec::new(), &mut |_| ()), Complete::No);
    }
}
