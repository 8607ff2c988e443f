//! Commands of PowerShell and of the command line of Windows.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use crate::sink::Sink;
use crate::tool::context::{cwd, path_object};
use crate::word::Word;
use crate::{Language, run_text, url};

/// Lines of one script that are read.
const LINES_MAX: usize = 512;
/// Work for each byte of a script.
const WORK: usize = 4;

/// Adds the effects of running the lines.
pub(super) fn run(text: &str, is_powershell: bool, sink: &mut Sink<'_>) {
    if !sink.spend(text.len().saturating_mul(WORK)) {
        return;
    }
    let mut count = 0_usize;
    let joined =
        text.replace("`\n", " ").replace("^\n", " ").replace("`\r\n", " ").replace("^\r\n", " ");
    for line in joined.lines() {
        for pipeline in parts(line, is_powershell) {
            count = count.saturating_add(1);
            if count > LINES_MAX {
                sink.give_up();
            }
            if sink.is_full() {
                return;
            }
            commands(&pipeline, is_powershell, sink);
        }
    }
}

/// Adds what the lines do to files, and nothing of what else they do.
pub(super) fn files_of(text: &str, sink: &mut Sink<'_>) {
    if !sink.spend(text.len().saturating_mul(WORK)) {
        return;
    }
    let lines = text.lines().take(LINES_MAX).flat_map(|line| parts(line, false));
    for words in lines.flatten().take(LINES_MAX) {
        let Some((first, rest)) = words.split_first() else { continue };
        if sink.is_full() {
            return;
        }
        let name = first.to_ascii_lowercase();
        sink.command(&words.join(" "));
        files(&Command { name: &name, rest, is_powershell: false }, sink);
    }
}

/// The commands of a line, each with the commands that it is piped through.
fn parts(line: &str, is_powershell: bool) -> Vec<Vec<Vec<String>>> {
    let mut lines = vec![vec![vec![]]];
    let (mut word, mut quote, mut is_word) = (String::new(), None, false);
    let mut characters = line.chars().peekable();
    let end = |lines: &mut Vec<Vec<Vec<String>>>, word: &mut String, is_word: &mut bool| {
        if *is_word
            && let Some(last) =
                lines.last_mut().and_then(|pipeline: &mut Vec<Vec<String>>| pipeline.last_mut())
        {
            last.push(std::mem::take(word));
        }
        *is_word = false;
    };
    while let Some(c) = characters.next() {
        let is_single = c == '\'' && is_powershell;
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"') => (quote, is_word) = (Some('"'), true),
            (None, _) if is_single => (quote, is_word) = (Some('\''), true),
            (None, '#') if is_powershell && !is_word => break,
            (None, '`') if is_powershell => {
                word.extend(characters.next());
                is_word = true;
            }
            (None, '^') if !is_powershell => {
                word.extend(characters.next());
                is_word = true;
            }
            (None, ';' | '&' | '{' | '}') if is_powershell || c == '&' => {
                end(&mut lines, &mut word, &mut is_word);
                lines.push(vec![vec![]]);
            }
            (None, '(' | ')') if !is_word || !is_powershell => {
                end(&mut lines, &mut word, &mut is_word);
                lines.push(vec![vec![]]);
            }
            (None, '|') => {
                end(&mut lines, &mut word, &mut is_word);
                if let Some(pipeline) = lines.last_mut() {
                    pipeline.push(vec![]);
                }
            }
            (None, c) if c.is_whitespace() => end(&mut lines, &mut word, &mut is_word),
            (_, c) => {
                word.push(c);
                is_word = true;
            }
        }
    }
    end(&mut lines, &mut word, &mut is_word);
    lines
}

fn commands(pipeline: &[Vec<String>], is_powershell: bool, sink: &mut Sink<'_>) {
    let mut is_remote = false;
    for words in pipeline.iter().filter(|words| !words.is_empty()) {
        sink.command(&words.join(" "));
        is_remote |= command(words, is_remote, is_powershell, sink);
    }
}

/// Commands that only show, choose or compute.
const QUIET: &[&str] = &[
    "echo",
    "write-output",
    "write-host",
    "get-childitem",
    "gci",
    "ls",
    "dir",
    "cd",
    "set-location",
    "pwd",
    "get-location",
    "where-object",
    "where",
    "select-object",
    "sort-object",
    "measure-object",
    "format-table",
    "out-null",
    "out-string",
    "test-path",
    "get-process",
    "get-service",
    "get-date",
    "join-path",
    "convertto-json",
    "convertfrom-json",
    "cls",
    "rem",
    "exit",
    "ver",
    "whoami",
    "hostname",
    "findstr",
    "find",
    "sort",
    "get-command",
    "get-help",
    "set",
    "setlocal",
    "if",
    "else",
];

