//! Sets and globs of tools: what a name is to them, whatever a formula asks about it.

use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Event, Timestamp};
use sponsio_engine::formula::{Arena, Constant, Formula, Node, Symbol};
use sponsio_engine::ground::catalog::Word;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::{Mode, Strategy};

use crate::support::{call, call_with, check, compile, contract, decisions, program};

const SET: &str = "{read, write}";
const GLOB: &str = "mcp__git__*";

/// The formula with `S` for the set, `G` for the glob and `B` for a set of both, in quotes.
fn with_groups(formula: &str) -> String {
    let both = format!("{{read, {GLOB}}}");
    formula
        .replace("$S", &format!("\"{SET}\""))
        .replace("$G", &format!("\"{GLOB}\""))
        .replace("$B", &format!("\"{both}\""))
}

fn check_groups(formula: &str, calls: &str, expect: &str) {
    check(&with_groups(formula), calls, expect);
}

#[test]
fn each_member_of_a_set_is_meant() {
    check_groups("G !called($S)", "read write list Read mcp__fs__write", "bbabb");
    check_groups("F called($S) & G !called(x)", "a read x", "aab");
    check_groups("!called(pay) W called($S)", "pay write pay", "baa");
}

#[test]
fn each_name_that_matches_a_glob_is_meant() {
    check_groups("G !called($G)", "mcp__git__push mcp__hub__push MCP__git__pull push", "baba");
    check_groups("!called(pay) W called($G)", "pay MCP__git__x pay mcp__git__x pay", "babaa");
    check_groups("G !called($B)", "read mcp__git__push Read write", "bbba");
}

#[test]
fn an_order_is_met_by_any_of_a_set() {
    check_groups(
        "G(called($G) -> O called($S))",
        "mcp__git__a READ mcp__git__a read mcp__git__a",
        "babaa",
    );
    check_groups("G(called(x) -> Y called($S))", "read x x", "aab");
    check_groups("G(called($S) -> X called($G))", "read mcp__git__a write x", "aaab");
}

#[test]
fn counters_count_over_a_group() {
    check_groups("G(count($S) <= 2)", "read write list read", "aaab");
    check_groups("G(count($S) <= 2)", "read READ write", "aab");
    check_groups("G(count($G) <= 2)", "mcp__git__a mcp__git__b x mcp__git__c", "aaab");
    check_groups("G(count($B) <= 2)", "mcp__git__a read x mcp__git__c", "aaab");
    check_groups("G(called(go) -> count($S) >= 2)", "read go Write go write go", "ababaa");
    check_groups("G(consecutive_count($S) <= 2)", "read write x read write read", "aaaaab");
    check_groups("G(called($S) -> denied($S) < 2)", "read read", "aa");
}

#[test]
fn refusals_of_a_group_are_counted_together() {
    let formula = with_groups("G(called($B) -> denied($B) < 2 & O called(key))");
    let program = program(&[contract(&formula)]);
    let calls = ["read", "mcp__git__push", "key", "read", "mcp__git__pull"].map(call);
    assert_eq!(decisions(&program, &calls), "bbabb");
    assert!(program.counts_refusals());
    let once = with_groups("G(denied($G) -> X !called(x)) & G(called($G) -> O called(key))");
    check(&once, "mcp__git__push x key x", "bbaa");
}

