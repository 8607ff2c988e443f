//! From text to tokens.
//!
//! The lexer reads one token at a time, so that the first error in the text is the first one reported. It
//! never skips what it does not know: a character without a meaning is an error with its place, because a
//! formula that loses a character can lose its meaning (`called(my-tool)` must not become two names).
//!
//! Names may contain `-`, `.` and `:` where a letter, a digit or `_` follows, so that `my-tool`,
//! `input.command` and `server:tool` need no quotes, while `a->b` is still three tokens. A backslash in a
//! quoted text keeps its place unless it begins one of six escapes, so that regular expressions survive as
//! they are written.
//!
//! What the lexer does not know: which names are operators, and which are words of the catalog.

use super::ast::Relation;
use crate::event::Decimal;

/// A stretch of a text, in bytes: from `start` up to and not including `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// From the start of this span to the end of `last`.
    pub(super) fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end }
    }

    /// The stretch of `text` that the span stands for.
    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// A name, bare.
    Name(&'t str),
    /// A quoted text, with its escapes decoded.
    Text(Box<str>),
    Number(Decimal),
    /// A set of tools, with its braces: `{a, "b*"}`.
    Set(&'t str),
    /// A tag, with its sign: `@destructive`.
    Tag(&'t str),
    Arrow,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Not,
    And,
    Or,
    Relation(Relation),
    /// The end of the text.
    End,
}

/// Why a text has no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A character that begins no token.
    Stray(char),
    /// A sign of other languages, and the sign that is meant.
    Foreign { sign: &'static str, meant: &'static str },
    /// A text without its closing quote.
    Unterminated(char),
    /// A set without its closing brace.
    OpenSet,
    /// A number beyond the limits of [`Decimal`].
    Number,
}

/// Reads a text token by token.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token and its place; at the end of the text, and ever after, [`Token::End`].
    pub(super) fn next(&mut self) -> Result<(Token<'t>, Span), (Flaw, Span)> {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        let start = self.at;
        let token = self.token();
        let span = Span { start, end: self.at };
        token.map(|token| (token, span)).map_err(|flaw| (flaw, span))
    }

    fn token(&mut self) -> Result<Token<'t>, Flaw> {
        let mut ahead = self.rest().chars();
        let Some(first) = ahead.next() else { return Ok(Token::End) };
        if is_name_start(first) {
            return Ok(self.name());
        }
        let second = ahead.next();
        if first.is_ascii_digit() || (first == '-' && second.is_some_and(|c| c.is_ascii_digit())) {
            return self.number();
        }
        match first {
            '"' | '\'' => return self.quoted(first),
            '{' => return self.set(),
            '@' if second.is_some_and(is_name_start) => {
                let start = self.at;
                self.take(|_| true);
                self.name();
                return Ok(Token::Tag(Span { start, end: self.at }.of(self.text)));
            }
            _ => {}
        }
        self.sign(first, second)
    }

    fn sign(&mut self, first: char, second: Option<char>) -> Result<Token<'t>, Flaw> {
        let foreign = |sign, meant| Err(Flaw::Foreign { sign, meant });
        let (token, chars) = match (first, second) {
            ('-', Some('>')) => (Ok(Token::Arrow), 2),
            ('=', Some('>')) => (foreign("=>", "->"), 2),
            ('&', Some('&')) => (foreign("&&", "&"), 2),
            ('|', Some('|')) => (foreign("||", "|"), 2),
            ('<', Some('=')) => (Ok(Token::Relation(Relation::LessOrEqual)), 2),
            ('>', Some('=')) => (Ok(Token::Relation(Relation::GreaterOrEqual)), 2),
            ('=', Some('=')) => (Ok(Token::Relation(Relation::Equal)), 2),
            ('!', Some('=')) => (Ok(Token::Relation(Relation::NotEqual)), 2),
            ('=', _) => (foreign("=", "=="), 1),
            ('<', _) => (Ok(Token::Relation(Relation::Less)), 1),
            ('>', _) => (Ok(Token::Relation(Relation::Greater)), 1),
            ('!', _) => (Ok(Token::Not), 1),
            ('&', _) => (Ok(Token::And), 1),
            ('|', _) => (Ok(Token::Or), 1),
            ('(', _) => (Ok(Token::Open), 1),
            (')', _) => (Ok(Token::Close), 1),
            ('[', _) => (Ok(Token::OpenBracket), 1),
            (']', _) => (Ok(Token::CloseBracket), 1),
            (',', _) => (Ok(Token::Comma), 1),
            (c, _) => (Err(Flaw::Stray(c)), 1),
        };
        for _ in 0..chars {
            self.take(|_| true);
        }
        token
    }

    fn name(&mut self) -> Token<'t> {
        let start = self.at;
        loop {
            self.take_while(is_name_part);
            let mut ahead = self.rest().chars();
            let joint = matches!(ahead.next(), Some('-' | '.' | ':'));
            if !(joint && ahead.next().is_some_and(is_name_part)) {
                break;
            }
            self.take(|_| true);
        }
        Token::Name(Span { start, end: self.at }.of(self.text))
    }

    fn number(&mut self) -> Result<Token<'t>, Flaw> {
        let start = self.at;
        self.take(|c| c == '-');
        self.take_while(|c| c.is_ascii_digit());
        self.digits_after(&['.']);
        if !self.digits_after(&['e', '+']) && !self.digits_after(&['e', '-']) {
            self.digits_after(&['e']);
        }
        let text = Span { start, end: self.at }.of(self.text);
        Decimal::parse(text).map(Token::Number).ok_or(Flaw::Number)
    }

    /// Takes `head`, in either case, and the digits after it; nothing where there is no digit.
    fn digits_after(&mut self, head: &[char]) -> bool {
        let start = self.at;
        let headed = head.iter().all(|want| self.take(|c| c.eq_ignore_ascii_case(want)));
        if headed && self.take(|c| c.is_ascii_digit()) {
            self.take_while(|c| c.is_ascii_digit());
            return true;
        }
        self.at = start;
        false
    }

    fn quoted(&mut self, quote: char) -> Result<Token<'t>, Flaw> {
        let mut decoded = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((place, c)) = chars.next() {
            if c == quote {
                self.at = self.at.saturating_add(place).saturating_add(c.len_utf8());
                return Ok(Token::Text(decoded.into()));
            }
            if c != '\\' {
                decoded.push(c);
                continue;
            }
            match chars.next() {
                Some((_, c @ ('\\' | '\'' | '"'))) => decoded.push(c),
                Some((_, 'n')) => decoded.push('\n'),
                Some((_, 't')) => decoded.push('\t'),
                Some((_, 'r')) => decoded.push('\r'),
                Some((_, c)) => decoded.extend(['\\', c]),
                None => break,
            }
        }
        self.at = self.text.len();
        Err(Flaw::Unterminated(quote))
    }

    /// Reads a set up to the brace that closes it; what stands between them is read by `selector`.
    fn set(&mut self) -> Result<Token<'t>, Flaw> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            let mut ahead = self.rest().chars();
            match ahead.next() {
                None => return Err(Flaw::OpenSet),
                Some(quote @ ('"' | '\'')) => {
                    self.quoted(quote)?;
                    continue;
                }
                Some('{') => depth = depth.saturating_add(1),
                Some('}') => depth = depth.saturating_sub(1),
                Some(_) => {}
            }
            self.take(|_| true);
            if depth == 0 {
                return Ok(Token::Set(Span { start, end: self.at }.of(self.text)));
            }
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Steps over the next character if it is wanted.
    fn take(&mut self, wanted: impl FnOnce(char) -> bool) -> bool {
        let next = self.rest().chars().next().filter(|c| wanted(*c));
        self.at = self.at.saturating_add(next.map_or(0, char::len_utf8));
        next.is_some()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.take(&wanted) {}
    }
}

