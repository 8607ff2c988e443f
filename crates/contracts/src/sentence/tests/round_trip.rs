//! The table of forms as a whole: every form is read, and what is rendered is read back as it was.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::form::forms;
use super::super::template::{Piece, Slot};
use super::super::*;
use crate::pattern::{ForEach, Input, Kind, PATTERNS, Pattern, is_slashed};

#[test]
fn the_example_of_every_pattern_is_its_canonical_sentence() {
    for pattern in PATTERNS {
        let compiled = compile_sentence(pattern.example).expect(pattern.example);
        assert_eq!(compiled.pattern(), pattern.name, "{}", pattern.example);
        assert_eq!(compiled.sentence.as_deref(), Some(pattern.example));
    }
}

/// One reading of a form, with the given choice taken at every bracket.
fn spell(pieces: &[Piece], pattern: &Pattern, pick: usize, out: &mut Vec<String>) {
    let quoted = ["`x_a`", "`x_b`", "`x_c`", "`x_d`", "`x_e`"];
    for piece in pieces {
        out.push(match piece {
            Piece::Word(word) => word.clone(),
            Piece::Comma => ",".to_owned(),
            Piece::Choice(list) => {
                spell(&list[pick % list.len()], pattern, pick, out);
                continue;
            }
            Piece::Slot(Slot::Plain(index, _)) => match pattern.parameters[*index].kind {
                Kind::Number => format!("{index}"),
                Kind::Count | Kind::Steps => "3".to_owned(),
                Kind::Duration => "3 hours".to_owned(),
                Kind::Trigger => format!("`called(x{index})`"),
                Kind::Choice(words) => words[0].to_owned(),
                Kind::Choices(words) => words[0].replace('_', " "),
                _ => quoted[*index].to_owned(),
            },
            Piece::Slot(Slot::Pairs(..)) => "`x_a` and `x_b`".to_owned(),
            Piece::Slot(Slot::Measure { unit, .. }) => match unit {
                Some(unit) => format!("3 {}", unit.words()[0]),
                None => "3".to_owned(),
            },
            Piece::Slot(Slot::Window(_)) => "per hour".to_owned(),
            Piece::Slot(Slot::Target(tool, path)) => format!("`x_t{tool}.x_p{path}`"),
            Piece::Slot(Slot::Fixed(..)) => continue,
        });
    }
}

#[test]
fn every_form_is_read_as_its_own_pattern() {
    let mut failures = Vec::new();
    for form in forms() {
        for pick in 0..10 {
            let mut words = Vec::new();
            spell(&form.pieces, form.pattern, pick, &mut words);
            let text = words.join(" ");
            match parse(&text) {
                Ok(instance) if instance.pattern().name == form.pattern.name => {}
                Ok(instance) => failures.push(format!("{text}: {}", instance.pattern().name)),
                Err(e) => failures.push(format!("{text}: {} {:?}", e.message, e.hint)),
            }
        }
    }
    failures.dedup();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_pattern_has_a_form() {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for form in forms() {
        *count.entry(form.pattern.name).or_default() += 1;
    }
    let names: BTreeSet<&str> = PATTERNS.iter().map(|p| p.name).collect();
    assert_eq!(count.keys().copied().collect::<BTreeSet<_>>(), names);
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z_][a-zA-Z0-9_ .\"'`/-]{0,6}[a-z]"
}

fn list(entry: BoxedStrategy<String>) -> BoxedStrategy<Input> {
    proptest::collection::vec(entry.prop_map(Input::Text), 1..4).prop_map(Input::List).boxed()
}

fn some_of(words: &'static [&'static str]) -> BoxedStrategy<String> {
    proptest::sample::select(words).prop_map(str::to_owned).boxed()
}

