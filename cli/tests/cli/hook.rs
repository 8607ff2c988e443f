//! `sponsio hook` as hosts run it: a process for each event.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where the program or the disk does"
)]
#![expect(clippy::disallowed_methods, reason = "the files of the hook are made and looked at here")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use sponsio_hosts::HOSTS;

use crate::program::{Ran, command};

/// A folder with contracts, and the state of hooks.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    config: Option<PathBuf>,
    mode: &'static str,
}

impl Desk {
    /// A desk with the default contracts.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), config: None, mode: "enforce" }
    }

    /// A desk with these contracts.
    pub(crate) fn with(contracts: &str) -> Self {
        let mut desk = Self::new();
        let path = desk.folder.path().join("sponsio.yaml");
        fs::write(&path, contracts).unwrap();
        desk.config = Some(path);
        desk
    }

    fn observing(mut self) -> Self {
        self.mode = "observe";
        self
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn start(&self, host: &str, payload: &[u8]) -> Child {
        let state = self.state();
        let mut args = vec!["hook", host, "--mode", self.mode, "--state", state.to_str().unwrap()];
        if let Some(config) = &self.config {
            args.extend(["--config", config.to_str().unwrap()]);
        }
        let mut child =
            command(&args).current_dir(self.folder.path()).stdin(Stdio::piped()).spawn().unwrap();
        // A hook that refuses at once does not read on.
        let _ = child.stdin.take().unwrap().write_all(payload);
        child
    }

    pub(crate) fn hook(&self, host: &str, payload: &[u8]) -> Ran {
        end(self.start(host, payload))
    }

    /// Sends an event of Claude Code.
    pub(crate) fn claude(&self, event: &Value) -> Ran {
        self.hook("claude-code", &serde_json::to_vec(event).unwrap())
    }

    /// The lines of the log.
    pub(crate) fn log(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.state().join("audit.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn end(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A call of Claude Code with this id.
pub(crate) fn call(tool: &str, id: &str, input: &Value) -> Value {
    json!({ "hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/",
        "tool_name": tool, "tool_use_id": id, "tool_input": input })
}

fn shell(command: &str) -> Value {
    call("Bash", command, &json!({ "command": command }))
}

/// That Claude Code is told no, with a reason that says this.
#[track_caller]
pub(crate) fn refused(ran: &Ran, why: &str) {
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let answer = &answer["hookSpecificOutput"];
    assert_eq!(answer["permissionDecision"], "deny", "{ran:?}");
    assert!(answer["permissionDecisionReason"].as_str().unwrap().contains(why), "{ran:?}");
    assert!(ran.err.contains(why), "{ran:?}");
}

/// That a host is told yes, in silence.
#[track_caller]
pub(crate) fn runs(ran: &Ran) {
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "", ""));
}

const NEVER: &str = "agents: {\"*\": [\"never call `wire`\"]}";

fn wire() -> Value {
    call("wire", "w", &json!({}))
}

#[test]
fn the_default_contracts_stop_what_destroys_and_are_silent_about_work() {
    let desk = Desk::new();
    refused(&desk.claude(&shell("cat ~/.ssh/id_rsa")), "keys and credentials are not read");
    runs(&desk.claude(&shell("cargo test")));
}

#[test]
fn a_kept_program_that_was_damaged_refuses_what_it_refused() {
    let desk = Desk::new();
    let read = shell("cat ~/.ssh/id_rsa");
    refused(&desk.claude(&read), "keys and credentials are not read");
    let kept = fs::read_dir(desk.state().join("programs")).unwrap();
    let kept: Vec<PathBuf> = kept.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    refused(&desk.claude(&read), "keys and credentials are not read");
    fs::write(&kept[0], b"SPKP 1\nanything").unwrap();
    refused(&desk.claude(&read), "keys and credentials are not read");
}

#[test]
fn contracts_that_are_changed_hold_from_the_next_call_on() {
    let desk = Desk::with("agents: {\"*\": [\"never call `other`\"]}");
    runs(&desk.claude(&wire()));
    fs::write(desk.config.as_ref().unwrap(), NEVER).unwrap();
    refused(&desk.claude(&call("wire", "v", &json!({}))), "wire");
}

#[test]
fn a_sub_agent_has_contracts_of_its_own() {
    let push = |agent: Option<&str>| {
        let mut event = shell("git push origin fix");
        if let Some(agent) = agent {
            event["agent_id"] = agent.into();
            event["agent_type"] = "Explore".into();
        }
        event
    };
    let desk = Desk::new();
    runs(&desk.claude(&push(None)));
    refused(&desk.claude(&push(Some("a-1"))), "a sub-agent does not change what others see");
}

#[test]
fn a_sub_agent_without_contracts_of_its_own_is_under_the_limits_of_its_session() {
    let desk = Desk::with("agents: {\"*\": [\"tool `note` at most 2 times\"]}");
    let mut event = call("note", "1", &json!({}));
    runs(&desk.claude(&event));
    event["agent_id"] = "a-1".into();
    event["tool_use_id"] = "2".into();
    runs(&desk.claude(&event));
    event["tool_use_id"] = "3".into();
    refused(&desk.claude(&event), "note");
}

#[test]
fn of_many_calls_at_once_exactly_as_many_run_as_may() {
    let desk = Desk::with("agents: {\"*\": [\"tool `note` at most 3 times\"]}");
    let children: Vec<Child> = (0..16)
        .map(|id| {
            let event = call("note", &id.to_string(), &json!({}));
            desk.start("claude-code", &serde_json::to_vec(&event).unwrap())
        })
        .collect();
    let ran: Vec<Ran> = children.into_iter().map(end).collect();
    assert_eq!(ran.iter().filter(|ran| ran.code == Some(0)).count(), 3, "{ran:?}");
    assert_eq!(ran.iter().filter(|ran| ran.code == Some(2)).count(), 13, "{ran:?}");
}

#[test]
fn a_call_and_its_result_are_one_step() {
    let desk = Desk::with("agents: {\"*\": [\"tool `note` at most 2 times\"]}");
    for id in ["1", "2"] {
        let mut event = call("note", id, &json!({}));
        runs(&desk.claude(&event));
        event["hook_event_name"] = "PostToolUse".into();
        event["tool_response"] = json!({});
        runs(&desk.claude(&event));
    }
    refused(&desk.claude(&call("note", "3", &json!({}))), "note");
}

#[test]
fn a_call_that_two_hosts_announce_from_one_registration_is_one_step() {
    let desk = Desk::with("agents: {\"*\": [\"tool `note` at most 1 times\"]}");
    let snake = json!({ "hook_event_name": "PreToolUse", "session_id": "s", "tool_name": "Note",
        "tool_input": { "a": 1 } });
    let camel = json!({ "sessionId": "s", "timestamp": 1, "cwd": "/", "toolName": "note",
        "toolArgs": { "a": 1 } });
    runs(&desk.claude(&snake));
    runs(&desk.hook("copilot-cli", &serde_json::to_vec(&camel).unwrap()));
}

#[test]
fn what_is_owed_refuses_the_stop_once() {
    let desk = Desk::with(
        "agents: {\"*\": {contracts: [{desc: receipts, \
         G: {ltl: 'G(called(wire) -> F called(receipt))'}}]}}",
    );
    let stop = |again: bool| json!({ "hook_event_name": "Stop", "session_id": "s", "stop_hook_active": again });
    runs(&desk.claude(&stop(false)));
    runs(&desk.claude(&wire()));
    let ran = desk.claude(&stop(false));
    assert_eq!(ran.code, Some(2));
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["decision"], "block");
    assert!(ran.err.contains("the contract \"receipts\" is still to be met"), "{ran:?}");
    runs(&desk.claude(&stop(true)));
}

