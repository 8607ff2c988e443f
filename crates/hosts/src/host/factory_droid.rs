//! Factory Droid: the protocol of Claude Code; its tools are `Execute`, `Create`, `Edit`.

use super::{Host, Said};
use crate::dialect::{self, Words};
use crate::install::{File, Install, Kind, settings::Layout};

pub(super) const HOST: Host = Host {
    name: "factory-droid",
    title: "Factory Droid",
    version: "documentation of 2026",
    waits: 60,
    project: Some("FACTORY_PROJECT_DIR"),
    words: Said { asks: true, warns: true, stops: true, prompts: true },
    gaps: &["a hook that is killed, late or broken lets the tool run; there is no switch for it"],
    canary: "{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"SESSION\",\"cwd\":\"/\",\
        \"tool_name\":\"Execute\",\"tool_input\":ARGS,\"tool_use_id\":\"canary\"}",
    canary_of_sub_agent: Some(r#""agent_id":"canary","agent_type":"canary""#),
    install: Some(Install {
        user: &[File { path: ".factory/settings.json", kind: Kind::Settings(LAYOUT) }],
        project: &[File { path: ".factory/settings.json", kind: Kind::Settings(LAYOUT) }],
        signs: &[".factory"],
        program: Some("droid"),
        then: &["where a `hooks.json` stands beside the settings, Droid reads the hooks of that \
                file only: move them into `settings.json`"],
    }),
    hear: dialect::hear,
    reply: |event, form, ruling| {
        dialect::reply(event, form, ruling, Words { asks: true, warns: true })
    },
};

/// The documentation prefers a `hooks.json`, which versions of 2026 do not read; the settings are read by all.
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
