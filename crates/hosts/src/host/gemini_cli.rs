//! Gemini CLI: `BeforeTool`, `AfterTool`, `BeforeAgent`, `AfterAgent`; answers are `decision` and `reason`.
//!
//! Calls have no id: a result is joined with its call by the tool. Tools of servers are `mcp_<server>_<tool>`.

use serde_json::json;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::dialect;
use crate::heard::{Heard, Unheard, What};
use crate::install::{File, Install, Kind, settings::Layout};
use crate::payload::Object;
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "gemini-cli",
    title: "Gemini CLI",
    version: "0.61.0",
    waits: 60,
    project: Some("GEMINI_PROJECT_DIR"),
    words: Said { asks: false, warns: true, stops: true, prompts: true },
    gaps: &[
        "a hook that is killed, late or broken lets the tool run; there is no switch for it",
        "it has no way for a hook to ask its user: what waits for a person is refused",
        "calls of sub-agents do not say whose they are",
    ],
    canary: "{\"hook_event_name\":\"BeforeTool\",\"session_id\":\"SESSION\",\"cwd\":\"/\",\
        \"tool_name\":\"run_shell_command\",\"tool_input\":ARGS}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[File { path: ".gemini/settings.json", kind: Kind::Settings(LAYOUT) }],
        project: &[File { path: ".gemini/settings.json", kind: Kind::Settings(LAYOUT) }],
        signs: &[".gemini"],
        program: Some("gemini"),
        then: &[],
    }),
    hear,
    reply: |_, form, ruling| {
        let reason = ruling.reason();
        match (form, ruling.decision) {
            (_, Decision::Allow) => Reply::quiet(ruling),
            (_, Decision::Warn) | (Form::Note, _) => {
                Reply::object(&json!({ "systemMessage": reason }), ruling)
            }
            (Form::Call | Form::Result | Form::Prompt | Form::Stop, _) => {
                let object = json!({ "decision": "deny", "reason": reason });
                Reply::object(&object, ruling).refusing()
            }
        }
    },
};

const LAYOUT: Layout = Layout {
    beside: &[],
    events: &["BeforeTool", "AfterTool", "BeforeAgent", "AfterAgent", "SessionStart", "SessionEnd"],
    entry: |event, hook| {
        let one = json!({ "type": "command", "name": "sponsio", "command": hook.command(),
            "timeout": 60_000 });
        match event {
            "BeforeTool" | "AfterTool" => json!({ "matcher": ".*", "hooks": [one] }),
            _ => json!({ "hooks": [one] }),
        }
    },
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["hook_event_name"])?;
    let event =
        event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("hook_event_name"))?;
    let known = match &*event {
        "BeforeTool" => "PreToolUse",
        "AfterTool" => "PostToolUse",
        "BeforeAgent" => "UserPromptSubmit",
        "AfterAgent" => "Stop",
        "PreCompress" | "BeforeModel" | "AfterModel" | "BeforeToolSelection" => "Notification",
        other => other,
    };
    let mut heard = dialect::hear_as(payload, known, payload.need(&dialect::SESSION)?)?;
    if let What::Result { ended, .. } = &mut heard.what {
        let failed = payload.object("tool_response")?.raw("error").is_some();
        *ended = if failed { Outcome::Error } else { Outcome::Ok };
    }
    Ok(Heard { event, ..heard })
}
