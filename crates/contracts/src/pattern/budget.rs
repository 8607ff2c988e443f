//! How much in total: money, tokens, delegations.
//!
//! A sum is exact. An argument that is missing, or is no number, or is negative, makes the sum unknown, and
//! the call that carries it is a violation: an amount that cannot be read is not a small one.

use super::count::within;
use super::quote::in_formula;
use super::{Category, Instance, Kind, Parameter, Pattern, count};

const TOOL: Parameter = Parameter::new("tool", Kind::ToolName, "whose calls are summed");
const PATH: Parameter = Parameter::new("path", Kind::ArgPath, "the argument that is the amount");
const MAX: Parameter = Parameter::new("max", Kind::Number, "how much is allowed");

fn sum(i: &Instance) -> String {
    let (tool, path) = (in_formula(i.text(0)), in_formula(i.text(1)));
    let max = i.number(2).unwrap_or_default();
    format!("G(sum({tool}, {path}){} <= {max})", within(i, 3))
}

/// A limit below zero is met by nothing.
fn negative(i: &Instance) -> Option<String> {
    let max = i.number(2).filter(|max| max.starts_with('-'))?;
    Some(format!("`max` of `{}` is {max}, and a sum is never below zero", i.pattern().name))
}

pub(super) static SUM_LIMIT: Pattern = Pattern {
    name: "sum_limit",
    category: Category::Budget,
    doc: "the sum of the argument `path` over the calls of `tool` is at most `max`, in a session or in \
        every window of `within`",
    parameters: &[TOOL, PATH, MAX, count::WITHIN],
    shape: "G(sum(tool, path) [within D] <= max)",
    example_args: "[pay, amount, 5000]",
    example: "the sum of `amount` of tool `pay` at most 5000",
    canonical: &["the sum of {path} of tool {tool} at most {max} [{within#window}]"],
    forms: &[
        "[the] (sum|total) of [argument] {path} (of|in|over) [calls of] [tool] {tool} [must be|is] ~most \
         {max} [per session|in a session|{within#window}]",
        "[the] (sum|total) of {tool.path} [must be|is] ~most {max} [per session|in a session|{within#window}]",
        "{tool.path} ~most {max} in total [per session|in a session|{within#window}]",
        "[the] (sum|total) of {tool.path} ~mustnot exceed {max} [per session|in a session|{within#window}]",
    ],
    formula: sum,
    describe: |i| {
        let max = i.number(2).unwrap_or_default();
        format!("the sum of {}.{} must not exceed {max}{}", i.text(0), i.text(1), within(i, 3))
    },
    problem: negative,
    instead: "ask for less, or go on without it",
    ..Pattern::BASE
};

pub(super) static SPEND_LIMIT: Pattern = Pattern {
    name: "spend_limit",
    category: Category::Budget,
    doc: "in every window of `within`, the calls of `tool` spend at most `max`, which is the sum of the \
        argument `path`",
    parameters: &[TOOL, PATH, MAX, Parameter::new("within", Kind::Duration, "over how long")],
    shape: "G(sum(tool, path) within D <= max)",
    example_args: "[pay, amount, 500, 1d]",
    example: "spend at most 500 within 1 day through `amount` of tool `pay`",
    canonical: &["spend at most {max} {within#window} through {path} of tool {tool}"],
    forms: &[
        "spend ~most {max} {within#window} (through|with|by|on) [argument] {path} of [tool] {tool}",
        "spend ~most {max} {within#window} (through|with|by|on) {tool.path}",
        "{tool.path} may spend ~most {max} {within#window}",
    ],
    formula: sum,
    describe: |i| {
        let max = i.number(2).unwrap_or_default();
        format!("{}.{} must not spend more than {max}{}", i.text(0), i.text(1), within(i, 3))
    },
    problem: negative,
    instead: "ask for less, or wait",
    ..Pattern::BASE
};

const SCOPES: &[&str] = &["total", "input", "output", "input_tokens", "output_tokens"];

pub(super) static TOKEN_BUDGET: Pattern = Pattern {
    name: "token_budget",
    category: Category::Budget,
    doc: "no tool is called once the models have used more than `max_tokens` tokens. A reply cannot be taken \
        back, so it is the next call that is refused",
    parameters: &[
        Parameter::new("max_tokens", Kind::Count, "how many tokens are allowed"),
        Parameter::optional("scope", Kind::Choice(SCOPES), "which tokens; `total` if not given"),
    ],
    shape: "G(called_any -> token_count(scope) <= max_tokens)",
    example_args: "[200000]",
    example: "session uses at most 200000 tokens",
    canonical: &["session uses at most {max_tokens#tokens} [of {scope}]"],
    forms: &[
        "[the] (session|agent) [may|must] (use|uses) ~most {max_tokens#tokens} [of [scope] {scope}] [per \
         session]",
        "[the] (session|agent) [may|must] (use|uses) (fewer|less) than {max_tokens#tokens<} [of [scope] \
         {scope}]",
        "[the] [total] [llm] tokens [of the session] [must be|must stay] ~most {max_tokens}",
        "[the] [total] [llm] tokens [of the session] [must be|must stay] (under|below) {max_tokens<}",
        "[a] token budget of {max_tokens} [tokens] [per session]",
    ],
    formula: |i| {
        let scope = i.text_or(1, "total").trim_end_matches("_tokens");
        format!("G(called_any -> token_count({scope}) <= {})", i.count(0))
    },
    describe: |i| {
        format!("session {} tokens must not exceed {}", i.text_or(1, "total"), i.count(0))
    },
    instead: "end here, and say what is left to do",
    ..Pattern::BASE
};

pub(super) static DELEGATION_DEPTH_LIMIT: Pattern = Pattern {
    name: "delegation_depth_limit",
    category: Category::Budget,
    doc: "no agent acts that is more than `max_depth` delegations away from the first one",
    parameters: &[Parameter::new("max_depth", Kind::Count, "how many levels are allowed")],
    shape: "G(delegation_depth <= max_depth)",
    example_args: "[3]",
    example: "delegation at most 3 levels",
    canonical: &["delegation at most {max_depth#levels}"],
    forms: &[
        "[the] (delegation|delegations|delegation chain|delegation depth) [must be|is|may be] ~most \
         {max_depth#levels} [deep]",
        "[the] delegation (chain|depth) ~mustnot (exceed|be deeper than) [depth] {max_depth} [levels]",
        "agents may delegate ~most {max_depth#levels} [deep]",
    ],
    formula: |i| format!("G(delegation_depth <= {})", i.count(0)),
    describe: |i| format!("delegation chain must not exceed depth {}", i.count(0)),
    instead: "do the work without delegating it further",
    ..Pattern::BASE
};
