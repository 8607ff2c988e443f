//! What somebody with a permission, or somebody else, has to have a hand in.
//!
//! Permissions belong to agents and are declared outside contracts; an agent that nobody declared has none.

use super::quote::in_formula;
use super::tool_spec::ToolSpec;
use super::{Category, ForEach, Kind, Parameter, Pattern, order, two_tools};

const fn tool(name: &'static str, doc: &'static str) -> Parameter {
    Parameter::new(name, Kind::Tool, doc)
}

/// The role that approves where none is named.
const APPROVER: &str = "approver";

pub(super) static DESTRUCTIVE_ACTION_GATE: Pattern = Pattern {
    name: "destructive_action_gate",
    category: Category::Approval,
    doc: "`tool` is called only once an agent with the permission `approver_role` called the tool \
        `confirm_` followed by its name, and the call did not fail",
    parameters: &[
        tool("tool", "what is destructive"),
        Parameter::optional("approver_role", Kind::Name, "who approves; `approver` if not given"),
    ],
    shape: "G(called(tool) -> done(confirm_tool) & O (called(confirm_tool) & perm(approver_role)))",
    example_args: "[drop_table, dba]",
    example: "tool `drop_table` is destructive and requires approval from `dba`",
    canonical: &["tool {tool} is destructive and requires approval [from {approver_role}]"],
    forms: &[
        "[tool|tools] {tool&} (is|are) destructive and (requires|require|needs|need) approval [(from|by|of) \
         [role|a|an|the] {approver_role}]",
        "[tool|tools] {tool&} (requires|require|needs|need) approval (from|by|of) [role|a|an|the] \
         {approver_role}",
    ],
    formula: |i| {
        let confirm = format!("confirm_{}", i.tool(0).name());
        let confirm = ToolSpec::new(&confirm);
        let role = in_formula(i.text_or(1, APPROVER));
        let (done, called) = (confirm.done(), confirm.called());
        format!("G({} -> {done} & O ({called} & perm({role})))", i.tool(0).called())
    },
    describe: |i| {
        let role = i.text_or(1, APPROVER);
        format!("{} is destructive and requires approval from {role}", i.text(0))
    },
    problem: |i| {
        let several =
            || format!("`{}` is several tools; each needs a contract of its own", i.text(0));
        (!i.tool(0).is_single()).then(several)
    },
    instead: "ask one who has the permission to confirm it",
    ..Pattern::BASE
};

pub(super) static REQUIRES_PERMISSION: Pattern = Pattern {
    name: "requires_permission",
    category: Category::Approval,
    doc: "only an agent with the permission `permission` calls `tool`",
    parameters: &[
        tool("tool", "what is restricted"),
        Parameter::new("permission", Kind::Name, "who may"),
    ],
    shape: "G(called(tool) -> perm(permission))",
    example_args: "[transfer, manager]",
    example: "tool `transfer` requires permission `manager`",
    canonical: &["tool {tool} requires permission {permission}"],
    forms: &[
        "[calling] [tool|tools] {tool&} (requires|require|needs|need) [the] (permission|role|authorization) \
         {permission}",
        "[calling] [tool|tools] {tool&} (requires|require|needs|need) [the] {permission} \
         (permission|role|access|authorization)",
        "only agents with [the] (permission|role) {permission} (may|can) ~call [tool|tools] {tool&}",
        "[the] (agent|caller) ~must have [the] (permission|role) {permission} to ~call [tool|tools] {tool&}",
        "[tool|tools] {tool&} (may|can|must) only be ~called with [the] (permission|role) {permission}",
    ],
    formula: |i| format!("G({} -> perm({}))", i.tool(0).called(), in_formula(i.text(1))),
    describe: |i| format!("{} requires permission {}", i.text(0), i.text(1)),
    instead: "leave it to an agent that has the permission",
    ..Pattern::BASE
};

pub(super) static SEGREGATION_OF_DUTY: Pattern = Pattern {
    name: "segregation_of_duty",
    category: Category::Approval,
    doc: "no agent calls both `a` and `b`; different agents may. The contract is judged apart for each agent",
    parameters: &[tool("a", "one duty"), tool("b", "the other duty")],
    shape: "for each agent: G !called(a) | G !called(b)",
    example_args: "[review, approve]",
    example: "tools `review` and `approve` must be by different agents",
    canonical: &["tools {a*b} must be by different agents"],
    forms: &[
        "[tool|tools] {a*b} ~must be [done|performed|~called] by (different agents|a different agent)",
        "the same agent ~mustnot ~call both [tool|tools] {a*b}",
        "no agent (may|can) ~call both [tool|tools] {a*b}",
        "(segregation|separation) of (duty|duties) (between|for|of) [tool|tools] {a*b}",
        "[tool|tools] {a*b} (require|need) (dual control|two agents|a two-person rule)",
    ],
    formula: order::not_both,
    describe: |i| format!("{} and {} must be performed by different agents", i.text(0), i.text(1)),
    problem: two_tools,
    for_each: |_| Some(ForEach::Agent),
    instead: "leave it to another agent",
    ..Pattern::BASE
};

