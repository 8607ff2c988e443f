//! Texts that look like credentials.
//!
//! A word is a credential by the shape that its issuer gives it, or because it follows a name such as `password` and is
//! no ordinary word. Whether it is a real one cannot be told; an example has the same shape.

/// A shape: how a word begins, how many characters follow at least, and what it is called.
const SHAPES: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "aws"),
    ("ASIA", 16, "aws"),
    ("ghp_", 36, "github"),
    ("gho_", 36, "github"),
    ("ghu_", 36, "github"),
    ("ghs_", 36, "github"),
    ("ghr_", 36, "github"),
    ("github_pat_", 40, "github"),
    ("glpat-", 20, "gitlab"),
    ("xoxb-", 20, "slack"),
    ("xoxp-", 20, "slack"),
    ("xoxa-", 20, "slack"),
    ("xoxr-", 20, "slack"),
    ("xoxs-", 20, "slack"),
    ("xapp-", 20, "slack"),
    ("sk_live_", 20, "stripe"),
    ("rk_live_", 20, "stripe"),
    ("sk_test_", 20, "stripe"),
    ("whsec_", 24, "stripe"),
    ("sk-ant-", 24, "anthropic"),
    ("sk-proj-", 24, "openai"),
    ("sk-svcacct-", 24, "openai"),
    ("sk-", 40, "openai"),
    ("AIza", 35, "google"),
    ("ya29.", 24, "google"),
    ("GOCSPX-", 24, "google"),
    ("npm_", 36, "npm"),
    ("pypi-", 40, "pypi"),
    ("SG.", 40, "sendgrid"),
    ("dop_v1_", 40, "digitalocean"),
    ("hf_", 30, "huggingface"),
    ("shpat_", 32, "shopify"),
    ("dckr_pat_", 20, "docker"),
    ("AGE-SECRET-KEY-1", 40, "age"),
    ("hvs.", 24, "vault"),
];

/// Parts of names whose values are credentials.
const NAMES: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "token",
    "apikey",
    "api_key",
    "access_key",
    "private_key",
    "auth_key",
    "account_key",
];

/// Bytes that a credential has at least, whatever its shape.
const LEAST: usize = 16;

/// The kinds of credentials in the text, each once.
pub(super) fn kinds(text: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    let mut add = |kind| {
        if !found.contains(&kind) {
            found.push(kind);
        }
    };
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY") {
        add("private-key");
    }
    // A word is looked at only where it is long enough, and the word before it only then: most of a text is neither.
    let (mut before, mut between) = ("", "");
    for (word, after) in words(text) {
        if word.len() >= LEAST {
            if let Some(kind) = shape(word) {
                add(kind);
            } else if is_dense(word) && names_a_value(before, between) {
                add("value");
            }
        }
        (before, between) = (word, after);
    }
    found
}

/// Whether the value behind the word would be a credential: there has to be a sign between them.
fn names_a_value(word: &str, between: &str) -> bool {
    if word.len() > 48 {
        return false;
    }
    let lower = word.to_ascii_lowercase().replace('-', "_");
    NAMES.iter().any(|name| lower.contains(name))
        && between.contains(['=', ':'])
        && between.chars().all(|c| matches!(c, '=' | ':' | '"' | '\'' | ' ' | '\t'))
}

/// The words of the text, each with what stands between it and the next one.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let end = at.saturating_add(length);
        let gap = bytes.get(end..).unwrap_or_default();
        let next = gap.iter().position(is_part).unwrap_or(gap.len());
        let next = end.saturating_add(next);
        let found = (text.get(at..end)?, text.get(end..next)?);
        at = next;
        Some(found)
    })
}

fn shape(word: &str) -> Option<&'static str> {
    if word.starts_with("eyJ") && word.split('.').count() == 3 && word.len() >= 60 {
        return Some("jwt");
    }
    SHAPES
        .iter()
        .find(|(prefix, least, _)| {
            word.strip_prefix(prefix)
                .is_some_and(|rest| rest.len() >= *least && !rest.contains(".."))
        })
        .map(|(.., kind)| *kind)
}

/// Whether the word is too mixed to be one that people say.
fn is_dense(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    word.len() >= 16 && digits >= 3 && letters >= 3 && word.matches(['.', '-', '_']).count() <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joined here, so that this file holds no such text itself.
    fn check(parts: &[&str], expect: &[&str]) {
        let text = parts.concat();
        assert_eq!(kinds(&text), expect, "{text}");
    }

    #[test]
    fn a_shape_is_known_by_how_it_begins() {
        check(&["id = AK", "IAIOSFODNN7ABCDEFG"], &["aws"]);
        check(&["https://x:gh", "p_0123456789abcdefghijklmnopqrstuvwxyz@github.com"], &["github"]);
        check(&["-----BEGIN RSA PRIV", "ATE KEY-----\nabc"], &["private-key"]);
        check(&["sk-", "short"], &[]);
    }

    #[test]
    fn a_value_is_known_by_its_name() {
        check(&["pass", "word: \"a8d7f6s5d4f3g2h1j0\""], &["value"]);
        check(&["API_", "KEY=0a1b2c3d4e5f6a7b8c9d"], &["value"]);
        check(&["password: changeme"], &[]);
        check(&["token = os.environ[\"TOKEN_0123456789abcdef\"]"], &[]);
    }
}
