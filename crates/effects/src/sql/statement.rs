//! One statement, judged by its keywords.

use sponsio_engine::event::{Certainty, Deed, Flags};

use super::function::{self, Call};
use super::lex::{Kind, Token};
use super::{Act, What, client};
use crate::Language;
use crate::limits::SQL_NESTING_MAX;
use crate::sink::Sink;

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
    let mut is_glued = true;
    for token in tokens.iter().take(48) {
        let (text, glues) = match token.kind {
            Kind::Mark(mark) => (mark.to_string(), matches!(mark, '.' | '(')),
            Kind::Text => (format!("'{}'", token.text.chars().take(40).collect::<String>()), false),
            _ => (token.text.to_string(), false),
        };
        if !is_glued && !matches!(token.kind, Kind::Mark('.' | ',' | ')' | '(')) {
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

fn push(acts: &mut Vec<Act>, certainty: Certainty, deed: Deed, name: Option<String>, flags: Flags) {
    let act = Act { certainty, what: What::Deed(deed, name, flags) };
    if !acts.contains(&act) {
        acts.push(act);
    }
}

fn one(tokens: &[Token<'_>], sure: Certainty, depth: u16, acts: &mut Vec<Act>) {
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

/// The tokens outside parentheses.
fn flat<'a, 't>(tokens: &'a [Token<'t>]) -> impl Iterator<Item = (usize, &'a Token<'t>)> {
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

/// The tokens up to the parenthesis that closes what they stand in.
fn closed<'a, 't>(tokens: &'a [Token<'t>]) -> &'a [Token<'t>] {
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
fn name(tokens: &[Token<'_>]) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut at = 0_usize;
    loop {
        let token = tokens.get(at)?;
        if !matches!(token.kind, Kind::Word | Kind::Name) && !(at == 0 && token.kind == Kind::Text)
        {
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

/// The names in a list, after words that are skipped.
fn names(tokens: &[Token<'_>], skipped: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = tokens.iter().position(|token| !token.is_any(skipped)).unwrap_or(0);
    while let Some((text, length)) = name(tokens.get(at..).unwrap_or(&[])) {
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
fn after(tokens: &[Token<'_>], keyword: &str) -> Option<String> {
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
fn sources(tokens: &[Token<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_target =
            at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|t| t.is("DELETE"));
        if is_target || !token.is_any(&["FROM", "JOIN"]) || found.len() >= 32 {
            continue;
        }
        let mut rest = tokens.get(at.saturating_add(1)..).unwrap_or(&[]);
        while rest.first().is_some_and(|token| token.is_any(&["ONLY", "LATERAL"])) {
            rest = rest.get(1..).unwrap_or(&[]);
        }
        while let Some((text, length)) = name(rest) {
            rest = rest.get(length..).unwrap_or(&[]);
            // A function that gives rows, or `EXTRACT(… FROM …)`, is no table.
            if !rest.first().is_some_and(|token| token.is_mark('(')) && !found.contains(&text) {
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

fn select(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

/// The functions that are called with more effect than a value.
fn calls(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    for (at, token) in tokens.iter().enumerate() {
        let is_call = matches!(token.kind, Kind::Word | Kind::Name)
            && tokens.get(at.saturating_add(1)).is_some_and(|next| next.is_mark('('));
        if !is_call {
            continue;
        }
        let Some(call) = function::call(&token.text) else { continue };
        let arguments = closed(tokens.get(at.saturating_add(2)..).unwrap_or(&[]));
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

fn file(acts: &mut Vec<Act>, sure: Certainty, path: Option<String>, deed: Deed) {
    acts.push(Act { certainty: sure, what: What::File { path, deed, is_client: false } });
}

fn shell(acts: &mut Vec<Act>, sure: Certainty, command: Option<String>) {
    push(acts, sure, Deed::SqlExec, None, Flags::NONE);
    acts.push(Act { certainty: sure, what: What::Text(Language::Shell, command) });
}

fn insert(keyword: &str, tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

fn update(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

fn delete(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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
    for table in &targets {
        push(acts, sure, Deed::SqlDelete, Some(table.clone()), bound(tokens));
    }
    for source in sources(tokens).into_iter().filter(|source| !targets.contains(source)) {
        push(acts, sure, Deed::SqlSelect, Some(source), Flags::NONE);
    }
    calls(tokens, sure, acts);
}

/// Whether nothing limits which rows an `UPDATE` or a `DELETE` is about.
fn bound(tokens: &[Token<'_>]) -> Flags {
    let condition = flat(tokens).find(|(_, token)| token.is("WHERE"));
    let is_limited = flat(tokens).any(|(_, token)| token.is_any(&["LIMIT", "TOP"]));
    let is_joined = flat(tokens).any(|(_, token)| token.is_any(&["JOIN", "USING"]));
    let is_open = match condition {
        None => !is_joined,
        Some((at, _)) => is_always(tokens.get(at.saturating_add(1)..).unwrap_or(&[]), 0),
    };
    if is_open && !is_limited { Flags::UNBOUNDED } else { Flags::NONE }
}

/// Whether the condition holds for every row, or nearly: `1=1`, `true`, `id = id`, `id IS NOT NULL`, `id > 0`.
fn is_always(tokens: &[Token<'_>], depth: u16) -> bool {
    let end = flat(tokens)
        .find(|(_, token)| {
            token.is_any(&["RETURNING", "ORDER", "OPTION", "DROP", "SELECT", "UPDATE", "DELETE"])
        })
        .map_or(tokens.len(), |(at, _)| at);
    let tokens = tokens.get(..end).unwrap_or(tokens);
    if depth > 8 || tokens.is_empty() {
        return false;
    }
    let deeper = depth.saturating_add(1);
    if let [open, inner @ .., close] = tokens
        && open.is_mark('(')
        && close.is_mark(')')
        && closed(inner).len() == inner.len()
    {
        return is_always(inner, deeper);
    }
    // One alternative that always holds is enough; of a conjunction every part must.
    let cuts = |word: &str| -> Vec<usize> {
        flat(tokens).filter(|(_, token)| token.is(word)).map(|(at, _)| at).collect()
    };
    let parts = |cuts: &[usize]| -> Vec<&[Token<'_>]> {
        let mut from = 0_usize;
        let mut parts = Vec::new();
        for cut in cuts.iter().copied().chain([tokens.len()]) {
            parts.push(tokens.get(from..cut).unwrap_or(&[]));
            from = cut.saturating_add(1);
        }
        parts
    };
    let alternatives = cuts("OR");
    if !alternatives.is_empty() {
        return parts(&alternatives).into_iter().any(|part| is_always(part, deeper));
    }
    let conjuncts = cuts("AND");
    if !conjuncts.is_empty() && !tokens.iter().any(|token| token.is("BETWEEN")) {
        return parts(&conjuncts).into_iter().all(|part| is_always(part, deeper));
    }
    is_tautology(tokens)
}

fn is_tautology(tokens: &[Token<'_>]) -> bool {
    let is_value = |token: &Token<'_>| {
        token.kind == Kind::Text || token.text.starts_with(|c: char| c.is_ascii_digit())
    };
    if let [not, rest @ ..] = tokens
        && not.is("NOT")
    {
        return matches!(rest, [one] if one.is_any(&["FALSE", "0"]))
            || matches!(rest, [a, eq, b] if eq.is_mark('=') && is_value(a) && is_value(b) && a.text != b.text)
            || matches!(rest, [.., is, null] if is.is("IS") && null.is("NULL"));
    }
    let is_null = |rest: &[Token<'_>]| matches!(rest, [.., is, not, null] if is.is("IS") && not.is("NOT") && null.is("NULL"));
    if is_null(tokens) {
        return true;
    }
    match tokens {
        [one] => one.is("TRUE") || (is_value(one) && !one.text.trim_matches('0').is_empty()),
        [a, like, b] if like.is_any(&["LIKE", "ILIKE"]) => {
            b.text.chars().all(|c| c == '%') || a.text == b.text
        }
        [a, eq, b] if eq.is_mark('=') => a.kind == b.kind && a.text.eq_ignore_ascii_case(&b.text),
        [a, less, b] if less.is_mark('<') || less.is_mark('>') => {
            is_value(a) && is_value(b)
                || (less.is_mark('>') && !is_value(a) && matches!(&*b.text, "0"))
        }
        [a, mark, eq, b] if eq.is_mark('=') || eq.is_mark('>') => match mark.kind {
            Kind::Mark('!') => a.text != b.text && is_value(a) && is_value(b),
            Kind::Mark('<') if eq.is_mark('>') => is_value(a) && is_value(b) && a.text != b.text,
            Kind::Mark('>') => a.text == b.text || matches!(&*b.text, "0"),
            Kind::Mark('<' | '=') => a.text == b.text,
            _ => false,
        },
        // `t.id = t.id`, `a.b IN (a.b)`
        _ => {
            let middle = tokens.len() / 2;
            let (left, right) = tokens.split_at_checked(middle).unwrap_or((tokens, &[]));
            let right_rest = right.get(1..).unwrap_or(&[]);
            right.first().is_some_and(|token| token.is_mark('='))
                && left.len() == right_rest.len()
                && left
                    .iter()
                    .zip(right_rest)
                    .all(|(a, b)| a.kind == b.kind && a.text.eq_ignore_ascii_case(&b.text))
        }
    }
}

fn merge(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

/// The name that a statement about an object of the schema is about.
fn target(tokens: &[Token<'_>]) -> Option<String> {
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
    let rest = tokens.get(1..)?;
    let skip = rest.iter().position(|token| !token.is_any(SKIPPED))?;
    name(rest.get(skip..)?).map(|(text, _)| text)
}

/// Whether one of the words of the statement's head says this.
fn is_about(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens
        .iter()
        .skip(1)
        .take(6)
        .take_while(|t| t.kind == Kind::Word)
        .any(|token| token.is_any(words))
}

fn create(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    if is_about(tokens, &["USER", "ROLE", "LOGIN", "GROUP"])
        && !is_about(tokens, &["TABLE", "VIEW", "MAPPING"])
    {
        return push(acts, sure, Deed::SqlGrant, target(tokens), Flags::NONE);
    }
    push(acts, sure, Deed::SqlCreate, target(tokens), Flags::NONE);
    if is_about(tokens, &["REPLACE"]) && is_about(tokens, &["TABLE"]) {
        push(acts, sure.max(Certainty::May), Deed::SqlDrop, target(tokens), Flags::NONE);
    }
    let runs = is_about(tokens, &["EXTENSION", "LANGUAGE", "ASSEMBLY", "SERVER", "PLUGIN"])
        || (is_about(tokens, &["FUNCTION", "PROCEDURE", "AGGREGATE"])
            && tokens.iter().any(|t| {
                t.is("SONAME")
                    || t.is_any(&["plpythonu", "plpython3u", "plperlu", "plsh", "pltclu"])
            })
            || tokens
                .iter()
                .zip(tokens.iter().skip(1))
                .any(|(a, b)| a.is("LANGUAGE") && b.is("C")));
    if runs {
        push(acts, sure, Deed::SqlExec, target(tokens), Flags::NONE);
    }
    let reads = is_about(tokens, &["TABLE", "VIEW"]);
    for source in sources(tokens).into_iter().filter(|_| reads) {
        push(acts, sure.max(Certainty::May), Deed::SqlSelect, Some(source), Flags::NONE);
    }
    if is_about(tokens, &["FUNCTION", "PROCEDURE", "PROC"]) {
        // What stands in it runs when it is called.
        for token in tokens.iter().filter(|token| token.kind == Kind::Text && token.text.len() > 12)
        {
            acts.push(Act {
                certainty: Certainty::May,
                what: What::Text(Language::Sql, Some(token.text.to_string())),
            });
        }
    }
}

fn drop(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let flags = if tokens.iter().any(|token| token.is_any(&["CASCADE", "FORCE"])) {
        Flags::FORCE
    } else {
        Flags::NONE
    };
    let flags = if is_about(tokens, &["DATABASE", "SCHEMA", "KEYSPACE", "TABLESPACE", "OWNED"]) {
        flags.with(Flags::UNBOUNDED)
    } else {
        flags
    };
    if tokens.first().is_some_and(|t| t.is("UNDROP")) {
        return push(acts, sure, Deed::SqlCreate, target(tokens), Flags::NONE);
    }
    let Some(first) = target(tokens) else {
        return push(acts, sure, Deed::SqlDrop, None, flags);
    };
    push(acts, sure, Deed::SqlDrop, Some(first), flags);
    for (at, _) in flat(tokens).filter(|(_, token)| token.is_mark(',')) {
        if let Some((text, _)) = name(tokens.get(at.saturating_add(1)..).unwrap_or(&[])) {
            push(acts, sure, Deed::SqlDrop, Some(text), flags);
        }
    }
    if is_about(tokens, &["USER", "ROLE", "LOGIN", "GROUP", "POLICY"]) {
        push(acts, sure, Deed::SqlGrant, target(tokens), Flags::NONE);
    }
}

fn alter(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    if tokens.get(1).is_some_and(|t| t.is("DEFAULT")) {
        return push(acts, sure, Deed::SqlGrant, None, Flags::NONE);
    }
    if is_about(tokens, &["USER", "ROLE", "LOGIN", "GROUP"]) {
        return push(acts, sure, Deed::SqlGrant, target(tokens), Flags::NONE);
    }
    if tokens.get(1).is_some_and(|t| t.is_any(&["SYSTEM", "INSTANCE"])) {
        return push(acts, sure, Deed::SqlAdmin, None, Flags::NONE);
    }
    push(acts, sure, Deed::SqlAlter, target(tokens), Flags::NONE);
    // `DROP COLUMN`, `DROP PARTITION` take data away; `OWNER TO` and `DISABLE ROW LEVEL SECURITY` change rights.
    let pairs = || tokens.iter().zip(tokens.iter().skip(1));
    if pairs().any(|(a, b)| {
        a.is_any(&["DROP", "TRUNCATE"])
            && !b.is_any(&[
                "CONSTRAINT",
                "DEFAULT",
                "NOT",
                "INDEX",
                "KEY",
                "IDENTITY",
                "EXPRESSION",
                "FOREIGN",
                "PRIMARY",
                "CHECK",
            ])
    }) {
        push(acts, sure, Deed::SqlDrop, target(tokens), Flags::NONE);
    }
    if pairs().any(|(a, b)| {
        a.is("OWNER") && b.is("TO") || a.is_any(&["DISABLE", "NO"]) && b.is_any(&["ROW", "FORCE"])
    }) {
        push(acts, sure, Deed::SqlGrant, target(tokens), Flags::NONE);
    }
}

fn set(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let has = |words: &[&str]| tokens.iter().take(4).any(|token| token.is_any(words));
    let is_server = has(&["GLOBAL", "PERSIST", "PERSIST_ONLY", "MASTER", "BINLOG"])
        || tokens.get(1).is_some_and(|t| t.text.to_ascii_lowercase().starts_with("@@global"));
    let deed = if has(&["PASSWORD"]) {
        Deed::SqlGrant
    } else if is_server {
        Deed::SqlAdmin
    } else if has(&["ROLE", "AUTHORIZATION"]) {
        Deed::SqlGrant
    } else {
        Deed::SqlOther
    };
    push(acts, sure, deed, None, Flags::NONE);
    calls(tokens, sure, acts);
}

fn execute(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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
fn code(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    push(acts, sure, Deed::SqlExec, None, Flags::NONE);
    for token in tokens.iter().filter(|token| token.kind == Kind::Text) {
        let what = What::Text(Language::Sql, Some(token.text.to_string()));
        acts.push(Act { certainty: sure.max(Certainty::May), what });
    }
    calls(tokens, sure, acts);
}

fn prepare(tokens: &[Token<'_>], acts: &mut Vec<Act>) {
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
fn load(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

fn pragma(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
    let named = name(tokens.get(1..).unwrap_or(&[])).map(|(text, _)| text);
    let sets = tokens.iter().any(|token| token.is_mark('='));
    let is_admin = named.as_deref().is_some_and(|name| {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        [
            "writable_schema",
            "trusted_schema",
            "user_version",
            "application_id",
            "wal_checkpoint",
            "incremental_vacuum",
            "optimize",
            "key",
            "rekey",
            "journal_mode",
            "auto_vacuum",
            "secure_delete",
        ]
        .contains(&name.as_str())
            && (sets
                || tokens.iter().any(|t| t.is_mark('('))
                || !name.contains('_') && name != "key")
    });
    let deed = if is_admin {
        Deed::SqlAdmin
    } else if sets {
        Deed::SqlOther
    } else {
        Deed::SqlSelect
    };
    push(acts, sure, deed, named, Flags::NONE);
}

fn text_after(tokens: &[Token<'_>], keyword: &str) -> Option<String> {
    let at = tokens.iter().position(|token| token.is(keyword))?;
    let token = tokens.get(at.saturating_add(1))?;
    (token.kind == Kind::Text).then(|| token.text.to_string())
}

fn last_text(tokens: &[Token<'_>]) -> Option<String> {
    tokens.iter().rev().find(|t| t.kind == Kind::Text).map(|t| t.text.to_string())
}

/// Keywords and what they would do.
const GUESSES: &[(&str, Deed)] = &[
    ("DROP", Deed::SqlDrop),
    ("TRUNCATE", Deed::SqlTruncate),
    ("DELETE", Deed::SqlDelete),
    ("UPDATE", Deed::SqlUpdate),
    ("INSERT", Deed::SqlInsert),
    ("REPLACE", Deed::SqlInsert),
    ("MERGE", Deed::SqlUpdate),
    ("CREATE", Deed::SqlCreate),
    ("ALTER", Deed::SqlAlter),
    ("GRANT", Deed::SqlGrant),
    ("REVOKE", Deed::SqlGrant),
    ("COPY", Deed::SqlFile),
    ("ATTACH", Deed::SqlFile),
    ("SELECT", Deed::SqlSelect),
];

/// Adds what a text that is not read may do, by the keywords that are in it.
pub(super) fn guess(text: &str, sink: &mut Sink<'_>) {
    let mut seen = [false; GUESSES.len()];
    for word in text.split(|c: char| !c.is_ascii_alphabetic()) {
        if word.len() < 4 || word.len() > 8 {
            continue;
        }
        for ((keyword, _), seen) in GUESSES.iter().zip(&mut seen) {
            *seen |= word.eq_ignore_ascii_case(keyword);
        }
    }
    for ((_, deed), _) in GUESSES.iter().zip(seen).filter(|(_, seen)| *seen) {
        sink.add(Certainty::Opaque, *deed, sponsio_engine::event::Object::None, Flags::NONE);
    }
    sink.add(Certainty::Opaque, Deed::SqlExec, sponsio_engine::event::Object::None, Flags::NONE);
}
