//! OpenCode: its hooks run inside it, so a plugin of ours passes each event on as a payload and throws on refusal.
//!
//! The plugin that `sponsio host install` writes is the only sender of these payloads. It throws on any answer that is
//! not exit code 0 with `"decision":"allow"`, so nothing that fails lets a call run.

use sponsio_engine::event::Outcome;

use super::{Host, Said};
use crate::heard::{Actor, Call, Heard, Unheard, What};
use crate::host::openclaw;
use crate::install::{File, Install, Kind, plugin};
use crate::payload::Object;

pub(super) const HOST: Host = Host {
    name: "opencode",
    title: "OpenCode",
    version: "1.18.33",
    waits: 60,
    project: None,
    words: Said { asks: false, warns: false, stops: false, prompts: false },
    gaps: &[
        "it has no way for a plugin to ask its user: what waits for a person is refused",
        "it cannot be told not to stop",
    ],
    canary: "{\"event\":\"tool.execute.before\",\"sessionID\":\"SESSION\",\"tool\":\"bash\",\
        \"callID\":\"canary\",\"args\":ARGS}",
    canary_of_sub_agent: Some(r#""parentID":"canary""#),
    install: Some(Install {
        user: &[File {
            path: ".config/opencode/plugins/sponsio.js",
            kind: Kind::Own { text: plugin::opencode, is_executable: false },
        }],
        project: &[File {
            path: ".opencode/plugins/sponsio.js",
            kind: Kind::Own { text: plugin::opencode, is_executable: false },
        }],
        signs: &[".config/opencode"],
        program: Some("opencode"),
        then: &[],
    }),
    hear,
    reply: openclaw::reply,
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["event"])?;
    let event = event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("event"))?;
    let call = || -> Result<Call, Unheard> {
        let id = payload.name(&["callID"])?;
        Ok(Call { id, tool: payload.need(&["tool"])?, args: payload.arguments("args") })
    };
    let what = match &*event {
        "tool.execute.before" => What::Call(call()?),
        "tool.execute.after" => {
            What::Result { call: call()?, ended: Outcome::Ok, output: payload.output(&["output"]) }
        }
        "chat.message" => What::Prompt(payload.text("text").unwrap_or_default()),
        "session.created" => What::Began,
        "session.deleted" => What::Over,
        "session.idle" => What::Stop { again: true },
        other => match call() {
            Ok(call) => What::Call(call),
            Err(_) => What::Call(Call { id: None, tool: other.into(), args: "{}".into() }),
        },
    };
    // A sub-agent is a session of its own there, which names the one that started it.
    let (own, parent) = (payload.need(&["sessionID"])?, payload.name(&["parentID"])?);
    let id = parent.as_ref().map(|_| own.clone());
    Ok(Heard {
        session: parent.clone().unwrap_or(own),
        cwd: payload.text("directory"),
        workspace: None,
        by: Actor { id, kind: None, parent },
        dialect: "",
        event,
        what,
    })
}
