//! Where data may come from and go to.
//!
//! Values are followed by what they are: a value that a tool gave out and that stands in the arguments of a
//! later call came from that tool, in whatever of the known spellings. What a model says in its own words
//! about a value is not followed.

use sponsio_engine::formula::USER;

use super::confirm::gate;
use super::quote::{in_formula, listed};
use super::tool_spec::{self, any_of};
use super::{Category, ForEach, Kind, Parameter, Pattern, two_tools};

/// The path of `arg_from` that means every argument.
const EVERY_ARGUMENT: &str = "*";

pub(super) static NO_DATA_LEAK: Pattern = Pattern {
    name: "no_data_leak",
    category: Category::Flow,
    doc: "nothing goes from `source` to `external`. For tools: no argument of `external` carries a value \
        that `source` gave out. For agents: once data with the field `source` was written, nothing flows \
        from the agent `source` to the agent `external`",
    parameters: &[
        Parameter::new("source", Kind::ToolName, "a tool, or an agent and the field it guards"),
        Parameter::new("external", Kind::ToolName, "a tool, or an agent"),
    ],
    shape: "G !(arg_from(external, *, source) | contains(source) & flow(source, external))",
    example_args: "[read_db, send_email]",
    example: "no data leak from `read_db` to `send_email`",
    canonical: &["no data leak from {source} to {external}"],
    forms: &[
        "no [data] (leak|leaks|leakage) from [tool] {source} to [tool] {external}",
        "[the] data (of|from) [tool] {source} ~mustnot (flow|leak|be sent|go) to [tool] {external}",
        "~dont (send|transmit|expose|share|leak) [the] [data|output] [of|from] [tool] {source} (to|with) \
         [tool] {external}",
        "protect [tool] {source} from (leaking|exposure) to [tool] {external}",
    ],
    formula: |i| {
        let (source, external) = (in_formula(i.text(0)), in_formula(i.text(1)));
        let carried = format!("arg_from({external}, {}, {source})", in_formula(EVERY_ARGUMENT));
        format!("G !({carried} | contains({source}) & flow({source}, {external}))")
    },
    describe: |i| format!("no data leak from {} to {}", i.text(0), i.text(1)),
    problem: two_tools,
    instead: "call it without anything that came from there",
    ..Pattern::BASE
};

pub(super) static PROVENANCE: Pattern = Pattern {
    name: "provenance",
    category: Category::Flow,
    doc: "with `trusted`, each value of the argument `path` of `tool` was said by the user or is a value of an \
        output of `trusted`; with `untrusted`, none came from an output of `untrusted`, unless all of the \
        argument stands in the user's own words. The first form does not depend on finding a value again that \
        was rewritten",
    parameters: &[
        Parameter::new("tool", Kind::Tool, "whose argument"),
        Parameter::new("path", Kind::ArgPath, "which argument"),
        Parameter::optional("untrusted", Kind::ToolList, "what must not decide it"),
        Parameter::optional("trusted", Kind::SourceList, "what may decide it, beside the user"),
    ],
    shape: "G(called(tool) -> arg_known(tool, path, user, trusted) & (!arg_from(tool, path, untrusted) | \
        arg_from_user(tool, path)))",
    example_args: "[send_money, recipient, [read_file, web_fetch]]",
    example: "argument `recipient` of tool `send_money` must not come from `read_file`, `web_fetch`",
    canonical: &[
        "argument {path} of tool {tool} must not come from {untrusted}",
        "argument {path} of tool {tool} must come from the user or {trusted}",
        "argument {path} of tool {tool} must come from the user or {trusted} and not from {untrusted}",
    ],
    forms: &[
        "[argument] {path} of [tool] {tool} ~mustnot (come|be taken|be copied) from [the output of] [any \
         of] [tools] {untrusted} [unless the user (said|wrote|gave) it]",
        "{tool.path} ~mustnot (come|be taken|be copied) from [the output of] [any of] [tools] {untrusted} \
         [unless the user (said|wrote|gave) it]",
        "[argument] {path} of [tool] {tool} ~must (come|be taken|be copied) from [the] user or [from] {trusted} \
         [and not from {untrusted}]",
        "{tool.path} ~must (come|be taken|be copied) from [the] user or [from] {trusted} [and not from \
         {untrusted}]",
        "[argument] {path} of [tool] {tool} ~must (come|be taken|be copied) from [the] user {trusted=user}",
        "{tool.path} ~must (come|be taken|be copied) from [the] user {trusted=user}",
    ],
    formula: |i| {
        let path = in_formula(i.text(1));
        let sources = in_formula(&tool_spec::set(i.list(2)));
        let trusted: Vec<String> =
            i.list(3).iter().filter(|text| &***text != USER).map(|text| in_formula(text)).collect();
        let trusted = [vec![USER.to_owned()], trusted].concat().join(", ");
        let body = i.tool(0).each_call(|tool| {
            let known = format!("arg_known({tool}, {path}, {trusted})");
            let from =
                format!("!arg_from({tool}, {path}, {sources}) | arg_from_user({tool}, {path})");
            match (i.list(2), i.list(3)) {
                (_, []) => from,
                ([], _) => known,
                _ => format!("{known} & ({from})"),
            }
        });
        format!("G({body})")
    },
    describe: |i| {
        let plain = |at: usize| listed(i.list(at)).replace('`', "");
        let (argument, untrusted, trusted) =
            (format!("{}.{}", i.text(0), i.text(1)), plain(2), plain(3));
        match (i.list(2), i.list(3)) {
            (_, []) => format!("{argument} must not come from {untrusted}"),
            ([], _) => format!("{argument} must come from the user or {trusted}"),
            _ => {
                format!("{argument} must come from the user or {trusted}, not from {untrusted}")
            }
        }
    },
    problem: |i| {
        if i.list(2).is_empty() && i.list(3).is_empty() {
            return Some("`provenance` needs `untrusted`, `trusted` or both".to_owned());
        }
        let with = i.list(2).iter().find(|tool| !tool_spec::ToolSpec::new(tool).is_name())?;
        Some(format!("`untrusted` names tools, and `{with}` has an argument pattern after `:`"))
    },
    instead: "use a value that the user gave, or that came from where it may",
    ..Pattern::BASE
};

