//! The labelled statements of `tests/sql.tsv`.

use sponsio_engine::event::Object;

use crate::{Context, Language, analyse_text, show};

fn sql_effects(text: &str) -> Vec<String> {
    let effects = analyse_text(Language::Sql, text, &Context::default());
    let mut lines = Vec::new();
    for effect in effects.list.iter().filter(|effect| effect.deed.is("sql")) {
        let mut effect = effect.clone();
        if matches!(effect.object, Object::Path(_)) {
            effect.object = Object::None;
        }
        let line = show::line(&effect);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn rows() -> impl Iterator<Item = (String, &'static str)> {
    let table = include_str!("../../tests/sql.tsv");
    table.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (statement, expect) = line.split_once('\t').unwrap();
        (statement.replace("\\n", "\n").replace("\\\\", "\\"), expect)
    })
}

#[test]
fn labelled_statements_have_their_effects() {
    let mut wrong = Vec::new();
    for (statement, expect) in rows() {
        let found = sql_effects(&statement).join("; ");
        if found != expect {
            wrong.push(format!("{statement}\n  expect {expect}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
