//! What the four facts about effects mean: `does`, `touches`, `reaches` and `opaque`, as the decision about effects
//! says it.
//!
//! Sets are read from their texts for every question, and a pattern is laid over another by trying every way to do it.
//! So it takes exponential time and is for short texts.
//!
//! * this file: deeds, accesses, certainties and sets;
//! * [`name`]: names, and the words of programs;
//! * [`path`]: paths and their anchors;
//! * [`host`]: hosts and addresses.

mod host;
mod name;
mod path;

use sponsio_engine::event::{Certainty, Deed, Effect, Effects, Flags, Object};
use sponsio_engine::formula::{Constant, Symbol};
use sponsio_engine::ground::catalog::Word;

/// What an element of a set is asked: what puts in has to be possible, and what takes out certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Could,
    Must,
}

/// Whether the fact is true of a call with these effects. It is none of another word than the four.
pub fn is_true(fact: &Symbol, effects: &Effects) -> bool {
    let argument = |place: usize, otherwise: &'static str| match fact.args.get(place) {
        Some(Constant::Text(text)) => text.to_string(),
        _ => otherwise.to_owned(),
    };
    let first = argument(0, "*");
    effects.list.iter().any(|effect| match fact.word {
        Word::Does => {
            is_sure(effect, &argument(2, "may"))
                && is_deed(effect, &first)
                && is_in(&argument(1, "*"), |element, asked| {
                    object(element, effect, effects, asked)
                })
        }
        Word::Touches => {
            is_sure(effect, &argument(2, "may"))
                && is_access(effect.deed, &argument(1, "any"))
                && is_in(&first, |element, asked| match &effect.object {
                    Object::Path(_) => object(element, effect, effects, asked),
                    _ => false,
                })
                && matches!(effect.object, Object::Path(_))
        }
        Word::Reaches => {
            let host = match &effect.object {
                Object::Host(host) => Some(&*host.name),
                Object::None => Some(""),
                _ => None,
            };
            is_sure(effect, &argument(1, "may"))
                && effect.deed.name().starts_with("net.")
                && host.is_some_and(|host| {
                    is_in(&first, |element, asked| host::is_in(element, host, asked))
                })
        }
        Word::Opaque => effect.certainty == Certainty::Opaque && is_deed(effect, &first),
        _ => false,
    })
}

fn is_sure(effect: &Effect, least: &str) -> bool {
    match effect.certainty {
        Certainty::Must => true,
        Certainty::May => least != "must",
        Certainty::Opaque => least == "opaque",
    }
}

/// Whether the effect is one of the deeds: `git.push+force`, `git`, `any`, `{read, write}`.
fn is_deed(effect: &Effect, deeds: &str) -> bool {
    elements(deeds).iter().any(|deed| {
        let mut parts = deed.split('+');
        let name = parts.next().unwrap_or_default();
        let own = effect.deed.name();
        let is_meant = name == "any" || own == name || own.starts_with(&format!("{name}."));
        let has = |mark: &str| {
            Flags::ALL.iter().any(|(flag, own, _)| *own == mark && effect.flags.has(*flag))
        };
        is_meant && parts.all(has)
    })
}

fn is_access(deed: Deed, access: &str) -> bool {
    match access {
        "change" => ["write", "delete", "chmod"].contains(&deed.name()),
        "any" => !["list", "give"].contains(&deed.name()),
        access => deed.name() == access,
    }
}

/// Whether something is in the set: it is in or out as the last element says that says something of it.
fn is_in(set: &str, fits: impl Fn(&str, Asked) -> bool) -> bool {
    let elements = elements(set);
    let mut is_in = elements.first().is_some_and(|first| first.starts_with('!'));
    for element in &elements {
        match element.strip_prefix('!') {
            Some(element) if fits(element.trim_start(), Asked::Must) => is_in = false,
            None if fits(element, Asked::Could) => is_in = true,
            _ => {}
        }
    }
    is_in
}

/// The elements of a set in its canonical text.
fn elements(set: &str) -> Vec<String> {
    let Some(inner) = set.strip_prefix('{').and_then(|set| set.strip_suffix('}')) else {
        return vec![set.to_owned()];
    };
    let (mut elements, mut is_quoted) = (vec![String::new()], false);
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        let next = match c {
            '"' => {
                is_quoted = !is_quoted;
                None
            }
            '\\' => characters.next(),
            ',' if !is_quoted => {
                elements.push(String::new());
                None
            }
            ' ' if !is_quoted => None,
            c => Some(c),
        };
        if let Some(element) = elements.last_mut() {
            element.extend(next);
        }
    }
    elements
}

/// Whether the object of the effect is in the element.
fn object(element: &str, effect: &Effect, effects: &Effects, asked: Asked) -> bool {
    if element == "*" {
        return true;
    }
    let is_class = element.starts_with('@');
    match &effect.object {
        Object::Host(host) => host::is_in(element, &host.name, asked),
        Object::Path(path) if !is_class => {
            // A search through a directory reads the directory, and no file in it that is meant by its name.
            let is_whole = effect.deed == Deed::Read && asked == Asked::Could;
            path::is_in(element, path, is_whole, effects, asked)
        }
        Object::Name(text) if !is_class => name::is_in(element, text, asked),
        Object::Command(words) if !is_class => name::is_among(element, words, asked),
        Object::None | Object::Name(_) | Object::Path(_) | Object::Command(_) => false,
    }
}
