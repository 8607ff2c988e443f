//! URLs and hosts.
//!
//! A host is compared in one spelling: `http://2130706433/`, `//0x7f.1` and `LOCALHOST.` are read as `curl` and
//! browsers
//! read them. What is not known of a URL is taken for what its place says: within the name it may end the name, so the
//! host is any; a user, a port or a path does not change the host.

use std::borrow::Cow;

use sponsio_engine::event::Host;
use url::Host as Parsed;

use crate::limits::WORD_BYTES_MAX;
use crate::word::{Piece, Word};
use crate::{Context, System};

/// Stands for a piece that is not known; no URL has it.
const UNKNOWN: char = '\u{1}';

/// The host that a URL, an address or `user@host:path` names.
pub(crate) fn host(word: &Word) -> Option<Host> {
    let text: Cow<'_, str> = match word.text() {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(marked(word)),
    };
    if text.len() > WORD_BYTES_MAX {
        return Some(Host { name: "*".into(), port: None });
    }
    let text = text.trim_matches(|c: char| c <= ' ' && c != UNKNOWN);
    let (scheme, rest) = split_scheme(text);
    if matches!(scheme, Some("file" | "data" | "about" | "javascript" | "mailto")) {
        return None;
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let (_, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, port) = split_port(place);
    if name.is_empty() {
        return None;
    }
    Some(Host { name: canonical(name), port: port.and_then(|port| port.parse().ok()) })
}

/// Whether a text names a place in the network: it has a scheme that is one of the network.
pub(crate) fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && !scheme.eq_ignore_ascii_case("file")
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Whether a text is `user@host:path` or `host:path`, as `scp`, `rsync` and git read it.
pub(crate) fn is_remote_path(text: &str, context: &Context<'_>) -> bool {
    let Some((host, _)) = text.split_once(':') else { return false };
    let is_drive = host.len() == 1 && context.system == System::Windows;
    !host.is_empty() && !is_drive && !host.contains('/') && !host.contains('\\')
}

fn marked(word: &Word) -> String {
    let mut out = String::new();
    for piece in word.pieces() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::One | Piece::Many | Piece::Unknown => out.push(UNKNOWN),
        }
    }
    out
}

/// The scheme, if it has one that is written out, and what follows the two slashes.
fn split_scheme(text: &str) -> (Option<&str>, &str) {
    let slashes = |rest: &str| rest.len() - rest.trim_start_matches(['/', '\\']).len();
    if let Some((scheme, rest)) = text.split_once(':') {
        let is_scheme = !scheme.is_empty()
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if is_scheme && (slashes(rest) >= 2 || SCHEMES.contains(&scheme)) {
            let known = SCHEMES.iter().find(|known| known.eq_ignore_ascii_case(scheme));
            return (known.copied().or(Some("")), rest.trim_start_matches(['/', '\\']));
        }
    }
    match slashes(text) {
        2.. => (None, text.trim_start_matches(['/', '\\'])),
        _ => (None, text),
    }
}

/// Schemes that are known without two slashes after them, or that have no host.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "ssh",
    "sftp",
    "ws",
    "wss",
    "telnet",
    "git",
    "ldap",
    "redis",
    "mysql",
    "postgres",
    "postgresql",
    "file",
    "data",
    "about",
    "javascript",
    "mailto",
];

fn split_port(place: &str) -> (&str, Option<&str>) {
    if let Some(rest) = place.strip_prefix('[') {
        let (name, after) = rest.split_once(']').unwrap_or((rest, ""));
        return (name, after.strip_prefix(':'));
    }
    match place.split_once(':') {
        // An address of IPv6 that is written without brackets.
        Some((_, after)) if after.contains(':') && place.parse::<core::net::Ipv6Addr>().is_ok() => {
            (place, None)
        }
        Some((name, after)) => (name, Some(after)),
        None => (place, None),
    }
}

/// A name in the one spelling in which hosts are compared.
fn canonical(name: &str) -> Box<str> {
    if name.contains(UNKNOWN) {
        return "*".into();
    }
    let name = name.split('%').next().filter(|n| n.contains(':')).unwrap_or(name);
    let name = name.strip_suffix('.').unwrap_or(name);
    if let Ok(address) = name.parse::<core::net::Ipv6Addr>() {
        return match address.to_ipv4_mapped() {
            Some(address) => address.to_string().into(),
            None => address.to_string().into(),
        };
    }
    match Parsed::parse(name) {
        Ok(Parsed::Domain(domain)) => domain.into(),
        Ok(Parsed::Ipv4(address)) => address.to_string().into(),
        Ok(Parsed::Ipv6(address)) => address.to_string().into(),
        // `*` would stand for any characters, and no host has it.
        Err(_) => name.to_lowercase().replace('*', "?").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let mut word = Word::default();
        for (index, part) in text.split('⟨').enumerate() {
            if index > 0 {
                word.push(Piece::Unknown);
            }
            word.push(Piece::Text(part.into()));
        }
        let host = host(&word).map_or_else(
            || "-".to_owned(),
            |host| host.port.map_or(host.name.to_string(), |port| format!("{}:{port}", host.name)),
        );
        assert_eq!(host, expect, "{text}");
    }

    #[test]
    fn a_host_has_one_spelling() {
        for (text, expect) in [
            ("https://evil.com/x", "evil.com"),
            ("HTTPS://EVIL.com./x", "evil.com"),
            ("evil.com/path", "evil.com"),
            ("evil.com", "evil.com"),
            ("localhost:8080", "localhost:8080"),
            ("//evil.com/x", "evil.com"),
            ("http:\\\\evil.com\\x", "evil.com"),
            ("https://user:pw@evil.com:8443/x", "evil.com:8443"),
            ("https://good.com@evil.com/", "evil.com"),
            ("https://evil.com#@good.com", "evil.com"),
            ("https://evil.com?@good.com", "evil.com"),
            ("git@github.com:o/r.git", "github.com"),
            ("host:/srv/x", "host"),
            ("ssh://git@h:2222/r", "h:2222"),
            ("http://2130706433/", "127.0.0.1"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://0177.0.0.1/", "127.0.0.1"),
            ("http://[::1]:80/", "::1:80"),
            ("[::ffff:169.254.169.254]", "169.254.169.254"),
            ("http://[fe80::1%25eth0]/", "fe80::1"),
            ("fe80::1", "fe80::1"),
            ("http://bücher.example/", "xn--bcher-kva.example"),
            ("http://ｅvil.com/", "evil.com"),
            ("file:///etc/passwd", "-"),
            ("", "-"),
        ] {
            check(text, expect);
        }
    }

    #[test]
    fn an_unknown_piece_in_the_name_is_any_host_and_elsewhere_changes_nothing() {
        for (text, expect) in [
            ("https://evil.com/⟨", "evil.com"),
            ("https://evil.com?q=⟨", "evil.com"),
            ("http://⟨/", "*"),
            ("⟨", "*"),
            ("http://api.⟨/", "*"),
            ("http://⟨.example.com/", "*"),
            ("http://localhost:⟨/x", "localhost"),
            ("https://⟨@github.com/o/r", "github.com"),
        ] {
            check(text, expect);
        }
    }
}
