//! The programs the tests need beside the Rust toolchain, and how each is installed.
//!
//! Debian packages come from `apt-get`, Cargo's own extensions from `cargo install`, at a fixed version and with
//! their lock file. What is there already is left alone. What can neither be found nor installed is an error that
//! says which command a person would run.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::run::{cargo, output, program_in_root, root, run, succeeds};

/// A program that a Debian package brings.
struct DebianTool {
    name: &'static str,
    package: &'static str,
    why: &'static str,
}

/// Why the programs are there that the listed commands are about.
const PROVED: &str = "a listed command runs it";

const DEBIAN: &[DebianTool] = &[
    DebianTool {
        name: "mona",
        package: "mona",
        why: "the second oracle of the differential tests",
    },
    DebianTool { name: "valgrind", package: "valgrind", why: "instruction counts of a step" },
    DebianTool { name: "redis-server", package: "redis-server", why: "a store that tests start" },
    DebianTool { name: "postgres", package: "postgresql", why: "a store that tests start" },
];

/// Where Debian has the programs of PostgreSQL, for which it has no `PATH`.
const POSTGRES: &str = "/usr/lib/postgresql/*/bin";

/// What the listed commands are run with.
const DEBIAN_PROVED: &[DebianTool] = &[
    DebianTool { name: "ip", package: "iproute2", why: PROVED },
    DebianTool { name: "sqlite3", package: "sqlite3", why: PROVED },
    DebianTool { name: "openssl", package: "openssl", why: PROVED },
    DebianTool { name: "curl", package: "curl", why: PROVED },
    DebianTool { name: "wget", package: "wget", why: PROVED },
    DebianTool { name: "busybox", package: "busybox", why: PROVED },
    DebianTool { name: "sudo", package: "sudo", why: PROVED },
    DebianTool { name: "rsync", package: "rsync", why: PROVED },
    DebianTool { name: "nc", package: "netcat-openbsd", why: PROVED },
    DebianTool { name: "crontab", package: "cron", why: PROVED },
    DebianTool { name: "cpio", package: "cpio", why: PROVED },
    DebianTool { name: "m4", package: "m4", why: PROVED },
    DebianTool { name: "expect", package: "expect", why: PROVED },
    DebianTool { name: "socat", package: "socat", why: PROVED },
    DebianTool { name: "xxd", package: "xxd", why: PROVED },
    DebianTool { name: "ed", package: "ed", why: PROVED },
    DebianTool { name: "vim", package: "vim", why: PROVED },
    DebianTool { name: "zip", package: "zip", why: PROVED },
    DebianTool { name: "jq", package: "jq", why: PROVED },
    DebianTool { name: "gdb", package: "gdb", why: PROVED },
    DebianTool { name: "strace", package: "strace", why: PROVED },
    DebianTool { name: "tmux", package: "tmux", why: PROVED },
    DebianTool { name: "tclsh", package: "tcl", why: PROVED },
    DebianTool { name: "node", package: "nodejs", why: PROVED },
    DebianTool { name: "patch", package: "patch", why: PROVED },
    DebianTool { name: "less", package: "less", why: PROVED },
    DebianTool { name: "killall", package: "psmisc", why: PROVED },
    DebianTool { name: "xz", package: "xz-utils", why: PROVED },
    DebianTool { name: "make", package: "make", why: PROVED },
    DebianTool { name: "perl", package: "perl", why: PROVED },
    DebianTool { name: "python3", package: "python3", why: PROVED },
];

/// A Cargo extension.
pub(crate) struct CargoTool {
    package: &'static str,
    subcommand: &'static str,
    version: &'static str,
}

/// Runs the tests, each in its own process.
pub(crate) const NEXTEST: CargoTool =
    CargoTool { package: "cargo-nextest", subcommand: "nextest", version: "0.9.143" };
/// Checks licences, sources and duplicate versions of dependencies.
pub(crate) const DENY: CargoTool =
    CargoTool { package: "cargo-deny", subcommand: "deny", version: "0.20.2" };
/// Runs the fuzz targets.
pub(crate) const FUZZ: CargoTool =
    CargoTool { package: "cargo-fuzz", subcommand: "fuzz", version: "0.13.2" };

/// Installs whatever `cargo xtask test` needs and does not find.
pub(crate) fn prepare() -> Result<()> {
    debian(DEBIAN)?;
    collector()?;
    cargo_tool(&NEXTEST)?;
    cargo_tool(&DENY)
}

/// The collector of OpenTelemetry that tests start: a program in a package of PyPI, which runs without Python. Later
/// versions of the package need the library of one version of Python.
const COLLECTOR: &str = "rotel==0.0.1a8";

/// Installs the collector beside what is built, where the tests look for it.
fn collector() -> Result<()> {
    let folder = target().join("tools/rotel");
    if folder.join("rotel/rotel-agent").exists() {
        println!("rotel: found (a collector that tests start)");
        return Ok(());
    }
    println!("rotel: missing (a collector that tests start)");
    if !succeeds(program_in_root("python3").args(["-m", "pip", "--version"])) {
        debian(&[DebianTool {
            name: "pip3",
            package: "python3-pip",
            why: "installs the collector",
        }])?;
    }
    let mut pip = program_in_root("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]);
    run(pip.arg("--target").arg(folder).arg(COLLECTOR))
}

/// The folder of what is built.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Installs whatever `cargo xtask prove` needs and does not find.
pub(crate) fn prepare_proof() -> Result<()> {
    debian(DEBIAN_PROVED)
}

fn debian(tools: &[DebianTool]) -> Result<()> {
    let missing: Vec<&DebianTool> = tools.iter().filter(|tool| !is_installed(tool.name)).collect();
    for tool in tools {
        let state = if is_installed(tool.name) { "found" } else { "missing" };
        println!("{}: {state} ({})", tool.name, tool.why);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let by_hand = format!("sudo apt-get install {}", names.join(" "));
    if let Err(error) = apt(&names) {
        bail!("{} could not be installed ({error:#}); run `{by_hand}`", names.join(", "));
    }
    Ok(())
}

fn is_installed(program: &str) -> bool {
    let path = format!("PATH=$PATH:$(echo {POSTGRES} | tr ' ' ':')");
    succeeds(program_in_root("sh").arg("-c").arg(format!("{path}; command -v {program}")))
}

fn apt(names: &[&str]) -> Result<()> {
    if !is_installed("apt-get") {
        bail!("there is no `apt-get` here");
    }
    let is_root = output(program_in_root("id").arg("-u"))?.trim() == "0";
    let apt_get = |arguments: &[&str]| {
        let mut command = program_in_root(if is_root { "env" } else { "sudo" });
        if !is_root {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]).args(arguments);
        command
    };
    run(&mut apt_get(&["update"]))?;
    run(apt_get(&["install", "--no-install-recommends"]).args(names))
}

/// Installs a Cargo extension where it is missing.
pub(crate) fn cargo_tool(tool: &CargoTool) -> Result<()> {
    if has(tool) {
        println!("{}: found", tool.package);
        return Ok(());
    }
    println!("{}: missing, building version {} (some minutes)", tool.package, tool.version);
    let mut install = cargo(&["install", "--locked", tool.package, "--version", tool.version]);
    // These tools wait for other programs: an unoptimised build is ready in half the time.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_DEBUG", "none");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run(&mut install)
}

/// Whether the Cargo extension is installed, in any version.
pub(crate) fn has(tool: &CargoTool) -> bool {
    succeeds(&mut cargo(&[tool.subcommand, "--version"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_there_is_found() {
        assert!(is_installed("sh"));
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        assert!(!is_installed("sponsio-no-such-program"));
    }
}
