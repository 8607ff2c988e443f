//! `git`: its commands, and the settings that make it run programs.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::options::Options;
use crate::Language;
use crate::url;
use crate::word::Word;

/// `git`.
pub(super) fn call(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+C c git-dir work-tree namespace super-prefix config-env");
    for setting in options.values(&["c"]) {
        apply_setting(call, setting);
    }
    let Some((verb, _)) = options.operands.split_first() else { return };
    let Some(verb) = verb.text() else { return call.sink.opaque() };
    let words = owned(options.rest(1));
    call.inside(options.value(&["C"]), |call| command(call, verb, &words));
}

/// `-c name=value`: a setting whose value is a program.
fn apply_setting(call: &mut Call<'_, '_, '_>, setting: &Word) {
    let known = setting.prefix();
    let Some((name, _)) = known.split_once('=') else { return };
    let value = setting.after(name.len().saturating_add(1));
    runs(call, name, &value, false);
}

/// What a setting makes git run.
fn runs(call: &mut Call<'_, '_, '_>, name: &str, value: &Word, stays: bool) {
    let name = name.to_ascii_lowercase();
    let is_program = matches!(
        name.as_str(),
        "core.pager"
            | "core.editor"
            | "core.sshcommand"
            | "core.fsmonitor"
            | "core.askpass"
            | "sequence.editor"
            | "diff.external"
            | "core.gitproxy"
            | "gpg.program"
            | "credential.helper"
            | "uploadpack.packobjectshook"
    ) || (name.starts_with("pager.")
        || name.starts_with("filter.")
        || name.starts_with("difftool.")
        || name.starts_with("mergetool.")
        || name.starts_with("merge.")
        || name.starts_with("diff."))
        && (name.starts_with("pager.")
            || name.ends_with(".cmd")
            || name.ends_with(".driver")
            || name.ends_with(".clean")
            || name.ends_with(".smudge")
            || name.ends_with(".command")
            || name.ends_with(".textconv"));
    if name == "core.hookspath" {
        call.path(Deed::Exec, value, Flags::NONE);
        if stays {
            call.name(Deed::PersistHook, value, Flags::NONE);
        }
    } else if let Some(command) = value.prefix().strip_prefix('!') {
        let skipped = value.prefix().len().saturating_sub(command.len());
        call.text(Language::Shell, value.after(skipped), Flags::NONE);
        if stays {
            call.name(Deed::PersistHook, value, Flags::NONE);
        }
    } else if is_program && !is_ordinary(&name, value) {
        call.text(Language::Shell, value.clone(), Flags::NONE);
        if stays {
            call.name(Deed::PersistHook, value, Flags::NONE);
        }
    }
}

/// Values that everybody sets: no pager, an editor, a helper of git itself.
fn is_ordinary(name: &str, value: &Word) -> bool {
    let Some(text) = value.text() else { return false };
    matches!(
        (name, text),
        (
            _,
            "cat"
                | "less"
                | ""
                | "true"
                | "false"
                | ":"
                | "vim"
                | "vi"
                | "nano"
                | "emacs"
                | "code --wait"
                | "delta"
                | "less -FRX"
        ) | (
            "credential.helper",
            "store" | "cache" | "osxkeychain" | "manager" | "libsecret" | "wincred"
        )
    )
}

