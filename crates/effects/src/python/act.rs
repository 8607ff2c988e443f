//! What the library says that a function does, done.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::call::{Arguments, argument, keyword};
use super::library::{self, Does};
use super::value::Value;
use super::walk::Walk;
use crate::word::{Piece, Word};
use crate::{Language, path};

/// Does what the library says of a function.
pub(super) fn act(
    walk: &mut Walk<'_, '_, '_>,
    name: &str,
    does: Does,
    arguments: &Arguments,
) -> Value {
    let unknown = Value::Unknown;
    let at = |place: usize| argument(arguments, place, &[]).unwrap_or(&unknown);
    match does {
        Does::Open => {
            let path =
                argument(arguments, 0, &["file", "path", "filename", "name"]).unwrap_or(&unknown);
            if !matches!(path, Value::Number(_)) {
                library::open(walk, path, argument(arguments, 1, &["mode", "flags"]));
            }
            return Value::Content(path.word());
        }
        Does::Path(deed, flags) => {
            let path =
                argument(arguments, 0, &["path", "src", "filename", "name"]).unwrap_or(&unknown);
            walk.path(deed, path, flags);
        }
        Does::Two(first, second, flags) => {
            walk.path(first, argument(arguments, 0, &["src"]).unwrap_or(&unknown), flags);
            walk.path(second, argument(arguments, 1, &["dst"]).unwrap_or(&unknown), flags);
        }
        Does::Link => walk.path(
            Deed::Write,
            argument(arguments, 1, &["dst"]).unwrap_or(&unknown),
            Flags::NONE,
        ),
        Does::Temporary => {
            let mut word = Word::known("/tmp/");
            word.push(Piece::Many);
            return Value::Path(word);
        }
        Does::Code => library::code(walk, at(0)),
        Does::Opaque => walk.opaque(Flags::NONE),
        Does::Shell => walk.run(Language::Shell, at(0)),
        Does::Sql => walk.run(Language::Sql, at(0)),
        Does::Net(deed, place) => return network(walk, name, deed, place, arguments),
        Does::Address(deed) => {
            let host = walk.address(deed, at(0));
            return Value::Made(name.to_owned(), host);
        }
        Does::Deed(deed) => {
            let object = at(0).known().map_or(Object::None, |name| Object::Name(name.into()));
            // Of a process that is named by a number nothing is known.
            let is_any = object == Object::None && deed == Deed::ProcessKill;
            let certainty = if is_any { Certainty::Opaque } else { Certainty::Must };
            walk.add(certainty, deed, object, Flags::NONE);
        }
        Does::Fork => fork(walk),
        Does::Own(deed, path) => {
            walk.path(deed, &Value::text(path), Flags::NONE);
            return Value::Made(name.to_owned(), None);
        }
        Does::Enter => {
            let path = at(0).word();
            walk.cwd = path::resolve(&path, &walk.cwd, walk.sink.context);
        }
        Does::Archive => {
            let mode = argument(arguments, 1, &["mode"]);
            library::open(walk, at(0), mode);
            return Value::Made(name.to_owned(), None);
        }
        Does::Shells => shells(walk),
    }
    Value::Unknown
}

/// Starts another process like this one, which uses the machine up where it goes on for ever.
fn fork(walk: &mut Walk<'_, '_, '_>) {
    if walk.is_endless {
        walk.add(Certainty::Must, Deed::ProcessExhaust, Object::None, Flags::NONE);
    }
}

/// Gives a shell to the host that was connected to last.
fn shells(walk: &mut Walk<'_, '_, '_>) {
    if let Some(host) = walk.host.clone() {
        walk.add(Certainty::Must, Deed::NetShell, Object::Host(host), Flags::NONE);
    }
}

/// Does what a function that takes a URL does; a body makes it a sending.
fn network(
    walk: &mut Walk<'_, '_, '_>,
    name: &str,
    deed: Deed,
    place: usize,
    arguments: &Arguments,
) -> Value {
    let unknown = Value::Unknown;
    let at = |place: usize| argument(arguments, place, &[]).unwrap_or(&unknown);
    let has_body = ["data", "json", "files", "body", "content"]
        .iter()
        .any(|name| keyword(arguments, name).is_some());
    let deed = if deed == Deed::NetReceive
        && (has_body
            || name.ends_with("urlopen")
                && arguments.len() > 1
                && keyword(arguments, "timeout").is_none())
    {
        Deed::NetSend
    } else {
        deed
    };
    let host = walk.network(
        deed,
        argument(arguments, place, &["url", "host", "hostname"]).unwrap_or(&unknown),
        uploads(arguments),
    );
    if name.ends_with("urlretrieve") {
        walk.path(Deed::Write, at(1), Flags::NONE);
    }
    Value::Made(name.to_owned(), host)
}

/// The mark of a call that sends what is not written in the script.
pub(super) fn uploads(arguments: &Arguments) -> Flags {
    let is_content =
        |value: &Value| matches!(value, Value::Content(_) | Value::From(_) | Value::Name(_));
    let any = arguments.iter().any(|(_, value)| match value {
        Value::Dict(members) => members.iter().any(|(_, value)| is_content(value)),
        value => matches!(value, Value::Content(_) | Value::From(_)),
    });
    if any { Flags::UPLOAD } else { Flags::NONE }
}
