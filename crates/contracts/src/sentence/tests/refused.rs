//! Sentences that are refused, and what the refusal says.

use super::super::*;
use super::check_refused;

#[test]
fn what_a_form_does_not_say_is_refused() {
    check_refused("`aml_report` must not be edited after `aml_check`", "edited", "name the tool");
    check_refused(
        "confirmation required after reading from `web_search`",
        "",
        "name what needs the confirmation",
    );
    check_refused("only write files within `/tmp`", "", "form");
    check_refused("recipient must be one of `a`, `b`", "", "argument");
    check_refused("restrict file access to /workspace only", "", "restricted to");
    check_refused("`a` and `b` at most 3 times", "", "each of");
    check_refused("never call `a` and `b`", "", "each of");
    check_refused("after `a` and `b`, `c` is forbidden", "", "any of");
    check_refused("`a` must precede `b` or `c` and `d`", "", "");
    check_refused("send must precede `b`", "", "if `send` is a name, write it in backticks");
    check_refused("data must remain unmodified", "", "original data");
    check_refused("http url must match allowlist", "", "");
}

#[test]
fn residue_is_refused() {
    check_refused("tool `x` at most 3 times, please", "please", "a sentence of its own");
    check_refused("tool `x` at most 3 times and please", "please", "");
    check_refused("bash command must not contain rm at most 3 times", "at most", "");
    check_refused("`a` must precede `b`, and at most 3 times", "3", "");
    check_refused("`a` must precede `b` and", "", "");
    check_refused("`a` must precede `b`; `c` is nice", "nice", "");
}

#[test]
fn what_could_belong_to_a_condition_is_refused() {
    check_refused("after `a`, `b` is forbidden and `c` is banned", "and", "repeat `after …`");
    check_refused(
        "once `a` was called, `b` must not be called, and `c` at most 3 times",
        "and",
        "`;`",
    );
    check_refused(
        "for each `id`, `a` at most 3 times and `b` and `c` must be by different agents",
        "",
        "for each",
    );
}

#[test]
fn numbers_are_read_as_written_or_refused() {
    check_refused("`pay` at most -1 times", "-1", "`-1` is no whole number");
    check_refused("`pay` at most 2.5 times", "2.5", "`2.5` is no whole number");
    check_refused("`pay` at most 10,00 times", "10,00", "is no whole number");
    check_refused("`pay` at most 1e-3 times", "1e-3", "is no whole number");
    check_refused("`pay` at most a dozen times", "", "in digits");
    check_refused("`pay` at most 3 times per month", "", "30 days");
    check_refused("response fewer than 0 words", "0", "below zero");
    check_refused("the sum of `amount` of `pay` at most -5", "", "");
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    check_refused("tool `a` must precede `a`", "", "");
    check_refused("tool `x` cooldown of 0 steps", "", "");
    check_refused("tool `` at most 3 times", "", "");
    check_refused("`t.amount` between 5 and 1", "", "");
    check_refused("", "", "");
    let error = compile_sentence("bash command must not contain /(/").unwrap_err();
    assert_eq!(error.code, Code::Sentence);
}

#[test]
fn every_limit_of_sentences_is_reached() {
    use crate::limits::{
        SENTENCE_BYTES_MAX, SENTENCE_GUARANTEES_MAX, SENTENCE_JOINTS_MAX, SENTENCE_TOKENS_MAX,
    };
    let code = |text: String| compile_sentence(&text).unwrap_err().code;
    assert_eq!(code("x".repeat(SENTENCE_BYTES_MAX + 1)), Code::Limit);
    assert_eq!(code("x ".repeat(SENTENCE_TOKENS_MAX + 1)), Code::Limit);
    assert_eq!(code("x ".repeat(SENTENCE_TOKENS_MAX)), Code::Sentence);
    let joined = |n: usize| vec!["`a` is banned"; n].join(" and ");
    assert_eq!(
        parse_all(&joined(SENTENCE_JOINTS_MAX + 1)).map(|said| said.len()),
        Ok(SENTENCE_JOINTS_MAX + 1)
    );
    assert_eq!(code(joined(SENTENCE_JOINTS_MAX + 2)), Code::Limit);
    let names = |n: usize| (0..n).map(|i| format!("`t{i}`")).collect::<Vec<_>>().join(", ");
    let each = |n: usize| parse_all(&format!("each of {} is banned", names(n)));
    assert_eq!(each(SENTENCE_GUARANTEES_MAX).map(|said| said.len()), Ok(SENTENCE_GUARANTEES_MAX));
    assert!(each(SENTENCE_GUARANTEES_MAX + 1).is_err());
}
