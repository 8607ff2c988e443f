//! From a pattern with arguments to its canonical sentence.
//!
//! The canonical sentence quotes every name, so that it can be read back: parsing it gives the same pattern
//! with the same arguments. An optional part of a canonical template is written if its argument is given.

use super::form::ATTEMPTED;
use super::template::{Piece, Slot, template_pieces};
use super::unit::in_words;
use crate::pattern::{
    Argument, ForEach, Instance, Kind, as_literal, between_slashes, digits, in_sentence, is_slashed,
};

/// The canonical sentence. `None` where an argument contains every kind of quotation mark.
pub fn render(instance: &Instance) -> Option<String> {
    let pattern = instance.pattern();
    let attempted = pattern.position("attempted");
    let is_given = |index: usize| instance.argument(index).is_some();
    let given: Vec<usize> = (0..pattern.parameters.len())
        .filter(|index| is_given(*index) && Some(*index) != attempted)
        .collect();
    let sentence = pattern.canonical.iter().find_map(|template| {
        let pieces = chosen(&template_pieces(pattern, template), &is_given);
        let mut slots: Vec<usize> = pieces.iter().flat_map(parameters).collect();
        slots.sort_unstable();
        if slots == given { fill(instance, &pieces) } else { None }
    })?;
    let option =
        if attempted.is_some_and(is_given) { format!(", {ATTEMPTED}") } else { String::new() };
    let keys = instance.keys().map_or(Some(String::new()), keys)?;
    Some(format!("{keys}{sentence}{option}"))
}

/// `for each `, for every key.
fn keys(keys: &ForEach) -> Option<String> {
    let each = |key: &ForEach| match key {
        ForEach::Arguments(_) | ForEach::All(_) => None,
        key => Some(format!("for each {}, ", in_sentence(&key.to_string())?)),
    };
    keys.keys().iter().map(each).collect()
}

/// The pieces with optional parts in place, or left out.
fn chosen(pieces: &[Piece], is_given: &impl Fn(usize) -> bool) -> Vec<Piece> {
    let mut list = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Choice(alternatives) => {
                let part = alternatives.first().map(Vec::as_slice).unwrap_or_default();
                if part.iter().flat_map(parameters).all(is_given) {
                    list.extend(chosen(part, is_given));
                }
            }
            piece => list.push(piece.clone()),
        }
    }
    list
}

fn parameters(piece: &Piece) -> Vec<usize> {
    match piece {
        Piece::Slot(Slot::Plain(index, _) | Slot::Measure { index, .. } | Slot::Window(index)) => {
            vec![*index]
        }
        Piece::Slot(Slot::Pairs(first, second)) => vec![*first, *second],
        _ => Vec::new(),
    }
}

fn fill(instance: &Instance, pieces: &[Piece]) -> Option<String> {
    let mut sentence = String::new();
    for piece in pieces {
        let part = match piece {
            Piece::Comma => {
                sentence.push(',');
                continue;
            }
            Piece::Word(word) => word.clone(),
            Piece::Slot(Slot::Plain(index, _)) => argument(instance, *index)?,
            Piece::Slot(Slot::Pairs(first, second)) => {
                format!("{} and {}", argument(instance, *first)?, argument(instance, *second)?)
            }
            Piece::Slot(Slot::Window(index)) => format!("within {}", argument(instance, *index)?),
            Piece::Slot(Slot::Measure { index, unit: Some(unit), below: false }) => {
                let number = argument(instance, *index)?;
                let place = usize::from(number == "1");
                format!("{number} {}", unit.words().get(place)?)
            }
            Piece::Slot(_) | Piece::Choice(_) => return None,
        };
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(&part);
    }
    Some(sentence)
}

fn argument(instance: &Instance, index: usize) -> Option<String> {
    let kind = instance.pattern().parameters.get(index)?.kind;
    match (instance.argument(index)?, kind) {
        (Argument::Text(text), Kind::Regex) => list_entry(kind, text),
        (Argument::Text(text), _) => in_sentence(text),
        (Argument::Count(count), _) => Some(count.to_string()),
        (Argument::Seconds(seconds), _) => Some(in_words(*seconds)),
        (Argument::Number(number), _) => Some(digits(number)),
        (Argument::Flag(_), _) => None,
        (Argument::List(list), _) => {
            let entries: Option<Vec<String>> =
                list.iter().map(|entry| list_entry(kind, entry)).collect();
            entries.map(|entries| entries.join(", "))
        }
    }
}

fn list_entry(kind: Kind, entry: &str) -> Option<String> {
    match kind {
        Kind::Regex | Kind::RegexList => {
            let quoted = as_literal(entry).and_then(|text| in_sentence(&text));
            Some(quoted.unwrap_or_else(|| format!("/{}/", between_slashes(entry))))
        }
        Kind::PhraseList if is_slashed(entry) => {
            let regex = entry.strip_prefix('/')?.strip_suffix('/')?;
            Some(format!("/{}/", between_slashes(regex)))
        }
        // Words of a closed list are words of the sentence.
        Kind::Choices(_) => Some(entry.replace('_', " ")),
        _ => in_sentence(entry),
    }
}
