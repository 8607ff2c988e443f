//! What sentences say, and which are refused.

mod known;
mod refused;
mod round_trip;

use super::*;
use crate::pattern::Argument;

/// `pattern(arguments)` of a sentence; of several statements with `;` between, after the keys.
fn say(text: &str) -> Result<String, SentenceError> {
    let said: Vec<String> = parse_all(text)?.iter().map(spell).collect();
    Ok(said.join("; "))
}

fn spell(instance: &Instance) -> String {
    let argument = |argument: &Argument| match argument {
        Argument::Text(text) => text.to_string(),
        Argument::Count(count) => count.to_string(),
        Argument::Seconds(seconds) => format!("{seconds}s"),
        Argument::Number(number) => number.to_string(),
        Argument::Flag(flag) => flag.to_string(),
        Argument::List(list) => format!("[{}]", list.join(" | ")),
    };
    // Optional arguments at the end that are left out are not written.
    let mut list: Vec<String> =
        instance.arguments().map(|(_, a)| a.map_or("-".to_owned(), argument)).collect();
    while list.last().is_some_and(|last| last == "-") {
        list.pop();
    }
    let keys = instance.keys().map_or(String::new(), |keys| format!("{keys}: "));
    format!("{keys}{}({})", instance.pattern().name, list.join(", "))
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(say(text).as_deref(), Ok(expect), "{text}");
}

/// The sentence is refused; the marked part and the hint contain these texts.
#[track_caller]
fn check_refused(text: &str, part: &str, hint: &str) {
    let error = say(text).expect_err(text);
    let marked = text.get(error.range.clone()).unwrap();
    let got = error.hint.unwrap_or_default();
    assert!(
        marked.contains(part) && got.contains(hint),
        "{text}\n  {marked}\n  {}\n  {got}",
        error.message
    );
}
