//! From a sentence to words, names, numbers and marks.
//!
//! Nothing is skipped: a piece of text that is none of the kinds becomes [`Token::Other`], which no form
//! accepts except as part of a forbidden text, so that a sentence cannot carry a word that nobody read.

use core::ops::Range;

use super::SentenceError;
use crate::limits::{SENTENCE_BYTES_MAX, SENTENCE_TOKENS_MAX};

/// One piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A bare word, which may be a name: `must`, `send_email`, `sql.query`, `don't`.
    Word(String),
    /// A text in backticks or quotation marks, without them. Always literal.
    Quoted(String),
    /// A regular expression between slashes, with `\/` decoded.
    Slashed(String),
    /// A bare path, such as `/app/data`.
    Path(String),
    /// Something that begins like a number, as written.
    Number(String),
    /// `,`
    Comma,
    /// `;`, or a full stop inside the text: one statement ends and another begins.
    Stop,
    /// `[`
    Open,
    /// `]`
    Close,
    /// Anything else up to the next blank.
    Other(String),
}

/// A token and the bytes it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spanned {
    pub(crate) token: Token,
    pub(crate) range: Range<usize>,
}

/// The tokens of a sentence. A final full stop belongs to none.
pub(crate) fn tokens(text: &str) -> Result<Vec<Spanned>, SentenceError> {
    if text.len() > SENTENCE_BYTES_MAX {
        let message = format!(
            "a sentence has at most {SENTENCE_BYTES_MAX} bytes, and this has {}",
            text.len()
        );
        return Err(SentenceError::limit(0..text.len(), message));
    }
    let end = text.trim_end().strip_suffix('.').unwrap_or(text).trim_end().len();
    let body = text.get(..end).unwrap_or(text);
    let mut tokens = Vec::new();
    let mut at = 0usize;
    while let Some(rest) = body.get(at..) {
        let blank = rest.len().saturating_sub(rest.trim_start().len());
        let start = at.saturating_add(blank);
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { break };
        let (token, length) = match first {
            ',' => (Token::Comma, 1),
            ';' => (Token::Stop, 1),
            '.' if rest.chars().nth(1).is_none_or(char::is_whitespace) => (Token::Stop, 1),
            '[' => (Token::Open, 1),
            ']' => (Token::Close, 1),
            '`' | '"' | '\'' => quoted(rest, first).ok_or_else(|| {
                let message = format!("a text begins with {first} and does not end");
                SentenceError::new(start..body.len(), message).hint("close the quotation mark")
            })?,
            '/' => slashed(rest).unwrap_or_else(|| up_to_blank(rest, Token::Path)),
            c if c.is_alphabetic() || c == '_' => word(rest),
            c if c.is_ascii_digit() || (matches!(c, '-' | '+') && is_signed(rest)) => number(rest),
            _ => up_to_blank(rest, Token::Other),
        };
        at = start.saturating_add(length.max(1));
        tokens.push(Spanned { token, range: start..at });
        if tokens.len() > SENTENCE_TOKENS_MAX {
            let message = format!("a sentence has at most {SENTENCE_TOKENS_MAX} words");
            return Err(SentenceError::limit(0..text.len(), message));
        }
    }
    Ok(tokens)
}

fn quoted(rest: &str, mark: char) -> Option<(Token, usize)> {
    let (text, _) = rest.strip_prefix(mark)?.split_once(mark)?;
    Some((Token::Quoted(text.to_owned()), text.len().saturating_add(2)))
}

/// A regular expression ends at the first bare slash before a blank, a comma or the end; `/app/data` is
/// none.
fn slashed(rest: &str) -> Option<(Token, usize)> {
    let mut regex = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, '/')) => regex.push('/'),
                Some((_, next)) => regex.extend(['\\', next]),
                None => return None,
            },
            '/' => {
                let ends = chars
                    .peek()
                    .is_none_or(|(_, next)| next.is_whitespace() || ",;]".contains(*next));
                if ends && !regex.is_empty() {
                    return Some((Token::Slashed(regex), at.saturating_add(1)));
                }
                return None;
            }
            _ => regex.push(c),
        }
    }
    None
}

