//! What contracts do, one behaviour a test.

use sponsio_engine::contract::Activation;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Decimal, Event, EventKind, Timestamp, Value};
use sponsio_engine::formula::Formula;
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::{Mode, Strategy};
use sponsio_engine::verdict::Verdict;

use crate::support::{call, call_with, check, compile, contract, decisions, fact, program, result};

#[test]
fn order_is_enforced_and_a_refused_call_changes_nothing() {
    check("!called(pay) W called(check)", "pay pay check pay", "bbaa");
    check("G(called(a) -> G !called(b))", "b a b x b", "aabab");
    check("G(called(b) -> O called(a))", "b a b", "baa");
}

#[test]
fn counts_stop_at_their_limit() {
    check("G(count(pay) <= 2)", "pay x pay pay pay x", "aaabba");
    check("G(consecutive_count(s) <= 2)", "s s s x s s s", "aabaaab");
}

#[test]
fn a_deadline_objects_to_the_last_call_that_could_have_met_it() {
    check("G(called(t) -> F[<=2] called(a))", "t x x a x", "aabaa");
}

#[test]
fn a_cooldown_measures_calls() {
    check("G(called(a) -> !Y O[<=1] called(a))", "a a x a x a", "ababaa");
}

#[test]
fn events_between_calls_do_not_consume_steps() {
    let program = program(&[contract("G(called(modify) -> X called(verify))")]);
    let noise = |event: Event| vec![call("modify"), result("modify"), fact("k", Some("v")), event];
    assert_eq!(decisions(&program, &noise(call("other"))), "aaab");
    assert_eq!(decisions(&program, &noise(call("verify"))), "aaaa");
}

#[test]
fn a_missing_or_malformed_number_never_satisfies_a_guarantee() {
    let program = program(&[contract("G(called(pay) -> arg(pay, amount) <= 10000)")]);
    let pay = |amount: &str| call_with("pay", &[("amount", amount)]);
    for amount in ["10000", "9999.99", "1,000", "5e3", "-1"] {
        assert_eq!(decisions(&program, &[pay(amount)]), "a", "{amount}");
    }
    for amount in ["10000.01", "1,000,000", "1e999", "$5", "20k", "0x1", "nan", ""] {
        assert_eq!(decisions(&program, &[pay(amount)]), "b", "{amount}");
    }
    assert_eq!(decisions(&program, &[call("pay")]), "b");
    assert_eq!(decisions(&program, &[call("other")]), "a");
}

#[test]
fn negation_does_not_turn_the_unknown_into_permission() {
    let program = program(&[contract("G(called(pay) -> !(arg(pay, amount) > 1000))")]);
    for (amount, expect) in [("5", "a"), ("1001", "b"), ("$5000", "b")] {
        assert_eq!(
            decisions(&program, &[call_with("pay", &[("amount", amount)])]),
            expect,
            "{amount}"
        );
    }
    assert_eq!(decisions(&program, &[call("pay")]), "b");
}

#[test]
fn an_optional_value_may_be_missing_but_not_malformed() {
    let program = program(&[contract("G(called(pay) -> optional(arg(pay, tip)) <= 5)")]);
    assert_eq!(decisions(&program, &[call("pay")]), "a");
    assert_eq!(decisions(&program, &[call_with("pay", &[("tip", "6")])]), "b");
    assert_eq!(decisions(&program, &[call_with("pay", &[("tip", "six")])]), "b");
}

#[test]
fn a_name_that_only_looks_like_a_tool_is_it_where_it_is_forbidden_and_is_not_where_it_is_required()
{
    check("G !called(bash)", "bash Bash mcp__x__bash b\u{430}sh sh", "bbbba");
    check("!called(pay) W called(check)", "Check pay check Pay", "abaa");
    check("G(called_any -> called(bash))", "bash Bash sh", "abb");
    check("G(count(pay) <= 1)", "Pay pay", "ab");
}

