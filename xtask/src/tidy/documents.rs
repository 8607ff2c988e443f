//! Whatever a document names must exist: files, folders, headings, functions, commands.
//!
//! A path is recognised in a link and in a code span. In a span it must look like one: its first part is a folder
//! or file of the root, or it ends like a source file or a document. `path/file.rs::name` names a function and is
//! how a document points at the test that keeps a promise. Commands are recognised in code spans, in blocks of
//! shell code and in comments of sources.

use super::tree::{File, Tree};
use super::{Finding, Reason, commands};
use crate::markdown::{self, Line, Part};

const HEADING: Reason = Reason {
    why: "a document has one title",
    remedy: "give it one heading of the first level, as its first heading",
};
const LINK: Reason = Reason {
    why: "a link that leads nowhere costs the reader's trust in the rest",
    remedy: "correct the target; it is relative to the document",
};
const PATH: Reason = Reason {
    why: "a document describes this tree, and the tree has moved on",
    remedy: "name the path it has, from the root of the repository or relative to the document",
};
const FUNCTION: Reason = Reason {
    why: "the promise beside it would be kept by nothing",
    remedy: "name the test or function that exists in that file",
};
const COMMAND: Reason = Reason {
    why: "a reader will type it",
    remedy: "name a command and options that the program's `--help` shows",
};

/// Code whose lines are commands.
const SHELLS: &[&str] = &["sh", "bash", "shell", "console"];
/// Endings of files that are part of this repository when a document names them without a folder.
const OWN_ENDINGS: &[&str] = &[".rs", ".md"];
/// The name that stands for any name where style is explained.
const PLACEHOLDER: &str = "foo";

/// Every finding about documents.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with_extension("md") {
        document(tree, file, &mut findings);
    }
    for file in tree.with_extension("rs") {
        for (index, line) in file.text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                for span in markdown::spans(line) {
                    command(&file.path, index + 1, span, &mut findings);
                }
            }
        }
    }
    findings
}

fn document(tree: &Tree, file: &File, findings: &mut Vec<Finding>) {
    let lines = markdown::lines(&file.text);
    let titles: Vec<&Line<'_>> = lines.iter().filter(|l| l.part == Part::Heading(1)).collect();
    if titles.len() != 1 {
        let line = titles.get(1).map_or(1, |line| line.number);
        let what = format!("{} headings of the first level", titles.len());
        findings.push(Finding::new(&file.path, line, what, &HEADING));
    }
    for line in &lines {
        match line.part {
            Part::Code(info) => {
                let shell = info.split_whitespace().next().unwrap_or_default();
                if SHELLS.contains(&shell) {
                    let text = line.text.trim_start().trim_start_matches("$ ");
                    command(&file.path, line.number, text, findings);
                }
            }
            Part::Text | Part::Heading(_) => {
                for target in markdown::links(line.text) {
                    link(tree, file, line.number, &target, findings);
                }
                for span in markdown::spans(line.text) {
                    command(&file.path, line.number, span, findings);
                    path(tree, file, line.number, span, findings);
                }
            }
            Part::Fence => {}
        }
    }
}

fn command(path: &str, line: usize, text: &str, findings: &mut Vec<Finding>) {
    if let Some(mistake) = commands::mistake(text) {
        findings.push(Finding::new(path, line, mistake, &COMMAND));
    }
}

