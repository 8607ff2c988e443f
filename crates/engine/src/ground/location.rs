//! The paths that arguments name, and whether they lie below a prefix.
//!
//! Lexical, without looking at a disk: `.` and `..` are resolved, repeated slashes and backslashes are one
//! slash, `file://` and percent signs are decoded, a prefix ends at a component, so `/workspace-evil` is not
//! below `/workspace`. A relative path is taken as relative to the prefix and must not climb out of it. What
//! cannot be placed (`~root`, another drive) is not below anything.
//!
//! Which arguments name paths: the values of members called like a path (`path`, `file_path`, `cwd` …), values
//! that start like one (`/`, `~`, `./`, `../`, `C:\`, `file:`), and the words of a command line that look like
//! one. Running text is not searched: a URL or a fraction in a message is no path.

use crate::event::Value;

const PATH_MEMBERS: [&str; 16] = [
    "path",
    "paths",
    "file",
    "files",
    "filename",
    "dir",
    "directory",
    "folder",
    "cwd",
    "workdir",
    "src",
    "dst",
    "source",
    "destination",
    "target",
    "root",
];
const COMMAND_MEMBERS: [&str; 6] = ["command", "cmd", "script", "code", "argv", "args"];

/// Whether `args` name at least one path, and all they name lie at or below one of `prefixes`.
pub(crate) fn paths_within(args: &Value, prefixes: &[Box<str>]) -> bool {
    let mut named = 0usize;
    let mut inside = 0usize;
    each_named("", args, &mut |path| {
        named = named.saturating_add(1);
        let within = path.is_some_and(|path| is_within_any(path, prefixes));
        inside = inside.saturating_add(usize::from(within));
    });
    named > 0 && named == inside
}

/// Calls `visit` with every path that the value of `member` names; with none for a path that is `null`.
fn each_named(member: &str, value: &Value, visit: &mut dyn FnMut(Option<&str>)) {
    // The recursion is as deep as the arguments, which `limits::ARGUMENT_DEPTH_MAX` bounds.
    match value {
        Value::Object(members) => members.iter().for_each(|(name, v)| each_named(name, v, visit)),
        Value::List(items) => items.iter().for_each(|item| each_named(member, item, visit)),
        Value::Text(text) => each_path(member, text, |path| visit(Some(path))),
        Value::Null if is_path_member(member) => visit(None),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn each_path(member: &str, text: &str, mut visit: impl FnMut(&str)) {
    if is_path_member(member) {
        visit(text);
    } else if COMMAND_MEMBERS.iter().any(|name| name.eq_ignore_ascii_case(member)) {
        let separates = |c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '"' | '\'' | '`' | ';' | '|' | '&' | '<' | '>' | '(' | ')' | '=' | ','
                )
        };
        text.split(separates)
            .filter(|word| word.contains('/') || word.contains('\\') || starts_like_path(word))
            .for_each(visit);
    } else if starts_like_path(text) && !text.contains(['\n', '\r']) {
        visit(text);
    }
}

