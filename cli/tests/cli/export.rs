//! Sessions that are written to files and sent to addresses: a server of the test's own takes them.

#![expect(clippy::unwrap_used, reason = "a test fails where the program or the network does")]
#![expect(
    clippy::disallowed_methods,
    reason = "files are written and read, and a server listens beside the test"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use serde_json::Value as Json;

use crate::program::run;

/// A request: its head, and its body.
type Request = (String, String);

/// An address at which each of these answers is given once, in this order; and the requests that came.
fn server(answers: &'static [&'static str]) -> (String, JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let take = move || answers.iter().map(|answer| request(&listener, answer)).collect();
    (url, std::thread::spawn(take))
}

fn request(listener: &TcpListener, answer: &str) -> Request {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(number) = line.to_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    (head, String::from_utf8(body).unwrap())
}

fn documents(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_session_is_one_object_with_its_lines_as_they_stand() {
    let ran = run(&["export-sessions", "team.jsonl", "--to", "-"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let all = documents(&ran.out);
    let names: Vec<String> =
        all.iter().map(|d| format!("{} {}", d["session"], d["agent"])).collect();
    let expect = [
        "\"desk\" \"buyer\"",
        "\"desk\" \"support\"",
        "\"night-0\" \"scout\"",
        "\"night-1\" \"scout\"",
    ];
    assert_eq!(names, expect);
    let desk = &all[1];
    let counts = ["events", "calls", "objected", "stopped"].map(|key| desk[key].as_u64().unwrap());
    assert_eq!((counts, &desk["ended"]), ([7, 4, 4, 2], &true.into()));
    let log = fs::read_to_string(crate::program::data().join("audit.jsonl")).unwrap();
    let ran = run(&["export-sessions", "audit.jsonl", "--to", "-"]);
    for line in log.lines() {
        assert!(ran.out.contains(line), "{line}");
    }
}

#[test]
fn a_file_holds_the_sessions_that_are_meant_and_stays_if_a_log_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.jsonl");
    let to = file.to_str().unwrap();
    let ran = run(&["export-sessions", "team.jsonl", "--agent", "scout", "--to", to]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.err.starts_with("exported: 2 sessions to "), "{ran:?}");
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(documents(&written).len(), 2);
    let ran = run(&["export-sessions", "team.jsonl", "malformed.json", "--to", to]);
    assert!(ran.code == Some(2) && ran.err.contains("line 1 of `malformed.json`: "), "{ran:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
}

#[test]
fn sessions_are_posted_in_batches_with_the_headers_that_were_given() {
    let (url, server) = server(&["200 OK", "204 No Content"]);
    let args = [
        "export-sessions",
        "team.jsonl",
        "--to",
        &url,
        "--batch-size",
        "3",
        "--header",
        "X-Key: k",
    ];
    let ran = run(&args);
    assert!(ran.code == Some(0) && ran.err.contains("4 sessions in 2 requests"), "{ran:?}");
    let requests = server.join().unwrap();
    let counts: Vec<usize> = requests.iter().map(|(_, body)| documents(body).len()).collect();
    assert_eq!(counts, [3, 1]);
    for (head, _) in &requests {
        let head = head.to_lowercase();
        assert!(head.starts_with("post /in http/1.1"), "{head}");
        for line in ["x-key: k", "content-type: application/x-ndjson"] {
            assert!(head.contains(line), "{head}");
        }
    }
}

#[test]
fn a_request_that_fails_for_a_reason_that_may_pass_is_made_again() {
    let (url, server) = server(&["503 Service Unavailable", "200 OK"]);
    let ran = run(&["export-sessions", "audit.jsonl", "--to", &url]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let requests = server.join().unwrap();
    assert_eq!(requests[0].1, requests[1].1);
}

#[track_caller]
fn refused(answers: &'static [&'static str], expect: &str) {
    let (url, server) = server(answers);
    let ran = run(&["export-sessions", "team.jsonl", "--to", &url]);
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(ran.code == Some(2) && said.contains(expect), "{ran:?}");
    assert!(said.contains("0 of 4 were delivered before"), "{ran:?}");
    assert_eq!(server.join().unwrap().len(), answers.len());
}

#[test]
fn an_answer_that_says_no_or_leads_elsewhere_is_an_error() {
    refused(&["403 Forbidden"], "it answers 403 Forbidden");
    refused(&["302 Found"], "name where it leads to");
}

#[test]
fn an_address_that_nobody_listens_at_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let ran = run(&["export-sessions", "team.jsonl", "--to", &url]);
    assert!(ran.code == Some(2) && ran.err.contains("did not take it"), "{ran:?}");
}
