//! Agents of VS Code: `hookEventName` and `sessionId` beside `tool_name`; answers as for Claude Code.
//!
//! The answer to a stop stands in `hookSpecificOutput`. Matchers are read and ignored, so one hook hears every tool.

use serde_json::json;

use super::{Host, Said};
use crate::dialect::{self, Words};
use crate::install::{File, Install, Kind, own};
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "vscode",
    title: "VS Code agents",
    version: "documentation of June 2026",
    waits: 30,
    project: None,
    words: Said { asks: true, warns: true, stops: true, prompts: true },
    gaps: &[
        "a hook that is killed, late or broken is a warning, and the tool runs; there is no switch for it",
        "calls of sub-agents do not say whose they are",
    ],
    canary: "{\"hookEventName\":\"PreToolUse\",\"sessionId\":\"SESSION\",\"cwd\":\"/\",\
        \"tool_name\":\"run_in_terminal\",\"tool_input\":ARGS,\
        \"tool_use_id\":\"canary\"}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[File {
            path: ".copilot/hooks/sponsio-vscode.json",
            kind: Kind::Own { text: own::vscode, is_executable: false },
        }],
        project: &[File {
            path: ".github/hooks/sponsio-vscode.json",
            kind: Kind::Own { text: own::vscode, is_executable: false },
        }],
        signs: &[".vscode", ".config/Code"],
        program: Some("code"),
        then: &[],
    }),
    hear: dialect::hear,
    reply: |event, form, ruling| {
        if form == Form::Stop && !ruling.decision.runs() {
            let reason = ruling.reason();
            let object = json!({ "decision": "block", "reason": reason, "hookSpecificOutput": {
                "hookEventName": event, "decision": "block", "reason": reason,
            }});
            return Reply::object(&object, ruling).refusing();
        }
        dialect::reply(event, form, ruling, Words { asks: true, warns: true })
    },
};
