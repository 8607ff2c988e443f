//! Names with `*` and `?`, and programs with their words.

use sponsio_engine::limits::EFFECT_NAME_CHARACTERS_MAX;

use super::Asked;

/// Whether a text is known of a name at all: it is more than signs that stand for anything.
pub(super) fn is_known(text: &str) -> bool {
    text.chars().any(|c| c != '*' && c != '?')
}

pub(super) fn is_anything(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c == '*')
}

/// Whether the text is such a name: in any case of its letters where it could be one, and as it is written where it
/// must be one.
pub(super) fn is_in(name: &str, text: &str, asked: Asked) -> bool {
    match asked {
        Asked::Could => could_be(name, text, true),
        Asked::Must => must_be(name, text, false),
    }
}

pub(super) fn could_be(name: &str, text: &str, ignores_case: bool) -> bool {
    let is_hidden = name.starts_with('.') && text.starts_with(['*', '?']) && is_known(text);
    is_anything(name)
        || is_longer_than_names(text)
        || !is_hidden && common(&characters(name, ignores_case), &characters(text, ignores_case))
}

pub(super) fn must_be(name: &str, text: &str, ignores_case: bool) -> bool {
    is_anything(name)
        || !is_longer_than_names(text)
            && inside(&characters(name, ignores_case), &characters(text, ignores_case))
}

fn is_longer_than_names(text: &str) -> bool {
    text.chars().count() > EFFECT_NAME_CHARACTERS_MAX
}

fn characters(text: &str, ignores_case: bool) -> Vec<char> {
    if ignores_case {
        text.to_uppercase().to_lowercase().chars().collect()
    } else {
        text.chars().collect()
    }
}

/// Whether two patterns have a text in common.
fn common(left: &[char], right: &[char]) -> bool {
    match (left, right) {
        ([], []) => true,
        (['*', rest @ ..], _) if common(rest, right) => true,
        (_, ['*', rest @ ..]) if common(left, rest) => true,
        (['*', ..], [_, rest @ ..]) => common(left, rest),
        ([_, rest @ ..], ['*', ..]) => common(rest, right),
        ([a, left @ ..], [b, right @ ..]) => {
            (a == b || *a == '?' || *b == '?') && common(left, right)
        }
        _ => false,
    }
}

/// Whether the signs of a pattern can be put, in order, each on a sign of the other that has whatever it has.
fn inside(name: &[char], text: &[char]) -> bool {
    match (name, text) {
        ([], []) => true,
        (['*', rest @ ..], _) if inside(rest, text) => true,
        (['*', ..], [_, rest @ ..]) => inside(name, rest),
        (['?', name @ ..], [c, text @ ..]) if *c != '*' => inside(name, text),
        ([a, name @ ..], [b, text @ ..]) if a == b && !matches!(b, '*' | '?') => inside(name, text),
        _ => false,
    }
}

/// Whether a program is the first word of the element and has the others among its words, in order.
pub(super) fn is_among(element: &str, words: &[Option<Box<str>>], asked: Asked) -> bool {
    let mut own = element.split_whitespace();
    let (Some(program), Some((name, words))) = (own.next(), words.split_first()) else {
        return false;
    };
    let is_program = match (name, asked) {
        (Some(name), asked) => is_in(program, name, asked),
        (None, Asked::Could) => true,
        (None, Asked::Must) => is_anything(program),
    };
    is_program && found(&own.collect::<Vec<_>>(), words, asked)
}

fn found(own: &[&str], words: &[Option<Box<str>>], asked: Asked) -> bool {
    match (own, words) {
        ([], _) => true,
        (_, []) => false,
        // It could be any word, and several.
        (_, [None, ..]) if asked == Asked::Could => true,
        ([first, rest @ ..], [Some(word), words @ ..])
            if is_in(first, word, asked) && found(rest, words, asked) =>
        {
            true
        }
        (_, [_, words @ ..]) => found(own, words, asked),
    }
}
