//! The protocol that Claude Code began and several hosts share: one `hook_event_name`, a tool and its input before and
//! after, and an answer in `hookSpecificOutput`.
//!
//! Hosts that share it differ in what they accept as an answer, so each has its own file; what they send is read here.

use serde_json::{Value, json};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::Outcome;
use sponsio_engine::strategy::Mode;

use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::install::Hook;
use crate::payload::Object;
use crate::reply::{Form, Reply, Ruling};

/// The member that names the event.
const EVENT: [&str; 3] = ["hook_event_name", "hookEventName", "event"];
/// Those that name the session.
pub(crate) const SESSION: [&str; 3] = ["session_id", "sessionId", "conversation_id"];
/// Those that name the call.
const CALL: [&str; 3] = ["tool_use_id", "tool_call_id", "toolUseId"];
/// What a call returned.
const OUTPUT: [&str; 4] = ["tool_response", "tool_result", "tool_output", "error"];

/// Reads a payload of this protocol. Where it does not name its event, `told` is the name.
pub(crate) fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = match payload.name(&EVENT)? {
        Some(event) => event,
        None => told.map(Into::into).ok_or(Unheard::Missing(EVENT[0]))?,
    };
    hear_as(payload, &event, payload.need(&SESSION)?)
}

/// Reads a payload of this session, whose event has this name in this protocol.
pub(crate) fn hear_as(
    payload: &Object<'_>,
    event: &str,
    session: Box<str>,
) -> Result<Heard, Unheard> {
    Ok(Heard {
        what: what(payload, event)?,
        cwd: payload.text_of(&["cwd", "working_dir"]),
        workspace: None,
        by: actor(payload)?,
        dialect: "",
        event: event.into(),
        session,
    })
}

fn what(payload: &Object<'_>, event: &str) -> Result<What, Unheard> {
    Ok(match event {
        "PreToolUse" => What::Call(call(payload)?),
        "PostToolUse" | "PostToolUseFailure" => {
            let is_failure = event == "PostToolUseFailure";
            What::Result {
                call: call(payload)?,
                ended: if is_failure { Outcome::Error } else { ended(payload) },
                output: payload.output(&OUTPUT),
            }
        }
        "UserPromptSubmit" => What::Prompt(payload.text("prompt").unwrap_or_default()),
        "SessionStart" => What::Began,
        "SessionEnd" => What::Over,
        "Stop" => What::Stop { again: payload.is_true("stop_hook_active") },
        "SubagentStart" => {
            let to = payload.name(&["agent_type", "agent_id"])?;
            What::Delegated(to.unwrap_or_else(|| "sub-agent".into()))
        }
        // The stop of a sub-agent is no stop of the session whose obligations would be asked.
        "SubagentStop" | "Notification" | "PermissionRequest" | "PermissionDenied" => What::Nothing,
        "PreCompact" | "PostCompact" | "Interrupt" | "StopFailure" | "PostToolBatch" => {
            What::Nothing
        }
        _ => unknown(payload, event)?,
    })
}

/// An event that is not known. With a tool it is a call like any other; without, it is a call of a tool with its
/// name, and contracts about unknown tools decide.
pub(crate) fn unknown(payload: &Object<'_>, event: &str) -> Result<What, Unheard> {
    let tool = payload.name(&["tool_name", "toolName"])?.unwrap_or_else(|| event.into());
    let args = match payload.raw("tool_input") {
        Some(_) => payload.arguments("tool_input"),
        None => payload.arguments("toolArgs"),
    };
    Ok(What::Call(Call { id: payload.name(&CALL)?, tool, args }))
}

/// The call that a payload names.
pub(crate) fn call(payload: &Object<'_>) -> Result<Call, Unheard> {
    Ok(Call {
        id: payload.name(&CALL)?,
        tool: payload.need(&["tool_name"])?,
        args: payload.arguments("tool_input"),
    })
}

/// How a call ended, from what it returned.
fn ended(payload: &Object<'_>) -> Outcome {
    match payload.object("tool_response") {
        Ok(response) if response.is_true("is_error") || response.is_true("isError") => {
            Outcome::Error
        }
        _ => Outcome::Ok,
    }
}

fn actor(payload: &Object<'_>) -> Result<Actor, Unheard> {
    Ok(Actor {
        id: payload.name(&["agent_id"])?,
        kind: payload.name(&["agent_type"])?,
        parent: payload.name(&["parent_agent_id"])?,
    })
}

/// What a host of this protocol can say about a call besides yes and no.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// Whether it asks its user.
    pub(crate) asks: bool,
    /// Whether it shows its user a `systemMessage`.
    pub(crate) warns: bool,
}

/// The answer in this protocol.
pub(crate) fn reply(event: &str, form: Form, ruling: &Ruling, words: Words) -> Reply {
    let reason = ruling.reason();
    match (form, ruling.decision) {
        (_, Decision::Allow) => Reply::quiet(ruling),
        (_, Decision::Warn) if words.warns => {
            Reply::object(&json!({ "systemMessage": reason }), ruling)
        }
        (_, Decision::Warn) => Reply::quiet(ruling),
        (Form::Call, Decision::Escalate) if words.asks => {
            Reply::object(&permission(event, "ask", &reason), ruling)
        }
        (Form::Call, Decision::Redirect | Decision::Escalate | Decision::Block) => {
            Reply::object(&permission(event, "deny", &reason), ruling).refusing()
        }
        (Form::Note, _) if words.warns => {
            Reply::object(&json!({ "systemMessage": reason }), ruling)
        }
        (Form::Note, _) => Reply::quiet(ruling),
        (Form::Result | Form::Prompt | Form::Stop, _) => {
            Reply::object(&json!({ "decision": "block", "reason": reason }), ruling).refusing()
        }
    }
}

fn permission(event: &str, decision: &str, reason: &str) -> Value {
    json!({ "hookSpecificOutput": {
        "hookEventName": event,
        "permissionDecision": decision,
        "permissionDecisionReason": reason,
    }})
}

/// The entry of a host's settings for one event: a group with one hook. `closes` is the member that makes a failed hook
/// a refusal, where the host has one.
pub(crate) fn group(event: &str, hook: &Hook<'_>, closes: Option<(&str, &str)>) -> Value {
    let mut one = json!({ "type": "command", "command": hook.command(), "timeout": 60 });
    if let (Some((name, value)), "PreToolUse", Mode::Enforce, Some(one)) =
        (closes, event, hook.mode, one.as_object_mut())
    {
        one.insert(name.to_owned(), value.into());
    }
    match event {
        "PreToolUse" | "PostToolUse" | "PostToolUseFailure" => {
            json!({ "matcher": "*", "hooks": [one] })
        }
        _ => json!({ "hooks": [one] }),
    }
}
