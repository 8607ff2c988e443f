//! OpenClaw: `before_tool_call` and `after_tool_call` of a plugin of ours, which passes them on as payloads.
//!
//! The plugin asks through the host's own approvals (`requireApproval`) and blocks on any answer that it does not
//! understand.

use serde_json::json;

use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::install::{File, Install, Kind, plugin};
use crate::payload::Object;
use crate::reply::{Form, Reply, Ruling};

pub(super) const HOST: Host = Host {
    name: "openclaw",
    title: "OpenClaw",
    version: "2026.9.6",
    waits: 15,
    project: None,
    words: Said { asks: true, warns: false, stops: false, prompts: false },
    gaps: &[
        "a plugin that takes longer than its time is skipped, and the tool runs",
        "it cannot be told not to stop",
    ],
    canary: "{\"event\":\"before_tool_call\",\"sessionKey\":\"SESSION\",\"toolName\":\"exec\",\
        \"toolCallId\":\"canary\",\"params\":ARGS}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[
            File {
                path: ".openclaw/extensions/sponsio/index.js",
                kind: Kind::Own { text: plugin::openclaw, is_executable: false },
            },
            File {
                path: ".openclaw/extensions/sponsio/openclaw.plugin.json",
                kind: Kind::Own { text: plugin::openclaw_manifest, is_executable: false },
            },
            File {
                path: ".openclaw/extensions/sponsio/package.json",
                kind: Kind::Own { text: plugin::openclaw_package, is_executable: false },
            },
        ],
        project: &[],
        signs: &[".openclaw"],
        program: Some("openclaw"),
        then: &["run `openclaw plugins enable sponsio`, then start its gateway again"],
    }),
    hear,
    reply,
};

/// What a plugin of ours is answered: always an object, so that an empty answer is a failure.
pub(super) fn reply(_: &str, form: Form, ruling: &Ruling) -> Reply {
    let is_refused = form == Form::Call && !ruling.decision.runs();
    let decision = if is_refused { ruling.decision.name() } else { "allow" };
    let object = json!({ "decision": decision, "reason": ruling.reason() });
    let reply = Reply::object(&object, ruling);
    if is_refused { reply.refusing() } else { reply }
}

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["event"])?;
    let event = event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("event"))?;
    let call = || -> Result<Call, Unheard> {
        let id = payload.name(&["toolCallId"])?;
        Ok(Call { id, tool: payload.need(&["toolName"])?, args: payload.arguments("params") })
    };
    let what = match &*event {
        "before_tool_call" => What::Call(call()?),
        "after_tool_call" => {
            let error = payload.raw("error").is_some();
            let ended = if error { Outcome::Error } else { Outcome::Ok };
            let output = payload.output(&["result", "error"]);
            What::Result { call: call()?, ended, output }
        }
        "message_received" => What::Prompt(payload.text("text").unwrap_or_default()),
        "session_start" => What::Began,
        "session_end" => What::Over,
        other => match call() {
            Ok(call) => What::Call(call),
            Err(_) => What::Call(Call { id: None, tool: other.into(), args: "{}".into() }),
        },
    };
    Ok(Heard {
        session: payload.need(&["sessionKey", "sessionId", "runId"])?,
        cwd: payload.text("cwd"),
        workspace: None,
        by: Actor::default(),
        dialect: "",
        event,
        what,
    })
}
