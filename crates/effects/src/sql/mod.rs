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

mod bound;
mod client;
mod code;
mod function;
mod guess;
mod lex;
mod names;
mod rows;
mod schema;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use crate::limits::{SQL_ACTS_MAX, SQL_BYTES_MAX, SQL_STATEMENTS_MAX};
use crate::sink::Sink;
use crate::tool::context::{cwd, path_object};
use crate::{Language, run_text};

/// One thing that a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Act {
    certainty: Certainty,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A deed of the database to something with a name, or to nothing in particular.
    Deed(Deed, Option<String>, Flags),
    /// The client or the server reads or writes this file.
    File { path: Option<String>, deed: Deed, is_client: bool },
    /// This text is run.
    Text(Language, Option<String>),
}

/// Work for each byte of one reading: its tokens are looked at once for each keyword that means something there.
const SQL_WORK: usize = 4;
/// Work for a text, however short.
const SQL_START: usize = 256;

/// The statement that an act belongs to, and the act.
type Found = Vec<(String, Act)>;

/// Adds the effects of running the statements.
pub(crate) fn run(text: &str, sink: &mut Sink<'_>) {
    let (head, tail) = cut(text);
    let readings =
        if lex::is_ambiguous(head) { &lex::Family::ALL[..] } else { &lex::Family::ALL[..1] };
    let work = head.len().saturating_mul(readings.len()).saturating_mul(SQL_WORK);
    if !sink.spend(work.saturating_add(SQL_START)) {
        return guess::guess(text, sink);
    }
    let mut found: Vec<(Found, bool)> =
        readings.iter().map(|family| reading(head, *family)).collect();
    // A reading that ends inside a string is not how the text was meant, but what stands before may run.
    if found.iter().any(|(_, is_closed)| *is_closed) {
        for (found, _) in found.iter_mut().filter(|(_, is_closed)| !is_closed) {
            found.retain(|(_, act)| act.certainty != Certainty::Opaque);
        }
    }
    let all: Vec<Found> = found.into_iter().map(|(found, _)| found).collect();
    let sets: Vec<BTreeSet<&What>> =
        all.iter().map(|found| found.iter().map(|(_, act)| &act.what).collect()).collect();
    for (place, acts) in all.iter().enumerate() {
        let mut shown = "";
        for (statement, act) in acts {
            let is_told = sets.iter().take(place).any(|other| other.contains(&act.what));
            if is_told {
                continue;
            }
            if statement != shown {
                shown = statement;
                sink.command(shown);
            }
            let in_all = sets.iter().all(|other| other.contains(&act.what));
            add(act, if in_all { Certainty::Must } else { Certainty::May }, sink);
        }
    }
    if !tail.is_empty() {
        sink.command(tail);
        guess::guess(tail, sink);
    }
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
        let mut acts = Vec::new();
        if count < SQL_STATEMENTS_MAX {
            statement::judge(tokens, &mut acts);
        }
        let shown = statement::shown(tokens);
        let is_more =
            count >= SQL_STATEMENTS_MAX || found.len().saturating_add(acts.len()) >= SQL_ACTS_MAX;
        found.extend(acts.into_iter().map(|act| (shown.clone(), act)));
        if is_more {
            let what = What::Deed(Deed::SqlExec, None, Flags::NONE);
            found.push((String::new(), Act { certainty: Certainty::Opaque, what }));
            break;
        }
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
