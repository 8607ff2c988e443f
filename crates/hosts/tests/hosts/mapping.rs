//! Every decision has an answer in every form of every host, and none says less than was decided.

use serde_json::Value;
use sponsio_engine::decision::Decision;
use sponsio_hosts::reply::REFUSED;
use sponsio_hosts::{Form, HOSTS, Host, Reply, Ruling, What, find, universal};

const REASON: &str = "the contract \"never push\" objects; call `ask_owner` first";

/// The members that let a call run in some host's words.
const LETS_RUN: &[&str] = &[
    r#""permission":"allow""#,
    r#""permissionDecision":"allow""#,
    r#""decision":"allow""#,
    r#""cancel":false"#,
];

fn reply(host: &Host, form: Form, decision: Decision) -> Reply {
    let reason = if decision == Decision::Allow { "" } else { REASON };
    host.reply("PreToolUse", form, &Ruling::new(decision, reason))
}

fn replies(form: Form) -> impl Iterator<Item = (&'static Host, Decision, Reply)> {
    HOSTS.iter().flat_map(move |host| {
        Decision::ALL.map(|decision| (host, decision, reply(host, form, decision)))
    })
}

#[test]
fn standard_output_is_one_object_or_nothing() {
    for form in Form::ALL {
        for (host, decision, reply) in replies(form) {
            let is_object =
                serde_json::from_str::<Value>(&reply.stdout).is_ok_and(|value| value.is_object());
            let fits = reply.stdout.is_empty() || (is_object && reply.stdout.ends_with('\n'));
            assert!(fits, "{} {form:?} {decision}: {}", host.name, reply.stdout);
        }
    }
}

#[test]
fn a_call_that_runs_has_exit_code_0() {
    for (host, decision, reply) in replies(Form::Call).filter(|(_, d, _)| d.runs()) {
        assert_eq!(reply.exit, 0, "{} {decision}", host.name);
    }
}

#[test]
fn a_call_that_does_not_run_is_refused_or_asked_about() {
    for (host, decision, reply) in replies(Form::Call).filter(|(_, d, _)| !d.runs()) {
        let is_asked = decision == Decision::Escalate && host.words.asks && reply.exit == 0;
        assert!(reply.exit == REFUSED || is_asked, "{} {decision}", host.name);
        if is_asked {
            assert!(reply.stdout.contains("\"ask\""), "{}: {}", host.name, reply.stdout);
        }
        let lets_run = LETS_RUN.iter().find(|member| reply.stdout.contains(**member));
        assert_eq!(lets_run, None, "{} {decision}: {}", host.name, reply.stdout);
    }
}

#[test]
fn a_refusal_carries_its_reason_wherever_the_host_looks() {
    let said = REASON.replace('"', "\\\"");
    for (host, decision, reply) in replies(Form::Call).filter(|(_, d, _)| !d.runs()) {
        assert!(reply.stderr.contains(REASON), "{} {decision}", host.name);
        let is_told = reply.stdout.is_empty() || reply.stdout.contains(&said);
        assert!(is_told, "{} {decision}: {}", host.name, reply.stdout);
    }
}

#[test]
fn what_is_allowed_is_silent_for_people() {
    for form in Form::ALL {
        for (host, _, reply) in replies(form).filter(|(_, d, _)| *d == Decision::Allow) {
            assert_eq!(reply.stderr, "", "{} {form:?}", host.name);
        }
    }
}

#[test]
fn a_warning_is_shown_where_the_host_can_show_it_and_is_on_standard_error() {
    for (host, _, reply) in replies(Form::Call).filter(|(_, d, _)| *d == Decision::Warn) {
        assert!(reply.stderr.contains(REASON), "{}", host.name);
        // Windsurf shows what a hook prints to standard error.
        let is_shown = reply.stdout.contains("never push") || host.name == "windsurf";
        assert!(!host.words.warns || is_shown, "{}: {}", host.name, reply.stdout);
    }
}

#[test]
fn a_stop_is_refused_where_the_host_can_be_told_so() {
    for (host, _, reply) in replies(Form::Stop).filter(|(_, d, _)| *d == Decision::Block) {
        let is_refused = reply.exit == REFUSED
            || reply.stdout.contains("\"block\"")
            || reply.stdout.contains("followup_message");
        assert_eq!(is_refused, host.words.stops, "{}: {reply:?}", host.name);
    }
}

#[test]
fn a_prompt_is_held_back_where_the_host_can_be_told_so() {
    for (host, _, reply) in replies(Form::Prompt).filter(|(_, d, _)| *d == Decision::Block) {
        assert_eq!(reply.exit == REFUSED, host.words.prompts, "{}: {reply:?}", host.name);
    }
}

#[test]
fn codex_gets_no_member_that_it_does_not_know() {
    let known = ["continue", "decision", "hookSpecificOutput", "reason", "stopReason"];
    let known = [&known[..], &["suppressOutput", "systemMessage"]].concat();
    let inner = ["hookEventName", "permissionDecision", "permissionDecisionReason"];
    for form in Form::ALL {
        for decision in Decision::ALL {
            let reply = reply(find("codex").unwrap(), form, decision);
            let Ok(Value::Object(object)) = serde_json::from_str(&reply.stdout) else { continue };
            for (name, value) in &object {
                assert!(known.contains(&name.as_str()), "{name}");
                let members = value.as_object().into_iter().flatten();
                members.for_each(|(name, _)| assert!(inner.contains(&name.as_str()), "{name}"));
            }
            assert!(!reply.stdout.contains("\"ask\""), "it would let the call run");
        }
    }
}

#[test]
fn the_universal_refusal_says_no_in_every_hosts_words() {
    let reply = universal(&Ruling::new(Decision::Block, REASON));
    assert_eq!(reply.exit, REFUSED);
    assert!(reply.stderr.contains(REASON));
    let object: Value = serde_json::from_str(&reply.stdout).unwrap();
    assert_eq!(object["decision"], "block");
    assert_eq!(object["permission"], "deny");
    assert_eq!(object["permissionDecision"], "deny");
    assert_eq!(object["cancel"], true);
    assert_eq!(object["hookSpecificOutput"]["permissionDecision"], "deny");
}

#[test]
fn a_host_that_reads_the_registration_of_another_is_refused_in_every_hosts_words() {
    let payload =
        br#"{"cursor_version":"3.15","conversation_id":"c","hook_event_name":"preToolUse",
        "tool_name":"Shell","tool_input":{"command":"ls"}}"#;
    let (heard, sender) = find("claude-code").unwrap().hear(payload, None).unwrap();
    assert_eq!(sender.name, "cursor");
    let ruling = Ruling::new(Decision::Escalate, REASON);
    let reply = sender.reply_as_guest(&heard.event, heard.form(), &ruling);
    assert_eq!(reply, universal(&ruling));
}

#[test]
fn the_canary_of_a_host_asks_about_a_call() {
    for host in HOSTS {
        for is_sub_agent in [false, true] {
            let args = r#"{"command":"true"}"#;
            let Some(payload) = host.canary("s", args, is_sub_agent) else { continue };
            let (heard, sender) = host.hear(payload.as_bytes(), None).unwrap();
            assert_eq!(sender.name, host.name);
            assert_eq!(heard.by.is_sub_agent(), is_sub_agent, "{}", host.name);
            let What::Call(call) = heard.what else { panic!("{}: {payload}", host.name) };
            assert_eq!(&*call.args, args);
        }
    }
}
