//! What every pattern means, and what it refuses.

use super::*;
use sponsio_engine::formula::Formula;

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn number(text: &str) -> Input {
    Input::Number(text.to_owned())
}

fn list(items: &[&str]) -> Input {
    Input::List(items.iter().map(|item| text(item)).collect())
}

/// The pattern's formula is `expect`, as the engine reads both.
#[track_caller]
fn check(name: &str, args: Vec<Input>, expect: &str, description: &str) {
    let instance = find(name).unwrap().bind(args).unwrap();
    assert_eq!(
        instance.formula().unwrap().to_string(),
        Formula::parse(expect).unwrap().to_string()
    );
    assert_eq!(instance.description(), description);
}

#[track_caller]
fn check_error(name: &str, args: Vec<Input>, fault: Fault, expect: &str) {
    let bound = find(name).unwrap().bind(args);
    let error = bound.and_then(|i| i.formula().map(|f| f.to_string())).unwrap_err();
    assert_eq!((error.message.as_str(), error.fault), (expect, fault));
}

#[test]
fn order() {
    let ab = || vec![text("a"), text("b")];
    check("must_precede", ab(), "!called(b) W called(a)", "a must precede b");
    check(
        "always_followed_by",
        ab(),
        "G(called(a) -> F called(b))",
        "a must always be followed by b",
    );
    check("no_reversal", ab(), "G(called(a) -> G !called(b))", "b must never occur after a");
    check(
        "mutual_exclusion",
        ab(),
        "G !called(a) | G !called(b)",
        "a and b are mutually exclusive",
    );
    check(
        "deadline",
        vec![text("a"), text("b"), number("3")],
        "G(called(a) -> F[<=3] called(b))",
        "b must occur within 3 steps of a",
    );
    check(
        "must_confirm",
        vec![text("drop")],
        "!called(drop) W called(confirm_drop)",
        "drop requires confirmation (confirm_drop)",
    );
}

#[test]
fn counts() {
    check(
        "rate_limit",
        vec![text("a"), text("3")],
        "G(count(a) <= 3)",
        "a limited to 3 invocations",
    );
    check("idempotent", vec![text("a")], "G(count(a) <= 1)", "a must be idempotent (at most once)");
    check(
        "bounded_retry",
        vec![text("a"), number("2")],
        "G(count(a) <= 2)",
        "a limited to 2 retries",
    );
    check(
        "irreversible_once",
        vec![text("a")],
        "G(count(a) <= 1)",
        "a is irreversible and may be called at most once",
    );
    check(
        "loop_detection",
        vec![text("a"), number("5")],
        "G(consecutive_count(a) <= 5)",
        "a must not be called more than 5 times consecutively",
    );
    check(
        "cooldown",
        vec![text("a"), number("3")],
        "G(called(a) -> !Y O[<=2] called(a))",
        "a has a cooldown of 3 steps",
    );
    check(
        "cooldown",
        vec![text("a"), number("1")],
        "G(called(a) -> !Y called(a))",
        "a has a cooldown of 1 steps",
    );
}

