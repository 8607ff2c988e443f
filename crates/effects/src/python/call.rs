//! Calls: of what a module has, of what a value can do, and of the script's own functions.

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object};
use tree_sitter::Node;

use super::decode;
use super::library::{self, Does};
use super::process;
use super::value::{Value, below, pattern};
use super::walk::Walk;
use crate::word::{Piece, Word};
use crate::{Language, path, run_text, url};

/// Arguments, with the names that they are given by.
pub(super) type Arguments = [(Option<String>, Value)];

/// The argument at a place, or with one of these names.
pub(super) fn argument<'a>(
    arguments: &'a Arguments,
    place: usize,
    names: &[&str],
) -> Option<&'a Value> {
    let named =
        arguments.iter().find(|(name, _)| name.as_deref().is_some_and(|n| names.contains(&n)));
    let placed = || arguments.iter().filter(|(name, _)| name.is_none()).nth(place);
    named.or_else(placed).map(|(_, value)| value)
}

pub(super) fn keyword<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a Value> {
    arguments.iter().find(|(own, _)| own.as_deref() == Some(name)).map(|(_, value)| value)
}

/// Whether a dotted name has effects of its own.
pub(super) fn is_known(name: &str) -> bool {
    library::does(name).is_some() || process::is_process(name) || name.starts_with("os.path.")
}

/// The name as the library has it: without the module that only passes it on.
fn canonical(name: &str) -> String {
    let name = name.replace("__builtins__.", "").replace(".__dict__", "");
    let name = name.strip_prefix("builtins.").unwrap_or(&name);
    for (from, to) in [
        ("posix.", "os."),
        ("nt.", "os."),
        ("posixpath.", "os.path."),
        ("ntpath.", "os.path."),
        ("_io.", "io."),
        ("cPickle.", "pickle."),
        ("_pickle.", "pickle."),
        ("urllib2.", "urllib.request."),
        ("commands.", "subprocess."),
    ] {
        if let Some(rest) = name.strip_prefix(from) {
            return format!("{to}{rest}");
        }
    }
    name.to_owned()
}

/// What a member of a value is.
pub(super) fn member(object: &Value, name: &str) -> Value {
    match (object, name) {
        (Value::Name(module), "modules") if module == "sys" => Value::Name("sys.modules".into()),
        (Value::Name(module), _) => Value::Name(canonical(&format!("{module}.{name}"))),
        (Value::Path(word), "parent") => Value::Path(parent(word)),
        (Value::Path(word), "name" | "stem" | "suffix") => match word.text() {
            Some(text) => Value::text(text.rsplit('/').next().unwrap_or(text)),
            None => Value::Unknown,
        },
        (Value::Made(maker, _), "text" | "content" | "json") if library::is_fetch(maker) => {
            Value::From(Flags::REMOTE)
        }
        (Value::Made(maker, host), _) => Value::Made(format!("{maker}().{name}"), host.clone()),
        (Value::Any(all), _) => {
            let mut values = all.iter().map(|value| member(value, name));
            let first = values.next().unwrap_or(Value::Unknown);
            values.fold(first, Value::or)
        }
        (Value::Dynamic, _) => Value::Dynamic,
        _ => Value::Unknown,
    }
}

fn parent(word: &Word) -> Word {
    match word.text().and_then(|text| text.trim_end_matches('/').rsplit_once('/')) {
        Some(("", _)) => Word::known("/"),
        Some((parent, _)) => Word::known(parent),
        None if word.text().is_some() => Word::known("."),
        None => Word::unknown(),
    }
}

