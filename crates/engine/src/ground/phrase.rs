//! Facts, terms and comparisons in plain words.
//!
//! The words are those of [`Word::clause`]. What comes from a contract or from an agent stands in backticks, on one
//! line and cut to a bearable length: a regular expression may have thousands of characters, and the name of a tool
//! may be anything. No value of an argument is said, because what is said is written to the log, which has none.

use super::catalog::{Kind, Word};
use crate::formula::selector::members;
use crate::formula::{Constant, Relation, Selection, Symbol, Term};
use crate::limits::{SHOWN_CHARACTERS_MAX, SHOWN_MEMBERS_MAX};

/// When something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tense {
    /// At this event.
    Now,
    /// At an event before it, or at none.
    Past,
    /// At one event before it, which something else names.
    Then,
}

/// The fact as a clause: whether it holds, and when.
pub(crate) fn fact(symbol: &Symbol, holds: bool, tense: Tense) -> String {
    facts(symbol, &[], holds, tense)
}

/// The fact with each of some further values of its last argument: that it holds with one of them, or with none.
pub(crate) fn facts(symbol: &Symbol, more: &[&Constant], holds: bool, tense: Tense) -> String {
    if (symbol.word, holds, tense) == (Word::Called, false, Tense::Now) {
        return format!("this is no call of {}", last(symbol, more));
    }
    fill(symbol.word.clause(), symbol, more, |verb| aux(verb, holds, tense))
}

/// The term as a noun.
pub(crate) fn noun(term: &Term) -> String {
    let (mut term, mut lengths) = (term, 0usize);
    let of = loop {
        term = match term {
            Term::Length(inner) => {
                lengths = lengths.saturating_add(1);
                inner
            }
            Term::Optional(inner) => inner,
            Term::Number(number) => break number.to_string(),
            Term::Text(text) => break quoted(text),
            Term::Symbol(symbol) => break symbol_noun(symbol),
            Term::Selected(selection) => break selected(selection),
        };
    };
    format!("{}{of}", "the length of ".repeat(lengths))
}

fn symbol_noun(symbol: &Symbol) -> String {
    fill(symbol.word.clause(), symbol, &[], |_| "")
}

fn selected(selection: &Selection) -> String {
    let mut text = symbol_noun(&selection.of);
    // The conditions and the window, as the formula has them.
    let (whole, of) = (selection.to_string(), selection.of.to_string());
    if let Some(rest) = whole.strip_prefix(&of) {
        text.push_str(&cut(rest));
    }
    text
}

/// How two things compare, or must: "at most 10".
pub(crate) fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Less => "less than",
        Relation::LessOrEqual => "at most",
        Relation::Greater => "more than",
        Relation::GreaterOrEqual => "at least",
        Relation::Equal => "equal to",
        Relation::NotEqual => "other than",
    }
}

/// The text that an expression looks for, where it is one text, perhaps as a whole word or in any case.
fn literal(regex: &str) -> Option<String> {
    let regex = regex.strip_prefix("(?i)").unwrap_or(regex);
    let word = regex.strip_prefix("\\b").and_then(|rest| rest.strip_suffix("\\b"));
    let (mut text, mut characters) = (String::new(), word.unwrap_or(regex).chars());
    while let Some(c) = characters.next() {
        text.push(match c {
            '\\' => characters.next().filter(char::is_ascii_punctuation)?,
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                return None;
            }
            c => c,
        });
    }
    (!text.is_empty()).then_some(text)
}

/// A text between backticks.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", cut(text))
}

