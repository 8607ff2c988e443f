//! Calls with a text as their first argument, in languages that write them alike.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use crate::sink::Sink;
use crate::tool::context::{cwd, path_object, run_words};
use crate::word::{Piece, Word};
use crate::{Language, run_text, url};

/// Work for each byte of a script.
const WORK: usize = 4;
/// Work for each call that is made, whatever it does.
const CALL_WORK: usize = 512;
/// Other names for functions that are followed.
const ALIASES_MAX: usize = 32;
/// Bytes after an address in which it is looked for whether something is sent there.
const OPTIONS_BYTES: usize = 512;

/// What a function does with the text that is its first argument.
#[derive(Clone, Copy)]
enum Does {
    Shell,
    /// A program, and perhaps a list of its words.
    Program,
    /// Code in a language that is not followed.
    Code,
    Path(Deed, Flags),
    /// The first text is taken away, the second is written.
    Move,
    Net(Deed),
}

const N: Flags = Flags::NONE;
const R: Flags = Flags::RECURSIVE;

/// Names without what stands before a dot, an arrow or colons.
const CALLS: &[(&str, Does)] = &[
    ("exec", Does::Shell),
    ("execSync", Does::Shell),
    ("system", Does::Shell),
    ("shell_exec", Does::Shell),
    ("passthru", Does::Shell),
    ("popen", Does::Shell),
    ("proc_open", Does::Shell),
    ("qx", Does::Shell),
    ("spawn", Does::Program),
    ("spawnSync", Does::Program),
    ("execFile", Does::Program),
    ("execFileSync", Does::Program),
    ("fork", Does::Program),
    ("pcntl_exec", Does::Program),
    ("eval", Does::Code),
    ("Function", Does::Code),
    ("assert", Does::Code),
    ("instance_eval", Does::Code),
    ("loadstring", Does::Code),
    ("runInThisContext", Does::Code),
    ("runInNewContext", Does::Code),
    ("unlink", Does::Path(Deed::Delete, N)),
    ("unlinkSync", Does::Path(Deed::Delete, N)),
    ("rmdir", Does::Path(Deed::Delete, N)),
    ("rmdirSync", Does::Path(Deed::Delete, N)),
    ("rm", Does::Path(Deed::Delete, R)),
    ("rmSync", Does::Path(Deed::Delete, R)),
    ("rm_rf", Does::Path(Deed::Delete, R)),
    ("rm_r", Does::Path(Deed::Delete, R)),
    ("remove_dir", Does::Path(Deed::Delete, R)),
    ("rmtree", Does::Path(Deed::Delete, R)),
    ("remove_tree", Does::Path(Deed::Delete, R)),
    ("rimraf", Does::Path(Deed::Delete, R)),
    ("removeSync", Does::Path(Deed::Delete, R)),
    ("remove", Does::Path(Deed::Delete, N)),
    ("delete", Does::Path(Deed::Delete, N)),
    ("writeFile", Does::Path(Deed::Write, N)),
    ("writeFileSync", Does::Path(Deed::Write, N)),
    ("appendFile", Does::Path(Deed::Write, Flags::APPEND)),
    ("appendFileSync", Does::Path(Deed::Write, Flags::APPEND)),
    ("createWriteStream", Does::Path(Deed::Write, N)),
    ("file_put_contents", Does::Path(Deed::Write, N)),
    ("mkdirSync", Does::Path(Deed::Write, N)),
    ("write", Does::Path(Deed::Write, N)),
    ("truncateSync", Does::Path(Deed::Write, N)),
    ("readFile", Does::Path(Deed::Read, N)),
    ("readFileSync", Does::Path(Deed::Read, N)),
    ("createReadStream", Does::Path(Deed::Read, N)),
    ("file_get_contents", Does::Path(Deed::Read, N)),
    ("readfile", Does::Path(Deed::Read, N)),
    ("open", Does::Path(Deed::Read, N)),
    ("fopen", Does::Path(Deed::Read, N)),
    ("read", Does::Path(Deed::Read, N)),
    ("chmodSync", Does::Path(Deed::Chmod, N)),
    ("renameSync", Does::Move),
    ("rename", Does::Move),
    ("fetch", Does::Net(Deed::NetReceive)),
    ("get", Does::Net(Deed::NetReceive)),
    ("post", Does::Net(Deed::NetSend)),
    ("put", Does::Net(Deed::NetSend)),
    ("sendBeacon", Does::Net(Deed::NetSend)),
    ("WebSocket", Does::Net(Deed::NetConnect)),
    ("connect", Does::Net(Deed::NetConnect)),
    ("fsockopen", Does::Net(Deed::NetConnect)),
];

