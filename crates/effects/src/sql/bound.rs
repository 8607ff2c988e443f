//! Whether nothing limits which rows a statement is about.

use super::lex::Kind;
use super::lex::Token;
use super::names::closed;
use super::names::flat;
use sponsio_engine::event::Flags;

/// Whether nothing limits which rows an `UPDATE` or a `DELETE` is about.
pub(super) fn bound(tokens: &[Token<'_>]) -> Flags {
    let condition = flat(tokens).find(|(_, token)| token.is("WHERE"));
    let is_limited = flat(tokens).any(|(_, token)| token.is_any(&["LIMIT", "TOP"]));
    let is_joined = flat(tokens).any(|(_, token)| token.is_any(&["JOIN", "USING"]));
    let is_open = match condition {
        None => !is_joined,
        Some((at, _)) => is_always(tokens.get(at.saturating_add(1)..).unwrap_or(&[]), 0),
    };
    if is_open && !is_limited { Flags::UNBOUNDED } else { Flags::NONE }
}

/// Whether the condition holds for every row, or nearly: `1=1`, `true`, `id = id`, `id IS NOT NULL`, `id > 0`.
pub(super) fn is_always(tokens: &[Token<'_>], depth: u16) -> bool {
    let end = flat(tokens)
        .find(|(_, token)| {
            token.is_any(&["RETURNING", "ORDER", "OPTION", "DROP", "SELECT", "UPDATE", "DELETE"])
        })
        .map_or(tokens.len(), |(at, _)| at);
    let tokens = tokens.get(..end).unwrap_or(tokens);
    if depth > 8 || tokens.is_empty() {
        return false;
    }
    let deeper = depth.saturating_add(1);
    if let [open, inner @ .., close] = tokens
        && open.is_mark('(')
        && close.is_mark(')')
        && closed(inner).len() == inner.len()
    {
        return is_always(inner, deeper);
    }
    // One alternative that always holds is enough; of a conjunction every part must.
    let cuts = |word: &str| -> Vec<usize> {
        flat(tokens).filter(|(_, token)| token.is(word)).map(|(at, _)| at).collect()
    };
    let parts = |cuts: &[usize]| -> Vec<&[Token<'_>]> {
        let mut from = 0_usize;
        let mut parts = Vec::new();
        for cut in cuts.iter().copied().chain([tokens.len()]) {
            parts.push(tokens.get(from..cut).unwrap_or(&[]));
            from = cut.saturating_add(1);
        }
        parts
    };
    let alternatives = cuts("OR");
    if !alternatives.is_empty() {
        return parts(&alternatives).into_iter().any(|part| is_always(part, deeper));
    }
    let conjuncts = cuts("AND");
    if !conjuncts.is_empty() && !tokens.iter().any(|token| token.is("BETWEEN")) {
        return parts(&conjuncts).into_iter().all(|part| is_always(part, deeper));
    }
    is_tautology(tokens)
}

pub(super) fn is_tautology(tokens: &[Token<'_>]) -> bool {
    let is_value = |token: &Token<'_>| {
        token.kind == Kind::Text || token.text.starts_with(|c: char| c.is_ascii_digit())
    };
    if let [not, rest @ ..] = tokens
        && not.is("NOT")
    {
        return matches!(rest, [one] if one.is_any(&["FALSE", "0"]))
            || matches!(rest, [a, eq, b] if eq.is_mark('=') && is_value(a) && is_value(b) && a.text != b.text)
            || matches!(rest, [.., is, null] if is.is("IS") && null.is("NULL"));
    }
    let is_null = |rest: &[Token<'_>]| match rest {
        [.., is, not, null] => is.is("IS") && not.is("NOT") && null.is("NULL"),
        _ => false,
    };
    if is_null(tokens) {
        return true;
    }
    match tokens {
        // Membership in a whole table limits nothing that can be seen.
        [.., before, is_in, name]
            if is_in.is("IN") && !before.is("NOT") && name.kind == Kind::Word =>
        {
            true
        }
        [one] => one.is("TRUE") || (is_value(one) && !one.text.trim_matches('0').is_empty()),
        [a, like, b] if like.is_any(&["LIKE", "ILIKE"]) => {
            b.text.chars().all(|c| c == '%') || a.text == b.text
        }
        [a, eq, b] if eq.is_mark('=') => a.kind == b.kind && a.text.eq_ignore_ascii_case(&b.text),
        [a, less, b] if less.is_mark('<') || less.is_mark('>') => {
            is_value(a) && is_value(b)
                || (less.is_mark('>') && !is_value(a) && matches!(&*b.text, "0"))
        }
        [a, mark, eq, b] if eq.is_mark('=') || eq.is_mark('>') => match mark.kind {
            Kind::Mark('!') => a.text != b.text && is_value(a) && is_value(b),
            Kind::Mark('<') if eq.is_mark('>') => is_value(a) && is_value(b) && a.text != b.text,
            Kind::Mark('>') => a.text == b.text || matches!(&*b.text, "0"),
            Kind::Mark('<' | '=') => a.text == b.text,
            _ => false,
        },
        // `t.id = t.id`, `a.b IN (a.b)`
        _ => {
            let middle = tokens.len() / 2;
            let (left, right) = tokens.split_at_checked(middle).unwrap_or((tokens, &[]));
            let right_rest = right.get(1..).unwrap_or(&[]);
            right.first().is_some_and(|token| token.is_mark('='))
                && left.len() == right_rest.len()
                && left
                    .iter()
                    .zip(right_rest)
                    .all(|(a, b)| a.kind == b.kind && a.text.eq_ignore_ascii_case(&b.text))
        }
    }
}