#[test]
fn what_waits_for_a_person_is_the_hosts_own_question_and_happened_when_it_ran() {
    let desk = Desk::with(
        "agents: {\"*\": {contracts: [{desc: ask, strategy: escalate, \
         G: {ltl: 'G !called(wire)'}}, {desc: once, G: {ltl: 'G(count(wire) <= 1)'}}]}}",
    );
    let ran = desk.claude(&wire());
    assert_eq!(ran.code, Some(0));
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["hookSpecificOutput"]["permissionDecision"], "ask");
    let mut event = wire();
    event["hook_event_name"] = "PostToolUse".into();
    event["tool_response"] = json!("done");
    runs(&desk.claude(&event));
    refused(&desk.claude(&call("wire", "v", &json!({}))), "once");
}

#[test]
fn what_is_warned_about_runs_and_is_shown() {
    let desk = Desk::with(
        "agents: {\"*\": {contracts: [{desc: quiet, strategy: warn_only, \
         G: {ltl: 'G !called(wire)'}}]}}",
    );
    let ran = desk.claude(&wire());
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("systemMessage") && ran.err.contains("quiet"), "{ran:?}");
}

#[test]
fn in_observe_mode_everything_runs_and_is_recorded() {
    let desk = Desk::with(NEVER).observing();
    runs(&desk.claude(&wire()));
    runs(&desk.hook("claude-code", b"{"));
    let log = desk.log();
    assert_eq!(log.len(), 2);
    assert_eq!(log[1]["failure"], "payload_malformed");
}

