//! Globs: names with `*` in them, which stands for any characters, also none. Everything else is literal.
//!
//! A glob is cut at its stars. A name matches if it begins with the first piece, ends with the last, and has the
//! others between them one after another; taking each as early as it can be found is always right, and finding is
//! linear, so matching is. The libraries for globs know classes, alternatives and path separators, none of which a
//! tool name has, and a regular expression would have to be built for each glob and for each of its folded forms.
//!
//! Which globs a name can match at once is asked when contracts are loaded: [`overlaps`] runs them side by side over
//! all texts. It gives up beyond a limit.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use crate::limits::GLOB_OVERLAP_STATES_MAX;

/// What stands for any characters.
pub(crate) const STAR: char = '*';

/// A text with stars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    /// What stands between the stars. A text without a star is one piece.
    pieces: Box<[Box<str>]>,
}

impl Glob {
    pub(crate) fn new(text: &str) -> Self {
        Self { pieces: text.split(STAR).map(Box::from).collect() }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let (first, middle, last) = match &*self.pieces {
            [] => return false,
            [only] => return **only == *text,
            [first, middle @ .., last] => (first, middle, last),
        };
        let inner = text.strip_prefix(&**first).and_then(|rest| rest.strip_suffix(&**last));
        let Some(mut rest) = inner else { return false };
        for piece in middle {
            let after = rest.find(&**piece).map(|at| at.saturating_add(piece.len()));
            let Some(next) = after.and_then(|after| rest.get(after..)) else { return false };
            rest = next;
        }
        true
    }

    /// Whether it, with a star, matches one of the tails of a text, which are given longest first. Of those that begin
    /// with the first piece, the longest leaves most to the rest, so no other has to be tried.
    pub(super) fn matches_a_tail(&self, tails: &[&str]) -> bool {
        let Some(first) = self.pieces.first() else { return false };
        let longest = tails.iter().find(|tail| tail.starts_with(&**first));
        longest.is_some_and(|tail| self.matches(tail))
    }

    /// Its characters; `None` is a star.
    fn characters(&self) -> Vec<Option<char>> {
        let mut characters = Vec::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            if place > 0 {
                characters.push(None);
            }
            characters.extend(piece.chars().map(Some));
        }
        characters
    }
}

