//! Which call comes before or after which.
//!
//! A call satisfies an order by being allowed and made; the engine sees only such calls.

use super::{
    Category, Instance, Kind, Parameter, Pattern, no_problem, no_strategy, quote, two_tools,
};

const fn tool(name: &'static str, doc: &'static str) -> Parameter {
    Parameter::new(name, Kind::Tool, doc)
}

fn precede(before: &str, after: &str) -> String {
    format!("!{after} W {before}")
}

pub(super) static MUST_PRECEDE: Pattern = Pattern {
    name: "must_precede",
    category: Category::Order,
    doc: "`after` is not called until `before` was called; one call of `before` is enough for the session",
    parameters: &[tool("before", "what comes first"), tool("after", "what has to wait")],
    shape: "!called(after) W called(before)",
    example_args: "[check_policy, issue_refund]",
    example: "tool `check_policy` must precede `issue_refund`",
    canonical: &["tool {before} must precede {after}"],
    forms: &[
        "[tool] {before} (must|should|has to|needs to) [always] precede [tool] {after}",
        "[you] (must|always|should) (call|run|execute) [tool] {before} before \
         [calling|running|executing] [tool] {after}",
        "[tool] {before} [(must|should|always|needs to|has to) [always] [be] \
         [called|run|executed|come|happen]] before [calling|running|executing] [tool] {after}",
        "before [calling|running|executing] [tool] {after} [,] [(you|the agent)] [(must|always|should)] \
         (call|run|execute) [tool] {before}",
        "[calling|running] [tool] {before} is (required before|a prerequisite for) \
         [calling|running] [tool] {after}",
        "[tool] {after} (must not|may not|cannot|can not|must never) be (called|run|executed|used) \
         before [tool] {before}",
        "(never|do not|don't|must not|cannot) (call|run|execute|use) [tool] {after} before \
         [calling|running] [tool] {before}",
    ],
    formula: |i| precede(&i.tool(0).called(), &i.tool(1).called()),
    describe: |i| format!("{} must precede {}", i.text(0), i.text(1)),
    problem: two_tools,
    strategy: no_strategy,
};

pub(super) static ALWAYS_FOLLOWED_BY: Pattern = Pattern {
    name: "always_followed_by",
    category: Category::Order,
    doc: "after each call of `trigger`, `response` is called before the session ends",
    parameters: &[tool("trigger", "what creates the duty"), tool("response", "what meets it")],
    shape: "G(called(trigger) -> F called(response))",
    example_args: "[refund, notify]",
    example: "every `refund` must be followed by `notify`",
    canonical: &["every {trigger} must be followed by {response}"],
    forms: &[
        "[every|each] [call of|call to] [tool] {trigger} (must|should) [always|eventually] be \
         [always|eventually] followed by [tool] {response}",
        "[tool] {trigger} is always followed by [tool] {response}",
        "[tool] {response} (must|should) [always|eventually] (come|happen|run|execute|be called|be run) \
         after [calling|running] [tool] {trigger}",
        "after [calling|running|each|every] [tool] {trigger} [is called] [,] [you] \
         (always|must|should) [always|eventually] (call|run|execute) [tool] {response}",
        "(whenever|when|if|after|once) [tool] {trigger} (is|was|has been) (called|run|executed) [,] [tool] \
         {response} must [always|eventually] (be called|follow|run|be run)",
        "[tool] {response} must [always|eventually] follow [each|every] [tool] {trigger}",
        "(always|must) (call|run|execute) [tool] {response} after [calling|running] [tool] {trigger}",
    ],
    formula: |i| format!("G({} -> F {})", i.tool(0).called(), i.tool(1).called()),
    describe: |i| format!("{} must always be followed by {}", i.text(0), i.text(1)),
    problem: two_tools,
    strategy: no_strategy,
};