/// What an element with this key is.
pub(super) fn item(object: &Value, key: &Value) -> Value {
    match (object, key) {
        (Value::List(items), Value::Number(at)) => usize::try_from(*at)
            .ok()
            .and_then(|at| items.get(at))
            .cloned()
            .unwrap_or(Value::Unknown),
        (Value::Dict(members), _) => {
            let known = key.known();
            members
                .iter()
                .find(|(name, _)| Some(name) == known.as_ref())
                .map_or(Value::Unknown, |(_, value)| value.clone())
        }
        (Value::Name(name), _) if name == "sys.modules" => {
            key.known().map_or(Value::Dynamic, Value::Name)
        }
        (Value::Name(name), _) if name == "os.environ" => match key.known().as_deref() {
            Some("HOME") => Value::text("~"),
            _ => Value::Unknown,
        },
        (Value::Made(maker, _), _) if matches!(maker.as_str(), "globals" | "locals" | "vars") => {
            key.known().map_or(Value::Dynamic, Value::Name)
        }
        (Value::Name(name), _) if name.ends_with("__builtins__") || name.ends_with("__dict__") => {
            key.known()
                .map_or(Value::Dynamic, |key| Value::Name(canonical(&format!("{name}.{key}"))))
        }
        (Value::Made(maker, _), _) if maker.starts_with("vars:") => {
            let module = maker.trim_start_matches("vars:");
            key.known().map_or(Value::Dynamic, |key| Value::Name(format!("{module}.{key}")))
        }
        (Value::Text(word), Value::Number(at)) => {
            let character =
                word.text().and_then(|text| text.chars().nth(usize::try_from(*at).ok()?));
            character.map_or(Value::Unknown, |c| Value::text(c.to_string()))
        }
        _ => Value::Unknown,
    }
}

/// What an element of something that is looped over is.
pub(super) fn element(over: &Value) -> Value {
    match over {
        Value::List(items) => {
            let mut items = items.iter().cloned();
            let first = items.next().unwrap_or(Value::Unknown);
            items.fold(first, Value::or)
        }
        // What `glob`, `iterdir` and `walk` give is kept as the set of its elements.
        Value::Path(word) => Value::Path(word.clone()),
        Value::Content(_) => Value::Unknown,
        Value::Text(word) if word.text().is_none() => Value::Text(word.clone()),
        _ => Value::Unknown,
    }
}

/// `format % values`, where only `%s` and `%d` stand in it.
pub(super) fn percent(format: &Word, values: &Value) -> Value {
    let Some(text) = format.text() else { return Value::Unknown };
    let values: Vec<Value> = match values {
        Value::List(items) => items.clone(),
        one => vec![one.clone()],
    };
    let mut values = values.into_iter();
    let mut word = Word::default();
    let mut parts = text.split('%');
    word.push(Piece::Text(parts.next().unwrap_or("").into()));
    for part in parts {
        if let Some(rest) = part.strip_prefix(['s', 'd', 'r', 'i']) {
            word.append(values.next().unwrap_or(Value::Unknown).word());
            word.push(Piece::Text(rest.into()));
        } else {
            word.push(Piece::Unknown);
            word.push(Piece::Text(part.into()));
        }
    }
    Value::Text(word)
}

/// Makes the call that the node is, and gives what it gives.
pub(super) fn made<'t>(walk: &mut Walk<'t, '_, '_>, node: Node<'t>) -> Value {
    let Some(target) = node.child_by_field_name("function") else { return Value::Unknown };
    let arguments = arguments(walk, node);
    if target.kind() == "attribute" {
        let object_node = target.child_by_field_name("object");
        let name =
            target.child_by_field_name("attribute").map_or("", |n| walk.source(n)).to_owned();
        let object = object_node.map_or(Value::Unknown, |n| walk.evaluate(n));
        if let (Value::List(_), Some(object_node)) = (&object, object_node)
            && matches!(name.as_str(), "append" | "extend" | "insert")
        {
            let added: Vec<Value> = match (name.as_str(), arguments.last()) {
                ("extend", Some((_, Value::List(items)))) => items.clone(),
                (_, Some((_, value))) => vec![value.clone()],
                (_, None) => Vec::new(),
            };
            walk.append(object_node, &added);
            return Value::Unknown;
        }
        let bound: String = walk.source(target).split_whitespace().collect();
        let own = walk.look_up(&bound);
        if own != Value::Name(bound) {
            return each(walk, &own, &arguments);
        }
        let mut result = None;
        let is_sure = object.each().len() <= 1;
        for object in object.each() {
            let value = if is_sure {
                method(walk, object, &name, &arguments)
            } else {
                walk.maybe(|walk| method(walk, object, &name, &arguments))
            };
            result = Some(match result {
                Some(before) => Value::or(before, value),
                None => value,
            });
        }
        return result.unwrap_or(Value::Unknown);
    }
    let target = walk.evaluate(target);
    each(walk, &target, &arguments)
}

