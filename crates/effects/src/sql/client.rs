//! Commands that the clients of databases take between statements: `\copy`, `.shell`, `system`.

use sponsio_engine::event::{Certainty, Deed, Flags};

use super::{Act, What};
use crate::Language;

/// Adds what a line of a client does.
pub(super) fn judge(line: &str, acts: &mut Vec<Act>) {
    let line = line.trim();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let must = |what| Act { certainty: Certainty::Must, what };
    let file = |deed| What::File { path: argument(rest), deed, is_client: true };
    let lower = name.to_ascii_lowercase();
    // `\!cmd` needs no blank.
    if let Some(glued) = line.strip_prefix("\\!") {
        acts.push(must(What::Text(Language::Shell, Some(glued.trim().into()))));
        return;
    }
    match lower.as_str() {
        ".shell" | ".system" | "system" => {
            acts.push(must(What::Text(Language::Shell, Some(rest.into()))));
        }
        "\\i" | "\\ir" | "\\include" | "\\include_relative" | ".read" | "source" | "\\." => {
            if piped(rest, acts) {
                return;
            }
            acts.push(must(file(Deed::Exec)));
            acts.push(opaque());
        }
        "\\o" | "\\out" | "\\w" | "\\write" | "\\g" | "\\gx" | "\\s" | "\\t" | "\\tee"
        | ".output" | ".once" | ".log" | ".excel" | ".trace"
            if !rest.is_empty() && !matches!(rest, "on" | "off" | "stdout" | "stderr") =>
        {
            if !piped(rest, acts) {
                acts.push(must(file(Deed::Write)));
            }
        }
        ".backup" | ".save" | ".clone" | ".archive" | ".ar" => acts.push(must(file(Deed::Write))),
        ".restore" => {
            acts.push(must(file(Deed::Read)));
            acts.push(must(What::Deed(Deed::SqlUpdate, None, Flags::UNBOUNDED)));
        }
        ".import" => {
            if !piped(rest.trim_matches(['"', '\'']), acts) {
                acts.push(must(file(Deed::Read)));
            }
            let table = rest.split_whitespace().next_back().map(str::to_owned);
            acts.push(must(What::Deed(Deed::SqlInsert, table, Flags::NONE)));
        }
        ".open" => {
            acts.push(must(What::File { path: last(rest), deed: Deed::Write, is_client: true }));
        }
        ".load" => acts.push(must(file(Deed::Exec))),
        "\\gexec" | "\\e" | "\\edit" | "\\ef" | "\\ev" => acts.push(opaque()),
        "\\copy" => copy(rest, acts),
        "\\password" => acts.push(must(What::Deed(Deed::SqlGrant, None, Flags::NONE))),
        "\\lo_import" => acts.push(must(file(Deed::Read))),
        "\\lo_export" => {
            acts.push(must(What::File { path: last(rest), deed: Deed::Write, is_client: true }));
        }
        "\\lo_unlink" => acts.push(must(What::Deed(Deed::SqlDelete, None, Flags::NONE))),
        ".dump" | ".schema" | ".tables" | ".fullschema" => {
            acts.push(must(What::Deed(Deed::SqlSelect, None, Flags::NONE)));
        }
        // `\set x `cmd``: what stands in backquotes is run.
        _ => {
            if let Some(command) = line.split('`').nth(1) {
                acts.push(must(What::Text(Language::Shell, Some(command.into()))));
            }
            acts.push(must(What::Deed(Deed::SqlOther, None, Flags::NONE)));
        }
    }
}

/// `| command` in the place of a file; whether it is one.
fn piped(rest: &str, acts: &mut Vec<Act>) -> bool {
    let Some(command) = rest.strip_prefix('|') else { return false };
    let what = What::Text(Language::Shell, Some(command.trim().into()));
    acts.push(Act { certainty: Certainty::Must, what });
    true
}

fn copy(rest: &str, acts: &mut Vec<Act>) {
    let mut tokens = super::lex::read(rest, super::lex::Family::Standard).0;
    let word =
        super::lex::Token { kind: super::lex::Kind::Word, text: "copy".into(), is_first: true };
    tokens.insert(0, word);
    super::statement::copy(&tokens, true, acts);
}

fn opaque() -> Act {
    let what = What::Deed(Deed::SqlExec, None, Flags::NONE);
    Act { certainty: Certainty::Opaque, what }
}

/// The first argument that is no option.
fn argument(rest: &str) -> Option<String> {
    let word = rest.split_whitespace().find(|word| !word.starts_with('-'))?;
    Some(word.trim_matches(['"', '\'', ';']).into())
}

fn last(rest: &str) -> Option<String> {
    let word = rest.split_whitespace().next_back()?;
    Some(word.trim_matches(['"', '\'', ';']).into())
}
