//! What a hook costs, as a host pays it: a whole process, from its spawn to its exit, beside that of a static program
//! that does nothing.
//!
//! Both take turns, with the same payload on their standard input and a pipe for their output. The hook has the default
//! contracts, a session that goes on in its file, and a log. Figures are printed, not tested:
//! `cargo build --release --workspace --bin sponsio`, then
//! `cargo run --release --workspace --bin hook -- target/release/sponsio`.

#![expect(clippy::disallowed_methods, reason = "processes are started, and the time is taken")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use serde_json::json;
use sponsio_bench::Failure;
use sponsio_engine::event::{Timestamp, Value};
use sponsio_engine::strategy::Mode;
use sponsio_guard::clock::Clock;
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::log_file::LogFile;
use sponsio_guard::{Guard, Place, load, store};
use sponsio_record::schema::value;

/// Pairs of processes.
const PAIRS: usize = 1_000;
/// The default contracts ask about sessions with more than three hundred calls in a minute.
const CALLS_OF_A_SESSION: usize = 150;
const EARLIER: i64 = 20_000;
const CONTRACTS: &str = "version: 1\nagents: {\"*\": {include: [\"sponsio:host/coding-agent\"]}}\n";
const AGENT: &str = "claude-code";
const EMPTY: &str = "int main(void) { return 0; }\n";

/// The program under measurement, and where it works.
struct Bench {
    folder: tempfile::TempDir,
    hook: PathBuf,
    empty: PathBuf,
}

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn main() -> Result<(), Failure> {
    let mut args = std::env::args_os().skip(1);
    let hook = args.next().ok_or("name the executable of `sponsio`")?;
    if hook == ONLY_CHILD {
        return only_child(args);
    }
    let bench = Bench::new(Path::new(&hook))?;
    let plain = bench.payload("plain", "s", &json!({ "command": "cargo test --workspace" }))?;
    let first = bench.time(&bench.hook(&plain))?;
    println!("first hook, nothing kept  {first:8.2} ms");
    let (hooks, empties) = bench.pairs(|pair| {
        let session = format!("s-{}", pair / CALLS_OF_A_SESSION);
        let command = format!("cargo test --package part-{pair}");
        bench.payload("pair", &session, &json!({ "command": command }))
    })?;
    let ratio = |share| at(&hooks, share) / at(&empties, share);
    println!("empty program             {:8.2} ms  p99 {:.2}", at(&empties, 50), at(&empties, 99));
    println!("hook                      {:8.2} ms  p99 {:.2}", at(&hooks, 50), at(&hooks, 99));
    println!("ratio                     {:8.2}     p99 {:.2}", ratio(50), ratio(99));
    let (short, long) = bench.beside_a_long_session()?;
    println!("session of few calls      {:8.2} ms", at(&short, 50));
    println!("after {EARLIER} calls         {:8.2} ms", at(&long, 50));
    println!("ratio                     {:8.3}", at(&long, 50) / at(&short, 50));
    let write = json!({ "file_path": "src/a.txt", "content": "line of a file\n".repeat(140_000) });
    let write = bench.payload_of("write", "w", "Write", &write)?;
    println!("write of 2 MB             {:8.2} ms", bench.middle(&write)?);
    let lines = (0..5_000).map(|line| format!("echo line-{line} >> out.txt\n"));
    let long: String = lines.collect();
    let long = bench.payload("long", "l", &json!({ "command": long }))?;
    println!("command of 120 kB         {:8.2} ms", bench.middle(&long)?);
    println!("resident memory           {:8.2} MB", bench.resident(&plain)?);
    println!("the same, write of 2 MB   {:8.2} MB", bench.resident(&write)?);
    Ok(())
}

/// The percentile of figures that are sorted.
fn at(sorted: &[f64], share: usize) -> f64 {
    sorted.get(sorted.len().saturating_mul(share) / 100).copied().unwrap_or(f64::NAN)
}

fn sorted(mut figures: Vec<f64>) -> Vec<f64> {
    figures.sort_unstable_by(f64::total_cmp);
    figures
}

impl Bench {
    fn new(hook: &Path) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let (source, empty) = (folder.path().join("empty.c"), folder.path().join("empty"));
        fs::write(&source, EMPTY)?;
        let mut compiler = Command::new("cc");
        compiler.args(["-O2", "-static", "-o"]).arg(&empty).arg(&source);
        if !compiler.status()?.success() {
            return Err("`cc` does not build a static program".into());
        }
        fs::write(folder.path().join("sponsio.yaml"), CONTRACTS)?;
        Ok(Self { folder, hook: fs::canonicalize(hook)?, empty })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file of a payload that asks about a command.
    fn payload(
        &self,
        name: &str,
        session: &str,
        input: &serde_json::Value,
    ) -> Result<PathBuf, Failure> {
        self.payload_of(name, session, "Bash", input)
    }

    fn payload_of(
        &self,
        name: &str,
        session: &str,
        tool: &str,
        input: &serde_json::Value,
    ) -> Result<PathBuf, Failure> {
        let path = self.path(name);
        let event = json!({ "hook_event_name": "PreToolUse", "session_id": session,
            "cwd": self.folder.path(), "tool_name": tool, "tool_input": input });
        fs::write(&path, serde_json::to_vec(&event)?)?;
        Ok(path)
    }

    fn hook(&self, payload: &Path) -> (Command, PathBuf) {
        let mut command = Command::new(&self.hook);
        command.args(["hook", AGENT, "--mode", "enforce", "--config"]);
        command.arg(self.path("sponsio.yaml")).arg("--state").arg(self.path("state"));
        (command, payload.to_path_buf())
    }

