//! What is asked about the effects of a call, from outside.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{
    Certainty, Deed, Effect, Effects, Event, EventKind, Flags, Object, PathSet, Timestamp,
};
use sponsio_engine::formula::Formula;
use sponsio_engine::limits::*;
use sponsio_engine::session::{Scratch, Session};

use crate::support::{call, contract, decisions, fact, program};

fn effect(certainty: Certainty, deed: Deed, object: Object, flags: Flags) -> Effect {
    Effect { command: 0, certainty, deed, object, flags }
}

fn path(pattern: &str, below: bool) -> Object {
    Object::Path(PathSet { pattern: pattern.into(), below })
}

fn words(words: &[&str]) -> Object {
    let word = |word: &&str| (*word != "…").then(|| (*word).into());
    Object::Command(words.iter().map(word).collect())
}

/// A call of a tool with these effects.
fn call_that(tool: &str, list: Vec<Effect>) -> Event {
    let mut event = call(tool);
    if let EventKind::ToolCall { effects, .. } = &mut event.kind {
        let commands = ["rm -rf /etc".into()].into();
        *effects = Some(Box::new(Effects { commands, list: list.into(), ..Effects::default() }));
    }
    event
}

/// Whether a contract that forbids the fact refuses a call with one such effect.
#[track_caller]
fn check(fact: &str, effect: Effect, expect: bool) {
    let program = program(&[contract(&format!("G !{fact}"))]);
    let expect = if expect { "b" } else { "a" };
    for tool in ["shell", "any other"] {
        let found = decisions(&program, &[call_that(tool, vec![effect.clone()])]);
        assert_eq!(found, expect, "{fact}: {effect:?}");
    }
}

#[test]
fn a_deed_is_named_by_itself_by_its_kind_or_as_any() {
    let push = effect(Certainty::Must, Deed::GitPush, Object::None, Flags::FORCE);
    for (fact, expect) in [
        ("does(git.push)", true),
        ("does(git)", true),
        ("does(any)", true),
        ("does({git.reset, git.push})", true),
        ("does(\"git.push+force\")", true),
        ("does(\"git+force\")", true),
        ("does(\"git.push+force+remote\")", false),
        ("does(\"{git.push+remote, git.push+force}\")", true),
        ("does(git.reset)", false),
        ("does(sql)", false),
        ("does(git.push, \"!x\")", true),
        ("does(git.push, x)", false),
        ("opaque(git.push)", false),
    ] {
        check(fact, push.clone(), expect);
    }
}

#[test]
fn an_effect_is_at_least_as_sure_as_is_asked() {
    for (certainty, expect) in [
        (Certainty::Must, [true, true, true, false]),
        (Certainty::May, [false, true, true, false]),
        (Certainty::Opaque, [false, false, true, true]),
    ] {
        let drop = effect(certainty, Deed::SqlDrop, Object::Name("users".into()), Flags::NONE);
        let facts = ["does(sql, users, must)", "does(sql, users)", "does(sql, users, opaque)"];
        for (fact, expect) in facts.into_iter().chain(["opaque(sql.drop)"]).zip(expect) {
            check(fact, drop.clone(), expect);
        }
    }
}

#[test]
fn an_object_is_a_name_a_path_a_host_or_a_program() {
    let must = |deed, object| effect(Certainty::Must, deed, object, Flags::NONE);
    let name = must(Deed::SqlDrop, Object::Name("Users".into()));
    check("does(sql, users)", name.clone(), true);
    check("does(sql, \"us*\")", name.clone(), true);
    check("does(sql, \"{*, !users}\")", name.clone(), true);
    check("does(sql, \"{*, !Users}\")", name, false);
    let file = must(Deed::Delete, path("/etc/passwd", false));
    check("does(delete, \"/etc/**\")", file.clone(), true);
    check("does(delete, passwd)", file.clone(), true);
    check("does(delete, \"/srv/**\")", file, false);
    let run = must(Deed::Run, words(&["git", "-C", "x", "Push", "--force"]));
    check("does(run, git)", run.clone(), true);
    check("does(run, \"git push\")", run.clone(), true);
    check("does(run, \"git push --force\")", run.clone(), true);
    check("does(run, \"git --force push\")", run.clone(), false);
    check("does(run, \"push\")", run.clone(), false);
    check("does(run, \"{*, '!git push'}\")", run.clone(), true);
    check("does(run, \"{*, 'x'}\")", run, true);
    let unknown = must(Deed::Run, words(&["rm", "…", "x"]));
    check("does(run, \"rm -rf /\")", unknown.clone(), true);
    check("does(run, \"{*, '!rm x'}\")", unknown.clone(), false);
    check("does(run, \"{*, '!rm -rf'}\")", unknown, true);
    check("does(run, rm)", must(Deed::Run, words(&["…", "x"])), true);
}

