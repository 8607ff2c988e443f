//! Tools that no row names, by their own name and the names of their arguments.

use sponsio_engine::event::{Certainty, Deed, Flags, Object, Value};

use super::table::{Meaning, Row};
use super::{apply, reach};
use crate::sink::Sink;

/// Verbs in the name of a tool, and what they say of a path among its arguments.
const VERBS: &[(&str, Meaning)] = &[
    ("delete", Meaning::Delete),
    ("remove", Meaning::Delete),
    ("unlink", Meaning::Delete),
    ("trash", Meaning::Delete),
    ("write", Meaning::Write),
    ("save", Meaning::Write),
    ("create", Meaning::Write),
    ("edit", Meaning::Write),
    ("update", Meaning::Write),
    ("append", Meaning::Write),
    ("modify", Meaning::Write),
    ("replace", Meaning::Write),
    ("patch", Meaning::Write),
    ("insert", Meaning::Write),
    ("put", Meaning::Write),
    ("download", Meaning::Write),
    ("read", Meaning::Read),
    ("view", Meaning::Read),
    ("open", Meaning::Read),
    ("load", Meaning::Read),
    ("cat", Meaning::Read),
    ("show", Meaning::Read),
    ("parse", Meaning::Read),
    ("upload", Meaning::Read),
    ("get", Meaning::Read),
];

const GUESS: Row = Row { host: "", tools: "", deeds: &[], arguments: &[] };

/// Adds the effects of the call, as far as names tell them.
pub(super) fn call(server: &str, tool: &str, args: &Value, sink: &mut Sink<'_>) {
    let name: String = tool.to_ascii_lowercase().replace('-', "_");
    let whole = format!("{} {name}", server.to_ascii_lowercase());
    let has = |words: &[&str]| words.iter().any(|word| whole.contains(word));
    let mut any = false;
    let mut take = |paths: &str, meaning: Meaning, sink: &mut Sink<'_>| {
        for value in reach(args, paths) {
            any = true;
            apply(meaning, value, args, &GUESS, sink);
        }
    };
    if has(&["powershell", "pwsh"]) {
        take("command cmd script", Meaning::PowerShell, sink);
    } else if has(&["exec", "run", "shell", "bash", "terminal", "command", "cmd", "console", "ssh"])
    {
        take("command cmd shell_command commands[*] command_line script", Meaning::Shell, sink);
    }
    if has(&["sql", "query", "database", "db", "postgres", "mysql", "sqlite"]) {
        take("sql sql_query statement", Meaning::Sql, sink);
        if has(&["sql", "database", "db", "postgres"]) {
            take("query", Meaning::Sql, sink);
        }
    }
    if has(&["python", "ipython", "notebook", "jupyter"]) {
        take("code script", Meaning::Python, sink);
    } else if has(&["javascript", "node", "js"]) {
        take("code script", Meaning::JavaScript, sink);
    } else if has(&["exec", "run", "eval", "interpreter", "code"]) {
        take("code", Meaning::Code, sink);
    }
    let verb = VERBS
        .iter()
        .find(|(verb, _)| name.split('_').any(|part| part == *verb) || name.starts_with(verb));
    if let Some((_, meaning)) = verb {
        take(
            "file_path path filename file_name filepath file target_file paths[*]",
            *meaning,
            sink,
        );
    }
    let sends = has(&["post", "send", "upload", "webhook", "put", "publish"]);
    let meaning = if sends { Meaning::Send } else { Meaning::Receive };
    take("url uri endpoint webhook_url", meaning, sink);
    if !any || verb.is_none() {
        let words: Box<[Option<Box<str>>]> = [Some(tool.into())].into();
        sink.add(Certainty::Opaque, Deed::Run, Object::Command(words), Flags::NONE);
    }
}
