//! What calls may carry.
//!
//! Deny-type patterns forbid what is found anywhere in a value; allow-type patterns require the whole value
//! to match. Every one of them speaks of calls of its tool only: another call is no violation.

use super::quote::{in_formula, listed};
use super::tool_spec::any_of;
use super::{Category, Instance, Kind, Parameter, Pattern};

const TOOL: Parameter = Parameter::new("tool", Kind::Tool, "whose arguments");
const PARAM: Parameter = Parameter::new("param", Kind::ArgPath, "which argument");
const PATTERNS: Parameter = Parameter::new(
    "patterns",
    Kind::RegexList,
    "regular expressions; text in a sentence is literal",
);

/// Joins one atom per pattern of the list at `index`.
fn any_entry(i: &Instance, index: usize, atom: impl Fn(&str) -> String) -> String {
    any_of(&i.list(index).iter().map(|regex| atom(&in_formula(regex))).collect::<Vec<_>>())
}

/// `G` of the body for each reading of the tool. `implied` says that the body's atoms are true of calls of
/// the tool only, and stand under a negation, so that a guard would add nothing.
fn for_calls(i: &Instance, implied: bool, body: impl Fn(&str) -> String) -> String {
    match i.tool(0).alternatives().as_slice() {
        [only] if implied && only.regex.is_none() => format!("G {}", body(&only.tool)),
        _ => format!("G({})", i.tool(0).each_call(body)),
    }
}

pub(super) static ARG_BLACKLIST: Pattern = Pattern {
    name: "arg_blacklist",
    category: Category::Argument,
    doc: "no pattern is found in the argument `param` of a call of `tool`, or below it; `*` means \
        every argument",
    parameters: &[TOOL, PARAM, PATTERNS],
    shape: "G !(arg_field_has(tool, param, pattern) | …)",
    example_args: r#"[bash, command, ["rm -rf", "sudo"]]"#,
    example: "argument `command` of tool `bash` must not contain `rm -rf`, `sudo`",
    canonical: &["argument {param} of tool {tool} must not contain {patterns}"],
    forms: &[
        "argument {param} of [tool] {tool} ~mustnot \
         (contain|include|match) [any of] {patterns}",
        "[tool] {tool} [argument|parameter|param|field] {param} ~mustnot \
         (contain|include|match) [any of] {patterns}",
        "{tool.param} ~mustnot (contain|include|match) [any of] \
         {patterns}",
        "[tool] {tool} (args|arguments) {param=*} ~mustnot \
         (contain|include|match) [any of] {patterns}",
    ],
    formula: |i| {
        let path = in_formula(i.text(1));
        for_calls(i, true, |tool| {
            let found = any_entry(i, 2, |regex| match i.text(1) {
                "*" => format!("called_with({tool}, {regex})"),
                _ => format!("arg_field_has({tool}, {path}, {regex})"),
            });
            format!("!{found}")
        })
    },
    describe: |i| format!("{}.{} must not match forbidden patterns", i.text(0), i.text(1)),
    instead: "call it without that in its argument",
    ..Pattern::BASE
};

pub(super) static ARG_ALLOWLIST: Pattern = Pattern {
    name: "arg_allowlist",
    category: Category::Argument,
    doc: "in each call of `tool` the argument `param` is there, and one of the patterns matches it \
        as a whole",
    parameters: &[TOOL, PARAM, PATTERNS],
    shape: "G(called(tool) -> arg_field_is(tool, param, pattern) | …)",
    example_args: r#"[http_get, host, ["api\\.corp\\.com"]]"#,
    example: "argument `host` of tool `http_get` must be one of `api.corp.com`",
    canonical: &["argument {param} of tool {tool} must be one of {patterns}"],
    forms: &[
        "argument {param} of [tool] {tool} (must be one of|must be in|must match [one of]|may only \
         be) {patterns}",
        "[tool] {tool} [argument|parameter|param|field] {param} \
         (must be one of|must be in|must match [one of]|may only be) {patterns}",
        "{tool.param} (must be one of|must be in|must match [one of]|may only be) {patterns}",
    ],
    formula: |i| {
        let path = in_formula(i.text(1));
        for_calls(i, false, |tool| {
            any_entry(i, 2, |regex| format!("arg_field_is({tool}, {path}, {regex})"))
        })
    },
    describe: |i| format!("{}.{} must match one of the allowed patterns", i.text(0), i.text(1)),
    problem: every_argument_cannot_be,
    instead: "call it with an argument that is allowed",
    ..Pattern::BASE
};

/// `*` is a path only where something is forbidden.
fn every_argument_cannot_be(i: &Instance) -> Option<String> {
    let message = format!("`{}` speaks of one argument, and `*` names none", i.pattern().name);
    (i.text(1) == "*").then_some(message)
}

