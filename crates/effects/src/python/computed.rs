//! Functions that only compute.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Arguments, argument, by_name, callbacks, member, parent};
use super::decode;
use super::value::{Value, below, pattern};
use super::walk::Walk;
use crate::word::{Piece, Word};

/// What functions that only compute give.
pub(super) fn computed(
    walk: &mut Walk<'_, '_, '_>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    conversions(walk, name, arguments)
        .or_else(|| sequences(walk, name, arguments))
        .or_else(|| decodings(walk, name, arguments))
        .or_else(|| paths(name, arguments))
        .or_else(|| directories(walk, name, arguments))
        .or_else(|| modules(walk, name, arguments))
}

fn decoded(walk: &mut Walk<'_, '_, '_>, text: Option<String>) -> Value {
    walk.marks = walk.marks.with(Flags::DECODED);
    text.map_or(Value::From(Flags::DECODED), Value::text)
}

/// Texts and bytes from other values.
fn conversions(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let first = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
    let text = first.known();
    Some(match name {
        "str" | "repr" | "bytes" | "bytearray" | "os.fspath" | "os.fsdecode" | "os.fsencode"
        | "shlex.quote" | "pipes.quote" | "sqlalchemy.text" | "textwrap.dedent" | "sys.intern" => {
            match &first {
                Value::List(items) => {
                    let bytes: Option<String> = items
                        .iter()
                        .map(|item| match item {
                            Value::Number(n) => u8::try_from(*n).ok().map(char::from),
                            _ => None,
                        })
                        .collect();
                    decoded(walk, bytes)
                }
                Value::From(_) | Value::Content(_) => first,
                Value::Path(word) | Value::Text(word) => Value::Text(word.clone()),
                other => Value::Text(other.word()),
            }
        }
        "compile" => first,
        "chr" => match first {
            Value::Number(n) => {
                decoded(walk, u32::try_from(n).ok().and_then(char::from_u32).map(String::from))
            }
            _ => Value::Unknown,
        },
        "ord" => match text.and_then(|text| text.chars().next()) {
            Some(c) => Value::Number(i64::from(u32::from(c))),
            None => Value::Unknown,
        },
        _ => return None,
    })
}

