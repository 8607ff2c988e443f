//! Commands of git that reach other repositories and hosts.

use sponsio_engine::event::{Deed, Flags};

use super::{Call, Options, apply_setting, each, forced};
use crate::Language;
use crate::program::wrap;
use crate::url;
use crate::word::Word;

/// `git push`, `fetch`, `clone`, `remote`, `submodule`, …
pub(super) fn command(
    call: &mut Call<'_, '_, '_>,
    verb: &str,
    words: &[Word],
    options: &Options<'_>,
) {
    let force = || forced(options);
    let first = options.text(0).unwrap_or_default();
    match verb {
        "push" => push(call, options),
        "send-pack" => push(call, options),
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
        "clone" => clone(call, words),
        "remote" => remote(call, options),
        "submodule" | "subtree" => match first {
            "status" | "summary" | "" => call.deed(Deed::GitRead, Flags::NONE),
            "foreach" => {
                let text: Vec<&Word> = options.rest(1).to_vec();
                wrap::join_shell(call, &text);
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
        "daemon" | "http-backend" | "instaweb" => call.listen(),
        "send-email" => call.any_host(Deed::NetSend, Flags::UPLOAD),
        _ => {}
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
