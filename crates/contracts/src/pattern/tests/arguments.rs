//! What arguments are refused, and with which reason.

use super::*;

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
fn arguments_of_every_other_kind_are_checked() {
    let whole = Fault::Pattern;
    let at = Fault::Argument;
    let fail = |name: &str, args: Vec<Input>, fault: Fault, expect: &str| {
        check_error(name, args, fault, expect);
    };
    let window = "`within` is a length of time, and `1y` is none";
    fail("rate_limit", vec![text("a"), number("1"), text("1y")], at(2), window);
    let none = "`within` is a length of time, and `0` is none";
    fail("rate_limit", vec![text("a"), number("1"), number("0")], at(2), none);
    let flag = "`attempted` is `true` or `false`, not a number";
    fail("must_precede", vec![text("a"), text("b"), number("1")], at(2), flag);
    let word = "`scope` cannot be `both`";
    fail("token_budget", vec![number("1"), text("both")], at(1), word);
    fail("no_pii", vec![list(&["dna"])], Fault::Entry(0, 0), "`fields` cannot be `dna`");
    let phrase = "`forbidden` has `rm\\s`, but texts here are literal, and this looks like a regular \
                  expression";
    fail("dangerous_bash_commands", vec![list(&[r"rm\s"])], Fault::Entry(0, 0), phrase);
    let bare = "`forbidden` is a list, not a text";
    fail("dangerous_bash_commands", vec![text("rm"), text("sudo")], at(0), bare);
    let several = "`must_confirm` makes the name of a tool from `{a, b}`, which is several tools";
    fail("must_confirm", vec![list(&["a", "b"])], whole, several);
    let both = "`b` is both a source and a sink";
    fail("untrusted_source_gate", vec![list(&["a", "b"]), list(&["b"])], whole, both);
    let twice = "`required_set` names `b` twice";
    fail("required_steps_completion", vec![text("a"), list(&["b", "b"])], whole, twice);
    let itself = "`a` cannot be owed to itself";
    fail("required_steps_completion", vec![text("a"), list(&["a"])], whole, itself);
    let three = "`sanitized_before_sink` is about three tools, and `a` comes twice";
    fail("sanitized_before_sink", vec![text("a"), text("b"), text("a")], whole, three);
    let nothing = "`max_length` needs `max_words` or `max_chars`";
    fail("max_length", vec![], whole, nothing);
    let below = "`max` of `sum_limit` is -1, and a sum is never below zero";
    fail("sum_limit", vec![text("a"), text("x"), number("-1")], whole, below);
    let set = "`tool` is `{a`, but a set is written `{first, second}`";
    fail("trigger_called", vec![text("{a")], at(0), set);
    let safe = "`safe` is `@x`, which is several tools; one runs in the place";
    fail("redirect_to_safe", vec![text("a"), text("@x")], whole, safe);
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
