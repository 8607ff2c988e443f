//! What SQL statements do.
//!
//! Every effect that a statement has is told by its keywords, the names after them and whether it has a condition. So
//! statements are read as tokens (`lex`) and judged by their keywords (`statement`); functions and commands of clients
//! that do more than they seem to are in tables (`function`, `client`). The text is read once for each family of
//! dialects, and what only some readings find is `may`.
//!
//! Rejected: parsing with a grammar. The dialect is not told, so seven grammars would be tried in turn, and the first
//! that accepts a text is not the one that the server has; a statement that none of them accepts would be opaque,
//! although its first two words tell what it does. Reading tokens takes linear time and cannot overflow a stack.
//!
//! Deliberately not done: names are not resolved, so a view, a trigger or a function that a statement uses is not
//! looked into. A call of a function that is not known by its name is a reading, unless its name has a verb of change.

mod client;
mod function;
mod lex;
mod statement;
#[cfg(test)]
mod tests;

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use crate::limits::{SQL_BYTES_MAX, SQL_STATEMENTS_MAX};
use crate::sink::Sink;
use crate::tool::context::{cwd, path_object};
use crate::{Language, run_text};

/// One thing that a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Act {
    certainty: Certainty,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// A deed of the database to something with a name, or to nothing in particular.
    Deed(Deed, Option<String>, Flags),
    /// The client or the server reads or writes this file.
    File { path: Option<String>, deed: Deed, is_client: bool },
    /// This text is run.
    Text(Language, Option<String>),
}

/// The statement that an act belongs to, and the act.
type Found = Vec<(String, Act)>;

/// Adds the effects of running the statements.
pub(crate) fn run(text: &str, sink: &mut Sink<'_>) {
    let (head, tail) = cut(text);
    let readings =
        if lex::is_ambiguous(head) { &lex::Family::ALL[..] } else { &lex::Family::ALL[..1] };
    let mut found: Vec<(Found, bool)> =
        readings.iter().map(|family| reading(head, *family)).collect();
    // A reading that ends inside a string is not how the text was meant, but what stands before may run.
    if found.iter().any(|(_, is_closed)| *is_closed) {
        for (found, _) in found.iter_mut().filter(|(_, is_closed)| !is_closed) {
            found.retain(|(_, act)| act.certainty != Certainty::Opaque);
        }
    }
    let all: Vec<Found> = found.into_iter().map(|(found, _)| found).collect();
    for (place, acts) in all.iter().enumerate() {
        let mut shown = "";
        for (statement, act) in acts {
            let is_told = all.iter().take(place).any(|other| has(other, &act.what));
            if is_told {
                continue;
            }
            if statement != shown {
                shown = statement;
                sink.command(shown);
            }
            let in_all = all.iter().all(|other| has(other, &act.what));
            add(act, if in_all { Certainty::Must } else { Certainty::May }, sink);
        }
    }
    if !tail.is_empty() {
        sink.command(tail);
        statement::guess(tail, sink);
    }
}

fn has(found: &Found, what: &What) -> bool {
    found.iter().any(|(_, act)| act.what == *what)
}

/// The part of the text that is read, and the part that is over the bound.
fn cut(text: &str) -> (&str, &str) {
    let mut at = text.len().min(SQL_BYTES_MAX);
    while !text.is_char_boundary(at) {
        at = at.saturating_sub(1);
    }
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// What one reading finds, and whether everything in it is closed.
fn reading(text: &str, family: lex::Family) -> (Found, bool) {
    let (tokens, is_closed) = lex::read(text, family);
    let mut found = Found::new();
    for (count, tokens) in statement::split(&tokens).enumerate() {
        if count >= SQL_STATEMENTS_MAX {
            let what = What::Deed(Deed::SqlExec, None, Flags::NONE);
            found.push((String::new(), Act { certainty: Certainty::Opaque, what }));
            break;
        }
        let shown = statement::shown(tokens);
        let mut acts = Vec::new();
        statement::judge(tokens, &mut acts);
        found.extend(acts.into_iter().map(|act| (shown.clone(), act)));
    }
    (found, is_closed)
}

/// Adds an act of which the readings are this sure.
fn add(act: &Act, sure: Certainty, sink: &mut Sink<'_>) {
    let certainty = act.certainty.max(sure);
    match &act.what {
        What::Deed(deed, name, flags) => {
            let object = name.as_deref().map_or(Object::None, |name| Object::Name(name.into()));
            sink.add(certainty, *deed, object, *flags);
        }
        What::File { path, deed, is_client } => {
            let object = path_object(path.as_deref(), &cwd(sink.context), sink.context);
            let certainty = if path.is_none() { Certainty::Opaque } else { certainty };
            if !is_client {
                sink.add(certainty, Deed::SqlFile, object.clone(), Flags::NONE);
            }
            // The server may be on another machine.
            let certainty = if *is_client { certainty } else { certainty.max(Certainty::May) };
            sink.add(certainty, *deed, object, Flags::NONE);
        }
        What::Text(language, text) => sink.within(certainty, Flags::NONE, |sink| match text {
            Some(text) => run_text(*language, text, sink),
            None => sink.opaque(),
        }),
    }
}