/// Lists and what is made of each element.
fn sequences(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let first = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
    let text = first.known();
    Some(match name {
        "list" | "tuple" | "sorted" | "reversed" | "set" | "iter" | "tqdm.tqdm" | "tqdm" => {
            match (name, &first) {
                ("reversed", Value::Text(_)) => text.map_or(Value::Unknown, |text| {
                    Value::text(text.chars().rev().collect::<String>())
                }),
                ("reversed", Value::List(items)) => {
                    Value::List(items.iter().rev().cloned().collect())
                }
                _ => first,
            }
        }
        "map" => match (&first, argument(arguments, 1, &[])) {
            (Value::Name(name), Some(Value::List(items)))
                if matches!(name.as_str(), "chr" | "str" | "int") =>
            {
                let name = name.clone();
                let items: Vec<Value> = items
                    .clone()
                    .into_iter()
                    .map(|item| by_name(walk, &name, &[(None, item)]))
                    .collect();
                Value::List(items)
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// Texts from encoded ones.
fn decodings(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let first = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
    let text = first.known();
    Some(match name {
        "base64.b64decode"
        | "base64.urlsafe_b64decode"
        | "base64.standard_b64decode"
        | "base64.decodebytes"
        | "binascii.a2b_base64" => decoded(walk, text.and_then(|text| decode::base64(&text))),
        "bytes.fromhex" | "bytearray.fromhex" | "binascii.unhexlify" | "binascii.a2b_hex"
        | "base64.b16decode" => decoded(walk, text.and_then(|text| decode::hex(&text))),
        "codecs.decode" | "codecs.encode" => {
            let codec =
                argument(arguments, 1, &["encoding"]).and_then(Value::known).unwrap_or_default();
            let text = text.and_then(|text| match codec.replace(['-', '_'], "").as_str() {
                "rot13" => Some(decode::rot13(&text)),
                "hex" | "hexcodec" => decode::hex(&text),
                "base64" | "base64codec" => decode::base64(&text),
                "utf8" | "ascii" | "latin1" | "" => Some(text),
                _ => None,
            });
            decoded(walk, text)
        }
        "zlib.decompress" | "gzip.decompress" | "bz2.decompress" | "lzma.decompress"
        | "base64.b32decode" | "base64.b85decode" | "base64.a85decode" => decoded(walk, None),
        "shlex.split" => text.map_or(Value::Unknown, |text| Value::List(words(&text))),
        _ => return None,
    })
}

/// Paths from their parts.
fn paths(name: &str, arguments: &Arguments) -> Option<Value> {
    let first = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
    let text = first.known();
    Some(match name {
        "os.path.join" => {
            let mut parts = arguments.iter().map(|(_, value)| value.word());
            let base = parts.next().unwrap_or_default();
            Value::Text(parts.fold(base, |base, part| below(&base, &part)))
        }
        "os.path.expanduser" | "os.path.abspath" | "os.path.realpath" | "os.path.normpath"
        | "os.path.expandvars" => Value::Text(first.word()),
        "os.path.dirname" => Value::Text(parent(&first.word())),
        "os.path.basename" => text.map_or(Value::Unknown, |text| {
            Value::text(text.rsplit('/').next().unwrap_or("").to_owned())
        }),
        "os.getcwd" | "os.getcwdb" => Value::text("."),
        "pathlib.Path.cwd" => Value::Path(Word::known(".")),
        "pathlib.Path.home" => Value::Path(Word::known("~")),
        "pathlib.Path"
        | "pathlib.PosixPath"
        | "pathlib.PurePath"
        | "pathlib.PurePosixPath"
        | "pathlib.WindowsPath" => {
            let mut parts = arguments.iter().map(|(_, value)| value.word());
            let base = parts.next().unwrap_or_else(|| Word::known("."));
            Value::Path(parts.fold(base, |base, part| below(&base, &part)))
        }
        _ => return None,
    })
}

/// The names in directories, which are listed.
fn directories(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let here = Value::text(".");
    let first = argument(arguments, 0, &["path", "top", "pathname"]).unwrap_or(&here);
    let mut inner = Word::default();
    inner.push(Piece::Many);
    let (flags, found) = match name {
        "glob.glob" | "glob.iglob" => {
            let found = pattern(&first.word());
            walk.path(Deed::List, &Value::Text(found.clone()), Flags::NONE);
            return Some(Value::Path(found));
        }
        "os.listdir" => (Flags::NONE, Value::Text(inner)),
        "os.scandir" => (Flags::NONE, Value::Path(below(&first.word(), &inner))),
        "os.walk" | "os.fwalk" => {
            (Flags::RECURSIVE, Value::Path(below(&first.word(), &Word::unknown())))
        }
        _ => return None,
    };
    walk.path(Deed::List, first, flags);
    Some(found)
}

/// Modules, their members and the environment.
fn modules(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let first = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
    let text = first.known();
    Some(match name {
        "getattr" => match argument(arguments, 1, &[]).and_then(Value::known) {
            Some(name) => {
                walk.mention(&name);
                match first {
                    Value::Instance(place) | Value::Class(place) => {
                        walk.attribute_of(place, &name).unwrap_or(Value::Unknown)
                    }
                    _ => member(&first, &name),
                }
            }
            None => {
                walk.mention_all();
                if matches!(first, Value::Name(_)) { Value::Dynamic } else { Value::Unknown }
            }
        },
        "__import__" | "importlib.import_module" | "importlib.__import__" => {
            text.map_or(Value::Dynamic, Value::Name)
        }
        // It runs the functions of the module by their names.
        "pytest.main" | "nose.main" | "nose.runmodule" => {
            walk.mention_all();
            Value::Unknown
        }
        "vars" => match first {
            Value::Name(module) => Value::Made(format!("vars:{module}"), None),
            _ => Value::Made("vars".into(), None),
        },
        "functools.partial" => {
            callbacks(walk, name, arguments);
            Value::Unknown
        }
        "os.environ.get" | "os.getenv" => {
            if text.as_deref() == Some("HOME") {
                Value::text("~")
            } else {
                argument(arguments, 1, &["default"]).map_or(Value::Unknown, |_| Value::Unknown)
            }
        }
        "print" | "len" | "isinstance" | "int" | "float" | "range" | "enumerate" | "zip"
        | "input" | "json.dumps"
            if !arguments.iter().any(|(_, value)| *value == Value::Name("os.environ".into())) =>
        {
            match name {
                "enumerate" => match first {
                    Value::List(items) => Value::List(
                        items
                            .into_iter()
                            .map(|item| Value::List(vec![Value::Unknown, item]))
                            .collect(),
                    ),
                    _ => Value::Unknown,
                },
                "int" => {
                    text.and_then(|text| text.parse().ok()).map_or(Value::Unknown, Value::Number)
                }
                _ => Value::Unknown,
            }
        }
        _ => return None,
    })
}

fn words(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut word = String::new();
    let (mut quote, mut is_word) = (None, false);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => (quote, is_word) = (Some(c), true),
            (None, c) if c.is_whitespace() => {
                if is_word {
                    found.push(Value::text(std::mem::take(&mut word)));
                }
                is_word = false;
            }
            _ => {
                word.push(c);
                is_word = true;
            }
        }
    }
    if is_word {
        found.push(Value::text(word));
    }
    found
}
