//! What is written where a tool is expected: a name, a glob, or a set of both.
//!
//! ```text
//!   read                 a name
//!   mcp__github__*       a glob
//!   {read, "my tool", mcp__fs__*, {a, b}}
//! ```
//!
//! How a set is written, the language of formulas says. Tags are no part of this: they are replaced by sets before a
//! contract gets here.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::formula::selector::{self, SelectorError};
use crate::limits::GLOBS_MAX;

/// Why a text names no tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SetError {
    /// A tag that nobody replaced.
    Tag(Box<str>),
    /// The text of a set is not well formed, or has too many members.
    Malformed(SelectorError),
    /// One more glob than a program may have.
    TooManyGlobs,
}

impl SetError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Tag(_) => "declare the tag under `tools`",
            Self::Malformed(_) => "write a set as `{a, b, \"c*\"}`",
            Self::TooManyGlobs => "use the same globs in several contracts",
        }
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => write!(f, "the tag `{tag}` is not declared"),
            Self::Malformed(error) => write!(f, "{error}"),
            Self::TooManyGlobs => {
                write!(f, "the contracts have more than the {GLOBS_MAX} different globs allowed")
            }
        }
    }
}

/// The members that a text names: names and globs in composed form, sorted, each once.
pub(super) fn members(text: &str) -> Result<Vec<String>, SetError> {
    let mut members = match text.starts_with('{') {
        true => selector::members(text).map_err(SetError::Malformed)?,
        false => vec![text.to_owned()],
    };
    if let Some(tag) = members.iter().find(|member| member.starts_with('@')) {
        return Err(SetError::Tag(tag.as_str().into()));
    }
    for member in &mut members {
        *member = member.nfc().collect();
    }
    members.sort_unstable();
    members.dedup();
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let members = members(text).unwrap();
        assert_eq!(members, expect, "{text}");
        assert_eq!(super::members(&selector::set_of(&members)), Ok(members), "{text}");
    }

    #[test]
    fn a_text_is_a_name_a_glob_or_a_set() {
        check("read", &["read"]);
        check(" read", &[" read"]);
        check("a, b", &["a, b"]);
        check("read*", &["read*"]);
        check("{a}", &["a"]);
        check("{b, a,a}", &["a", "b"]);
        check("{a, {b, {c}}, d}", &["a", "b", "c", "d"]);
        check(r#"{"a, b", 'x"y', "\\", "}"}"#, &[r"\", "a, b", r#"x"y"#, "}"]);
        check("{cafe\u{301}, caf\u{e9}}", &["caf\u{e9}"]);
    }

    #[test]
    fn what_is_no_tool_is_refused() {
        for text in ["{}", "{", "{a", "{a,}", "{a} b", "{a b}"] {
            assert!(matches!(members(text), Err(SetError::Malformed(_))), "{text}");
        }
        assert_eq!(members("@destructive"), Err(SetError::Tag("@destructive".into())));
        assert_eq!(members("{a, @destructive}"), Err(SetError::Tag("@destructive".into())));
    }
}
