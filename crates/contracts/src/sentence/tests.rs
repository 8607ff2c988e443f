//! What sentences say, and which are refused.

use proptest::prelude::*;

use super::*;
use crate::pattern::{Argument, PATTERNS};

/// `pattern(arguments)` of a sentence.
fn say(text: &str) -> Result<String, SentenceError> {
    let instance = parse(text)?;
    let arguments = instance.arguments().map(|(_, argument)| match argument {
        None => "-".to_owned(),
        Some(Argument::Text(text)) => text.to_string(),
        Some(Argument::Count(count)) => count.to_string(),
        Some(Argument::Number(number)) => number.to_string(),
        Some(Argument::List(list)) => format!("[{}]", list.join(" | ")),
    });
    Ok(format!("{}({})", instance.pattern().name, arguments.collect::<Vec<_>>().join(", ")))
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

#[test]
fn the_example_of_every_pattern_is_its_canonical_sentence() {
    for pattern in PATTERNS {
        let compiled = compile_sentence(pattern.example).expect(pattern.example);
        assert_eq!(compiled.pattern(), pattern.name);
        assert_eq!(compiled.sentence.as_deref(), Some(pattern.example));
    }
}

/// Every form of every pattern, with each of its choices taken in turn.
#[test]
fn every_form_is_read_as_its_own_pattern() {
    use form::{Piece, Slot, Unit, forms};
    fn spell(
        pieces: &[Piece],
        pattern: &crate::pattern::Pattern,
        pick: usize,
        out: &mut Vec<String>,
    ) {
        let quoted = ["`x_a`", "`x_b`", "`x_c`", "`x_d`"];
        for piece in pieces {
            match piece {
                Piece::Word(word) => out.push(word.clone()),
                Piece::Comma => out.push(",".to_owned()),
                Piece::Choice(list) => spell(&list[pick % list.len()], pattern, pick, out),
                Piece::Slot(Slot::Plain(index)) => {
                    out.push(match pattern.parameters[*index].kind {
                        crate::pattern::Kind::Number => format!("{index}"),
                        crate::pattern::Kind::Count => "3".to_owned(),
                        crate::pattern::Kind::Trigger => format!("`called(x{index})`"),
                        _ => quoted[*index].to_owned(),
                    })
                }
                Piece::Slot(Slot::Measure(_, unit)) => out.push(format!("3 {}", unit.words()[0])),
                Piece::Slot(Slot::Target(..)) => out.push("`x_a.x_b`".to_owned()),
                Piece::Slot(Slot::Matching(_)) => out.push("`x_e`".to_owned()),
                Piece::Slot(Slot::Fixed(..)) => {}
            }
        }
        let _ = Unit::Times;
    }
    for form in forms() {
        for pick in 0..8 {
            let mut words = Vec::new();
            spell(&form.pieces, form.pattern, pick, &mut words);
            let text = words.join(" ");
            let instance =
                parse(&text).unwrap_or_else(|e| panic!("{text}: {} {:?}", e.message, e.hint));
            assert_eq!(instance.pattern().name, form.pattern.name, "{text}");
        }
    }
}

#[test]
fn known_sentences_of_order() {
    check("tool `A` must precede `B`", "must_precede(A, B)");
    check("must call `A` before `B`", "must_precede(A, B)");
    check("check_policy must precede issue_refund", "must_precede(check_policy, issue_refund)");
    check("review before publish", "must_precede(review, publish)");
    check("tools `a` and `b` are mutually exclusive", "mutual_exclusion(a, b)");
    check(
        "do not call approve and reject in the same session",
        "mutual_exclusion(approve, reject)",
    );
    check("tool `reject` must not follow `approve`", "no_reversal(approve, reject)");
    check("no refund after cancel", "no_reversal(cancel, refund)");
    check("every `refund` must be followed by `notify`", "always_followed_by(refund, notify)");
    check(
        "send_email should always come after review_draft",
        "always_followed_by(review_draft, send_email)",
    );
    check(
        "after calling fetch_data, always call log_result",
        "always_followed_by(fetch_data, log_result)",
    );
    check("tool `X` requires confirmation", "must_confirm(X)");
    check("never call delete without confirmation", "must_confirm(delete)");
    check("after `a`, tool `b` is forbidden", "no_reversal(a, b)");
}

#[test]
fn known_sentences_of_counts() {
    check("tool `X` at most 3 times", "rate_limit(X, 3)");
    check("limit `x` to 5 calls", "rate_limit(x, 5)");
    check("tool `X` must not be called more than 5 times per session", "rate_limit(X, 5)");
    check("`x` must not be called more than once", "rate_limit(x, 1)");
    check("tool `bash:rm -rf` at most 0 times", "rate_limit(bash:rm -rf, 0)");
    check("tool `deploy` at most 3 retries", "bounded_retry(deploy, 3)");
    check("tool `X` must execute at most once", "idempotent(X)");
    check("tool deploy should only run once", "idempotent(deploy)");
    check("tool `x` cooldown of 3 steps", "cooldown(x, 3)");
    check("cooldown 10 steps between `x`", "cooldown(x, 10)");
    check("tool `x` must not loop more than 5 times", "loop_detection(x, 5)");
    check("tool `x` at most twice", "rate_limit(x, 2)");
    check("tool `x` at most five calls.", "rate_limit(x, 5)");
}

#[test]
fn known_sentences_of_arguments_and_tools() {
    check("tool `file_write` restricted to `/app/data`", "scope_limit(file_write, [/app/data])");
    check(
        "file_write restricted to /app/data/ or /tmp",
        "scope_limit(file_write, [/app/data/ | /tmp])",
    );
    check(
        "bash command must not contain rm -rf or sudo",
        "arg_blacklist(bash, command, [rm -rf | sudo])",
    );
    check("`t.amount` between 0 and 10000", "arg_value_range(t, amount, 0, 10000)");
    check("`t.amount` between -1.5 and 1,000.25", "arg_value_range(t, amount, -1.5, 1000.25)");
    check("`sql.query` at most 500 chars", "arg_length_limit(sql, query, 500)");
    check("agent may only call `a`, `b`", "tool_allowlist([a | b])");
    check("agent may only call `a`, `b`, and `c`", "tool_allowlist([a | b | c])");
    check("redirect `a` to `b`", "redirect_to_safe(a, b, -)");
    check("redirect `a` to `b` because \"it is safer\"", "redirect_to_safe(a, b, it is safer)");
}

#[test]
fn known_sentences_of_triggers() {
    check("called `X`", "trigger_called(X)");
    check("tool `X` was called", "trigger_called(X)");
    check("once `X` is called", "trigger_called(X)");
    check("never called `X`", "trigger_not_called(X)");
    check("`X` was never called", "trigger_not_called(X)");
    check("never call `x`", "trigger_not_called(x)");
    check("`x` is banned", "trigger_not_called(x)");
    check("`x` must not be called", "trigger_not_called(x)");
    check("`x` has not been called", "trigger_not_called(x)");
}

#[test]
fn names_are_not_confused_with_allowed_or_forbidden_texts() {
    check("bash command must not contain `rm -rf`", "arg_blacklist(bash, command, [rm -rf])");
    check(
        "tool `bash` command must not contain `rm -rf` or `sudo`",
        "arg_blacklist(bash, command, [rm -rf | sudo])",
    );
    check("tool `bash` args must not contain `rm -rf`", "arg_blacklist(bash, *, [rm -rf])");
    check("bash may only access files under `/workspace`", "scope_limit(bash, [/workspace])");
    check("http_get host must be one of `a.b`, `c`", r"arg_allowlist(http_get, host, [a\.b | c])");
    check_refused("only write files within `/tmp`", "", "form");
    check_refused("recipient must be one of `a`, `b`", "", "argument");
    check_refused("restrict file access to /workspace only", "", "restricted to");
}

#[test]
fn roles_are_those_of_the_words() {
    check("tool `respond` within 3 steps of `receive`", "deadline(receive, respond, 3)");
    check("`y` must follow `x` within 3 steps", "deadline(x, y, 3)");
    check("never call `b` after `a`", "no_reversal(a, b)");
    check("`b` cannot be called after `a`", "no_reversal(a, b)");
    check("cannot `B` after `A`", "no_reversal(A, B)");
    check("before calling `a` you must call `b`", "must_precede(b, a)");
    check("before `deploy`, run `test`", "must_precede(test, deploy)");
    check("tool `audit` must run after `pay`", "always_followed_by(pay, audit)");
    check("`blacklist_user` must precede `notify`", "must_precede(blacklist_user, notify)");
    check(
        "`search` args matching `invoice-42` at most 2 times",
        "rate_limit(search:invoice-42, 2)",
    );
}

#[test]
fn what_a_form_does_not_say_is_refused() {
    check_refused("`aml_report` must not be edited after `aml_check`", "edited", "nearest form");
    check_refused("must call `a` and `b` before `c`", "and", "must precede");
    check_refused(
        "after `fetch_url`, `file_write` requires confirmation",
        "",
        "activate_at: first_match",
    );
    check_refused(
        "after `read_email`, confirm before `send_email`",
        "",
        "activate_at: first_match",
    );
    check_refused(
        "confirmation required after reading from `web_search`",
        "",
        "activate_at: first_match",
    );
    check_refused(
        "every `s` must be followed by all of [`log`, `notify`]",
        "all",
        "one sentence for each",
    );
    check_refused("no data leak from `read_db` to `send_email`", "", "after `read_db`");
    check_refused("tool `transfer` requires permission `manager`", "permission", "write a formula");
    check_refused("`a`, `b` and `c` are mutually exclusive", ",", "");
}

#[test]
fn residue_is_refused() {
    check_refused(
        "tool `check` must precede `refund`, and `refund` at most 3 times",
        ", and `refund` at most 3 times",
        "up to here it reads: tool `check` must precede `refund`",
    );
    check_refused(
        "tool `x` at most 3 times and tool `y` at most 2 times",
        "and tool `y` at most 2 times",
        "up to here it reads: tool `x` at most 3 times",
    );
    check_refused("limit `x` to 5 calls per minute", "minute", "no time windows");
    check_refused("tool `x` at most 3 times, please", "please", "a sentence of its own");
    check_refused("bash command must not contain rm at most 3 times", "at most", "");
}

#[test]
fn numbers_are_read_as_written_or_refused() {
    check("`pay` at most 1,000 times", "rate_limit(pay, 1000)");
    check_refused("`pay` at most 1e3 times", "1e3", "`1e3` is no whole number");
    check_refused("`pay` at most -1 times", "-1", "`-1` is no whole number");
    check_refused("`pay` at most 2.5 times", "2.5", "`2.5` is no whole number");
    check_refused("`pay` at most five hundred times", "hundred", "in digits");
    check_refused("`pay` at most 10,00 times", "10,00", "is no whole number");
}

#[test]
fn quoted_text_is_literal_and_slashes_mean_a_regex() {
    check("bash command must not contain `a.b`", r"arg_blacklist(bash, command, [a\.b])");
    check("bash command must not contain a.b", r"arg_blacklist(bash, command, [a\.b])");
    check(r"bash command must not contain /rm\s+-rf/", r"arg_blacklist(bash, command, [rm\s+-rf])");
    check("bash command must not contain `/etc/`", "arg_blacklist(bash, command, [/etc/])");
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
fn a_sentence_in_capitals_keeps_its_names() {
    check("Tool `Deploy` AT MOST 3 Times.", "rate_limit(Deploy, 3)");
}

#[test]
fn every_limit_of_sentences_is_reached() {
    use crate::limits::{SENTENCE_BYTES_MAX, SENTENCE_TOKENS_MAX};
    let code = |text: String| compile_sentence(&text).unwrap_err().code;
    assert_eq!(code("x".repeat(SENTENCE_BYTES_MAX + 1)), Code::Limit);
    assert_eq!(code("x ".repeat(SENTENCE_TOKENS_MAX + 1)), Code::Limit);
    assert_eq!(code("x ".repeat(SENTENCE_TOKENS_MAX)), Code::Sentence);
}

const KNOWN_WORDS: &[&str] = &[
    "tool", "`a`", "must", "not", "be", "called", "before", "after", "at", "most", "3", "times",
    ",", "and", "/x/", "within", "steps", "argument", "of", "never", "once", "b_c",
];

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z_][a-zA-Z0-9_ .\"'`/-]{0,6}[a-z]"
}

fn input(kind: crate::pattern::Kind) -> BoxedStrategy<crate::pattern::Input> {
    use crate::pattern::{Input, Kind};
    let list = |entry: BoxedStrategy<String>| {
        proptest::collection::vec(entry.prop_map(Input::Text), 1..4).prop_map(Input::List).boxed()
    };
    match kind {
        Kind::Tool | Kind::ToolName | Kind::Text => name().prop_map(Input::Text).boxed(),
        Kind::ToolList => list(name().boxed()),
        Kind::ArgPath => "[a-z]{1,4}(\\.[a-z]{1,3})?".prop_map(Input::Text).boxed(),
        Kind::RegexList => list("[a-z/\"'` ]{0,3}[a-z](\\\\.|\\\\/|[.]|\\\\d)?[+]?".boxed()),
        Kind::PrefixList => list("/[a-z/ ]{0,5}[a-z]".boxed()),
        Kind::Count => (0u64..5_000).prop_map(|n| Input::Number(n.to_string())).boxed(),
        Kind::Steps => (1u64..1_000).prop_map(|n| Input::Number(n.to_string())).boxed(),
        Kind::Number => (-5_000i64..5_000, 0u8..3)
            .prop_map(|(n, scale)| Input::Number(format!("{n}e-{scale}")))
            .boxed(),
        Kind::Trigger => "called\\([a-z]{1,4}\\)".prop_map(Input::Text).boxed(),
    }
}

fn instance() -> impl Strategy<Value = Option<Instance>> {
    (0..PATTERNS.len()).prop_flat_map(|index| {
        let pattern = PATTERNS[index];
        let inputs: Vec<_> = pattern.parameters.iter().map(|p| input(p.kind)).collect();
        inputs.prop_map(move |given| pattern.bind(given).ok())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A text with all three kinds of quotation marks has no sentence; everything else comes back.
    #[test]
    fn a_rendered_sentence_reads_back(instance in instance()) {
        let Some(instance) = instance else { return Ok(()) };
        let Some(text) = render(&instance) else { return Ok(()) };
        prop_assert_eq!(parse(&text).map_err(|e| (text, e)), Ok(instance));
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,80}") {
        let _ = compile_sentence(&text);
    }

    #[test]
    fn no_mixture_of_known_words_is_too_strange(
        words in proptest::collection::vec(proptest::sample::select(KNOWN_WORDS), 0..14),
    ) {
        let text = words.join(" ");
        if let Err(error) = compile_sentence(&text) {
            prop_assert!(!error.message.is_empty());
        }
    }
}
