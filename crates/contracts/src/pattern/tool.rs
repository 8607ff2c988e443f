//! Which tools may be used at all.

use sponsio_engine::strategy::Strategy;

use super::tool_spec::ToolSpec;
use super::{Category, Kind, Parameter, Pattern, two_tools};

pub(super) static TOOL_ALLOWLIST: Pattern = Pattern {
    name: "tool_allowlist",
    category: Category::Tool,
    doc: "no tool is called but the listed ones",
    parameters: &[Parameter::new("allowed_tools", Kind::ToolList, "what may be called")],
    shape: "G(called_any -> called(tool) | …)",
    example_args: "[[read_file, list_files]]",
    example: "agent may only call `read_file`, `list_files`",
    canonical: &["agent may only call {allowed_tools}"],
    forms: &[
        "[the] agent (may|can|must) only (call|use|run) [tool|tools] {allowed_tools}",
        "only [tool|tools] {allowed_tools} (may|can) be (called|used|run)",
        "only [tool|tools] {allowed_tools} (is|are) allowed",
        "(allow|permit) only [tool|tools] {allowed_tools}",
        "only (call|use) [tool|tools] {allowed_tools}",
    ],
    formula: |i| {
        let calls: Vec<String> =
            i.list(0).iter().map(|tool| ToolSpec::new(tool).called()).collect();
        format!("G(called_any -> {})", calls.join(" | "))
    },
    describe: |i| format!("only [{}] may be called", i.list(0).join(", ")),
    instead: "use one of the allowed tools",
    ..Pattern::BASE
};

pub(super) static REDIRECT_TO_SAFE: Pattern = Pattern {
    name: "redirect_to_safe",
    category: Category::Tool,
    doc: "`unsafe` is not called; the caller is told to run `safe` in its place",
    parameters: &[
        Parameter::new("unsafe", Kind::Tool, "what must not run"),
        Parameter::new("safe", Kind::ToolName, "what runs in its place"),
        Parameter::optional("message", Kind::Text, "why, for the agent"),
    ],
    shape: "G !called(unsafe)",
    example_args: "[delete_file, move_to_trash]",
    example: "redirect `delete_file` to `move_to_trash`",
    canonical: &["redirect {unsafe} to {safe} [because {message}]"],
    forms: &[
        "redirect [tool] {unsafe} to [tool] {safe} [because {message}]",
        "replace [tool] {unsafe} (with|by) [tool] {safe} [because {message}]",
        "use [tool] {safe} instead of [tool] {unsafe} [because {message}]",
    ],
    formula: |i| format!("G !{}", i.tool(0).called()),
    describe: |i| match i.text(2) {
        "" => format!("redirect `{}` -> `{}`", i.text(0), i.text(1)),
        message => format!("redirect `{}` -> `{}` ({message})", i.text(0), i.text(1)),
    },
    problem: |i| {
        let several =
            || format!("`safe` is `{}`, which is several tools; one runs in the place", i.text(1));
        two_tools(i).or_else(|| (!i.tool(1).is_single()).then(several))
    },
    strategy: |i| {
        Some(Strategy::RedirectToSafe { tool: i.text(1).into(), message: i.text(2).into() })
    },
    ..Pattern::BASE
};
