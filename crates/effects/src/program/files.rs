//! Programs about files whose operands depend on each other, or that have a small language.

use sponsio_engine::event::{Certainty, Deed, Flags, Object, PathSet};

use super::call::Call;
use crate::Language;
use crate::url;
use crate::word::Word;

/// `cp`, `mv`, `ln`, `rsync`, `scp`: from one place to another, either of which may be on another host.
pub(super) fn transfer(call: &mut Call<'_, '_, '_>) {
    let is_remote_tool = matches!(call.name, "rsync" | "scp");
    let specification = match call.name {
        "rsync" => {
            "e rsh f filter exclude include files-from exclude-from T B p port password-file rsync-path \
                log-file delete!"
        }
        "scp" => "c F i J l o P S D X",
        _ => {
            "t target-directory S suffix recursive! force! archive! no-target-directory! symbolic!"
        }
    };
    let options = call.parse(specification);
    if is_remote_tool {
        for program in options.values(&["e", "rsh", "S", "rsync-path"]) {
            call.text(Language::Shell, program.clone(), Flags::NONE);
        }
    }
    let recursive = call.name == "mv" || options.has(&["r", "R", "recursive", "a", "archive"]);
    let mut flags = if recursive { Flags::RECURSIVE } else { Flags::NONE };
    if options.has(&["f", "force"]) {
        flags = flags.with(Flags::FORCE);
    }
    let (sources, destination) = match options.value(&["t", "target-directory"]) {
        Some(folder) => (options.operands.as_slice(), Some(folder)),
        None => match options.operands.split_last() {
            Some((last, rest)) if !rest.is_empty() => (rest, Some(*last)),
            _ => (options.operands.as_slice(), None),
        },
    };
    let context = call.sink.context;
    let is_remote = |word: &Word| {
        is_remote_tool
            && (url::is_remote_path(word.prefix(), context) || url::is_url(word.prefix()))
    };
    for source in sources {
        match call.name {
            _ if is_remote(source) => call.host(Deed::NetReceive, source, Flags::NONE),
            "mv" | "move" | "rename" => {
                call.path(Deed::Read, source, flags);
                moved(call, source, flags);
            }
            "ln" if options.has(&["s", "symbolic"]) => {}
            _ => call.path(Deed::Read, source, flags),
        }
        if options.has(&["remove-source-files"]) {
            call.path(Deed::Delete, source, flags);
        }
    }
    let Some(destination) = destination else { return };
    if is_remote(destination) {
        return call.host(Deed::NetSend, destination, Flags::UPLOAD);
    }
    call.path(Deed::Write, destination, flags);
    // What is copied into a directory has its own name there.
    for source in sources {
        if let Some(name) = into_folder(source, destination) {
            call.path(Deed::Write, &name, flags);
        }
    }
    if options.given.iter().any(|given| given.name.starts_with("delete")) {
        call.path(Deed::Delete, destination, Flags::RECURSIVE);
    }
}

/// What is moved leaves its place. A file of the working directory whose name is not known is one of many
/// that a loop renames; it is not lost.
fn moved(call: &mut Call<'_, '_, '_>, source: &Word, flags: Flags) {
    let set = crate::path::resolve(source, call.cwd, call.sink.context);
    let is_here = set.pattern.starts_with("**")
        || set.pattern.strip_prefix(&*call.cwd.pattern).is_some_and(|rest| rest.starts_with('/'));
    if source.has_unknown() && is_here {
        let set = PathSet { below: false, ..set };
        call.sink.add(Certainty::Opaque, Deed::Delete, Object::Path(set), Flags::NONE);
    } else {
        call.path(Deed::Delete, source, flags);
    }
}

/// The name that a file has in a directory that is written with a slash at its end, or as `.` or `~`.
fn into_folder(source: &Word, destination: &Word) -> Option<Word> {
    let folder = destination.text()?;
    if !folder.ends_with('/') && !matches!(folder, "." | ".." | "~") {
        return None;
    }
    let source = source.text()?.trim_end_matches('/');
    let name = source.rsplit('/').next().filter(|name| !matches!(*name, "" | "." | ".."))?;
    Some(Word::known(format!("{folder}/{name}")))
}

