//! Secrets taken out of what is kept, before any line is made.
//!
//! | what | where | is replaced by |
//! |---|---|---|
//! | a member whose name says that it is a secret (`password`, …) | arguments that are kept | `[redacted]` |
//! | a text of a known shape: keys, tokens, credentials of a URL | every text of an event | `[redacted <shape>]` |
//! | a word that looks random | arguments that are kept, and explanations | `[redacted random]` |
//!
//! Shapes are exact enough to be looked for everywhere, also in the names of tools and calls. What looks random is not:
//! the name of a call looks random and joins it with its result. A known shape in such a name is replaced together with
//! the beginning of its digest, so that two names that were different stay so.
//!
//! The digest of the arguments is that of the arguments as they were. It does not show a secret that nobody can guess.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use sha2::{Digest as _, Sha256};
use sponsio_engine::event::Value;

use crate::schema::canonical::to_hex;

/// What a secret is replaced by where its place says that it is one.
const REDACTED: &str = "[redacted]";
/// Hexadecimal digits of a digest that keep names apart.
const DIGITS: usize = 8;

/// Characters of a word that may look random, and of one of hexadecimal digits.
const RANDOM_CHARACTERS: usize = 24;
const RANDOM_HEXADECIMAL: usize = 32;
/// Bits of entropy in each character of such a word.
const RANDOM_BITS: f64 = 3.3;

/// The shapes, by name. The first that fits a place counts.
const SHAPES: [(&str, &str); 15] = [
    (
        "private-key",
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]{0,40}-----|\z)",
    ),
    ("aws-key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    ("github-token", r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}"),
    ("gitlab-token", r"gl(?:pat|ptt|dt|rt|cbt|ft|soat)-[A-Za-z0-9_\-]{20,}"),
    ("slack-token", r"xox[abeoprs]-[A-Za-z0-9\-]{10,}"),
    ("slack-hook", r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}"),
    ("stripe-key", r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("model-key", r"(?-u:\b)sk-(?:[a-z]{2,10}[0-9]{0,2}-){0,2}[A-Za-z0-9_]{20,}[A-Za-z0-9_\-]*"),
    ("google-key", r"AIza[A-Za-z0-9_\-]{35}"),
    ("npm-token", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-token", r"pypi-[A-Za-z0-9_\-]{50,}"),
    ("jwt", r"eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]*"),
    (
        "authorization",
        r"(?i)(?:authorization\s*[:=]\s*[a-z]{1,20}|(?-u:\b)bearer)\s+[A-Za-z0-9._~+/\-]{8,}=*",
    ),
    ("url-credentials", r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s/:@]{0,256}:[^\s/@]{1,256}@"),
    (
        "assignment",
        concat!(
            r"(?i)(?:password|passwd|pwd|passphrase|secret|token|api[_\-]?key|access[_\-]?key)",
            r#"["']?\s*[=:]\s*["']?[^\s"',;&`]{4,}"#
        ),
    ),
];

/// What the name of a member holds, in lower case and without signs, if its value is a secret.
const SECRET_PARTS: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "sshkey",
    "authorization",
    "credential",
    "cookie",
    "sessionid",
    "connectionstring",
];
/// Whole names of such members.
const SECRET_NAMES: [&str; 6] = ["auth", "pass", "pin", "otp", "cvv", "cvc"];
/// Members that hold the name of another one, as in lists of headers, and those that hold its value.
const NAMING: [&str; 4] = ["name", "key", "header", "field"];
const NAMED: &str = "value";

fn shapes() -> Option<&'static Regex> {
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    let build = || Regex::new_many(&SHAPES.map(|(_, pattern)| pattern)).ok();
    REGEX.get_or_init(build).as_ref()
}

/// The text without secrets of a known shape.
pub fn text(text: &str) -> Cow<'_, str> {
    replaced(text, |shape, _| format!("[redacted {shape}]"))
}

/// As [`text`], for a name: two that were different stay so.
pub fn name(name: &str) -> Cow<'_, str> {
    replaced(name, |shape, secret| {
        let digest = to_hex(&Sha256::digest(secret));
        format!("[redacted {shape} {}]", digest.get(..DIGITS).unwrap_or_default())
    })
}

/// The text without secrets of a known shape and without words that look random.
pub fn explanation(explanation: &str) -> Cow<'_, str> {
    let known = text(explanation);
    let mut out = String::new();
    let mut rest = &*known;
    // Blanks, points, slashes and hyphens part the words of paths, names and numbers that people make.
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '_');
    while let Some(begin) = rest.find(is_part) {
        let (before, word) = rest.split_at_checked(begin).unwrap_or((rest, ""));
        let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
        let (word, behind) = word.split_at_checked(end).unwrap_or((word, ""));
        out.push_str(before);
        out.push_str(if looks_random(word) { "[redacted random]" } else { word });
        rest = behind;
    }
    out.push_str(rest);
    if out == explanation { Cow::Borrowed(explanation) } else { Cow::Owned(out) }
}

