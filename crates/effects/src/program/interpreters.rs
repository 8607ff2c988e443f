//! Interpreters: a text behind an option, a file, or what stands on the input.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use super::options::Options;
use crate::Language;
use crate::script::{self, Dialect};
use crate::word::{Piece, Word};

/// A shell: `-c`, a script, or what stands on its input.
pub(super) fn shell(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+c o O rcfile! init-file! command");
    // `-c` may stand in a cluster, and its text is the first operand then: `bash -lc text`, `bash -c -l text`.
    let text = options.value(&["c", "command"]);
    if let Some(text) = text {
        let text = match text.prefix() {
            dash if dash.starts_with('-') => options.operands.first().map_or(text, |word| *word),
            _ => text,
        };
        return call.text(Language::Shell, text.clone(), Flags::NONE);
    }
    let reads = options.has(&["s"]);
    match options.operands.first() {
        Some(script) if !reads && !is_stdin(script) => {
            call.path(Deed::Exec, script, Flags::NONE);
            call.give(after(call.args, script));
        }
        _ => call.run_input(Language::Shell),
    }
}

fn is_stdin(word: &Word) -> bool {
    matches!(word.text(), Some("-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0"))
}

/// Python: `-c`, `-m`, a script, or its input.
pub(super) fn python(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+c m W X Q check-hash-based-pycs");
    // What follows `-c` and `-m` belongs to the program.
    for given in &options.given {
        let Some(value) = given.value.as_deref() else { continue };
        match given.name {
            "c" => return call.text(Language::Python, value.clone(), Flags::NONE),
            "m" => {
                let words = after(call.args, value);
                return module(call, value, words);
            }
            _ => {}
        }
    }
    match options.operands.first() {
        Some(script) if !is_stdin(script) => {
            call.path(Deed::Exec, script, Flags::NONE);
            call.give(after(call.args, script));
        }
        _ if options.has(&["V", "version", "h", "help"]) => {}
        _ => call.run_input(Language::Python),
    }
}

/// The words after this one.
fn after<'w>(words: &'w [Word], word: &Word) -> &'w [Word] {
    let at = words
        .iter()
        .position(|other| other == word || other.prefix().ends_with(word.prefix()))
        .map_or(words.len(), |at| at.saturating_add(1));
    words.get(at..).unwrap_or_default()
}

/// A module that is a program: `python -m pip install x`.
fn module(call: &mut Call<'_, '_, '_>, name: &Word, words: &[Word]) {
    match name.text() {
        Some(
            "http.server" | "SimpleHTTPServer" | "uvicorn" | "gunicorn" | "smtpd" | "aiosmtpd",
        ) => {
            call.listen();
            call.place(Deed::Read, ".", Flags::RECURSIVE);
        }
        Some("ensurepip") => call.deed(Deed::PackageInstall, Flags::NONE),
        Some("venv" | "virtualenv") => {
            for word in words.iter().filter(|word| !word.prefix().starts_with('-')) {
                call.path(Deed::Write, word, Flags::RECURSIVE);
            }
        }
        Some("json.tool" | "base64" | "tarfile" | "zipfile" | "gzip") => {
            for word in words.iter().filter(|word| !word.prefix().starts_with('-')) {
                call.path(Deed::Read, word, Flags::NONE);
            }
        }
        Some(_) => {
            let mut argv = vec![name.clone()];
            argv.extend_from_slice(words);
            call.run(argv, Flags::NONE);
        }
        None => call.sink.opaque(),
    }
}

/// Perl, Ruby, Node, PHP, Lua: `-e`, a script, or the input.
pub(super) fn script(call: &mut Call<'_, '_, '_>) {
    let name = call.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let (specification, language): (&'static str, _) = match name {
        "node" | "nodejs" | "deno" | "bun" | "tsx" | "ts-node" => {
            ("+e eval p print r require import loader C conditions env-file", Language::JavaScript)
        }
        "php" => ("+r B R E F f d c S t z", Language::Other),
        "perl" => ("+e E I M m F x", Language::Other),
        "ruby" => ("+e I r C E", Language::Other),
        "osascript" => ("+e l s", Language::Other),
        "powershell" | "pwsh" => return powershell(call),
        "cmd" => return cmd(call),
        _ => ("+e l i E", Language::Other),
    };
    let options = call.parse(specification);
    let listens = options.has(&["S"]) && name == "php";
    if listens {
        call.listen();
        let here = Word::known(".");
        call.path(Deed::Read, options.value(&["t"]).unwrap_or(&here), Flags::RECURSIVE);
    }
    let texts: Vec<Word> = options
        .values(match name {
            "php" => &["r", "B", "R", "E"],
            "node" | "nodejs" | "deno" | "bun" | "tsx" | "ts-node" => &["e", "eval", "p", "print"],
            _ => &["e", "E"],
        })
        .cloned()
        .collect();
    for file in options.values(&["r", "require", "import", "loader"]) {
        if name != "php" && file.prefix().starts_with(['.', '/']) {
            call.path(Deed::Exec, file, Flags::NONE);
        }
    }
    if !texts.is_empty() {
        return given(call, (name, language), &options, texts);
    }
    if listens || options.has(&["v", "version", "V", "h", "help", "i", "m"]) {
        return;
    }
    match options.operands.first() {
        Some(script) if !is_stdin(script) => {
            if name == "deno" {
                return deno(call, script, &options);
            }
            call.path(Deed::Exec, script, Flags::NONE);
        }
        _ => call.run_input(language),
    }
}