#[test]
fn arguments_are_searched_as_values_and_lists_as_lines() {
    let program = program(&[contract(r#"G !arg_field_has(bash, command, "rm\\s+-rf")"#)]);
    let bash = |value: Value| {
        Event::call(Timestamp(0), "bash", Value::Object([("command".into(), value)].into()))
    };
    let text = |t: &str| Value::Text(t.into());
    assert_eq!(decisions(&program, &[bash(text("rm -rf /"))]), "b");
    assert_eq!(decisions(&program, &[bash(text("rm\t-rf /"))]), "b");
    assert_eq!(decisions(&program, &[bash(text("ls"))]), "a");
    let list = |items: &[Value]| Value::List(items.into());
    assert_eq!(decisions(&program, &[bash(list(&[text("rm"), text("-rf")]))]), "b");
    let nested = list(&[list(&[text("rm")]), list(&[text("-rf"), text("/")])]);
    assert_eq!(decisions(&program, &[bash(nested)]), "b");
}

#[test]
fn facts_hold_until_they_change() {
    let program = program(&[contract("G(called(deploy) -> ctx(role, admin))")]);
    let events = [
        call("deploy"),
        fact("role", Some("admin")),
        call("deploy"),
        fact("role", None),
        call("deploy"),
    ];
    assert_eq!(decisions(&program, &events), "baaab");
}

#[test]
fn an_assumption_conditions_without_being_enforced() {
    let mut conditional = contract("G(called(a) -> G !called(z))");
    conditional.assumptions = vec![Formula::parse("F called(vip)").unwrap()];
    let program = program(&[conditional]);
    let run =
        |calls: &str| decisions(&program, &calls.split_whitespace().map(call).collect::<Vec<_>>());
    assert_eq!(run("a z z"), "aaa");
    assert_eq!(run("vip a z"), "aab");
    // The whole session is judged: making the assumption true would violate it.
    assert_eq!(run("a z vip z"), "aaba");
}

#[test]
fn first_match_judges_from_the_activating_event() {
    let mut reactive = contract("G(called(a) -> G !called(z))");
    reactive.assumptions = vec![Formula::parse("called(vip)").unwrap()];
    reactive.activation = Activation::FirstMatch;
    let program = program(&[reactive]);
    let run =
        |calls: &str| decisions(&program, &calls.split_whitespace().map(call).collect::<Vec<_>>());
    assert_eq!(run("a z vip z z"), "aaaaa");
    assert_eq!(run("a z vip a z z"), "aaaabb");
}

#[test]
fn strategies_come_to_the_strictest_outcome() {
    let with = |strategy: Strategy| {
        let mut contract = contract("G !called(x)");
        contract.strategy = strategy;
        contract
    };
    let redirect = Strategy::RedirectToSafe { tool: "safe".into(), message: "".into() };
    let strategies = [Strategy::WarnOnly, redirect, Strategy::Escalate, Strategy::Block];
    let expects = ["w", "r", "e", "b"];
    for (last, expect) in expects.iter().enumerate() {
        let contracts: Vec<_> = strategies.iter().take(last + 1).cloned().map(with).collect();
        assert_eq!(decisions(&program(&contracts), &[call("x")]), *expect);
        let observed = compile(&contracts, Mode::Observe, false);
        assert_eq!(decisions(&observed, &[call("x")]), "a");
    }
}

#[test]
fn a_redirect_to_what_may_not_run_is_a_block() {
    let mut redirect = contract("G !called(x)");
    redirect.strategy = Strategy::RedirectToSafe { tool: "safe".into(), message: "".into() };
    let program = program(&[redirect, contract("G !called(safe)")]);
    assert_eq!(decisions(&program, &[call("x")]), "b");
}

#[test]
fn a_violation_that_is_not_stopped_is_reported_each_time_and_blames_no_other_call() {
    let mut warned = contract("G(called(a) -> G !called(z))");
    warned.strategy = Strategy::WarnOnly;
    let calls: Vec<Event> = "a z x z x".split_whitespace().map(call).collect();
    assert_eq!(decisions(&program(&[warned]), &calls), "awawa");
}

#[test]
fn refusals_can_be_counted() {
    check(
        "G(called(bash) -> denied(bash) < 2) & G(called(bash) -> O called(key))",
        "bash bash key bash",
        "bbab",
    );
}

#[test]
fn obligations_are_owed_and_never_block() {
    let program = program(&[contract("G(called(open) -> F called(close))")]);
    let mut session = Session::new(&program);
    let mut scratch = Scratch::new(&program);
    let id = program.contracts()[0].id();
    assert_eq!(session.verdict(id), Verdict::Holding);
    assert_eq!(session.step(&call("open"), &mut scratch).decision, Decision::Allow);
    assert_eq!(session.verdict(id), Verdict::Pending);
    assert_eq!(session.owed(), [id]);
    session.step(&call("close"), &mut scratch);
    assert_eq!(session.owed(), []);
}

#[test]
fn a_repair_is_the_shortest_way_to_make_the_call_possible() {
    let contracts =
        [contract("!called(pay) W called(check)"), contract("!called(check) W called(login)")];
    let program = program(&contracts);
    let session = Session::new(&program);
    let names: Vec<String> =
        session.repair(&call("pay"), None).unwrap().iter().map(|t| t.to_string()).collect();
    assert_eq!(names, ["login", "check"]);
    assert_eq!(session.repair(&call("login"), None), None);
}

#[test]
fn the_menu_holds_what_some_arguments_would_make_possible() {
    let contracts = [
        contract("!called(pay) W called(check)"),
        contract("G(called(mail) -> arg_field_is(mail, to, \".*@corp\"))"),
        contract("G !called(rm)"),
    ];
    let program = program(&contracts);
    let menu = Session::new(&program).filter(
        &["pay", "check", "mail", "rm", "x"],
        Timestamp(0),
        &mut Scratch::new(&program),
    );
    assert_eq!(menu, ["check", "mail", "x"]);
}

#[test]
fn time_bounds_use_the_time_of_events() {
    let program = program(&[contract("G(called(refund) -> O[<=60s] called(approve))")]);
    let at = |seconds: i64, tool: &str| {
        Event::call(Timestamp::from_seconds(seconds), tool, Value::empty())
    };
    assert_eq!(decisions(&program, &[at(0, "approve"), at(60, "refund"), at(61, "refund")]), "aab");
    // Time that runs backwards is clamped, and opens no window again.
    assert_eq!(decisions(&program, &[at(0, "approve"), at(100, "x"), at(5, "refund")]), "aab");
}

#[test]
fn an_explanation_names_the_clause_the_edge_and_what_led_there() {
    let program =
        program(&[contract("G(called(a) -> G !called(z))"), contract("G(count(z) <= 0)")]);
    let mut session = Session::new(&program);
    let mut scratch = Scratch::new(&program);
    session.step(&call("x"), &mut scratch);
    session.step(&call("a"), &mut scratch);
    let explanations = session.explain(&call("z"), &mut scratch);
    assert_eq!(explanations.len(), 2);
    assert_eq!(explanations[0].witnesses[0].seq, Some(2));
    assert_eq!(
        explanations[1].witnesses[0].text,
        "the number of calls of `z`, with this one, is 1 and must be at most 0"
    );
}

/// The decision about one call of `pay` with these arguments.
fn pay_under(formula: &str, pairs: &[(&str, Value)]) -> String {
    let args = pairs.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
    let call = Event::call(Timestamp(0), "pay", Value::Object(args));
    decisions(&program(&[contract(formula)]), &[call])
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn several_values_at_a_path_are_unknown_and_not_missing() {
    let formula = r#"G(called(pay) -> optional(arg(pay, "items[*].amount")) <= 100)"#;
    let item = |amount: i64| {
        let number = Decimal::parse(&amount.to_string()).unwrap();
        Value::Object([("amount".into(), Value::Number(number))].into())
    };
    let items = |items: &[Value]| [("items", Value::List(items.into()))];
    assert_eq!(pay_under(formula, &items(&[item(1000), item(1000)])), "b");
    assert_eq!(pay_under(formula, &items(&[item(1000)])), "b");
    assert_eq!(pay_under(formula, &items(&[item(100)])), "a");
    assert_eq!(pay_under(formula, &items(&[])), "a");
}

#[test]
fn a_long_text_is_long_inside_lists_and_objects() {
    let formula = "G !arg_length_exceeds(pay, note, 500)";
    let long = || text(&"x".repeat(501));
    let half = || text(&"x".repeat(251));
    for (note, expect) in [
        (long(), "b"),
        (Value::List([long()].into()), "b"),
        (Value::List([half(), half()].into()), "b"),
        (Value::Object([("t".into(), long())].into()), "b"),
        (Value::List(vec![Value::Null; 600].into()), "a"),
        (half(), "a"),
    ] {
        assert_eq!(pay_under(formula, &[("note", note.clone())]), expect, "{note:?}");
    }
}

#[test]
fn the_length_of_an_optional_value_is_optional() {
    for formula in [
        "G(called(pay) -> length(optional(arg(pay, note))) <= 3)",
        "G(called(pay) -> optional(length(arg(pay, note))) <= 3)",
    ] {
        assert_eq!(pay_under(formula, &[]), "a", "{formula}");
        assert_eq!(pay_under(formula, &[("note", text("abc"))]), "a", "{formula}");
        assert_eq!(pay_under(formula, &[("note", text("abcd"))]), "b", "{formula}");
        let four = Value::List(vec![Value::Null; 4].into());
        assert_eq!(pay_under(formula, &[("note", four)]), "b", "{formula}");
        let program = program(&[contract(formula)]);
        let session = Session::new(&program);
        let menu = session.filter(&["pay"], Timestamp(0), &mut Scratch::new(&program));
        assert_eq!(menu, ["pay"], "{formula}");
    }
    // The call of another tool has no such argument.
    let formula = "G(length(optional(arg(pay, note))) <= 3)";
    assert_eq!(decisions(&program(&[contract(formula)]), &[call("other")]), "a");
}

#[test]
fn identifiers_are_equal_as_texts_and_amounts_as_numbers() {
    for (relation, id, expect) in [
        ("==", "7", "a"),
        ("==", "007", "b"),
        ("==", "7.0", "b"),
        // Neither surely the same nor surely another.
        ("!=", "007", "b"),
        ("!=", "8", "a"),
        ("!=", "7", "b"),
    ] {
        let formula = format!(r#"G(called(pay) -> arg(pay, id) {relation} "7")"#);
        assert_eq!(pay_under(&formula, &[("id", text(id))]), expect, "{relation} {id}");
    }
    let number = |t: &str| Value::Number(Decimal::parse(t).unwrap());
    assert_eq!(
        pay_under(r#"G(called(pay) -> arg(pay, id) == "7")"#, &[("id", number("7.0"))]),
        "a"
    );
    assert_eq!(pay_under("G(called(pay) -> arg(pay, id) == 7)", &[("id", text("007"))]), "a");
    assert_eq!(pay_under(r#"G(called(pay) -> arg(pay, id) < "10")"#, &[("id", text("9"))]), "a");
}

#[test]
fn a_fact_named_by_an_event_over_the_limits_is_not_known_when_enforcing() {
    let contract = contract("G(called(deploy) -> ctx(role, admin))");
    let huge: Box<str> = "x".repeat(70 * 1024).into();
    let facts = [("role".into(), None), ("note".into(), Some(huge))];
    let cleared = Event::new(Timestamp(0), EventKind::Context { facts: facts.into() });
    let events = [fact("role", Some("admin")), call("deploy"), cleared, call("deploy")];
    assert_eq!(decisions(&program(&[contract]), &events), "aabb");
}

#[test]
fn the_menu_is_that_of_the_time_it_is_asked_for() {
    let program = program(&[contract("G(called(refund) -> O[<=60s] called(approve))")]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    session.step(&call("approve"), &mut scratch);
    let mut menu =
        |seconds| session.filter(&["refund"], Timestamp::from_seconds(seconds), &mut scratch);
    assert_eq!(menu(60), ["refund"]);
    assert!(menu(61).is_empty());
}

#[test]
fn mentioning_a_tool_elsewhere_does_not_lift_a_prohibition_of_one_it_looks_like() {
    let run = |formulas: &[&str], calls: &[&str]| {
        let contracts: Vec<_> = formulas.iter().map(|f| contract(f)).collect();
        decisions(&program(&contracts), &calls.iter().map(|c| call(c)).collect::<Vec<_>>())
    };
    let many = "G(count(mcp__shell__bash) <= 100)";
    assert_eq!(run(&["G !called(bash)", many], &["mcp__shell__bash", "bash", "ls"]), "bba");
    assert_eq!(
        run(&["G(count(Read) <= 100)", "G !called(read)"], &["READ", "Read", "read"]),
        "bbb"
    );
    let of_two = ["G(count(mcp__a__read) <= 9)", "G !called(mcp__b__read)"];
    assert_eq!(run(&of_two, &["read", "mcp__b__read", "mcp__a__read"]), "bba");
    assert_eq!(run(&["G !called(mcp__a__x) & G !called(mcp__b__x)"], &["x", "X", "y"]), "bba");
}

#[test]
fn look_alikes_count_against_every_kind_of_limit() {
    let limited = program(&[contract("G(called(pay) -> count(pay) <= ctx(limit))")]);
    let events = [fact("limit", Some("1")), call("Pay"), call("Pay"), call("pay")];
    assert_eq!(decisions(&limited, &events), "aabb");
    check("G(count(refund) <= count(pay))", "pay Refund Refund", "aab");
    check("G(optional(count(pay)) <= 1)", "Pay Pay", "ab");
    check("G(count(bash) == 0)", "x Bash bash", "abb");
    check("G(count(bash) != 1)", "x Bash bash x", "abba");
    check("G(called(go) -> count(key) == 1)", "key go Key go", "aaab");
}

#[test]
fn what_a_look_alike_carries_refuses_and_never_permits() {
    let approved = program(&[contract(r#"G(called(pay) -> O arg_has(approve, "yes"))"#)]);
    let approve = |tool: &str| call_with(tool, &[("x", "yes")]);
    assert_eq!(decisions(&approved, &[approve("mcp__evil__approve"), call("pay")]), "ab");
    assert_eq!(decisions(&approved, &[approve("approve"), call("pay")]), "aa");
    let level = program(&[contract("G(called(pay) -> O (arg(approve, level) >= 3))")]);
    let at = |tool: &str| call_with(tool, &[("level", "3")]);
    assert_eq!(
        decisions(&level, &[at("Approve"), call("pay"), at("approve"), call("pay")]),
        "abaa"
    );
    let banned = program(&[contract(r#"G !arg_has(bash, "rm")"#)]);
    assert_eq!(decisions(&banned, &[call_with("Bash", &[("c", "rm -rf /")])]), "b");
}

#[test]
fn a_redirect_is_replayed_where_a_comparison_reads_a_counter() {
    let mut redirect = contract("G(called_any -> count(pay) <= ctx(limit))");
    redirect.strategy = Strategy::RedirectToSafe { tool: "safe".into(), message: "".into() };
    let program = program(&[redirect]);
    let events = [fact("limit", Some("1")), call("pay"), call("pay")];
    let (mut live, mut again) = (Session::new(&program), Session::new(&program));
    let mut scratch = Scratch::new(&program);
    for event in &events {
        let decision = live.step(event, &mut scratch).decision;
        let valuation = scratch.valuation(&program);
        let replayed = again.step_recorded(event, &valuation, &mut scratch).decision;
        assert_eq!(decision, replayed);
    }
}

#[test]
fn the_arguments_of_a_refused_call_are_read_once_while_a_repair_is_looked_for() {
    let contracts = [
        contract(r#"G !called_with(sql, "corp\\.com") | G !called(never)"#),
        contract("G(called(sql) -> O called(a) & O called(b) & O called(c) & O called(d))"),
    ];
    let program = program(&contracts);
    let text = "select ".repeat(50_000);
    let repair = Session::new(&program).repair(&call_with("sql", &[("q", &text)]), None);
    assert_eq!(repair.map(|path| path.len()), Some(4));
}

#[test]
fn a_monitor_with_more_states_than_a_mask_has_bits_moves_through_all_of_them() {
    for times in [30, 31, 32, 33, 40, 70] {
        let after = |rest: String, _| format!("!called(pay) W (called(a) & X ({rest}))");
        let formula = (0..times).fold("true".to_owned(), after);
        let calls = "a b ".repeat(times - 1);
        let allowed = "aa".repeat(times - 1);
        check(&formula, &format!("pay {calls}pay a pay"), &format!("b{allowed}baa"));
    }
}
