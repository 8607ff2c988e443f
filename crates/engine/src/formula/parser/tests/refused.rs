//! What is refused: each message with its place and its hint.

use super::{check, refusal};

/// Message, the text at the place, and hint.
#[track_caller]
fn check_error(text: &str, message: &str, place: &str, hint: Option<&str>) {
    let error = refusal(text);
    let span = error.span();
    let found = (error.to_string(), text.get(span.start..span.end), error.hint());
    assert_eq!(found, (message.to_owned(), Some(place), hint), "{text:?}");
}

#[test]
fn no_character_is_skipped() {
    let quote = Some("put a text with such characters between quotes");
    check_error("called(@ x)", "the character `@` has no meaning in a formula", "@", quote);
    check_error("called(a*)", "the character `*` has no meaning in a formula", "*", quote);
    check_error("called(a})", "the character `}` has no meaning in a formula", "}", None);
    let close = Some("close it with `}`");
    check_error("called({a, b)", "this set of tools has no closing brace", "{a, b)", close);
    check_error("$$$", "the character `$` has no meaning in a formula", "$", quote);
    check_error("called(a)$", "the character `$` has no meaning in a formula", "$", quote);
    check_error("called(tool:rm -rf)", "the character `-` has no meaning in a formula", "-", quote);
    check_error(
        "true\u{a0}",
        "the character `\\u{a0}` has no meaning in a formula",
        "\u{a0}",
        None,
    );
    check_error("true && true", "`&&` is not an operator", "&&", Some("write `&`"));
    check_error("true || true", "`||` is not an operator", "||", Some("write `|`"));
    check_error("true => true", "`=>` is not an operator", "=>", Some("write `->`"));
    check_error("count(a) = 3", "`=` is not an operator", "=", Some("write `==`"));
    check_error("called('a)", "this text has no closing quote", "'a)", Some("close it with `'`"));
    check_error(
        "count(a) < 1e99999",
        "the number is out of range: it has more than 38 digits, or a power of ten beyond 9999",
        "1e99999",
        None,
    );
}

#[test]
fn the_vocabulary_is_closed() {
    check_error(
        "G(x == y)",
        "unknown word `x`",
        "x",
        Some("put it between quotes if it is a text"),
    );
    check_error("caled(a)", "unknown word `caled`", "caled", Some("did you mean `called`?"));
    check_error("frobnicate", "unknown word `frobnicate`", "frobnicate", None);
    check_error("Count(a) <= 3", "unknown word `Count`", "Count", Some("did you mean `count`?"));
    check_error("Var(coun, a) <= 3", "unknown word `coun`", "coun", Some("did you mean `count`?"));
    check_error(
        "ctx(role) == admin",
        "unknown word `admin`",
        "admin",
        Some("put it between quotes if it is a text"),
    );
    check_error("x & y", "unknown word `x`", "x", None);
}

#[test]
fn arity_is_that_of_the_catalog() {
    check_error(
        "called(a,b)",
        "`called` takes 1 argument, 2 are given",
        "called(a,b)",
        Some("write `called(tool)`"),
    );
    check_error(
        "G called",
        "`called` takes 1 argument, 0 are given",
        "called",
        Some("write `called(tool)`"),
    );
    check_error(
        "arg(a) < 1",
        "`arg` takes 2 arguments, 1 is given",
        "arg(a)",
        Some("write `arg(tool, path)`"),
    );
    check_error(
        "ctx(a)",
        "`ctx` takes 2 arguments, 1 is given",
        "ctx(a)",
        Some("write `ctx(key, value)`"),
    );
    check_error(
        "called_any(a)",
        "`called_any` takes 0 arguments, 1 is given",
        "called_any(a)",
        Some("write `called_any`"),
    );
    check_error(
        "arg_paths_within(a)",
        "`arg_paths_within` takes 2 arguments, 1 is given",
        "arg_paths_within(a)",
        Some("write `arg_paths_within(tool, prefix, …)`"),
    );
    check_error("true(a)", "`true` takes 0 arguments, 1 is given", "true(a)", Some("write `true`"));
    check_error(
        "And(true)",
        "`And` takes 2 arguments, 1 is given",
        "And(true)",
        Some("write `And(…, …)`"),
    );
    check_error(
        "Not(true, true)",
        "`Not` takes 1 argument, 2 are given",
        "Not(true, true)",
        Some("write `Not(…)`"),
    );
}

