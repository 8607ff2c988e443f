//! The reading of a text that outputs and arguments share: words, pairs of words, numbers and groups of digits.
//!
//! A word is a run of letters and digits, case folded, without accents; a character of a script that does not
//! part its words stands for a word of its own. What is between words is not looked at, except for joining digit
//! groups and decimals. One pass, a few operations a byte, no allocation for ASCII.
//!
//! | mark | made of | so that |
//! |---|---|---|
//! | word | one word | a single value is found |
//! | pair | two neighbouring words | longer values and quotations are found, as chains of pairs |
//! | number | `1,000.50` in canonical form | `1000.5` is found |
//! | digits | six letters and digits in a row, three of them digits | account numbers are found however grouped |
//!
//! For digits, one blank, hyphen, point or slash between groups is left out.

use unicode_normalization::UnicodeNormalization as _;

/// A mark found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A word: its hash, how many characters it has, and whether a digit is among them.
    Word { hash: u64, chars: usize, digit: bool },
    /// A pair, made of the word before and the word just reported.
    Pair { hash: u64 },
    /// A number with separators, in canonical form.
    Number { hash: u64 },
    /// Six letters and digits, and the number of the run of groups that they are in.
    Digits { hash: u64, run: u32 },
}

const WORD: u64 = 0x9E37_79B9_7F4A_7C15;
const PAIR: u64 = 0xC2B2_AE3D_27D4_EB4F;
const NUMBER: u64 = 0x1656_67B1_9E37_79F9;
const DIGITS: u64 = 0x27D4_EB2F_1656_67C5;
/// Six bytes.
const WINDOW: u64 = 0xFFFF_FFFF_FFFF;
/// Folds the case of letters and leaves digits, eight at a time.
const CASE: u64 = 0x2020_2020_2020_2020;

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const WIDE: u8 = 4;

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling")]
#[expect(clippy::as_conversions, reason = "`try_from` is not const; the index is below 256")]
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    table
};

#[inline]
fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// The same number in all eight bytes.
const fn each_byte(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// In eight bytes below 0x80, the top bit of those from `first` to `last`.
#[inline]
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    let from = bytes.wrapping_add(each_byte(0x80 - first));
    let beyond = bytes.wrapping_add(each_byte(0x7F - last));
    from & !beyond & TOP
}

const TOP: u64 = each_byte(0x80);

/// How many letters and digits of ASCII the bytes begin with, and whether a digit is among them. Eight bytes at a
/// time and without a branch for each: most words end within the first eight.
#[inline]
fn extent(bytes: &[u8]) -> (usize, bool) {
    let (mut rest, mut length, mut digit) = (bytes, 0usize, false);
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let chunk = u64::from_le_bytes(*chunk);
        let plain = chunk & !TOP;
        let digits = between(plain, b'0', b'9') & !chunk;
        let letters = between(plain | CASE, b'a', b'z') & !chunk;
        let ends = !(digits | letters) & TOP;
        let inside = ends.wrapping_sub(1) & !ends;
        digit |= digits & inside != 0;
        if ends != 0 {
            let bytes = usize::try_from(ends.trailing_zeros() / 8).unwrap_or(0);
            return (length.wrapping_add(bytes), digit);
        }
        (rest, length) = (tail, length.wrapping_add(8));
    }
    let tail = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    digit |= rest.iter().take(tail).any(u8::is_ascii_digit);
    (length.wrapping_add(tail), digit)
}

/// Whether all eight bytes are letters, digits, or near `+`, `-`, `/` and `_`: what is not, is not base64.
#[inline]
pub(super) fn may_be_code(bytes: [u8; 8]) -> bool {
    let chunk = u64::from_le_bytes(bytes);
    let plain = chunk & !TOP;
    let signs = between(plain, b'+', b'9') | between(plain, b'_', b'_');
    (signs | between(plain | CASE, b'a', b'z')) & !chunk & TOP == TOP
}

/// Spreads a hash: multiplication to 128 bits, both halves folded together.
#[inline]
fn spread(value: u64, factor: u64) -> u64 {
    let wide = u128::from(value ^ factor).wrapping_mul(u128::from(factor | 1));
    let [low, high] = [wide & u128::from(u64::MAX), wide >> 64];
    u64::try_from(low ^ high).unwrap_or(0)
}

/// The hash of the first `length` bytes, whose case does not count.
#[inline]
fn hash(bytes: &[u8], length: usize, key: u64) -> u64 {
    let (mut rest, mut left) = (bytes, length);
    let mut hash = key;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk) | CASE;
        if left < 8 {
            // Only the first bytes of the chunk belong to the word.
            let bits = u32::try_from(left.wrapping_mul(8)).unwrap_or(0);
            let kept = word & !u64::MAX.checked_shl(bits).unwrap_or(0);
            return spread(hash ^ kept.rotate_left(bits), WORD);
        }
        hash = spread(hash ^ word, WORD);
        (rest, left) = (tail, left.wrapping_sub(8));
    }
    let tail = rest.get(..left).unwrap_or_default();
    let kept = tail.iter().rev().fold(0, |word, byte| word << 8 | u64::from(byte | 0x20));
    let bits = u32::try_from(left.wrapping_mul(8)).unwrap_or(0);
    spread(hash ^ kept.rotate_left(bits), WORD)
}

