//! A file of cases that says something unknown is refused, with its line.

use sponsio_conformance::case::load;

#[track_caller]
fn check(case: &str, line: usize, part: &str) {
    let text = format!("about: x\ncases:\n{case}");
    let error = load(&text).unwrap_err();
    assert_eq!(error.line, line, "{error}");
    assert!(error.message.contains(part), "{error}");
}

#[test]
fn a_key_that_is_not_known_is_refused() {
    check("  - {name: a, events: [], expects: x}", 3, "`expects`");
    check("  - name: a\n    events:\n      - {call: x, expected: block}", 5, "`expected`");
    check("  - {name: a, contracts: [{ltl: G true, nam: x}], events: []}", 3, "`nam`");
    check("  - {name: a, events: [{call: x, size: {deep: 3}}]}", 3, "`deep`");
    assert!(load("about: x\ncases: []\nmore: 1").is_err());
}

#[test]
fn a_word_that_is_not_known_is_refused() {
    check("  - {name: a, mode: strict, events: []}", 3, "`strict`");
    check("  - name: a\n    events:\n      - x\n      - x -> deny", 6, "`deny`");
    check("  - {name: a, events: [{call: x, expect: stop}]}", 3, "`stop`");
    check("  - {name: a, contracts: [{ltl: G true, strategy: stop}], events: []}", 3, "`stop`");
    check("  - {name: a, contracts: [{ltl: G true, activate_at: once}], events: []}", 3, "`once`");
    check("  - {name: a, events: [{result: x fine}]}", 3, "tool outcome");
}

#[test]
fn a_contract_that_is_not_there_cannot_be_expected() {
    check("  - {name: a, events: [{call: x, by: c}]}", 3, "`c`");
    check("  - {name: a, events: [{call: x, verdict: {c: pending}}]}", 3, "`c`");
    check("  - {name: a, events: [], owed: [c]}", 3, "`c`");
    let contracts = "contracts: [{ltl: G true, name: c}]";
    check(
        &format!("  - {{name: a, {contracts}, events: [{{call: x, verdict: {{c: open}}}}]}}"),
        3,
        "`open`",
    );
}

#[test]
fn a_contract_that_does_not_load_is_refused() {
    check("  - name: a\n    contracts:\n      - {ltl: G called(}\n    events: []", 5, "G called(");
    check(
        "  - name: a\n    contracts:\n      - {pattern: must_proceed, args: [a, b]}\n    events: []",
        5,
        "must_precede",
    );
    check("  - name: a\n    contracts:\n      - never call\n    events: []", 5, "never call");
    check(
        "  - {name: a, contracts: [{ltl: G true}, {ltl: G true}], events: []}",
        3,
        "two contracts",
    );
}

#[test]
fn two_things_cannot_be_one_event() {
    check("  - {name: a, events: [{call: x, result: x ok}]}", 3, "an event is one of");
    check("  - {name: a, events: [{expect: block}]}", 3, "an event is one of");
    check("  - {name: a, events: [{say: x, args: {}}]}", 3, "`args`");
}

#[test]
fn a_value_that_could_be_read_in_two_ways_is_refused() {
    check("  - {name: a, events: [{call: x, args: {n: 0x10}}]}", 3, "no number of JSON");
    check("  - {name: a, events: [{call: x, args: {n: 007}}]}", 3, "no number of JSON");
    check("  - {name: a, events: [{context: {k: true}}]}", 3, "a text in quotes");
    check("  - {name: a, name: b, events: []}", 3, "occurs twice");
    check("  - &a {name: a, events: []}", 3, "anchors");
}

#[test]
fn two_cases_have_two_names() {
    check("  - {name: a, events: []}\n  - {name: a, events: []}", 4, "two cases");
}

#[test]
fn what_is_not_yaml_is_refused() {
    assert!(load("").is_err());
    assert!(load("about: [").is_err());
    assert!(load("a: b\n---\nc: d").is_err());
    assert!(load(&format!("about: {}", "[".repeat(100))).is_err());
}
