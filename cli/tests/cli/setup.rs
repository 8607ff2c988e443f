//! `sponsio init` proposes a contract file, `sponsio mode` switches one, `sponsio host trace` shows what was asked.

#![expect(clippy::unwrap_used, reason = "a test fails where the program or the disk does")]
#![expect(clippy::disallowed_methods, reason = "the files of a project are made and read here")]

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::hook::{Desk, call};
use crate::program::{Ran, command, finish, run};

/// A project in a folder, and a home in which there is no coding agent.
struct Project(tempfile::TempDir);

impl Project {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn contracts(&self) -> PathBuf {
        self.0.path().join("sponsio.yaml")
    }

    fn run(&self, args: &[&str]) -> Ran {
        let home = self.0.path().join("home");
        finish(command(args).current_dir(self.0.path()).env("HOME", home).env("PATH", "/nowhere"))
    }

    fn plan(&self) -> Value {
        let ran = self.run(&["init", "--plan", "--json"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }
}

#[test]
fn a_plan_gives_a_reason_for_each_pack_and_writes_nothing() {
    let project = Project::with(&[(
        "pyproject.toml",
        "[project]\ndependencies = [\"langgraph>=0.2\", \"psycopg[binary]\"]\n",
    )]);
    let plan = project.plan();
    assert_eq!(plan["frameworks"][0]["name"], "LangGraph");
    let packs = plan["packs"].as_array().unwrap();
    let database = packs.iter().find(|pack| pack["name"] == "capability/database").unwrap();
    assert_eq!(database["why"], "pyproject.toml names psycopg");
    assert!(!project.contracts().exists());
}

#[test]
fn what_is_written_is_valid_and_only_observes() {
    let project = Project::with(&[("package.json", r#"{"dependencies": {"axios": "1"}}"#)]);
    assert_eq!(project.run(&["init", "--apply"]).code, Some(0));
    let text = fs::read_to_string(project.contracts()).unwrap();
    assert!(text.contains("\nmode: observe\n") && text.contains("network-egress"), "{text}");
    let ran = project.run(&["validate", "sponsio.yaml"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_host_that_is_here_gets_the_pack_for_coding_agents() {
    let project = Project::with(&[]);
    fs::create_dir(project.0.path().join(".claude")).unwrap();
    let plan = project.plan();
    assert_eq!(plan["hosts"], json!(["claude-code"]));
    assert_eq!(plan["packs"][0]["name"], "host/coding-agent");
}

#[test]
fn a_contract_file_that_is_there_is_replaced_only_where_that_is_said() {
    let project = Project::with(&[("sponsio.yaml", "agents: {\"*\": [\"never call `x`\"]}\n")]);
    let before = fs::read_to_string(project.contracts()).unwrap();
    let ran = project.run(&["init", "--apply"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(fs::read_to_string(project.contracts()).unwrap(), before);
    assert_eq!(project.run(&["init"]).code, Some(0));
    assert_eq!(fs::read_to_string(project.contracts()).unwrap(), before);
    assert_eq!(project.run(&["init", "--apply", "--force"]).code, Some(0));
    assert!(fs::read_to_string(project.contracts()).unwrap() != before);
    let copy = project.contracts().with_file_name("sponsio.yaml.before-sponsio");
    assert_eq!(fs::read_to_string(copy).unwrap(), before);
}

#[test]
fn a_mode_is_switched_and_everything_else_stays() {
    let text =
        "# ours\nversion: 1\nmode: enforce # for now\nagents: {\"*\": [\"never call `x`\"]}\n";
    let project = Project::with(&[("sponsio.yaml", text)]);
    let ran = project.run(&["mode", "observe"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expect = text.replace("mode: enforce", "mode: observe");
    assert_eq!(fs::read_to_string(project.contracts()).unwrap(), expect);
    assert_eq!(project.run(&["mode", "enforce"]).code, Some(0));
    assert_eq!(fs::read_to_string(project.contracts()).unwrap(), text);
}

#[test]
fn a_file_that_cannot_be_used_is_not_switched() {
    let text = "mode: enforce\nagents: [bad";
    let project = Project::with(&[("sponsio.yaml", text)]);
    assert_eq!(project.run(&["mode", "observe"]).code, Some(2));
    assert_eq!(fs::read_to_string(project.contracts()).unwrap(), text);
}

#[test]
fn the_trace_of_hosts_shows_what_was_asked() {
    let desk = Desk::with("agents: {\"*\": [\"never call `wire`\"]}");
    let state = desk.state();
    let trace = |more: &[&str]| {
        run(&[&["host", "trace", "--state", state.to_str().unwrap()], more].concat())
    };
    assert_eq!(trace(&[]).code, Some(2));
    desk.claude(&call("wire", "1", &json!({})));
    let ran = trace(&["claude-code"]);
    assert!(ran.code == Some(0) && ran.out.contains("wire"), "{ran:?}");
    assert_eq!(trace(&["codex"]).out, "");
}