/// `chmod`: setuid, setgid and rights for everyone are a grant.
pub(super) fn chmod(call: &mut Call<'_, '_, '_>) {
    // A mode may begin with a dash: `chmod -x a`.
    let options = call.parse("reference recursive!");
    let mut flags = Flags::NONE;
    if options.has(&["R", "recursive"]) {
        flags = flags.with(Flags::RECURSIVE);
    }
    let takes_away =
        options.given.iter().any(|given| matches!(given.name, "x" | "w" | "r" | "s" | "t" | "X"));
    let from = usize::from(!takes_away && !options.has(&["reference"]));
    let mode = options.text(0).unwrap_or_default();
    for word in options.rest(from) {
        call.path(Deed::Chmod, word, flags);
        if from == 1 && grants(mode) {
            call.path_named(Deed::PrivilegeGrant, word, flags);
        }
    }
}

/// `touch`: a time that is given to what was there goes over the one that the system keeps. With neither of the options
/// that only change something, it most often makes a file of a certain age.
pub(super) fn touch(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("d date t r reference A time");
    for file in options.values(&["r", "reference"]) {
        call.path(Deed::List, file, Flags::NONE);
    }
    let changes = options.has(&["a", "m", "c", "no-create", "time", "r", "reference", "A"]);
    let is_given = options.has(&["d", "date", "t", "r", "reference", "A"]) && changes;
    for word in &options.operands {
        call.path(Deed::Write, word, Flags::APPEND);
        if is_given {
            call.path(Deed::Chmod, word, Flags::FORCE);
        }
    }
}

/// `install`: copies with a mode, and with `-d` directories that are made.
pub(super) fn install(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("m mode o owner g group t target-directory S suffix directory!");
    let folder = options.value(&["t", "target-directory"]);
    let makes = options.has(&["d", "directory"]);
    let (from, to) = match (folder, options.operands.split_last()) {
        _ if makes => (&[][..], options.operands.as_slice()),
        (Some(_), _) => (options.operands.as_slice(), &[][..]),
        (None, Some((_, from))) => (from, options.rest(from.len())),
        (None, None) => return,
    };
    for word in from {
        call.path(Deed::Read, word, Flags::NONE);
    }
    let flags = if makes { Flags::APPEND } else { Flags::NONE };
    let mode = options.value(&["m", "mode"]).and_then(Word::text).unwrap_or_default();
    for word in folder.into_iter().chain(to.iter().copied()) {
        call.path(Deed::Write, word, flags);
        if grants(mode) {
            call.path_named(Deed::PrivilegeGrant, word, Flags::NONE);
        }
    }
}

/// `chattr -i a`: a mode begins with `+`, `-` or `=`, and only some options begin with a dash too.
pub(super) fn chattr(call: &mut Call<'_, '_, '_>) {
    let mut flags = Flags::NONE;
    let mut words = call.args.iter();
    while let Some(word) = words.next() {
        match word.text() {
            Some("-R") => flags = flags.with(Flags::RECURSIVE),
            Some("-p" | "-v") => {
                words.next();
            }
            Some(text) if text.starts_with(['+', '-', '=']) => {}
            _ => call.path(Deed::Chmod, word, flags),
        }
    }
}

/// Whether a mode sets the user or group that a file runs as, or lets everybody write.
fn grants(mode: &str) -> bool {
    let octal = mode.trim_start_matches('0');
    if !octal.is_empty() && octal.bytes().all(|byte| byte.is_ascii_digit()) {
        let special = octal.len() == 4 && matches!(octal.as_bytes().first(), Some(b'2'..=b'7'));
        let others = matches!(octal.as_bytes().last(), Some(b'2' | b'3' | b'6' | b'7'));
        return special || others;
    }
    mode.split(',').any(|part| {
        let Some(at) = part.find(['+', '=']) else { return false };
        let (who, what) = part.split_at(at);
        what.contains('s') || (what.contains('w') && (who.contains('o') || who.contains('a')))
    })
}

/// `dd`: operands are `if=…` and `of=…`.
pub(super) fn dd(call: &mut Call<'_, '_, '_>) {
    for word in call.args {
        let known = word.prefix();
        if known.starts_with("if=") {
            call.path(Deed::Read, &word.after(3), Flags::NONE);
        } else if known.starts_with("of=") {
            let target = word.after(3);
            call.path(Deed::Write, &target, Flags::NONE);
            if target.prefix().starts_with("/dev/") && !is_harmless_device(target.prefix()) {
                call.path(Deed::DeviceFormat, &target, Flags::NONE);
            }
        }
    }
}

/// A device that nothing is lost on.
pub(super) fn is_harmless_device(path: &str) -> bool {
    matches!(
        path,
        "/dev/null"
            | "/dev/zero"
            | "/dev/stdout"
            | "/dev/stderr"
            | "/dev/stdin"
            | "/dev/tty"
            | "/dev/full"
    ) || path.starts_with("/dev/fd/")
        || path.starts_with("/dev/shm/")
}