#[expect(clippy::too_many_lines, reason = "one arm for each command of git")]
fn command(call: &mut Call<'_, '_, '_>, verb: &str, words: &[Word]) {
    let options = Options::parse(specification(verb), words);
    let force = || {
        let given = options.has(&["f", "force"]);
        if given { Flags::FORCE } else { Flags::NONE }
    };
    let first = options.text(0).unwrap_or_default();
    match verb {
        "push" => push(call, &options),
        "reset" => {
            let flags =
                if options.has(&["hard", "merge", "keep"]) { Flags::FORCE } else { Flags::NONE };
            target(call, Deed::GitReset, &options, flags);
            if options.has(&["hard"]) {
                call.deed(Deed::GitCheckout, Flags::FORCE);
            }
        }
        "clean" => {
            if options.has(&["n", "dry-run"]) {
                return call.deed(Deed::GitRead, Flags::NONE);
            }
            let mut flags = force();
            if options.has(&["d", "x", "X"]) {
                flags = flags.with(Flags::RECURSIVE);
            }
            call.deed(Deed::GitClean, flags);
        }
        "checkout" | "switch" | "restore" => checkout(call, verb, words, &options),
        "branch" => {
            if options.has(&["D"]) || options.has(&["d", "delete"]) {
                let flags = if options.has(&["D"]) { Flags::FORCE } else { force() };
                return each(call, Deed::GitDelete, &options, 0, flags);
            }
            let reads = options.operands.is_empty()
                || options.has(&[
                    "list",
                    "contains",
                    "merged",
                    "no-merged",
                    "a",
                    "r",
                    "show-current",
                ]);
            let deed = if reads { Deed::GitRead } else { Deed::GitCommit };
            call.deed(deed, force());
        }
        "tag" => {
            if options.has(&["d", "delete"]) {
                return each(call, Deed::GitDelete, &options, 0, Flags::NONE);
            }
            let reads = options.operands.is_empty() || options.has(&["l", "list"]);
            call.deed(if reads { Deed::GitRead } else { Deed::GitCommit }, force());
        }
        "stash" => match first {
            "drop" => call.deed(Deed::GitDelete, Flags::NONE),
            "clear" => call.deed(Deed::GitDelete, Flags::UNBOUNDED),
            "list" | "show" => call.deed(Deed::GitRead, Flags::NONE),
            "pop" | "apply" => call.deed(Deed::GitCheckout, Flags::NONE),
            _ => call.deed(Deed::GitCommit, Flags::NONE),
        },
        "worktree" => match first {
            "remove" | "prune" => each(call, Deed::GitDelete, &options, 1, force()),
            "list" => call.deed(Deed::GitRead, Flags::NONE),
            _ => call.deed(Deed::GitCommit, Flags::NONE),
        },
        "rebase" => {
            for text in options.values(&["x", "exec"]) {
                call.text(Language::Shell, text.clone(), Flags::NONE);
            }
            call.deed(Deed::GitRewrite, Flags::NONE);
        }
        "filter-branch" | "filter-repo" | "replace" => {
            call.deed(Deed::GitRewrite, Flags::UNBOUNDED.with(force()));
            filters(call, words);
        }
        "commit" => {
            let deed = if options.has(&["amend"]) { Deed::GitRewrite } else { Deed::GitCommit };
            call.deed(
                deed,
                if options.has(&["no-verify", "n"]) { Flags::FORCE } else { Flags::NONE },
            );
            for file in options.values(&["F", "file"]) {
                call.path(Deed::Read, file, Flags::NONE);
            }
        }
        "reflog" => match first {
            "expire" | "delete" => call.deed(Deed::GitRewrite, Flags::UNBOUNDED),
            _ => call.deed(Deed::GitRead, Flags::NONE),
        },
        "gc" | "prune" | "repack" => {
            let prunes =
                verb == "prune" || words.iter().any(|word| word.prefix().starts_with("--prune"));
            if prunes {
                call.deed(Deed::GitRewrite, Flags::UNBOUNDED);
            } else {
                call.deed(Deed::GitCommit, Flags::NONE);
            }
        }
        "update-ref" | "symbolic-ref" => {
            let deed = if options.has(&["d", "delete"]) { Deed::GitDelete } else { Deed::GitReset };
            each(call, deed, &options, 0, Flags::FORCE);
        }
        "rm" => {
            let mut flags = force();
            if options.has(&["r"]) {
                flags = flags.with(Flags::RECURSIVE);
            }
            call.deed(Deed::GitCommit, Flags::NONE);
            if !options.has(&["cached", "n", "dry-run"]) {
                for word in &options.operands {
                    call.path(Deed::Delete, word, flags);
                }
            }
        }
        "mv" => {
            call.deed(Deed::GitCommit, Flags::NONE);
            if let Some((to, from)) = options.operands.split_last() {
                for word in from {
                    call.path(Deed::Delete, word, Flags::NONE);
                }
                call.path(Deed::Write, to, Flags::NONE);
            }
        }
        "config" => config(call, words),
        "remote" => remote(call, &options),
        "clone" => clone(call, words),
        "fetch" | "pull" | "ls-remote" | "fetch-pack" => {
            for program in options.values(&["upload-pack", "exec"]) {
                call.text(Language::Shell, program.clone(), Flags::NONE);
            }
            remote_host(call, Deed::NetReceive, options.operands.first().copied());
            call.deed(if verb == "ls-remote" { Deed::GitRead } else { Deed::GitFetch }, force());
            if verb == "pull" {
                let rebases = options.has(&["rebase", "r"]);
                call.deed(if rebases { Deed::GitRewrite } else { Deed::GitCommit }, Flags::NONE);
            }
        }
        "submodule" | "subtree" => match first {
            "status" | "summary" | "" => call.deed(Deed::GitRead, Flags::NONE),
            "foreach" => {
                let text: Vec<&Word> = options.rest(1).to_vec();
                super::wrap::join_shell(call, &text);
            }
            "deinit" => call.deed(Deed::GitDelete, force()),
            "push" => {
                call.deed(Deed::GitPush, Flags::NONE);
            }
            _ => {
                for word in options.rest(1) {
                    remote_host(call, Deed::NetReceive, Some(word));
                }
                call.deed(Deed::GitFetch, Flags::NONE);
            }
        },
        "bisect" if first == "run" => {
            call.deed(Deed::GitCheckout, Flags::NONE);
            let at = words
                .iter()
                .position(|word| word.text() == Some("run"))
                .map_or(0, |at| at.saturating_add(1));
            call.run(words.get(at..).unwrap_or_default().to_vec(), Flags::NONE);
        }
        "bisect" | "read-tree" | "checkout-index" => call.deed(Deed::GitCheckout, force()),
        "credential" | "credential-store" | "credential-cache" | "credential-osxkeychain" => {
            if matches!(first, "fill" | "get") {
                call.deed(Deed::SecretRead, Flags::NONE);
            } else {
                call.deed(Deed::GitConfig, Flags::NONE);
            }
        }
        "grep" => {
            for given in &options.given {
                if given.name.starts_with('O') || given.name.starts_with("open-files-in-pager") {
                    call.deed(Deed::Exec, Flags::NONE);
                }
            }
            call.deed(Deed::GitRead, Flags::NONE);
        }
        "add" | "stage" | "merge" | "cherry-pick" | "revert" | "am" | "init" | "notes"
        | "fast-import" | "commit-tree" | "write-tree" | "update-index" | "maintenance"
        | "sparse-checkout" | "lfs" => {
            call.deed(Deed::GitCommit, force());
        }
        "apply" => {
            for word in &options.operands {
                call.path(Deed::Read, word, Flags::NONE);
            }
            let reads = options.has(&["check", "stat", "numstat", "summary"]);
            call.deed(if reads { Deed::GitRead } else { Deed::GitCheckout }, Flags::NONE);
        }
        "daemon" | "http-backend" | "instaweb" => call.listen(),
        "send-email" => call.any_host(Deed::NetSend, Flags::UPLOAD),
        "send-pack" => push(call, &options),
        "archive" | "bundle" | "format-patch" => {
            for file in options.values(&["o"]) {
                call.path(Deed::Write, file, Flags::NONE);
            }
            call.deed(Deed::GitRead, Flags::NONE);
        }
        _ => {
            for file in words.iter().filter(|word| word.prefix().starts_with("--output=")) {
                call.path(Deed::Write, &file.after(9), Flags::NONE);
            }
            if options.has(&["no-index"]) {
                for file in &options.operands {
                    call.path(Deed::Read, file, Flags::NONE);
                }
            }
            call.deed(Deed::GitRead, Flags::NONE);
        }
    }
}

