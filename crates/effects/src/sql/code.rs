//! Statements that run code, and those that read and write files.

use super::Act;
use super::What;
use super::lex::Kind;
use super::lex::Token;
use super::names::after;
use super::names::closed;
use super::names::flat;
use super::names::last_text;
use super::names::name;
use super::names::text_after;
use super::rows::calls;
use super::statement::one;
use super::statement::push;
use crate::Language;
use crate::limits::SQL_ACTS_MAX;
use sponsio_engine::event::Certainty;
use sponsio_engine::event::Deed;
use sponsio_engine::event::Flags;

pub(super) fn file(acts: &mut Vec<Act>, sure: Certainty, path: Option<String>, deed: Deed) {
    acts.push(Act { certainty: sure, what: What::File { path, deed, is_client: false } });
}

pub(super) fn shell(acts: &mut Vec<Act>, sure: Certainty, command: Option<String>) {
    push(acts, sure, Deed::SqlExec, None, Flags::NONE);
    acts.push(Act { certainty: sure, what: What::Text(Language::Shell, command) });
}

pub(super) fn execute(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let rest = tokens.get(1..).unwrap_or(&[]);
    let named = name(rest).filter(|_| !rest.first().is_some_and(|t| t.kind == Kind::Text));
    let called = named.as_ref().map(|(text, _)| text.clone());
    let procedure = called
        .as_deref()
        .and_then(|name| name.rsplit('.').next())
        .unwrap_or("")
        .to_ascii_lowercase();
    let text =
        rest.iter().find(|token| token.kind == Kind::Text).map(|token| token.text.to_string());
    push(acts, sure, Deed::SqlExec, called, Flags::NONE);
    match procedure.as_str() {
        "xp_cmdshell" => shell(acts, sure, text),
        "sp_configure" => push(acts, sure, Deed::SqlAdmin, None, Flags::NONE),
        "sp_addlogin"
        | "sp_addsrvrolemember"
        | "sp_addrolemember"
        | "sp_adduser"
        | "sp_password"
        | "sp_grantlogin" => {
            push(acts, sure, Deed::SqlGrant, None, Flags::NONE);
        }
        // A text that is run: `EXEC('…')`, `EXECUTE IMMEDIATE '…'`, `sp_executesql N'…'`.
        "" | "immediate" | "sp_executesql" => {
            acts.push(Act { certainty: sure, what: What::Text(Language::Sql, text.clone()) });
            if text.is_none() {
                push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
            }
        }
        _ => {}
    }
}

/// `DO $$ … $$` and `DO expression`.
pub(super) fn code(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    push(acts, sure, Deed::SqlExec, None, Flags::NONE);
    for token in tokens.iter().filter(|token| token.kind == Kind::Text).take(SQL_ACTS_MAX) {
        let what = What::Text(Language::Sql, Some(token.text.to_string()));
        acts.push(Act { certainty: sure.max(Certainty::May), what });
    }
    calls(tokens, sure, acts);
}

pub(super) fn prepare(tokens: &[Token<'_>], acts: &mut Vec<Act>) {
    push(acts, Certainty::Must, Deed::SqlOther, None, Flags::NONE);
    let body = tokens.iter().position(|token| token.is_any(&["AS", "FROM"]));
    let Some(body) = body.and_then(|at| tokens.get(at.saturating_add(1)..)) else { return };
    match body.first() {
        Some(token) if token.kind == Kind::Text => {
            let what = What::Text(Language::Sql, Some(token.text.to_string()));
            acts.push(Act { certainty: Certainty::May, what });
        }
        Some(token) if token.text.starts_with('@') => {
            push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
        }
        _ => one(body, Certainty::May, 2, acts),
    }
}

/// `COPY t FROM|TO 'file'|PROGRAM 'command'|STDIN`, and `\copy`, which the client does.
pub(super) fn copy(tokens: &[Token<'_>], is_client: bool, acts: &mut Vec<Act>) {
    let way = flat(tokens).find(|(_, token)| token.is_any(&["FROM", "TO", "INTO"]));
    let must = Certainty::Must;
    let table = name(tokens.get(1..).unwrap_or(&[])).map(|(text, _)| text);
    let Some((at, way)) = way else {
        return push(acts, Certainty::Opaque, Deed::SqlFile, table, Flags::NONE);
    };
    let loads = way.is_any(&["FROM", "INTO"]);
    let other = tokens.get(at.saturating_add(1));
    if loads {
        let into = if way.is("INTO") { after(tokens, "INTO") } else { table };
        push(acts, must, Deed::SqlInsert, into, Flags::NONE);
    } else {
        let query = tokens.get(1).filter(|token| token.is_mark('(')).and(tokens.get(2..at));
        match query {
            Some(query) => one(closed(query), must, 2, acts),
            None => push(acts, must, Deed::SqlSelect, table, Flags::NONE),
        }
    }
    if other.is_some_and(|token| token.is("PROGRAM")) {
        let command = tokens.get(at.saturating_add(2)).map(|token| token.text.to_string());
        if is_client {
            acts.push(Act { certainty: must, what: What::Text(Language::Shell, command) });
        } else {
            shell(acts, must, command);
        }
        return;
    }
    let is_stream = other.is_some_and(|t| t.is_any(&["STDIN", "STDOUT", "PSTDIN", "PSTDOUT"]));
    if !is_stream {
        let path = other.filter(|t| is_client || t.kind == Kind::Text).map(|t| t.text.to_string());
        let path = path.or_else(|| last_text(tokens));
        let deed = if loads { Deed::Read } else { Deed::Write };
        acts.push(Act { certainty: must, what: What::File { path, deed, is_client } });
    }
}

/// `LOAD DATA [LOCAL] INFILE 'file' INTO TABLE t`, and `LOAD 'library'`.
pub(super) fn load(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    match text_after(tokens, "INFILE") {
        Some(path) => {
            file(acts, sure, Some(path), Deed::Read);
            push(acts, sure, Deed::SqlInsert, after(tokens, "INTO"), Flags::NONE);
        }
        None => {
            push(acts, sure, Deed::SqlExec, None, Flags::NONE);
            file(acts, sure, last_text(tokens), Deed::Exec);
        }
    }
}