/// Reads one text.
pub(super) struct Words<'t> {
    text: &'t str,
    key: u64,
    /// The hash of the word before; zero where there is none.
    before: u64,
    /// The last six letters and digits, one a byte.
    window: u64,
    /// What stood between words since the last of them.
    gap: u32,
    /// How often a run of groups ended.
    run: u32,
    /// A word with characters beyond ASCII, decomposed and folded.
    wide: &'t mut Vec<u8>,
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str, key: u64, wide: &'t mut Vec<u8>) -> Self {
        Self { text, key, before: 0, window: 0, gap: 0, run: 0, wide }
    }

    /// Reports every mark, in order.
    #[inline]
    pub(super) fn each(mut self, visit: &mut impl FnMut(Mark)) {
        let bytes = self.text.as_bytes();
        let mut place = 0;
        while let Some(&byte) = bytes.get(place) {
            if class(byte) == 0 {
                self.between(byte);
                place = place.wrapping_add(1);
                continue;
            }
            let start = place;
            let rest = bytes.get(start..).unwrap_or_default();
            let (length, digit) = extent(rest);
            place = place.wrapping_add(length);
            if bytes.get(place).is_some_and(|byte| class(*byte) == WIDE) {
                place = self.wide(start, visit);
                continue;
            }
            if class(byte) == DIGIT {
                self.number(start, visit);
            }
            let word = Found { start, length, chars: length, digit };
            self.word(rest, &word, visit);
        }
    }

    /// A word: the first bytes, and where it stands in the text.
    #[inline]
    fn word(&mut self, bytes: &[u8], word: &Found, visit: &mut impl FnMut(Mark)) {
        let hash = hash(bytes, word.length, self.key);
        visit(Mark::Word { hash, chars: word.chars, digit: word.digit });
        if self.before != 0 {
            visit(Mark::Pair { hash: spread(self.before.rotate_left(23) ^ hash, PAIR) });
        }
        self.before = hash;
        self.gap = 0;
        let hot = digits(self.window) >= 3;
        if word.digit && !hot {
            self.window = self.window_before(word.start);
        }
        if word.digit || hot {
            self.windows(bytes.get(..word.length).unwrap_or_default(), visit);
        }
    }

    /// The last five letters and digits before a word, as far as its groups go. Words without digits leave no
    /// window, which is most of them; this looks back for the few that precede a digit.
    fn window_before(&self, start: usize) -> u64 {
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        let (mut window, mut bits, mut gap) = (0u64, 0u32, 0u32);
        for byte in before.iter().rev() {
            if byte.is_ascii_alphanumeric() {
                window |= u64::from(byte | 0x20) << bits;
                (bits, gap) = (bits.wrapping_add(8), 0);
                if bits == 40 {
                    break;
                }
            } else {
                gap = gap.wrapping_add(1);
                if gap > 1 || !is_joiner(*byte) {
                    break;
                }
            }
        }
        window
    }

    fn windows(&mut self, word: &[u8], visit: &mut impl FnMut(Mark)) {
        for byte in word {
            self.window = (self.window << 8 | u64::from(byte | 0x20)) & WINDOW;
            if self.window >> 40 != 0 && digits(self.window) >= 3 {
                visit(Mark::Digits { hash: spread(self.window ^ self.key, DIGITS), run: self.run });
            }
        }
    }

    /// A byte between words: one blank, hyphen, point or slash may part the groups of an account number.
    #[inline]
    fn between(&mut self, byte: u8) {
        self.gap = self.gap.saturating_add(1);
        if self.gap > 1 || !is_joiner(byte) {
            self.window = 0;
            self.run = self.run.wrapping_add(1);
        }
    }

    /// A word that has, or a stretch between words that begins with, a character beyond ASCII; where it ends.
    fn wide(&mut self, start: usize, visit: &mut impl FnMut(Mark)) -> usize {
        let text = self.text.get(start..).unwrap_or_default();
        let mut word = core::mem::take(self.wide);
        word.clear();
        let (mut chars, mut end) = (0usize, start);
        for c in text.chars() {
            let after = end.saturating_add(c.len_utf8());
            if is_ignored(c) {
                end = after;
                continue;
            }
            let letter = c.is_alphanumeric();
            if !letter && chars == 0 {
                end = after;
                self.between(if c.is_whitespace() || is_dash(c) { b' ' } else { 0 });
                break;
            }
            if !letter || (stands_alone(c) && chars > 0) {
                break;
            }
            let before = word.len();
            if is_ideograph(c) {
                word.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                let plain = core::iter::once(c).nfkd().filter(|c| !is_ignored(*c));
                for folded in plain.flat_map(char::to_lowercase) {
                    word.extend(folded.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            chars = chars.saturating_add(usize::from(word.len() > before));
            end = after;
            if stands_alone(c) {
                break;
            }
        }
        if chars > 0 {
            let digit = word.iter().any(u8::is_ascii_digit);
            self.word(&word, &Found { start, length: word.len(), chars, digit }, visit);
        }
        *self.wide = word;
        end
    }

    /// A number with separators that begins here, in canonical form.
    #[inline]
    fn number(&mut self, place: usize, visit: &mut impl FnMut(Mark)) {
        let bytes = self.text.as_bytes();
        let at = |back: usize| place.checked_sub(back).and_then(|p| bytes.get(p)).copied();
        // Inside a longer run (`3,98.70,4`) only one separator more is read, so that no byte is read often.
        let inside =
            matches!(at(1), Some(b'.' | b',')) && at(2).is_some_and(|b| b.is_ascii_digit());
        let separators_max = if inside { 1 } else { u32::MAX };
        let mut number = Number { separators_max, ..Number::default() };
        for &byte in bytes.get(place..).unwrap_or_default() {
            if !number.push(byte) {
                break;
            }
        }
        number.readings(&mut |canonical| {
            let whole = hash(canonical, canonical.len(), self.key);
            // A whole number is the word that it would be without separators.
            let fraction = canonical.contains(&b'.');
            visit(Mark::Number { hash: if fraction { spread(whole, NUMBER) } else { whole } });
        });
    }
}

/// Where a word was found, and what it is like.
struct Found {
    start: usize,
    length: usize,
    chars: usize,
    digit: bool,
}

/// What may stand once between the groups of an account number.
#[inline]
fn is_joiner(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'/' | b'\t' | b'\n')
}

/// How many of the bytes are digits.
#[inline]
fn digits(window: u64) -> u32 {
    // Letters have bit 0x40, digits have bit 0x10 without it; an empty place has neither.
    (!(window >> 2) & window & 0x1010_1010_1010).count_ones()
}

/// Digits with separators in between, as they come.
struct Number {
    bytes: [u8; NUMBER_BYTES],
    length: usize,
    separators: u32,
    separators_max: u32,
    /// Where the last separator stands.
    split: usize,
}

/// Bytes of a number with separators that is read; a longer one is left to its words.
const NUMBER_BYTES: usize = 32;

impl Default for Number {
    fn default() -> Self {
        let bytes = [0; NUMBER_BYTES];
        Self { bytes, length: 0, separators: 0, separators_max: u32::MAX, split: 0 }
    }
}

impl Number {
    /// Takes one byte; whether the number may go on.
    #[inline]
    fn push(&mut self, byte: u8) -> bool {
        match byte {
            b'0'..=b'9' => {
                let Some(slot) = self.bytes.get_mut(self.length) else { return false };
                *slot = byte;
                self.length = self.length.saturating_add(1);
                true
            }
            b'.' | b',' if self.separators < self.separators_max => {
                self.separators = self.separators.saturating_add(1);
                self.split = self.length;
                true
            }
            _ => false,
        }
    }

    /// Reports the readings: with the last separator as the decimal point, and with all as thousands marks.
    fn readings(&self, report: &mut impl FnMut(&[u8])) {
        let Some(all) = self.bytes.get(..self.length) else { return };
        // `12.` and `12,` at the end of a clause are the word `12`.
        if self.separators == 0 || (self.separators == 1 && self.split == self.length) {
            if all.first() == Some(&b'0') && all.len() > 1 {
                report(leading(all));
            }
            return;
        }
        let (whole, fraction) = all.split_at_checked(self.split).unwrap_or((all, &[]));
        let mut text = [0; NUMBER_BYTES + 1];
        report(compose(&mut text, leading(whole), fraction));
        if fraction.len() == 3 || self.separators > 1 {
            report(leading(all));
        }
    }
}

/// Without leading zeros, but for one.
fn leading(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|d| **d == b'0').count();
    digits.get(zeros.min(digits.len().saturating_sub(1))..).unwrap_or(digits)
}

/// `whole.fraction` without trailing zeros.
fn compose<'b>(text: &'b mut [u8; NUMBER_BYTES + 1], whole: &[u8], fraction: &[u8]) -> &'b [u8] {
    let kept = fraction.iter().rposition(|d| *d != b'0').map_or(0, |last| last.saturating_add(1));
    let point = (kept > 0).then_some(b'.');
    let fraction = fraction.iter().take(kept).copied();
    let digits = whole.iter().copied().chain(point).chain(fraction);
    let mut length = 0;
    for (slot, digit) in text.iter_mut().zip(digits) {
        *slot = digit;
        length += 1;
    }
    text.get(..length).unwrap_or_default()
}

/// Characters that do not show: they part nothing and count for nothing.
pub(super) fn is_ignored(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{300}'..='\u{36F}')
}

/// Ideographs that have neither case nor another form: most of a text that has any.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Scripts that do not part words: Thai, Lao, Khmer, Burmese, kana, ideographs.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
        || matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}