/// Adds what the calls in the script do.
pub(super) fn run(text: &str, sink: &mut Sink<'_>) {
    if !sink.spend(text.len().saturating_mul(WORK)) {
        return;
    }
    let mut at = 0_usize;
    let mut word = "";
    // Names from `const { exec: run } = require(…)` are looked up by what they are called there.
    let aliases = aliases(text);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        if is_part(first) {
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            word = rest.get(..length).unwrap_or("");
            at = at.saturating_add(length);
            continue;
        }
        if first == '`' && matches!(word, "" | "print" | "puts" | "echo")
            || rest.starts_with("`") && is_command(text, at)
        {
            let (inner, length) = quoted(rest);
            if let Some(inner) = inner {
                may(sink, |sink| run_text(Language::Shell, &inner, sink));
            }
            at = at.saturating_add(length);
            word = "";
            continue;
        }
        if matches!(first, '(' | ' ' | '{' | '.') && !word.is_empty() {
            let inner = rest.trim_start_matches(['(', ' ', '{']);
            let skipped = rest.len().saturating_sub(inner.len());
            let name =
                aliases.iter().find(|(alias, _)| *alias == word).map_or(word, |(_, name)| name);
            let does = does(name);
            if let Some(read) = does.and_then(|does| globbed(does, inner, sink)) {
                at = at.saturating_add(skipped).saturating_add(read);
                word = "";
                continue;
            }
            if let Some(does) = does
                && inner.starts_with(['\'', '"', '`'])
            {
                let (argument, length) = quoted(inner);
                call(does, argument.as_deref(), inner.get(length..).unwrap_or(""), name, sink);
                at = at.saturating_add(skipped).saturating_add(length);
                word = "";
                continue;
            }
            // What is skipped is skipped once, or blanks would be read as often as there are blanks.
            if skipped > 0 {
                let is_blank = rest.get(..skipped).is_some_and(|part| part.trim().is_empty());
                word = if is_blank { word } else { "" };
                at = at.saturating_add(skipped);
                continue;
            }
        }
        if matches!(first, '\'' | '"') {
            at = at.saturating_add(quoted(rest).1);
            word = "";
            continue;
        }
        if first == '(' || first == '.' || !first.is_whitespace() {
            word = "";
        }
        at = at.saturating_add(first.len_utf8());
    }
    stores(text, sink);
    connections(text, sink);
}

/// `unlink glob("a/*")`: how much of the text was read.
fn globbed(does: Does, inner: &str, sink: &mut Sink<'_>) -> Option<usize> {
    let Does::Path(deed, flags) = does else { return None };
    let after = inner.strip_prefix("glob")?.trim_start_matches(['(', ' ']);
    let (pattern, length) = quoted(after);
    let set = crate::path::resolve(&pattern_word(&pattern?), &cwd(sink.context), sink.context);
    sink.add(Certainty::May, deed, Object::Path(set), flags);
    Some(inner.len().saturating_sub(after.len()).saturating_add(length))
}

/// A pattern of names as a word.
fn pattern_word(pattern: &str) -> Word {
    let mut word = Word::default();
    for (number, part) in pattern.split('*').enumerate() {
        if number > 0 {
            word.push(Piece::Many);
        }
        word.push(Piece::Text(part.to_owned()));
    }
    word
}

