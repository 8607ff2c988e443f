//! Sets of tools, as the argument of a word: `{pay, "mcp__bank__*", @destructive}`.
//!
//! A set is one text, in one form: its members in the order in which they were written, each once, without the
//! braces of sets inside it, with `, ` between them. A member that is a name, a glob or a tag stands there as it
//! is; any other is quoted. A set of one member is that member.
//!
//! What this file does not know: which tools are in a set, which have a tag, and what a glob matches.

use super::lexer::unquoted;
use crate::limits::{SET_MEMBERS_MAX, TOOL_BYTES_MAX};

/// Why a text is no set of tools.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SelectorError {
    #[error("the set of tools is empty")]
    Empty,
    #[error("a `,` or `}}` is missing in the set of tools, at `{0}`")]
    Separator(Box<str>),
    #[error("the set of tools has no member between two of its signs")]
    NoMember,
    #[error("a member of the set of tools begins with `{{`")]
    Brace,
    #[error("the set of tools has more than {SET_MEMBERS_MAX} members")]
    Members,
    #[error("the tool name has {0} bytes, the limit is {TOOL_BYTES_MAX}")]
    Bytes(usize),
}

/// The canonical text of a tool or of a set of tools.
pub(super) fn canonical(text: &str) -> Result<Box<str>, SelectorError> {
    if !text.starts_with('{') {
        return member(text.into()).map(Into::into);
    }
    let members = members(text)?;
    if let [only] = &*members {
        return Ok(only.as_str().into());
    }
    Ok(set_of(&members).into())
}

/// The text of a set with these members.
pub(crate) fn set_of(members: &[String]) -> String {
    let mut set = String::from("{");
    for (place, member) in members.iter().enumerate() {
        set.push_str(if place == 0 { "" } else { ", " });
        if member.chars().all(is_plain) {
            set.push_str(member);
        } else {
            let escaped = member.replace('\\', r"\\").replace('"', r#"\""#);
            set.extend(["\"", &escaped, "\""]);
        }
    }
    set.push('}');
    set
}

/// The elements of a list, in order, where each counts: the last that fits decides.
pub(crate) fn listed(text: &str) -> Result<Vec<String>, SelectorError> {
    match text.starts_with('{') {
        true => read(text, true),
        false => Ok(vec![member(text.into())?]),
    }
}

/// The canonical text of a list.
pub(crate) fn canonical_list(text: &str) -> Result<Box<str>, SelectorError> {
    let elements = listed(text)?;
    if let [only] = &*elements {
        return Ok(only.as_str().into());
    }
    Ok(set_of(&elements).into())
}

/// The members of a set, those of sets inside it included.
pub(crate) fn members(text: &str) -> Result<Vec<String>, SelectorError> {
    read(text, false)
}

fn read(text: &str, repeats: bool) -> Result<Vec<String>, SelectorError> {
    let mut members: Vec<String> = Vec::new();
    let mut rest = text;
    let mut depth = 0usize;
    // Whether a member may stand here, or a separator must.
    let mut between = true;
    loop {
        rest = rest.trim_start();
        let Some(next) = rest.chars().next() else {
            return Err(SelectorError::Separator("".into()));
        };
        let size = match (next, between) {
            ('{', true) => {
                depth = depth.saturating_add(1);
                1
            }
            ('}', false) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
                1
            }
            (',', false) => {
                between = true;
                1
            }
            ('}', true) if members.is_empty() => return Err(SelectorError::Empty),
            (',' | '}', true) => return Err(SelectorError::NoMember),
            (_, false) => return Err(SelectorError::Separator(first_characters(rest))),
            (_, true) => {
                let (name, size) = first_member(rest)?;
                if repeats || !members.contains(&name) {
                    members.push(name);
                }
                if members.len() > SET_MEMBERS_MAX {
                    return Err(SelectorError::Members);
                }
                between = false;
                size
            }
        };
        rest = rest.get(size..).unwrap_or_default();
    }
    let after = rest.get(1..).unwrap_or_default().trim_start();
    if after.is_empty() {
        Ok(members)
    } else {
        Err(SelectorError::Separator(first_characters(after)))
    }
}

/// The member that a text begins with, and how many bytes it takes.
fn first_member(text: &str) -> Result<(String, usize), SelectorError> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let size = text.find([',', '{', '}', '"', '\'']).unwrap_or(text.len());
        let name = text.get(..size).unwrap_or_default().trim_end();
        if let Some((_, after)) = name.split_once(char::is_whitespace) {
            return Err(SelectorError::Separator(first_characters(after)));
        }
        return Ok((member(name.into())?, size));
    };
    let mut escaped = false;
    let end = text.char_indices().skip(1).find_map(|(at, c)| {
        if c == quote && !escaped {
            return Some(at.saturating_add(1));
        }
        escaped = c == '\\' && !escaped;
        None
    });
    let written = end.and_then(|end| text.get(..end)).unwrap_or(text);
    let name = unquoted(written).ok_or_else(|| SelectorError::Separator(first_characters(text)))?;
    Ok((member(name.into())?, written.len()))
}

fn member(name: String) -> Result<String, SelectorError> {
    if name.is_empty() {
        return Err(SelectorError::NoMember);
    }
    if name.len() > TOOL_BYTES_MAX {
        return Err(SelectorError::Bytes(name.len()));
    }
    if name.starts_with('{') {
        return Err(SelectorError::Brace);
    }
    Ok(name)
}

fn first_characters(text: &str) -> Box<str> {
    text.chars().take(20).collect::<String>().into()
}

/// Whether the character may stand in a member without quotes.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '*' | '@' | '!' | '~' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let set = canonical(text).unwrap();
        assert_eq!(&*set, expect, "{text:?}");
        assert_eq!(canonical(expect).as_deref(), Ok(expect), "{text:?}");
    }

    fn check_error(text: &str, expect: &SelectorError) {
        assert_eq!(canonical(text).as_ref(), Err(expect), "{text:?}");
    }

    #[test]
    fn a_set_has_one_form() {
        check("pay", "pay");
        check("{pay}", "pay");
        check("{b,a}", "{b, a}");
        check("{ a , {b, {c}} , a }", "{a, b, c}");
        check(r#"{"mcp__x__*", @risky, 'a b', s:t}"#, r#"{mcp__x__*, @risky, "a b", s:t}"#);
        check(r#"{"a,b", "q\"}"}"#, r#"{"a,b", "q\"}"}"#);
        check(r#"{'it\'s\\', b}"#, r#"{"it's\\", b}"#);
    }

    #[test]
    fn what_is_no_set_is_refused() {
        check_error("{}", &SelectorError::Empty);
        check_error("{a,}", &SelectorError::NoMember);
        check_error("{,a}", &SelectorError::NoMember);
        check_error("{a b}", &SelectorError::Separator("b".into()));
        check_error("{a 'b'}", &SelectorError::Separator("'b'}".into()));
        check_error("{a} b", &SelectorError::Separator("b".into()));
        check_error("{a", &SelectorError::Separator("".into()));
        check_error("{'{a}', b}", &SelectorError::Brace);
        check_error(&format!("{{a, {}}}", "b".repeat(513)), &SelectorError::Bytes(513));
        let many: Vec<String> = (0..1025).map(|n| format!("t{n}")).collect();
        check_error(&format!("{{{}}}", many.join(",")), &SelectorError::Members);
    }
}
