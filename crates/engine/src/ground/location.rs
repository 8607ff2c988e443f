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
    let mut stack: Vec<(&str, &Value)> = vec![("", args)];
    while let Some((member, value)) = stack.pop() {
        match value {
            Value::Object(members) => {
                stack.extend(members.iter().rev().map(|(name, v)| (&**name, v)))
            }
            Value::List(items) => stack.extend(items.iter().rev().map(|item| (member, item))),
            Value::Text(text) => each_path(member, text, |path| {
                named = named.saturating_add(1);
                inside = inside.saturating_add(usize::from(is_within_any(path, prefixes)));
            }),
            Value::Null if is_path_member(member) => named = named.saturating_add(1),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    named > 0 && named == inside
}

fn each_path(member: &str, text: &str, mut visit: impl FnMut(&str)) {
    let member = member.to_ascii_lowercase();
    if is_path_member(&member) {
        visit(text);
    } else if COMMAND_MEMBERS.contains(&member.as_str()) {
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
    let member = member.to_ascii_lowercase();
    PATH_MEMBERS.contains(&member.as_str())
        || ["_path", "_file", "_dir", "_directory", "filepath", "filename"]
            .iter()
            .any(|end| member.ends_with(end))
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
    let decoded = path.contains('%').then(|| Location::new(&percent_decoded(path)));
    prefixes.iter().any(|prefix| {
        let prefix = Location::new(prefix);
        plain.is_within(&prefix) && decoded.as_ref().is_none_or(|d| d.is_within(&prefix))
    })
}

/// A path after lexical normalisation.
#[derive(Debug, PartialEq, Eq)]
struct Location {
    /// `/`, a drive, a home directory; empty for a relative path.
    root: String,
    components: Vec<String>,
    /// `..` that a relative path begins with.
    climbs: usize,
}

impl Location {
    fn new(path: &str) -> Self {
        let mut path = path.trim().replace('\\', "/");
        if let Some(rest) = path.strip_prefix("file:") {
            path = format!("/{}", rest.trim_start_matches('/'));
        }
        let (root, rest) = split_root(&path);
        let mut location = Self { root, components: Vec::new(), climbs: 0 };
        for component in rest.split('/') {
            match component {
                "" | "." => {}
                ".." if location.components.pop().is_none() && location.root.is_empty() => {
                    location.climbs = location.climbs.saturating_add(1);
                }
                ".." => {}
                name => location.components.push(name.into()),
            }
        }
        location
    }

    fn is_within(&self, prefix: &Self) -> bool {
        if self.root.is_empty() && !prefix.root.is_empty() {
            return self.climbs == 0;
        }
        self.root == prefix.root
            && self.climbs == prefix.climbs
            && self.components.len() >= prefix.components.len()
            && self.components.iter().zip(&prefix.components).all(|(own, p)| own == p)
    }
}

fn split_root(path: &str) -> (String, &str) {
    if let Some(rest) = path.strip_prefix('/') {
        return ("/".into(), rest);
    }
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    if first.starts_with('~') {
        return (first.into(), rest);
    }
    match first.split_once(':') {
        Some((drive, tail))
            if drive.len() == 1 && drive.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            let rest = if tail.is_empty() { rest } else { path.get(2..).unwrap_or("") };
            (format!("{}:", drive.to_ascii_uppercase()), rest)
        }
        _ => (String::new(), path),
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