pub(super) static SANITIZED_BEFORE_SINK: Pattern = Pattern {
    name: "sanitized_before_sink",
    category: Category::Flow,
    doc: "after a call of `source`, `sink` is called only once `sanitizer` was called since the last call of \
        the source, and did not fail",
    parameters: &[
        Parameter::new("source", Kind::Tool, "what brings in data"),
        Parameter::new("sanitizer", Kind::Tool, "what makes it harmless"),
        Parameter::new("sink", Kind::Tool, "what uses it"),
        super::order::ATTEMPTED,
    ],
    shape: "G(called(sink) & O called(source) -> done(sanitizer) & !(!called(sanitizer) S called(source)))",
    example_args: "[web_fetch, sanitize_input, send_email]",
    example: "after `web_fetch`, tool `sanitize_input` must precede `send_email`",
    canonical: &["after {source}, tool {sanitizer} must precede {sink}"],
    forms: &[
        "[tool] {source} [input|output|data|content] ~must be (sanitized|sanitised) by [tool] {sanitizer} \
         before ~calling [tool|tools] {sink&}",
        "after ~calling [tool] {source} [,] [tool] {sanitizer} ~must (precede|be ~called before) \
         [tool|tools] {sink&}",
        "after ~calling [tool] {source} [,] [you must] ~call [tool] {sanitizer} before ~calling \
         [tool|tools] {sink&}",
    ],
    formula: |i| gate(&i.tool(0).called(), &i.tool(1), &i.tool(2).called(), i.flag(3)),
    describe: |i| format!("after {}, {} must precede {}", i.text(0), i.text(1), i.text(2)),
    problem: |i| {
        let (source, sanitizer, sink) = (i.text(0), i.text(1), i.text(2));
        let twice = if source == sanitizer || source == sink {
            source
        } else if sanitizer == sink {
            sink
        } else {
            return None;
        };
        Some(format!("`sanitized_before_sink` is about three tools, and `{twice}` comes twice"))
    },
    ..Pattern::BASE
};

pub(super) static SAME_VALUE: Pattern = Pattern {
    name: "same_value",
    category: Category::Flow,
    doc: "`second` is called only with a value of `second_path` that an earlier call of `first`, which did \
        not fail, had in `first_path`: what is paid is what was verified. The contract is judged apart for \
         each value",
    parameters: &[
        Parameter::new("first", Kind::ToolName, "what comes first"),
        Parameter::new("first_path", Kind::ArgPath, "its argument"),
        Parameter::new("second", Kind::ToolName, "what has to wait"),
        Parameter::new("second_path", Kind::ArgPath, "its argument"),
        super::order::ATTEMPTED,
    ],
    shape: "for each {first: first_path, second: second_path}: G(called(second) -> done(first))",
    example_args: "[verify, id, pay, account]",
    example: "argument `account` of tool `pay` must equal argument `id` of an earlier `verify`",
    canonical: &[
        "argument {second_path} of tool {second} must equal argument {first_path} of an earlier {first}",
    ],
    forms: &[
        "[the] [argument] {second_path} of [tool] {second} must (equal|be) [the] [argument] {first_path} of \
         (an earlier|a previous) [call of] [tool] {first}",
        "{second.second_path} must (equal|be) [the] {first.first_path} [of an earlier call]",
        "[tool] {first} must precede [tool] {second} with the same {first_path} {second_path=<first_path>}",
    ],
    formula: |i| {
        let first = i.tool(0).made(i.flag(4));
        super::order::precede(&any_of(&[first]), &i.tool(2).called())
    },
    describe: |i| {
        let (first, second) = (i.text(0), i.text(2));
        format!("{second}.{} must equal {first}.{} of an earlier call", i.text(3), i.text(1))
    },
    problem: |i| {
        let same = i.text(0) == i.text(2);
        same.then(|| format!("`first` and `second` are both `{}`; they are two tools", i.text(0)))
    },
    for_each: |i| {
        let place = |tool: usize, path: usize| (i.text(tool).into(), i.text(path).into());
        Some(ForEach::Arguments(vec![place(0, 1), place(2, 3)]))
    },
    instead: "use the same value in both calls",
    ..Pattern::BASE
};
