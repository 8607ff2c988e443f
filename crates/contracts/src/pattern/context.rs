//! What has to be known of the surroundings before a call.
//!
//! Facts come from the host, never from the agent's arguments. A fact that was not set has no value, which is
//! no allowed value.

use super::instance::trigger;
use super::quote::in_formula;
use super::tool_spec::any_of;
use super::{Category, Kind, Parameter, Pattern};

const TOOL: Parameter = Parameter::new("tool", Kind::Tool, "what is restricted");
const KEY: Parameter = Parameter::new("key", Kind::Name, "the name of the fact");

pub(super) static CTX_REQUIRED: Pattern = Pattern {
    name: "ctx_required",
    category: Category::Context,
    doc: "`tool` is called only while the context fact `key` has one of the values",
    parameters: &[TOOL, KEY, Parameter::new("allowed_values", Kind::ValueList, "what it may be")],
    shape: "G(called(tool) -> ctx(key, value) | …)",
    example_args: "[deploy, env, [staging, production]]",
    example: "tool `deploy` requires context `env` to be one of `staging`, `production`",
    canonical: &["tool {tool} requires context {key} to be one of {allowed_values}"],
    forms: &[
        "[tool|tools] {tool&} (requires|require|needs|need) (context|ctx|fact) {key} (to be|to \
         equal|is|equals) [one of] {allowed_values}",
        "[tool|tools] {tool&} (may|can|must) only be ~called (when|while|if) [context|ctx|fact] {key} is \
         [one of] {allowed_values}",
    ],
    formula: |i| {
        let key = in_formula(i.text(1));
        let values = i.list(2).iter().map(|value| format!("ctx({key}, {})", in_formula(value)));
        format!("G({} -> {})", i.tool(0).called(), any_of(&values.collect::<Vec<_>>()))
    },
    describe: |i| format!("{} requires ctx[{}] ∈ [{}]", i.text(0), i.text(1), i.list(2).join(", ")),
    instead: "ask a person to see to it, as a call cannot set the fact",
    ..Pattern::BASE
};

pub(super) static CTX_MATCHES_REQUIRED: Pattern = Pattern {
    name: "ctx_matches_required",
    category: Category::Context,
    doc: "`tool` is called only while the pattern matches the value of the context fact `key` as a whole",
    parameters: &[TOOL, KEY, Parameter::new("pattern", Kind::Regex, "what its value must be")],
    shape: "G(called(tool) -> ctx_matches(key, pattern))",
    example_args: "[deploy, caller, \"spiffe://prod/.*\"]",
    example: r"tool `deploy` requires context `caller` to match /spiffe:\/\/prod\/.*/",
    canonical: &["tool {tool} requires context {key} to match {pattern}"],
    forms: &[
        "[tool|tools] {tool&} (requires|require|needs|need) (context|ctx|fact) {key} (to match|matching) \
         {pattern}",
    ],
    formula: |i| {
        let (key, pattern) = (in_formula(i.text(1)), in_formula(i.text(2)));
        format!("G({} -> ctx_matches({key}, {pattern}))", i.tool(0).called())
    },
    describe: |i| format!("{} requires ctx[{}] to match /{}/", i.text(0), i.text(1), i.text(2)),
    instead: "ask a person to see to it, as a call cannot set the fact",
    ..Pattern::BASE
};

pub(super) static TIME_SINCE: Pattern = Pattern {
    name: "time_since",
    category: Category::Context,
    doc: "`action` is called only if `predicate_key` became true at most `max_seconds` before; without \
        an action, that is asked of every tool call",
    parameters: &[
        Parameter::new("predicate_key", Kind::Trigger, "a fact, or a tool for a call of it"),
        Parameter::new("max_seconds", Kind::Duration, "how long ago at most"),
        Parameter::optional("action", Kind::Tool, "what is refused later; every call if not given"),
    ],
    shape: "G(called(action) -> time_since(predicate_key) <= max_seconds)",
    example_args: "[login, 1h, pay]",
    example: "`login` must have occurred within the last 1 hour before `pay`",
    canonical: &[
        "{predicate_key} must have occurred within the last {max_seconds} [before {action}]",
    ],
    forms: &[
        "{predicate_key} must have (occurred|happened) within [the] [last] {max_seconds} [before ~calling \
         [tool] {action}]",
    ],
    formula: |i| {
        let since = format!("time_since({}) <= {}", trigger(i.text(0)), i.seconds(1).unwrap_or(0));
        match i.argument(2) {
            None => format!("G(called_any -> {since})"),
            Some(_) => format!("G({} -> {since})", i.tool(2).called()),
        }
    },
    describe: |i| {
        let seconds = i.seconds(1).unwrap_or(0);
        format!("{} must have occurred within last {seconds}s", i.text(0))
    },
    ..Pattern::BASE
};