/// The options with a value of a command.
fn specification(verb: &str) -> &'static str {
    match verb {
        "push" | "send-pack" => {
            "o push-option repo exec receive-pack force! force-with-lease! force-if-includes! mirror! \
                delete! all! prune! tags! set-upstream!"
        }
        "commit" => {
            "m message F file C c author date t template fixup squash cleanup amend! no-verify!"
        }
        "rebase" => "x exec s strategy X strategy-option onto S",
        "clean" => "e exclude dry-run! force!",
        "checkout" | "switch" | "restore" => {
            "b B c C s source orphan conflict staged! worktree! force!"
        }
        "fetch" | "pull" | "ls-remote" | "fetch-pack" => {
            "depth deepen j jobs o upload-pack exec s X strategy shallow-since refmap rebase! force! prune!"
        }
        "submodule" | "subtree" => "b branch name reference depth j jobs P prefix m",
        "branch" => "u set-upstream-to sort contains! delete! force!",
        "tag" => "m message F file u local-user sort n delete! list! force!",
        "archive" | "bundle" | "format-patch" => "o output prefix format n",
        "reset" => "hard! soft! mixed! merge! keep!",
        "stash" => "m message",
        "merge" | "cherry-pick" | "revert" | "am" => "m message s strategy X F file",
        "notes" => "m F c C ref",
        "log" | "show" | "diff" => "n S G L O max-count since until author grep format",
        _ => "n format since until",
    }
}

