//! The calls of `tests/tool.tsv`.

use sponsio_engine::event::Value;

use super::json;
use crate::{Context, analyse, show};

fn args(text: &str) -> Value {
    // A number is no text, and that is all that counts here.
    json::value(text).unwrap_or_else(|| {
        let text: String = serde_json::from_str(text).unwrap();
        Value::Text(text.into())
    })
}

#[test]
fn calls_have_the_effects_of_their_row() {
    let context = Context { cwd: Some("/w"), ..Context::default() };
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/tool.tsv").lines().skip(1) {
        let [tool, given, expect] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let found = show::lines(&analyse(tool, &args(given), &context)).join("; ");
        if found != expect {
            wrong.push(format!("{tool} {given}\n  expect {expect}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_credential_in_an_argument_is_told() {
    let text =
        ["{\"content\": \"gh", "p_0123456789abcdefghijklmnopqrstuvwxyz\", \"path\": \"/a\"}"];
    let effects = analyse("write_file", &args(&text.concat()), &Context::default());
    let found = show::lines(&effects);
    assert_eq!(found, ["may secret.text github", "write+typed /a"]);
}
