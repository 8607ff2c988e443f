//! What is written where a tool is expected: a name, a glob, or a set of both.
//!
//! ```text
//!   read                 a name
//!   mcp__github__*       a glob
//!   {read, "my tool", mcp__fs__*, {a, b}}
//! ```
//!
//! Members of a set are separated by commas; blanks around them say nothing. A member with a comma, a brace, a quote
//! or outer blanks stands in double quotes, in which a backslash takes the next character as it is. Sets in sets are
//! flat. Tags are no part of this: they are replaced by sets before a contract gets here.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::limits::{GLOBS_MAX, SET_MEMBERS_MAX};

/// Why a text names no tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SetError {
    /// A tag that nobody replaced.
    Tag(Box<str>),
    /// The text of a set is not well formed.
    Malformed(Box<str>),
    /// It has no member.
    Empty,
    TooManyMembers(usize),
    /// One more glob than a program may have.
    TooManyGlobs,
}

impl SetError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Tag(_) => "declare the tag under `tools`",
            Self::Malformed(_) => {
                "write `{a, b}`, and put a member with `,`, `{` or `}` between quotes"
            }
            Self::Empty => "name at least one tool",
            Self::TooManyMembers(_) => "write a glob for tools whose names begin alike",
            Self::TooManyGlobs => "use the same globs in several contracts",
        }
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => write!(f, "the tag `{tag}` is not declared"),
            Self::Malformed(text) => write!(f, "`{text}` is no set of tools"),
            Self::Empty => f.write_str("a set of tools has no members"),
            Self::TooManyMembers(n) => {
                write!(f, "a set of {n} tools has more than the {SET_MEMBERS_MAX} members allowed")
            }
            Self::TooManyGlobs => {
                write!(f, "the contracts have more than the {GLOBS_MAX} different globs allowed")
            }
        }
    }
}

/// The members that a text names: names and globs in composed form, sorted, each once.
pub(super) fn members(text: &str) -> Result<Vec<String>, SetError> {
    let mut members = if is_set(text) { parse(text)? } else { vec![text.to_owned()] };
    if let Some(tag) = members.iter().find(|member| member.starts_with('@')) {
        return Err(SetError::Tag(tag.as_str().into()));
    }
    for member in &mut members {
        *member = member.nfc().collect();
    }
    members.sort_unstable();
    members.dedup();
    match members.len() {
        0 => Err(SetError::Empty),
        n if n > SET_MEMBERS_MAX => Err(SetError::TooManyMembers(n)),
        _ => Ok(members),
    }
}

/// Whether the text is, or means to be, a set.
fn is_set(text: &str) -> bool {
    text.starts_with('{')
}

/// The text of a set with these members.
pub(super) fn display(members: &[String]) -> String {
    let quoted = |member: &String| {
        let is_plain = !member.is_empty()
            && member.trim() == member
            && !member.contains([',', '{', '}', '"', '\\']);
        let escaped = || member.replace('\\', r"\\").replace('"', r#"\""#);
        if is_plain { member.clone() } else { format!("\"{}\"", escaped()) }
    };
    format!("{{{}}}", members.iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// The members as they are written.
fn parse(text: &str) -> Result<Vec<String>, SetError> {
    let malformed = || SetError::Malformed(text.into());
    let mut members = Vec::new();
    let mut rest = text;
    let mut depth = 0usize;
    // Whether a member, rather than what separates members, comes next.
    let mut expects = true;
    while !rest.is_empty() {
        rest = rest.trim_start();
        match (rest.chars().next(), expects) {
            (Some('{'), true) => {
                depth = depth.saturating_add(1);
                rest = rest.strip_prefix('{').unwrap_or_default();
                let inner = rest.trim_start();
                if inner.starts_with('}') {
                    (rest, expects) = (inner, false);
                }
            }
            (Some('}'), false) => {
                depth = depth.checked_sub(1).ok_or_else(malformed)?;
                rest = rest.strip_prefix('}').unwrap_or_default();
                if depth == 0 && !rest.is_empty() {
                    return Err(malformed());
                }
            }
            (Some(','), false) => {
                rest = rest.strip_prefix(',').unwrap_or_default();
                expects = true;
            }
            (Some('"'), true) => {
                let (member, after) = quoted(rest).ok_or_else(malformed)?;
                members.push(member);
                (rest, expects) = (after, false);
            }
            (Some(_), true) => {
                let end = rest.find([',', '{', '}', '"']).ok_or_else(malformed)?;
                let member = rest.get(..end).map(str::trim_end).filter(|member| !member.is_empty());
                members.push(member.ok_or_else(malformed)?.to_owned());
                (rest, expects) = (rest.get(end..).unwrap_or_default(), false);
            }
            _ => return Err(malformed()),
        }
    }
    if depth == 0 && !expects { Ok(members) } else { Err(malformed()) }
}

/// The text in quotes at the beginning, and what comes after it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut member = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((member, text.get(at.saturating_add(1)..)?)),
            '\\' => member.push(characters.next()?.1),
            other => member.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let members = members(text).unwrap();
        assert_eq!(members, expect, "{text}");
        assert_eq!(super::members(&display(&members)), Ok(members), "{text}");
    }

    #[test]
    fn a_text_is_a_name_a_glob_or_a_set() {
        check("read", &["read"]);
        check(" read", &[" read"]);
        check("a, b", &["a, b"]);
        check("read*", &["read*"]);
        check("{a}", &["a"]);
        check("{b, a,a}", &["a", "b"]);
        check("{ a b , c }", &["a b", "c"]);
        check("{a, {b, {c}}, d}", &["a", "b", "c", "d"]);
        check("{{}, a}", &["a"]);
        check(r#"{"a, b", "x\"y", "\\", "", "{"}"#, &["", r"\", "a, b", r#"x"y"#, "{"]);
        check("{cafe\u{301}, caf\u{e9}}", &["caf\u{e9}"]);
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in
            ["{", "{a", "{a,}", "{,a}", "{a}}", "{a} b", "{a b{c}}", "{\"a}", "{a \"b\"}", "{a,,b}"]
        {
            assert_eq!(members(text), Err(SetError::Malformed(text.into())));
        }
        assert_eq!(members("{}"), Err(SetError::Empty));
        assert_eq!(members("@destructive"), Err(SetError::Tag("@destructive".into())));
        assert_eq!(members("{a, @destructive}"), Err(SetError::Tag("@destructive".into())));
    }
}
