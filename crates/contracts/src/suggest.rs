//! "Did you mean …": the known word that is nearest to an unknown one.

/// The candidate nearest to `word`, if one is near enough to be meant.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = shorten(word).to_lowercase();
    let length = word.chars().count();
    let allowed = if length <= 4 { 1 } else { length.div_ceil(3).min(4) };
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The distance is quadratic in the length, and nobody means a very long word.
fn shorten(text: &str) -> &str {
    text.char_indices().nth(200).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_another_word_is_not() {
        let known = ["contracts", "include", "tool_policy"];
        assert_eq!(nearest("contract", known), Some("contracts"));
        assert_eq!(nearest("tool_polcy", known), Some("tool_policy"));
        assert_eq!(nearest("framework", known), None);
        assert_eq!(nearest("G", ["A", "name"]), Some("A"));
    }

    #[test]
    fn a_very_long_word_costs_little() {
        assert_eq!(nearest(&"x".repeat(1_000_000), ["include"]), None);
    }
}
