//! Archives: what is packed, where it is unpacked, and what runs on the way.

use std::borrow::Cow;

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use super::options::Options;
use crate::Language;
use crate::url;
use crate::word::Word;

/// `tar`: what it does is one of its letters, which may stand without a dash.
pub(super) fn tar(call: &mut Call<'_, '_, '_>) {
    let mut args: Cow<'_, [Word]> = Cow::Borrowed(call.args);
    if let Some(first) = call.args.first().and_then(Word::text)
        && !first.starts_with('-')
        && first.chars().all(|c| c.is_ascii_alphabetic())
    {
        args.to_mut().splice(..1, [Word::known(format!("-{first}"))]);
    }
    let options = Options::parse(
        "f file C directory I use-compress-program T files-from X exclude-from exclude checkpoint-action \
            to-command F info-script new-volume-script rsh-command transform strip-components remove-files! \
            checkpoint! extract! create! one-top-level owner group mode mtime",
        &args,
    );
    for program in options.values(&[
        "I",
        "use-compress-program",
        "to-command",
        "F",
        "info-script",
        "new-volume-script",
        "rsh-command",
    ]) {
        call.text(Language::Shell, program.clone(), Flags::NONE);
    }
    for action in options.values(&["checkpoint-action"]) {
        if action.prefix().starts_with("exec=") {
            call.text(Language::Shell, action.after(5), Flags::NONE);
        }
    }
    let archive = options.value(&["f", "file"]).filter(|word| word.text() != Some("-"));
    let here = Word::known(".");
    let folder = options.value(&["C", "directory"]).unwrap_or(&here);
    if options.has(&["x", "extract", "get"]) {
        if let Some(archive) = archive {
            call.path(Deed::Read, archive, Flags::NONE);
        }
        if !options.has(&["O", "to-stdout", "to-command"]) {
            let mut flags = Flags::RECURSIVE;
            if options.has(&["P", "absolute-names", "overwrite"]) {
                flags = flags.with(Flags::FORCE);
            }
            call.path(Deed::Write, folder, flags);
        }
        return;
    }
    if options.has(&["t", "list", "d", "diff", "compare"]) {
        if let Some(archive) = archive {
            call.path(Deed::Read, archive, Flags::NONE);
        }
        return;
    }
    if options.has(&["c", "create", "r", "append", "u", "update", "A", "delete"]) {
        pack(call, &options, &args, archive);
    }
}

/// Packs the operands, each from the directory that `-C` before it names.
fn pack(call: &mut Call<'_, '_, '_>, options: &Options<'_>, args: &[Word], archive: Option<&Word>) {
    let removes = options.has(&["remove-files"]);
    // `tar -cC a b`: a directory may stand behind a cluster of letters.
    let is_apart =
        |word: &Word| matches!(word.text(), Some("-C")) || word.prefix().starts_with("--directory");
    let clustered = options.value(&["C", "directory"]).filter(|_| !args.iter().any(is_apart));
    let mut folder = clustered.cloned();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let known = word.prefix();
        if matches!(word.text(), Some("-C" | "--directory")) {
            folder = words.next().map(|word| below(folder.take(), word));
        } else if known.starts_with("--directory=") {
            folder = Some(below(folder.take(), &word.after("--directory=".len())));
        } else if options.operands.iter().any(|operand| core::ptr::eq(*operand, word)) {
            call.inside(folder.as_ref(), |call| {
                call.path(Deed::Read, word, Flags::RECURSIVE);
                if removes {
                    call.path(Deed::Delete, word, Flags::RECURSIVE);
                }
            });
        }
    }
    let Some(archive) = archive else { return };
    if url::is_remote_path(archive.prefix(), call.sink.context) {
        call.host(Deed::NetSend, archive, Flags::UPLOAD);
    } else {
        call.path(Deed::Write, archive, Flags::NONE);
    }
}

/// A directory that is changed to from another one.
fn below(folder: Option<Word>, next: &Word) -> Word {
    let Some(mut folder) = folder.filter(|_| !next.prefix().starts_with(['/', '~'])) else {
        return next.clone();
    };
    folder.append(Word::known("/"));
    folder.append(next.clone());
    folder
}

/// Archives that have a first operand for the archive: `zip`, `unzip`, `7z`, `ar`.
pub(super) fn archive(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("d x i unzip-command exdir t b P");
    let tester = call.args.windows(2).find_map(|pair| match pair {
        [option, program] if matches!(option.text(), Some("-TT" | "--unzip-command")) => {
            Some(program)
        }
        _ => None,
    });
    if let Some(program) = tester {
        call.text(Language::Shell, program.clone(), Flags::NONE);
    }
    let words = options.operands.as_slice();
    match call.name {
        "unzip" | "unrar" => {
            if let Some(archive) = words.first() {
                call.path(Deed::Read, archive, Flags::NONE);
            }
            if !options.has(&["l", "t", "p", "Z", "v"]) {
                let here = Word::known(".");
                let folder = options.value(&["d", "exdir"]).unwrap_or(&here).clone();
                call.path(Deed::Write, &folder, Flags::RECURSIVE);
            }
        }
        "zip" => {
            let Some((archive, rest)) = words.split_first() else { return };
            for word in rest {
                call.path(Deed::Read, word, Flags::RECURSIVE);
                if options.has(&["m", "move"]) {
                    call.path(Deed::Delete, word, Flags::RECURSIVE);
                }
            }
            call.path(Deed::Write, archive, Flags::NONE);
        }
        _ => {
            let Some(([verb, archive], rest)) = words.split_first_chunk() else { return };
            let verb = verb.text().unwrap_or_default();
            let extracts = verb.starts_with(['x', 'e']);
            if extracts || verb.starts_with(['l', 't', 'p']) {
                call.path(Deed::Read, archive, Flags::NONE);
                if extracts {
                    call.place(Deed::Write, ".", Flags::RECURSIVE);
                }
                return;
            }
            for word in rest {
                call.path(Deed::Read, word, Flags::RECURSIVE);
            }
            call.path(Deed::Write, archive, Flags::NONE);
        }
    }
}

/// `cpio`, `pax`: names come from the input.
pub(super) fn cpio(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("F file I O D directory H format M E");
    if options.has(&["i", "extract", "p", "pass-through"]) {
        let here = Word::known(".");
        let target = options.operands.first().copied().unwrap_or(&here).clone();
        call.path(Deed::Write, &target, Flags::RECURSIVE);
    }
    for word in options.values(&["I"]) {
        call.path(Deed::Read, word, Flags::NONE);
    }
    for word in options.values(&["O", "F", "file"]) {
        call.path(Deed::Write, word, Flags::NONE);
    }
}
