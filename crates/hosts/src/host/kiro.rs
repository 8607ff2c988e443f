//! Kiro: `hook_event_name` in either case, `cwd`, a tool and its input. Only exit code 2 refuses.
//!
//! The command line of versions before 3 writes `preToolUse`, the editor and later versions `PreToolUse`. Some versions
//! send no session; its directory then stands for it.

use super::{Host, Said};
use crate::dialect;
use crate::heard::{Heard, Unheard};
use crate::install::{File, Install, Kind, own};
use crate::payload::Object;
use crate::reply::{Form, Reply};

pub(super) const HOST: Host = Host {
    name: "kiro",
    title: "Kiro",
    version: "CLI 2 and 3, IDE 1.0",
    waits: 60,
    project: None,
    words: Said { asks: false, warns: false, stops: false, prompts: true },
    gaps: &[
        "a hook that is killed or late lets the tool run; there is no switch for it",
        "the editor sends no arguments of tools in some versions: such calls are judged by their tool alone",
        "it has no way for a hook to ask its user: what waits for a person is refused",
        "it cannot be told not to stop",
    ],
    canary: "{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"SESSION\",\"cwd\":\"/\",\
        \"tool_name\":\"execute_bash\",\"tool_input\":ARGS}",
    canary_of_sub_agent: None,
    install: Some(Install {
        user: &[],
        project: &[File {
            path: ".kiro/hooks/sponsio.json",
            kind: Kind::Own { text: own::kiro, is_executable: false },
        }],
        signs: &[".kiro"],
        program: Some("kiro-cli"),
        then: &[],
    }),
    hear,
    reply: |_, form, ruling| {
        let reply = Reply::quiet(ruling);
        let is_stoppable = matches!(form, Form::Call | Form::Prompt);
        if ruling.decision.runs() || !is_stoppable { reply } else { reply.refusing() }
    },
};

fn hear(payload: &Object<'_>, told: Option<&str>) -> Result<Heard, Unheard> {
    let event = payload.name(&["hook_event_name", "hookEventName"])?;
    let event =
        event.or_else(|| told.map(Into::into)).ok_or(Unheard::Missing("hook_event_name"))?;
    let (known, dialect) = match &*event {
        "preToolUse" => ("PreToolUse", "cli-2"),
        "postToolUse" => ("PostToolUse", "cli-2"),
        "userPromptSubmit" => ("UserPromptSubmit", "cli-2"),
        "agentSpawn" => ("SessionStart", "cli-2"),
        "stop" => ("Stop", "cli-2"),
        other => (other, "cli-3"),
    };
    let cwd = payload.text("cwd");
    let session = payload.name(&dialect::SESSION)?;
    let session = session.or_else(|| cwd.clone()).ok_or(Unheard::Missing("session_id"))?;
    let heard = dialect::hear_as(payload, known, session)?;
    Ok(Heard { event, dialect, ..heard })
}