/// The lists of globs that some text matches at once, as bits by list: a text matches a list if it matches one of its
/// globs. `None` if it takes too many states to tell; there are at most 32 lists.
pub(crate) fn overlaps(lists: &[Vec<&Glob>]) -> Option<Vec<u32>> {
    let globs: Vec<(u32, Vec<Option<char>>)> = lists
        .iter()
        .zip(0u32..)
        .flat_map(|(list, bit)| list.iter().map(move |glob| (bit, glob.characters())))
        .collect();
    // All characters that no glob names are one: `None`.
    let mut alphabet: Vec<Option<char>> =
        globs.iter().flat_map(|(_, characters)| characters).copied().collect();
    alphabet.push(None);
    alphabet.sort_unstable();
    alphabet.dedup();
    let at = |glob: usize, place: usize| globs.get(glob).and_then(|(_, text)| text.get(place));
    // A state is where each glob may be; a star may be left at once.
    let close = |mut state: Vec<(usize, usize)>| {
        let mut next = 0usize;
        while let Some((glob, place)) = state.get(next).copied() {
            if at(glob, place) == Some(&None) {
                state.push((glob, place.saturating_add(1)));
            }
            next = next.saturating_add(1);
        }
        state.sort_unstable();
        state.dedup();
        state
    };
    let start = close((0..globs.len()).map(|glob| (glob, 0)).collect());
    let mut seen: HashSet<Vec<(usize, usize)>, FixedState> = HashSet::default();
    let mut open = vec![start.clone()];
    seen.insert(start);
    let mut found: Vec<u32> = Vec::new();
    while let Some(state) = open.pop() {
        let ended = state.iter().filter_map(|(glob, place)| {
            let (bit, text) = globs.get(*glob)?;
            (text.len() == *place).then(|| 1u32.checked_shl(*bit).unwrap_or(0))
        });
        found.push(ended.fold(0, |bits, bit| bits | bit));
        for character in &alphabet {
            let moved = state.iter().filter_map(|(glob, place)| match at(*glob, *place)? {
                None => Some((*glob, *place)),
                literal => (literal == character).then(|| (*glob, place.saturating_add(1))),
            });
            let next = close(moved.collect());
            if seen.insert(next.clone()) {
                if seen.len() > GLOB_OVERLAP_STATES_MAX {
                    return None;
                }
                open.push(next);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(glob: &str, yes: &[&str], no: &[&str]) {
        let compiled = Glob::new(glob);
        for text in yes {
            assert!(compiled.matches(text), "`{glob}` matches `{text}`");
        }
        for text in no {
            assert!(!compiled.matches(text), "`{glob}` does not match `{text}`");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        check("*", &["", "a", "a*b"], &[]);
        check("a*", &["a", "ab", "a*"], &["", "ba", "A"]);
        check("*a", &["a", "ba"], &["", "ab"]);
        check("a*a", &["aa", "aba", "aaa"], &["a", "ab"]);
        check("*a*b*", &["ab", "xaxbx", "aab"], &["ba", "a", "b"]);
        check("a**b", &["ab", "axb"], &["a", "b"]);
        check("ab*bc", &["abbc", "abxbc"], &["abc"]);
        check("*ab*ab", &["abab", "xabyab"], &["ab", "aab"]);
        check("mcp__*__delete", &["mcp__a__delete", "mcp__a__b__delete"], &["mcp__delete"]);
        check("caf\u{e9}*", &["caf\u{e9}s"], &["cafe"]);
    }

    #[test]
    fn everything_else_is_literal() {
        check("a?b*", &["a?b", "a?bc"], &["axb"]);
        check("[ab]*", &["[ab]c"], &["a", "b"]);
        check("a.b*", &["a.b"], &["axb"]);
        check("a|b*", &["a|b"], &["a", "b"]);
        check(r"\w*", &[r"\w"], &["w", "x"]);
    }

    #[test]
    fn matching_agrees_with_the_definition() {
        fn defined(glob: &[u8], text: &[u8]) -> bool {
            match (glob, text) {
                ([], []) => true,
                ([b'*', rest @ ..], _) => (0..=text.len()).any(|n| defined(rest, &text[n..])),
                ([g, glob @ ..], [t, text @ ..]) => g == t && defined(glob, text),
                _ => false,
            }
        }
        let words = |letters: &[u8], max: usize| {
            let mut words: Vec<Vec<u8>> = vec![Vec::new()];
            let mut last = words.clone();
            for _ in 0..max {
                let longer =
                    |w: &Vec<u8>| letters.iter().map(|l| [&w[..], &[*l]].concat()).collect();
                last = last.iter().flat_map::<Vec<_>, _>(longer).collect();
                words.extend(last.clone());
            }
            words
        };
        let text = |word: &[u8]| String::from_utf8(word.to_vec()).unwrap();
        for glob in words(b"ab*", 5) {
            let compiled = Glob::new(&text(&glob));
            for word in words(b"ab", 5) {
                let expect = defined(&glob, &word);
                assert_eq!(compiled.matches(&text(&word)), expect, "{glob:?} {word:?}");
            }
        }
    }

    #[test]
    fn one_tail_stands_for_all_tails() {
        let check = |glob: &str, text: &str| {
            let glob = Glob::new(glob);
            let tails: Vec<&str> = crate::ground::fold::tails(text).collect();
            let expect = tails.iter().any(|tail| glob.matches(tail));
            assert_eq!(glob.matches_a_tail(&tails), expect, "{glob:?} {text:?}");
        };
        for glob in ["a*", "*a", "a*b", "b:*", "a:b*a", "*:a*b", "b*b*a"] {
            for seed in 0..4_096u32 {
                let letter = |place: u32| {
                    [':', 'a', 'b', '.'][usize::try_from(seed >> (2 * place) & 3).unwrap()]
                };
                check(glob, &(0..6).map(letter).collect::<String>());
            }
        }
    }

    fn check_overlaps(lists: &[&[&str]], expect: &[u32]) {
        let globs: Vec<Vec<Glob>> =
            lists.iter().map(|list| list.iter().map(|text| Glob::new(text)).collect()).collect();
        let globs: Vec<Vec<&Glob>> = globs.iter().map(|list| list.iter().collect()).collect();
        assert_eq!(overlaps(&globs).as_deref(), Some(expect), "{lists:?}");
    }

    #[test]
    fn which_globs_match_at_once_is_known() {
        check_overlaps(&[&["*"]], &[1]);
        check_overlaps(&[&["a*"]], &[0, 1]);
        check_overlaps(&[&["a*"], &["b*"]], &[0, 1, 2]);
        check_overlaps(&[&["a*"], &["*b"]], &[0, 1, 2, 3]);
        check_overlaps(&[&["a*"], &["ab*"]], &[0, 1, 3]);
        check_overlaps(&[&["a*", "b*"], &["b*"]], &[0, 1, 3]);
        check_overlaps(&[&["*a*"], &["*b*"], &["*"]], &[4, 5, 6, 7]);
    }

    #[test]
    fn too_many_states_are_not_told() {
        let glob = Glob::new(&format!("*a{}", "*b*c".repeat(6)));
        let other = Glob::new(&format!("*{}*", "ab".repeat(40)));
        let third = Glob::new(&format!("*{}*", "ac".repeat(40)));
        assert_eq!(overlaps(&[vec![&glob], vec![&other], vec![&third]]), None);
    }
}
