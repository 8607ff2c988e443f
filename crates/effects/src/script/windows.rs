//! Commands of PowerShell and of the command line of Windows.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use crate::sink::Sink;
use crate::tool::context::{cwd, path_object};
use crate::word::Word;
use crate::{Language, run_text, url};

/// Lines of one script that are read.
const LINES_MAX: usize = 512;

/// Adds the effects of running the lines.
pub(super) fn run(text: &str, is_powershell: bool, sink: &mut Sink<'_>) {
    let mut count = 0_usize;
    let joined =
        text.replace("`\n", " ").replace("^\n", " ").replace("`\r\n", " ").replace("^\r\n", " ");
    for line in joined.lines() {
        for pipeline in parts(line, is_powershell) {
            count = count.saturating_add(1);
            if count > LINES_MAX {
                return sink.give_up();
            }
            commands(&pipeline, is_powershell, sink);
        }
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

/// Adds what a command does; whether what it gives comes from the network.
fn command(words: &[String], is_remote: bool, is_powershell: bool, sink: &mut Sink<'_>) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    let name = first.rsplit(['\\', '/']).next().unwrap_or(first).to_ascii_lowercase();
    let name = name.trim_end_matches(".exe").trim_start_matches('@');
    // Options of both: `-Recurse` and `/s`.
    let is_option = |word: &str| {
        word.starts_with('-') || (word.starts_with('/') && !is_powershell && word.len() <= 3)
    };
    let has = |names: &[&str]| {
        rest.iter().any(|word| {
            names.iter().any(|name| word.to_ascii_lowercase().starts_with(name) && is_option(word))
        })
    };
    let values: Vec<&String> = rest.iter().filter(|word| !is_option(word)).collect();
    let recurses = has(&["-r", "/s"]);
    let mut flags = if recurses { Flags::RECURSIVE } else { Flags::NONE };
    if has(&["-fo", "/q", "/f"]) {
        flags = flags.with(Flags::FORCE);
    }
    let paths = |sink: &mut Sink<'_>, values: &[&String], deed, flags: Flags| {
        for value in values.iter().flat_map(|value| value.split(',')) {
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
    match name {
        "remove-item" | "ri" | "rm" | "rmdir" | "rd" | "del" | "erase" | "clear-content"
        | "clc" => {
            paths(sink, &values, Deed::Delete, flags);
        }
        "set-content" | "sc" | "out-file" | "add-content" | "ac" | "new-item" | "ni" | "mkdir"
        | "md" | "tee-object" | "type>" => {
            paths(sink, values.get(..1).unwrap_or(&[]), Deed::Write, Flags::NONE);
        }
        "get-content" | "gc" | "cat" | "type" | "more" | "import-csv" | "select-string" => {
            paths(sink, values.get(..1).unwrap_or(&[]), Deed::Read, Flags::NONE)
        }
        "copy-item" | "copy" | "cp" | "cpi" | "xcopy" | "robocopy" => {
            paths(sink, values.get(..1).unwrap_or(&[]), Deed::Read, flags);
            paths(sink, values.get(1..2).unwrap_or(&[]), Deed::Write, flags);
        }
        "move-item" | "move" | "mv" | "mi" | "rename-item" | "ren" | "rni" => {
            paths(sink, values.get(..1).unwrap_or(&[]), Deed::Delete, Flags::NONE);
            paths(sink, values.get(1..2).unwrap_or(&[]), Deed::Write, Flags::NONE);
        }
        "invoke-expression" | "iex" => match values.first() {
            Some(text) if !text.contains('$') && !is_remote => {
                run_text(Language::PowerShell, text, sink)
            }
            _ => {
                let flags = if is_remote { Flags::REMOTE } else { Flags::NONE };
                sink.add(Certainty::Opaque, Deed::Exec, Object::None, flags);
            }
        },
        "invoke-webrequest" | "iwr" | "invoke-restmethod" | "irm" | "curl" | "wget"
        | "start-bitstransfer" | "certutil" | "bitsadmin" => {
            let sends = has(&["-body", "-infile"])
                || rest.iter().any(|word| word.eq_ignore_ascii_case("post"));
            let deed = if sends { Deed::NetSend } else { Deed::NetReceive };
            let host = rest
                .iter()
                .filter(|word| word.contains("://") || word.contains('.'))
                .find_map(|word| url::host(&Word::known(word.as_str())));
            match host {
                Some(host) => sink.add(Certainty::Must, deed, Object::Host(host), Flags::NONE),
                None => sink.add(Certainty::Opaque, deed, Object::None, Flags::NONE),
            }
            return true;
        }
        "powershell" | "pwsh" => started(rest, sink),
        "cmd" => {
            let text: Vec<&str> =
                rest.iter().filter(|word| !is_option(word)).map(String::as_str).collect();
            run_text(Language::Cmd, &text.join(" "), sink);
        }
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
        "git" | "npm" | "pip" | "docker" | "kubectl" | "python" | "node" | "python3" | "ssh"
        | "scp" | "psql" | "terraform" | "aws" | "gh" | "bash" | "wsl" => {
            let argv: Vec<Word> = words
                .iter()
                .map(|word| {
                    if word.contains(['$', '%']) {
                        Word::unknown()
                    } else {
                        Word::known(word.as_str())
                    }
                })
                .collect();
            crate::tool::context::run_words(&argv, Flags::NONE, sink);
        }
        "echo" | "write-output" | "write-host" | "get-childitem" | "gci" | "ls" | "dir" | "cd"
        | "set-location" | "pwd" | "get-location" | "where-object" | "where" | "select-object"
        | "sort-object" | "measure-object" | "format-table" | "out-null" | "out-string"
        | "test-path" | "get-process" | "get-service" | "get-date" | "join-path"
        | "convertto-json" | "convertfrom-json" | "cls" | "rem" | "exit" | "ver" | "whoami"
        | "hostname" | "findstr" | "find" | "sort" | "get-command" | "get-help" | "set"
        | "setlocal" | "if" | "else" => {}
        _ => sink.opaque(),
    }
    false
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