fn each(walk: &mut Walk<'_, '_, '_>, target: &Value, arguments: &Arguments) -> Value {
    let is_sure = target.each().len() <= 1;
    let mut result = Value::Unknown;
    for one in target.each() {
        result = if is_sure {
            call(walk, one, arguments)
        } else {
            walk.maybe(|walk| call(walk, one, arguments))
        };
    }
    result
}

fn arguments<'t>(walk: &mut Walk<'t, '_, '_>, node: Node<'t>) -> Vec<(Option<String>, Value)> {
    let Some(list) = node.child_by_field_name("arguments") else { return Vec::new() };
    if list.kind() != "argument_list" {
        return vec![(None, walk.evaluate(list))];
    }
    let mut cursor = list.walk();
    let children: Vec<Node<'t>> = list.named_children(&mut cursor).collect();
    let mut found = Vec::new();
    for child in children {
        match child.kind() {
            "comment" => {}
            "keyword_argument" => {
                let name = child.child_by_field_name("name").map(|n| walk.source(n).to_owned());
                let value =
                    child.child_by_field_name("value").map_or(Value::Unknown, |n| walk.evaluate(n));
                // A flag such as `shell=True` is kept as a number.
                let value = match child.child_by_field_name("value").map(|n| n.kind()) {
                    Some("true") => Value::Number(1),
                    Some("false") => Value::Number(0),
                    _ => value,
                };
                found.push((name, value));
            }
            "list_splat" => match child.named_child(0).map_or(Value::Unknown, |n| walk.evaluate(n))
            {
                Value::List(items) => found.extend(items.into_iter().map(|item| (None, item))),
                _ => found.push((None, Value::Unknown)),
            },
            "dictionary_splat" => {
                if let Value::Dict(members) =
                    child.named_child(0).map_or(Value::Unknown, |n| walk.evaluate(n))
                {
                    found.extend(members.into_iter().map(|(name, value)| (Some(name), value)));
                }
            }
            _ => found.push((None, walk.evaluate(child))),
        }
    }
    found
}

/// Calls a value.
fn call(walk: &mut Walk<'_, '_, '_>, target: &Value, arguments: &Arguments) -> Value {
    match target {
        Value::Name(name) => by_name(walk, name, arguments),
        Value::Function(place) => walk.invoke(*place, arguments),
        Value::Made(maker, host) => {
            let (maker, name) = maker.rsplit_once("().").unwrap_or((maker, "__call__"));
            method(walk, &Value::Made(maker.to_owned(), host.clone()), name, arguments)
        }
        Value::Dynamic => {
            walk.opaque(Flags::DECODED);
            Value::Unknown
        }
        _ => {
            callbacks(walk, "", arguments);
            Value::Unknown
        }
    }
}