/// A command and its words.
struct Command<'w> {
    name: &'w str,
    rest: &'w [String],
    is_powershell: bool,
}

impl<'w> Command<'w> {
    /// Whether the word is an option of either: `-Recurse`, `/s`.
    fn is_option(&self, word: &str) -> bool {
        let is_short = word.starts_with('/') && !self.is_powershell && word.len() <= 3;
        word.starts_with('-') || is_short
    }

    /// Whether it has an option that begins like one of these.
    fn has(&self, names: &[&str]) -> bool {
        self.rest.iter().filter(|word| self.is_option(word)).any(|word| {
            let lower = word.to_ascii_lowercase();
            names.iter().any(|name| lower.starts_with(name))
        })
    }

    /// Its words that are no options.
    fn values(&self) -> Vec<&'w str> {
        self.rest.iter().map(String::as_str).filter(|word| !self.is_option(word)).collect()
    }

    fn flags(&self) -> Flags {
        let recurses = if self.has(&["-r", "/s"]) { Flags::RECURSIVE } else { Flags::NONE };
        if self.has(&["-fo", "/q", "/f"]) { recurses.with(Flags::FORCE) } else { recurses }
    }
}

/// Adds what a command does; whether what it gives comes from the network.
fn command(words: &[String], is_remote: bool, is_powershell: bool, sink: &mut Sink<'_>) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    let name = first.rsplit(['\\', '/']).next().unwrap_or(first).to_ascii_lowercase();
    let name = name.trim_end_matches(".exe").trim_start_matches('@');
    let command = Command { name, rest, is_powershell };
    if files(&command, sink) || system(name, command.flags(), sink) {
        return false;
    }
    match name {
        "invoke-expression" | "iex" => match command.values().first() {
            Some(text) if !text.contains('$') && !is_remote => {
                run_text(Language::PowerShell, text, sink);
            }
            _ => {
                let flags = if is_remote { Flags::REMOTE } else { Flags::NONE };
                sink.add(Certainty::Opaque, Deed::Exec, Object::None, flags);
            }
        },
        "invoke-webrequest" | "iwr" | "invoke-restmethod" | "irm" | "curl" | "wget"
        | "start-bitstransfer" | "certutil" | "bitsadmin" => {
            network(&command, sink);
            return true;
        }
        "powershell" | "pwsh" => started(rest, sink),
        "cmd" => run_text(Language::Cmd, &command.values().join(" "), sink),
        "git" | "npm" | "pip" | "docker" | "kubectl" | "python" | "node" | "python3" | "ssh"
        | "scp" | "psql" | "terraform" | "aws" | "gh" | "bash" | "wsl" => {
            let word = |word: &String| match word.contains(['$', '%']) {
                true => Word::unknown(),
                false => Word::known(word.as_str()),
            };
            let argv: Vec<Word> = words.iter().map(word).collect();
            crate::tool::context::run_words(&argv, Flags::NONE, sink);
        }
        name if QUIET.contains(&name) => {}
        _ => sink.opaque(),
    }
    false
}

/// Adds what a command does to files; whether it is such a command.
fn files(command: &Command<'_>, sink: &mut Sink<'_>) -> bool {
    let values = command.values();
    let flags = command.flags();
    let mut paths = |range: core::ops::Range<usize>, deed, flags: Flags| {
        let values = values.get(range.start..range.end.min(values.len())).unwrap_or(&[]);
        for value in values.iter().flat_map(|value| value.split(',')) {
            if sink.is_full() {
                return;
            }
            let is_known = !value.contains(['$', '%']);
            let mut object =
                path_object(is_known.then_some(value), &cwd(sink.context), sink.context);
            if let Object::Path(set) = &mut object {
                set.below |= flags.has(Flags::RECURSIVE);
            }
            let certainty = if is_known { Certainty::Must } else { Certainty::Opaque };
            sink.add(certainty, deed, object, flags);
        }
    };
    match command.name {
        "remove-item" | "ri" | "rm" | "rmdir" | "rd" | "del" | "erase" | "clear-content"
        | "clc" => paths(0..usize::MAX, Deed::Delete, flags),
        "set-content" | "sc" | "out-file" | "add-content" | "ac" | "new-item" | "ni" | "mkdir"
        | "md" | "tee-object" | "type>" => paths(0..1, Deed::Write, Flags::NONE),
        "get-content" | "gc" | "cat" | "type" | "more" | "import-csv" | "select-string" => {
            paths(0..1, Deed::Read, Flags::NONE);
        }
        "copy-item" | "copy" | "cp" | "cpi" | "xcopy" | "robocopy" => {
            paths(0..1, Deed::Read, flags);
            paths(1..2, Deed::Write, flags);
        }
        "move-item" | "move" | "mv" | "mi" | "rename-item" | "ren" | "rni" => {
            paths(0..1, Deed::Delete, Flags::NONE);
            paths(1..2, Deed::Write, Flags::NONE);
        }
        _ => return false,
    }
    true
}

