//! Any text in any language has effects that are bounded, without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sponsio_effects::limits::{COMMANDS_MAX, EFFECTS_MAX};
use sponsio_effects::{Context, Language, analyse_text};

const LANGUAGES: &[Language] = &[
    Language::Shell,
    Language::Sql,
    Language::Python,
    Language::JavaScript,
    Language::PowerShell,
    Language::Cmd,
    Language::Other,
];

fuzz_target!(|input: (u8, &str)| {
    let (number, text) = input;
    let language = LANGUAGES[usize::from(number) % LANGUAGES.len()];
    let context = Context {
        cwd: Some("/w"),
        home: Some("/home/u"),
        workspace: Some("/w"),
        ..Context::default()
    };
    let effects = analyse_text(language, text, &context);
    assert!(effects.list.len() <= EFFECTS_MAX);
    assert!(effects.commands.len() <= COMMANDS_MAX);
});