/// `deno eval text`, `deno run file`.
fn deno(call: &mut Call<'_, '_, '_>, script: &Word, options: &Options<'_>) {
    match script.text().unwrap_or_default() {
        "eval" => {
            if let Some(text) = options.operands.get(1) {
                call.text(Language::JavaScript, (*text).clone(), Flags::NONE);
            }
        }
        "run" => {
            let script = options.rest(1).iter().find(|w| !w.prefix().starts_with('-'));
            if let Some(script) = script {
                exec_source(call, script);
            }
        }
        _ => {}
    }
}

/// Texts that are programs, and the files that they read or change.
fn given(
    call: &mut Call<'_, '_, '_>,
    (name, language): (&str, Language),
    options: &Options<'_>,
    texts: Vec<Word>,
) {
    let is_filter = match name {
        "perl" => only_filters(options, &texts),
        "php" => only_computes(Dialect::Php, options, &texts),
        "ruby" => only_computes(Dialect::Ruby, options, &texts),
        _ => false,
    };
    for text in texts.into_iter().filter(|_| !is_filter) {
        call.text(language, text, Flags::NONE);
    }
    if is_filter && name != "php" {
        for word in &options.operands {
            read_as_perl(call, word);
        }
    }
    // `perl -pi -e … file` changes the file.
    let in_place =
        matches!(name, "perl" | "ruby") && options.given.iter().any(|given| given.name == "i");
    for word in &options.operands {
        if in_place {
            call.path(Deed::Read, word, Flags::NONE);
            call.path(Deed::Write, word, Flags::NONE);
        }
    }
}

/// Whether these lines of Perl, with the modules that they load, only compute.
fn only_filters(options: &Options<'_>, texts: &[Word]) -> bool {
    let is_known = |word: &Word| {
        word.text().is_some_and(|text| {
            let name = text.trim_start_matches('-');
            !name.starts_with("lib")
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "_:=,".contains(c))
        })
    };
    !options.has(&["I", "x", "S", "T", "s"])
        && options.values(&["M", "m"]).all(is_known)
        && texts.iter().all(|text| text.text().is_some_and(script::only_computes))
}

/// Whether these lines of PHP or Ruby, with no other file or module, only compute.
fn only_computes(dialect: Dialect, options: &Options<'_>, texts: &[Word]) -> bool {
    let is_plain = |name: &str| match dialect {
        Dialect::Php => matches!(name, "r" | "B" | "R" | "E" | "n"),
        Dialect::Ruby => matches!(name, "e" | "n" | "p" | "l" | "a" | "w" | "W"),
    };
    options.given.iter().all(|given| is_plain(given.name))
        && texts.iter().all(|text| text.text().is_some_and(|t| script::computes_in(dialect, t)))
}

/// A file that Perl reads as `<>` does: a name that ends or begins with `|` is a command.
fn read_as_perl(call: &mut Call<'_, '_, '_>, word: &Word) {
    match word.text() {
        Some(text) if text.trim().starts_with('|') || text.trim().ends_with('|') => {
            let command = text.trim().trim_matches('|').to_owned();
            call.text(Language::Shell, Word::known(command), Flags::NONE);
        }
        _ => call.path(Deed::Read, word, Flags::NONE),
    }
}

fn exec_source(call: &mut Call<'_, '_, '_>, source: &Word) {
    if crate::url::is_url(source.prefix()) {
        call.host(Deed::NetReceive, source, Flags::NONE);
        call.deed(Deed::Exec, Flags::REMOTE);
    } else {
        call.path(Deed::Exec, source, Flags::NONE);
    }
}

/// `powershell -Command …`, `-EncodedCommand`, `-File`.
fn powershell(call: &mut Call<'_, '_, '_>) {
    let mut words = call.args.iter();
    while let Some(word) = words.next() {
        let known = word.prefix().to_ascii_lowercase();
        let Some(option) = known.strip_prefix(['-', '/']) else {
            let rest: Vec<&Word> = std::iter::once(word).chain(words).collect();
            return join(call, &rest);
        };
        if option.is_empty() {
            return call.run_input(Language::PowerShell);
        }
        if "encodedcommand".starts_with(option) && !"executionpolicy".starts_with(option)
            || option == "ec"
        {
            call.deed(Deed::Exec, Flags::DECODED);
            return call.sink.opaque();
        }
        if "command".starts_with(option) {
            let rest: Vec<&Word> = words.collect();
            return join(call, &rest);
        }
        if "file".starts_with(option) {
            if let Some(file) = words.next() {
                call.path(Deed::Exec, file, Flags::NONE);
            }
            return;
        }
        if !matches!(
            option,
            "noprofile" | "nop" | "noninteractive" | "noni" | "nologo" | "noexit" | "sta" | "mta"
        ) {
            words.next();
        }
    }
    call.run_input(Language::PowerShell);
}

fn join(call: &mut Call<'_, '_, '_>, words: &[&Word]) {
    let mut text = Word::default();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text.push(Piece::Text(" ".into()));
        }
        text.append((*word).clone());
    }
    let language = if call.name == "cmd" { Language::Cmd } else { Language::PowerShell };
    call.text(language, text, Flags::NONE);
}

/// `cmd /c …`.
fn cmd(call: &mut Call<'_, '_, '_>) {
    let at = call.args.iter().position(|word| {
        word.text().is_some_and(|text| {
            let text = text.trim_start_matches('/').to_ascii_lowercase();
            matches!(text.as_str(), "c" | "k" | "r")
        })
    });
    match at {
        Some(at) => {
            let rest: Vec<&Word> = call.args.iter().skip(at.saturating_add(1)).collect();
            join(call, &rest);
        }
        None => call.run_input(Language::Cmd),
    }
}
