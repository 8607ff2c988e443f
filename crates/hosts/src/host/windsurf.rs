//! Windsurf Cascade: one event for each kind of action, details in `tool_info`. Only exit code 2 of a `pre_` event
//! refuses, and the reason is what stands on standard error.

use serde_json::json;
use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::dialect;
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::install::{File, Install, Kind, settings::Layout};
use crate::payload::Object;
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "windsurf",
    title: "Windsurf Cascade",
    version: "documentation of 2026",
    waits: 60,
    project: None,
    words: Said { asks: false, warns: true, stops: false, prompts: true },
    gaps: &[
        "a hook that is killed, late or fails otherwise lets the action run; there is no switch for it",
        "searches and pages of the web have no hook",
        "it has no way for a hook to ask its user: what waits for a person is refused",
        "it cannot be told not to stop",
    ],
    canary: "{\"agent_action_name\":\"pre_mcp_tool_use\",\"trajectory_id\":\"SESSION\",\
        \"tool_info\":{\"mcp_server_name\":\"canary\",\"mcp_tool_name\":\"run_command\",\
        \"mcp_tool_arguments\":ARGS}}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[File { path: ".codeium/windsurf/hooks.json", kind: Kind::Settings(LAYOUT) }],
        project: &[File { path: ".windsurf/hooks.json", kind: Kind::Settings(LAYOUT) }],
        signs: &[".codeium/windsurf"],
        program: None,
        then: &[],
    }),
    hear,
    reply: |_, form, ruling| {
        let reply = Reply::quiet(ruling);
        let is_stoppable = matches!(form, Form::Call | Form::Prompt);
        if ruling.decision.runs() || !is_stoppable { reply } else { reply.refusing() }
    },
};

const LAYOUT: Layout = Layout {
    beside: &[],
    events: &[
        "pre_run_command",
        "pre_write_code",
        "pre_read_code",
        "pre_mcp_tool_use",
        "pre_user_prompt",
        "post_run_command",
        "post_write_code",
        "post_read_code",
        "post_mcp_tool_use",
        "post_cascade_response",
    ],
    entry: |_, hook| json!({ "command": hook.command(), "show_output": true }),
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["agent_action_name"])?;
    let event =
        event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("agent_action_name"))?;
    let info = payload.object("tool_info")?;
    let args = || payload.arguments("tool_info");
    let id = payload.name(&["execution_id"])?;
    let call = |tool: &str| Call { id: id.clone(), tool: tool.into(), args: args() };
    let ended = |call| What::Result { call, ended: Outcome::Unknown, output: None };
    let server = || -> Result<Call, Unheard> {
        let tool = info.need(&["mcp_tool_name"])?;
        let tool = match info.name(&["mcp_server_name"])? {
            Some(server) => format!("mcp__{server}__{tool}").into(),
            None => tool,
        };
        Ok(Call { id: id.clone(), tool, args: info.arguments("mcp_tool_arguments") })
    };
    let what = match &*event {
        "pre_run_command" => What::Call(call("run_command")),
        "post_run_command" => ended(call("run_command")),
        "pre_write_code" => What::Call(call("edit_file")),
        "post_write_code" => ended(call("edit_file")),
        "pre_read_code" => What::Call(call("view_file")),
        "post_read_code" => ended(call("view_file")),
        "pre_mcp_tool_use" => What::Call(server()?),
        "post_mcp_tool_use" => What::Result {
            call: server()?,
            ended: Outcome::Unknown,
            output: info.output(&["mcp_result"]),
        },
        "pre_user_prompt" => What::Prompt(info.text("user_prompt").unwrap_or_default()),
        "post_cascade_response" => What::Said(info.text("response").unwrap_or_default()),
        "post_cascade_response_with_transcript" | "post_setup_worktree" => What::Nothing,
        other => dialect::unknown(payload, other)?,
    };
    Ok(Heard {
        session: payload.need(&["trajectory_id"])?,
        cwd: info.text("cwd"),
        workspace: None,
        by: Actor::default(),
        dialect: "",
        event,
        what,
    })
}
