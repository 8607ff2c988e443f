//! `generic`: any program that sends an agent context of AGENT-HOOKS 0.1 on standard input and reads a verdict.
//!
//! A question is a `deny` with an `approval`, which such a host may lift; a warning is an `allow` with `warnings`. A
//! `transform` rewrites arguments and not the tool, so a substitute is a `deny` that names it.

use serde_json::json;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::payload::Object;
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "generic",
    title: "AGENT-HOOKS 0.1",
    version: "agent-hooks/0.1",
    waits: 60,
    project: None,
    words: Said { asks: true, warns: true, stops: true, prompts: true },
    gaps: &["what the program does with a verdict is its own affair; nothing here can see it"],
    canary: "{\"spec\":\"agent-hooks/0.1\",\"interception_point\":\"pre_tool_call\",\
        \"timestamp\":\"2026-01-01T00:00:00Z\",\"sequence\":1,\"agent\":{\"id\":\"canary\",\
        \"framework\":\"canary\"},\"session\":{\"id\":\"SESSION\"},\
        \"tool_call\":{\"id\":\"canary\",\"name\":\"shell\",\"args\":ARGS},\"target\":ARGS}",
    canary_of_sub_agent: None,
    install: None,
    hear,
    reply: |_, form, ruling| {
        let message = ruling.reason();
        match ruling.decision {
            Decision::Allow => Reply::object(&json!({ "decision": "allow" }), ruling),
            Decision::Warn => {
                let warning = json!({ "reason": "contract_warned", "message": message });
                Reply::object(&json!({ "decision": "allow", "warnings": [warning] }), ruling)
            }
            Decision::Escalate => {
                let object = json!({ "decision": "deny", "reason": "approval_required",
                    "message": message, "approval": {} });
                Reply::object(&object, ruling).refusing()
            }
            Decision::Redirect | Decision::Block => {
                let reason = match (form, ruling.decision) {
                    (Form::Stop, _) => "obligations_open",
                    (_, Decision::Redirect) => "tool_replaced",
                    _ => "contract_violated",
                };
                let object = json!({ "decision": "deny", "reason": reason, "message": message });
                Reply::object(&object, ruling).refusing()
            }
        }
    },
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let point = payload.name(&["interception_point"])?;
    let point =
        point.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("interception_point"))?;
    let own = payload.object("tool_call")?;
    let call = || -> Result<Call, Unheard> {
        let id = own.name(&["id"])?;
        Ok(Call { id, tool: own.need(&["name"])?, args: own.arguments("args") })
    };
    let what = match &*point {
        "pre_tool_call" => What::Call(call()?),
        "post_tool_call" => {
            let result = payload.object("tool_result")?;
            let ended = if result.is_true("is_error") { Outcome::Error } else { Outcome::Ok };
            What::Result { call: call()?, ended, output: result.output(&["value"]) }
        }
        "input" => What::Prompt(content(&payload.object("input")?)),
        "post_model_call" => What::Said(content(&payload.object("response")?)),
        "output" => What::Stop { again: false },
        "agent_startup" => What::Began,
        "agent_shutdown" => What::Over,
        "pre_model_call" => What::Nothing,
        // The set of points is closed.
        _ => return Err(Unheard::Missing("interception_point")),
    };
    Ok(Heard {
        session: payload.object("session")?.need(&["id"])?,
        cwd: None,
        workspace: None,
        by: Actor::default(),
        dialect: "",
        event: point,
        what,
    })
}

/// A content as text; one that is an object, as its JSON.
fn content(holder: &Object<'_>) -> Box<str> {
    holder.text("content").or_else(|| holder.output(&["content"])).unwrap_or_default()
}