fn link(tree: &Tree, file: &File, line: usize, target: &str, findings: &mut Vec<Finding>) {
    if target.contains("://") || target.starts_with("mailto:") {
        return;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { Some(file.path.clone()) } else { resolve(&file.path, path) };
    let Some(path) = path.filter(|path| path.is_empty() || tree.has(path)) else {
        let what = format!("the link leads to `{target}`, which is not there");
        findings.push(Finding::new(&file.path, line, what, &LINK));
        return;
    };
    let text = tree.file(&path).map_or("", |file| file.text.as_str());
    let has_anchor =
        |l: &Line<'_>| matches!(l.part, Part::Heading(_)) && markdown::anchor(l.text) == anchor;
    if !anchor.is_empty() && !markdown::lines(text).iter().any(has_anchor) {
        let what = format!("`{path}` has no heading `#{anchor}`");
        findings.push(Finding::new(&file.path, line, what, &LINK));
    }
}

fn path(tree: &Tree, file: &File, line: usize, span: &str, findings: &mut Vec<Finding>) {
    let (name, function) = span.split_once("::").unwrap_or((span, ""));
    if !looks_like_path(tree, name) {
        return;
    }
    let near = resolve(&file.path, name).filter(|near| tree.has(near));
    let elsewhere = || is_part(tree, name) && tree.has_somewhere(name);
    if !(tree.has(name) || near.is_some() || elsewhere()) {
        findings.push(Finding::new(&file.path, line, format!("`{name}` is not there"), &PATH));
        return;
    }
    let word = if name.ends_with(".py") { "def" } else { "fn" };
    let definition = format!("{word} {function}(");
    let defines = |f: &File| f.text.contains(&definition);
    let path = near.unwrap_or_else(|| name.to_owned());
    if !function.is_empty() && !tree.file(&path).is_some_and(defines) {
        let what = format!("`{name}` has no function `{function}`");
        findings.push(Finding::new(&file.path, line, what, &FUNCTION));
    }
}

/// Whether it is written like a path of this repository.
fn looks_like_path(tree: &Tree, name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let placeholder = |part: &str| part == PLACEHOLDER || part.starts_with("foo.");
    if name.is_empty() || name.starts_with('/') || !name.chars().all(plain) {
        return false;
    }
    if name.split('/').any(placeholder) {
        return false;
    }
    let own_ending = OWN_ENDINGS.iter().any(|end| name.len() > end.len() && name.ends_with(end));
    let (first, more) = name.split_once('/').map_or((name, false), |(first, _)| (first, true));
    own_ending || (more && tree.has(first))
}

/// Whether it may be the end of a longer path: its first part is not a folder of the root.
fn is_part(tree: &Tree, name: &str) -> bool {
    name.split_once('/').is_none_or(|(first, _)| !tree.has(first))
}

/// The path from the root of a path that is relative to a document; none where it leaves the repository.
fn resolve(document: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in relative.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: &[(&str, &str)] = &[
        ("README.md", "# Top\n\n## How it works\n"),
        ("crates/a/src/b.rs", "//! x\nfn it_holds() {}\n"),
        ("docs/c.md", "# C\n"),
    ];

    fn check_text(path: &str, text: &str, expect: &[&str]) {
        let mut files = OTHERS.to_vec();
        files.push((path, text));
        let found: Vec<String> = check(&Tree::of(&files)).into_iter().map(|f| f.what).collect();
        assert_eq!(found, expect, "{text}");
    }

    fn check_line(line: &str, expect: &[&str]) {
        check_text("docs/x.md", &format!("# X\n\n{line}\n"), expect);
    }

    #[test]
    fn a_document_has_one_title() {
        check_text("x.md", "# A\n# B\n", &["2 headings of the first level"]);
        check_text("x.md", "## A\n", &["0 headings of the first level"]);
    }

    #[test]
    fn links_lead_somewhere() {
        check_line("[a](../README.md) [b](c.md) [c](https://example.org/x) [d](../docs)", &[]);
        check_line("[a](README.md)", &["the link leads to `README.md`, which is not there"]);
        check_line("[a](../../x)", &["the link leads to `../../x`, which is not there"]);
    }

    #[test]
    fn anchors_are_headings() {
        check_line("[a](../README.md#how-it-works) [b](#x)", &[]);
        check_line("[a](../README.md#why)", &["`README.md` has no heading `#why`"]);
    }

    #[test]
    fn paths_in_code_spans_exist() {
        check_line("`crates/a/src/b.rs` `crates/a/` `docs/c.md` `c.md` `src/b.rs` `b.rs`", &[]);
        check_line("`crates/b/`", &["`crates/b/` is not there"]);
        check_line("`a/src/c.rs`", &["`a/src/c.rs` is not there"]);
        check_line("`c.rs`", &["`c.rs` is not there"]);
    }

    #[test]
    fn other_spans_are_not_paths() {
        check_line(
            "`and/or` `sponsio.yaml` `/etc/passwd` `crates/*` `foo/mod.rs` `G(a -> b)`",
            &[],
        );
    }

    #[test]
    fn a_function_that_is_named_exists() {
        check_line("`crates/a/src/b.rs::it_holds`", &[]);
        let expect = "`crates/a/src/b.rs` has no function `it_falls`";
        check_line("`crates/a/src/b.rs::it_falls`", &[expect]);
    }

    #[test]
    fn commands_are_found_in_spans_blocks_and_comments() {
        let expect = ["`cargo xtask` has no command `nothing`"];
        check_line("`cargo xtask nothing`", &expect);
        check_line("```sh\ncargo xtask nothing\n```", &expect);
        check_line("```text\ncargo xtask nothing\n```", &[]);
        check_text("a/src/x.rs", "//! see `cargo xtask nothing`\n", &expect);
    }
}
