//! Streams, colours, widths, and inputs that nobody would write.

#![expect(clippy::disallowed_methods, reason = "logs and folders are made for the program")]

use std::fs;

use crate::program::{command, data, finish, run, run_with_input};

const CHECK: [&str; 5] = ["check", "-c", "refunds.yaml", "-t", "violated.jsonl"];

#[test]
fn colour_is_for_terminals_or_those_who_ask() {
    let coloured = |command: &mut std::process::Command| finish(command).out.contains('\u{1b}');
    assert!(!coloured(&mut command(&CHECK)), "a pipe is no terminal");
    let always = [&CHECK[..], &["--color", "always"]].concat();
    assert!(coloured(&mut command(&always)));
    let never = [&CHECK[..], &["--color", "never"]].concat();
    assert!(!coloured(command(&never).env("CLICOLOR_FORCE", "1")));
    assert!(!coloured(command(&CHECK).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
}

#[test]
fn a_narrow_page_is_wrapped() {
    for width in ["48", "64"] {
        let args = ["explain", "C3", "-c", "refunds.yaml"];
        let ran = finish(command(&args).env("COLUMNS", width));
        let columns: usize = width.parse().unwrap();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        for line in ran.out.lines() {
            assert!(line.chars().count() <= columns, "{width}: {line}");
        }
    }
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let mut child = command(&["patterns"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_trace_may_come_from_standard_input() {
    let trace = fs::read_to_string(data().join("clean.jsonl")).unwrap();
    let ran = run_with_input(&["check", "-t", "-", "-c", "refunds.yaml"], &trace);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.starts_with("standard input "), "{ran:?}");
}

#[test]
fn a_trace_cannot_send_control_sequences_to_the_terminal() {
    let args = ["check", "-t", "hostile.json", "-c", "hostile.yaml"];
    for args in [args.to_vec(), [&args[..], &["--json"]].concat()] {
        let ran = run(&args);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(!ran.out.contains(['\u{1b}', '\u{202e}']) || args.contains(&"--json"), "{ran:?}");
        assert!(!ran.out.contains('\u{1b}'), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf8_is_an_error_and_no_panic() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let path = OsStr::from_bytes(b"\xff.yaml");
    let cases: [&[&OsStr]; 4] = [
        &["validate".as_ref(), "--config".as_ref(), path],
        &["check".as_ref(), "-t".as_ref(), path, "-c".as_ref(), "refunds.yaml".as_ref()],
        &["replay".as_ref(), path],
        &["explain".as_ref(), path],
    ];
    for case in cases {
        let ran = finish(&mut command(case));
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(!format!("{}{}", ran.out, ran.err).contains("panicked"), "{ran:?}");
    }
}

#[test]
fn a_log_that_was_changed_replays_differently_and_one_that_is_none_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    run(&["demo", "wire", "--keep", kept.to_str().unwrap()]);
    let log = kept.join("wire/record.jsonl");
    let contracts = kept.join("wire/sponsio.yaml");
    let replay = |json: bool| {
        let mut args = vec!["replay", log.to_str().unwrap(), "-c", contracts.to_str().unwrap()];
        args.extend(json.then_some("--json"));
        run(&args)
    };
    let document: serde_json::Value = serde_json::from_str(&replay(true).out).unwrap();
    assert_eq!(document["identical"], true);
    assert_eq!(document["lines"], document["replayed"]);

    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("\"decision\":\"block\"", "\"decision\":\"allow\"", 1)).unwrap();
    let ran = replay(false);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.starts_with("different: line "), "{ran:?}");
    let document: serde_json::Value = serde_json::from_str(&replay(true).out).unwrap();
    assert_eq!(document["identical"], false);
    assert_eq!(document["difference"]["recorded"], "allow");

    for (text, expect) in [("", "has no lines"), ("{\"v\":1}\n", "is no log"), ("x\n", "is no log")]
    {
        fs::write(&log, text).unwrap();
        let ran = replay(false);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(expect), "{ran:?}");
    }
}

#[test]
fn files_that_were_set_aside_are_replayed_before_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    run(&["demo", "wire", "--keep", kept.to_str().unwrap()]);
    let log = kept.join("wire/record.jsonl");
    let contracts = kept.join("wire/sponsio.yaml");
    let text = fs::read_to_string(&log).unwrap();
    let (first, rest) = text.split_at(text.find('\n').unwrap() + 1);
    fs::write(kept.join("wire/record.jsonl.000001"), first).unwrap();
    fs::write(&log, rest).unwrap();
    let ran = run(&["replay", log.to_str().unwrap(), "-c", contracts.to_str().unwrap(), "--json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["lines"], text.lines().count());
    assert_eq!(document["identical"], true, "{ran:?}");
}

#[test]
fn one_session_is_shown_with_what_comes_out_differently() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    run(&["demo", "wire", "--keep", kept.to_str().unwrap()]);
    let log = kept.join("wire/record.jsonl");
    let contracts = kept.join("wire/sponsio.yaml");
    let show = |more: &[&str]| {
        let args =
            ["replay", log.to_str().unwrap(), "-c", contracts.to_str().unwrap(), "-s", "wire"];
        run(&[&args[..], more].concat())
    };
    let ran = show(&[]);
    assert!(ran.code == Some(0) && ran.out.contains("identical: "), "{ran:?}");
    let document: serde_json::Value = serde_json::from_str(&show(&["--json"]).out).unwrap();
    assert_eq!(document["again"]["identical"], true);
    let steps = document["steps"].as_array().unwrap();
    assert_eq!(steps[0]["record"]["seq"], 1);
    assert!(steps.iter().all(|step| step.get("differs").is_none()));

    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("\"decision\":\"block\"", "\"decision\":\"allow\"", 1)).unwrap();
    let ran = show(&[]);
    assert!(ran.code == Some(1) && ran.out.contains("differs  line "), "{ran:?}");
    let document: serde_json::Value = serde_json::from_str(&show(&["--json"]).out).unwrap();
    let steps = document["steps"].as_array().unwrap();
    let differs: Vec<_> = steps.iter().filter_map(|step| step.get("differs")).collect();
    assert_eq!((differs.len(), &differs[0]["recorded"]), (1, &"allow".into()));
}

#[test]
fn a_trace_and_its_spans_are_judged_alike() {
    let folder = tempfile::tempdir().unwrap();
    let spans = folder.path().join("spans.json");
    let ran = run(&["export", "violated.jsonl", "--to", spans.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    let judged = |file: &str| {
        let ran = run(&["check", "-c", "refunds.yaml", "-t", file, "--json"]);
        let mut document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let sessions = document["files"][0]["sessions"].take();
        let of = |session: &serde_json::Value| {
            let objections = session["objections"].as_array().unwrap().iter();
            objections.map(|o| (o["seq"].clone(), o["reason"].clone())).collect::<Vec<_>>()
        };
        (ran.code, sessions.as_array().unwrap().iter().map(of).collect::<Vec<_>>())
    };
    assert_eq!(judged("violated.jsonl"), judged(spans.to_str().unwrap()));
}

#[test]
fn a_report_finds_the_folder_of_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("kept/of/bot");
    fs::create_dir_all(&logs).unwrap();
    fs::copy(data().join("audit.jsonl"), logs.join("a.jsonl")).unwrap();
    let config = folder.path().join("sponsio.yaml");
    fs::write(&config, "sessions_dir: kept\ncontracts: [never call `rm`]\n").unwrap();
    let expect = run(&["report", "audit.jsonl"]);
    assert_eq!(expect.code, Some(0), "{expect:?}");
    let ran = finish(command(&["report"]).current_dir(folder.path()));
    assert_eq!(ran.out, expect.out, "{ran:?}");
    let variable = finish(command(&["report"]).env("SPONSIO_SESSIONS_DIR", &logs));
    assert_eq!(variable.out, expect.out, "{variable:?}");
}

#[test]
fn a_completion_script_names_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, Some(0));
        for command in sponsio_cli::command().get_subcommands() {
            assert!(ran.out.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
    }
}

#[test]
fn help_goes_to_standard_output_and_every_command_has_an_example() {
    let ran = run(&["--help"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for command in sponsio_cli::command().get_subcommands() {
        let help = run(&[command.get_name(), "--help"]);
        assert!(help.out.contains("Example"), "{}", command.get_name());
        assert!(command.get_about().is_some(), "{}", command.get_name());
    }
    assert!(run(&["check", "--help"]).out.contains("Exits with 0 if nothing objects"));
    sponsio_cli::command().debug_assert();
}
