//! `mutants`: whether the tests would notice.
//!
//! Each mutant is one small error, seeded into a copy of the engine. The differential tests must fail on
//! it. A mutant that survives means that the tests are too few, unless the list says why it is no error at
//! all. The working tree is never touched.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it copies the tree, runs cargo and reports"
)]

mod list;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use list::{MUTANTS, Mutant};

/// Seeds errors into a copy of the engine and runs the differential tests on each.
#[derive(Parser)]
struct Arguments {
    /// Only mutants whose name contains one of these texts
    #[arg(long)]
    only: Vec<String>,
    /// Where to build; the default is below the workspace's target directory
    #[arg(long)]
    target: Option<PathBuf>,
}

/// How long the tests may run on one mutant. A mutant that makes them run longer is noticed, too.
const SECONDS_MAX: u64 = 300;

/// What became of one mutant.
enum Fate {
    /// These tests failed.
    Killed(Vec<String>),
    /// The tests did not end.
    TimedOut,
    /// No test failed.
    Survived,
}

fn main() -> ExitCode {
    match judge_all() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failures) => {
            println!("{failures} not as they should be");
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Judges all mutants that are wanted; how many came out otherwise than the list says.
fn judge_all() -> Result<usize, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let target = arguments.target.unwrap_or_else(|| root.join("target").join("mutants"));
    let copy = tempfile::tempdir()?;
    copy_tree(&root, copy.path())?;
    narrow(&copy.path().join("conformance"))?;
    println!("the unchanged engine must pass");
    if !matches!(judge(copy.path(), &target)?, Fate::Survived) {
        return Err("the tests fail without any mutant".into());
    }
    let mut failures = 0usize;
    let named = |mutant: &Mutant| arguments.only.iter().any(|text| mutant.name.contains(text));
    let wanted = |mutant: &&Mutant| arguments.only.is_empty() || named(mutant);
    for mutant in MUTANTS.iter().filter(wanted) {
        let fate = run(mutant, copy.path(), &target)?;
        let (word, detail, is_expected) = match (&fate, mutant.equivalent) {
            (Fate::Killed(tests), None) => ("killed", format!("by {}", tests.join(", ")), true),
            (Fate::TimedOut, None) => ("killed", format!("not done after {SECONDS_MAX} s"), true),
            (Fate::Survived, Some(why)) => ("equivalent", why.to_string(), true),
            (Fate::Survived, None) => ("SURVIVED", mutant.error.to_string(), false),
            (_, Some(why)) => ("KILLED", format!("but declared equivalent: {why}"), false),
        };
        println!("{:<44} {word:<10} {detail}", mutant.name);
        failures += usize::from(!is_expected);
    }
    Ok(failures)
}

/// Applies the mutant, runs the tests, and takes it back.
fn run(mutant: &Mutant, copy: &Path, target: &Path) -> Result<Fate, Box<dyn Error>> {
    let path = copy.join("crates/engine/src").join(mutant.file);
    let original = fs::read_to_string(&path)?;
    let changed = mutant.apply(&original).map_err(|edit| format!("`{}`: {edit}", mutant.name))?;
    fs::write(&path, changed)?;
    let fate = judge(copy, target).map_err(|error| format!("`{}`: {error}", mutant.name))?;
    fs::write(&path, original)?;
    Ok(fate)
}

/// Builds and runs the differential tests of the tree at `copy`, up to the first that fails.
fn judge(copy: &Path, target: &Path) -> Result<Fate, Box<dyn Error>> {
    let tests = build(copy, target)?;
    let path = copy.join("output");
    let output = fs::File::create(&path)?;
    let mut child = Command::new(tests).stdout(output).stderr(Stdio::null()).spawn()?;
    let started = Instant::now();
    let fate = loop {
        let ended = child.try_wait()?;
        let failed = failed_tests(&fs::read_to_string(&path)?);
        match ended {
            Some(status) if status.success() => break Fate::Survived,
            _ if !failed.is_empty() => break Fate::Killed(failed),
            // It ended without a word, as a stack overflow does.
            Some(status) => break Fate::Killed(vec![status.to_string()]),
            None if started.elapsed().as_secs() > SECONDS_MAX => break Fate::TimedOut,
            None => thread::sleep(Duration::from_millis(50)),
        }
    };
    if child.try_wait()?.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(fate)
}

/// Builds the differential tests; the program.
fn build(copy: &Path, target: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(["test", "-q", "-p", "sponsio-conformance", "--test", "differential", "--no-run"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .output()?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let program =
        messages.rsplit_once("\"executable\":\"").and_then(|(_, rest)| rest.split_once('"'));
    match program {
        Some((program, _)) if output.status.success() => Ok(program.into()),
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// The names of the tests that failed.
fn failed_tests(output: &str) -> Vec<String> {
    let name = |line: &str| line.strip_prefix("test ")?.strip_suffix(" ... FAILED").map(Into::into);
    output.lines().filter_map(name).collect()
}

/// Leaves the crate of the tests with what the differential tests need, so that a mutant is built quickly.
fn narrow(conformance: &Path) -> Result<(), Box<dyn Error>> {
    let needed_modules = ["compare", "generate", "mona", "oracle"];
    keep_lines(&conformance.join("src/lib.rs"), |line| {
        let module = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';'));
        module.is_none_or(|module| needed_modules.contains(&module))
    })?;
    let needed_crates = ["fastrand", "sponsio-engine", "thiserror"];
    keep_lines(&conformance.join("Cargo.toml"), |line| {
        let dependency = line.strip_suffix(".workspace = true");
        dependency.is_none_or(|name| PACKAGE_KEYS.contains(&name) || needed_crates.contains(&name))
    })
}

/// What a crate takes from the workspace besides its dependencies.
const PACKAGE_KEYS: [&str; 6] =
    ["version", "edition", "rust-version", "license", "repository", "publish"];

fn keep_lines(path: &Path, is_kept: impl Fn(&str) -> bool) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let kept: Vec<&str> = text.lines().filter(|line| is_kept(line)).collect();
    fs::write(path, kept.join("\n"))?;
    Ok(())
}

/// Copies the sources of the workspace.
fn copy_tree(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        // Programs beside the tests would be built each time, for nothing.
        let skipped =
            ["target", "node_modules", ".git", "bin"].iter().any(|skipped| name == *skipped);
        match entry.file_type()? {
            kind if kind.is_dir() && !skipped => copy_tree(&path, &to.join(name))?,
            kind if kind.is_file() => drop(fs::copy(&path, to.join(name))?),
            _ => {}
        }
    }
    Ok(())
}
