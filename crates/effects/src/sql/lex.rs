//! SQL text as tokens, in the spellings of three families of dialects.
//!
//! The dialect is not told, and the families disagree on where a string or a comment ends: a text that is one harmless
//! string in one of them is two statements in another. So a text is read once for each family, and `super` joins what
//! the readings find. Reading never fails: what is not closed ends with the text, and that is told.

use std::borrow::Cow;

/// A family of dialects, as far as they differ in where tokens end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// PostgreSQL and what follows the standard: comments nest, `$$` quotes.
    Standard,
    /// MySQL and its kin: backslashes escape, `#` begins a comment, `/*! … */` is run, `"` quotes a text.
    MySql,
    /// SQL Server and SQLite: `[…]` quotes a name, comments do not nest.
    Bracket,
}

impl Family {
    pub(super) const ALL: [Self; 3] = [Self::Standard, Self::MySql, Self::Bracket];
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or a name without quotes, or a number.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes.
    Text,
    /// One character of anything else.
    Mark(char),
    /// A command of a client to the end of its line: `\copy …`, `.shell …`.
    Client,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// Without quotes.
    pub(super) text: Cow<'t, str>,
    /// Whether it is the first of its line.
    pub(super) is_first: bool,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// The tokens of a text, and whether everything that is opened is closed.
pub(super) fn read(text: &str, family: Family) -> (Vec<Token<'_>>, bool) {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        family,
        is_line_start: true,
        is_statement_start: true,
        is_closed: true,
        tokens: Vec::new(),
    };
    while lexer.step() {}
    (lexer.tokens, lexer.is_closed)
}

/// Whether the families can read the text differently.
pub(super) fn is_ambiguous(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().any(|b| matches!(b, b'\\' | b'#' | b'[' | b'$'))
        || text.contains("/*")
        || text.match_indices("--").any(|(at, _)| {
            bytes.get(at.saturating_add(2)).is_some_and(|b| !b.is_ascii_whitespace())
        })
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    family: Family,
    is_line_start: bool,
    is_statement_start: bool,
    is_closed: bool,
    tokens: Vec<Token<'t>>,
}

