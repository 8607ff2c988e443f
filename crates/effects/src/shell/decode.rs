//! Programs that turn a text into another: `base64 -d`, `xxd -r`, `rev`, `tr`.

use crate::program::Input;
use crate::sink::Sink;
use crate::word::Word;

/// Bytes that are decoded.
const BYTES_MAX: usize = 16 * 1024;

/// What a decoder prints: `Some(None)` is something that is not known, `None` means that this is no decoder.
pub(super) fn decoded(
    name: &str,
    words: &[Word],
    input: &Input,
    sink: &mut Sink<'_>,
) -> Option<Option<String>> {
    let words: Vec<&str> = words.iter().map(|word| word.text().unwrap_or("\u{0}")).collect();
    let has = |short: char, long: &str| {
        words.iter().any(|word| {
            *word == long
                || (word.starts_with('-') && !word.starts_with("--") && word.contains(short))
        })
    };
    let kind: fn(&str, &[&str]) -> Option<String> = match name {
        "base64" | "gbase64" | "basenc" if has('d', "--decode") || has('D', "--decode") => {
            |text, _| base64(text)
        }
        "base32" | "uudecode" => |_, _| None,
        "xxd" if has('r', "-revert") => |text, words| {
            words.iter().any(|word| word.contains('p')).then(|| hexadecimal(text)).flatten()
        },
        "rev" => |text, _| {
            let lines = text.split('\n').map(|line| line.chars().rev().collect::<String>());
            Some(lines.collect::<Vec<_>>().join("\n"))
        },
        "tr" => translated,
        "openssl" if words.first() == Some(&"base64") && has('d', "-d") => |text, _| base64(text),
        "openssl" if words.first() == Some(&"enc") && has('d', "-d") => {
            |text, words| words.contains(&"-base64").then(|| base64(text)).flatten()
        }
        "gunzip" | "zcat" | "bunzip2" | "bzcat" | "unxz" | "xzcat" | "zstdcat" | "unzstd" => {
            |_, _| None
        }
        "gzip" | "bzip2" | "xz" | "zstd" if has('d', "--decompress") => |_, _| None,
        _ => return None,
    };
    let Input::Text(text, _) = input else { return Some(None) };
    let text = text.text().filter(|text| text.len() <= BYTES_MAX);
    Some(text.filter(|text| sink.spend(text.len())).and_then(|text| kind(text, &words)))
}

fn base64(text: &str) -> Option<String> {
    let (mut bits, mut count) = (0u32, 0u32);
    let mut bytes = Vec::with_capacity(text.len());
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from((bits >> count) & 0xff));
        }
        bits &= 0xffff;
    }
    String::from_utf8(bytes).ok()
}

fn hexadecimal(text: &str) -> Option<String> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()
}

/// `tr a-z n-za-m`, `tr -d x`.
fn translated(text: &str, words: &[&str]) -> Option<String> {
    match words {
        ["-d", set] => {
            let set = characters(set)?;
            Some(text.chars().filter(|c| !set.contains(c)).collect())
        }
        [from, to] if !from.starts_with('-') => {
            let (from, to) = (characters(from)?, characters(to)?);
            let last = to.last().copied()?;
            let turned = |c: char| match from.iter().position(|f| *f == c) {
                Some(place) => to.get(place).copied().unwrap_or(last),
                None => c,
            };
            Some(text.chars().map(turned).collect())
        }
        _ => None,
    }
}

fn characters(set: &str) -> Option<Vec<char>> {
    let set = match set {
        "[:lower:]" => "a-z",
        "[:upper:]" => "A-Z",
        "[:digit:]" => "0-9",
        "[:space:]" => " \t\n\r",
        _ if set.contains("[:") || set.contains('\u{0}') => return None,
        _ => set,
    };
    let set = super::escape::unescape(set, false);
    let all: Vec<char> = set.chars().take(512).collect();
    let mut characters = Vec::new();
    let mut at = 0;
    while let Some(first) = all.get(at) {
        match (all.get(at + 1), all.get(at + 2)) {
            (Some('-'), Some(last)) if first.is_ascii() && last.is_ascii() => {
                characters.extend(*first..=*last);
                at += 3;
            }
            _ => {
                characters.push(*first);
                at += 1;
            }
        }
    }
    Some(characters)
}
