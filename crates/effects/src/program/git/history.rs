//! Commands of git about commits, and the names that lead to them.

use sponsio_engine::event::{Deed, Flags};

use super::{Call, Options, each, forced};
use crate::Language;
use crate::word::Word;

/// `git branch`, `tag`, `stash`, `worktree`, `update-ref`, …: names of commits.
pub(super) fn names(call: &mut Call<'_, '_, '_>, verb: &str, options: &Options<'_>) {
    let force = || forced(options);
    let first = options.text(0).unwrap_or_default();
    match verb {
        "branch" => {
            if options.has(&["D"]) || options.has(&["d", "delete"]) {
                let flags = if options.has(&["D"]) { Flags::FORCE } else { force() };
                return each(call, Deed::GitDelete, options, 0, flags);
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
                return each(call, Deed::GitDelete, options, 0, Flags::NONE);
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
            "remove" | "prune" => each(call, Deed::GitDelete, options, 1, force()),
            "list" => call.deed(Deed::GitRead, Flags::NONE),
            _ => call.deed(Deed::GitCommit, Flags::NONE),
        },
        "update-ref" | "symbolic-ref" => {
            let deed = if options.has(&["d", "delete"]) { Deed::GitDelete } else { Deed::GitReset };
            each(call, deed, options, 0, Flags::FORCE);
        }
        _ => {}
    }
}

/// `git commit`, `rebase`, `filter-branch`, `reflog`, `gc`, …: commits, and what would bring them back.
pub(super) fn commits(
    call: &mut Call<'_, '_, '_>,
    verb: &str,
    words: &[Word],
    options: &Options<'_>,
) {
    let force = || forced(options);
    let first = options.text(0).unwrap_or_default();
    match verb {
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
        "add" | "stage" | "merge" | "cherry-pick" | "revert" | "am" | "init" | "notes"
        | "fast-import" | "commit-tree" | "write-tree" | "update-index" | "maintenance"
        | "sparse-checkout" | "lfs" => {
            call.deed(Deed::GitCommit, force());
        }
        _ => {}
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