#[test]
fn an_access_is_one_deed_or_several() {
    let on = |deed| effect(Certainty::Must, deed, path("/a/b", false), Flags::NONE);
    for (access, deeds) in [
        ("read", vec![Deed::Read]),
        ("write", vec![Deed::Write]),
        ("delete", vec![Deed::Delete]),
        ("change", vec![Deed::Write, Deed::Delete, Deed::Chmod]),
        ("exec", vec![Deed::Exec]),
        (
            "any",
            vec![
                Deed::Read,
                Deed::Write,
                Deed::Delete,
                Deed::Chmod,
                Deed::Exec,
                Deed::DeviceFormat,
            ],
        ),
    ] {
        let all =
            [Deed::Read, Deed::Write, Deed::Delete, Deed::Chmod, Deed::Exec, Deed::DeviceFormat];
        for deed in all {
            check(&format!("touches(\"/a/**\", {access})"), on(deed), deeds.contains(&deed));
        }
    }
    check(
        "touches(\"/a/**\", any)",
        effect(Certainty::Must, Deed::Run, words(&["a"]), Flags::NONE),
        false,
    );
}

#[test]
fn what_nobody_looked_at_cannot_be_told_and_is_a_violation() {
    let facts = ["does(read)", "touches(\"*\", read)", "reaches(\"*\")", "opaque(any)"];
    for fact in facts {
        let forbids = program(&[contract(&format!("G !{fact}"))]);
        let requires = program(&[contract(&format!("G(called_any -> {fact})"))]);
        assert_eq!(decisions(&forbids, &[call("a")]), "b", "{fact}");
        assert_eq!(decisions(&requires, &[call("a")]), "b", "{fact}");
        assert_eq!(decisions(&forbids, &[call_that("a", vec![])]), "a", "{fact}");
        assert_eq!(decisions(&forbids, &[self::fact("k", Some("v"))]), "a", "{fact}");
        assert!(forbids.asks_effects() && requires.asks_effects());
    }
    assert!(!program(&[contract("G !called(a)")]).asks_effects());
}

#[test]
fn what_a_call_did_is_remembered() {
    let program = program(&[contract("G(called(publish) -> !O does(secret.read))")]);
    let read = || effect(Certainty::May, Deed::SecretRead, Object::None, Flags::NONE);
    let events =
        [call_that("publish", vec![]), call_that("x", vec![read()]), call_that("publish", vec![])];
    assert_eq!(decisions(&program, &events), "aab");
}

#[test]
fn a_tool_stays_on_the_menu_where_some_arguments_would_do() {
    let program = program(&[contract("G !touches(\"/etc/**\", any)"), contract("G !called(x)")]);
    let session = Session::new(&program);
    let menu = session.filter(&["shell", "x"], Timestamp(0), &mut Scratch::new(&program));
    assert_eq!(menu, ["shell"]);
}

#[test]
fn a_reason_names_the_command_and_what_it_does() {
    let program = program(&[contract("G !touches(\"/etc/**\", delete)")]);
    let delete = effect(Certainty::Must, Deed::Delete, path("/etc", true), Flags::RECURSIVE);
    let session = Session::new(&program);
    let found = session.explain(&call_that("sh", vec![delete]), &mut Scratch::new(&program));
    let texts: Vec<&str> =
        found.iter().flat_map(|e| &e.witnesses).map(|witness| witness.text.as_str()).collect();
    assert_eq!(texts, ["`rm -rf /etc` deletes `/etc` and all below it"]);
}

