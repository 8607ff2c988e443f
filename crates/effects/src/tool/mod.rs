//! What the tools of common hosts do with their arguments, by a table.
//!
//! The name of a tool, without its namespace, selects a row of `table`; the row says what the arguments mean. Models
//! mistype arguments, and hosts repair some of that before they run a call: a list where a text is meant, an object
//! around the arguments, JSON in a text. This is followed where it is clear. A tool that is known to run something and
//! has nothing that can be read is opaque. A tool that is not known is judged by its arguments' names (`guess`).

pub(crate) mod context;
mod guess;
mod json;
mod meaning;
mod name;
mod patch;
mod secret;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use sponsio_engine::event::{Certainty, Deed, Flags, Object, Value};

use crate::limits::{ARGUMENT_DEPTH_MAX, ARGUMENTS_MAX};
use crate::sink::Sink;
use crate::word::Word;
use crate::{Context, Language, run_text, url};
use context::{cwd, path_object, run_words};
use table::{Meaning, ROWS, Row};

/// Adds the effects of the call.
pub(crate) fn call(tool: &str, args: &Value, sink: &mut Sink<'_>) {
    let (server, bare) = name::split(tool);
    sink.command(tool);
    secrets(args, sink);
    let opened = open(args);
    let args = opened.as_ref().unwrap_or(args);
    let (own, host) = (name::Bare::new(bare), name::Bare::new(server));
    match ROWS.iter().find(|row| name::fits(row.tools, &host, &own)) {
        Some(row) => by_row(row, args, sink),
        None => guess::call(server, bare, args, sink),
    }
}

/// The directory that the call names for itself, as text.
pub(crate) fn directory(args: &Value, context: &Context<'_>) -> Option<String> {
    const NAMES: &[&str] =
        &["cwd", "workdir", "working_directory", "working_dir", "dir_path", "workspace_dir"];
    let opened = open(args);
    let args = opened.as_ref().unwrap_or(args);
    let found = NAMES.iter().find_map(|name| find(args, name).into_iter().next());
    match found {
        Some(Value::Text(text)) => context::directory(text, context),
        _ => None,
    }
}

/// The arguments, where they are JSON in a text.
fn open(args: &Value) -> Option<Value> {
    let Value::Text(text) = args else { return None };
    if json::is_too_long(text) { Some(Value::Null) } else { json::object(text) }
}

