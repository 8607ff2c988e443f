//! Several processes that write to one log at the same time.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sponsio_guard::log_file::{LogFile, files};
use sponsio_record::chain::Walk;

/// What tells a process of this test that it is one of the writers: its number, and the log.
const WRITER: &str = "SPONSIO_TEST_WRITER";

fn writer(name: &str, number: u32, log: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).stdout(Stdio::null());
    command.env(WRITER, format!("{number}:{}", log.display())).spawn().unwrap()
}

/// The number and the log of this process, if it is a writer.
fn is_writer() -> Option<(u32, PathBuf)> {
    let told = std::env::var(WRITER).ok()?;
    let (number, path) = told.split_once(':').unwrap();
    Some((number.parse().unwrap(), path.into()))
}

/// The writers of the lines of the log, which is one chain from its first line to its last.
fn writers(log: &Path) -> Vec<u32> {
    let mut walk = Walk::new(false);
    let mut writers = Vec::new();
    for file in files(log).unwrap() {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            walk.step(line.as_bytes(), true).unwrap();
            let number = line.strip_prefix("{\"writer\":").unwrap().split(',').next().unwrap();
            writers.push(number.parse().unwrap());
        }
    }
    writers
}

#[test]
fn processes_that_write_at_the_same_time_make_one_chain_over_all_files() {
    const LINES: usize = 400;
    const ROUND: usize = 20;
    const WRITERS: u32 = 4;
    if let Some((number, path)) = is_writer() {
        let mut log = LogFile::open(&path).unwrap().in_files_of(20_000);
        for n in 0..LINES {
            // All begin each round together, so that they write at the same time and not one after the other.
            if n % ROUND == 0 {
                let ready = |number: u32| path.with_file_name(format!("ready.{n}.{number}"));
                std::fs::write(ready(number), "").unwrap();
                while !(0..WRITERS).all(|number| ready(number).exists()) {
                    std::thread::yield_now();
                }
            }
            log.append(&format!("{{\"writer\":{number},\"n\":{n}}}")).unwrap();
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("logs/s.jsonl");
    let name = "processes::processes_that_write_at_the_same_time_make_one_chain_over_all_files";
    let children: Vec<Child> = (0..WRITERS).map(|number| writer(name, number, &log)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let writers = writers(&log);
    for number in 0..WRITERS {
        assert_eq!(writers.iter().filter(|w| **w == number).count(), LINES, "writer {number}");
    }
    let turns = writers.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns >= LINES / ROUND, "{turns} turns");
    assert!(files(&log).unwrap().len() > 10);
}

#[test]
fn a_process_that_is_killed_leaves_a_log_that_goes_on() {
    if let Some((number, path)) = is_writer() {
        let mut log = LogFile::open(&path).unwrap();
        for n in 0.. {
            log.append(&format!("{{\"writer\":{number},\"n\":{n}}}")).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("s.jsonl");
    let name = "processes::a_process_that_is_killed_leaves_a_log_that_goes_on";
    let mut before = 0;
    for number in 0..5 {
        let mut child = writer(name, number, &log);
        while std::fs::metadata(&log).map_or(0, |found| found.len()) < before + 10_000 {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        before = std::fs::metadata(&log).unwrap().len();
    }
    LogFile::open(&log).unwrap().append("{\"writer\":9}").unwrap();
    let writers = writers(&log);
    assert_eq!(writers.last(), Some(&9));
    assert!((0..5).all(|number| writers.contains(&number)));
}
