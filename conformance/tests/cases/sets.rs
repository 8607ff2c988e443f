//! A set of tools decides as the disjunction over its members, and a glob as that over the names that match it.

use std::sync::Arc;

use fastrand::Rng;
use sponsio_conformance::generate::formula::Grammar;
use sponsio_conformance::generate::{called, fact};
use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Event, Timestamp, Value};
use sponsio_engine::formula::Formula;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;

/// What stands for a group in a generated formula, its text, and its members among the tools that are called.
type Groups = [(&'static str, &'static str, &'static [&'static str]); 3];

const SETS: Groups = [
    ("group1", "{a, b}", &["a", "b"]),
    ("group2", "{b, c, s:d}", &["b", "c", "s:d"]),
    ("group3", "{A, a}", &["A", "a"]),
];
const GLOBS: Groups = [
    ("group1", "{b, x_*}", &["b", "x_1", "x_2"]),
    ("group2", "x_*", &["x_1", "x_2"]),
    ("group3", "*_1", &["x_1", "y_1"]),
];
/// What is called: members, look-alikes of members, and others.
const CALLED: [&str; 12] =
    ["a", "b", "c", "d", "A", "s:b", "s:d", "x_1", "x_2", "y_1", "X_2", "s:x_2"];
const FORMULAS: u64 = 2_000;

/// A formula over two groups, a tool and a fact, as text; one that looks only back where `is_past`.
fn formula(rng: &mut Rng, is_past: bool) -> Option<String> {
    let mut propositions = vec![called("a"), fact("p")];
    let left_out = rng.usize(0..3);
    let names = ["group1", "group2", "group3"].into_iter().enumerate();
    propositions
        .extend(names.filter(|(place, _)| *place != left_out).map(|(_, name)| called(name)));
    let grammar = Grammar::new(propositions);
    let size = rng.usize(1..6);
    let formula = match rng.u8(0..3) {
        _ if is_past => grammar.always_past(rng, size),
        0 => grammar.always_past(rng, size),
        1 => grammar.future(rng, size),
        _ => grammar.mixed(rng, size),
    };
    formula.map(|formula| formula.to_string())
}

/// The formula with each group written by `write`.
fn written(
    formula: &str,
    groups: &Groups,
    write: impl Fn(&str, &[&str]) -> String,
) -> Arc<Program> {
    let mut text = formula.to_owned();
    for (name, group, members) in groups {
        text = text.replace(&format!("called({name})"), &write(group, members));
    }
    let contract = Contract::new("c", Formula::parse(&text).unwrap());
    let options = Options { mode: Mode::Enforce, ..Options::default() };
    Program::compile(&[contract], &options).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

/// Whether a formula came of it: both ways to write it, over random events.
fn check(seed: u64, groups: &Groups, is_past: bool) -> bool {
    let mut rng = Rng::with_seed(seed);
    let Some(formula) = formula(&mut rng, is_past) else { return false };
    let grouped = written(&formula, groups, |group, _| format!("called({group:?})"));
    let spelled = written(&formula, groups, |_, members| {
        let parts: Vec<String> = members.iter().map(|name| format!("called({name:?})")).collect();
        format!("({})", parts.join(" | "))
    });
    let programs = [grouped, spelled];
    let mut sessions = programs.each_ref().map(Session::new);
    let mut scratches = programs.each_ref().map(|program| Scratch::new(program));
    let id = programs[0].contracts()[0].id();
    for _ in 0..24 {
        let event = match rng.u8(0..8) {
            0 => Event::context(Timestamp(0), "p", rng.bool().then_some("1")),
            _ => Event::call(Timestamp(0), CALLED[rng.usize(0..CALLED.len())], Value::empty()),
        };
        let mut seen = Vec::new();
        for (session, scratch) in sessions.iter_mut().zip(&mut scratches) {
            let decision = session.step(&event, scratch).decision;
            // Of a glob more names are known to be possible, so what can still come differs.
            seen.push((decision, (!is_past).then(|| session.verdict(id))));
        }
        assert_eq!(seen[0], seen[1], "{formula} with {groups:?}: {event:?}");
    }
    true
}

/// Texts of groups that overlap, hold each other's members, and look alike.
const TEXTS: [&str; 12] = [
    "{a, b}",
    "{A, s:a, a*}",
    "*b",
    "mcp__a__*",
    "mcp__*__b",
    "{B, a__b}",
    "*",
    "s:*",
    "*a*b*",
    "{a, m*}",
    "A*",
    "a",
];
/// What names are put together from.
const PIECES: [&str; 11] = ["a", "b", "A", "B", "s:", "mcp__", "a__", "b__", "*", " ", "\u{430}"];

#[test]
fn every_name_is_expected_by_every_formula() {
    for seed in 0..FORMULAS {
        let mut rng = Rng::with_seed(seed);
        let mut names: Vec<&str> = TEXTS.into();
        rng.shuffle(&mut names);
        let texts = &names[..rng.usize(2..7)];
        let propositions = texts.iter().map(|text| called(text)).collect();
        let size = rng.usize(2..8);
        let Some(formula) = Grammar::new(propositions).mixed(&mut rng, size) else { continue };
        let contract = Contract::new("c", formula.clone());
        let Ok(program) = Program::compile(&[contract], &Options::default()) else { continue };
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        for _ in 0..40 {
            let count = rng.usize(0..5);
            let name: String = (0..count).map(|_| PIECES[rng.usize(0..PIECES.len())]).collect();
            let event = Event::call(Timestamp(0), &name, Value::empty());
            let step = session.step(&event, &mut scratch);
            assert_eq!(step.failure, None, "{formula}: {name:?}");
        }
    }
}

#[test]
fn a_set_decides_as_its_members_written_out() {
    let compared = (0..FORMULAS).filter(|seed| check(*seed, &SETS, false)).count();
    assert!(compared > 1_000, "{compared} formulas were compared");
}

#[test]
fn a_glob_decides_as_the_names_that_match_it() {
    let compared = (0..FORMULAS).filter(|seed| check(*seed, &GLOBS, true)).count();
    assert!(compared > 1_000, "{compared} formulas were compared");
}

#[test]
fn many_names_beside_globs_are_still_told_apart() {
    let names: Vec<String> = (0..100).map(|n| format!("called(t{n})")).collect();
    let formula = format!(
        r#"G !({}) & G(called("a*") -> called("*z")) & G !called("m*m") & G !called("{{q, r*}}")"#,
        names.join(" | ")
    );
    let contract = Contract::new("c", Formula::parse(&formula).unwrap());
    let options = Options { mode: Mode::Enforce, ..Options::default() };
    let program = Program::compile(&[contract], &options).unwrap();
    let mut scratch = Scratch::new(&program);
    let session = Session::new(&program);
    for (name, runs) in [
        ("x", true),
        ("az", true),
        ("ab", false),
        ("t7", false),
        ("T7", false),
        ("s:t99", false),
        ("mm", false),
        ("rz", false),
        ("Rz", false),
        ("zz", true),
        ("Az", true),
        ("aZ", false),
        ("s:m:m", false),
    ] {
        let event = Event::call(Timestamp(0), name, Value::empty());
        let step = session.probe(&event, &mut scratch);
        assert_eq!((step.decision.runs(), step.failure), (runs, None), "{name}");
    }
}
