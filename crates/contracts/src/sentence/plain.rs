//! Words that are no names unless they are quoted.
//!
//! A bare word can be the name of a tool if nothing else could be meant. What the forms themselves consist of,
//! and what everyday English puts where a name could stand, is never taken for a name: a sentence with such a
//! word in such a place is refused, with the advice to write it in backticks.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::form::forms;

/// Words of everyday English, beside those of the forms.
const PLAIN_WORDS: &str = "\
    above again all allowlist almost also although always and any anything are as at be because before below \
    both but by calls can could daily data day days during each eight either else even ever every \
    everything fewer file five for four from have he her his hour hourly hours how however hundred i \
    instead into it its just later least less may might million min mins minute minutes month months \
    more most much my neither never new nine no none nor not nothing now off on once one only or \
    other otherwise our out over own per please rather sec second seconds secs seven shall she \
    should since six so some steps still ten than that their them then there therefore these they \
    this those though thousand three through times today together tomorrow twice two under unless \
    until upon value values very was we week weekly weeks were what whenever where wherever which \
    while who whom whose why will within without would year years yet your zero blacklist denylist whitelist";

/// Words of forms that people give to things too; no form could be meant where they are names.
const NAMES: &[&str] = &["pii", "command"];

/// Whether a bare word is part of the grammar or of everyday English.
pub(super) fn is_plain_word(word: &str) -> bool {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let mut words: BTreeSet<String> =
            PLAIN_WORDS.split_whitespace().map(str::to_owned).collect();
        words.extend(forms().iter().flat_map(|form| form.words.iter().cloned()));
        words
    });
    let word = word.to_lowercase();
    words.contains(&word) && !NAMES.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_grammar_are_no_names() {
        for word in ["tool", "Must", "restricted", "minute", "audited"] {
            assert!(is_plain_word(word), "{word}");
        }
        let names = [
            "bash", "command", "deploy", "review", "at_most", "shell", "email", "reject", "delete",
        ];
        for word in names {
            assert!(!is_plain_word(word), "{word}");
        }
    }
}