/// Calls what a dotted name stands for.
pub(super) fn by_name(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Value {
    let name = canonical(name);
    if let Some(value) = computed(walk, &name, arguments) {
        return value;
    }
    if process::is_process(&name) {
        return process::call(walk, &name, arguments);
    }
    if let Some(does) = library::does(&name) {
        return act(walk, &name, does, arguments);
    }
    callbacks(walk, &name, arguments);
    let is_environment = |value: &Value| *value == Value::Name("os.environ".into());
    if arguments.iter().any(|(_, value)| is_environment(value)) {
        walk.add(Certainty::Must, Deed::EnvRead, Object::None, Flags::NONE);
        return Value::From(Flags::NONE);
    }
    let host = arguments.iter().find_map(|(_, value)| match value {
        Value::Made(_, host) => host.clone(),
        _ => None,
    });
    Value::Made(name, host)
}

/// Functions that are given to others are called by them, when and with what is not told.
fn callbacks(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) {
    let target = keyword(arguments, "target");
    if let (Some(target), Some(Value::List(items))) = (target, keyword(arguments, "args")) {
        let items: Vec<(Option<String>, Value)> =
            items.iter().map(|item| (None, item.clone())).collect();
        each(walk, &target.clone(), &items);
        return;
    }
    let first = arguments.first().map(|(_, value)| value.clone());
    let is_callable = |value: &Value| match value {
        Value::Function(_) => true,
        Value::Name(name) => is_known(name),
        _ => false,
    };
    if let Some(first) = first.filter(is_callable) {
        let rest = arguments.get(1..).unwrap_or(&[]);
        match (name, rest.first()) {
            ("map" | "filter", Some((_, Value::List(items)))) => {
                for item in items.clone().iter().take(16) {
                    each(walk, &first, &[(None, item.clone())]);
                }
            }
            _ => {
                let rest = rest.to_vec();
                walk.maybe(|walk| each(walk, &first, &rest));
            }
        }
    }
    for (_, value) in arguments.iter().skip(1).filter(|(_, value)| is_callable(value)) {
        let value = value.clone();
        walk.maybe(|walk| each(walk, &value, &[(None, Value::Unknown)]));
    }
}

/// What functions that only compute give.
fn computed(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let first = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
    let text = first.known();
    let decoded = |walk: &mut Walk<'_, '_, '_>, text: Option<String>| {
        walk.marks = walk.marks.with(Flags::DECODED);
        text.map_or(Value::From(Flags::DECODED), Value::text)
    };
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
        "glob.glob" | "glob.iglob" => Value::Path(pattern(&first.word())),
        "os.listdir" => Value::Text(Word::unknown()),
        "os.scandir" | "os.walk" | "os.fwalk" => {
            Value::Path(below(&first.word(), &Word::unknown()))
        }
        "getattr" => match argument(arguments, 1, &[]).and_then(Value::known) {
            Some(name) => member(&first, &name),
            None if matches!(first, Value::Name(_)) => Value::Dynamic,
            None => Value::Unknown,
        },
        "__import__" | "importlib.import_module" | "importlib.__import__" => {
            text.map_or(Value::Dynamic, Value::Name)
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

/// Calls a method of a value.
fn method(walk: &mut Walk<'_, '_, '_>, object: &Value, name: &str, arguments: &Arguments) -> Value {
    match object {
        Value::Name(module) => return by_name(walk, &format!("{module}.{name}"), arguments),
        Value::Text(word) => {
            if let Some(value) = text_method(walk, word, name, arguments) {
                return value;
            }
        }
        Value::Path(word) => {
            if let Some(value) = path_method(walk, word, name, arguments) {
                return value;
            }
        }
        Value::Content(word)
            if matches!(name, "read" | "readlines" | "readline" | "decode" | "strip") =>
        {
            return Value::Content(word.clone());
        }
        Value::From(flags) => return Value::From(*flags),
        Value::Dict(_) if name == "get" => {
            let key = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
            return item(object, &key);
        }
        Value::Dynamic => {
            walk.opaque(Flags::DECODED);
            return Value::Unknown;
        }
        _ => {}
    }
    library::method(walk, object, name, arguments)
}

fn text_method(
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
fn format(word: &Word, arguments: &Arguments) -> Value {
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

fn path_method(
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
            let found = first.map_or_else(Word::unknown, |first| pattern(&first));
            let found = if name == "rglob" { below(&Word::unknown(), &found) } else { found };
            return Some(Value::Path(below(word, &found)));
        }
        "iterdir" | "walk" => return Some(Value::Path(below(word, &Word::unknown()))),
        "expanduser" | "resolve" | "absolute" => return Some(own),
        "with_name" => return first.map(|name| Value::Path(below(&parent(word), &name))),
        "as_posix" | "__str__" | "as_uri" => return Some(Value::Text(word.clone())),
        "exists" | "is_file" | "is_dir" | "stat" | "relative_to" => return Some(Value::Unknown),
        _ => return None,
    };
    walk.path(deed, &own, flags);
    Some(Value::Unknown)
}

/// Does what the library says of a function.
fn act(walk: &mut Walk<'_, '_, '_>, name: &str, does: Does, arguments: &Arguments) -> Value {
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
        Does::Net(deed, place) => {
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
            return Value::Made(name.to_owned(), host);
        }
        Does::Address(deed) => {
            let host = walk.address(deed, at(0));
            return Value::Made(name.to_owned(), host);
        }
        Does::Deed(deed) => {
            let object = at(0).known().map_or(Object::None, |name| Object::Name(name.into()));
            walk.add(Certainty::Must, deed, object, Flags::NONE);
        }
        Does::Fork => {
            if walk.is_endless {
                walk.add(Certainty::Must, Deed::ProcessExhaust, Object::None, Flags::NONE);
            }
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
        Does::Shells => {
            let host = walk.host.clone();
            if let Some(host) = host {
                walk.add(Certainty::Must, Deed::NetShell, Object::Host(host), Flags::NONE);
            }
        }
    }
    Value::Unknown
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

impl Walk<'_, '_, '_> {
    /// Adds that something is done to a path.
    pub(super) fn path(&mut self, deed: Deed, value: &Value, flags: Flags) {
        for one in value.each() {
            let word = one.word();
            let certainty = if word.is_unknown() {
                Certainty::Opaque
            } else if value.each().len() > 1
                || matches!(one, Value::Path(word) if word.text().is_none())
            {
                Certainty::May
            } else {
                Certainty::Must
            };
            let mut set = path::resolve(&word, &self.cwd, self.sink.context);
            set.below |= flags.has(Flags::RECURSIVE);
            self.add(certainty, deed, Object::Path(set), flags);
        }
    }

    /// Adds that something goes to or comes from the host of a URL.
    pub(super) fn network(&mut self, deed: Deed, value: &Value, flags: Flags) -> Option<Host> {
        let mut last = None;
        for one in value.each() {
            let host = url::host(&one.word());
            match host.clone() {
                Some(host) => self.add(Certainty::Must, deed, Object::Host(host), flags),
                None => self.add(Certainty::Opaque, deed, Object::None, flags),
            }
            last = host;
        }
        last
    }

    /// Adds that a pair of host and port is used.
    pub(super) fn address(&mut self, deed: Deed, value: &Value) -> Option<Host> {
        let (name, port) = match value {
            Value::List(items) => match items.as_slice() {
                [name, Value::Number(port), ..] => (name.clone(), u16::try_from(*port).ok()),
                [name, ..] => (name.clone(), None),
                [] => (Value::Unknown, None),
            },
            other => (other.clone(), None),
        };
        let host = url::host(&name.word()).map(|mut host| {
            host.port = port.or(host.port);
            host
        });
        match host.clone() {
            Some(host) => self.add(Certainty::Must, deed, Object::Host(host), Flags::NONE),
            None => self.add(Certainty::Opaque, deed, Object::None, Flags::NONE),
        }
        if let Some(host) = &host {
            self.host = Some(host.clone());
        }
        host
    }

    /// Something is run that cannot be told.
    pub(super) fn opaque(&mut self, flags: Flags) {
        let flags = flags.with(self.marks);
        self.add(Certainty::Opaque, Deed::Exec, Object::None, flags);
    }

    /// Runs a text in a language.
    pub(super) fn run(&mut self, language: Language, value: &Value) {
        for one in value.each() {
            let text = match one {
                Value::Text(word) => word.text(),
                _ => None,
            };
            let certainty = if value.each().len() > 1 { Certainty::May } else { self.certainty() };
            match (text, one) {
                (Some(text), _) => {
                    let marks = self.marks;
                    self.begin();
                    self.sink.within(certainty.max(self.certainty()), marks, |sink| {
                        run_text(language, text, sink)
                    });
                }
                (None, Value::From(flags)) => self.opaque(*flags),
                (None, _) if language == Language::Sql => {
                    self.add(Certainty::Opaque, Deed::SqlExec, Object::None, Flags::NONE);
                }
                (None, _) => {
                    // The program's name is often known where its words are not.
                    if language == Language::Shell
                        && let Value::Text(word) = one
                        && word.prefix().contains(' ')
                    {
                        let text = process::guessed(word);
                        self.begin();
                        self.sink.within(Certainty::May, self.marks, |sink| {
                            run_text(language, &text, sink)
                        });
                    }
                    self.opaque(Flags::NONE);
                }
            }
        }
    }
}