/// A text on one line, and not longer than is shown.
fn cut(text: &str) -> String {
    let clean = |c: char| if c.is_control() || c == '`' { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(SHOWN_CHARACTERS_MAX).map(clean).collect();
    if text.chars().nth(SHOWN_CHARACTERS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// The verb, negated or in the past.
fn aux(verb: &str, holds: bool, tense: Tense) -> &'static str {
    match (verb, holds, tense) {
        ("is", true, Tense::Now) => "is",
        ("is", false, Tense::Now) => "is not",
        ("is", true, _) => "was",
        ("is", false, Tense::Past) => "was never",
        ("is", false, Tense::Then) => "was not",
        ("are", true, Tense::Now) => "are",
        ("are", false, Tense::Now) => "are not",
        ("are", true, _) => "were",
        ("are", false, Tense::Past) => "were never",
        ("are", false, Tense::Then) => "were not",
        (_, true, Tense::Now) => "has",
        (_, false, Tense::Now) => "has not",
        (_, true, _) => "had",
        (_, false, Tense::Past) => "had never",
        (_, false, Tense::Then) => "had not",
    }
}

/// The template with arguments and verbs in place.
fn fill(
    template: &str,
    symbol: &Symbol,
    more: &[&Constant],
    verb: impl Fn(&str) -> &'static str,
) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        match slot.strip_suffix("..").map_or_else(|| slot.parse(), str::parse) {
            Ok(place) => text.push_str(&argument(symbol, place, slot.ends_with(".."), more)),
            Err(_) => text.push_str(verb(slot)),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

fn argument(symbol: &Symbol, place: usize, to_the_end: bool, more: &[&Constant]) -> String {
    let given = symbol.args.iter().skip(place);
    if to_the_end || place.saturating_add(1) == symbol.args.len() {
        let values: Vec<&Constant> = given.chain(more.iter().copied()).collect();
        return listed(symbol, place, &values);
    }
    let values: Vec<&Constant> = given.take(1).collect();
    listed(symbol, place, &values)
}

fn last(symbol: &Symbol, more: &[&Constant]) -> String {
    argument(symbol, symbol.args.len().saturating_sub(1), false, more)
}

/// The values, of which one is meant: "`a`, `b` or `c`".
fn listed(symbol: &Symbol, place: usize, values: &[&Constant]) -> String {
    let kind = symbol.word.entry().parameter(place).map(|parameter| parameter.kind);
    let mut names: Vec<String> = Vec::new();
    for value in values {
        match (value, kind) {
            (Constant::Number(number), _) => names.push(number.to_string()),
            (Constant::Fact(fact), _) => names.push(self::fact(fact, true, Tense::Past)),
            (Constant::Text(text), Some(Kind::Tool)) if text.starts_with('{') => {
                names.extend(members(text).iter().flatten().map(|member| quoted(member)));
            }
            (Constant::Text(text), Some(Kind::ArgPath)) => names.push(match &**text {
                "*" => "an argument".into(),
                path => format!("the argument {}", quoted(path)),
            }),
            (Constant::Text(text), Some(Kind::Regex)) => names.push(match literal(text) {
                Some(literal) => quoted(&literal),
                None => quoted(&format!("/{text}/")),
            }),
            (Constant::Text(text), Some(Kind::Source)) if **text == *"user" => {
                names.push("the user's own words".into());
            }
            (Constant::Text(text), Some(Kind::Tokens | Kind::Access)) => {
                names.push(text.to_string())
            }
            (Constant::Text(text), _) => names.push(quoted(text)),
        }
    }
    if names.len() > SHOWN_MEMBERS_MAX {
        names.truncate(SHOWN_MEMBERS_MAX);
        names.push("others".into());
    }
    match names.split_last() {
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "something".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::{Formula, Node};
    use crate::ground::catalog::{CATALOG, Sort};

    fn leaf(text: &str) -> Node {
        let formula = Formula::parse(text).unwrap();
        formula.node(formula.root()).unwrap().clone()
    }

    #[track_caller]
    fn check(text: &str, holds: bool, tense: Tense, expect: &str) {
        let Node::Fact(symbol) = leaf(text) else { panic!("{text} is no fact") };
        assert_eq!(fact(&symbol, holds, tense), expect);
    }

    #[track_caller]
    fn check_term(text: &str, expect: &str) {
        let Node::Compare(_, term, _) = leaf(&format!("{text} >= 0")) else {
            panic!("{text} is no term")
        };
        assert_eq!(noun(&term), expect);
    }

    #[test]
    fn facts_are_clauses() {
        check("done(verify)", false, Tense::Now, "`verify` has not succeeded before");
        check("called(pay)", true, Tense::Past, "`pay` was called");
        check("called(pay)", false, Tense::Past, "`pay` was never called");
        check("called(pay)", false, Tense::Then, "`pay` was not called");
        check("called({a, b, \"c d\"})", false, Tense::Now, "this is no call of `a`, `b` or `c d`");
        check("arg_field_has(bash, \"*\", \"x\")", true, Tense::Now, "`x` is found in an argument");
        check(
            r#"arg_has(sql, "(?i)\\bALTER\\b")"#,
            true,
            Tense::Now,
            "`sql` is called with `ALTER` in an argument",
        );
        check(
            r#"arg_has(run, "a\\.b|c")"#,
            true,
            Tense::Now,
            r"`run` is called with `/a\.b|c/` in an argument",
        );
        check(
            "arg_paths_within(write, \"/a\", \"/b\")",
            false,
            Tense::Now,
            "the paths of the call are not all within `/a` or `/b`",
        );
        check(
            "arg_known(pay, to, user, \"book.{iban}\")",
            false,
            Tense::Now,
            "the argument `to` is not known from the user's own words or `book.{iban}`",
        );
    }

    #[test]
    fn terms_are_nouns() {
        check_term("length(arg(post, body))", "the length of the argument `body`");
        check_term("optional(ctx(limit))", "the fact `limit`");
        check_term("time_since(called(login))", "the number of seconds since `login` was called");
        check_term("count(a) within 60s", "the number of calls of `a` within 1m");
        check_term("token_count(input)", "the number of tokens (input)");
    }

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        let long = "x".repeat(SHOWN_CHARACTERS_MAX);
        assert_eq!(quoted(&long), format!("`{long}`"));
        assert_eq!(quoted(&format!("{long}x")), format!("`{long}…`"));
        assert_eq!(quoted("a`\nb"), "`a\u{fffd}\u{fffd}b`");
        let set = |n: usize| (0..n).map(|i| format!("t{i}")).collect::<Vec<_>>().join(", ");
        let text = |n: usize| format!("called({{{}}})", set(n));
        let Node::Fact(symbol) = leaf(&text(SHOWN_MEMBERS_MAX)) else { panic!() };
        assert!(fact(&symbol, true, Tense::Now).ends_with("or `t5` is called"));
        let Node::Fact(symbol) = leaf(&text(SHOWN_MEMBERS_MAX + 1)) else { panic!() };
        assert!(fact(&symbol, true, Tense::Now).ends_with("`t5` or others is called"));
    }

    #[test]
    fn every_template_is_filled_by_the_arguments_of_its_word() {
        for entry in CATALOG {
            let template = entry.word.clause();
            let verbs = ["{is}", "{are}", "{has}"];
            let verb = verbs.iter().map(|verb| template.matches(verb).count()).sum::<usize>();
            assert_eq!(verb, usize::from(entry.sort == Sort::Fact), "{}", entry.name);
            let places = template.split('{').skip(1).filter_map(|part| part.split('}').next());
            let is_place = |slot: &str| {
                let place = slot.trim_end_matches("..").parse::<usize>();
                verbs.contains(&&*format!("{{{slot}}}"))
                    || place.is_ok_and(|place| place < entry.parameters.len())
            };
            assert!(places.into_iter().all(is_place), "{}: {template}", entry.name);
        }
    }
}
