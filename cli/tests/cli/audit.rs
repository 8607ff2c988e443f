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

/// A log of twenty lines, a key for it, and a checkpoint of it.
struct Signed {
    folder: tempfile::TempDir,
    log: PathBuf,
}

impl Signed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = log_in(folder.path(), 20);
        let signed = Self { folder, log };
        let ran =
            signed.audit("checkpoint", &["s.jsonl", "--key", "k", "--create", "example.org/log"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        fs::write(signed.path("c"), ran.out).unwrap();
        signed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn audit(&self, what: &str, args: &[&str]) -> Ran {
        finish(command(&[&["audit", what], args].concat()).current_dir(self.folder.path()))
    }

    fn verify(&self) -> Ran {
        self.audit("verify", &["s.jsonl", "--checkpoint", "c", "--key", "k.pub"])
    }

    /// Writes the log anew with so many lines in one file, the last of which has this decision.
    fn rewrite(&self, lines: u64, last: &str) {
        files(&self.log).unwrap().iter().for_each(|file| fs::remove_file(file).unwrap());
        let mut log = LogFile::open(&self.log).unwrap();
        (1..lines).for_each(|seq| log.append(&object(seq)).unwrap());
        log.append(&object(lines).replace("allow", last)).unwrap();
    }
}

#[test]
fn a_checkpoint_finds_what_a_chain_cannot() {
    let signed = Signed::new();
    let ran = signed.verify();
    check(&ran, 0, "intact: 20 lines in 4 files, 1 to 20\n");
    assert!(
        ran.out.contains("checkpoint: its first 20 lines are those that were signed"),
        "{ran:?}"
    );
    // The same lines, chained anew, and more of them.
    for lines in [20, 30] {
        signed.rewrite(lines, "allow");
        check(&signed.verify(), 0, "intact: ");
    }
    signed.rewrite(19, "allow");
    check(&verify(&[&signed.log]), 0, "intact: 19 lines");
    check(&signed.verify(), 1, "truncated: the log had 20 lines when the checkpoint was signed");
    signed.rewrite(20, "block");
    check(&verify(&[&signed.log]), 0, "intact: 20 lines");
    check(&signed.verify(), 1, "forked: the first 20 lines are not those");
    let json =
        signed.audit("verify", &["s.jsonl", "--checkpoint", "c", "--key", "k.pub", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        (&document["intact"], &document["fault"]["what"]),
        (&false.into(), &"forked".into())
    );
}

#[test]
fn a_checkpoint_that_was_changed_or_is_of_another_key_is_not_used() {
    let signed = Signed::new();
    let text = fs::read_to_string(signed.path("c")).unwrap();
    fs::write(signed.path("c"), text.replacen("\n20\n", "\n19\n", 1)).unwrap();
    let ran = signed.verify();
    assert!(
        ran.code == Some(2) && ran.err.contains("the signature is not that of the key"),
        "{ran:?}"
    );
    fs::write(signed.path("c"), text).unwrap();
    let other = Signed::new();
    fs::copy(other.path("k.pub"), signed.path("k.pub")).unwrap();
    let ran = signed.verify();
    assert!(ran.code == Some(2) && ran.err.contains("did not sign it"), "{ran:?}");
}

#[test]
fn a_log_is_only_signed_where_it_continues_what_was_signed() {
    let signed = Signed::new();
    let next = || signed.audit("checkpoint", &["s.jsonl", "--key", "k", "--previous", "c"]);
    LogFile::open(&signed.log).unwrap().append(&object(21)).unwrap();
    check(&next(), 0, "example.org/log\n21\n");
    signed.rewrite(21, "allow");
    check(&next(), 0, "example.org/log\n21\n");
    signed.rewrite(20, "block");
    check(&next(), 1, "forked: ");
    signed.rewrite(7, "allow");
    check(&next(), 1, "truncated: ");
    let text = fs::read_to_string(&signed.log).unwrap().replacen("allow", "block", 1);
    fs::write(&signed.log, text).unwrap();
    check(&next(), 1, "edited: line 1 of ");
    let ran =
        signed.audit("checkpoint", &["s.jsonl", "--key", "other", "--create", "example.org/log"]);
    check(&ran, 1, "edited: line 1 of ");
    assert!(!signed.path("other").exists());
}

#[test]
fn a_line_is_proven_without_the_others_and_no_other_line_is() {
    let signed = Signed::new();
    let all: String =
        files(&signed.log).unwrap().iter().map(|f| fs::read_to_string(f).unwrap()).collect();
    for (number, line) in (1..).zip(all.lines()) {
        let args = [&number.to_string(), "s.jsonl", "--checkpoint", "c", "--key", "k.pub"];
        let proof = signed.audit("prove", &args);
        check(&proof, 0, "c2sp.org/tlog-proof@v1\nindex ");
        fs::write(signed.path("p"), proof.out).unwrap();
        let proven = |line: &str| {
            fs::write(signed.path("line"), line).unwrap();
            signed.audit("verify", &["line", "--proof", "p", "--key", "k.pub"])
        };
        check(
            &proven(line),
            0,
            &format!("proven: line {number} of the 20 lines of `example.org/log`\n"),
        );
        check(&proven(&line.replace("allow", "block")), 1, "not proven: ");
    }
    let ran = signed.audit("prove", &["21", "s.jsonl", "--checkpoint", "c", "--key", "k.pub"]);
    assert!(ran.code == Some(2) && ran.err.contains("is about the lines 1 to 20"), "{ran:?}");
    signed.rewrite(20, "block");
    check(
        &signed.audit("prove", &["3", "s.jsonl", "--checkpoint", "c", "--key", "k"]),
        1,
        "forked: ",
    );
}

#[cfg(unix)]
#[test]
fn a_key_is_for_its_owner_alone_and_is_not_written_over() {
    use std::os::unix::fs::PermissionsExt;
    let signed = Signed::new();
    let mode = fs::metadata(signed.path("k")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(signed.path("k")).unwrap();
    let ran = signed.audit("checkpoint", &["s.jsonl", "--key", "k", "--create", "example.org/log"]);
    assert!(ran.code == Some(2) && fs::read(signed.path("k")).unwrap() == before, "{ran:?}");
    fs::set_permissions(signed.path("k"), fs::Permissions::from_mode(0o644)).unwrap();
    let ran = signed.audit("checkpoint", &["s.jsonl", "--key", "k"]);
    assert!(ran.code == Some(2) && ran.err.contains("others than its owner"), "{ran:?}");
    let ran = signed.audit("checkpoint", &["s.jsonl", "--key", "k.pub"]);
    assert!(ran.code == Some(2) && ran.err.contains("is no key"), "{ran:?}");
}
