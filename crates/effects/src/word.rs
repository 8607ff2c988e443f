//! A text that is known in part: `"$HOME"/*.txt` is something, a slash, any characters, `.txt`.

use crate::limits::WORD_BYTES_MAX;

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Exactly this.
    Text(String),
    /// One character that is not told: `?` or `[a-z]`.
    One,
    /// Any characters but a slash: `*`.
    Many,
    /// Any text: a variable that is not known, the output of a command.
    Unknown,
}

/// A text that is known in part. Neighbouring texts are one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    pieces: Vec<Piece>,
}

impl Word {
    /// Exactly this text.
    pub(crate) fn known(text: impl Into<String>) -> Self {
        let mut word = Self::default();
        word.push(Piece::Text(text.into()));
        word
    }

    /// Any text.
    pub(crate) fn unknown() -> Self {
        Self { pieces: vec![Piece::Unknown] }
    }

    /// Adds a piece. A word that grows over the limit becomes unknown.
    pub(crate) fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => {
                last.push_str(&text);
                if last.len() > WORD_BYTES_MAX {
                    *self = Self::unknown();
                }
            }
            (Some(Piece::Unknown), Piece::Unknown) => {}
            (_, piece) => self.pieces.push(piece),
        }
    }

    /// Adds another word.
    pub(crate) fn append(&mut self, other: Self) {
        for piece in other.pieces {
            self.push(piece);
        }
    }

    /// Its pieces, in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, if all of it is known.
    pub(crate) fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The known text that it begins with.
    pub(crate) fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether nothing of it is known.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Unknown])
    }

    /// What follows the first bytes, which are known.
    pub(crate) fn after(&self, bytes: usize) -> Self {
        let mut word = Self::default();
        let mut pieces = self.pieces.iter();
        if bytes > 0
            && let Some(Piece::Text(text)) = pieces.next()
        {
            word.push(Piece::Text(text.get(bytes..).unwrap_or_default().to_owned()));
        }
        for piece in pieces {
            word.push(piece.clone());
        }
        word
    }

    /// Whether a piece of it is not known.
    pub(crate) fn has_unknown(&self) -> bool {
        self.pieces.contains(&Piece::Unknown)
    }
}
