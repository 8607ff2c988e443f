//! The scripts of `tests/python.tsv`.

use sponsio_engine::event::Flags;

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
