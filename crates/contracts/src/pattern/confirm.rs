//! What has to be confirmed by a call of its own.
//!
//! A confirmation is a tool like any other; whoever may call it can confirm. Where a person has to confirm,
//! the host must keep the tool from the agent, or the contract must ask for a permission: see `approval`.

use super::tool_spec::{ToolSpec, any_of};
use super::{Category, Instance, Kind, Parameter, Pattern, order, two_tools};

/// The tool whose call confirms an action.
fn confirmation(i: &Instance, index: usize) -> String {
    format!("confirm_{}", i.tool(index).name())
}

/// A name can be made only of the name of one tool.
fn one_tool(i: &Instance, index: usize) -> Option<String> {
    let tool = i.text(index);
    let message = || {
        let name = i.pattern().name;
        format!("`{name}` makes the name of a tool from `{tool}`, which is several tools")
    };
    (!i.tool(index).is_single()).then(message)
}

/// True where a call of `tool` was made after `since` was last true, and no call of it failed after that.
///
/// Whether an earlier failure is made good by a later call is decided by the later call; a failure after a
/// success asks for another call, because results do not say which of two calls counts.
pub(super) fn again_since(tool: &ToolSpec<'_>, since: &str, attempted: bool) -> String {
    let called = tool.called();
    if attempted {
        return format!("!(!{called} S {since})");
    }
    let ended = any_of(&[since.to_owned(), tool.failed()]);
    format!("{} & !(!{called} S {ended})", tool.done())
}

/// After a call of `source`, `sink` needs a later call of `tool`.
pub(super) fn gate(source: &str, tool: &ToolSpec<'_>, sink: &str, attempted: bool) -> String {
    format!("G({sink} & O {source} -> {})", again_since(tool, source, attempted))
}

pub(super) static MUST_CONFIRM: Pattern = Pattern {
    name: "must_confirm",
    category: Category::Approval,
    doc: "`action` is called only once the tool `confirm_` followed by its name was called and did not \
        fail; one confirmation is enough for the session",
    parameters: &[
        Parameter::new("action", Kind::Tool, "what needs confirmation"),
        order::ATTEMPTED,
    ],
    shape: "G(called(action) -> done(confirm_action))",
    example_args: "[drop_table]",
    example: "tool `drop_table` requires confirmation",
    canonical: &["tool {action} requires confirmation"],
    forms: &[
        "[calling] [tool|tools] {action&} (requires|require|needs|need) [user|human] (confirmation|consent|approval)",
        "[tool|tools] {action&} ~must be confirmed [first]",
        "~dont ~call [tool] {action} without [user|human] (confirmation|consent|approval)",
        "[tool|tools] {action&} ~mustnot be ~called without [user|human] (confirmation|consent|approval)",
        "[you|the agent] [must] confirm before ~calling [tool|tools] {action&}",
        "confirmation [is] (required|needed) (before|for) ~calling [tool|tools] {action&}",
    ],
    formula: |i| {
        let confirm = confirmation(i, 0);
        order::precede(&ToolSpec::new(&confirm).made(i.flag(1)), &i.tool(0).called())
    },
    describe: |i| format!("{} requires confirmation ({})", i.text(0), confirmation(i, 0)),
    problem: |i| one_tool(i, 0),
    ..Pattern::BASE
};

pub(super) static CONFIRM_AFTER_SOURCE: Pattern = Pattern {
    name: "confirm_after_source",
    category: Category::Approval,
    doc: "after a call of `source`, `action` is called only once the tool `confirm_` followed by the \
        name of the action was called since the last call of the source, and did not fail",
    parameters: &[
        Parameter::new("source", Kind::Tool, "after what"),
        Parameter::new("action", Kind::Tool, "what needs confirmation"),
        order::ATTEMPTED,
    ],
    shape: "G(called(action) & O called(source) -> done(confirm) & !(!called(confirm) S called(source)))",
    example_args: "[read_email, send_email]",
    example: "after `read_email`, tool `send_email` requires confirmation",
    canonical: &["after {source}, tool {action} requires confirmation"],
    forms: &[
        "(after|once) ~calling [from] [tool] {source} [(is|was|has been) ~called] [,] [tool|tools] {action&} \
         (requires|require|needs|need) [user|human] confirmation",
        "(after|once) ~calling [from] [tool] {source} [(is|was|has been) ~called] [,] [you must] confirm before ~calling \
         [tool|tools] {action&}",
        "(after|once) ~calling [from] [tool] {source} [(is|was|has been) ~called] [,] [tool|tools] {action&} ~must be \
         confirmed",
        "[tool|tools] {action&} (requires|require|needs|need) [user|human] confirmation after ~calling [from] [tool] \
         {source}",
        "confirmation [is] (required|needed) (before|for) ~calling [tool|tools] {action&} after ~calling [from] [tool] \
         {source}",
    ],
    formula: |i| {
        let confirm = confirmation(i, 1);
        gate(&i.tool(0).called(), &ToolSpec::new(&confirm), &i.tool(1).called(), i.flag(2))
    },
    describe: |i| {
        let (source, action) = (i.text(0), i.text(1));
        format!("after {source}, {action} requires confirmation via {}", confirmation(i, 1))
    },
    problem: |i| one_tool(i, 1).or_else(|| two_tools(i)),
    ..Pattern::BASE
};

const RECONFIRM: &str = "confirm_reconfirmed";

pub(super) static UNTRUSTED_SOURCE_GATE: Pattern = Pattern {
    name: "untrusted_source_gate",
    category: Category::Approval,
    doc: "after a call of any of `sources`, a tool of `sinks` is called only once the tool \
        `confirm_reconfirmed` was called since the last such call, and did not fail",
    parameters: &[
        Parameter::new("sources", Kind::ToolList, "what brings in text that cannot be trusted"),
        Parameter::new("sinks", Kind::ToolList, "what must not act on it unconfirmed"),
        order::ATTEMPTED,
    ],
    shape: "G(called(sink) & O called(source) -> done(confirm_reconfirmed) & !(!called(confirm_reconfirmed) S \
        called(source)))",
    example_args: "[[web_fetch, read_email], [send_email, exec]]",
    example: "after any of `web_fetch`, `read_email`, each of `send_email`, `exec` requires re-confirmation",
    canonical: &["after any of {sources}, each of {sinks} requires re-confirmation"],
    forms: &[
        "after ~calling [any of] [tool|tools] {sources} [,] [each of|any of|all of] [tool|tools] {sinks} \
         (requires|require|needs|need) (re-confirmation|reconfirmation)",
    ],
    formula: |i| {
        let calls = |index: usize| {
            let calls = i.list(index).iter().map(|tool| ToolSpec::new(tool).called());
            any_of(&calls.collect::<Vec<_>>())
        };
        gate(&calls(0), &ToolSpec::new(RECONFIRM), &calls(1), i.flag(2))
    },
    describe: |i| {
        let (sources, sinks) = (i.list(0).join(", "), i.list(1).join(", "));
        format!("after [{sources}], [{sinks}] requires re-confirmation")
    },
    problem: |i| {
        let both = i.list(0).iter().find(|tool| i.list(1).contains(tool));
        both.map(|tool| format!("`{tool}` is both a source and a sink"))
    },
    ..Pattern::BASE
};
