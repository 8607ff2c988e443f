//! Logs that are whole, damaged, in several files, and written to while they are read.

#![expect(clippy::unwrap_used, reason = "a test fails where the program or the disk does")]
#![expect(clippy::disallowed_methods, reason = "logs are written and damaged here")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use sponsio_guard::log_file::{LogFile, files};

use crate::program::{Ran, command, finish, run};

/// A log of so many lines, in files of at most 2000 bytes.
fn log_in(folder: &Path, lines: u64) -> PathBuf {
    let path = folder.join("s.jsonl");
    let mut log = LogFile::open(&path).unwrap().in_files_of(2_000);
    (1..=lines).for_each(|seq| log.append(&object(seq)).unwrap());
    path
}

fn object(seq: u64) -> String {
    format!(
        "{{\"v\":1,\"ts\":{seq},\"seq\":{seq},\"session\":\"s\",\"agent\":\"a\",\"kind\":\"tool_call\",\
         \"tool\":\"t{seq}\",\"decision\":\"allow\",\"mode\":\"enforce\",\"program\":\"00\"}}"
    )
}

fn verify(args: &[&Path]) -> Ran {
    let mut all = vec!["audit".as_ref(), "verify".as_ref()];
    all.extend(args.iter().map(|path| path.as_os_str()));
    finish(&mut command(&all))
}

#[track_caller]
fn check(ran: &Ran, code: i32, begins: &str) {
    assert!(ran.code == Some(code) && ran.out.starts_with(begins), "{ran:?}");
}

#[test]
fn every_line_that_is_changed_is_named_with_its_place_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = log_in(folder.path(), 20);
    let all = files(&path).unwrap();
    assert!(all.len() > 3, "{all:?}");
    check(&verify(&[&path]), 0, "intact: 20 lines in 4 files, 1 to 20\n");
    for file in &all {
        let text = fs::read_to_string(file).unwrap();
        for (index, line) in text.lines().enumerate() {
            let damaged = text.replace(line, &line.replace("\"allow\"", "\"block\""));
            fs::write(file, damaged).unwrap();
            let ran = verify(&[&path]);
            let name = file.file_name().unwrap().to_str().unwrap();
            check(&ran, 1, &format!("edited: line {} of ", index + 1));
            assert!(ran.out.replace('\n', " ").contains(&format!("{name}`: its")), "{ran:?}");
        }
        fs::write(file, text).unwrap();
    }
}

#[test]
fn a_file_that_was_taken_away_is_a_gap_and_a_part_is_one_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = log_in(folder.path(), 20);
    let all = files(&path).unwrap();
    let [first, second, third] = &all[..3] else { panic!("{all:?}") };
    check(&verify(&[first, second]), 0, "intact: ");
    check(&verify(&[second, first]), 1, "reordered: line 1 of ");
    check(&verify(&[first, third]), 1, "removed: line 1 of ");
    check(&verify(&[second, third]), 1, "removed: line 1 of ");
    check(&verify(&["--part".as_ref(), second, third]), 0, "intact: ");
    fs::remove_file(second).unwrap();
    check(&verify(&[&path]), 1, "removed: line 1 of ");
    check(&verify(&[second]), 2, "");
}

#[test]
fn a_log_without_a_chain_and_an_unfinished_line_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl");
    fs::write(&path, "").unwrap();
    let ran = verify(&[&path]);
    assert!(ran.code == Some(2) && ran.err.contains("has no lines"), "{ran:?}");
    fs::write(&path, format!("{}\n", object(1))).unwrap();
    check(&verify(&[&path]), 1, "edited: line 1 of ");
    fs::remove_file(&path).unwrap();
    log_in(folder.path(), 3);
    let text = fs::read_to_string(&path).unwrap();
    let torn: String = text.chars().take(text.len() - 9).collect();
    fs::write(&path, torn).unwrap();
    check(&verify(&[&path]), 1, "truncated: line 3 of ");
    LogFile::open(&path).unwrap().append(&object(3)).unwrap();
    let ran = verify(&[&path]);
    check(&ran, 0, "intact: 3 lines ");
    assert!(ran.out.contains("torn: one line tells"), "{ran:?}");
}

#[test]
fn a_log_in_a_chain_is_replayed_and_checked_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    run(&["demo", "wire", "--keep", kept.to_str().unwrap()]);
    let log = kept.join("wire/record.jsonl");
    check(&verify(&[&log]), 0, "intact: ");
    // What is replayed does not depend on where the line stands.
    let text = fs::read_to_string(&log).unwrap();
    let open: String = text
        .lines()
        .map(|line| format!("{}}}\n", line.split(",\"line\":").next().unwrap()))
        .collect();
    let contracts = kept.join("wire/sponsio.yaml");
    let bare = kept.join("bare.jsonl");
    fs::write(&bare, open).unwrap();
    let replay = |log: &Path| {
        run(&["replay", log.to_str().unwrap(), "-c", contracts.to_str().unwrap(), "--json"]).out
    };
    assert_eq!(replay(&log), replay(&bare));
}

#[test]
fn a_log_is_followed_into_the_next_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = log_in(folder.path(), 9);
    let args = ["audit".as_ref(), "tail".as_ref(), "-f".as_ref(), "-n1".as_ref(), path.as_os_str()];
    let mut child = command(&args).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert_eq!(next(), "1970-01-01T00:00:09.000Z allow    s a `t9`");
    let mut log = LogFile::open(&path).unwrap().in_files_of(2_000);
    for seq in 10..20 {
        log.append(&object(seq)).unwrap();
        assert!(next().ends_with(&format!(" `t{seq}`")));
    }
    assert!(files(&path).unwrap().len() > 3);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_log_cannot_send_control_sequences_to_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl");
    let hostile = object(1).replace("t1", "\\u001b[31m").replace("\"s\"", "\"\\u001b[2J\"");
    LogFile::open(&path).unwrap().append(&hostile).unwrap();
    let ran = run(&["audit", "tail", path.to_str().unwrap()]);
    assert!(ran.code == Some(0) && !ran.out.contains('\u{1b}'), "{ran:?}");
    assert!(ran.out.contains("\\u{1b}[31m"), "{ran:?}");
}
