//! Hints for sentences that say something no form can say.
//!
//! Each hint is for a meaning that people want and that a sentence does not have here, so that the answer
//! is not just the nearest form, which would mean something else.

/// The words that tell the meaning, any of them, and the hint.
const ADVICE: &[(&[&str], &str)] = &[
    (
        &[
            "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week",
            "weeks", "daily",
        ],
        "there are no time windows in sentences; limits count calls of a session: tool `search` at \
         most 3 times",
    ),
    (
        &["hundred", "thousand", "million", "dozen"],
        "write larger numbers in digits: tool `search` at most 500 times",
    ),
    (
        &["leak", "leaks", "flow", "exfiltrate", "sanitized", "sanitised"],
        "where data flows is nothing a sentence can say; to order calls, write: \
         after `read_db`, tool `send_email` is forbidden",
    ),
    (
        &["permission", "permissions", "role", "authorization", "authorized", "approval"],
        "a sentence cannot ask for a permission; write a formula: `{ltl: 'G(called(pay) -> \
         ctx(role, admin))'}`",
    ),
    (
        &["audited", "audit", "logged", "backup", "snapshot"],
        "name both tools: every `refund` must be followed by `log_refund`, or: \
         tool `save_copy` must precede `drop_table`",
    ),
];

/// The hint for a sentence, if it seems to mean one of the meanings above.
pub(super) fn advice(text: &str) -> Option<String> {
    let words = outside_quotes(text);
    let has = |word: &str| words.iter().any(|w| w == word);
    let after = words.iter().any(|w| w == "after" || w == "once");
    if after && words.iter().any(|w| w.starts_with("confirm")) {
        let hint = "say when in an assumption and what in a guarantee: `A: called read_email`, \
                    `activate_at: first_match`, `G: tool send_email requires confirmation`";
        return Some(hint.to_owned());
    }
    if has("all") && has("followed") {
        let hint = "write one sentence for each: every `a` must be followed by `b`";
        return Some(hint.to_owned());
    }
    ADVICE
        .iter()
        .find(|(known, _)| known.iter().any(|w| has(w)))
        .map(|(_, hint)| (*hint).to_owned())
}

/// The words of the sentence that are not quoted, in lower case.
fn outside_quotes(text: &str) -> Vec<String> {
    let bare: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    bare.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}
