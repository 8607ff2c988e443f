//! Random traces, and words in order.

use fastrand::Rng;
use sponsio_engine::formula::Symbol;

use crate::oracle::Position;

/// A trace of one to `length_max` events, each of the propositions true at about half of them.
pub fn random(rng: &mut Rng, propositions: &[Symbol], length_max: usize) -> Vec<Position> {
    let letters = 1u32 << propositions.len();
    let mut time = 0;
    (0..rng.usize(1..=length_max))
        .map(|_| {
            time += rng.i64(0..=2) * 500_000;
            Position { time, ..Position::of_letter(rng.u32(0..letters), propositions) }
        })
        .collect()
}

/// All words of one to `length_max` letters, each after its prefixes, with the number of the word it extends.
pub fn all(letters: u32, length_max: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut last = vec![Word { parent: None, letters: Vec::new() }];
    for length in 1..=length_max {
        let start = words.len();
        for (at, word) in last.iter().enumerate() {
            let parent = (length > 1).then(|| start - last.len() + at);
            words.extend((0..letters).map(|letter| {
                let letters = word.letters.iter().copied().chain([letter]).collect();
                Word { parent, letters }
            }));
        }
        last = words.iter().skip(start).cloned().collect();
    }
    words
}

/// One of [`all`] words.
#[derive(Clone, Debug)]
pub struct Word {
    /// The place of the word without its last letter; `None` where that is the empty word.
    pub parent: Option<usize>,
    /// The letters, each a bit set of propositions.
    pub letters: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_once_and_after_its_parent() {
        let words = all(2, 3);
        assert_eq!(words.len(), 2 + 4 + 8);
        for (at, word) in words.iter().enumerate() {
            let (last, rest) = word.letters.split_last().unwrap();
            let parent = word.parent.map_or(&[][..], |p| &words[p].letters);
            assert!(*last < 2 && rest == parent && word.parent.is_none_or(|p| p < at));
        }
    }
}