fn is_path_member(member: &str) -> bool {
    let ends_with = |end: &&str| {
        let at = member.len().checked_sub(end.len());
        at.and_then(|at| member.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    PATH_MEMBERS.iter().any(|name| name.eq_ignore_ascii_case(member))
        || ["_path", "_file", "_dir", "_directory", "filepath", "filename"].iter().any(ends_with)
}

fn starts_like_path(text: &str) -> bool {
    let drive = text.chars().nth(1) == Some(':')
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && matches!(text.chars().nth(2), Some('/' | '\\') | None);
    let starts = ["/", "\\", "~", "./", "../", ".\\", "..\\", "file:", "%2f", "%2F"];
    drive || text == ".." || starts.iter().any(|start| text.starts_with(start))
}

fn is_within_any(path: &str, prefixes: &[Box<str>]) -> bool {
    let plain = Location::new(path);
    // Whether the tool decodes percent signs is not known, so both readings must be inside.
    let decoded = path.contains('%').then(|| percent_decoded(path));
    let decoded = decoded.as_deref().map(Location::new);
    prefixes.iter().any(|prefix| {
        let prefix = Location::new(prefix);
        plain.is_within(&prefix) && decoded.as_ref().is_none_or(|d| d.is_within(&prefix))
    })
}

/// A path, normalised as it is read.
#[derive(Clone, Copy, Debug)]
struct Location<'p> {
    root: Root<'p>,
    /// What follows the root, as written.
    rest: &'p str,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root<'p> {
    /// Wherever it is read: a relative path.
    Anywhere,
    Top,
    Home(&'p str),
    Drive(char),
}

const SEPARATORS: [char; 2] = ['/', '\\'];

impl<'p> Location<'p> {
    fn new(path: &'p str) -> Self {
        let path = path.trim();
        if let Some(rest) = path.strip_prefix("file:") {
            return Self { root: Root::Top, rest };
        }
        if let Some(rest) = path.strip_prefix(SEPARATORS) {
            return Self { root: Root::Top, rest };
        }
        let (first, rest) = path.split_once(SEPARATORS).unwrap_or((path, ""));
        if first.starts_with('~') {
            return Self { root: Root::Home(first), rest };
        }
        let mut letters = first.chars();
        match (letters.next(), letters.next()) {
            (Some(drive), Some(':')) if drive.is_ascii_alphabetic() => {
                let rest = path.get(2..).unwrap_or("");
                Self { root: Root::Drive(drive.to_ascii_uppercase()), rest }
            }
            _ => Self { root: Root::Anywhere, rest: path },
        }
    }

    /// The components from the last to the first. Read in this order, a `..` takes the next name with it, and
    /// nothing has to be kept.
    fn components(&self) -> Components<'p> {
        Components { rest: Some(self.rest), climbs: 0 }
    }

    /// The number of components, and of the `..` that a relative path begins with.
    fn size(&self) -> (usize, usize) {
        let mut components = self.components();
        let count = components.by_ref().count();
        (count, if self.root == Root::Anywhere { components.climbs } else { 0 })
    }

    fn is_within(&self, prefix: &Location<'_>) -> bool {
        let ((count, climbs), (prefix_count, prefix_climbs)) = (self.size(), prefix.size());
        if self.root == Root::Anywhere && prefix.root != Root::Anywhere {
            return climbs == 0;
        }
        let Some(below) = count.checked_sub(prefix_count) else { return false };
        self.root == prefix.root
            && climbs == prefix_climbs
            && self.components().skip(below).eq(prefix.components())
    }
}

#[derive(Clone, Debug)]
struct Components<'p> {
    rest: Option<&'p str>,
    /// How many `..` have not met their name.
    climbs: usize,
}

impl<'p> Iterator for Components<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        while let Some(rest) = self.rest {
            let (before, last) = match rest.rsplit_once(SEPARATORS) {
                Some((before, last)) => (Some(before), last),
                None => (None, rest),
            };
            self.rest = before;
            match last {
                "" | "." => {}
                ".." => self.climbs = self.climbs.saturating_add(1),
                _ if self.climbs > 0 => self.climbs = self.climbs.saturating_sub(1),
                name => return Some(name),
            }
        }
        None
    }
}

fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| {
            b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok())
        };
        let mut ahead = rest.clone();
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(member: &str, text: &str) -> Value {
        Value::Object([(member.into(), Value::Text(text.into()))].into())
    }

    fn check(member: &str, text: &str, expect: bool) {
        let prefixes = ["/workspace".into()];
        assert_eq!(paths_within(&args(member, text), &prefixes), expect, "{member}: {text:?}");
    }

    #[test]
    fn paths_below_the_prefix_are_within() {
        for path in [
            "/workspace",
            "/workspace/",
            "/workspace/a.py",
            "/workspace/x/../y",
            "//workspace//a",
            "src/a.py",
            "secrets.txt",
            "file:///workspace/a",
            "/workspace/a%20b",
        ] {
            check("path", path, true);
        }
    }

    #[test]
    fn paths_elsewhere_are_not() {
        for path in [
            "/workspace/../etc/passwd",
            "/workspace//../../etc/shadow",
            "/workspace-evil/x",
            "~root",
            "~/x",
            "C:\\Windows\\x",
            "%2fetc%2fpasswd",
            "\\etc\\passwd",
            "../x",
            "a/../../x",
            "/",
            "..",
            "file:///etc/passwd",
            "/workspace/%2e%2e/etc/passwd",
            "c:/x",
        ] {
            check("path", path, false);
        }
    }

    #[test]
    fn a_call_that_names_no_path_is_not_within() {
        assert!(!paths_within(&Value::empty(), &["/workspace".into()]));
        assert!(!paths_within(
            &Value::Object([("path".into(), Value::Null)].into()),
            &["/workspace".into()]
        ));
    }

    #[test]
    fn text_that_mentions_paths_is_not_searched() {
        let both = Value::Object(
            [
                ("path".into(), Value::Text("/workspace/a".into())),
                (
                    "content".into(),
                    Value::Text("#!/usr/bin/env python\nand/or https://x.org/y".into()),
                ),
            ]
            .into(),
        );
        assert!(paths_within(&both, &["/workspace".into()]));
    }

    #[test]
    fn the_words_of_a_command_are_searched() {
        check("command", "cat /workspace/a /workspace/b", true);
        check("command", "cat /workspace/a /etc/passwd", false);
        check("command", "cat </etc/passwd", false);
        check("command", "tar --file=/etc/x /workspace/a", false);
    }

    #[test]
    fn a_value_that_starts_like_a_path_is_one_whatever_its_member() {
        check("where", "/etc/passwd", false);
        check("where", "/workspace/a", true);
    }
}
