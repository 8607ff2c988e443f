//! Cline: executable files that are named after the event; `cancel` as the answer.
//!
//! Exit codes are ignored, and hooks run in a daemon that was started earlier: nothing of the environment is read.

use serde_json::json;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::install::{File, Install, Kind, own};
use crate::payload::Object;
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "cline",
    title: "Cline",
    version: "3.0.65",
    waits: 120,
    project: None,
    words: Said { asks: false, warns: false, stops: false, prompts: true },
    gaps: &[
        "a hook that is killed, late or prints broken JSON lets the tool run; exit codes are ignored",
        "it has no way for a hook to ask its user: what waits for a person is refused",
        "it cannot be told not to stop",
    ],
    canary: "{\"hookName\":\"tool_call\",\"taskId\":\"SESSION\",\"tool_call\":{\"id\":\"canary\",\
        \"name\":\"execute_command\",\"input\":ARGS}}",
    canary_of_sub_agent: Some(r#""agent_id":"canary","parent_agent_id":"main""#),
    install: Some(Install {
        user: &[
            File {
                path: ".cline/hooks/PreToolUse",
                kind: Kind::Own { text: own::cline_before, is_executable: true },
            },
            File {
                path: ".cline/hooks/PostToolUse",
                kind: Kind::Own { text: own::cline_after, is_executable: true },
            },
            File {
                path: ".cline/hooks/UserPromptSubmit",
                kind: Kind::Own { text: own::cline_prompt, is_executable: true },
            },
        ],
        project: &[],
        signs: &[".cline"],
        program: Some("cline"),
        then: &[],
    }),
    hear,
    reply: |_, form, ruling| match (form, ruling.decision) {
        (_, Decision::Allow | Decision::Warn) => Reply::object(&json!({ "cancel": false }), ruling),
        (Form::Call | Form::Prompt, _) => {
            let object = json!({ "cancel": true, "errorMessage": ruling.reason() });
            Reply::object(&object, ruling).refusing()
        }
        (Form::Result | Form::Stop | Form::Note, _) => {
            let object = json!({ "cancel": false, "contextModification": ruling.reason() });
            Reply::object(&object, ruling)
        }
    },
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["hookName"])?;
    let event = event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("hookName"))?;
    let what = match &*event {
        "tool_call" | "PreToolUse" => What::Call(call(payload, "preToolUse")?),
        "tool_result" | "PostToolUse" => {
            let after = payload.object("postToolUse")?;
            let ended = match after.raw("success").map(|success| success.get()) {
                Some("true") => Outcome::Ok,
                Some("false") => Outcome::Error,
                _ => Outcome::Unknown,
            };
            let output = after.output(&["result"]);
            What::Result { call: call(payload, "postToolUse")?, ended, output }
        }
        "prompt_submit" | "UserPromptSubmit" => {
            What::Prompt(payload.object("userPromptSubmit")?.text("prompt").unwrap_or_default())
        }
        "agent_start" | "TaskStart" | "agent_resume" | "TaskResume" => What::Began,
        "session_shutdown" | "SessionShutdown" => What::Over,
        "agent_end" | "TaskComplete" => What::Stop { again: false },
        "agent_abort" | "TaskCancel" | "agent_error" | "TaskError" | "pre_compact"
        | "PreCompact" => What::Nothing,
        other => match call(payload, "preToolUse") {
            Ok(call) => What::Call(call),
            Err(_) => What::Call(Call { id: None, tool: other.into(), args: "{}".into() }),
        },
    };
    let parent = payload.name(&["parent_agent_id", "parentAgentId"])?;
    let id = match &parent {
        Some(_) => payload.name(&["agent_id", "agentId"])?,
        None => None,
    };
    Ok(Heard {
        session: payload.need(&["taskId", "sessionId"])?,
        cwd: payload.object("workspaceInfo")?.text_of(&["rootPath", "cwd"]),
        workspace: payload.first("workspaceRoots"),
        by: Actor { id, kind: None, parent },
        dialect: "",
        event,
        what,
    })
}

/// The call, in the member that has its id, or in the older one beside it.
fn call(payload: &Object<'_>, beside: &str) -> Result<Call, Unheard> {
    let own = payload.object("tool_call")?;
    let older = payload.object(beside)?;
    let id = own.name(&["id"])?;
    match own.name(&["name"])? {
        Some(tool) => Ok(Call { id, tool, args: own.arguments("input") }),
        None => {
            Ok(Call { id, tool: older.need(&["toolName"])?, args: older.arguments("parameters") })
        }
    }
}
