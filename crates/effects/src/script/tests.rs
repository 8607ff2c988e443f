//! The scripts of `tests/script.tsv`.

use sponsio_engine::event::Flags;

use crate::{Context, Language, analyse_text, show};

#[test]
fn labelled_scripts_have_their_effects() {
    let mut wrong = Vec::new();
    let table = include_str!("../../tests/script.tsv");
    for line in table.lines().skip(1) {
        let [language, script, expect] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let language = match language {
            "js" => Language::JavaScript,
            "ps" => Language::PowerShell,
            "cmd" => Language::Cmd,
            _ => Language::Other,
        };
        let script = script.replace("\\n", "\n");
        let effects = analyse_text(language, &script, &Context::default());
        let mut found = show::lines(&effects);
        found.retain(|line| !line.contains("run ["));
        // Which is what no line of a command line has, and all others have.
        let is_code = !matches!(language, Language::PowerShell | Language::Cmd);
        assert!(effects.list.iter().all(|one| one.flags.has(Flags::CODE) == is_code), "{script}");
        let found = found.join("; ").replace("+code", "");
        if found != expect {
            wrong.push(format!("{script}\n  expect {expect}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
