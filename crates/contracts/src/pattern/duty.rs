//! What is owed once something was done.
//!
//! A duty without a deadline refuses no call: it is owed until it is met, and a session that ends first
//! violates the contract. A duty with a deadline refuses the call that would let the deadline pass.

use super::{Category, Instance, Kind, Parameter, Pattern, order, two_tools};

const fn tool(name: &'static str, doc: &'static str) -> Parameter {
    Parameter::new(name, Kind::Tool, doc)
}

pub(super) static ALWAYS_FOLLOWED_BY: Pattern = Pattern {
    name: "always_followed_by",
    category: Category::Duty,
    doc: "after each call of `trigger`, `response` is called before the session ends",
    parameters: &[tool("trigger", "what creates the duty"), tool("response", "what meets it")],
    shape: "G(called(trigger) -> F called(response))",
    example_args: "[refund, notify]",
    example: "every `refund` must be followed by `notify`",
    canonical: &["every {trigger} must be followed by {response}"],
    forms: &[
        "[every|each] [call of|call to] [tool|tools] {trigger&} (~must [always|eventually] be \
         [always|eventually]|(is|are) always) followed by [tool|tools] {response&}",
        "[tool|tools] {response&} ~must [always|eventually] (come|happen|run|execute|be ~called) after ~calling \
         [each|every] [tool] {trigger}",
        "after [calling|running|each|every] [tool] {trigger} [is called] [,] [you|the agent] (always|~must) \
         [always|eventually] ~call [tool|tools] {response&}",
        "(whenever|when|if|after|once) [tool] {trigger} (is|was|has been) ~called [,] [tool|tools] {response&} ~must \
         [always|eventually] (be ~called|follow|run)",
        "[tool|tools] {response&} ~must [always|eventually] follow [each|every] [tool] {trigger}",
        "(always|~must) ~call [tool|tools] {response&} after ~calling [tool] {trigger}",
    ],
    formula: |i| format!("G({} -> F {})", i.tool(0).called(), i.tool(1).called()),
    describe: |i| format!("{} must always be followed by {}", i.text(0), i.text(1)),
    problem: two_tools,
    ..Pattern::BASE
};

/// The tool that audits an action.
fn audit(i: &Instance) -> String {
    i.text_or(1, &format!("audit_{}", i.tool(0).name())).to_owned()
}

pub(super) static AUDIT_AFTER: Pattern = Pattern {
    name: "audit_after",
    category: Category::Duty,
    doc: "after each call of `action`, the audit `audit` is called before the session ends; it is the \
        tool `audit_` followed by the name of the action, if no other is given",
    parameters: &[
        tool("action", "what is audited"),
        Parameter::optional("audit", Kind::Tool, "what audits it"),
    ],
    shape: "G(called(action) -> F called(audit))",
    example_args: "[transfer_funds, log_transfer]",
    example: "tool `transfer_funds` must be audited by `log_transfer`",
    canonical: &["tool {action} must be audited [by {audit}]"],
    forms: &[
        "[each|every] [tool|tools] {action&} ~must be (audited|logged) [afterwards] [(by|with) [tool] {audit}]",
        "[each|every] [tool|tools] {action&} (requires|require|needs|need) an audit [(by|with) [tool] {audit}]",
    ],
    formula: |i| {
        let audit = audit(i);
        format!(
            "G({} -> F {})",
            i.tool(0).called(),
            super::tool_spec::ToolSpec::new(&audit).called()
        )
    },
    describe: |i| format!("{} must be followed by audit step {}", i.text(0), audit(i)),
    problem: |i| {
        let derived = i.argument(1).is_none();
        if derived && !i.tool(0).is_single() {
            return Some(format!("`{}` is several tools, so `audit` must be named", i.text(0)));
        }
        two_tools(i)
    },
    ..Pattern::BASE
};

