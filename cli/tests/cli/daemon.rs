//! The daemon answers hooks; a hook that is not answered refuses.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails where the program or the disk does")]
#![expect(clippy::disallowed_methods, reason = "the socket and the state are looked at here")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::hook::{call, refused, runs};
use crate::program::{Ran, command, finish, run};

/// A daemon that forbids `wire`, and a folder for it.
struct Desk {
    folder: tempfile::TempDir,
    daemon: Option<Child>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let contracts = "agents: {\"*\": [\"never call `wire`\", \"tool `note` at most 2 times\"]}";
        fs::write(folder.path().join("sponsio.yaml"), contracts).unwrap();
        Self { folder, daemon: None }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the daemon, and waits until it says that it listens.
    fn start(&mut self) {
        let mut daemon =
            command(&["daemon", "--config", "sponsio.yaml", "--socket", "s", "--state", "state"]);
        let mut daemon = daemon.current_dir(self.folder.path()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("listens"), "{line}");
        self.daemon = Some(daemon);
    }

    fn hook(&self, event: &Value) -> Ran {
        let socket = self.path("s");
        let mut hook = command(&["hook", "claude-code", "--socket", socket.to_str().unwrap()]);
        let mut child = hook.current_dir(self.folder.path()).stdin(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(&serde_json::to_vec(event).unwrap());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn wire() -> Value {
    call("wire", "1", &json!({}))
}

#[test]
fn a_daemon_decides_and_keeps_the_state_of_each_user_apart() {
    let mut desk = Desk::new();
    desk.start();
    refused(&desk.hook(&wire()), "wire");
    for id in ["1", "2"] {
        runs(&desk.hook(&call("note", id, &json!({}))));
    }
    refused(&desk.hook(&call("note", "3", &json!({}))), "note");
    let user = fs::metadata(desk.path("s")).unwrap().uid().to_string();
    let log = desk.path("state").join(user).join("audit.jsonl");
    assert!(fs::read_to_string(log).unwrap().lines().count() >= 4);
}

#[test]
fn a_hook_that_nobody_answers_refuses() {
    let desk = Desk::new();
    refused(&desk.hook(&wire()), "the daemon does not answer");
    let listener = UnixListener::bind(desk.path("s")).unwrap();
    let rude = std::thread::spawn(move || {
        // Who is answered with anything else than a whole answer is not answered.
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&[1, 0, 0, 0, 0, 9]).unwrap();
    });
    refused(&desk.hook(&call("note", "1", &json!({}))), "the daemon does not answer");
    rude.join().unwrap();
}

#[test]
fn what_is_no_question_ends_nothing() {
    let mut desk = Desk::new();
    desk.start();
    for bytes in [&b""[..], b"\xff\xff\xff\xff", b"\x02\x00\x00\x00{}", b"GET / HTTP/1.1\r\n\r\n"] {
        UnixStream::connect(desk.path("s")).unwrap().write_all(bytes).unwrap();
    }
    refused(&desk.hook(&wire()), "wire");
}

#[test]
fn a_second_daemon_does_not_take_the_socket() {
    let mut desk = Desk::new();
    desk.start();
    let ran = finish(
        command(&["daemon", "--socket", "s", "--state", "other"]).current_dir(desk.folder.path()),
    );
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("another daemon answers"), "{ran:?}");
    refused(&desk.hook(&wire()), "wire");
}

#[test]
fn a_socket_that_was_left_behind_is_replaced_and_a_file_is_not() {
    let mut desk = Desk::new();
    drop(UnixListener::bind(desk.path("s")).unwrap());
    desk.start();
    refused(&desk.hook(&wire()), "wire");
    fs::write(desk.path("file"), "x").unwrap();
    let ran = finish(
        command(&["daemon", "--socket", "file", "--state", "other"])
            .current_dir(desk.folder.path()),
    );
    assert!(ran.code == Some(2) && ran.err.contains("no socket"), "{ran:?}");
}

#[test]
fn units_run_as_another_user() {
    let systemd = run(&["daemon", "--print-unit", "systemd"]);
    assert!(systemd.out.contains("\nUser=sponsio\n") && systemd.out.contains(" daemon --socket "));
    let launchd = run(&["daemon", "--print-unit", "launchd", "--config", "/etc/a&b.yaml"]);
    assert!(launchd.out.contains("<string>_sponsio</string>"), "{launchd:?}");
    assert!(launchd.out.contains("<string>/etc/a&amp;b.yaml</string>"), "{launchd:?}");
}
