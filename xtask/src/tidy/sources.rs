//! The shape of source files: how they open, how long they and their functions are, how they are named.
//!
//! Lengths are a guide for authors and a limit here. Code and the tests beside it are measured apart, so that a
//! file is never split for having good tests.

use super::tree::{File, Tree};
use super::{Finding, Reason};

/// Lines of the code of one file.
const CODE_LINES_MAX: usize = 500;
/// Lines of the tests in one file.
const TEST_LINES_MAX: usize = 1_000;
/// Lines of one function, from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Characters of one line of code.
const COLUMNS_MAX: usize = 120;
/// Module names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "types"];

const OPENING: Reason = Reason {
    why: "a reader wants to know what a file is for, and what it leaves to others, before its code",
    remedy: "begin the file with `//!`: what it is, why it is so, what it deliberately does not do",
};
const FILE_LENGTH: Reason = Reason {
    why: "a file has one purpose; a long one has several",
    remedy: "move one of its purposes to a file of its own, named after it",
};
const FUNCTION_LENGTH: Reason = Reason {
    why: "a function that does not fit a screen is not read as a whole",
    remedy: "give a part of it a name and a function",
};
const COLUMNS: Reason = Reason {
    why: "long lines are cut off in reviews and side by side views",
    remedy: "break the line; a string literal may go on after a backslash",
};
const NAMES: Reason = Reason {
    why: "a name that fits everything collects everything",
    remedy: "name the module after what it holds",
};
const BESIDE: Reason =
    Reason { why: "a module has one place", remedy: "move the file into the folder, as `mod.rs`" };
const LINTS: Reason = Reason {
    why: "a crate without the workspace's lints may panic on input, or print, or use unsafe code",
    remedy: "add `[lints]` with `workspace = true` to the manifest",
};

/// Every finding about the shape of sources.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with_extension("rs") {
        opening(file, &mut findings);
        length(file, &mut findings);
        functions(file, &mut findings);
        columns(file, &mut findings);
        name(file, tree, &mut findings);
    }
    for file in tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        lints(file, &mut findings);
    }
    findings
}

fn opening(file: &File, findings: &mut Vec<Finding>) {
    if !file.text.starts_with("//!") {
        findings.push(Finding::new(&file.path, 1, "the file does not open with `//!`", &OPENING));
    }
}

/// The number of lines before the tests in the file, and of all lines.
fn parts(file: &File) -> (usize, usize) {
    let lines: Vec<&str> = file.text.lines().collect();
    if file.is_test() {
        return (0, lines.len());
    }
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let opens_tests =
        |(first, second): (&&str, &&str)| *first == "#[cfg(test)]" && second.starts_with("mod ");
    let code = pairs.into_iter().position(opens_tests).unwrap_or(lines.len());
    (code, lines.len())
}

fn length(file: &File, findings: &mut Vec<Finding>) {
    let (code, all) = parts(file);
    if code > CODE_LINES_MAX {
        let what = format!("{code} lines of code, the limit is {CODE_LINES_MAX}");
        findings.push(Finding::new(&file.path, 1, what, &FILE_LENGTH));
    }
    let tests = all - code;
    if tests > TEST_LINES_MAX {
        let what = format!("{tests} lines of tests, the limit is {TEST_LINES_MAX}");
        findings.push(Finding::new(&file.path, code + 1, what, &FILE_LENGTH));
    }
}

/// A function ends at the first line that is its closing brace at its own indentation, as rustfmt sets it.
fn functions(file: &File, findings: &mut Vec<Finding>) {
    let lines: Vec<&str> = file.text.lines().collect();
    for (start, line) in lines.iter().enumerate() {
        let Some(function) = function(line) else { continue };
        let body = lines.iter().skip(start);
        let header = body.clone().position(|l| l.ends_with(['{', ';', '}'])).unwrap_or(0);
        if !body.clone().nth(header).is_some_and(|l| l.ends_with('{')) {
            continue;
        }
        let indentation = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indentation));
        let count = body.clone().position(|l| *l == end).map_or(1, |last| last + 1);
        if count > FUNCTION_LINES_MAX {
            let what = format!("`{function}` has {count} lines, the limit is {FUNCTION_LINES_MAX}");
            findings.push(Finding::new(&file.path, start + 1, what, &FUNCTION_LENGTH));
        }
    }
}

/// The name of the function that starts on this line.
fn function(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_prefix = |word: &str| {
        word.starts_with("pub")
            || matches!(word, "const" | "async" | "extern" | "\"C\"" | "default")
    };
    let in_path = |word: &str| matches!(word, "in" | "super)" | "crate)");
    if !before.split_whitespace().all(|word| is_prefix(word) || in_path(word)) {
        return None;
    }
    after.split(['(', '<']).next()
}