fn target(call: &mut Call<'_, '_, '_>, deed: Deed, options: &Options<'_>, flags: Flags) {
    match options.operands.first() {
        Some(word) => call.name(deed, word, flags),
        None => call.deed(deed, flags),
    }
}

fn each(call: &mut Call<'_, '_, '_>, deed: Deed, options: &Options<'_>, from: usize, flags: Flags) {
    let words = options.rest(from);
    if words.is_empty() {
        call.deed(deed, flags);
    }
    for word in words {
        call.name(deed, word, flags);
    }
}

/// The texts for the shell among the filters.
fn filters(call: &mut Call<'_, '_, '_>, words: &[Word]) {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.prefix();
        if matches!(
            text,
            "--tree-filter"
                | "--index-filter"
                | "--env-filter"
                | "--msg-filter"
                | "--commit-filter"
                | "--parent-filter"
        ) && let Some(filter) = words.next()
        {
            call.text(Language::Shell, filter.clone(), Flags::NONE);
        }
    }
}

/// `git push`: what is overwritten or removed there is a mark or a deed of its own.
fn push(call: &mut Call<'_, '_, '_>, options: &Options<'_>) {
    let mut flags = Flags::NONE;
    let refs = options.rest(1);
    let forced = options.given.iter().any(|given| {
        matches!(given.name, "f" | "force" | "mirror") || given.name.starts_with("force-")
    });
    if forced || refs.iter().any(|word| word.prefix().starts_with('+')) {
        flags = flags.with(Flags::FORCE);
    }
    if options.has(&["mirror", "all", "prune"]) {
        flags = flags.with(Flags::UNBOUNDED);
    }
    for program in options.values(&["exec", "receive-pack"]) {
        call.text(Language::Shell, program.clone(), Flags::NONE);
    }
    remote_host(call, Deed::NetSend, options.operands.first().copied());
    if options.has(&["n", "dry-run"]) {
        return call.deed(Deed::GitRead, Flags::NONE);
    }
    let deletes = options.has(&["d", "delete"]);
    if refs.is_empty() {
        call.deed(Deed::GitPush, flags);
    }
    for word in refs {
        let known = word.prefix().trim_start_matches('+');
        let skipped = word.prefix().len().saturating_sub(known.len());
        let from = known.rfind(':').map_or(0, |at| at.saturating_add(1));
        let branch = word.after(skipped.saturating_add(from));
        let branch = match branch.prefix().strip_prefix("refs/heads/") {
            Some(_) => branch.after("refs/heads/".len()),
            None => branch,
        };
        if deletes || known.starts_with(':') {
            call.name(Deed::GitDelete, &branch, Flags::REMOTE);
        }
        call.name(Deed::GitPush, &branch, flags);
    }
}

