//! The words that one word of the source becomes: quoted text stays together, the rest is split.

use crate::word::{Piece, Word};

/// Stands in a text for a part that is not known. A character that no script has a use for.
pub(super) const GAP: char = '\u{10FFFD}';
/// The same as a text.
pub(super) const GAP_TEXT: &str = "\u{10FFFD}";
/// Words that one word becomes at most; what comes after is one unknown word.
const FIELDS_MAX: usize = 4_096;

/// Words that are being put together.
#[derive(Debug, Default)]
pub(super) struct Fields {
    done: Vec<Word>,
    current: Word,
    is_begun: bool,
    bytes: usize,
}

impl Fields {
    /// Adds a text that stays together.
    pub(super) fn text(&mut self, text: &str) {
        self.is_begun = true;
        self.bytes += text.len();
        self.current.append(word(text));
    }

    pub(super) fn piece(&mut self, piece: Piece) {
        self.is_begun = true;
        self.current.push(piece);
    }

    /// Adds a value that stays together.
    pub(super) fn quoted(&mut self, value: Word) {
        self.is_begun = true;
        self.current.append(value);
    }

    /// Adds a value that is split at these characters; `*` and `?` in it match names.
    pub(super) fn split(&mut self, value: &Word, separators: &str) {
        for piece in value.pieces() {
            let Piece::Text(text) = piece else {
                self.piece(piece.clone());
                continue;
            };
            self.bytes += text.len();
            for character in text.chars() {
                if separators.contains(character) {
                    self.finish_word();
                } else {
                    match character {
                        '*' => self.piece(Piece::Many),
                        '?' => self.piece(Piece::One),
                        GAP => self.piece(Piece::Unknown),
                        _ => self.push(character),
                    }
                }
            }
        }
    }

    fn push(&mut self, character: char) {
        self.is_begun = true;
        self.current.push(Piece::Text(character.into()));
    }

    /// Ends the word that is being put together, if one was begun.
    pub(super) fn finish_word(&mut self) {
        let word = core::mem::take(&mut self.current);
        if !core::mem::take(&mut self.is_begun) {
            return;
        }
        if self.done.len() < FIELDS_MAX {
            self.done.push(word);
        } else if let Some(last) = self.done.last_mut() {
            *last = Word::unknown();
        }
    }

    /// How much was added.
    pub(super) const fn weight(&self) -> usize {
        self.bytes
    }

    pub(super) fn finish(mut self) -> Vec<Word> {
        self.finish_word();
        self.done
    }
}

/// A text in which [`GAP`] stands for what is not known.
pub(super) fn word(text: &str) -> Word {
    if !text.contains(GAP) {
        return Word::known(text);
    }
    let mut word = Word::default();
    for (number, part) in text.split(GAP).enumerate() {
        if number > 0 {
            word.push(Piece::Unknown);
        }
        word.push(Piece::Text(part.into()));
    }
    word
}

/// The text of a word, with [`GAP`] for what is not known.
pub(super) fn text(word: &Word) -> String {
    let mut text = String::new();
    for piece in word.pieces() {
        match piece {
            Piece::Text(known) => text.push_str(known),
            Piece::One => text.push('?'),
            Piece::Many => text.push('*'),
            Piece::Unknown => text.push(GAP),
        }
    }
    text
}

/// The words with blanks between them.
pub(super) fn join(words: &[Word], separator: &str) -> Word {
    let mut all = Word::default();
    for (number, word) in words.iter().enumerate() {
        if number > 0 {
            all.push(Piece::Text(separator.into()));
        }
        all.append(word.clone());
    }
    all
}
