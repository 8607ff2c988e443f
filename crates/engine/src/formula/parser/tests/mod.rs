//! What is accepted, and how it reads.

mod limits;
mod refused;

use proptest::prelude::*;

use super::ParseError;
use crate::formula::ast::Formula;
use crate::ground::catalog::CATALOG;

/// The canonical text of what was read; it reads back as the same formula and prints as itself.
#[track_caller]
fn check(text: &str, expect: &str) {
    let formula =
        Formula::parse(text).unwrap_or_else(|e| panic!("{text:?}: {e} at {:?}", e.span()));
    assert_eq!(formula.to_string(), expect, "{text:?}");
    assert_eq!(Formula::parse(expect), Ok(formula), "{text:?}");
}

fn refusal(text: &str) -> ParseError {
    Formula::parse(text).map_or_else(|error| error, |f| panic!("{text:?} reads as `{f}`"))
}

#[test]
fn the_infix_form_reads_by_precedence() {
    check("G(called(pay) -> O called(verify))", "G(called(pay) -> O called(verify))");
    check("true -> false -> true", "true -> false -> true");
    check("(true -> false) -> true", "(true -> false) -> true");
    check("true -> (false -> true)", "true -> false -> true");
    check("true | false & true", "true | false & true");
    check("(true | false) & true", "(true | false) & true");
    check("true & false & true", "true & false & true");
    check("true & (false & true)", "true & (false & true)");
    check("true U false U true", "true U false U true");
    check("true U (false U true)", "true U (false U true)");
    check("true U false W true", "(true U false) W true");
    check("true S false R true", "(true S false) R true");
    check("true & false U true", "true & false U true");
    check("count(a) <= 3 U called(b)", "count(a) <= 3 U called(b)");
    check("!called(a) & called(b)", "!called(a) & called(b)");
    check("!(called(a) & called(b))", "!(called(a) & called(b))");
    check("G(called(a)) & called(b)", "G called(a) & called(b)");
    check("((called(a)))", "called(a)");
    check("\tcalled ( a )\r\n", "called(a)");
}

#[test]
fn every_unary_operator_reads() {
    check("X F G Y O H !true", "X F G Y O H !true");
    check("X(F(G(Y(O(H(!(true)))))))", "X F G Y O H !true");
}

#[test]
fn strong_next_is_one_sign_only_where_nothing_parts_it() {
    check("X! called(a)", "X! called(a)");
    check("X!called(a)", "X! called(a)");
    check("X !called(a)", "X !called(a)");
    check("X!!called(a)", "X! !called(a)");
    check("X!(true & false)", "X!(true & false)");
}

#[test]
fn bounds_count_calls_or_seconds() {
    check("F[<=3] true", "F[<=3] true");
    check("G [ <= 3 ] (true | false)", "G[<=3](true | false)");
    check("O[<=0]called(a)", "O[<=0] called(a)");
    check("O[<=60s] true", "O[<=1m] true");
    check("O[<=61s] true", "O[<=61s] true");
    check("O[<=0d] true", "O[<=0s] true");
    check("O[<=24h] true", "O[<=1d] true");
    check("O[<=2m] true", "O[<=2m] true");
    check("O[<=1h] true", "O[<=1h] true");
    check("O[<=3650d] true", "O[<=3650d] true");
    check("F[<=1000] true", "F[<=1000] true");
}

