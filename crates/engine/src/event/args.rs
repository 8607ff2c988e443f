//! The arguments of a call, and paths into them.
//!
//! A [`Value`] is a JSON value with exact numbers and with object members in the order they came. Whoever parses
//! bytes into it refuses duplicate members and keeps the limits; `ground` reads it through [`Path`]s.

use core::fmt;

use super::Decimal;
use crate::limits::PATH_SEGMENTS_MAX;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exactly as written.
    Number(Decimal),
    /// A text.
    Text(Box<str>),
    /// A list.
    List(Box<[Self]>),
    /// An object; its members in the order they came, no name twice.
    Object(Box<[(Box<str>, Self)]>),
}

impl Value {
    /// An empty object: the arguments of a call without arguments.
    pub fn empty() -> Self {
        Self::Object(Box::default())
    }

    /// The member of an object.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(n, _)| &**n == name).map(|(_, v)| v),
            _ => None,
        }
    }
}

/// A path into arguments: member names, list indices and `[*]` for every element.
///
/// Written `amount`, `input.command`, `items[*].to`, `items[0]`. A leading `args.` is accepted and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Box<[Segment]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Segment {
    Member(Box<str>),
    Index(usize),
    Every,
}

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'v> {
    /// No value.
    Nothing,
    /// One value.
    One(&'v Value),
    /// More than one, through `[*]`.
    Several,
}

/// Why a text is not a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A segment is empty.
    #[error("a path segment is empty")]
    Empty,
    /// Something else than a number or `*` between brackets, or brackets that do not match.
    #[error("between brackets stands an index or `*`")]
    Bracket,
    /// More than [`PATH_SEGMENTS_MAX`] segments.
    #[error("a path has at most {PATH_SEGMENTS_MAX} segments")]
    TooLong,
}

impl Path {
    /// The path that `text` denotes.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.strip_prefix("args.").unwrap_or(text);
        let mut segments = Vec::new();
        for part in text.split('.') {
            let (name, mut rest) =
                part.split_at_checked(part.find('[').unwrap_or(part.len())).unwrap_or((part, ""));
            if name.is_empty() {
                return Err(PathError::Empty);
            }
            segments.push(Segment::Member(name.into()));
            while let Some(after) = rest.strip_prefix('[') {
                let (index, tail) = after.split_once(']').ok_or(PathError::Bracket)?;
                segments.push(match index {
                    "*" => Segment::Every,
                    _ => Segment::Index(index.parse().map_err(|_| PathError::Bracket)?),
                });
                rest = tail;
            }
            if !rest.is_empty() {
                return Err(PathError::Bracket);
            }
        }
        if segments.len() > PATH_SEGMENTS_MAX {
            return Err(PathError::TooLong);
        }
        Ok(Self { segments: segments.into() })
    }

    /// What lies at the path. Several values are not the same as none: a missing value may be optional.
    pub fn find<'v>(&self, value: &'v Value) -> Found<'v> {
        let mut found = Found::Nothing;
        self.each(value, &mut |v| {
            found = match found {
                Found::Nothing => Found::One(v),
                Found::One(_) | Found::Several => Found::Several,
            };
        });
        found
    }

    /// Calls `visit` with every value at the path, in order; whether there was one.
    pub fn each<'v>(&self, value: &'v Value, visit: &mut dyn FnMut(&'v Value)) -> bool {
        fn go<'v>(
            segments: &[Segment],
            value: &'v Value,
            visit: &mut dyn FnMut(&'v Value),
        ) -> bool {
            // The recursion is as deep as the path is long.
            match (segments.split_first(), value) {
                (None, _) => {
                    visit(value);
                    true
                }
                (Some((Segment::Member(name), rest)), _) => {
                    value.member(name).is_some_and(|member| go(rest, member, visit))
                }
                (Some((Segment::Index(index), rest)), Value::List(items)) => {
                    items.get(*index).is_some_and(|item| go(rest, item, visit))
                }
                (Some((Segment::Every, rest)), Value::List(items)) => {
                    let mut any = false;
                    for item in items {
                        any |= go(rest, item, visit);
                    }
                    any
                }
                _ => false,
            }
        }
        go(&self.segments, value, visit)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Member(name) if place == 0 => f.write_str(name)?,
                Segment::Member(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Every => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> Value {
        let text = |t: &str| Value::Text(t.into());
        let to = |t: &str| Value::Object([("to".into(), text(t))].into());
        Value::Object(
            [
                ("amount".into(), text("5")),
                ("items".into(), Value::List([to("a"), to("b")].into())),
                ("input".into(), Value::Object([("command".into(), text("ls"))].into())),
            ]
            .into(),
        )
    }

    fn check(path: &str, expect: &[&str]) {
        let (path, args) = (Path::parse(path).unwrap(), args());
        let mut found = Vec::new();
        path.each(&args, &mut |v| found.push(v.clone()));
        let expect: Vec<_> = expect.iter().map(|t| Value::Text((*t).into())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_path_reaches_members_elements_and_all_elements() {
        check("amount", &["5"]);
        check("args.amount", &["5"]);
        check("input.command", &["ls"]);
        check("items[1].to", &["b"]);
        check("items[*].to", &["a", "b"]);
        check("items[7].to", &[]);
        check("nothing", &[]);
        check("amount.below", &[]);
    }

    #[test]
    fn no_value_one_value_and_several_are_told_apart() {
        let args = args();
        let find = |path: &str| Path::parse(path).unwrap().find(&args);
        assert_eq!(find("items[7].to"), Found::Nothing);
        assert_eq!(find("items[1].to"), Found::One(&Value::Text("b".into())));
        assert_eq!(find("items[*].to"), Found::Several);
    }

    #[test]
    fn a_malformed_path_says_what_is_wrong() {
        assert_eq!(Path::parse(""), Err(PathError::Empty));
        assert_eq!(Path::parse("a..b"), Err(PathError::Empty));
        assert_eq!(Path::parse("a[x]"), Err(PathError::Bracket));
        assert_eq!(Path::parse("a[0"), Err(PathError::Bracket));
        assert_eq!(Path::parse("a[0]b"), Err(PathError::Bracket));
        assert_eq!(
            Path::parse(&vec!["a"; PATH_SEGMENTS_MAX + 1].join(".")),
            Err(PathError::TooLong)
        );
    }

    #[test]
    fn a_path_prints_as_it_is_written() {
        for text in ["amount", "input.command", "items[*].to", "items[3]", "a[0][*].b"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
    }
}
