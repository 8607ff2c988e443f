//! Steps of a process.

use super::instance::trigger;
use super::{Category, Kind, Parameter, Pattern};

pub(super) static WORKFLOW_STEP: Pattern = Pattern {
    name: "workflow_step",
    category: Category::Workflow,
    doc: "when `trigger` becomes true, the next tool call makes `next` true; a trigger that stays \
        true asks once",
    parameters: &[
        Parameter::new("trigger", Kind::Trigger, "a formula, or a tool for a call of it"),
        Parameter::new("next", Kind::Trigger, "a formula, or a tool for a call of it"),
    ],
    shape: "G(rise(trigger) -> X next)",
    example_args: r#"["ctx(order, open)", "called(ship)"]"#,
    example: "when `ctx(order, open)` becomes true, the next call must be `called(ship)`",
    canonical: &["when {trigger} becomes true, the next call must be {next}"],
    forms: &["(when|once|whenever) {trigger} becomes true [,] the next call must be {next}"],
    formula: |i| format!("G(rise({}) -> X ({}))", trigger(i.text(0)), trigger(i.text(1))),
    describe: |i| format!("when {} becomes true, the next call must be {}", i.text(0), i.text(1)),
    ..Pattern::BASE
};