/// The arguments without secrets: whole members by their names, and texts and names as [`explanation`] does.
///
/// The recursion is as deep as the value, which its reader bounded.
pub fn value(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::Text(text) => Value::Text(explanation(text).into()),
        Value::List(items) => Value::List(items.iter().map(self::value).collect()),
        Value::Object(members) => {
            let names_a_secret = members.iter().any(|(key, member)| match member {
                Value::Text(text) => NAMING.contains(&&*plain(key)) && says_secret(text),
                _ => false,
            });
            let mut kept: Vec<(Box<str>, Value)> = Vec::with_capacity(members.len());
            for (key, member) in members {
                let is_named = names_a_secret && plain(key) == NAMED;
                let is_count = matches!(member, Value::Number(_)) && plain(key).ends_with("tokens");
                let is_secret = is_named || says_secret(key) && !is_count;
                let member =
                    if is_secret { Value::Text(REDACTED.into()) } else { self::value(member) };
                let mut key: Box<str> = name(key).into();
                // The beginning of a digest may be that of another: a member may not occur twice.
                while kept.iter().any(|(other, _)| *other == key) {
                    key = format!("{key}'").into();
                }
                kept.push((key, member));
            }
            Value::Object(kept.into())
        }
    }
}

/// What a text holds, in lower case, if it holds a secret of a known shape.
const SIGNS: [&str; 31] = [
    "-----begin ",
    "akia",
    "asia",
    "abia",
    "acca",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "glptt-",
    "gldt-",
    "glrt-",
    "glcbt-",
    "glft-",
    "glsoat-",
    "xox",
    "hooks.slack.com",
    "_live_",
    "_test_",
    "sk-",
    "aiza",
    "npm_",
    "pypi-",
    "eyj",
    "authorization",
    "bearer",
    "://",
    "key",
];
/// The same of assignments.
const SIGNS_OF_ASSIGNMENTS: [&str; 6] =
    ["password", "passwd", "pwd", "passphrase", "secret", "token"];
/// Bytes of a text that is searched for signs. The shapes themselves are found faster in a longer one.
const SIGNED_BYTES_MAX: usize = 4_096;

/// Whether the shapes have to be looked for. To compile them takes longer than a process that judges one call may.
fn could_hold_secret(text: &str) -> bool {
    // Other letters have capitals that are letters of this alphabet.
    if text.len() > SIGNED_BYTES_MAX || !text.is_ascii() {
        return true;
    }
    let text = text.to_ascii_lowercase();
    SIGNS.iter().chain(&SIGNS_OF_ASSIGNMENTS).any(|sign| text.contains(sign))
}

/// The text with every secret of a known shape replaced. Where the shapes cannot be looked for, nothing is kept.
fn replaced<'t>(text: &'t str, by: impl Fn(&str, &str) -> String) -> Cow<'t, str> {
    if !could_hold_secret(text) {
        return Cow::Borrowed(text);
    }
    let Some(shapes) = shapes() else { return Cow::Borrowed(REDACTED) };
    let mut out = String::new();
    let mut end = 0;
    for found in shapes.find_iter(text) {
        let shape = SHAPES.get(found.pattern().as_usize()).map_or("secret", |(shape, _)| shape);
        out.push_str(text.get(end..found.start()).unwrap_or_default());
        out.push_str(&by(shape, text.get(found.range()).unwrap_or_default()));
        end = found.end();
    }
    if end == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(end..).unwrap_or_default());
    Cow::Owned(out)
}

/// A name in lower case, without the signs between its words.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn says_secret(name: &str) -> bool {
    let name = plain(name);
    SECRET_NAMES.contains(&&*name) || SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// Whether a word is long, and its characters are as mixed as nobody writes them: in what they are, and from one to
/// the next.
fn looks_random(word: &str) -> bool {
    if word.len() < RANDOM_CHARACTERS {
        return false;
    }
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    let is_hexadecimal = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mixed = if is_hexadecimal {
        word.len() >= RANDOM_HEXADECIMAL && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    } else {
        has(u8::is_ascii_digit)
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase)
            && alternates(word)
    };
    is_mixed && entropy(word) >= RANDOM_BITS
}

/// Whether at least two in five characters are of another sort than the one before.
fn alternates(word: &str) -> bool {
    let sort =
        |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_lowercase(), byte.is_ascii_uppercase());
    let sorts: Vec<_> = word.as_bytes().iter().map(sort).collect();
    let changes = sorts.windows(2).filter(|pair| pair.first() != pair.last()).count();
    changes.saturating_mul(5) >= word.len().saturating_mul(2)
}

/// Bits of entropy in each character.
fn entropy(word: &str) -> f64 {
    let mut counts = [0u32; 128];
    for byte in word.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count = count.saturating_add(1);
        }
    }
    let all = f64::from(u32::try_from(word.len()).unwrap_or(u32::MAX));
    let bits = |count: u32| {
        let share = f64::from(count) / all;
        -share * share.log2()
    };
    counts.into_iter().filter(|count| *count > 0).map(bits).sum()
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
