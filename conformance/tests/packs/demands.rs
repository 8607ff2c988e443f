//! What a pack must have, each demand shown by a pack that misses it.

use sponsio_conformance::pack::prove;

const PACK: &str = "
about: Nothing that is deleted comes back.
agents:
  '*':
    contracts:
      - desc: files are not deleted
        advice: move the file to the trash
        G: \"argument `command` of tool `Bash` must not contain `rm -rf`\"
";
const STOPPED: &str = "
  - {name: a folder, shell: rm -rf /srv, expect: block, contract: files are not deleted}";
const TWIN: &str = "
  - {name: a listing, shell: ls /srv, expect: allow}";

/// The problems of a pack, each of which has to contain one of the texts, in order.
#[track_caller]
fn check(pack: &str, cases: &[&str], expect: &[&str]) {
    let proof = prove("pack.yaml", pack, &format!("cases:{}", cases.concat()));
    let texts = proof.problems.join("\n");
    assert_eq!(proof.problems.len(), expect.len(), "{texts}");
    for (problem, expect) in proof.problems.iter().zip(expect) {
        assert!(problem.contains(expect), "{problem}");
    }
}

#[test]
fn a_pack_with_what_it_stops_and_a_harmless_twin_is_proved() {
    check(PACK, &[STOPPED, TWIN], &[]);
}

#[test]
fn a_contract_that_stops_nothing_is_a_problem() {
    check(PACK, &[TWIN], &["no case shows that \"files are not deleted\" stops something"]);
}

#[test]
fn a_contract_without_a_harmless_twin_is_a_problem() {
    check(PACK, &[STOPPED], &["1 contracts have 0 harmless twins"]);
}

#[test]
fn a_pack_that_does_not_say_why_it_exists_is_a_problem() {
    let pack = PACK.replace("about: Nothing that is deleted comes back.", "");
    check(&pack, &[STOPPED, TWIN], &["`about` is missing"]);
}

#[test]
fn a_contract_without_a_description_is_a_problem() {
    let pack = PACK.replace("desc:", "name:");
    check(&pack, &[STOPPED, TWIN], &["has no `desc`"]);
}

#[test]
fn a_case_that_is_decided_otherwise_says_what_was_decided_and_why() {
    let cases = "
  - {name: a listing is refused, shell: ls, expect: block, contract: files are not deleted}";
    check(PACK, &[STOPPED, TWIN, cases], &["decision  allow by []"]);
    let cases = "
  - {name: a removal passes, shell: rm -rf x, expect: allow}";
    check(PACK, &[STOPPED, TWIN, cases], &["move the file to the trash"]);
}

#[test]
fn the_contract_that_is_named_must_be_the_one_that_objects() {
    let cases = "
  - {name: by another, shell: rm -rf x, expect: block, contract: another}";
    check(PACK, &[STOPPED, TWIN, cases], &["expected  block by \"another\""]);
}

#[test]
fn a_misspelt_key_of_a_case_is_a_problem() {
    check(PACK, &["\n  - {name: x, shel: ls, expect: allow}"], &["has no key `shel`"]);
    check(PACK, &["\n  - {name: x, shell: ls, expect: pass}"], &["no decision `pass`"]);
    check(PACK, &["\n  - {name: x, shell: ls, sql: ls, expect: allow}"], &["a case has one of"]);
    check(PACK, &["\n  - {name: x, shell: ls, expect: block}"], &["a case has `contract`"]);
    check(PACK, &[TWIN, TWIN], &["two cases are called `a listing`"]);
}

#[test]
fn every_short_form_is_the_call_that_it_stands_for() {
    for (form, tool, argument) in [
        ("shell: BAD", "Bash", "command"),
        ("sql: BAD", "sql", "query"),
        ("python: BAD", "python", "code"),
        ("read: BAD", "Read", "file_path"),
        ("write: {path: BAD, content: x}", "Write", "file_path"),
        ("write: {path: x, content: BAD}", "Write", "content"),
        ("call: {tool: pay, args: {to: BAD}}", "pay", "to"),
        ("events: [read, {call: pay, args: {to: BAD}}]", "pay", "to"),
    ] {
        let pack =
            PACK.replace("`command` of tool `Bash`", &format!("`{argument}` of tool `{tool}`"));
        let pack = pack.replace("rm -rf", "BAD");
        let case =
            format!("\n  - {{name: x, {form}, expect: block, contract: files are not deleted}}");
        check(&pack, &[&case, TWIN], &[]);
    }
}

#[test]
fn a_pack_that_is_not_shipped_is_a_problem() {
    let proof = prove("sponsio:incident/none", PACK, "cases: []");
    assert!(proof.problems.join(" ").contains("there is no pack"));
}