fn input(kind: Kind) -> BoxedStrategy<Input> {
    let regex = || "[a-z/\"'` ]{0,3}[a-z](\\\\.|\\\\/|[.]|\\\\d)?[+]?".boxed();
    match kind {
        Kind::Tool | Kind::ToolName => prop_oneof![
            4 => name().prop_map(Input::Text),
            1 => list(name().boxed()),
            1 => some_of(&["mcp__x__*", "@risky", "{a, b}"]).prop_map(Input::Text),
        ]
        .boxed(),
        Kind::Name | Kind::Text => name().prop_map(Input::Text).boxed(),
        Kind::ToolList | Kind::WordList | Kind::ValueList => list(name().boxed()),
        Kind::SourceList => list(
            prop_oneof![some_of(&["user", "read", "{a, b}.{x}", "text(a)"]), "[a-z_]{1,8}",]
                .boxed(),
        ),
        Kind::ArgPath => "[a-z]{1,4}(\\.[a-z]{1,3})?".prop_map(Input::Text).boxed(),
        Kind::Regex => regex().prop_map(Input::Text).boxed(),
        Kind::RegexList => list(regex()),
        Kind::PhraseList => list(prop_oneof![name(), "/[a-z ]{1,3}(\\\\.)?/"].boxed()),
        Kind::PrefixList => list("/[a-z/ ]{0,5}[a-z]".boxed()),
        Kind::Count => (0u64..5_000).prop_map(|n| Input::Number(n.to_string())).boxed(),
        Kind::Steps => (1u64..1_000).prop_map(|n| Input::Number(n.to_string())).boxed(),
        Kind::Duration => (1u64..5_000, some_of(&["", "s", "m", "h", "d"]))
            .prop_map(|(n, unit)| Input::Text(format!("{n}{unit}")))
            .boxed(),
        Kind::Number => (-5_000i64..5_000, 0u8..3)
            .prop_map(|(n, scale)| Input::Number(format!("{n}e-{scale}")))
            .boxed(),
        Kind::Flag => any::<bool>().prop_map(Input::Truth).boxed(),
        Kind::Choice(words) => some_of(words).prop_map(Input::Text).boxed(),
        Kind::Choices(words) => list(some_of(words)),
        Kind::Trigger => "called\\([a-z]{1,4}\\)".prop_map(Input::Text).boxed(),
    }
}

fn instance() -> impl Strategy<Value = Option<Instance>> {
    let keys = proptest::option::weighted(0.2, some_of(&["agent", "ctx.user", "id", "a.b"]));
    (0..PATTERNS.len(), keys).prop_flat_map(|(index, keys)| {
        let pattern = PATTERNS[index];
        let input = |p: &crate::pattern::Parameter| match p.optional {
            true => prop_oneof![Just(Input::Nothing), input(p.kind)].boxed(),
            false => input(p.kind),
        };
        let inputs: Vec<_> = pattern.parameters.iter().map(input).collect();
        inputs.prop_map(move |given| {
            let instance = pattern.bind(given).ok()?;
            let keys = keys.as_deref().and_then(ForEach::parse);
            Some(keys.into_iter().fold(instance, Instance::per))
        })
    })
}

/// Whether a text has no sentence: one with all three kinds of quotation marks, or a phrase that stands
/// between slashes and holds what ends a regular expression in a sentence.
fn is_unsayable(instance: &Instance) -> bool {
    let unsayable = |text: &str| ['`', '"', '\''].iter().all(|mark| text.contains(*mark));
    instance.arguments().any(|(_, argument)| match argument {
        Some(crate::pattern::Argument::Text(text)) => unsayable(text),
        Some(crate::pattern::Argument::List(list)) => {
            list.iter().any(|text| unsayable(text) || is_slashed(text))
        }
        _ => false,
    })
}

const KNOWN_WORDS: &[&str] = &[
    "tool", "`a`", "must", "not", "be", "called", "before", "after", "at", "most", "3", "times",
    ",", "and", "/x/", "within", "steps", "argument", "of", "never", "once", "b_c", "for", "each",
    "per", "minute", ";", "any", "or",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_rendered_sentence_reads_back(instance in instance()) {
        let Some(instance) = instance else { return Ok(()) };
        match render(&instance) {
            Some(text) => prop_assert_eq!(parse(&text).map_err(|e| (text, e)), Ok(instance)),
            None => prop_assert!(is_unsayable(&instance), "{:?}", instance),
        }
    }

    #[test]
    fn several_rendered_sentences_read_back(first in instance(), second in instance()) {
        let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
        let (Some(one), Some(two)) = (render(&first), render(&second)) else { return Ok(()) };
        if first.for_each() != second.for_each() || first.keys().is_some() {
            return Ok(());
        }
        let text = format!("{one}; {two}");
        prop_assert_eq!(parse_all(&text).map_err(|e| (text, e)), Ok(vec![first, second]));
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
        if let Err(error) = parse_all(&text) {
            prop_assert!(!error.message.is_empty());
            prop_assert!(text.get(error.range).is_some());
        }
    }
}
