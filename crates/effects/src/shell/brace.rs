//! Brace expansion: `{a,b}` and `{1..5}`, before anything else is expanded.
//!
//! It works on the source of a word and knows quotes only so far as not to look inside them. A word that would become
//! too many is left to be unknown.

use super::parse::{self, Parser};

/// Words that one word becomes at most.
const WORDS_MAX: usize = 256;
/// Braces that are looked into.
const ROUNDS_MAX: usize = 512;
/// Bytes of all these words at most.
const BYTES_MAX: usize = 256 * 1024;

/// The words that braces make of a word; `None` if they are too many.
pub(super) fn expand(word: &str) -> Option<Vec<String>> {
    if words_at_least(word)?.saturating_mul(word.len()) > BYTES_MAX {
        return None;
    }
    let mut done = Vec::new();
    let mut open = vec![(word.to_owned(), 0)];
    let mut rounds = 0;
    while let Some((word, from)) = open.pop() {
        rounds += 1;
        if rounds > ROUNDS_MAX || open.len() + done.len() > WORDS_MAX {
            return None;
        }
        match first(&word, from) {
            None => done.push(word),
            Some(Brace { start, end, parts }) => {
                let before = word.get(..start).unwrap_or_default();
                let after = word.get(end..).unwrap_or_default();
                // The first part is taken next, so that the order stays.
                for part in parts.into_iter().rev() {
                    open.push((format!("{before}{part}{after}"), start));
                }
            }
        }
    }
    Some(done)
}

/// How many words it becomes, if no brace stands in another; `None` where these are too many. Words are only copied
/// once this is known.
fn words_at_least(word: &str) -> Option<usize> {
    let (mut count, mut from) = (1usize, 0);
    while let Some(brace) = first(word, from) {
        count = count.saturating_mul(brace.parts.len());
        from = brace.end;
        if count > WORDS_MAX {
            return None;
        }
    }
    Some(count)
}

struct Brace {
    start: usize,
    end: usize,
    parts: Vec<String>,
}

/// The first brace at or after the place that expands.
fn first(word: &str, from: usize) -> Option<Brace> {
    let mut parser = Parser::over(word, parse::fuel_for(word));
    parser.pos = from;
    while let Some(byte) = parser.peek() {
        if byte == b'{' {
            let start = parser.pos;
            if let Some(parts) = inside(&mut parser) {
                return Some(Brace { start, end: parser.pos, parts });
            }
            parser.pos = start + 1;
        } else {
            skip(&mut parser, byte)?;
        }
    }
    None
}

/// Passes a character, a quotation or an expansion.
fn skip(parser: &mut Parser<'_>, byte: u8) -> Option<()> {
    match byte {
        b'\\' => parser.bump(2),
        b'\'' => parser.single(),
        b'"' => parser.double(),
        b'`' => parser.backtick(),
        b'$' => parser.dollar(),
        _ => parser.bump(1),
    }
    .ok()
}

/// The parts of the brace that stands here, and passes it.
fn inside(parser: &mut Parser<'_>) -> Option<Vec<String>> {
    let start = parser.pos + 1;
    parser.bump(1).ok()?;
    let (mut parts, mut part, mut depth) = (Vec::new(), start, 0usize);
    loop {
        let byte = parser.peek()?;
        let here = parser.pos;
        match byte {
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'}' => {
                let last = parser.src.get(part..here)?;
                parser.bump(1).ok()?;
                if parts.is_empty() {
                    return range(last);
                }
                parts.push(last.to_owned());
                return Some(parts);
            }
            b',' if depth == 0 => {
                parts.push(parser.src.get(part..here)?.to_owned());
                part = here + 1;
            }
            _ => {}
        }
        skip(parser, byte)?;
    }
}

/// `1..5`, `a..e`, `1..9..2`.
fn range(text: &str) -> Option<Vec<String>> {
    let mut parts = text.split("..");
    let (first, last) = (parts.next()?, parts.next()?);
    let step = parts.next().map_or(Some(1), |step| step.parse::<i64>().ok())?;
    if parts.next().is_some() {
        return None;
    }
    let step = step.unsigned_abs().max(1);
    if let (Ok(from), Ok(to)) = (first.parse::<i64>(), last.parse::<i64>()) {
        let width = if first.starts_with('0') || last.starts_with('0') {
            first.len().max(last.len())
        } else {
            0
        };
        return numbers(from, to, step)
            .map(|all| all.into_iter().map(|n| format!("{n:0width$}")).collect());
    }
    let letter = |text: &str| {
        let mut characters = text.chars();
        let only = characters.next().filter(char::is_ascii_alphabetic)?;
        characters.next().is_none().then_some(i64::from(u32::from(only)))
    };
    let all = numbers(letter(first)?, letter(last)?, step)?;
    all.into_iter().map(|n| u8::try_from(n).ok().map(|b| char::from(b).to_string())).collect()
}

fn numbers(from: i64, to: i64, step: u64) -> Option<Vec<i64>> {
    let count = from.abs_diff(to) / step;
    // One more than is allowed makes the word unknown.
    let count = usize::try_from(count).ok()?.min(WORDS_MAX + 1);
    let step = i64::try_from(step).ok()?;
    let step = if to < from { -step } else { step };
    let mut all = Vec::with_capacity(count + 1);
    let mut number = from;
    for _ in 0..=count {
        all.push(number);
        number = number.checked_add(step)?;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_become_too_much_is_unknown_before_it_is_written() {
        assert_eq!(expand("a{b,c}{1..2}").unwrap(), ["ab1", "ab2", "ac1", "ac2"]);
        assert_eq!(expand(&"{a,b}".repeat(8)).map(|words| words.len()), Some(256));
        assert_eq!(expand(&"{a,b}".repeat(9)), None);
        assert_eq!(expand(&format!("{{a,b}}{}", "x".repeat(BYTES_MAX / 2))), None);
        assert_eq!(expand(&"{1..9}".repeat(20_000)), None);
    }
}