fn up_to_blank(rest: &str, token: impl Fn(String) -> Token) -> (Token, usize) {
    let length = rest.find(|c: char| c.is_whitespace() || ",;]".contains(c)).unwrap_or(rest.len());
    (token(rest.get(..length).unwrap_or(rest).to_owned()), length)
}

/// A word goes on over `-`, `.`, `:` and `'` where a letter, a digit or `_` follows.
fn word(rest: &str) -> (Token, usize) {
    let mut length = 0usize;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '-' | '.' | ':' | '\'')
            && chars.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        if !(c.is_alphanumeric() || c == '_' || joins) {
            break;
        }
        length = length.saturating_add(c.len_utf8());
    }
    (Token::Word(rest.get(..length).unwrap_or(rest).to_owned()), length)
}

fn is_signed(rest: &str) -> bool {
    rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
}

fn number(rest: &str) -> (Token, usize) {
    let sign = usize::from(rest.starts_with(['-', '+']));
    let body = rest.get(sign..).unwrap_or("");
    let length =
        body.find(|c: char| !(c.is_alphanumeric() || ".,_:%+-".contains(c))).unwrap_or(body.len());
    let text = body.get(..length).unwrap_or("").trim_end_matches([',', '.', ':']);
    let length = text.len().saturating_add(sign);
    (Token::Number(rest.get(..length).unwrap_or(rest).to_owned()), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[Token]) {
        let got: Vec<Token> = tokens(text).unwrap().into_iter().map(|t| t.token).collect();
        assert_eq!(got, expect, "{text}");
    }

    fn w(text: &str) -> Token {
        Token::Word(text.to_owned())
    }

    fn q(text: &str) -> Token {
        Token::Quoted(text.to_owned())
    }

    #[test]
    fn words_names_and_quotations() {
        check("don't call `a b`.", &[w("don't"), w("call"), q("a b")]);
        check(
            "my-tool sql.query srv:x 'x' \"y\"",
            &[w("my-tool"), w("sql.query"), w("srv:x"), q("x"), q("y")],
        );
        check("a, b", &[w("a"), Token::Comma, w("b")]);
        check(
            "[`a`, b]; c. d",
            &[
                Token::Open,
                q("a"),
                Token::Comma,
                w("b"),
                Token::Close,
                Token::Stop,
                w("c"),
                Token::Stop,
                w("d"),
            ],
        );
        check("a -rf é.", &[w("a"), Token::Other("-rf".into()), w("é")]);
    }

    #[test]
    fn a_regex_is_closed_by_a_slash_and_a_path_is_not() {
        check("/rm\\s/ x", &[Token::Slashed("rm\\s".into()), w("x")]);
        check("/a\\/b c/", &[Token::Slashed("a/b c".into())]);
        check(
            "/app/data, /x",
            &[Token::Path("/app/data".into()), Token::Comma, Token::Path("/x".into())],
        );
        check("//", &[Token::Path("//".into())]);
    }

    #[test]
    fn numbers_are_kept_as_written() {
        let n = |text: &str| Token::Number(text.to_owned());
        check("1,000 -1 1e3 2.5 5x.", &[n("1,000"), n("-1"), n("1e3"), n("2.5"), n("5x")]);
        check("3, 4", &[n("3"), Token::Comma, n("4")]);
    }

    #[test]
    fn an_open_quotation_and_an_endless_sentence_are_refused() {
        assert_eq!(tokens("call `a").unwrap_err().range, 5..7);
        assert!(tokens(&"a ".repeat(SENTENCE_TOKENS_MAX)).is_ok());
        assert!(tokens(&"a ".repeat(SENTENCE_TOKENS_MAX + 1)).unwrap_err().over_limit);
        assert!(tokens(&"a".repeat(SENTENCE_BYTES_MAX + 1)).unwrap_err().over_limit);
    }
}
