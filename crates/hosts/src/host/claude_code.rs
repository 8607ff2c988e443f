//! Claude Code: `hook_event_name` with a tool and its input; answers in `hookSpecificOutput`.
//!
//! Calls of sub-agents carry `agent_id` and `agent_type`. The deny stands beside exit code 2, so that it holds also
//! where the JSON is not read.

use super::{Host, Said};
use crate::dialect::{self, Words};
use crate::install::{File, Install, Kind, settings::Layout};

pub(super) const HOST: Host = Host {
    name: "claude-code",
    title: "Claude Code",
    version: "2.1.330",
    waits: 600,
    project: Some("CLAUDE_PROJECT_DIR"),
    words: Said { asks: true, warns: true, stops: true, prompts: true },
    gaps: &[
        "`disableAllHooks`, and managed settings that allow managed hooks only, switch the hooks of users off",
        "versions that do not know `onFailure` run the tool when the hook is killed",
    ],
    canary: "{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"SESSION\",\"cwd\":\"/\",\
        \"tool_name\":\"Bash\",\"tool_input\":ARGS,\"tool_use_id\":\"canary\"}",
    canary_of_sub_agent: Some(r#""agent_id":"canary","agent_type":"canary""#),
    install: Some(Install {
        user: &[File { path: ".claude/settings.json", kind: Kind::Settings(LAYOUT) }],
        project: &[File { path: ".claude/settings.json", kind: Kind::Settings(LAYOUT) }],
        signs: &[".claude"],
        program: Some("claude"),
        then: &[],
    }),
    hear: dialect::hear,
    reply: |event, form, ruling| {
        dialect::reply(event, form, ruling, Words { asks: true, warns: true })
    },
};

const LAYOUT: Layout = Layout {
    beside: &[],
    events: &[
        "PreToolUse",
        "PostToolUse",
        "PostToolUseFailure",
        "UserPromptSubmit",
        "SessionStart",
        "SessionEnd",
        "Stop",
        "SubagentStart",
    ],
    entry: |event, hook| dialect::group(event, hook, Some(("onFailure", "block"))),
};
