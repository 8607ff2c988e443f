//! A set of letters in words: the label of an automaton's edge.
//!
//! Quine and McCluskey's merging of cubes over the letters that can happen, keeping the first cubes that cover
//! them: short labels, not provably shortest ones.

/// A formula over `names` that is true for exactly the letters in `wanted`, among all `possible` ones.
pub(crate) fn describe(wanted: &[u32], possible: &[u32], names: &[String]) -> String {
    if wanted.len() == possible.len() {
        return "true".into();
    }
    let mut chosen: Vec<(u32, u32)> = Vec::new();
    for letter in wanted {
        if chosen.iter().any(|(mask, value)| letter & mask == *value) {
            continue;
        }
        // Drop each proposition whose value does not matter for telling wanted letters from the others.
        let mut mask = u32::MAX;
        for bit in 0..names.len() {
            let wider = mask & !(1u32.checked_shl(u32::try_from(bit).unwrap_or(32)).unwrap_or(0));
            let others = |p: &u32| p & wider == letter & wider && !wanted.contains(p);
            if !possible.iter().any(others) {
                mask = wider;
            }
        }
        chosen.push((mask, letter & mask));
    }
    let cube = |(mask, value): &(u32, u32)| {
        let literals: Vec<String> = names
            .iter()
            .enumerate()
            .filter_map(|(bit, name)| {
                let bit = 1u32.checked_shl(u32::try_from(bit).ok()?)?;
                (mask & bit != 0)
                    .then(|| if value & bit != 0 { name.clone() } else { negation(name) })
            })
            .collect();
        literals.join(" & ")
    };
    chosen.iter().map(cube).collect::<Vec<_>>().join(" | ")
}

/// The negation of a formula's text: `!f` for a word with its arguments and the reverse, else `!(f)`.
pub(crate) fn negation(formula: &str) -> String {
    if let Some(inner) = formula.strip_prefix('!').filter(|inner| is_symbol(inner)) {
        return inner.into();
    }
    if is_symbol(formula) { format!("!{formula}") } else { format!("!({formula})") }
}

/// Whether the text is one word with its arguments: the first parenthesis closes at the end.
fn is_symbol(formula: &str) -> bool {
    let name = formula.split('(').next().unwrap_or("");
    let arguments = formula.get(name.len()..).unwrap_or("");
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    plain
        && !name.is_empty()
        && !arguments.contains(") ")
        && !arguments.get(1..).unwrap_or("").contains('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &[u32], expect: &str) {
        let names = ["called(a)".to_owned(), "called(b)".to_owned()];
        assert_eq!(describe(wanted, &[0, 1, 2], &names), expect);
    }

    #[test]
    fn a_label_is_true_for_its_letters_only() {
        check(&[0, 1, 2], "true");
        check(&[1], "called(a)");
        check(&[0], "!called(a) & !called(b)");
        check(&[1, 2], "called(a) | called(b)");
    }

    #[test]
    fn negation_is_readable_and_undone() {
        assert_eq!(negation("called(a)"), "!called(a)");
        assert_eq!(negation("!called(a)"), "called(a)");
        assert_eq!(negation("called(a) & called(b)"), "!(called(a) & called(b))");
        assert_eq!(negation("!called(a) | called(b)"), "!(!called(a) | called(b))");
        assert_eq!(negation("!(called(a) | called(b))"), "!(!(called(a) | called(b)))");
    }
}