fn remote_host(call: &mut Call<'_, '_, '_>, deed: Deed, word: Option<&Word>) {
    let Some(word) = word else { return };
    let known = word.prefix();
    if let Some(command) = known.strip_prefix("ext::") {
        let skipped = known.len().saturating_sub(command.len());
        call.text(Language::Shell, word.after(skipped), Flags::NONE);
    } else if url::is_url(known) || url::is_remote_path(known, call.sink.context) {
        call.host(deed, word, Flags::NONE);
    }
}

fn checkout(call: &mut Call<'_, '_, '_>, verb: &str, words: &[Word], options: &Options<'_>) {
    let forced = options.has(&["f", "force", "discard-changes"]);
    let flags = if forced { Flags::FORCE } else { Flags::NONE };
    let dashes = words.iter().position(|word| word.text() == Some("--"));
    let paths: Vec<Word> = match (verb, dashes) {
        (_, Some(at)) => words.get(at.saturating_add(1)..).unwrap_or_default().to_vec(),
        ("restore", None) => {
            if options.has(&["staged", "S"]) && !options.has(&["worktree", "W"]) {
                return call.deed(Deed::GitReset, Flags::NONE);
            }
            owned(&options.operands)
        }
        ("checkout", None) if options.text(0) == Some(".") => owned(&options.operands),
        _ => Vec::new(),
    };
    let whole = paths.iter().any(|word| matches!(word.text(), Some("." | ":/" | "*" | "./")));
    let flags = if whole { flags.with(Flags::UNBOUNDED) } else { flags };
    if paths.is_empty() {
        return target(call, Deed::GitCheckout, options, flags);
    }
    for word in &paths {
        call.name(Deed::GitCheckout, word, flags);
        call.path(Deed::Write, word, if whole { Flags::RECURSIVE } else { Flags::NONE });
    }
}

/// `git config`: where it holds, and what it will run.
fn config(call: &mut Call<'_, '_, '_>, words: &[Word]) {
    let options = Options::parse("f file blob type default", words);
    let mut operands = options.operands.as_slice();
    let verb = options.text(0).unwrap_or_default();
    let is_verb = matches!(
        verb,
        "set" | "get" | "list" | "unset" | "edit" | "get-all" | "remove-section" | "rename-section"
    );
    if is_verb {
        operands = operands.get(1..).unwrap_or_default();
    }
    let reads = matches!(verb, "get" | "list" | "get-all")
        || options.has(&["get", "get-all", "get-regexp", "list", "l", "get-urlmatch"])
        || (operands.len() < 2
            && !options.has(&["unset", "unset-all", "remove-section", "edit", "e"])
            && !is_verb);
    if reads {
        return call.deed(Deed::GitRead, Flags::NONE);
    }
    let global = options.has(&["global", "system"]);
    let flags = if global { Flags::GLOBAL } else { Flags::NONE };
    for file in options.values(&["f", "file"]) {
        call.path(Deed::Write, file, Flags::NONE);
    }
    let Some(name) = operands.first() else { return call.deed(Deed::GitConfig, flags) };
    call.name(Deed::GitConfig, name, flags);
    if let (Some(name), Some(value)) = (name.text(), operands.get(1)) {
        runs(call, name, value, true);
    }
}

