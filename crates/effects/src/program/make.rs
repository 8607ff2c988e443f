//! `make`: the recipes of a makefile that is given as text, and variables that name what it runs.
//!
//! A makefile that lies on the disk is the project's own and runs as any script of it does; only where this call names
//! or writes it, what it holds is part of the call.

use sponsio_engine::event::{Deed, Flags};

use super::Input;
use super::call::Call;
use crate::Language;
use crate::word::Word;

/// `make`.
pub(super) fn make(call: &mut Call<'_, '_, '_>) {
    let options = call.parse(
        "C directory f file makefile I include-dir o old-file W what-if j jobs l max-load eval E \
            always-make! question! touch! dry-run! just-print!",
    );
    if options.has(&["n", "dry-run", "just-print", "q", "question"]) {
        return;
    }
    for file in options.values(&["f", "file", "makefile"]) {
        if !matches!(file.text(), Some("-" | "/dev/stdin")) {
            call.inside(options.value(&["C", "directory"]), |call| {
                call.path(Deed::Exec, file, Flags::NONE);
            });
        } else if let Input::Text(text, flags) = call.input {
            recipes(call, text, *flags);
        }
    }
    for text in options.values(&["eval", "E"]) {
        recipes(call, text, Flags::NONE);
    }
    for word in &options.operands {
        if let Some(("SHELL" | "MAKESHELL" | ".SHELLFLAGS", _)) = word.prefix().split_once('=') {
            let at = word.prefix().find('=').map_or(0, |at| at.saturating_add(1));
            call.text(Language::Shell, word.after(at), Flags::NONE);
        }
    }
}

/// The commands of a makefile: what follows a tab, and what follows `;` after a target.
fn recipes(call: &mut Call<'_, '_, '_>, makefile: &Word, marks: Flags) {
    let Some(text) = makefile.text() else {
        return call.sink.opaque();
    };
    for line in text.lines().take(1_024) {
        let recipe = match line.strip_prefix('\t') {
            Some(recipe) => Some(recipe),
            None => line.split_once(';').map(|(_, recipe)| recipe),
        };
        if let Some(recipe) = recipe {
            let recipe = recipe.trim_start_matches(['@', '-', '+', ' ']);
            call.text(Language::Shell, Word::known(recipe.replace("$$", "$")), marks);
        }
        for (at, name) in line.match_indices("$(shell ").take(16) {
            let after = line.get(at.saturating_add(name.len())..).unwrap_or_default();
            let end = after.rfind(')').unwrap_or(after.len());
            let inner = after.get(..end).unwrap_or_default();
            call.text(Language::Shell, Word::known(inner), marks);
        }
    }
}
