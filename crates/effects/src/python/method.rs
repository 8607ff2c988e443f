//! Methods of texts and paths.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Arguments, argument, keyword, parent};
use super::value::{Value, below, pattern};
use super::walk::Walk;
use super::{decode, library};
use crate::word::{Piece, Word};

pub(super) fn text_method(
    walk: &mut Walk<'_, '_, '_>,
    word: &Word,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let text = word.text();
    let first = argument(arguments, 0, &[]).cloned();
    let known = |place| argument(arguments, place, &[]).and_then(Value::known);
    Some(match name {
        "join" => match first {
            Some(Value::List(items)) => {
                let mut whole = Word::default();
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        whole.append(word.clone());
                    }
                    whole.append(item.word());
                }
                Value::Text(whole)
            }
            Some(Value::Text(letters)) if text == Some("") => Value::Text(letters),
            _ => Value::Text(Word::unknown()),
        },
        "format" => format(word, arguments),
        "replace" => match (text, known(0), known(1)) {
            (Some(text), Some(from), Some(to)) if !from.is_empty() => {
                Value::text(text.replace(&from, &to))
            }
            _ => Value::Text(Word::unknown()),
        },
        "strip" | "rstrip" | "lstrip" => {
            text.map_or(Value::Text(word.clone()), |text| Value::text(text.trim()))
        }
        "lower" | "casefold" => {
            text.map_or(Value::Text(word.clone()), |text| Value::text(text.to_lowercase()))
        }
        "upper" => text.map_or(Value::Text(word.clone()), |text| Value::text(text.to_uppercase())),
        "encode" | "decode" | "expandtabs" => {
            let codec = known(0).unwrap_or_default().replace(['-', '_'], "");
            match (codec.as_str(), text) {
                ("rot13", Some(text)) => {
                    walk.marks = walk.marks.with(Flags::DECODED);
                    Value::text(decode::rot13(text))
                }
                ("hex", Some(text)) => {
                    walk.marks = walk.marks.with(Flags::DECODED);
                    decode::hex(text).map_or(Value::Unknown, Value::text)
                }
                _ => Value::Text(word.clone()),
            }
        }
        "split" | "splitlines" => match (text, known(0)) {
            (Some(text), None) => {
                Value::List(text.split_whitespace().take(256).map(Value::text).collect())
            }
            (Some(text), Some(sign)) if !sign.is_empty() => {
                Value::List(text.split(&sign).take(256).map(Value::text).collect())
            }
            _ => Value::Unknown,
        },
        _ => return None,
    })
}

/// `"…{}…{name}…".format(…)`.
pub(super) fn format(word: &Word, arguments: &Arguments) -> Value {
    let Some(text) = word.text() else { return Value::Text(Word::unknown()) };
    let mut whole = Word::default();
    let mut next = 0_usize;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        whole.push(Piece::Text(before.into()));
        if let Some(tail) = after.strip_prefix('{') {
            whole.push(Piece::Text("{".into()));
            rest = tail;
            continue;
        }
        let Some((field, tail)) = after.split_once('}') else { break };
        let value = match field.parse::<usize>() {
            Ok(place) => argument(arguments, place, &[]),
            Err(_) if field.is_empty() => {
                next = next.saturating_add(1);
                argument(arguments, next.saturating_sub(1), &[])
            }
            Err(_) => keyword(arguments, field),
        };
        whole.append(value.map_or_else(Word::unknown, Value::word));
        rest = tail;
    }
    whole.push(Piece::Text(rest.replace("}}", "}")));
    Value::Text(whole)
}

pub(super) fn path_method(
    walk: &mut Walk<'_, '_, '_>,
    word: &Word,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = argument(arguments, 0, &[]).map(Value::word);
    let own = Value::Path(word.clone());
    let (deed, flags) = match name {
        "read_text" | "read_bytes" => {
            walk.path(Deed::Read, &own, Flags::NONE);
            return Some(Value::Content(word.clone()));
        }
        "open" => {
            library::open(walk, &own, argument(arguments, 0, &["mode"]));
            return Some(Value::Content(word.clone()));
        }
        "write_text" | "write_bytes" | "touch" | "mkdir" | "symlink_to" | "hardlink_to" => {
            (Deed::Write, Flags::NONE)
        }
        "unlink" | "rmdir" => (Deed::Delete, Flags::NONE),
        "chmod" | "lchmod" => (Deed::Chmod, Flags::NONE),
        "rename" | "replace" => {
            if let Some(target) = first {
                walk.path(Deed::Write, &Value::Path(target), Flags::NONE);
            }
            (Deed::Delete, Flags::NONE)
        }
        "joinpath" => return first.map(|name| Value::Path(below(word, &name))),
        "glob" | "rglob" => {
            let is_deep = name == "rglob"
                || first.as_ref().is_some_and(|first| first.prefix().contains("**"));
            let flags = if is_deep { Flags::RECURSIVE } else { Flags::NONE };
            walk.path(Deed::List, &own, flags);
            let found = first.map_or_else(Word::unknown, |first| pattern(&first));
            let found = if name == "rglob" { below(&Word::unknown(), &found) } else { found };
            return Some(Value::Path(below(word, &found)));
        }
        "iterdir" | "walk" => {
            let flags = if name == "walk" { Flags::RECURSIVE } else { Flags::NONE };
            walk.path(Deed::List, &own, flags);
            return Some(Value::Path(below(word, &Word::unknown())));
        }
        "expanduser" | "resolve" | "absolute" => return Some(own),
        "with_name" => return first.map(|name| Value::Path(below(&parent(word), &name))),
        "as_posix" | "__str__" | "as_uri" => return Some(Value::Text(word.clone())),
        "exists" | "is_file" | "is_dir" | "stat" | "relative_to" => return Some(Value::Unknown),
        _ => return None,
    };
    walk.path(deed, &own, flags);
    Some(Value::Unknown)
}
