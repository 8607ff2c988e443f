//! The documents that are cases: each block of fenced code marked `yaml case` in `docs/`, on every subject.
//!
//! Such a block is one case of `cases/README.md` without its name; it is called after the document and its line.
//! What a document says and what a program does cannot part without a failing test. What is not here: whether a
//! sentence and the block below it say the same, which only a reader can tell.

#![expect(clippy::disallowed_methods, reason = "the documents are read from the source tree")]

use std::fs;
use std::path::{Path, PathBuf};

use sponsio_conformance::case::{Case, CaseError, load};
use sponsio_conformance::subject::{all, differences};

/// The first line of a block that is a case.
const OPEN: &str = "```yaml case";
const CLOSE: &str = "```";
/// The documents whose every claim about behaviour is to be shown, and by how many cases at least.
const SHOWN: [(&str, usize); 2] = [("semantics.md", 40), ("concepts/owasp-coverage.md", 10)];

/// A block of a document.
struct Block<'t> {
    /// The line of its fence, from 1.
    line: usize,
    /// The text before it that is not empty.
    before: &'t str,
    lines: Vec<&'t str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut before, mut open) = ("", None);
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line) {
            (None, OPEN) => open = Some(Block { line: index + 1, before, lines: Vec::new() }),
            (None, "") => {}
            (None, _) => before = line,
            (Some(_), CLOSE) => blocks.extend(open.take()),
            (Some(block), _) => block.lines.push(line),
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The case of a block, with the line numbers of its document.
fn case(document: &str, block: &Block<'_>) -> Result<Case, CaseError> {
    let mut text = "\n".repeat(block.line.saturating_sub(3));
    text.push_str(&format!("about: x\ncases:\n  - name: \"{document}\"\n"));
    for line in &block.lines {
        text.push_str(&format!("    {line}\n"));
    }
    load(&text).map(|mut topic| topic.cases.remove(0))
}

/// Every document below the folder, by its path from it.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let paths: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_document_says_what_every_subject_does() {
    let subjects = all();
    let mut wrong = Vec::new();
    for (name, text) in documents() {
        let blocks = blocks(&text);
        if !blocks.is_empty() {
            println!("{:4} cases in {name}", blocks.len());
        }
        for block in &blocks {
            let case = match case(&name, block) {
                Ok(case) => case,
                Err(error) => {
                    wrong.push(format!("{name}: {error}"));
                    continue;
                }
            };
            let found = subjects.iter().flat_map(|subject| differences(subject.as_ref(), &case));
            wrong.extend(found);
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_document_about_behaviour_shows_enough_of_it() {
    let documents = documents();
    for (name, least) in SHOWN {
        let text = &documents.iter().find(|(document, _)| document == name).unwrap().1;
        let count = blocks(text).len();
        assert!(count >= least, "{name} has {count} cases, and {least} are needed");
    }
}

#[test]
fn each_of_the_ten_risks_has_a_case_and_a_limit() {
    let documents = documents();
    let risks = documents.iter().find(|(name, _)| name == "concepts/owasp-coverage.md").unwrap();
    let sections: Vec<&str> = risks.1.split("\n## ").skip(1).collect();
    assert_eq!(sections.len(), 10);
    for (section, number) in sections.iter().zip(1..) {
        assert!(section.starts_with(&format!("ASI{number:02} ")), "{section}");
        for part in ["\nEnforced: ", OPEN, "\nLimit: "] {
            assert!(section.contains(part), "{part:?} is missing in {section}");
        }
    }
}

#[test]
fn a_case_stands_below_the_sentence_that_it_shows() {
    for (name, text) in documents() {
        for block in blocks(&text) {
            let is_said = block.before.ends_with(':');
            assert!(is_said, "{name}:{}: no sentence before it ends in a colon", block.line);
            assert!(!block.lines.is_empty(), "{name}:{}: the case is empty", block.line);
        }
    }
}

const WRONG: &str = "# A\n\nA sentence:\n\n```yaml case\ncontracts: [{ltl: G !called(x)}]\nevents:\n  \
                     - y\n  - x\n```\n";

#[test]
fn a_document_that_is_wrong_is_found_at_its_line() {
    let blocks = blocks(WRONG);
    let case = case("a.md", &blocks[0]).unwrap();
    for subject in all() {
        let found = differences(subject.as_ref(), &case);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("line 9: a.md"), "{found:?}");
    }
}

#[test]
fn a_block_that_is_no_case_is_found_at_its_line() {
    let text = WRONG.replace("  - x\n", "  - {call: x, expected: block}\n");
    let error = case("a.md", &blocks(&text)[0]).unwrap_err();
    assert_eq!(error.line, 9, "{error}");
}
