//! Hints for sentences that say something no form can say.
//!
//! Each hint is for a meaning that people want and that a sentence does not have here, so that the answer
//! is not just the nearest form, which would mean something else.

use super::token::{Spanned, Token};

/// The words that tell the meaning, any of them, and the hint.
const ADVICE: &[(&[&str], &str)] = &[
    (
        &["month", "months", "monthly", "year", "years", "yearly"],
        "months and years have no fixed length; write days: tool `search` at most 3 times within 30 days",
    ),
    (
        &["million", "billion", "dozen", "half"],
        "write the number in digits: tool `search` at most 500 times",
    ),
    (&["loop", "loops", "repeatedly"], "write: tool `search` must not loop more than 5 times"),
    (
        &["sanitized", "sanitised", "sanitize"],
        "name all three tools: `web_fetch` input must be sanitized by `sanitize_input` before `send_email`",
    ),
    (
        &["confirm", "confirmed", "confirmation"],
        "name what needs the confirmation: tool `send_email` requires confirmation, \
         or: after `read_email`, tool `send_email` requires confirmation",
    ),
    (
        &["unmodified", "unchanged", "unaltered", "intact"],
        "write: commands with `grade.py` must only read original data from `/data/original`",
    ),
    (
        &["audited", "audit", "logged", "log"],
        "write: tool `refund` must be audited by `log_refund`",
    ),
    (&["backup", "snapshot"], "name both tools: tool `save_copy` must back up before `drop_table`"),
];

const NAMED: &str = "with several names, write any of `a`, `b` for a call of one of them, each of `a`, `b` for \
    one sentence about each, or a sentence of its own for each";

/// The hint for a sentence that is not understood, if it seems to mean one of these.
pub(super) fn advice(text: &str, tokens: &[Spanned]) -> Option<String> {
    let words = outside_quotes(text);
    let has = |word: &str| words.iter().any(|w| w == word);
    if ["be", "one", "of"].iter().all(|word| has(word)) {
        let hint = "name the tool and its argument: argument `recipient` of tool `send_email` must \
                    be one of `a`, `b`";
        return Some(hint.to_owned());
    }
    if words.iter().any(|w| w == "written" || w == "edited" || w == "modified") && has("after") {
        let hint = "contracts speak of calls; name the tool that does it: after `aml_check`, tool \
                    `edit_report` is forbidden";
        return Some(hint.to_owned());
    }
    let known = ADVICE.iter().find(|(known, _)| known.iter().any(|w| has(w)));
    let joined = || names_are_joined(tokens).then_some(NAMED);
    known.map(|(_, hint)| *hint).or_else(joined).map(str::to_owned)
}

/// Whether two quoted names have `and` between them.
fn names_are_joined(tokens: &[Spanned]) -> bool {
    tokens.windows(3).any(|three| {
        let [first, middle, last] = three else { return false };
        let is_and = matches!(&middle.token, Token::Word(word) if word.eq_ignore_ascii_case("and"));
        is_and && [first, last].iter().all(|t| matches!(t.token, Token::Quoted(_)))
    })
}

/// The words of the sentence that are not quoted, in lower case.
fn outside_quotes(text: &str) -> Vec<String> {
    let bare: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    bare.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}
