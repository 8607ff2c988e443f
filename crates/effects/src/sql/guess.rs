//! What a text that is not read may do, by its keywords.

use crate::sink::Sink;
use sponsio_engine::event::Certainty;
use sponsio_engine::event::Deed;
use sponsio_engine::event::Flags;

/// Keywords and what they would do.
pub(super) const GUESSES: &[(&str, Deed)] = &[
    ("DROP", Deed::SqlDrop),
    ("TRUNCATE", Deed::SqlTruncate),
    ("DELETE", Deed::SqlDelete),
    ("UPDATE", Deed::SqlUpdate),
    ("INSERT", Deed::SqlInsert),
    ("REPLACE", Deed::SqlInsert),
    ("MERGE", Deed::SqlUpdate),
    ("CREATE", Deed::SqlCreate),
    ("ALTER", Deed::SqlAlter),
    ("GRANT", Deed::SqlGrant),
    ("REVOKE", Deed::SqlGrant),
    ("COPY", Deed::SqlFile),
    ("ATTACH", Deed::SqlFile),
    ("SELECT", Deed::SqlSelect),
];

/// Adds what a text that is not read may do, by the keywords that are in it.
pub(super) fn guess(text: &str, sink: &mut Sink<'_>) {
    let mut seen = [false; GUESSES.len()];
    for word in text.as_bytes().split(|byte| !byte.is_ascii_alphabetic()) {
        if !matches!(word.len(), 4..=8) {
            continue;
        }
        for ((keyword, _), seen) in GUESSES.iter().zip(&mut seen).filter(|(_, seen)| !**seen) {
            *seen = word.eq_ignore_ascii_case(keyword.as_bytes());
        }
    }
    for ((_, deed), _) in GUESSES.iter().zip(seen).filter(|(_, seen)| *seen) {
        sink.add(Certainty::Opaque, *deed, sponsio_engine::event::Object::None, Flags::NONE);
    }
    sink.add(Certainty::Opaque, Deed::SqlExec, sponsio_engine::event::Object::None, Flags::NONE);
}
