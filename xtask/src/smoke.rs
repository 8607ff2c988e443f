//! Runs the commands that the documents show, and compares what they print.
//!
//! In a document, fenced code whose first line is marked `yaml file=NAME` (any language will do) is written to
//! a folder of that document; fenced code marked `console` is a session: each `$ command` is run by `bash` in
//! that folder, with the optimised `sponsio` on the path, and must print what follows it. A line `…` stands for
//! any number of lines. The first command of the README, the demonstration, is run as a reader would run it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::markdown::{Block, blocks};
use crate::run::{cargo, output, run as start};
use crate::tidy::tree::Tree;

/// A command of a session and what it must print.
#[derive(Debug, PartialEq, Eq)]
struct Exchange<'t> {
    command: &'t str,
    expected: Vec<&'t str>,
}

/// Runs the demonstration and then every session of every document.
pub(crate) fn run(root: &Path) -> Result<()> {
    start(&mut cargo(&["run", "--release", "--", "demo"]))?;
    let programs = release(root)?;
    let mut count = 0;
    let mut failures = Vec::new();
    for document in Tree::read(root)?.with_extension("md") {
        let folder = programs.join("smoke").join(document.path.replace('/', "-"));
        for block in prepare(&folder, &document.text)? {
            for exchange in exchanges(&block) {
                count += 1;
                let printed = print(&folder, &programs, exchange.command)?;
                if !matches(&exchange.expected, &printed) {
                    let Exchange { command, .. } = exchange;
                    println!("{}:{}: `{command}` printed", document.path, block.line);
                    println!("{}", printed.join("\n"));
                    failures.push(format!("`{command}` in {}", document.path));
                }
            }
        }
    }
    if !failures.is_empty() {
        bail!("these do not print what the document says: {}", failures.join(", "));
    }
    println!("{count} commands of documents print what the documents say");
    Ok(())
}

/// The folder of the optimised programs.
fn release(root: &Path) -> Result<PathBuf> {
    let metadata = output(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    Ok(target.map_or_else(|| root.join("target"), PathBuf::from).join("release"))
}

/// Writes the files of a document and returns its sessions.
fn prepare<'t>(folder: &Path, text: &'t str) -> Result<Vec<Block<'t>>> {
    let (sessions, others): (Vec<Block<'t>>, Vec<Block<'t>>) =
        blocks(text).into_iter().partition(|block| block.info == "console");
    if sessions.is_empty() {
        return Ok(sessions);
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for block in others {
        if let Some(name) = block.info.split_whitespace().find_map(|w| w.strip_prefix("file=")) {
            fs::write(folder.join(name), block.lines.join("\n") + "\n")?;
        }
    }
    Ok(sessions)
}

fn exchanges<'t>(block: &Block<'t>) -> Vec<Exchange<'t>> {
    let mut exchanges: Vec<Exchange<'t>> = Vec::new();
    for line in &block.lines {
        match (line.strip_prefix("$ "), exchanges.last_mut()) {
            (Some(command), _) => exchanges.push(Exchange { command, expected: Vec::new() }),
            (None, Some(exchange)) => exchange.expected.push(line),
            (None, None) => {}
        }
    }
    // The commands that build and test are run by the steps themselves.
    exchanges.retain(|exchange| !exchange.command.starts_with("cargo "));
    exchanges
}

fn print(folder: &Path, programs: &Path, command: &str) -> Result<Vec<String>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(programs.to_path_buf()).chain(std::env::split_paths(&path));
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(all)?)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{command}` could not be started"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| line.trim_end().to_owned()).collect())
}

/// Whether the lines are those expected, where `…` stands for any number of lines.
fn matches(expected: &[&str], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.iter().all(String::is_empty),
        Some((&"…", rest)) => (0..=printed.len())
            .any(|skipped| matches(rest, printed.get(skipped..).unwrap_or_default())),
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| line.trim_end() == first && matches(rest, others)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &[&str], printed: &[&str], expect: bool) {
        let printed: Vec<String> = printed.iter().map(|&line| line.to_owned()).collect();
        assert_eq!(matches(expected, &printed), expect, "{expected:?} {printed:?}");
    }

    #[test]
    fn a_command_prints_output_and_errors_in_order() {
        let folder = std::env::temp_dir();
        let printed = print(&folder, &folder, "echo a; echo b >&2; echo \"exit $?\"").unwrap();
        assert_eq!(printed, ["a", "b", "exit 0"]);
    }

    #[test]
    fn the_same_lines_match() {
        check(&["a", "b"], &["a", "b"], true);
        check(&["a", "b"], &["a", "c"], false);
        check(&["a"], &["a", "b"], false);
        check(&["a", "b"], &["a"], false);
    }

    #[test]
    fn an_ellipsis_stands_for_any_number_of_lines() {
        check(&["a", "…", "c"], &["a", "c"], true);
        check(&["a", "…", "c"], &["a", "b", "b", "c"], true);
        check(&["a", "…", "c"], &["a", "b"], false);
        check(&["…"], &["a", "b"], true);
    }

    #[test]
    fn a_session_is_split_at_its_prompts() {
        let blocks = blocks("```console\n$ sponsio a\nx\ny\n$ cargo run\n$ sponsio b\n```\n");
        let expect = [
            Exchange { command: "sponsio a", expected: vec!["x", "y"] },
            Exchange { command: "sponsio b", expected: vec![] },
        ];
        assert_eq!(exchanges(&blocks[0]), expect);
    }
}