#[test]
fn a_set_keeps_its_order_and_a_default_is_not_written() {
    for (text, expect) in [
        ("does(git.push, '*', may)", "does(git.push)"),
        ("does('git+force+append')", "does(\"git+force+append\")"),
        ("does('{git.push}', 'a b')", "does(git.push, \"a b\")"),
        ("touches('{ b,  !a, b }', read)", "touches({b, !a, b}, read)"),
        ("reaches(@metadata, opaque)", "reaches(@metadata, opaque)"),
        ("reaches({*, !@private})", "reaches({*, !@private})"),
    ] {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(formula.to_string(), expect, "{text}");
        assert_eq!(Formula::parse(expect), Ok(formula), "{text}");
    }
}

#[test]
fn what_is_misspelt_is_refused_where_it_stands() {
    for (text, message, hint) in [
        ("does(git.psuh)", "`git.psuh` is no deed", "did you mean `git.push`?"),
        ("does('git.push+forced')", "`forced` is no mark of a deed", "did you mean `force`?"),
        (
            "does(git, x, maybe)",
            "`maybe` is no certainty of `does`",
            "write one of `must`, `may`, `opaque`",
        ),
        ("touches(a, reads)", "`reads` is no access of `touches`", "write `read`"),
        ("touches('{}', read)", "the set is empty", "write a set as `{a, !b, \"c d\"}`"),
        ("touches('{a, !}', read)", "there is a `!` with nothing to take out", ""),
        ("touches('/a/../b', read)", "`/a/../b` climbs with `..`", ""),
        ("touches('~ann/x', read)", "`~ann/x` is below the home of one user", ""),
        ("reaches('https://x/y')", "`https://x/y` is no host", ""),
        ("reaches('{a b}')", "a `,` or `}` is missing in the set, at `b`", ""),
    ] {
        let error = Formula::parse(text).expect_err(text);
        assert!(error.to_string().starts_with(message), "{text}: {error}");
        assert!(error.hint().unwrap_or_default().starts_with(hint), "{text}: {:?}", error.hint());
    }
    let undefined = contract("G !touches(@secrets, read)");
    let errors =
        sponsio_engine::program::Program::compile(&[undefined], &Default::default()).unwrap_err();
    assert!(errors[0].to_string().contains("the set `@secrets` is not defined"));
}

#[test]
fn a_path_in_a_set_has_at_most_so_many_names() {
    let set = |n: usize| format!("touches('{}', read)", "/a".repeat(n));
    assert!(Formula::parse(&set(EFFECT_ELEMENT_NAMES_MAX)).is_ok());
    let error = Formula::parse(&set(EFFECT_ELEMENT_NAMES_MAX + 1)).unwrap_err();
    assert_eq!(error.to_string(), "the path has 65 names, the limit is 64");
}

#[test]
fn a_path_longer_than_paths_are_could_be_any() {
    let read =
        |pattern: String| effect(Certainty::May, Deed::Read, path(&pattern, false), Flags::NONE);
    let within = "/a".repeat(EFFECT_PATH_BYTES_MAX / 2);
    check("touches('/b/**', read)", read(within.clone()), false);
    check("touches('/b/**', read)", read(within.clone() + "/a"), true);
    check("touches('{!/a/**}', read)", read(within.clone()), false);
    check("touches('{!/a/**}', read)", read(within + "/a"), true);
}

#[test]
fn a_question_that_takes_too_many_steps_cannot_be_told() {
    assert_eq!(EFFECT_STEPS_MAX, 1 << 24);
    let element = |n: usize| format!("'/**/{n}{}'", "/*a*b*c".repeat(30));
    let set: Vec<String> = (0..200).map(element).collect();
    let set = set.join(",");
    let program = program(&[contract(&format!("G !touches({{{set}}}, read)"))]);
    let hard = format!("/{}", "?a*b*".repeat(40)).repeat(15);
    let read = effect(Certainty::May, Deed::Read, path(&hard, false), Flags::NONE);
    let mut session = Session::new(&program);
    let event = call_that("a", vec![read; 512]);
    let mut scratch = Scratch::new(&program);
    assert_eq!(session.step(&event, &mut scratch).decision, Decision::Block);
}