/// Tests are left out: a table of texts and what they mean has one row on one line.
fn columns(file: &File, findings: &mut Vec<Finding>) {
    let (code, _) = parts(file);
    for (index, line) in file.text.lines().take(code).enumerate() {
        let count = line.chars().count();
        if count > COLUMNS_MAX {
            let what = format!("{count} characters, the limit is {COLUMNS_MAX}");
            findings.push(Finding::new(&file.path, index + 1, what, &COLUMNS));
        }
    }
}

fn name(file: &File, tree: &Tree, findings: &mut Vec<Finding>) {
    let stem = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
    let last = stem.rsplit('/').next().unwrap_or(stem);
    if EMPTY_NAMES.contains(&last) {
        findings.push(Finding::new(&file.path, 1, format!("a module called `{last}`"), &NAMES));
    }
    let beside = tree.file(&format!("{stem}/mod.rs")).is_some();
    let is_module = file.path.contains("/src/") && !file.path.ends_with("/mod.rs");
    if is_module && (beside || tree.has(stem)) {
        let what = format!("the file stands beside the folder `{last}/`");
        findings.push(Finding::new(&file.path, 1, what, &BESIDE));
    }
}

fn lints(file: &File, findings: &mut Vec<Finding>) {
    let is_workspace = file.text.lines().any(|line| line.trim() == "[workspace]");
    let inherits = file.text.split("\n[lints]\n").nth(1);
    let inherits = inherits.is_some_and(|after| after.trim_start().starts_with("workspace = true"));
    if !is_workspace && !inherits {
        let what = "the crate does not take the lints of the workspace";
        findings.push(Finding::new(&file.path, 1, what, &LINTS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_files(files: &[(&str, &str)], expect: &[&str]) {
        let found: Vec<String> = check(&Tree::of(files)).into_iter().map(|f| f.what).collect();
        assert_eq!(found, expect);
    }

    fn function_of(lines: usize) -> String {
        format!(
            "//! x\nimpl A {{\n    fn long() {{\n{}    }}\n}}\n",
            "        a();\n".repeat(lines)
        )
    }

    #[test]
    fn a_file_opens_with_its_description() {
        check_files(&[("a/src/b.rs", "//! x\n")], &[]);
        check_files(&[("a/src/b.rs", "\n//! x\n")], &["the file does not open with `//!`"]);
    }

    #[test]
    fn code_and_tests_of_a_file_are_measured_apart() {
        let code = "//! x\n".to_owned() + &"a();\n".repeat(499);
        let tests = "#[cfg(test)]\nmod tests {\n".to_owned() + &"b();\n".repeat(997) + "}\n";
        check_files(&[("a/src/b.rs", &(code.clone() + &tests))], &[]);
        check_files(
            &[("a/src/b.rs", &(code.clone() + "c();\n" + &tests))],
            &["501 lines of code, the limit is 500"],
        );
        check_files(
            &[("a/src/b.rs", &(code + &tests + "d();\n"))],
            &["1001 lines of tests, the limit is 1000"],
        );
    }

    #[test]
    fn a_function_has_at_most_seventy_lines() {
        check_files(&[("a/src/b.rs", &function_of(68))], &[]);
        let expect = "`long` has 71 lines, the limit is 70";
        check_files(&[("a/src/b.rs", &function_of(69))], &[expect]);
    }

    #[test]
    fn the_header_of_a_function_may_take_several_lines() {
        let long = "a();\n".repeat(80);
        let text = format!(
            "//! x\npub(crate) const fn f<T>(\n    a: A,\n) -> T\nwhere\n    T: B,\n{{\n{long}}}\n"
        );
        check_files(&[("a/src/b.rs", &text)], &["`f` has 87 lines, the limit is 70"]);
    }

    #[test]
    fn a_function_without_a_body_has_no_length() {
        let text =
            format!("//! x\ntrait A {{\n    fn f(&self);\n{}}}\n", "    const A: u8;\n".repeat(80));
        check_files(&[("a/src/b.rs", &text)], &[]);
    }

    #[test]
    fn a_line_has_at_most_120_characters() {
        check_files(&[("a/src/b.rs", &format!("//! {}\n", "é".repeat(116)))], &[]);
        let expect = "121 characters, the limit is 120";
        check_files(&[("a/src/b.rs", &format!("//! {}\n", "é".repeat(117)))], &[expect]);
    }

    #[test]
    fn a_module_is_named_after_what_it_holds() {
        check_files(&[("a/src/utils.rs", "//! x\n")], &["a module called `utils`"]);
        check_files(&[("a/src/common/mod.rs", "//! x\n")], &["a module called `common`"]);
    }

    #[test]
    fn a_module_has_one_place() {
        let files = [("a/src/b.rs", "//! x\n"), ("a/src/b/c.rs", "//! x\n")];
        check_files(&files, &["the file stands beside the folder `b/`"]);
    }

    #[test]
    fn a_crate_takes_the_lints_of_the_workspace() {
        check_files(&[("a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n")], &[]);
        let expect = "the crate does not take the lints of the workspace";
        check_files(
            &[("a/Cargo.toml", "[package]\n[lints.rust]\nunsafe_code = \"allow\"\n")],
            &[expect],
        );
    }
}
