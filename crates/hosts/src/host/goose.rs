//! Goose: `event` instead of `hook_event_name`, `working_dir`, `tool_call_id`; only an empty answer lets a call run.
//!
//! Any other output than `{"decision":"allow"}` or nothing is a failure there, so a warning is only on standard error.

use serde_json::json;
use sponsio_engine::decision::Decision;

use super::{Host, Said};
use crate::dialect;
use crate::install::{File, Install, Kind, own};
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "goose",
    title: "Goose",
    version: "documentation of 2026",
    waits: 30,
    project: None,
    words: Said { asks: false, warns: false, stops: true, prompts: false },
    gaps: &[
        "it has no way for a hook to ask its user: what waits for a person is refused",
        "the folder of plugins is shared by convention with other programs, and nothing says which one called",
    ],
    canary: "{\"event\":\"PreToolUse\",\"session_id\":\"SESSION\",\"working_dir\":\"/\",\
        \"tool_name\":\"developer__shell\",\"tool_input\":ARGS,\
        \"tool_call_id\":\"canary\"}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[File {
            path: ".agents/plugins/sponsio/hooks/hooks.json",
            kind: Kind::Own { text: own::goose, is_executable: false },
        }],
        project: &[File {
            path: ".agents/plugins/sponsio/hooks/hooks.json",
            kind: Kind::Own { text: own::goose, is_executable: false },
        }],
        signs: &[".config/goose"],
        program: Some("goose"),
        then: &[],
    }),
    hear: dialect::hear,
    reply: |_, form, ruling| match (form, ruling.decision) {
        (_, Decision::Allow | Decision::Warn) | (Form::Note | Form::Result | Form::Prompt, _) => {
            Reply::quiet(ruling)
        }
        (Form::Call | Form::Stop, _) => {
            let object = json!({ "decision": "block", "reason": ruling.reason() });
            Reply::object(&object, ruling).refusing()
        }
    },
};
