//! One name with `*` and `?` in it, and texts that have such signs themselves.
//!
//! The globs of tools (`ground/glob`) match plain names only. Here both sides are sets: `cat .e*` reads `.env`.

use super::pattern::{Row, Sign, Steps, covers, meets};
use crate::limits::EFFECT_NAME_CHARACTERS_MAX;

/// A name as an element of a set has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    places: Box<[Place]>,
    /// Whether upper and lower case are one.
    ignores_case: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Any characters.
    Star,
    /// Any character.
    Any,
    Is(char),
}

impl Row for Name {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn is_star(&self, place: usize) -> bool {
        self.places.get(place) == Some(&Place::Star)
    }
}

impl Name {
    /// The name that a text is; none if it has too many characters.
    pub(super) fn new(text: &str, ignores_case: bool) -> Option<Self> {
        let mut places: Vec<Place> = text
            .chars()
            .map(|c| match c {
                '*' => Place::Star,
                '?' => Place::Any,
                c if ignores_case => Place::Is(folded(c)),
                c => Place::Is(c),
            })
            .collect();
        places.dedup_by(|a, b| *a == Place::Star && *b == Place::Star);
        let fits = places.len() <= EFFECT_NAME_CHARACTERS_MAX;
        fits.then(|| Self { places: places.into(), ignores_case })
    }

    /// Whether it says something of what it matches.
    pub(super) fn is_known(&self) -> bool {
        self.places.iter().any(|place| matches!(place, Place::Is(_)))
    }

    /// Whether it is one star.
    pub(super) fn is_anything(&self) -> bool {
        matches!(*self.places, [Place::Star])
    }

    /// Whether it tells only how a name ends, and of the text the end is not known.
    pub(super) fn is_told_elsewhere(&self, text: &str) -> bool {
        self.places.first() == Some(&Place::Star)
            && matches!(self.places.last(), Some(Place::Is(_)))
            && text.ends_with('*')
    }

    fn read(&self, c: char) -> char {
        if self.ignores_case { folded(c) } else { c }
    }

    /// Whether the text could be such a name. A name longer than names are could be any.
    pub(super) fn meets(&self, text: &str, steps: &Steps) -> bool {
        if self.is_anything() || is_too_long(text) {
            return true;
        }
        if let (Some(Place::Is(first)), Some(c)) = (self.places.first(), text.chars().next()) {
            let is_wild = matches!(c, '*' | '?');
            // A shell's `*.txt` leaves out what begins with a dot.
            if is_wild && *first == '.' && is_known(text) || !is_wild && self.read(c) != *first {
                return false;
            }
        }
        let fits = |place: usize, sign: &Option<char>| match (self.places.get(place), sign) {
            (Some(Place::Is(is)), Some(c)) => *is == self.read(*c),
            (place, _) => place.is_some(),
        };
        meets(self, signs(text), None, |_| false, fits, steps)
    }

    /// Whether the text can be nothing but such names.
    pub(super) fn covers(&self, text: &str, steps: &Steps) -> bool {
        if self.is_anything() {
            return true;
        }
        let fits = |place: usize, sign: &Option<char>| match (self.places.get(place), sign) {
            (Some(Place::Is(is)), Some(c)) => *is == self.read(*c),
            (Some(Place::Any), _) => true,
            _ => false,
        };
        !is_too_long(text) && covers(self, signs(text), fits, steps)
    }
}

fn is_too_long(text: &str) -> bool {
    text.chars().nth(EFFECT_NAME_CHARACTERS_MAX).is_some()
}

/// Whether something is known of what the text stands for.
pub(super) fn is_known(text: &str) -> bool {
    text.contains(|c| !matches!(c, '*' | '?'))
}

fn signs(text: &str) -> impl Iterator<Item = Sign<Option<char>>> {
    text.chars().map(|c| match c {
        '*' => Sign::Star,
        '?' => Sign::One(None),
        c => Sign::One(Some(c)),
    })
}

/// The character without its case: also those that only their capitals show to be the same, as file systems fold them.
fn folded(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut upper = c.to_uppercase();
    let upper = match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => c,
    };
    let mut lower = upper.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expect: (bool, bool)) {
        let of = |ignores_case| Name::new(name, ignores_case).unwrap();
        let found = (of(true).meets(text, &Steps::new()), of(false).covers(text, &Steps::new()));
        assert_eq!(found, expect, "{name:?} {text:?}");
    }

    #[test]
    fn a_name_meets_what_could_be_it_and_covers_what_must_be_it() {
        check(".env", ".env", (true, true));
        check(".env", ".ENV", (true, false));
        check(".env", ".e*", (true, false));
        check(".env", "*", (true, false));
        check(".env", ".env?", (false, false));
        check("*.pem", "a.pem", (true, true));
        check("*.pem", "*.pem", (true, true));
        check("*.pem", "*", (true, false));
        check("*.pem", "?.pem", (true, true));
        check("a?", "a*", (true, false));
        check("a?", "a?", (true, true));
        check("a?", "a", (false, false));
        check("*", "", (true, true));
        check("a*b", "*ab*", (true, false));
        check("a**b", "ab", (true, true));
        check("id_\u{17f}a", "ID_SA", (true, false));
        check("k", "\u{212a}", (true, false));
    }

    #[test]
    fn a_name_that_is_longer_than_names_are_could_be_any_and_must_be_none() {
        let long = "a".repeat(EFFECT_NAME_CHARACTERS_MAX + 1);
        check("b*", &long, (true, false));
        check("a*", &long, (true, false));
        check("a*", &"a".repeat(EFFECT_NAME_CHARACTERS_MAX), (true, true));
        assert!(Name::new(&long, true).is_none());
    }

    #[test]
    fn both_agree_with_the_definition() {
        fn words(letters: &[char], max: usize) -> Vec<String> {
            let mut all = vec![String::new()];
            let mut last = all.clone();
            for _ in 0..max {
                last = last
                    .iter()
                    .flat_map(|w| letters.iter().map(move |l| format!("{w}{l}")))
                    .collect();
                all.extend(last.clone());
            }
            all
        }
        let texts = words(&['a', 'b'], 5);
        let patterns = words(&['a', '*', '?'], 3);
        let matched = |pattern: &Name| -> Vec<bool> {
            texts.iter().map(|t| pattern.covers(t, &Steps::new())).collect()
        };
        for left in &patterns {
            let name = Name::new(left, false).unwrap();
            let of_left = matched(&name);
            for right in &patterns {
                let of_right = matched(&Name::new(right, false).unwrap());
                let mut both = of_left.iter().zip(&of_right);
                let common = both.clone().any(|(l, r)| *l && *r);
                let all = both.all(|(l, r)| *l || !*r);
                let at = format!("{left:?} {right:?}");
                assert_eq!(name.meets(right, &Steps::new()), common, "{at}");
                assert!(!name.covers(right, &Steps::new()) || all, "{at}");
            }
        }
    }
}
