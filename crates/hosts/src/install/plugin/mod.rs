//! Plugins for hosts whose hooks run inside them: each passes an event on to the program and acts on its answer.
//!
//! The text is JavaScript that needs nothing but Node's own modules. Whatever is not the answer "allow" with exit code
//! 0 throws or blocks: a program that is missing, that is killed, that prints something else.

use serde_json::{Value, json};
use sponsio_engine::strategy::Mode;

use super::Hook;
use super::own::mark;

const ASK: &str = include_str!("ask.js");
const OPENCODE: &str = include_str!("opencode.js");
const OPENCLAW: &str = include_str!("openclaw.js");

/// OpenCode's plugin.
pub(crate) fn opencode(hook: &Hook<'_>) -> String {
    script(hook, OPENCODE)
}

/// OpenClaw's plugin.
pub(crate) fn openclaw(hook: &Hook<'_>) -> String {
    script(hook, OPENCLAW)
}

/// What OpenClaw reads about its plugin.
pub(crate) fn openclaw_manifest(_: &Hook<'_>) -> String {
    let manifest = json!({ "id": "sponsio", "name": "Sponsio", "description": mark(),
        "configSchema": { "type": "object", "additionalProperties": false, "properties": {} } });
    format!("{manifest:#}\n")
}

/// What Node reads about OpenClaw's plugin.
pub(crate) fn openclaw_package(_: &Hook<'_>) -> String {
    let package = json!({ "name": "sponsio-openclaw", "private": true, "type": "module",
        "description": mark(), "openclaw": { "extensions": ["./index.js"] } });
    format!("{package:#}\n")
}

fn script(hook: &Hook<'_>, plugin: &str) -> String {
    let words = Value::from(hook.words());
    let is_closed = hook.mode == Mode::Enforce;
    format!(
        "// {}; `sponsio host uninstall {}` removes it.\n\
         const COMMAND = {words};\nconst CLOSED = {is_closed};\n\n{ASK}\n{plugin}",
        mark(),
        hook.host
    )
}
