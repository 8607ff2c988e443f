//! What configurations mean.

use sponsio_contracts::config::{Config, Timing, Unapproved, load};
use sponsio_contracts::diagnostic::Code;
use sponsio_engine::contract::Activation;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::strategy::{Mode, Strategy};

use crate::source::{Memory, load_text, right, summary};

/// `name: assumptions ⊢ guarantees` of every contract of an agent.
fn contracts(config: &Config, agent: &str) -> Vec<String> {
    let selection = config.select(agent).unwrap();
    let contracts = selection.contracts();
    let show = |formulas: &[sponsio_engine::formula::Formula]| {
        formulas.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    contracts
        .iter()
        .map(|c| format!("{}: {} ⊢ {}", c.name, show(&c.assumptions), show(&c.guarantees)))
        .collect()
}

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    assert_eq!(contracts(&right(text), "bot"), expect);
}

/// The summary of everything that is reported.
#[track_caller]
fn check_reported(text: &str, expect: &[&str]) {
    let (_, diagnostics, files) = load_text(text);
    assert_eq!(summary(&diagnostics, &files), expect);
}

#[test]
fn the_four_kinds_of_clauses() {
    check(
        r#"
agents:
  bot:
    contracts:
      - tool `search` at most 3 times
      - {nl: never call `rm`, desc: no deletion}
      - {pattern: must_precede, args: [check, pay], source: handbook 4.2}
      - {ltl: G(called(pay) -> O called(check))}
      - G: {ltl: G !called(a)}
        name: named
        desc: described
"#,
        &[
            "tool `search` at most 3 times:  ⊢ G(count(search) <= 3)",
            "no deletion:  ⊢ G !called(rm)",
            "check must precede pay:  ⊢ G(called(pay) -> done(check))",
            "G(called(pay) -> O called(check)):  ⊢ G(called(pay) -> O called(check))",
            "named:  ⊢ G !called(a)",
        ],
    );
}

#[test]
fn clauses_may_be_lists_and_keys_may_be_spelt_out() {
    check(
        r#"
agents:
  bot:
    - assumption: [called `login`, {ltl: F called(x)}]
      enforcement: [never call `rm`, {pattern: idempotent, args: pay}]
    - {A: called `x`, E: never call `y`}
"#,
        &[
            "never call `rm`; pay must be idempotent (at most once): F called(login); F called(x) ⊢ \
             G !called(rm); \
             G(count(pay) <= 1)",
            "never call `y`: F called(x) ⊢ G !called(y)",
        ],
    );
}

#[test]
fn arguments_come_as_list_scalar_or_map() {
    check(
        r#"
agents:
  bot:
    - {pattern: rate_limit, args: [pay, "3"]}
    - {pattern: idempotent, args: no}
    - {pattern: deadline, args: {steps: 2, trigger: a, action: b}}
    - {pattern: tool_allowlist, args: [on, off]}
    - {pattern: tool_allowlist, args: [[on, off]]}
    - {pattern: arg_blacklist, args: [bash, command, rm]}
    - {pattern: arg_value_range, args: [pay, amount, null, 100]}
    - {pattern: workflow_step, args: {trigger: "ctx(order, open)", next: ship}}
    - {pattern: arg_blacklist, args: [bash, command, 'rm[$][{]IFS[}]']}
"#,
        &[
            "pay limited to 3 invocations:  ⊢ G(count(pay) <= 3)",
            "no must be idempotent (at most once):  ⊢ G(count(no) <= 1)",
            "b must occur within 2 steps of a:  ⊢ G(called(a) -> F[<=2] called(b))",
            "only [on, off] may be called:  ⊢ G(called_any -> called(on) | called(off))",
            "only [on, off] may be called:  ⊢ G(called_any -> called(on) | called(off))",
            r#"bash.command must not match forbidden patterns:  ⊢ G !arg_field_has(bash, command, "rm")"#,
            "pay.amount must be <= 100:  ⊢ G(called(pay) -> arg(pay, amount) <= 100)",
            "when ctx(order, open) becomes true, the next call must be ship:  ⊢ G(rise(ctx(order, \
             open)) -> X called(ship))",
            "bash.command must not match forbidden patterns:  ⊢ \
             G !arg_field_has(bash, command, \"rm[$][{]IFS[}]\")",
        ],
    );
}

