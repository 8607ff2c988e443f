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
                    .then(|| if value & bit != 0 { name.clone() } else { format!("!({name})") })
            })
            .collect();
        literals.join(" & ")
    };
    chosen.iter().map(cube).collect::<Vec<_>>().join(" | ")
}
