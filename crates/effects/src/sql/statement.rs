//! One statement, judged by its keywords.

use super::Act;
use super::What;
use super::client;
use super::code::code;
use super::code::copy;
use super::code::execute;
use super::code::file;
use super::code::load;
use super::code::prepare;
use super::lex::Kind;
use super::lex::Token;
use super::names::after;
use super::names::closed;
use super::names::flat;
use super::names::last_text;
use super::names::names;
use super::names::sources;
use super::names::target;
use super::names::text_after;
use super::rows::delete;
use super::rows::insert;
use super::rows::merge;
use super::rows::select;
use super::rows::update;
use super::schema::alter;
use super::schema::create;
use super::schema::drop;
use super::schema::pragma;
use super::schema::set;
use crate::limits::{SQL_ACTS_MAX, SQL_NESTING_MAX};
use sponsio_engine::event::Certainty;
use sponsio_engine::event::Deed;
use sponsio_engine::event::Flags;

/// The statements of a text.
pub(super) fn split<'a, 't>(tokens: &'a [Token<'t>]) -> impl Iterator<Item = &'a [Token<'t>]> {
    tokens
        .split_inclusive(|token| {
            token.is_mark(';') || token.kind == Kind::Client || (token.is_first && token.is("go"))
        })
        .flat_map(|part| {
            // A command of a client is a statement of its own, and ends the one that it stands in.
            match part.split_last() {
                Some((last, before)) if last.kind == Kind::Client => {
                    [before, part.get(before.len()..).unwrap_or(&[])]
                }
                Some((last, before)) if last.is_mark(';') || last.is("go") => [before, &[]],
                _ => [part, &[]],
            }
        })
        .filter(|part| !part.is_empty())
}

