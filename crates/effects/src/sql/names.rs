//! Names in a statement, and what stands outside its parentheses.

use super::lex::Kind;
use super::lex::Token;

/// The tokens outside parentheses.
pub(super) fn flat<'a, 't>(
    tokens: &'a [Token<'t>],
) -> impl Iterator<Item = (usize, &'a Token<'t>)> {
    let mut depth = 0_usize;
    tokens.iter().enumerate().filter(move |(_, token)| {
        match token.kind {
            Kind::Mark('(') => depth = depth.saturating_add(1),
            Kind::Mark(')') => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    })
}

/// The tokens up to the parenthesis that closes what they stand in.
pub(super) fn closed<'a, 't>(tokens: &'a [Token<'t>]) -> &'a [Token<'t>] {
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| {
        match token.kind {
            Kind::Mark('(') => depth = depth.saturating_add(1),
            Kind::Mark(')') if depth == 0 => return true,
            Kind::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    });
    tokens.get(..end.unwrap_or(tokens.len())).unwrap_or(tokens)
}

/// The name that begins here, with its dots, and how many tokens it has.
pub(super) fn name(tokens: &[Token<'_>]) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut at = 0_usize;
    loop {
        let token = tokens.get(at)?;
        let is_quoted = at == 0 && token.kind == Kind::Text;
        if !is_quoted && !matches!(token.kind, Kind::Word | Kind::Name) {
            return None;
        }
        text.push_str(&token.text);
        at = at.saturating_add(1);
        let mut dots = 0_usize;
        while tokens.get(at).is_some_and(|token| token.is_mark('.')) {
            (at, dots) = (at.saturating_add(1), dots.saturating_add(1));
        }
        let goes_on = tokens.get(at).is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Name));
        if dots == 0 || !goes_on {
            return Some((text, at));
        }
        text.push_str(if dots == 1 { "." } else { ".." });
    }
}

/// Names of one list that are told apart; where there are more, `*` stands for the others.
const NAMES_MAX: usize = 64;

