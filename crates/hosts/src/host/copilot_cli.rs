//! GitHub Copilot CLI and cloud agent: two dialects, which the case of the event's name chooses.
//!
//! `preToolUse` sends `toolName` and `toolArgs` and no name of the event, so the members tell what happened;
//! `PreToolUse` sends the payload of Claude Code. Answers to both are flat: `permissionDecision` at the top.

use serde_json::json;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::dialect;
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::install::{File, Install, Kind, own};
use crate::payload::Object;
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "copilot-cli",
    title: "GitHub Copilot CLI",
    version: "1.0.102",
    waits: 30,
    project: None,
    words: Said { asks: true, warns: false, stops: true, prompts: false },
    gaps: &[
        "a hook that is late, or prints broken JSON, lets the tool run; there is no switch for it",
        "hooks of a repository do not run in `-p` mode unless the folder is trusted",
        "the cloud agent refuses what waits for a person",
        "calls have no id, and those of sub-agents do not say whose they are",
    ],
    canary: "{\"sessionId\":\"SESSION\",\"timestamp\":0,\"cwd\":\"/\",\"toolName\":\"bash\",\
        \"toolArgs\":ARGS}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[File {
            path: ".copilot/hooks/sponsio.json",
            kind: Kind::Own { text: own::copilot, is_executable: false },
        }],
        project: &[File {
            path: ".github/hooks/sponsio.json",
            kind: Kind::Own { text: own::copilot, is_executable: false },
        }],
        signs: &[".copilot"],
        program: Some("copilot"),
        then: &["in `-p` mode Copilot runs the hooks of a repository only with `--trust-folder`"],
    }),
    hear,
    reply: |event, form, ruling| {
        let reason = ruling.reason();
        let permission = |decision: &str| {
            json!({ "permissionDecision": decision, "permissionDecisionReason": reason,
                "hookSpecificOutput": { "hookEventName": event, "permissionDecision": decision,
                    "permissionDecisionReason": reason } })
        };
        match (form, ruling.decision) {
            (_, Decision::Allow | Decision::Warn)
            | (Form::Note | Form::Result | Form::Prompt, _) => Reply::quiet(ruling),
            (Form::Call, Decision::Escalate) => Reply::object(&permission("ask"), ruling),
            (Form::Call, _) => Reply::object(&permission("deny"), ruling).refusing(),
            // An exit code other than 0 is a failed hook there, and the agent stops.
            (Form::Stop, _) => {
                Reply::object(&json!({ "decision": "block", "reason": reason }), ruling)
            }
        }
    },
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    if payload.raw("hook_event_name").is_some() {
        return Ok(Heard { dialect: "snake", ..dialect::hear(payload, told)? });
    }
    let has = |name: &str| payload.raw(name).is_some();
    let event = match told {
        Some(event) => event,
        None if has("toolResult") => "postToolUse",
        None if has("toolName") => "preToolUse",
        None if has("prompt") => "userPromptSubmitted",
        None if has("stopReason") => "agentStop",
        None if has("source") => "sessionStart",
        None => "sessionEnd",
    };
    let what = match event {
        "preToolUse" => What::Call(call(payload)?),
        "postToolUse" => {
            let result = payload.object("toolResult")?;
            let ended = match result.text("resultType").as_deref() {
                Some("success") => Outcome::Ok,
                Some("failure") => Outcome::Error,
                Some("denied") => Outcome::Denied,
                _ => Outcome::Unknown,
            };
            What::Result { call: call(payload)?, ended, output: payload.output(&["toolResult"]) }
        }
        "userPromptSubmitted" => What::Prompt(payload.text("prompt").unwrap_or_default()),
        "sessionStart" => What::Began,
        "sessionEnd" => What::Over,
        "agentStop" => What::Stop { again: payload.is_true("stopHookActive") },
        "subagentStart" => {
            let to = payload.name(&["agentName", "agentType"])?;
            What::Delegated(to.unwrap_or_else(|| "sub-agent".into()))
        }
        "subagentStop" | "errorOccurred" | "permissionRequest" => What::Nothing,
        other => dialect::unknown(payload, other)?,
    };
    Ok(Heard {
        event: event.into(),
        dialect: "camel",
        session: payload.need(&["sessionId"])?,
        cwd: payload.text("cwd"),
        workspace: None,
        by: Actor::default(),
        what,
    })
}

fn call(payload: &Object<'_>) -> Result<Call, Unheard> {
    let id = payload.name(&["toolCallId", "toolUseId"])?;
    Ok(Call { id, tool: payload.need(&["toolName"])?, args: payload.arguments("toolArgs") })
}
