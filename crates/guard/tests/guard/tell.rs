//! What a host tells besides calls, and what contracts make of it.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Outcome, Tokens, USER, Value};
use sponsio_engine::strategy::Mode;
use sponsio_guard::{Answer, GuardSession};

use super::{Place, args, guard_of};

/// The decision about `pay` under one guarantee, after what is told.
#[track_caller]
fn check(guarantee: &str, tell: fn(&GuardSession) -> Answer, expect: Decision) {
    let text = format!(
        "agents:\n  treasurer:\n    permissions: [refunds]\n    contracts: \
         [{{desc: it, G: {{ltl: 'G(called(pay) -> {guarantee})'}}}}]\n"
    );
    let (guard, _, memory) = guard_of(&Place::with(&text).program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    assert_eq!(tell(&session).failure, None);
    assert_eq!(session.before_call("pay", &args("{}")).decision, expect, "{guarantee}");
    assert_eq!(memory.lines()[0].decision, Decision::Allow);
}

#[test]
fn every_kind_of_event_can_be_told() {
    use Decision::{Allow, Block};
    check("done(verify)", |s| s.before_call("verify", &args("{}")), Allow);
    check(
        "O output_has(verify, paid)",
        |s| s.result_of(None, "verify", Outcome::Ok, Value::Text("paid".into())),
        Allow,
    );
    check("O output_has(verify, paid)", |s| s.result("verify", Outcome::Ok), Block);
    check("O succeeded(verify)", |s| s.result("verify", Outcome::Ok), Allow);
    check("ctx(window, open)", |s| s.context(&[("window", Some("open"))]), Allow);
    check("O llm_said(yes)", |s| s.said("yes", None, Tokens::default()), Allow);
    check("O segment(thinking)", |s| s.said("", Some("thinking"), Tokens::default()), Allow);
    check(
        "token_count <= 5",
        |s| s.said("", None, Tokens { input: 3, output: 3, total: 6 }),
        Block,
    );
    check("O prompt_contains(now)", |s| s.asked("now", false, None), Allow);
    check("O system_prompt_present", |s| s.asked("", true, None), Allow);
    check("O (context_length > 9)", |s| s.asked("", false, Some(10)), Allow);
    check("contains(iban)", |s| s.wrote("treasurer", "k", &["iban"], false), Allow);
    check(
        "flow(auditor, treasurer)",
        |s| {
            s.wrote("auditor", "k", &[], false);
            s.read("treasurer", "k")
        },
        Allow,
    );
    check(
        "flow(auditor, treasurer)",
        |s| {
            s.wrote("auditor", "k", &[], true);
            s.read("treasurer", "k")
        },
        Block,
    );
    check("flow(auditor, treasurer)", |s| s.message("auditor", "treasurer", "hm"), Allow);
    check("flow(user, treasurer)", |s| s.message(USER, "treasurer", "hm"), Allow);
    check("delegation_depth <= 0", |s| s.delegated("planner", "treasurer"), Block);
    check("delegation_depth <= 0", |s| s.delegated("treasurer", "clerk"), Allow);
}

#[test]
fn calls_are_those_of_the_agent_with_its_permissions() {
    use Decision::{Allow, Block};
    let nothing = |s: &GuardSession| s.before_call("read", &args("{}"));
    check("agent_is(treasurer)", nothing, Allow);
    check("agent_is(clerk)", nothing, Block);
    check("perm(refunds)", nothing, Allow);
    check("perm(payments)", nothing, Block);
}

#[test]
fn a_result_takes_back_the_call_with_its_id() {
    check(
        "done(verify)",
        |s| {
            for id in ["1", "2"] {
                let call = CallRef { id: Some(id.into()), ..CallRef::default() };
                s.before_call_with("verify", &args("{}"), call);
            }
            s.result_of(Some("1"), "verify", Outcome::Error, Value::Null)
        },
        Decision::Allow,
    );
    check(
        "done(verify)",
        |s| {
            let call = CallRef { id: Some("1".into()), ..CallRef::default() };
            s.before_call_with("verify", &args("{}"), call);
            s.result_of(Some("1"), "verify", Outcome::Timeout, Value::Null)
        },
        Decision::Block,
    );
}

#[test]
fn the_calls_of_a_batch_meet_nothing_for_each_other() {
    for (batches, expect) in [(["a", "a"], Decision::Block), (["a", "b"], Decision::Allow)] {
        let place = Place::with(
            "agents: {treasurer: {contracts: [{desc: it, G: {ltl: '!called(pay) W called(verify)'}}]}}",
        );
        let (guard, ..) = guard_of(&place.program(Mode::Enforce));
        let session = guard.session("s").unwrap();
        let call = |tool: &str, batch: &str| {
            let call = CallRef { batch: Some(batch.into()), ..CallRef::default() };
            session.before_call_with(tool, &args("{}"), call).decision
        };
        let [first, second] = batches;
        assert_eq!(call("verify", first), Decision::Allow);
        assert_eq!(call("pay", second), expect);
    }
}

#[test]
fn an_agent_that_is_not_named_has_the_permissions_of_all_others() {
    let place = Place::with(
        "agents:\n  clerk: {contracts: [{desc: it, G: {ltl: 'G perm(refunds)'}}]}\n  \
         '*': {permissions: [refunds], contracts: [{desc: it, G: {ltl: 'G perm(refunds)'}}]}\n",
    );
    let (guard, ..) = guard_of(&place.program(Mode::Enforce));
    let session = guard.session("s").unwrap();
    assert_eq!(session.before_call("pay", &args("{}")).decision, Decision::Allow);
}
