//! What an expression of Python is known to be.

use sponsio_engine::event::{Flags, Host};

use crate::word::{Piece, Word};

/// A value, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Anything.
    Unknown,
    /// A text or bytes.
    Text(Word),
    /// A whole number.
    Number(i64),
    /// A list or a tuple.
    List(Vec<Self>),
    /// Names and their values, of a literal.
    Dict(Vec<(String, Self)>),
    /// What a dotted name of a module stands for.
    Name(String),
    /// A path of `pathlib`.
    Path(Word),
    /// What a call of this dotted name gave, and the host that it is about.
    Made(String, Option<Host>),
    /// A text that a file has.
    Content(Word),
    /// A text that is not known, and where it comes from.
    From(Flags),
    /// A function of the script.
    Function(usize),
    /// A class of the script.
    Class(usize),
    /// A thing made of a class of the script.
    Instance(usize),
    /// A method of a thing: its class, and the function.
    Bound(usize, usize),
    /// `None`.
    Nothing,
    /// Something to call that cannot be told: a name put together from what is not known.
    Dynamic,
    /// One of these.
    Any(Vec<Self>),
}

/// Values of one name that are kept apart.
const ANY_MAX: usize = 4;

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(Word::known(text))
    }

    /// The text, if all of it is known.
    pub(super) fn known(&self) -> Option<String> {
        match self {
            Self::Text(word) | Self::Path(word) => word.text().map(str::to_owned),
            Self::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The value as it stands in a text.
    pub(super) fn word(&self) -> Word {
        match self {
            Self::Text(word) | Self::Path(word) => word.clone(),
            Self::Number(number) => Word::known(number.to_string()),
            _ => Word::unknown(),
        }
    }

    /// Either of both.
    pub(super) fn or(self, other: Self) -> Self {
        if self == other || other == Self::Nothing {
            return self;
        }
        if self == Self::Nothing {
            return other;
        }
        let mut all = match self {
            Self::Any(all) => all,
            one => vec![one],
        };
        let more = match other {
            Self::Any(more) => more,
            one => vec![one],
        };
        for value in more {
            if !all.contains(&value) {
                all.push(value);
            }
        }
        if all.len() > ANY_MAX || all.contains(&Self::Unknown) {
            Self::Unknown
        } else {
            Self::Any(all)
        }
    }

    /// How much there is of it, about sixty-four bytes each.
    pub(super) fn weight(&self) -> usize {
        let words = |word: &Word| word.prefix().len().div_ceil(64).max(1);
        match self {
            Self::Text(word) | Self::Path(word) | Self::Content(word) => words(word),
            Self::List(all) | Self::Any(all) => {
                all.iter().fold(1, |sum, one| one.weight().saturating_add(sum))
            }
            Self::Dict(all) => all.iter().fold(1, |sum, (_, one)| one.weight().saturating_add(sum)),
            _ => 1,
        }
    }

    /// The values that it may be.
    pub(super) fn each(&self) -> &[Self] {
        match self {
            Self::Any(all) => all,
            one => std::slice::from_ref(one),
        }
    }

    /// Both, one after the other.
    pub(super) fn plus(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                a.checked_add(*b).map_or(Self::Unknown, Self::Number)
            }
            (Self::List(a), Self::List(b)) if a.len().saturating_add(b.len()) < 256 => {
                Self::List(a.iter().chain(b).cloned().collect())
            }
            (Self::Text(a), b) => joined(&[a.clone(), b.word()]),
            (a, Self::Text(b)) => joined(&[a.word(), b.clone()]),
            _ => Self::Unknown,
        }
    }
}

fn joined(words: &[Word]) -> Value {
    let mut whole = Word::default();
    for word in words {
        whole.append(word.clone());
    }
    Value::Text(whole)
}

/// The path below another: an absolute one replaces it.
pub(super) fn below(base: &Word, name: &Word) -> Word {
    if name.prefix().starts_with('/') || base.text() == Some("") {
        return name.clone();
    }
    let mut path = base.clone();
    if !base.text().is_some_and(|text| text.ends_with('/')) {
        path.push(Piece::Text("/".into()));
    }
    path.append(name.clone());
    path
}

/// A pattern of names as a word: `*` and `?` are what they are in a shell.
pub(super) fn pattern(word: &Word) -> Word {
    let mut whole = Word::default();
    for piece in word.pieces() {
        let Piece::Text(text) = piece else {
            whole.push(piece.clone());
            continue;
        };
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['*', '?']) {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            whole.push(Piece::Text(before.into()));
            if let Some(tail) = after.strip_prefix("**") {
                whole.push(Piece::Unknown);
                rest = tail;
            } else {
                whole.push(if after.starts_with('*') { Piece::Many } else { Piece::One });
                rest = after.get(1..).unwrap_or("");
            }
        }
        whole.push(Piece::Text(rest.into()));
    }
    whole
}
