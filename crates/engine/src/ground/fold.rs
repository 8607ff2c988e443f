//! Folding: what is left of a name when everything is dropped that people do not see.
//!
//! Folding drops blanks and invisible characters, decomposes, maps confusable characters (Unicode Technical Standard
//! 39), ignores case and takes `i`, `l`, `1` and `|` for one letter. Case and confusables do not commute (`В` looks
//! like `B`, `в` does not look like `b`), so a name has two folded forms. What folded forms mean, `name` decides.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// The folded forms of a name: case first, and confusables first.
pub(super) fn forms(name: &str) -> impl Iterator<Item = String> + use<> {
    let visible = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    let visible: String = name.nfkc().filter(visible).collect();
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let case_first = lower(&skeleton(&lower(&visible)).collect::<String>());
    let confusables_first =
        lower(&skeleton(&lower(&skeleton(&visible).collect::<String>())).collect::<String>());
    let one_letter = |form: String| form.replace(['i', '1', '|'], "l");
    let (first, second) = (one_letter(case_first), one_letter(confusables_first));
    let second = (second != first).then_some(second);
    core::iter::once(first).chain(second)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// What is left of a folded form after each place where a namespace may end, longest first: after `:`, `.` and `/`,
/// and, where the name is one of MCP, after `__`.
pub(super) fn tails(form: &str) -> impl Iterator<Item = &str> {
    // The confusable skeleton of `m` is `rn`.
    let is_mcp = form.contains("rncp__") || form.contains("mcp__");
    let after = move |(at, c): (usize, char)| {
        let tail = form.get(at.saturating_add(c.len_utf8())..)?;
        let ends = match c {
            ':' | '.' | '/' => true,
            '_' => is_mcp && form.get(..at)?.ends_with('_') && !tail.starts_with('_'),
            _ => false,
        };
        (ends && !tail.is_empty()).then_some(tail)
    };
    form.char_indices().filter_map(after)
}