#[test]
fn facts_and_terms_are_told_apart() {
    let compare = Some("compare values, for example `count(tool) <= 3`");
    check_error(
        "called(a) <= 3",
        "`called` is true or false, where a value is needed",
        "called(a)",
        compare,
    );
    check_error(
        "(true & true) < 3",
        "`(true & true)` is true or false, where a value is needed",
        "(true & true)",
        compare,
    );
    check_error(
        "ctx(flag) == true",
        "`true` is true or false, where a value is needed",
        "true",
        Some("put it between quotes if it is a text"),
    );
    check_error(
        "G count(a)",
        "`count` is a value, where a formula is needed",
        "count(a)",
        Some("compare it: `count(tool) <= 3`"),
    );
    check_error(
        "Var(denied, a)",
        "`denied` is a value, where a formula is needed",
        "Var(denied, a)",
        Some("compare it: `denied(tool) <= 3`"),
    );
    check_error(
        "Atom(count, a) < 3",
        "`count` is true or false, where a value is needed",
        "Atom(count, a)",
        compare,
    );
    check_error("3 & true", "`3` is a value, where a formula is needed", "3", None);
    check_error(
        "length(called(a)) < 3",
        "`called` is true or false, where a value is needed",
        "called(a)",
        compare,
    );
    check_error(
        "!count(x) <= 3",
        "`!` binds tighter than `<=`, and a formula cannot be compared",
        "!count(x) <=",
        Some("put the comparison in parentheses: `!(… <= …)`"),
    );
    check_error(
        "1 < count(a) < 3",
        "comparisons do not chain",
        "<",
        Some("compare twice: `a <= b & b <= c`"),
    );
}

#[test]
fn the_shape_of_the_text_is_checked() {
    check_error("", "expected a formula or a value, found the end", "", None);
    check_error("true &", "expected a formula or a value, found the end", "", None);
    check_error("()", "expected a formula or a value, found `)`", ")", None);
    check_error("true & | true", "expected a formula or a value, found `|`", "|", None);
    check_error("U true", "expected a formula or a value, found `U`", "U", None);
    check_error("true true", "expected an operator, found `true`", "true", None);
    check_error("true and true", "expected an operator, found `and`", "and", Some("write `&`"));
    check_error("true ! true", "expected an operator, found `!`", "!", None);
    check_error("(true", "this `(` is never closed", "(", None);
    check_error("called(a", "this `(` is never closed", "(", None);
    check_error("true)", "this `)` closes nothing", ")", None);
    check_error("(true, true)", "this `,` does not stand between arguments", ",", None);
    check_error(
        "count(a) < 1,000",
        "this `,` does not stand between arguments",
        ",",
        Some("write numbers without thousands separators"),
    );
    check_error("rise", "`rise` stands without its parentheses", "rise", Some("write `rise(…)`"));
    check_error("Var <= 3", "`Var` stands without its parentheses", "Var", Some("write `Var(…)`"));
}

#[test]
fn arguments_are_constants_between_commas() {
    check_error(
        "called_with(a b)",
        "expected `,` or `)` after an argument of `called_with`, found `b`",
        "b",
        Some("put a `,` between arguments"),
    );
    check_error(
        "called(G(x))",
        "expected `,` or `)` after an argument of `called`, found `(`",
        "(",
        Some("arguments of words are names, texts and numbers"),
    );
    check_error(
        "arg(t, items[0]) < 1",
        "expected `,` or `)` after an argument of `arg`, found `[`",
        "[",
        Some("put a path with brackets between quotes"),
    );
    check_error("called(a,)", "expected an argument of `called`, found `)`", ")", None);
    check_error("called(!a)", "expected an argument of `called`, found `!`", "!", None);
    check_error("Var(3) < 1", "the first argument of `Var` is the name of a word", "Var(3)", None);
    check_error("Const('a') < 1", "`Const` takes a number", "Const('a')", None);
}

