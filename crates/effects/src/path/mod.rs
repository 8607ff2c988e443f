//! Paths: from a word to the set of paths that it can mean.
//!
//! A path has many spellings: `/etc/passwd` is `/etc//./passwd`, `/tmp/../etc/passwd`, `/proc/self/root/etc/passwd` and
//! `file:///etc/passwd`. All of them become one pattern, in the form that is documented at [`PathSet`]. This is done on
//! the text alone: links are not followed, because nothing here may look at a disk.
//!
//! What is not known of a word stands for any text, slashes too, but not for `..`: `/srv/$X` lies below `/srv`. Taking
//! it for every path would make every loop over files a deed on everything.

mod windows;

use std::borrow::Cow;

use sponsio_engine::event::PathSet;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::limits::WORD_BYTES_MAX;
use crate::word::{Piece, Word};
use crate::{Context, System};

/// The set of paths that the word means in this directory; the directory is itself such a set.
pub(crate) fn resolve(word: &Word, cwd: &PathSet, context: &Context<'_>) -> PathSet {
    if word.text().is_some_and(|text| text.len() > WORD_BYTES_MAX) {
        return resolve(&Word::unknown(), cwd, context);
    }
    let raw = match word.text() {
        Some(text) => literal(&spelled(text, context)),
        None => pattern(word, context),
    };
    let mut path = Path::new(context);
    if matches!(word.pieces().first(), Some(Piece::Unknown)) {
        path.root = Root::Anywhere;
        path.push_all(raw.trim_start_matches("**"));
    } else {
        path.enter(&raw, cwd);
    }
    path.finish()
}

/// The set that holds this one directory or file, given as text by the configuration or the host.
pub(crate) fn absolute(text: &str, context: &Context<'_>) -> Box<str> {
    let mut path = Path::new(context);
    path.push_all(&literal(&spelled(text, context)));
    path.finish().pattern
}

/// The directory that commands of the call begin in.
pub(crate) fn begin(context: &Context<'_>) -> PathSet {
    let pattern = context.cwd.map_or_else(|| ".".into(), |cwd| absolute(cwd, context));
    PathSet { pattern, below: false }
}

/// Text without what does not show, composed, with the slashes of this system, and no URL.
fn spelled<'t>(text: &'t str, context: &Context<'_>) -> Cow<'t, str> {
    if text.is_ascii() {
        if let Some(path) = file_url(text) {
            return Cow::Owned(windows::slashed(&path, context).into_owned());
        }
        return windows::slashed(text, context);
    }
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let composed = if is_nfc(&visible) { visible } else { visible.nfc().collect() };
    let path = file_url(&composed).unwrap_or(composed);
    Cow::Owned(windows::slashed(&path, context).into_owned())
}

/// What the URL of a file names.
fn file_url(text: &str) -> Option<String> {
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    let rest = text.get(rest.len()..)?;
    let path = match rest.strip_prefix("//") {
        Some(after) => after.find('/').and_then(|at| after.get(at..)).unwrap_or("/"),
        None => rest,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let escaped =
            (byte == b'%').then(|| Some((hex(ahead.next()?)?, hex(ahead.next()?)?))).flatten();
        match escaped {
            Some((high, low)) => {
                bytes.push(high.wrapping_mul(16).wrapping_add(low));
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    // `/C:/x` is the path `C:/x`.
    let drive = path.as_bytes().get(2) == Some(&b':');
    Some(if drive { path.trim_start_matches('/').to_owned() } else { path })
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Characters that a reader does not see and that would make two equal names different.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}'
    )
}

/// Known text as a pattern.
fn literal(text: &str) -> String {
    text.replace('*', "?")
}

/// A word that is known in part, as a pattern that is not yet in normal form.
fn pattern(word: &Word, context: &Context<'_>) -> String {
    let mut out = String::new();
    let mut pieces = word.pieces().iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(text) if out.is_empty() => out.push_str(&literal(&spelled(text, context))),
            Piece::Text(text) => {
                let visible = text.chars().filter(|c| !is_invisible(*c)).nfc();
                out.extend(visible.map(|c| match c {
                    '*' => '?',
                    '\\' if context.system == System::Windows => '/',
                    c => c,
                }));
            }
            Piece::One => out.push('?'),
            Piece::Many => out.push('*'),
            Piece::Unknown => {
                // Where no name stands before it, what it stands for may have slashes; glued to a name that has begun,
                // it is the rest of that name.
                let (starts, ends) = (
                    out.is_empty() || out.ends_with('/'),
                    match pieces.peek() {
                        None => true,
                        Some(Piece::Text(text)) => text.starts_with(['/', '\\']),
                        Some(_) => false,
                    },
                );
                out.push_str(match (starts, ends) {
                    (true, true) => "**",
                    (true, false) => "**/*",
                    (false, _) => "*",
                });
            }
        }
    }
    out
}

/// A path in the making: where it begins, and its names.
struct Path<'c> {
    context: &'c Context<'c>,
    root: Root,
    names: Vec<Cow<'c, str>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Absolute,
    Home,
    Here,
    Anywhere,
}

