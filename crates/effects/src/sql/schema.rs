//! Statements about the schema, rights and settings.

use super::Act;
use super::What;
use super::lex::Kind;
use super::lex::Token;
use super::names::flat;
use super::names::is_about;
use super::names::name;
use super::names::sources;
use super::names::target;
use super::rows::calls;
use super::statement::push;
use crate::Language;
use crate::limits::SQL_ACTS_MAX;
use sponsio_engine::event::Certainty;
use sponsio_engine::event::Deed;
use sponsio_engine::event::Flags;

pub(super) fn create(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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
        let texts = tokens.iter().filter(|t| t.kind == Kind::Text && t.text.len() > 12);
        for token in texts.take(SQL_ACTS_MAX) {
            acts.push(Act {
                certainty: Certainty::May,
                what: What::Text(Language::Sql, Some(token.text.to_string())),
            });
        }
    }
}

pub(super) fn drop(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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
    for (at, _) in flat(tokens).filter(|(_, token)| token.is_mark(',')).take(SQL_ACTS_MAX) {
        if let Some((text, _)) = name(tokens.get(at.saturating_add(1)..).unwrap_or(&[])) {
            push(acts, sure, Deed::SqlDrop, Some(text), flags);
        }
    }
    if is_about(tokens, &["USER", "ROLE", "LOGIN", "GROUP", "POLICY"]) {
        push(acts, sure, Deed::SqlGrant, target(tokens), Flags::NONE);
    }
}

pub(super) fn alter(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

pub(super) fn set(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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

pub(super) fn pragma(tokens: &[Token<'_>], sure: Certainty, acts: &mut Vec<Act>) {
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