#[test]
fn arguments_have_the_kind_of_their_parameter() {
    check_error("called('')", "the tool of `called` is empty", "''", None);
    check_error("ctx('', a)", "the key of `ctx` is empty", "''", None);
    check_error("called_with(a, '')", "the regex of `called_with` is empty", "''", None);
    check_error(
        "arg_paths_within(a, b, '')",
        "the prefix of `arg_paths_within` is empty",
        "''",
        None,
    );
    check_error(
        "called_with(a, 3)",
        "the regex of `called_with` is a text, found a number",
        "3",
        Some("put it between quotes"),
    );
    let natural = |found: &str| {
        format!(
            "the characters of `arg_length_exceeds` is a whole number from 0 to {}, found `{found}`",
            u64::MAX
        )
    };
    for (given, found) in
        [("-1", "-1"), ("1.5", "1.5"), ("many", "many"), ("'5'", "5"), ("1e30", "1e30")]
    {
        check_error(&format!("arg_length_exceeds(a, b, {given})"), &natural(found), given, None);
    }
    check_error(
        "arg(t, 'a..b') < 1",
        "the path is malformed: a path segment is empty",
        "'a..b'",
        None,
    );
    check_error(
        "arg(t, 'a[x]') < 1",
        "the path is malformed: between brackets stands an index or `*`",
        "'a[x]'",
        None,
    );
}

#[test]
fn regular_expressions_are_checked_when_they_are_read() {
    check_error(
        "called_with(a, '(x')",
        "the regular expression is malformed: unclosed group",
        "'(x'",
        None,
    );
    check_error(
        "called_with(a, '(?=a)(?>b)')",
        "the regular expression is refused: beside look-around and back-references stands only what \
         every expression may have",
        "'(?=a)(?>b)'",
        Some("negate the whole fact instead: `!called_with(tool, \"…\")`"),
    );
}

#[test]
fn closed_sets_of_values_are_checked() {
    check_error(
        "result(a, fail)",
        "`fail` is no outcome of `result`",
        "fail",
        Some("write one of `ok`, `error`, `denied`, `timeout`, `unknown`"),
    );
    check_error(
        "result(a, timeuot)",
        "`timeuot` is no outcome of `result`",
        "timeuot",
        Some("write `timeout`"),
    );
    check_error(
        "token_count(outputs) < 1",
        "`outputs` is no kind of `token_count`",
        "outputs",
        Some("write `output`"),
    );
    check_error(
        "token_count(3) < 1",
        "the kind of `token_count` is a text, found a number",
        "3",
        Some("put it between quotes"),
    );
    check_error("agent_is('')", "the agent of `agent_is` is empty", "''", None);
    check_error(
        "ctx(k, {a, b})",
        "the value of `ctx` is a text",
        "{a, b}",
        Some("sets and tags stand for tools only"),
    );
    check_error("{a, b}", "expected a formula or a value, found `{a, b}`", "{a, b}", None);
}

#[test]
fn sets_of_tools_are_checked() {
    let write = Some("write a set as `{a, b, \"c*\"}`");
    check_error("called({})", "the set of tools is empty", "{}", write);
    check_error(
        "called({a,,b})",
        "the set of tools has no member between two of its signs",
        "{a,,b}",
        write,
    );
    check_error(
        "called({a b})",
        "a `,` or `}` is missing in the set of tools, at `b`",
        "{a b}",
        Some("write a set as `{a, b, \"c*\"}`, with names that have blanks between quotes"),
    );
    check_error(
        "called('{a')",
        "a `,` or `}` is missing in the set of tools, at ``",
        "'{a'",
        Some("write a set as `{a, b, \"c*\"}`, with names that have blanks between quotes"),
    );
}

#[test]
fn clauses_stand_where_they_mean_something() {
    let within = Some("only `count`, `count_with`, `denied` and `sum` take `within`");
    check_error(
        "distinct(a, b) within 1h < 3",
        "`within` cannot follow `distinct`",
        "within",
        within,
    );
    check_error("(1 < 2) within 1h", "`within` cannot follow this", "within", within);
    let only = Some("only `sum` takes `where`");
    check_error("count(a) where called(a) < 3", "`where` cannot follow `count`", "where", only);
    check_error(
        "denied(a) within 1h",
        "`denied` is a value, where a formula is needed",
        "denied(a) within 1h",
        None,
    );
    check_error("count(a) within 1h within 2h < 3", "`within` is given twice", "within", None);
    check_error(
        "sum(a, b) within 1h where called(a) < 3",
        "`where` stands before `within`",
        "where",
        None,
    );
    check_error(
        "3 > sum(a, b) where called(a) & called(b)",
        "`where` on the right of `>` does not say where its conditions end",
        "where",
        Some("put the sum with its conditions in parentheses"),
    );
    let window = Some("write a window as `within 60s`, `5m`, `24h` or `7d`");
    check_error(
        "count(a) within 60 < 3",
        "expected `s`, `m`, `h` or `d` after `within`, found `<`",
        "<",
        window,
    );
    check_error(
        "count(a) within x < 3",
        "expected a whole number after `within`, found `x`",
        "x",
        window,
    );
    check_error("count(a) within 0s < 3", "the window is empty", "0s", window);
    check_error(
        "count(a) within 3651d < 3",
        "the bound is beyond the limit of 315360000 seconds",
        "3651d",
        None,
    );
    check_error("sum(a.b within 1h c) < 3", "expected `)` after this, found `c`", "c", None);
}

