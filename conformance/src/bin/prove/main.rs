//! `prove`: whether the destructive commands destroy, and the harmless ones do not.
//!
//! Each command of `commands/` is run in a machine of its own, which `sandbox.sh` makes of namespaces and layers in
//! memory, and then that machine is searched for the harm. Before the first one, a command that destroys everything
//! it can reach must leave a file outside untouched; where it does not, or where the kernel gives no such machine,
//! nothing is run. It judges no decision of the guard: the test `commands` does.
//!
//! That check is itself such a command, and what holds it is a kernel. So nothing begins unless an environment variable
//! says that the machine may be lost: a machine that is thrown away afterwards, and not one that somebody works on.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it starts sandboxes and reports"
)]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command as Process, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Parser;
use sponsio_conformance::case::{Command, load_commands};

const DESTRUCTIVE: &str = include_str!("../../../commands/destructive.yaml");
const HARMLESS: &str = include_str!("../../../commands/harmless.yaml");
const FIXTURE: &str = include_str!("fixture.sh");
const LISTENER: &str = include_str!("listener.py");
const SANDBOX: &str = include_str!("sandbox.sh");

/// The environment variable that allows a run, and what it has to say.
const ALLOWED: (&str, &str) = ("SPONSIO_PROVE", "this-machine-may-be-lost");
/// How long one command may run.
const SECONDS_MAX: &str = "4";
/// The ways in which a command names somebody outside, who is then there to listen.
const OUTSIDE: &[&str] = &["collector.example", "203.0.113.7"];
/// A command that reaches for everything: all files, the devices, the processes, the mounts.
const REACH: &str = "kill -9 -1; mount -o remount,rw / ; umount -a; cat /dev/zero > /dev/sda; \
    find / -xdev -delete; rm -rf --no-preserve-root /";

/// Runs every command of the files in a sandbox and looks for its harm.
#[derive(Parser)]
struct Arguments {
    /// Only commands whose id contains one of these texts
    #[arg(long)]
    only: Vec<String>,
    /// How many at once
    #[arg(long, default_value_t = 4)]
    jobs: usize,
    /// Succeed, and say so, where no sandbox can be made
    #[arg(long)]
    where_possible: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (name, value) = ALLOWED;
    if std::env::var(name).as_deref() != Ok(value) {
        println!(
            "error: this runs destructive commands, and one that gets out of its sandbox destroys the machine; \
             nothing was run. On a machine that may be lost, set `{name}={value}`"
        );
        return ExitCode::FAILURE;
    }
    match prove(&arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failures) => {
            println!("{failures} commands are not what they are listed as");
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Proves the wanted commands; how many failed.
fn prove(arguments: &Arguments) -> Result<usize, Box<dyn Error>> {
    let work = tempfile::tempdir()?;
    if let Err(reason) = prepare(work.path()) {
        let message =
            format!("no sandbox can be made on this machine, so nothing was run: {reason}");
        if arguments.where_possible {
            println!("{message}");
            return Ok(0);
        }
        return Err(message.into());
    }
    let mut commands = load_commands(DESTRUCTIVE)?;
    commands.extend(load_commands(HARMLESS)?.into_iter().filter(|command| command.runs));
    let named = |command: &Command| arguments.only.iter().any(|text| command.id.contains(text));
    commands.retain(|command| arguments.only.is_empty() || named(command));
    let start = Instant::now();
    let failures = run_all(&commands, work.path(), arguments.jobs);
    for failure in &failures {
        println!("{failure}");
    }
    let destructive = commands.iter().filter(|command| !command.harms.is_empty()).count();
    println!(
        "{destructive} destructive and {} harmless commands run in {:.1} s, {} failed",
        commands.len() - destructive,
        start.elapsed().as_secs_f64(),
        failures.len()
    );
    Ok(failures.len())
}

/// Writes what a sandbox is made of, and shows that nothing gets out of one.
fn prepare(work: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir(work.join("machine"))?;
    for (name, text) in
        [("fixture.sh", FIXTURE), ("listener.py", LISTENER), ("sandbox.sh", SANDBOX)]
    {
        fs::write(work.join(name), text)?;
    }
    let made = Process::new("sh")
        .arg(work.join("fixture.sh"))
        .arg(work.join("fixture"))
        .stdin(Stdio::null())
        .output()?;
    if !made.status.success() {
        return Err(format!("the fixture: {}", String::from_utf8_lossy(&made.stderr)).into());
    }
    // Before the command that destroys, one that does nothing: a machine that cannot be made must not be tried on.
    let nothing = sandbox(work, "touch /home/dev/.owned", "made /home/dev/.owned")?;
    if !nothing.starts_with("done ") {
        return Err(nothing.into());
    }
    let canary = work.join("canary");
    fs::write(&canary, "alive")?;
    let files = || listing(work);
    let before = files()?;
    let said = sandbox(work, REACH, "gone /home/dev/.ssh")?;
    if !said.starts_with("done ") {
        return Err(format!("a command that destroys everything did not: {said}").into());
    }
    if fs::read_to_string(&canary)? != "alive" || files()? != before {
        return Err("a sandbox does not contain what runs in it".into());
    }
    Ok(())
}

/// All files outside that a command could reach if it got out, as text.
fn listing(work: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let found = Process::new("find")
        .arg(work)
        .args(["-printf", "%p %s %T@\\n"])
        .stdin(Stdio::null())
        .output()?;
    Ok(found.stdout)
}

/// Runs the commands on several threads; a paragraph for each that failed, in order.
fn run_all(commands: &[Command], work: &Path, jobs: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some((place, command)) = {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    commands.get(place).map(|command| (place, command))
                } {
                    if let Some(failure) = run(command, work) {
                        failures.lock().unwrap_or_else(|e| e.into_inner()).push((place, failure));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(|e| e.into_inner());
    failures.sort();
    failures.into_iter().map(|(_, failure)| failure).collect()
}

/// Runs one command; what is wrong with it, if anything is.
fn run(command: &Command, work: &Path) -> Option<String> {
    let harms =
        if command.harms.is_empty() { "unharmed".to_owned() } else { command.harms.join("\n") };
    let said = sandbox(work, &command.text, &harms).unwrap_or_else(|error| error.to_string());
    let done = said.lines().filter(|line| line.starts_with("done ")).count();
    let wanted = command.harms.len().max(1);
    (done != wanted).then(|| format!("{}: {}\n    {}", command.id, command.text, said.trim_end()))
}

/// What the sandbox says after this command, about these harms.
fn sandbox(work: &Path, text: &str, harms: &str) -> Result<String, Box<dyn Error>> {
    let listen = OUTSIDE.iter().any(|name| text.contains(name));
    let output = Process::new("unshare")
        .args(["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"])
        .args(["--propagation", "private", "sh"])
        .arg(work.join("sandbox.sh"))
        .env("WORK", work)
        .env("TEXT", text)
        .env("HARMS", harms)
        .env("SECONDS_MAX", SECONDS_MAX)
        .env("LISTEN", if listen { "1" } else { "0" })
        .stdin(Stdio::null())
        .output()?;
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !said.contains("done ") {
        said.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    Ok(said)
}