/// The names in a list, after words that are skipped.
pub(super) fn names(tokens: &[Token<'_>], skipped: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = tokens.iter().position(|token| !token.is_any(skipped)).unwrap_or(0);
    while let Some((text, length)) = name(tokens.get(at..).unwrap_or(&[])) {
        if found.len() >= NAMES_MAX {
            found.push("*".into());
            break;
        }
        found.push(text);
        at = at.saturating_add(length);
        // What follows the comma is the next name.
        let Some(comma) = tokens.get(at).filter(|token| token.is_mark(',')) else { break };
        let _: &Token<'_> = comma;
        at = at.saturating_add(1);
    }
    if found.is_empty() {
        found.push("*".into());
    }
    found
}

/// The name after the first such keyword outside parentheses.
pub(super) fn after(tokens: &[Token<'_>], keyword: &str) -> Option<String> {
    let (at, _) = flat(tokens).find(|(_, token)| token.is(keyword))?;
    let rest = tokens.get(at.saturating_add(1)..)?;
    let skip = rest.iter().position(|token| {
        !token.is_any(&[
            "TABLE", "ONLY", "IF", "EXISTS", "NOT", "SCHEMA", "DATABASE", "SEQUENCE", "FUNCTION",
            "LATERAL",
        ])
    })?;
    name(rest.get(skip..)?).map(|(text, _)| text)
}

/// The tables that are read: the names after `FROM`, `JOIN` and `USING`, anywhere.
pub(super) fn sources(tokens: &[Token<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // A list may have keywords for names, and then each of them begins it again.
    let mut left = tokens.len().saturating_mul(2);
    for (at, token) in tokens.iter().enumerate() {
        let is_target =
            at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|t| t.is("DELETE"));
        if found.len() > NAMES_MAX {
            break;
        }
        if is_target || !token.is_any(&["FROM", "JOIN"]) {
            continue;
        }
        let mut rest = tokens.get(at.saturating_add(1)..).unwrap_or(&[]);
        while rest.first().is_some_and(|token| token.is_any(&["ONLY", "LATERAL"])) {
            rest = rest.get(1..).unwrap_or(&[]);
        }
        while let Some((text, length)) = name(rest) {
            left = left.saturating_sub(length);
            if left == 0 {
                found.push("*".into());
                return found;
            }
            rest = rest.get(length..).unwrap_or(&[]);
            // A function that gives rows, or `EXTRACT(… FROM …)`, is no table.
            if !rest.first().is_some_and(|token| token.is_mark('(')) && !found.contains(&text) {
                if found.len() >= NAMES_MAX {
                    found.push("*".into());
                    break;
                }
                found.push(text);
            }
            // `FROM a x, b y`
            let alias = rest.iter().take(3).position(|token| token.is_mark(','));
            let Some(comma) = alias else { break };
            if rest.iter().take(comma).any(|token| {
                !matches!(token.kind, Kind::Word | Kind::Name)
                    || token.is_any(&["WHERE", "JOIN", "ORDER", "GROUP", "LIMIT"])
            }) {
                break;
            }
            rest = rest.get(comma.saturating_add(1)..).unwrap_or(&[]);
        }
    }
    found
}

/// Words of a head that are not the name of its object.
const SKIPPED: &[&str] = &[
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "EXTERNAL",
    "VIRTUAL",
    "MATERIALIZED",
    "UNIQUE",
    "CLUSTERED",
    "NONCLUSTERED",
    "FULLTEXT",
    "CONCURRENTLY",
    "IF",
    "NOT",
    "EXISTS",
    "TABLE",
    "VIEW",
    "INDEX",
    "SCHEMA",
    "DATABASE",
    "FUNCTION",
    "PROCEDURE",
    "PROC",
    "TRIGGER",
    "SEQUENCE",
    "TYPE",
    "DOMAIN",
    "EXTENSION",
    "SERVER",
    "FOREIGN",
    "USER",
    "ROLE",
    "LOGIN",
    "GROUP",
    "EVENT",
    "AGGREGATE",
    "LANGUAGE",
    "ONLY",
    "TABLESPACE",
    "PUBLICATION",
    "SUBSCRIPTION",
    "POLICY",
    "RULE",
    "STAGE",
    "WAREHOUSE",
    "PIPE",
    "TASK",
    "STREAM",
    "DEFINER",
    "ON",
    "RECURSIVE",
    "COLLATION",
    "CAST",
    "OPERATOR",
    "PACKAGE",
    "BODY",
    "SYNONYM",
    "KEYSPACE",
    "DATA",
    "WRAPPER",
    "COLUMN",
    "CONSTRAINT",
    "SECRET",
    "MACRO",
    "DIRECTORY",
    "ASSEMBLY",
    "RESOURCE",
    "INSTANCE",
    "PLUGIN",
    "COMPONENT",
    "STATISTICS",
    "OWNED",
    "BY",
    "LABEL",
    "TRANSFORM",
    "ACCESS",
    "METHOD",
    "CREDENTIAL",
    "SYSTEM",
];

/// The name that a statement about an object of the schema is about.
pub(super) fn target(tokens: &[Token<'_>]) -> Option<String> {
    let rest = tokens.get(1..)?;
    let skip = rest.iter().position(|token| !token.is_any(SKIPPED))?;
    name(rest.get(skip..)?).map(|(text, _)| text)
}

/// Whether one of the words of the statement's head says this.
pub(super) fn is_about(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens
        .iter()
        .skip(1)
        .take(6)
        .take_while(|t| t.kind == Kind::Word)
        .any(|token| token.is_any(words))
}

pub(super) fn text_after(tokens: &[Token<'_>], keyword: &str) -> Option<String> {
    let at = tokens.iter().position(|token| token.is(keyword))?;
    let token = tokens.get(at.saturating_add(1))?;
    (token.kind == Kind::Text).then(|| token.text.to_string())
}

pub(super) fn last_text(tokens: &[Token<'_>]) -> Option<String> {
    tokens.iter().rev().find(|t| t.kind == Kind::Text).map(|t| t.text.to_string())
}
