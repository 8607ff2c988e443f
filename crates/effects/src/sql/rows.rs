//! Statements about rows, and the functions that they call.

use super::Act;
use super::What;
use super::bound::bound;
use super::code::file;
use super::code::shell;
use super::function;
use super::function::Call;
use super::lex::Kind;
use super::lex::Token;
use super::names::after;
use super::names::closed;
use super::names::flat;
use super::names::name;
use super::names::names;
use super::names::sources;
use super::statement::push;
use crate::Language;
use crate::limits::SQL_ACTS_MAX;
use sponsio_engine::event::Certainty;
use sponsio_engine::event::Deed;
use sponsio_engine::event::Flags;

pub(super) fn select(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let tables = sources(tokens);
    let is_file = |name: &str| name.contains('/') || name.contains("://");
    for table in &tables {
        if is_file(table) {
            file(acts, sure, Some(table.clone()), Deed::Read);
        }
        push(acts, sure, Deed::SqlSelect, Some(table.clone()), Flags::NONE);
    }
    if tables.is_empty() {
        let named = tokens.first().filter(|t| t.is("TABLE")).and(tokens.get(1..)).and_then(name);
        push(acts, sure, Deed::SqlSelect, named.map(|(text, _)| text), Flags::NONE);
    }
    if let Some((at, _)) = flat(tokens).find(|(_, token)| token.is("INTO")) {
        let rest = tokens.get(at.saturating_add(1)..).unwrap_or(&[]);
        let skip = rest
            .iter()
            .position(|t| !t.is_any(&["TEMP", "TEMPORARY", "UNLOGGED", "TABLE", "STRICT"]));
        let rest = rest.get(skip.unwrap_or(0)..).unwrap_or(&[]);
        if rest.first().is_some_and(|token| token.is_any(&["OUTFILE", "DUMPFILE"])) {
            file(acts, sure, rest.get(1).map(|token| token.text.to_string()), Deed::Write);
        } else if let Some((text, _)) = name(rest).filter(|(text, _)| !text.starts_with('@')) {
            push(acts, sure, Deed::SqlCreate, Some(text), Flags::NONE);
        }
    }
    calls(tokens, sure, acts);
}

/// Tokens of arguments that are read, for each token of a statement.
const CALL_WORK: usize = 8;

/// The functions that are called with more effect than a value.
pub(super) fn calls(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let mut left = tokens.len().saturating_mul(CALL_WORK).saturating_add(CALL_WORK);
    for (at, token) in tokens.iter().enumerate() {
        let is_call = matches!(token.kind, Kind::Word | Kind::Name)
            && tokens.get(at.saturating_add(1)).is_some_and(|next| next.is_mark('('));
        if !is_call {
            continue;
        }
        let Some(call) = function::call(&token.text) else { continue };
        let arguments = closed(tokens.get(at.saturating_add(2)..).unwrap_or(&[]));
        // Calls in one another are read once for each that they stand in.
        left = left.saturating_sub(arguments.len());
        if left == 0 || acts.len() > SQL_ACTS_MAX {
            return push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
        }
        let mut texts = arguments.iter().filter(|token| token.kind == Kind::Text);
        match call {
            Call::Does(deed) => push(acts, sure, deed, Some(token.text.to_string()), Flags::NONE),
            Call::File(deed) => {
                let path = match &*token.text.to_ascii_lowercase() {
                    "lo_export" => texts.next_back(),
                    _ => texts.next(),
                };
                file(acts, sure, path.map(|token| token.text.to_string()), deed);
            }
            Call::Shell => shell(acts, sure, texts.next().map(|token| token.text.to_string())),
            Call::Sql => {
                push(acts, sure, Deed::SqlExec, Some(token.text.to_string()), Flags::NONE);
                let what = What::Text(Language::Sql, texts.next_back().map(|t| t.text.to_string()));
                acts.push(Act { certainty: sure, what });
            }
        }
    }
}

