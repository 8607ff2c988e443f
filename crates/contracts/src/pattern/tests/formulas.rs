//! The formula and the description of every pattern.

use super::*;

#[test]
fn order() {
    let ab = || vec![text("a"), text("b")];
    let done = "G(called(b) -> done(a))";
    check("must_precede", ab(), done, "a must precede b");
    check("dry_run_before_commit", ab(), done, "a dry-run must precede b");
    let backup = "a backup must precede destructive action b";
    check("backup_before_destructive", ab(), done, backup);
    let attempted = vec![text("a"), text("b"), Input::Truth(true)];
    check("must_precede", attempted, "G(called(b) -> O called(a))", "a must precede b");
    check("no_reversal", ab(), "G(called(a) -> G !called(b))", "b must never occur after a");
    let not_both = "G !called(a) | G !called(b)";
    check("mutual_exclusion", ab(), not_both, "a and b are mutually exclusive");
    check("never_together", ab(), not_both, "a and b must never occur together");
}

#[test]
fn duties() {
    let ab = || vec![text("a"), text("b")];
    let follow = "G(called(a) -> F called(b))";
    check("always_followed_by", ab(), follow, "a must always be followed by b");
    check("audit_after", ab(), follow, "a must be followed by audit step b");
    check(
        "audit_after",
        vec![text("pay")],
        "G(called(pay) -> F called(audit_pay))",
        "pay must be followed by audit step audit_pay",
    );
    check(
        "required_steps_completion",
        vec![text("a"), list(&["b", "c"])],
        "G(called(a) -> F called(b) & F called(c))",
        "every a must be followed by all of [b, c]",
    );
    check(
        "deadline",
        vec![text("a"), text("b"), number("3")],
        "G(called(a) -> F[<=3] called(b))",
        "b must occur within 3 steps of a",
    );
    let owed = "a must be called before the session ends";
    check("obligation_before_end", vec![text("a")], "F G done(a)", owed);
    check("obligation_before_end", vec![text("a"), Input::Truth(true)], "F called(a)", owed);
}

#[test]
fn confirmations() {
    check(
        "must_confirm",
        vec![text("drop")],
        "G(called(drop) -> done(confirm_drop))",
        "drop requires confirmation (confirm_drop)",
    );
    let failed =
        "(result(confirm_b, error) | result(confirm_b, denied) | result(confirm_b, timeout))";
    check(
        "confirm_after_source",
        vec![text("a"), text("b")],
        &format!(
            "G(called(b) & O called(a) -> done(confirm_b) & !(!called(confirm_b) S (called(a) | {failed})))"
        ),
        "after a, b requires confirmation via confirm_b",
    );
    check(
        "untrusted_source_gate",
        vec![list(&["a", "b"]), list(&["c", "d"]), Input::Truth(true)],
        "G((called(c) | called(d)) & O (called(a) | called(b)) -> \
         !(!called(confirm_reconfirmed) S (called(a) | called(b))))",
        "after [a, b], [c, d] requires re-confirmation",
    );
    check(
        "sanitized_before_sink",
        vec![text("a"), text("b"), text("c"), Input::Truth(true)],
        "G(called(c) & O called(a) -> !(!called(b) S called(a)))",
        "after a, b must precede c",
    );
}

#[test]
fn approvals() {
    check(
        "destructive_action_gate",
        vec![text("drop"), text("dba")],
        "G(called(drop) -> done(confirm_drop) & O (called(confirm_drop) & perm(dba)))",
        "drop is destructive and requires approval from dba",
    );
    check(
        "requires_permission",
        vec![text("t"), text("admin")],
        "G(called(t) -> perm(admin))",
        "t requires permission admin",
    );
    check(
        "segregation_of_duty",
        vec![text("a"), text("b")],
        "G !called(a) | G !called(b)",
        "a and b must be performed by different agents",
    );
    check(
        "approval_freshness",
        vec![text("ok"), text("go"), number("3")],
        "G(called(go) -> O[<=3] called(ok) & done(ok) & !(!called(ok) S (result(ok, error) | \
         result(ok, denied) | result(ok, timeout))))",
        "go requires approval ok within 3 steps",
    );
    check(
        "approval_active",
        vec![text("go"), text("senior eng"), text("1h")],
        "G(called(go) -> ctx(approval.role, \"senior eng\") & ctx(approval.decision, allow) & \
         (time_since(ctx(approval.role, \"senior eng\")) <= 3600 | \
         time_since(ctx(approval.decision, allow)) <= 3600))",
        "go requires active senior eng approval (≤3600s old)",
    );
}

#[test]
fn keys_come_with_patterns() {
    let keys = |name: &str, args: Vec<Input>| {
        find(name).unwrap().bind(args).unwrap().for_each().map(|keys| keys.to_string())
    };
    let agents = keys("segregation_of_duty", vec![text("a"), text("b")]);
    assert_eq!(agents.as_deref(), Some("agent"));
    let places = || vec![text("verify"), text("id"), text("pay"), text("account")];
    assert_eq!(keys("same_value", places()).as_deref(), Some("{verify: id, pay: account}"));
    assert_eq!(keys("must_precede", vec![text("a"), text("b")]), None);
    let user = ForEach::parse("ctx.user").unwrap();
    let both = find("same_value").unwrap().bind(places()).unwrap().per(user);
    let both = both.for_each().map(|keys| keys.to_string());
    assert_eq!(both.as_deref(), Some("[{verify: id, pay: account}, ctx.user]"));
}

