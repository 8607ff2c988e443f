//! `<workspace>` and `<agent>` in formulas, where they may stand without quotes.
//!
//! A formula has no such signs, so they are put between quotes before it is parsed; what is wrong with it is
//! still reported at its place in the text as written.

const PLACEHOLDERS: [&str; 2] = ["<workspace>", "<agent>"];

/// A formula in which every placeholder stands between quotes.
#[derive(Debug)]
pub(in crate::config) struct Quoted {
    pub(in crate::config) text: String,
    /// Where in `text` a quote was put in, in order.
    added: Vec<usize>,
}

impl Quoted {
    /// The place in the text as written.
    pub(in crate::config) fn place(&self, at: usize) -> usize {
        at.saturating_sub(self.added.iter().take_while(|added| **added < at).count())
    }
}

/// Puts placeholders between quotes, with the path behind them.
pub(in crate::config) fn quote_placeholders(text: &str) -> Quoted {
    let mut quoted = Quoted { text: String::with_capacity(text.len()), added: Vec::new() };
    let mut mark = None;
    let mut escaped = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let bare = mark.is_none() && PLACEHOLDERS.iter().any(|name| rest.starts_with(name));
        let length = if bare { end_of_path(rest) } else { c.len_utf8() };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        if bare {
            quoted.added.push(quoted.text.len());
            quoted.text.push('"');
        }
        quoted.text.push_str(token);
        if bare {
            quoted.added.push(quoted.text.len());
            quoted.text.push('"');
            continue;
        }
        match (mark, c) {
            (None, '"' | '\'') => mark = Some(c),
            (Some(open), _) if open == c && !escaped => mark = None,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    quoted
}

/// Where a placeholder and the path behind it end.
fn end_of_path(text: &str) -> usize {
    let inside = text.find('>').map_or(text.len(), |at| at.saturating_add(1));
    let behind = text.get(inside..).unwrap_or_default();
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, ',' | ')' | '"' | '\'' | '&' | '|' | '(' | '<' | '>')
    };
    inside.saturating_add(behind.find(ends).unwrap_or(behind.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(quote_placeholders(text).text, expect);
    }

    #[test]
    fn bare_placeholders_get_quotes() {
        check("G !flow(<agent>, external)", "G !flow(\"<agent>\", external)");
        check("arg_paths_within(a, <workspace>/x)", "arg_paths_within(a, \"<workspace>/x\")");
        check("G(count(a) < 3 -> count(b) > 4)", "G(count(a) < 3 -> count(b) > 4)");
    }

    #[test]
    fn what_stands_between_quotes_stays() {
        check("ctx(a, \"<agent>\")", "ctx(a, \"<agent>\")");
        check("ctx(\"\\\"<agent>\", '<agent>')", "ctx(\"\\\"<agent>\", '<agent>')");
    }

    #[test]
    fn places_are_those_of_the_text_as_written() {
        let text = "ctx(a, <agent>) oops";
        let quoted = quote_placeholders(text);
        assert_eq!(quoted.place(quoted.text.find("oops").unwrap()), text.find("oops").unwrap());
        assert_eq!(quoted.place(0), 0);
    }
}