#[test]
fn conditions_are_about_one_call() {
    let beside = Some("say it beside the sum: `… -> sum(tool, path) <= 3`");
    for (word, text) in [("count", "count(a)"), ("done", "done(a)"), ("denied", "denied(a)")] {
        check_error(
            &format!("sum(a, b) where {text} < 3"),
            &format!("`{word}` cannot stand in a condition of `where`: it is not about one call"),
            text,
            beside,
        );
    }
    let write =
        Some("write facts and comparisons: `where ctx(key, value) & arg(tool, path) == \"text\"`");
    check_error("sum(a, b) where (called(a)) < 3", "expected a condition, found `(`", "(", write);
    check_error(
        "sum(a, b) where arg(a, c) & now < 3",
        "expected a condition, found `&`",
        "&",
        write,
    );
    check_error(
        "sum(a, b) where !now < 3 < 4",
        "`!` binds tighter than `<`, and a formula cannot be compared",
        "!now <",
        Some("put the comparison in parentheses: `!(… < …)`"),
    );
}

#[test]
fn a_time_is_since_one_fact() {
    let write = Some("write a fact, for example `time_since(called(tool))`");
    check_error("time_since(3) < 3", "this is no fact", "3", write);
    check_error("time_since('O called(a)') < 3", "this is no fact", "'O called(a)'", write);
    check_error("time_since(time_since(called(a))) < 3", "this is no fact", "time_since", write);
    check_error(
        "time_since(count(a)) < 3",
        "`count` is a value, where a formula is needed",
        "count(a)",
        Some("compare it: `count(tool) <= 3`"),
    );
}

#[test]
fn the_future_does_not_stand_below_the_past() {
    let hint = Some("past operators look back from one call: move the future operator above them");
    check_error("O F true", "a formula cannot look ahead below `O`, and `F` does", "F", hint);
    check_error(
        "H(true & !(X! true))",
        "a formula cannot look ahead below `H`, and `X!` does",
        "X!",
        hint,
    );
    check_error(
        "rise(true U true)",
        "a formula cannot look ahead below `rise`, and `U` does",
        "U",
        hint,
    );
    check_error("true S G true", "a formula cannot look ahead below `S`, and `G` does", "G", hint);
    check_error(
        "O[<=3] F[<=3] true",
        "a formula cannot look ahead below `O`, and `F` does",
        "F[<=3]",
        hint,
    );
    check("F O true & (O true U Y true)", "F O true & O true U Y true");
}

#[test]
fn bounds_are_checked() {
    let write = Some("write a bound as `F[<=3]`, `O[<=3]` or `O[<=60s]`");
    check_error(
        "X[<=3] true",
        "`X` takes no bound",
        "[",
        Some("only `F`, `G` and `O` take a bound"),
    );
    check_error("F[3] true", "expected `<=` in a bound, found `3`", "3", write);
    check_error("F[<=a] true", "expected a whole number in a bound, found `a`", "a", write);
    check_error("F[<=-1] true", "expected a whole number in a bound, found `-1`", "-1", write);
    check_error("F[<=1.5] true", "expected a whole number in a bound, found `1.5`", "1.5", write);
    check_error("O[<=3 s true", "expected `]` in a bound, found `true`", "true", write);
    check_error(
        "O[<=3w] true",
        "expected `s`, `m`, `h`, `d` or `]` in a bound, found `w`",
        "w",
        write,
    );
    check_error("F[<=1001] true", "the bound is `1001` calls, the limit is 1000", "1001", None);
    check_error("F[<=1e30] true", "the bound is `1e30` calls, the limit is 1000", "1e30", None);
    check_error(
        "O[<=3651d] true",
        "the bound is beyond the limit of 315360000 seconds",
        "3651d",
        None,
    );
    check_error(
        "O[<=1e30d] true",
        "the bound is beyond the limit of 315360000 seconds",
        "1e30d",
        None,
    );
    check_error(
        "F[<=3s] true",
        "`F` cannot be bounded in time",
        "3s",
        Some("count calls, as in `F[<=3]`; only `O` takes `s`, `m`, `h` or `d`"),
    );
}
