//! Programs that run others.

use sponsio_engine::event::{Deed, Flags};

use super::Input;
use super::call::{Call, owned};
use super::find::substitute;
use crate::Language;
use crate::word::{Piece, Word};

/// `sudo`, `doas`, `su`, `runuser`, `pkexec`.
pub(super) fn sudo(call: &mut Call<'_, '_, '_>) {
    let specification = match call.name {
        "su" | "runuser" => "c command s shell g group G u user w session-command",
        "doas" => "+u C a",
        "pkexec" => "+user",
        _ => {
            "+u user g group h host p prompt C close-from r role t type T command-timeout D chdir R chroot U \
                other-user"
        }
    };
    let options = call.parse(specification);
    call.deed(Deed::PrivilegeRaise, Flags::NONE);
    if let Some(command) = options.value(&["c", "command", "session-command"])
        && matches!(call.name, "su" | "runuser")
    {
        return call.text(Language::Shell, command.clone(), Flags::PRIVILEGED);
    }
    if options.has(&["e", "edit"]) {
        for word in &options.operands {
            call.path(Deed::Write, word, Flags::PRIVILEGED);
        }
        return;
    }
    match call.name {
        // `runuser -u x -- program`; the operands of `su` are a user and the words of its shell.
        "su" => {}
        "runuser" if !options.has(&["u", "user"]) => {}
        _ => {
            let words = without_assignments(call, &options.operands);
            if words.is_empty() && !options.has(&["l", "k", "K", "v", "V", "h", "list", "version"])
            {
                call.run_input(Language::Shell);
            }
            let directory = options.value(&["D", "chdir"]).filter(|_| call.name == "sudo");
            call.run_in(directory, words, Flags::PRIVILEGED);
        }
    }
}

/// The words after `NAME=value`.
fn without_assignments(call: &mut Call<'_, '_, '_>, words: &[&Word]) -> Vec<Word> {
    let count = words.iter().take_while(|word| assigned(word).is_some()).count();
    for word in words.iter().take(count) {
        if let Some(name) = assigned(word)
            && changes_programs(name)
        {
            call.named(Deed::EnvSet, name, Flags::NONE);
        }
    }
    owned(words.get(count..).unwrap_or_default())
}

fn assigned(word: &Word) -> Option<&str> {
    let (name, _) = word.prefix().split_once('=')?;
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then_some(name)
}

/// Whether a variable makes other programs run something else than they are, or keep no record of what was run.
pub(crate) fn changes_programs(name: &str) -> bool {
    matches!(
        name,
        "PATH"
            | "LD_PRELOAD"
            | "LD_LIBRARY_PATH"
            | "LD_AUDIT"
            | "DYLD_INSERT_LIBRARIES"
            | "DYLD_LIBRARY_PATH"
            | "PYTHONPATH"
            | "PYTHONSTARTUP"
            | "PYTHONHOME"
            | "NODE_OPTIONS"
            | "NODE_PATH"
            | "PERL5LIB"
            | "PERL5OPT"
            | "PERL5DB"
            | "RUBYOPT"
            | "RUBYLIB"
            | "BASH_ENV"
            | "ENV"
            | "PROMPT_COMMAND"
            | "GIT_SSH"
            | "GIT_SSH_COMMAND"
            | "GIT_EXTERNAL_DIFF"
            | "GIT_EDITOR"
            | "GIT_PAGER"
            | "GIT_ASKPASS"
            | "PAGER"
            | "MANPAGER"
            | "EDITOR"
            | "VISUAL"
            | "BROWSER"
            | "LESSOPEN"
            | "LESSCLOSE"
            | "JAVA_TOOL_OPTIONS"
            | "RUSTC_WRAPPER"
            | "CARGO_HOME"
            | "HTTP_PROXY"
            | "HTTPS_PROXY"
            | "http_proxy"
            | "https_proxy"
            | "NODE_TLS_REJECT_UNAUTHORIZED"
            | "GIT_SSL_NO_VERIFY"
            | "PIP_INDEX_URL"
            | "NPM_CONFIG_REGISTRY"
            | "HISTFILE"
            | "HISTSIZE"
            | "HISTFILESIZE"
            | "HISTCONTROL"
            | "HISTIGNORE"
            | "SAVEHIST"
            | "GIT_CONFIG_GLOBAL"
            | "CLASSPATH"
            | "GCONV_PATH"
            | "GOPROXY"
            | "IFS"
            | "PIP_EXTRA_INDEX_URL"
            | "PS4"
            | "SHELLOPTS"
            | "SSH_ASKPASS"
            | "npm_config_registry"
            | "GIT_CONFIG_COUNT"
    )
}

