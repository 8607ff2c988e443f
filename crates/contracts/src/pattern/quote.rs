//! Texts inside formulas, regular expressions, sentences and messages.
//!
//! What a person writes between quotation marks is literal. It becomes part of a formula, of a regular
//! expression or of a sentence only through this file, so that no text can end its quotation early.

/// The text as a quoted text of a formula.
pub(crate) fn in_formula(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The characters that mean something in a regular expression.
const META: &str = r"\.+*?()|[]{}^$";

/// The regular expression that matches exactly this text.
pub(crate) fn literal(text: &str) -> String {
    let mut regex = String::with_capacity(text.len());
    for c in text.chars() {
        if META.contains(c) {
            regex.push('\\');
        }
        regex.push(c);
    }
    regex
}

/// The text that `regex` matches, where it is the [`literal`] of one.
pub(crate) fn as_literal(regex: &str) -> Option<String> {
    let mut text = String::with_capacity(regex.len());
    let mut chars = regex.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|next| META.contains(*next))?),
            _ if META.contains(c) => return None,
            _ => text.push(c),
        }
    }
    Some(text)
}

/// The regular expression with `\/` written `/`, which means the same: sentences need the difference.
pub(crate) fn plain_slashes(regex: &str) -> String {
    map_slashes(regex, "/")
}

/// The regular expression as it stands between two slashes in a sentence.
pub(crate) fn between_slashes(regex: &str) -> String {
    map_slashes(regex, "\\/")
}

fn map_slashes(regex: &str, slash: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut chars = regex.chars();
    while let Some(c) = chars.next() {
        match c {
            '/' => out.push_str(slash),
            '\\' => match chars.next() {
                Some('/') => out.push_str(slash),
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

/// The text between the first kind of quotation marks that it does not contain; `None` if it contains all.
pub(crate) fn in_sentence(text: &str) -> Option<String> {
    ['`', '"', '\'']
        .into_iter()
        .find(|mark| !text.contains(*mark))
        .map(|mark| format!("{mark}{text}{mark}"))
}

/// `` `a`, `b` and `c` `` as words of a message.
pub(crate) fn listed<T: AsRef<str>>(items: &[T]) -> String {
    items.iter().map(|item| format!("`{}`", item.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_literal_is_recognised_and_a_regex_is_not() {
        assert_eq!(literal("a.b (c)"), r"a\.b \(c\)");
        assert_eq!(as_literal(r"a\.b").as_deref(), Some("a.b"));
        assert_eq!(as_literal("a.b"), None);
        assert_eq!(as_literal(r"\d"), None);
        assert_eq!(as_literal("\\"), None);
    }

    #[test]
    fn slashes_change_only_where_they_stand_for_themselves() {
        assert_eq!(plain_slashes(r"a\/b\\/c"), r"a/b\\/c");
        assert_eq!(between_slashes(r"a/b\\/c"), r"a\/b\\\/c");
    }

    #[test]
    fn a_text_chooses_marks_that_it_does_not_contain() {
        assert_eq!(in_sentence("a").as_deref(), Some("`a`"));
        assert_eq!(in_sentence("a`b").as_deref(), Some("\"a`b\""));
        assert_eq!(in_sentence("`\"'"), None);
    }

    proptest! {
        #[test]
        fn literal_and_back(text in ".*") {
            prop_assert_eq!(as_literal(&literal(&text)), Some(text));
        }

        #[test]
        fn slashes_and_back(regex in r"[ab/\\]{0,8}") {
            let plain = plain_slashes(&regex);
            prop_assert_eq!(plain_slashes(&between_slashes(&plain)), plain);
        }
    }
}