#[test]
fn the_constructor_form_reads_as_the_infix_form() {
    check("G(Implies(called(a), F(called(b))))", "G(called(a) -> F called(b))");
    check("And(Or(true, false), Not(true))", "(true | false) & !true");
    check("U(called(a), X(called(b)))", "called(a) U X called(b)");
    check(
        "W(true, false) & R(true, false) & S(true, false)",
        "true W false & true R false & true S false",
    );
    check("Le(Var(count, a), Const(3))", "count(a) <= 3");
    check("Lt(Var('count', 'a'), Const(3))", "count(a) < 3");
    check("Ge(ArgLength(post, body), Const(-1.50))", "length(arg(post, body)) >= -1.5");
    check("Gt(CtxValue(k), ArgValue(t, f.g))", "ctx(k) > arg(t, f.g)");
    check("Eq(ctx(k), 'x')", r#"ctx(k) == "x""#);
    check("Ne(ctx_value(k), arg_value(t, f))", "ctx(k) != arg(t, f)");
    check("Atom(called, pay) | Atom(called_any)", "called(pay) | called_any");
    check(
        "G(called(pay) -> ArgValue(pay, amount) <= 100)",
        "G(called(pay) -> arg(pay, amount) <= 100)",
    );
    check("CtxValue(a) == CtxValue(b)", "ctx(a) == ctx(b)");
}

#[test]
fn functions_read() {
    check("rise(called(a) | called(b))", "rise(called(a) | called(b))");
    check("!rise(called(a))", "!rise(called(a))");
    check("length(arg(t, f)) <= 1e3", "length(arg(t, f)) <= 1000");
    check("optional(length(ctx(k))) < 1e-9", "optional(length(ctx(k))) < 1e-9");
    check("length(\"abc\") == 3", "length(\"abc\") == 3");
    check("1e999 > count(a)", "1e+999 > count(a)");
}

#[test]
fn the_place_of_a_word_decides_what_it_is() {
    check("denied(a) & denied(a) < 3", "denied(a) & denied(a) < 3");
    check("(denied(a)) < (3)", "denied(a) < 3");
    check("ctx(role, admin) & ctx(role) == 'admin'", "ctx(role, admin) & ctx(role) == \"admin\"");
    check("called_any() U called_any", "called_any U called_any");
    check("true() & false()", "true & false");
}

#[test]
fn the_words_about_results_agents_models_and_data_read() {
    check("attempted(pay)", "called(pay)");
    check("current_agent(ops) & agent_is('a b')", "agent_is(ops) & agent_is(\"a b\")");
    check("result(pay, timeout) | result(pay, 'ok')", "result(pay, timeout) | result(pay, ok)");
    check("Atom(done_with, run, '^pytest') & done(run)", "done_with(run, \"^pytest\") & done(run)");
    check("system_prompt_present() & segment(answer)", "system_prompt_present & segment(answer)");
    check("flow(a, b) & contains(ssn) & perm(admin)", "flow(a, b) & contains(ssn) & perm(admin)");
    check("arg_from(pay, to, {read, web})", "arg_from(pay, to, {read, web})");
    check("arg_from(pay, '*', read, 'quote')", "arg_from(pay, \"*\", read, quote)");
    check(
        "arg_known(pay, to, user, '{b,a}.{x,y}', 'text(read)')",
        "arg_known(pay, to, user, \"{b, a}.{x, y}\", \"text(read)\")",
    );
    check("user_said('(?i)pay')", "user_said(\"(?i)pay\")");
    check("token_count(total) <= 3", "token_count <= 3");
    check("Le(Var(token_count, input_tokens), Const(3))", "token_count(input) <= 3");
    check("Var(now) < delegation_depth()", "now < delegation_depth");
    check("response_words <= response_chars", "response_words <= response_chars");
}

#[test]
fn sets_globs_and_tags_stand_for_tools() {
    check("called({a,b})", "called({a, b})");
    check("called({ a , {'b c', a} })", "called({a, \"b c\"})");
    check("called('{a, b}')", "called({a, b})");
    check("called({a})", "called(a)");
    check("called('mcp__*')", "called(\"mcp__*\")");
    check("called({\"mcp__*\", @risky})", "called({mcp__*, @risky})");
    check("count(@risky) < 3", "count(@risky) < 3");
    check("called('@risky')", "called(@risky)");
    check("called('@')", "called(\"@\")");
    check("called('@a b')", "called(\"@a b\")");
}

#[test]
fn counters_have_windows_and_conditions() {
    check("count(a) within 60s <= 3", "count(a) within 1m <= 3");
    check("3 >= count(a) within 90s", "3 >= count(a) within 90s");
    check("denied(a) within 1h < 2 & denied(a)", "denied(a) within 1h < 2 & denied(a)");
    check("(count_with(a, 'x') within 7d) < 2", "count_with(a, \"x\") within 7d < 2");
    check("Le(Var(count, a) within 36h, 3)", "count(a) within 36h <= 3");
    check("sum(pay.amount) <= 10", "sum(pay, amount) <= 10");
    check("sum(pay.in.amount within 24h) <= 10", "sum(pay, in.amount) within 1d <= 10");
    check("distinct(mail.to) <= distinct(mail, to)", "distinct(mail, to) <= distinct(mail, to)");
    let both = "sum(pay, amount) where ctx(desk, a) & arg(pay, currency) == \"EUR\" within 1d <= 9";
    check(both, both);
    check("sum(pay.amount where ctx(desk, a) & arg(pay, currency) == 'EUR' within 1d) <= 9", both);
    check(
        "9 > (sum(pay, amount) where !ctx(desk, a)) & called(b)",
        "9 > (sum(pay, amount) where !ctx(desk, a)) & called(b)",
    );
    check(
        "9 > sum(pay, amount where !!ctx(desk, a)) & called(b)",
        "9 > (sum(pay, amount) where ctx(desk, a)) & called(b)",
    );
    check(
        "sum(p, a) where ctx(k) != 1 & length(optional(arg(p, x))) <= 3 & called(p) <= 100",
        "sum(p, a) where ctx(k) != 1 & length(optional(arg(p, x))) <= 3 & called(p) <= 100",
    );
    check(
        "optional(sum(p, a) where now < 3 within 5m) < 1",
        "optional(sum(p, a) where now < 3 within 5m) < 1",
    );
}

#[test]
fn time_is_measured_since_a_fact() {
    check("time_since(called(a)) < 3", "time_since(called(a)) < 3");
    check("time_since(called_any) < 3", "time_since(called_any) < 3");
    check("time_since('ctx(a.b, \"x\")') < 3", "time_since(ctx(a.b, x)) < 3");
    check("Lt(Var(time_since, denied({a, b})), 3)", "time_since(denied({a, b})) < 3");
}

#[test]
fn names_of_tools_need_quotes_only_where_they_are_no_names() {
    check("called(my-tool)", "called(my-tool)");
    check("called(a.b)", "called(a.b)");
    check("called(server:tool)", "called(server:tool)");
    check("called(mcp__github__push)", "called(mcp__github__push)");
    check("called(\"a b\")", "called(\"a b\")");
    check("called('pay')", "called(pay)");
    check(
        "called(G) & called('X') & called(true)",
        r#"called("G") & called("X") & called("true")"#,
    );
    check("called(123)", "called(\"123\")");
    check("ctx(version, 1.10)", "ctx(version, \"1.10\")");
    check("called(überweisen)", "called(überweisen)");
    check(r#"ctx(k, "")"#, r#"ctx(k, "")"#);
    check("arg(t, \"items[*].to\") > 1", "arg(t, \"items[*].to\") > 1");
}

#[test]
fn regular_expressions_keep_their_backslashes() {
    check(r"called_with(bash, 'rm\s+-rf')", r#"called_with(bash, "rm\\s+-rf")"#);
    check(r#"called_with(bash, "rm\\s+-rf")"#, r#"called_with(bash, "rm\\s+-rf")"#);
    check(r#"called_with(bash, "a\"b\n")"#, r#"called_with(bash, "a\"b\n")"#);
}

#[test]
fn every_example_of_the_catalog_reads_and_uses_its_word() {
    for entry in CATALOG {
        let formula = Formula::parse(entry.example).unwrap();
        let printed = formula.to_string();
        assert!(printed.contains(entry.name), "{printed}");
        assert_eq!(Formula::parse(&printed), Ok(formula));
        for alias in entry.aliases {
            let text = entry.example.replace(&format!("{}(", entry.name), &format!("{alias}("));
            assert_eq!(Formula::parse(&text).unwrap().to_string(), printed);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in ".{0,80}") {
        let _ = Formula::parse(&text);
    }

    #[test]
    fn any_sequence_of_tokens_is_read_without_a_panic(
        tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..40),
    ) {
        let text = tokens.join(" ");
        match Formula::parse(&text) {
            Ok(formula) => prop_assert_eq!(Formula::parse(&formula.to_string()), Ok(formula)),
            Err(error) => prop_assert!(text.get(error.span().start..error.span().end).is_some()),
        }
    }
}

const TOKENS: &[&str] = &[
    "(",
    ")",
    ",",
    "!",
    "&",
    "|",
    "->",
    "U",
    "W",
    "R",
    "S",
    "X",
    "X!",
    "F",
    "G",
    "Y",
    "O",
    "H",
    "F[<=2]",
    "O[<=2s]",
    "[",
    "]",
    "<=",
    "==",
    "true",
    "false",
    "called(a)",
    "denied(a)",
    "count(a)",
    "ctx(a, b)",
    "3",
    "'x'",
    "rise(",
    "length(",
    "And(",
    "Le(",
    "Var(",
    "Const(",
    "ArgLength(",
    "name",
    "sum(a.b)",
    "where",
    "within",
    "1h",
    "time_since(",
    "{a, b}",
    "@c",
    "count({a, 'b*'})",
];
