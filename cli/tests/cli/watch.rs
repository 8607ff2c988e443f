//! Logs that are watched while they are written to: each test writes, and waits for what the program says of it.

#![expect(clippy::unwrap_used, reason = "a test fails where the program or the disk does")]
#![expect(clippy::disallowed_methods, reason = "logs are written for the program")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout};

use sponsio_guard::log_file::{LogFile, files};

use crate::program::command;

fn object(seq: u64, decision: &str) -> String {
    format!(
        "{{\"v\":1,\"ts\":{seq},\"seq\":{seq},\"session\":\"s\",\"agent\":\"a\",\"kind\":\"tool_call\",\
         \"tool\":\"t{seq}\",\"decision\":\"{decision}\",\"mode\":\"enforce\",\"contracts\":[{{\"contract\":\"c\",\
         \"id\":0,\"hash\":\"0\",\"before\":\"holding\",\"after\":\"holding\"{}}}],\"program\":\"00\"}}",
        if decision == "block" { ",\"outcome\":\"blocked\"" } else { "" }
    )
}

/// A log of which the test is the only writer.
struct Writer {
    path: PathBuf,
    log: LogFile,
}

impl Writer {
    fn new(folder: &Path, name: &str) -> Self {
        let path = folder.join(name);
        let log = LogFile::open(&path).unwrap().in_files_of(1_500);
        Self { path, log }
    }

    fn write(&mut self, seq: u64, decision: &str) {
        self.log.append(&object(seq, decision)).unwrap();
    }
}

/// The program, watching.
struct Watch {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    fn new(path: &Path, args: &[&str]) -> Self {
        let mut all = vec!["watch".as_ref(), path.as_os_str()];
        all.extend(args.iter().map(OsStr::new));
        let mut child = command(&all).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn next(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    /// How it ends.
    fn end(mut self) -> Option<i32> {
        drop(self.lines);
        self.child.wait().unwrap().code()
    }
}

#[test]
fn a_log_is_watched_from_its_last_lines_and_into_the_next_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Writer::new(folder.path(), "l.jsonl");
    (1..=9).for_each(|seq| log.write(seq, "allow"));
    let mut watch = Watch::new(&log.path, &["-n", "2"]);
    assert_eq!(watch.next(), "1970-01-01T00:00:08.000Z allow    s a `t8`");
    assert_eq!(watch.next(), "1970-01-01T00:00:09.000Z allow    s a `t9`");
    for seq in 10..30 {
        log.write(seq, "block");
        assert!(watch.next().ends_with(&format!("block    s a `t{seq}`: c (blocked)")));
    }
    assert!(files(&log.path).unwrap().len() > 4);
    watch.child.kill().unwrap();
    watch.end();
}

#[test]
fn only_what_is_asked_for_is_shown_and_programs_get_the_lines_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Writer::new(folder.path(), "l.jsonl");
    log.write(1, "allow");
    let mut watch =
        Watch::new(&log.path, &["--objections", "--json", "--contract", "c", "--agent", "a"]);
    log.write(2, "allow");
    log.write(3, "block");
    let line: serde_json::Value = serde_json::from_str(&watch.next()).unwrap();
    assert_eq!((&line["seq"], &line["line"]), (&3.into(), &3.into()));
    watch.child.kill().unwrap();
    watch.end();
}

#[test]
fn a_log_that_appears_in_a_folder_is_watched_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Writer::new(folder.path(), "a.jsonl");
    first.write(1, "allow");
    let mut watch = Watch::new(folder.path(), &[]);
    assert!(watch.next().ends_with("`t1`"));
    let mut second = Writer::new(&folder.path().join("in"), "b.jsonl");
    second.write(2, "allow");
    assert!(watch.next().ends_with("`t2`"));
    first.write(3, "allow");
    assert!(watch.next().ends_with("`t3`"));
    watch.child.kill().unwrap();
    watch.end();
}

#[test]
fn a_log_that_was_cut_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.jsonl");
    std::fs::write(&path, format!("{}\n{}\n", object(1, "allow"), object(2, "allow"))).unwrap();
    let mut watch = Watch::new(&path, &["-n", "1"]);
    assert!(watch.next().ends_with("`t2`"));
    std::fs::write(&path, format!("{}\n", object(3, "allow"))).unwrap();
    // The program may look between the cut and the line.
    let said = watch.next();
    assert!(said.ends_with("it is read from its beginning"), "{said}");
    assert!(watch.next().ends_with("`t3`"));
    watch.child.kill().unwrap();
    watch.end();
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Writer::new(folder.path(), "l.jsonl");
    log.write(1, "allow");
    let mut watch = Watch::new(&log.path, &[]);
    watch.next();
    let Watch { mut child, lines } = watch;
    drop(lines);
    log.write(2, "allow");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn it_ends_well_when_it_is_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Writer::new(folder.path(), "l.jsonl");
    log.write(1, "allow");
    let mut watch = Watch::new(&log.path, &[]);
    watch.next();
    let id = watch.child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    assert_eq!(watch.end(), Some(0));
}