/// `sed`: `-i`, and the commands `w`, `r` and `e` of its script.
pub(super) fn sed(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("e expression f file l line-length expression");
    let in_place = options.given.iter().any(|given| matches!(given.name, "i" | "in-place"));
    let mut scripts: Vec<Word> = options.values(&["e", "expression"]).cloned().collect();
    let mut from = 0;
    if scripts.is_empty() && !options.has(&["f", "file"]) {
        scripts.extend(options.operands.first().map(|word| (*word).clone()));
        from = 1;
    }
    for file in options.values(&["f", "file"]) {
        call.path(Deed::Exec, file, Flags::NONE);
    }
    for script in &scripts {
        sed_script(call, script);
    }
    for word in options.rest(from) {
        call.path(Deed::Read, word, Flags::NONE);
        if in_place {
            call.path(Deed::Write, word, Flags::NONE);
        }
    }
}

fn sed_script(call: &mut Call<'_, '_, '_>, script: &Word) {
    let Some(text) = script.text() else { return };
    for line in text.split(['\n', ';']) {
        let line = line.trim_start_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, ' ' | '\t' | '$' | ',' | '{' | '!' | '~' | '+')
        });
        let command = match line.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
            Some((_, after)) if !after.is_empty() => after.trim_start(),
            _ => line,
        };
        if let Some(flags) = substitution_flags(command) {
            let ending =
                flags.trim_start_matches(|c: char| c.is_ascii_digit() || "gpiIM".contains(c));
            match ending.split_at_checked(1) {
                Some(("w", file)) => call.place(Deed::Write, file.trim(), Flags::NONE),
                Some(("e", _)) => {
                    // What is run is the line after the replacement: the replacement, and what stood around it.
                    if let Some(text) = replacement(command) {
                        call.text(Language::Shell, Word::known(text), Flags::NONE);
                    }
                    call.sink.opaque();
                }
                _ => {}
            }
            continue;
        }
        match command.split_at_checked(1) {
            Some(("w" | "W", file)) if !file.trim().is_empty() => {
                call.place(Deed::Write, file.trim(), Flags::NONE);
            }
            Some(("r" | "R", file)) if !file.trim().is_empty() => {
                call.place(Deed::Read, file.trim(), Flags::NONE);
            }
            Some(("e", program)) if program.is_empty() || program.starts_with(' ') => {
                call.text(Language::Shell, Word::known(program.trim()), Flags::NONE);
            }
            _ => {}
        }
    }
}

/// What follows the third delimiter of `s/…/…/`.
fn substitution_flags(command: &str) -> Option<&str> {
    let rest = command.strip_prefix('s')?;
    let delimiter = rest.chars().next().filter(|c| !c.is_alphanumeric() && *c != ' ')?;
    let mut seen = 0_u8;
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == delimiter {
            seen = seen.saturating_add(1);
            if seen == 3 {
                return rest.get(at..).and_then(|rest| rest.get(character.len_utf8()..));
            }
        }
    }
    None
}

/// What `s/…/…/` puts in, without its escapes.
fn replacement(command: &str) -> Option<String> {
    let rest = command.strip_prefix('s')?;
    let delimiter = rest.chars().next()?;
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for character in rest.chars().skip(1) {
        if !escaped && character == '\\' {
            escaped = true;
            continue;
        }
        if !escaped && character == delimiter {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
        escaped = false;
    }
    parts.into_iter().nth(1)
}

/// `grep` and its kin: a pattern, then what is read.
pub(super) fn grep(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "e regexp f file A B C m max-count after-context before-context context include exclude exclude-dir \
            g glob t type T pre color colour d D label",
    );
    for file in options.values(&["f", "file"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    for program in options.values(&["pre"]) {
        call.run(vec![program.clone()], Flags::NONE);
    }
    let given = options.has(&["e", "regexp", "f", "file", "files"]);
    let searches = matches!(call.name, "rg" | "ag" | "ack");
    let recursive = searches || options.has(&["r", "R", "recursive", "dereference-recursive"]);
    let flags = if recursive { Flags::RECURSIVE } else { Flags::NONE };
    let words = options.rest(usize::from(!given));
    let pattern = options.value(&["e", "regexp"]).or_else(|| options.operands.first().copied());
    let asks = recursive && !options.has(&["f", "file"]) && pattern.is_some_and(names_credential);
    for word in words {
        call.path(Deed::Read, word, flags);
        if asks && lies_elsewhere(call, word) {
            call.name(Deed::SecretRead, word, Flags::NONE);
        }
    }
    if words.is_empty() && recursive && *call.input == super::Input::None {
        call.place(Deed::Read, ".", flags);
    }
}

/// Whether a pattern asks for a credential by the word that stands before one.
fn names_credential(pattern: &Word) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "passwd",
        "private key",
        "begin rsa",
        "secret",
        "api_key",
        "apikey",
        "credential",
    ];
    let known = pattern.prefix().to_ascii_lowercase();
    WORDS.iter().any(|word| known.contains(word))
}