/// Adds what looks like a credential anywhere in the arguments.
fn secrets(args: &Value, sink: &mut Sink<'_>) {
    let mut left = vec![args];
    let mut count = 0_usize;
    while let Some(value) = left.pop() {
        count = count.saturating_add(1);
        if count > ARGUMENTS_MAX.saturating_mul(16) {
            return;
        }
        match value {
            Value::Text(text) => {
                for kind in secret::kinds(text) {
                    sink.add(
                        Certainty::May,
                        Deed::SecretText,
                        Object::Name(kind.into()),
                        Flags::NONE,
                    );
                }
            }
            Value::List(items) => left.extend(items.iter()),
            Value::Object(members) => left.extend(members.iter().map(|(_, value)| value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Whether an argument of this meaning is what the call is for: without any, what it does cannot be told.
const fn is_essential(meaning: Meaning) -> bool {
    !matches!(
        meaning,
        Meaning::Content | Meaning::Name | Meaning::Rest | Meaning::Search | Meaning::List
    )
}

fn by_row(row: &Row, args: &Value, sink: &mut Sink<'_>) {
    let mut any = false;
    let mut names = Vec::new();
    for (paths, meaning) in row.arguments {
        for value in reach(args, paths) {
            if *meaning == Meaning::Name {
                names.extend(texts(value));
                continue;
            }
            any |= is_essential(*meaning);
            apply(*meaning, value, args, row, sink);
        }
    }
    for deed in row.deeds {
        if names.is_empty() {
            sink.add(Certainty::Must, *deed, Object::None, Flags::NONE);
        }
        for name in names.iter().take(ARGUMENTS_MAX) {
            sink.add(Certainty::Must, *deed, Object::Name(name.as_str().into()), Flags::NONE);
        }
    }
    let Some((_, meaning)) = row.arguments.iter().find(|(_, meaning)| is_essential(*meaning))
    else {
        return;
    };
    if any {
        return;
    }
    // The text itself in the place of the arguments, or nothing that can be read.
    match args {
        Value::Text(_) | Value::List(_) => apply(*meaning, args, args, row, sink),
        _ => missing(*meaning, sink),
    }
}

/// The values of the arguments with these names, also in an object around them.
fn reach<'v>(args: &'v Value, paths: &str) -> Vec<&'v Value> {
    const AROUND: &[&str] = &[
        "input",
        "args",
        "arguments",
        "params",
        "parameters",
        "kwargs",
        "tool_input",
        "action",
        "request",
        "body",
    ];
    let mut place = args;
    for _ in 0..ARGUMENT_DEPTH_MAX {
        let mut found: Vec<&Value> = paths.split(' ').flat_map(|path| find(place, path)).collect();
        found.retain(|value| !matches!(value, Value::Null));
        found.truncate(ARGUMENTS_MAX);
        if !found.is_empty() {
            return found;
        }
        let Value::Object(members) = place else { return found };
        let around = members.iter().find(|(name, value)| {
            matches!(value, Value::Object(_))
                && (members.len() == 1 || AROUND.iter().any(|around| name::same(around, name)))
        });
        match around {
            Some((_, value)) => place = value,
            None => return found,
        }
    }
    Vec::new()
}

/// The values at a path whose names are compared as names of tools are.
fn find<'v>(args: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut places = vec![args];
    for part in path.split('.') {
        let (name, is_every) = part.strip_suffix("[*]").map_or((part, false), |name| (name, true));
        let members = places.into_iter().flat_map(|place| match place {
            Value::Object(members) => members
                .iter()
                .filter(|(own, _)| name::same(own, name))
                .map(|(_, value)| value)
                .collect(),
            _ => Vec::new(),
        });
        places = if is_every {
            members
                .flat_map(|value| match value {
                    Value::List(items) => items.iter().collect(),
                    other => vec![other],
                })
                .take(ARGUMENTS_MAX)
                .collect()
        } else {
            members.take(ARGUMENTS_MAX).collect()
        };
    }
    places
}

/// The texts in a value: itself, or the elements of a list.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) if json::is_too_long(text) => Vec::new(),
        Value::Text(text) => match json::value(text) {
            Some(list @ Value::List(_)) => texts(&list),
            _ => vec![text.to_string()],
        },
        Value::List(items) => items
            .iter()
            .take(ARGUMENTS_MAX)
            .filter_map(|item| match item {
                Value::Text(text) => Some(text.to_string()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Adds what an argument of this meaning does.
fn apply(meaning: Meaning, value: &Value, args: &Value, row: &Row, sink: &mut Sink<'_>) {
    let found = texts(value);
    let is_list = matches!(value, Value::List(_)) || found.len() > 1;
    if found.is_empty() {
        return missing(meaning, sink);
    }
    if matches!((meaning, is_list), (Meaning::Words, _) | (Meaning::Shell, true)) {
        return words(&found, sink);
    }
    if meaning == Meaning::Program {
        let rest = row.arguments.iter().filter(|(_, meaning)| *meaning == Meaning::Rest);
        let rest = rest.flat_map(|(paths, _)| reach(args, paths)).flat_map(texts);
        return words(&found.iter().cloned().chain(rest).collect::<Vec<_>>(), sink);
    }
    for text in &found {
        one(meaning, text, args, sink);
    }
}

/// A list of words, which is a program; one word with blanks in it is a line for a shell.
fn words(words: &[String], sink: &mut Sink<'_>) {
    match words {
        [line] if line.contains(char::is_whitespace) => run_text(Language::Shell, line, sink),
        [first, patch] if first == "apply_patch" => patched(patch, sink),
        _ => {
            let argv: Vec<Word> = words.iter().map(Word::known).collect();
            run_words(&argv, Flags::NONE, sink);
        }
    }
}

fn one(meaning: Meaning, text: &str, args: &Value, sink: &mut Sink<'_>) {
    let path = |deed, flags, sink: &mut Sink<'_>| {
        let text = text.strip_prefix("file://").unwrap_or(text);
        let object = path_object(Some(text), &cwd(sink.context), sink.context);
        sink.add(Certainty::Must, deed, object, flags);
    };
    match meaning {
        Meaning::Shell => run_text(Language::Shell, text, sink),
        Meaning::Sql => run_text(Language::Sql, text, sink),
        Meaning::Python => run_text(Language::Python, text, sink),
        Meaning::JavaScript => run_text(Language::JavaScript, text, sink),
        Meaning::PowerShell => run_text(Language::PowerShell, text, sink),
        Meaning::Cmd => run_text(Language::Cmd, text, sink),
        Meaning::Code => run_text(language(args), text, sink),
        Meaning::Words | Meaning::Program | Meaning::Rest => words(&[text.to_owned()], sink),
        Meaning::Read => path(Deed::Read, Flags::NONE, sink),
        Meaning::Search => path(Deed::Read, Flags::RECURSIVE, sink),
        Meaning::List => path(Deed::List, Flags::NONE, sink),
        Meaning::Write if has_content(args) => path(Deed::Write, Flags::TYPED, sink),
        Meaning::Write => path(Deed::Write, Flags::NONE, sink),
        Meaning::Edit if is_view(args) => path(Deed::Read, Flags::NONE, sink),
        Meaning::Edit => path(Deed::Write, Flags::NONE, sink),
        Meaning::Delete => path(Deed::Delete, Flags::NONE, sink),
        Meaning::DeleteBelow => {
            let object = path_object(Some(text), &cwd(sink.context), sink.context);
            sink.add(Certainty::Must, Deed::Delete, below(object), Flags::RECURSIVE);
        }
        Meaning::Exec => path(Deed::Exec, Flags::NONE, sink),
        Meaning::Receive => network(Deed::NetReceive, text, sink),
        Meaning::Send => network(Deed::NetSend, text, sink),
        Meaning::Patch => patched(text, sink),
        Meaning::Name | Meaning::Content => {}
    }
}

fn below(object: Object) -> Object {
    match object {
        Object::Path(mut set) => {
            set.below = true;
            Object::Path(set)
        }
        other => other,
    }
}

/// Whether what is written stands in the call.
fn has_content(args: &Value) -> bool {
    const NAMES: &str = "content contents text file_text code body data new_source";
    !reach(args, NAMES).is_empty()
}

/// Whether the call of an editor only looks.
fn is_view(args: &Value) -> bool {
    matches!(reach(args, "command").as_slice(), [Value::Text(text)] if &**text == "view")
}

/// The language that the call names; Python where it names none.
fn language(args: &Value) -> Language {
    match reach(args, "language lang runtime kernel language_name").as_slice() {
        [Value::Text(text)] => match text.to_ascii_lowercase().as_str() {
            "bash" | "sh" | "shell" | "zsh" | "terminal" => Language::Shell,
            "python" | "python3" | "py" | "ipython" => Language::Python,
            "javascript" | "js" | "node" | "nodejs" | "typescript" | "ts" | "deno" => {
                Language::JavaScript
            }
            "sql" | "postgres" | "sqlite" | "mysql" => Language::Sql,
            "powershell" | "pwsh" | "ps1" => Language::PowerShell,
            "cmd" | "bat" | "batch" => Language::Cmd,
            _ => Language::Other,
        },
        [] => Language::Python,
        _ => Language::Other,
    }
}

fn network(deed: Deed, text: &str, sink: &mut Sink<'_>) {
    if let Some(path) = text.trim().strip_prefix("file://") {
        let object = path_object(Some(path), &cwd(sink.context), sink.context);
        return sink.add(Certainty::Must, Deed::Read, object, Flags::NONE);
    }
    // A prompt that may have URLs in it.
    if text.trim().contains(char::is_whitespace) {
        for part in text.split(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | ',')
        }) {
            if sink.is_full() {
                return;
            }
            if part.contains("://")
                && let Some(host) = url::host(&Word::known(part))
            {
                sink.add(Certainty::May, deed, Object::Host(host), Flags::NONE);
            }
        }
        return;
    }
    match url::host(&Word::known(text.trim())) {
        Some(host) => sink.add(Certainty::Must, deed, Object::Host(host), Flags::NONE),
        None => sink.add(Certainty::Opaque, deed, Object::None, Flags::NONE),
    }
}

fn patched(text: &str, sink: &mut Sink<'_>) {
    let paths = patch::paths(text);
    if paths.is_empty() {
        return missing(Meaning::Write, sink);
    }
    for (deed, path) in paths {
        let object = path_object(Some(path), &cwd(sink.context), sink.context);
        sink.add(Certainty::Must, deed, object, Flags::NONE);
    }
}

/// Adds what a call does whose argument of this meaning cannot be read: the widest it could be.
fn missing(meaning: Meaning, sink: &mut Sink<'_>) {
    let deed = match meaning {
        Meaning::Shell
        | Meaning::Words
        | Meaning::Program
        | Meaning::Python
        | Meaning::JavaScript
        | Meaning::PowerShell
        | Meaning::Cmd
        | Meaning::Code
        | Meaning::Exec => return sink.opaque(),
        Meaning::Sql => {
            return sink.add(Certainty::Opaque, Deed::SqlExec, Object::None, Flags::NONE);
        }
        Meaning::Receive => {
            return sink.add(Certainty::Opaque, Deed::NetReceive, Object::None, Flags::NONE);
        }
        Meaning::Send => {
            return sink.add(Certainty::Opaque, Deed::NetSend, Object::None, Flags::NONE);
        }
        Meaning::Read => Deed::Read,
        Meaning::Write | Meaning::Edit | Meaning::Patch => Deed::Write,
        Meaning::Delete | Meaning::DeleteBelow => Deed::Delete,
        Meaning::Rest | Meaning::Search | Meaning::List | Meaning::Name | Meaning::Content => {
            return;
        }
    };
    let object = path_object(None, &cwd(sink.context), sink.context);
    sink.add(Certainty::Opaque, deed, object, Flags::NONE);
}
