//! Every limit of the parser, met from both sides, and texts made to hurt it.

use super::{check, refusal};
use crate::formula::ast::Formula;
use crate::limits::{
    ATOM_ARGUMENTS_MAX, FORMULA_BYTES_MAX, FORMULA_DEPTH_MAX, REGEX_BYTES_MAX, TOOL_BYTES_MAX,
};

#[test]
fn the_size_of_a_formula_is_limited() {
    let too_long = " ".repeat(FORMULA_BYTES_MAX + 1);
    assert_eq!(refusal(&too_long).to_string(), "the formula has 65537 bytes, the limit is 65536");
    // Two parts to every few bytes, and all of them different.
    let parts: Vec<_> = (0..9_000).map(|n| format!("1<{n}")).collect();
    assert_eq!(
        refusal(&parts.join("&")).to_string(),
        "the formula has more than 16384 distinct parts"
    );
    let within = |n| format!("arg_paths_within(t{})", ",p".repeat(n));
    assert!(Formula::parse(&within(ATOM_ARGUMENTS_MAX - 1)).is_ok());
    assert_eq!(
        refusal(&within(ATOM_ARGUMENTS_MAX)).to_string(),
        "`arg_paths_within` has more than 1024 arguments"
    );
    assert!(Formula::parse(&format!("called({})", "a".repeat(TOOL_BYTES_MAX))).is_ok());
    let tool = format!("called({})", "a".repeat(TOOL_BYTES_MAX + 1));
    assert_eq!(refusal(&tool).to_string(), "the tool name has 513 bytes, the limit is 512");
    let regex = format!("called_with(a, '{}')", "a".repeat(REGEX_BYTES_MAX + 1));
    assert_eq!(
        refusal(&regex).to_string(),
        "the regular expression has 16385 bytes, the limit is 16384"
    );
}

#[test]
fn nesting_is_limited_in_every_form() {
    type Nest = fn(usize) -> String;
    let nests: [Nest; 9] = [
        |n| format!("{}true{}", "(".repeat(n), ")".repeat(n)),
        |n| format!("{}true", "!".repeat(n)),
        |n| format!("{}true{}", "G(".repeat(n), ")".repeat(n)),
        |n| format!("{}true{}", "And(true, ".repeat(n), ")".repeat(n)),
        |n| format!("{}true", "true -> ".repeat(n)),
        |n| format!("{}true", "true U ".repeat(n)),
        |n| format!("{}true{}", "true & (".repeat(n), ")".repeat(n)),
        |n| format!("{}true{}", "rise(".repeat(n), ")".repeat(n)),
        |n| format!("{}1{} < 2", "length(".repeat(n - 1), ")".repeat(n - 1)),
    ];
    for nest in nests {
        let formula = Formula::parse(&nest(FORMULA_DEPTH_MAX)).unwrap();
        assert_eq!(Formula::parse(&formula.to_string()), Ok(formula));
        assert_eq!(
            refusal(&nest(FORMULA_DEPTH_MAX + 1)).to_string(),
            "the formula nests deeper than 256 operators or parentheses"
        );
    }
}

#[test]
fn a_long_list_is_not_nesting() {
    let tools: Vec<_> = (0..2_000).map(|n| format!("called(t{n})")).collect();
    for sign in [" | ", " & "] {
        let text = tools.join(sign);
        check(&text, &text);
    }
}

#[test]
fn hostile_nesting_is_refused() {
    for unit in
        ["(", "!", "G(", "G ", "And(", "true->", "length(", "called(", "[", "'", "\\", "O[<=1]"]
    {
        for size in [200_000, FORMULA_BYTES_MAX] {
            let text = unit.repeat(size / unit.len());
            assert!(!refusal(&text).to_string().is_empty());
        }
    }
}

#[test]
fn long_tokens_are_cut_in_messages() {
    let name = "x".repeat(50_000);
    let error = refusal(&name);
    assert_eq!(error.to_string(), format!("unknown word `{}…`", "x".repeat(40)));
    assert_eq!(error.span().end, 50_000);
}