/// The text that `written`, a quoted text with its quotes, denotes.
pub(super) fn unquoted(written: &str) -> Option<Box<str>> {
    let mut lexer = Lexer::new(written);
    match lexer.next() {
        Ok((Token::Text(text), _)) if lexer.rest().is_empty() => Some(text),
        _ => None,
    }
}

/// Whether `text` is one name.
pub(super) fn is_name(text: &str) -> bool {
    matches!(Lexer::new(text).next(), Ok((Token::Name(name), _)) if name == text)
}

fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_name_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The source text of each token.
    fn check(text: &str, expect: &[&str]) {
        let mut lexer = Lexer::new(text);
        let mut found = Vec::new();
        loop {
            let (token, span) = lexer.next().unwrap();
            if token == Token::End {
                break;
            }
            found.push(span.of(text));
        }
        assert_eq!(found, expect, "{text:?}");
    }

    fn check_text(text: &str, expect: &str) {
        assert_eq!(Lexer::new(text).next().map(|(token, _)| token), Ok(Token::Text(expect.into())));
    }

    fn check_flaw(text: &str, flaw: &Flaw, place: &str) {
        let mut lexer = Lexer::new(text);
        let found = loop {
            match lexer.next() {
                Ok((Token::End, _)) => panic!("{text:?} has no flaw"),
                Ok(_) => {}
                Err(found) => break found,
            }
        };
        assert_eq!((&found.0, found.1.of(text)), (flaw, place), "{text:?}");
    }

    #[test]
    fn names_hold_joints_only_inside() {
        check("my-tool a.b server:tool", &["my-tool", "a.b", "server:tool"]);
        check("a->b", &["a", "->", "b"]);
        check("mcp__x__y _ é9", &["mcp__x__y", "_", "é9"]);
        check("a-1 a._", &["a-1", "a._"]);
        check_flaw("a--b", &Flaw::Stray('-'), "-");
        check_flaw("a. b", &Flaw::Stray('.'), ".");
    }

    #[test]
    fn numbers_have_a_sign_a_fraction_and_an_exponent() {
        check("1 -2 3.5 1e3 1E+3 1.5e-3", &["1", "-2", "3.5", "1e3", "1E+3", "1.5e-3"]);
        check("x<-3", &["x", "<", "-3"]);
        check("60s 5e 1,000", &["60", "s", "5", "e", "1", ",", "000"]);
        check_flaw("1.", &Flaw::Stray('.'), ".");
        check_flaw("1e10000 x", &Flaw::Number, "1e10000");
    }

    #[test]
    fn signs_are_as_long_as_they_can_be() {
        check(
            "<= < >= > == != ! & | ( ) [ ] ,",
            &["<=", "<", ">=", ">", "==", "!=", "!", "&", "|", "(", ")", "[", "]", ","],
        );
    }

    #[test]
    fn sets_and_tags_are_one_token() {
        check("called({a, {'}', b}}, @x-y)", &["called", "(", "{a, {'}', b}}", ",", "@x-y", ")"]);
        check_flaw("{a 'b}", &Flaw::Unterminated('\''), "{a 'b}");
    }

    #[test]
    fn a_backslash_that_is_no_escape_stays() {
        check_text(r#""rm\s+-rf""#, r"rm\s+-rf");
        check_text(r#"'a\\b\'c\"d\n\t\r'"#, "a\\b'c\"d\n\t\r");
        check_text(r#""it's""#, "it's");
    }

    #[test]
    fn what_is_no_token_is_a_flaw_at_its_place() {
        check_flaw("called(@ x)", &Flaw::Stray('@'), "@");
        check_flaw("called({a, '}'", &Flaw::OpenSet, "{a, '}'");
        check_flaw("a\u{a0}b", &Flaw::Stray('\u{a0}'), "\u{a0}");
        check_flaw("a && b", &Flaw::Foreign { sign: "&&", meant: "&" }, "&&");
        check_flaw("a || b", &Flaw::Foreign { sign: "||", meant: "|" }, "||");
        check_flaw("a => b", &Flaw::Foreign { sign: "=>", meant: "->" }, "=>");
        check_flaw("a = b", &Flaw::Foreign { sign: "=", meant: "==" }, "=");
        check_flaw("f('ab)", &Flaw::Unterminated('\''), "'ab)");
        check_flaw(r#""ab\"#, &Flaw::Unterminated('"'), r#""ab\"#);
    }
}