/// Whether a word names a place outside of what the agent works on.
fn lies_elsewhere(call: &Call<'_, '_, '_>, word: &Word) -> bool {
    let known = word.prefix();
    let own = call.sink.context.workspace.or(call.sink.context.cwd);
    known.starts_with(['/', '~']) && own.is_none_or(|own| !known.starts_with(own))
}

/// `sort`: `-o` writes, `--compress-program` runs.
pub(super) fn sort(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "k key o output t field-separator S buffer-size T temporary-directory \
        compress-program files0-from parallel batch-size random-source",
    );
    for program in options.values(&["compress-program"]) {
        call.run(vec![program.clone()], Flags::NONE);
    }
    for word in &options.operands {
        call.path(Deed::Read, word, Flags::NONE);
    }
    for word in options.values(&["files0-from"]) {
        call.path(Deed::Read, word, Flags::NONE);
    }
    for word in options.values(&["o", "output"]) {
        call.path(Deed::Write, word, Flags::NONE);
    }
}

/// `vim`, `ex`, `ed`, `nano`: the files are read and written, and `-c '!…'` runs something.
pub(super) fn editor(call: &mut Call<'_, '_, '_>) {
    // `-es` makes ex silent, and alone `-s` names a file of keys.
    let is_silent = |word: &&Word| matches!(word.text(), Some("-es" | "-Es" | "-e" | "-E"));
    let words: Vec<Word> = call.args.iter().filter(|word| !is_silent(word)).cloned().collect();
    let specification = match call.name {
        "ed" => "p prompt",
        "ex" => "c cmd S u i T W w",
        _ => "c cmd s S u i T W w",
    };
    let options = super::options::Options::parse(specification, &words);
    for command in options.values(&["c", "cmd"]) {
        let known = command.prefix();
        let body = known.trim_start_matches([':', ' ', '%']);
        let at = known.len().saturating_sub(body.len());
        if body.starts_with('!') || body.starts_with("r!") || body.starts_with("w !") {
            let skip = body.find('!').map_or(0, |bang| bang.saturating_add(1));
            call.text(Language::Shell, command.after(at.saturating_add(skip)), Flags::NONE);
        } else if body.contains("system(")
            || body.contains("py")
            || body.contains("lua")
            || body.contains("exec")
        {
            call.deed(Deed::Exec, Flags::NONE);
        }
    }
    for script in options.values(&["S", "s"]) {
        call.path(Deed::Exec, script, Flags::NONE);
    }
    if matches!(call.name, "ed" | "ex")
        && let super::Input::Text(text, _) = call.input
        && let Some(text) = text.text()
    {
        for line in text.lines() {
            if let Some((_, command)) = line.split_once('!') {
                call.text(Language::Shell, Word::known(command), Flags::NONE);
                continue;
            }
            // `e file`, `r file`, `w file`.
            match line.split_at_checked(2) {
                Some(("e " | "E " | "r ", file)) => {
                    call.place(Deed::Read, file.trim(), Flags::NONE)
                }
                Some(("w " | "W ", file)) => call.place(Deed::Write, file.trim(), Flags::NONE),
                _ => {}
            }
        }
    }
    for word in &options.operands {
        if word.prefix().starts_with('+') {
            continue;
        }
        call.path(Deed::Read, word, Flags::NONE);
        if !matches!(call.name, "view") && !options.has(&["R", "M"]) {
            call.path(Deed::Write, word, Flags::NONE);
        }
    }
}

/// `patch`: what it changes is named in the patch.
pub(super) fn patch(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("p strip i input o output d directory B b r F D");
    for word in options.values(&["i", "input"]).chain(options.rest(1).iter().copied()) {
        call.path(Deed::Read, word, Flags::NONE);
    }
    for word in options.values(&["o", "output"]) {
        call.path(Deed::Write, word, Flags::NONE);
    }
    if let Some(word) = options.operands.first() {
        return call.path(Deed::Write, word, Flags::NONE);
    }
    let mut word = options.value(&["d", "directory"]).cloned().unwrap_or_else(|| Word::known("."));
    word.append(Word::known("/"));
    word.append(Word::unknown());
    call.path(Deed::Write, &word, Flags::RECURSIVE);
}