/// `env`: assignments, then a program; without one it lists the environment.
pub(super) fn env(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+u unset C chdir S split-string");
    if let Some(text) = options.value(&["S", "split-string"]) {
        let mut text = text.clone();
        for word in &options.operands {
            text.push(Piece::Text(" ".into()));
            text.append((*word).clone());
        }
        return call.text(Language::Shell, text, Flags::NONE);
    }
    let mut words = options.operands.as_slice();
    if words.first().is_some_and(|word| word.text() == Some("-")) {
        words = words.get(1..).unwrap_or_default();
    }
    let words = without_assignments(call, words);
    if words.is_empty() {
        return call.deed(Deed::EnvRead, Flags::NONE);
    }
    call.run_in(options.value(&["C", "chdir"]), words, Flags::NONE);
}

/// `xargs` and `parallel`: what they run gets words from the input.
pub(super) fn xargs(call: &mut Call<'_, '_, '_>) {
    let options = if call.name == "parallel" {
        call.parse(
            "+j jobs a arg-file colsep C S sshlogin joblog results tmpdir N n max-args I d delay \
            timeout retries L",
        )
    } else {
        call.parse(
            "+a arg-file d delimiter E I J R L n max-args P max-procs s max-chars \
            process-slot-var replace max-args",
        )
    };
    for file in options.values(&["a", "arg-file"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    let mut words = owned(&options.operands);
    // `xargs -i {} a b`: the sign is taken for the program, which none has as its name. What was meant may be run.
    let is_misplaced = call.name == "xargs"
        && options.given.iter().any(|given| given.name == "i" && given.value.is_none())
        && words.len() > 1
        && words.first().and_then(Word::text) == Some("{}");
    if is_misplaced {
        words.remove(0);
    }
    let takes_lines = call.name == "parallel" || options.has(&["I", "J", "replace", "i"]);
    let added = things(call, &mut words, takes_lines);
    let marks = match call.input {
        Input::Text(_, flags) => *flags,
        Input::None | Input::File(_) => Flags::NONE,
    };
    let place = options.value(&["I", "J", "replace"]).and_then(Word::text);
    let place = place.or_else(|| options.has(&["i", "replace"]).then_some("{}"));
    let place = place.or((call.name == "parallel").then_some("{}"));
    if words.is_empty() {
        if call.name == "parallel" {
            for text in added {
                call.text(Language::Shell, text, marks);
            }
        }
        return;
    }
    let has_place = |word: &Word| {
        place.is_some_and(|place| {
            word.pieces()
                .iter()
                .any(|piece| matches!(piece, Piece::Text(text) if text.contains(place)))
        })
    };
    match place {
        Some(place) if words.iter().any(has_place) => {
            // One run for each; more than a few are one that is not told.
            let things = if added.len() > 8 { vec![Word::unknown()] } else { added };
            for thing in things {
                let argv: Vec<Word> =
                    words.iter().map(|word| substitute(word, place, &thing)).collect();
                run_words(call, argv);
            }
        }
        _ => {
            words.extend(added);
            run_words(call, words);
        }
    }
}

/// What is put into the words: what stands behind `:::`, which is taken off them, or on the input.
fn things(call: &Call<'_, '_, '_>, words: &mut Vec<Word>, takes_lines: bool) -> Vec<Word> {
    if let Some(at) = words.iter().position(|word| matches!(word.text(), Some(":::" | ":::+")))
        && call.name == "parallel"
    {
        return words.split_off(at).into_iter().skip(1).collect();
    }
    match call.input {
        Input::Text(text, _) => match text.text() {
            // With a place to put it, a thing is a line.
            Some(text) if takes_lines => {
                text.lines().map(str::trim).filter(|l| !l.is_empty()).map(Word::known).collect()
            }
            Some(text) => text.split_ascii_whitespace().map(Word::known).collect(),
            None => vec![one_thing(text)],
        },
        Input::None | Input::File(_) => vec![Word::unknown()],
    }
}

/// What the input names, where it is one pattern of names: what `find` and `ls` print.
fn one_thing(text: &Word) -> Word {
    let has_blank =
        |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(char::is_whitespace));
    if text.pieces().iter().any(has_blank) { Word::unknown() } else { text.clone() }
}

/// One word is a text for the shell, as `parallel` takes it; several are a program and its words.
fn run_words(call: &mut Call<'_, '_, '_>, argv: Vec<Word>) {
    if call.name == "parallel" {
        let mut text = Word::default();
        for (index, word) in argv.into_iter().enumerate() {
            if index > 0 {
                text.push(Piece::Text(" ".into()));
            }
            text.append(word);
        }
        return call.text(Language::Shell, text, Flags::NONE);
    }
    call.run_with(argv, Input::None, Flags::NONE);
}

/// `busybox rm …`: the applet is the program.
pub(super) fn busybox(call: &mut Call<'_, '_, '_>) {
    let words: Vec<&Word> =
        call.args.iter().skip_while(|word| word.prefix().starts_with('-')).collect();
    call.run(owned(&words), Flags::NONE);
}

/// `watch`, `script`, `flock`, `at`: texts for the shell.
pub(super) fn watch(call: &mut Call<'_, '_, '_>) {
    match call.name {
        "watch" | "entr" | "nodemon" | "hyperfine" | "watchexec" => {
            let options = call.parse("+n interval d w e exec ext watch x");
            for text in options.values(&["exec"]) {
                call.text(Language::Shell, text.clone(), Flags::NONE);
            }
            if call.name == "nodemon" {
                return;
            }
            join_shell(call, &options.operands);
        }
        "script" => {
            let options = call.parse("c command t T I O B");
            for text in options.values(&["c", "command"]) {
                call.text(Language::Shell, text.clone(), Flags::NONE);
            }
            let words = options.rest(1);
            if !words.is_empty() {
                call.run(owned(words), Flags::NONE);
            }
            if let Some(file) = options.operands.first() {
                call.path(Deed::Write, file, Flags::NONE);
            }
        }
        "flock" => {
            let options = call.parse("+c command E w timeout wait conflict-exit-code");
            for text in options.values(&["c", "command"]) {
                call.text(Language::Shell, text.clone(), Flags::NONE);
            }
            let words = options.rest(1);
            if let [dash, text, ..] = words
                && matches!(dash.text(), Some("-c" | "--command"))
            {
                return call.text(Language::Shell, (*text).clone(), Flags::NONE);
            }
            call.run(owned(words), Flags::NONE);
        }
        "eval" => {
            let words: Vec<&Word> = call.args.iter().collect();
            join_shell(call, &words);
        }
        _ => {}
    }
}

/// The words with blanks between them are a text for the shell.
pub(super) fn join_shell(call: &mut Call<'_, '_, '_>, words: &[&Word]) {
    if words.is_empty() {
        return;
    }
    let mut text = Word::default();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text.push(Piece::Text(" ".into()));
        }
        text.append((*word).clone());
    }
    call.text(Language::Shell, text, Flags::NONE);
}