impl<'c> Path<'c> {
    fn new(context: &'c Context<'c>) -> Self {
        Self { context, root: Root::Absolute, names: Vec::new() }
    }

    /// Begins where the path begins, and adds its names.
    fn enter(&mut self, raw: &str, cwd: &PathSet) {
        if let Some(rest) = raw.strip_prefix('/') {
            if let Some(rest) = rest.strip_prefix("proc/self/cwd").filter(|r| ends_name(r)) {
                self.begin_at(cwd);
                return self.push_all(rest);
            }
            return self.push_all(raw);
        }
        if let Some(rest) = raw.strip_prefix('~') {
            let (user, rest) = rest.split_once('/').unwrap_or((rest, ""));
            if self.home_of(user, cwd) {
                return self.push_all(rest);
            }
        }
        self.begin_at(cwd);
        self.push_all(raw);
    }

    /// Begins in a directory that is in normal form.
    fn begin_at(&mut self, cwd: &PathSet) {
        let pattern = &*cwd.pattern;
        let rest = if pattern.starts_with('/') {
            pattern
        } else if let Some(rest) = pattern.strip_prefix("**") {
            self.root = Root::Anywhere;
            rest
        } else if let Some(rest) = pattern.strip_prefix('~') {
            self.home_of("", cwd);
            rest
        } else if let (Some(known), Some(rest)) = (self.context.cwd, pattern.strip_prefix('.')) {
            self.push_all(&literal(&spelled(known, self.context)));
            rest
        } else {
            self.root = Root::Here;
            pattern.strip_prefix('.').unwrap_or(pattern)
        };
        self.push_all(rest);
        if cwd.below {
            self.push("**");
        }
    }

    /// Begins in the home directory of a user; says whether `~user` means one.
    fn home_of(&mut self, user: &str, cwd: &PathSet) -> bool {
        match user {
            "" => match self.context.home {
                Some(home) => self.push_all(&literal(&spelled(home, self.context))),
                None => self.root = Root::Home,
            },
            "+" => self.begin_at(cwd),
            "-" => self.root = Root::Anywhere,
            "root" => self.push_all(match self.context.system {
                System::Mac => "/var/root",
                System::Linux | System::Windows => "/root",
            }),
            _ if user.chars().all(|c| c.is_alphanumeric() || "._-".contains(c)) => {
                self.push(match self.context.system {
                    System::Mac => "Users",
                    System::Linux => "home",
                    System::Windows => "c:/Users",
                });
                self.push(user);
            }
            _ => return false,
        }
        true
    }

    fn push_all(&mut self, path: &str) {
        for name in path.split('/') {
            self.push(name);
        }
    }

    fn push(&mut self, name: &str) {
        match name {
            "" | "." => {}
            ".." => self.up(),
            "**" if self.names.last().is_some_and(|last| last == "**") => {}
            "**" if self.names.is_empty() && self.root == Root::Anywhere => {}
            name => {
                self.names.push(Cow::Owned(name.to_owned()));
                self.leave_proc();
            }
        }
    }

    /// One directory up. Above what is known, it is anywhere.
    fn up(&mut self) {
        match (self.names.last(), self.root) {
            (Some(last), _) if last == "**" => {}
            (Some(_), _) => {
                self.names.pop();
            }
            (None, Root::Absolute | Root::Anywhere) => {}
            (None, Root::Here | Root::Home) => self.root = Root::Anywhere,
        }
    }

    /// `/proc/self/root` is `/`, `/proc/self/fd` is `/dev/fd`.
    fn leave_proc(&mut self) {
        if self.root != Root::Absolute {
            return;
        }
        let [proc, process, what] = self.names.as_slice() else { return };
        let is_process = matches!(&**process, "self" | "thread-self" | "*" | "**")
            || process.bytes().all(|byte| byte.is_ascii_digit());
        if proc != "proc" || !is_process {
            return;
        }
        match &**what {
            "root" => self.names.clear(),
            "fd" => self.names = vec!["dev".into(), "fd".into()],
            _ => {}
        }
    }

    fn finish(self) -> PathSet {
        let mut names = self.names;
        let mut below = false;
        // `a/**` is all below `a`, and `a` itself.
        while names.last().is_some_and(|last| last == "**") {
            names.pop();
            below = true;
        }
        let mut pattern =
            String::with_capacity(names.iter().map(|n| n.len() + 1).sum::<usize>() + 2);
        pattern.push_str(match self.root {
            Root::Absolute => "",
            Root::Home => "~",
            Root::Here => ".",
            Root::Anywhere => "**",
        });
        for name in &names {
            pattern.push('/');
            pattern.push_str(name);
        }
        if pattern.is_empty() {
            pattern.push('/');
        }
        windows::mount(&mut pattern, self.context);
        PathSet { pattern: pattern.into(), below }
    }
}

/// Whether the name before ends here.
fn ends_name(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

#[cfg(test)]
mod tests;