pub(super) static REQUIRED_STEPS_COMPLETION: Pattern = Pattern {
    name: "required_steps_completion",
    category: Category::Duty,
    doc: "after each call of `trigger`, every tool of `required_set` is called before the session ends, \
        in any order",
    parameters: &[
        tool("trigger", "what creates the duty"),
        Parameter::new("required_set", Kind::ToolList, "what is owed"),
    ],
    shape: "G(called(trigger) -> F called(required) & …)",
    example_args: "[close_account, [notify, archive]]",
    example: "every `close_account` must be followed by all of `notify`, `archive`",
    canonical: &["every {trigger} must be followed by all of {required_set}"],
    forms: &[
        "[every|each] [call of|call to] [tool] {trigger} ~must [always|eventually] be [always|eventually] followed by \
         all of [the] [tools] {required_set}",
        "after [calling|each|every] [tool] {trigger} [,] all of [tools] {required_set} ~must be ~called",
        "[tool] {trigger} (requires|is complete only after) all of [tools] {required_set} [to follow|afterwards]",
    ],
    formula: |i| {
        let owed = i.list(1).iter();
        let owed = owed.map(|t| format!("F {}", super::tool_spec::ToolSpec::new(t).called()));
        format!("G({} -> {})", i.tool(0).called(), owed.collect::<Vec<_>>().join(" & "))
    },
    describe: |i| {
        format!("every {} must be followed by all of [{}]", i.text(0), i.list(1).join(", "))
    },
    problem: |i| {
        let (trigger, owed) = (i.text(0), i.list(1));
        if owed.iter().any(|tool| **tool == *trigger) {
            return Some(format!("`{trigger}` cannot be owed to itself"));
        }
        let mut sorted: Vec<&str> = owed.iter().map(|tool| &**tool).collect();
        sorted.sort_unstable();
        let twice = sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a == b);
        twice.map(|(tool, _)| format!("`required_set` names `{tool}` twice"))
    },
    ..Pattern::BASE
};

pub(super) static DEADLINE: Pattern = Pattern {
    name: "deadline",
    category: Category::Duty,
    doc: "after each call of `trigger`, `action` is one of the next `steps` calls",
    parameters: &[
        tool("trigger", "what starts the time"),
        tool("action", "what is due"),
        Parameter::new("steps", Kind::Steps, "within how many calls"),
    ],
    shape: "G(called(trigger) -> F[<=steps] called(action))",
    example_args: "[receive, respond, 3]",
    example: "after `receive`, tool `respond` must be called within 3 steps",
    canonical: &["after {trigger}, tool {action} must be called within {steps#steps}"],
    forms: &[
        "after [calling|each|every] [tool] {trigger} [,] [tool|tools] {action&} ~must (be ~called|follow|happen) \
         within {steps#steps}",
        "[tool|tools] {action&} [~must (be ~called|run|happen|occur|come)] (within|at most) {steps#steps} \
         (of|after) ~calling [each|every] [tool] {trigger}",
        "[tool|tools] {action&} ~must follow [each|every] [tool] {trigger} within {steps#steps}",
        "[every|each] [tool] {trigger} ~must be followed by [tool|tools] {action&} within {steps#steps}",
        "within {steps#steps} (of|after) ~calling [each|every] [tool] {trigger} [,] [tool|tools] {action&} ~must \
         (be ~called|follow|happen)",
        "[tool] {action} has a deadline of {steps#steps} after ~calling [tool] {trigger}",
    ],
    formula: |i| format!("G({} -> F[<={}] {})", i.tool(0).called(), i.count(2), i.tool(1).called()),
    describe: |i| format!("{} must occur within {} steps of {}", i.text(1), i.count(2), i.text(0)),
    problem: two_tools,
    ..Pattern::BASE
};

pub(super) static OBLIGATION_BEFORE_END: Pattern = Pattern {
    name: "obligation_before_end",
    category: Category::Duty,
    doc: "when the session ends, a call of `tool` was made and did not fail",
    parameters: &[tool("tool", "what is owed"), order::ATTEMPTED],
    shape: "F G done(tool)",
    example_args: "[write_summary]",
    example: "tool `write_summary` must be called before the session ends",
    canonical: &["tool {tool} must be called before the session ends"],
    forms: &[
        "[tool|tools] {tool&} ~must be ~called (before the [session ends|end of the session|end]|by the end [of the \
         session]|in every session|at least once [per session|in a session])",
        "[you|the agent] ~must ~call [tool|tools] {tool&} (before the session ends|by the end of the session|at \
         least once)",
        "the session ~mustnot end (without|before) [calling] [tool|tools] {tool&}",
    ],
    formula: |i| match i.flag(1) {
        true => format!("F {}", i.tool(0).called()),
        false => format!("F G {}", i.tool(0).done()),
    },
    describe: |i| format!("{} must be called before the session ends", i.text(0)),
    ..Pattern::BASE
};
