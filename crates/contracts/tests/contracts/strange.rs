//! Texts that nobody would write: whatever comes in, loading ends with diagnostics and never panics.

use proptest::prelude::*;

use sponsio_contracts::config::migrate::migrate;
use sponsio_contracts::diagnostic::{Colour, Diagnostic, render};

use crate::source::load_text;

/// Loads, renders every diagnostic, and states what holds of every result.
fn load_and_look(text: &str) {
    if let Ok(migration) = migrate("sponsio.yaml", text) {
        assert_eq!(migration.edits.is_empty(), migration.text == text);
    }
    let (config, diagnostics, files) = load_text(text);
    assert_eq!(config.is_none(), diagnostics.iter().any(Diagnostic::is_error));
    for diagnostic in &diagnostics {
        let shown = render(diagnostic, &files, Colour::Never, 80);
        assert!(shown.contains(diagnostic.code.name()));
        assert!(diagnostic.primary.is_none() || diagnostic.locate(&files).is_some());
        assert!(
            !diagnostic.message.is_empty() && !diagnostic.message.ends_with('.'),
            "{}",
            diagnostic.message
        );
    }
}

/// Pieces of configurations, from which mixtures are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("agents:".to_owned()),
        Just("  bot:".to_owned()),
        Just("    contracts:".to_owned()),
        Just("      - G: never call `a`".to_owned()),
        Just("        A: called `b`".to_owned()),
        Just("      - {pattern: rate_limit, args: [a, 3]}".to_owned()),
        Just("        strategy: block".to_owned()),
        Just("      - {ltl: 'G !called(a)'}".to_owned()),
        Just("        activate_at: first_match".to_owned()),
        Just("tool_policy: {default: deny, approved: [a]}".to_owned()),
        Just("mode: enforce".to_owned()),
        Just("    include: [x.yaml]".to_owned()),
        Just("    tool_rename: {a: b, b: {to: c, args: {x: y}}}".to_owned()),
        Just("    workspace: ${FOLDER}/${NONE:-x".to_owned()),
        Just("    customized: [{match: {pattern: rate_limit}, disabled: true}]".to_owned()),
        Just("    guarantees: [never call `a`]".to_owned()),
        Just("    assumptions:\n      - called `a`".to_owned()),
        Just(
            "      - E: {pattern: rate_limit, args: ['{a, @t}:x', \"3\"], threshold: 1.0}"
                .to_owned()
        ),
        Just(
            "      - {ltl: 'G(Implies(called(<agent>), X(called(\"@t\"))))', alpha: 1}".to_owned()
        ),
        Just("tools: {a: {tags: t}, b: }".to_owned()),
        Just("        for_each: [args.x, {ctx: y, as: string}]".to_owned()),
        Just("---".to_owned()),
        Just("x: &x [*x, *y]".to_owned()),
        Just("? [a, b]".to_owned()),
        Just(": |".to_owned()),
        Just("\t- a".to_owned()),
        Just("'".to_owned()),
        "[ ]{0,6}[-?:,\\[\\]{}&*!|>'\"%@`a-c é\u{feff}\u{2028}]{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        load_and_look(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        load_and_look(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_mixture_of_pieces(pieces in proptest::collection::vec(piece(), 0..20)) {
        load_and_look(&pieces.join("\n"));
    }

    #[test]
    fn any_yaml_punctuation(text in "[-?:,\\[\\]{}#&*!|>'\"%@`ab \n\r\t]{0,60}") {
        load_and_look(&text);
    }

    #[test]
    fn any_formula(text in "[GFXUWRYOHS!&|()<>=\\-a-c0-9\" ,]{0,40}") {
        load_and_look(&format!("agents:\n  bot:\n    - ltl: |\n        {text}\n"));
        load_and_look(&format!("agents:\n  bot:\n    - ltl: '{text}'\n"));
    }
}
