//! The Python package: built as a wheel, installed in an environment of its own, and held to its tests and the cases.
//!
//! The wheel is that of the ordinary profile, so that what the other tests have built is used again. Nothing is
//! installed outside of the build folder. What is measured needs the optimised wheel, and is measured by `bench/` of
//! the package.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{cargo, output, program_in_root, root, run, succeeds};

/// What the environment holds beside the package, each at a version that was tried.
const REQUIRED: &[&str] = &["maturin==1.16.0", "pytest==9.2.0"];
/// Interpreters in the order in which they are tried.
const INTERPRETERS: &[&str] =
    &["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
/// Succeeds where the interpreter is one that the package is for.
const IS_RECENT: &str = "import sys, venv; sys.exit(sys.version_info < (3, 10))";

/// Where the package is.
const PACKAGE: &str = "bindings/python";

/// An environment that the package is installed in.
struct Environment {
    folder: PathBuf,
}

/// Builds the package and runs everything that it is held to.
pub(crate) fn test() -> Result<()> {
    let target = target()?;
    let environment = Environment::prepare(&target.join("python"))?;
    environment.install()?;
    let package = root().join(PACKAGE);
    run(environment.python().current_dir(&package).args([
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
    ]))?;
    environment.test_frameworks(&target.join("frameworks"))?;
    run(&mut cargo(&["build", "--workspace", "--bins"]))?;
    let mut elsewhere = program_in_root(target.join("debug/elsewhere"));
    run(elsewhere.arg(environment.program("python")).arg(package.join("tests/elsewhere.py")))
}

/// The build folder.
fn target() -> Result<PathBuf> {
    let metadata = output(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    Ok(target.map_or_else(|| root().join("target"), PathBuf::from))
}

fn interpreter() -> Result<&'static str> {
    let is_recent = |name: &&&str| succeeds(program_in_root(name).args(["-c", IS_RECENT]));
    match INTERPRETERS.iter().find(is_recent) {
        Some(name) => Ok(name),
        None => bail!(
            "there is no Python of version 3.10 or later with `venv`; run `sudo apt-get install python3-venv`"
        ),
    }
}

impl Environment {
    /// The environment with what is required; made where it is missing or holds something else.
    fn prepare(folder: &Path) -> Result<Self> {
        let environment = Self { folder: folder.to_path_buf() };
        let stamp = folder.join("required.txt");
        let required = REQUIRED.join("\n");
        if fs::read_to_string(&stamp).is_ok_and(|text| text == required) {
            return Ok(environment);
        }
        run(program_in_root(interpreter()?).args(["-m", "venv", "--clear"]).arg(folder))?;
        let mut install = environment.python();
        run(install
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(REQUIRED))?;
        fs::write(&stamp, required).with_context(|| format!("`{}`", stamp.display()))?;
        Ok(environment)
    }

    /// Builds the wheel and puts it in the place of the one that is installed.
    fn install(&self) -> Result<()> {
        let wheels = self.folder.join("wheels");
        if wheels.exists() {
            fs::remove_dir_all(&wheels)?;
        }
        let manifest = root().join(PACKAGE).join("Cargo.toml");
        let mut build = program_in_root(self.program("maturin"));
        build.args(["build", "--quiet", "--profile", "dev", "--strip", "--out"]).arg(&wheels);
        build.arg("--interpreter").arg(self.program("python"));
        run(build.arg("--manifest-path").arg(manifest))?;
        let built: Vec<OsString> = fs::read_dir(&wheels)?
            .map(|entry| Ok(entry?.path().into_os_string()))
            .collect::<Result<_>>()?;
        let mut install = self.python();
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        run(install.args(["--no-index", "--no-deps", "--force-reinstall"]).args(built))
    }

    /// Runs the adapters against their frameworks, each in an environment of its own.
    fn test_frameworks(&self, folder: &Path) -> Result<()> {
        let wheel = fs::read_dir(self.folder.join("wheels"))?.next().context("no wheel")??.path();
        let script = root().join(PACKAGE).join("tests/frameworks/run.py");
        run(self.python().arg(script).arg(wheel).arg(folder))
    }

    fn python(&self) -> Command {
        program_in_root(self.program("python"))
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
    }
}