impl<'t> Lexer<'t> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at.saturating_add(ahead)).copied().unwrap_or(0)
    }

    fn span(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or("")
    }

    fn push(&mut self, kind: Kind, text: Cow<'t, str>) {
        self.tokens.push(Token { kind, text, is_first: self.is_line_start });
        self.is_line_start = false;
        self.is_statement_start = kind == Kind::Mark(';') || kind == Kind::Client;
    }

    /// Reads one token, blank or comment; whether there was one.
    fn step(&mut self) -> bool {
        if self.at >= self.bytes.len() {
            return false;
        }
        let byte = self.peek(0);
        match byte {
            b'\n' => {
                self.at = self.at.saturating_add(1);
                self.is_line_start = true;
            }
            _ if byte.is_ascii_whitespace() => self.at = self.at.saturating_add(1),
            b'-' if self.peek(1) == b'-' && self.is_dash_comment() => self.skip_line(),
            b'#' if self.family == Family::MySql => self.skip_line(),
            b'/' if self.peek(1) == b'*' => self.comment(),
            b'*' if self.family == Family::MySql && self.peek(1) == b'/' => {
                self.at = self.at.saturating_add(2);
            }
            b'\'' => self.quoted(b'\'', Kind::Text),
            b'"' if self.family == Family::MySql => self.quoted(b'"', Kind::Text),
            b'"' => self.quoted(b'"', Kind::Name),
            b'`' => self.quoted(b'`', Kind::Name),
            b'[' if self.family == Family::Bracket => self.quoted(b']', Kind::Name),
            b'$' if self.family == Family::Standard && self.dollar() => {}
            b'\\' => self.client(),
            b'.' if self.is_line_start
                && self.is_statement_start
                && self.peek(1).is_ascii_lowercase() =>
            {
                self.client();
            }
            _ if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@') || byte >= 0x80 => {
                self.word();
            }
            _ => {
                self.at = self.at.saturating_add(1);
                self.push(Kind::Mark(char::from(byte)), Cow::Borrowed(""));
            }
        }
        true
    }

    /// MySQL reads `--x` as two signs and a name.
    fn is_dash_comment(&self) -> bool {
        let next = self.peek(2);
        self.family != Family::MySql || next == 0 || next.is_ascii_whitespace()
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            self.at = self.at.saturating_add(1);
        }
    }

    fn comment(&mut self) {
        self.at = self.at.saturating_add(2);
        if self.family == Family::MySql {
            let skip = usize::from(self.peek(0) == b'M' && self.peek(1) == b'!');
            if self.peek(skip) == b'!' {
                self.at = self.at.saturating_add(skip).saturating_add(1);
                while self.peek(0).is_ascii_digit() {
                    self.at = self.at.saturating_add(1);
                }
                return;
            }
        }
        let mut depth = 1_usize;
        while self.at < self.bytes.len() {
            if self.peek(0) == b'*' && self.peek(1) == b'/' {
                self.at = self.at.saturating_add(2);
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return;
                }
            } else if self.family == Family::Standard
                && self.peek(0) == b'/'
                && self.peek(1) == b'*'
            {
                self.at = self.at.saturating_add(2);
                depth = depth.saturating_add(1);
            } else {
                self.at = self.at.saturating_add(1);
            }
        }
        self.is_closed = false;
    }

    fn quoted(&mut self, close: u8, kind: Kind) {
        let escapes = kind == Kind::Text
            && (self.family == Family::MySql
                || self.tokens.last().is_some_and(|token| token.is("e") && self.touches_word()));
        if kind == Kind::Text && self.touches_word() {
            // `E'…'`, `N'…'`, `X'…'`: the letter belongs to the text.
            self.tokens.pop_if(|token| token.is_any(&["e", "n", "b", "x", "r", "u"]));
        }
        self.at = self.at.saturating_add(1);
        let from = self.at;
        let mut changed: Option<Vec<u8>> = None;
        while self.at < self.bytes.len() {
            let byte = self.peek(0);
            if byte == b'\\' && escapes {
                changed.get_or_insert_with(|| self.span(from, self.at).into()).push(self.peek(1));
                self.at = self.at.saturating_add(2);
                continue;
            }
            if byte == close {
                if self.peek(1) != close {
                    break;
                }
                changed.get_or_insert_with(|| self.span(from, self.at).into()).push(close);
                self.at = self.at.saturating_add(2);
                continue;
            }
            if let Some(changed) = &mut changed {
                changed.push(byte);
            }
            self.at = self.at.saturating_add(1);
        }
        let end = self.at.min(self.bytes.len());
        self.is_closed &= self.at < self.bytes.len();
        self.at = self.at.saturating_add(1);
        let text = match changed {
            Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
            None => Cow::Borrowed(self.span(from, end)),
        };
        self.push(kind, text);
    }

    /// Whether the byte before is part of a word.
    fn touches_word(&self) -> bool {
        self.at
            .checked_sub(1)
            .and_then(|at| self.bytes.get(at))
            .is_some_and(u8::is_ascii_alphabetic)
    }

    /// `$$ … $$` and `$tag$ … $tag$`; whether one begins here.
    fn dollar(&mut self) -> bool {
        let rest = self.text.get(self.at.saturating_add(1)..).unwrap_or("");
        let Some((tag, body)) = rest.split_once('$') else { return false };
        let is_tag = tag.len() <= 64
            && tag.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !tag.starts_with(|c: char| c.is_ascii_digit());
        if !is_tag {
            return false;
        }
        let from = self.at.saturating_add(tag.len()).saturating_add(2);
        let close = format!("${tag}$");
        let length = body.find(&close).unwrap_or_else(|| {
            self.is_closed = false;
            body.len()
        });
        let end = from.saturating_add(length);
        self.at = end.saturating_add(close.len());
        let text = self.span(from, end);
        self.push(Kind::Text, Cow::Borrowed(text));
        true
    }

    fn client(&mut self) {
        let from = self.at;
        self.skip_line();
        self.push(Kind::Client, Cow::Borrowed(self.span(from, self.at)));
    }

    fn word(&mut self) {
        let from = self.at;
        while self.peek(0).is_ascii_alphanumeric()
            || matches!(self.peek(0), b'_' | b'@' | b'$')
            || self.peek(0) >= 0x80
        {
            self.at = self.at.saturating_add(1);
        }
        let text = self.span(from, self.at);
        let starts = self.is_statement_start;
        // The client of MySQL takes these without a backslash.
        if starts
            && ["system", "source"].iter().any(|w| text.eq_ignore_ascii_case(w))
            && self.peek(0) == b' '
        {
            self.at = from;
            self.client();
            return;
        }
        self.push(Kind::Word, Cow::Borrowed(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(family: Family, text: &str, expect: &[&str]) {
        let (tokens, _) = read(text, family);
        let shown: Vec<String> = tokens
            .iter()
            .map(|token| match token.kind {
                Kind::Mark(mark) => mark.to_string(),
                Kind::Word => token.text.to_string(),
                Kind::Name => format!("<{}>", token.text),
                Kind::Text => format!("'{}'", token.text),
                Kind::Client => format!("!{}", token.text),
            })
            .collect();
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn a_string_ends_where_the_family_says() {
        check(Family::Standard, r"'\'; x", &[r"'\'", ";", "x"]);
        check(Family::MySql, r"'\'; x'", &["''; x'"]);
        check(Family::Standard, r"E'\'; x'", &["''; x'"]);
        check(Family::Standard, "'it''s'", &["'it's'"]);
    }

    #[test]
    fn a_comment_ends_where_the_family_says() {
        check(Family::Standard, "/* /* */ a */ b", &["b"]);
        check(Family::MySql, "/* /* */ a # c\n b", &["a", "b"]);
        check(Family::MySql, "/*!50000 drop */ a", &["drop", "a"]);
        check(Family::Standard, "/*!50000 drop */ a", &["a"]);
    }

    #[test]
    fn names_and_dollar_texts_are_quoted() {
        check(Family::Bracket, "[a b].`c`", &["<a b>", ".", "<c>"]);
        check(Family::Standard, "$x$ a ' $$ $x$;", &["' a ' $$ '", ";"]);
    }

    #[test]
    fn what_is_not_closed_is_told() {
        for text in ["'a", "/* a", "$$ a", "\"a"] {
            assert!(!read(text, Family::Standard).1, "{text}");
        }
    }

    #[test]
    fn commands_of_clients_end_with_their_line() {
        check(Family::Standard, "\\! rm x\nselect 1", &["!\\! rm x", "select", "1"]);
        check(Family::Standard, ".shell ls\nselect 1", &["!.shell ls", "select", "1"]);
        check(Family::Standard, "system ls", &["!system ls"]);
    }
}
