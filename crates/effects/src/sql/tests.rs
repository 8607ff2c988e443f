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

#[test]
fn nothing_that_changes_is_a_reading() {
    for (statement, expect) in rows() {
        let changes = |line: &str| {
            !["sql.select", "may sql.select", "sql.other"].iter().any(|read| line.starts_with(read))
        };
        if !expect.split("; ").any(|line| !line.is_empty() && changes(line)) {
            continue;
        }
        assert!(sql_effects(&statement).iter().any(|line| changes(line)), "{statement}");
    }
}

#[test]
fn what_is_over_the_bound_is_opaque_with_what_its_keywords_say() {
    let text = format!("{}DROP TABLE t", "SELECT 1;\n".repeat(20_000));
    let found = sql_effects(&text);
    assert!(found.contains(&"opaque sql.drop".to_owned()), "{found:?}");
    assert!(found.contains(&"opaque sql.exec".to_owned()), "{found:?}");
}

#[test]
fn hostile_texts_end() {
    for part in
        ["(", "$a$", "/*", "'", "[", "WITH a AS (", "a.", "DROP TABLE a ", "EXPLAIN ", "DO $$"]
    {
        let _ = sql_effects(&part.repeat(100_000));
    }
}