/// A shell beside a socket, and requests whose host is a member of an object.
fn connections(text: &str, sink: &mut Sink<'_>) {
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if has(&["socket", "Socket", "fsockopen"])
        && has(&["\"/bin/sh", "'/bin/sh", "\"/bin/bash", "'/bin/bash", "\"cmd.exe", "'cmd.exe"])
    {
        sink.add(Certainty::May, Deed::NetShell, Object::None, Flags::NONE);
    }
    if !has(&[".request("]) {
        return;
    }
    for name in ["host:", "hostname:"] {
        for (at, _) in text.match_indices(name).take(8) {
            let after = text.get(at.saturating_add(name.len())..).unwrap_or("").trim_start();
            let host = after.starts_with(['\'', '"', '`']).then(|| quoted(after).0).flatten();
            if let Some(host) = host.and_then(|host| url::host(&Word::known(host))) {
                sink.add(Certainty::May, Deed::NetSend, Object::Host(host), Flags::UPLOAD);
            }
        }
    }
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What the function with this name does.
fn does(name: &str) -> Option<Does> {
    CALLS.iter().find(|(known, _)| *known == name).map(|(_, does)| *does)
}

fn may(sink: &mut Sink<'_>, inner: impl FnOnce(&mut Sink<'_>)) {
    sink.within(Certainty::May, Flags::NONE, inner);
}

/// Whether the backquote stands where a command of Perl, Ruby or PHP does, and not a text of JavaScript.
fn is_command(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("").trim_end_matches([' ', '\n']);
    before.is_empty() || before.ends_with([';', '='])
}

/// Commands of document and key stores that remove everything.
fn stores(text: &str, sink: &mut Sink<'_>) {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).take(64 * 1024).collect();
    let has = |part: &str| plain.contains(part);
    if has(".dropDatabase()")
        || has(".drop()")
        || has("FLUSHALL")
        || has("flushall")
        || has("FLUSHDB")
    {
        sink.add(Certainty::May, Deed::SqlDrop, Object::None, Flags::UNBOUNDED);
    }
    if has(".deleteMany({})") || has(".remove({})") || has(".delete_many({})") {
        sink.add(Certainty::May, Deed::SqlDelete, Object::None, Flags::UNBOUNDED);
    }
}

/// Names that a function of the list has in this script: `{ exec: run }`, `run = cp.exec`.
fn aliases(text: &str) -> Vec<(&str, &'static str)> {
    let mut found = Vec::new();
    let (mut line, mut before) = (0_usize, ' ');
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        if !is_part(first) {
            at = at.saturating_add(first.len_utf8());
            before = first;
            line = if matches!(first, '\n' | ';') { at } else { line };
            continue;
        }
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let is_member = before == '.';
        (at, before) = (at.saturating_add(length), first);
        let renamed = after
            .trim_start_matches(' ')
            .strip_prefix(':')
            .map(|rest| rest.trim_start_matches(' '));
        let is_given = is_member && after.starts_with([';', '\n', ',']);
        if renamed.is_none() && !is_given {
            continue;
        }
        let Some((known, _)) = CALLS.iter().find(|(known, _)| *known == word) else { continue };
        let alias = match renamed {
            Some(rest) => rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len())),
            // `const run = require('child_process').exec;`
            None => text
                .get(line..at)
                .and_then(|line| line.split_once('='))
                .and_then(|(left, _)| left.split_whitespace().next_back()),
        };
        found.extend(alias.filter(|alias| !alias.is_empty()).map(|alias| (alias, *known)));
        if found.len() > ALIASES_MAX {
            break;
        }
        if is_given {
            line = at;
        }
    }
    found
}

/// The text in quotes that begins here, none where something is put into it, and how many bytes it takes.
fn quoted(text: &str) -> (Option<String>, usize) {
    let mut characters = text.char_indices();
    let Some((_, quote)) = characters.next() else { return (None, 0) };
    let mut inner = String::new();
    let mut is_static = true;
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => inner.extend(characters.next().map(|(_, c)| if c == 'n' { '\n' } else { c })),
            _ if c == quote => {
                return (is_static.then_some(inner), at.saturating_add(c.len_utf8()));
            }
            '$' | '#'
                if quote != '\''
                    && text
                        .get(at.saturating_add(1)..)
                        .is_some_and(|rest| rest.starts_with('{')) =>
            {
                is_static = false;
                inner.push(c);
            }
            _ => inner.push(c),
        }
    }
    (None, text.len())
}

