//! Facts for assumptions: that a tool was called at some time, or never.
//!
//! As a guarantee, `trigger_not_called` is a ban.

use super::{Category, Kind, Parameter, Pattern};

const TOOL: Parameter = Parameter::new("tool", Kind::Tool, "which tool");

pub(super) static TRIGGER_CALLED: Pattern = Pattern {
    name: "trigger_called",
    category: Category::Trigger,
    doc: "`tool` is called at some time in the session",
    parameters: &[TOOL],
    shape: "F called(tool)",
    example_args: "[fetch_url]",
    example: "tool `fetch_url` was called",
    canonical: &["tool {tool} was called"],
    forms: &[
        "[once|after|when|if] [tool|action] {tool} (was|is|has been|gets|get) \
         ~called",
        "[once|after|when|if] (called|invoked|ran|executed|used) [tool|action] {tool}",
    ],
    formula: |i| format!("F {}", i.tool(0).called()),
    describe: |i| format!("{} is called", i.text(0)),
    ..Pattern::BASE
};

pub(super) static TRIGGER_NOT_CALLED: Pattern = Pattern {
    name: "trigger_not_called",
    category: Category::Trigger,
    doc: "`tool` is not called in the session",
    parameters: &[TOOL],
    shape: "G !called(tool)",
    example_args: "[drop_table]",
    example: "never call `drop_table`",
    canonical: &["never call {tool}"],
    forms: &[
        "~dont ~call [tool|action|any of] {tool}",
        "(never|not) (called|invoked|ran|executed|used) [tool|action] {tool}",
        "[tool|action] {tool} (was|is|has been|gets) (never|not) ~called",
        "[tool|action] {tool} has (never|not) been ~called",
        "[calling] [tool|action] {tool} is (banned|forbidden|prohibited|not allowed)",
        "[tool|action] {tool} ~mustnot be ~called",
        "(ban|forbid|prohibit) [tool|action] {tool}",
    ],
    formula: |i| format!("G !{}", i.tool(0).called()),
    describe: |i| format!("{} is never called", i.text(0)),
    instead: "go on without it",
    ..Pattern::BASE
};
