//! `cargo xtask test`: every set-up and every test, on a machine that has only a Rust toolchain.
//!
//! The steps are a table. Each runs even when an earlier one failed, so that one run shows everything that is
//! wrong; the exception is set-up, whose failure is reported and then usually explains the others. The last
//! lines are a summary with the time of each step and one closing sentence.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::run::{cargo, output, program_in_root, root, run as start, succeeds};
use crate::{generate, python, smoke, tidy, tools};

/// One step.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "setup", what: "programs the tests need", run: tools::prepare },
    Step { name: "format", what: "rustfmt", run: format },
    Step { name: "tidy", what: "layers, documents, sources", run: || tidy::run(&root()) },
    Step { name: "generated", what: "derived documents", run: || generate::check(&root()) },
    Step { name: "clippy", what: "lints, without a warning", run: clippy },
    Step { name: "deny", what: "licences, sources, duplicates", run: deny },
    Step { name: "tests", what: "unit and integration tests", run: tests },
    Step { name: "doctests", what: "examples in doc comments", run: doctests },
    Step { name: "python", what: "the Python package and the cases in it", run: python::test },
    Step { name: "smoke", what: "the commands of the documents", run: || smoke::run(&root()) },
];

/// How one step went.
struct Report {
    step: &'static Step,
    time: Duration,
    error: Option<anyhow::Error>,
}

/// Runs the named steps, or all.
pub(crate) fn run(names: &[String]) -> Result<()> {
    let steps = select(names)?;
    let start = Instant::now();
    let reports: Vec<Report> = steps
        .iter()
        .enumerate()
        .map(|(index, step)| perform(step, index + 1, steps.len()))
        .collect();
    println!("\n{}", summary(&reports));
    let failed: Vec<&str> =
        reports.iter().filter(|r| r.error.is_some()).map(|r| r.step.name).collect();
    let seconds = start.elapsed().as_secs_f64();
    if !failed.is_empty() {
        bail!("{} of {} steps failed: {}", failed.len(), reports.len(), failed.join(", "));
    }
    println!("all {} steps passed in {seconds:.1} s", reports.len());
    Ok(())
}

fn select(names: &[String]) -> Result<Vec<&'static Step>> {
    let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    for name in names {
        if !known.contains(&name.as_str()) {
            bail!("there is no step `{name}`; the steps are {}", known.join(", "));
        }
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

fn perform(step: &'static Step, number: usize, count: usize) -> Report {
    println!("\n== [{number}/{count}] {}: {}", step.name, step.what);
    let start = Instant::now();
    let error = (step.run)().err();
    let time = start.elapsed();
    match &error {
        None => println!("== {} passed in {:.1} s", step.name, time.as_secs_f64()),
        Some(error) => {
            println!("== {} FAILED in {:.1} s: {error:#}", step.name, time.as_secs_f64())
        }
    }
    Report { step, time, error }
}

fn summary(reports: &[Report]) -> String {
    let mut lines = vec![format!("{:<10} {:<8} {:>8}  what", "step", "result", "seconds")];
    for report in reports {
        let result = if report.error.is_some() { "FAILED" } else { "passed" };
        let seconds = report.time.as_secs_f64();
        let Step { name, what, .. } = report.step;
        lines.push(format!("{name:<10} {result:<8} {seconds:>8.1}  {what}"));
    }
    lines.join("\n")
}

fn format() -> Result<()> {
    start(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    start(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// Advisories are left out: their database is fetched from the network, and a test must not depend on that. Where the
/// crates of other platforms cannot be fetched, those of this one are looked at.
fn deny() -> Result<()> {
    let mut command = cargo(&["deny", "--offline"]);
    if !succeeds(&mut cargo(&["fetch"])) {
        let host = output(program_in_root("rustc").args(["--print", "host-tuple"]))?;
        println!(
            "crates of other platforms cannot be fetched: only those of {} are looked at",
            host.trim()
        );
        command.args(["--target", host.trim()]);
    }
    start(command.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))
}

fn tests() -> Result<()> {
    if tools::has(&tools::NEXTEST) {
        return start(&mut cargo(&["nextest", "run", "--workspace"]));
    }
    println!("cargo-nextest is not installed: `cargo test` runs the same tests");
    start(&mut cargo(&["test", "--workspace", "--all-targets"]))
}

fn doctests() -> Result<()> {
    start(&mut cargo(&["test", "--workspace", "--doc"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_refused_with_the_list_of_steps() {
        let error = select(&["clipy".to_owned()]).err().map(|e| e.to_string()).unwrap();
        assert!(error.contains("there is no step `clipy`; the steps are setup, format"), "{error}");
    }

    #[test]
    fn no_name_selects_every_step() {
        assert_eq!(select(&[]).unwrap().len(), STEPS.len());
    }

    #[test]
    fn a_failed_step_is_reported_and_the_run_goes_on() {
        static STEP: Step =
            Step { name: "broken", what: "a step that fails", run: || bail!("it does not work") };
        let report = perform(&STEP, 1, 1);
        assert!(report.error.is_some());
        assert!(summary(&[report]).contains("broken     FAILED"));
    }
}