fn remote(call: &mut Call<'_, '_, '_>, options: &Options<'_>) {
    match options.text(0).unwrap_or_default() {
        "add" | "set-url" => {
            call.named(Deed::GitConfig, "remote", Flags::NONE);
            remote_host(call, Deed::NetConnect, options.operands.get(2).copied());
        }
        "rename" | "set-head" | "set-branches" => {
            call.named(Deed::GitConfig, "remote", Flags::NONE)
        }
        "remove" | "rm" => each(call, Deed::GitDelete, options, 1, Flags::NONE),
        "update" | "prune" => call.deed(Deed::GitFetch, Flags::NONE),
        _ => call.deed(Deed::GitRead, Flags::NONE),
    }
}

fn clone(call: &mut Call<'_, '_, '_>, words: &[Word]) {
    let options = Options::parse(
        "b branch o origin depth j jobs c config u upload-pack reference template separate-git-dir filter \
            shallow-since",
        words,
    );
    for setting in options.values(&["c", "config"]) {
        apply_setting(call, setting);
    }
    for program in options.values(&["u", "upload-pack"]) {
        call.text(Language::Shell, program.clone(), Flags::NONE);
    }
    let source = options.operands.first().copied();
    remote_host(call, Deed::NetReceive, source);
    call.deed(Deed::GitFetch, Flags::NONE);
    let folder = match options.operands.get(1) {
        Some(folder) => (*folder).clone(),
        None => match source.and_then(Word::text) {
            Some(text) => {
                let name = text.trim_end_matches('/').trim_end_matches(".git");
                Word::known(name.rsplit(['/', ':']).next().unwrap_or(name))
            }
            None => return,
        },
    };
    call.path(Deed::Write, &folder, Flags::RECURSIVE);
}

/// `gh`, `glab`.
pub(super) fn forge(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "R repo X method f F raw-field field H header input b body t title B base H \
        head q jq json L limit body-file s state l label m hostname",
    );
    let group = options.text(0).unwrap_or_default();
    let verb = options.text(1).unwrap_or_default();
    for file in options.values(&["body-file", "input"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    match (group, verb) {
        ("auth", "token") => call.deed(Deed::SecretRead, Flags::NONE),
        ("auth", _) => {
            let shows = options.has(&["t", "show-token"]);
            call.deed(if shows { Deed::SecretRead } else { Deed::CloudRead }, Flags::NONE);
        }
        ("api", _) => {
            let method =
                options.value(&["X", "method"]).and_then(Word::text).map(str::to_ascii_uppercase);
            let sends = options.has(&["f", "F", "raw-field", "field", "input"]);
            let deed = match method.as_deref() {
                Some("DELETE") => Deed::CloudDelete,
                Some("GET" | "HEAD") => Deed::CloudRead,
                None if !sends => Deed::CloudRead,
                _ => Deed::CloudChange,
            };
            match options.operands.get(1) {
                Some(word) => call.name(deed, word, Flags::NONE),
                None => call.deed(deed, Flags::NONE),
            }
        }
        ("repo", "clone") => {
            call.deed(Deed::GitFetch, Flags::NONE);
        }
        ("alias", "set") | ("extension", "install") => {
            call.deed(Deed::PersistHook, Flags::NONE);
        }
        (_, "delete" | "remove" | "rm" | "close" | "archive" | "transfer") => {
            let words: Vec<Word> =
                std::iter::once(Word::known(group)).chain(owned(options.rest(2))).collect();
            let label: Vec<&str> = words.iter().map(|word| word.text().unwrap_or("*")).collect();
            let deed = if matches!(verb, "close") { Deed::CloudChange } else { Deed::CloudDelete };
            call.named(deed, &label.join(" "), Flags::NONE);
        }
        (
            _,
            "list" | "view" | "status" | "diff" | "checks" | "download" | "watch" | "ls" | "show"
            | "get" | "browse" | "" | "trace",
        )
        | ("search" | "browse" | "status" | "help" | "version", _) => {
            call.deed(Deed::CloudRead, Flags::NONE)
        }
        ("pr", "checkout") => call.deed(Deed::GitCheckout, Flags::NONE),
        _ => {
            let name = format!("{group} {verb}");
            call.named(Deed::CloudChange, &name, Flags::NONE);
        }
    }
}