fn network(command: &Command<'_>, sink: &mut Sink<'_>) {
    let sends = command.has(&["-body", "-infile"])
        || command.rest.iter().any(|word| word.eq_ignore_ascii_case("post"));
    let deed = if sends { Deed::NetSend } else { Deed::NetReceive };
    let mut addresses =
        command.rest.iter().filter(|word| word.contains("://") || word.contains('.'));
    match addresses.find_map(|word| url::host(&Word::known(word.as_str()))) {
        Some(host) => sink.add(Certainty::Must, deed, Object::Host(host), Flags::NONE),
        None => sink.add(Certainty::Opaque, deed, Object::None, Flags::NONE),
    }
}

/// Adds what a command does to the system; whether it is such a command.
fn system(name: &str, flags: Flags, sink: &mut Sink<'_>) -> bool {
    match name {
        "stop-process" | "spps" | "taskkill" => {
            sink.add(Certainty::Must, Deed::ProcessKill, Object::None, flags);
        }
        "stop-service" | "start-service" | "restart-service" | "set-service" | "net" | "sc.exe" => {
            sink.add(Certainty::Must, Deed::ProcessService, Object::None, Flags::NONE);
        }
        "stop-computer" | "restart-computer" | "shutdown" => {
            sink.add(Certainty::Must, Deed::ProcessPower, Object::None, Flags::NONE);
        }
        "format-volume" | "format" | "clear-disk" | "diskpart" | "initialize-disk" => {
            sink.add(Certainty::Must, Deed::DeviceFormat, Object::None, Flags::NONE);
        }
        "register-scheduledtask" | "schtasks" => {
            sink.add(Certainty::Must, Deed::PersistSchedule, Object::None, Flags::NONE);
        }
        "set-executionpolicy"
        | "set-mppreference"
        | "netsh"
        | "add-mppreference"
        | "new-netfirewallrule" => {
            sink.add(Certainty::Must, Deed::SystemSecurity, Object::None, Flags::NONE);
        }
        "set-itemproperty" | "reg" | "new-itemproperty" | "remove-itemproperty" => {
            sink.add(Certainty::Must, Deed::SystemConfig, Object::None, Flags::NONE);
        }
        "clear-eventlog" | "wevtutil" => {
            sink.add(Certainty::Must, Deed::SystemLog, Object::None, Flags::NONE)
        }
        "vssadmin" | "wbadmin" | "bcdedit" => {
            sink.add(Certainty::Must, Deed::SystemConfig, Object::None, Flags::NONE)
        }
        _ => return false,
    }
    true
}

/// `powershell -EncodedCommand …`, `-Command …`, `-File …`.
fn started(rest: &[String], sink: &mut Sink<'_>) {
    let mut at = rest.iter();
    while let Some(word) = at.next() {
        let lower = word.to_ascii_lowercase();
        if lower.len() > 1
            && "-encodedcommand".starts_with(&lower)
            && lower.starts_with("-e")
            && !lower.starts_with("-ex")
            || lower == "-enc"
        {
            match at.next().and_then(|text| decoded(text)) {
                Some(text) => sink.within(Certainty::Must, Flags::DECODED, |sink| {
                    run_text(Language::PowerShell, &text, sink)
                }),
                None => sink.add(Certainty::Opaque, Deed::Exec, Object::None, Flags::DECODED),
            }
            return;
        }
        if "-command".starts_with(&lower) && lower.starts_with("-c") {
            let text: Vec<&str> = at.map(String::as_str).collect();
            return run_text(Language::PowerShell, &text.join(" "), sink);
        }
        if lower == "-file" || lower == "-f" {
            let object =
                path_object(at.next().map(String::as_str), &cwd(sink.context), sink.context);
            sink.add(Certainty::Must, Deed::Exec, object, Flags::NONE);
            return sink.opaque();
        }
        if !lower.starts_with('-')
            && !matches!(lower.as_str(), "bypass" | "hidden" | "unrestricted" | "remotesigned")
        {
            let text: Vec<&str> =
                std::iter::once(word.as_str()).chain(at.map(String::as_str)).collect();
            return run_text(Language::PowerShell, &text.join(" "), sink);
        }
    }
    sink.opaque();
}

/// The text in base 64 and UTF-16.
fn decoded(text: &str) -> Option<String> {
    let bytes = crate::python::base64_bytes(text)?;
    let units: Vec<u16> = bytes
        .chunks(2)
        .filter_map(|pair| match pair {
            [low, high] => Some(u16::from_le_bytes([*low, *high])),
            _ => None,
        })
        .collect();
    String::from_utf16(&units).ok()
}