pub(super) fn insert(keyword: &str, tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let rest = tokens.get(1..).unwrap_or(&[]);
    let table = after(rest, "INTO").or_else(|| after(rest, "OVERWRITE")).or_else(|| {
        let skip = rest.iter().position(|t| {
            !t.is_any(&["LOW_PRIORITY", "DELAYED", "IGNORE", "HIGH_PRIORITY", "OR", "REPLACE"])
        })?;
        name(rest.get(skip..)?).map(|(text, _)| text)
    });
    push(acts, sure, Deed::SqlInsert, table.clone(), Flags::NONE);
    let has = |words: &[&str]| flat(tokens).any(|(_, token)| token.is_any(words));
    if has(&["CONFLICT", "DUPLICATE"]) && has(&["UPDATE"]) || keyword == "UPSERT" {
        push(acts, sure.max(Certainty::May), Deed::SqlUpdate, table.clone(), Flags::NONE);
    }
    if keyword == "REPLACE" || has(&["REPLACE"]) {
        push(acts, sure.max(Certainty::May), Deed::SqlDelete, table.clone(), Flags::NONE);
    }
    if has(&["OVERWRITE"]) {
        push(acts, sure, Deed::SqlDelete, table, Flags::UNBOUNDED);
    }
    for source in sources(tokens) {
        push(acts, sure, Deed::SqlSelect, Some(source), Flags::NONE);
    }
    calls(tokens, sure, acts);
}

pub(super) fn update(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let rest = tokens.get(1..).unwrap_or(&[]);
    let skip = rest.iter().position(|t| {
        !t.is_any(&[
            "ONLY",
            "LOW_PRIORITY",
            "IGNORE",
            "OR",
            "ROLLBACK",
            "ABORT",
            "REPLACE",
            "FAIL",
            "TOP",
        ])
    });
    let table = name(rest.get(skip.unwrap_or(0)..).unwrap_or(&[])).map(|(text, _)| text);
    push(acts, sure, Deed::SqlUpdate, table, bound(tokens));
    for source in sources(tokens) {
        push(acts, sure, Deed::SqlSelect, Some(source), Flags::NONE);
    }
    calls(tokens, sure, acts);
}

pub(super) fn delete(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let rest = tokens.get(1..).unwrap_or(&[]);
    let skip =
        rest.iter().position(|t| !t.is_any(&["LOW_PRIORITY", "QUICK", "IGNORE"])).unwrap_or(0);
    let rest = rest.get(skip..).unwrap_or(&[]);
    // `DELETE a, b FROM a JOIN b`, `DELETE TOP (1) FROM a`, `DELETE FROM a`, `DELETE a`
    let targets = match rest.first() {
        Some(first) if first.is_any(&["FROM", "TOP"]) => {
            vec![after(tokens, "FROM").unwrap_or_else(|| "*".into())]
        }
        _ => names(rest, &[]),
    };
    let flags = bound(tokens);
    for table in &targets {
        push(acts, sure, Deed::SqlDelete, Some(table.clone()), flags);
    }
    for source in sources(tokens).into_iter().filter(|source| !targets.contains(source)) {
        push(acts, sure, Deed::SqlSelect, Some(source), Flags::NONE);
    }
    calls(tokens, sure, acts);
}

pub(super) fn merge(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let table = after(tokens, "INTO").or_else(|| after(tokens, "MERGE"));
    let may = sure.max(Certainty::May);
    let mut any = false;
    for (keyword, deed) in
        [("UPDATE", Deed::SqlUpdate), ("DELETE", Deed::SqlDelete), ("INSERT", Deed::SqlInsert)]
    {
        if flat(tokens).any(|(_, token)| token.is(keyword)) {
            push(acts, may, deed, table.clone(), Flags::NONE);
            any = true;
        }
    }
    if !any {
        push(acts, Certainty::Opaque, Deed::SqlUpdate, table, Flags::NONE);
    }
    if let Some(source) = after(tokens, "USING") {
        push(acts, sure, Deed::SqlSelect, Some(source), Flags::NONE);
    }
}