#[test]
fn strategies_and_modes_of_contracts() {
    let config = right(
        r#"
agents:
  bot:
    - {G: never call `a`}
    - {G: never call `a`, strategy: escalate, mode: observe}
    - {G: never call `a`, strategy: warn_only, mode: enforce}
    - {G: never call `a`, strategy: {redirect_to_safe: {tool: b, message: safer}}}
    - {G: never call `a`, strategy: {redirect_to_safe: b}}
    - {G: redirect `a` to `b`}
    - {G: redirect `a` to `b`, strategy: redirect_to_safe}
    - {G: redirect `a` to `b`, strategy: block}
"#,
    );
    let redirect =
        |message: &str| Strategy::RedirectToSafe { tool: "b".into(), message: message.into() };
    let contracts = config.select("bot").unwrap().contracts();
    let got: Vec<_> = contracts.into_iter().map(|c| (c.strategy, c.mode)).collect();
    let expect = [
        (Strategy::Block, None),
        (Strategy::Escalate, Some(Mode::Observe)),
        (Strategy::WarnOnly, Some(Mode::Enforce)),
        (redirect("safer"), None),
        (redirect(""), None),
        (redirect(""), None),
        (redirect(""), None),
        (Strategy::Block, None),
    ];
    assert_eq!(got, expect);
}

#[test]
fn enforce_anywhere_wins() {
    let mode = |head: &str| {
        let (config, diagnostics, _) =
            load_text(&format!("{head}\nagents: {{bot: [never call `a`]}}\n"));
        (config.unwrap().mode, diagnostics.iter().map(|d| d.code).collect::<Vec<_>>())
    };
    assert_eq!(mode(""), (None, vec![]));
    assert_eq!(mode("mode: enforce"), (Some(Mode::Enforce), vec![]));
    assert_eq!(mode("runtime: {mode: enforce}"), (Some(Mode::Enforce), vec![]));
    assert_eq!(mode("defaults: {mode: observe}"), (Some(Mode::Observe), vec![]));
    let differ = (Some(Mode::Enforce), vec![Code::ModesDiffer]);
    assert_eq!(mode("mode: observe\ndefaults: {mode: enforce}"), differ);
    assert_eq!(mode("mode: enforce\nruntime: {mode: observe}"), differ);
}

#[test]
fn first_match_takes_the_event_and_not_the_history() {
    let config = right(
        r#"
agents:
  bot:
    - {A: called `fetch`, G: never call `send`, activate_at: first_match}
    - {A: [called `a`, called `b`], G: never call `send`, activate_at: first_match}
    - {A: {ltl: "ctx(role, guest)"}, G: never call `send`, activate_at: first_match}
"#,
    );
    let got: Vec<(Activation, String)> = config
        .select("bot")
        .unwrap()
        .contracts()
        .iter()
        .map(|c| {
            (
                c.activation,
                c.assumptions.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            )
        })
        .collect();
    let expect = ["called(fetch)", "O called(a); O called(b)", "ctx(role, guest)"];
    assert_eq!(got, expect.map(|text| (Activation::FirstMatch, text.to_owned())));
}

#[test]
fn a_denying_policy_is_a_contract_of_every_agent() {
    let text = "tool_policy: {default: deny, approved: {tools: [read, 'srv:list']}, enforcement: proactive}\n\
                agents: {bot: [never call `a`], other: []}\n";
    let config = right(text);
    let policy = config.tool_policy.as_ref().unwrap();
    assert_eq!((policy.default, policy.enforcement), (Unapproved::Deny, Timing::Proactive));
    // A name with a colon stands for both of its readings.
    let both = "called(srv:list) | called_with(srv, \"list\")";
    let expect = format!("tool_policy:  ⊢ G(called_any -> called(read) | ({both}))");
    assert_eq!(contracts(&config, "other"), [expect]);
    assert_eq!(contracts(&config, "bot").len(), 2);
    let nothing = right("tool_policy: {default: deny, approved: []}\n");
    assert_eq!(contracts(&nothing, "anyone"), ["tool_policy:  ⊢ G !called_any"]);
    let allow =
        right("tool_policy: {default: allow, approved: [x]}\nagents: {bot: [never call `a`]}\n");
    assert_eq!(contracts(&allow, "bot").len(), 1);
}

#[test]
fn contracts_at_the_top_are_those_of_every_agent() {
    let config = right(
        "contracts: [never call `a`]\nagents: {bot: [never call `b`], other: {contracts: }}\n",
    );
    assert_eq!(contracts(&config, "bot").len(), 2);
    assert_eq!(contracts(&config, "other").len(), 1);
    let config = right("contracts: [never call `a`]\n");
    assert_eq!(contracts(&config, "anyone").len(), 1);
}

#[test]
fn an_agent_is_found_by_id_then_by_star_then_alone() {
    let several = right("agents: {a: [never call `x`], b: [never call `y`]}");
    assert_eq!(&*several.select("b").unwrap().agent.id, "b");
    let error = several.select("c").unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (Code::Value, "there is no agent `c`"));
    let star = right("agents: {a: [never call `x`], '*': [never call `y`]}");
    assert_eq!(&*star.select("c").unwrap().agent.id, "*");
    let one = right("agents: {a: [never call `x`]}");
    let selection = one.select("c").unwrap();
    assert_eq!((&*selection.agent.id, selection.warning.unwrap().code), ("a", Code::OnlyAgent));
    assert_eq!(one.select("a").unwrap().warning, None);
}