#[test]
fn a_payload_that_cannot_be_read_is_refused_and_recorded() {
    let long = vec![b'['; sponsio_hosts::limits::PAYLOAD_BYTES_MAX + 10];
    let cases: [(&[u8], &str); 7] = [
        (b"", "the payload is empty"),
        (b"{\"session_id\":", "the payload is not one JSON object"),
        (b"[]", "the payload is not one JSON object"),
        (b"\xff\xfe", "the payload is not UTF-8"),
        (b"{}", "the payload has no"),
        (b"{\"session_id\":\"s\",\"session_id\":\"t\"}", "occurs twice"),
        (&long, "the payload has more than"),
    ];
    for (payload, why) in cases {
        let desk = Desk::with(NEVER);
        refused(&desk.hook("claude-code", payload), why);
        let failure = desk.log()[0]["failure"].clone();
        assert!(failure.as_str().unwrap().starts_with("payload_"), "{why}: {failure}");
    }
}

#[test]
fn every_host_refuses_an_empty_payload() {
    let desk = Desk::with(NEVER);
    for host in HOSTS {
        let ran = desk.hook(host.name, b"");
        assert_eq!(ran.code, Some(2), "{}", host.name);
        assert!(ran.err.contains("the payload is empty"), "{}", host.name);
    }
}

#[test]
fn arguments_that_are_over_a_limit_are_refused() {
    let desk = Desk::with(NEVER);
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let payload = format!(
        "{{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"s\",\"tool_name\":\"x\",\
         \"tool_input\":{{\"a\":{deep}}}}}"
    );
    refused(&desk.hook("claude-code", payload.as_bytes()), "deeper than");
    let twice = b"{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"s\",\"tool_name\":\"x\",\
        \"tool_input\":{\"a\":1,\"a\":2}}";
    refused(&desk.hook("claude-code", twice), "could not be judged");
}

#[test]
fn contracts_that_cannot_be_used_refuse_everything() {
    refused(&Desk::with(": [bad").claude(&wire()), "the contracts cannot be used");
    refused(&Desk::with("agents: {}").claude(&wire()), "the contracts cannot be used");
    let mut desk = Desk::new();
    desk.config = Some(desk.folder.path().join("none.yaml"));
    refused(&desk.claude(&wire()), "none.yaml");
}

#[test]
fn the_users_own_file_with_several_agents_needs_a_name() {
    let desk = Desk::with("agents: {a: [\"never call `x`\"], b: [\"never call `y`\"]}");
    refused(&desk.claude(&wire()), "there is no agent `claude-code`");
}

