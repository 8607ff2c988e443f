//! What sources must not say: unfinished places, history, silenced lints, and reaching out of a pure crate.
//!
//! Clippy forbids the single functions that read a clock, a file or the environment; here whole modules of the
//! standard library are kept out of the crates that decide, and so is the attribute that would lift the lint.

use super::layers::{LAYERS, Layer};
use super::tree::{File, Tree};
use super::{Finding, Reason};

const UNFINISHED: Reason = Reason {
    why: "a reader cannot tell whether the code beside it can be relied on",
    remedy: "finish it, or leave it out and say in `//!` what is left out",
};
const HISTORY: Reason = Reason {
    why: "a comment describes the code that is there; how it came about is in the history",
    remedy: "say what is true of the code, without comparing it to what was",
};
const SILENCED: Reason = Reason {
    why: "`allow` stays when its cause is gone, and gives no reason",
    remedy: "write `#[expect(lint, reason = \"…\")]`",
};
const NOT_RUN: Reason = Reason {
    why: "a test that is not run, or that any panic satisfies, shows nothing",
    remedy: "make it pass, or assert on the error it expects",
};
const REACHES_OUT: Reason = Reason {
    why: "a decision is a pure function of its inputs, so that it can be replayed",
    remedy: "take the value as an argument; only `sponsio-guard` and the programs reach out",
};

/// A text that must not occur, and where.
struct Banned {
    text: &'static str,
    scope: Scope,
    reason: &'static Reason,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Anywhere in sources and documents, as a whole word.
    Anywhere,
    /// In code, outside string literals that stand on their own line.
    Code,
    /// In comments.
    Comments,
}

// The texts are put together from halves, so that this file does not contain them.
const BANNED: &[Banned] = &[
    Banned { text: concat!("TO", "DO"), scope: Scope::Anywhere, reason: &UNFINISHED },
    Banned { text: concat!("FIX", "ME"), scope: Scope::Anywhere, reason: &UNFINISHED },
    Banned { text: concat!("XX", "X"), scope: Scope::Anywhere, reason: &UNFINISHED },
    Banned { text: concat!("to", "do!("), scope: Scope::Code, reason: &UNFINISHED },
    Banned { text: concat!("db", "g!("), scope: Scope::Code, reason: &UNFINISHED },
    Banned { text: concat!("for", " now"), scope: Scope::Comments, reason: &HISTORY },
    Banned { text: concat!("now", " we"), scope: Scope::Comments, reason: &HISTORY },
    Banned { text: concat!("we", " now"), scope: Scope::Comments, reason: &HISTORY },
    Banned { text: concat!("no", " longer"), scope: Scope::Comments, reason: &HISTORY },
    Banned { text: concat!("used", " to be"), scope: Scope::Comments, reason: &HISTORY },
    Banned { text: concat!("#[al", "low("), scope: Scope::Code, reason: &SILENCED },
    Banned { text: concat!("#![al", "low("), scope: Scope::Code, reason: &SILENCED },
    Banned { text: concat!("#[ig", "nore"), scope: Scope::Code, reason: &NOT_RUN },
    Banned { text: concat!("#[should", "_panic"), scope: Scope::Code, reason: &NOT_RUN },
];

/// Paths of the standard library, and the lint about them, that a pure crate does not mention.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::std",
    "SystemTime",
    "Instant",
    "RandomState",
    "clippy::disallowed_methods",
    "clippy::disallowed_types",
];

/// Every finding about words.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let is_source = file.path.ends_with(".rs");
        if is_source || file.path.ends_with(".md") || file.path.ends_with(".yaml") {
            banned(file, is_source, &mut findings);
        }
        if let Some(layer) = LAYERS.iter().find(|layer| holds(layer, file)) {
            outside(file, layer, &mut findings);
        }
    }
    findings
}

fn banned(file: &File, is_source: bool, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.lines().enumerate() {
        let is_comment = line.trim_start().starts_with("//");
        for Banned { text, scope, reason } in BANNED {
            let applies = match scope {
                Scope::Anywhere => true,
                Scope::Code => is_source && !is_comment && !line.trim_start().starts_with('"'),
                Scope::Comments => is_comment,
            };
            if applies && contains_word(line, text) {
                findings.push(Finding::new(&file.path, index + 1, format!("`{text}`"), reason));
            }
        }
    }
}

/// Whether the text occurs in the line with nothing of a word directly before or after it.
fn contains_word(line: &str, text: &str) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let starts_word = text.starts_with(of_word);
    let ends_word = text.ends_with(of_word);
    line.match_indices(text).any(|(at, _)| {
        let before = line.get(..at).and_then(|s| s.chars().next_back());
        let after = line.get(at + text.len()..).and_then(|s| s.chars().next());
        !(starts_word && before.is_some_and(of_word) || ends_word && after.is_some_and(of_word))
    })
}

/// Whether the file is code, not tests, of a pure crate.
fn holds(layer: &Layer, file: &File) -> bool {
    let source = format!("{}/src/", layer.folder);
    let library = format!("{}/lib.rs", layer.folder);
    let is_code = file.path.starts_with(&source) || file.path == library;
    layer.is_pure && is_code && !file.is_test() && file.path.ends_with(".rs")
}

fn outside(file: &File, layer: &Layer, findings: &mut Vec<Finding>) {
    let code = file.text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    for (index, line) in code.filter(|(_, line)| !line.trim_start().starts_with("//")) {
        if let Some(word) = OUTSIDE.iter().find(|word| contains_word(line, word)) {
            let what = format!("`{word}` in `{}`", layer.package);
            findings.push(Finding::new(&file.path, index + 1, what, &REACHES_OUT));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(path: &str, text: &str, expect: &[&str]) {
        let found = check(&Tree::of(&[(path, text)]));
        let found: Vec<String> = found.into_iter().map(|f| f.what).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn unfinished_places_are_found_in_code_and_documents() {
        check_file("a.md", concat!("a TO", "DO b"), &[concat!("`TO", "DO`")]);
        check_file("a.rs", concat!("//! FIX", "ME"), &[concat!("`FIX", "ME`")]);
        check_file("a.rs", concat!("    db", "g!(x);"), &[concat!("`db", "g!(`")]);
    }

    #[test]
    fn a_part_of_a_word_is_not_the_word() {
        check_file("a.rs", concat!("MAX_TO", "DOS XX", "XL"), &[]);
    }

    #[test]
    fn history_is_found_in_comments_only() {
        check_file("a.rs", concat!("// fine for", " now"), &[concat!("`for", " now`")]);
        check_file("a.rs", concat!("let text = \"for", " now\";"), &[]);
        check_file("a.md", concat!("fine for", " now"), &[]);
    }

    #[test]
    fn silenced_lints_and_tests_that_do_not_run_are_found() {
        check_file("a.rs", concat!("#[al", "low(dead_code)]"), &[concat!("`#[al", "low(`")]);
        check_file("a.rs", concat!("    #[ig", "nore]"), &[concat!("`#[ig", "nore`")]);
    }

    #[test]
    fn a_pure_crate_does_not_reach_out() {
        let text = "//! x\nuse std::fs;\n#[cfg(test)]\nmod tests {\n    use std::env;\n}\n";
        check_file("crates/engine/src/a.rs", text, &["`std::fs` in `sponsio-engine`"]);
        check_file(
            "crates/engine/src/a.rs",
            "let t = Instant::now();",
            &["`Instant` in `sponsio-engine`"],
        );
        check_file("crates/engine/src/a.rs", "let t = Instantaneous;", &[]);
        check_file("crates/guard/src/a.rs", "use std::fs;", &[]);
    }
}
