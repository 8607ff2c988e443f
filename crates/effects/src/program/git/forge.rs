//! `gh` and `glab`: what stands on a forge of repositories.

use sponsio_engine::event::{Deed, Flags};

use super::Call;
use crate::program::call::owned;
use crate::word::Word;

/// `gh`, `glab`.
pub(in crate::program) fn call(call: &mut Call<'_, '_, '_>) {
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
