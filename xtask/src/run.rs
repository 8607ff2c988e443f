//! Starting other programs.
//!
//! Whatever a child writes, to its output or to its errors, reaches our standard output: a build machine that
//! keeps one stream keeps everything, in order. Children get no input, so that none can wait for an answer.

use std::ffi::OsStr;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools;

/// The root of the repository.
///
/// Cargo says where it runs us. The folder we were compiled in is another one where two clones share a folder for
/// build output.
pub(crate) fn root() -> PathBuf {
    let compiled_in = env!("CARGO_MANIFEST_DIR");
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| compiled_in.into());
    let here = PathBuf::from(here);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// `cargo`, the one that runs us where it says so, in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = program_in_root(&program);
    command.args(arguments);
    command
}

/// A program in the root of the repository.
pub(crate) fn program_in_root(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs it to its end and passes everything it writes on; fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = words(command);
    println!("$ {line}");
    stdout().flush()?;
    let status = command
        .stdout(Stdio::from(stdout()))
        .stderr(Stdio::from(stdout()))
        .status()
        .with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs it silently and says whether it succeeded; one that cannot be started has not.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// What it writes to its standard output; fails unless it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = words(command);
    let output = command.output().with_context(|| format!("`{line}` could not be started"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not write UTF-8"))
}

/// The command as a person would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs a program of the workspace, optimised.
pub(crate) fn binary(package: &str, name: &str, arguments: &[String]) -> Result<()> {
    run(cargo(&["run", "--release", "--package", package, "--bin", name, "--"]).args(arguments))
}

/// Runs the benchmarks.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    run(cargo(&["bench", "--package", "sponsio-bench", "--"]).args(arguments))
}

/// Refuses to go on where nobody said that this machine may be lost.
pub(crate) fn may_lose_this_machine() -> Result<()> {
    if std::env::var("SPONSIO_PROVE").as_deref() == Ok("this-machine-may-be-lost") {
        return Ok(());
    }
    bail!(
        "this runs destructive commands, and one that gets out of its sandbox destroys the machine; on a machine \
         that may be lost, set `SPONSIO_PROVE=this-machine-may-be-lost`"
    );
}

/// Runs every target of the fuzz workspace for so many minutes each.
///
/// `-s none` leaves the sanitizers out: they need a nightly compiler, and the crates forbid unsafe code.
pub(crate) fn fuzz(minutes: u64) -> Result<()> {
    tools::cargo_tool(&tools::FUZZ)?;
    let targets = output(&mut cargo(&["fuzz", "list"]))?;
    if targets.trim().is_empty() {
        bail!("`cargo fuzz list` names no target");
    }
    let seconds = minutes.saturating_mul(60);
    for target in targets.split_whitespace() {
        let limit = format!("-max_total_time={seconds}");
        run(&mut cargo(&["fuzz", "run", "-s", "none", target, "--", &limit]))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.toml").is_file());
    }

    #[test]
    fn a_command_is_shown_without_the_folder_of_its_program() {
        let command = Command::new("/usr/bin/true");
        assert_eq!(words(&command), "true");
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run(program_in_root("false").arg("x")).unwrap_err();
        assert!(error.to_string().starts_with("`false x` failed"), "{error}");
    }

    #[test]
    fn a_missing_program_does_not_succeed() {
        assert!(!succeeds(&mut Command::new("sponsio-no-such-program")));
    }
}
