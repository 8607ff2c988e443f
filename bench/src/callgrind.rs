//! Instructions of a step, counted by valgrind.
//!
//! A count is the same on every run of the same build, so it can be a test where a time cannot. The program
//! `counts` runs under `valgrind --tool=callgrind`; only what happens inside its function `measured` is counted,
//! and each call of it writes one file of its own. The release build is counted, because that is what runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;

/// Where the committed counts are.
pub const COSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/costs.txt");
/// How far a count may be from the committed one before a test says so, in per cent.
pub const TOLERANCE_PERCENT: u64 = 10;

/// The first lines of the committed counts.
const HEADING: &str = "\
# Instructions of one warm step, by workload (bench/src/workload.rs), in the release build on x86-64.
# Written by `cargo run --release -p sponsio-bench --bin costs`. A test compares, within 10 per cent.
";

#[expect(clippy::disallowed_methods, reason = "valgrind and cargo are programs of their own")]
fn command(program: &str) -> Command {
    Command::new(program)
}

fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Builds `counts` for release; where it is.
fn build() -> Result<PathBuf, Failure> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let arguments = ["build", "--release", "-p", "sponsio-bench", "--bin", "counts"];
    let mut build = command(cargo);
    build.args(arguments).args(["--message-format", "json-render-diagnostics"]);
    let messages = run(build.current_dir(env!("CARGO_MANIFEST_DIR")))?;
    let place = messages
        .split("\"executable\":\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.ends_with("counts") || path.ends_with("counts.exe"));
    place.map(PathBuf::from).ok_or_else(|| "cargo names no program `counts`".into())
}

/// The counts of `which` (an argument of `counts`), by the names that it prints.
pub fn counts(which: &str, folder: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let counted = build()?;
    if which == "history" {
        run(command(&counted.display().to_string()).arg("age").arg(folder))?;
    }
    let out = folder.join("callgrind.out");
    let mut valgrind = command("valgrind");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .args(["--toggle-collect=counts::measured", "--dump-after=counts::measured"])
        .arg(counted)
        .arg(which)
        .args((which == "history").then_some(folder));
    let names = run(&mut valgrind).map_err(|error| {
        format!("{error}\nvalgrind is needed: `cargo xtask test` installs it, or `apt-get install valgrind`")
    })?;
    let count = |(place, name): (usize, &str)| {
        let (steps, name) = name.split_once(' ').ok_or("a line of `counts` has no number")?;
        let file = folder.join(format!("callgrind.out.{}", place.saturating_add(1)));
        let total = total(&file)?;
        Ok((name.to_owned(), total / steps.parse::<u64>()?.max(1)))
    };
    names.lines().enumerate().map(count).collect()
}

/// The sum that a file of callgrind ends with.
fn total(file: &Path) -> Result<u64, Failure> {
    let text = read(file)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = total.ok_or_else(|| format!("no total in {}", file.display()))?;
    Ok(total.trim().parse()?)
}

#[expect(clippy::disallowed_methods, reason = "counts are kept in files")]
fn read(file: &Path) -> Result<String, Failure> {
    Ok(std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?)
}

/// The committed counts.
pub fn committed() -> Result<Vec<(String, u64)>, Failure> {
    let text = read(Path::new(COSTS))?;
    let line = |line: &str| {
        let (count, name) = line.trim().split_once("  ").ok_or("a line without two blanks")?;
        Ok((name.to_owned(), count.parse()?))
    };
    text.lines().filter(|line| !line.starts_with('#')).map(line).collect()
}

/// The text of the committed counts.
pub fn render(counts: &[(String, u64)]) -> String {
    let lines = counts.iter().map(|(name, count)| format!("{count:>6}  {name}\n"));
    core::iter::once(HEADING.to_owned()).chain(lines).collect()
}
