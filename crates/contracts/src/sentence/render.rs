//! From a pattern with arguments to its canonical sentence.
//!
//! The canonical sentence quotes every name, so that it can be read back: parsing it gives the same pattern
//! with the same arguments.

use super::form::{Piece, Slot, template_pieces};
use crate::pattern::{Argument, Instance, Kind, as_literal, between_slashes, digits, in_sentence};

/// The canonical sentence. `None` where an argument contains every kind of quotation mark.
pub fn render(instance: &Instance) -> Option<String> {
    let pattern = instance.pattern();
    let given: Vec<usize> = instance
        .arguments()
        .enumerate()
        .filter(|(_, (_, a))| a.is_some())
        .map(|(index, _)| index)
        .collect();
    pattern.canonical.iter().find_map(|template| {
        let pieces = template_pieces(pattern, template);
        let mut slots: Vec<usize> = pieces.iter().filter_map(parameter).collect();
        slots.sort_unstable();
        if slots == given { fill(instance, &pieces) } else { None }
    })
}

fn parameter(piece: &Piece) -> Option<usize> {
    match piece {
        Piece::Slot(Slot::Plain(index) | Slot::Measure(index, _)) => Some(*index),
        _ => None,
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
            Piece::Slot(Slot::Plain(index)) => argument(instance, *index)?,
            Piece::Slot(Slot::Measure(index, unit)) => {
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
    match instance.argument(index)? {
        Argument::Text(text) => in_sentence(text),
        Argument::Count(count) => Some(count.to_string()),
        Argument::Number(number) => Some(digits(number)),
        Argument::List(list) => {
            let entries: Option<Vec<String>> =
                list.iter().map(|entry| list_entry(kind, entry)).collect();
            entries.map(|entries| entries.join(", "))
        }
    }
}

fn list_entry(kind: Kind, entry: &str) -> Option<String> {
    if kind != Kind::RegexList {
        return in_sentence(entry);
    }
    let quoted = as_literal(entry).and_then(|text| in_sentence(&text));
    Some(quoted.unwrap_or_else(|| format!("/{}/", between_slashes(entry))))
}