#[test]
fn included_contracts_come_first_and_nest() {
    let source = Memory::new([
        (
            "conf/sponsio.yaml",
            "agents: {bot: {include: [parts/one.yaml], contracts: [never call `c`]}}",
        ),
        (
            "conf/parts/one.yaml",
            "agents: {'*': {include: [two.yaml], contracts: [never call `b`]}}",
        ),
        ("conf/parts/two.yaml", "agents: {'*': [never call `a`]}"),
    ]);
    let (config, diagnostics, files) = load("conf/sponsio.yaml", &source);
    assert_eq!(diagnostics, []);
    let config = config.unwrap();
    let names: Vec<String> =
        config.select("bot").unwrap().contracts().iter().map(|c| c.name.to_string()).collect();
    assert_eq!(names, ["never call `a`", "never call `b`", "never call `c`"]);
    let origin = &config.agents[0].contracts[0].origin;
    assert_eq!(files.get(origin.location.file).unwrap().name(), "conf/parts/two.yaml");
    assert_eq!(origin.guarantees[0].pattern, Some("trigger_not_called"));
}

#[test]
fn two_agents_may_include_the_same_file() {
    let source = Memory::new([
        ("sponsio.yaml", "agents: {a: {include: p.yaml}, b: {include: [p.yaml]}}"),
        ("p.yaml", "agents: {'*': [never call `x`]}"),
    ]);
    let (config, diagnostics, files) = load("sponsio.yaml", &source);
    assert_eq!((diagnostics.len(), files.iter().count()), (0, 2));
    assert!(config.unwrap().agents.iter().all(|agent| agent.contracts.len() == 1));
}

#[test]
fn a_missing_first_file_is_reported() {
    let (config, diagnostics, files) = load("x.yaml", &Memory::default());
    assert!(config.is_none());
    assert_eq!(
        summary(&diagnostics, &files),
        ["E015 `x.yaml` cannot be read: there is no file `x.yaml`"]
    );
}

#[test]
fn one_wrong_clause_makes_the_whole_file_unusable() {
    let text = "mode: enforce\nagents:\n  bot:\n    - never call `a`\n    - G: [never call `b`, gibberish]\n";
    let (config, diagnostics, _) = load_text(text);
    assert!(config.is_none());
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_wrong_assumption_never_makes_a_contract_unconditional() {
    check_reported(
        "agents: {bot: [{A: gibberish, G: never call `a`}]}",
        &["E014 1:20 this is no known form of a contract"],
    );
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let contract = "    - A: {ltl: called(}\n      G: nonsense\n      strategy: x\n      mode: y\n";
    let text = &format!("agents:\n  bot:\n{contract}");
    let (_, diagnostics, _) = load_text(text);
    assert_eq!(diagnostics.len(), 4);
}

/// `${NAME}` is part of the text: nothing replaces it, here by nothing, which would give a valid
/// expression.
#[test]
fn the_environment_is_not_read_into_texts() {
    let (config, diagnostics, _) = load_text(
        "agents: {bot: [{pattern: arg_blacklist, args: [bash, command, 'rm${IFS}-rf']}]}",
    );
    assert!(config.is_none());
    assert_eq!(diagnostics[0].code, Code::PatternArguments);
}

#[test]
fn the_engine_compiles_the_example_of_every_pattern() {
    let patterns = sponsio_contracts::pattern::PATTERNS;
    let entry = |p: &&sponsio_contracts::pattern::Pattern| {
        format!("  - {{pattern: {}, args: {}}}\n  - '{}'\n", p.name, p.example_args, p.example)
    };
    let text = format!("agents:\n  bot:\n{}", patterns.iter().map(entry).collect::<String>());
    let config = right(&text);
    let selection = config.select("bot").unwrap();
    for pair in selection.contracts().chunks(2) {
        assert_eq!(pair[0].guarantees, pair[1].guarantees, "{}", pair[1].name);
    }
    let refused: Vec<String> = (selection.contracts().iter())
        .filter_map(|contract| {
            let one = core::slice::from_ref(contract);
            let errors = Program::compile(one, &Options::default()).err()?;
            Some(format!("{}: {}", contract.name, errors[0]))
        })
        // Which words are grounded is the engine's to say, and its tests hold it to the catalog.
        .filter(|error| !error.ends_with("is not supported here"))
        .collect();
    assert_eq!(refused, [""; 0]);
}
