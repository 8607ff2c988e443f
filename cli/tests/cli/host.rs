//! `sponsio host` on real files: installed, proved, taken out again.

#![expect(clippy::unwrap_used, reason = "a test fails where the program or the disk does")]
#![expect(clippy::disallowed_methods, reason = "the files of hosts are made and looked at here")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sponsio_hosts::HOSTS;

use crate::program::{Ran, command, finish};

/// A home and a project.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("project")).unwrap();
        Self(folder)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn host(&self, args: &[&str]) -> Ran {
        self.run(&[&["host"], args].concat())
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = command(args);
        command.current_dir(self.path("project")).env("HOME", self.0.path());
        finish(command.env_remove("XDG_STATE_HOME"))
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[track_caller]
fn ends(ran: &Ran, code: i32, why: &str) {
    let text = format!("{}{}", ran.out, ran.err).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(text.contains(why), "{ran:?}");
}

const SETTINGS: &str = ".claude/settings.json";
const THEIRS: &str = "{\n  // mine\n  \"permissions\": {\"deny\": [\"Read(.env)\"]},\n  \"hooks\": {\n    \
    \"PreToolUse\": [{\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"theirs\"}]}]\n  }\n}\n";

#[test]
fn every_host_is_installed_proved_and_taken_out_again() {
    for host in HOSTS.iter().filter(|host| host.install.is_some()) {
        for scope in ["user", "project"] {
            let desk = Desk::new();
            let install = host.install.as_ref().unwrap();
            let all = if scope == "user" { install.user } else { install.project };
            if all.is_empty() {
                ends(&desk.host(&["install", host.name, "--scope", scope]), 2, "has no hooks in");
                continue;
            }
            let ran = desk.host(&["install", host.name, "--scope", scope]);
            ends(&ran, 0, "a call that cannot be judged is refused");
            ends(&ran, 0, "a call of `true` runs");
            ends(&desk.host(&["test", host.name, "--scope", scope]), 0, "is refused");
            ends(&desk.host(&["status", host.name, "--scope", scope]), 0, "tells it to ask");
            ends(&desk.host(&["uninstall", host.name, "--scope", scope]), 0, "removed");
            assert_eq!(files(desk.0.path()), Vec::<PathBuf>::new(), "{}", host.name);
            ends(&desk.host(&["status", host.name, "--scope", scope]), 1, "does not tell it");
        }
    }
}

#[test]
fn what_others_wrote_stays_to_the_byte() {
    let desk = Desk::new();
    desk.write(SETTINGS, THEIRS);
    ends(&desk.host(&["install", "claude-code"]), 0, "(written)");
    let installed = desk.read(SETTINGS);
    assert!(installed.contains("theirs") && installed.contains("// mine"), "{installed}");
    assert!(installed.contains("\"onFailure\": \"block\""), "{installed}");
    ends(&desk.host(&["install", "claude-code"]), 0, "(as it should be)");
    assert_eq!(desk.read(SETTINGS), installed);
    assert_eq!(desk.read(".claude/settings.json.before-sponsio"), THEIRS);
    ends(&desk.host(&["uninstall", "claude-code"]), 0, "(without our hooks)");
    assert_eq!(desk.read(SETTINGS), THEIRS);
    assert_eq!(files(&desk.path(".claude")).len(), 1);
}

#[test]
fn another_mode_replaces_the_installation() {
    let desk = Desk::new();
    ends(&desk.host(&["install", "codex"]), 0, "OpenAI Codex CLI (enforce)");
    let ran = desk.host(&["install", "codex", "--mode", "observe"]);
    ends(&ran, 0, "runs and is recorded");
    let text = desk.read(".codex/hooks.json");
    assert!(text.contains("--mode observe") && !text.contains("--mode enforce"), "{text}");
}

#[test]
fn the_contracts_that_are_named_are_those_of_the_hook() {
    let desk = Desk::new();
    desk.write("project/sponsio.yaml", "agents: {\"*\": [\"never call `bash`\"]}");
    let ran = desk.host(&["install", "copilot-cli", "--config", "sponsio.yaml"]);
    ends(&ran, 0, "a call of `true` is refused");
    let hooks: Value = serde_json::from_str(&desk.read(".copilot/hooks/sponsio.json")).unwrap();
    let command = hooks["hooks"]["preToolUse"][0]["bash"].as_str().unwrap();
    assert!(command.contains("project/sponsio.yaml"), "{command}");
}

#[test]
fn an_installation_that_does_not_refuse_is_found_out() {
    let desk = Desk::new();
    desk.host(&["install", "claude-code"]);
    let text = desk.read(SETTINGS);
    let program = env!("CARGO_BIN_EXE_sponsio");
    assert!(text.contains(program), "{text}");
    desk.write(SETTINGS, &text.replace(program, "/nowhere/sponsio"));
    ends(&desk.host(&["test", "claude-code"]), 1, "would RUN");
}

#[test]
fn contracts_that_cannot_be_used_are_not_installed() {
    let desk = Desk::new();
    desk.write("project/wrong.yaml", ": [bad");
    let ran = desk.host(&["install", "goose", "--config", "wrong.yaml"]);
    ends(&ran, 2, "the contracts in `wrong.yaml` cannot be used");
    assert_eq!(files(desk.0.path()).len(), 1);
}

#[test]
fn the_doctor_says_what_holds_and_what_does_not() {
    let desk = Desk::new();
    ends(&desk.run(&["doctor"]), 0, "is made by the first call");
    desk.host(&["install", "claude-code", "codex"]);
    let ran = desk.run(&["doctor"]);
    ends(&ran, 0, "claude-code (user), main: a call that cannot be judged is refused");
    ends(&ran, 0, "a hook that its user has not reviewed is skipped");
    let settings = desk.read(SETTINGS);
    desk.write(SETTINGS, &settings.replace(env!("CARGO_BIN_EXE_sponsio"), "/nowhere/sponsio"));
    ends(&desk.run(&["doctor"]), 1, "would RUN");
    let sessions = desk.path(".local/state/sponsio/sessions");
    let _ = fs::remove_dir_all(&sessions);
    fs::create_dir_all(sessions.parent().unwrap()).unwrap();
    fs::write(&sessions, "a file").unwrap();
    ends(&desk.run(&["doctor"]), 1, "bad sessions:");
}

#[test]
fn a_file_that_cannot_be_edited_stays_as_it_is() {
    let desk = Desk::new();
    desk.write(SETTINGS, "{\"hooks\": []}");
    ends(&desk.host(&["install", "claude-code"]), 2, "its `hooks` is not an object");
    assert_eq!(desk.read(SETTINGS), "{\"hooks\": []}");
    desk.write(".cline/hooks/PreToolUse", "#!/bin/sh\necho theirs\n");
    ends(&desk.host(&["install", "cline"]), 2, "somebody else wrote it");
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let desk = Desk::new();
    desk.write("dotfiles/settings.json", THEIRS);
    fs::create_dir_all(desk.path(".claude")).unwrap();
    std::os::unix::fs::symlink(desk.path("dotfiles/settings.json"), desk.path(SETTINGS)).unwrap();
    ends(&desk.host(&["install", "claude-code"]), 2, "is a symbolic link");
    ends(&desk.host(&["uninstall", "claude-code"]), 2, "is a symbolic link");
    assert_eq!(desk.read("dotfiles/settings.json"), THEIRS);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.write(SETTINGS, "{}");
    let mode = |path: &str| fs::metadata(desk.path(path)).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(desk.path(SETTINGS), fs::Permissions::from_mode(0o600)).unwrap();
    desk.host(&["install", "claude-code", "cline"]);
    assert_eq!(mode(SETTINGS), 0o600);
    assert_eq!(mode(".cline/hooks/PreToolUse") & 0o111, 0o111);
}

#[cfg(unix)]
#[test]
fn the_script_for_cline_refuses_where_nothing_answers() {
    let desk = Desk::new();
    desk.host(&["install", "cline"]);
    let script = desk.read(".cline/hooks/PreToolUse");
    let broken = script.replace(env!("CARGO_BIN_EXE_sponsio"), "/nowhere/sponsio");
    desk.write(".cline/hooks/PreToolUse", &broken);
    let output = std::process::Command::new(desk.path(".cline/hooks/PreToolUse")).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["cancel"], true);
}

#[test]
fn hosts_are_listed() {
    let desk = Desk::new();
    desk.write(SETTINGS, "{}");
    desk.host(&["install", "gemini-cli", "--scope", "project", "--mode", "observe"]);
    let list: Value = serde_json::from_str(&desk.host(&["list", "--json"]).out).unwrap();
    let of =
        |name: &str| list.as_array().unwrap().iter().find(|host| host["name"] == name).unwrap();
    assert_eq!(of("claude-code")["found"], true);
    assert_eq!(of("gemini-cli")["project"], "observe");
    assert_eq!(of("gemini-cli").get("user"), None);
    ends(&desk.host(&["list"]), 0, "gemini-cli");
    ends(&desk.host(&["install", "nobody"]), 2, "there is no host `nobody`");
}