pub(super) static APPROVAL_FRESHNESS: Pattern = Pattern {
    name: "approval_freshness",
    category: Category::Approval,
    doc: "`action` is called only if `approval` was called and did not fail within the `steps` calls before it",
    parameters: &[
        tool("approval", "what approves"),
        tool("action", "what needs approval"),
        Parameter::new("steps", Kind::Steps, "for how many calls an approval is fresh"),
        order::ATTEMPTED,
    ],
    shape: "G(called(action) -> O[<=steps] called(approval) & done(approval) & !(!called(approval) S \
    failed(approval)))",
    example_args: "[approve_deploy, deploy, 3]",
    example: "tool `approve_deploy` approval for `deploy` within 3 steps",
    canonical: &["tool {approval} approval for {action} within {steps#steps}"],
    forms: &[
        "[tool] {approval} approval for ~calling [tool|tools] {action&} within {steps#steps}",
        "[tool|tools] {action&} (requires|require|needs|need) [a] [fresh] approval [by|from|of|through] \
         [tool] {approval} within [the last] {steps#steps}",
        "[tool] {action} (requires|needs) [a] [fresh] approval {approval=approve_<action>} within [the \
         last] {steps#steps}",
    ],
    formula: |i| {
        let (approval, action) = (i.tool(0), i.tool(1));
        let recent = format!("O[<={}] {}", i.count(2), approval.called());
        if i.flag(3) {
            return format!("G({} -> {recent})", action.called());
        }
        // A failure asks for another call, as an older approval is no fresh one.
        let failed = format!("(!{} S {})", approval.called(), approval.failed());
        format!("G({} -> {recent} & {} & !{failed})", action.called(), approval.done())
    },
    describe: |i| {
        format!("{} requires approval {} within {} steps", i.text(1), i.text(0), i.count(2))
    },
    problem: two_tools,
    ..Pattern::BASE
};

pub(super) static APPROVAL_ACTIVE: Pattern = Pattern {
    name: "approval_active",
    category: Category::Approval,
    doc: "`action` is called only while the context says that `role` allows it, and has said so for at most \
        `max_seconds`: `approval.role` is the role and `approval.decision` is `allow`",
    parameters: &[
        tool("action", "what needs approval"),
        Parameter::new("role", Kind::Name, "whose approval"),
        Parameter::new("max_seconds", Kind::Duration, "how old it may be"),
    ],
    shape: "G(called(action) -> ctx(approval.role, role) & ctx(approval.decision, allow) & \
        (time_since(ctx(approval.role, role)) <= max | time_since(ctx(approval.decision, allow)) <= max))",
    example_args: "[deploy, release_manager, 1h]",
    example: "tool `deploy` requires active approval from `release_manager` at most 1 hour old",
    canonical: &["tool {action} requires active approval from {role} at most {max_seconds} old"],
    forms: &[
        "[tool|tools] {action&} (requires|require|needs|need) [an] active approval (from|by|of) \
         [role|a|an|the] {role} [,] (~most {max_seconds} old|not older than {max_seconds}|within [the last] \
         {max_seconds})",
        "[tool|tools] {action&} (requires|require|needs|need) [an] active {role} approval [,] \
         (~most {max_seconds} old|not older than {max_seconds}|within [the last] {max_seconds})",
    ],
    formula: |i| {
        let role = format!("ctx(\"approval.role\", {})", in_formula(i.text(1)));
        let allow = "ctx(\"approval.decision\", \"allow\")";
        let max = i.seconds(2).unwrap_or(0);
        // Both hold since the later of the two came to hold.
        format!(
            "G({} -> {role} & {allow} & (time_since({role}) <= {max} | time_since({allow}) <= {max}))",
            i.tool(0).called()
        )
    },
    describe: |i| {
        let seconds = i.seconds(2).unwrap_or(0);
        format!("{} requires active {} approval (≤{seconds}s old)", i.text(0), i.text(1))
    },
    instead: "ask for a new approval",
    ..Pattern::BASE
};
