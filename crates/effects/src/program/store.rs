//! Stores of files in a cloud: copies between here and there, and removals there.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use crate::url;
use crate::word::Word;

/// `rclone`, `s3cmd`, `gsutil`: copies between here and a store.
pub(super) fn call(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("config transfers include exclude m o");
    let verb = options.text(0).unwrap_or_default();
    let context = call.sink.context;
    let is_there =
        |word: &Word| word.prefix().contains("://") || url::is_remote_path(word.prefix(), context);
    copy_between(call, verb, options.rest(1), is_there);
}

/// A copy, move or removal whose places may be in a store.
pub(super) fn copy_between(
    call: &mut Call<'_, '_, '_>,
    verb: &str,
    words: &[&Word],
    is_there: impl Fn(&Word) -> bool,
) {
    let removes = matches!(
        verb,
        "rm" | "rb" | "del" | "delete" | "purge" | "deletefile" | "remove" | "rmdir"
    );
    if removes {
        for word in words {
            call.name(Deed::CloudDelete, word, Flags::NONE);
        }
        return;
    }
    if !matches!(
        verb,
        "cp" | "mv" | "sync" | "rsync" | "put" | "get" | "copy" | "copyto" | "move" | "moveto"
    ) {
        return call.deed(Deed::CloudRead, Flags::NONE);
    }
    let Some((to, from)) = words.split_last() else { return };
    for word in from {
        if is_there(word) {
            call.name(Deed::CloudRead, word, Flags::NONE);
        } else {
            call.path(Deed::Read, word, Flags::RECURSIVE);
        }
    }
    if is_there(to) {
        call.name(Deed::CloudChange, to, Flags::UPLOAD);
    } else {
        call.path(Deed::Write, to, Flags::RECURSIVE);
    }
}
