//! `sets`: what a configuration calls `@name` in the sets of its formulas.

use sponsio_contracts::config::load;

use crate::source::{Memory, load_text, right, summary};

const PACK: &str = r#"
sets: {secrets: ["~/.ssh/**"], allowed: []}
agents: {"*": [{G: {ltl: "G !touches(@secrets, read)"}}, {G: {ltl: "G !reaches({*, !@allowed})"}}]}
"#;

/// The guarantees with these sets, of a file that includes the pack.
#[track_caller]
fn check(sets: &str, contract: &str, expect: &[&str]) {
    let text =
        format!("sets: {sets}\ninclude: pack.yaml\ncontracts: [{{G: {{ltl: '{contract}'}}}}]");
    let files = Memory::new([("sponsio.yaml", &text), ("pack.yaml", PACK)]);
    let (config, diagnostics, files) = load("sponsio.yaml", &files);
    assert_eq!(summary(&diagnostics, &files), Vec::<String>::new());
    let contracts = config.unwrap().agents.into_iter().flat_map(|agent| agent.contracts);
    let got: Vec<String> =
        contracts.flat_map(|c| c.contract.guarantees).map(|formula| formula.to_string()).collect();
    assert_eq!(got, expect);
}

#[track_caller]
fn check_error(text: &str, message: &str, hint: &str) {
    let (config, diagnostics, files) = load_text(text);
    assert!(config.is_none());
    let shown = summary(&diagnostics, &files);
    assert!(shown.iter().any(|shown| shown.contains(message)), "{shown:?}");
    let hints: Vec<&str> = diagnostics.iter().filter_map(|d| d.hint.as_deref()).collect();
    assert!(hints.contains(&hint), "{hints:?}");
}

#[test]
fn a_name_stands_for_its_elements() {
    let text = r#"
sets: {a: [x, "!y"], hosts: [h, "@metadata"], b: ["@a", z], tables: users}
contracts:
  - G: {ltl: "G !touches({@b, w}, any)"}
  - G: {ltl: "G !reaches({*, !@loopback, @hosts})"}
  - G: {ltl: "G !does(sql, {*, !@tables})"}
"#;
    let contracts = right(text).agents.into_iter().flat_map(|agent| agent.contracts);
    let got: Vec<String> = contracts.map(|c| c.contract.guarantees[0].to_string()).collect();
    let expect = [
        "G !touches({x, !y, z, w}, any)",
        "G !reaches({*, !@loopback, h, @metadata})",
        "G !does(sql, {*, !users})",
    ];
    assert_eq!(got, expect);
}

#[test]
fn an_including_file_replaces_a_set_or_adds_to_it() {
    let own = "G !called(x)";
    let pack = |first, second| ["G !called(x)", first, second].map(str::to_owned);
    let check = |sets, first, second| {
        let [own_formula, first, second] = pack(first, second);
        check(sets, own, &[&first, &second, &own_formula]);
    };
    check("{}", "G !touches(\"~/.ssh/**\", read)", "G !reaches(\"*\")");
    check(
        "{secrets: [/x], allowed: [h, i]}",
        "G !touches(\"/x\", read)",
        "G !reaches({*, !h, !i})",
    );
    check(
        "{secrets: [\"@secrets\", /x]}",
        "G !touches({~/.ssh/**, /x}, read)",
        "G !reaches(\"*\")",
    );
}

#[test]
fn an_empty_set_has_nothing_in_it_wherever_it_stands() {
    let text = r#"
sets: {none: []}
contracts:
  - G: {ltl: "G !touches(@none, any)"}
  - G: {ltl: "G !touches({@none, !a}, any)"}
  - G: {ltl: "G !touches(!@none, any)"}
"#;
    let text = text.replace("(!@none", "({!@none}");
    let contracts = right(&text).agents.into_iter().flat_map(|agent| agent.contracts);
    let got: Vec<String> = contracts.map(|c| c.contract.guarantees[0].to_string()).collect();
    let expect = ["G !touches(\"!*\", any)", "G !touches({!*, !a}, any)", "G !touches(\"*\", any)"];
    assert_eq!(got, expect);
}

#[test]
fn what_is_wrong_with_a_set_is_reported() {
    let with = |sets: &str, set: &str| {
        format!("sets: {sets}\ncontracts: [{{G: {{ltl: 'G !touches({set}, any)'}}}}]")
    };
    check_error(
        &with("{secrets: [a]}", "@secret"),
        "the set `@secret` is not defined",
        "did you mean `@secrets`?",
    );
    check_error(
        &with("{}", "@loopback"),
        "the set `@loopback` is not defined",
        "define it under `sets`",
    );
    check_error(
        &with("{a: [\"@b\"], b: [\"@other\"]}", "@a"),
        "the set `@other` is not defined",
        "define it under `sets`",
    );
    check_error(
        &with("{a: [\"@b\"], b: [\"@a\"]}", "@a"),
        "the sets `@a` and `@b` name each other",
        "write the elements of one of them",
    );
    check_error(
        &with("{a: [x, \"!y\"]}", "{*, !@a}"),
        "`!@a` would take out what `@a` takes out itself",
        "define a set without `!`",
    );
    check_error(
        &with("{loopback: [x]}", "x"),
        "`@loopback` is a class of hosts",
        "give the set another name",
    );
    check_error(
        &with("{a b: [x]}", "x"),
        "`a b` is no name of a set",
        "a name has letters, digits, `_` and `-`",
    );
    check_error(
        &with("{a: [/x/../y]}", "@a"),
        "`/x/../y` climbs with `..`",
        "write the path that is meant, without `..`",
    );
}

#[test]
fn sets_name_each_other_so_deep_and_have_so_many_elements() {
    use sponsio_contracts::limits::{SET_ELEMENTS_MAX, SETS_DEPTH_MAX};
    let chain = |n: usize| {
        let sets: Vec<String> = (0..n)
            .map(|i| format!("s{i}: [\"@s{}\"]", i + 1))
            .chain([format!("s{n}: [x]")])
            .collect();
        format!(
            "sets: {{{}}}\ncontracts: [{{G: {{ltl: 'G !touches(@s0, any)'}}}}]",
            sets.join(", ")
        )
    };
    right(&chain(SETS_DEPTH_MAX - 1));
    check_error(&chain(SETS_DEPTH_MAX + 1), "levels deep", "write their elements instead");
    let many = |n: usize| {
        let elements: Vec<String> = (0..n).map(|i| format!("e{i}")).collect();
        let list = elements.join(", ");
        format!("sets: {{a: [{list}]}}\ncontracts: [{{G: {{ltl: 'G !touches(@a, any)'}}}}]")
    };
    right(&many(SET_ELEMENTS_MAX));
    check_error(
        &many(SET_ELEMENTS_MAX + 1),
        "a set has more than",
        "write wider elements, with `*` or `**`",
    );
}