    fn run(&self, (command, payload): &mut (Command, PathBuf)) -> Result<Output, Failure> {
        command.current_dir(self.folder.path()).stdin(File::open(payload)?).stdout(Stdio::piped());
        Ok(command.output()?)
    }

    /// Milliseconds of a process, which must not refuse.
    fn time(&self, command: &(Command, PathBuf)) -> Result<f64, Failure> {
        let (program, payload) = command;
        let mut copy = Command::new(program.get_program());
        copy.args(program.get_args());
        let start = Instant::now();
        let output = self.run(&mut (copy, payload.clone()))?;
        let time = start.elapsed().as_secs_f64() * 1e3;
        match output.status.success() {
            true => Ok(time),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        }
    }

    /// Times of the hook and of the empty program, which take turns.
    fn pairs(
        &self,
        payload: impl Fn(usize) -> Result<PathBuf, Failure>,
    ) -> Result<(Vec<f64>, Vec<f64>), Failure> {
        let (mut hooks, mut empties) = (Vec::new(), Vec::new());
        for pair in 0..PAIRS {
            let payload = payload(pair)?;
            empties.push(self.time(&(Command::new(&self.empty), payload.clone()))?);
            hooks.push(self.time(&self.hook(&payload))?);
        }
        Ok((sorted(hooks), sorted(empties)))
    }

    fn middle(&self, payload: &Path) -> Result<f64, Failure> {
        let times: Result<Vec<f64>, _> = (0..31).map(|_| self.time(&self.hook(payload))).collect();
        Ok(at(&sorted(times?), 50))
    }

    /// Times in a session of few calls, and in one that had many before; they take turns.
    fn beside_a_long_session(&self) -> Result<(Vec<f64>, Vec<f64>), Failure> {
        self.live_long()?;
        let (mut short, mut long) = (Vec::new(), Vec::new());
        for call in 0..CALLS_OF_A_SESSION {
            let input = json!({ "command": format!("cargo test --package part-{call}") });
            short.push(self.time(&self.hook(&self.payload("short", "short", &input)?))?);
            long.push(self.time(&self.hook(&self.payload("long", "long", &input)?))?);
        }
        Ok((sorted(short), sorted(long)))
    }

    /// A session with many calls, each of which comes a second after the one before.
    fn live_long(&self) -> Result<(), Failure> {
        let is_store = |path: &PathBuf| path.to_string_lossy().contains("/sessions-");
        let mut files =
            fs::read_dir(self.path("state"))?.filter_map(|file| Some(file.ok()?.path()));
        let sessions = files.find(is_store).ok_or("the hook kept no sessions")?;
        let configuration = load::read(&self.path("sponsio.yaml"), Some(Mode::Enforce))
            .map_err(|error| error.to_string())?;
        let program = configuration.prepare(AGENT).map_err(|error| error.to_string())?.program;
        let now = sponsio_guard::clock::System.now();
        let first = now.0.saturating_sub(Timestamp::from_seconds(EARLIER.saturating_add(60)).0);
        let settings = Settings {
            program,
            agent: AGENT.into(),
            clock: Box::new(Steady(AtomicI64::new(first))),
            recorder: Box::new(LogFile::open(&self.path("state/audit.jsonl"))?),
            audit: Audit::Required,
            place: Place::of_process(),
            keeps_args: false,
        };
        let store = store::open(&format!("folder:{}", sessions.display()), None)?;
        let session = Guard::with_store(settings, store).session("long")?;
        for call in 0..EARLIER {
            let args = format!(r#"{{"command":"cargo build --package part-{call}"}}"#);
            let args: Value = value::parse(&args).map_err(|error| error.to_string())?;
            let answer = session.before_call("Bash", &args);
            if !answer.decision.runs() {
                return Err(answer.reason.into());
            }
        }
        Ok(())
    }

    /// Megabytes that a hook has in memory, at its most. This program has had other children, which were larger; so
    /// another one of it has the hook as its only child.
    fn resident(&self, payload: &Path) -> Result<f64, Failure> {
        let (hook, payload) = self.hook(payload);
        let mut measuring = Command::new(std::env::current_exe()?);
        measuring.arg(ONLY_CHILD).arg(hook.get_program()).args(hook.get_args());
        let output = measuring.stdin(File::open(payload)?).stderr(Stdio::inherit()).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }
}

/// The first argument that asks for nothing but the memory of the command in the others.
const ONLY_CHILD: &str = "--only-child";

/// Runs a command and says how much memory it had.
#[expect(clippy::print_stdout, reason = "the figure is what the caller reads")]
fn only_child(mut command: impl Iterator<Item = std::ffi::OsString>) -> Result<(), Failure> {
    let program = command.next().ok_or("name a command")?;
    let status = Command::new(program).args(command).status()?;
    let kilobytes = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    println!("{}", f64::from(i32::try_from(kilobytes)?) / 1024.0);
    if status.success() { Ok(()) } else { Err("the hook refused".into()) }
}

/// A clock that goes on by a second whenever it is looked at, up to twice for a call.
#[derive(Debug)]
struct Steady(AtomicI64);

impl Clock for Steady {
    fn now(&self) -> Timestamp {
        let step = Timestamp::from_seconds(1).0 / 2;
        Timestamp(self.0.fetch_add(step, Ordering::Relaxed))
    }
}
