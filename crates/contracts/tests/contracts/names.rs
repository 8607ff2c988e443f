//! What names, settings and changes make of contracts.

use sponsio_contracts::config::{Dashboard, Fallback, KeyPart, KeySource, ReportWhen, load};
use sponsio_contracts::diagnostic::Code;
use sponsio_engine::strategy::{Mode, Strategy};

use crate::source::{Memory, load_text, right, summary};

/// The guarantees of the only agent, one line each.
#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let config = right(text);
    let contracts = config.agents.iter().flat_map(|agent| &agent.contracts);
    let got: Vec<String> =
        contracts.flat_map(|c| &c.contract.guarantees).map(ToString::to_string).collect();
    assert_eq!(got, expect);
}

fn renaming(rename: &str, contracts: &[&str]) -> String {
    let contracts: String =
        contracts.iter().map(|contract| format!("      - {contract}\n")).collect();
    format!("agents:\n  bot:\n    tool_rename: {rename}\n    contracts:\n{contracts}")
}

#[test]
fn tools_are_renamed_in_every_position_and_nowhere_else() {
    let contracts = [
        "tool `exec` at most 3 times",
        "{pattern: arg_blacklist, args: [exec, exec, [docker exec]]}",
        "{ltl: 'G(called_with(exec, \"exec\") -> count(exec) <= 1 & ctx(exec, exec))'}",
        "{pattern: rate_limit, args: ['exec:docker exec', 2]}",
        "{pattern: workflow_step, args: ['ctx(exec, on)', exec]}",
        "{pattern: tool_allowlist, args: [exec, exec-sync]}",
    ];
    check(
        &renaming("{exec: Bash}", &contracts),
        &[
            "G(count(Bash) <= 3)",
            "G !arg_field_has(Bash, exec, \"docker exec\")",
            "G(called_with(Bash, \"exec\") -> count(Bash) <= 1 & ctx(exec, exec))",
            "G(count_with(Bash, \"docker exec\") <= 2)",
            "G(rise(ctx(exec, on)) -> X called(Bash))",
            "G(called_any -> called(Bash) | called(exec-sync))",
        ],
    );
}

#[test]
fn names_are_replaced_all_at_once() {
    let contracts = ["tool `a` at most 3 times", "tool `b` at most 2 times"];
    check(&renaming("{a: b, b: c}", &contracts), &["G(count(b) <= 3)", "G(count(c) <= 2)"]);
}

#[test]
fn arguments_are_renamed_with_their_tool() {
    let contracts = [
        "{pattern: arg_blacklist, args: [write, path, [path]]}",
        "{pattern: arg_blacklist, args: [write, 'path.name', [x]]}",
        "{pattern: arg_blacklist, args: [read, path, [x]]}",
        "{ltl: 'G(called(write) -> length(arg(write, path)) <= 3 & arg(write, pathology) <= 3)'}",
    ];
    check(
        &renaming("{write: {to: Write, args: {path: file_path}}, read: Read}", &contracts),
        &[
            "G !arg_field_has(Write, file_path, \"path\")",
            "G !arg_field_has(Write, file_path.name, \"x\")",
            "G !arg_field_has(Read, path, \"x\")",
            "G(called(Write) -> length(arg(Write, file_path)) <= 3 & arg(Write, pathology) <= 3)",
        ],
    );
}

#[test]
fn a_rename_that_nothing_uses_is_noticed() {
    let (_, diagnostics, _) =
        load_text(&renaming("{exce: Bash}", &["tool `exec` at most 3 times"]));
    assert_eq!(diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::UnusedRename]);
}

#[test]
fn names_of_an_agent_reach_into_what_it_includes() {
    let source = Memory::new([
        (
            "sponsio.yaml",
            "agents:\n  a: {include: p.yaml, tool_rename: {exec: Bash}, workspace: /srv/}\n  b: {include: p.yaml, \
             workspace: /}\n",
        ),
        (
            "p.yaml",
            "agents: {'*': [{pattern: scope_limit, args: [exec, [<workspace>/, <workspace>/x]]}]}",
        ),
    ]);
    let (config, diagnostics, _) = load("sponsio.yaml", &source);
    assert_eq!(diagnostics, []);
    let config = config.unwrap();
    let formula =
        |agent: usize| config.agents[agent].contracts[0].contract.guarantees[0].to_string();
    assert_eq!(formula(0), "G(called(Bash) -> arg_paths_within(Bash, \"/srv/\", \"/srv/x\"))");
    assert_eq!(formula(1), "G(called(exec) -> arg_paths_within(exec, \"/\", \"/x\"))");
    assert_eq!(config.agents[0].contracts[0].origin.pack.as_deref(), Some("p.yaml"));
}

#[test]
fn places_are_literal_in_regular_expressions() {
    check(
        "agents: {b.t: {workspace: /a.b, contracts: [{pattern: arg_blacklist, args: [t, p, ['^<workspace>/<agent>$']]}]}}",
        &["G !arg_field_has(t, p, \"^/a\\\\.b/b\\\\.t$\")"],
    );
}

#[test]
fn a_tag_stands_for_its_tools() {
    let tools = "tools: {rm: {tags: [destructive]}, ls: {tags: [a]}, cat: {tags: [a]}}\n";
    check(
        &format!(
            "{tools}agents: {{bot: [{{pattern: rate_limit, args: ['@a', 1]}}, {{ltl: 'G !called(\"@a\")'}}]}}"
        ),
        &["G(count({ls, cat}) <= 1)", "G !called({ls, cat})"],
    );
    check(
        &format!(
            "{tools}agents: {{bot: [{{pattern: rate_limit, args: ['@destructive', 1]}}, {{ltl: 'G !called(\"@destructive\")'}}]}}"
        ),
        &["G(count(rm) <= 1)", "G !called(rm)"],
    );
}