#[test]
fn a_store_that_cannot_be_used_refuses_everything() {
    let desk = Desk::new();
    fs::create_dir_all(desk.state()).unwrap();
    fs::write(desk.state().join("sessions"), "a file").unwrap();
    refused(&desk.claude(&shell("cargo test")), "the store of sessions cannot be opened");
}

#[test]
fn a_log_that_cannot_be_written_refuses_everything() {
    let desk = Desk::new();
    fs::create_dir_all(desk.state().join("audit.jsonl")).unwrap();
    refused(&desk.claude(&shell("cargo test")), "audit.jsonl");
}

#[cfg(unix)]
#[test]
fn files_that_others_may_write_to_refuse_everything() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    runs(&desk.claude(&shell("cargo test")));
    let log = desk.state().join("audit.jsonl");
    fs::set_permissions(&log, fs::Permissions::from_mode(0o666)).unwrap();
    refused(&desk.claude(&shell("cargo build")), "others than its owner may use it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses() {
    let desk = Desk::new();
    fs::create_dir_all(desk.state()).unwrap();
    std::os::unix::fs::symlink("/dev/full", desk.state().join("audit.jsonl")).unwrap();
    refused(&desk.claude(&shell("cargo test")), "audit.jsonl");
}

#[test]
fn an_unknown_host_is_refused_in_every_hosts_words() {
    let ran = Desk::new().hook("nobody", b"{}");
    refused(&ran, "there is no host `nobody`; the hosts are claude-code, codex");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&answer["cancel"], &answer["permission"]), (&json!(true), &json!("deny")));
}

#[test]
fn a_hook_that_is_installed_wrongly_refuses() {
    let ran = crate::program::run(&["hook", "claude-code", "--mode", "maybe"]);
    refused(&ran, "the hook is not installed as it should be: invalid value 'maybe'");
    refused(&crate::program::run(&["hook"]), "not installed as it should be");
}

#[test]
fn the_environment_and_the_project_do_not_change_what_is_enforced() {
    let desk = Desk::new();
    fs::write(
        desk.folder.path().join("sponsio.yaml"),
        "mode: observe\nagents: {\"*\": [\"never call `x`\"]}",
    )
    .unwrap();
    let state = desk.state();
    let args = ["hook", "claude-code", "--state", state.to_str().unwrap()];
    let mut hook = command(&args);
    hook.current_dir(desk.folder.path()).stdin(Stdio::piped());
    hook.env("SPONSIO_MODE", "observe").env("SPONSIO_CONFIG", "sponsio.yaml");
    let mut child = hook.spawn().unwrap();
    let payload = serde_json::to_vec(&shell("cat ~/.ssh/id_rsa")).unwrap();
    child.stdin.take().unwrap().write_all(&payload).unwrap();
    refused(&end(child), "keys and credentials are not read");
}

#[test]
fn a_payload_that_never_ends_is_answered_in_time() {
    let desk = Desk::new();
    let state = desk.state();
    let args = ["hook", "claude-code", "--state", state.to_str().unwrap()];
    let mut child = command(&args).stdin(Stdio::piped()).spawn().unwrap();
    // The pipe stays open until the hook has ended by itself.
    let pipe = child.stdin.take();
    let ran = end(child);
    drop(pipe);
    refused(&ran, "took too long");
}

#[test]
fn help_is_help() {
    let ran = crate::program::run(&["hook", "--help"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("Reads one payload of a host"), "{ran:?}");
}

/// The folder of recorded payloads.
fn recorded(host: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hosts/tests/hosts/payloads").join(host)
}

#[test]
fn every_recorded_payload_is_answered_by_the_program() {
    for host in HOSTS {
        let desk = Desk::new();
        for entry in fs::read_dir(recorded(host.name)).unwrap() {
            let path = entry.unwrap().path();
            let ran = desk.hook(host.name, &fs::read(&path).unwrap());
            let is_unknown = path.to_str().unwrap().contains("unknown");
            assert!(is_unknown || ran.code == Some(0), "{}: {ran:?}", path.display());
        }
    }
}