pub(super) static ARG_VALUE_RANGE: Pattern = Pattern {
    name: "arg_value_range",
    category: Category::Argument,
    doc: "in each call of `tool` the argument `field` is a number from `min` to `max`",
    parameters: &[
        TOOL,
        Parameter::new("field", Kind::ArgPath, "which argument"),
        Parameter::optional("min", Kind::Number, "the least value"),
        Parameter::optional("max", Kind::Number, "the greatest value"),
    ],
    shape: "G(called(tool) -> arg(tool, field) >= min & arg(tool, field) <= max)",
    example_args: "[pay, amount, 0, 10000]",
    example: "argument `amount` of tool `pay` must be between 0 and 10000",
    canonical: &[
        "argument {field} of tool {tool} must be between {min} and {max}",
        "argument {field} of tool {tool} must be at least {min}",
        "argument {field} of tool {tool} must be at most {max}",
    ],
    forms: &[
        "argument {field} of [tool] {tool} [must (be|stay|lie)] (between {min} and {max}|from {min} \
         to {max})",
        "[tool] {tool} [argument|parameter|param|field] {field} [must (be|stay|lie)] \
         (between {min} and {max}|from {min} to {max})",
        "{tool.field} [must (be|stay|lie)] (between {min} and {max}|from {min} to {max})",
        "argument {field} of [tool] {tool} [must be] (at least {min}|~most {max})",
        "[tool] {tool} [argument|parameter|param|field] {field} [must be] \
         (at least {min}|at most {max}|no more than {max})",
        "{tool.field} [must be] (at least {min}|~most {max})",
        "{tool.field} ~mustnot exceed {max}",
    ],
    formula: |i| {
        let path = in_formula(i.text(1));
        for_calls(i, false, |tool| {
            let bound = |sign: &str, n: String| format!("arg({tool}, {path}) {sign} {n}");
            let least = i.number(2).map(|n| bound(">=", n));
            let most = i.number(3).map(|n| bound("<=", n));
            least.into_iter().chain(most).collect::<Vec<_>>().join(" & ")
        })
    },
    describe: |i| {
        let name = format!("{}.{}", i.text(0), i.text(1));
        match (i.number(2), i.number(3)) {
            (Some(min), Some(max)) => format!("{name} must be in range [{min}, {max}]"),
            (Some(min), None) => format!("{name} must be >= {min}"),
            (None, max) => format!("{name} must be <= {}", max.unwrap_or_default()),
        }
    },
    problem: |i| match (i.argument(2), i.argument(3)) {
        (None, None) => Some("`arg_value_range` needs `min` or `max`".to_owned()),
        (Some(super::Argument::Number(min)), Some(super::Argument::Number(max))) if min > max => {
            Some(format!(
                "`min` of `arg_value_range` is {}, which is more than `max`, {}",
                super::digits(min),
                super::digits(max)
            ))
        }
        _ => None,
    },
    instead: "call it with a number in the range",
    ..Pattern::BASE
};

pub(super) static ARG_LENGTH_LIMIT: Pattern = Pattern {
    name: "arg_length_limit",
    category: Category::Argument,
    doc: "in a call of `tool` the text of the argument `param` has at most `max_chars` characters",
    parameters: &[TOOL, PARAM, Parameter::new("max_chars", Kind::Count, "how many characters")],
    shape: "G !arg_length_exceeds(tool, param, max_chars)",
    example_args: "[sql, query, 500]",
    example: "argument `query` of tool `sql` at most 500 characters",
    canonical: &["argument {param} of tool {tool} at most {max_chars#chars}"],
    forms: &[
        "argument {param} of [tool] {tool} [must (be|have)] ~most {max_chars#chars} [long]",
        "[tool] {tool} [argument|parameter|param|field] {param} [must (be|have)] ~most \
         {max_chars#chars} [long]",
        "{tool.param} [must (be|have)] ~most {max_chars#chars} [long]",
        "{tool.param} ~mustnot (exceed|be longer than) {max_chars#chars}",
        "argument {param} of [tool] {tool} ~mustnot (exceed|be longer than) \
         {max_chars#chars}",
    ],
    formula: |i| {
        let path = in_formula(i.text(1));
        for_calls(i, true, |tool| format!("!arg_length_exceeds({tool}, {path}, {})", i.count(2)))
    },
    describe: |i| format!("{}.{} must not exceed {} characters", i.text(0), i.text(1), i.count(2)),
    problem: every_argument_cannot_be,
    instead: "call it with a shorter text",
    ..Pattern::BASE
};

pub(super) static SCOPE_LIMIT: Pattern = Pattern {
    name: "scope_limit",
    category: Category::Argument,
    doc: "each call of `tool` names a path, and every path that it names lies below one of the allowed ones",
    parameters: &[TOOL, Parameter::new("allowed_paths", Kind::PrefixList, "where it may go")],
    shape: "G(called(tool) -> arg_paths_within(tool, allowed_path, …))",
    example_args: "[file_write, [/app/data]]",
    example: "tool `file_write` restricted to `/app/data`",
    canonical: &["tool {tool} restricted to {allowed_paths}"],
    forms: &[
        "[tool] {tool} [is|must be] (restricted|confined) to [path|paths] {allowed_paths}",
        "(restrict|confine) [tool] {tool} to [path|paths] {allowed_paths} [only]",
        "[tool] {tool} (may|can|must) only (access|read|write|operate on|touch) [files|paths] \
         (under|within|in|inside|below) {allowed_paths}",
    ],
    formula: |i| {
        let paths: Vec<String> = i.list(1).iter().map(|path| in_formula(path)).collect();
        let paths = paths.join(", ");
        for_calls(i, false, |tool| format!("arg_paths_within({tool}, {paths})"))
    },
    describe: |i| {
        format!("{} restricted to paths: {}", i.text(0), listed(i.list(1)).replace('`', ""))
    },
    instead: "call it with paths below the allowed ones only",
    ..Pattern::BASE
};