#[test]
fn arguments_of_each_member_are_judged() {
    let check = |formula: &str, allowed: &str, refused: &str, name: &str| {
        let program = program(&[contract(&with_groups(formula))]);
        let event = |value: &str| call_with(name, &[("path", value), ("amount", value)]);
        let expect = if allowed.is_empty() { "b" } else { "ab" };
        let events = [allowed, refused].into_iter().filter(|v| !v.is_empty()).map(event);
        assert_eq!(decisions(&program, &events.collect::<Vec<_>>()), expect, "{formula}: {name}");
    };
    for (group, names) in [
        ("$S", ["read", "write", "Read", "mcp__fs__write"]),
        ("$G", ["mcp__git__push", "mcp__git__", "MCP__git__pull", "x:mcp__git__push"]),
        ("$B", ["read", "mcp__git__pull", "READ", "Mcp__git__pull"]),
    ] {
        for name in names {
            let with = |formula: &str| formula.replace('#', group);
            check(&with(r#"G !arg_field_has(#, path, "secret")"#), "a", "my secret", name);
            check(&with(r#"G !called_with(#, "secret")"#), "a", "my secret", name);
            check(&with("G(called(#) -> arg(#, amount) <= 10)"), "10", "11", name);
            check(&with("G(called(#) -> arg(#, amount) <= 10)"), "", "many", name);
            check(&with("G(called(#) -> arg_field_is(#, path, \"[a-z]+\"))"), "abc", "a1", name);
            check(&with("G !arg_length_exceeds(#, path, 3)"), "abc", "abcd", name);
            check(&with("G(called(#) -> arg_paths_within(#, \"/w\"))"), "/w/a", "/etc/a", name);
            check(&with("G(count_with(#, \"x\") <= 0)"), "a", "x", name);
            check(&with("G(called(#) -> length(arg(#, path)) < 3)"), "ab", "abc", name);
        }
        let program =
            program(&[contract(&with_groups(&format!(r#"G !called_with({group}, "x")"#)))]);
        assert_eq!(decisions(&program, &[call_with("other", &[("path", "x")])]), "a");
    }
}

#[test]
fn a_look_alike_with_arguments_meets_no_requirement() {
    let formula = with_groups(r#"G(called(pay) -> O called_with($G, "ok"))"#);
    let program = program(&[contract(&formula)]);
    let events = ["Mcp__git__x", "pay", "mcp__git__x", "pay"];
    assert_eq!(decisions(&program, &events.map(|tool| call_with(tool, &[("a", "ok")]))), "abaa");
}

#[test]
fn a_name_may_be_in_several_groups() {
    let formula = r#"G !(called("a*") & called("*z"))"#;
    check(formula, "ab bz az a:z Az AZ b", "aabbbba");
    check(r#"G(called("a*") -> called("*z")) & G !called("{q, ab*}")"#, "a az abz q b", "babba");
    check(r#"G(called("*") -> O called(login))"#, "x login x", "baa");
    let several = [contract(r#"G !called("a*")"#), contract(r#"G(called("*z") -> O called(key))"#)];
    let program = program(&several);
    assert_eq!(decisions(&program, &["az", "bz", "key", "bz", "az", "a"].map(call)), "bbaabb");
}

#[test]
fn a_mentioned_tool_is_in_the_globs_that_it_matches() {
    let formula = with_groups("G(called(mcp__git__push) -> O called(key)) & G(count($G) <= 1)");
    check(&formula, "mcp__git__push key mcp__git__push mcp__git__pull", "baab");
    let apart =
        [contract("G(called(mcp__git__push) -> O called(key))"), contract("G !called(\"*pull\")")];
    let program = compile(&apart, Mode::Enforce, true);
    assert_eq!(
        decisions(&program, &["mcp__git__push", "key", "mcp__git__push", "pull"].map(call)),
        "baab"
    );
}

#[test]
fn what_a_scratch_remembers_is_what_it_finds_out() {
    let formulas = ["G(count($G) <= 3)", "G(called($B) -> O called(key))", "G !called(\"*_all\")"];
    let contracts: Vec<_> = formulas.map(|f| contract(&with_groups(f))).into();
    let program = program(&contracts);
    let (mut warm, mut session) = (Scratch::new(&program), Session::new(&program));
    for name in
        ["mcp__git__a", "key", "mcp__git__a", "mcp__git__drop_all", "READ", "mcp__git__a"].repeat(3)
    {
        let event = call(name);
        let cold = session.probe(&event, &mut Scratch::new(&program)).decision;
        assert_eq!(session.step(&event, &mut warm).decision, cold, "{name}");
    }
}

#[test]
fn the_menu_names_tools_that_could_be_called() {
    let formula = with_groups("G(called($B) -> O called(login)) & G !called(\"*_all\")");
    let program = program(&[contract(&formula)]);
    let mut session = Session::new(&program);
    let mut scratch = Scratch::new(&program);
    let tools = ["read", "READ", "mcp__git__push", "mcp__git__drop_all", "login", "write"];
    assert_eq!(session.filter(&tools, Timestamp(0), &mut scratch), ["login", "write"]);
    session.step(&call("login"), &mut scratch);
    let expect = ["read", "READ", "mcp__git__push", "login", "write"];
    assert_eq!(session.filter(&tools, Timestamp(0), &mut scratch), expect);
}

#[test]
fn only_names_are_tools_of_a_program() {
    let formula = with_groups("G(called($B) -> O called($S) & O called(\"{login}\"))");
    let program = program(&[contract(&formula)]);
    assert_eq!(program.tools().collect::<Vec<_>>(), ["read", "write", "login"]);
}

fn check_repair(formulas: &[&str], refused: &str, expect: Option<&[&str]>) {
    let contracts: Vec<_> = formulas.iter().map(|f| contract(&with_groups(f))).collect();
    let path = Session::new(&program(&contracts)).repair(&call(refused), None);
    let path = path.as_ref().map(|path| path.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    assert_eq!(path.as_deref(), expect, "{formulas:?}: {refused}");
}

#[test]
fn a_repair_calls_real_tools() {
    let order = "G(called(pay) -> O called($S))";
    check_repair(&[order], "pay", Some(&["read"]));
    check_repair(&[order, "G !called(read)"], "pay", Some(&["write"]));
    // Of a glob only what some contract mentions is known to exist.
    check_repair(&["G(called(pay) -> O called($G))"], "pay", None);
    let known = "G(called(x) -> O called(mcp__git__commit))";
    check_repair(&["G(called(pay) -> O called($G))", known], "pay", Some(&["mcp__git__commit"]));
}

#[test]
fn an_explanation_says_which_tool_is_in_which_group() {
    let check = |formula: &str, event: &Event, expect: &str| {
        let program = program(&[contract(&with_groups(formula))]);
        let session = Session::new(&program);
        let explained = session.explain(event, &mut Scratch::new(&program));
        let texts: Vec<&str> =
            explained.iter().flat_map(|e| &e.witnesses).map(|w| w.text.as_str()).collect();
        assert!(texts.contains(&expect), "{formula}: {texts:?}");
    };
    check("G !called($S)", &call("read"), "`read` is in `{read, write}`");
    check("G !called($G)", &call("mcp__git__push"), "`mcp__git__push` is in `mcp__git__*`");
    check(
        "G !called($G)",
        &call("MCP__git__push"),
        "the name `MCP__git__push` looks like `mcp__git__*`",
    );
    check(
        "G(count($S) <= 0)",
        &call("write"),
        "the number of calls of `read` or `write`, with this one, is 1 and must be at most 0",
    );
    let secret = call_with("write", &[("path", "secret")]);
    check(r#"G !called_with($S, "secret")"#, &secret, "`write` is in `{read, write}`");
}

#[test]
fn what_names_no_tools_is_refused_with_what_to_do() {
    let check = |text: &str, message: &str, hint: &str| {
        let mut arena = Arena::new();
        let args = [Constant::Text(text.into())].into();
        let called = arena.add(Node::Fact(Symbol { word: Word::Called, args })).unwrap();
        let contract = Contract::new(text, Formula::new(&arena, called));
        let errors = Program::compile(&[contract], &Options::default()).expect_err("refused");
        assert_eq!(errors[0].to_string(), message);
        assert_eq!(errors[0].hint(), Some(hint));
    };
    check("@risky", "the tag `@risky` is not declared", "declare the tag under `tools`");
    check("{a, @risky}", "the tag `@risky` is not declared", "declare the tag under `tools`");
    let write = "write a set as `{a, b, \"c*\"}`";
    check("{}", "the set of tools is empty", write);
    check("{a", "a `,` or `}` is missing in the set of tools, at ``", write);
}

#[test]
fn a_substitute_is_one_tool() {
    let redirected = |tool: &str| {
        let mut contract = contract("G !called(x)");
        contract.strategy = Strategy::RedirectToSafe { tool: tool.into(), message: "".into() };
        Program::compile(&[contract], &Options::default()).map_err(|e| e[0].to_string())
    };
    assert!(redirected("safe").is_ok());
    for text in ["safe_*", "{safe, other}", "{safe}"] {
        assert_eq!(
            redirected(text).unwrap_err(),
            format!("a substitute is one tool, and `{text}` is not")
        );
    }
}
