//! `git`: its commands, and the settings that make it run programs.

mod exchange;
pub(super) mod forge;
mod history;
mod tree;

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::options::Options;
use crate::Language;
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

/// What a command does: by what it is about.
fn command(call: &mut Call<'_, '_, '_>, verb: &str, words: &[Word]) {
    let options = &Options::parse(specification(verb), words);
    match verb {
        "reset" | "clean" | "checkout" | "switch" | "restore" | "rm" | "mv" | "apply"
        | "bisect" | "read-tree" | "checkout-index" => tree::command(call, verb, words, options),
        "branch" | "tag" | "stash" | "worktree" | "update-ref" | "symbolic-ref" => {
            history::names(call, verb, options)
        }
        "rebase" | "filter-branch" | "filter-repo" | "replace" | "commit" | "reflog" | "gc"
        | "prune" | "repack" | "add" | "stage" | "merge" | "cherry-pick" | "revert" | "am"
        | "init" | "notes" | "fast-import" | "commit-tree" | "write-tree" | "update-index"
        | "maintenance" | "sparse-checkout" | "lfs" => history::commits(call, verb, words, options),
        "push" | "send-pack" | "fetch" | "pull" | "ls-remote" | "fetch-pack" | "clone"
        | "remote" | "submodule" | "subtree" | "daemon" | "http-backend" | "instaweb"
        | "send-email" => exchange::command(call, verb, words, options),
        "config" => config(call, words),
        "credential" | "credential-store" | "credential-cache" | "credential-osxkeychain" => {
            if matches!(options.text(0).unwrap_or_default(), "fill" | "get") {
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

fn forced(options: &Options<'_>) -> Flags {
    if options.has(&["f", "force"]) { Flags::FORCE } else { Flags::NONE }
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
