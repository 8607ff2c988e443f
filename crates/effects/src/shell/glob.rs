//! Patterns of the shell against texts that are known.

use crate::word::{Piece, Word};

/// Positions of a text that a pattern is tried at.
const STARTS_MAX: usize = 512;

/// The pattern as single steps; `None` where a part of it is not known.
fn steps(pattern: &Word) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for piece in pattern.pieces() {
        if steps.len() > STARTS_MAX {
            return None;
        }
        match piece {
            Piece::Text(text) => steps.extend(text.chars().map(Step::Exactly)),
            Piece::One => steps.push(Step::One),
            Piece::Many => steps.push(Step::Many),
            Piece::Unknown => return None,
        }
    }
    (steps.len() <= STARTS_MAX).then_some(steps)
}

enum Step {
    Exactly(char),
    One,
    Many,
}

/// Where matches that begin at the start of the text end, in characters and in order.
fn ends(text: &[char], steps: &[Step]) -> Vec<usize> {
    let mut places = vec![false; text.len() + 1];
    if let Some(first) = places.first_mut() {
        *first = true;
    }
    for step in steps {
        let mut next = vec![false; text.len() + 1];
        let mut is_open = false;
        for (at, is_here) in places.iter().enumerate() {
            match step {
                Step::Many => {
                    is_open |= *is_here;
                    set(&mut next, at, is_open);
                }
                Step::One => set(&mut next, at + 1, *is_here),
                Step::Exactly(c) => set(&mut next, at + 1, *is_here && text.get(at) == Some(c)),
            }
        }
        places = next;
    }
    places.iter().enumerate().filter(|(_, is_end)| **is_end).map(|(at, _)| at).collect()
}

fn set(places: &mut [bool], at: usize, value: bool) {
    if let Some(place) = places.get_mut(at) {
        *place |= value;
    }
}

/// Whether the whole text matches; `None` if that is not known.
pub(super) fn matches(text: &str, pattern: &Word) -> Option<bool> {
    let text = characters(text)?;
    Some(ends(&text, &steps(pattern)?).last() == Some(&text.len()))
}

fn characters(text: &str) -> Option<Vec<char>> {
    (text.len() <= STARTS_MAX).then(|| text.chars().collect())
}

/// `${x#p}`, `${x##p}`.
pub(super) fn cut_start(text: &str, pattern: &Word, longest: bool) -> Option<String> {
    let text = characters(text)?;
    let ends = ends(&text, &steps(pattern)?);
    let cut = if longest { ends.last() } else { ends.first() };
    Some(text.iter().skip(cut.copied().unwrap_or(0)).collect())
}

/// `${x%p}`, `${x%%p}`.
pub(super) fn cut_end(text: &str, pattern: &Word, longest: bool) -> Option<String> {
    let mut text = characters(text)?;
    text.reverse();
    let mut steps = steps(pattern)?;
    steps.reverse();
    let ends = ends(&text, &steps);
    let cut = if longest { ends.last() } else { ends.first() };
    let mut kept: Vec<char> = text.into_iter().skip(cut.copied().unwrap_or(0)).collect();
    kept.reverse();
    Some(kept.into_iter().collect())
}

/// `${x/p/r}`, `${x//p/r}`.
pub(super) fn replace(text: &str, pattern: &Word, with: &str, all: bool) -> Option<String> {
    let characters = characters(text)?;
    if let Some(plain) = pattern.text().filter(|plain| !plain.starts_with(['#', '%'])) {
        if plain.is_empty() {
            return Some(text.to_owned());
        }
        let is_small = with.len() <= 64;
        let count = if all { usize::MAX } else { 1 };
        return is_small.then(|| text.replacen(plain, with, count));
    }
    let steps = steps(pattern)?;
    if matches!(steps.first(), Some(Step::Exactly('#' | '%'))) || characters.len() > 64 {
        return None;
    }
    let mut done = String::new();
    let mut at = 0;
    while let Some(rest) = characters.get(at..).filter(|rest| !rest.is_empty()) {
        match ends(rest, &steps).last().filter(|end| **end > 0) {
            Some(end) => {
                done.push_str(with);
                at += end;
                if !all {
                    break;
                }
            }
            None => {
                done.extend(rest.first());
                at += 1;
            }
        }
    }
    done.extend(characters.iter().skip(at));
    Some(done)
}
