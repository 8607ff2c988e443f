//! Clients of databases.

use sponsio_engine::event::{Certainty, Deed, Flags};

use super::Input;
use super::call::Call;
use super::options::Options;
use crate::Language;
use crate::word::Word;

/// Clients of databases: a text of SQL, a file, or the input.
pub(super) fn client(call: &mut Call<'_, '_, '_>) {
    let (specification, texts, files) = forms(call.name);
    let options = call.parse(specification);
    let is_script = matches!(call.name, "mongosh" | "mongo");
    let language = if is_script { Language::JavaScript } else { Language::Sql };
    for file in options.values(files) {
        if file.text() != Some("-") {
            call.path(Deed::Exec, file, Flags::NONE);
        }
    }
    for file in options.values(&["o", "output", "L", "log-file"]) {
        if call.name == "psql" {
            call.path(Deed::Write, file, Flags::NONE);
        }
    }
    for host in options.values(&["h", "host", "S"]) {
        if !host.prefix().starts_with('/') {
            call.host(Deed::NetConnect, host, Flags::NONE);
        }
    }
    for word in &options.operands {
        if word.prefix().contains("://") {
            call.host(Deed::NetConnect, word, Flags::NONE);
        }
    }
    let mut any = false;
    for text in options.values(texts) {
        any = true;
        call.text(language, text.clone(), Flags::NONE);
    }
    if matches!(call.name, "sqlite3" | "duckdb" | "sqlite") {
        any |= !options.rest(1).is_empty();
        in_file(call, &options);
    }
    if !any && !options.has(files) {
        call.run_input(language);
    }
}

/// The options of a client that take a value, those that hold a text, and those that name a file.
fn forms(name: &str) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
    match name {
        "psql" | "pgcli" => (
            "c command f file d dbname h host p port U username o output L log-file v set P pset F R T",
            &["c", "command"],
            &["f", "file"],
        ),
        "mysql" | "mariadb" | "mycli" => (
            "e execute h host u user P port D database S socket default-character-set init-command",
            &["e", "execute", "init-command"],
            &[],
        ),
        "sqlite3" | "duckdb" | "sqlite" => {
            ("-cmd init separator c s", &["cmd", "c", "s"], &["init"])
        }
        "mongosh" | "mongo" => {
            ("eval host port u p username password f file", &["eval"], &["f", "file"])
        }
        _ => (
            "Q q query i S U P d e execute f file h host c",
            &["Q", "q", "query", "e", "execute", "c"],
            &["i", "f", "file"],
        ),
    }
}

/// A database that is a file, and the statements behind it.
fn in_file(call: &mut Call<'_, '_, '_>, options: &Options<'_>) {
    if let Some(file) = options.operands.first().filter(|w| w.text() != Some(":memory:")) {
        call.path(Deed::Read, file, Flags::NONE);
        let certainty = Certainty::May;
        let set = crate::path::resolve(file, call.cwd, call.sink.context);
        if !options.has(&["readonly"]) {
            call.sink.add(
                certainty,
                Deed::Write,
                sponsio_engine::event::Object::Path(set),
                Flags::NONE,
            );
        }
    }
    for text in options.rest(1) {
        let piped = text.text().and_then(|text| text.split_once('|')).filter(|(before, _)| {
            [".once", ".output", ".import", ".o"].iter().any(|name| before.trim().starts_with(name))
        });
        if let Some((_, command)) = piped {
            let command = command.trim_end_matches(['\'', '"']);
            call.text(Language::Shell, Word::known(command), Flags::NONE);
            continue;
        }
        // What a database in memory holds is gone with the program.
        let is_gone = options.text(0) == Some(":memory:") && text.text().is_some_and(only_memory);
        if !is_gone {
            call.text(Language::Sql, (*text).clone(), Flags::NONE);
        }
    }
}

/// Whether the statements touch nothing but the database that they run in.
fn only_memory(statements: &str) -> bool {
    let lower = statements.to_ascii_lowercase();
    let leaves =
        ["attach", "vacuum", "load_extension", "readfile", "writefile", "edit(", "fts", "."];
    !leaves.iter().any(|word| lower.contains(word))
}

/// `redis-cli`: its operands are a command of the server.
pub(super) fn redis(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+h p s a u n r i x eval user pass");
    for host in options.values(&["h", "u"]) {
        call.host(Deed::NetConnect, host, Flags::NONE);
    }
    if let Some(script) = options.value(&["eval"]) {
        call.path(Deed::Exec, script, Flags::NONE);
    }
    let Some(verb) = options.text(0) else {
        if let Input::Text(text, _) = call.input
            && let Some(text) = text.text()
        {
            for line in text.lines() {
                let words: Vec<Word> = line.split_ascii_whitespace().map(Word::known).collect();
                if let Some(verb) = words.first().and_then(Word::text) {
                    let rest: Vec<&Word> = words.iter().skip(1).collect();
                    redis_command(call, verb, &rest);
                }
            }
        }
        return;
    };
    redis_command(call, verb, options.rest(1));
}

fn redis_command(call: &mut Call<'_, '_, '_>, verb: &str, words: &[&Word]) {
    let second = words.first().and_then(|word| word.text()).unwrap_or_default();
    let deed = match verb.to_ascii_uppercase().as_str() {
        "FLUSHALL" | "FLUSHDB" => {
            return call.deed(Deed::SqlTruncate, Flags::UNBOUNDED);
        }
        "SHUTDOWN" | "DEBUG" | "REPLICAOF" | "SLAVEOF" | "FAILOVER" | "SAVE" | "BGSAVE"
        | "CLUSTER" => {
            return call.deed(Deed::SqlAdmin, Flags::NONE);
        }
        "CONFIG" | "ACL" | "CLIENT" | "SCRIPT" | "FUNCTION"
            if !second.eq_ignore_ascii_case("get") && !second.eq_ignore_ascii_case("list") =>
        {
            return call.deed(Deed::SqlAdmin, Flags::NONE);
        }
        "EVAL" | "EVALSHA" | "FCALL" | "MODULE" => return call.deed(Deed::SqlExec, Flags::NONE),
        "DEL" | "UNLINK" | "HDEL" | "LREM" | "SREM" | "ZREM" | "LTRIM" | "GETDEL" | "EXPIRE" => {
            Deed::SqlDelete
        }
        "SET" | "SETEX" | "HSET" | "LPUSH" | "RPUSH" | "SADD" | "ZADD" | "INCR" | "DECR"
        | "MSET" | "APPEND" | "XADD" | "RENAME" => Deed::SqlUpdate,
        "GET" | "MGET" | "HGET" | "HGETALL" | "KEYS" | "SCAN" | "LRANGE" | "SMEMBERS"
        | "ZRANGE" | "TYPE" | "TTL" | "EXISTS" | "XREAD" | "MONITOR" => Deed::SqlSelect,
        _ => return call.deed(Deed::SqlOther, Flags::NONE),
    };
    match words.first() {
        Some(key) => call.name(deed, key, Flags::NONE),
        None => call.deed(deed, Flags::NONE),
    }
}
