//! The registry of keys: every key of a configuration, where it stands, what it takes and what it is for.
//!
//! There is no second list. The reader refuses what is not here, the suggestions for misspelt keys, the
//! JSON Schema that editors complete from and the reference page are all derived from these tables, and a
//! test loads the example of every key. A key of older files that has no meaning here is in the table of
//! its block too, as [`Refused`], with what to do instead.
//!
//! What this module does not do: read values. It says what shape they have.

mod blocks;
mod contract;
mod setting;
mod top;

use super::tree::{Key as WrittenKey, Node, Scalar, ScalarKind, Value};

pub use blocks::Block;
pub(super) use top::AUDIT;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number, at least this.
    Whole(u64),
    /// A number.
    Number,
    /// `true` or `false`.
    Truth,
    /// The number 1: what is certain.
    Certain,
    /// Nothing, or an empty value.
    Nothing,
    /// A text without a letter, which says nothing. It stands before [`Self::Text`].
    Blank,
    /// The arguments of a pattern, which the registry of patterns describes.
    Arguments,
    /// The name of a pattern.
    PatternName,
    /// A list.
    List(&'static Self),
    /// One value, or a list of such.
    Some(&'static Self),
    /// A map from names to values; the text says what the names are.
    Map(&'static str, &'static Self),
    /// A map with known keys.
    Block(Block),
    /// Any of these.
    Either(&'static [Self]),
}

/// One key.
#[derive(Debug)]
pub struct Key {
    /// How it is written.
    pub name: &'static str,
    /// Other names of the same key.
    pub also: &'static [&'static str],
    /// What its value looks like.
    pub shape: Shape,
    /// What holds where it is left out; empty where nothing does.
    pub default: &'static str,
    /// Whether `${NAME}` in its value stands for a variable of the environment.
    pub variables: bool,
    /// What it is for: a phrase, or several sentences.
    pub doc: &'static str,
    /// A value of its block that uses it.
    pub example: &'static str,
}

/// A key of older files that is refused, and why.
#[derive(Debug)]
pub struct Refused {
    /// The key.
    pub name: &'static str,
    /// Why it is refused.
    pub reason: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl Key {
    const fn new(
        name: &'static str,
        shape: Shape,
        doc: &'static str,
        example: &'static str,
    ) -> Self {
        Self { name, also: &[], shape, default: "", variables: false, doc, example }
    }

    const fn also(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// Its value may contain variables.
    const fn variables(mut self) -> Self {
        self.variables = true;
        self
    }

    /// Whether `text` is one of its names.
    pub fn is_named(&self, text: &str) -> bool {
        self.name == text || self.also.contains(&text)
    }
}

impl Block {
    /// The key with this name.
    pub fn key(self, name: &str) -> Option<&'static Key> {
        self.keys().iter().find(|key| key.is_named(name))
    }

    /// Every name of every key.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.keys()
            .iter()
            .flat_map(|key| core::iter::once(key.name).chain(key.also.iter().copied()))
    }

    /// The refused key with this name.
    pub fn refusal(self, name: &str) -> Option<&'static Refused> {
        self.refused().iter().find(|refused| refused.name == name)
    }
}

impl Shape {
    /// What it is, in words: `a text`.
    pub fn describe(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                words.join(" or ")
            }
            Self::Whole(least) => format!("a whole number from {least} on"),
            Self::Number => "a number".to_owned(),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::Certain => "1".to_owned(),
            Self::Nothing | Self::Blank => "nothing".to_owned(),
            Self::Arguments => "the arguments of the pattern, as a list or a map".to_owned(),
            Self::PatternName => "the name of a pattern".to_owned(),
            Self::List(inner) => format!("a list, each entry {}", inner.describe()),
            Self::Some(inner) => format!("{}, or a list of such", inner.describe()),
            Self::Map(names, inner) => format!("a map from {names} to {}", inner.describe()),
            Self::Block(_) => "a map".to_owned(),
            Self::Either(shapes) => {
                let shapes = shapes.iter().filter(|shape| !shape.is_nothing());
                shapes.map(|shape| shape.describe()).collect::<Vec<_>>().join("; or ")
            }
        }
    }

    /// Whether it says nothing.
    pub fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing | Self::Blank)
    }

    /// Whether a text is one of the values.
    pub(super) fn takes_text(self) -> bool {
        match self {
            Self::Text | Self::Words(_) | Self::PatternName => true,
            Self::Some(inner) => inner.takes_text(),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.takes_text()),
            _ => false,
        }
    }

    /// The part of this shape that a node of a certain kind can have.
    pub(super) fn of(self, node: &Node) -> Option<Self> {
        match self {
            Self::Either(shapes) => shapes.iter().find_map(|shape| shape.of(node)),
            Self::Some(inner) => match &node.value {
                Value::List(_) => Some(Self::List(inner)),
                _ => inner.of(node),
            },
            shape => shape.is_like(node).then_some(shape),
        }
    }

    fn is_like(self, node: &Node) -> bool {
        let kind = match &node.value {
            Value::Scalar(Scalar { kind, .. }) => Some(*kind),
            Value::List(_) | Value::Map(_) => None,
        };
        match self {
            Self::Text | Self::Words(_) | Self::PatternName => kind == Some(ScalarKind::Text),
            Self::Whole(_) | Self::Number | Self::Certain => kind == Some(ScalarKind::Number),
            Self::Truth => matches!(kind, Some(ScalarKind::Bool(_))),
            Self::Nothing => kind == Some(ScalarKind::Null),
            Self::Blank => {
                kind == Some(ScalarKind::Text) && node.text().is_some_and(|t| t.trim().is_empty())
            }
            Self::Arguments => true,
            Self::List(_) => matches!(node.value, Value::List(_)),
            Self::Map(..) | Self::Block(_) => matches!(node.value, Value::Map(_)),
            Self::Some(_) | Self::Either(_) => self.of(node).is_some(),
        }
    }
}

/// The key of the registry that a written key is.
pub(super) fn written(block: Block, key: &WrittenKey) -> Option<&'static Key> {
    block.key(&key.text)
}
