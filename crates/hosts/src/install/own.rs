//! Files that are ours as a whole.

use serde_json::{Value, json};

use super::Hook;
use super::hook::quoted;

/// What every file of ours says of itself.
const MARK: &str = "written by `sponsio host install`";

/// Whether a file is one of ours.
pub(super) fn is_ours(text: &str) -> bool {
    text.contains(MARK)
}

/// Copilot CLI: one file of hooks. The names of events in this case choose its own dialect.
pub(crate) fn copilot(hook: &Hook<'_>) -> String {
    let entry = |event: &str| {
        let command = hook.command_for(event);
        json!([{ "type": "command", "bash": command, "powershell": command, "timeoutSec": 30,
            "comment": MARK }])
    };
    let events = [
        "preToolUse",
        "postToolUse",
        "userPromptSubmitted",
        "sessionEnd",
        "agentStop",
        "subagentStart",
    ];
    let hooks: serde_json::Map<String, Value> =
        events.into_iter().map(|event| (event.to_owned(), entry(event))).collect();
    pretty(&json!({ "version": 1, "hooks": hooks }))
}

/// VS Code: one file of hooks.
pub(crate) fn vscode(hook: &Hook<'_>) -> String {
    let entry = json!([{ "type": "command", "command": hook.command(), "timeout": 30 }]);
    let events =
        ["PreToolUse", "PostToolUse", "UserPromptSubmit", "SessionStart", "Stop", "SubagentStart"];
    let hooks: serde_json::Map<String, Value> =
        events.into_iter().map(|event| (event.to_owned(), entry.clone())).collect();
    pretty(&json!({ "description": MARK, "hooks": hooks }))
}

/// Goose: the hooks of a plugin. A matcher is an unanchored pattern, and a bare `*` would disable it.
pub(crate) fn goose(hook: &Hook<'_>) -> String {
    let entry = |closed: bool| {
        let mut one = json!({ "type": "command", "command": hook.command(), "timeout": 30 });
        if closed && let Some(one) = one.as_object_mut() {
            one.insert("on_failure".to_owned(), "block".into());
        }
        one
    };
    pretty(&json!({ "description": MARK, "hooks": {
        "PreToolUse": [{ "matcher": ".", "hooks": [entry(true)] }],
        "PostToolUse": [{ "matcher": ".", "hooks": [entry(false)] }],
        "Stop": [{ "hooks": [entry(false)] }],
    }}))
}

/// Kiro: one file of hooks.
pub(crate) fn kiro(hook: &Hook<'_>) -> String {
    let one = |trigger: &str| {
        json!({ "name": format!("sponsio-{trigger}"), "description": MARK, "trigger": trigger,
            "matcher": ".*", "timeout": 60, "enabled": true,
            "action": { "type": "command", "command": hook.command_for(trigger) } })
    };
    pretty(&json!({ "version": "v1", "hooks": [
        one("PreToolUse"), one("PostToolUse"), one("UserPromptSubmit"),
    ]}))
}

/// Cline: one executable file for each event. Cline ignores exit codes and takes a missing answer for consent, so what
/// is no answer is turned into a refusal here.
fn cline(hook: &Hook<'_>, event: &str) -> String {
    let fallback = match hook.mode {
        sponsio_engine::strategy::Mode::Enforce => {
            r#"{"cancel":true,"errorMessage":"Sponsio did not answer, so nothing runs"}"#
        }
        sponsio_engine::strategy::Mode::Observe => r#"{"cancel":false}"#,
    };
    format!(
        "#!/bin/sh\n# {MARK}; `sponsio host uninstall cline` removes it.\nanswer=$({})\ncase $answer in\n\
         '{{'*'}}') printf '%s\\n' \"$answer\" ;;\n*) printf '%s\\n' '{fallback}' ;;\nesac\n",
        hook.command_for(event)
    )
}

/// Cline, before a call.
pub(crate) fn cline_before(hook: &Hook<'_>) -> String {
    cline(hook, "PreToolUse")
}

/// Cline, after a call.
pub(crate) fn cline_after(hook: &Hook<'_>) -> String {
    cline(hook, "PostToolUse")
}

/// Cline, when the user said something.
pub(crate) fn cline_prompt(hook: &Hook<'_>) -> String {
    cline(hook, "UserPromptSubmit")
}

/// The command in a script of ours.
pub(super) fn command(text: &str) -> Option<String> {
    let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    if let Some(words) = line("const COMMAND = ") {
        let words: Vec<String> = serde_json::from_str(words.trim_end_matches(';')).ok()?;
        return Some(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
    }
    line("answer=$(").and_then(|line| line.strip_suffix(')')).map(str::to_owned)
}

/// The mark for files of other modules.
pub(super) fn mark() -> &'static str {
    MARK
}

fn pretty(value: &Value) -> String {
    // Values of our own are maps with text keys, which cannot fail to serialise.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
