//! Files that cannot be written to: a full disk, a file that may only be read, a damaged file, a link.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sponsio_engine::decision::Decision;
use sponsio_engine::event::Value;
use sponsio_engine::strategy::Mode;
use sponsio_guard::Guard;
use sponsio_guard::failure::Failure;
use sponsio_guard::guard::{OpenError, Opened, Request};
use sponsio_guard::store::Address;
use sponsio_record::chain::Walk;
use sponsio_record::log;

use crate::Place;

/// What tells a process of this test that its files cannot be written to: what it has, and where they are.
const HINDERED: &str = "SPONSIO_TEST_HINDERED";
/// Calls that may run.
const TIMES: usize = 2_000;
/// Who may not write to files that may only be read; root may.
const NOBODY: u32 = 65_534;

fn place() -> Place {
    Place::with(&format!("agents: {{treasurer: [\"tool `wire` at most {TIMES} times\"]}}"))
}

fn open(folder: &Path, has: &str, mode: Mode) -> Result<Opened, OpenError> {
    Guard::open(&Request {
        config: Some(folder.join("sponsio.yaml")),
        agent: "treasurer".into(),
        mode: Some(mode),
        log: Some(folder.join("s.jsonl")).filter(|_| has.contains("log")),
        store: Some(Address::from(folder.join("s.db"))).filter(|_| has.contains("store")),
        ..Request::default()
    })
}

/// How many calls run until one fails; all behind it do.
fn run_until_one_fails(opened: &Opened, expect: Failure) -> usize {
    let session = opened.guard.session("s").unwrap();
    let call = || session.before_call("wire", &Value::empty());
    let ran = (0..TIMES).take_while(|_| call().decision.runs()).count();
    for _ in 0..5 {
        let answer = call();
        assert_eq!((answer.decision, answer.failure), (Decision::Block, Some(expect)));
    }
    ran
}

/// What this process is to do, and where, if it is one whose files cannot be written to.
fn hindered() -> Option<(String, PathBuf)> {
    let told = std::env::var(HINDERED).ok()?;
    let (has, folder) = told.split_once(':').unwrap();
    Some((has.to_owned(), folder.into()))
}

/// Runs the test in another process; what it said.
fn hinder(mut command: Command, test: &str, has: &str, folder: &Path) -> String {
    command.args(["--exact", &format!("disk::{test}"), "--nocapture"]).stderr(Stdio::null());
    command.env(HINDERED, format!("{has}:{}", folder.display()));
    let ended = command.output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success(), "{said}");
    said
}

/// A process whose files can have only so many bytes.
fn with_small_files() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""]);
    command.arg(std::env::current_exe().unwrap());
    command
}

#[test]
fn on_a_full_disk_calls_are_refused_and_those_that_ran_are_counted() {
    let test = "on_a_full_disk_calls_are_refused_and_those_that_ran_are_counted";
    if let Some((has, folder)) = hindered() {
        let expect = if has == "log" { Failure::LogUnwritable } else { Failure::StoreUnavailable };
        let opened = open(&folder, &has, Mode::Enforce).unwrap();
        std::fs::write(folder.join("ran"), run_until_one_fails(&opened, expect).to_string())
            .unwrap();
        return;
    }
    for has in ["store", "log"] {
        let place = place();
        hinder(with_small_files(), test, has, place.path());
        let ran = std::fs::read_to_string(place.path().join("ran")).unwrap();
        let ran: usize = ran.parse().unwrap();
        assert!(ran > 0 && ran < TIMES, "{has}: {ran}");
        let opened = open(place.path(), has, Mode::Enforce).unwrap();
        let session = opened.guard.session("s").unwrap();
        let left = (0..=TIMES)
            .take_while(|_| session.before_call("wire", &Value::empty()).decision.runs())
            .count();
        match has {
            "store" => assert_eq!(ran + left, TIMES),
            _ => assert_eq!(allowed(&place.path().join("s.jsonl")), ran + left),
        }
    }
}

/// The calls that a log says may run; it is one chain.
fn allowed(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let mut walk = Walk::new(false);
    for line in text.lines() {
        walk.step(line.as_bytes(), true).unwrap();
    }
    let lines = log::read(text.as_bytes()).unwrap();
    let calls = lines.iter().filter(|(_, line)| line.args_sha256.is_some());
    calls.filter(|(_, line)| line.decision == Decision::Allow).count()
}