/// `system("rm", "-r", "a")`: a program and its words.
fn listed(first: &str, rest: &str) -> Option<Vec<Word>> {
    let mut words = vec![Word::known(first)];
    let mut rest = rest;
    while words.len() < 64 {
        let Some(after) = rest.trim_start().strip_prefix(',').map(str::trim_start) else { break };
        if !after.starts_with(['\'', '"']) {
            break;
        }
        let (word, length) = quoted(after);
        words.push(word.map_or_else(Word::unknown, Word::known));
        rest = after.get(length..).unwrap_or("");
    }
    (words.len() > 1).then_some(words)
}

/// A program and the list of its words behind it.
fn program_words(argument: &str, rest: &str) -> Vec<Word> {
    let mut words = vec![Word::known(argument)];
    let after = rest.trim_start().strip_prefix(',').map(str::trim_start);
    let mut list = after.and_then(|rest| rest.strip_prefix('[')).unwrap_or("");
    while words.len() < 64 && list.starts_with(['\'', '"', '`']) {
        let (word, length) = quoted(list);
        words.push(word.map_or_else(Word::unknown, Word::known));
        list = list.get(length..).unwrap_or("").trim_start_matches([',', ' ', '\n']);
    }
    words
}

fn call(does: Does, argument: Option<&str>, rest: &str, name: &str, sink: &mut Sink<'_>) {
    let Some(argument) = argument.filter(|_| sink.spend(CALL_WORK)) else { return };
    sink.command(&format!("{name} {argument}"));
    let path = |sink: &mut Sink<'_>, text: &str, deed, flags: Flags| {
        let mut object = path_object(Some(text), &cwd(sink.context), sink.context);
        if let Object::Path(set) = &mut object {
            set.below |= flags.has(R);
        }
        sink.add(Certainty::May, deed, object, flags);
    };
    match does {
        Does::Shell => {
            let words = listed(argument, rest).filter(|_| matches!(name, "exec" | "system"));
            may(sink, |sink| match words {
                Some(words) => run_words(&words, Flags::NONE, sink),
                None => run_text(Language::Shell, argument, sink),
            });
        }
        Does::Program => {
            let words = program_words(argument, rest);
            may(sink, |sink| run_words(&words, Flags::NONE, sink));
        }
        Does::Code => {
            may(sink, |sink| run(argument, sink));
            sink.opaque();
        }
        Does::Path(deed, flags) => {
            let mode = rest.trim_start().strip_prefix(',').map(str::trim_start).unwrap_or("");
            let writes = deed == Deed::Read
                && matches!(name, "open" | "fopen")
                && mode.get(1..2).is_some_and(|c| matches!(c, "w" | "a" | ">" | "x"));
            path(
                sink,
                argument.trim_start_matches('>'),
                if writes || argument.starts_with('>') { Deed::Write } else { deed },
                flags,
            );
        }
        Does::Move => {
            path(sink, argument, Deed::Delete, N);
            let second = rest.trim_start().strip_prefix(',').map(str::trim_start).unwrap_or("");
            if second.starts_with(['\'', '"', '`'])
                && let (Some(to), _) = quoted(second)
            {
                path(sink, &to, Deed::Write, N);
            }
        }
        Does::Net(deed) => {
            if let Some(host) = url::host(&Word::known(argument))
                .filter(|_| argument.contains("://") || name == "fsockopen")
            {
                let options = rest.get(..rest.floor_char_boundary(OPTIONS_BYTES)).unwrap_or(rest);
                let sends = options
                    .split([';', '\n'])
                    .next()
                    .is_some_and(|rest| rest.contains("POST") || rest.contains("body"));
                let deed = if sends { Deed::NetSend } else { deed };
                sink.add(Certainty::May, deed, Object::Host(host), Flags::NONE);
            }
        }
    }
}
