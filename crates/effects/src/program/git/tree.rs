//! Commands of git about files of the work tree and the index.

use sponsio_engine::event::{Deed, Flags};

use super::{Call, Options, forced, target};
use crate::program::call::owned;
use crate::word::Word;

/// `git reset`, `clean`, `checkout`, `rm`, `mv`, `apply`, `bisect`, ….
pub(super) fn command(
    call: &mut Call<'_, '_, '_>,
    verb: &str,
    words: &[Word],
    options: &Options<'_>,
) {
    let force = || forced(options);
    let first = options.text(0).unwrap_or_default();
    match verb {
        "reset" => {
            let flags =
                if options.has(&["hard", "merge", "keep"]) { Flags::FORCE } else { Flags::NONE };
            target(call, Deed::GitReset, options, flags);
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
        "checkout" | "switch" | "restore" => checkout(call, verb, words, options),
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
        "apply" => {
            for word in &options.operands {
                call.path(Deed::Read, word, Flags::NONE);
            }
            let reads = options.has(&["check", "stat", "numstat", "summary"]);
            call.deed(if reads { Deed::GitRead } else { Deed::GitCheckout }, Flags::NONE);
        }
        "bisect" if first == "run" => {
            call.deed(Deed::GitCheckout, Flags::NONE);
            let at = words
                .iter()
                .position(|word| word.text() == Some("run"))
                .map_or(0, |at| at.saturating_add(1));
            call.run(words.get(at..).unwrap_or_default().to_vec(), Flags::NONE);
        }
        "bisect" | "read-tree" | "checkout-index" => call.deed(Deed::GitCheckout, force()),
        _ => {}
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
