//! Cursor: an event of its own for each kind of call, and `permission` as the answer.
//!
//! A command is announced twice, as `preToolUse` and as `beforeShellExecution`, and so is a call of a server. Both
//! are read as the same call with the same arguments, so that it is one step. With `failClosed` an empty answer
//! blocks, so what runs is said.

use serde_json::json;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Outcome;
use sponsio_engine::strategy::Mode;

use super::{Host, Said};
use crate::dialect;
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::install::{File, Install, Kind, settings::Layout};
use crate::payload::{Object, object_of};
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "cursor",
    title: "Cursor",
    version: "3.15",
    waits: 60,
    project: None,
    words: Said { asks: true, warns: true, stops: true, prompts: true },
    gaps: &[
        "a file that is open in the editor is read without a hook",
        "what a hook allows, or wants asked, is overruled by Cursor's own approvals; only a refusal is sure",
        "calls of sub-agents are sessions of their own: nothing in them says who started them",
    ],
    canary: "{\"hook_event_name\":\"preToolUse\",\"conversation_id\":\"SESSION\",\
        \"cursor_version\":\"3\",\"tool_name\":\"Shell\",\"tool_input\":ARGS,\
        \"tool_use_id\":\"canary\"}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[File { path: ".cursor/hooks.json", kind: Kind::Settings(LAYOUT) }],
        project: &[File { path: ".cursor/hooks.json", kind: Kind::Settings(LAYOUT) }],
        signs: &[".cursor"],
        program: Some("cursor"),
        then: &[],
    }),
    hear,
    reply: |_, form, ruling| {
        let reason = ruling.reason();
        let permission = |word: &str| json!({ "permission": word, "user_message": reason, "agent_message": reason });
        match (form, ruling.decision) {
            (Form::Call, Decision::Allow) => {
                Reply::object(&json!({ "permission": "allow" }), ruling)
            }
            (Form::Call, Decision::Warn) => {
                Reply::object(&json!({ "permission": "allow", "user_message": reason }), ruling)
            }
            (Form::Call, Decision::Escalate) => Reply::object(&permission("ask"), ruling),
            (Form::Call, _) => Reply::object(&permission("deny"), ruling).refusing(),
            (Form::Prompt, Decision::Allow | Decision::Warn) => {
                Reply::object(&json!({ "continue": true }), ruling)
            }
            (Form::Prompt, _) => {
                let object = json!({ "continue": false, "user_message": reason });
                Reply::object(&object, ruling).refusing()
            }
            (_, Decision::Allow) => Reply::object(&json!({}), ruling),
            (Form::Stop, Decision::Warn) | (Form::Note, _) => Reply::object(&json!({}), ruling),
            (Form::Stop, _) => Reply::object(&json!({ "followup_message": reason }), ruling),
            (Form::Result, _) => Reply::object(&json!({ "additional_context": reason }), ruling),
        }
    },
};

const LAYOUT: Layout = Layout {
    beside: &[("version", "1")],
    events: &[
        "preToolUse",
        "beforeShellExecution",
        "beforeMCPExecution",
        "beforeReadFile",
        "postToolUse",
        "postToolUseFailure",
        "beforeSubmitPrompt",
        "sessionEnd",
        "stop",
        "subagentStart",
    ],
    entry: |event, hook| {
        let mut one = json!({ "command": hook.command(), "timeout": 60 });
        let is_question = event == "preToolUse" || event.starts_with("before");
        if let (true, Mode::Enforce, Some(one)) = (is_question, hook.mode, one.as_object_mut()) {
            one.insert("failClosed".to_owned(), true.into());
        }
        one
    },
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["hook_event_name"])?;
    let event =
        event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("hook_event_name"))?;
    Ok(Heard {
        what: what(payload, &event)?,
        event,
        dialect: "",
        session: payload.need(&["conversation_id", "session_id"])?,
        cwd: payload
            .object("tool_input")?
            .text("working_directory")
            .or_else(|| payload.text("cwd")),
        workspace: payload.first("workspace_roots"),
        by: Actor {
            id: payload.name(&["agent_id"])?,
            kind: payload.name(&["agent_type"])?,
            parent: payload.name(&["parent_conversation_id"])?,
        },
    })
}

fn what(payload: &Object<'_>, event: &str) -> Result<What, Unheard> {
    let output = || payload.output(&["tool_output", "output", "result_json", "error_message"]);
    let ended = |call, ended| What::Result { call, ended, output: output() };
    Ok(match event {
        "preToolUse" => What::Call(call(payload)?),
        "postToolUse" => ended(call(payload)?, Outcome::Ok),
        "postToolUseFailure" => {
            let how = match payload.text("failure_type").as_deref() {
                Some("timeout") => Outcome::Timeout,
                Some("permission_denied") => Outcome::Denied,
                _ => Outcome::Error,
            };
            ended(call(payload)?, how)
        }
        "beforeShellExecution" => What::Call(shell(payload)?),
        "afterShellExecution" => ended(shell(payload)?, Outcome::Unknown),
        "beforeMCPExecution" => What::Call(server(payload)?),
        "afterMCPExecution" => ended(server(payload)?, Outcome::Unknown),
        "beforeReadFile" | "beforeTabFileRead" => What::Call(Call {
            id: None,
            tool: "Read".into(),
            args: object_of(&[("file_path", payload.raw("file_path"))]),
        }),
        "beforeSubmitPrompt" => What::Prompt(payload.text("prompt").unwrap_or_default()),
        "afterAgentResponse" => What::Said(payload.text("text").unwrap_or_default()),
        "sessionStart" => What::Began,
        "sessionEnd" => What::Over,
        "stop" => {
            let loops = payload.raw("loop_count").map_or("0", |count| count.get());
            What::Stop { again: loops != "0" }
        }
        "subagentStart" => {
            let to = payload.name(&["subagent_type"])?;
            What::Delegated(to.unwrap_or_else(|| "sub-agent".into()))
        }
        "subagentStop" | "afterFileEdit" | "afterTabFileEdit" | "afterAgentThought" => {
            What::Nothing
        }
        "preCompact" | "workspaceOpen" => What::Nothing,
        other => dialect::unknown(payload, other)?,
    })
}

/// The call of the general events. Commands and files are brought into the form of their own events.
fn call(payload: &Object<'_>) -> Result<Call, Unheard> {
    let input = payload.object("tool_input")?;
    let named = dialect::call(payload)?;
    let args = match &*named.tool {
        "Shell" | "Terminal" => object_of(&[("command", input.raw("command"))]),
        "Read" => match input.raw("file_path") {
            Some(path) => object_of(&[("file_path", Some(path))]),
            None => named.args,
        },
        _ => named.args,
    };
    Ok(Call { args, ..named })
}

/// The command of the events of commands.
fn shell(payload: &Object<'_>) -> Result<Call, Unheard> {
    let args = object_of(&[("command", payload.raw("command"))]);
    Ok(Call { id: payload.name(&["tool_use_id"])?, tool: "Shell".into(), args })
}

/// The call of the events of servers, which `preToolUse` names `MCP:tool`.
fn server(payload: &Object<'_>) -> Result<Call, Unheard> {
    let named = dialect::call(payload)?;
    let tool = match named.tool.strip_prefix("MCP:") {
        Some(_) => named.tool,
        None => format!("MCP:{}", named.tool).into(),
    };
    Ok(Call { tool, ..named })
}
