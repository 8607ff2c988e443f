//! Any text in any language, and as an argument of any tool, has effects that are bounded, in time that is, without a
//! panic.
//!
//! The first byte chooses the language or the tool, the second how often the text is repeated: what takes more than
//! linear time shows in large texts. Time is measured here and nowhere in a test: a coverage build on a busy machine is
//! slow, so the limit is far above that of a release build, and what seems slow once is measured again.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use sponsio_effects::limits::{COMMANDS_MAX, EFFECTS_MAX};
use sponsio_effects::{Context, Language, analyse, analyse_text};
use sponsio_engine::event::{Effects, Value};

const LANGUAGES: &[Language] = &[
    Language::Shell,
    Language::Sql,
    Language::Python,
    Language::JavaScript,
    Language::PowerShell,
    Language::Cmd,
    Language::Other,
];
/// Tools, and the argument that the text is.
const TOOLS: &[(&str, &str)] = &[
    ("bash", "command"),
    ("write_file", "path"),
    ("write_file", "content"),
    ("apply_patch", "patch"),
    ("web_fetch", "url"),
    ("web_fetch", "prompt"),
    ("unknown_tool", "query"),
    ("http_request", "body"),
];
const SIZE_MAX: usize = 1 << 20;
const LIMIT: Duration = Duration::from_secs(1);

const CONTEXT: Context<'_> = Context {
    cwd: Some("/w"),
    home: Some("/home/u"),
    workspace: Some("/w"),
    system: sponsio_effects::System::Linux,
};

fn effects(choice: usize, text: &str) -> Effects {
    match LANGUAGES.get(choice) {
        Some(language) => analyse_text(*language, text, &CONTEXT),
        None => {
            let (tool, argument) = TOOLS[(choice - LANGUAGES.len()) % TOOLS.len()];
            let args = Value::Object([(argument.into(), Value::Text(text.into()))].into());
            analyse(tool, &args, &CONTEXT)
        }
    }
}

fuzz_target!(|input: (u8, u8, &str)| {
    let (choice, times, text) = input;
    let choice = usize::from(choice) % (LANGUAGES.len() + TOOLS.len());
    let times = (1usize << (times % 20)).min(SIZE_MAX / text.len().max(1)).max(1);
    let text = text.repeat(times);
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let effects = effects(choice, &text);
        best = best.min(start.elapsed());
        assert!(effects.list.len() <= EFFECTS_MAX);
        assert!(effects.commands.len() <= COMMANDS_MAX);
        if best < LIMIT {
            return;
        }
    }
    panic!("{} bytes took {best:?}", text.len());
});
