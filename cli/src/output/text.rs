//! Text that fits: measured, shortened, wrapped, and without control characters.
//!
//! Nothing here knows about colour: text is cut first and coloured afterwards.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text with control characters, and marks that turn the direction of writing, made visible.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// The text, or its beginning and `…` where it takes more columns than there are.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = taken(text, columns.saturating_sub(1)).0.trim_end().to_owned();
    out.push('…');
    out
}

/// The text in lines of at most so many columns, broken at blanks where possible.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    if width(text) <= columns {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let blank = usize::from(!line.is_empty());
        if width(&line).saturating_add(blank).saturating_add(width(word)) <= columns {
            if blank > 0 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(core::mem::take(&mut line));
        }
        let mut rest = word;
        while width(rest) > columns {
            let (head, tail) = taken(rest, columns);
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
    }
    lines.push(line);
    lines
}

/// The longest beginning that takes at most so many columns, at least one character, and the rest.
fn taken(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0usize;
    for (at, c) in text.char_indices() {
        used = used.saturating_add(c.width().unwrap_or(0));
        if used > columns && at > 0 {
            return text.split_at_checked(at).unwrap_or((text, ""));
        }
    }
    (text, "")
}

/// `1 contract`, `2 contracts`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !noun.ends_with("ay") => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_are_made_visible() {
        assert_eq!(shown("a\u{1b}[31mb\n\u{202e}c\té"), "a\\u{1b}[31mb\\n\\u{202e}c\\té");
    }

    #[test]
    fn text_is_shortened_to_columns_not_to_characters() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcde…");
        assert_eq!(shortened("転送転送", 6), "転送…");
    }

    #[test]
    fn text_is_wrapped_at_blanks_and_a_long_word_is_cut() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghijk l", 8), ["abcdefgh", "ijk l"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    #[test]
    fn nouns_are_counted() {
        assert_eq!(counted(1, "contract"), "1 contract");
        assert_eq!(counted(0, "contract"), "0 contracts");
        assert_eq!(counted(2, "safety property"), "2 safety properties");
    }
}