#[test]
fn arguments() {
    let args = |last: Input| vec![text("t"), text("f"), last];
    let description = "t.f must not match forbidden patterns";
    let two = r#"G !(arg_field_has(t, f, "x") | arg_field_has(t, f, "y"))"#;
    check("arg_blacklist", args(list(&["x", "y"])), two, description);
    check("arg_blacklist", args(text("rm")), r#"G !arg_field_has(t, f, "rm")"#, description);
    check(
        "arg_blacklist",
        vec![text("t"), text("*"), text("x")],
        r#"G !called_with(t, "x")"#,
        "t.* must not match forbidden patterns",
    );
    check(
        "arg_allowlist",
        args(list(&["x", "y"])),
        r#"G(called(t) -> arg_field_is(t, f, "x") | arg_field_is(t, f, "y"))"#,
        "t.f must match one of the allowed patterns",
    );
    check(
        "arg_length_limit",
        args(number("500")),
        "G !arg_length_exceeds(t, f, 500)",
        "t.f must not exceed 500 characters",
    );
    check(
        "scope_limit",
        vec![text("t"), list(&["/a", "/b"])],
        r#"G(called(t) -> arg_paths_within(t, "/a", "/b"))"#,
        "t restricted to paths: /a, /b",
    );
}

#[test]
fn ranges_speak_of_calls_of_the_tool_only() {
    let range = |min: Input, max: Input| vec![text("t"), text("f"), min, max];
    check(
        "arg_value_range",
        range(number("0"), number("10000")),
        "G(called(t) -> arg(t, f) >= 0 & arg(t, f) <= 10000)",
        "t.f must be in range [0, 10000]",
    );
    check(
        "arg_value_range",
        range(text("-0.50"), Input::Nothing),
        "G(called(t) -> arg(t, f) >= -0.5)",
        "t.f must be >= -0.5",
    );
    check(
        "arg_value_range",
        range(Input::Nothing, number("1e3")),
        "G(called(t) -> arg(t, f) <= 1000)",
        "t.f must be <= 1000",
    );
}

#[test]
fn tools_and_workflow() {
    check(
        "tool_allowlist",
        vec![list(&["a", "b"])],
        "G(called_any -> called(a) | called(b))",
        "only [a, b] may be called",
    );
    check(
        "tool_allowlist",
        vec![text("a"), text("b")],
        "G(called_any -> called(a) | called(b))",
        "only [a, b] may be called",
    );
    check(
        "redirect_to_safe",
        vec![text("rm"), text("trash")],
        "G !called(rm)",
        "redirect `rm` -> `trash`",
    );
    check(
        "workflow_step",
        vec![text("ctx(order, open)"), text("ship")],
        "G(rise(ctx(order, open)) -> X called(ship))",
        "when ctx(order, open) becomes true, the next call must be ship",
    );
    check("trigger_called", vec![text("a")], "F called(a)", "a is called");
    check("trigger_not_called", vec![text("a")], "G !called(a)", "a is never called");
    let redirect = find("redirect_to_safe")
        .unwrap()
        .bind(vec![text("rm"), text("trash"), text("why")])
        .unwrap();
    let expect = Strategy::RedirectToSafe { tool: "trash".into(), message: "why".into() };
    assert_eq!(redirect.strategy(), Some(expect));
}

#[test]
fn an_argument_pattern_limits_and_forbids_both_readings() {
    check(
        "rate_limit",
        vec![text("bash:sudo"), number("0")],
        r#"G(count("bash:sudo") <= 0 & count_with(bash, "sudo") <= 0)"#,
        "bash:sudo limited to 0 invocations",
    );
    check(
        "arg_blacklist",
        vec![text("bash:rm.*"), text("command"), text("x")],
        r#"G(called_with(bash, "rm.*") -> !arg_field_has(bash, command, "x"))"#,
        "bash:rm.*.command must not match forbidden patterns",
    );
    check(
        "must_precede",
        vec![text("bash:git add"), text("bash:git commit")],
        r#"!called_with(bash, "git commit") W called_with(bash, "git add")"#,
        "bash:git add must precede bash:git commit",
    );
}

#[test]
fn arguments_that_do_not_fit_are_refused_with_the_reason() {
    let whole = Fault::Pattern;
    let at = Fault::Argument;
    check_error(
        "must_precede",
        vec![text("a")],
        whole,
        "`must_precede` needs `after`: what has to wait",
    );
    check_error(
        "must_precede",
        vec![text("a"), text("a")],
        whole,
        "`before` and `after` of `must_precede` are both `a`; they are two tools",
    );
    check_error(
        "must_precede",
        vec![text("a"), text(" ")],
        at(1),
        "`after` is ` `, but a tool name is empty",
    );
    check_error(
        "idempotent",
        vec![text("a"), number("1")],
        at(1),
        "`idempotent` takes 1 argument, and 2 are given",
    );
    check_error("idempotent", vec![number("5")], at(0), "`action` is a text, not a number");
    check_error(
        "idempotent",
        vec![Input::Other("a truth value")],
        at(0),
        "`action` is a text, not a truth value",
    );
    check_error(
        "rate_limit",
        vec![text("a"), number("-1")],
        at(1),
        "`max_count` is a whole number in digits, and `-1` is none",
    );
    check_error(
        "rate_limit",
        vec![text("a"), text("²")],
        at(1),
        "`max_count` is a whole number in digits, and `²` is none",
    );
    check_error(
        "rate_limit",
        vec![text("a"), number("99999999999999999999")],
        at(1),
        "`max_count` lies between 0 and 1000000000, and 99999999999999999999 does not",
    );
}

#[test]
fn arguments_out_of_range_are_refused_with_the_reason() {
    let whole = Fault::Pattern;
    let at = Fault::Argument;
    check_error(
        "cooldown",
        vec![text("a"), number("0")],
        at(1),
        "`steps` lies between 1 and 1000, and 0 does not",
    );
    check_error(
        "deadline",
        vec![text("a"), text("b"), number("1001")],
        at(2),
        "`steps` lies between 1 and 1000, and 1001 does not",
    );
    check_error(
        "arg_blacklist",
        vec![text("t"), text("f"), list(&[])],
        at(2),
        "`patterns` is an empty list",
    );
    check_error(
        "arg_blacklist",
        vec![text("t"), text("f"), list(&["a", ""])],
        Fault::Entry(2, 1),
        "`patterns` is empty",
    );
    check_error(
        "arg_value_range",
        vec![text("t"), text("f")],
        whole,
        "`arg_value_range` needs `min` or `max`",
    );
    check_error(
        "arg_value_range",
        vec![text("t"), text("f"), number("2"), number("1")],
        whole,
        "`min` of `arg_value_range` is 2, which is more than `max`, 1",
    );
    check_error(
        "arg_value_range",
        vec![text("t"), text("f"), text("x")],
        at(2),
        "`min` is a number, and `x` is none",
    );
    check_error(
        "arg_allowlist",
        vec![text("t"), text("*"), text("x")],
        whole,
        "`arg_allowlist` speaks of one argument, and `*` names none",
    );
    check_error(
        "loop_detection",
        vec![text("bash:rm -rf"), number("1")],
        at(0),
        "`action` names a tool, and `bash:rm -rf` has an argument pattern after `:`",
    );
    check_error(
        "scope_limit",
        vec![text("t"), text(" ")],
        Fault::Entry(1, 0),
        "`allowed_paths` is empty",
    );
}

#[test]
fn every_limit_of_arguments_is_reached() {
    use crate::limits::{COUNT_MAX, LIST_ENTRIES_MAX, TOOL_SPEC_BYTES_MAX};
    let bind = |name: &str, args: Vec<Input>| find(name).unwrap().bind(args);
    let names: Vec<String> = (0..=LIST_ENTRIES_MAX).map(|i| format!("t{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(bind("tool_allowlist", vec![list(&names[1..])]).is_ok());
    assert!(
        bind("tool_allowlist", vec![list(&names)])
            .unwrap_err()
            .message
            .contains("more than 1024 entries")
    );
    assert!(bind("rate_limit", vec![text("a"), number(&COUNT_MAX.to_string())]).is_ok());
    assert!(bind("rate_limit", vec![text("a"), number(&(COUNT_MAX + 1).to_string())]).is_err());
    assert!(bind("idempotent", vec![text(&"a".repeat(TOOL_SPEC_BYTES_MAX))]).is_ok());
    let error = bind("idempotent", vec![text(&"a".repeat(TOOL_SPEC_BYTES_MAX + 1))]).unwrap_err();
    assert_eq!(error.message, "`action` has more than 4096 bytes");
}

#[test]
fn a_text_that_no_formula_takes_is_found_among_the_arguments() {
    let fault = |name: &str, args: Vec<Input>| {
        find(name).unwrap().bind(args).unwrap().formula().unwrap_err().fault
    };
    assert_eq!(
        fault("arg_blacklist", vec![text("t"), text("f"), list(&["a", "(", "b"])]),
        Fault::Entry(2, 1)
    );
    assert_eq!(fault("rate_limit", vec![text("bash:("), number("0")]), Fault::Argument(0));
    assert_eq!(
        fault("workflow_step", vec![text("called(a)"), text("called(")]),
        Fault::Argument(1)
    );
}

#[test]
fn arguments_may_be_named() {
    let pattern = find("deadline").unwrap();
    let named = |pairs: &[(&str, Input)]| {
        pattern.bind_named(pairs.iter().map(|(n, i)| ((*n).to_owned(), i.clone())).collect())
    };
    let instance =
        named(&[("steps", number("2")), ("trigger", text("a")), ("action", text("b"))]).unwrap();
    assert_eq!(instance, pattern.bind(vec![text("a"), text("b"), number("2")]).unwrap());
    let error = named(&[("trigger", text("a")), ("after", text("b"))]).unwrap_err();
    assert_eq!(
        (error.message.as_str(), error.fault),
        ("`deadline` has no parameter `after`", Fault::Argument(1))
    );
}

#[test]
fn the_registry_is_complete_and_consistent() {
    let expect = [
        "always_followed_by",
        "arg_allowlist",
        "arg_blacklist",
        "arg_length_limit",
        "arg_value_range",
        "bounded_retry",
        "cooldown",
        "deadline",
        "idempotent",
        "irreversible_once",
        "loop_detection",
        "must_confirm",
        "must_precede",
        "mutual_exclusion",
        "no_reversal",
        "rate_limit",
        "redirect_to_safe",
        "scope_limit",
        "tool_allowlist",
        "trigger_called",
        "trigger_not_called",
        "workflow_step",
    ];
    let mut names: Vec<&str> = PATTERNS.iter().map(|p| p.name).collect();
    names.sort_unstable();
    assert_eq!(names, expect);
    for pattern in PATTERNS {
        assert!(!pattern.doc.ends_with('.') && !pattern.doc.is_empty(), "{}", pattern.name);
        let optional = pattern.parameters.iter().position(|p| p.optional);
        assert!(
            pattern.parameters[optional.unwrap_or(0)..]
                .iter()
                .all(|p| optional.is_none() || p.optional)
        );
    }
}

#[test]
fn a_search_finds_names_before_texts() {
    let names = |query: &str| search(query).iter().map(|p| p.name).collect::<Vec<_>>();
    assert_eq!(names("cooldown"), ["cooldown"]);
    assert_eq!(names("redirect"), ["redirect_to_safe"]);
    assert_eq!(names("limit")[..2], ["rate_limit", "arg_length_limit"]);
    assert_eq!(names("must_preceed"), ["must_precede"]);
    assert_eq!(names("zzzzzzzz"), Vec::<&str>::new());
    assert_eq!(names("").len(), PATTERNS.len());
    assert_eq!(nearest("rate_limt"), Some("rate_limit"));
}