/// This test as a program that nobody may run too, in the folder, which is theirs.
fn as_nobody(folder: &Path) -> Command {
    let program = folder.join("program");
    let this = std::env::current_exe().unwrap();
    if !rustix::process::geteuid().is_root() {
        return Command::new(this);
    }
    std::fs::copy(this, &program).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    command
}

#[test]
fn files_that_may_only_be_read_refuse_the_start_and_an_observer_lets_calls_run() {
    let test = "files_that_may_only_be_read_refuse_the_start_and_an_observer_lets_calls_run";
    if let Some((has, folder)) = hindered() {
        let error = open(&folder, &has, Mode::Enforce).unwrap_err().to_string();
        assert!(error.contains("ermission") || error.contains("readonly"), "{error}");
        let opened = open(&folder, &has, Mode::Observe).unwrap();
        let session = opened.guard.session("s").unwrap();
        let answer = session.before_call("wire", &Value::empty());
        let failure = (has == "store").then_some(Failure::StoreUnavailable);
        assert_eq!((answer.decision, answer.failure), (Decision::Allow, failure));
        assert_eq!(opened.guard.unrecorded(), u64::from(has == "log"));
        return;
    }
    for (has, file) in [("store", "s.db"), ("log", "s.jsonl")] {
        let place = place();
        let opened = open(place.path(), has, Mode::Enforce).unwrap();
        opened.guard.session("s").unwrap().before_call("wire", &Value::empty());
        drop(opened);
        let path = place.path().join(file);
        std::fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        let before = std::fs::read(&path).unwrap();
        hinder(as_nobody(place.path()), test, has, place.path());
        assert_eq!(std::fs::read(&path).unwrap(), before, "{has}");
    }
}

/// A file of a guard that was used and closed, and then is as `damage` leaves it; why no guard opens with it.
fn refused(has: &str, file: &str, damage: impl Fn(&Path)) -> String {
    let place = place();
    let opened = open(place.path(), has, Mode::Enforce).unwrap();
    opened.guard.session("s").unwrap().before_call("wire", &Value::empty());
    drop(opened);
    let path = place.path().join(file);
    damage(&path);
    let before = std::fs::read(&path).unwrap();
    let error = open(place.path(), has, Mode::Enforce).unwrap_err().to_string();
    assert_eq!(std::fs::read(&path).unwrap(), before, "{file}: it is as it was");
    // An observer goes on without it, and says so.
    let session = open(place.path(), has, Mode::Observe).unwrap().guard.session("s").unwrap();
    assert!(session.before_call("wire", &Value::empty()).decision.runs());
    assert_eq!(std::fs::read(&path).unwrap(), before, "{file}: it is as it was");
    error
}

#[test]
fn files_that_are_damaged_are_refused_and_stay_as_they_are() {
    let replace = |path: &Path| {
        std::fs::write(path, "neither a database nor a log\n".repeat(200)).unwrap();
    };
    let error = refused("store", "s.db", replace);
    assert!(error.contains("not a database"), "{error}");
    let error = refused("log", "s.jsonl", replace);
    assert!(error.contains("cannot be continued"), "{error}");
    let cut = |path: &Path| {
        let whole = std::fs::read(path).unwrap();
        std::fs::write(path, &whole[..whole.len() / 2]).unwrap();
    };
    let error = refused("store", "s.db", cut);
    assert!(error.contains("malformed"), "{error}");
    let error = refused("store", "s.db", |path| std::fs::write(path, "").unwrap());
    assert!(error.contains("its sessions are lost"), "{error}");
}

#[test]
fn files_that_are_links_are_refused_and_what_they_lead_to_stays() {
    for (has, file) in [("store", "s.db"), ("log", "s.jsonl")] {
        let error = refused(has, file, |path| {
            let moved = path.with_extension("moved");
            std::fs::rename(path, &moved).unwrap();
            symlink(moved, path).unwrap();
        });
        assert!(error.contains("symbolic link"), "{error}");
    }
}