#[test]
fn a_change_finds_its_contracts() {
    let text = "
agents:
  bot:
    contracts:
      - {desc: first, G: never call `a`}
      - {name: second, source: book, G: never call `b`}
      - {pattern: rate_limit, args: [c, 3]}
      - G: {pattern: rate_limit, args: [d, 3], source: law}
    customized:
      - {match: {desc: first}, mode: observe}
      - {match: {name: second, source: book}, strategy: {redirect_to_safe: x}}
      - {match: {pattern: rate_limit, source: law}, disabled: true}
      - {match: {pattern: rate_limit}, strategy: escalate, mode: enforce}
";
    let config = right(text);
    let got: Vec<_> = config.agents[0]
        .contracts
        .iter()
        .map(|loaded| {
            (&*loaded.contract.name, loaded.contract.mode, loaded.contract.strategy.clone())
        })
        .collect();
    let redirect = Strategy::RedirectToSafe { tool: "x".into(), message: "".into() };
    let expect = [
        ("first", Some(Mode::Observe), Strategy::Block),
        ("second", None, redirect),
        ("c limited to 3 invocations", Some(Mode::Enforce), Strategy::Escalate),
    ];
    assert_eq!(got, expect);
}

#[test]
fn a_change_reaches_what_is_included() {
    let source = Memory::new([
        (
            "sponsio.yaml",
            "agents: {bot: {include: [p.yaml, q.yaml], customized: [{match: {pack_source: p.yaml}, disabled: true}]}}",
        ),
        ("p.yaml", "agents: {'*': [never call `a`]}"),
        ("q.yaml", "agents: {'*': [never call `b`]}"),
    ]);
    let (config, diagnostics, _) = load("sponsio.yaml", &source);
    assert_eq!(diagnostics, []);
    let names: Vec<String> =
        config.unwrap().agents[0].contracts.iter().map(|c| c.contract.name.to_string()).collect();
    assert_eq!(names, ["never call `b`"]);
}

#[test]
fn what_a_contract_is_judged_apart_for() {
    let text = "agents: {bot: [{G: tool `pay` at most 3 times, for_each: [{args: {verify: id, pay: account}, as: \
                string}, ctx.user, agent, args.a.b]}]}";
    let config = right(text);
    let for_each = config.agents[0].contracts[0].for_each.as_ref().unwrap();
    let by_tool = [("verify", "id"), ("pay", "account")].map(|(t, p)| (t.into(), p.into()));
    let part = |source, as_text| KeyPart { source, as_text };
    let expect = [
        part(KeySource::ArgumentByTool(by_tool.into()), true),
        part(KeySource::Context("user".into()), false),
        part(KeySource::Agent, false),
        part(KeySource::Argument("a.b".into()), false),
    ];
    assert_eq!(for_each.parts, expect);
}

#[test]
fn settings_are_kept() {
    let text = "
framework: langgraph
sessions_dir: ${FOLDER}/sessions
runtime: {dashboard: \"http://127.0.0.1:8000\"}
defaults: {verbose: false, verbosity: \"${LEVEL:-2}\", auto_summary: true}
judge: {provider: openai, api_key: \"${FOLDER}\", failure_threshold: 3}
extractor: {model: m}
performance: {report: never, warn_slow_dfa_us: 0}
tools:
  - ls
  - {name: rm, description: deletes, params: \"path: str\", tags: destructive}
agents: {bot: {permissions: [refunds, mail], contracts: [never call `rm`]}}
";
    let config = right(text);
    let settings = &config.settings;
    assert_eq!(settings.framework.as_deref(), Some("langgraph"));
    assert_eq!(settings.sessions_dir.as_deref(), Some("/srv/app/sessions"));
    assert_eq!(settings.dashboard, Dashboard::At("http://127.0.0.1:8000".into()));
    assert_eq!(
        (settings.verbose, settings.verbosity, settings.auto_summary),
        (Some(false), Some(2), Some(true))
    );
    let judge = settings.judge.as_ref().unwrap();
    assert_eq!(
        (judge.fallback, judge.failure_threshold, judge.circuit_breaker),
        (Fallback::Deny, 3, true)
    );
    assert_eq!(judge.model.api_key.as_ref().unwrap().reveal(), "/srv/app");
    assert!(!format!("{settings:?}").contains("\"/srv/app\""));
    let performance = settings.performance.as_ref().unwrap();
    assert_eq!((performance.report, performance.warn_slow_us), (ReportWhen::Never, None));
    let tools: Vec<(&str, usize)> = config.tools.iter().map(|t| (&*t.name, t.tags.len())).collect();
    assert_eq!(tools, [("ls", 0), ("rm", 1)]);
    assert_eq!(config.agents[0].permissions, ["refunds".into(), "mail".into()]);
}

#[test]
fn a_mode_may_come_from_the_environment() {
    assert_eq!(right("mode: ${MODE}\ncontracts: [never call `x`]").mode, Some(Mode::Enforce));
    assert_eq!(
        right("mode: ${NONE:-observe}\ncontracts: [never call `x`]").mode,
        Some(Mode::Observe)
    );
    let (_, diagnostics, files) = load_text("mode: ${NONE}\ncontracts: [never call `x`]");
    assert_eq!(summary(&diagnostics, &files)[1], "E020 1:7 the variable `NONE` is not set");
}

#[test]
fn a_change_that_takes_everything_away_leaves_nothing_to_enforce() {
    let (config, diagnostics, _) = load_text(
        "agents: {bot: {contracts: [{desc: d, G: never call `x`}], customized: [{match: {desc: d}, disabled: true}]}}",
    );
    assert!(config.is_none());
    assert_eq!(diagnostics[0].code, Code::NoContracts);
}