#[test]
fn budgets() {
    let sum = |args: Vec<Input>| {
        vec![text("pay"), text("amount")].into_iter().chain(args).collect::<Vec<_>>()
    };
    check(
        "sum_limit",
        sum(vec![number("500.50")]),
        "G(sum(pay, amount) <= 500.5)",
        "the sum of pay.amount must not exceed 500.5",
    );
    check(
        "spend_limit",
        sum(vec![number("500"), text("1d")]),
        "G(sum(pay, amount) within 86400s <= 500)",
        "pay.amount must not spend more than 500 within 86400s",
    );
    check(
        "token_budget",
        vec![number("9"), text("input_tokens")],
        "G(called_any -> token_count(input) <= 9)",
        "session input_tokens tokens must not exceed 9",
    );
    check(
        "delegation_depth_limit",
        vec![number("2")],
        "G(delegation_depth <= 2)",
        "delegation chain must not exceed depth 2",
    );
}

#[test]
fn commands() {
    check(
        "dangerous_bash_commands",
        vec![list(&["rm -rf", r"/su(do)?/"])],
        r#"G !(called_with(bash, "\\brm\\s+-rf\\b") | called_with(bash, "su(do)?"))"#,
        "bash commands [rm -rf, /su(do)?/] are banned",
    );
    check(
        "dangerous_sql_verbs",
        vec![text("q"), list(&["DROP"]), text("query")],
        r#"G !arg_field_has(q, query, "(?i)\\bDROP\\b")"#,
        "q must not use [DROP]",
    );
    let four = ["DROP", "TRUNCATE", "DELETE", "ALTER"];
    let four =
        four.map(|verb| format!(r#"called_with(execute_sql, "(?i)\\b{verb}\\b")"#)).join(" | ");
    check(
        "dangerous_sql_verbs",
        vec![],
        &format!("G !({four})"),
        "execute_sql must not use [DROP, TRUNCATE, DELETE, ALTER]",
    );
    check(
        "data_intact",
        vec![text("grade"), list(&["/data"])],
        r#"G(called_with(bash, "grade") -> arg_paths_within(bash, "/data"))"#,
        "grade must use only original data from [/data]",
    );
    let defaults = find("dangerous_bash_commands").unwrap().bind(vec![]).unwrap();
    assert!(defaults.formula().is_ok());
}

#[test]
fn flows() {
    check(
        "no_data_leak",
        vec![text("read"), text("send")],
        r#"G !(arg_from(send, "*", read) | contains(read) & flow(read, send))"#,
        "no data leak from read to send",
    );
    check(
        "provenance",
        vec![text("pay"), text("to"), list(&["read", "web"])],
        r#"G(called(pay) -> !arg_from(pay, to, {read, web}) | arg_from_user(pay, to))"#,
        "pay.to must not come from read, web",
    );
    let user = Input::List(vec![text("user"), text("book.{iban}")]);
    check(
        "provenance",
        vec![text("pay"), text("to"), Input::Nothing, user],
        r#"G(called(pay) -> arg_known(pay, to, user, "book.{iban}"))"#,
        "pay.to must come from the user or user, book.{iban}",
    );
    check(
        "same_value",
        vec![text("verify"), text("id"), text("pay"), text("account")],
        "G(called(pay) -> done(verify))",
        "pay.account must equal verify.id of an earlier call",
    );
}

#[test]
fn responses_and_context() {
    check(
        "max_length",
        vec![number("200"), number("900")],
        "G(optional(response_words) <= 200 & optional(response_chars) <= 900)",
        "response ≤ 200 words and ≤ 900 chars",
    );
    check(
        "no_keywords",
        vec![list(&["a.b", "C++"])],
        r#"G !llm_said("(?i)(?:\\ba\\.b\\b|\\bC\\+\\+)")"#,
        "response must not contain keywords: [a.b, C++]",
    );
    assert!(find("no_pii").unwrap().bind(vec![]).unwrap().formula().is_ok());
    check(
        "ctx_required",
        vec![text("t"), text("env"), Input::List(vec![text("a"), number("5"), Input::Truth(true)])],
        r#"G(called(t) -> ctx(env, a) | ctx(env, "5") | ctx(env, "true"))"#,
        "t requires ctx[env] ∈ [a, 5, true]",
    );
    check(
        "ctx_matches_required",
        vec![text("t"), text("env"), text("a.*")],
        r#"G(called(t) -> ctx_matches(env, "a.*"))"#,
        "t requires ctx[env] to match /a.*/",
    );
    check(
        "time_since",
        vec![text("ctx(login, yes)"), number("90"), text("pay")],
        "G(called(pay) -> time_since(ctx(login, yes)) <= 90)",
        "ctx(login, yes) must have occurred within last 90s",
    );
    check(
        "time_since",
        vec![text("login"), text("1m")],
        "G(called_any -> time_since(called(login)) <= 60)",
        "login must have occurred within last 60s",
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
    check(
        "rate_limit",
        vec![text("a"), number("3"), text("24h")],
        "G(count(a) within 86400s <= 3)",
        "a limited to 3 invocations within 86400s",
    );
    check(
        "duplicate_call_limit",
        vec![text("a"), text("x+"), number("2")],
        r#"G(count_with(a, "x+") <= 2)"#,
        "a calls matching 'x+' at most 2 times",
    );
    check(
        "denied_limit",
        vec![text("a"), number("3"), text("5m")],
        "G(called(a) -> denied(a) within 300s < 3)",
        "a is blocked after 3 refusals within 300s",
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
        r#"G(called_with(bash, "git commit") -> done_with(bash, "git add"))"#,
        "bash:git add must precede bash:git commit",
    );
}
