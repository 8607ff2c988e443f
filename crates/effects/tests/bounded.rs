//! Any text, in any language and as an argument of any tool, has effects within the bounds, and none makes it panic.
//!
//! Texts are put together from pieces that mean something in one of the languages and are read as all of them. A long
//! run: `PROPTEST_CASES=1000000 cargo nextest run --package sponsio-effects any_text`.

use proptest::prelude::*;
use sponsio_effects::limits::{COMMANDS_MAX, EFFECTS_MAX};
use sponsio_effects::{Context, Language, System, analyse, analyse_text};
use sponsio_engine::event::{Certainty, Effects, Value};

const LANGUAGES: [Language; 7] = [
    Language::Shell,
    Language::Sql,
    Language::Python,
    Language::JavaScript,
    Language::PowerShell,
    Language::Cmd,
    Language::Other,
];

const TOOLS: [(&str, &str); 8] = [
    ("bash", "command"),
    ("write_file", "path"),
    ("write_file", "content"),
    ("apply_patch", "patch"),
    ("web_fetch", "url"),
    ("web_fetch", "prompt"),
    ("run_python", "code"),
    ("unknown_tool", "query"),
];

const PIECES: &[&str] = &[
    "a",
    "b1",
    " ",
    " ",
    "\n",
    "\t",
    ";",
    "'",
    "\"",
    "`",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "$",
    "$x",
    "${",
    "$(",
    "|",
    "&",
    "&&",
    "<",
    ">",
    "<<E\n",
    "E\n",
    "=",
    "==",
    ",",
    ".",
    ":",
    "::",
    "/",
    "//",
    "/*",
    "*/",
    "--",
    "-- ",
    "#",
    "\\",
    "\\n",
    "*",
    "?",
    "!",
    "~",
    "@",
    "%",
    "^",
    "`\n",
    "^\n",
    "é",
    "\u{200b}",
    "\u{0}",
    "\u{10FFFD}",
    "\u{1F600}",
    "1",
    "0x7f",
    "1e9",
    "select ",
    "from t ",
    "where 1=1 ",
    "update t set ",
    "delete from ",
    "drop table ",
    "insert into ",
    "with x as (",
    "explain analyze ",
    "begin ",
    "do $$",
    "$$",
    "$t$",
    "exec(",
    "copy t from ",
    "\\copy ",
    "\\! ",
    "go\n",
    "import os\n",
    "from os import *\n",
    "def f(x):\n ",
    "class A:\n ",
    "if x:\n ",
    "for x in y:\n ",
    "while 1:\n ",
    "try:\n ",
    "lambda x: ",
    "eval(",
    "open(",
    "os.system(",
    "f'{",
    "'''",
    "b'",
    "!ls\n",
    "%run ",
    "%%bash\n",
    "getattr(",
    "x = ",
    "x += ",
    "x.append(",
    "yield ",
    "async ",
    "await ",
    "match x:\n case ",
    "require(",
    "spawn(",
    "execSync(",
    "fetch(",
    "http://h/",
    "https://[::1]:8/",
    "file:///a",
    "=>",
    "const x = ",
    "exec: y",
    "`ls`",
    "qx",
    "iex ",
    "iwr ",
    "del ",
    "cmd /c ",
    "powershell -enc ",
    "-Recurse ",
    "/s ",
    "if ",
    "then ",
    "fi",
    "case x in ",
    "esac",
    ";;",
    "x=(",
    "eval ",
    "sh -c ",
    "xargs ",
    "sudo ",
    "cd ..",
    "alias a=",
    "printf %s ",
    "base64 -d",
    "{1..3}",
    "{a,b}",
    "2>&1",
    "/dev/tcp/h/1",
    "*** Add File: ",
    "+++ b/",
    "{\"a\": ",
    "[1, ",
    "token=",
    "-----BEGIN ",
];

const CONTEXT: Context<'_> = Context {
    cwd: Some("/w"),
    home: Some("/home/u"),
    workspace: Some("/w"),
    system: System::Linux,
};

/// Pieces, some of them many times.
fn text() -> impl Strategy<Value = String> {
    let times = prop_oneof![8 => Just(1usize), 2 => 2usize..40, 1 => 40usize..4_000];
    let part = (prop::collection::vec(prop::sample::select(PIECES), 1..5), times);
    prop::collection::vec(part, 0..12).prop_map(|parts| {
        let mut text = String::new();
        for (pieces, times) in parts {
            text.push_str(&pieces.concat().repeat(times));
        }
        text
    })
}

fn is_bounded(effects: &Effects) -> bool {
    effects.list.len() <= EFFECTS_MAX
        && effects.commands.len() <= COMMANDS_MAX
        && effects
            .list
            .iter()
            .all(|effect| usize::from(effect.command) <= effects.commands.len().saturating_sub(1))
}

proptest! {
    #[test]
    fn any_text_in_any_language_has_bounded_effects(text in text(), language in 0usize..7) {
        let effects = analyse_text(LANGUAGES[language], &text, &CONTEXT);
        prop_assert!(is_bounded(&effects));
    }

    #[test]
    fn any_text_for_any_tool_has_bounded_effects(text in text(), tool in 0usize..8) {
        let (tool, argument) = TOOLS[tool];
        let args = Value::Object([(argument.into(), Value::Text(text.as_str().into()))].into());
        prop_assert!(is_bounded(&analyse(tool, &args, &CONTEXT)));
    }
}

#[test]
fn a_text_beyond_every_bound_is_opaque_and_never_nothing() {
    for language in LANGUAGES {
        for piece in ["a;", "x = 1\n", "drop table a;\n", "del a\n", "("] {
            let text = piece.repeat((1 << 20) / piece.len());
            let effects = analyse_text(language, &text, &CONTEXT);
            let is_opaque = effects.list.iter().any(|e| e.certainty == Certainty::Opaque);
            assert!(is_opaque && is_bounded(&effects), "{language:?} {piece:?}");
        }
    }
}
