//! OpenAI Codex CLI: the payloads of Claude Code with `turn_id` and `model`; a stricter reader of answers.
//!
//! Its objects may hold no member that it does not know, and `ask` counts as a failure of the hook, after which the
//! tool runs: a question is a refusal here.

use super::{Host, Said};
use crate::dialect::{self, Words};
use crate::install::{File, Install, Kind, settings::Layout};

pub(super) const HOST: Host = Host {
    name: "codex",
    title: "OpenAI Codex CLI",
    version: "0.169.0",
    waits: 600,
    project: None,
    words: Said { asks: false, warns: true, stops: true, prompts: true },
    gaps: &[
        "a hook that its user has not reviewed is skipped without a word, and the tool runs",
        "a hook that is killed, late or broken lets the tool run; there is no switch for it",
        "it has no way for a hook to ask its user: what waits for a person is refused",
    ],
    canary: "{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"SESSION\",\"cwd\":\"/\",\
        \"tool_name\":\"Bash\",\"tool_input\":ARGS,\"tool_use_id\":\"canary\"}",
    canary_of_sub_agent: Some(r#""agent_id":"canary","agent_type":"canary""#),
    install: Some(Install {
        user: &[File { path: ".codex/hooks.json", kind: Kind::Settings(LAYOUT) }],
        project: &[File { path: ".codex/hooks.json", kind: Kind::Settings(LAYOUT) }],
        signs: &[".codex"],
        program: Some("codex"),
        then: &[
            "open `/hooks` in Codex and trust the hooks of Sponsio: until then Codex skips them",
        ],
    }),
    hear: dialect::hear,
    reply: |event, form, ruling| {
        dialect::reply(event, form, ruling, Words { asks: false, warns: true })
    },
};

const LAYOUT: Layout = Layout {
    beside: &[],
    events: &[
        "PreToolUse",
        "PostToolUse",
        "UserPromptSubmit",
        "SessionStart",
        "SessionEnd",
        "Stop",
        "SubagentStart",
    ],
    entry: |event, hook| dialect::group(event, hook, None),
};
