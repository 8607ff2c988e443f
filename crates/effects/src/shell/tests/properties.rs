//! What holds of every script.

use proptest::prelude::*;
use sponsio_engine::event::Certainty;

use super::{deeds, effects, runs};
use crate::limits::{COMMANDS_MAX, EFFECTS_MAX};

/// Pieces of scripts, that they may be put together in every way.
const PIECES: &[&str] = &[
    "a",
    "rm",
    "-rf",
    "/x",
    "$x",
    "${x:-a}",
    "$(",
    ")",
    "`",
    "'",
    "\"",
    "\\",
    ";",
    "&",
    "|",
    "&&",
    "||",
    "\n",
    " ",
    " ",
    "(",
    "{ ",
    "}",
    "<<E\n",
    "E\n",
    "<<<",
    "<",
    ">",
    ">>",
    "<(",
    "if ",
    "then ",
    "else ",
    "fi",
    "for i in ",
    "do ",
    "done",
    "while ",
    "case x in ",
    "esac",
    ";;",
    "x=",
    "y+=",
    "a=(",
    "[[ ",
    "]]",
    "((",
    "))",
    "f() ",
    "f",
    "eval ",
    "sh -c ",
    "source ",
    "xargs ",
    "sudo ",
    "echo ",
    "read x",
    "cd ",
    "export ",
    "alias a=",
    "$@",
    "{1..3}",
    "{a,b}",
    "*",
    "?",
    "[a]",
    "~",
    "#",
    "!",
    "é",
    "\u{10FFFD}",
    "\u{0}",
    "base64 -d",
    "$'\\x41'",
    "time ",
    "coproc ",
    "function g ",
    "select ",
    "trap ",
    "local x=1",
    "unset x",
    "2>&1",
    "/dev/tcp/h/1",
];

fn script() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// A word, and another spelling of it.
fn spelled(word: &str, how: &[u8]) -> String {
    let mut spelled = String::new();
    for (character, how) in word.chars().zip(how.iter().chain(core::iter::repeat(&0))) {
        match how % 6 {
            1 => spelled.push_str(&format!("'{character}'")),
            2 => spelled.push_str(&format!("\"{character}\"")),
            3 => spelled.push_str(&format!("\\{character}")),
            4 => spelled.push_str(&format!("''{character}")),
            5 => spelled.push_str(&format!("$'\\x{:02x}'", u32::from(character))),
            _ => spelled.push(character),
        }
    }
    spelled
}

proptest! {
    #[test]
    fn no_script_makes_it_panic_or_find_too_much(script in script()) {
        let found = effects(&script);
        prop_assert!(found.list.len() <= EFFECTS_MAX);
        prop_assert!(found.commands.len() <= COMMANDS_MAX);
    }

    #[test]
    fn no_text_makes_it_panic(script in any::<String>()) {
        effects(&script);
    }

    #[test]
    fn the_spelling_of_a_word_changes_nothing(
        words in prop::collection::vec("[a-z/.-]{1,6}", 1..4),
        how in prop::collection::vec(any::<u8>(), 0..24),
    ) {
        let mut words = words;
        words.insert(0, "rm".into());
        let plain = words.join(" ");
        let other: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(number, word)| spelled(word, how.get(number * 3..).unwrap_or_default()))
            .collect();
        let other = other.join(" ");
        prop_assert_eq!(runs(&plain), runs(&other));
        prop_assert_eq!(deeds(&plain), deeds(&other));
    }

    #[test]
    fn what_comes_after_takes_no_effect_away(script in script()) {
        // A backslash at the end would take the line end with it, and a heredoc whatever follows.
        if script.ends_with('\\') || script.contains("<<") {
            return Ok(());
        }
        let before = effects(&script);
        let after = effects(&format!("{script}\ntrue"));
        if before.list.iter().chain(&*after.list).all(|e| e.certainty != Certainty::Opaque) {
            for effect in &*before.list {
                prop_assert!(
                    after.list.iter().any(|other| other.deed == effect.deed && other.object == effect.object),
                    "{:?} is gone", effect
                );
            }
        }
    }

    #[test]
    fn what_runs_under_a_condition_is_what_runs_but_not_sure(words in "(rm|cat|cp) [a-z]{1,4}( [a-z]{1,4})?") {
        let plain = deeds(&words);
        let under: Vec<String> = plain.iter().map(|line| format!("may {line}")).collect();
        prop_assert_eq!(deeds(&format!("if [[ $X ]]; then {words}; fi")), under);
    }
}
