//! The scripts of `tests/python.tsv`.

use sponsio_engine::event::{Certainty, Effect, Flags};

use crate::{Context, Language, analyse_text, show};

#[test]
fn labelled_scripts_have_their_effects() {
    let mut wrong = Vec::new();
    let table = include_str!("../../tests/python.tsv");
    for line in table.lines().skip(1) {
        let (script, expect) = line.split_once('\t').unwrap();
        let script = script.replace("\\\\", "\u{1}").replace("\\n", "\n").replace('\u{1}', "\\");
        let effects = analyse_text(Language::Python, &script, &Context::default());
        assert!(effects.list.iter().all(|effect| effect.flags.has(Flags::CODE)), "{script}");
        // Which all of them have.
        let found = show::lines(&effects).join("; ").replace("+code", "");
        if found != expect {
            wrong.push(format!("{script}\n  expect {expect}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hostile_scripts_end() {
    let deep = format!("{}x{}", "(".repeat(5_000), ")".repeat(5_000));
    let sums = vec!["'a'"; 20_000].join("+");
    let functions = "def f(x):\n  f(x)\n  f(x)\nf(1)\n".repeat(50);
    let errors = "def ( : [ { ' ".repeat(2_000);
    for text in [deep, sums, functions, errors] {
        let _ = analyse_text(Language::Python, &text, &Context::default());
    }
}

#[test]
fn a_script_of_lines_that_go_on_is_not_parsed() {
    let few = format!("x = {}1\n", "\\\n".repeat(8));
    let many = "\\\n".repeat(32_000);
    let found = |script: &str| {
        show::lines(&analyse_text(Language::Python, script, &Context::default())).join("; ")
    };
    assert_eq!(found(&few), "");
    assert!(found(&many).starts_with("opaque exec"), "{}", found(&many));
}

#[test]
fn a_line_that_goes_on_an_expression_hides_nothing_where_the_script_is_long() {
    for name in ["f", "matplotlib", "os.system", "env"] {
        for filler in ["", "x = [a for a in b if a]\n"] {
            let script = format!("{}y = (1\n%{name} (g()))\n", filler.repeat(2_000));
            let effects = analyse_text(Language::Python, &script, &Context::default());
            let is_opaque = |effect: &Effect| effect.certainty == Certainty::Opaque;
            let found = show::lines(&effects).join("; ");
            assert!(filler.is_empty() || effects.list.iter().any(is_opaque), "{name}: {found}");
        }
    }
}

#[test]
fn lines_that_set_a_notebook_up_do_nothing_and_unknown_ones_are_opaque() {
    let lines = |script: &str| {
        show::lines(&analyse_text(Language::Python, script, &Context::default())).len()
    };
    assert_eq!(lines("%matplotlib inline\n%load_ext autoreload\nx = 1\n"), 0);
    assert_eq!(lines("%frobnicate all\nx = 1\n"), 1);
}
