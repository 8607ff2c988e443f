//! Programs that are about something else and start another by an option, a word of theirs or a script of theirs.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::{Input, wrap};
use crate::Language;
use crate::word::Word;

/// `setarch`: the name of an architecture, which may be left out, then a program.
pub(super) fn setarch(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+");
    let is_architecture = |word: &&Word| {
        word.text().is_some_and(|text| {
            [
                "linux", "x86", "i386", "i486", "i586", "i686", "arm", "aarch", "ppc", "s390",
                "uname26",
            ]
            .iter()
            .any(|name| text.starts_with(name))
        })
    };
    let from = usize::from(options.operands.first().is_some_and(is_architecture));
    call.run(owned(options.rest(from)), Flags::NONE);
}

/// `start-stop-daemon --start --exec PROGRAM -- words`.
pub(super) fn daemon(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "x exec a startas n name p pidfile u user c chuid s signal R retry g group d chdir N nicelevel \
            P procsched I iosched k umask K! S! start! stop! background!",
    );
    if options.has(&["K", "stop"]) {
        if let Some(word) = options.value(&["n", "name", "x", "exec"]) {
            call.name(Deed::ProcessKill, word, Flags::NONE);
        }
        return;
    }
    let program = options.value(&["a", "startas"]).or_else(|| options.value(&["x", "exec"]));
    let Some(program) = program.cloned() else { return };
    let mut words = vec![program];
    words.extend(owned(&options.operands));
    call.run_in(options.value(&["d", "chdir"]), words, Flags::NONE);
}

/// `/lib64/ld-linux-x86-64.so.2 PROGRAM words`: the loader starts what it is given.
pub(super) fn loader(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+library-path preload audit argv0 inhibit-rpath list! verify!");
    for library in options.values(&["preload", "audit"]) {
        call.path(Deed::Exec, library, Flags::NONE);
    }
    if !options.has(&["list", "verify"]) {
        call.run(owned(&options.operands), Flags::NONE);
    }
}

/// `tmux` and `screen`: what a new window runs, and keys that are typed into one.
pub(super) fn terminal(call: &mut Call<'_, '_, '_>) {
    if call.name == "screen" {
        let options = call.parse("+S c e h p r s t T X d x");
        if options.has(&["X", "r", "x", "list", "ls"]) {
            return;
        }
        return call.run(owned(&options.operands), Flags::NONE);
    }
    let options = call.parse("+L S f c T");
    for text in options.values(&["c"]) {
        call.text(Language::Shell, text.clone(), Flags::NONE);
    }
    let Some(verb) = options.text(0) else { return };
    let words = owned(options.rest(1));
    let starts =
        ["new", "split", "respawn", "run", "if-shell", "pipe-pane", "popup", "display-popup"];
    if verb == "send-keys" || verb == "send" {
        let rest = super::options::Options::parse("t N", &words);
        let typed = rest.operands.iter().filter(|word| !is_key(word)).copied();
        return wrap::join_shell(call, &typed.collect::<Vec<_>>());
    }
    if starts.iter().any(|start| verb.starts_with(start)) {
        let rest = super::options::Options::parse("+c e F n s t x y l p", &words);
        wrap::join_shell(call, &rest.operands);
    }
}

/// A key that `send-keys` presses, and no text.
fn is_key(word: &Word) -> bool {
    word.text().is_some_and(|text| {
        matches!(text, "Enter" | "Escape" | "Space" | "Tab" | "Up" | "Down" | "Left" | "Right")
            || text.starts_with("C-")
            || text.starts_with("M-")
    })
}

/// `split`: `--filter` gets every part.
pub(super) fn split(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "a suffix-length b bytes C line-bytes l lines n number t separator filter additional-suffix f prefix",
    );
    for text in options.values(&["filter"]) {
        call.text(Language::Shell, text.clone(), Flags::NONE);
    }
    if let Some(word) = options.operands.first().filter(|word| word.text() != Some("-")) {
        call.path(Deed::Read, word, Flags::NONE);
    }
    if let Some(word) = options.operands.get(1).filter(|_| call.name == "split") {
        let mut parts = (*word).clone();
        parts.push(crate::word::Piece::Many);
        call.path(Deed::Write, &parts, Flags::NONE);
    }
}

/// `m4`: `syscmd(…)` and `esyscmd(…)` of its input.
pub(super) fn macros(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("D I U s B F R o d l");
    for word in &options.operands {
        call.path(Deed::Exec, word, Flags::NONE);
    }
    let Input::Text(text, flags) = call.input else { return };
    let Some(text) = text.text() else {
        return call.sink.opaque();
    };
    for (at, name) in text.match_indices("syscmd(").take(32) {
        let after = text.get(at.saturating_add(name.len())..).unwrap_or_default();
        let end = after.rfind(')').unwrap_or(after.len());
        let command = after.get(..end).unwrap_or_default().trim_matches(['`', '\'']);
        call.text(Language::Shell, Word::known(command), *flags);
    }
}

/// `tclsh` and `expect`: lines that begin with `exec`, `spawn` or `system`; the rest is not followed.
pub(super) fn tcl(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("c f b d");
    let mut texts: Vec<Word> = options.values(&["c"]).cloned().collect();
    if texts.is_empty() {
        let file = options.values(&["f"]).chain(options.operands.first().copied()).next();
        if let Some(file) = file {
            return call.path(Deed::Exec, file, Flags::NONE);
        }
        match call.input {
            Input::Text(text, _) => texts.push(text.clone()),
            Input::File(_) => return call.run_input(Language::Other),
            Input::None => return,
        }
    }
    for text in texts {
        let Some(known) = text.text() else {
            call.sink.opaque();
            continue;
        };
        for line in known.split(['\n', ';']).take(256) {
            let line = line.trim_start();
            let command = ["exec ", "spawn ", "system ", "eval exec "]
                .iter()
                .find_map(|name| line.strip_prefix(name));
            if let Some(command) = command {
                call.text(Language::Shell, Word::known(command), Flags::NONE);
            } else if !is_plain_tcl(line) {
                call.sink.opaque();
            }
        }
    }
}

/// A line that only waits for a program, or says something.
fn is_plain_tcl(line: &str) -> bool {
    let first = line.split_ascii_whitespace().next().unwrap_or_default();
    let is_plain = [
        "",
        "expect",
        "send",
        "send_user",
        "puts",
        "set",
        "interact",
        "exit",
        "wait",
        "close",
        "}",
    ]
    .contains(&first);
    is_plain && !line.contains('[')
}