/// `unshare`, `nsenter`, `setpriv`, `capsh`, `systemd-run`, `bwrap`.
pub(super) fn confine(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(match call.name {
        "unshare" => "+R root w wd S setuid G setgid setgroups propagation map-user map-group",
        "nsenter" => "+t target S setuid G setgid",
        "setpriv" => "+reuid regid inh-caps ambient-caps bounding-set securebits groups",
        "bwrap" => "+uid gid hostname chdir setenv unsetenv",
        _ => "+unit description property p u E setenv working-directory on-calendar on-active on-boot \
            on-unit-active uid gid slice",
    });
    match call.name {
        "nsenter" => {
            call.deed(Deed::PrivilegeEscape, Flags::NONE);
            call.deed(Deed::PrivilegeRaise, Flags::NONE);
            call.run(owned(&options.operands), Flags::PRIVILEGED);
        }
        "capsh" => {
            call.deed(Deed::PrivilegeRaise, Flags::NONE);
            call.text(
                Language::Shell,
                options.operands.last().map_or_else(Word::default, |w| (*w).clone()),
                Flags::NONE,
            );
        }
        "systemd-run" => {
            call.deed(Deed::ProcessService, Flags::NONE);
            if options.has(&["on-calendar", "on-active", "on-boot", "on-unit-active"]) {
                call.deed(Deed::PersistSchedule, Flags::NONE);
            }
            let marks = if options.has(&["user"]) { Flags::NONE } else { Flags::PRIVILEGED };
            call.run(owned(&options.operands), marks);
        }
        _ => call.run(owned(&options.operands), Flags::NONE),
    }
}
