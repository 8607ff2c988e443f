//! Programs that a script starts.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::call::{Arguments, argument, keyword};
use super::value::Value;
use super::walk::Walk;
use crate::Language;
use crate::path;
use crate::program::Input;
use crate::tool::context::run_words_in;
use crate::word::{Piece, Word};

/// Whether the function starts a program.
pub(super) fn is_process(name: &str) -> bool {
    name.strip_prefix("subprocess.").is_some_and(|name| {
        matches!(
            name,
            "run"
                | "call"
                | "check_call"
                | "check_output"
                | "Popen"
                | "getoutput"
                | "getstatusoutput"
        )
    }) || name.strip_prefix("os.").is_some_and(|name| {
        matches!(name, "system" | "popen" | "popen2" | "popen3" | "startfile")
            || name.starts_with("exec")
            || name.starts_with("spawn")
            || name.starts_with("posix_spawn")
    }) || matches!(
        name,
        "pty.spawn"
            | "asyncio.create_subprocess_shell"
            | "asyncio.create_subprocess_exec"
            | "pexpect.spawn"
            | "pexpect.run"
            | "sh.bash"
            | "invoke.run"
            | "fabric.local"
            | "IPython.get_ipython().system"
    )
}

/// Starts it.
pub(super) fn call(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Value {
    let unknown = Value::Unknown;
    let first = argument(arguments, 0, &["args", "cmd", "command"]).unwrap_or(&unknown);
    shells(walk, arguments);
    let short = name.rsplit('.').next().unwrap_or(name);
    if name.starts_with("os.exec")
        || name.starts_with("os.spawn")
        || name.starts_with("os.posix_spawn")
    {
        let skip = usize::from(name.starts_with("os.spawn"));
        replaced(walk, short, arguments.get(skip..).unwrap_or(&[]));
        return Value::Unknown;
    }
    let is_shell = keyword(arguments, "shell").is_some_and(|value| *value != Value::Number(0));
    match short {
        "system"
        | "popen"
        | "popen2"
        | "popen3"
        | "getoutput"
        | "getstatusoutput"
        | "create_subprocess_shell"
        | "startfile"
        | "local" => walk.run(Language::Shell, first),
        "create_subprocess_exec" => {
            let argv: Vec<Value> = arguments
                .iter()
                .filter(|(name, _)| name.is_none())
                .map(|(_, value)| value.clone())
                .collect();
            start(walk, &Value::List(argv), arguments);
        }
        _ => match first {
            Value::List(items) if is_shell => {
                walk.run(Language::Shell, items.first().unwrap_or(&unknown));
            }
            Value::Any(all) => {
                for one in all.clone() {
                    walk.maybe(|walk| call(walk, name, &replace_first(arguments, one)));
                }
            }
            Value::List(_) => start(walk, first, arguments),
            _ => walk.run(Language::Shell, first),
        },
    }
    Value::Made(name.to_owned(), None)
}

fn replace_first(arguments: &Arguments, value: Value) -> Vec<(Option<String>, Value)> {
    let mut arguments = arguments.to_vec();
    if let Some((_, first)) = arguments.first_mut() {
        *first = value;
    }
    arguments
}

/// `execl(path, name, words…)`, `execv(path, [name, words…])`.
fn replaced(walk: &mut Walk<'_, '_, '_>, short: &str, arguments: &Arguments) {
    let program = argument(arguments, 0, &["path", "file"]).cloned().unwrap_or(Value::Unknown);
    let is_list = short.trim_start_matches("exec").trim_start_matches("spawn").starts_with('v')
        || short.starts_with("posix");
    let rest: Vec<Value> = if is_list {
        match argument(arguments, 1, &["args", "argv"]) {
            Some(Value::List(items)) => items.iter().skip(1).cloned().collect(),
            _ => vec![Value::Unknown],
        }
    } else {
        arguments.iter().skip(2).map(|(_, value)| value.clone()).collect()
    };
    let argv: Vec<Value> = std::iter::once(program).chain(rest).collect();
    start(walk, &Value::List(argv), &[]);
}

fn start(walk: &mut Walk<'_, '_, '_>, argv: &Value, arguments: &Arguments) {
    let Value::List(items) = argv else { return walk.opaque(Flags::NONE) };
    let words: Vec<Word> = items.iter().map(Value::word).collect();
    if words.first().is_none_or(Word::is_unknown) {
        return walk.opaque(Flags::NONE);
    }
    let cwd = match keyword(arguments, "cwd") {
        Some(value) => path::resolve(&value.word(), &walk.cwd, walk.sink.context),
        None => walk.cwd.clone(),
    };
    let input = match keyword(arguments, "input") {
        Some(Value::Text(word)) => Input::Text(word.clone(), walk.marks),
        Some(Value::From(flags)) => Input::Text(Word::unknown(), *flags),
        Some(Value::Content(word)) => {
            Input::File(path::resolve(word, &walk.cwd, walk.sink.context))
        }
        _ => Input::None,
    };
    walk.begin();
    let (certainty, marks) = (walk.certainty(), walk.marks);
    walk.sink
        .within(certainty, Flags::NONE, |sink| run_words_in(&words, &input, &cwd, marks, sink));
}

/// A program whose input or output is a connection.
fn shells(walk: &mut Walk<'_, '_, '_>, arguments: &Arguments) {
    let is_socket =
        |value: &Value| matches!(value, Value::Made(maker, _) if maker.contains("socket"));
    let any = ["stdin", "stdout", "stderr"]
        .iter()
        .any(|name| keyword(arguments, name).is_some_and(is_socket));
    if !any {
        return;
    }
    let object = walk.host.clone().map_or(Object::None, Object::Host);
    walk.add(Certainty::Must, Deed::NetShell, object, Flags::NONE);
}

/// The text with a variable of a shell for each part that is not known.
pub(super) fn guessed(word: &Word) -> String {
    word.pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::One => "?",
            Piece::Many => "*",
            Piece::Unknown => "\"$_unknown\"",
        })
        .collect()
}