/// The statement as it is shown: its first words.
pub(super) fn shown(tokens: &[Token<'_>]) -> String {
    let mut shown = String::new();
    let (mut is_glued, mut before) = (true, None);
    for token in tokens.iter().take(48) {
        // Of `||` and `<=` each sign is a token.
        let joins = [before, Some(&token.kind)].iter().all(|kind| {
            matches!(kind, Some(Kind::Mark('|' | '<' | '>' | '=' | '!' | ':' | '&' | '-')))
        });
        before = Some(&token.kind);
        let (text, glues) = match token.kind {
            Kind::Mark(mark) => (mark.to_string(), matches!(mark, '.' | '(')),
            Kind::Text => (format!("'{}'", token.text.chars().take(40).collect::<String>()), false),
            _ => (token.text.to_string(), false),
        };
        let is_close = joins || matches!(token.kind, Kind::Mark('.' | ',' | ')' | '('));
        if !is_glued && !is_close {
            shown.push(' ');
        }
        shown.push_str(&text);
        is_glued = glues;
    }
    shown
}

/// Adds what the statement does.
pub(super) fn judge(tokens: &[Token<'_>], acts: &mut Vec<Act>) {
    one(tokens, Certainty::Must, 0, acts);
}

pub(super) fn push(
    acts: &mut Vec<Act>,
    certainty: Certainty,
    deed: Deed,
    name: Option<String>,
    flags: Flags,
) {
    let act = if acts.len() < SQL_ACTS_MAX {
        Act { certainty, what: What::Deed(deed, name, flags) }
    } else {
        Act { certainty: Certainty::Opaque, what: What::Deed(Deed::SqlExec, None, Flags::NONE) }
    };
    if !acts.contains(&act) {
        acts.push(act);
    }
}

pub(super) fn one(tokens: &[Token<'_>], sure: Certainty, depth: u16, acts: &mut Vec<Act>) {
    let Some(first) = tokens.first() else { return };
    if depth > SQL_NESTING_MAX {
        push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
        return;
    }
    let rest = tokens.get(1..).unwrap_or(&[]);
    let deeper = depth.saturating_add(1);
    match first.kind {
        Kind::Client => return client::judge(&first.text, acts),
        Kind::Mark('(') => {
            let inner = rest.iter().position(|token| !token.is_mark('(')).unwrap_or(rest.len());
            return one(rest.get(inner..).unwrap_or(&[]), sure, deeper, acts);
        }
        Kind::Mark(_) | Kind::Text | Kind::Name => {
            return push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
        }
        Kind::Word => {}
    }
    let keyword = first.text.to_ascii_uppercase();
    match keyword.as_str() {
        "EXPLAIN" | "DESCRIBE" | "DESC" => explain(rest, sure, deeper, acts),
        "WITH" => with(tokens, sure, deeper, acts),
        "BEGIN" | "IF" | "WHILE" | "LOOP" | "FOR" | "ELSE" | "ELSEIF" | "ELSIF" | "THEN"
        | "DECLARE" | "END" => {
            block(&keyword, rest, sure, acts);
        }
        _ => simple(&keyword, tokens, sure, acts),
    }
    inner(tokens, sure, deeper, acts);
    if acts.is_empty() {
        push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
    }
}

/// A statement that is neither a block nor a prefix of another one.
fn simple(keyword: &str, tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let does = |acts: &mut Vec<Act>, deed, name| push(acts, sure, deed, name, Flags::NONE);
    match keyword {
        "SELECT" | "VALUES" | "TABLE" | "FROM" | "SHOW" | "FETCH" | "HANDLER" | "PIVOT"
        | "SUMMARIZE" => {
            select(tokens, sure, acts);
        }
        "INSERT" | "REPLACE" | "UPSERT" => insert(keyword, tokens, sure, acts),
        "UPDATE" => update(tokens, sure, acts),
        "DELETE" => delete(tokens, sure, acts),
        "MERGE" => merge(tokens, sure, acts),
        "TRUNCATE" => {
            for name in names(tokens.get(1..).unwrap_or(&[]), &["TABLE", "ONLY", "PARTITION"]) {
                push(acts, sure, Deed::SqlTruncate, Some(name), Flags::UNBOUNDED);
            }
        }
        "CREATE" => create(tokens, sure, acts),
        "DROP" | "UNDROP" => drop(tokens, sure, acts),
        "ALTER" => alter(tokens, sure, acts),
        "RENAME" | "COMMENT" | "REFRESH" | "SECURITY" => does(acts, Deed::SqlAlter, target(tokens)),
        "GRANT" | "REVOKE" | "DENY" | "REASSIGN" => {
            let flags = if tokens.iter().any(|t| t.is_any(&["ALL", "SUPERUSER"])) {
                Flags::UNBOUNDED
            } else {
                Flags::NONE
            };
            push(acts, sure, Deed::SqlGrant, after(tokens, "ON"), flags);
        }
        "SET" | "RESET" => set(tokens, sure, acts),
        "CALL" | "EXEC" | "EXECUTE" => execute(tokens, sure, acts),
        "DO" => code(tokens, sure, acts),
        "COPY" | "UNLOAD" | "EXPORT" => copy(tokens, false, acts),
        "LOAD" => load(tokens, sure, acts),
        "BULK" => {
            push(acts, sure, Deed::SqlInsert, after(tokens, "INSERT"), Flags::NONE);
            file(acts, sure, text_after(tokens, "FROM"), Deed::Read);
        }
        "IMPORT" => does(acts, Deed::SqlCreate, target(tokens)),
        "BACKUP" => file(acts, sure, last_text(tokens), Deed::Write),
        "RESTORE" => {
            file(acts, sure, last_text(tokens), Deed::Read);
            push(acts, sure, Deed::SqlUpdate, None, Flags::UNBOUNDED);
        }
        "ATTACH" => file(acts, sure, last_text(tokens), Deed::Write),
        "PRAGMA" => pragma(tokens, sure, acts),
        "VACUUM" => {
            does(acts, Deed::SqlAdmin, None);
            if tokens.iter().any(|token| token.is("INTO")) {
                file(acts, sure, last_text(tokens), Deed::Write);
            }
        }
        "ANALYZE" | "REINDEX" | "OPTIMIZE" | "CLUSTER" | "KILL" | "SHUTDOWN" | "CHECKPOINT"
        | "FLUSH" | "PURGE" | "DBCC" | "RECONFIGURE" | "RESTART" | "STOP" | "CHANGE" | "REPAIR"
        | "CHECK" | "WAITFOR" | "CLONE" => {
            does(acts, Deed::SqlAdmin, None);
        }
        "INSTALL" | "UNINSTALL" => does(acts, Deed::SqlExec, target(tokens)),
        "PREPARE" => prepare(tokens, acts),
        "COMMIT" | "ROLLBACK" | "START" | "ABORT" | "SAVEPOINT" | "RELEASE" | "USE" | "LOCK"
        | "UNLOCK" | "LISTEN" | "UNLISTEN" | "NOTIFY" | "DISCARD" | "DEALLOCATE" | "CLOSE"
        | "OPEN" | "MOVE" | "DETACH" | "DELIMITER" | "PRINT" | "RAISE" | "RETURN" | "SIGNAL"
        | "GO" | "CACHE" | "UNCACHE" | "MSCK" | "XA" | "LEAVE" | "ITERATE" => {
            does(acts, Deed::SqlOther, None);
        }
        _ => push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE),
    }
}

/// `EXPLAIN` does nothing, `EXPLAIN ANALYZE` does what it explains.
fn explain(rest: &[Token<'_>], sure: Certainty, depth: u16, acts: &mut Vec<Act>) {
    const BEGINS: &[&str] = &[
        "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "REPLACE", "VALUES", "TABLE",
        "CREATE", "EXECUTE", "DECLARE", "REFRESH",
    ];
    let inner = rest.iter().position(|token| token.is_any(BEGINS));
    let (options, statement) =
        rest.split_at_checked(inner.unwrap_or(rest.len())).unwrap_or((rest, &[]));
    let analyses = options.iter().enumerate().any(|(at, token)| {
        let is_off = options
            .get(at.saturating_add(1))
            .is_some_and(|next| next.is_any(&["false", "off", "0"]));
        token.is_any(&["ANALYZE", "ANALYSE"]) && !is_off
    });
    push(acts, sure, Deed::SqlOther, None, Flags::NONE);
    if analyses {
        one(statement, sure, depth, acts);
    }
}

/// The statement after common table expressions; those that write are found by `inner`.
fn with(tokens: &[Token<'_>], sure: Certainty, depth: u16, acts: &mut Vec<Act>) {
    let main = flat(tokens).find(|(_, token)| {
        token.is_any(&[
            "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE",
        ])
    });
    match main {
        Some((at, _)) => one(tokens.get(at..).unwrap_or(&[]), sure, depth, acts),
        None => push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE),
    }
    let head = main.map_or(tokens.len(), |(at, _)| at);
    for name in sources(tokens.get(..head).unwrap_or(tokens)) {
        push(acts, sure, Deed::SqlSelect, Some(name), Flags::NONE);
    }
}

/// Words that begin a block or stand in one: what follows them runs under a condition, or in a transaction.
fn block(keyword: &str, rest: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    const TRANSACTION: &[&str] = &[
        "TRANSACTION",
        "TRAN",
        "WORK",
        "DEFERRED",
        "IMMEDIATE",
        "EXCLUSIVE",
        "ISOLATION",
        "LEVEL",
        "READ",
        "WRITE",
        "ONLY",
        "COMMITTED",
        "SERIALIZABLE",
        "REPEATABLE",
        "IF",
        "LOOP",
        "WHILE",
        "CASE",
        "TRY",
        "CATCH",
    ];
    if matches!(keyword, "BEGIN" | "END") && rest.iter().all(|token| token.is_any(TRANSACTION)) {
        return push(acts, sure, Deed::SqlOther, None, Flags::NONE);
    }
    // What stands in it is found by `inner`.
    push(acts, sure, Deed::SqlOther, None, Flags::NONE);
}

/// Statements inside a statement: in parentheses, in a block, or after it without a semicolon.
fn inner(tokens: &[Token<'_>], sure: Certainty, depth: u16, acts: &mut Vec<Act>) {
    if depth > 1 {
        return;
    }
    let first = tokens.first();
    let is_schema = first.is_some_and(|t| {
        t.is_any(&[
            "GRANT", "REVOKE", "DENY", "ALTER", "COMMENT", "EXPLAIN", "DESCRIBE", "DESC", "WITH",
        ])
    });
    let is_create = first.is_some_and(|t| t.is("CREATE"));
    let mut begins = Vec::new();
    for at in 1..tokens.len() {
        let Some(token) = tokens.get(at) else { break };
        if token.kind != Kind::Word {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let next = tokens.get(at.saturating_add(1));
        let is_opened = before.is_some_and(|t| t.is_mark('('));
        let is_blocked = before.is_some_and(|t| {
            t.is_any(&[
                "BEGIN", "THEN", "ELSE", "LOOP", "AS", "DO", "ATOMIC", "TRY", "CATCH", "ROW",
            ])
        });
        let is_loose = !is_schema
            && !before.is_some_and(|t| {
                t.is_any(&["ON", "FOR", "KEY", "OR", "AFTER", "BEFORE", "INSTEAD", "OF", "NO"])
                    || t.is_mark('.')
                    || t.is_mark(',')
            });
        if begins_statement(
            token,
            next,
            tokens.get(at.saturating_add(2)),
            is_opened,
            is_blocked || is_loose,
        ) {
            begins.push((at, is_opened));
        }
    }
    for (place, (at, is_opened)) in begins.iter().enumerate().take(64) {
        let end = begins.get(place.saturating_add(1)).map_or(tokens.len(), |(at, _)| *at);
        let part = tokens.get(*at..end).unwrap_or(&[]);
        let part = if *is_opened { closed(part) } else { part };
        let certainty = if *is_opened && !is_create { sure } else { sure.max(Certainty::May) };
        one(part, certainty, depth.saturating_add(8), acts);
    }
    if begins.len() > 64 {
        push(acts, Certainty::Opaque, Deed::SqlExec, None, Flags::NONE);
    }
}

/// Whether a statement that changes something begins here.
fn begins_statement(
    token: &Token<'_>,
    next: Option<&Token<'_>>,
    third: Option<&Token<'_>>,
    is_opened: bool,
    is_loose: bool,
) -> bool {
    const OBJECTS: &[&str] = &[
        "TABLE",
        "DATABASE",
        "SCHEMA",
        "VIEW",
        "INDEX",
        "USER",
        "ROLE",
        "LOGIN",
        "FUNCTION",
        "PROCEDURE",
        "PROC",
        "TRIGGER",
        "SEQUENCE",
        "TYPE",
        "EXTENSION",
        "SERVER",
        "MATERIALIZED",
    ];
    let next_is = |words: &[&str]| next.is_some_and(|next| next.is_any(words));
    let is_named = next.is_some_and(|next| matches!(next.kind, Kind::Word | Kind::Name));
    if is_opened {
        return (token.is("INSERT") && next_is(&["INTO", "OVERWRITE"]))
            || (token.is("DELETE") && next_is(&["FROM"]))
            || (token.is_any(&["UPDATE", "MERGE", "REPLACE"]) && is_named);
    }
    is_loose
        && ((token.is_any(&["DROP", "CREATE", "ALTER"]) && next_is(OBJECTS))
            || (token.is("TRUNCATE") && is_named)
            || (token.is("DELETE") && next_is(&["FROM"]))
            || (token.is_any(&["INSERT", "MERGE", "REPLACE"]) && next_is(&["INTO"]))
            || (token.is("UPDATE")
                && is_named
                && third.is_some_and(|t| t.is("SET") || t.is_mark('.')))
            || (token.is_any(&["EXEC", "EXECUTE", "CALL", "PERFORM"])
                && (is_named || next.is_some_and(|n| n.is_mark('(')))
                && !next_is(&["ON", "FUNCTION", "PROCEDURE", "AS"]))
            || (token.is("GRANT")
                && third.is_some_and(|t| t.is_any(&["ON", "TO"]) || t.is_mark(',')))
            || (token.is_any(&["SHUTDOWN", "RECONFIGURE"]) && next.is_none())
            || (token.is_any(&["BACKUP", "RESTORE"]) && next_is(&["DATABASE", "LOG"])))
}
