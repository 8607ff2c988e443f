//! What scripts do, in tables.
//!
//! `check` compares what is done beside running programs, `check_runs` the programs that are run and their words.

mod around;
mod flow;
mod properties;
mod state;
mod streams;
mod words;

use sponsio_engine::event::{Certainty, Effect, Effects};

use crate::{Context, Language, analyse_text, show};

fn effects(script: &str) -> Effects {
    let context = Context {
        cwd: Some("/w"),
        home: Some("/home/u"),
        workspace: Some("/w"),
        ..Context::default()
    };
    analyse_text(Language::Shell, script, &context)
}

fn is_run(line: &str) -> bool {
    line.split([' ', '+']).find(|word| !matches!(*word, "may" | "opaque")) == Some("run")
}

/// What is done beside running programs.
fn deeds(script: &str) -> Vec<String> {
    show::lines(&effects(script)).into_iter().filter(|line| !is_run(line)).collect()
}

/// The programs that are run.
fn runs(script: &str) -> Vec<String> {
    let lines = show::lines(&effects(script)).into_iter().filter(|line| is_run(line));
    lines.map(|line| line.replacen("run ", "", 1).replacen("run+", "+", 1)).collect()
}

fn compare(table: &[(&str, &[&str])], found: fn(&str) -> Vec<String>) {
    let mut wrong = Vec::new();
    for (script, expected) in table {
        let found = found(script);
        if found != *expected {
            wrong.push(format!("{script}\n    expected {expected:?}\n    found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn check(table: &[(&str, &[&str])]) {
    compare(table, deeds);
}

fn check_runs(table: &[(&str, &[&str])]) {
    compare(table, runs);
}

#[test]
fn a_line_that_does_not_parse_is_opaque_and_hides_no_other() {
    let found = deeds("rm 'unclosed\nexport A=1");
    assert!(found.contains(&"opaque exec".to_owned()), "{found:?}");
    assert!(found.contains(&"env.set A".to_owned()), "{found:?}");
}

#[test]
fn what_is_built_without_end_is_opaque_on_a_small_stack() {
    let many = 1 << 20;
    let inputs = [
        "$(",
        "(",
        "((",
        "{ ",
        "if ",
        "`",
        "\"$(",
        "${x:-",
        "{a,b}",
        "a;",
        "a|",
        "a<<E ",
        "x=(",
        "case x in ",
        "[[ ",
        "$((",
        "'a'",
        "\"$x\" ",
        "!",
        "f() ",
        "<(",
        "eval ",
        "coproc ",
        "a\n",
        "while ",
        "\\",
        "x=1;",
    ];
    for input in inputs {
        let text = input.repeat(many / input.len());
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        let found = thread.spawn(move || effects(&text)).unwrap().join().unwrap();
        let is_opaque = |effect: &Effect| effect.certainty == Certainty::Opaque;
        assert!(found.list.iter().any(is_opaque), "{input}");
    }
}