pub(super) static NO_REVERSAL: Pattern = Pattern {
    name: "no_reversal",
    category: Category::Order,
    doc: "once `commitment` was called, `contradiction` is not called any more",
    parameters: &[
        tool("commitment", "what is decided"),
        tool("contradiction", "what would undo it"),
    ],
    shape: "G(called(commitment) -> G !called(contradiction))",
    example_args: "[approve, reject]",
    example: "after `approve`, tool `reject` is forbidden",
    canonical: &["after {commitment}, tool {contradiction} is forbidden"],
    forms: &[
        "(after|once) [calling|running] [tool] {commitment} [(is|was|has been) (called|run|executed)] [,] \
         [tool] {contradiction} (is|must be) (forbidden|prohibited|banned|not allowed)",
        "(after|once) [calling|running] [tool] {commitment} [(is|was|has been) (called|run|executed)] [,] \
         [tool] {contradiction} (must not|may not|cannot|can not|must never|can never) be \
         (called|run|executed|used)",
        "(after|once) [calling|running] [tool] {commitment} [(is|was|has been) (called|run|executed)] [,] \
         (never|do not|don't) (call|run|execute|use) [tool] {contradiction}",
        "(never|do not|don't|must not|cannot|can not|no) [call|calling|run|execute|use] [tool] \
         {contradiction} after [calling|running] [tool] {commitment}",
        "[tool] {contradiction} (must not|may not|should not|cannot|can not|must never|can never) \
         (be called|be run|be executed|be used|run|happen|come) after [calling|running] [tool] {commitment}",
        "[tool] {contradiction} (must not|should not|cannot|can not|must never) follow [tool] {commitment}",
        "[tool] {contradiction} is (forbidden|prohibited|banned|not allowed) after [calling|running] \
         [tool] {commitment}",
    ],
    formula: |i| format!("G({} -> G !{})", i.tool(0).called(), i.tool(1).called()),
    describe: |i| format!("{} must never occur after {}", i.text(1), i.text(0)),
    problem: two_tools,
    strategy: no_strategy,
};

pub(super) static MUTUAL_EXCLUSION: Pattern = Pattern {
    name: "mutual_exclusion",
    category: Category::Order,
    doc: "a session calls `a` or `b`, but not both",
    parameters: &[tool("a", "one tool"), tool("b", "the other tool")],
    shape: "G !called(a) | G !called(b)",
    example_args: "[approve, reject]",
    example: "tools `approve` and `reject` are mutually exclusive",
    canonical: &["tools {a} and {b} are mutually exclusive"],
    forms: &[
        "[tool|tools] {a} and [tool] {b} are mutually exclusive",
        "(do not|don't|never|must not|cannot|can not) (call|run|use) [both] {a} and {b} in the same session",
        "(do not|don't|never|must not|cannot|can not) (call|run|use) both {a} and {b}",
        "[tool|tools] {a} and [tool] {b} must never [both] be called [together|in the same session]",
        "only one of [tool|tools] {a} (and|or) {b} may be called [per session|in a session]",
    ],
    formula: |i| format!("G !{} | G !{}", i.tool(0).called(), i.tool(1).called()),
    describe: |i| format!("{} and {} are mutually exclusive", i.text(0), i.text(1)),
    problem: two_tools,
    strategy: no_strategy,
};

pub(super) static DEADLINE: Pattern = Pattern {
    name: "deadline",
    category: Category::Order,
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
        "after [calling|each|every] [tool] {trigger} [,] [tool] {action} must (be called|run|follow|happen) \
         within {steps#steps}",
        "[tool] {action} [must (be called|run|happen|occur)] within {steps#steps} (of|after) \
         [calling] [tool] \
         {trigger}",
        "[tool] {action} must follow [tool] {trigger} within {steps#steps}",
        "[every|each] [tool] {trigger} must be followed by [tool] {action} within {steps#steps}",
        "within {steps#steps} (of|after) [calling] [tool] {trigger} [,] [tool] {action} must \
         (be called|run|follow|happen)",
    ],
    formula: |i| format!("G({} -> F[<={}] {})", i.tool(0).called(), i.count(2), i.tool(1).called()),
    describe: |i| format!("{} must occur within {} steps of {}", i.text(1), i.count(2), i.text(0)),
    problem: two_tools,
    strategy: no_strategy,
};

/// The tool whose call confirms the action.
fn confirmation(i: &Instance) -> String {
    format!("confirm_{}", i.tool(0).name())
}

pub(super) static MUST_CONFIRM: Pattern = Pattern {
    name: "must_confirm",
    category: Category::Order,
    doc: "`action` is not called until the tool `confirm_` followed by its name was called",
    parameters: &[tool("action", "what needs confirmation")],
    shape: "!called(action) W called(confirm_action)",
    example_args: "[drop_table]",
    example: "tool `drop_table` requires confirmation",
    canonical: &["tool {action} requires confirmation"],
    forms: &[
        "[calling] [tool] {action} (requires|needs) [user|human] confirmation",
        "[tool] {action} must be confirmed",
        "(never|do not|don't|must not|cannot) (call|run|execute|use) [tool] {action} without confirmation",
        "[tool] {action} (must not|may not|cannot|must never) be (called|run|executed) without confirmation",
        "confirm before [calling|running] [tool] {action}",
    ],
    formula: |i| {
        let confirm = format!("called({})", quote::in_formula(&confirmation(i)));
        precede(&confirm, &i.tool(0).called())
    },
    describe: |i| format!("{} requires confirmation ({})", i.text(0), confirmation(i)),
    problem: no_problem,
    strategy: no_strategy,
};
