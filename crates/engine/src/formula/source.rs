//! Where a value came from, as the argument of a word: `read_file`, `{get_a, get_b}.{recipient, sender}`,
//! `text(read_inbox)`, `user`.
//!
//! A source is the outputs of some tools. With members behind it, it is only what stands below members of these
//! names, at whatever depth: in a list of transactions the recipient is the bank's and the subject is the sender's,
//! and both come out of one tool. With `text(…)` around it, what stands in its texts counts too, not only the texts
//! as a whole. `user` is no tool where values are known: it is the user's own words.
//!
//! A source has one form, as a set of tools has.

use core::fmt;

use super::lexer::{Lexer, Token};
use super::selector::{self, SelectorError, canonical};

/// The name of the user's own words.
pub const USER: &str = "user";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// A tool or a set of tools.
    pub tools: Box<str>,
    /// The members of their outputs that are meant; all where there is none.
    pub members: Box<[Box<str>]>,
    /// Whether what stands in the texts counts too.
    pub in_text: bool,
}

impl Source {
    /// The source that `text` names; nothing where it names none.
    pub fn new(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    pub(crate) fn parse(text: &str) -> Result<Self, SelectorError> {
        let inner = text.strip_prefix("text(").and_then(|rest| rest.strip_suffix(')'));
        let in_text = inner.is_some();
        let inner = inner.unwrap_or(text).trim();
        let (tools, members) = parted(inner);
        let tools = canonical(tools)?;
        let members = match members {
            Some(members) => selector::members(members)?.into_iter().map(Into::into).collect(),
            None => Box::default(),
        };
        Ok(Self { tools, members, in_text })
    }

    /// Whether it is the user's own words.
    pub fn is_user(&self) -> bool {
        &*self.tools == USER && self.members.is_empty() && !self.in_text
    }
}

/// The tools of a source, and the set of members behind them.
fn parted(text: &str) -> (&str, Option<&str>) {
    let tools = match Lexer::new(text).next() {
        Ok((Token::Set(set), _)) => Some(set.len()),
        _ => text.find(".{"),
    };
    let parts = tools.and_then(|at| text.split_at_checked(at));
    match parts.and_then(|(tools, rest)| Some((tools, rest.strip_prefix('.')?))) {
        Some((tools, members)) if members.starts_with('{') => (tools, Some(members)),
        _ => (text, None),
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.in_text { "text(" } else { "" })?;
        let is_misread = self.tools.contains(".{") || self.tools.starts_with("text(");
        if is_misread && !self.tools.starts_with('{') {
            f.write_str(&selector::set_of(&[self.tools.to_string()]))?;
        } else {
            f.write_str(&self.tools)?;
        }
        if !self.members.is_empty() {
            let members: Vec<String> = self.members.iter().map(ToString::to_string).collect();
            write!(f, ".{}", selector::set_of(&members))?;
        }
        f.write_str(if self.in_text { ")" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let source = Source::parse(text).unwrap();
        assert_eq!(source.to_string(), expect, "{text:?}");
        assert_eq!(Source::parse(expect), Ok(source), "{text:?}");
    }

    #[test]
    fn a_source_has_one_form() {
        check("read", "read");
        check("mcp.server.read", "mcp.server.read");
        check("read.{to}", "read.{to}");
        check("{a,b}.{to,  from, to}", "{a, b}.{to, from}");
        check(r#"{"x.{y}", b}"#, r#"{"x.{y}", b}"#);
        check(r#"{"x.{y}"}.{"a b"}"#, r#"{"x.{y}"}.{"a b"}"#);
        check("text(read_*.{body})", "text(read_*.{body})");
    }

    #[test]
    fn what_is_no_source_is_refused() {
        for text in ["", "{}", "a.{", "a.{}", "{a}.{b", "text()", "a.{b} c"] {
            assert!(Source::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_the_bare_word_is_the_user() {
        let is_user = |text: &str| Source::parse(text).unwrap().is_user();
        assert!(is_user("user") && !is_user("user.{name}") && !is_user("text(user)"));
    }
}
